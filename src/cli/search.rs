//! `verbatim search`: keyword in context over a run's index.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args as ClapArgs;
use jiff::civil::Date;
use serde_json::json;

use crate::error::Result;
use crate::export::is_output;
use crate::index::{self, Filters, Found, Line, Shown};
use crate::model::coding::{Assertion, Voice};
use crate::study::Study;

use super::{Common, Ending, print, print_json};

/// Arguments of `verbatim search`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// A study folder, a study.toml, a folder of notes, one file of notes, or the output folder of a
    /// run.
    path: PathBuf,
    /// Words in a row (`felt safe`), any form of them; `=word` that form, `word*` what starts so;
    /// AND, OR, NOT and brackets between.
    query: String,
    /// Notes of this participant (may be given again for others).
    #[arg(long, value_name = "ID")]
    participant: Vec<String>,
    /// Passages of this session type.
    #[arg(long, value_name = "TYPE")]
    session_type: Vec<String>,
    /// Passages in a sentence with this code, or one below it.
    #[arg(long, value_name = "CODE")]
    code: Vec<String>,
    /// Passages in a sentence coded with this voice: quote, reported, clinician, other.
    #[arg(long, value_name = "VOICE")]
    voice: Vec<Voice>,
    /// Passages in a sentence coded with this assertion: affirmed, negated, uncertain, historical,
    /// hypothetical, other.
    #[arg(long, value_name = "ASSERTION")]
    assertion: Vec<Assertion>,
    /// Notes from this day on (2022-01-31).
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Notes up to this day.
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    /// Lines at most; 0 for all.
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
    /// Characters of context on each side.
    #[arg(long, value_name = "N", default_value_t = 45)]
    context: usize,
    #[command(flatten)]
    common: Common,
}

/// Runs the command.
///
/// # Errors
/// Where the study has no index, the query cannot be read, or a filter names what no note has.
pub fn run(args: &Args) -> Result<Ending> {
    let out = if is_output(&args.path) {
        args.path.clone()
    } else {
        args.common.out(&Study::open(&args.path)?)
    };
    let dir = out.join("index");
    let filters = Filters {
        participants: args.participant.clone(),
        session_types: args.session_type.clone(),
        codes: args.code.clone(),
        voices: args.voice.clone(),
        assertions: args.assertion.clone(),
        from: args.from,
        to: args.to,
    };
    let shown = Shown {
        lines_max: args.limit,
        context: args.context,
    };
    let found = index::search(&dir, &args.query, &filters, shown)?;
    if args.common.json {
        print_json(&as_json(&args.query, &found))?;
        return Ok(Ending::Done);
    }
    print(&as_text(&found, args.context))?;
    if !args.common.quiet {
        eprintln!("{}", summary(&found));
    }
    Ok(Ending::Done)
}

fn as_json(query: &str, found: &Found) -> serde_json::Value {
    let line = |l: &Line| {
        json!({
            "note_id": l.note_id,
            "participant_id": l.participant,
            "date": l.date,
            "session_type": l.session_type,
            "start": l.start,
            "end": l.end,
            "left": l.left,
            "text": l.hit,
            "right": l.right,
            "codes": l.codes,
        })
    };
    json!({
        "query": query,
        "lines_total": found.lines_total,
        "notes_total": found.notes_total,
        "lines": found.lines.iter().map(line).collect::<Vec<_>>(),
    })
}

/// The lines below their note's head, the words found under each other.
fn as_text(found: &Found, context: usize) -> String {
    let mut out = String::new();
    let mut note = None;
    for line in &found.lines {
        let head = (&line.note_id, &line.session_type);
        if note != Some(head) {
            note = Some(head);
            let parts = [&line.participant, &line.date, &line.session_type];
            let parts: Vec<&str> = parts.into_iter().map(String::as_str).collect();
            let known: Vec<&str> = parts.into_iter().filter(|p| !p.is_empty()).collect();
            let _written = writeln!(out, "{}  ({})", line.note_id, known.join(", "));
        }
        let left = flat(&line.left);
        let pad = " ".repeat(context.saturating_sub(left.chars().count()));
        let codes = if line.codes.is_empty() {
            String::new()
        } else {
            format!("   [{}]", line.codes.join(", "))
        };
        let (hit, right) = (flat(&line.hit), flat(&line.right));
        let _written = writeln!(out, "  {pad}{left}»{hit}«{right}{codes}");
    }
    out
}

/// A piece on one line, without marks that steer a terminal.
fn flat(piece: &str) -> String {
    piece
        .chars()
        .map(|c| {
            if c.is_whitespace() || c.is_control() {
                ' '
            } else {
                c
            }
        })
        .collect()
}

fn summary(found: &Found) -> String {
    let count = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    let mut out = format!(
        "{} in {}",
        count(found.lines_total, "line"),
        count(found.notes_total, "note")
    );
    if found.lines.len() < found.lines_total {
        let _written = write!(
            out,
            "; the first {} shown (--limit 0 shows all)",
            found.lines.len()
        );
    }
    out
}
