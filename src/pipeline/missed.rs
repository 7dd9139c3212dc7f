//! What the rules miss, from the answered samples of a study.
//!
//! Comes in: the filled sheets of `verbatim sample --from uncoded`, and the notes as they are coded
//! now. Goes out: for each code, what is found and what is estimated to be missed, in all notes and in
//! each cell.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::agreement::{
    APART, CodeMissed, FoundCell, FoundCells, InSentence, Sampled, missed, sentences_and_code,
};
use crate::error::{Diagnostic, Place, Result};
use crate::exchange::{AnsweredSheet, SheetAnswer, read_answers};
use crate::export::Tables;
use crate::model::codebook::{CodeIndex, Codebook};
use crate::model::coded::CodedNote;
use crate::model::corpus::{Note, UNKNOWN_SESSION_TYPE};
use crate::model::provenance::RuleFile;
use crate::study::Study;
use crate::text::CodePoints;

use super::agree::Since;

/// A sampled sentence with where it stands.
#[derive(Debug)]
struct Placed {
    code: CodeIndex,
    start: usize,
    end: usize,
    /// Its words, and where the sheet has them.
    sentence: String,
    row: Place,
    sampled: Sampled,
}

impl Placed {
    fn stands_elsewhere(&self, points: &CodePoints<'_>, text: &str) -> bool {
        let words = |text: &str| {
            text.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let there = points
            .span(self.start, self.end)
            .map(|span| span.slice(text));
        let is_known = !self.sentence.is_empty() && self.sampled.carries.is_some();
        is_known && there.is_none_or(|there| words(there) != words(&self.sentence))
    }
}

/// The samples of a study, and what is found of their codes so far.
#[derive(Debug, Default)]
pub struct Missing {
    placed: Vec<Placed>,
    /// Where each sentence stands in `placed`: by code, note, start and end.
    by_place: BTreeMap<(CodeIndex, usize, usize, usize), usize>,
    /// Sentences that more than one sheet answers.
    answered_twice: usize,
    /// Codebooks that sheets were drawn with.
    drawn_with: Since,
    /// Places in `placed` by note.
    of_note: BTreeMap<usize, Vec<usize>>,
    found: BTreeMap<CodeIndex, FoundCells>,
    /// By sampled code, sentences that could be drawn now.
    open: BTreeMap<CodeIndex, OpenSentences>,
    other_codebook: BTreeMap<CodeIndex, bool>,
    /// What is wrong with the sheets.
    pub findings: Vec<Diagnostic>,
    /// The sheets that were read, as provenance names them.
    pub sheets: Vec<RuleFile>,
}

/// Sentences that do not count as found.
#[derive(Debug, Clone, Copy, Default)]
struct OpenSentences {
    /// Without the code.
    without: u64,
    /// In which it stands and does not count.
    uncounted: u64,
}

/// What one note says of the sampled codes.
#[derive(Debug, Default)]
pub struct NoteMissing {
    cell: (String, String),
    words: u64,
    /// By sampled code, sentences with a counted passage, and the others.
    found: Vec<(CodeIndex, u64, OpenSentences)>,
    /// Places of sampled sentences that are found by now.
    now: Vec<usize>,
    /// Those whose words stand elsewhere, or nowhere.
    elsewhere: Vec<usize>,
    is_duplicate: bool,
}

impl Missing {
    /// Reads a study's sheets. One that cannot be read is a finding; of a sheet and its workbook, the one
    /// with more answers is taken.
    pub fn read(study: &Study, codebook: &Codebook, notes: &[Note]) -> Self {
        let mut missing = Self::of_study(study);
        let sheets = study.elusion_sheets();
        let mut by_stem: BTreeMap<PathBuf, (PathBuf, AnsweredSheet)> = BTreeMap::new();
        for path in &sheets {
            match read_answers(path) {
                Ok(mut sheet) => {
                    let stem = path.with_extension("");
                    let other = by_stem.get(&stem);
                    let is_better = other.is_none_or(|(_, o)| sheet.answered() > o.answered());
                    missing.findings.append(&mut sheet.findings);
                    if is_better {
                        by_stem.insert(stem, (path.clone(), sheet));
                    }
                }
                Err(error) => missing.findings.push(finding(
                    Place::file(path),
                    format!("What was missed is not estimated from this sheet: {error}"),
                )),
            }
        }
        missing.take_sheets(by_stem.into_values(), codebook, notes);
        missing
    }

    fn of_study(study: &Study) -> Self {
        Self {
            drawn_with: Since::of_study(&study.folder),
            ..Self::default()
        }
    }

    /// The same of a sheet that was read.
    pub fn of(
        study: &Study,
        (path, sheet): (&Path, AnsweredSheet),
        codebook: &Codebook,
        notes: &[Note],
    ) -> Self {
        let mut missing = Self::of_study(study);
        missing.take_sheets([(path.to_owned(), sheet)], codebook, notes);
        missing
    }

    fn take_sheets(
        &mut self,
        sheets: impl IntoIterator<Item = (PathBuf, AnsweredSheet)>,
        codebook: &Codebook,
        notes: &[Note],
    ) {
        let ids: BTreeMap<&str, usize> = notes
            .iter()
            .enumerate()
            .map(|(i, n)| (n.id.as_str(), i))
            .collect();
        for (path, mut sheet) in sheets {
            self.findings.append(&mut sheet.findings);
            self.take_sheet(&path, sheet.answers, codebook, (notes, &ids));
            let name = path.file_name().unwrap_or_default();
            self.sheets.push(RuleFile {
                name: name.to_string_lossy().into_owned(),
                version: String::new(),
                path: path.to_string_lossy().into_owned(),
                sha256: sheet.sha256,
            });
        }
        if self.answered_twice > 0 {
            let place = self.sheets.last().map(|s| Place::file(Path::new(&s.path)));
            let message = format!(
                "{} sentences are answered in more than one sheet: each counts once.",
                self.answered_twice
            );
            self.findings
                .extend(place.map(|place| finding(place, message)));
        }
    }

    fn take_sheet(
        &mut self,
        path: &Path,
        answers: Vec<SheetAnswer>,
        codebook: &Codebook,
        (notes, ids): (&[Note], &BTreeMap<&str, usize>),
    ) {
        for answer in answers {
            let place = Place::at(path, answer.line, 1);
            let Some(code) = codebook.find(&answer.code) else {
                let message = format!("The codebook has no code {:?}: left out.", answer.code);
                self.findings.push(finding(place, message));
                continue;
            };
            let Some(&note) = ids.get(answer.note_id.as_str()) else {
                let message = format!("The study has no note {:?}: left out.", answer.note_id);
                self.findings.push(finding(place, message));
                continue;
            };
            let drawn_with = answer.codebook_sha256.as_str();
            let is_other = is_other(&mut self.drawn_with, drawn_with, codebook, code);
            *self.other_codebook.entry(code).or_default() |= is_other;
            // Who says that it is denied, planned or somebody else's says that it does not count.
            let counts = |a| codebook.code(code).count.contains(&a);
            let carries = answer
                .carries
                .map(|yes| yes && answer.assertion.is_none_or(counts));
            let key = (code, note, answer.start, answer.end);
            if let Some(&known) = self.by_place.get(&key) {
                self.answer_again(known, carries, place);
                continue;
            }
            self.by_place.insert(key, self.placed.len());
            self.found.entry(code).or_default();
            self.of_note
                .entry(note)
                .or_default()
                .push(self.placed.len());
            let about = &notes[note];
            let participant = about.participant.value.as_ref();
            self.placed.push(Placed {
                code,
                start: answer.start,
                end: answer.end,
                sentence: answer.sentence,
                row: place,
                sampled: Sampled {
                    stratum: answer.stratum,
                    stratum_size: answer.stratum_size,
                    participant_id: participant.map(ToString::to_string).unwrap_or_default(),
                    session_type: UNKNOWN_SESSION_TYPE.to_owned(),
                    carries,
                    is_found: false,
                },
            });
        }
    }

    /// A sentence that another sheet has, too. Two people who disagree leave it open.
    fn answer_again(&mut self, at: usize, carries: Option<bool>, place: Place) {
        let known = &mut self.placed[at].sampled.carries;
        match (*known, carries) {
            (_, None) => {}
            (None, Some(_)) => *known = carries,
            (Some(before), Some(now)) => {
                self.answered_twice += 1;
                if before != now {
                    *known = None;
                    let message = "Another sheet answers this sentence otherwise: it counts as not \
                                   answered until they agree.";
                    self.findings.push(finding(place, message.to_owned()));
                }
            }
        }
    }

    /// Looks at a note for the sampled codes.
    pub fn gather(&self, coded: &CodedNote<'_>, codebook: &Codebook) -> NoteMissing {
        let is_duplicate = coded.note.duplicate_of.is_some();
        if self.placed.is_empty() || is_duplicate {
            return NoteMissing {
                is_duplicate,
                ..NoteMissing::default()
            };
        }
        let participant = coded.note.participant.value.as_ref();
        let mut out = NoteMissing {
            cell: (
                participant.map(ToString::to_string).unwrap_or_default(),
                coded.own_session_type().to_owned(),
            ),
            words: coded.counted_text().words,
            ..NoteMissing::default()
        };
        let own = self.of_note.get(&coded.index).map(Vec::as_slice);
        let own = own.unwrap_or_default();
        let points = CodePoints::new(coded.text);
        out.elsewhere = own
            .iter()
            .copied()
            .filter(|&at| self.placed[at].stands_elsewhere(&points, coded.text))
            .collect();
        for &code in self.found.keys() {
            let (mut count, mut open) = (0, OpenSentences::default());
            for (sentence, has) in sentences_and_code(coded, codebook, code) {
                open.uncounted += u64::from(has == InSentence::Uncounted);
                open.without += u64::from(has == InSentence::Nothing);
                if has != InSentence::Counted {
                    continue;
                }
                count += 1;
                let (start, end) = points.pair(sentence.span);
                let met = own.iter().copied().filter(|&at| {
                    let p = &self.placed[at];
                    p.code == code && p.start < end && start < p.end
                });
                out.now.extend(met);
            }
            out.found.push((code, count, open));
        }
        out
    }

    /// Takes what was gathered of the next note.
    pub fn take(&mut self, note: NoteMissing, index: usize) {
        if note.is_duplicate {
            return;
        }
        for &at in self
            .of_note
            .get(&index)
            .map(Vec::as_slice)
            .unwrap_or_default()
        {
            self.placed[at]
                .sampled
                .session_type
                .clone_from(&note.cell.1);
        }
        for at in note.elsewhere {
            let message = "The words of this row do not stand at its start and end: the note changed, or the row did. \
                           Its answer counts all the same.";
            let row = self.placed[at].row.clone();
            self.findings.push(finding(row, message.to_owned()));
        }
        for at in note.now {
            self.placed[at].sampled.is_found = true;
        }
        for (code, sentences, open) in note.found {
            let sum = self.open.entry(code).or_default();
            sum.without += open.without;
            sum.uncounted += open.uncounted;
            let cells = self.found.entry(code).or_default();
            let cell: &mut FoundCell = cells.entry(note.cell.clone()).or_default();
            cell.sentences += sentences;
            cell.words += note.words;
        }
    }

    /// Whether there is any sample.
    pub fn is_empty(&self) -> bool {
        self.placed.is_empty()
    }

    /// Takes what was odd about the samples; to be asked for when all notes were taken.
    ///
    /// Sheets of earlier versions were drawn from sentences without any passage of the code: what is
    /// missed where it stands uncounted is then in no estimate.
    pub fn take_findings(&mut self, codebook: &Codebook) -> Vec<Diagnostic> {
        let mut findings = std::mem::take(&mut self.findings);
        for (&code, open) in &self.open {
            let mut own = self.placed.iter().filter(|p| p.code == code);
            let sheet = own.clone().next().map(|p| Place::file(&p.row.path));
            let path = codebook.code(code).path.as_str();
            let later = self.not_covered(code, *open);
            findings.extend(sheet.clone().filter(|_| later > 0).map(|sheet| {
                let message = format!(
                    "{later} sentences without {path} could not be drawn for this sheet: they came in since, or \
                     stand in groups of which nothing was drawn. The estimate of what is missed does not speak \
                     for them; what is found is that of all notes."
                );
                let hint = "Draw another sheet under another name (--sheet) and leave both in the study folder.";
                Diagnostic::warning("V752", sheet, message, hint)
            }));
            let uncounted = open.uncounted;
            if uncounted == 0 || own.any(|p| p.sampled.stratum == APART) {
                continue;
            }
            let message = format!(
                "What is missed of {path} is estimated for sentences in which nothing of it is coded. It stands \
                 uncounted (negated, planned ...) in {uncounted} more, which no sheet draws from."
            );
            let hint =
                "A sheet that is drawn now (`verbatim sample --from uncoded`) holds some of them.";
            findings.extend(sheet.map(|place| Diagnostic::warning("V752", place, message, hint)));
        }
        findings
    }

    /// Sentences without a code that no sheet of today's codebook could draw.
    fn not_covered(&self, code: CodeIndex, open: OpenSentences) -> u64 {
        if self.other_codebook.get(&code) == Some(&true) {
            return 0;
        }
        let mut strata: BTreeMap<&str, u64> = BTreeMap::new();
        let mut found_since = 0;
        for placed in self.placed.iter().filter(|p| p.code == code) {
            let sampled = &placed.sampled;
            let size = strata.entry(&sampled.stratum).or_default();
            *size = sampled.stratum_size.max(*size);
            found_since += u64::from(sampled.is_found);
        }
        let drawn_apart = strata.contains_key(APART);
        let now = open.without + if drawn_apart { open.uncounted } else { 0 };
        (now + found_since).saturating_sub(strata.values().sum())
    }

    /// The estimates of every sampled code, in the codebook's order.
    pub fn finish(self) -> Vec<CodeMissed> {
        let mut sampled: BTreeMap<CodeIndex, Vec<Sampled>> = BTreeMap::new();
        for one in self.placed {
            sampled.entry(one.code).or_default().push(one.sampled);
        }
        let of_code = |(code, own): (CodeIndex, Vec<Sampled>)| CodeMissed {
            code,
            rows: missed(&self.found[&code], &own),
            is_other_codebook: self.other_codebook.get(&code) == Some(&true),
        };
        sampled.into_iter().map(of_code).collect()
    }
}

/// Whether a code was defined otherwise in the codebook that a sheet was drawn with, or nobody can tell:
/// what was drawn as not coded may be coded now, and the other way round.
fn is_other(since: &mut Since, sha256: &str, now: &Codebook, code: CodeIndex) -> bool {
    let path = now.code(code).path.as_str();
    sha256 != now.sha256
        && since
            .of(sha256, now)
            .is_none_or(|s| s.said_of(&[path]).is_some())
}

fn finding(place: Place, message: String) -> Diagnostic {
    Diagnostic::warning("V752", place, message, "")
}

/// Writes what the rules miss, where somebody looked; gives it back with what was odd about the samples.
pub(super) fn write(
    mut missing: Missing,
    codebook: &Codebook,
    tables: &mut Tables<'_>,
) -> Result<(Vec<CodeMissed>, Vec<Diagnostic>)> {
    let findings = missing.take_findings(codebook);
    let found = missing.finish().into_iter();
    let missed: Vec<CodeMissed> = found.map(CodeMissed::of_this_codebook).collect();
    if !missed.is_empty() {
        tables.elusion(&missed)?;
    }
    Ok((missed, findings))
}
