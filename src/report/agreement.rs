//! How the run agrees with the study's other coders, code by code, against a threshold that was set
//! before: what the page's template shows of it.

use serde::Serialize;

use crate::agreement::{
    ALPHA, CodeAgreement, CoderSaid, Compared, Disagreement, Estimate, Retrieval, SaidMark,
    Verdict, spread, units_text,
};

use super::ReportData;
use super::mask::{Mask, shown_path, shown_text};
use super::text::{counted, shown, spaced, thousands};

/// Pairs of codes that are shown at most.
const PAIRS_MAX: usize = 20;

/// The section, already in words.
#[derive(Debug, Serialize)]
pub(super) struct AgreementView {
    coders: Vec<String>,
    notes: String,
    unit: String,
    /// Lowest and median coefficient; none where none is defined.
    over_codes: Option<String>,
    threshold: Option<String>,
    /// Code, units, marked, agreement, positive, negative, alpha, verdict, what may be said.
    codes: Vec<[String; 9]>,
    unused: Option<String>,
    /// Code of the first coder, of the second, passages.
    confusion: Vec<[String; 3]>,
    /// Passages that are not agreed, and how many more there are.
    disagreements: Vec<DisagreementView>,
    disagreement_total: String,
    disagreements_left: Option<String>,
}

/// A passage that is not agreed, side by side.
#[derive(Debug, Serialize)]
struct DisagreementView {
    code: String,
    note: String,
    before: String,
    text: String,
    after: String,
    /// By coder: each passage that the coder marked.
    said: Vec<Vec<SaidView>>,
}

/// A passage as a coder marked it.
#[derive(Debug, Serialize)]
struct SaidView {
    /// Assertion and voice.
    what: String,
    /// Its place in the note.
    place: String,
    /// Its words, where they are not those of the whole passage.
    words: Option<String>,
    /// The rule and cue.
    evidence: Option<String>,
}

impl DisagreementView {
    fn new(one: &Disagreement, mask: Option<Mask<'_>>) -> Self {
        let mark = |m: &SaidMark| SaidView {
            what: match m.voice {
                Some(voice) => format!("{}, {}", m.assertion, spaced(voice.as_str())),
                None => m.assertion.to_string(),
            },
            place: format!("{} to {}", m.start, m.end),
            words: (m.text != one.text).then(|| shown(&m.text).into_owned()),
            evidence: (!m.evidence.is_empty()).then(|| shown_text(&m.evidence, mask)),
        };
        let said = |by: &CoderSaid| by.marks.iter().map(mark).collect();
        Self {
            code: one.code.clone(),
            note: shown(&shown_path(&one.note_id, mask)).into_owned(),
            before: shown(&one.before).into_owned(),
            text: shown(&one.text).into_owned(),
            after: shown(&one.after).into_owned(),
            said: one.said.iter().map(said).collect(),
        }
    }
}

impl AgreementView {
    /// Puts a comparison of coders into words.
    pub(super) fn new(all: &Compared, data: &ReportData<'_>) -> Self {
        let (disagreements, total) = data.disagreements;
        let left = total.saturating_sub(disagreements.len()) as u64;
        let used = || all.codes.iter().filter(|c| c.is_used());
        let unused = (all.codes.len() - used().count()) as u64;
        let confused = all.confusion.iter().take(PAIRS_MAX);
        Self {
            coders: all.coders.iter().map(|c| shown(c).into_owned()).collect(),
            notes: counted(all.notes as u64, "note"),
            unit: all.unit.to_string(),
            over_codes: spread(&all.codes, ALPHA).map(|s| {
                format!(
                    "Over {} codes the lowest is {:.2} ({}), the median {:.2}.",
                    s.defined, s.minimum.0, s.minimum.1, s.median
                )
            }),
            threshold: all.threshold.as_ref().map(|threshold| {
                format!(
                    "Threshold set in study.toml: {} {:.2}; an interval that crosses it is inconclusive.",
                    threshold.coefficient, threshold.value
                )
            }),
            codes: used().map(|c| row(all, c)).collect(),
            unused: (unused > 0).then(|| counted(unused, "code")),
            confusion: confused
                .map(|pair| {
                    let name = |code: usize| all.codes[code].code.clone();
                    [name(pair.code), name(pair.other), pair.passages.to_string()]
                })
                .collect(),
            disagreements: disagreements
                .iter()
                .map(|one| DisagreementView::new(one, data.mask))
                .collect(),
            disagreement_total: counted(total as u64, "passage"),
            disagreements_left: (left > 0).then(|| thousands(left)),
        }
    }
}

/// The comparison in a few sentences.
pub(super) fn in_words(all: &Compared, data: &ReportData<'_>) -> String {
    let view = AgreementView::new(all, data);
    let further = [view.over_codes, view.threshold];
    let further: Vec<String> = further.into_iter().flatten().collect();
    let coders = view.coders.join(", ");
    format!(
        "{coders} on {} that all of them read; unit: {}. {}",
        view.notes,
        view.unit,
        further.join(" ")
    )
}

fn row(all: &Compared, code: &CodeAgreement) -> [String; 9] {
    let marked: Vec<String> = code.marked.iter().copied().map(units_text).collect();
    let share = |v: Option<f64>| v.map_or_else(|| "–".to_owned(), |v| format!("{v:.2}"));
    let pair = code.pair.as_ref().map(|(table, _)| table);
    [
        code.code.clone(),
        units_text(code.n),
        marked.join(" / "),
        share(code.estimate("percent_agreement").value),
        share(pair.and_then(Retrieval::f1)),
        share(pair.and_then(Retrieval::negative_agreement)),
        value(code.alpha(), all.interval(code, ALPHA)),
        all.verdict(code).map_or("", Verdict::as_str).to_owned(),
        all.in_words(code),
    ]
}

fn value(estimate: Estimate, interval: Option<(f64, f64)>) -> String {
    match (estimate.value, interval) {
        (Some(value), Some((low, high))) => format!("{value:.2} ({low:.2} to {high:.2})"),
        (Some(value), None) => format!("{value:.2}"),
        (None, _) => format!(
            "undefined ({})",
            estimate.why_undefined.map_or("", |why| why.as_str())
        ),
    }
}
