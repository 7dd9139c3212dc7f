//! Another program's project as plain data: what all formats have in common.
//!
//! Comes in: nothing; these are types. A format's reader fills them and hands out the notes' texts
//! one at a time, so that memory holds one text.

use crate::error::{Diagnostic, Error, Result};

use super::losses::LossReport;

/// A project, without the texts of its notes.
#[derive(Debug, Clone, Default)]
pub struct Project {
    /// Its name.
    pub name: String,
    /// The program that wrote it, as it calls itself.
    pub origin: String,
    /// Names of coders.
    pub coders: Vec<String>,
    /// Its codes, a parent before its children.
    pub codes: Vec<ProjectCode>,
    /// Its participants.
    pub participants: Vec<ProjectParticipant>,
    /// Its notes.
    pub notes: Vec<ProjectNote>,
    /// Sets of notes, codes or memos.
    pub sets: Vec<ProjectSet>,
    /// Memos that belong to no single coding.
    pub memos: Vec<ProjectMemo>,
}

/// A code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProjectCode {
    /// Its id in the project.
    pub guid: String,
    /// Its parent.
    pub parent: Option<usize>,
    /// Its id among its siblings: letters, digits, `_` and `-`.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// Its colour as `#RRGGBB`; empty where it has none.
    pub color: String,
    /// What a passage must say to be coded.
    pub definition: String,
    /// What belongs to it.
    pub include: Vec<String>,
    /// What does not.
    pub exclude: Vec<String>,
    /// Sentences that it codes, with the assertion where one was given.
    pub examples: Vec<(String, Option<String>)>,
    /// Sentences that it does not code.
    pub counterexamples: Vec<String>,
    /// A remark.
    pub memo: String,
    /// Whether passages may be coded with it; none where nothing says so.
    pub codable: Option<bool>,
    /// What it is called as a whole where it comes from, if its path does not say it.
    pub called: String,
}

impl Project {
    /// Takes a memo on something of the project; an empty one says nothing.
    pub(super) fn remark(&mut self, on: &'static str, id: &str, text: &str) {
        if !text.trim().is_empty() {
            self.memos.push(ProjectMemo {
                on,
                id: id.to_owned(),
                memo: text.trim().to_owned(),
                ..ProjectMemo::default()
            });
        }
    }

    /// A code's path of ids, `/` between.
    pub fn code_path(&self, code: usize) -> String {
        self.path_of(code, |c| &c.id)
    }

    /// A code's path of names, `/` between.
    pub fn code_names(&self, code: usize) -> String {
        self.path_of(code, |c| &c.name)
    }

    fn path_of(&self, code: usize, part: fn(&ProjectCode) -> &String) -> String {
        let mut parts = Vec::new();
        let mut next = Some(code);
        while let Some(at) = next {
            parts.push(part(&self.codes[at]).as_str());
            next = self.codes[at].parent;
        }
        parts.reverse();
        parts.join("/")
    }
}

/// A participant with what is known of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProjectParticipant {
    /// Their id.
    pub name: String,
    /// Variables and values.
    pub values: Vec<(String, String)>,
    /// A remark.
    pub memo: String,
}

/// A note without its text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProjectNote {
    /// Its id, unique in the project.
    pub note_id: String,
    /// Its id in the project's own terms.
    pub guid: String,
    /// Whose note it is; empty where unknown.
    pub participant: String,
    /// Variables and values.
    pub values: Vec<(String, String)>,
    /// A remark.
    pub memo: String,
}

impl ProjectNote {
    /// The value of a variable, whatever its case and the blanks in its name.
    pub fn value(&self, name: &str) -> Option<&str> {
        let plain = |n: &str| n.to_lowercase().replace([' ', '-'], "_");
        self.values
            .iter()
            .find(|(known, _)| plain(known) == name)
            .map(|(_, value)| value.as_str())
    }
}

/// A set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProjectSet {
    /// Its name.
    pub name: String,
    /// What it holds: `note`, `code` or `memo`, and the name.
    pub members: Vec<(&'static str, String)>,
    /// A remark.
    pub memo: String,
}

/// A memo.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProjectMemo {
    /// What it is about: `project`, `note`, `code`, `participant`, `passage`; empty for a memo that
    /// stands alone.
    pub on: &'static str,
    /// The id of that.
    pub id: String,
    /// The passage in code points, if it is about one.
    pub passage: Option<(usize, usize)>,
    /// Its title.
    pub name: String,
    /// Who wrote it.
    pub coder: String,
    /// When, as the project says.
    pub date: String,
    /// Its text.
    pub memo: String,
}

/// A coding in its place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlacedCoding {
    /// The code, as an index of [`Project::codes`].
    pub code: usize,
    /// Who coded.
    pub coder: String,
    /// First code point in the note's text.
    pub start: usize,
    /// The code point after the last.
    pub end: usize,
    /// A remark.
    pub memo: String,
    /// Its id in the project.
    pub guid: String,
    /// What this program once said of it (`assertion`, `voice`, `pattern` ...).
    pub facts: Vec<(String, String)>,
}

impl PlacedCoding {
    /// A fact by its name; none where nothing is said of it.
    pub fn fact(&self, name: &str) -> Option<&str> {
        let found = self.facts.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// A note's text with its codings.
#[derive(Debug, Clone, Default)]
pub struct PlacedNote {
    /// The text, with line ends as LF and no BOM.
    pub text: String,
    /// Its codings by place.
    pub codings: Vec<PlacedCoding>,
    /// Memos about passages.
    pub memos: Vec<ProjectMemo>,
    /// What became of selections and codings.
    pub report: LossReport,
}

/// Hands out the texts of a project's notes with their codings.
pub trait NoteReader {
    /// A note's text and codings.
    ///
    /// # Errors
    /// The reason, as a clause, with the report of the codings that are lost with it.
    fn note(&mut self, index: usize) -> std::result::Result<PlacedNote, (String, LossReport)>;

    /// Why no more of the project is read; none while there is room for it.
    fn refusal(&self) -> Option<Error> {
        None
    }

    /// After the last note: adds what no note carries, and gives the findings about the file.
    fn finish(&mut self, _: &mut Project, _: &mut LossReport) -> Vec<Diagnostic> {
        Vec::new()
    }
}

/// Most bytes that the texts and memos of a project come to, unless more are allowed.
pub const UNPACKED_MAX: u64 = 1 << 30;

/// A project that was read, its texts still to be fetched.
pub struct OpenProject {
    /// The project.
    pub project: Project,
    /// What became of everything but the notes and what stands in them.
    pub report: LossReport,
    /// What is wrong with the file; all of it once the notes were given.
    pub findings: Vec<Diagnostic>,
    /// How positions were understood, as a sentence; empty where there was no doubt.
    pub positions: String,
    /// Why codings were refused as a whole; empty where they were not.
    pub refused: String,
    /// Hands out the notes.
    pub reader: Box<dyn NoteReader>,
}

impl std::fmt::Debug for OpenProject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenProject")
            .field("project", &self.project)
            .field("report", &self.report)
            .finish_non_exhaustive()
    }
}

impl OpenProject {
    /// Gives every note with its text and codings, in order, and counts what became of it.
    ///
    /// # Errors
    /// Where `take` fails, or the project holds too much.
    pub fn each_note(
        &mut self,
        mut take: impl FnMut(&Project, &ProjectNote, &PlacedNote) -> Result<()>,
    ) -> Result<()> {
        for index in 0..self.project.notes.len() {
            let note = &self.project.notes[index];
            let read = self.reader.note(index);
            self.has_room()?;
            match read {
                Ok(mut placed) => {
                    placed.codings.sort_by(|a, b| {
                        (a.start, a.end, a.code, &a.coder, &a.guid)
                            .cmp(&(b.start, b.end, b.code, &b.coder, &b.guid))
                    });
                    take(&self.project, note, &placed)?;
                    self.report.kept(super::losses::Item::Note);
                    self.report.merge(placed.report);
                    self.project.memos.extend(placed.memos);
                }
                Err((reason, report)) => {
                    let named = super::losses::Named {
                        id: &note.guid,
                        name: &note.note_id,
                        place: "",
                    };
                    self.report.lost(super::losses::Item::Note, named, reason);
                    self.report.merge(report);
                }
            }
        }
        let found = self.reader.finish(&mut self.project, &mut self.report);
        self.findings.extend(found);
        self.has_room()
    }

    fn has_room(&self) -> Result<()> {
        self.reader.refusal().map_or(Ok(()), Err)
    }
}
