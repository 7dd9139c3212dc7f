//! A run beside the other coders of its study: their notes are kept as they pass, and compared when
//! all notes are coded.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::agreement::{Compared, Disagreement};
use crate::codebook::Loaded;
use crate::error::{Diagnostic, Error, Place, Result};
use crate::exchange::{CoderFile, Located, ReadCoding, ReadNote, read_coder_file};
use crate::export::disagreement_lines;
use crate::model::codebook::Codebook;
use crate::model::coded::CodedNote;
use crate::model::coding::{Coding, PatternId, WhyNot};
use crate::model::identifier::{Identifier, mask_inside};
use crate::report::{DISAGREEMENTS_MAX, Shown};
use crate::study::{STUDY_FILE, Study};
use crate::text::{CodePoints, Span};

use super::coders::{Asking, CodebookIs, Coders};
use super::disagreements::{coded_passages, disagreements, open_passages};
use super::notes::{set_onto, stem};
use super::stale::KnownCodebooks;
use super::{How, compare};

/// The other coders of a study, and what the run says of the notes that they read.
pub(in crate::pipeline) struct Others {
    files: Vec<CoderFile>,
    findings: Vec<Diagnostic>,
    how: How,
    known: KnownCodebooks,
    /// What coders may call a note: ids, names without folder and ending, texts.
    names: BTreeSet<String>,
    texts: BTreeSet<String>,
    notes: Vec<ReadNote>,
    run: CoderFile,
    /// What the page masks of each note; empty where it masks nothing.
    identifiers: BTreeMap<String, Vec<Identifier>>,
}

/// What the comparison gave.
#[derive(Debug)]
pub struct WithOthers {
    /// The agreement on each code.
    pub compared: Compared,
    /// The passages that are not agreed, as CSV.
    pub disagreements_csv: Vec<u8>,
    /// How many there are.
    pub disagreement_total: usize,
    /// The first of them, as the page shows them.
    pub shown: Vec<Disagreement>,
    /// What is wrong with the other coders' files.
    pub findings: Vec<Diagnostic>,
}

impl Others {
    /// Reads the coders that a study names; none where it names nobody, or none can be read. A file that
    /// cannot be read is a finding: the run does without it.
    pub(in crate::pipeline) fn read(study: &Study) -> (Option<Self>, Vec<Diagnostic>) {
        let asked = &study.file.agreement;
        let (mut files, mut findings) = (Vec::new(), Vec::new());
        for path in &asked.coders {
            match read_coder_file(&study.folder.join(path)) {
                Ok((coders, found)) => {
                    files.extend(coders);
                    findings.extend(found);
                }
                Err(error) => findings.push(not_read(study, path, &error)),
            }
        }
        if files.is_empty() {
            return (None, findings);
        }
        let mut own = Self {
            how: How {
                unit: asked.unit,
                threshold: asked.threshold(),
                ..How::default()
            },
            known: KnownCodebooks {
                studies: vec![study.folder.clone()],
            },
            names: BTreeSet::new(),
            texts: BTreeSet::new(),
            notes: Vec::new(),
            run: CoderFile::default(),
            identifiers: BTreeMap::new(),
            findings,
            files: Vec::new(),
        };
        for file in &files {
            own.names.extend(file.notes.iter().cloned());
            own.names
                .extend(file.texts.keys().map(|id| stem(id).to_owned()));
            own.texts.extend(file.texts.values().cloned());
        }
        own.files = files;
        (Some(own), Vec::new())
    }

    /// Keeps a note, with the run's codings, if another coder may have read it.
    pub(in crate::pipeline) fn add(
        &mut self,
        coded: &CodedNote<'_>,
        codebook: &Codebook,
        shown: Shown,
    ) {
        let id = coded.note.id.as_str();
        let is_read = self.names.contains(id)
            || self.names.contains(stem(id))
            || self.texts.contains(coded.text);
        if !is_read {
            return;
        }
        let points = CodePoints::new(coded.text);
        let stands = |c: &&Coding| c.why_not != Some(WhyNot::Rejected);
        let codings = coded.codings.iter().filter(stands);
        self.run
            .codings
            .extend(codings.map(|c| read(c, (id, coded.text), &points, codebook)));
        self.run.notes.push(id.to_owned());
        if shown == Shown::Masked && !coded.identifiers.is_empty() {
            let identifiers = coded.identifiers.to_vec();
            self.identifiers.insert(id.to_owned(), identifiers);
        }
        let text = |known: Option<String>| known.unwrap_or_default();
        let note = coded.note;
        self.notes.push(ReadNote {
            note_id: id.to_owned(),
            text: coded.text.to_owned(),
            participant_id: text(note.participant.value.as_ref().map(ToString::to_string)),
            date: text(note.date.value.map(|d| d.to_string())),
            session_type: coded.own_session_type().to_owned(),
        });
    }

    /// Compares all coders, the run first.
    ///
    /// # Errors
    /// Where the unit needs rules that the language does not have.
    pub(in crate::pipeline) fn finish(mut self, codebook: &Loaded) -> Result<WithOthers> {
        let book = &codebook.codebook;
        self.run.name = format!("rules {} {}", book.name, book.version);
        for file in &mut self.files {
            set_onto(file, &self.notes, &mut self.findings);
            // Paths depend on where the study lies.
            file.path = file.path.file_name().unwrap_or_default().into();
        }
        let mut files = vec![self.run];
        files.append(&mut self.files);
        let asking = Asking {
            codebook: book,
            known_as: CodebookIs::Named,
            any_assertion: false,
            known: self.known,
        };
        let coders = Coders::new(&files, self.notes, &asking, self.findings);
        let passages = coded_passages(&coders);
        let open = open_passages(&coders, &passages);
        let words = |note: usize, span: Span| span.slice(&coders.notes[note].text).to_owned();
        let masked = |note: usize, span: Span| {
            let note = &coders.notes[note];
            let own = self.identifiers.get(&note.note_id);
            mask_inside(&note.text, span, own.map_or(&[], Vec::as_slice))
        };
        let first = open.get(..DISAGREEMENTS_MAX).unwrap_or(&open);
        Ok(WithOthers {
            compared: compare(&coders, &self.how)?,
            disagreements_csv: disagreement_lines(&disagreements(&coders, &open, &words)),
            disagreement_total: open.len(),
            shown: disagreements(&coders, first, &masked),
            findings: coders.findings,
        })
    }
}

fn not_read(study: &Study, path: &Path, error: &Error) -> Diagnostic {
    let place = Place::file(study.folder.join(STUDY_FILE));
    let message = format!(
        "The coder's file {}, which [agreement] names, cannot be read, and the run is not compared with it. \
         {error}",
        path.display()
    );
    let hint = "Correct `coders` in [agreement], or put the file there.";
    Diagnostic::warning("V714", place, message, hint)
}

fn read(
    coding: &Coding,
    (note_id, text): (&str, &str),
    points: &CodePoints<'_>,
    codebook: &Codebook,
) -> ReadCoding {
    let (start, end) = points.pair(coding.span);
    let pattern = |id: PatternId| codebook.pattern(id).map(|p| p.source.clone());
    let cue = coding.evidence.cue.as_ref().map(|cue| cue.span.slice(text));
    let evidence = match (pattern(coding.evidence.pattern), cue) {
        (Some(pattern), Some(cue)) => format!("{pattern}, cue {cue:?}"),
        (pattern, _) => pattern.unwrap_or_default(),
    };
    ReadCoding {
        note_id: note_id.to_owned(),
        code: codebook.code(coding.code).path.as_str().to_owned(),
        located: Located::At {
            start,
            end,
            text: None,
        },
        assertion: coding.assertion(),
        voice: Some(coding.voice),
        evidence,
        note_sha256: String::new(),
        place: Place::default(),
    }
}
