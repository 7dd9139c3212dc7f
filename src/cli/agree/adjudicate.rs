//! Disagreements side by side, and the consensus that an adjudicator makes of them.
//!
//! Passages of one code that overlap are one group, whoever marked them. A group is agreed where
//! every coder marked it with the same assertion; every other is a row that a person decides.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::error::{Diagnostic, Error, Place, Result};
use crate::exchange::{SavedRow, read_sheet, write_whole};
use crate::export::{Lines, disagreement_lines};
use crate::model::coding::{Assertion, Voice};
use crate::text::Span;

use super::Args;
use crate::pipeline::agree::{
    CodedPassages, Coders, coded_passages, disagreements, open_passages, slice,
};

const CONSENSUS_COLUMNS: [&str; 9] = [
    "note_id",
    "code",
    "start",
    "end",
    "text",
    "assertion",
    "voice",
    "coder",
    "memo",
];

/// Writes the list of disagreements, or the consensus that a filled one makes; what is said of it.
pub(super) fn run(args: &Args, coders: &Coders) -> Result<Option<String>> {
    if args.disagreements.is_none() && args.adjudicate.is_none() {
        return Ok(None);
    }
    if coders.notes.iter().any(|n| n.text.is_empty()) {
        return Err(Error::other(
            "this needs the notes' text: give it with --notes NOTES.jsonl (a run writes it).",
        ));
    }
    let groups = coded_passages(coders);
    let mut said = String::new();
    if let Some(path) = &args.disagreements {
        if path.exists() && !args.force {
            return Err(Error::other(format!(
                "{} is there already and may be filled in: name another file, or overwrite it \
                 with --force.",
                path.display()
            )));
        }
        let open = open_passages(coders, &groups);
        let words = |note: usize, span: Span| span.slice(&coders.notes[note].text).to_owned();
        let list = disagreements(coders, &open, &words);
        write_whole(&disagreement_lines(&list), path)?;
        let _written = writeln!(
            said,
            "{} of {} passages are not agreed; written: {}\nPut keep or drop into the column \
             decision, then read it back with --adjudicate.",
            open.len(),
            groups.len(),
            path.display()
        );
    }
    if let Some(path) = &args.adjudicate {
        said.push_str(&adjudicated(args, coders, &groups, path)?);
    }
    Ok(Some(said))
}

/// What the adjudicator says of a group.
struct Verdict {
    keeps: bool,
    assertion: Option<Assertion>,
    memo: String,
}

type Key = (String, String, String, String);

/// What became of a passage.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Settled {
    Agreed,
    Kept,
    Dropped,
    Undecided,
}

/// What becomes of a group, with the assertion that it has then.
fn settle(
    group: &CodedPassages,
    verdict: Option<&Verdict>,
    coders: usize,
) -> (Settled, Option<Assertion>) {
    let assertions = group.assertions();
    let one = assertions
        .first()
        .copied()
        .filter(|_| assertions.len() == 1);
    match verdict {
        _ if group.is_agreed(coders) => (Settled::Agreed, one),
        Some(verdict) if !verdict.keeps => (Settled::Dropped, None),
        Some(verdict) => match verdict.assertion.or(one) {
            Some(assertion) => (Settled::Kept, Some(assertion)),
            None => (Settled::Undecided, None),
        },
        None => (Settled::Undecided, None),
    }
}

fn adjudicated(
    args: &Args,
    coders: &Coders,
    groups: &[CodedPassages],
    path: &Path,
) -> Result<String> {
    let mut verdicts = verdicts(path)?;
    let mut lines = Lines::header(&CONSENSUS_COLUMNS);
    let mut outcomes: Vec<Settled> = Vec::new();
    let mut coded: BTreeSet<usize> = BTreeSet::new();
    for group in groups {
        let note = &coders.notes[group.note];
        let code = &coders.codes[group.code];
        let (start, end) = (group.start.to_string(), group.end.to_string());
        let verdict = verdicts.remove(&key(&note.note_id, code, &start, &end));
        let (settled, assertion) = settle(group, verdict.as_ref(), coders.names.len());
        outcomes.push(settled);
        if matches!(settled, Settled::Dropped | Settled::Undecided) {
            continue;
        }
        coded.insert(group.note);
        lines
            .text(&note.note_id)
            .text(code)
            .plain(group.start)
            .plain(group.end)
            .text(&slice(&note.text, group.start, group.end))
            .text(assertion.map_or("", Assertion::as_str))
            .text(group.voice().map_or("", Voice::as_str))
            .text("consensus")
            .text(&verdict.map(|v| v.memo).unwrap_or_default())
            .end();
    }
    // A note that all read and in which nothing stands was read all the same.
    let all = coders.notes.iter().enumerate();
    for (_, note) in all.filter(|(i, _)| !coded.contains(i)) {
        lines.text(&note.note_id);
        for _ in 1..7 {
            lines.text("");
        }
        lines.text("consensus").text("").end();
    }
    for (note, code, start, end) in verdicts.keys() {
        eprintln!(
            "note: {}: {code} at {start}-{end} of {note} is no passage of these coders now",
            path.display()
        );
    }
    let out = consensus_path(args, path);
    write_whole(&lines.into_bytes(), &out)?;
    let count = |what: Settled| outcomes.iter().filter(|o| **o == what).count();
    let counts = [
        Settled::Agreed,
        Settled::Kept,
        Settled::Dropped,
        Settled::Undecided,
    ]
    .map(count);
    log(args, coders, (path, &out), counts);
    let [agreed, kept, dropped, undecided] = counts;
    Ok(format!(
        "consensus: {agreed} passages agreed, {kept} kept and {dropped} dropped by adjudication, \
         {undecided} undecided and left out; written: {}\n",
        out.display()
    ))
}

/// Logs an adjudication in the study that was named.
fn log(args: &Args, coders: &Coders, (from, to): (&Path, &Path), counts: [usize; 4]) {
    if let Some(folder) = &args.study {
        let [agreed, kept, dropped, undecided] = counts;
        let details = serde_json::json!({
            "coders": coders.names, "adjudicated": from, "consensus": to, "agreed": agreed,
            "kept": kept, "dropped": dropped, "undecided": undecided,
        });
        let user = crate::cli::audit::user();
        crate::cli::audit::record_in(folder, &user, "adjudicate", details);
    }
}

fn consensus_path(args: &Args, adjudicated: &Path) -> PathBuf {
    let beside = || adjudicated.with_file_name("consensus.csv");
    args.consensus.clone().unwrap_or_else(beside)
}

fn key(note: &str, code: &str, start: &str, end: &str) -> Key {
    let own = |text: &str| text.to_owned();
    (own(note), own(code), own(start), own(end))
}

/// The decided rows of a list, by passage.
fn verdicts(path: &Path) -> Result<BTreeMap<Key, Verdict>> {
    let table = read_sheet(path)?;
    let columns = [
        "note_id",
        "code",
        "start",
        "end",
        "decision",
        "assertion",
        "memo",
    ];
    let columns = columns.map(|name| table.column(name));
    if columns[..5].iter().any(Option::is_none) {
        return Err(Error::other(format!(
            "{} is no list of disagreements: --disagreements writes one.",
            path.display()
        )));
    }
    let mut verdicts = BTreeMap::new();
    for row in table.rows.iter().filter(|r| !r.is_empty()) {
        let [note, code, start, end, decision, assertion, memo] =
            columns.map(|column| row.text(column).trim());
        let keeps = match decision.to_lowercase().as_str() {
            "keep" | "yes" => true,
            "drop" | "no" => false,
            "" => continue,
            other => {
                say(path, row, &format!("{other:?} is neither keep nor drop"));
                continue;
            }
        };
        let assertion = match assertion.to_lowercase().as_str() {
            "" => None,
            word => match word.parse::<Assertion>() {
                Ok(assertion) => Some(assertion),
                Err(why) => {
                    say(path, row, &why);
                    continue;
                }
            },
        };
        let memo = memo.to_owned();
        verdicts.insert(
            key(note, code, start, end),
            Verdict {
                keeps,
                assertion,
                memo,
            },
        );
    }
    Ok(verdicts)
}

fn say(path: &Path, row: &SavedRow, why: &str) {
    let finding = Diagnostic::warning(
        "V755",
        Place::at(path, row.line, 1),
        format!("The row counts as undecided: {why}."),
        "",
    );
    eprintln!("{finding}");
}
