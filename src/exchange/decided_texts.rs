//! The texts that people's decisions were made on: `.verbatim/decided_notes.jsonl` beside the decisions.
//!
//! Comes in: a note's text with its hash, once a decision on it is known. Goes out: the text of a hash, so
//! that a passage can be followed when its note was changed since. It holds what the notes hold, for its
//! owner only; without it a passage is looked for by its words alone.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::model::decision::Decision;
use crate::text::hex_sha256;

/// Its place beside the decisions.
const FOLDER: &str = ".verbatim";
const FILE: &str = "decided_notes.jsonl";

/// Digits of a SHA-256 in hex.
const HASH_LENGTH: usize = 64;

#[derive(Debug, Serialize, Deserialize)]
struct Line<'t> {
    sha256: std::borrow::Cow<'t, str>,
    text: std::borrow::Cow<'t, str>,
}

/// Texts by their hash; they stay on the disk until one is asked for.
#[derive(Debug, Default)]
pub struct DecidedTexts {
    path: PathBuf,
    /// Where the line of a hash begins.
    known: Mutex<HashMap<String, u64>>,
}

impl DecidedTexts {
    /// The texts beside a file of decisions; none where nothing was kept yet, or what was kept cannot
    /// be read.
    pub fn beside(decisions: &Path) -> Self {
        let folder = decisions.parent().unwrap_or(Path::new(""));
        let path = folder.join(FOLDER).join(FILE);
        let known = Mutex::new(places(&path));
        Self { path, known }
    }

    /// The text of a hash.
    pub fn text(&self, sha256: &str) -> Option<String> {
        let at = *self.known.lock().ok()?.get(sha256)?;
        let mut file = File::open(&self.path).ok()?;
        file.seek(SeekFrom::Start(at)).ok()?;
        let mut line = String::new();
        BufReader::new(file).read_line(&mut line).ok()?;
        let line: Line<'_> = serde_json::from_str(&line).ok()?;
        // What somebody edited is no longer what was decided on.
        (hex_sha256(line.text.as_bytes()) == sha256).then(|| line.text.into_owned())
    }

    /// The text that a decision was made on, where it is known and not the note's of today.
    pub fn made_on(&self, decision: &Decision, today_sha256: &str) -> Option<String> {
        let made_on = decision.note_sha256.as_str();
        let is_old = !made_on.is_empty() && made_on != today_sha256;
        is_old.then(|| self.text(made_on)).flatten()
    }

    /// Keeps a text, unless it is kept already.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn keep(&self, sha256: &str, text: &str) -> Result<()> {
        let Ok(mut known) = self.known.lock() else {
            return Ok(());
        };
        if known.contains_key(sha256) {
            return Ok(());
        }
        let failed = |e| Error::io("keep the note's text", &self.path, e);
        let line = Line {
            sha256: sha256.into(),
            text: text.into(),
        };
        let mut bytes = serde_json::to_vec(&line).map_err(|e| failed(e.into()))?;
        bytes.push(b'\n');
        let mut file = own_file(&self.path).map_err(failed)?;
        let at = whole_lines(&mut file).map_err(failed)?;
        file.write_all(&bytes).map_err(failed)?;
        known.insert(sha256.to_owned(), at);
        Ok(())
    }
}

/// Where each line begins; a half-written one is passed over.
fn places(path: &Path) -> HashMap<String, u64> {
    #[derive(Deserialize)]
    struct Head {
        sha256: String,
    }
    let mut places = HashMap::new();
    let Ok(file) = File::open(path) else {
        return places;
    };
    let mut reader = BufReader::new(file);
    let (mut at, mut line) = (0, Vec::new());
    while let Ok(length) = reader.read_until(b'\n', &mut line) {
        if length == 0 {
            break;
        }
        let sha256 = written_hash(&line).or_else(|| {
            let head = serde_json::from_slice::<Head>(&line);
            head.ok().map(|head| head.sha256)
        });
        places.extend(sha256.map(|sha256| (sha256, at)));
        at += length as u64;
        line.clear();
    }
    places
}

/// The hash of a whole line as this program writes it, without reading its text.
fn written_hash(line: &[u8]) -> Option<String> {
    let rest = line.strip_prefix(b"{\"sha256\":\"")?;
    let (hash, rest) = rest.split_at_checked(HASH_LENGTH)?;
    let is_whole = rest.starts_with(b"\",\"text\":\"") && rest.ends_with(b"\"}\n");
    let is_hash = is_whole && hash.iter().all(u8::is_ascii_hexdigit);
    is_hash.then(|| String::from_utf8_lossy(hash).into_owned())
}

/// The file, for its owner only.
pub(super) fn own_file(path: &Path) -> std::io::Result<File> {
    if let Some(folder) = path.parent().filter(|folder| !folder.is_dir()) {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true).read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Ends a line that somebody left half-written; gives where the next begins.
fn whole_lines(file: &mut File) -> std::io::Result<u64> {
    let length = file.metadata()?.len();
    if length == 0 {
        return Ok(0);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    if last == *b"\n" {
        return Ok(length);
    }
    file.write_all(b"\n")?;
    Ok(length + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_by_their_hash_also_behind_a_half_written_line() {
        let dir = tempfile::tempdir().unwrap();
        let decisions = dir.path().join("decisions.csv");
        let texts = DecidedTexts::beside(&decisions);
        let (one, two) = ("She said \"calm\".\n", "Größe 👩\u{200d}👧");
        let sha = |text: &str| hex_sha256(text.as_bytes());
        texts.keep(&sha(one), one).unwrap();
        let path = dir.path().join(".verbatim/decided_notes.jsonl");
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"{\"sha256\":\"x").unwrap();
        texts.keep(&sha(two), two).unwrap();
        texts.keep(&sha(two), two).unwrap();
        for texts in [&texts, &DecidedTexts::beside(&decisions)] {
            assert_eq!(texts.text(&sha(one)).as_deref(), Some(one));
            assert_eq!(texts.text(&sha(two)).as_deref(), Some(two));
            assert_eq!(texts.text("x"), None);
        }
        let kept = fs::read_to_string(&path).unwrap();
        assert_eq!(kept.matches("Größe").count(), 1);
        fs::write(&path, kept.replace("calm", "mad")).unwrap();
        assert_eq!(DecidedTexts::beside(&decisions).text(&sha(one)), None);
    }
}
