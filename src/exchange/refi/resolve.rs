//! Follows the references of a project: codes, participants, sets, links.

use std::collections::{BTreeMap, BTreeSet};

use crate::exchange::code_ids::unique_note;
use crate::exchange::losses::{Item, LossReport, Named};
use crate::exchange::project::{Project, ProjectMemo, ProjectNote, ProjectParticipant, ProjectSet};

use super::Codes;
use super::gather::{Gathered, RawNote, RawValue};
use super::guids::{Key, Kind, key};
use super::lint::Lint;
use super::memos::Use;

/// A project whose references were followed, and where its texts and memos stand in the file.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    pub(super) codes: BTreeMap<String, usize>,
    pub(super) users: BTreeMap<String, String>,
    /// The cases' names.
    pub(super) cases: BTreeMap<String, String>,
    /// Where the elements of notes begin.
    pub(super) notes: Vec<usize>,
    /// Where memos begin.
    pub(super) memos: Vec<usize>,
    /// What memos are on, besides passages.
    pub(super) memo_uses: BTreeMap<usize, Vec<Use>>,
    /// Memos that links tie to passages.
    pub(super) linked: BTreeMap<Key, Vec<Key>>,
}

/// The set that holds the notes of a session type is called so.
pub(in crate::exchange) const SESSION_TYPE_SET: &str = "session type: ";

pub(super) fn resolve(
    mut gathered: Gathered,
    project: &mut Project,
    report: &mut LossReport,
    lint: &mut Lint,
) -> Resolved {
    let mut codes = Codes {
        coded: std::mem::take(&mut gathered.coded),
        ..Codes::default()
    };
    let tops = std::mem::take(&mut gathered.codes);
    let is_list = tops.iter().all(|code| code.child("Code").is_none());
    if is_list && gathered.root.attribute("origin").starts_with("Taguette") {
        codes.add_tags(&tops, project, report, lint);
    } else {
        codes.add(&tops, project, report, lint);
    }
    let mut resolved = Resolved {
        codes: codes.by_guid,
        cases: gathered
            .cases
            .iter()
            .map(|c| (c.guid.clone(), c.name.clone()))
            .collect(),
        ..Resolved::default()
    };
    notes(&gathered, project, report, lint);
    participants(&gathered, project, report, lint);
    resolved.linked = links(&mut gathered, report, lint);
    sets(&gathered, &resolved, project, report, lint);
    let uses = memo_uses(&gathered, &tops, &resolved.codes, project);
    for (on, memo) in uses {
        if let Some(number) = lint.guids.memo(memo) {
            resolved.memo_uses.entry(number).or_default().push(on);
        }
    }
    if !gathered.description.is_empty() {
        project.memos.push(ProjectMemo {
            on: "project",
            id: project.name.clone(),
            memo: std::mem::take(&mut gathered.description),
            ..ProjectMemo::default()
        });
    }
    resolved.users = gathered.users;
    resolved.notes = gathered.notes.iter().map(|n| n.at).collect();
    resolved.memos = gathered.memos;
    resolved
}

/// What codes, notes and the project refer to as their memos.
fn memo_uses(
    gathered: &Gathered,
    tops: &[super::xml::Element],
    codes: &BTreeMap<String, usize>,
    project: &Project,
) -> Vec<(Use, Key)> {
    let mut uses = Vec::new();
    for (code, memo) in tops.iter().flat_map(memo_uses_of_code) {
        if let (Some(&index), Some(memo)) = (codes.get(&code), key(&memo)) {
            uses.push((("code", project.code_path(index)), memo));
        }
    }
    for (raw, note) in gathered.notes.iter().zip(&project.notes) {
        let of_note = |&memo: &Key| (("note", note.note_id.clone()), memo);
        uses.extend(raw.memos.iter().map(of_note));
    }
    let of_project = |memo: &String| Some((("project", project.name.clone()), key(memo)?));
    uses.extend(gathered.project_memos.iter().filter_map(of_project));
    uses
}

/// Memos of a code and of all below it, as (code, memo).
fn memo_uses_of_code(code: &super::xml::Element) -> Vec<(String, String)> {
    let own = code.guid("guid");
    let mut uses: Vec<(String, String)> = code
        .all("NoteRef")
        .map(|r| (own.clone(), r.target()))
        .collect();
    uses.extend(code.all("Code").flat_map(memo_uses_of_code));
    uses
}

fn notes(gathered: &Gathered, project: &mut Project, report: &mut LossReport, lint: &mut Lint) {
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
    lint: &mut Lint,
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
    project: &mut Project,
    report: &mut LossReport,
    lint: &mut Lint,
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
            let notes = gathered.notes_of(source, &by_guid);
            if notes.is_empty() {
                let what = format!("The case {:?}", case.name);
                let why = why_no_note(&what, (source, *at), gathered, lint);
                report.lost(Item::Link, named, format!("the participant's source {why}"));
                continue;
            }
            match give(&case.name, &mut project.notes[notes]) {
                Ok(()) => report.kept(Item::Link),
                Err(reason) => report.lost(Item::Link, named, reason),
            }
        }
    }
    // A note coded with a case is that participant's.
    let cases: BTreeMap<Key, &str> = gathered
        .cases
        .iter()
        .rev()
        .filter_map(|c| Some((key(&c.guid)?, c.name.as_str())))
        .collect();
    for (raw, note) in gathered.notes.iter().zip(&mut project.notes) {
        let case = raw.whole.iter().find_map(|code| cases.get(code));
        if let (true, Some(case)) = (note.participant.is_empty(), case) {
            (*case).clone_into(&mut note.participant);
        }
        if note.participant.is_empty() {
            let named = note
                .value("participant_id")
                .or_else(|| note.value("participant"));
            note.participant = named.unwrap_or_default().to_owned();
        }
    }
}

/// Makes notes a participant's own, unless they are somebody else's.
fn give(participant: &str, notes: &mut [ProjectNote]) -> Result<(), String> {
    let theirs = |n: &&mut ProjectNote| n.participant.is_empty() || n.participant == participant;
    let taken = notes
        .iter()
        .find(|n| !n.participant.is_empty() && n.participant != participant);
    let taken = taken.map(|n| format!("{} is already the note of {}", n.note_id, n.participant));
    let mut given = false;
    for note in notes.iter_mut().filter(theirs) {
        participant.clone_into(&mut note.participant);
        given = true;
    }
    match taken {
        Some(reason) if !given => Err(reason),
        _ => Ok(()),
    }
}

/// Why a reference leads to no note, as a clause; one that leads nowhere is a finding.
fn why_no_note(
    what: &str,
    (guid, at): (&str, usize),
    gathered: &Gathered,
    lint: &mut Lint,
) -> String {
    if let Some(media) = gathered.media.get(guid) {
        format!("{guid} is {}, which is not carried over", media.kind)
    } else if lint.exists(guid) {
        format!("{guid} is none that can be carried over")
    } else {
        lint.dangling(what, guid, at);
        format!("{guid} does not exist")
    }
}

/// Links between a passage and a memo make the memo the passage's; all others are listed. Gives the
/// memos by passage.
fn links(
    gathered: &mut Gathered,
    report: &mut LossReport,
    lint: &mut Lint,
) -> BTreeMap<Key, Vec<Key>> {
    let mut memos_of: BTreeMap<Key, Vec<Key>> = BTreeMap::new();
    for link in std::mem::take(&mut gathered.links) {
        let id = lint.own_guid(&link);
        let guids = ["originGUID", "targetGUID"].map(|end| link.guid(end));
        for guid in &guids {
            if !guid.is_empty() && !lint.exists(guid) {
                let what = format!("The link {:?}", link.attribute("name"));
                lint.dangling(&what, guid, link.at);
            }
        }
        let ends = guids.map(|guid| key(&guid));
        let is_memo = ends.map(|e| e.is_some_and(|e| lint.guids.memo(e).is_some()));
        let named = Named {
            id: &id,
            name: link.attribute("name"),
            place: "",
        };
        let (([Some(memo), Some(item)], [true, false]) | ([Some(item), Some(memo)], [false, true])) =
            (ends, is_memo)
        else {
            let reason = "links between such items are not carried over";
            report.lost(Item::Link, named, reason);
            continue;
        };
        if lint.guids.kind(item) == Some(Kind::Selection) {
            memos_of.entry(item).or_default().push(memo);
            report.kept(Item::Link);
        } else if let Some(note) = note_mut(gathered, item) {
            note.memos.push(memo);
            report.kept(Item::Link);
        } else {
            let reason = "the memo is kept, what it is linked to is not";
            report.lost(Item::Link, named, reason);
        }
    }
    memos_of
}

fn note_mut(gathered: &mut Gathered, guid: Key) -> Option<&mut RawNote> {
    let mut notes = gathered.notes.iter_mut();
    notes.find(|note| key(&note.guid) == Some(guid))
}

fn sets(
    gathered: &Gathered,
    resolved: &Resolved,
    project: &mut Project,
    report: &mut LossReport,
    lint: &mut Lint,
) {
    let by_guid = gathered.notes_by_guid();
    for element in &gathered.sets {
        let id = element.guid("guid");
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
            let target = member.target();
            let code = resolved
                .codes
                .get(&target)
                .map(|&c| ("code", project.code_path(c)));
            let notes = gathered.notes_of(&target, &by_guid);
            let memo = memo_name(&target, gathered, lint).map(|name| ("memo", name));
            if let Some(kind) = name.strip_prefix(SESSION_TYPE_SET) {
                for note in &mut project.notes[notes.clone()] {
                    if note.value("session_type").is_none() {
                        let value = ("session_type".to_owned(), kind.trim().to_owned());
                        note.values.push(value);
                    }
                }
            }
            let named = Named {
                id: &id,
                name: &name,
                place: "",
            };
            if let Some(code) = code {
                set.members.push(code);
            } else if !notes.is_empty() {
                if let Some(media) = gathered.media.get(&target) {
                    let reason = format!(
                        "its member {target} is {}; the note of its text stands for it",
                        media.kind
                    );
                    report.changed(Item::Set, named, reason);
                }
                let names = project.notes[notes].iter().map(|n| n.note_id.clone());
                set.members.extend(names.map(|name| ("note", name)));
            } else if let Some(memo) = memo {
                set.members.push(memo);
            } else {
                let what = format!("The set {name:?}");
                let why = why_no_note(&what, (&target, member.at), gathered, lint);
                report.changed(Item::Set, named, format!("its member {why}"));
            }
        }
        project.sets.push(set);
        report.kept(Item::Set);
    }
}

/// The name of the memo that has a GUID.
fn memo_name(guid: &str, gathered: &Gathered, lint: &Lint) -> Option<String> {
    let number = lint.guids.memo(key(guid)?)?;
    let element = lint.xml.element(gathered.memos[number]).ok()?;
    Some(element.attribute("name").to_owned())
}
