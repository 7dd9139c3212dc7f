//! The names that a question may use, and the nearest one to a slip.

use crate::text::edits;
use crate::text::{Span, fold};

use super::parse::Problem;

/// The names that a question may use.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// The codebook's codes, in its order.
    pub codes: Vec<CodeName>,
    /// The study's participants; empty where they are not known yet and not checked.
    pub participants: Vec<String>,
    /// Its session types; empty where they are not known yet, as are the following.
    pub session_types: Vec<String>,
    /// The ids of its notes.
    pub notes: Vec<String>,
    /// Who wrote them.
    pub authors: Vec<String>,
    /// Their settings.
    pub settings: Vec<String>,
    /// Their sections.
    pub sections: Vec<String>,
    /// People who coded.
    pub coders: Vec<String>,
}

/// A code as a question may name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeName {
    /// Its path.
    pub path: String,
    /// Its name for people.
    pub name: String,
}

impl Vocabulary {
    /// The code of a path, of a path's last part that no other code shares, or of a name.
    fn code(&self, text: &str, place: Span) -> Result<usize, Problem> {
        let folded = fold(text);
        let is = |other: &str| fold(other) == folded;
        if let Some(found) = self.codes.iter().position(|c| is(&c.path)) {
            return Ok(found);
        }
        let last = |c: &CodeName| is(c.path.rsplit('/').next().unwrap_or_default());
        let like: Vec<usize> = (0..self.codes.len())
            .filter(|&i| last(&self.codes[i]) || is(&self.codes[i].name))
            .collect();
        let paths: Vec<&str> = self.codes.iter().map(|c| c.path.as_str()).collect();
        match like.as_slice() {
            [one] => Ok(*one),
            [] => {
                let hint = match nearest(text, &paths) {
                    Some(near) => format!("Did you mean {near}?"),
                    None => listed(&paths),
                };
                Err(Problem::new(
                    place,
                    format!("There is no code {text:?}."),
                    hint,
                ))
            }
            several => {
                let paths: Vec<&str> = several.iter().map(|&i| paths[i]).collect();
                let hint = format!("Write its path: {}.", paths.join(" or "));
                let message = format!("{} codes are called {text:?}.", paths.len());
                Err(Problem::new(place, message, hint))
            }
        }
    }

    /// A code and all below it.
    pub(super) fn subtree(&self, text: &str, place: Span) -> Result<Vec<bool>, Problem> {
        let root = &self.codes[self.code(text, place)?].path;
        let below = |path: &str| {
            path.strip_prefix(root.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        Ok(self.codes.iter().map(|c| below(&c.path)).collect())
    }

    /// A code without those below it.
    pub(super) fn itself(&self, text: &str, place: Span) -> Result<Vec<bool>, Problem> {
        let one = self.code(text, place)?;
        Ok((0..self.codes.len()).map(|i| i == one).collect())
    }
}

/// The first names of a list, as a sentence.
pub(super) fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 20;
    let more = if names.len() > SHOWN { " ..." } else { "" };
    let shown = &names[..names.len().min(SHOWN)];
    format!("There are: {}{more}.", shown.join(", "))
}

/// The known name that is nearest in writing, if it is near enough to be a slip.
pub(super) fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let word = word.to_lowercase();
    let distance = |k: &str| {
        let last = k.rsplit('/').next().unwrap_or(k).to_lowercase();
        edits(&word, &k.to_lowercase()).min(edits(&word, &last))
    };
    let near = known.iter().map(|k| (distance(k), *k)).min();
    near.filter(|(edits, _)| *edits <= 1 + word.chars().count() / 4)
        .map(|(_, k)| k)
}
