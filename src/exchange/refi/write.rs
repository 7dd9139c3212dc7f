//! Writes REFI-QDA: a `.qdpx` project, a `.qdc` codebook.
//!
//! Ids are UUIDs of version 5 made from stable ids, and the archive carries a fixed time: writing
//! twice gives the same bytes. Positions are code points from 0, the end excluded; texts are UTF-8
//! without byte order mark, line ends LF.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{BufWriter, Write};
use std::path::Path;

use uuid::Uuid;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::error::{Error, Result};
use crate::exchange::outgoing::{Outgoing, OutgoingCoding, OutgoingNote};
use crate::exchange::outgoing_memos::MemoTarget;
use crate::exchange::project::ProjectCode;
use crate::exchange::whole::write_whole;

use super::description;
use super::write_codings::{coding_ids, remarks, shortened};
use super::write_memos::{Memos, created, creating};

/// The namespace of this program's ids.
const NAMESPACE: Uuid = Uuid::from_u128(0x0b1d_6c6e_92e4_5d0f_8a57_3f62_7d1c_a940);

/// The time on everything in the archive.
const FIXED_TIME: &str = "2000-01-01T00:00:00Z";

pub(super) fn guid(kind: &str, id: &str) -> String {
    Uuid::new_v5(&NAMESPACE, format!("{kind}\0{id}").as_bytes())
        .hyphenated()
        .to_string()
}

/// The GUID of a code that goes out, by its path.
pub(in crate::exchange) fn guid_of_code(path: &str) -> String {
    guid("code", path)
}

/// Text as XML holds it; what XML cannot hold at all is left out.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' | '\r' => {
                let _written = write!(out, "&#{};", character as u32);
            }
            c if c < ' ' || matches!(c, '\u{FFFE}' | '\u{FFFF}') => {}
            c => out.push(c),
        }
    }
    out
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> Error + '_ {
    move |e| Error::io("write the project", path, e)
}

/// Writes a project; `origin` names program and version.
///
/// # Errors
/// Where the file cannot be written or the notes cannot be read again.
pub fn write_refi_project(project: &Outgoing, origin: &str, path: &Path) -> Result<()> {
    let folder = path
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let temporary = tempfile::NamedTempFile::new_in(folder).map_err(failed(path))?;
    let mut zip = ZipWriter::new(BufWriter::new(temporary));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    let broken = |e: zip::result::ZipError| failed(path)(e.into());
    zip.start_file("project.qde", options.large_file(true))
        .map_err(broken)?;
    let memos = Memos::new(project);
    XmlProject { project, memos }
        .write(origin, &mut zip)
        .map_err(failed(path))?;
    project.each_text(|index, text| {
        let name = format!(
            "sources/{}.txt",
            guid("text", &project.notes[index].note_id)
        );
        zip.start_file(name, options).map_err(broken)?;
        zip.write_all(text.as_bytes()).map_err(failed(path))
    })?;
    let file = zip.finish().map_err(broken)?;
    let file = file
        .into_inner()
        .map_err(|e| failed(path)(e.into_error()))?;
    file.persist(path).map_err(|e| failed(path)(e.error))?;
    Ok(())
}

/// Writes a codebook; `origin` names program and version.
///
/// # Errors
/// Where the file cannot be written.
pub fn write_refi_codebook(
    codes: &[ProjectCode],
    codable: &[bool],
    origin: &str,
    path: &Path,
) -> Result<()> {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _written = writeln!(
        out,
        "<CodeBook xmlns=\"urn:QDA-XML:codebook:1.0\" origin=\"{}\">\n<Codes>",
        escaped(origin)
    );
    write_codes(&mut out, (codes, codable), |_| String::new());
    out.push_str("</Codes>\n</CodeBook>\n");
    write_whole(out.as_bytes(), path)
}

/// The path of each code, by which its GUID is made.
fn paths(codes: &[ProjectCode]) -> Vec<String> {
    let mut paths: Vec<String> = Vec::with_capacity(codes.len());
    for code in codes {
        paths.push(match code.parent {
            Some(parent) => format!("{}/{}", paths[parent], code.id),
            None => code.id.clone(),
        });
    }
    paths
}

/// The GUID of each code: that of the program which it came from, else one made of its path.
fn code_guids(codes: &[ProjectCode]) -> Vec<String> {
    let mut given = BTreeSet::new();
    let of = |(code, path): (&ProjectCode, String)| {
        let own = Uuid::try_parse(&code.guid).ok();
        match own.filter(|own| given.insert(*own)) {
            Some(own) => own.hyphenated().to_string(),
            None => guid_of_code(&path),
        }
    };
    codes.iter().zip(paths(codes)).map(of).collect()
}

/// Writes codes with all below them; `memos` gives the references to the memos on each.
fn write_codes(
    out: &mut String,
    (codes, codable): (&[ProjectCode], &[bool]),
    memos: impl Fn(usize) -> String,
) {
    let guids = code_guids(codes);
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); codes.len()];
    let mut open: Vec<(usize, bool)> = Vec::new();
    for (index, code) in codes.iter().enumerate() {
        match code.parent {
            Some(parent) => children[parent].push(index),
            None => open.push((index, false)),
        }
    }
    open.reverse();
    while let Some((index, is_end)) = open.pop() {
        if is_end {
            out.push_str("</Code>\n");
            continue;
        }
        let code = &codes[index];
        let _written = write!(
            out,
            "<Code guid=\"{}\" name=\"{}\" isCodable=\"{}\"",
            guids[index],
            escaped(&code.name),
            codable[index]
        );
        if code.color.starts_with('#') {
            let _written = write!(out, " color=\"{}\"", escaped(&code.color));
        }
        let description = escaped(&description::written(code));
        let memos = memos(index);
        let _written = writeln!(out, "><Description>{description}</Description>{memos}");
        open.push((index, true));
        open.extend(children[index].iter().rev().map(|c| (*c, false)));
    }
}

pub(super) struct XmlProject<'p> {
    pub(super) project: &'p Outgoing,
    pub(super) memos: Memos<'p>,
}

impl XmlProject<'_> {
    fn write(&self, origin: &str, out: &mut impl Write) -> std::io::Result<()> {
        let project = self.project;
        let user = project.coders.first().map(|c| guid("user", c));
        let user = user
            .map(|u| format!(" creatingUserGUID=\"{u}\""))
            .unwrap_or_default();
        writeln!(
            out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Project xmlns=\"urn:QDA-XML:project:1.0\" \
             xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"urn:QDA-XML:\
             project:1.0 http://schema.qdasoftware.org/versions/Project/v1.0/Project.xsd\" \
             name=\"{}\" origin=\"{}\"{user} creationDateTime=\"{FIXED_TIME}\">",
            escaped(&project.name),
            escaped(origin),
        )?;
        out.write_all(self.users().as_bytes())?;
        let mut codes = String::new();
        let of_code = |code| self.memos.references(MemoTarget::Code(code));
        write_codes(&mut codes, (&project.codes, &project.codable), of_code);
        if !codes.is_empty() {
            writeln!(out, "<CodeBook><Codes>\n{codes}</Codes></CodeBook>")?;
        }
        out.write_all(self.variables().as_bytes())?;
        out.write_all(self.cases().as_bytes())?;
        let codes = code_guids(&project.codes);
        if !project.notes.is_empty() {
            writeln!(out, "<Sources>")?;
            for index in 0..project.notes.len() {
                out.write_all(self.source(index, &codes)?.as_bytes())?;
            }
            writeln!(out, "</Sources>")?;
        }
        self.notes(out)?;
        out.write_all(self.sets(&codes).as_bytes())?;
        writeln!(
            out,
            "{}</Project>",
            self.memos.references(MemoTarget::Project)
        )
    }

    fn users(&self) -> String {
        let mut out = String::new();
        let coders = self.project.coders.iter().map(String::as_str);
        for coder in coders.chain(self.memos.authors(&self.project.coders)) {
            let name = escaped(coder);
            let _written = writeln!(
                out,
                "<User guid=\"{}\" name=\"{name}\"/>",
                guid("user", coder)
            );
        }
        within("Users", &out)
    }

    fn variables(&self) -> String {
        let of_notes = self.project.notes.iter().flat_map(|n| &n.values);
        let of_people = self.project.participants.iter().flat_map(|p| &p.values);
        let names: BTreeSet<&str> = of_notes.chain(of_people).map(|(n, _)| n.as_str()).collect();
        let mut out = String::new();
        for name in names {
            let _written = writeln!(
                out,
                "<Variable guid=\"{}\" name=\"{}\" typeOfVariable=\"Text\"/>",
                guid("variable", name),
                escaped(name)
            );
        }
        within("Variables", &out)
    }

    fn cases(&self) -> String {
        let mut of_people: BTreeMap<&str, Vec<&OutgoingNote>> = BTreeMap::new();
        for note in &self.project.notes {
            of_people
                .entry(note.participant.as_str())
                .or_default()
                .push(note);
        }
        let mut out = String::new();
        for (place, participant) in self.project.participants.iter().enumerate() {
            let name = escaped(&participant.name);
            let id = guid("case", &participant.name);
            let _written = writeln!(out, "<Case guid=\"{id}\" name=\"{name}\">");
            let memo = self.project.memo_on(MemoTarget::Participant(place));
            if !memo.is_empty() {
                let _written = writeln!(out, "<Description>{}</Description>", escaped(&memo));
            }
            out.push_str(&values(&participant.values));
            for note in of_people
                .get(participant.name.as_str())
                .into_iter()
                .flatten()
            {
                let id = guid("note", &note.note_id);
                let _written = writeln!(out, "<SourceRef targetGUID=\"{id}\"/>");
            }
            out.push_str("</Case>\n");
        }
        within("Cases", &out)
    }

    fn notes(&self, out: &mut impl Write) -> std::io::Result<()> {
        let memos = self.memos.notes();
        let mut begun = !memos.is_empty();
        if begun {
            write!(out, "<Notes>\n{memos}")?;
        }
        for (index, note) in self.project.notes.iter().enumerate() {
            let codings = self.codings(index)?;
            for (coding, id) in codings.iter().zip(coding_ids(note, &codings)) {
                for said in remarks(coding) {
                    if !begun {
                        writeln!(out, "<Notes>")?;
                        begun = true;
                    }
                    writeln!(
                        out,
                        "<Note guid=\"{}\" name=\"{}\"{}{}><PlainTextContent>{}\
                         </PlainTextContent></Note>",
                        guid(&said.kind, &id),
                        said.title,
                        creating(said.author),
                        created(said.date),
                        escaped(&said.text)
                    )?;
                }
            }
        }
        if begun {
            writeln!(out, "</Notes>")?;
        }
        Ok(())
    }

    fn codings(&self, note: usize) -> std::io::Result<Vec<OutgoingCoding>> {
        self.project.codings(note).map_err(std::io::Error::other)
    }

    fn source(&self, index: usize, codes: &[String]) -> std::io::Result<String> {
        let note = &self.project.notes[index];
        let codings = self.codings(index)?;
        let mut out = String::new();
        let created = match note.date.parse::<jiff::civil::Date>() {
            Ok(date) => format!(" creationDateTime=\"{date}T00:00:00Z\""),
            Err(_) => String::new(),
        };
        let _written = writeln!(
            out,
            "<TextSource guid=\"{}\" name=\"{}\" plainTextPath=\"internal://{}.txt\"{created}>",
            guid("note", &note.note_id),
            escaped(&note.note_id),
            guid("text", &note.note_id)
        );
        for (coding, id) in codings.iter().zip(coding_ids(note, &codings)) {
            let placed = &coding.placed;
            let user = creating(&placed.coder);
            let _written = writeln!(
                out,
                "<PlainTextSelection guid=\"{}\" name=\"{}\" startPosition=\"{}\" endPosition=\"{}\"{user}>\
                 <Coding guid=\"{id}\"{user}><CodeRef targetGUID=\"{}\"/>",
                guid("selection", &id),
                escaped(&shortened(&coding.words)),
                placed.start,
                placed.end,
                codes[placed.code]
            );
            for said in remarks(coding) {
                let _written = write!(out, "<NoteRef targetGUID=\"{}\"/>", guid(&said.kind, &id));
            }
            out.push_str("</Coding></PlainTextSelection>\n");
        }
        out.push_str(&self.memos.passages(index));
        out.push_str(&self.memos.references(MemoTarget::Note(index)));
        out.push_str(&values(&note.values));
        out.push_str("</TextSource>\n");
        Ok(out)
    }
}

pub(super) fn within(name: &str, content: &str) -> String {
    if content.is_empty() {
        return String::new();
    }
    format!("<{name}>\n{content}</{name}>\n")
}

fn values(values: &[(String, String)]) -> String {
    let mut out = String::new();
    for (name, value) in values {
        let _written = writeln!(
            out,
            "<VariableValue><VariableRef targetGUID=\"{}\"/><TextValue>{}</TextValue></VariableValue>",
            guid("variable", name),
            escaped(value)
        );
    }
    out
}
