//! Disagreements side by side, and the consensus that an adjudicator makes of them.
//!
//! Passages of one code that overlap are one group, whoever marked them. A group is agreed where
//! every coder marked it with the same assertion; every other is a row that a person decides.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::exchange::write_whole;
use crate::export::{Lines, disagreement_lines};
use crate::model::coding::{Assertion, Voice};
use crate::text::Span;

use super::Args;
use super::verdicts::{Decidable, Verdict, Verdicts};
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
        refuse_to_overwrite(args, path, "may be filled in")?;
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
    let out = consensus_path(args, path);
    refuse_to_overwrite(args, &out, "holds a consensus that was made before")?;
    let mut verdicts = Verdicts::read(path)?;
    let decidable: Vec<Decidable<'_>> = groups.iter().map(|g| decidable(coders, g)).collect();
    let found = verdicts.of(&decidable);
    let mut lines = Lines::header(&CONSENSUS_COLUMNS);
    let mut done = Done::default();
    let mut coded: BTreeSet<usize> = BTreeSet::new();
    for ((group, passage), verdict) in groups.iter().zip(&decidable).zip(found) {
        let (settled, assertion) = settle(group, verdict.as_ref(), coders.names.len());
        if let (Settled::Agreed, Some(verdict)) = (settled, &verdict) {
            verdicts.say_agreed(verdict, passage.code);
        }
        done.add(settled, verdict.as_ref());
        if matches!(settled, Settled::Dropped | Settled::Undecided) {
            continue;
        }
        coded.insert(group.note);
        let memo = verdict.filter(|_| settled == Settled::Kept).map(|v| v.memo);
        lines
            .text(passage.note)
            .text(passage.code)
            .plain(group.start)
            .plain(group.end)
            .text(&passage.words)
            .text(assertion.map_or("", Assertion::as_str))
            .text(group.voice().map_or("", Voice::as_str))
            .text("consensus")
            .text(&memo.unwrap_or_default())
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
    for finding in verdicts.into_findings() {
        eprintln!("{finding}");
    }
    write_whole(&lines.into_bytes(), &out)?;
    log(args, coders, (path, &out), &done);
    let [agreed, kept, dropped, undecided] = done.counts();
    Ok(format!(
        "consensus: {agreed} passages agreed, {kept} kept and {dropped} dropped by adjudication, \
         {undecided} undecided and left out; written: {}\n",
        out.display()
    ))
}

fn decidable<'c>(coders: &'c Coders, group: &CodedPassages) -> Decidable<'c> {
    let note = &coders.notes[group.note];
    Decidable {
        note: &note.note_id,
        code: &coders.codes[group.code],
        start: group.start,
        end: group.end,
        words: slice(&note.text, group.start, group.end),
    }
}

/// What became of all passages, and who decided.
#[derive(Default)]
struct Done {
    outcomes: Vec<Settled>,
    adjudicators: BTreeSet<String>,
}

impl Done {
    fn add(&mut self, settled: Settled, verdict: Option<&Verdict>) {
        self.outcomes.push(settled);
        let is_decided = matches!(settled, Settled::Kept | Settled::Dropped);
        let names = verdict.filter(|_| is_decided).into_iter();
        let names = names.flat_map(|v| v.adjudicator.split("; "));
        self.adjudicators
            .extend(names.filter(|n| !n.is_empty()).map(str::to_owned));
    }

    fn counts(&self) -> [usize; 4] {
        let all = [
            Settled::Agreed,
            Settled::Kept,
            Settled::Dropped,
            Settled::Undecided,
        ];
        all.map(|what| self.outcomes.iter().filter(|o| **o == what).count())
    }
}

/// Logs an adjudication in the study that was named, by the person who decided: who typed the command
/// may be somebody else.
fn log(args: &Args, coders: &Coders, (from, to): (&Path, &Path), done: &Done) {
    if let Some(folder) = &args.study {
        let [agreed, kept, dropped, undecided] = done.counts();
        let user = crate::cli::audit::user();
        let names: Vec<&str> = done.adjudicators.iter().map(String::as_str).collect();
        let who = if names.is_empty() {
            user.clone()
        } else {
            names.join("; ")
        };
        let details = serde_json::json!({
            "coders": coders.names, "adjudicated": from, "consensus": to, "agreed": agreed,
            "kept": kept, "dropped": dropped, "undecided": undecided, "recorded_by": user,
        });
        crate::cli::audit::record_in(folder, &who, "adjudicate", details);
    }
}

fn consensus_path(args: &Args, adjudicated: &Path) -> PathBuf {
    let beside = || adjudicated.with_file_name("consensus.csv");
    args.consensus.clone().unwrap_or_else(beside)
}

/// What people made is not lost to a second call.
fn refuse_to_overwrite(args: &Args, path: &Path, why: &str) -> Result<()> {
    if path.exists() && !args.force {
        return Err(Error::other(format!(
            "{} is there already and {why}: name another file, or overwrite it with --force.",
            path.display()
        )));
    }
    Ok(())
}
