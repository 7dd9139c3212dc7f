//! Follows the references of a project: codes, participants, sets, links.

use std::collections::{BTreeMap, BTreeSet};

use crate::exchange::code_ids::unique_note;
use crate::exchange::losses::{Item, LossReport, Named};
use crate::exchange::project::{Project, ProjectMemo, ProjectNote, ProjectParticipant, ProjectSet};

use super::Codes;
use super::gather::{Gathered, RawMemo, RawNote, RawValue};
use super::lint::Lint;

/// A project whose references were followed, with the notes' raw selections.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    pub(super) codes: BTreeMap<String, usize>,
    pub(super) users: BTreeMap<String, String>,
    pub(super) cases: BTreeSet<String>,
    pub(super) notes: Vec<RawNote>,
    pub(super) memos: BTreeMap<String, RawMemo>,
    pub(super) memo_order: Vec<String>,
    /// Memos about codes, notes and the project: (kind, id, memo).
    pub(super) memo_uses: Vec<(&'static str, String, String)>,
}

/// The set that holds the notes of a session type is called so.
pub(super) const SESSION_TYPE_SET: &str = "session type: ";

pub(super) fn resolve(
    mut gathered: Gathered,
    project: &mut Project,
    report: &mut LossReport,
    lint: &mut Lint<'_>,
) -> Resolved {
    let mut codes = Codes {
        coded: std::mem::take(&mut gathered.coded),
        ..Codes::default()
    };
    let tops = std::mem::take(&mut gathered.codes);
    codes.add(&tops, project, report, lint);
    let mut resolved = Resolved {
        codes: codes.by_guid,
        cases: gathered.cases.iter().map(|c| c.guid.clone()).collect(),
        ..Resolved::default()
    };
    notes(&gathered, project, report, lint);
    participants(&gathered, &resolved, project, report, lint);
    links(&mut gathered, report, lint);
    sets(&gathered, &resolved, project, report, lint);
    for (code, memo) in tops.iter().flat_map(memo_uses_of_code) {
        if let Some(&index) = resolved.codes.get(&code) {
            let path = project.code_path(index);
            resolved.memo_uses.push(("code", path, memo));
        }
    }
    for (raw, note) in gathered.notes.iter().zip(&project.notes) {
        for memo in &raw.memos {
            resolved
                .memo_uses
                .push(("note", note.note_id.clone(), memo.clone()));
        }
    }
    for memo in &gathered.project_memos {
        resolved
            .memo_uses
            .push(("project", project.name.clone(), memo.clone()));
    }
    if !gathered.description.is_empty() {
        project.memos.push(ProjectMemo {
            on: "project",
            id: project.name.clone(),
            memo: std::mem::take(&mut gathered.description),
            ..ProjectMemo::default()
        });
    }
    check_codings(&gathered, &resolved, lint);
    resolved.users = gathered.users;
    resolved.notes = gathered.notes;
    resolved.memos = gathered.memos;
    resolved.memo_order = gathered.memo_order;
    resolved
}

/// Memos of a code and of all below it, as (code, memo).
fn memo_uses_of_code(code: &super::xml::Element) -> Vec<(String, String)> {
    let own = code.guid("guid");
    let mut uses: Vec<(String, String)> = code
        .all("NoteRef")
        .map(|r| (own.clone(), r.guid("targetGUID")))
        .collect();
    uses.extend(code.all("Code").flat_map(memo_uses_of_code));
    uses
}

fn notes(gathered: &Gathered, project: &mut Project, report: &mut LossReport, lint: &mut Lint<'_>) {
    let mut taken = BTreeSet::new();
    for raw in &gathered.notes {
        let name = if raw.name.is_empty() {
            &raw.guid
        } else {
            &raw.name
        };
        let note_id = unique_note(name, &mut taken);
        if note_id != *name {
            let named = Named {
                id: &raw.guid,
                name,
                place: "",
            };
            report.changed(
                Item::Note,
                named,
                format!("called {note_id} since another has its name"),
            );
        }
        let values = values(&raw.values, &note_id, gathered, report, lint);
        if !raw.memo.is_empty() {
            project.memos.push(ProjectMemo {
                on: "note",
                id: note_id.clone(),
                memo: raw.memo.clone(),
                ..ProjectMemo::default()
            });
        }
        project.notes.push(ProjectNote {
            note_id,
            guid: raw.guid.clone(),
            participant: String::new(),
            values,
            memo: raw.memo.clone(),
        });
    }
}

fn values(
    raw: &[RawValue],
    place: &str,
    gathered: &Gathered,
    report: &mut LossReport,
    lint: &mut Lint<'_>,
) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for value in raw {
        if let Some(name) = gathered.variables.get(&value.variable) {
            report.kept(Item::Value);
            out.push((name.clone(), value.value.clone()));
        } else {
            lint.dangling("A variable's value", &value.variable, value.at);
            let named = Named {
                id: &value.variable,
                name: &value.value,
                place,
            };
            report.lost(Item::Value, named, "its variable does not exist");
        }
    }
    out
}

fn participants(
    gathered: &Gathered,
    resolved: &Resolved,
    project: &mut Project,
    report: &mut LossReport,
    lint: &mut Lint<'_>,
) {
    let by_guid = gathered.notes_by_guid();
    for case in &gathered.cases {
        let values = values(&case.values, &case.name, gathered, report, lint);
        project.participants.push(ProjectParticipant {
            name: case.name.clone(),
            values,
            memo: case.memo.clone(),
        });
        report.kept(Item::Participant);
        if !case.memo.is_empty() {
            project.memos.push(ProjectMemo {
                on: "participant",
                id: case.name.clone(),
                memo: case.memo.clone(),
                ..ProjectMemo::default()
            });
        }
        for (source, at) in &case.sources {
            let named = Named {
                id: source,
                name: &case.name,
                place: "",
            };
            let Some(&index) = by_guid.get(source.as_str()) else {
                lint.dangling(&format!("The case {:?}", case.name), source, *at);
                report.lost(
                    Item::Link,
                    named,
                    "the participant's note does not exist, or is not text",
                );
                continue;
            };
            let note = &mut project.notes[index];
            if note.participant.is_empty() || note.participant == case.name {
                note.participant.clone_from(&case.name);
                report.kept(Item::Link);
            } else {
                let reason = format!(
                    "{} is already the note of {}",
                    note.note_id, note.participant
                );
                report.lost(Item::Link, named, reason);
            }
        }
    }
    // A note coded with a case is that participant's.
    for (raw, note) in gathered.notes.iter().zip(&mut project.notes) {
        let of_whole = raw
            .codings
            .iter()
            .find(|c| resolved.cases.contains(&c.code));
        let case = of_whole.and_then(|c| gathered.cases.iter().find(|k| k.guid == c.code));
        if let (true, Some(case)) = (note.participant.is_empty(), case) {
            note.participant.clone_from(&case.name);
        }
        if note.participant.is_empty() {
            let named = note
                .value("participant_id")
                .or_else(|| note.value("participant"));
            note.participant = named.unwrap_or_default().to_owned();
        }
    }
}

/// Links between a passage and a memo make the memo the passage's; all others are listed.
fn links(gathered: &mut Gathered, report: &mut LossReport, lint: &mut Lint<'_>) {
    let mut memo_of: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let of_note = |n: &RawNote| {
        n.selections
            .iter()
            .map(|s| s.guid.clone())
            .collect::<Vec<_>>()
    };
    let selections: BTreeSet<String> = gathered.notes.iter().flat_map(of_note).collect();
    for link in std::mem::take(&mut gathered.links) {
        let id = lint.own_guid(&link);
        let ends = [link.guid("originGUID"), link.guid("targetGUID")];
        let is_memo = ends.each_ref().map(|e| gathered.memos.contains_key(e));
        let named = Named {
            id: &id,
            name: link.attribute("name"),
            place: "",
        };
        let (item, memo) = match is_memo {
            [true, false] => (&ends[1], &ends[0]),
            [false, true] => (&ends[0], &ends[1]),
            _ => {
                report.lost(
                    Item::Link,
                    named,
                    "links between such items are not carried over",
                );
                continue;
            }
        };
        if selections.contains(item) {
            memo_of.entry(item.clone()).or_default().push(memo.clone());
            report.kept(Item::Link);
        } else if let Some(note) = gathered.notes.iter_mut().find(|n| n.guid == *item) {
            note.memos.push(memo.clone());
            report.kept(Item::Link);
        } else {
            report.lost(
                Item::Link,
                named,
                "the memo is kept, what it is linked to is not",
            );
        }
    }
    if memo_of.is_empty() {
        return;
    }
    for selection in gathered.notes.iter_mut().flat_map(|n| &mut n.selections) {
        if let Some(memos) = memo_of.get(&selection.guid) {
            selection.memos.extend(memos.iter().cloned());
        }
    }
}

fn sets(
    gathered: &Gathered,
    resolved: &Resolved,
    project: &mut Project,
    report: &mut LossReport,
    lint: &mut Lint<'_>,
) {
    let by_guid = gathered.notes_by_guid();
    for element in &gathered.sets {
        let id = lint.own_guid(element);
        let name = element.attribute("name").to_owned();
        let mut set = ProjectSet {
            memo: element.child_text("Description").trim().to_owned(),
            name: name.clone(),
            members: Vec::new(),
        };
        for member in element
            .children
            .iter()
            .filter(|c| c.name.starts_with("Member"))
        {
            let target = match member.guid("targetGUID") {
                empty if empty.is_empty() => member.guid("guid"),
                target => target,
            };
            let code = resolved
                .codes
                .get(&target)
                .map(|&c| ("code", project.code_path(c)));
            let note = by_guid.get(target.as_str()).copied();
            let note_name = note.map(|n| ("note", project.notes[n].note_id.clone()));
            let memo = gathered
                .memos
                .get(&target)
                .map(|m| ("memo", m.name.clone()));
            if let (Some(n), Some(kind)) = (note, name.strip_prefix(SESSION_TYPE_SET)) {
                let note = &mut project.notes[n];
                if note.value("session_type").is_none() {
                    note.values
                        .push(("session_type".to_owned(), kind.trim().to_owned()));
                }
            }
            if let Some(found) = code.or(note_name).or(memo) {
                set.members.push(found);
            } else {
                lint.dangling(&format!("The set {name:?}"), &target, member.at);
                let named = Named {
                    id: &id,
                    name: &name,
                    place: "",
                };
                let reason = format!("its member {target} does not exist, or is not text");
                report.changed(Item::Set, named, reason);
            }
        }
        project.sets.push(set);
        report.kept(Item::Set);
    }
}

fn check_codings(gathered: &Gathered, resolved: &Resolved, lint: &mut Lint<'_>) {
    for note in &gathered.notes {
        let of_selections = note.selections.iter().flat_map(|s| &s.codings);
        for coding in of_selections.chain(&note.codings) {
            let known =
                resolved.codes.contains_key(&coding.code) || resolved.cases.contains(&coding.code);
            if !known {
                lint.dangling(
                    &format!("A coding in {:?}", note.name),
                    &coding.code,
                    coding.at,
                );
            }
            if !coding.coder.is_empty() && !gathered.users.contains_key(&coding.coder) {
                lint.dangling(
                    &format!("A coding in {:?}", note.name),
                    &coding.coder,
                    coding.at,
                );
            }
            for memo in coding
                .memos
                .iter()
                .filter(|m| !gathered.memos.contains_key(*m))
            {
                lint.dangling(&format!("A coding in {:?}", note.name), memo, coding.at);
            }
        }
    }
}
