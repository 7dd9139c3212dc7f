//! Notes for double coding, as a sheet with a row a sentence.

use crate::agreement::{Drawn, Frame};
use crate::error::Result;
use crate::export::{CodingSheet, SheetCell, SheetColumn, codebook_instructions};
use crate::model::codebook::Codebook;
use crate::model::coded::CodedNote;
use crate::model::coding::{Assertion, Voice};
use crate::segment;
use crate::text::CodePoints;

use crate::cli::audit;

use super::{BETWEEN, Desk};

/// Cells of a row.
const CELLS: usize = 16;

/// How a sheet of notes is filled in.
const HOW: &str = "\
How to code
Each row is a sentence. Read a whole note, then code its sentences; when a note is done, put yes into \
the column read of one of its rows. A note without codes and without yes counts as not read.
code: choose from the list. A second code in one sentence: copy the row below it.
text: the exact words that carry the code, copied from the sentence; empty means the whole sentence.
assertion: affirmed where it is said of the participant, now; negated where it is denied; uncertain; \
historical (before this treatment); hypothetical (hoped, planned); other (somebody else's). Empty means \
affirmed.
voice: quote (the participant's own words), reported, clinician, other.
coder: your name, in one row at least. memo: whatever you want to say.
Do not change note_id, start, end, sentence and what stands behind memo.
";

/// Draws notes and writes their sheet; gives what is said of it.
pub(super) fn draw(desk: &Desk<'_>) -> Result<String> {
    let args = desk.args;
    let columns = desk.columns(&["participant_id", "session_type", "detail"])?;
    let mut frame = Frame::new(args.seed);
    let gather = |coded: &CodedNote<'_>, stratum| {
        let id = coded.note.id.as_str().to_owned();
        (id, stratum, coded.index)
    };
    desk.visit(&columns, &gather, &mut |(id, stratum, index)| {
        frame.add(&id, stratum, index);
    })?;
    let of = frame.len();
    let share = (of as f64 * args.share).round() as usize;
    let drawn = frame.draw(args.n.unwrap_or(share.max(1)));
    let strata = count_strata(drawn.iter().map(|d| &d.stratum));
    // Dealt out stratum by stratum, so that every batch holds some of each.
    let batches = args.batches.max(1);
    let dealt = drawn.into_iter().enumerate();
    let mut notes: Vec<(usize, Drawn<usize>)> = dealt.map(|(i, d)| (i % batches + 1, d)).collect();
    notes.sort_by_key(|(batch, drawn)| (*batch, drawn.item));
    let codebook = &desk.rules.codebook.codebook;
    let mut sheet = CodingSheet {
        columns: columns_of(codebook),
        rows: Vec::new(),
        instructions: HOW.lines().map(str::to_owned).collect(),
    };
    sheet.instructions.push(String::new());
    sheet
        .instructions
        .extend(codebook_instructions(codebook, None));
    for (batch, drawn) in &notes {
        let number = (batches > 1).then_some(*batch as u64);
        sheet.rows.extend(rows(desk, drawn, number)?);
    }
    audit::record_codebook(desk.study, desk.rules);
    let paths = desk.write(&sheet, "coding_sheet")?;
    let words = format!(
        "{} of {of} notes drawn, from {strata} strata ({}), seed {}. `verbatim agree` reads the \
         filled sheet.",
        notes.len(),
        columns.join(", "),
        args.seed
    );
    Ok(desk.said(&words, notes.len(), of, &paths))
}

/// How many strata something was drawn from.
pub(super) fn count_strata<'s>(strata: impl Iterator<Item = &'s Vec<String>>) -> usize {
    strata.collect::<std::collections::BTreeSet<_>>().len()
}

fn columns_of(codebook: &Codebook) -> Vec<SheetColumn> {
    let column = |name, width, choices| SheetColumn {
        name,
        width,
        choices,
    };
    let words = |all: &[&str]| all.iter().map(|&w| w.to_owned()).collect();
    let codes = codebook.codes.iter().map(|c| c.path.as_str().to_owned());
    vec![
        column("note_id", 24, Vec::new()),
        column("read", 6, words(&["yes"])),
        column("sentence_number", 6, Vec::new()),
        column("start", 6, Vec::new()),
        column("end", 6, Vec::new()),
        column("sentence", 70, Vec::new()),
        column("code", 22, codes.collect()),
        column("text", 30, Vec::new()),
        column(
            "assertion",
            12,
            words(&Assertion::ALL.map(Assertion::as_str)),
        ),
        column("voice", 10, words(&Voice::ALL.map(Voice::as_str))),
        column("coder", 10, Vec::new()),
        column("memo", 30, Vec::new()),
        column("batch", 6, Vec::new()),
        column("codebook_sha256", 8, Vec::new()),
        column("stratum", 16, Vec::new()),
        column("stratum_size", 8, Vec::new()),
    ]
}

/// A row a sentence; a note without one has an empty row, so that it can be marked as read.
fn rows(desk: &Desk<'_>, drawn: &Drawn<usize>, batch: Option<u64>) -> Result<Vec<Vec<SheetCell>>> {
    let note = drawn.item;
    let about = &desk.reading.corpus.notes[note];
    let text = desk.reading.texts.text(note)?;
    let layout = segment::layout(&text, &desk.rules.sections, &about.turns);
    let points = CodePoints::new(&text);
    let id = || SheetCell::Text(about.id.as_str().to_owned());
    let fill = |mut row: Vec<SheetCell>| {
        row.resize(CELLS - 4, SheetCell::Empty);
        row.push(batch.map_or(SheetCell::Empty, SheetCell::Number));
        let codebook = &desk.rules.codebook_file.sha256;
        row.push(SheetCell::Text(codebook.clone()));
        // What `agree` weighs by.
        row.push(SheetCell::Text(drawn.stratum.join(BETWEEN)));
        row.push(SheetCell::Number(drawn.size));
        row
    };
    let sentences = layout.sentences.iter().zip(1..).map(|(sentence, number)| {
        let (start, end) = points.pair(sentence.span);
        fill(vec![
            id(),
            SheetCell::Empty,
            SheetCell::Number(number),
            SheetCell::Number(start as u64),
            SheetCell::Number(end as u64),
            SheetCell::Text(sentence.span.slice(&text).to_owned()),
        ])
    });
    let mut rows: Vec<Vec<SheetCell>> = sentences.collect();
    if rows.is_empty() {
        rows.push(fill(vec![id()]));
    }
    Ok(rows)
}
