//! `verbatim compare OUT_A OUT_B`: which codings differ between two runs, and through which edit.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use clap::Args as ClapArgs;
use serde_json::{Value, json};

use crate::codebook::{self, Loaded, builtin_cues, builtin_section_rules, diff};
use crate::comparison::{
    Again, CellEffect, CellsBy, Difference, Moved, Sides, cell_effects, code_effects, compare,
};
use crate::error::{Error, Result};
use crate::exchange::{RunRecord, read_record};
use crate::export::{COMPARE_COLUMNS, Lines};
use crate::study::in_language;

use super::{Ending, pretty, print};

/// Arguments of `verbatim compare`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// The output folder of the first run.
    before: PathBuf,
    /// The output folder of the second.
    after: PathBuf,
    /// Write every difference into this file (compare.csv).
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Print a summary and every difference as JSON.
    #[arg(long)]
    json: bool,
    /// Differences that are listed on the terminal.
    #[arg(long, value_name = "N", default_value_t = 20)]
    show: usize,
}

/// Runs the command.
///
/// # Errors
/// Where a folder is no output of this program, or a file cannot be read or written.
pub fn run(args: &Args) -> Result<Ending> {
    let (before, after) = (read_record(&args.before)?, read_record(&args.after)?);
    let (old, new) = (kept(&before)?, kept(&after)?);
    let changes = match (&old, &new) {
        (Some(old), Some(new)) => diff::diff(&old.codebook, &new.codebook),
        _ => Vec::new(),
    };
    let moved = Moved::between(&before, &after)?;
    let sides = Sides {
        before: &before,
        after: &after,
        old: old.as_ref().map(|l| &l.codebook),
        new: new.as_ref().map(|l| &l.codebook),
        changes: &changes,
        moved: &moved,
    };
    let mut differences = compare(sides);
    if let (Some(new), true) = (&new, before.rules.is_empty() && after.rules.is_empty()) {
        let language = &new.codebook.language;
        let again = Again {
            cues: &in_language(builtin_cues, language)?,
            sections: &in_language(builtin_section_rules, language)?,
        };
        again.settle(sides, &mut differences)?;
    }
    if let Some(path) = &args.csv {
        fs::write(path, table(&differences)).map_err(|e| Error::io("write the table", path, e))?;
    }
    let text = if args.json {
        pretty(&as_json(sides, &differences))
    } else {
        as_text(sides, &differences, args.show)
    };
    print(&text)?;
    Ok(Ending::Done)
}

fn kept(run: &RunRecord) -> Result<Option<Loaded>> {
    run.codebook.as_deref().map(codebook::load).transpose()
}

fn table(differences: &[Difference<'_>]) -> Vec<u8> {
    let mut lines = Lines::header(&COMPARE_COLUMNS);
    for d in differences {
        let Some(coding) = d.coding() else { continue };
        lines
            .text(d.kind.as_str())
            .text(d.note_id)
            .text(&coding.participant_id)
            .text(&coding.session_type)
            .text(&coding.code)
            .plain(coding.start)
            .plain(coding.end)
            .text(&coding.text)
            .text(&coding.assertion)
            .plain_or_empty(d.before.map(|c| c.counted))
            .plain_or_empty(d.after.map(|c| c.counted))
            .text(&d.fields().join("; "))
            .text(d.cause.why.as_str())
            .text(&d.cause.edit)
            .text(&coding.pattern)
            .end();
    }
    lines.into_bytes()
}

/// Differences by cause, the most frequent first.
fn by_cause(
    differences: &[Difference<'_>],
) -> Vec<(&'static str, String, BTreeMap<&'static str, usize>)> {
    let mut causes: BTreeMap<(&str, String), BTreeMap<&'static str, usize>> = BTreeMap::new();
    for d in differences {
        let key = (d.cause.why.as_str(), d.cause.edit.clone());
        *causes
            .entry(key)
            .or_default()
            .entry(d.kind.as_str())
            .or_default() += 1;
    }
    let rows = causes.into_iter().map(|((why, edit), n)| (why, edit, n));
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|(_, _, n)| std::cmp::Reverse(n.values().sum::<usize>()));
    rows
}

fn as_json(sides: Sides<'_>, differences: &[Difference<'_>]) -> Value {
    let side = |run: &RunRecord| {
        json!({
            "path": run.path, "version": run.version, "codebook_sha256": run.codebook_sha256,
            "notes": run.texts.len(), "codings": run.codings.values().map(Vec::len).sum::<usize>(),
        })
    };
    let causes: Vec<Value> = by_cause(differences)
        .into_iter()
        .map(|(why, edit, n)| json!({ "why": why, "edit": edit, "codings": n }))
        .collect();
    let codes: BTreeMap<String, Value> = code_effects(sides.before, sides.after, differences)
        .into_iter()
        .map(|(code, e)| {
            let pair =
                |(before, after): (usize, usize)| json!({ "before": before, "after": after });
            let effect = json!({
                "gained": e.gained, "lost": e.lost, "changed": e.changed,
                "counted": pair(e.counted), "notes": pair(e.notes),
            });
            (code, effect)
        })
        .collect();
    let cells = |by| -> Vec<Value> {
        let cells = cell_effects(sides.before, sides.after, by).into_iter();
        cells.map(cell_json).collect()
    };
    let (notes_changed, passages_moved) = sides.moved.count();
    json!({
        "before": side(sides.before),
        "after": side(sides.after),
        "notes_changed": notes_changed,
        "passages_moved": passages_moved,
        "codebook_changes": sides.changes,
        "codes": codes,
        "cells": cells(CellsBy::SessionType),
        "participant_cells": cells(CellsBy::Participant),
        "causes": causes,
        "differences": differences.iter().filter_map(difference_json).collect::<Vec<_>>(),
    })
}

fn cell_json(cell: CellEffect) -> Value {
    let mut out = json!({
        "session_type": cell.session_type, "code": cell.code,
        "notes_before": cell.notes.0, "notes_after": cell.notes.1,
        "counted_before": cell.counted.0, "counted_after": cell.counted.1,
    });
    if let Some(participant) = cell.participant_id {
        out["participant_id"] = json!(participant);
    }
    out
}

fn difference_json(d: &Difference<'_>) -> Option<Value> {
    let coding = d.coding()?;
    Some(json!({
        "change": d.kind.as_str(), "note_id": d.note_id, "code": coding.code,
        "start": coding.start, "end": coding.end, "text": coding.text,
        "counted_before": d.before.map(|c| c.counted), "counted_after": d.after.map(|c| c.counted),
        "differs": d.fields(), "why": d.cause.why.as_str(), "edit": d.cause.edit,
    }))
}

fn as_text(sides: Sides<'_>, differences: &[Difference<'_>], show: usize) -> String {
    let mut text = String::new();
    let (before, after) = (sides.before, sides.after);
    let _ = writeln!(
        text,
        "{} -> {}",
        before.path.display(),
        after.path.display()
    );
    let codebook = match (sides.old, sides.new) {
        _ if before.codebook_sha256 == after.codebook_sha256 => "the same codebook".to_owned(),
        (Some(old), Some(new)) => format!(
            "codebook {} {} -> {} {}: {} edits",
            old.name,
            old.version,
            new.name,
            new.version,
            sides.changes.len()
        ),
        _ => "another codebook, which a run did not keep".to_owned(),
    };
    let _ = writeln!(text, "{codebook}");
    if let (notes @ 1.., passages) = sides.moved.count() {
        let _ = writeln!(
            text,
            "{notes} coded notes read otherwise; their passages are followed by alignment, and {passages} stand elsewhere now"
        );
    }
    if differences.is_empty() {
        text.push_str("No coding differs.\n");
        return text;
    }
    let _ = writeln!(
        text,
        "\n{:<32}{:>8}{:>8}{:>9}{:>16}{:>16}",
        "code", "gained", "lost", "changed", "counted", "notes"
    );
    for (code, e) in code_effects(before, after, differences) {
        let pair = |(a, b): (usize, usize)| format!("{a} -> {b}");
        let _ = writeln!(
            text,
            "{code:<32}{:>8}{:>8}{:>9}{:>16}{:>16}",
            e.gained,
            e.lost,
            e.changed,
            pair(e.counted),
            pair(e.notes)
        );
    }
    cells_text(&mut text, sides, show);
    text.push_str("\nThrough\n");
    for (why, edit, n) in by_cause(differences) {
        let counts: Vec<String> = n.iter().map(|(kind, n)| format!("{n} {kind}")).collect();
        let _ = writeln!(text, "  {}: {why} {}", counts.join(", "), plain(&edit));
    }
    list(&mut text, differences, show);
    text
}

/// What becomes of the frequencies: the first cells by session type that differ, a line each.
fn cells_text(text: &mut String, sides: Sides<'_>, show: usize) {
    let cells = cell_effects(sides.before, sides.after, CellsBy::SessionType);
    if cells.is_empty() {
        return;
    }
    let _ = writeln!(
        text,
        "\n{:<32}{:<25}{:>16}{:>16}",
        "cell", "session type", "counted", "notes"
    );
    let pair = |(a, b): (usize, usize)| format!("{a} -> {b}");
    for cell in cells.iter().take(show) {
        let _ = writeln!(
            text,
            "{:<32}{:<25}{:>16}{:>16}",
            cell.code,
            plain(&cell.session_type),
            pair(cell.counted),
            pair(cell.notes)
        );
    }
    let people = cell_effects(sides.before, sides.after, CellsBy::Participant).len();
    let left = match cells.len().saturating_sub(show) {
        0 => String::new(),
        left => format!("{left} more cells, and "),
    };
    let _ = writeln!(
        text,
        "{left}{people} cells by participant and session type: see --json"
    );
}

/// The first differences, a line each.
fn list(text: &mut String, differences: &[Difference<'_>], show: usize) {
    text.push_str("\nDifferences\n");
    for d in differences.iter().take(show) {
        let Some(coding) = d.coding() else { continue };
        let _ = writeln!(
            text,
            "  {} {} {} {}-{} \"{}\" {} [{} {}]",
            d.kind.as_str(),
            plain(d.note_id),
            coding.code,
            coding.start,
            coding.end,
            plain(&coding.text),
            plain(&d.fields().join(", ")),
            d.cause.why.as_str(),
            plain(&d.cause.edit)
        );
    }
    if differences.len() > show {
        let more = differences.len() - show;
        let _ = writeln!(text, "  and {more} more: see --csv or --json");
    }
}

/// One line without control characters, which could steer the terminal.
fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
