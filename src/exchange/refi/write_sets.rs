//! Sets as REFI-QDA has them: one for each session type, then those that came along.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::exchange::outgoing_sets::OutgoingSet;

use super::resolve::SESSION_TYPE_SET;
use super::write::{XmlProject, escaped, guid, within};

impl XmlProject<'_> {
    /// All sets; `codes` are the codes' GUIDs.
    pub(super) fn sets(&self, codes: &[String]) -> String {
        let mut by_type: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, note) in self.project.notes.iter().enumerate() {
            for session_type in &note.session_types {
                by_type.entry(session_type).or_default().push(index);
            }
        }
        let of_types = by_type
            .into_iter()
            .map(|(session_type, notes)| OutgoingSet {
                name: format!("{SESSION_TYPE_SET}{session_type}"),
                notes,
                ..OutgoingSet::default()
            });
        let mut all: Vec<OutgoingSet> = of_types.collect();
        for set in &self.project.sets {
            match all.iter_mut().find(|known| known.name == set.name) {
                Some(own) if set.name.starts_with(SESSION_TYPE_SET) => {
                    own.memo.clone_from(&set.memo);
                    own.codes.clone_from(&set.codes);
                    own.memos.clone_from(&set.memos);
                }
                _ => all.push(set.clone()),
            }
        }
        let mut named: BTreeMap<String, usize> = BTreeMap::new();
        let mut out = String::new();
        for set in &all {
            let times = named.entry(set.name.clone()).or_default();
            *times += 1;
            let id = match times {
                1 => set.name.clone(),
                times => format!("{}\0{times}", set.name),
            };
            out.push_str(&self.set(&id, set, codes));
        }
        within("Sets", &out)
    }

    fn set(&self, id: &str, set: &OutgoingSet, codes: &[String]) -> String {
        let name = escaped(&set.name);
        let mut out = format!("<Set guid=\"{}\" name=\"{name}\">\n", guid("set", id));
        if !set.memo.is_empty() {
            let memo = escaped(&set.memo);
            let _written = writeln!(out, "<Description>{memo}</Description>");
        }
        let notes = set
            .notes
            .iter()
            .map(|&n| guid("note", &self.project.notes[n].note_id));
        let members = set
            .codes
            .iter()
            .map(|&code| ("MemberCode", codes[code].clone()));
        let members = members.chain(notes.map(|note| ("MemberSource", note)));
        let memos = set
            .memos
            .iter()
            .map(|&memo| self.memos.guid_of(memo).to_owned());
        for (element, target) in members.chain(memos.map(|memo| ("MemberNote", memo))) {
            let _written = writeln!(out, "<{element} targetGUID=\"{target}\"/>");
        }
        out.push_str("</Set>\n");
        out
    }
}
