//! The notes of a REFI-QDA project, their codings set in place by the way its positions count.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::error::{Diagnostic, Error, Severity};
use crate::exchange::calibration::{Evidence, Naming, naming};
use crate::exchange::losses::{Item, LossReport, Named};
use crate::exchange::outgoing_memos::Remark;
use crate::exchange::positions::{Convention, RawText, Stand};
use crate::exchange::project::{NoteReader, PlacedCoding, PlacedNote, Project, ProjectMemo};

use super::archive::Archive;
use super::guids::{Key, key};
use super::lint::Lint;
use super::lose::{lose, lose_all, lose_coding, stands_elsewhere, why_nowhere};
use super::memos::{FACTS_TITLE, Memos};
use super::passages::{RawCoding, RawPassages, RawSelection, passages};
use super::resolve::Resolved;

/// What is told of a selection that another way to count puts on its words.
const OTHER_WAY: &str = "its positions count otherwise than the project's; it stands on its words";

/// What is told of a selection that is named by words which stand elsewhere.
const ELSEWHERE: &str = "the words that it is named by stand elsewhere in the text; it was kept where \
                         its positions say";

/// What is told of a participant's code on a whole note.
const THEIRS: &str = "a note coded with a participant is theirs";

/// Selections of a note whose names are looked for in all of its text.
const SEARCHED_MAX: usize = 200;

/// A project's notes.
pub(super) struct RefiNotes {
    archive: Archive,
    lint: Lint,
    /// Where the elements of notes begin.
    places: Vec<usize>,
    note_ids: Vec<String>,
    codes: BTreeMap<String, usize>,
    /// The cases' names.
    cases: BTreeMap<String, String>,
    /// Whose note each is.
    participants: BTreeMap<String, String>,
    users: BTreeMap<String, String>,
    memos: Memos,
    /// Memos that links tie to passages.
    linked: BTreeMap<Key, Vec<Key>>,
    /// What positions count.
    way: Convention,
    /// All other ways, for a selection that does not stand on its words.
    others: Vec<Convention>,
    /// Why no coding is set in place.
    refused: Option<String>,
}

impl RefiNotes {
    pub(super) fn new(
        archive: Archive,
        lint: Lint,
        resolved: Resolved,
        project: &Project,
        evidence: &Evidence,
    ) -> Self {
        let (way, _) = evidence.best();
        Self {
            archive,
            memos: Memos::new(Rc::clone(&lint.xml), resolved.memos, resolved.memo_uses),
            lint,
            places: resolved.notes,
            note_ids: project.notes.iter().map(|n| n.note_id.clone()).collect(),
            codes: resolved.codes,
            cases: resolved.cases,
            participants: project
                .notes
                .iter()
                .map(|n| (n.note_id.clone(), n.participant.clone()))
                .collect(),
            users: resolved.users,
            linked: resolved.linked,
            way,
            others: Convention::all(way),
            refused: evidence.refusal(),
        }
    }

    /// A note's passages with the memos that links tie to them, and all that is wrong with them.
    fn passages(&mut self, index: usize) -> Result<RawPassages, String> {
        let element = self
            .lint
            .xml
            .element(self.places[index])
            .map_err(|e| format!("it cannot be read again ({})", e.message))?;
        let mut raw = passages(&element);
        if !self.linked.is_empty() {
            for selection in &mut raw.selections {
                let memos = key(&selection.guid).and_then(|g| self.linked.get(&g));
                let memos = memos.into_iter().flatten();
                selection.linked.extend(memos);
            }
        }
        self.meet_memos(&raw);
        let of_selections = raw.selections.iter().flat_map(|s| &s.codings);
        for coding in of_selections.chain(&raw.codings) {
            self.check(index, coding);
        }
        Ok(raw)
    }

    fn meet_memos(&mut self, raw: &RawPassages) {
        let own = raw.selections.iter().flat_map(|s| &s.memos);
        let of_selections = raw.selections.iter().flat_map(|s| &s.codings);
        let of_codings = of_selections.chain(&raw.codings).flat_map(|c| &c.memos);
        let keys = own.chain(of_codings).filter_map(|m| key(m));
        let linked = raw.selections.iter().flat_map(|s| s.linked.iter().copied());
        for memo in keys.chain(linked) {
            if let Some(number) = self.lint.guids.memo(memo) {
                self.memos.met(number);
            }
        }
    }

    /// Finds what a coding refers to and is not there.
    fn check(&mut self, index: usize, coding: &RawCoding) {
        let what = || format!("A coding in {:?}", self.note_ids[index]);
        let mut dangling = Vec::new();
        if !self.codes.contains_key(&coding.code) && !self.cases.contains_key(&coding.code) {
            dangling.push(&coding.code);
        }
        if !coding.coder.is_empty() && !self.users.contains_key(&coding.coder) {
            dangling.push(&coding.coder);
        }
        let is_memo = |m: &&String| key(m).is_some_and(|m| self.lint.guids.memo(m).is_some());
        dangling.extend(coding.memos.iter().filter(|m| !is_memo(m)));
        if dangling.is_empty() {
            return;
        }
        let what = what();
        for guid in dangling {
            self.lint.dangling(&what, guid, coding.at);
        }
    }

    fn coder(&self, guid: &str) -> String {
        match self.users.get(guid) {
            Some(name) => name.clone(),
            None => guid.to_owned(),
        }
    }

    /// The memos of a coding as one, and the facts that this program wrote.
    fn remarks(
        &mut self,
        selection: Option<&RawSelection>,
        (memos, coder): (&[String], &str),
    ) -> (String, Vec<(String, String)>) {
        let own = selection.map_or("", |s| s.memo.as_str());
        let mut parts: Vec<String> = Vec::new();
        let mut facts = Vec::new();
        if !own.is_empty() {
            parts.push(own.to_owned());
        }
        let of_selection = selection.map(|s| (&s.memos, &s.linked));
        let keys: Vec<Key> = of_selection
            .map_or(&[][..], |(memos, _)| memos)
            .iter()
            .filter_map(|m| key(m))
            .chain(
                of_selection
                    .into_iter()
                    .flat_map(|(_, linked)| linked.iter().copied()),
            )
            .chain(memos.iter().filter_map(|m| key(m)))
            .collect();
        for memo in keys {
            let Some(number) = self.lint.guids.memo(memo) else {
                continue;
            };
            let Some(memo) = self.memos.kept(number, &mut self.archive) else {
                continue;
            };
            if memo.name == FACTS_TITLE {
                let fact = |l: &str| {
                    l.split_once(": ")
                        .map(|(a, b)| (a.to_owned(), b.to_owned()))
                };
                facts.extend(memo.text.lines().filter_map(fact));
            } else if !memo.text.trim().is_empty() {
                let author = match memo.coder.as_str() {
                    "" => String::new(),
                    guid => self.coder(guid),
                };
                let remark = Remark {
                    text: memo.text.trim().to_owned(),
                    author,
                    date: memo.date.split('T').next().unwrap_or_default().to_owned(),
                };
                parts.push(remark.in_one(&self.coder(coder)));
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
        let fits = |selection: &RawSelection, stand: &Stand| {
            naming(&selection.name, stand.span.slice(&text.text))
        };
        let mut settled: Vec<(Option<Stand>, &'static str)> = text
            .stands(self.way, &pairs)
            .into_iter()
            .map(|s| (s, ""))
            .collect();
        let is_open = |(selection, (stand, _)): &(&RawSelection, &(Option<Stand>, &str))| {
            let named = selection.name.trim().chars().count() >= 3;
            named
                && stand
                    .as_ref()
                    .is_none_or(|s| fits(selection, s) == Naming::Other)
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
                let stand = stand.filter(|s| fits(&selections[i], s) == Naming::Words);
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
        &mut self,
        place: &str,
        selection: &RawSelection,
        stand: &Stand,
        placed: &mut PlacedNote,
    ) {
        let named = Named {
            id: &selection.guid,
            name: &selection.name,
            place,
        };
        let mut kept = false;
        for coding in &selection.codings {
            let Some(&code) = self.codes.get(&coding.code) else {
                let length = placed.text.chars().count();
                let case = self.cases.get(&coding.code);
                if case.is_some()
                    && selection.is_whole(length)
                    && self.participants.get(place) == case
                {
                    placed.report.kept(Item::Coding);
                    kept = true;
                    placed.report.changed(Item::Coding, named, THEIRS);
                    continue;
                }
                let reason = match case {
                    Some(_) => "a passage marked as a participant's",
                    None => "its code does not exist",
                };
                lose_coding(coding, &selection.name, place, reason, &mut placed.report);
                continue;
            };
            let (memo, facts) = self.remarks(Some(selection), (&coding.memos, &coding.coder));
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
        if !kept
            && let (memo, _) = self.remarks(Some(selection), (&[], &selection.coder))
            && !memo.is_empty()
        {
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
    fn place_whole(&mut self, place: &str, coding: &RawCoding, placed: &mut PlacedNote) {
        let named = Named {
            id: &coding.guid,
            name: "",
            place,
        };
        if self.cases.contains_key(&coding.code) {
            placed.report.kept(Item::Coding);
            placed.report.changed(Item::Coding, named, THEIRS);
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
        let (memo, facts) = self.remarks(None, (&coding.memos, &coding.coder));
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
        let raw = self
            .passages(index)
            .map_err(|reason| (reason, LossReport::default()))?;
        let place = self.note_ids[index].clone();
        let text = self.archive.text(&raw).map_err(|reason| {
            let all = lose_all(&raw, &place, "the text of its note is missing");
            (reason, all)
        })?;
        let mut placed = PlacedNote {
            text: text.text.clone(),
            ..PlacedNote::default()
        };
        if let Some(reason) = &self.refused {
            for selection in &raw.selections {
                lose(selection, &place, reason, &mut placed.report);
            }
        } else {
            let settled = self.settle(&text, &raw.selections);
            for (selection, (stand, remark)) in raw.selections.iter().zip(settled) {
                let Some(stand) = stand else {
                    let reason = why_nowhere(selection);
                    let message = format!("A selection in {place:?} cannot be set: {reason}.");
                    let hint = "Its codings are listed in the loss report.";
                    let rule = ("V718", Severity::Error);
                    self.lint.add(rule, selection.at, message, hint);
                    lose(selection, &place, &reason, &mut placed.report);
                    continue;
                };
                if !remark.is_empty() {
                    let named = Named {
                        id: &selection.guid,
                        name: &selection.name,
                        place: &place,
                    };
                    placed.report.changed(Item::Selection, named, remark);
                }
                self.place(&place, selection, &stand, &mut placed);
            }
        }
        for coding in &raw.codings {
            self.place_whole(&place, coding, &mut placed);
        }
        Ok(placed)
    }

    fn refusal(&self) -> Option<Error> {
        self.archive.refusal()
    }

    fn finish(&mut self, project: &mut Project, report: &mut LossReport) -> Vec<Diagnostic> {
        let archive = &mut self.archive;
        self.memos.finish(archive, &self.users, project, report);
        self.lint.take_findings()
    }
}
