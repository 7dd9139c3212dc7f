//! The pattern language, parsed.
//!
//! The grammar stands in the README ("Pattern language"); [`crate::codebook::parse_pattern`]
//! makes these values from its text and [`crate::coding`] runs them.

/// A pattern with the text it was written as and its place in the rule file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// The pattern as its author wrote it.
    pub source: String,
    /// Line in its file, from 1; 0 where it has none (the command line).
    pub line: u32,
    /// Column of its first character, from 1; 0 where it has none.
    pub column: u32,
    /// What it means.
    pub body: PatternBody,
}

/// A regular expression on the text, or words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatternBody {
    /// A regular expression on the folded text of a line, without its slashes.
    Regex(String),
    /// Words and their relations.
    Words(Near),
}

/// Sequences related by distance; operators bind from the left, and the left side grows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    /// The leftmost sequence.
    pub first: Seq,
    /// Each further operator with its right side.
    pub rest: Vec<(Op, Seq)>,
}

/// A relation between two spans; `n` words at most stand between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// `w/n`: either order.
    Within(u32),
    /// `pre/n`: the left side first.
    Before(u32),
    /// `not w/n`: the left side where the right side is not near.
    NotWithin(u32),
}

/// Words in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seq {
    /// The items, at least one.
    pub items: Vec<Item>,
}

/// One place of a sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What stands there.
    pub atom: Atom,
    /// Whether it may be missing (`?`).
    pub optional: bool,
}

/// What can stand at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Atom {
    /// A written word, cut into words as the text is (`self-care` is two in a row); folded.
    Word {
        /// The words in a row, at least one.
        words: Vec<String>,
        /// How they are compared; `Prefix` and `Fuzzy` hold for the last, stems for those before.
        form: WordForm,
    },
    /// `{name}`: an entry of a word list.
    List(String),
    /// `_` or `_{m,n}`: so many words of any kind.
    Gap {
        /// At least so many.
        min: u32,
        /// At most so many.
        max: u32,
    },
    /// `(a | b)`: one of several.
    Group(Vec<Near>),
}

/// The words of a written one, each with how it is compared: prefix and one edit hold for the last,
/// stems for those before.
pub fn word_forms(words: &[String], form: WordForm) -> impl Iterator<Item = (&str, WordForm)> {
    let last = words.len().saturating_sub(1);
    words.iter().enumerate().map(move |(at, word)| {
        let own = match form {
            WordForm::Prefix | WordForm::Fuzzy if at < last => WordForm::Stem,
            form => form,
        };
        (word.as_str(), own)
    })
}

/// How a written word is compared with the text's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WordForm {
    /// Any form of the same stem.
    Stem,
    /// `=word`: this form only.
    Exact,
    /// `word*`: words that start so.
    Prefix,
    /// `word~`: within one edit, never in the first letter.
    Fuzzy,
}
