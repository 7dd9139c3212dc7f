//! Disagreements side by side, and the consensus that an adjudicator makes of them.
//!
//! Passages of one code that overlap are one group, whoever marked them. A group is agreed where
//! every coder marked it with the same assertion; every other is a row that a person decides.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::agreement::Mark;
use crate::error::{Diagnostic, Error, Place, Result, Severity};
use crate::exchange::{SavedRow, read_sheet, write_whole};
use crate::export::Lines;
use crate::model::coding::{Assertion, Voice};
use crate::text::CodePoints;

use super::Args;
use crate::pipeline::agree::Coders;

const DISAGREEMENT_COLUMNS: [&str; 13] = [
    "note_id",
    "code",
    "start",
    "end",
    "text",
    "context",
    "kind",
    "said",
    "evidence",
    "decision",
    "assertion",
    "adjudicator",
    "memo",
];

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

/// Code points of context on each side of a passage.
const CONTEXT: u64 = 120;

/// Passages of one code that overlap, with the coder of each.
struct Group {
    note: usize,
    code: usize,
    start: u64,
    end: u64,
    marks: Vec<(usize, Mark)>,
}

impl Group {
    fn coders(&self) -> BTreeSet<usize> {
        self.marks.iter().map(|m| m.0).collect()
    }

    fn assertions(&self) -> BTreeSet<Assertion> {
        self.marks.iter().map(|m| m.1.assertion).collect()
    }

    fn is_agreed(&self, coders: usize) -> bool {
        self.coders().len() == coders && self.assertions().len() == 1
    }

    /// The voice that all who say one say.
    fn voice(&self) -> Option<Voice> {
        let voices: BTreeSet<Voice> = self.marks.iter().filter_map(|m| m.1.voice).collect();
        voices.first().copied().filter(|_| voices.len() == 1)
    }
}

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
    let groups = groups(coders);
    let mut said = String::new();
    if let Some(path) = &args.disagreements {
        if path.exists() && !args.force {
            return Err(Error::other(format!(
                "{} is there already and may be filled in: name another file, or overwrite it \
                 with --force.",
                path.display()
            )));
        }
        let (bytes, count) = disagreements(coders, &groups);
        write_whole(&bytes, path)?;
        let _written = writeln!(
            said,
            "{count} of {} passages are not agreed; written: {}\nPut keep or drop into the column \
             decision, then read it back with --adjudicate.",
            groups.len(),
            path.display()
        );
    }
    if let Some(path) = &args.adjudicate {
        said.push_str(&adjudicated(args, coders, &groups, path)?);
    }
    Ok(Some(said))
}

fn groups(coders: &Coders) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for code in 0..coders.codes.len() {
        let mut marks: Vec<(usize, Mark)> = Vec::new();
        for coder in 0..coders.names.len() {
            marks.extend(
                coders
                    .all_marks(coder, code)
                    .into_iter()
                    .map(|m| (coder, m)),
            );
        }
        marks.sort_by_key(|(coder, m)| (m.note, m.start, m.end, *coder));
        for (coder, mark) in marks {
            match groups.last_mut() {
                Some(open)
                    if open.code == code && open.note == mark.note && mark.start < open.end =>
                {
                    open.end = open.end.max(mark.end);
                    open.marks.push((coder, mark));
                }
                _ => groups.push(Group {
                    note: mark.note,
                    code,
                    start: mark.start,
                    end: mark.end,
                    marks: vec![(coder, mark)],
                }),
            }
        }
    }
    groups.sort_by_key(|g| (g.note, g.start, g.code));
    groups
}

/// The list as CSV, in the order of the notes, and how long it is.
fn disagreements(coders: &Coders, groups: &[Group]) -> (Vec<u8>, usize) {
    let mut lines = Lines::header(&DISAGREEMENT_COLUMNS);
    let open = |g: &&Group| !g.is_agreed(coders.names.len());
    let mut count = 0;
    for group in groups.iter().filter(open) {
        count += 1;
        let note = &coders.notes[group.note];
        let slice = |start: u64, end: u64| slice(&note.text, start, end);
        let length = note.text.chars().count() as u64;
        let context = format!(
            "{}[{}]{}",
            slice(group.start.saturating_sub(CONTEXT), group.start),
            slice(group.start, group.end),
            slice(group.end, (group.end + CONTEXT).min(length)),
        );
        let kind = if group.coders().len() == coders.names.len() {
            "assertion"
        } else {
            "not_marked_by_all"
        };
        lines
            .text(&note.note_id)
            .text(&coders.codes[group.code])
            .plain(group.start)
            .plain(group.end)
            .text(&slice(group.start, group.end))
            .text(&context)
            .text(kind)
            .text(&who_said_what(coders, group))
            .text(&coders.evidence(group.note, group.code, &group.marks))
            .text("")
            .text("")
            .text("")
            .text("")
            .end();
    }
    (lines.into_bytes(), count)
}

fn slice(text: &str, start: u64, end: u64) -> String {
    let span = CodePoints::new(text).span(start as usize, end as usize);
    span.map(|s| s.slice(text)).unwrap_or_default().to_owned()
}

fn who_said_what(coders: &Coders, group: &Group) -> String {
    let names = coders.names.iter().enumerate();
    let said = names.map(|(coder, name)| {
        let own = group.marks.iter().filter(|m| m.0 == coder);
        let own: Vec<String> = own
            .map(|(_, m)| format!("{} {}-{}", m.assertion, m.start, m.end))
            .collect();
        if own.is_empty() {
            format!("{name}: nothing")
        } else {
            format!("{name}: {}", own.join(", "))
        }
    });
    said.collect::<Vec<_>>().join("; ")
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
fn settle(group: &Group, verdict: Option<&Verdict>, coders: usize) -> (Settled, Option<Assertion>) {
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

fn adjudicated(args: &Args, coders: &Coders, groups: &[Group], path: &Path) -> Result<String> {
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
    let finding = Diagnostic {
        rule: "V755",
        severity: Severity::Warning,
        place: Place::at(path, row.line, 1),
        message: format!("The row counts as undecided: {why}."),
        hint: String::new(),
        excerpt: None,
    };
    eprintln!("{finding}");
}
