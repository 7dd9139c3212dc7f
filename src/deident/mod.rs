//! Finds what names a person in a note: the identifiers of HIPAA Safe Harbor that text can carry.
//!
//! Comes in: a text, its words, and the names that the study's tables know. Goes out: identifiers
//! with what told each, in order and without overlaps. Everything follows from rules that a
//! researcher can read (`codebooks/identifiers/`). No machine finds everything: a person looks
//! through what was found, and through the text, before anything leaves the house.

mod addresses;
mod characteristics;
mod dates;
mod lexicon;
mod names;
mod numbers;
mod paths;
mod places;
mod prose;
mod pseudonyms;

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Result;
use crate::model::corpus::{Corpus, ParticipantId};
use crate::model::identifier::{Identifier, IdentifierKind, IdentifierRules};
use crate::text::{Span, Words, fold, named_code};

pub use characteristics::Characteristics;
pub use paths::mask_path;
pub use pseudonyms::Pseudonyms;

pub use crate::model::identifier::{mask, mask_inside};

use lexicon::Lexicon;
use prose::{Prose, pieces};

/// What every output of this module has to say of itself.
pub const CAVEAT: &str = "No machine finds everything. Names, places and dates that follow no rule stand as \
    they were, and words that are none may be masked: let a person read what leaves the house.";

/// A passage that a finder took for an identifier.
#[derive(Debug, Clone)]
struct Found {
    span: Span,
    kind: IdentifierKind,
    why: String,
    /// What decides where two claim one passage, the smallest first.
    rank: u8,
}

impl Found {
    fn new(span: Span, kind: IdentifierKind, why: String) -> Self {
        let rank = rank(kind);
        Self {
            span,
            kind,
            why,
            rank,
        }
    }

    /// What a cue names is surer than what only has a shape.
    fn cued(span: Span, kind: IdentifierKind, why: String) -> Self {
        Self {
            rank: 0,
            ..Self::new(span, kind, why)
        }
    }
}

/// Names that the study itself knows: participants' names and initials, authors of notes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    words: BTreeSet<String>,
    initials: BTreeSet<String>,
    /// Names that stand in a participant's notes, of which each is masked in all of them.
    of_people: BTreeMap<ParticipantId, BTreeSet<String>>,
}

impl Known {
    /// Takes names from the participants' table and from who wrote the notes. Ids with digits, as
    /// `P01`, name nobody.
    pub fn of(corpus: &Corpus) -> Self {
        let mut known = Self::default();
        for participant in &corpus.participants {
            known.add(participant.id.as_str());
            for alias in &participant.aliases {
                known.add(alias);
            }
            let named = participant
                .fields
                .iter()
                .filter(|(header, _)| is_name_column(header));
            for (_, value) in named {
                known.add(value);
            }
        }
        for note in &corpus.notes {
            known.add(&note.author);
        }
        known
    }

    /// Takes names from one of a participant's notes: what tells of a name need not stand in the next.
    pub fn learn(&mut self, participant: &ParticipantId, names: BTreeSet<String>) {
        if !names.is_empty() {
            let known = self.of_people.entry(participant.clone()).or_default();
            known.extend(names);
        }
    }

    /// Takes one name, or initials; of a name with a code beside it, the name.
    pub fn add(&mut self, name: &str) {
        let name = named_code(name).map_or(name, |(name, _)| name);
        if name.bytes().any(|b| b.is_ascii_digit()) {
            return;
        }
        let letters: String = name.chars().filter(|c| c.is_alphabetic()).collect();
        let upper = letters.chars().all(char::is_uppercase);
        let length = letters.chars().count();
        if upper && (2..=3).contains(&length) {
            self.initials.insert(letters);
            return;
        }
        for piece in pieces(name) {
            const SMALL: [&str; 21] = [
                "de",
                "la",
                "van",
                "der",
                "von",
                "the",
                "dr",
                "mr",
                "mrs",
                "ms",
                "and",
                "rn",
                "md",
                "of",
                "unknown",
                "none",
                "staff",
                "clinic",
                "patient",
                "participant",
                "therapist",
            ];
            let credential = name.split([' ', ',']).any(|w| {
                w.len() <= 6
                    && w.chars().filter(|c| c.is_uppercase()).count() > 1
                    && fold(w) == piece.as_str()
            });
            if piece.chars().count() > 2 && !credential && !SMALL.contains(&piece.as_str()) {
                self.words.insert(piece);
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.words.is_empty() && self.initials.is_empty()
    }
}

fn is_name_column(header: &str) -> bool {
    let words = pieces(header);
    let names = [
        "name",
        "surname",
        "firstname",
        "lastname",
        "fullname",
        "nickname",
    ];
    words.iter().any(|word| names.contains(&word.as_str()))
}

/// Finds identifiers by one set of rules.
#[derive(Debug)]
pub struct Finder {
    lexicon: Lexicon,
}

impl Finder {
    /// Makes rules ready.
    ///
    /// # Errors
    /// Where a pattern of theirs is no regular expression.
    pub fn new(rules: &IdentifierRules) -> Result<Self> {
        Ok(Self {
            lexicon: Lexicon::new(rules)?,
        })
    }

    /// Finds the identifiers of a text.
    pub fn find(&self, text: &str, known: &Known) -> Vec<Identifier> {
        self.find_in((text, &Words::new(text)), known, None)
    }

    /// The names of people that a note holds, as [`Known::learn`] takes them: folded, and none that
    /// is a word, too.
    pub fn names_in(&self, text: &str, known: &Known) -> BTreeSet<String> {
        let words = Words::new(text);
        names::parts(&Prose::new(text, &words, &self.lexicon), known)
    }

    /// Finds the identifiers of a participant's note whose words are known already.
    pub fn find_in(
        &self,
        (text, words): (&str, &Words),
        known: &Known,
        participant: Option<&ParticipantId>,
    ) -> Vec<Identifier> {
        let prose = Prose::new(text, words, &self.lexicon);
        let mut found = Vec::new();
        self.web(text, &mut found);
        numbers::find(&prose, &self.lexicon, &mut found);
        addresses::find(&prose, &mut found);
        dates::find(&prose, &mut found);
        places::find(&prose, &mut found);
        let elsewhere = participant.and_then(|id| known.of_people.get(id));
        names::find(&prose, (known, elsewhere), &mut found);
        settle(found, text)
    }

    fn web(&self, text: &str, out: &mut Vec<Found>) {
        for shape in self.lexicon.web.iter().filter(|s| text.contains(&s.sign)) {
            for found in shape.regex.find_iter(text) {
                let before = Span::new(0, found.start()).slice(text).chars().next_back();
                let glued = before.is_some_and(char::is_alphanumeric);
                let trimmed = found
                    .as_str()
                    .trim_end_matches(['.', ',', ';', ':', ')', ']', '\'', '’']);
                if !glued {
                    let span = Span::new(found.start(), found.start() + trimmed.len());
                    out.push(Found::new(span, shape.kind, shape.why.clone()));
                }
            }
        }
    }
}

/// How sure a kind is where two claim one passage: shapes before words.
fn rank(kind: IdentifierKind) -> u8 {
    match kind {
        IdentifierKind::Email | IdentifierKind::Url => 1,
        IdentifierKind::Age90 | IdentifierKind::Date => 2,
        IdentifierKind::Phone => 3,
        IdentifierKind::Address => 4,
        IdentifierKind::Place => 5,
        IdentifierKind::Name => 6,
        IdentifierKind::Id => 7,
        IdentifierKind::Other => 8,
    }
}

/// Of what overlaps, the longest tells the kind; of the same length, the surer kind. All that any of
/// them covers is masked.
fn settle(mut found: Vec<Found>, text: &str) -> Vec<Identifier> {
    found.retain(|f| !f.span.trim(text).is_empty());
    // The sort is stable: of two findings alike the first told stands.
    found.sort_by_key(|f| (f.span.start, std::cmp::Reverse(f.span.end), f.rank));
    let mut out: Vec<Identifier> = Vec::new();
    let mut told = 0;
    for next in found {
        let length = next.span.len();
        match out.last_mut() {
            Some(last) if last.span.overlaps(next.span) => {
                last.span = last.span.union(next.span);
                if length > told {
                    (last.kind, last.why, told) = (next.kind, next.why, length);
                }
            }
            _ => {
                told = length;
                out.push(Identifier {
                    span: next.span,
                    kind: next.kind,
                    why: next.why,
                });
            }
        }
    }
    out
}

#[cfg(test)]
mod tests;
