//! Builds an index, note by note, in bounded memory.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use tantivy::schema::TantivyDocument;
use tantivy::{Index, IndexWriter};

use crate::error::{Error, Result};
use crate::model::codebook::Codebook;
use crate::model::coded::CodedNote;
use crate::text::{Stemmer, Words, fold};

use super::failed;
use super::schema::Fields;
use super::stored::{ABOUT_FILE, AboutIndex, AboutNote, FORMAT};

/// Memory that the writer may fill before it writes a segment.
const WRITER_BYTES: usize = 50 << 20;
/// Word forms whose stems are kept; a corpus seldom has more.
const STEMS_MAX: usize = 200_000;

/// Builds an index of notes that come in corpus order.
pub struct Builder {
    dir: PathBuf,
    language: String,
    fields: Fields,
    writer: IndexWriter,
    stemmer: Stemmer,
    stems: HashMap<String, String>,
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder")
            .field("dir", &self.dir)
            .finish_non_exhaustive()
    }
}

impl Builder {
    /// Begins an index in a folder, which is created; `language` is the codebook's.
    ///
    /// # Errors
    /// Where the folder cannot be written or holds an index already.
    pub fn create(dir: &Path, language: &str) -> Result<Self> {
        fs::create_dir_all(dir).map_err(|e| Error::io("create the index", dir, e))?;
        let fields = Fields::new();
        let index = Index::create_in_dir(dir, fields.schema.clone())
            .map_err(|e| failed("create the index", dir, &e))?;
        let writer = index
            .writer_with_num_threads(1, WRITER_BYTES)
            .map_err(|e| failed("create the index", dir, &e))?;
        Ok(Self {
            dir: dir.to_owned(),
            language: language.to_owned(),
            fields,
            writer,
            stemmer: Stemmer::new(language),
            stems: HashMap::new(),
        })
    }

    /// Adds a note with its codings.
    ///
    /// # Errors
    /// Where the index cannot be written.
    pub fn add(&mut self, coded: &CodedNote<'_>, codebook: &Codebook) -> Result<()> {
        let about = AboutNote::new(coded, codebook);
        let mut doc = TantivyDocument::new();
        let fields = self.fields.clone();
        let (forms, stems) = self.tokens(&coded.layout.words);
        doc.add_text(fields.form, forms);
        doc.add_text(fields.stem, stems);
        doc.add_text(fields.participant, fold(&about.participant));
        let mut types: Vec<&str> = about
            .sections
            .iter()
            .map(|(.., name)| name.as_str())
            .collect();
        types.push(&about.session_type);
        types.sort_unstable();
        types.dedup();
        for name in types {
            doc.add_text(fields.session_type, name);
        }
        for code in codes(&about) {
            doc.add_text(fields.code, code);
        }
        doc.add_u64(fields.date, coded.note.date.value.map_or(0, day_number));
        doc.add_u64(fields.order, coded.index as u64);
        doc.add_text(fields.text, coded.text);
        let json = serde_json::to_string(&about)
            .map_err(|e| Error::other(format!("could not describe a note for the index: {e}.")))?;
        doc.add_text(fields.about, json);
        self.writer
            .add_document(doc)
            .map_err(|e| failed("write the index", &self.dir, &e))?;
        Ok(())
    }

    /// Writes what is left and closes the index.
    ///
    /// # Errors
    /// Where the index cannot be written.
    pub fn finish(mut self) -> Result<()> {
        self.writer
            .commit()
            .map_err(|e| failed("write the index", &self.dir, &e))?;
        self.writer
            .wait_merging_threads()
            .map_err(|e| failed("write the index", &self.dir, &e))?;
        let about = AboutIndex {
            format: FORMAT,
            language: self.language,
        };
        let json = serde_json::to_string(&about)
            .map_err(|e| Error::other(format!("could not describe the index: {e}.")))?;
        let path = self.dir.join(ABOUT_FILE);
        fs::write(&path, json).map_err(|e| Error::io("write the index", &path, e))
    }

    /// The words and their stems, each list in one string with a blank between: the index parts
    /// them there again, which costs it less than a list of tokens.
    fn tokens(&mut self, words: &Words) -> (String, String) {
        if self.stems.len() > STEMS_MAX {
            self.stems.clear();
        }
        let (mut forms, mut stems) = (String::new(), String::new());
        for position in 0..words.len() {
            let form = words.form(position);
            if !self.stems.contains_key(form) {
                self.stems.insert(form.to_owned(), self.stemmer.stem(form));
            }
            add_word(&mut forms, form);
            add_word(
                &mut stems,
                self.stems.get(form).map_or(form, String::as_str),
            );
        }
        (forms, stems)
    }
}

/// Adds a word; one that folds to nothing still takes its place.
fn add_word(list: &mut String, word: &str) {
    list.push_str(if word.is_empty() { "_" } else { word });
    list.push(' ');
}

/// The note's codes and all their ancestors, each once.
fn codes(about: &AboutNote) -> Vec<&str> {
    let mut codes: Vec<&str> = about
        .codings
        .iter()
        .flat_map(|c| {
            let ends = c
                .code
                .match_indices('/')
                .map(|(at, _)| at)
                .chain([c.code.len()]);
            ends.map(|end| crate::text::Span::new(0, end).slice(&c.code))
        })
        .collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// A date as one number that sorts as it does.
pub(super) fn day_number(date: jiff::civil::Date) -> u64 {
    let year = date.year().max(0) as u64;
    year * 10_000 + date.month() as u64 * 100 + date.day() as u64
}
