//! Sets of notes, codes and memos that go along with a project.
//!
//! Comes in: an import's `sets.csv`. Goes out: sets by the places of their members. A set of a session
//! type makes its notes of that type. Refuses: to drop a member in secret.

use std::collections::BTreeMap;
use std::path::Path;

use super::losses::{Item, Named};
use super::outgoing::Outgoing;
use super::outgoing_memos::saved_beside;
use super::refi::SESSION_TYPE_SET;

/// The columns of `sets.csv`.
pub const SET_COLUMNS: [&str; 4] = ["set", "kind", "member", "memo"];

/// A set to be written, its members by their places.
#[derive(Debug, Clone, Default)]
pub struct OutgoingSet {
    /// Its name.
    pub name: String,
    /// A remark.
    pub memo: String,
    /// Its codes.
    pub codes: Vec<usize>,
    /// Its notes.
    pub notes: Vec<usize>,
    /// Its memos.
    pub memos: Vec<usize>,
}

impl Outgoing {
    /// Takes the sets that stand in a folder, or in the study that holds it. A member that is not there
    /// is listed.
    pub(super) fn read_sets(&mut self, folder: &Path, notes: &BTreeMap<String, (usize, usize)>) {
        let table = saved_beside(folder, "sets.csv");
        let [set, kind, member, memo] = SET_COLUMNS.map(|name| table.column(name));
        let paths = (0..self.codes.len()).map(|code| (self.code_path(code), code));
        let codes: BTreeMap<String, usize> = paths.collect();
        let mut last = String::new();
        for row in &table.rows {
            let (name, member) = (row.text(set), row.text(member));
            if name.is_empty() {
                continue;
            }
            if self.sets.is_empty() || name != last {
                name.clone_into(&mut last);
                self.report.kept(Item::Set);
                self.sets.push(OutgoingSet {
                    name: name.to_owned(),
                    memo: row.text(memo).to_owned(),
                    ..OutgoingSet::default()
                });
            }
            let note = notes.get(member).map(|(note, _)| *note);
            let memo = self.memos.iter().position(|m| m.title == member);
            let Some(own) = self.sets.last_mut() else {
                continue;
            };
            match (row.text(kind), note, codes.get(member), memo) {
                ("note", Some(note), ..) => own.notes.push(note),
                ("code", _, Some(&code), _) => own.codes.push(code),
                ("memo", _, _, Some(memo)) => own.memos.push(memo),
                ("", ..) if member.is_empty() => {}
                (kind, ..) => {
                    let named = Named {
                        id: member,
                        name,
                        place: "",
                    };
                    let reason = format!("its member, a {kind}, is not in what is written");
                    self.report.changed(Item::Set, named, reason);
                }
            }
        }
        self.take_session_types();
    }

    /// Makes the notes of a session type's set of that type, too.
    fn take_session_types(&mut self) {
        for set in &self.sets {
            let Some(session_type) = set.name.strip_prefix(SESSION_TYPE_SET) else {
                continue;
            };
            for &note in &set.notes {
                let types = &mut self.notes[note].session_types;
                if !types.iter().any(|known| known == session_type) {
                    types.push(session_type.to_owned());
                }
            }
        }
    }

    /// Lists what tables for statistics have no place for.
    pub fn lose_in_tables(&mut self) {
        self.lose_sets("tables for statistics have no sets");
        for memo in &self.memos {
            let named = Named {
                id: "",
                name: &memo.text,
                place: "",
            };
            let reason = "tables for statistics have memos of codings only";
            self.report.unkept(Item::Memo, named, reason);
        }
    }

    /// Lists sets as lost, but for those of session types, which stand with the notes.
    pub(super) fn lose_sets(&mut self, reason: &str) {
        for set in &self.sets {
            if set.name.starts_with(SESSION_TYPE_SET) {
                continue;
            }
            let named = Named {
                id: "",
                name: &set.name,
                place: "",
            };
            self.report.unkept(Item::Set, named, reason);
        }
    }
}
