//! `QualCoder`'s `.qda`: a folder with `data.qda`, a database.
//!
//! Comes in: the folder or the database. Goes out: a project. Positions are code points or UTF-16
//! units, as the part of the program that wrote them counts; each coding keeps its words, and they
//! decide. The owner of a row is its coder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::error::Result;

use super::code_ids::{id_of, unique, unique_note};
use super::losses::{Item, LossReport, Named};
use super::project::{
    OpenProject, Project, ProjectCode, ProjectMemo, ProjectNote, ProjectParticipant,
};
use super::qualcoder_notes::{QualCoderNotes, rows_by_source};
use super::sqlite::Database;

/// The database of a `.qda` folder, or the database itself.
pub fn qualcoder_database(path: &Path) -> PathBuf {
    if path.is_dir() {
        path.join("data.qda")
    } else {
        path.to_owned()
    }
}

/// Opens a `QualCoder` project.
///
/// # Errors
/// Where it cannot be read.
pub fn open_qualcoder(path: &Path) -> Result<OpenProject> {
    let file = qualcoder_database(path);
    let database = Database::open(&file)?;
    let named = if file == path {
        path.parent().unwrap_or(path)
    } else {
        path
    };
    let mut project = Project {
        name: named
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        origin: "QualCoder".to_owned(),
        ..Project::default()
    };
    let mut report = LossReport::default();
    let codes = codes(&database, &mut project, &mut report)?;
    let sources = sources(&database, &mut project, &mut report)?;
    participants(&database, &sources, &mut project, &mut report)?;
    values(&database, &sources, &mut project, &mut report)?;
    memos(&database, &mut project, &mut report)?;
    others(&database, &mut report)?;
    let mut coders = BTreeSet::new();
    database.each("SELECT DISTINCT owner FROM code_text", |row| {
        coders.insert(row.text(0));
    })?;
    for _ in &coders {
        report.kept(Item::Coder);
    }
    project.coders = coders.into_iter().collect();
    let note_ids = project.notes.iter().map(|n| n.note_id.clone()).collect();
    Ok(OpenProject {
        project,
        report,
        findings: Vec::new(),
        positions: String::new(),
        refused: String::new(),
        reader: Box::new(QualCoderNotes {
            coded: rows_by_source(&database, "code_text")?,
            annotated: rows_by_source(&database, "annotation")?,
            database,
            sources,
            note_ids,
            codes,
        }),
    })
}

/// Categories and codes as one tree; gives the codes by their number.
fn codes(
    database: &Database,
    project: &mut Project,
    report: &mut LossReport,
) -> Result<BTreeMap<i64, usize>> {
    // (is a code, number) with (is a code, number) of its parent, name, memo and colour.
    type Key = (bool, i64);
    let mut rows: Vec<(Key, Option<Key>, String, String, String)> = Vec::new();
    database.each(
        "SELECT catid, supercatid, name, memo FROM code_cat ORDER BY catid",
        |row| {
            if let Some(id) = row.number(0) {
                let parent = row.number(1).map(|p| (false, p));
                rows.push(((false, id), parent, row.text(2), row.text(3), String::new()));
            }
        },
    )?;
    let above = if database.has("code_name", "supercid") {
        "supercid"
    } else {
        "NULL"
    };
    let sql = format!("SELECT cid, catid, {above}, name, memo, color FROM code_name ORDER BY cid");
    database.each(&sql, |row| {
        if let Some(id) = row.number(0) {
            let of_code = row.number(2).map(|p| (true, p));
            let parent = of_code.or_else(|| row.number(1).map(|p| (false, p)));
            rows.push(((true, id), parent, row.text(3), row.text(4), row.text(5)));
        }
    })?;
    let known: BTreeSet<Key> = rows.iter().map(|r| r.0).collect();
    let mut placed: BTreeMap<Key, usize> = BTreeMap::new();
    let mut taken = BTreeSet::new();
    // Parents before children; what goes round in circles stands at the top in the end.
    let mut left = rows;
    while !left.is_empty() {
        let ready = |r: &(Key, Option<Key>, String, String, String)| match r.1 {
            Some(parent) => placed.contains_key(&parent) || !known.contains(&parent),
            None => true,
        };
        let (mut now, mut later): (Vec<_>, Vec<_>) = left.into_iter().partition(ready);
        if now.is_empty() {
            now.push(later.remove(0));
        }
        for (key, parent, name, memo, color) in now {
            let parent = parent.and_then(|p| placed.get(&p).copied());
            let mut code = ProjectCode {
                guid: key.1.to_string(),
                parent,
                id: id_of(&name),
                name,
                color,
                codable: Some(key.0),
                ..ProjectCode::default()
            };
            super::refi::read_description(&memo, &mut code);
            code.id = unique(&code.id, parent, &mut taken);
            project.codes.push(code);
            placed.insert(key, project.codes.len() - 1);
            report.kept(Item::Code);
        }
        left = later;
    }
    let codes = placed.into_iter().filter(|((is_code, _), _)| *is_code);
    Ok(codes.map(|((_, id), index)| (id, index)).collect())
}

fn sources(
    database: &Database,
    project: &mut Project,
    report: &mut LossReport,
) -> Result<Vec<i64>> {
    let mut taken = BTreeSet::new();
    let mut ids = Vec::new();
    let sql = "SELECT id, name, memo, fulltext IS NULL, mediapath FROM source ORDER BY id";
    database.each(sql, |row| {
        let Some(id) = row.number(0) else { return };
        let name = row.text(1);
        if row.number(3) == Some(1) {
            let own = id.to_string();
            let named = Named {
                id: &own,
                name: &name,
                place: "",
            };
            report.lost(
                Item::Media,
                named,
                "a picture, recording or film is not text",
            );
            return;
        }
        let note_id = unique_note(&name, &mut taken);
        project.remark("note", &note_id, &row.text(2));
        ids.push(id);
        project.notes.push(ProjectNote {
            note_id,
            guid: id.to_string(),
            ..ProjectNote::default()
        });
    })?;
    Ok(ids)
}

fn participants(
    database: &Database,
    sources: &[i64],
    project: &mut Project,
    report: &mut LossReport,
) -> Result<()> {
    database.each(
        "SELECT caseid, name, memo FROM cases ORDER BY caseid",
        |row| {
            let name = row.text(1);
            project.remark("participant", &name, &row.text(2));
            project.participants.push(ProjectParticipant {
                name,
                values: Vec::new(),
                memo: row.text(2),
            });
            report.kept(Item::Participant);
        },
    )?;
    let sql = "SELECT t.fid, c.name, t.pos0, t.pos1, length(s.fulltext) FROM case_text t \
               LEFT JOIN cases c ON c.caseid = t.caseid LEFT JOIN source s ON s.id = t.fid ORDER BY t.id";
    database.each(sql, |row| {
        let name = row.text(1);
        let named = Named {
            id: &name,
            name: &name,
            place: "",
        };
        let index = row
            .number(0)
            .and_then(|id| sources.iter().position(|s| *s == id));
        let whole = row.number(2).unwrap_or(0) <= 0
            && row.number(3).unwrap_or(0) + 1 >= row.number(4).unwrap_or(0);
        match index.map(|i| &mut project.notes[i]) {
            None => report.lost(
                Item::Link,
                named,
                "the participant's note does not exist, or is not text",
            ),
            Some(note) if !whole => {
                let reason = format!("only a part of {} is theirs", note.note_id);
                report.lost(Item::Link, named, reason);
            }
            Some(note) if note.participant.is_empty() || note.participant == name => {
                note.participant.clone_from(&name);
                report.kept(Item::Link);
            }
            Some(note) => {
                let reason = format!(
                    "{} is already the note of {}",
                    note.note_id, note.participant
                );
                report.lost(Item::Link, named, reason);
            }
        }
    })
}

fn values(
    database: &Database,
    sources: &[i64],
    project: &mut Project,
    report: &mut LossReport,
) -> Result<()> {
    let sql = "SELECT name, valuetype FROM attribute_type ORDER BY name";
    database.each(sql, |row| {
        report.kept(Item::Variable);
        let (name, kind) = (row.text(0), row.text(1));
        report.type_not_kept(&name, &name, &kind, "character");
    })?;
    let sql = "SELECT a.name, a.attr_type, a.value, a.id, c.name FROM attribute a \
               LEFT JOIN cases c ON a.attr_type = 'case' AND c.caseid = a.id ORDER BY a.attrid";
    database.each(sql, |row| {
        let value = (row.text(0), row.text(2));
        let place = row.text(3);
        let named = Named {
            id: &value.0,
            name: &value.1,
            place: &place,
        };
        if row.text(1) == "case" {
            let case = row.text(4);
            if let Some(person) = project.participants.iter_mut().find(|p| p.name == case) {
                person.values.push(value);
                report.kept(Item::Value);
                return;
            }
        } else if let Some(index) = row
            .number(3)
            .and_then(|id| sources.iter().position(|s| *s == id))
        {
            project.notes[index].values.push(value);
            report.kept(Item::Value);
            return;
        }
        report.lost(
            Item::Value,
            named,
            "a value of what does not exist, or is not text",
        );
    })
}

fn memos(database: &Database, project: &mut Project, report: &mut LossReport) -> Result<()> {
    let name = project.name.clone();
    database.each("SELECT memo FROM project", |row| {
        project.remark("project", &name, &row.text(0));
    })?;
    let sql = "SELECT name, jentry, owner, date FROM journal ORDER BY jid";
    database.each(sql, |row| {
        project.memos.push(ProjectMemo {
            name: row.text(0),
            memo: row.text(1),
            coder: row.text(2),
            date: row.text(3),
            ..ProjectMemo::default()
        });
        report.kept(Item::Memo);
    })
}

/// What is not text, and codings of texts that are gone.
fn others(database: &Database, report: &mut LossReport) -> Result<()> {
    for (table, key, what) in [
        (
            "code_image",
            "imid",
            "a code on an area of a picture or page",
        ),
        ("code_av", "avid", "a code on a stretch of a recording"),
    ] {
        if !database.has(table, key) {
            continue;
        }
        database.each(
            &format!("SELECT {key} FROM {table} ORDER BY {key}"),
            |row| {
                let id = row.text(0);
                let named = Named {
                    id: &id,
                    name: "",
                    place: table,
                };
                report.lost(Item::Selection, named, what);
                report.lost(Item::Coding, named, what);
            },
        )?;
    }
    if database.has("graph", "grid") {
        database.each("SELECT grid, name FROM graph ORDER BY grid", |row| {
            let (id, name) = (row.text(0), row.text(1));
            let named = Named {
                id: &id,
                name: &name,
                place: "",
            };
            report.lost(Item::Graph, named, "drawings are not carried over");
        })?;
    }
    let sql = "SELECT rowid, seltext FROM code_text WHERE fid NOT IN \
               (SELECT id FROM source WHERE fulltext IS NOT NULL) ORDER BY rowid";
    database.each(sql, |row| {
        let (id, words) = (row.text(0), row.text(1));
        let named = Named {
            id: &id,
            name: &words,
            place: "",
        };
        report.lost(
            Item::Selection,
            named,
            "its source does not exist, or is not text",
        );
        report.lost(
            Item::Coding,
            named,
            "its source does not exist, or is not text",
        );
    })
}
