//! A note of a `QualCoder` project with its codings, each set on its words.
//!
//! Comes in: the open database. Goes out: text, codings and memos of one note at a time. Its windows
//! count positions differently; of the ways known, the one that leads to the words is taken.

use std::collections::BTreeMap;

use crate::error::Result;

use super::find::{occurrences, same_words};
use super::losses::{Item, LossReport, Named};
use super::positions::{Convention, LineEnd, RawText, STANDARD, Stand, Unit};
use super::project::{NoteReader, PlacedCoding, PlacedNote, ProjectMemo};
use super::sqlite::Database;

/// The notes of an open project, one at a time.
pub(super) struct QualCoderNotes {
    pub(super) database: Database,
    pub(super) sources: Vec<i64>,
    pub(super) note_ids: Vec<String>,
    pub(super) codes: BTreeMap<i64, usize>,
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
}

impl QualCoderNotes {
    fn marked(&self, sql: &str, source: i64) -> Result<Vec<Marked>> {
        let mut all = Vec::new();
        self.database.each_of(sql, Some(source), &mut |row| {
            all.push(Marked {
                id: row.text(0),
                code: row.number(1),
                words: row.text(2),
                start: row.number(3).unwrap_or(-1),
                end: row.number(4).unwrap_or(-1),
                owner: row.text(5),
                memo: row.text(6),
            });
        })?;
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
        if remark == MOVED {
            placed.report.changed(Item::Coding, named, remark);
        }
        placed.report.kept(Item::Selection);
        placed.report.kept(Item::Coding);
        placed.codings.push(PlacedCoding {
            code,
            coder: marked.owner,
            start,
            end,
            memo: marked.memo.trim().to_owned(),
            guid: marked.id,
            facts: Vec::new(),
        });
    }
}

/// Where the words of rows stand in code points, and what was odd.
fn settle(text: &RawText, rows: &[Marked]) -> Vec<(Option<(usize, usize)>, &'static str)> {
    let at: Vec<(i64, i64)> = rows.iter().map(|m| (m.start, m.end)).collect();
    let ways = WAYS.map(|way| text.stands(way, &at));
    let points = crate::text::CodePoints::new(&text.text);
    let settled = rows.iter().enumerate().map(|(i, row)| {
        let mut stands = ways.iter().filter_map(|stands| stands[i]);
        let pair = |s: Stand| (s.start, s.end);
        let on_words = |s: &Stand| same_words(s.span.slice(&text.text), &row.words);
        if let Some(stand) = stands.clone().find(on_words) {
            return (Some(pair(stand)), "");
        }
        if row.words.trim().is_empty() {
            return (stands.next().map(pair), OUTSIDE);
        }
        let places = occurrences(&text.text, &row.words)
            .into_iter()
            .map(|s| points.pair(s));
        let near = row.start.max(0) as usize;
        match places.min_by_key(|(start, _)| (start.abs_diff(near), *start)) {
            Some(place) => (Some(place), MOVED),
            None => (None, "its words do not stand in the text"),
        }
    });
    settled.collect()
}

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
        let sql = "SELECT rowid, cid, seltext, pos0, pos1, owner, memo FROM code_text \
                   WHERE fid = ?1 ORDER BY rowid";
        let codings = self.marked(sql, source).map_err(failed)?;
        let sql = "SELECT anid, NULL, '', pos0, pos1, owner, memo FROM annotation \
                   WHERE fid = ?1 ORDER BY anid";
        let remarks = self.marked(sql, source).map_err(failed)?;
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
