//! Taguette's `.sqlite3`: documents, tags, highlights, and who made them.
//!
//! Comes in: a database. Goes out: a project. Who highlighted is in no table of Taguette's, but its
//! log of commands says it. Offsets are checked against the words that Taguette kept of each
//! highlight.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::error::{Error, Result};
use crate::text::CodePoints;

use super::code_ids::unique_note;
use super::find::{occurrences, same_words};
use super::html_text::HtmlText;
use super::losses::{Item, LossReport, Named};
use super::project::{
    NoteReader, OpenProject, PlacedCoding, PlacedNote, Project, ProjectNote, ProjectParticipant,
};
use super::sqlite::Database;
use super::taguette_about::About;
use super::taguette_coders::Coders;
use super::taguette_tables::{Tags, describe};

/// Opens a project of a Taguette database; a database of several has to be told which.
///
/// # Errors
/// Where it cannot be read, holds several projects and none is named, or none of that name.
pub fn open_taguette(path: &Path, wanted: Option<&str>) -> Result<OpenProject> {
    let database = Database::open(path)?;
    let of_project = of_project(&database, path, wanted)?;
    let mut project = Project {
        origin: "Taguette".to_owned(),
        ..Project::default()
    };
    let mut report = LossReport::default();
    let mut renamed = BTreeMap::new();
    let of_id = of_project.replace("project_id", "id");
    let sql = format!("SELECT name, description FROM projects {of_id} ORDER BY id");
    database.each(&sql, |row| {
        if project.name.is_empty() {
            project.name = row.text(0);
        }
        let about = About::read(&row.text(1));
        project.remark("project", &row.text(0), &about.text);
        for (label, name) in about.values {
            if let Some(login) = label.strip_prefix("coder ") {
                renamed.insert(login.to_owned(), name);
            }
        }
    })?;
    let codes = tags(&database, &of_project, &mut project, &mut report)?;
    let documents = documents(&database, &of_project, &mut project, &mut report)?;
    let coders = Coders::read(&database, &of_project, &renamed)?;
    project.coders = coders.names();
    for _ in &project.coders {
        report.kept(Item::Coder);
    }
    lost_highlights(&database, &mut report)?;
    let note_ids = project.notes.iter().map(|n| n.note_id.clone()).collect();
    Ok(OpenProject {
        project,
        report,
        findings: Vec::new(),
        positions: String::new(),
        refused: String::new(),
        reader: Box::new(TaguetteNotes {
            database,
            documents,
            note_ids,
            codes,
            coders,
        }),
    })
}

/// Which rows are of the project that is read, as a condition; none where there is but one project.
fn of_project(database: &Database, path: &Path, wanted: Option<&str>) -> Result<String> {
    let mut projects: Vec<(i64, String)> = Vec::new();
    database.each("SELECT id, name FROM projects ORDER BY id", |row| {
        projects.extend(row.number(0).map(|id| (id, row.text(1))));
    })?;
    let fits = |name: &str| wanted.is_none_or(|wanted| wanted.trim() == name.trim());
    let fitting: Vec<i64> = projects
        .iter()
        .filter(|(id, name)| fits(name) || wanted == Some(id.to_string().as_str()))
        .map(|(id, _)| *id)
        .collect();
    match (fitting.len(), wanted, &fitting[..]) {
        (0 | 1, None, _) => Ok(String::new()),
        (1, Some(_), [id]) => Ok(format!("WHERE project_id = {id}")),
        _ => {
            let all = projects.iter().map(|(id, name)| format!("{name:?} ({id})"));
            let all = all.collect::<Vec<_>>().join(", ");
            Err(Error::other(format!(
                "{}: the database holds these projects: {all}. Name one, or its number, with `verbatim import \
                 --project NAME`; each is an import of its own.",
                path.display()
            )))
        }
    }
}

fn tags(
    database: &Database,
    of_project: &str,
    project: &mut Project,
    report: &mut LossReport,
) -> Result<BTreeMap<i64, usize>> {
    let mut tags = Tags::default();
    let mut by_id = BTreeMap::new();
    let sql = format!("SELECT id, path, description FROM tags {of_project} ORDER BY path, id");
    database.each(&sql, |row| {
        let Some(id) = row.number(0) else { return };
        let code = tags.code(&row.text(1), project);
        let own = &mut project.codes[code];
        describe(own, &row.text(2));
        own.guid = id.to_string();
        own.codable = Some(true);
        by_id.insert(id, code);
        report.kept(Item::Code);
    })?;
    Ok(by_id)
}

fn documents(
    database: &Database,
    of_project: &str,
    project: &mut Project,
    report: &mut LossReport,
) -> Result<Vec<i64>> {
    let mut taken = BTreeSet::new();
    let mut people = BTreeSet::new();
    let mut ids = Vec::new();
    let sql =
        format!("SELECT id, name, description, filename FROM documents {of_project} ORDER BY id");
    database.each(&sql, |row| {
        let Some(id) = row.number(0) else { return };
        let about = About::read(&row.text(2));
        let name = about.value("note_id").map(str::to_owned);
        let note_id = unique_note(&name.unwrap_or(row.text(1)), &mut taken);
        project.remark("note", &note_id, &about.text);
        ids.push(id);
        let file = row.text(3);
        let mut values = about.values.clone();
        values.retain(|(label, _)| label != "note_id" && label != "participant");
        if about.values.is_empty() && !file.is_empty() && file != row.text(1) {
            values.push(("file name".to_owned(), file));
        }
        let participant = about.value("participant").unwrap_or_default().to_owned();
        if !participant.is_empty() && people.insert(participant.clone()) {
            report.kept(Item::Participant);
            project.participants.push(ProjectParticipant {
                name: participant.clone(),
                ..ProjectParticipant::default()
            });
        }
        project.notes.push(ProjectNote {
            note_id,
            guid: id.to_string(),
            participant,
            values,
            ..ProjectNote::default()
        });
    })?;
    Ok(ids)
}

/// Highlights whose document is gone.
fn lost_highlights(database: &Database, report: &mut LossReport) -> Result<()> {
    let sql = "SELECT h.id, (SELECT count(*) FROM highlight_tags t WHERE t.highlight_id = h.id) \
               FROM highlights h WHERE h.document_id NOT IN (SELECT id FROM documents) ORDER BY h.id";
    database.each(sql, |row| {
        let id = row.text(0);
        let named = Named {
            id: &id,
            name: "",
            place: "",
        };
        report.lost(Item::Selection, named, "its document does not exist");
        for _ in 0..row.number(1).unwrap_or(0) {
            report.lost(Item::Coding, named, "its document does not exist");
        }
    })
}

struct TaguetteNotes {
    database: Database,
    documents: Vec<i64>,
    note_ids: Vec<String>,
    codes: BTreeMap<i64, usize>,
    coders: Coders,
}

/// A highlight as the table has it.
struct Highlight {
    id: i64,
    start: i64,
    end: i64,
    words: String,
    tags: Vec<i64>,
}

impl TaguetteNotes {
    fn highlights(&self, document: i64) -> Result<Vec<Highlight>> {
        let mut all: Vec<Highlight> = Vec::new();
        let sql = "SELECT h.id, h.start_offset, h.end_offset, h.snippet, t.tag_id FROM highlights h \
                   LEFT JOIN highlight_tags t ON t.highlight_id = h.id WHERE h.document_id = ?1 \
                   ORDER BY h.start_offset, h.id, t.tag_id";
        self.database.each_of(sql, Some(document), &mut |row| {
            let id = row.number(0).unwrap_or(-1);
            if all.last().is_none_or(|h| h.id != id) {
                all.push(Highlight {
                    id,
                    start: row.number(1).unwrap_or(-1),
                    end: row.number(2).unwrap_or(-1),
                    words: HtmlText::new(&row.text(3)).text,
                    tags: Vec::new(),
                });
            }
            if let (Some(highlight), Some(tag)) = (all.last_mut(), row.number(4)) {
                highlight.tags.push(tag);
            }
        })?;
        Ok(all)
    }

    fn place(
        &self,
        index: usize,
        highlight: &Highlight,
        (html, points): (&HtmlText, &CodePoints<'_>),
        placed: &mut PlacedNote,
    ) {
        let id = highlight.id.to_string();
        let named = Named {
            id: &id,
            name: &highlight.words,
            place: &self.note_ids[index],
        };
        let mut span = html.span(highlight.start, highlight.end);
        let on_words = span.is_some_and(|s| is_same(s.slice(&placed.text), &highlight.words));
        if !on_words && !highlight.words.trim().is_empty() {
            // Taguette's own words decide where its offsets do not lead to them.
            if let [only] = occurrences(&placed.text, &highlight.words)[..] {
                span = Some(only);
                placed.report.changed(
                    Item::Selection,
                    named,
                    "its offsets do not lead to its words; it stands on its words",
                );
            } else if span.is_some() {
                placed.report.changed(
                    Item::Selection,
                    named,
                    "Taguette keeps other words of it than stand at its offsets",
                );
            }
        }
        let Some(span) = span else {
            let reason = format!(
                "its offsets {} to {} lie outside the document",
                highlight.start, highlight.end
            );
            placed.report.lost(Item::Selection, named, reason.clone());
            for _ in &highlight.tags {
                placed.report.lost(Item::Coding, named, reason.clone());
            }
            return;
        };
        let (start, end) = points.pair(span);
        let mut kept = false;
        for tag in &highlight.tags {
            let Some(&code) = self.codes.get(tag) else {
                placed
                    .report
                    .lost(Item::Coding, named, format!("its tag {tag} does not exist"));
                continue;
            };
            kept = true;
            placed.report.kept(Item::Coding);
            placed.codings.push(PlacedCoding {
                code,
                coder: self.coders.of(highlight.id, *tag).to_owned(),
                start,
                end,
                guid: id.clone(),
                ..PlacedCoding::default()
            });
        }
        if kept {
            placed.report.kept(Item::Selection);
        } else {
            placed
                .report
                .lost(Item::Selection, named, "a highlight without a tag");
        }
    }
}

/// Whether two passages have the same letters; Taguette's words have their own blanks.
fn is_same(ours: &str, theirs: &str) -> bool {
    let letters = |t: &str| t.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    same_words(ours, theirs) || letters(ours) == letters(theirs)
}

impl NoteReader for TaguetteNotes {
    fn note(&mut self, index: usize) -> std::result::Result<PlacedNote, (String, LossReport)> {
        let document = self.documents[index];
        let failed = |e: crate::error::Error| (e.to_string(), LossReport::default());
        let mut html = HtmlText::default();
        let sql = "SELECT contents FROM documents WHERE id = ?1";
        self.database
            .each_of(sql, Some(document), &mut |row| {
                html = HtmlText::new(&row.text(0));
            })
            .map_err(failed)?;
        let highlights = self.highlights(document).map_err(failed)?;
        let mut placed = PlacedNote {
            text: html.text.clone(),
            ..PlacedNote::default()
        };
        let points = CodePoints::new(&html.text);
        for highlight in &highlights {
            self.place(index, highlight, (&html, &points), &mut placed);
        }
        Ok(placed)
    }
}
