//! The methods of a run in words, and what it can say to the items of COREQ and SRQR.

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Output, State, Value, context};
use serde::Serialize;

use crate::model::ledger::Outcome;
use crate::tally::{Event, GroupKind};

use super::super::ReportData;
use super::super::agreement::in_words;
use super::super::charts::curve;
use super::super::text::{counted, percent, session_type, thousands};
use super::tables::{PaperTable, number_of};

const TEMPLATE: &str = include_str!("methods.md");

/// Themes that are named as those that most notes document.
const MAJOR_MAX: usize = 6;

/// What the template names.
#[derive(Debug, Serialize)]
struct Facts {
    study: String,
    version: String,
    codebook: String,
    codebook_version: String,
    codebook_sha256: String,
    codes: String,
    top: String,
    rules: Vec<String>,
    files: String,
    failed: String,
    skipped: String,
    notes: String,
    duplicates: u64,
    participants: u64,
    in_words: String,
    without_participant: u64,
    without_date: u64,
    without_session_type: u64,
    words: String,
    /// Words that rates and tables rest on.
    words_counted: String,
    copied: String,
    boilerplate: String,
    details: [String; 3],
    quotations: String,
    sessions: String,
    missing: Option<u64>,
    types: String,
    codings: String,
    counting: String,
    by_people: u64,
    rejected: u64,
    unit: &'static str,
    few: bool,
    tested: bool,
    masked: bool,
    base: usize,
    run: usize,
    threshold: String,
    saturation: Option<usize>,
    last_new: usize,
    met: usize,
    major: Vec<String>,
    minor: Vec<String>,
    quotes: String,
    /// Numbers of the manuscript's tables; 0 for one that there is not.
    table_characteristics: usize,
    table_participants: usize,
    table_quotes: usize,
    /// How the run agrees with the study's other coders; none where it was not measured.
    agreement: Option<String>,
}

/// The file's text.
pub(super) fn methods(data: &ReportData<'_>, tables: &[PaperTable]) -> String {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_formatter(inert);
    let facts = Value::from(Serde(Facts::of(data, tables)));
    let filled = environment.render_str(TEMPLATE, context! { run => facts });
    filled.expect("the template names only values that there are") + "\n"
}

/// Writes a value in which Markdown sees no mark.
fn inert(
    out: &mut Output<'_>,
    state: &mut State<'_, '_>,
    value: &Value,
) -> std::result::Result<(), minijinja::Error> {
    let Some(text) = value.as_str() else {
        return minijinja::escape_formatter(out, state, value);
    };
    for c in text.chars().filter(|c| !c.is_control()) {
        if matches!(c, '\\' | '*' | '_' | '`' | '<' | '#' | '|' | '~' | '[') {
            write!(out, "\\")?;
        }
        write!(out, "{c}")?;
    }
    Ok(())
}

impl Facts {
    fn of(data: &ReportData<'_>, tables: &[PaperTable]) -> Self {
        let (census, provenance) = (&data.material.census, data.provenance);
        let frequencies = data.tally.frequencies();
        let participants = frequencies.participants().into_iter().flatten().count() as u64;
        let files = |outcome: Outcome| {
            let rows = data.ledger.rows.iter().filter(|r| r.locator.is_empty());
            thousands(rows.filter(|r| r.outcome == outcome).count() as u64)
        };
        let all = data.documentation.iter().find(|r| r.group == "all");
        let quotations = all.map_or(0, |r| r.written.text.direct_quotes);
        let sessions = data.sessions.all();
        let of_words = |words: u64| percent(words as f64 / census.words.max(1) as f64);
        let saturation = curve(data, Event::Note);
        let (last_new, met) = saturation.steps.last().copied().unwrap_or_default();
        let (major, minor) = themes(data);
        let codes = data.codebook.codes.iter();
        let top = codes.filter(|c| c.parent.is_none()).count();
        let details = census.details.map(thousands);
        Self {
            study: provenance.study.clone(),
            version: provenance.version.clone(),
            codebook: data.codebook.name.clone(),
            codebook_version: data.codebook.version.clone(),
            codebook_sha256: provenance.codebook.sha256.clone(),
            codes: counted(data.codebook.codes.len() as u64, "theme"),
            top: thousands(top as u64),
            rules: provenance.rules.iter().map(|r| r.name.clone()).collect(),
            files: files(Outcome::Read),
            failed: thousands(problems(data)),
            skipped: files(Outcome::Skipped),
            notes: counted(census.notes, "note"),
            duplicates: census.duplicates,
            participants,
            in_words: counted(participants, "participant"),
            without_participant: census.without_participant,
            without_date: census.without_date,
            without_session_type: census.without_session_type,
            words: thousands(census.words),
            words_counted: thousands(words_counted(data)),
            copied: of_words(census.words_copied),
            boilerplate: of_words(census.words_boilerplate),
            details,
            quotations: thousands(quotations),
            sessions: counted(sessions.documented, "session"),
            missing: data.sessions.is_known.then_some(sessions.missing),
            types: types(data),
            codings: thousands(census.codings),
            counting: thousands(census.counted),
            by_people: census.by_people,
            rejected: census.rejected,
            unit: frequencies.counted_by().as_str(),
            few: participants < 5,
            tested: data
                .compared
                .iter()
                .any(|c| c.rows.iter().any(|r| r.is_comparison)),
            masked: data.mask.is_some(),
            base: data.rule.base,
            run: data.rule.run,
            threshold: percent(data.rule.threshold),
            saturation: saturation.reached,
            last_new,
            met,
            major,
            minor,
            quotes: thousands(data.quotes.len() as u64),
            table_characteristics: number_of("Characteristics", tables),
            table_participants: number_of("Participants", tables),
            table_quotes: number_of("Quotes", tables),
            agreement: data.agreement.map(|all| in_words(all, data)),
        }
    }
}

fn problems(data: &ReportData<'_>) -> u64 {
    let rows = data.ledger.rows.iter().filter(|r| r.locator.is_empty());
    let is_problem = |o| matches!(o, Outcome::Failed | Outcome::PartlyRead);
    rows.filter(|r| is_problem(r.outcome)).count() as u64
}

/// The words of the notes that are counted, without what is copied or a template's.
fn words_counted(data: &ReportData<'_>) -> u64 {
    let mut groups = data.tally.frequencies().groups(data.session_types);
    let all = groups.find(|g| g.kind == GroupKind::All);
    all.map_or(0, |g| g.total.words)
}

/// `ketamine (42), integration (26)`.
fn types(data: &ReportData<'_>) -> String {
    let groups = data.tally.frequencies().groups(data.session_types);
    let types = groups.filter_map(|g| match g.kind {
        GroupKind::SessionType(name) => Some(format!(
            "{} ({})",
            session_type(name),
            thousands(g.total.notes)
        )),
        _ => None,
    });
    types.collect::<Vec<_>>().join(", ")
}

/// The themes of the first level that most notes document, each with its count, and those that
/// fewest do.
fn themes(data: &ReportData<'_>) -> (Vec<String>, Vec<String>) {
    let mut groups = data.tally.frequencies().groups(data.session_types);
    let Some(all) = groups.find(|g| g.kind == GroupKind::All) else {
        return (Vec::new(), Vec::new());
    };
    let codes = data
        .codebook
        .indices()
        .filter(|&c| data.codebook.code(c).parent.is_none());
    let mut counts: Vec<_> = codes
        .map(|c| (all.row(c), c))
        .filter(|(r, _)| r.counts.present > 0)
        .collect();
    counts.sort_by_key(|(row, code)| (std::cmp::Reverse(row.counts.present), *code));
    let line = |(row, code): &(crate::tally::FrequencyRow<'_>, _)| {
        format!(
            "{}: documented in {} of {} ({}), of {} of {}",
            data.codebook.code(*code).name,
            thousands(row.counts.present),
            counted(row.notes, data.tally.frequencies().counted_by().as_str()),
            percent(row.share.unwrap_or_default()),
            thousands(row.participants_present),
            counted(row.participants, "participant"),
        )
    };
    let split = counts.len().min(MAJOR_MAX);
    let lines: Vec<String> = counts.iter().map(line).collect();
    (lines[..split].to_vec(), lines[split..].to_vec())
}
