//! Writes a `.qda` folder that `QualCoder` opens (its schema 17).
//!
//! Positions are code points. The folder is new or empty: nobody's project is written over.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use rusqlite::{Connection, Transaction, params};

use crate::error::{Error, Result};

use super::losses::{Item, LossReport, Named};
use super::outgoing::{CODED_ALREADY, Outgoing, OutgoingCoding};
use super::outgoing_memos::MemoTarget;
use super::whole::{own_file, replace_folder, write_folder};

/// The tables of `QualCoder`'s schema 17.
const SCHEMA: &str = include_str!("qualcoder_schema.sql");

/// The owner of rows that no coder made, and the time on all rows.
const OWNER: &str = "verbatim";
const FIXED_TIME: &str = "2000-01-01 00:00:00";

/// A colour for every code; the program has a palette, these are within it.
const COLORS: [&str; 6] = [
    "#B8E986", "#99CCFF", "#F5C3C2", "#F5D39E", "#D8BFD8", "#A6C8C5",
];

/// Writes a project; one that is there is replaced.
///
/// # Errors
/// Where something else is there, or the folder cannot be written.
pub fn write_qualcoder(project: &mut Outgoing, version: &str, path: &Path) -> Result<()> {
    let is_there = fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some());
    let is_project = path.join("data.qda").is_file();
    if path.is_file() || (is_there && !is_project) {
        return Err(Error::other(format!(
            "{}: this is there already and no QualCoder project. Name another with --to.",
            path.display()
        )));
    }
    let write = |folder: &Path| write_project(project, version, folder, path);
    if is_there {
        replace_folder(path, write)
    } else {
        write_folder(path, write)
    }
}

/// Writes the project into a folder; whoever reads of a mistake knows it as `path`.
fn write_project(project: &mut Outgoing, version: &str, made: &Path, path: &Path) -> Result<()> {
    for folder in ["documents", "images", "audio", "video"] {
        let folder = made.join(folder);
        fs::create_dir_all(&folder).map_err(|e| Error::io("create the project", &folder, e))?;
    }
    let failed = |e: rusqlite::Error| {
        Error::other(format!(
            "{}: the project cannot be written: {e}.",
            path.display()
        ))
    };
    let database = made.join("data.qda");
    let mut connection = Connection::open(&database).map_err(failed)?;
    own_file(&database)?;
    let transaction = connection.transaction().map_err(failed)?;
    transaction.execute_batch(SCHEMA).map_err(failed)?;
    let codes = write_codes(project, version, &transaction).map_err(failed)?;
    write_people(project, &transaction).map_err(failed)?;
    write_annotations(project, &transaction).map_err(failed)?;
    write_journal(project, &transaction).map_err(failed)?;
    project.lose_sets("the format has no sets");
    let mut report = std::mem::take(&mut project.report);
    project.each_text(|index, text| {
        write_note(project, &transaction, index, text).map_err(failed)?;
        let codings = project.codings(index)?;
        let of_note = (index, codings.as_slice());
        write_codings(project, &codes, of_note, &transaction, &mut report).map_err(failed)
    })?;
    project.report = report;
    transaction.commit().map_err(failed)
}

/// Writes folders as categories and all else as codes; gives the number of each code.
fn write_codes(
    project: &Outgoing,
    version: &str,
    transaction: &Transaction<'_>,
) -> rusqlite::Result<Vec<i64>> {
    transaction.execute(
        "INSERT INTO project VALUES ('v17', ?1, ?4, ?2, 0, 0, ?3, '', NULL, NULL, NULL)",
        params![
            FIXED_TIME,
            version,
            OWNER,
            project.memo_on(MemoTarget::Project)
        ],
    )?;
    for coder in project.coders.iter().map(String::as_str).chain([OWNER]) {
        let sql = "INSERT OR IGNORE INTO coder_names (name) VALUES (?1)";
        transaction.execute(sql, params![coder])?;
    }
    let mut names = BTreeSet::new();
    let mut numbers = Vec::with_capacity(project.codes.len());
    let mut is_folder: Vec<bool> = Vec::with_capacity(project.codes.len());
    for (index, code) in project.codes.iter().enumerate() {
        let parent_is_folder = code.parent.is_none_or(|p| is_folder[p]);
        let folder = !project.codable[index] && parent_is_folder;
        is_folder.push(folder);
        let number = index as i64 + 1;
        numbers.push(number);
        // Names are unique over the whole project there.
        let mut name = code.name.clone();
        if !names.insert((folder, name.clone())) {
            name = project.code_path(index);
            names.insert((folder, name.clone()));
        }
        let memo = super::refi::description_of(&project.code_with_memos(index));
        let parent = code.parent.map(|p| numbers[p]);
        if folder {
            transaction.execute(
                "INSERT INTO code_cat VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![number, name, OWNER, FIXED_TIME, memo, parent],
            )?;
            continue;
        }
        let (category, above) = if parent_is_folder {
            (parent, None)
        } else {
            (None, parent)
        };
        let color = if code.color.starts_with('#') {
            code.color.as_str()
        } else {
            COLORS[index % COLORS.len()]
        };
        transaction.execute(
            "INSERT INTO code_name VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                number, name, memo, category, OWNER, FIXED_TIME, color, above
            ],
        )?;
    }
    Ok(numbers)
}

fn write_people(project: &Outgoing, transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    let mut kinds: BTreeSet<(&str, &str)> = BTreeSet::new();
    for person in &project.participants {
        kinds.extend(
            person
                .values
                .iter()
                .map(|(name, _)| (name.as_str(), "case")),
        );
    }
    for note in &project.notes {
        kinds.extend(note.values.iter().map(|(name, _)| (name.as_str(), "file")));
    }
    for (name, kind) in &kinds {
        transaction.execute(
            "INSERT OR IGNORE INTO attribute_type VALUES (?1, ?2, ?3, '', ?4, 'character')",
            params![name, FIXED_TIME, OWNER, kind],
        )?;
    }
    for (id, person) in (1i64..).zip(&project.participants) {
        transaction.execute(
            "INSERT INTO cases VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                id,
                person.name,
                project.memo_on(MemoTarget::Participant(id as usize - 1)),
                OWNER,
                FIXED_TIME
            ],
        )?;
        write_values(transaction, &person.values, "case", id)?;
    }
    for (id, note) in (1i64..).zip(&project.notes) {
        write_values(transaction, &note.values, "file", id)?;
    }
    Ok(())
}

/// Memos that stand alone.
fn write_journal(project: &Outgoing, transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    let mut taken = BTreeSet::new();
    let entries = project.memos.iter().filter(|m| m.on == MemoTarget::Alone);
    for entry in entries {
        // Names are unique there.
        let title = if entry.title.is_empty() {
            "memo"
        } else {
            &entry.title
        };
        let mut name = title.to_owned();
        let mut next = 2;
        while !taken.insert(name.clone()) {
            name = format!("{title} {next}");
            next += 1;
        }
        let owner = if entry.author.is_empty() {
            OWNER
        } else {
            &entry.author
        };
        let date = if entry.date.is_empty() {
            FIXED_TIME
        } else {
            &entry.date
        };
        transaction.execute(
            "INSERT INTO journal (name, jentry, date, owner) VALUES (?1, ?2, ?3, ?4)",
            params![name, entry.text, date, owner],
        )?;
    }
    Ok(())
}

/// Memos on passages.
fn write_annotations(project: &Outgoing, transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    let mut passages: BTreeSet<MemoTarget> = BTreeSet::new();
    passages.extend(project.memos.iter().map(|memo| memo.on));
    for on in passages {
        let MemoTarget::Passage(note, start, end) = on else {
            continue;
        };
        transaction.execute(
            "INSERT INTO annotation (fid, pos0, pos1, memo, owner, date) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                note as i64 + 1,
                start as i64,
                end as i64,
                project.memo_on(on),
                OWNER,
                FIXED_TIME
            ],
        )?;
    }
    Ok(())
}

fn write_values(
    transaction: &Transaction<'_>,
    values: &[(String, String)],
    kind: &str,
    id: i64,
) -> rusqlite::Result<()> {
    for (name, value) in values {
        transaction.execute(
            "INSERT OR IGNORE INTO attribute (name, attr_type, value, id, date, owner) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![name, kind, value, id, FIXED_TIME, OWNER],
        )?;
    }
    Ok(())
}

fn write_note(
    project: &Outgoing,
    transaction: &Transaction<'_>,
    index: usize,
    text: &str,
) -> rusqlite::Result<()> {
    let note = &project.notes[index];
    let id = index as i64 + 1;
    transaction.execute(
        "INSERT INTO source (id, name, fulltext, mediapath, memo, owner, date) VALUES (?1, ?2, ?3, NULL, ?6, ?4, ?5)",
        params![id, note.note_id, text, OWNER, FIXED_TIME, project.memo_on(MemoTarget::Note(index))],
    )?;
    let case = project
        .participants
        .iter()
        .position(|p| p.name == note.participant);
    if let Some(case) = case {
        transaction.execute(
            "INSERT INTO case_text (caseid, fid, pos0, pos1, owner, date, memo) VALUES (?1, ?2, 0, ?3, ?4, ?5, '')",
            params![case as i64 + 1, id, text.chars().count() as i64, OWNER, FIXED_TIME],
        )?;
    }
    Ok(())
}

fn write_codings(
    project: &Outgoing,
    codes: &[i64],
    (index, codings): (usize, &[OutgoingCoding]),
    transaction: &Transaction<'_>,
    report: &mut LossReport,
) -> rusqlite::Result<()> {
    let sql = "INSERT OR IGNORE INTO code_text (cid, fid, seltext, pos0, pos1, owner, date, memo, important) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, NULL)";
    let mut statement = transaction.prepare_cached(sql)?;
    for coding in codings {
        let p = &coding.placed;
        let written = statement.execute(params![
            codes[p.code],
            index as i64 + 1,
            coding.words,
            p.start as i64,
            p.end as i64,
            if p.coder.is_empty() { OWNER } else { &p.coder },
            FIXED_TIME,
            memo_of(coding)
        ])?;
        if written > 0 {
            continue;
        }
        let place = &project.notes[index].note_id;
        let named = |name| Named {
            id: &p.guid,
            name,
            place,
        };
        report.unkept(Item::Coding, named(&coding.words), CODED_ALREADY);
        if !p.memo.is_empty() {
            report.unkept(Item::Memo, named(&p.memo), "its coding was not kept");
        }
    }
    Ok(())
}

/// A person's memo, then what the rules say of the coding, a line each.
fn memo_of(coding: &OutgoingCoding) -> String {
    let facts = coding
        .placed
        .facts
        .iter()
        .map(|(name, value)| format!("{name}: {}", value.replace(['\n', '\r'], " ")));
    let memo = Some(coding.placed.memo.clone()).filter(|m| !m.is_empty());
    memo.into_iter().chain(facts).collect::<Vec<_>>().join("\n")
}
