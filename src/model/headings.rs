//! Rules about the parts of a note, read from a section file: headings, abbreviations, marks.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

use super::coding::Voice;
use super::layout::{SectionDefault, Speaker};

/// Folded words to look up, each with a value; most others are told apart by their length and
/// first byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordMap<V> {
    words: HashMap<String, V, BuildHasherDefault<ShortHash>>,
    /// A bit for each first byte, by its lower six bits.
    first_bytes: u64,
    longest: usize,
}

/// A quick hash of short words that come from a rule file, not from an attacker (FNV-1a).
#[derive(Debug, Clone, Copy)]
struct ShortHash(u64);

impl Default for ShortHash {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for ShortHash {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &b in bytes {
            self.0 = (self.0 ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// Folded words to look up.
pub type WordSet = WordMap<()>;

impl<V> WordMap<V> {
    /// The value of a folded word.
    pub fn get(&self, word: &str) -> Option<&V> {
        let bit = word.bytes().next().map_or(0, |b| 1_u64 << (b & 63));
        if word.len() > self.longest || self.first_bytes & bit == 0 {
            return None;
        }
        self.words.get(word)
    }

    /// Whether it holds a folded word.
    pub fn contains(&self, word: &str) -> bool {
        self.get(word).is_some()
    }

    /// Its words, in no order.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.words.keys().map(String::as_str)
    }

    /// Bytes of the longest word.
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// Adds a word, gives back the value that it had.
    pub fn insert(&mut self, word: String, value: V) -> Option<V> {
        self.first_bytes |= word.bytes().next().map_or(0, |b| 1 << (b & 63));
        self.longest = self.longest.max(word.len());
        self.words.insert(word, value)
    }
}

impl<V> Default for WordMap<V> {
    fn default() -> Self {
        Self {
            words: HashMap::default(),
            first_bytes: 0,
            longest: 0,
        }
    }
}

impl FromIterator<String> for WordSet {
    fn from_iter<I: IntoIterator<Item = String>>(words: I) -> Self {
        let mut set = Self::default();
        for word in words {
            set.insert(word, ());
        }
        set
    }
}

/// Folded phrases to look up, their words apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PhraseSet {
    /// The phrases, each of at least one word.
    pub phrases: Vec<Vec<String>>,
    heads: WordSet,
}

impl PhraseSet {
    /// Whether a phrase begins with a folded word; most words are told apart at once.
    pub fn may_begin(&self, word: &str) -> bool {
        self.heads.contains(word)
    }
}

impl FromIterator<Vec<String>> for PhraseSet {
    fn from_iter<I: IntoIterator<Item = Vec<String>>>(phrases: I) -> Self {
        let phrases: Vec<_> = phrases.into_iter().filter(|p| !p.is_empty()).collect();
        Self {
            heads: phrases.iter().map(|p| p[0].clone()).collect(),
            phrases,
        }
    }
}

/// All rules about the parts of notes in one language.
#[derive(Debug, Clone, Default)]
pub struct SectionRules {
    /// ISO 639-1 code of its language.
    pub language: String,
    /// The headings in the order of the file.
    pub headings: Vec<HeadingRule>,
    /// Each heading as notes write it, folded, with its index in `headings`.
    pub terms: WordMap<usize>,
    /// Words of headings that stand for another (`hx`: history), or for nothing (`client's`).
    pub same_words: WordMap<String>,
    /// Single letters that head a paragraph where a note uses a family of them (`S O A P`).
    pub letters: BTreeMap<char, usize>,
    /// Words that begin a sentence with a colon at its end, never a heading ("She said:").
    pub not_headings: WordSet,
    /// Words behind a listed heading that make its line a sentence ("Call with husband, who says").
    pub not_titles: WordSet,
    /// Words of a title that say how somebody else's account came ("Telephone contact with").
    pub accounts: WordSet,
    /// Words between these and the person, and behind the person ("with mother of").
    pub account_links: WordSet,
    /// People who give such accounts, besides the speakers of transcripts.
    pub account_people: WordSet,
    /// Words that a session's part holds at least, with as many before it.
    pub session_words_min: usize,
    /// What a full stop may mean.
    pub stops: StopRules,
    /// Words behind a box that answer the label before it (`[x] yes`), folded.
    pub box_answers: WordSet,
    /// Marks that dictation speaks out.
    pub spoken: SpokenRules,
    /// What tells text in the participant's own words without quotation marks.
    pub transcript: TranscriptRules,
    /// How much text makes a note terse or detailed.
    pub detail: DetailRules,
    /// What counts as copied forward.
    pub copied: CopyRules,
    /// What counts as a template's text.
    pub boilerplate: BoilerplateRules,
}

impl SectionRules {
    /// A folded heading with each word by the one it stands for; none where that changes nothing.
    pub fn same_heading(&self, folded: &str) -> Option<String> {
        let words = || folded.split_whitespace();
        if !words().any(|w| self.same_words.contains(w)) {
            return None;
        }
        let stands_for = |w| self.same_words.get(w).map_or(w, String::as_str);
        let words: Vec<&str> = words().map(stands_for).filter(|w| !w.is_empty()).collect();
        Some(words.join(" "))
    }
}

/// One heading and what it says of its section.
#[derive(Debug, Clone, Default)]
pub struct HeadingRule {
    /// The canonical name (`plan`).
    pub name: String,
    /// What it says of passages in which no cue decides.
    pub default: SectionDefault,
    /// The voice of its passages where nothing else tells it.
    pub voice: Option<Voice>,
    /// The session type it names.
    pub session_type: Option<String>,
    /// Whether it states a finding itself and stays with its value ("Side effects: none").
    pub is_field: bool,
    /// How far its default holds where it stands before text on its own line.
    pub holds_for: HoldsFor,
    /// Whether it may stand inside a part of another session type without ending it.
    pub keeps_session: bool,
}

/// How far the default of a heading before text on its own line holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HoldsFor {
    /// For its paragraph.
    #[default]
    Paragraph,
    /// For one sentence ("Intention: roots.").
    Sentence,
    /// For its line, with the lines that go on from it and the list below it.
    Line,
    /// To where prose about the participant begins, also behind a heading alone on its line.
    List,
}

/// What a full stop may mean; all words folded, without their last stop.
#[derive(Debug, Clone, Default)]
pub struct StopRules {
    /// Abbreviations that never end a sentence (`dr`, `approx`, `e.g`).
    pub never: WordSet,
    /// Abbreviations that end one only before a word of `starters` (`pt`).
    pub before_name: WordSet,
    /// Abbreviations that end one only before a capital (`hrs`, `a.m`).
    pub before_lower: WordSet,
    /// Abbreviations that do not end one before a number (`no`, `fig`).
    pub before_number: WordSet,
    /// Words that begin sentences and are hardly ever names.
    pub starters: WordSet,
    /// Words that answer the question before them where nothing follows (`no`).
    pub answers: WordSet,
    /// Words that answer it whatever follows (`none`).
    pub whole_answers: WordSet,
}

/// Marks that dictation speaks out; phrases folded.
#[derive(Debug, Clone, Default)]
pub struct SpokenRules {
    /// End a sentence (`period`).
    pub stop: PhraseSet,
    /// Words before `stop` that make it a plain word ("her period").
    pub stop_not_after: WordSet,
    /// Words behind `stop` that make it a plain word ("period of").
    pub stop_not_before: WordSet,
    /// End a paragraph (`new paragraph`).
    pub paragraph: PhraseSet,
    /// Open a quotation (`quote`).
    pub quote: PhraseSet,
    /// Close it (`unquote`).
    pub unquote: PhraseSet,
    /// Strings one of which every text with a phrase of `unquote` holds.
    pub unquote_hints: Vec<String>,
}

/// What tells text in the participant's own words without quotation marks; words folded.
#[derive(Debug, Clone, Default)]
pub struct TranscriptRules {
    /// Phrases of a line that announces such text (`voice memo`).
    pub markers: PhraseSet,
    /// Pronouns of the first person.
    pub first_person: WordSet,
    /// Pronouns of the third person.
    pub third_person: WordSet,
    /// Words by which only a clinician calls the participant, or reports (`pt`, `denies`).
    pub clinical: WordSet,
    /// Words of loose speech (`um`, `gonna`).
    pub spoken_words: WordSet,
    /// First-person pronouns in a hundred words, at least, below a marker.
    pub marked_percent_min: usize,
    /// The same where no marker announces the text.
    pub unmarked_percent_min: usize,
    /// Words at least where no marker announces the text.
    pub unmarked_words_min: usize,
    /// Labels that begin a speaker's turn (`client`), with who speaks.
    pub speakers: WordMap<Speaker>,
    /// Turns at least for labels to be taken as such.
    pub turns_min: usize,
}

/// How much text makes a note terse or detailed.
#[derive(Debug, Clone, Copy, Default)]
pub struct DetailRules {
    /// A terse note has at most so many words.
    pub terse_words_max: u64,
    /// A detailed note has at least so many words,
    pub detailed_words_min: u64,
    /// or at least so many direct quotes
    pub detailed_quotes_min: u64,
    /// in at least so many words.
    pub detailed_quotes_words_min: u64,
}

/// What counts as copied forward from an earlier note.
#[derive(Debug, Clone, Default)]
pub struct CopyRules {
    /// Words at least in a run of repeated sentences; headings, boxes and fields count none.
    pub words_min: usize,
    /// Share of a sentence's words that must stand in repeated rows of words, in percent.
    pub covered_percent_min: usize,
    /// The same in pairs of words, for a sentence beside a copied run.
    pub beside_percent_min: usize,
    /// Sentences below so many words must repeat as a whole.
    pub whole_words_below: usize,
    /// Words of dates (`january`, `tue`), which count as numbers; folded.
    pub date_words: WordSet,
}

/// What counts as text of a template, which recurs over participants.
#[derive(Debug, Clone, Copy, Default)]
pub struct BoilerplateRules {
    /// Words in a row at least, and words of the sentences that hold them.
    pub words_min: usize,
    /// Participants at least in whose notes the words stand,
    pub participants_min: usize,
    /// and their share among all of whom their author, or the clinic, writes, in percent.
    pub participants_percent_min: usize,
    /// Share of a sentence's words that must stand in such rows, in percent.
    pub covered_percent_min: usize,
}
