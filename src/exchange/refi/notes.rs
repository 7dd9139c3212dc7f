//! The notes of a REFI-QDA project, their codings set in place by the way its positions count.

use std::collections::{BTreeMap, BTreeSet};

use crate::exchange::calibration::names_words;
use crate::exchange::find::occurrences;
use crate::exchange::losses::{Item, LossReport, Named};
use crate::exchange::positions::{Convention, RawText, STANDARD, Stand};
use crate::exchange::project::{NoteReader, PlacedCoding, PlacedNote, Project, ProjectMemo};

use super::archive::Archive;
use super::gather::{RawCoding, RawMemo, RawNote, RawSelection};
use super::resolve::Resolved;

/// What is told of a selection that another way to count puts on its words.
const OTHER_WAY: &str = "its positions count otherwise than the project's; it stands on its words";

/// What is told of a selection that is named by words which stand elsewhere.
const ELSEWHERE: &str = "the words that it is named by stand elsewhere in the text; it was kept where \
                         its positions say";

/// Selections of a note whose names are looked for in all of its text.
const SEARCHED_MAX: usize = 200;

/// The memo of this title holds what this program says of a coding.
pub(super) const FACTS_TITLE: &str = "verbatim";

/// A project's notes.
pub(super) struct RefiNotes {
    archive: Archive,
    pub(super) notes: Vec<RawNote>,
    note_ids: Vec<String>,
    codes: BTreeMap<String, usize>,
    cases: BTreeSet<String>,
    users: BTreeMap<String, String>,
    raw_memos: BTreeMap<String, RawMemo>,
    memo_order: Vec<String>,
    memo_uses: Vec<(&'static str, String, String)>,
    /// The memos' texts.
    memo_texts: BTreeMap<String, String>,
    /// What positions count.
    pub(super) way: Convention,
    /// All other ways, for a selection that does not stand on its words.
    pub(super) others: Vec<Convention>,
    /// Why no coding is set in place.
    pub(super) refused: Option<String>,
}

impl RefiNotes {
    pub(super) fn new(archive: Archive, resolved: Resolved, project: &Project) -> Self {
        Self {
            archive,
            notes: resolved.notes,
            note_ids: project.notes.iter().map(|n| n.note_id.clone()).collect(),
            codes: resolved.codes,
            cases: resolved.cases,
            users: resolved.users,
            raw_memos: resolved.memos,
            memo_order: resolved.memo_order,
            memo_uses: resolved.memo_uses,
            memo_texts: BTreeMap::new(),
            way: STANDARD,
            others: Vec::new(),
            refused: None,
        }
    }

    /// Fetches the memos' texts and lists those that belong to no coding.
    pub(super) fn memos(&mut self, project: &mut Project, report: &mut LossReport) {
        let of_passages: BTreeSet<&String> = self
            .notes
            .iter()
            .flat_map(|n| n.selections.iter())
            .flat_map(|s| {
                s.memos
                    .iter()
                    .chain(s.codings.iter().flat_map(|c| &c.memos))
            })
            .chain(
                self.notes
                    .iter()
                    .flat_map(|n| n.codings.iter().flat_map(|c| &c.memos)),
            )
            .collect();
        for guid in &self.memo_order {
            let Some(memo) = self.raw_memos.get(guid) else {
                continue;
            };
            let text = match (memo.path.is_empty(), memo.inline.is_empty()) {
                (false, true) => match self.archive.named(&memo.path) {
                    Ok(bytes) => RawText::decode(&bytes).text,
                    Err(reason) => {
                        let named = Named {
                            id: guid,
                            name: &memo.name,
                            place: "",
                        };
                        report.lost(Item::Memo, named, reason);
                        continue;
                    }
                },
                _ => memo.inline.clone(),
            };
            report.kept(Item::Memo);
            let uses: Vec<_> = self
                .memo_uses
                .iter()
                .filter(|(_, _, m)| m == guid)
                .collect();
            let coder = self.users.get(&memo.coder).cloned().unwrap_or_default();
            let row = |on: &'static str, id: &str| ProjectMemo {
                on,
                id: id.to_owned(),
                passage: None,
                name: memo.name.clone(),
                coder: coder.clone(),
                date: memo.date.clone(),
                memo: text.clone(),
            };
            if uses.is_empty() && !of_passages.contains(guid) {
                project.memos.push(row("", ""));
            }
            for (on, id, _) in uses {
                project.memos.push(row(on, id));
            }
            self.memo_texts.insert(guid.clone(), text);
        }
    }

    /// A note's text as the archive holds it.
    pub(super) fn text(&mut self, index: usize) -> Result<RawText, String> {
        let note = &self.notes[index];
        let inline = note.inline.as_ref().map(|t| RawText::new(t));
        if note.path.is_empty() {
            return inline.ok_or_else(|| {
                if note.rich {
                    "its text is there as rich text only".to_owned()
                } else {
                    "it has no text".to_owned()
                }
            });
        }
        match (self.archive.named(&note.path), inline) {
            (Ok(bytes), _) => Ok(RawText::decode(&bytes)),
            (Err(_), Some(inline)) if !inline.text.is_empty() => Ok(inline),
            (Err(reason), _) => Err(reason),
        }
    }

    fn coder(&self, guid: &str) -> String {
        match self.users.get(guid) {
            Some(name) => name.clone(),
            None => guid.to_owned(),
        }
    }

    /// The memos of a coding as one, and the facts that this program wrote.
    fn remarks(&self, own: &str, memos: &[&Vec<String>]) -> (String, Vec<(String, String)>) {
        let mut parts: Vec<&str> = Vec::new();
        let mut facts = Vec::new();
        if !own.is_empty() {
            parts.push(own);
        }
        for guid in memos.iter().flat_map(|m| m.iter()) {
            let Some(text) = self.memo_texts.get(guid) else {
                continue;
            };
            let title = self.raw_memos.get(guid).map_or("", |m| m.name.as_str());
            if title == FACTS_TITLE {
                let fact = |l: &str| {
                    l.split_once(": ")
                        .map(|(a, b)| (a.to_owned(), b.to_owned()))
                };
                facts.extend(text.lines().filter_map(fact));
            } else if !text.trim().is_empty() {
                parts.push(text.trim());
            }
        }
        (parts.join("\n"), facts)
    }

    /// Where selections stand: under the project's way, or under another that alone puts one on
    /// the words of its name; with what was odd.
    fn settle(
        &self,
        text: &RawText,
        selections: &[RawSelection],
    ) -> Vec<(Option<Stand>, &'static str)> {
        let pair = |s: &RawSelection| (s.start.unwrap_or(-1), s.end.unwrap_or(-1));
        let pairs: Vec<(i64, i64)> = selections.iter().map(pair).collect();
        let on_words = |selection: &RawSelection, stand: &Stand| {
            names_words(&selection.name, stand.span.slice(&text.text))
        };
        let mut settled: Vec<(Option<Stand>, &'static str)> = text
            .stands(self.way, &pairs)
            .into_iter()
            .map(|s| (s, ""))
            .collect();
        let is_open = |(selection, (stand, _)): &(&RawSelection, &(Option<Stand>, &str))| {
            let named = selection.name.trim().chars().count() >= 3;
            named && !stand.as_ref().is_some_and(|s| on_words(selection, s))
        };
        let all = selections.iter().zip(&settled).enumerate();
        let open: Vec<usize> = all.filter(|(_, s)| is_open(s)).map(|(i, _)| i).collect();
        if open.is_empty() {
            return settled;
        }
        let open_pairs: Vec<(i64, i64)> = open.iter().map(|&i| pairs[i]).collect();
        let mut found: Vec<Vec<Stand>> = vec![Vec::new(); open.len()];
        for way in &self.others {
            let stands = text.stands(*way, &open_pairs);
            for ((stand, &i), found) in stands.into_iter().zip(&open).zip(&mut found) {
                let stand = stand.filter(|s| on_words(&selections[i], s));
                found.extend(stand.filter(|s| !found.contains(s)));
            }
        }
        for ((&i, found), searched) in open.iter().zip(&found).zip(0..) {
            if let [only] = found[..] {
                settled[i] = (Some(only), OTHER_WAY);
            } else if searched < SEARCHED_MAX && stands_elsewhere(&selections[i].name, &text.text) {
                settled[i].1 = ELSEWHERE;
            }
        }
        settled
    }

    fn place(
        &self,
        index: usize,
        selection: &RawSelection,
        stand: &Stand,
        placed: &mut PlacedNote,
    ) {
        let place = self.note_ids[index].as_str();
        let named = Named {
            id: &selection.guid,
            name: &selection.name,
            place,
        };
        let mut kept = false;
        for coding in &selection.codings {
            let Some(&code) = self.codes.get(&coding.code) else {
                let reason = if self.cases.contains(&coding.code) {
                    "a passage marked as a participant's"
                } else {
                    "its code does not exist"
                };
                lose_coding(coding, &selection.name, place, reason, &mut placed.report);
                continue;
            };
            let (memo, facts) = self.remarks(&selection.memo, &[&selection.memos, &coding.memos]);
            placed.report.kept(Item::Coding);
            kept = true;
            placed.codings.push(PlacedCoding {
                code,
                coder: self.coder(&coding.coder),
                start: stand.start,
                end: stand.end,
                memo,
                guid: coding.guid.clone(),
                facts,
            });
        }
        let (memo, _) = self.remarks(&selection.memo, &[&selection.memos]);
        if !kept && !memo.is_empty() {
            kept = true;
            placed.memos.push(ProjectMemo {
                on: "passage",
                id: place.to_owned(),
                passage: Some((stand.start, stand.end)),
                name: String::new(),
                coder: self.coder(&selection.coder),
                date: String::new(),
                memo,
            });
        }
        if kept {
            placed.report.kept(Item::Selection);
        } else if selection.codings.is_empty() {
            placed.report.lost(
                Item::Selection,
                named,
                "it carries neither a code nor a memo",
            );
        } else {
            placed
                .report
                .lost(Item::Selection, named, "none of its codings could be kept");
        }
    }

    /// Codes on a whole note are set on all of its text.
    fn place_whole(&self, index: usize, coding: &RawCoding, placed: &mut PlacedNote) {
        let place = self.note_ids[index].as_str();
        let named = Named {
            id: &coding.guid,
            name: "",
            place,
        };
        if self.cases.contains(&coding.code) {
            placed.report.kept(Item::Coding);
            placed.report.changed(
                Item::Coding,
                named,
                "a note coded with a participant is theirs",
            );
            return;
        }
        let Some(&code) = self.codes.get(&coding.code) else {
            let report = &mut placed.report;
            return lose_coding(coding, "", place, "its code does not exist", report);
        };
        let end = placed.text.chars().count();
        if end == 0 {
            let report = &mut placed.report;
            return lose_coding(coding, "", place, "its note is empty", report);
        }
        let (memo, facts) = self.remarks("", &[&coding.memos]);
        placed.report.kept(Item::Coding);
        placed.report.changed(
            Item::Coding,
            named,
            "a code on the note as a whole stands on all its text",
        );
        placed.codings.push(PlacedCoding {
            code,
            coder: self.coder(&coding.coder),
            start: 0,
            end,
            memo,
            guid: coding.guid.clone(),
            facts,
        });
    }
}

impl NoteReader for RefiNotes {
    fn note(&mut self, index: usize) -> Result<PlacedNote, (String, LossReport)> {
        let text = self.text(index).map_err(|reason| {
            let place = self.note_ids[index].as_str();
            let all = lose_all(&self.notes[index], place, "the text of its note is missing");
            (reason, all)
        })?;
        let note = &self.notes[index];
        let place = self.note_ids[index].as_str();
        let mut placed = PlacedNote {
            text: text.text.clone(),
            ..PlacedNote::default()
        };
        if let Some(reason) = &self.refused {
            let mut report = LossReport::default();
            for selection in &note.selections {
                lose(selection, place, reason, &mut report);
            }
            placed.report.merge(report);
        } else {
            let settled = self.settle(&text, &note.selections);
            for (selection, (stand, remark)) in note.selections.iter().zip(settled) {
                let named = Named {
                    id: &selection.guid,
                    name: &selection.name,
                    place,
                };
                let Some(stand) = stand else {
                    let reason = why_nowhere(selection);
                    lose(selection, place, &reason, &mut placed.report);
                    continue;
                };
                if !remark.is_empty() {
                    placed.report.changed(Item::Selection, named, remark);
                }
                self.place(index, selection, &stand, &mut placed);
            }
        }
        for coding in &note.codings {
            self.place_whole(index, coding, &mut placed);
        }
        Ok(placed)
    }
}

fn lose_all(note: &RawNote, place: &str, reason: &str) -> LossReport {
    let mut report = LossReport::default();
    for selection in &note.selections {
        lose(selection, place, reason, &mut report);
    }
    for coding in &note.codings {
        lose_coding(coding, "", place, reason, &mut report);
    }
    report
}

fn lose(selection: &RawSelection, place: &str, reason: &str, report: &mut LossReport) {
    let named = Named {
        id: &selection.guid,
        name: &selection.name,
        place,
    };
    report.lost(Item::Selection, named, reason);
    for coding in &selection.codings {
        lose_coding(coding, &selection.name, place, reason, report);
    }
}

fn lose_coding(coding: &RawCoding, name: &str, place: &str, reason: &str, report: &mut LossReport) {
    let named = Named {
        id: &coding.guid,
        name,
        place,
    };
    report.lost(Item::Coding, named, reason);
}

/// Whether a name of three words or more stands in a text.
fn stands_elsewhere(name: &str, text: &str) -> bool {
    let words = name.trim().trim_end_matches('…').trim_end_matches("...");
    words.split_whitespace().count() >= 3 && !occurrences(text, words).is_empty()
}

fn why_nowhere(selection: &RawSelection) -> String {
    match (selection.start, selection.end) {
        (Some(start), Some(end)) if start == end => format!("it is empty, at {start}"),
        (Some(start), Some(end)) if start > end => {
            format!("it ends at {end}, before its start {start}")
        }
        (Some(start), Some(end)) => format!("its positions {start} to {end} lie outside the text"),
        _ => "it has no positions".to_owned(),
    }
}
