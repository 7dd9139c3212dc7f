//! A note of a `QualCoder` project with its codings, each set on its words.
//!
//! Comes in: the open database. Goes out: text, codings and memos of one note at a time. Its windows
//! count positions differently; of the ways known, the one that leads to the words is taken.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::model::coding::Assertion;
use crate::text::Span;

use super::find::{occurrences, same_words};
use super::losses::{Item, LossReport, Named};
use super::outgoing_codings::FACTS;
use super::positions::{Convention, LineEnd, RawText, STANDARD, Stand, Unit};
use super::project::{NoteReader, PlacedCoding, PlacedNote, ProjectMemo};
use super::sqlite::Database;

/// The notes of an open project, one at a time.
pub(super) struct QualCoderNotes {
    pub(super) database: Database,
    pub(super) sources: Vec<i64>,
    pub(super) note_ids: Vec<String>,
    pub(super) codes: BTreeMap<i64, usize>,
    /// The rows of each source: the program keeps no index by source, and one look through all of
    /// them a source would take the square of the time.
    pub(super) coded: BTreeMap<i64, Vec<i64>>,
    /// The remarks of each source.
    pub(super) annotated: BTreeMap<i64, Vec<i64>>,
}

/// The numbers of a table's rows by their source.
pub(super) fn rows_by_source(database: &Database, table: &str) -> Result<BTreeMap<i64, Vec<i64>>> {
    let mut rows: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    if !database.has(table, "fid") {
        return Ok(rows);
    }
    let sql = format!("SELECT fid, rowid FROM {table} ORDER BY rowid");
    database.each(&sql, |row| {
        if let (Some(source), Some(number)) = (row.number(0), row.number(1)) {
            rows.entry(source).or_default().push(number);
        }
    })?;
    Ok(rows)
}

/// The ways in which parts of the program count, the commonest first.
const WAYS: [Convention; 4] = [
    STANDARD,
    Convention {
        unit: Unit::Utf16,
        ..STANDARD
    },
    Convention {
        line_end: LineEnd::One,
        ..STANDARD
    },
    Convention {
        unit: Unit::Utf16,
        line_end: LineEnd::One,
        ..STANDARD
    },
];

/// A row of `code_text` or `annotation`.
struct Marked {
    id: String,
    code: Option<i64>,
    words: String,
    start: i64,
    end: i64,
    owner: String,
    memo: String,
    is_important: bool,
}

impl QualCoderNotes {
    fn marked(&self, sql: &str, rows: Option<&Vec<i64>>) -> Result<Vec<Marked>> {
        let mut all = Vec::new();
        let mut take = |row: &super::sqlite::Cells<'_, '_>| {
            all.push(Marked {
                id: row.text(0),
                code: row.number(1),
                words: row.text(2),
                start: row.number(3).unwrap_or(-1),
                end: row.number(4).unwrap_or(-1),
                owner: row.text(5),
                memo: row.text(6),
                is_important: row.number(7) == Some(1),
            });
        };
        for &number in rows.into_iter().flatten() {
            self.database.each_of(sql, Some(number), &mut take)?;
        }
        Ok(all)
    }

    fn place(
        &self,
        index: usize,
        marked: Marked,
        (stand, remark): (Option<(usize, usize)>, &'static str),
        placed: &mut PlacedNote,
    ) {
        let named = Named {
            id: &marked.id,
            name: &marked.words,
            place: &self.note_ids[index],
        };
        let lose = |report: &mut LossReport, reason: &str| {
            report.lost(Item::Selection, named, reason);
            report.lost(Item::Coding, named, reason);
        };
        let Some(&code) = marked.code.and_then(|c| self.codes.get(&c)) else {
            return lose(&mut placed.report, "its code does not exist");
        };
        let Some((start, end)) = stand else {
            return lose(&mut placed.report, remark);
        };
        if remark == MOVED || remark == BLANKS {
            placed.report.changed(Item::Coding, named, remark);
        }
        if marked.is_important {
            let reason = "it is marked as important, which has no place here";
            placed.report.changed(Item::Coding, named, reason);
        }
        placed.report.kept(Item::Selection);
        placed.report.kept(Item::Coding);
        let (memo, facts) = with_facts(marked.memo.trim());
        placed.codings.push(PlacedCoding {
            code,
            coder: marked.owner,
            start,
            end,
            memo,
            guid: marked.id,
            facts,
        });
    }
}

/// A memo less the lines that this program wrote behind it, and what those say: without it what the
/// rules found to be denied would come back as affirmed.
fn with_facts(memo: &str) -> (String, Vec<(String, String)>) {
    let fact = |line: &str| {
        let (name, value) = line.split_once(": ")?;
        FACTS
            .contains(&name)
            .then(|| (name.to_owned(), value.to_owned()))
    };
    let lines: Vec<&str> = memo.lines().collect();
    let facts: Vec<_> = lines.iter().rev().map_while(|l| fact(l)).collect();
    let says_assertion = |(name, value): &(String, String)| {
        name == "assertion" && value.parse::<Assertion>().is_ok()
    };
    if !facts.iter().any(says_assertion) {
        return (memo.to_owned(), Vec::new());
    }
    let kept = lines.get(..lines.len() - facts.len()).unwrap_or_default();
    (kept.join("\n"), facts.into_iter().rev().collect())
}

/// Where the words of rows stand in code points, and what was odd.
fn settle(text: &RawText, rows: &[Marked]) -> Vec<(Option<(usize, usize)>, &'static str)> {
    let at: Vec<(i64, i64)> = rows.iter().map(|m| (m.start, m.end)).collect();
    let ways = WAYS.map(|way| text.stands(way, &at));
    let points = crate::text::CodePoints::new(&text.text);
    let settled = rows.iter().enumerate().map(|(i, row)| {
        let mut stands = ways.iter().filter_map(|stands| stands[i]);
        let pair = |s: Stand| (s.start, s.end);
        let words = plain_line_ends(&row.words);
        if let Some(stand) = stands.clone().find(|s| s.span.slice(&text.text) == words) {
            return (Some(pair(stand)), "");
        }
        let on_words = |s: &Stand| same_words(s.span.slice(&text.text), &words);
        if let Some(stand) = stands.clone().find(on_words) {
            return (Some(pair(stand)), BLANKS);
        }
        if row.words.trim().is_empty() {
            return (stands.next().map(pair), OUTSIDE);
        }
        let exact = memchr::memmem::find_iter(text.text.as_bytes(), &words);
        let mut places: Vec<Span> = exact.map(|at| Span::new(at, at + words.len())).collect();
        if places.is_empty() {
            places = occurrences(&text.text, &words);
        }
        let places = places.into_iter().map(|s| points.pair(s));
        let near = row.start.max(0) as usize;
        match places.min_by_key(|(start, _)| (start.abs_diff(near), *start)) {
            Some(place) => (Some(place), MOVED),
            None => (None, "its words do not stand in the text"),
        }
    });
    settled.collect()
}

/// Words with the line ends of notes; the program's own text field has a paragraph's end for each.
fn plain_line_ends(words: &str) -> String {
    words
        .replace("\r\n", "\n")
        .replace(['\r', '\u{2029}'], "\n")
}

const BLANKS: &str = "white space at its positions is another than in its words";
const OUTSIDE: &str = "its positions lie outside the text";
const MOVED: &str =
    "its positions do not lead to its words; it stands on the nearest place of its words";

impl NoteReader for QualCoderNotes {
    fn note(&mut self, index: usize) -> std::result::Result<PlacedNote, (String, LossReport)> {
        let source = self.sources[index];
        let failed = |e: crate::error::Error| (e.to_string(), LossReport::default());
        let mut text = RawText::default();
        let sql = "SELECT fulltext FROM source WHERE id = ?1";
        let mut take = |row: &super::sqlite::Cells<'_, '_>| text = RawText::new(&row.text(0));
        self.database
            .each_of(sql, Some(source), &mut take)
            .map_err(failed)?;
        let important = if self.database.has("code_text", "important") {
            "important"
        } else {
            "NULL"
        };
        let sql = format!(
            "SELECT rowid, cid, seltext, pos0, pos1, owner, memo, {important} FROM code_text \
             WHERE rowid = ?1"
        );
        let codings = self.marked(&sql, self.coded.get(&source)).map_err(failed)?;
        let sql = "SELECT anid, NULL, '', pos0, pos1, owner, memo, NULL FROM annotation \
                   WHERE rowid = ?1";
        let remarks = self
            .marked(sql, self.annotated.get(&source))
            .map_err(failed)?;
        let mut placed = PlacedNote {
            text: text.text.clone(),
            ..PlacedNote::default()
        };
        let settled = settle(&text, &codings);
        for (marked, stand) in codings.into_iter().zip(settled) {
            self.place(index, marked, stand, &mut placed);
        }
        let places = settle(&text, &remarks);
        for (remark, (place, _)) in remarks.into_iter().zip(places) {
            placed.report.kept(Item::Memo);
            placed.memos.push(ProjectMemo {
                on: "passage",
                id: self.note_ids[index].clone(),
                passage: place,
                coder: remark.owner,
                memo: remark.memo,
                ..ProjectMemo::default()
            });
        }
        Ok(placed)
    }
}
