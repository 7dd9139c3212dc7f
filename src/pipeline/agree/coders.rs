//! The coders of one comparison, their passages placed in the notes that all of them read.

use std::collections::{BTreeMap, BTreeSet};

use crate::agreement::{
    CodedUnit, Continuum, Mark, NoteWeights, Resample, Stretch, UnitMap, Unitizing,
    unitizing_of_notes,
};
use crate::codebook;
use crate::error::{Diagnostic, Error, Result};
use crate::exchange::{CoderFile, ReadNote, meet_by_guid};
use crate::model::codebook::Codebook;
use crate::model::coding::Assertion;
use crate::query::Places;
use crate::segment;
use crate::study::in_language;
use crate::text::CodePoints;

use super::placing::{codes_of_no_codebook, counting, place, unknown_codes, usable};
use super::stale::KnownCodebooks;
use super::{Cluster, GroupBy};

/// Coders, notes and passages.
#[derive(Debug, Clone)]
pub struct Coders {
    /// The coders' names, each once.
    pub names: Vec<String>,
    /// The notes that every coder read, in the order of `NOTES.jsonl`.
    pub notes: Vec<ReadNote>,
    /// All codes that anybody used, and those of the codebook that a coder could have used.
    pub codes: Vec<String>,
    /// What is wrong with the files.
    pub findings: Vec<Diagnostic>,
    /// The length of each note, in code points.
    lengths: Vec<u64>,
    /// How much each note weighs: by its stratum, where a coder's sheet is a stratified sample.
    pub weights: NoteWeights,
    /// Per code, who coded it while it said something else.
    pub stale: Vec<Vec<String>>,
    /// The language of the codebook.
    language: String,
    /// What a rule set went by, by coder, code, note and start of the passage.
    evidence: BTreeMap<(usize, usize, usize, u64), String>,
    /// Per coder, per code, all passages.
    placed: Vec<Vec<Vec<Mark>>>,
    /// Per code, the assertions that mark a unit.
    counting: Vec<Vec<Assertion>>,
    /// The round in which each note was coded, where a coder says so.
    batches: BTreeMap<String, String>,
}

/// What coders are compared by.
#[derive(Debug)]
pub struct Asking<'c> {
    /// The codebook that says which assertions count.
    pub codebook: &'c Codebook,
    /// Whether it is the coders' own.
    pub known_as: CodebookIs,
    /// Whether a coding of any assertion marks its unit.
    pub any_assertion: bool,
    /// Where codebooks that were used before are kept.
    pub known: KnownCodebooks,
}

/// How it is known that coders went by a codebook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodebookIs {
    /// Somebody named it, or a run among the coders used it: its codes are listed even where nobody used
    /// them, and others are unknown.
    Named,
    /// Nobody named one: it is the built-in one, if most codes are in it.
    Supposed,
}

impl Coders {
    /// Places the codings of files in the notes that all of them read.
    pub fn new(
        files: &[CoderFile],
        notes: Vec<ReadNote>,
        asking: &Asking<'_>,
        mut findings: Vec<Diagnostic>,
    ) -> Self {
        let paths = asking.codebook.codes.iter().map(|code| code.path.as_str());
        let used = files.iter().filter(|file| file.code_guids.is_empty());
        let used = used.flat_map(|file| file.codings.iter().map(|c| c.code.as_str()));
        let met = meet_by_guid(files, paths.chain(used));
        let files = met.as_deref().unwrap_or(files);
        let notes = read_by_all(notes, files);
        let mut codes: BTreeSet<String> = files
            .iter()
            .flat_map(|f| f.codings.iter().map(|c| c.code.clone()))
            .collect();
        match asking.known_as {
            CodebookIs::Named => {
                findings.extend(unknown_codes(files, asking.codebook));
                codes.extend(usable(asking.codebook));
            }
            CodebookIs::Supposed => {
                findings.extend(codes_of_no_codebook(files, &codes, asking.codebook));
            }
        }
        let codes: Vec<String> = codes.into_iter().collect();
        let mut stale = asking.known.stale(files, asking.codebook, &mut findings);
        let mut evidence = BTreeMap::new();
        let mut batches = BTreeMap::new();
        let mut placed = Vec::with_capacity(files.len());
        for (coder, file) in files.iter().enumerate() {
            let (own, why) = place(file, &notes, &codes, &mut findings);
            let why = why.into_iter();
            evidence.extend(why.map(|((code, note, at), w)| ((coder, code, note, at), w)));
            for (note, batch) in &file.batches {
                batches.entry(note.clone()).or_insert(batch.clone());
            }
            placed.push(own);
        }
        let stratum = |note: &ReadNote| {
            let mut sheets = files.iter().filter_map(|f| f.strata.get(&note.note_id));
            sheets.next().cloned()
        };
        let strata: Vec<Option<(String, u64)>> = notes.iter().map(stratum).collect();
        Self {
            weights: NoteWeights::of_strata(&strata),
            names: names(files),
            counting: counting(asking, &codes),
            stale: codes
                .iter()
                .map(|c| stale.remove(c).unwrap_or_default())
                .collect(),
            language: asking.codebook.language.clone(),
            lengths: notes.iter().map(length).collect(),
            notes,
            codes,
            findings,
            evidence,
            placed,
            batches,
        }
    }

    /// The same coders on some of the notes.
    pub(super) fn only(&self, notes: &[usize]) -> Self {
        let place: BTreeMap<usize, usize> = notes.iter().copied().zip(0..).collect();
        let here = |marks: &Vec<Mark>| {
            let kept = marks.iter().filter_map(|m| {
                let note = *place.get(&m.note)?;
                Some(Mark { note, ..*m })
            });
            kept.collect()
        };
        Self {
            notes: notes.iter().map(|&n| self.notes[n].clone()).collect(),
            lengths: notes.iter().map(|&n| self.lengths[n]).collect(),
            placed: self
                .placed
                .iter()
                .map(|codes| codes.iter().map(here).collect())
                .collect(),
            weights: self.weights.only(notes),
            findings: Vec::new(),
            evidence: BTreeMap::new(),
            ..self.clone()
        }
    }

    /// The group of each note.
    ///
    /// # Errors
    /// Where no coder's file names batches and they are asked for.
    pub(super) fn groups(&self, by: GroupBy) -> Result<Vec<String>> {
        if by == GroupBy::Batch && self.batches.is_empty() {
            return Err(Error::other(
                "no coder's file has a column batch that says in which round a note was coded.",
            ));
        }
        let unknown = |text: &str| match text {
            "" => "unknown".to_owned(),
            text => text.to_owned(),
        };
        let of = |note: &ReadNote| match by {
            GroupBy::Batch => unknown(self.batches.get(&note.note_id).map_or("", String::as_str)),
            GroupBy::Participant => unknown(&note.participant_id),
            GroupBy::SessionType => unknown(&note.session_type),
            GroupBy::Month => unknown(&note.date.chars().take(7).collect::<String>()),
        };
        Ok(self.notes.iter().map(of).collect())
    }

    /// Every passage of a coder and code, whatever its assertion.
    pub fn all_marks(&self, coder: usize, code: usize) -> Vec<Mark> {
        self.placed[coder][code].clone()
    }

    /// What a rule set went by in a passage; empty for a person.
    pub(super) fn evidence(&self, coder: usize, code: usize, mark: &Mark) -> &str {
        let found = self.evidence.get(&(coder, code, mark.note, mark.start));
        found.map_or("", String::as_str)
    }

    /// Per coder, the passages of a code that mark a unit.
    pub(super) fn marks(&self, code: usize) -> Vec<Vec<Mark>> {
        let counts = |mark: &&Mark| self.counting[code].contains(&mark.assertion);
        self.placed
            .iter()
            .map(|codes| codes[code].iter().filter(counts).copied().collect())
            .collect()
    }

    /// How the notes are cut into units.
    pub(super) fn units(&self, unit: CodedUnit) -> Result<UnitMap> {
        let whole = |(&length, id): (&u64, usize)| vec![(0, length, id)];
        Ok(match unit {
            CodedUnit::Character => UnitMap::Characters {
                lengths: self.lengths.clone(),
            },
            CodedUnit::Note => UnitMap::Stretches {
                notes: self.lengths.iter().zip(0..).map(whole).collect(),
                units: self.notes.len(),
            },
            CodedUnit::Session => {
                let mut sessions = BTreeMap::new();
                let ids: Vec<usize> = self
                    .notes
                    .iter()
                    .map(|note| {
                        let next = sessions.len();
                        *sessions.entry(session_of(note)).or_insert(next)
                    })
                    .collect();
                let units = sessions.len();
                let notes = self.lengths.iter().zip(ids).map(whole).collect();
                UnitMap::Stretches { notes, units }
            }
            CodedUnit::Sentence | CodedUnit::Paragraph => self.parts(unit)?,
        })
    }

    fn parts(&self, unit: CodedUnit) -> Result<UnitMap> {
        let rules = in_language(codebook::builtin_section_rules, &self.language)?;
        let mut units = 0;
        let mut notes = Vec::with_capacity(self.notes.len());
        for note in &self.notes {
            let layout = segment::layout(&note.text, &rules, &[]);
            let points = CodePoints::new(&note.text);
            let places = Places::new(&note.text, &layout);
            let parts = match unit {
                CodedUnit::Paragraph => places.paragraphs(),
                _ => places.sentences(),
            };
            let stretch = |place: &crate::query::Place| {
                let (start, end) = points.pair(place.span);
                units += 1;
                (start as u64, end as u64, units - 1)
            };
            notes.push(parts.iter().map(stretch).collect());
        }
        Ok(UnitMap::Stretches { notes, units })
    }

    /// What the bootstrap resamples: units, or the clusters of notes.
    pub(super) fn resample(&self, wanted: Option<Cluster>) -> Resample {
        let people: BTreeSet<&str> = self
            .notes
            .iter()
            .map(|n| n.participant_id.as_str())
            .filter(|p| !p.is_empty())
            .collect();
        let by_person = match wanted {
            Some(Cluster::Unit) => return Resample::Units,
            Some(Cluster::Note) => false,
            Some(Cluster::Participant) => true,
            None => people.len() >= 10,
        };
        if !by_person {
            return Resample::Clusters((0..self.notes.len()).collect());
        }
        let mut clusters: BTreeMap<String, usize> = BTreeMap::new();
        let key = |note: &ReadNote| match note.participant_id.as_str() {
            "" => note.note_id.clone(),
            person => format!("\u{0}{person}"),
        };
        let of_note = |note| {
            let next = clusters.len();
            *clusters.entry(key(note)).or_insert(next)
        };
        Resample::Clusters(self.notes.iter().map(of_note).collect())
    }

    /// The unitizing alphas over all codes, with intervals from resamples of notes or participants.
    pub(super) fn unitizing(&self, resample: &Resample, replicates: u64) -> Unitizing {
        let all: Vec<usize> = (0..self.codes.len()).collect();
        self.alphas(&all, resample, replicates)
    }

    /// The unitizing alphas of one code alone.
    pub(super) fn unitizing_of(
        &self,
        code: usize,
        resample: &Resample,
        replicates: u64,
    ) -> Unitizing {
        self.alphas(&[code], resample, replicates)
    }

    fn alphas(&self, codes: &[usize], resample: &Resample, replicates: u64) -> Unitizing {
        let notes = self.continua(codes);
        match resample {
            Resample::Clusters(of) => unitizing_of_notes(&notes, of, replicates),
            // A character alone is no unit of a continuum: its notes are drawn.
            Resample::Units => {
                let of: Vec<usize> = (0..notes.len()).collect();
                unitizing_of_notes(&notes, &of, replicates)
            }
        }
    }

    /// The continuum, note by note, as the coders cut it by some of the codes.
    fn continua(&self, codes: &[usize]) -> Vec<Continuum> {
        let empty = |&length: &u64| Continuum {
            length,
            codes: codes.len(),
            coders: vec![Vec::new(); self.names.len()],
        };
        let mut notes: Vec<Continuum> = self.lengths.iter().map(empty).collect();
        for (index, &code) in codes.iter().enumerate() {
            for (coder, mut marks) in self.marks(code).into_iter().enumerate() {
                marks.sort_by_key(|m| (m.note, m.start));
                join(&marks, |note, start, end| {
                    notes[note].coders[coder].push(Stretch {
                        start,
                        end,
                        code: index,
                    });
                });
            }
        }
        notes
    }
}

/// Joins passages of one code that overlap.
fn join(marks: &[Mark], mut add: impl FnMut(usize, u64, u64)) {
    let mut open: Option<(usize, u64, u64)> = None;
    for mark in marks {
        match &mut open {
            Some((note, _, end)) if *note == mark.note && mark.start < *end => {
                *end = mark.end.max(*end);
            }
            _ => {
                if let Some((note, start, end)) = open {
                    add(note, start, end);
                }
                open = Some((mark.note, mark.start, mark.end));
            }
        }
    }
    if let Some((note, start, end)) = open {
        add(note, start, end);
    }
}

fn length(note: &ReadNote) -> u64 {
    // Without its text a note is one character long: enough to be marked or not.
    note.text.chars().count().max(1) as u64
}

fn session_of(note: &ReadNote) -> (String, String, String, String) {
    if note.participant_id.is_empty() || note.date.is_empty() {
        return (
            String::new(),
            String::new(),
            String::new(),
            note.note_id.clone(),
        );
    }
    let parts = (
        note.participant_id.clone(),
        note.date.clone(),
        note.session_type.clone(),
    );
    (parts.0, parts.1, parts.2, String::new())
}

/// The coders' names; where two files name the same one, each with its file.
fn names(files: &[CoderFile]) -> Vec<String> {
    let count = |name: &str| files.iter().filter(|f| f.name == name).count();
    let mut names: Vec<String> = Vec::with_capacity(files.len());
    for file in files {
        let own = file.path.file_name().unwrap_or_default().to_string_lossy();
        let mut name = match count(&file.name) {
            1 => file.name.clone(),
            _ => format!("{} ({own})", file.name),
        };
        while names.contains(&name) {
            name.push('*');
        }
        names.push(name);
    }
    names
}

fn read_by_all(notes: Vec<ReadNote>, files: &[CoderFile]) -> Vec<ReadNote> {
    let read: Vec<BTreeSet<&str>> = files
        .iter()
        .map(|f| f.notes.iter().map(String::as_str).collect())
        .collect();
    notes
        .into_iter()
        .filter(|note| read.iter().all(|ids| ids.contains(note.note_id.as_str())))
        .collect()
}
