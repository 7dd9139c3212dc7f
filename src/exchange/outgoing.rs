//! A run's output folder (or an import) as a project that other programs can take.
//!
//! Comes in: `notes.jsonl`, `codings.csv`, a codebook, and what else stands beside them. Goes out:
//! plain data without the notes' texts, which are fetched one at a time. Refuses: nothing in
//! secret; what a row lacks is in the report.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::{Error, Place, Result};
use crate::model::codebook::Codebook;

use super::code_ids::id_of;
use super::losses::{Item, LossReport, Named};
use super::outgoing_codes::codes_of;
use super::outgoing_codings::CodingRows;
use super::outgoing_memos::{OutgoingMemo, Remark, memo_table, memos_on_codings};
use super::outgoing_rows::{csv_reader, each_row, plain};
use super::outgoing_sets::OutgoingSet;
use super::project::{PlacedCoding, ProjectCode, ProjectParticipant};

/// A project to be written.
#[derive(Debug, Default)]
pub struct Outgoing {
    /// Its name.
    pub name: String,
    /// Its codes, a parent before its children.
    pub codes: Vec<ProjectCode>,
    /// Whether each code is more than a folder.
    pub codable: Vec<bool>,
    /// Its participants, by name.
    pub participants: Vec<ProjectParticipant>,
    /// Its notes in the folder's order.
    pub notes: Vec<OutgoingNote>,
    /// Names of coders, sorted.
    pub coders: Vec<String>,
    /// Authors of memos on codings.
    pub(super) remark_authors: BTreeSet<String>,
    /// Its memos, but for those on codings.
    pub memos: Vec<OutgoingMemo>,
    /// Its sets.
    pub sets: Vec<OutgoingSet>,
    /// What could not be carried.
    pub report: LossReport,
    /// Notes whose text was changed since they were coded.
    pub(super) changed_notes: BTreeSet<usize>,
    texts: PathBuf,
    codings: CodingRows,
}

/// A note to be written, without its text and its codings.
#[derive(Debug, Clone, Default)]
pub struct OutgoingNote {
    /// Its id.
    pub note_id: String,
    /// Whose note it is; empty where unknown.
    pub participant: String,
    /// Its date; empty where unknown.
    pub date: String,
    /// Its session type; empty where unknown.
    pub session_type: String,
    /// All session types that its parts are of, its own among them.
    pub session_types: Vec<String>,
    /// All variables with values, these included.
    pub values: Vec<(String, String)>,
}

/// A coding to be written.
#[derive(Debug, Clone, Default)]
pub struct OutgoingCoding {
    /// The coding; its `guid` is any id that is stable from run to run.
    pub placed: PlacedCoding,
    /// Its words.
    pub words: String,
    /// The memos on it, each by itself.
    pub remarks: Vec<Remark>,
    /// Whether its `guid` is a GUID that no other coding has.
    pub keeps_guid: bool,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct NoteLine {
    note_id: String,
    text: String,
    participant_id: Option<String>,
    date: Option<String>,
    session_type: Option<String>,
    session_types: Vec<String>,
    duplicate_of: Option<String>,
    setting: Option<String>,
    author: Option<String>,
}

/// The variable that names all session types of a note.
pub(super) const SESSION_TYPES: &str = "session_types";

/// Why a second coding of the same code, passage and coder is listed.
pub(super) const CODED_ALREADY: &str =
    "the same coder coded the same passage so already; the format holds it once";

/// Why a coding is listed whose place is none in its note.
pub(super) const OUTSIDE: &str = "its positions lie outside the note";

impl Outgoing {
    /// Reads a folder with `notes.jsonl` and `codings.csv`; `rules` names the coder of codings that
    /// no person made.
    ///
    /// # Errors
    /// Where a file of the folder cannot be read.
    pub fn read(folder: &Path, codebook: Option<&Codebook>, rules: &str) -> Result<Self> {
        let mut own = Self {
            name: name_of(folder),
            texts: folder.join("notes.jsonl"),
            ..Self::default()
        };
        if let Some(codebook) = codebook {
            own.add_codebook(codebook);
            own.read_codes(folder);
        }
        let mut index = BTreeMap::new();
        let mut notes = Vec::new();
        each_line(&own.texts, |line| {
            let length = line.text.chars().count();
            index.insert(line.note_id.clone(), (notes.len(), length));
            notes.push(note_of(&line));
            Ok(())
        })?;
        own.notes = notes;
        let memos = memo_table(folder);
        own.read_codings(
            CodingRows::new(folder, rules, memos_on_codings(&memos)),
            &index,
        )?;
        own.set_on_words()?;
        own.read_variables(&folder.join("variables.csv"), &index)?;
        own.read_participants(&folder.join("participants.csv"))?;
        own.read_memos(&memos, &index);
        own.read_sets(folder, &index);
        own.tell_session_types();
        for _ in &own.notes {
            own.report.kept(Item::Note);
        }
        for _ in &own.codes {
            own.report.kept(Item::Code);
        }
        Ok(own)
    }

    /// Gives every note's text, in order.
    ///
    /// # Errors
    /// Where the notes cannot be read again, or `take` fails.
    pub fn each_text(&self, mut take: impl FnMut(usize, &str) -> Result<()>) -> Result<()> {
        let mut index = 0;
        each_line(&self.texts, |line| {
            take(index, &line.text)?;
            index += 1;
            Ok(())
        })
    }

    /// The codings of a note in the folder's order.
    ///
    /// # Errors
    /// Where they cannot be read again.
    pub fn codings(&self, note: usize) -> Result<Vec<OutgoingCoding>> {
        self.codings.of(note)
    }

    /// Whether a coding of the folder has an id that a memo names.
    pub(super) fn has_coding(&self, id: &str) -> bool {
        self.codings.found.contains(id)
    }

    /// A code's path of ids, `/` between.
    pub fn code_path(&self, code: usize) -> String {
        let own = &self.codes[code];
        match own.parent {
            Some(parent) => format!("{}/{}", self.code_path(parent), own.id),
            None => own.id.clone(),
        }
    }

    fn add_codebook(&mut self, codebook: &Codebook) {
        let (codes, codable) = codes_of(codebook);
        for (code, source) in codes.iter().zip(&codebook.codes) {
            let patterns = source.patterns.len() + source.opposites.len() + source.unless.len();
            if patterns > 0 {
                let named = Named {
                    id: source.path.as_str(),
                    name: &code.name,
                    place: "",
                };
                let reason = format!("its {patterns} patterns have no place in the format");
                self.report.changed(Item::Code, named, reason);
            }
        }
        self.codes = codes;
        self.codable = codable;
    }

    /// The code of a path, added where the codebook does not have it.
    fn code(&mut self, path: &str, known: &mut BTreeMap<String, usize>) -> usize {
        if let Some(&index) = known.get(path) {
            self.codable[index] = true;
            return index;
        }
        let (parent, id) = match path.rsplit_once('/') {
            Some((parent, id)) => (Some(self.code(parent, known)), id),
            None => (None, path),
        };
        self.codes.push(ProjectCode {
            parent,
            id: id_of(id),
            name: id.replace('_', " "),
            ..ProjectCode::default()
        });
        self.codable.push(true);
        known.insert(path.to_owned(), self.codes.len() - 1);
        self.codes.len() - 1
    }

    fn read_codings(
        &mut self,
        mut codings: CodingRows,
        index: &BTreeMap<String, (usize, usize)>,
    ) -> Result<()> {
        let mut known: BTreeMap<String, usize> = (0..self.codes.len())
            .map(|code| (self.code_path(code), code))
            .collect();
        let mut report = std::mem::take(&mut self.report);
        codings.find(index, &mut report, |path| {
            self.code(path, &mut known);
        })?;
        self.report = report;
        self.coders = codings.coders.iter().cloned().collect();
        self.remark_authors.clone_from(&codings.authors);
        codings.codes = known;
        codings.session_types = self.notes.iter().map(|n| n.session_type.clone()).collect();
        self.codings = codings;
        Ok(())
    }

    /// Gives notes of several session types a variable that names them all.
    fn tell_session_types(&mut self) {
        for note in &mut self.notes {
            let is_known = note.values.iter().any(|(name, _)| name == SESSION_TYPES);
            if note.session_types.len() > 1 && !is_known {
                let all = note.session_types.join("; ");
                note.values.push((SESSION_TYPES.to_owned(), all));
            }
        }
    }

    /// Sets codings on their words in notes whose text was changed since.
    fn set_on_words(&mut self) -> Result<()> {
        let mut report = std::mem::take(&mut self.report);
        let mut codings = std::mem::take(&mut self.codings);
        let mut moved = BTreeSet::new();
        self.each_text(|note, text| {
            let named = (note, self.notes[note].note_id.as_str());
            if codings.set_on_words(named, text, &mut report)? {
                moved.insert(note);
            }
            Ok(())
        })?;
        (self.report, self.codings, self.changed_notes) = (report, codings, moved);
        Ok(())
    }

    fn read_variables(
        &mut self,
        path: &Path,
        index: &BTreeMap<String, (usize, usize)>,
    ) -> Result<()> {
        if !path.is_file() {
            return Ok(());
        }
        each_row(path, |row| {
            let cell = |name: &str| row.cell(name);
            if let Some(&(note, _)) = index.get(cell("note_id")) {
                if cell("variable") == SESSION_TYPES {
                    let all = cell("value").split("; ").map(str::to_owned);
                    self.notes[note].session_types = all.collect();
                }
                let values = &mut self.notes[note].values;
                if !values.iter().any(|(known, _)| known == cell("variable")) {
                    values.push((cell("variable").to_owned(), cell("value").to_owned()));
                }
            }
        })
    }

    fn read_participants(&mut self, path: &Path) -> Result<()> {
        let mut all: BTreeMap<String, ProjectParticipant> = BTreeMap::new();
        if path.is_file() {
            let mut reader = csv_reader(path)?;
            let headers = reader.headers().cloned().unwrap_or_default();
            for row in reader.records().flatten() {
                let name = plain(row.get(0).unwrap_or_default()).to_owned();
                let cells = headers.iter().zip(row.iter()).skip(1);
                let values = cells.filter(|(_, v)| !v.is_empty());
                all.insert(
                    name.clone(),
                    ProjectParticipant {
                        name,
                        values: values
                            .map(|(h, v)| (h.to_owned(), plain(v).to_owned()))
                            .collect(),
                        memo: String::new(),
                    },
                );
            }
        }
        for note in self.notes.iter().filter(|n| !n.participant.is_empty()) {
            all.entry(note.participant.clone())
                .or_insert_with(|| ProjectParticipant {
                    name: note.participant.clone(),
                    ..ProjectParticipant::default()
                });
        }
        for _ in &all {
            self.report.kept(Item::Participant);
        }
        self.participants = all.into_values().collect();
        Ok(())
    }
}

/// A folder's own name; `out` says nothing, so the study's goes for it.
fn name_of(folder: &Path) -> String {
    let folder = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let own = folder
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    match folder.parent().and_then(Path::file_name) {
        Some(parent) if own == "out" => parent.to_string_lossy().into_owned(),
        _ => own,
    }
}

fn note_of(line: &NoteLine) -> OutgoingNote {
    let fields = [
        ("session_type", &line.session_type),
        ("date", &line.date),
        ("author", &line.author),
        ("setting", &line.setting),
        ("duplicate_of", &line.duplicate_of),
    ];
    let known = fields.iter().filter_map(|(name, value)| {
        let value = value.as_deref().filter(|v| !v.is_empty())?;
        Some(((*name).to_owned(), value.to_owned()))
    });
    let own = line.session_type.clone().unwrap_or_default();
    let mut session_types = line.session_types.clone();
    if !own.is_empty() && !session_types.contains(&own) {
        session_types.insert(0, own.clone());
    }
    OutgoingNote {
        session_types,
        note_id: line.note_id.clone(),
        participant: line.participant_id.clone().unwrap_or_default(),
        date: line.date.clone().unwrap_or_default(),
        session_type: own,
        values: known.collect(),
    }
}

fn each_line(path: &Path, mut take: impl FnMut(NoteLine) -> Result<()>) -> Result<()> {
    let file = File::open(path).map_err(|e| Error::io("read the notes", path, e))?;
    for (i, line) in BufReader::new(file).lines().enumerate() {
        let line = line.map_err(|e| Error::io("read the notes", path, e))?;
        if line.trim().is_empty() {
            continue;
        }
        let note = serde_json::from_str(&line).map_err(|e| Error {
            kind: crate::error::ErrorKind::Other {
                message: format!("this line is no note: {e}. Give the output folder of a run."),
            },
            place: Some(Place::at(path, i as u32 + 1, 1)),
        })?;
        take(note)?;
    }
    Ok(())
}
