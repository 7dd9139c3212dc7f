//! The decided rows of a list of disagreements, and the passages that they are about.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::error::{Diagnostic, Error, Place, Result};
use crate::exchange::{SavedRow, SavedTable, read_sheet, same_words};
use crate::model::coding::Assertion;

/// What the adjudicator says of a passage.
#[derive(Debug, Clone)]
pub(super) struct Verdict {
    /// The line of its row.
    line: u32,
    pub(super) keeps: bool,
    pub(super) assertion: Option<Assertion>,
    pub(super) memo: String,
    /// Who decided; empty where the row does not say.
    pub(super) adjudicator: String,
    /// The words that were decided on; empty where the row does not say.
    words: String,
}

/// Note, code, start and end.
type Key = (String, String, String, String);

/// A passage that a verdict may be about.
pub(super) struct Decidable<'p> {
    pub(super) note: &'p str,
    pub(super) code: &'p str,
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) words: String,
}

/// The decided rows of a list, by passage.
pub(super) struct Verdicts {
    by_key: BTreeMap<Key, Verdict>,
    findings: Vec<Diagnostic>,
    path: std::path::PathBuf,
}

impl Verdicts {
    /// Reads a filled list of disagreements. Rows about one passage that say different things count
    /// as undecided, all of them: nobody here can tell which was meant.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let table = read_sheet(path)?;
        let mut own = Self {
            by_key: BTreeMap::new(),
            findings: Vec::new(),
            path: path.to_owned(),
        };
        let mut contradicted: BTreeSet<Key> = BTreeSet::new();
        for (key, verdict) in own.rows(&table)? {
            let Some(first) = own.by_key.get_mut(&key) else {
                own.by_key.insert(key, verdict);
                continue;
            };
            let (one, line) = (first.line, verdict.line);
            if (first.keeps, first.assertion) == (verdict.keeps, verdict.assertion) {
                let known = &mut first.adjudicator;
                let other = verdict.adjudicator;
                if !other.is_empty() && !known.split("; ").any(|name| name == other) {
                    if !known.is_empty() {
                        known.push_str("; ");
                    }
                    known.push_str(&other);
                }
                let why = format!("line {one} says the same of this passage: counted once");
                own.say(line, &why, "");
            } else {
                let why = format!(
                    "line {one} says otherwise of this passage ({} there, {} here): it counts as undecided",
                    said(first),
                    said(&verdict)
                );
                own.say(line, &why, "Leave one of the two rows.");
                contradicted.insert(key);
            }
        }
        own.by_key.retain(|key, _| !contradicted.contains(key));
        Ok(own)
    }

    /// The decided rows, in the file's order.
    fn rows(&mut self, table: &SavedTable) -> Result<Vec<(Key, Verdict)>> {
        let names = ["note_id", "code", "start", "end", "decision"];
        let wanted = names.map(|name| table.column(name));
        if wanted.iter().any(Option::is_none) {
            return Err(Error::other(format!(
                "{} is no list of disagreements: --disagreements writes one.",
                self.path.display()
            )));
        }
        let more = ["assertion", "memo", "adjudicator", "text"].map(|name| table.column(name));
        let mut rows = Vec::new();
        for row in table.rows.iter().filter(|r| !r.is_empty()) {
            let [note, code, start, end, decision] = wanted.map(|c| row.text(c).trim());
            let [assertion, memo, adjudicator, words] = more.map(|c| row.text(c).trim());
            let Some(keeps) = self.keeps(row, decision) else {
                continue;
            };
            let Ok(assertion) = self.assertion(row, assertion) else {
                continue;
            };
            let own = str::to_owned;
            let verdict = Verdict {
                line: row.line,
                keeps,
                assertion,
                memo: own(memo),
                adjudicator: own(adjudicator),
                words: own(words),
            };
            rows.push(((own(note), own(code), own(start), own(end)), verdict));
        }
        Ok(rows)
    }

    /// Whether a row keeps its passage; none where it does not say.
    fn keeps(&mut self, row: &SavedRow, decision: &str) -> Option<bool> {
        match decision.to_lowercase().as_str() {
            "keep" | "yes" => Some(true),
            "drop" | "no" => Some(false),
            "" => None,
            other => {
                let why =
                    format!("the row counts as undecided: {other:?} is neither keep nor drop");
                self.say(row.line, &why, "");
                None
            }
        }
    }

    /// The assertion that a row gives, if any.
    ///
    /// # Errors
    /// That its word is no assertion; this has been said then.
    fn assertion(
        &mut self,
        row: &SavedRow,
        word: &str,
    ) -> std::result::Result<Option<Assertion>, ()> {
        let word = word.to_lowercase();
        if word.is_empty() {
            return Ok(None);
        }
        word.parse().map(Some).map_err(|why: String| {
            let why = format!("the row counts as undecided: {why}");
            self.say(row.line, &why, "");
        })
    }

    /// The verdict on each passage: by its place, where the words there are those that were decided
    /// on; else, where the note reads otherwise now, by its words, if only one passage has them.
    pub(super) fn of(&mut self, passages: &[Decidable<'_>]) -> Vec<Option<Verdict>> {
        let mut found: Vec<Option<Verdict>> = passages.iter().map(|p| self.at(p)).collect();
        for (key, verdict) in std::mem::take(&mut self.by_key) {
            let (note, code, start, end) = &key;
            let may_be = |p: &Decidable<'_>| {
                p.note == note && p.code == code && same_words(&p.words, &verdict.words)
            };
            let alike: Vec<usize> = passages
                .iter()
                .enumerate()
                .filter(|(place, p)| found[*place].is_none() && may_be(p))
                .map(|(place, _)| place)
                .collect();
            let what = format!("{code} at {start}-{end} of {note}");
            match alike[..] {
                [place] if !verdict.words.is_empty() => {
                    let (from, to) = (passages[place].start, passages[place].end);
                    let why =
                        format!("{what} stands at {from}-{to} now: it was found by its words");
                    self.say(verdict.line, &why, "");
                    found[place] = Some(verdict);
                }
                [] | [_] => {
                    let why = format!("{what} is no passage of these coders now: left out");
                    let hint = "Write the list anew with --disagreements.";
                    self.say(verdict.line, &why, hint);
                }
                _ => {
                    let why = format!(
                        "{what} reads otherwise now, and its words stand in {} open passages: it counts as \
                         undecided",
                        alike.len()
                    );
                    let hint = "Write the list anew with --disagreements.";
                    self.say(verdict.line, &why, hint);
                }
            }
        }
        found
    }

    fn at(&mut self, passage: &Decidable<'_>) -> Option<Verdict> {
        let (note, code) = (passage.note.to_owned(), passage.code.to_owned());
        let key = (
            note,
            code,
            passage.start.to_string(),
            passage.end.to_string(),
        );
        let words = &self.by_key.get(&key)?.words;
        if !words.is_empty() && !same_words(words, &passage.words) {
            return None;
        }
        self.by_key.remove(&key)
    }

    /// Says that a verdict was not needed.
    pub(super) fn say_agreed(&mut self, verdict: &Verdict, code: &str) {
        let why =
            format!("all coders agree on this passage of {code} now: the decision is not needed");
        self.say(verdict.line, &why, "");
    }

    /// What is to be said of the list, in its order.
    pub(super) fn into_findings(mut self) -> Vec<Diagnostic> {
        self.findings.sort_by(|a, b| a.place.cmp(&b.place));
        self.findings
    }

    fn say(&mut self, line: u32, why: &str, hint: &str) {
        let mut letters = why.chars();
        let first = letters.next().map(|c| c.to_uppercase().to_string());
        let message = format!("{}{}.", first.unwrap_or_default(), letters.as_str());
        let place = Place::at(&self.path, line, 1);
        let finding = Diagnostic::warning("V755", place, message, hint);
        self.findings.push(finding);
    }
}

fn said(verdict: &Verdict) -> String {
    match (verdict.keeps, verdict.assertion) {
        (false, _) => "drop".to_owned(),
        (true, None) => "keep".to_owned(),
        (true, Some(assertion)) => format!("keep {assertion}"),
    }
}
