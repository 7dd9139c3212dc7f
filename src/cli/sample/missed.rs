//! Sentences without a code, drawn and answered: how many the rules miss (elusion).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::agreement::{Drawn, Elusion, ElusionStratum, Frame, elusion};
use crate::error::{Error, Result};
use crate::exchange::{SheetAnswer, read_answers};
use crate::export::{CodingSheet, SheetCell, SheetColumn, codebook_instructions};
use crate::model::codebook::{CodeIndex, Codebook};
use crate::model::coded::CodedNote;
use crate::model::coding::{Assertion, Coding};
use crate::model::layout::Sentence;
use crate::segment;
use crate::text::{CodePoints, Span};

use super::Desk;
use super::notes::count_strata;

/// How many sentences are drawn where nobody says.
const SENTENCES: usize = 60;

/// What stands between the values of a stratum's name.
const BETWEEN: &str = " / ";

/// How a sheet of sentences is filled in.
const HOW: &str = "\
How to answer
Each row is a sentence, with the ones before and after it. Put yes into the column answer where the \
sentence carries the code as defined below, said of the participant and not denied, hoped for or long \
past; no everywhere else. A row without an answer is left out.
words: the exact words that carry it. assertion, coder, memo: if you want.
Do not change the other columns.
";

/// Whether a coding is one of a code or of those below it that stands.
fn is_of(codebook: &Codebook, code: CodeIndex, coding: &Coding) -> bool {
    let own = &codebook.code(code).path;
    let path = &codebook.code(coding.code).path;
    own == path || own.is_ancestor_of(path)
}

/// The sentences of a note that hold words and are not copied, each with whether it has the code,
/// counted or not; none where it has not. A coding that a person rejected is one that is known.
fn sentences<'c>(
    coded: &CodedNote<'c>,
    codebook: &'c Codebook,
    code: CodeIndex,
) -> impl Iterator<Item = (&'c Sentence, Option<bool>)> {
    let codings: Vec<(Span, bool)> = coded
        .codings
        .iter()
        .filter(|c| is_of(codebook, code, c))
        .map(|c| (c.span, c.counted()))
        .collect();
    let layout = coded.layout;
    let fresh = |s: &&Sentence| {
        !s.words.is_empty() && !layout.copied.iter().any(|c| c.span.overlaps(s.span))
    };
    layout.sentences.iter().filter(fresh).map(move |sentence| {
        let here = codings
            .iter()
            .filter(|(span, _)| span.overlaps(sentence.span));
        let has = here.map(|(_, counted)| *counted).reduce(|a, b| a || b);
        (sentence, has)
    })
}

fn find(codebook: &Codebook, code: &str) -> Result<CodeIndex> {
    codebook.find(code).ok_or_else(|| {
        let codes: Vec<&str> = codebook.codes.iter().map(|c| c.path.as_str()).collect();
        Error::not_found(format!(
            "the codebook has no code {code:?}. It has {}.",
            codes.join(", ")
        ))
    })
}

/// Draws sentences and writes their sheet; gives what is said of it.
pub(super) fn draw(desk: &Desk<'_>) -> Result<String> {
    let codebook = &desk.rules.codebook.codebook;
    let path = desk.args.code.as_deref().unwrap_or_default();
    let code = find(codebook, path)?;
    let columns = desk.columns(&["participant_id", "session_type"])?;
    let mut frame = Frame::new(desk.args.seed);
    let gather = |coded: &CodedNote<'_>, stratum: Vec<String>| {
        let without = sentences(coded, codebook, code).filter(|(_, has)| has.is_none());
        let spans: Vec<Span> = without.map(|(sentence, _)| sentence.span).collect();
        let id = coded.note.id.as_str().to_owned();
        (id, stratum, coded.index, spans)
    };
    desk.visit(&columns, &gather, &mut |(id, stratum, index, spans)| {
        for span in spans {
            frame.add(
                &format!("{id}\0{}", span.start),
                stratum.clone(),
                (index, span),
            );
        }
    })?;
    let of = frame.len();
    let mut drawn = frame.draw(desk.args.n.unwrap_or(SENTENCES));
    drawn.sort_by_key(|d| d.item);
    let strata = count_strata(drawn.iter().map(|d| &d.stratum));
    let mut sheet = CodingSheet {
        columns: columns_of(),
        rows: Vec::new(),
        instructions: HOW.lines().map(str::to_owned).collect(),
    };
    sheet.instructions.push(String::new());
    sheet
        .instructions
        .extend(codebook_instructions(codebook, Some(path)));
    for one in &drawn {
        sheet.rows.push(row(desk, path, one)?);
    }
    let default = format!("elusion_sheet_{}", path.replace('/', "-"));
    let paths = desk.write(&sheet, &default)?;
    let words = format!(
        "{} of {of} sentences without {path} drawn, from {strata} strata ({}), seed {}. `verbatim \
         sample --read` reads the filled sheet.",
        drawn.len(),
        columns.join(", "),
        desk.args.seed
    );
    Ok(desk.said(&words, drawn.len(), of, &paths))
}

fn columns_of() -> Vec<SheetColumn> {
    let column = |name, width| SheetColumn {
        name,
        width,
        choices: Vec::new(),
    };
    let mut columns = vec![
        column("code", 14),
        column("note_id", 20),
        column("start", 6),
        column("end", 6),
        column("before", 30),
        column("sentence", 60),
        column("after", 30),
        column("answer", 8),
        column("words", 25),
        column("assertion", 12),
        column("coder", 10),
        column("memo", 25),
        column("stratum", 16),
        column("stratum_size", 8),
        column("stratum_drawn", 8),
        column("codebook_sha256", 10),
    ];
    let words = |all: &[&str]| all.iter().map(|&w| w.to_owned()).collect();
    columns[7].choices = words(&["yes", "no"]);
    columns[9].choices = words(&Assertion::ALL.map(Assertion::as_str));
    columns
}

fn row(desk: &Desk<'_>, code: &str, drawn: &Drawn<(usize, Span)>) -> Result<Vec<SheetCell>> {
    let (note, span) = drawn.item;
    let about = &desk.reading.corpus.notes[note];
    let text = desk.reading.texts.text(note)?;
    let layout = segment::layout(&text, &desk.rules.sections, &about.turns);
    let (start, end) = CodePoints::new(&text).pair(span);
    let all = &layout.sentences;
    let at = all.partition_point(|s| s.span.start < span.start);
    let slice = |s: Option<&Sentence>| {
        let words = s.map(|s| s.span.slice(&text)).unwrap_or_default();
        SheetCell::Text(words.to_owned())
    };
    let empty = || SheetCell::Empty;
    Ok(vec![
        SheetCell::Text(code.to_owned()),
        SheetCell::Text(about.id.as_str().to_owned()),
        SheetCell::Number(start as u64),
        SheetCell::Number(end as u64),
        slice(at.checked_sub(1).and_then(|i| all.get(i))),
        SheetCell::Text(span.slice(&text).to_owned()),
        slice(all.get(at + 1)),
        empty(),
        empty(),
        empty(),
        empty(),
        empty(),
        SheetCell::Text(drawn.stratum.join(BETWEEN)),
        SheetCell::Number(drawn.size),
        SheetCell::Number(drawn.drawn),
        SheetCell::Text(desk.rules.codebook.codebook.sha256.clone()),
    ])
}

/// Reads a filled sheet and says what was missed.
pub(super) fn read(desk: &Desk<'_>, path: &Path) -> Result<String> {
    let (answers, findings) = read_answers(path)?;
    for finding in &findings {
        eprintln!("{finding}");
    }
    let codebook = &desk.rules.codebook.codebook;
    if answers.iter().any(|a| a.codebook_sha256 != codebook.sha256) {
        eprintln!(
            "note: the sheet was drawn with another codebook: the estimate is of what that one \
             missed, set beside what this one finds."
        );
    }
    let mut by_code: BTreeMap<&str, BTreeMap<&str, ElusionStratum>> = BTreeMap::new();
    for answer in &answers {
        add(answer, by_code.entry(&answer.code).or_default());
    }
    let mut said = String::new();
    let mut values: BTreeMap<&str, Value> = BTreeMap::new();
    for (code, strata) in by_code {
        let index = find(codebook, code)?;
        let mut found = 0;
        let gather = |coded: &CodedNote<'_>, _| {
            let counted = sentences(coded, codebook, index).filter(|(_, has)| *has == Some(true));
            counted.count() as u64
        };
        desk.visit(&[], &gather, &mut |count| found += count)?;
        let strata: Vec<ElusionStratum> = strata.into_values().collect();
        let estimate = elusion(&strata);
        said.push_str(&words(code, found, estimate.as_ref()));
        values.insert(code, value(found, estimate.as_ref()));
    }
    if desk.args.common.json {
        return Ok(crate::cli::pretty(&json!({ "codes": values })));
    }
    Ok(said)
}

fn add<'a>(answer: &'a SheetAnswer, strata: &mut BTreeMap<&'a str, ElusionStratum>) {
    let stratum = strata.entry(&answer.stratum).or_default();
    stratum.size = answer.stratum_size;
    stratum.answered += u64::from(answer.carries.is_some());
    stratum.missed += u64::from(answer.carries == Some(true));
}

fn words(code: &str, found: u64, estimate: Option<&Elusion>) -> String {
    let Some(e) = estimate else {
        return format!(
            "{code}: found in {found} sentences; what was missed is not estimated: nobody answered.\n"
        );
    };
    let [missed, low, high] = e.units_missed();
    let mut said = format!(
        "{code}: found in {found} sentences; an estimated {missed:.0} (95% CI {low:.0} to {high:.0}) \
         of {} more were not found.\n    {} of {} answered sentences carry it: {:.1}% missed (exact \
         95% CI {:.1}% to {:.1}%).\n",
        e.units,
        e.missed,
        e.answered,
        e.share * 100.0,
        e.low * 100.0,
        e.high * 100.0,
    );
    if let Some([recall, low, high]) = e.recall(found) {
        let _written = writeln!(
            said,
            "    Recall {recall:.2} ({low:.2} to {high:.2}), if what was found is right."
        );
    }
    if e.unanswered > 0 {
        let _written = writeln!(
            said,
            "    Nobody answered in strata of {} sentences; the others speak for them.",
            e.unanswered
        );
    }
    said
}

fn value(found: u64, estimate: Option<&Elusion>) -> Value {
    let three =
        |[value, low, high]: [f64; 3]| json!({"value": value, "ci_low": low, "ci_high": high});
    match estimate {
        None => json!({"found": found, "elusion": null, "why_undefined": "no_units"}),
        Some(e) => json!({
            "found": found,
            "units": e.units,
            "answered": e.answered,
            "missed": e.missed,
            "unanswered_units": e.unanswered,
            "elusion": three([e.share, e.low, e.high]),
            "units_missed": three(e.units_missed()),
            "recall": e.recall(found).map(three),
            "interval": "clopper_pearson_effective_n",
        }),
    }
}
