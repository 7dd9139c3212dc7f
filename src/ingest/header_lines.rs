//! What header lines look like, and whether they say enough to head a note.

use super::recognise::HeaderLine;

/// What header lines of one file have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shape {
    /// They begin with the same marks (`===`, `##`, `[`).
    Marked(String),
    /// They are `key: value` with the same first key.
    Keyed(String),
    /// They begin with the same word (`Encounter`).
    Word(String),
    /// They begin with a number, as dates do.
    Number,
    /// They say a session and its day, in words that differ ("Intake 3 Oct", "Integration 8 Oct").
    Said,
}

impl Shape {
    /// The shape of a line that is read as a header.
    pub(super) fn of(line: &str, found: HeaderLine) -> Self {
        let line = line.trim();
        let marks: String = line
            .chars()
            .take_while(|c| !c.is_alphanumeric() && !c.is_whitespace())
            .collect();
        if !marks.is_empty() {
            return Self::Marked(marks);
        }
        let word: String = line.chars().take_while(|c| c.is_alphanumeric()).collect();
        if found.keyed {
            return Self::Keyed(word.to_lowercase());
        }
        if found.opens_dated || word.starts_with(|c: char| c.is_ascii_digit()) {
            return Self::Number;
        }
        Self::Word(word.to_lowercase())
    }

    /// Whether its lines begin with marks.
    pub(super) fn is_ruled(&self) -> bool {
        matches!(self, Self::Marked(_))
    }
}

/// Whether a line says nothing but a date, as lines inside one note do.
pub(super) fn is_bare(found: HeaderLine) -> bool {
    let says_more = found.session || found.participant || found.author;
    !(says_more || found.ruled || found.keyed)
}

/// Whether a line says enough to head a note where it stands free.
pub(super) fn says_enough(found: HeaderLine) -> bool {
    let kinds = [found.date, found.participant, found.session, found.author];
    let kinds = kinds.iter().filter(|k| **k).count();
    if found.ruled {
        return kinds > 0;
    }
    (found.date && (found.other_words <= 4 || kinds > 1))
        || (found.keyed && kinds > 0)
        || (kinds > 1 && found.other_words <= 4)
}

/// Whether a line is a date and what was held on it, and no word more: it needs no empty line above.
pub(super) fn says_all(found: HeaderLine) -> bool {
    found.date && (found.session || found.participant) && found.other_words == 0
}
