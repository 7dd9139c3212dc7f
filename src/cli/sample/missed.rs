//! Sentences without a code, drawn and answered: how many the rules miss (elusion).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::agreement::{
    APART, Between, CodeMissed, Drawn, Estimated, Frame, InSentence, MissedInterval, MissedRow,
    sentences_and_code,
};
use crate::error::{Error, Result};
use crate::exchange::read_answers;
use crate::export::{CodingSheet, SheetCell, SheetColumn, codebook_instructions, missed_in_words};
use crate::model::codebook::{CodeIndex, Codebook};
use crate::model::coded::CodedNote;
use crate::model::coding::Assertion;
use crate::model::layout::Sentence;
use crate::pipeline::Missing;
use crate::segment;
use crate::text::{CodePoints, Span};

use super::notes::count_strata;
use super::{BETWEEN, Desk};

/// How many sentences are drawn where nobody says.
const SENTENCES: usize = 60;

/// The stratum of all sentences.
const ALL: &str = "all";

/// How a sheet of sentences is filled in.
const HOW: &str = "\
How to answer
Each row is a sentence, with the ones before and after it. Put yes into the column answer where the \
sentence carries the code as defined below, said of the participant and not denied, hoped for or long \
past; no everywhere else. A row without an answer is left out.
words: the exact words that carry it. assertion, coder, memo: if you want.
Do not change the other columns.
";

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
        let mut without: Vec<(Span, Vec<String>)> = Vec::new();
        for (sentence, has) in sentences_and_code(coded, codebook, code) {
            match has {
                InSentence::Nothing => without.push((sentence.span, stratum.clone())),
                InSentence::Uncounted => without.push((sentence.span, vec![APART.to_owned()])),
                // The rules have it, or a person said that it is not there.
                InSentence::Counted | InSentence::Rejected => {}
            }
        }
        (coded.note.id.as_str().to_owned(), coded.index, without)
    };
    let mut apart = 0;
    desk.visit(&columns, &gather, &mut |(id, index, without)| {
        for (span, stratum) in without {
            apart += usize::from(stratum == [APART]);
            frame.add(&format!("{id}\0{}", span.start), stratum, (index, span));
        }
    })?;
    let of = frame.len();
    let n = desk.args.n.unwrap_or(SENTENCES);
    // A stratum of which nothing is drawn would be in no estimate.
    let together = frame.put_together(n, APART);
    let columns: Vec<String> = columns
        .into_iter()
        .take(together.unwrap_or(usize::MAX))
        .collect();
    let mut drawn = frame.draw(n);
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
    let and_apart = if apart > 0 {
        format!("; {apart}, in which it stands uncounted, are the stratum \"{APART}\"")
    } else {
        String::new()
    };
    let by = match columns[..] {
        [] => ALL.to_owned(),
        _ => columns.join(", "),
    };
    let put_together = match together {
        Some(_) => " Smaller strata were put together, since each must be drawn from.",
        None => "",
    };
    let words = format!(
        "{} of {of} sentences without {path} drawn, from {strata} strata ({by}{and_apart}), seed {}.{put_together} \
         `verbatim sample --read` reads the filled sheet.",
        drawn.len(),
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
        SheetCell::Text(match drawn.stratum[..] {
            [] => ALL.to_owned(),
            _ => drawn.stratum.join(BETWEEN),
        }),
        SheetCell::Number(drawn.size),
        SheetCell::Number(drawn.drawn),
        SheetCell::Text(desk.rules.codebook.codebook.sha256.clone()),
    ])
}

/// Reads a filled sheet and says what was missed.
pub(super) fn read(desk: &Desk<'_>, path: &Path) -> Result<String> {
    // A sheet that cannot be read at all is an error here, since it is all that was asked for.
    let sheet = read_answers(path)?;
    let codebook = &desk.rules.codebook.codebook;
    let mut missing = Missing::of(
        desk.study,
        (path, sheet),
        codebook,
        &desk.reading.corpus.notes,
    );
    for finding in std::mem::take(&mut missing.findings) {
        eprintln!("{finding}");
    }
    let gather = |coded: &CodedNote<'_>, _| (coded.index, missing.gather(coded, codebook));
    let mut notes = Vec::new();
    desk.visit(&[], &gather, &mut |note| notes.push(note))?;
    for (index, note) in notes {
        missing.take(note, index);
    }
    for finding in missing.take_findings(codebook) {
        eprintln!("{finding}");
    }
    let codes = missing.finish();
    if codes.iter().any(|c| c.is_other_codebook) {
        eprintln!(
            "note: the sheet was drawn with another codebook: the estimate is of what that one \
             missed, set beside what this one finds. `verbatim run` leaves it out."
        );
    }
    let path = |code: &CodeMissed| codebook.code(code.code).path.as_str();
    if desk.args.common.json {
        let values: BTreeMap<&str, Value> = codes.iter().map(|c| (path(c), value(c))).collect();
        return Ok(crate::cli::pretty(&json!({ "codes": values })));
    }
    Ok(codes.iter().map(|c| words(path(c), c)).collect())
}

fn words(code: &str, missed: &CodeMissed) -> String {
    let mut said = String::new();
    for row in &missed.rows {
        let group = &row.group;
        let names = [&group.participant_id, &group.session_type];
        let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
        let words = missed_in_words(row.found, &row.estimate);
        if names.is_empty() {
            let _written = writeln!(said, "{code}: {words}.");
            if let Ok(e) = &row.estimate {
                said.push_str(&details(e));
            }
        } else if group.as_str() != "participant_session_type" {
            let _written = writeln!(said, "    {}: {words}.", names.join(", "));
        }
    }
    said
}

/// What an estimate of all notes rests on.
fn details(e: &Estimated) -> String {
    let mut said = format!(
        "    {} of {} answered sentences carry it, of {} without it: {:.1}% missed ({}95% CI {:.1}% to \
         {:.1}%).\n",
        e.carried,
        e.answered,
        e.units,
        e.elusion.value * 100.0,
        match e.interval {
            MissedInterval::ClopperPearson => "exact ",
            MissedInterval::ClusterBootstrap => "participants resampled, ",
        },
        e.elusion.low * 100.0,
        e.elusion.high * 100.0,
    );
    if let Some(recall) = e.recall {
        let _written = writeln!(
            said,
            "    Recall {:.2} ({:.2} to {:.2}), if what was found is right; corrected: {:.0} sentences \
             ({:.0} to {:.0}).",
            recall.value,
            recall.low,
            recall.high,
            e.corrected.value,
            e.corrected.low,
            e.corrected.high,
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

fn value(missed: &CodeMissed) -> Value {
    let mut cells = missed.rows.iter().map(cell);
    let mut value = cells.next().unwrap_or_default();
    value["cells"] = cells.collect();
    value["other_codebook"] = json!(missed.is_other_codebook);
    value
}

fn cell(row: &MissedRow) -> Value {
    let three = |b: Between| json!({"value": b.value, "ci_low": b.low, "ci_high": b.high});
    let mut value = json!({
        "participant_id": row.group.participant_id,
        "session_type": row.group.session_type,
        "found": row.found,
        "words": row.words,
    });
    let more = match &row.estimate {
        Err(why) => json!({"elusion": null, "why_undefined": why.as_str()}),
        Ok(e) => json!({
            "units": e.units,
            "answered": e.answered,
            "missed": e.carried,
            "unanswered_units": e.unanswered,
            "elusion": three(e.elusion),
            "units_missed": three(e.missed),
            "corrected": three(e.corrected),
            "recall": e.recall.map(three),
            "interval": e.interval.as_str(),
        }),
    };
    if let (Some(own), Value::Object(more)) = (value.as_object_mut(), more) {
        own.extend(more);
    }
    value
}
