//! Taguette's tables, CSV or XLSX: highlights (`id,document,tag,content`) and the codebook
//! (`tag,description,number of highlights,number of documents`).
//!
//! Comes in: a table, and for highlights the notes that they were made in, since the table holds
//! words without places. Goes out: a project. Refuses: to guess between several places of the same
//! words; such a highlight is listed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use calamine::{Data, Reader, open_workbook_auto};
use rust_xlsxwriter::XlsxError;

use crate::error::{Error, ErrorKind, Place, Result};
use crate::text::{CodePoints, Span};

use super::code_ids::{id_of, unique};
use super::find::occurrences_of_letters;
use super::losses::{Item, LossReport, Named};
use super::note_file::ReadNote;
use super::project::{
    NoteReader, OpenProject, PlacedCoding, PlacedNote, Project, ProjectCode, ProjectNote,
};
use super::saved_table::{SavedRow, SavedTable, unguarded};
use super::workbook::{cell_text, new_workbook};

/// The first cells of a table of highlights, and of a codebook.
pub(super) const HIGHLIGHTS: [&str; 4] = ["id", "document", "tag", "content"];
const CODEBOOK: [&str; 2] = ["tag", "description"];

/// What text in UTF-8 may begin with, so that a program need not guess.
const UTF8_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A table of Taguette's.
#[derive(Debug)]
pub enum TaguetteTable {
    /// Highlights: id, document, tag and words, a row a tag.
    Highlights(Vec<[String; 4]>),
    /// A codebook as a project that holds codes only.
    Codebook(Box<Project>, LossReport),
}

/// Reads a table; none where it is no table of Taguette's.
///
/// # Errors
/// Where the file cannot be read.
pub fn read_taguette_table(path: &Path) -> Result<Option<TaguetteTable>> {
    let rows = rows(path)?;
    let Some((header, rows)) = rows.split_first() else {
        return Ok(None);
    };
    let begins = |names: &[&str]| {
        names.len() <= header.len() && names.iter().zip(header).all(|(n, h)| h.trim() == *n)
    };
    let cell = |row: &[String], at: usize| row.get(at).cloned().unwrap_or_default();
    if begins(&HIGHLIGHTS) {
        let plain = |row: &[String], at| unguarded(&cell(row, at)).to_owned();
        let four = |row: &Vec<String>| [cell(row, 0), plain(row, 1), plain(row, 2), cell(row, 3)];
        return Ok(Some(TaguetteTable::Highlights(
            rows.iter().map(four).collect(),
        )));
    }
    if !begins(&CODEBOOK) {
        return Ok(None);
    }
    let mut report = LossReport::default();
    let mut project = Project {
        name: path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        origin: "Taguette".to_owned(),
        ..Project::default()
    };
    let mut tags = Tags::default();
    for row in rows {
        let code = tags.code(&cell(row, 0), &mut project);
        describe(&mut project.codes[code], &cell(row, 1));
        report.kept(Item::Code);
    }
    Ok(Some(TaguetteTable::Codebook(Box::new(project), report)))
}

fn rows(path: &Path) -> Result<Vec<Vec<String>>> {
    let bytes = std::fs::read(path).map_err(|e| Error::io("read the table", path, e))?;
    if !bytes.starts_with(b"PK") {
        let table = SavedTable::parse(&bytes);
        let rows = table.rows.into_iter().map(|r| r.cells);
        return Ok(std::iter::once(table.header).chain(rows).collect());
    }
    let broken = |e: calamine::Error| Error {
        kind: ErrorKind::Other {
            message: format!("the workbook cannot be read: {e}."),
        },
        place: Some(Place::file(path)),
    };
    let mut workbook = open_workbook_auto(path).map_err(broken)?;
    let sheet = workbook.worksheet_range_at(0);
    let Some(sheet) = sheet.transpose().map_err(broken)? else {
        return Ok(Vec::new());
    };
    let text = |cell: &Data| match cell {
        Data::Empty => String::new(),
        other => other.to_string(),
    };
    Ok(sheet
        .rows()
        .map(|row| row.iter().map(text).collect())
        .collect())
}

/// Tags as a tree: `.` parts their paths.
#[derive(Debug, Default)]
pub(super) struct Tags {
    by_path: BTreeMap<String, usize>,
    taken: BTreeSet<(Option<usize>, String)>,
}

impl Tags {
    /// The code of a tag's path, added with its parents where it is new.
    pub(super) fn code(&mut self, path: &str, project: &mut Project) -> usize {
        if let Some(&index) = self.by_path.get(path) {
            return index;
        }
        let (parent, name) = match path.rsplit_once('.') {
            Some((above, name)) => (Some(self.code(above, project)), name),
            None => (None, path),
        };
        project.codes.push(ProjectCode {
            parent,
            id: unique(&id_of(name), parent, &mut self.taken),
            name: name.trim().to_owned(),
            ..ProjectCode::default()
        });
        let index = project.codes.len() - 1;
        if project.code_path(index).replace('/', ".") != path {
            path.clone_into(&mut project.codes[index].called);
        }
        self.by_path.insert(path.to_owned(), index);
        index
    }
}

/// Reads a tag's description; lines that this program labelled go to the code's fields. Among siblings
/// the path tells codes apart, whatever a description says.
pub(super) fn describe(code: &mut ProjectCode, description: &str) {
    let mut fields = description;
    if let Some(rest) = description.strip_prefix("Name: ") {
        let (name, rest) = rest.split_once('\n').unwrap_or((rest, ""));
        name.trim().clone_into(&mut code.name);
        fields = rest;
    }
    let id = std::mem::take(&mut code.id);
    super::refi::read_description(fields, code);
    code.id = id;
}

/// A code's fields as a tag's description.
pub(super) fn described(code: &ProjectCode) -> String {
    format!("Name: {}\n{}", code.name, super::refi::description_of(code))
}

/// Codes as a table that Taguette imports as a codebook.
pub fn taguette_codebook(codes: &[ProjectCode]) -> Vec<u8> {
    let mut table = SavedTable {
        header: CODEBOOK.map(str::to_owned).to_vec(),
        ..SavedTable::default()
    };
    for [path, description] in tags_of(codes) {
        let mut row = SavedRow::default();
        row.set(0, &path);
        row.set(1, &description);
        table.rows.push(row);
    }
    let csv = table.to_csv();
    // Taguette guesses the encoding, and takes an emoji among plain words for none at all; the mark
    // tells it.
    let mark: &[u8] = if csv.is_ascii() { b"" } else { UTF8_MARK };
    [mark, &csv].concat()
}

/// Codes as the workbook that Taguette exports of a codebook.
///
/// # Errors
/// Where the library refuses.
pub fn taguette_codebook_workbook(codes: &[ProjectCode]) -> Result<Vec<u8>> {
    let broken = |e: XlsxError| Error::other(format!("the workbook cannot be written: {e}."));
    let mut book = new_workbook().map_err(broken)?;
    let sheet = book.add_worksheet();
    sheet.set_name("codebook").map_err(broken)?;
    sheet.write_row(0, 0, CODEBOOK).map_err(broken)?;
    for (row, tag) in (1..).zip(tags_of(codes)) {
        let cells = tag.each_ref().map(|text| cell_text(text));
        sheet.write_row(row, 0, cells).map_err(broken)?;
    }
    book.save_to_buffer().map_err(broken)
}

/// Each code's path, `.` between, and its description.
fn tags_of(codes: &[ProjectCode]) -> Vec<[String; 2]> {
    let mut rows: Vec<[String; 2]> = Vec::with_capacity(codes.len());
    for code in codes {
        let path = match code.parent {
            Some(parent) => format!("{}.{}", rows[parent][0], code.id),
            None => code.id.clone(),
        };
        rows.push([path, described(code)]);
    }
    rows
}

/// Makes a project of highlights and the notes that they were made in.
pub fn taguette_highlights(rows: Vec<[String; 4]>, notes: Vec<ReadNote>) -> OpenProject {
    let mut project = Project {
        name: "highlights".to_owned(),
        origin: "Taguette".to_owned(),
        ..Project::default()
    };
    let mut report = LossReport::default();
    let mut tags = Tags::default();
    let mut of_notes: BTreeMap<usize, Vec<(String, Option<usize>, String)>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for [id, document, tag, words] in rows {
        let code = (!tag.is_empty()).then(|| {
            if seen.insert(tag.clone()) {
                report.kept(Item::Code);
            }
            tags.code(&tag, &mut project)
        });
        match note_of(&document, &words, &notes) {
            Ok(note) => of_notes.entry(note).or_default().push((id, code, words)),
            Err(reason) => {
                let named = Named {
                    id: &id,
                    name: &words,
                    place: &document,
                };
                report.lost(Item::Coding, named, reason);
            }
        }
    }
    let mut texts = Vec::new();
    let mut highlights = Vec::new();
    for (index, note) in notes.into_iter().enumerate() {
        let values = [("date", note.date), ("session_type", note.session_type)];
        let known = values.into_iter().filter(|(_, v)| !v.is_empty());
        project.notes.push(ProjectNote {
            note_id: note.note_id,
            participant: note.participant_id,
            values: known.map(|(n, v)| (n.to_owned(), v)).collect(),
            ..ProjectNote::default()
        });
        texts.push(note.text);
        highlights.push(of_notes.remove(&index).unwrap_or_default());
    }
    let note_ids = project.notes.iter().map(|n| n.note_id.clone()).collect();
    OpenProject {
        project,
        report,
        findings: Vec::new(),
        positions: String::new(),
        refused: String::new(),
        reader: Box::new(Highlights {
            note_ids,
            texts,
            rows: highlights,
        }),
    }
}

/// The note in which words of a document were highlighted. Several documents may have one name: then
/// the only one that holds the words is meant.
fn note_of(
    document: &str,
    words: &str,
    notes: &[ReadNote],
) -> std::result::Result<usize, &'static str> {
    let called = notes_called(document, notes);
    let first = *called.first().ok_or("its document is none of the notes")?;
    if called.len() == 1 {
        return Ok(first);
    }
    let stand = |note: usize, words| !occurrences_of_letters(&notes[note].text, words).is_empty();
    let holds = |note: &&usize| stand(**note, words) || stand(**note, unguarded(words));
    let mut holding = called.iter().filter(holds);
    match (holding.next(), holding.next()) {
        (Some(only), None) => Ok(*only),
        (Some(_), Some(_)) => Err("its words stand in several notes of its document's name"),
        (None, _) => Err("its words stand in none of the notes of its document's name"),
    }
}

/// The notes that a document's name may mean: its id, and what was called so before it had to differ;
/// else those whose id ends so, with or without ending.
fn notes_called(document: &str, notes: &[ReadNote]) -> Vec<usize> {
    let all = |is: &dyn Fn(&str) -> bool| -> Vec<usize> {
        let own = notes.iter().enumerate().filter(|(_, n)| is(&n.note_id));
        own.map(|(index, _)| index).collect()
    };
    let exact = all(&|id| id == document || first_name(id) == Some(document));
    if !exact.is_empty() {
        return exact;
    }
    let last = |id: &str| id.rsplit('/').next().unwrap_or_default().to_lowercase();
    let stem = |name: String| match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem.to_owned(),
        _ => name,
    };
    let wanted = stem(last(document));
    all(&|id| stem(last(id)) == wanted)
}

/// `visit 1` of `visit 1~2`, as the second note of a name is called.
fn first_name(id: &str) -> Option<&str> {
    let (name, number) = id.rsplit_once('~')?;
    (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())).then_some(name)
}

/// The only place of words, each blank as it is.
fn only_exact(text: &str, words: &str) -> Option<Span> {
    let mut places = text.match_indices(words);
    match (places.next(), places.next()) {
        (Some((at, found)), None) => Some(Span::new(at, at + found.len())),
        _ => None,
    }
}

struct Highlights {
    note_ids: Vec<String>,
    texts: Vec<String>,
    rows: Vec<Vec<(String, Option<usize>, String)>>,
}

impl NoteReader for Highlights {
    fn note(&mut self, index: usize) -> std::result::Result<PlacedNote, (String, LossReport)> {
        let mut placed = PlacedNote {
            text: std::mem::take(&mut self.texts[index]),
            ..PlacedNote::default()
        };
        let points = CodePoints::new(&placed.text);
        let mut codings = Vec::new();
        for (id, code, words) in &self.rows[index] {
            let named = Named {
                id,
                name: words,
                place: &self.note_ids[index],
            };
            let Some(code) = code else {
                placed
                    .report
                    .lost(Item::Coding, named, "a highlight without a tag");
                continue;
            };
            let mut found = occurrences_of_letters(&placed.text, words);
            if found.is_empty() {
                // A table of this program's marks what spreadsheets would run.
                found = occurrences_of_letters(&placed.text, unguarded(words));
            }
            let [span] = found[..] else {
                let reason = match found.len() {
                    0 => "its words do not stand in the note".to_owned(),
                    n => format!(
                        "its words stand {n} times in the note, and the table does not say where"
                    ),
                };
                placed.report.lost(Item::Coding, named, reason);
                continue;
            };
            // The same place with the blanks around it, where the table has them.
            let span = only_exact(&placed.text, words).unwrap_or(span);
            let (start, end) = points.pair(span);
            placed.report.kept(Item::Coding);
            codings.push(PlacedCoding {
                code: *code,
                start,
                end,
                guid: id.clone(),
                ..PlacedCoding::default()
            });
        }
        placed.codings = codings;
        Ok(placed)
    }
}
