//! The answer to a question: as text, as JSON, as a table.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::export::{Lines, QUERY_COLUMNS, coding_id};
use crate::pipeline::Standing;
use crate::query::{Answer, Member, Passage};

use super::super::counted::{self, flat};

/// Characters of a passage that the terminal shows.
const PASSAGE_CHARS: usize = 400;
/// Characters of what stands around it.
const AROUND_CHARS: usize = 60;

/// An answer, and how much of it is shown.
pub(super) struct Shown<'a> {
    pub(super) answer: &'a Answer,
    /// Session types in the order of the table; others follow by name.
    pub(super) session_types: &'a [String],
    /// Passages at most; 0 for all.
    pub(super) limit: usize,
    /// What the answer to a study rests on.
    pub(super) standing: Option<&'a Standing>,
}

impl Shown<'_> {
    fn passages(&self) -> &[Passage] {
        let all = &self.answer.passages;
        match self.limit {
            0 => all,
            limit => &all[..all.len().min(limit)],
        }
    }

    /// The passages below their note's head, then the counts.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        let mut note = None;
        for passage in self.passages() {
            let head = (&passage.note_id, &passage.session_type);
            if note != Some(head) {
                note = Some(head);
                out.push_str(&head_line(passage));
            }
            let _written = writeln!(
                out,
                "  {}-{}  {}»{}«{}{}",
                passage.start,
                passage.end,
                last_chars(&flat(&passage.before), AROUND_CHARS),
                middle_cut(&flat(&passage.text)),
                first_chars(&flat(&passage.after), AROUND_CHARS),
                codes(passage),
            );
        }
        let left = self.answer.passages.len() - self.passages().len();
        if left > 0 {
            let _written = writeln!(out, "{left} more passages (--limit 0 shows all)");
        }
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&counted::table(&self.answer.counts, self.session_types));
        if let Some(standing) = self.standing {
            let _written = writeln!(out, "\n{}", standing.told());
        }
        out
    }

    /// Everything, for programs.
    pub(super) fn json(&self, expression: &str) -> Value {
        let member = |passage: &Passage, c: &Member| {
            json!({
                "coding_id": coding_id(&passage.note_id, &c.code, c.start, c.end),
                "code": c.code,
                "start": c.start,
                "end": c.end,
                "assertion": c.assertion.as_str(),
                "voice": c.voice.as_str(),
            })
        };
        let passage = |p: &Passage| {
            json!({
                "note_id": p.note_id,
                "participant_id": p.participant,
                "date": p.date,
                "session_type": p.session_type,
                "start": p.start,
                "end": p.end,
                "before": p.before,
                "text": p.text,
                "after": p.after,
                "codings": p.codings.iter().map(|c| member(p, c)).collect::<Vec<_>>(),
            })
        };
        let mut out = json!({
            "query": expression,
            "passages_total": self.answer.passages.len(),
            "passages": self.passages().iter().map(passage).collect::<Vec<_>>(),
            "counts": counted::json(&self.answer.counts),
        });
        if let Some(standing) = self.standing {
            out["rests_on"] = standing.json();
        }
        out
    }
}

/// A note's id with what is known of it.
fn head_line(passage: &Passage) -> String {
    let parts = [&passage.participant, &passage.date, &passage.session_type];
    let known: Vec<&str> = parts
        .into_iter()
        .map(String::as_str)
        .filter(|p| !p.is_empty())
        .collect();
    format!("{}  ({})\n", passage.note_id, flat(&known.join(", ")))
}

/// The codes of a passage, each once, with what makes it other than affirmed.
fn codes(passage: &Passage) -> String {
    let named = |c: &Member| match c.assertion {
        crate::model::coding::Assertion::Affirmed => c.code.clone(),
        other => format!("{} ({other})", c.code),
    };
    let codes: BTreeSet<String> = passage.codings.iter().map(named).collect();
    if codes.is_empty() {
        return String::new();
    }
    let codes: Vec<String> = codes.into_iter().collect();
    format!("   [{}]", codes.join(", "))
}

fn last_chars(text: &str, count: usize) -> String {
    let length = text.chars().count();
    if length <= count {
        return text.to_owned();
    }
    format!(
        "..{}",
        text.chars().skip(length - count).collect::<String>()
    )
}

fn first_chars(text: &str, count: usize) -> String {
    if text.chars().count() <= count {
        return text.to_owned();
    }
    format!("{}..", text.chars().take(count).collect::<String>())
}

/// A long passage's beginning and end.
fn middle_cut(text: &str) -> String {
    let length = text.chars().count();
    if length <= PASSAGE_CHARS {
        return text.to_owned();
    }
    let half = PASSAGE_CHARS / 2;
    let head: String = text.chars().take(half).collect();
    let tail: String = text.chars().skip(length - half).collect();
    format!("{head} [..] {tail}")
}

/// The passages as a table.
pub(super) fn csv(answer: &Answer) -> Vec<u8> {
    let mut lines = Lines::header(&QUERY_COLUMNS);
    for p in &answer.passages {
        let codes: BTreeSet<&str> = p.codings.iter().map(|c| c.code.as_str()).collect();
        let codes: Vec<&str> = codes.into_iter().collect();
        let id = |c: &Member| coding_id(&p.note_id, &c.code, c.start, c.end);
        let ids: Vec<String> = p.codings.iter().map(id).collect();
        lines
            .text(&p.note_id)
            .text(&p.participant)
            .plain(&p.date)
            .text(&p.session_type)
            .plain(p.start)
            .plain(p.end)
            .text(&p.text)
            .text(&codes.join("; "))
            .text(&ids.join("; "))
            .end();
    }
    lines.into_bytes()
}
