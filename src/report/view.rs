//! What the page's template shows: plain values, already in words.
//!
//! Everything that many entries can have (passages, cells, quotes) is drawn by the script from the
//! data; what stands here can be read without it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::codebook::{Code, Example};
use crate::model::ledger::{LedgerRow, Outcome};
use crate::model::memo::{Memo, MemoOn};
use crate::model::provenance::RuleFile;
use crate::tally::CountBy;

use super::ReportData;
use super::agreement::AgreementView;
use super::lengths;
use super::mask::{Mask, shown_path, shown_text};
use super::text::{counted, percent, session_type, spaced, thousands};

/// Remarks on files shown at most.
const REMARKS_MAX: usize = 300;

/// Examples shown of a code at most, and counter-examples.
const EXAMPLES_MAX: usize = 3;

/// Everything in the template but style and script.
#[derive(Debug, Serialize)]
pub(super) struct View {
    title: String,
    lead: String,
    /// Participants, where they are too few to speak of others.
    few: Option<String>,
    /// How the notes of the session types differ in length.
    lengths: Option<String>,
    by_session: bool,
    masked: bool,
    tiles: Vec<Tile>,
    /// Session type, documented, known without a note; none where no table knows sessions.
    sessions: Option<Vec<[String; 3]>>,
    outcomes: Vec<[String; 3]>,
    census: Vec<(&'static str, String)>,
    remarks: Vec<Remark>,
    remarks_left: usize,
    not_in_full: String,
    warning_total: String,
    warnings: Vec<(String, String)>,
    warnings_left: u64,
    codes: Vec<CodeView>,
    /// Themes that people looked for, each with what the rules miss of it.
    missed: Vec<(String, String)>,
    /// Paths of the themes that nobody looked for.
    not_looked_for: String,
    not_looked_for_count: String,
    /// None where the study names no other coder.
    agreement: Option<AgreementView>,
    memos: Vec<MemoView>,
    version: String,
    rules: Vec<RuleView>,
}

/// A number with what it counts.
#[derive(Debug, Serialize)]
struct Tile {
    number: String,
    what: &'static str,
    more: String,
}

#[derive(Debug, Serialize)]
struct Remark {
    file: String,
    place: String,
    outcome: String,
    why: String,
}

#[derive(Debug, Serialize)]
struct CodeView {
    name: String,
    path: String,
    depth: usize,
    definition: String,
    include: Vec<String>,
    exclude: Vec<String>,
    examples: Vec<String>,
    counterexamples: Vec<String>,
    counts: String,
    patterns: String,
}

#[derive(Debug, Serialize)]
struct MemoView {
    on: &'static str,
    target: String,
    text: String,
    by: String,
}

#[derive(Debug, Serialize)]
struct RuleView {
    what: &'static str,
    name: String,
    version: String,
    sha256: String,
}

impl View {
    /// Puts the facts of a run into words.
    pub(super) fn new(data: &ReportData<'_>, participants: u64) -> Self {
        let material = data.material;
        let remarked: Vec<&LedgerRow> = data
            .ledger
            .rows
            .iter()
            .filter(|r| r.outcome != Outcome::Read || !r.reason.is_empty())
            .collect();
        let is_problem =
            |r: &&&LedgerRow| matches!(r.outcome, Outcome::Failed | Outcome::PartlyRead);
        let problems = remarked.iter().filter(is_problem).count() as u64;
        let files = remarked.iter().take(REMARKS_MAX);
        let warnings = material.warnings.iter();
        let not_looked_for = not_looked_for(data);
        Self {
            title: title(data),
            lead: lead(data, participants),
            few: (1..5)
                .contains(&participants)
                .then(|| counted(participants, "participant")),
            lengths: lengths::caution(data),
            by_session: data.tally.frequencies().counted_by() == CountBy::Session,
            masked: data.mask.is_some(),
            tiles: tiles(data, participants),
            sessions: data.sessions.is_known.then(|| sessions(data)),
            outcomes: outcomes(data),
            census: census(data),
            remarks: files.map(|r| remark(r, data.mask)).collect(),
            remarks_left: remarked.len().saturating_sub(REMARKS_MAX),
            not_in_full: counted(problems, "file"),
            warning_total: counted(material.warning_total, "warning"),
            warnings: warnings
                .map(|(note, warning)| {
                    (shown_path(note, data.mask), shown_text(warning, data.mask))
                })
                .collect(),
            warnings_left: material.warning_total - material.warnings.len() as u64,
            codes: data.codebook.codes.iter().map(code).collect(),
            missed: missed(data),
            agreement: data.agreement.map(|all| AgreementView::new(all, data)),
            not_looked_for_count: counted(not_looked_for.len() as u64, "theme"),
            not_looked_for: not_looked_for.join(", "),
            memos: data.memos.iter().map(|m| memo(m, data.mask)).collect(),
            version: data.provenance.version.clone(),
            rules: rules(data),
        }
    }
}

fn title(data: &ReportData<'_>) -> String {
    match data.provenance.study.as_str() {
        "" => "Themes documented in the notes".to_owned(),
        study => study.to_owned(),
    }
}

fn lead(data: &ReportData<'_>, participants: u64) -> String {
    let census = &data.material.census;
    let of_whom = match participants {
        0 => "unknown participants".to_owned(),
        n => counted(n, "participant"),
    };
    format!(
        "{} of {of_whom}, read with the codebook “{}” ({}). {} found in them, of which {} towards \
         the tables below.",
        counted(census.notes, "note"),
        data.codebook.name,
        counted(data.codebook.codes.len() as u64, "theme"),
        match census.codings {
            1 => "1 passage was".to_owned(),
            n => format!("{} passages were", thousands(n)),
        },
        match census.counted {
            1 => "1 counts".to_owned(),
            n => format!("{} count", thousands(n)),
        },
    )
}

fn tiles(data: &ReportData<'_>, participants: u64) -> Vec<Tile> {
    let census = &data.material.census;
    let all = data.sessions.all();
    let sessions = match (data.sessions.is_known, all.missing) {
        (false, _) => "days with notes; no table says how many took place".to_owned(),
        (true, 0) => "all known ones have a note".to_owned(),
        (true, n) => format!("documented; {} more without a note", thousands(n)),
    };
    let quotations: u64 = data
        .documentation
        .iter()
        .filter(|r| r.group == "all")
        .map(|r| r.written.text.direct_quotes)
        .sum();
    vec![
        Tile {
            number: thousands(participants),
            what: "participants",
            more: match census.without_participant {
                0 => "every note has one".to_owned(),
                n => format!("{} of nobody known", counted(n, "note")),
            },
        },
        Tile {
            number: thousands(all.documented),
            what: "sessions",
            more: sessions,
        },
        Tile {
            number: thousands(census.notes),
            what: "notes",
            more: format!(
                "{} terse, {} summary, {} detailed",
                thousands(census.details[0]),
                thousands(census.details[1]),
                thousands(census.details[2])
            ),
        },
        Tile {
            number: thousands(census.words),
            what: "words",
            more: format!(
                "repeated and copied ones, too; {} direct quotations",
                thousands(quotations)
            ),
        },
        Tile {
            number: thousands(census.counted),
            what: "passages that count",
            more: format!("of {} found", thousands(census.codings)),
        },
    ]
}

fn sessions(data: &ReportData<'_>) -> Vec<[String; 3]> {
    let mut types: BTreeMap<(bool, usize, &str), (u64, u64)> = BTreeMap::new();
    for ((_, name), counts) in data.sessions.cells() {
        let place = data.session_types.iter().position(|t| t == name);
        let key = (place.is_none(), place.unwrap_or_default(), name.as_str());
        let sum = types.entry(key).or_default();
        sum.0 += counts.documented;
        sum.1 += counts.missing;
    }
    let all = data.sessions.all();
    let line = |name: String, documented: u64, missing: u64| {
        [name, thousands(documented), thousands(missing)]
    };
    let mut lines: Vec<[String; 3]> = types
        .into_iter()
        .map(|((_, _, name), (documented, missing))| line(session_type(name), documented, missing))
        .collect();
    lines.push(line("all".to_owned(), all.documented, all.missing));
    lines
}

/// Outcome, files, notes.
fn outcomes(data: &ReportData<'_>) -> Vec<[String; 3]> {
    let mut sums: BTreeMap<Outcome, (u64, u64)> = BTreeMap::new();
    for row in data.ledger.rows.iter().filter(|r| r.locator.is_empty()) {
        let sum = sums.entry(row.outcome).or_default();
        sum.0 += 1;
        sum.1 += row.notes as u64;
    }
    let lines = sums.into_iter();
    lines
        .map(|(o, (files, notes))| [spaced(o.as_str()), thousands(files), thousands(notes)])
        .collect()
}

fn census(data: &ReportData<'_>) -> Vec<(&'static str, String)> {
    let census = &data.material.census;
    let of_words = |words: u64| percent(words as f64 / census.words.max(1) as f64);
    let mut rows = vec![
        ("notes", thousands(census.notes)),
        ("participant unknown", thousands(census.without_participant)),
        (
            "session type unknown",
            thousands(census.without_session_type),
        ),
        ("date unknown", thousands(census.without_date)),
        ("duplicates, not counted", thousands(census.duplicates)),
        (
            "with text copied from an earlier note",
            thousands(census.with_copied_text),
        ),
        ("words that are copied", of_words(census.words_copied)),
        (
            "words of templates, which recur over participants",
            of_words(census.words_boilerplate),
        ),
    ];
    if census.by_people + census.rejected > 0 {
        rows.push(("passages that people coded", thousands(census.by_people)));
        rows.push(("passages that people rejected", thousands(census.rejected)));
    }
    rows
}

fn remark(row: &LedgerRow, mask: Option<Mask<'_>>) -> Remark {
    Remark {
        file: shown_path(&row.source, mask),
        place: shown_text(&row.locator, mask),
        outcome: spaced(row.outcome.as_str()),
        why: shown_text(&row.reason, mask),
    }
}

fn code(code: &Code) -> CodeView {
    let texts = |examples: &[Example]| {
        let first = examples.iter().take(EXAMPLES_MAX);
        first.map(|e| e.text.clone()).collect()
    };
    let counts: Vec<_> = code.count.iter().map(|a| a.as_str()).collect();
    CodeView {
        name: code.name.clone(),
        path: code.path.as_str().to_owned(),
        depth: code.path.depth().min(4),
        definition: code.definition.clone(),
        include: code.include.clone(),
        exclude: code.exclude.clone(),
        examples: texts(&code.examples),
        counterexamples: texts(&code.counterexamples),
        counts: counts.join(", "),
        patterns: counted(code.patterns.len() as u64, "pattern"),
    }
}

fn missed(data: &ReportData<'_>) -> Vec<(String, String)> {
    let name = |code| data.codebook.code(code).name.clone();
    let looked = data.missed.iter();
    looked
        .map(|(code, words)| (name(*code), words.clone()))
        .collect()
}

fn not_looked_for<'d>(data: &ReportData<'d>) -> Vec<&'d str> {
    let others = data.codebook.indices();
    let others = others.filter(|&code| data.missed.iter().all(|m| m.0 != code));
    others
        .map(|code| data.codebook.code(code).path.as_str())
        .collect()
}

fn memo(memo: &Memo, mask: Option<Mask<'_>>) -> MemoView {
    let (on, target) = match &memo.on {
        MemoOn::Study => ("the study", String::new()),
        MemoOn::Code(path) => ("code", path.clone()),
        MemoOn::Note(id) => ("note", shown_path(id, mask)),
        MemoOn::Coding(id) => ("coding", id.clone()),
    };
    let by = [shown_text(&memo.author, mask), shown_text(&memo.date, mask)];
    let by: Vec<&str> = by
        .iter()
        .map(String::as_str)
        .filter(|p| !p.is_empty())
        .collect();
    MemoView {
        on,
        target,
        text: shown_text(&memo.text, mask),
        by: by.join(", "),
    }
}

fn rules(data: &ReportData<'_>) -> Vec<RuleView> {
    let facts = data.provenance;
    let view = |what, file: &RuleFile| RuleView {
        what,
        name: file.name.clone(),
        version: file.version.clone(),
        sha256: file.sha256.clone(),
    };
    let mut rules = vec![view("Codebook", &facts.codebook)];
    rules.extend(facts.rules.iter().map(|file| view("Rules", file)));
    rules.extend(facts.study_file.iter().map(|file| view("Study file", file)));
    rules
}
