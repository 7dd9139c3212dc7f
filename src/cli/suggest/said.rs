//! What people said of sentences besides the codings that stand: their decisions, and the answers of
//! filled sheets.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::error::{Diagnostic, Error, Place};
use crate::exchange::{
    CoderFile, DecidedTexts, ReadCoding, anchor, locate, read_answers, read_coder_file,
    read_decisions,
};
use crate::model::codebook::{Code, Codebook};
use crate::model::coded::CodedNote;
use crate::model::coding::Assertion;
use crate::model::decision::{Action, Decision};
use crate::study::Study;
use crate::suggest::Said;
use crate::text::{CodePoints, Span, hex_sha256};

/// What people said of a code, by note.
#[derive(Debug, Default)]
pub(super) struct SaidByPeople {
    decisions: BTreeMap<String, Vec<(Says, Decision)>>,
    /// The texts that decisions were made on.
    texts: DecidedTexts,
    /// Answered sentences of elusion sheets.
    answers: BTreeMap<String, Vec<(Says, ReadCoding)>>,
    /// What each reader of a note with a coding sheet coded in it.
    readings: BTreeMap<String, Vec<Vec<(Says, ReadCoding)>>>,
    /// What is wrong with the sheets.
    pub(super) findings: Vec<Diagnostic>,
}

/// What a person says of a passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Yes,
    No,
    /// It speaks of the code without carrying it.
    Beside,
}

/// The code that is asked for, with those below it.
struct Asked<'a> {
    codebook: &'a Codebook,
    of: &'a [bool],
}

impl Asked<'_> {
    fn is_meant(&self, code: &str) -> bool {
        let code = self.codebook.find(code);
        code.is_some_and(|c| self.of.get(c.0 as usize) == Some(&true))
    }

    /// Whether who denies a code denies the one that is asked for: it is that one, or above it.
    fn is_denied_by(&self, code: &str) -> bool {
        let asked = self.of.iter().position(|is_meant| *is_meant);
        let asked = asked.and_then(|at| self.codebook.codes.get(at));
        asked.is_some_and(|asked| {
            let below = asked.path.as_str().strip_prefix(code);
            below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    fn of_passage(&self, code: &str, assertion: Assertion) -> Says {
        let counts = |code: &Code| code.count.contains(&assertion);
        let code = self.codebook.find(code);
        if code.is_some_and(|c| counts(self.codebook.code(c))) {
            Says::Yes
        } else {
            Says::Beside
        }
    }
}

impl SaidByPeople {
    /// Reads the study's decisions and filled sheets; `of` lists by place the codes that are meant.
    pub(super) fn read(study: &Study, codebook: &Codebook, of: &[bool]) -> Self {
        let asked = Asked { codebook, of };
        let mut said = Self::default();
        said.take_decisions(study, &asked);
        for path in study.elusion_sheets() {
            match read_answers(&path) {
                Ok(mut sheet) => {
                    said.findings.append(&mut sheet.findings);
                    for answer in &sheet.answers {
                        let says = match answer.carries {
                            Some(true) if asked.is_meant(&answer.code) => Says::Yes,
                            Some(false) if asked.is_denied_by(&answer.code) => Says::No,
                            Some(_) | None => continue,
                        };
                        let own = said.answers.entry(answer.note_id.clone()).or_default();
                        own.push((says, answer.passage(&path)));
                    }
                }
                Err(error) => said.findings.push(unread(&path, &error)),
            }
        }
        for path in study.coding_sheets() {
            match read_coder_file(&path) {
                Ok((coders, findings)) => {
                    said.findings.extend(findings);
                    let coders = coders.into_iter();
                    coders.for_each(|coder| said.take_reading(coder, &asked));
                }
                Err(error) => said.findings.push(unread(&path, &error)),
            }
        }
        said
    }

    fn take_decisions(&mut self, study: &Study, asked: &Asked<'_>) {
        self.texts = DecidedTexts::beside(&study.decisions());
        let decisions = read_decisions(&study.decisions()).unwrap_or_default().rows;
        for decision in decisions.into_iter().filter(|d| asked.is_meant(&d.code)) {
            let says = match (decision.action, decision.assertion) {
                (Action::Reject | Action::Recode, _) => Says::No,
                // A coding that is kept as it stands is known from how it stands.
                (Action::Keep, None) => Says::Yes,
                (Action::Keep | Action::Add, assertion) => {
                    asked.of_passage(&decision.code, assertion.unwrap_or(Assertion::Affirmed))
                }
            };
            let own = self.decisions.entry(decision.note_id.clone()).or_default();
            own.push((says, decision));
        }
    }

    /// Takes what a coder coded in the notes that they read.
    fn take_reading(&mut self, coder: CoderFile, asked: &Asked<'_>) {
        let mut own: BTreeMap<String, Vec<(Says, ReadCoding)>> = BTreeMap::new();
        let read: BTreeSet<String> = coder.notes.into_iter().collect();
        for coding in coder
            .codings
            .into_iter()
            .filter(|c| asked.is_meant(&c.code))
        {
            let says = asked.of_passage(&coding.code, coding.assertion);
            let of_note = own.entry(coding.note_id.clone()).or_default();
            of_note.push((says, coding));
        }
        for note in read {
            let reading = own.remove(&note).unwrap_or_default();
            self.readings.entry(note).or_default().push(reading);
        }
    }

    /// What was said of a note's sentences.
    pub(super) fn of(&self, note: &CodedNote<'_>) -> Said {
        let id = note.note.id.as_str();
        let points = CodePoints::new(note.text);
        let mut said = Said::default();
        if let Some(own) = self.decisions.get(id) {
            let sha256 = hex_sha256(note.text.as_bytes());
            for (says, decision) in own {
                let old = self.texts.made_on(decision, &sha256);
                let now = (note.text, &points, sha256.as_str());
                let span = anchor(decision, now, old.as_deref()).span;
                put(&mut said, *says, span);
            }
        }
        let place = |coding: &ReadCoding| {
            let (start, end, _) = locate(coding, note.text).ok()?;
            points.span(start, end)
        };
        for (says, answer) in self.answers.get(id).into_iter().flatten() {
            put(&mut said, *says, place(answer));
        }
        for reading in self.readings.get(id).into_iter().flatten() {
            let coded: Vec<(Says, Span)> = reading
                .iter()
                .filter_map(|(says, coding)| Some((*says, place(coding)?)))
                .collect();
            // Who read a note says no to each sentence that they did not code; where a passage of
            // theirs is not found any more, nobody knows which sentences these are.
            if coded.len() == reading.len() {
                let sentences = note.layout.sentences.iter().map(|s| s.span);
                let is_bare = |s: &Span| !coded.iter().any(|(_, span)| span.overlaps(*s));
                said.no.extend(sentences.filter(is_bare));
            }
            for (says, span) in coded {
                put(&mut said, says, Some(span));
            }
        }
        said
    }
}

/// Puts a passage where it belongs.
fn put(said: &mut Said, says: Says, span: Option<Span>) {
    match says {
        Says::Yes => said.yes.extend(span),
        Says::No => said.no.extend(span),
        Says::Beside => said.beside.extend(span),
    }
}

fn unread(path: &Path, error: &Error) -> Diagnostic {
    let message = format!("Nothing is learnt from this sheet: {error}");
    Diagnostic::warning("V754", Place::file(path), message, "")
}
