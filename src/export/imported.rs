//! Another program's project as a folder: notes, codings, codebook and loss report.
//!
//! Comes in: a project that was read. Goes out: `notes.jsonl`, `codings.csv` (a human coding file),
//! `decisions.csv` (the same codings, which a run of the folder applies), `codebook.yaml`, `import-report.csv`, and what else the project held, each in a table.

use std::fs;
use std::path::Path;

use serde::Serialize;

use crate::error::{Error, Result};
use crate::exchange::{
    IMPORTED_CODE_COLUMNS, Item, LossReport, MEMO_COLUMNS, Named, OpenProject, PlacedNote, Project,
    ProjectNote, ProjectParticipant, SET_COLUMNS, codebook_yaml,
};
use crate::text::CodePoints;

use super::imported_decisions::ImportedDecisions;
use super::line::Lines;
use super::output::{Foreign, Output};
use super::tables::Table;

/// Columns of the `codings.csv` of an import: those of a human coding file, then what the other
/// program knew besides.
pub const IMPORTED_CODING_COLUMNS: [&str; 18] = [
    "note_id",
    "code",
    "start",
    "end",
    "text",
    "assertion",
    "voice",
    "coder",
    "memo",
    "code_name",
    "guid",
    "counted",
    "why_not",
    "pattern",
    "cue",
    "section",
    "session_type",
    "copied_from",
];

/// Columns of `import-report.csv`.
pub const REPORT_COLUMNS: [&str; 7] = ["item", "outcome", "count", "id", "name", "place", "reason"];

/// The column of participants' ids.
const PARTICIPANT_ID: &str = "participant_id";

#[derive(Serialize)]
struct JsonNote<'n> {
    note_id: &'n str,
    text: &'n str,
    participant_id: Option<&'n str>,
    date: Option<&'n str>,
    session_type: Option<&'n str>,
    setting: Option<&'n str>,
    author: Option<&'n str>,
}

/// The people's decisions of the study that an import makes.
const DECISIONS: &str = "decisions.csv";

/// Writes an import into a folder; `most` bytes of notes and codings at most. Gives how many codings
/// stand in its `decisions.csv`; none where such a file was there and was left as it is.
///
/// # Errors
/// Where the folder is somebody else's or cannot be written, or there is more to write.
pub fn write_import(
    open: &mut OpenProject,
    target: &Path,
    foreign: Foreign,
    most: u64,
) -> Result<Option<u64>> {
    one_each(&mut open.project, &mut open.report);
    let output = Output::create(target, foreign)?;
    // What people decided in the study since is theirs.
    let had_decisions = target.join(DECISIONS).exists();
    let mut decisions = ImportedDecisions::new(output.path(), DECISIONS);
    let mut room = Room { left: most, most };
    let mut notes = Table::create(output.path(), "notes.jsonl")?;
    let mut codings = Table::create(output.path(), "codings.csv")?;
    codings.write(&Lines::header(&IMPORTED_CODING_COLUMNS).into_bytes())?;
    let mut coders = std::collections::BTreeSet::new();
    let mut kept = Vec::new();
    open.each_note(|project, note, placed| {
        room.write(&json_line(note, placed), &mut notes)?;
        each_coding_line(project, note, placed, |line| room.write(line, &mut codings))?;
        if !had_decisions {
            decisions.add((project, note, placed), |line, to| room.write(line, to))?;
        }
        coders.extend(placed.codings.iter().map(|c| c.coder.clone()));
        kept.push(note.note_id.clone());
        Ok(())
    })?;
    notes.end()?;
    codings.end()?;
    let decided = decisions.end()?;
    let mut tables = vec![
        ("codebook.yaml", codebook_yaml(&open.project).into_bytes()),
        ("import-report.csv", report_lines(&open.report)),
        ("study.toml", study_file(&open.project).into_bytes()),
    ];
    if coders.len() <= 1 {
        // A single coder has read the whole project; of several nobody can tell who read what.
        tables.push(("coded_notes.csv", one_column("note_id", &kept)));
    }
    tables.extend(other_tables(&open.project));
    for (name, bytes) in tables {
        let path = output.path().join(name);
        fs::write(&path, bytes).map_err(|e| Error::io("write the import", &path, e))?;
    }
    output.commit()?;
    Ok((!had_decisions).then_some(decided))
}

/// Makes participants of one name one, and gives variables that are called as the column of ids another
/// name; lists each.
fn one_each(project: &mut Project, report: &mut LossReport) {
    let mut known: Vec<ProjectParticipant> = Vec::new();
    for mut person in std::mem::take(&mut project.participants) {
        let named = Named {
            id: "",
            name: &person.name,
            place: "",
        };
        for (variable, _) in &mut person.values {
            if variable == PARTICIPANT_ID {
                "participant_id (variable)".clone_into(variable);
                let reason =
                    "a variable of a participant called participant_id is called otherwise";
                report.changed(Item::Value, named, reason);
            }
        }
        let Some(own) = known.iter_mut().find(|k| k.name == person.name) else {
            known.push(person);
            continue;
        };
        let reason = "another participant has this name; both are one";
        report.unkept(Item::Participant, named, reason);
        for (variable, value) in &person.values {
            match own.values.iter().find(|(name, _)| name == variable) {
                None => own.values.push((variable.clone(), value.clone())),
                Some((_, first)) if first == value => {}
                Some(_) => {
                    let named = Named {
                        id: variable,
                        name: value,
                        place: &person.name,
                    };
                    let reason =
                        "the other participant of this name has another value, which was kept";
                    report.unkept(Item::Value, named, reason);
                }
            }
        }
    }
    project.participants = known;
}

/// How much may still be written: a few codes on one long note repeat its words without end.
struct Room {
    left: u64,
    most: u64,
}

impl Room {
    fn write(&mut self, bytes: &[u8], to: &mut Table) -> Result<()> {
        let Some(left) = self.left.checked_sub(bytes.len() as u64) else {
            return Err(Error::other(format!(
                "the import would write more than {} MB of notes and codings. Nothing was written. If that \
                 is right, allow more with --unpacked-megabytes.",
                self.most >> 20
            )));
        };
        self.left = left;
        to.write(bytes)
    }
}

/// A study file that lets `run` read the folder's notes, and nothing else of it as notes.
fn study_file(project: &Project) -> String {
    let mut out = format!(
        "# Written by `verbatim import`.\ntitle = {}\nnotes = [\"notes.jsonl\"]\ncodebook = \
         \"codebook.yaml\"\n",
        serde_json::Value::from(project.name.as_str())
    );
    if !project.participants.is_empty() {
        out.push_str("participants = \"participants.csv\"\n");
    }
    out
}

fn json_line(note: &ProjectNote, placed: &PlacedNote) -> Vec<u8> {
    let participant = Some(note.participant.as_str()).filter(|p| !p.is_empty());
    let value = |name| note.value(name).filter(|v| !v.is_empty());
    let json = JsonNote {
        note_id: &note.note_id,
        text: &placed.text,
        participant_id: participant,
        date: value("date"),
        session_type: value("session_type"),
        setting: value("setting"),
        author: value("author"),
    };
    let mut bytes = serde_json::to_vec(&json).expect("a note has string keys");
    bytes.push(b'\n');
    bytes
}

/// Gives the row of each coding, one at a time: each may hold all of its note's words.
fn each_coding_line(
    project: &Project,
    note: &ProjectNote,
    placed: &PlacedNote,
    mut take: impl FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let points = CodePoints::new(&placed.text);
    let mut lines = Lines::default();
    for coding in &placed.codings {
        let span = points.span(coding.start, coding.end).unwrap_or_default();
        lines
            .text(&note.note_id)
            .text(&project.code_path(coding.code))
            .plain(coding.start)
            .plain(coding.end)
            .text(span.slice(&placed.text))
            .text_or_empty(coding.fact("assertion"))
            .text_or_empty(coding.fact("voice"))
            .text(&coding.coder)
            .text(&coding.memo)
            .text(&project.code_names(coding.code))
            .text(&coding.guid)
            .text_or_empty(coding.fact("counted"))
            .text_or_empty(coding.fact("why_not"))
            .text_or_empty(coding.fact("pattern"))
            .text_or_empty(coding.fact("cue"))
            .text_or_empty(coding.fact("section"))
            .text_or_empty(coding.fact("session_type"))
            .text_or_empty(coding.fact("copied_from"))
            .end();
        take(&lines.take())?;
    }
    Ok(())
}

/// `import-report.csv`: per kind what came in, was kept and is listed, then every item that was not
/// kept as it was.
pub fn report_lines(report: &LossReport) -> Vec<u8> {
    let mut lines = Lines::header(&REPORT_COLUMNS);
    for (item, count) in report.counts() {
        for (outcome, n) in [
            ("in", count.came),
            ("kept", count.kept),
            ("listed", count.lost),
        ] {
            lines.text(item.as_str()).text(outcome).plain(n);
            lines.text("").text("").text("").text("").end();
        }
    }
    for row in report.rows() {
        lines
            .text(row.item.as_str())
            .text(row.fate.as_str())
            .plain(1)
            .text(&row.id)
            .text(&row.name)
            .text(&row.place)
            .text(&row.reason)
            .end();
    }
    lines.into_bytes()
}

fn one_column(name: &str, values: &[String]) -> Vec<u8> {
    let mut lines = Lines::header(&[name]);
    for value in values {
        lines.text(value).end();
    }
    lines.into_bytes()
}

/// Tables of what only some projects hold.
fn other_tables(project: &Project) -> Vec<(&'static str, Vec<u8>)> {
    let mut tables = Vec::new();
    if !project.participants.is_empty() {
        tables.push(("participants.csv", participants(project)));
    }
    let mut values = Lines::header(&["note_id", "variable", "value"]);
    let mut any = false;
    for note in &project.notes {
        for (variable, value) in &note.values {
            values.text(&note.note_id).text(variable).text(value).end();
            any = true;
        }
    }
    if any {
        tables.push(("variables.csv", values.into_bytes()));
    }
    if !project.sets.is_empty() {
        let mut lines = Lines::header(&SET_COLUMNS);
        for set in &project.sets {
            let nothing = ("", String::new());
            let alone = set.members.is_empty().then_some(&nothing);
            let mut memo = set.memo.as_str();
            for (kind, member) in set.members.iter().chain(alone) {
                lines
                    .text(&set.name)
                    .text(kind)
                    .text(member)
                    .text(memo)
                    .end();
                memo = "";
            }
        }
        tables.push(("sets.csv", lines.into_bytes()));
    }
    if !project.memos.is_empty() {
        tables.push(("memos.csv", memos(project)));
    }
    if !project.codes.is_empty() {
        tables.push(("codes.csv", codes(project)));
    }
    tables
}

/// What the other program knows of codes, and a codebook has no place for.
fn codes(project: &Project) -> Vec<u8> {
    let mut lines = Lines::header(&IMPORTED_CODE_COLUMNS);
    for (index, code) in project.codes.iter().enumerate() {
        let codable = code
            .codable
            .map_or("", |codable| if codable { "true" } else { "false" });
        lines
            .text(&project.code_path(index))
            .text(&code.guid)
            .text(&code.color)
            .text(codable)
            .text(&code.called)
            .end();
    }
    lines.into_bytes()
}

fn participants(project: &Project) -> Vec<u8> {
    let mut columns = vec![PARTICIPANT_ID];
    for (variable, _) in project.participants.iter().flat_map(|p| &p.values) {
        if !columns.contains(&variable.as_str()) {
            columns.push(variable);
        }
    }
    let mut lines = Lines::header(&columns);
    for participant in &project.participants {
        lines.text(&participant.name);
        for column in &columns[1..] {
            let found = participant.values.iter().find(|(v, _)| v == column);
            lines.text_or_empty(found.map(|(_, value)| value.as_str()));
        }
        lines.end();
    }
    lines.into_bytes()
}

fn memos(project: &Project) -> Vec<u8> {
    // The columns of a study's memos, then what only other programs know.
    let more = ["title", "start", "end", "on"];
    let columns: Vec<&str> = MEMO_COLUMNS.into_iter().chain(more).collect();
    // What the level does not tell apart.
    let is_told = |on: &str| matches!(on, "participant" | "project");
    let mut lines = Lines::header(&columns);
    for memo in &project.memos {
        lines
            .text(match memo.on {
                "code" => "code",
                "note" | "passage" => "note",
                _ => "study",
            })
            .text(&memo.id)
            .text(&memo.memo)
            .text(&memo.coder)
            .text(&memo.date)
            .text(&memo.name)
            .plain_or_empty(memo.passage.map(|p| p.0))
            .plain_or_empty(memo.passage.map(|p| p.1))
            .text(if is_told(memo.on) { memo.on } else { "" })
            .end();
    }
    lines.into_bytes()
}

/// How many items of a kind came in, were kept and were listed, as one line for the terminal.
pub fn balance(report: &LossReport) -> String {
    let mut out = String::new();
    for (item, count) in report.counts() {
        use std::fmt::Write as _;
        // Writing to a string cannot fail.
        let _written = writeln!(
            out,
            "{:<12}{:>9} in{:>9} kept{:>9} listed",
            item.as_str(),
            count.came,
            count.kept,
            count.lost
        );
    }
    let coding = report.count(Item::Coding);
    debug_assert_eq!(
        coding.came,
        coding.kept + coding.lost,
        "the report balances"
    );
    out
}
