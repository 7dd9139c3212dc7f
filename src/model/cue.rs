//! Rules about context, read from cue files: what negates, hedges, dates, attributes.

use crate::text::Span;

use super::pattern::Pattern;

/// All cue rules of one language.
#[derive(Debug, Clone, Default)]
pub struct CueSet {
    /// ISO 639-1 code of its language.
    pub language: String,
    /// The rules in the order of the file; word lists are put in place of their names.
    pub rules: Vec<CueRule>,
}

/// One cue: its terms, what they say, and how far.
#[derive(Debug, Clone)]
pub struct CueRule {
    /// Its id in the cue file.
    pub id: String,
    /// What it says of a passage in its reach.
    pub category: CueCategory,
    /// On which side of the cue the passage stands.
    pub direction: Direction,
    /// What its reach may cross.
    pub scope: CueScope,
    /// Words at most between cue and passage; none: as far as the scope goes.
    pub reach: Option<u32>,
    /// Where a term must stand to be a cue.
    pub place: CuePlace,
    /// What it does besides.
    pub effect: CueEffect,
    /// A clause that follows at once is in its reach ("denies that she is sad").
    pub opens: Opens,
    /// For [`CueCategory::Terminator`]: whose reach it ends; empty: everybody's.
    /// For [`CueCategory::Pseudo`]: whom it hides; empty: every cue.
    /// For [`CueCategory::Pronoun`]: the participant, where it may be the participant's pronoun.
    pub of: Vec<CueCategory>,
    /// For [`CueCategory::Pronoun`]: ids of the person rules that it stands for.
    pub stands_for: Vec<String>,
    /// Session types in whose notes, and parts of notes, it is a cue; empty: in all, of whatever type.
    pub sessions: Vec<String>,
    /// The terms, in the codebook's pattern language.
    pub terms: Vec<Pattern>,
    /// Sentences in which it decides.
    pub examples: Vec<CueExample>,
    /// Sentences in which it does not.
    pub counterexamples: Vec<CueExample>,
    /// Line in the file, from 1.
    pub line: u32,
}

/// A sentence with the passage that is judged, written `Denies <nausea>.`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CueExample {
    /// The sentence, without the marks.
    pub text: String,
    /// The passage.
    pub target: Span,
    /// Line in the file, from 1.
    pub line: u32,
}

/// Where the passage stands as seen from the cue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The passage follows the cue ("denies nausea").
    After,
    /// The passage stands before the cue ("nausea was not noted").
    Before,
    /// Either.
    Both,
}

/// What a cue's reach may cross, each more than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CueScope {
    /// Nothing: it holds for the next item only ("possible headache, nausea").
    Item,
    /// "and", "or" and the commas of a list that "or" closes ("can't eat or sleep, dizzy").
    Phrase,
    /// "and", "or" and the commas of a list that either closes.
    Joined,
    /// All commas of a list, not a new verb ("no nausea, vomiting, felt dizzy").
    List,
    /// Further verbs of the same subject, not a new subject.
    Clause,
    /// Clauses too, to the end of the sentence.
    Sentence,
}

/// Where a term must stand to be a cue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CuePlace {
    /// Anywhere.
    Anywhere,
    /// It is the whole value of a field ("Nausea: none").
    Field,
    /// A comma or the end follows ("nausea denied").
    Final,
    /// It is a heading: a colon follows ("Past history: anxiety").
    Heading,
    /// Directly before a word ("?nausea", "\[ \] nausea").
    Prefix,
    /// It begins the sentence.
    Start,
    /// Inside of the passage itself.
    Inside,
    /// Around the passage ("if *nausea* occurs take ondansetron").
    Around,
    /// Inside of the passage, which is the whole sentence.
    Alone,
    /// Anywhere in the note, as often as the rule's `reach` says.
    Note,
}

/// What a cue does besides saying something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CueEffect {
    /// Nothing.
    #[default]
    None,
    /// The passage is not coded at all.
    Drop,
    /// For [`CueCategory::Pseudo`]: hides even where it overlaps the passage.
    HidesAnyway,
}

/// Whether a clause that follows a cue at once is in its reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Opens {
    /// No.
    #[default]
    Nothing,
    /// Yes.
    Clause,
}

/// What a cue says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum CueCategory {
    /// Denies the passage.
    Negation,
    /// Hedges it.
    Uncertain,
    /// Hopes, plans, dreads it, or makes it a condition.
    Hypothetical,
    /// Puts it before this treatment.
    Historical,
    /// Gives it to somebody else.
    Other,
    /// A report of what the participant said, felt or did.
    Reported,
    /// The writer's observation, measurement or assessment.
    Clinician,
    /// A relative's words.
    Relative,
    /// Looks like a cue but is none ("not only"): hides cues that it overlaps.
    Pseudo,
    /// Ends the reach of cues ("but").
    Terminator,
    /// Names the participant as the one who acts ("she", "pt").
    Participant,
    /// Makes the participant the one who acts, though somebody else is the subject ("made her").
    Object,
    /// Names somebody else.
    Person,
    /// Stands for somebody named before.
    Pronoun,
    /// Names the participant as one to whom somebody belongs ("her mother").
    Owner,
    /// May stand before a noun ("her", "the").
    Determiner,
    /// A verb that has a subject.
    Verb,
    /// A verb of saying in the present tense, which begins a statement even without a comma.
    Speech,
    /// A verb of being or having.
    Copula,
    /// Joins and shares ("and").
    And,
    /// Joins alternatives and shares a negation ("or", "nor").
    Or,
    /// Begins a clause that depends on the one before ("that", "when").
    Opener,
    /// May stand between "and" and the verb ("also", "then").
    Filler,
    /// Gives an item of a list its own statement ("mild", "some").
    Own,
    /// Ends with a full stop that ends no sentence ("pt.").
    Abbreviation,
    /// A verb that is an order as well as something told ("set", "put").
    Order,
}

impl CueCategory {
    /// Every category with the word of cue files.
    pub const WORDS: [(&'static str, Self); 26] = [
        ("negated", Self::Negation),
        ("uncertain", Self::Uncertain),
        ("hypothetical", Self::Hypothetical),
        ("historical", Self::Historical),
        ("other", Self::Other),
        ("reported", Self::Reported),
        ("clinician", Self::Clinician),
        ("relative", Self::Relative),
        ("pseudo", Self::Pseudo),
        ("terminator", Self::Terminator),
        ("participant", Self::Participant),
        ("object", Self::Object),
        ("person", Self::Person),
        ("pronoun", Self::Pronoun),
        ("owner", Self::Owner),
        ("determiner", Self::Determiner),
        ("verb", Self::Verb),
        ("speech", Self::Speech),
        ("copula", Self::Copula),
        ("and", Self::And),
        ("or", Self::Or),
        ("opener", Self::Opener),
        ("filler", Self::Filler),
        ("own", Self::Own),
        ("abbreviation", Self::Abbreviation),
        ("order", Self::Order),
    ];

    /// The word of cue files.
    pub fn as_str(self) -> &'static str {
        Self::WORDS
            .iter()
            .find(|(_, category)| *category == self)
            .map_or("", |(word, _)| *word)
    }

    /// Whether it decides one of the four facts.
    pub fn is_fact(self) -> bool {
        matches!(
            self,
            Self::Negation | Self::Uncertain | Self::Hypothetical | Self::Historical | Self::Other
        )
    }

    /// Whether it decides the voice.
    pub fn is_voice(self) -> bool {
        matches!(self, Self::Reported | Self::Clinician | Self::Relative)
    }

    /// Its bit in a set of categories.
    pub fn bit(self) -> u32 {
        1 << (self as u32)
    }
}
