//! A codebook: the codes, what they mean, and the patterns that find them.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::coding::{Assertion, PatternId, PatternRole};
use super::pattern::Pattern;

/// A code's path in the tree, `/` between (`coping/self_care`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodePath(String);

impl CodePath {
    /// Names a code.
    pub fn new(path: impl Into<String>) -> Self {
        Self(path.into())
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How many codes it lies below.
    pub fn depth(&self) -> usize {
        self.0.matches('/').count()
    }

    /// Whether `other` stands somewhere under this code.
    pub fn is_ancestor_of(&self, other: &Self) -> bool {
        other
            .0
            .strip_prefix(&self.0)
            .is_some_and(|rest| rest.starts_with('/'))
    }
}

impl fmt::Display for CodePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A code's place in [`Codebook::codes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CodeIndex(pub u16);

/// A whole codebook.
#[derive(Debug, Clone)]
pub struct Codebook {
    /// Its name.
    pub name: String,
    /// Its version, as written.
    pub version: String,
    /// ISO 639-1 code of the notes' language.
    pub language: String,
    /// A researcher's remark on the whole.
    pub memo: String,
    /// Named lists of words or phrases.
    pub word_lists: BTreeMap<String, Vec<Pattern>>,
    /// The codes in the order of the file, a parent before its children.
    pub codes: Vec<Code>,
    /// SHA-256 of the file, in hex.
    pub sha256: String,
}

impl Codebook {
    /// The code of that path.
    pub fn find(&self, path: &str) -> Option<CodeIndex> {
        let index = self.codes.iter().position(|c| c.path.as_str() == path)?;
        Some(CodeIndex(index as u16))
    }

    /// The code at an index.
    ///
    /// # Panics
    /// Where the index is another codebook's.
    pub fn code(&self, index: CodeIndex) -> &Code {
        &self.codes[index.0 as usize]
    }

    /// The pattern of an id; none where the id is another codebook's, or a person coded.
    pub fn pattern(&self, id: PatternId) -> Option<&Pattern> {
        let code = self.codes.get(id.code.0 as usize)?;
        let list = match id.role {
            PatternRole::Finds => &code.patterns,
            PatternRole::Opposes => &code.opposites,
            PatternRole::TakesAway => &code.unless,
        };
        list.get(id.index as usize)
    }

    /// A code and all below it, in order.
    pub fn subtree(&self, root: CodeIndex) -> impl Iterator<Item = CodeIndex> {
        let path = &self.code(root).path;
        let belongs =
            move |&code: &CodeIndex| code == root || path.is_ancestor_of(&self.code(code).path);
        self.indices().filter(belongs)
    }

    /// All code indices in order.
    pub fn indices(&self) -> impl Iterator<Item = CodeIndex> + use<> {
        (0..self.codes.len() as u16).map(CodeIndex)
    }
}

/// One code.
#[derive(Debug, Clone)]
pub struct Code {
    /// Its path in the tree.
    pub path: CodePath,
    /// Its parent.
    pub parent: Option<CodeIndex>,
    /// Its name for people.
    pub name: String,
    /// What a passage must say to be coded.
    pub definition: String,
    /// What belongs to it.
    pub include: Vec<String>,
    /// What does not.
    pub exclude: Vec<String>,
    /// Sentences that it codes.
    pub examples: Vec<Example>,
    /// Sentences in which no coding of it may count.
    pub counterexamples: Vec<Example>,
    /// What finds it.
    pub patterns: Vec<Pattern>,
    /// What says the plain contrary: coded, assertion negated.
    pub opposites: Vec<Pattern>,
    /// What takes an overlapping match away.
    pub unless: Vec<Pattern>,
    /// The assertions that count towards "present".
    pub count: Vec<Assertion>,
    /// How far a match may reach.
    pub scope: Scope,
    /// A researcher's remark.
    pub memo: String,
    /// Line of its `id` in the file, from 1.
    pub line: u32,
}

/// How far a pattern's words may lie apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// Within one sentence.
    #[default]
    Sentence,
    /// Anywhere in the note.
    Note,
}

/// A sentence that shows what a code is, or is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The sentence.
    pub text: String,
    /// For an example: the assertion that its coding must have (default affirmed).
    pub assertion: Option<Assertion>,
    /// Line in the file, from 1.
    pub line: u32,
}
