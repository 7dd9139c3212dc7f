//! The coders of one comparison, their passages placed in the notes that all of them read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::agreement::{Continuum, Mark, Resample, Stretch, UnitMap, Unitizing, unitizing};
use crate::codebook;
use crate::error::{Diagnostic, Error, Result};
use crate::exchange::{CoderFile, ReadNote, locate, read_coder_file, read_notes};
use crate::model::coding::Assertion;
use crate::segment;
use crate::study::in_language;

use super::{Args, Cluster, Unit};

/// Coders, notes and passages.
pub(super) struct Coders {
    pub(super) names: Vec<String>,
    /// The notes that every coder read, in the order of `NOTES.jsonl`.
    pub(super) notes: Vec<ReadNote>,
    /// All codes that anybody used, and those of the codebook that a coder could have used.
    pub(super) codes: Vec<String>,
    pub(super) findings: Vec<Diagnostic>,
    /// What a rule set went by, by coder, code, note and start of the passage.
    evidence: BTreeMap<(usize, usize, usize, u64), String>,
    /// Per coder, per code, all passages.
    placed: Vec<Vec<Vec<Mark>>>,
    /// Per code, the assertions that mark a unit.
    counting: Vec<Vec<Assertion>>,
}

impl Coders {
    pub(super) fn read(args: &Args) -> Result<Self> {
        let mut findings = Vec::new();
        let mut files: Vec<CoderFile> = Vec::new();
        for path in &args.coders {
            let (coders, found) = read_coder_file(path)?;
            files.extend(coders);
            findings.extend(found);
        }
        let notes = match notes_path(args) {
            Some(path) => read_notes(&path)?,
            None if args.unit == Unit::Note => bare_notes(&files),
            None => {
                return Err(Error::other(
                    "this unit needs the notes' text: give it with --notes NOTES.jsonl \
                     (a run writes it).",
                ));
            }
        };
        let notes = read_by_all(notes, &files);
        let used: BTreeSet<&String> = files
            .iter()
            .flat_map(|f| f.codings.iter().map(|c| &c.code))
            .collect();
        let codes: Vec<String> = used.into_iter().cloned().collect();
        let counting = counting(args, &codes)?;
        let mut evidence = BTreeMap::new();
        let placed = files
            .iter()
            .enumerate()
            .map(|(coder, file)| {
                let (placed, why) = place(file, &notes, &codes, &mut findings);
                let own = why.into_iter();
                evidence.extend(own.map(|((code, note, at), w)| ((coder, code, note, at), w)));
                placed
            })
            .collect();
        let names = files.into_iter().map(|f| f.name).collect();
        Ok(Self {
            names,
            notes,
            codes,
            findings,
            evidence,
            placed,
            counting,
        })
    }

    /// Every passage of a coder and code, whatever its assertion.
    pub(super) fn all_marks(&self, coder: usize, code: usize) -> Vec<Mark> {
        self.placed[coder][code].clone()
    }

    /// What rule sets went by in some passages of a note and code.
    pub(super) fn evidence(&self, note: usize, code: usize, marks: &[(usize, Mark)]) -> String {
        let found = marks.iter().filter_map(|(coder, mark)| {
            let why = self.evidence.get(&(*coder, code, note, mark.start))?;
            Some(format!("{}: {why}", self.names[*coder]))
        });
        found.collect::<Vec<_>>().join("; ")
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
    pub(super) fn units(&self, unit: Unit) -> Result<UnitMap> {
        let whole = |(note, id): (&ReadNote, usize)| vec![(0, length(note), id)];
        Ok(match unit {
            Unit::Character => UnitMap::Characters {
                lengths: self.notes.iter().map(length).collect(),
            },
            Unit::Note => UnitMap::Stretches {
                notes: self.notes.iter().zip(0..).map(whole).collect(),
                units: self.notes.len(),
            },
            Unit::Session => {
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
                let notes = self.notes.iter().zip(ids).map(whole).collect();
                UnitMap::Stretches { notes, units }
            }
            Unit::Sentence => self.sentences()?,
        })
    }

    fn sentences(&self) -> Result<UnitMap> {
        let rules = in_language(codebook::builtin_section_rules, "en")?;
        let mut units = 0;
        let mut notes = Vec::with_capacity(self.notes.len());
        for note in &self.notes {
            let layout = segment::layout(&note.text, &rules, &[]);
            let points = crate::text::CodePoints::new(&note.text);
            let stretch = |s: &crate::model::layout::Sentence| {
                let (start, end) = points.pair(s.span);
                units += 1;
                (start as u64, end as u64, units - 1)
            };
            notes.push(layout.sentences.iter().map(stretch).collect());
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

    /// The unitizing alphas over all codes.
    pub(super) fn unitizing(&self) -> Unitizing {
        unitizing(&self.continuum(&(0..self.codes.len()).collect::<Vec<_>>()))
    }

    /// The unitizing alphas of one code alone.
    pub(super) fn unitizing_of(&self, code: usize) -> Unitizing {
        unitizing(&self.continuum(&[code]))
    }

    fn continuum(&self, codes: &[usize]) -> Continuum {
        let mut offsets = Vec::with_capacity(self.notes.len());
        let mut end = 0;
        for note in &self.notes {
            offsets.push(end);
            end += length(note);
        }
        let mut coders = vec![Vec::new(); self.names.len()];
        for (index, &code) in codes.iter().enumerate() {
            for (stretches, mut marks) in coders.iter_mut().zip(self.marks(code)) {
                marks.sort_by_key(|m| (m.note, m.start));
                join(&marks, |note, start, end| {
                    let offset = offsets[note];
                    stretches.push(Stretch {
                        start: offset + start,
                        end: offset + end,
                        code: index,
                    });
                });
            }
        }
        Continuum {
            length: end,
            codes: codes.len(),
            coders,
        }
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

fn notes_path(args: &Args) -> Option<PathBuf> {
    let of_run = |path: &Path| Some(path.join("notes.jsonl")).filter(|p| p.is_file());
    args.notes
        .clone()
        .or_else(|| args.coders.iter().find_map(|p| of_run(p)))
}

/// Notes by their ids alone, where no text is at hand.
fn bare_notes(files: &[CoderFile]) -> Vec<ReadNote> {
    let ids: BTreeSet<&String> = files.iter().flat_map(|f| &f.notes).collect();
    ids.into_iter()
        .map(|id| ReadNote {
            note_id: id.clone(),
            ..ReadNote::default()
        })
        .collect()
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

/// Which assertions of each code mark a unit.
fn counting(args: &Args, codes: &[String]) -> Result<Vec<Vec<Assertion>>> {
    if args.any_assertion {
        return Ok(vec![Assertion::ALL.to_vec(); codes.len()]);
    }
    let codebook = codebook::open(&args.codebook)?.codebook;
    let counts = |code: &String| match codebook.find(code) {
        Some(index) => codebook.code(index).count.clone(),
        None => vec![Assertion::Affirmed],
    };
    Ok(codes.iter().map(counts).collect())
}

/// What a rule set went by, by code, note and start of the passage.
type Evidence = BTreeMap<(usize, usize, u64), String>;

fn place(
    file: &CoderFile,
    notes: &[ReadNote],
    codes: &[String],
    findings: &mut Vec<Diagnostic>,
) -> (Vec<Vec<Mark>>, Evidence) {
    let by_id: BTreeMap<&str, usize> = notes
        .iter()
        .enumerate()
        .map(|(i, n)| (n.note_id.as_str(), i))
        .collect();
    let mut placed = vec![Vec::new(); codes.len()];
    let mut evidence = Evidence::new();
    for coding in &file.codings {
        let Some(&note) = by_id.get(coding.note_id.as_str()) else {
            continue;
        };
        let Ok(code) = codes.binary_search(&coding.code) else {
            continue;
        };
        let found = if notes[note].text.is_empty() {
            Ok((0, 1, None))
        } else {
            locate(coding, &notes[note].text)
        };
        match found {
            Ok((start, end, moved)) => {
                findings.extend(moved);
                if !coding.evidence.is_empty() {
                    evidence.insert((code, note, start as u64), coding.evidence.clone());
                }
                placed[code].push(Mark {
                    note,
                    start: start as u64,
                    end: end as u64,
                    assertion: coding.assertion,
                    voice: coding.voice,
                });
            }
            Err(finding) => findings.push(*finding),
        }
    }
    (placed, evidence)
}
