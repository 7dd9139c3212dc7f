//! A run's codings as a table of highlights, as Taguette exports one: id, document, tag, words.
//!
//! Comes in: a project that goes out. Goes out: a row a coding, the notes' order kept. Refuses:
//! nothing in secret; the table has no place for notes, coders and memos, and each is listed.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use crate::error::{Error, Result};

use super::losses::{Item, LossReport, Named};
use super::outgoing::{Outgoing, OutgoingCoding};
use super::saved_table::guarded;
use super::taguette_tables::HIGHLIGHTS;

/// Writes the table to `file`, which stands at `path`.
///
/// # Errors
/// Where the file cannot be written, or the codings cannot be read again.
pub fn write_highlights(project: &mut Outgoing, file: &mut File, path: &Path) -> Result<()> {
    let failed = |e: csv::Error| {
        let path = path.display();
        Error::other(format!("{path}: the table cannot be written: {e}."))
    };
    let mut table = csv::Writer::from_writer(BufWriter::new(file));
    table.write_record(HIGHLIGHTS).map_err(failed)?;
    let tags: Vec<String> = (0..project.codes.len())
        .map(|code| project.code_path(code).replace('/', "."))
        .collect();
    let mut report = std::mem::take(&mut project.report);
    let mut last = 0;
    for (index, note) in project.notes.iter().enumerate() {
        let codings = project.codings(index)?;
        // Codings of one passage are one highlight with several tags.
        let mut ids: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for coding in &codings {
            let placed = &coding.placed;
            let id = *ids.entry((placed.start, placed.end)).or_insert_with(|| {
                last += 1;
                last
            });
            let [document, tag, words] =
                [&note.note_id, &tags[placed.code], &coding.words].map(|text| guarded(text));
            table
                .write_record([&id.to_string(), &document, &tag, &words])
                .map_err(failed)?;
            list_memo(&note.note_id, coding, &mut report);
        }
    }
    table
        .flush()
        .map_err(|e| Error::io("write the table", path, e))?;
    list_rest(project, &mut report);
    project.report = report;
    project.lose_sets("the table has no sets");
    Ok(())
}

fn list_memo(note_id: &str, coding: &OutgoingCoding, report: &mut LossReport) {
    let placed = &coding.placed;
    if !placed.memo.is_empty() {
        let named = Named {
            id: &placed.guid,
            name: &placed.memo,
            place: note_id,
        };
        report.unkept(Item::Memo, named, "a highlight has no memo in the table");
    }
}

/// Lists what a table of highlights has no place for.
fn list_rest(project: &Outgoing, report: &mut LossReport) {
    let named = |id| Named {
        id,
        name: "",
        place: "",
    };
    for note in &project.notes {
        let reason = "the table holds no texts: `verbatim import` takes the notes with --notes";
        report.unkept(Item::Note, named(&note.note_id), reason);
    }
    for person in &project.participants {
        let reason = "the table names no participants";
        report.unkept(Item::Participant, named(&person.name), reason);
    }
    for coder in &project.coders {
        report.lost(
            Item::Coder,
            named(coder),
            "the table does not say who coded",
        );
    }
    for memo in &project.memos {
        report.unkept(Item::Memo, named(&memo.text), "the table has no memos");
    }
    let reason = "where they stand and what the rules say of them has no place in the table";
    report.changed(Item::Coding, named(""), reason);
    let reason = "codes stand in the table by their paths alone: `verbatim codebook export`";
    report.changed(Item::Code, named(""), reason);
}
