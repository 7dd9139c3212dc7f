//! What header lines look like, and whether they say enough to head a note.

use std::collections::BTreeMap;

use super::blocks::HEADER_BYTES_MAX;
use super::recognise::{HeaderLine, Recogniser};
use super::whole::Whole;
use crate::text::Span;

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
    /// They begin with initials, and say a session: the list of a day's people.
    Person,
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

/// Lines that are read as header lines, with where they stand.
pub(super) type Found = Vec<(usize, HeaderLine)>;

/// A text's lines that are read as header lines: by shape, and all of them.
pub(super) fn groups(
    text: &str,
    lines: &[Span],
    recogniser: &Recogniser,
) -> (BTreeMap<Shape, Found>, Found) {
    let mut groups: BTreeMap<Shape, Found> = BTreeMap::new();
    let (mut all, mut people) = (Vec::new(), Vec::new());
    for (i, line) in lines.iter().enumerate() {
        let line = line.slice(text);
        if line.trim().is_empty() || line.len() > HEADER_BYTES_MAX {
            continue;
        }
        if let Some(found) = recogniser.is_header_line(line) {
            let shape = Shape::of(line, found);
            all.push((i, found));
            if matches!(shape, Shape::Word(_)) && says_all(found) {
                groups.entry(Shape::Said).or_default().push((i, found));
            }
            groups.entry(shape).or_default().push((i, found));
            if let Some(person) = recogniser.opens_with_person(line, found) {
                let participant = true;
                people.push((
                    person,
                    (
                        i,
                        HeaderLine {
                            participant,
                            ..found
                        },
                    ),
                ));
            }
        }
    }
    if people.iter().any(|(person, _)| *person != people[0].0) {
        let lines = people.into_iter().map(|(_, line)| line);
        groups.insert(Shape::Person, lines.collect());
    }
    (groups, all)
}

/// Fewest keys of a row of fields that is known by them.
const ROW_KEYS_MIN: usize = 2;

/// The keys of a row of fields in their order ("date cpt clin"), whatever their values; none where
/// it has too few to be known by them.
pub(super) fn keys_in_row(line: &str) -> Option<String> {
    let mut pieces = line.split(':');
    pieces.next_back();
    let last_words = pieces.filter_map(|piece| piece.split_whitespace().next_back());
    let is_key = |word: &&str| word.contains(char::is_alphabetic);
    let keys: Vec<String> = last_words.filter(is_key).map(str::to_lowercase).collect();
    (keys.len() >= ROW_KEYS_MIN).then(|| keys.join(" "))
}

/// Rows of the same keys as header lines have that were read as such, and that are none by their
/// own values ("DATE: 3/20/19  CPT: none").
pub(super) fn rows_alike(
    whole: Whole<'_>,
    group: &[(usize, HeaderLine)],
) -> Vec<(usize, HeaderLine)> {
    let mut known: BTreeMap<String, HeaderLine> = BTreeMap::new();
    for (at, found) in group {
        known.extend(keys_in_row(whole.line(*at)).map(|keys| (keys, *found)));
    }
    if known.is_empty() {
        return Vec::new();
    }
    let is_known = |at: usize| whole.found.iter().any(|(line, _)| *line == at);
    let rows = (0..whole.lines.len()).filter_map(|at| {
        let line = whole.line(at);
        let about = known.get(&keys_in_row(line)?)?;
        let fits = line.len() <= HEADER_BYTES_MAX && whole.recogniser.is_field(line);
        (fits && !is_known(at)).then_some((at, *about))
    });
    rows.collect()
}
