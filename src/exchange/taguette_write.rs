//! Writes a `.sqlite3` that Taguette 1.5 opens, or imports as a project.
//!
//! Each line of a note is a paragraph, with the line end between as text of its own, so that the bytes
//! that Taguette counts are those of the note's text. Who coded stands in the log of commands, as
//! Taguette writes it. What Taguette has no place for stands in descriptions, or in the loss report.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rusqlite::{Connection, Transaction, params};

use crate::error::{Error, Result};
use crate::text::{CodePoints, Span};

use super::losses::{Item, LossReport, Named};
use super::markup::push_content;
use super::outgoing::{OUTSIDE, Outgoing, OutgoingCoding};
use super::outgoing_memos::MemoTarget;
use super::taguette_about::About;
use super::taguette_tables::described;
use super::whole::write_whole_at;

/// The tables of Taguette 1.5.
const SCHEMA: &str = include_str!("taguette_schema.sql");

/// The time on all rows.
const FIXED_TIME: &str = "2000-01-01 00:00:00.000000";

/// The user that Taguette has on a single machine.
const ADMIN: &str = "admin";

/// The longest names that Taguette takes, in characters.
const LOGIN_MAX: usize = 25;
const NAME_MAX: usize = 50;
const FILE_NAME_MAX: usize = 100;
const PATH_MAX: usize = 200;

/// Writes a project; a file that is there is replaced.
///
/// # Errors
/// Where the file cannot be written.
pub fn write_taguette(project: &mut Outgoing, version: &str, path: &Path) -> Result<()> {
    write_whole_at(path, |file| write_database(project, version, file, path))?;
    report(project);
    project.lose_sets("the format has no sets");
    Ok(())
}

/// Writes the database into `file`; whoever reads of a mistake knows it as `path`.
fn write_database(project: &mut Outgoing, version: &str, file: &Path, path: &Path) -> Result<()> {
    let failed = |e: rusqlite::Error| {
        Error::other(format!(
            "{}: the project cannot be written: {e}.",
            path.display()
        ))
    };
    let mut connection = Connection::open(file).map_err(failed)?;
    let transaction = connection.transaction().map_err(failed)?;
    transaction.execute_batch(SCHEMA).map_err(failed)?;
    let logins = logins(&project.coders);
    write_project(project, version, &logins, &transaction).map_err(failed)?;
    let tags = write_tags(project, &transaction).map_err(failed)?;
    let mut notes = Notes {
        tags,
        logins,
        names: BTreeSet::new(),
        report: std::mem::take(&mut project.report),
        with_facts: 0,
        facts: BTreeSet::new(),
    };
    project.each_text(|index, text| {
        let codings = project.codings(index)?;
        notes
            .write(project, (index, text), &codings, &transaction)
            .map_err(failed)
    })?;
    transaction.commit().map_err(failed)?;
    project.report = notes.into_report();
    Ok(())
}

/// A login for each coder: small letters, digits and `._-+@ `, as Taguette wants them.
fn logins(coders: &[String]) -> BTreeMap<String, String> {
    let mut taken = BTreeSet::new();
    let mut out = BTreeMap::new();
    for coder in coders {
        let plain: String = coder
            .to_lowercase()
            .chars()
            .map(|c| {
                let allowed = c.is_ascii_lowercase() || c.is_ascii_digit() || "._-+@ ".contains(c);
                if allowed { c } else { '-' }
            })
            .take(LOGIN_MAX)
            .collect();
        let plain = if plain.trim().is_empty() {
            "coder"
        } else {
            plain.trim()
        };
        let mut login = plain.to_owned();
        let mut next = 2;
        while !taken.insert(login.clone()) {
            let number = next.to_string();
            let kept: String = plain.chars().take(LOGIN_MAX - number.len()).collect();
            login = format!("{kept}{number}");
            next += 1;
        }
        out.insert(coder.clone(), login);
    }
    out
}

fn write_project(
    project: &Outgoing,
    version: &str,
    logins: &BTreeMap<String, String>,
    transaction: &Transaction<'_>,
) -> rusqlite::Result<()> {
    let mut about = About {
        values: vec![("program".to_owned(), version.to_owned())],
        text: [MemoTarget::Project, MemoTarget::Alone]
            .map(|on| project.memo_on(on))
            .join("\n")
            .trim()
            .to_owned(),
    };
    let renamed = logins.iter().filter(|(coder, login)| coder != login);
    let label = |(coder, login): (&String, &String)| (format!("coder {login}"), coder.clone());
    about.values.extend(renamed.map(label));
    let name: String = match project.name.as_str() {
        "" => "verbatim".to_owned(),
        name => name.chars().take(NAME_MAX).collect(),
    };
    transaction.execute(
        "INSERT INTO projects VALUES (1, ?1, ?2, ?3)",
        params![name, about.written(), FIXED_TIME],
    )?;
    let users: BTreeSet<&str> = logins.values().map(String::as_str).chain([ADMIN]).collect();
    for user in users {
        transaction.execute(
            "INSERT INTO users (login, created, disabled) VALUES (?1, ?2, 0)",
            params![user, FIXED_TIME],
        )?;
        let privileges = if user == ADMIN { "ADMIN" } else { "TAG" };
        transaction.execute(
            "INSERT INTO project_members VALUES (1, ?1, ?2)",
            params![user, privileges],
        )?;
    }
    Ok(())
}

/// Writes every code as a tag; gives the number of each.
fn write_tags(project: &mut Outgoing, transaction: &Transaction<'_>) -> rusqlite::Result<Vec<i64>> {
    let mut taken = BTreeSet::new();
    let mut numbers = Vec::with_capacity(project.codes.len());
    for index in 0..project.codes.len() {
        let code = &project.codes[index];
        let whole = match code.called.as_str() {
            "" => project.code_path(index).replace('/', "."),
            called => called.to_owned(),
        };
        let mut path: String = whole.chars().take(PATH_MAX).collect();
        if !taken.insert(path.clone()) || path != whole {
            path = format!("code{index}");
            taken.insert(path.clone());
            let named = Named {
                id: &whole,
                name: &code.name,
                place: "",
            };
            let reason = format!("its path is too long for the format; it is called {path}");
            project.report.changed(Item::Code, named, reason);
        }
        let description = described(&project.code_with_memos(index));
        numbers.push(index as i64 + 1);
        transaction.execute(
            "INSERT INTO tags VALUES (?1, 1, ?2, ?3)",
            params![index as i64 + 1, path, description],
        )?;
    }
    Ok(numbers)
}

struct Notes {
    tags: Vec<i64>,
    logins: BTreeMap<String, String>,
    /// Names of documents that are taken.
    names: BTreeSet<String>,
    report: LossReport,
    /// Codings of which the rules say something, and what.
    with_facts: usize,
    facts: BTreeSet<String>,
}

impl Notes {
    fn write(
        &mut self,
        project: &Outgoing,
        (index, text): (usize, &str),
        codings: &[OutgoingCoding],
        transaction: &Transaction<'_>,
    ) -> rusqlite::Result<()> {
        let note = &project.notes[index];
        let document = index as i64 + 1;
        let name = self.name(&note.note_id);
        let mut about = About {
            values: Vec::new(),
            text: project.memo_on(MemoTarget::Note(index)),
        };
        if name != note.note_id {
            about
                .values
                .push(("note_id".to_owned(), note.note_id.clone()));
        }
        if !note.participant.is_empty() {
            about
                .values
                .push(("participant".to_owned(), note.participant.clone()));
        }
        about.values.extend(note.values.iter().cloned());
        let text = plain(text);
        if text.is_changed {
            let named = Named {
                id: "",
                name: &note.note_id,
                place: "",
            };
            let reason = "control characters that a page cannot hold are blanks in it";
            self.report.changed(Item::Note, named, reason);
        }
        let text = text.text;
        let file: String = name
            .chars()
            .filter(|c| *c != '\0')
            .take(FILE_NAME_MAX)
            .collect();
        transaction.execute(
            "INSERT INTO documents VALUES (?1, ?2, ?3, ?4, ?5, 1, 'LEFT_TO_RIGHT', ?6)",
            params![
                document,
                name,
                about.written(),
                file,
                FIXED_TIME,
                html(&text)
            ],
        )?;
        self.highlights(&note.note_id, (document, &text), codings, transaction)?;
        self.list_remarks(&note.note_id, codings);
        Ok(())
    }

    /// Codings of one coder on one passage are one highlight with several tags; where one has the same
    /// tag twice the second is a highlight of its own.
    fn highlights(
        &mut self,
        note_id: &str,
        (document, text): (i64, &str),
        codings: &[OutgoingCoding],
        transaction: &Transaction<'_>,
    ) -> rusqlite::Result<()> {
        let points = CodePoints::new(text);
        let mut tags_of: BTreeMap<(usize, usize, &str, usize), BTreeSet<i64>> = BTreeMap::new();
        let mut times: BTreeMap<(usize, usize, &str, i64), usize> = BTreeMap::new();
        for coding in codings {
            let placed = &coding.placed;
            match points.span(placed.start, placed.end) {
                Some(span) if !span.is_empty() => {
                    let coder = placed.coder.as_str();
                    let tag = self.tags[placed.code];
                    let before = times.entry((span.start, span.end, coder, tag)).or_default();
                    let tags = tags_of.entry((span.start, span.end, coder, *before));
                    tags.or_default().insert(tag);
                    *before += 1;
                }
                _ => {
                    let named = Named {
                        id: &placed.guid,
                        name: &coding.words,
                        place: note_id,
                    };
                    self.report.unkept(Item::Coding, named, OUTSIDE);
                }
            }
        }
        let mut add = transaction.prepare_cached(
            "INSERT INTO highlights (document_id, start_offset, end_offset, snippet) VALUES (?1, ?2, ?3, ?4)",
        )?;
        let mut tag = transaction.prepare_cached("INSERT INTO highlight_tags VALUES (?1, ?2)")?;
        let mut log = transaction.prepare_cached(
            "INSERT INTO commands (date, user_login, project_id, document_id, payload) VALUES (?1, ?2, 1, \
             ?3, ?4)",
        )?;
        for ((start, end, coder, _), tags) in tags_of {
            let snippet = html(Span::new(start, end).slice(text));
            let id = add.insert(params![document, start as i64, end as i64, snippet])?;
            for number in &tags {
                tag.execute(params![id, number])?;
            }
            let login = self.logins.get(coder).map_or(ADMIN, String::as_str);
            let payload = serde_json::json!({
                "end_offset": end, "highlight_id": id, "start_offset": start, "tags": tags,
                "type": "highlight_add",
            });
            log.execute(params![FIXED_TIME, login, document, payload.to_string()])?;
        }
        Ok(())
    }

    /// Lists what the rules say of codings, and people's remarks on them.
    fn list_remarks(&mut self, note_id: &str, codings: &[OutgoingCoding]) {
        for own in codings.iter().map(|c| &c.placed) {
            self.with_facts += usize::from(!own.facts.is_empty());
            for (name, _) in &own.facts {
                if !self.facts.contains(name) {
                    self.facts.insert(name.clone());
                }
            }
            if !own.memo.is_empty() {
                let named = Named {
                    id: &own.guid,
                    name: &own.memo,
                    place: note_id,
                };
                let reason = "a highlight has no memo in the format";
                self.report.unkept(Item::Memo, named, reason);
            }
        }
    }

    /// The report on all notes.
    fn into_report(mut self) -> LossReport {
        if self.with_facts > 0 {
            let facts: Vec<String> = self.facts.into_iter().collect();
            let reason = format!(
                "of {} codings the {} have no place in the format",
                self.with_facts,
                facts.join(", ")
            );
            let named = Named {
                id: "",
                name: "",
                place: "",
            };
            self.report.changed(Item::Coding, named, reason);
        }
        self.report
    }

    /// A document's name: the end of the note's id where that is too long.
    fn name(&mut self, id: &str) -> String {
        let length = id.chars().count();
        let cut = |most: usize| {
            id.chars()
                .skip(length.saturating_sub(most))
                .collect::<String>()
        };
        let mut name = cut(NAME_MAX);
        let mut next = 2;
        while !self.names.insert(name.clone()) {
            let number = format!("~{next}");
            name = format!("{}{number}", cut(NAME_MAX - number.len()));
            next += 1;
        }
        name
    }
}

struct Plain {
    text: String,
    is_changed: bool,
}

/// A text without the control characters that a page cannot hold, each a blank instead, so that no
/// byte moves.
fn plain(text: &str) -> Plain {
    let is_odd = |c: char| c < ' ' && c != '\n' && c != '\t';
    if !text.contains(is_odd) {
        return Plain {
            text: text.to_owned(),
            is_changed: false,
        };
    }
    Plain {
        text: text
            .chars()
            .map(|c| if is_odd(c) { ' ' } else { c })
            .collect(),
        is_changed: true,
    }
}

/// Text as a page: a paragraph a line, the line ends between them.
fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8 + 7);
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            out.push('\n');
        }
        out.push_str("<p>");
        push_content(&mut out, line.chars());
        out.push_str("</p>");
    }
    out
}

/// Lists what the format has no place for, besides what stands in notes.
fn report(project: &mut Outgoing) {
    let report = &mut project.report;
    for memo in &project.memos {
        if let MemoTarget::Passage(note, ..) = memo.on {
            let named = Named {
                id: "",
                name: &memo.text,
                place: &project.notes[note].note_id,
            };
            report.unkept(
                Item::Memo,
                named,
                "a passage without a tag has no memo in the format",
            );
        }
        if let MemoTarget::Participant(person) = memo.on {
            let named = Named {
                id: "",
                name: &memo.text,
                place: &project.participants[person].name,
            };
            report.unkept(Item::Memo, named, "the format knows no participants");
        }
    }
    for person in project.participants.iter().filter(|p| !p.values.is_empty()) {
        let named = Named {
            id: &person.name,
            name: "",
            place: "",
        };
        let reason = format!(
            "the format knows no participants: the name stands with the documents, the {} variables \
             nowhere",
            person.values.len()
        );
        report.changed(Item::Participant, named, reason);
    }
}
