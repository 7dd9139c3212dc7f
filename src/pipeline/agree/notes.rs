//! Which notes a comparison is about, and codings that were made in other versions of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error::{Diagnostic, Error, Place, Result};
use crate::exchange::{
    CodedPassage, CoderFile, Located, ReadCoding, ReadNote, Reanchorer, read_coder_file,
    read_notes, same_words,
};
use crate::model::decision::Anchor;
use crate::text::{CodePoints, hex_sha256};

/// What is read: files of codings, and the notes they point into.
#[derive(Debug, Clone, Default)]
pub struct Reader {
    /// Files and folders of coders.
    pub paths: Vec<PathBuf>,
    /// The notes; by default those of a run among the coders, else those that a coder's file brings.
    pub notes: Option<PathBuf>,
    /// Whether units or lists need the notes' texts.
    pub needs_texts: bool,
}

/// Ids of notes named in a finding at most.
const NAMED_MAX: usize = 5;

/// Reads coders and notes; codings are set into the notes as they are now.
///
/// # Errors
/// Where a file cannot be read, or texts are needed and nobody brings them.
pub fn read_coders(reader: &Reader) -> Result<(Vec<CoderFile>, Vec<ReadNote>, Vec<Diagnostic>)> {
    let mut findings = Vec::new();
    let mut files: Vec<CoderFile> = Vec::new();
    let mut runs = Vec::new();
    for path in &reader.paths {
        let (coders, found) = read_coder_file(path)?;
        runs.extend(of_run(path).map(|own| (own, files.len()..files.len() + coders.len())));
        files.extend(coders);
        findings.extend(found);
    }
    let compared = notes_path(reader);
    let own = files.iter().find(|f| !f.texts.is_empty());
    let notes = match (&compared, own) {
        (Some(path), _) => read_notes(path)?,
        (None, Some(_)) => brought(&files),
        (None, None) if reader.needs_texts => {
            return Err(Error::other(
                "this needs the notes' text: give it with --notes NOTES.jsonl (a run writes it).",
            ));
        }
        (None, None) => bare(&files),
    };
    for (own, coders) in runs {
        if Some(&own) != compared.as_ref() {
            bring_other_versions(&own, &notes, &mut files[coders])?;
        }
    }
    for file in &mut files {
        set_onto(file, &notes, &mut findings);
    }
    Ok((files, notes, findings))
}

/// Gives a run's coders the notes that read otherwise than those compared: what they coded.
fn bring_other_versions(own: &Path, notes: &[ReadNote], coders: &mut [CoderFile]) -> Result<()> {
    let compared: BTreeMap<&str, &str> = notes
        .iter()
        .map(|note| (note.note_id.as_str(), note.text.as_str()))
        .collect();
    for note in read_notes(own)? {
        let other = compared.get(note.note_id.as_str());
        if other.is_some_and(|&text| text != note.text) {
            for coder in &mut *coders {
                let texts = &mut coder.texts;
                texts.insert(note.note_id.clone(), note.text.clone());
            }
        }
    }
    Ok(())
}

/// Where a run's output folder keeps its notes.
fn of_run(path: &Path) -> Option<PathBuf> {
    Some(path.join("notes.jsonl")).filter(|p| p.is_file())
}

fn notes_path(reader: &Reader) -> Option<PathBuf> {
    let named = reader.notes.clone();
    named.or_else(|| reader.paths.iter().find_map(|p| of_run(p)))
}

/// The notes that coders' files bring along, by the first that has each.
fn brought(files: &[CoderFile]) -> Vec<ReadNote> {
    let mut texts: BTreeMap<&String, &String> = BTreeMap::new();
    for (id, text) in files.iter().flat_map(|f| &f.texts) {
        texts.entry(id).or_insert(text);
    }
    let note = |(id, text): (&String, &String)| ReadNote {
        note_id: id.clone(),
        text: text.clone(),
        ..ReadNote::default()
    };
    texts.into_iter().map(note).collect()
}

/// Notes by their ids alone, where no text is at hand.
fn bare(files: &[CoderFile]) -> Vec<ReadNote> {
    let ids: std::collections::BTreeSet<&String> = files.iter().flat_map(|f| &f.notes).collect();
    let note = |id: &String| ReadNote {
        note_id: id.clone(),
        ..ReadNote::default()
    };
    ids.into_iter().map(note).collect()
}

/// Sets a file's codings into the notes that are compared: finds the note that is meant where the
/// file calls it otherwise, and the passage where the note reads otherwise now.
pub(super) fn set_onto(file: &mut CoderFile, notes: &[ReadNote], findings: &mut Vec<Diagnostic>) {
    let places = Places::new(notes);
    let mut named: BTreeMap<String, String> = BTreeMap::new();
    let mut unknown: Vec<&String> = Vec::new();
    for id in &file.notes {
        match places.find(id, file.texts.get(id)) {
            Some(place) => {
                named.insert(id.clone(), notes[place].note_id.clone());
            }
            None => unknown.push(id),
        }
    }
    if !unknown.is_empty() {
        findings.push(unknown_notes(file, &unknown));
    }
    let mut by_note: BTreeMap<String, Vec<ReadCoding>> = BTreeMap::new();
    for coding in std::mem::take(&mut file.codings) {
        by_note
            .entry(coding.note_id.clone())
            .or_default()
            .push(coding);
    }
    for (id, mut codings) in by_note {
        let Some(now) = named.get(&id) else {
            continue;
        };
        let text = places.ids.get(now.as_str()).map(|&at| &notes[at].text);
        if let (Some(text), Some(old)) = (text, file.texts.get(&id))
            && text != old
            && !text.is_empty()
        {
            findings.extend(moved(&file.path, now, &mut codings, (old, text)));
        }
        for mut coding in codings {
            coding.note_id.clone_from(now);
            file.codings.push(coding);
        }
    }
    let rename = |id: &String| named.get(id).cloned();
    file.notes = file.notes.iter().filter_map(rename).collect();
    let batches = std::mem::take(&mut file.batches);
    let renamed = batches
        .into_iter()
        .filter_map(|(id, b)| Some((rename(&id)?, b)));
    file.batches = renamed.collect();
}

/// The notes that are compared, by what a file may call them.
struct Places<'n> {
    ids: BTreeMap<&'n str, usize>,
    /// By text, where only one note has it.
    texts: BTreeMap<&'n str, Option<usize>>,
    /// By file name without folder and ending, where only one note has it.
    stems: BTreeMap<&'n str, Option<usize>>,
}

impl<'n> Places<'n> {
    fn new(notes: &'n [ReadNote]) -> Self {
        let mut own = Self {
            ids: BTreeMap::new(),
            texts: BTreeMap::new(),
            stems: BTreeMap::new(),
        };
        for (place, note) in notes.iter().enumerate() {
            own.ids.insert(&note.note_id, place);
            let once = |known: &mut Option<usize>| *known = None;
            let text = own.texts.entry(&note.text);
            text.and_modify(once).or_insert(Some(place));
            let name = own.stems.entry(stem(&note.note_id));
            name.and_modify(once).or_insert(Some(place));
        }
        own
    }

    /// The note of an id; of a project's note, which programs name as they like, also by its text or
    /// its file's name.
    fn find(&self, id: &str, text: Option<&String>) -> Option<usize> {
        if let Some(&place) = self.ids.get(id) {
            return Some(place);
        }
        let text = text?;
        let same = self.texts.get(text.as_str()).copied().flatten();
        same.or_else(|| self.stems.get(stem(id)).copied().flatten())
    }
}

/// A file's name without folder and ending.
pub(super) fn stem(id: &str) -> &str {
    let name = id.rsplit(['/', '\\']).next().unwrap_or(id);
    match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.len() <= 5 => stem,
        _ => name,
    }
}

/// Moves a note's codings from its old text into the new one; those that are lost are taken out.
fn moved(
    path: &Path,
    note: &str,
    codings: &mut Vec<ReadCoding>,
    (old, new): (&str, &str),
) -> Vec<Diagnostic> {
    let reanchorer = Reanchorer::new(new, Some(old));
    let (before, after) = (CodePoints::new(old), CodePoints::new(new));
    let old_sha256 = hex_sha256(old.as_bytes());
    let (mut moved, mut changed, mut lost) = (0, Vec::new(), Vec::new());
    codings.retain_mut(|coding| {
        if !is_of_version(coding, (old, &before), &old_sha256) {
            return true;
        }
        let Located::At { start, end, .. } = coding.located else {
            return true;
        };
        let Some(span) = before.span(start, end) else {
            return true;
        };
        let words = span.slice(old);
        let found = reanchorer.find(&CodedPassage { words, start, end });
        let Some(span) = found.span else {
            lost.push(format!("{} {words:?}", coding.code));
            return false;
        };
        let (first, last) = after.pair(span);
        match found.status {
            Anchor::Changed => changed.push(format!("{} {words:?}", coding.code)),
            _ if (first, last) != (start, end) => moved += 1,
            _ => {}
        }
        coding.located = Located::At {
            start: first,
            end: last,
            text: Some(span.slice(new).to_owned()),
        };
        true
    });
    let message = format!(
        "Note {note} reads otherwise than when it was coded here: {moved} codings moved, {} changed, {} \
         lost.",
        changed.len(),
        lost.len()
    );
    let list = |what: &str, all: &[String]| {
        let some: Vec<&str> = all.iter().take(NAMED_MAX).map(String::as_str).collect();
        if some.is_empty() {
            String::new()
        } else {
            format!("{what}: {}. ", some.join("; "))
        }
    };
    let hint = format!("{}{}", list("Lost", &lost), list("Changed", &changed));
    vec![finding("V704", path, message, hint.trim_end().to_owned())]
}

/// Whether a coding was made in a version of its note, as its row says itself: by the hash of the note's
/// text, else by the words that it quotes. A row that says neither is of the version that lies beside it.
/// What is of another version is placed by its words.
fn is_of_version(
    coding: &ReadCoding,
    (text, points): (&str, &CodePoints<'_>),
    sha256: &str,
) -> bool {
    if !coding.note_sha256.is_empty() && !coding.note_sha256.eq_ignore_ascii_case(sha256) {
        return false;
    }
    match &coding.located {
        Located::At {
            start,
            end,
            text: Some(words),
        } => points
            .span(*start, *end)
            .is_some_and(|span| same_words(span.slice(text), words)),
        _ => true,
    }
}

fn unknown_notes(file: &CoderFile, unknown: &[&String]) -> Diagnostic {
    let some: Vec<&str> = unknown
        .iter()
        .take(NAMED_MAX)
        .map(|id| id.as_str())
        .collect();
    let more = match unknown.len().saturating_sub(NAMED_MAX) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let message = format!(
        "{}: {} of its notes are not among the notes that are compared: {}{more}.",
        file.name,
        unknown.len(),
        some.join(", ")
    );
    let hint = "A note goes by the note_id of notes.jsonl; codings of other notes are left out.";
    finding("V705", &file.path, message, hint.to_owned())
}

/// A finding about a file as a whole.
pub(super) fn finding(
    rule: &'static str,
    path: &Path,
    message: String,
    hint: String,
) -> Diagnostic {
    Diagnostic::warning(rule, Place::file(path), message, hint)
}
