//! Where the codings stood that memos are on: `.verbatim/memo_places.jsonl` beside `memos.csv`.
//!
//! A memo names its coding by an id that follows from note, code and place. Once one of these changed, the id
//! is no coding's any more, and nothing but this tells what it was. It holds what the notes hold, for its
//! owner only.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::decided_texts::own_file;

/// Its place beside the memos.
const FILE: &str = ".verbatim/memo_places.jsonl";

/// A coding and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoPlace {
    /// Its id.
    pub coding_id: String,
    /// Its note.
    pub note_id: String,
    /// The code's path.
    pub code: String,
    /// Its first code point.
    pub start: usize,
    /// The code point after its last.
    pub end: usize,
    /// Its words.
    pub text: String,
}

impl MemoPlace {
    /// The coding of the same note and code that is most like it: of the same words, else one that holds
    /// them or stands in them; of several the nearest.
    pub fn nearest<'p>(&self, now: &'p [Self]) -> Option<&'p Self> {
        let own = now
            .iter()
            .filter(|p| p.note_id == self.note_id && p.code == self.code);
        let rank = |p: &&Self| (p.text != self.text, p.start.abs_diff(self.start), p.start);
        let is_like = |p: &&Self| {
            !p.text.is_empty() && (p.text.contains(&self.text) || self.text.contains(&p.text))
        };
        own.filter(is_like).min_by_key(rank)
    }
}

/// What is known of codings by their ids.
#[derive(Debug, Default)]
pub struct MemoPlaces {
    path: PathBuf,
    known: Vec<MemoPlace>,
}

impl MemoPlaces {
    /// What is kept beside a study's memos; a line that cannot be read is passed over.
    pub fn beside(memos: &Path) -> Self {
        let path = memos.parent().unwrap_or(Path::new("")).join(FILE);
        let text = fs::read_to_string(&path).unwrap_or_default();
        let known = text
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        Self {
            known: known.collect(),
            path,
        }
    }

    /// The coding of an id.
    pub fn of(&self, coding_id: &str) -> Option<&MemoPlace> {
        self.known.iter().find(|place| place.coding_id == coding_id)
    }

    /// Keeps a coding; a study that cannot be written to is coded all the same.
    pub fn keep(&mut self, place: MemoPlace) {
        if self.of(&place.coding_id).is_some() {
            return;
        }
        if let (Ok(mut file), Ok(line)) = (own_file(&self.path), serde_json::to_string(&place)) {
            let _unkept = writeln!(file, "{line}");
        }
        self.known.push(place);
    }
}
