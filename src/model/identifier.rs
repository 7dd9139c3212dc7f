//! What names a person: identifiers found in a note, the text without them, and the rules by which
//! they are found.

use std::collections::BTreeMap;

use crate::text::Span;

/// What kind of identifier a passage is: the identifiers of HIPAA Safe Harbor that text can carry
/// (45 CFR 164.514(b)(2)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdentifierKind {
    /// A person's name.
    Name,
    /// A place smaller than a state: a town, a hospital, a school, an employer.
    Place,
    /// Any part of a date but the year alone.
    Date,
    /// An age over 89.
    Age90,
    /// A telephone or fax number.
    Phone,
    /// An e-mail address.
    Email,
    /// A number of a record, an account, a licence, a vehicle, a device ...
    Id,
    /// A street address or a postal code.
    Address,
    /// An internet address.
    Url,
    /// Anything else: IP addresses, names of accounts.
    Other,
}

impl IdentifierKind {
    /// All kinds.
    pub const ALL: [Self; 10] = [
        Self::Name,
        Self::Place,
        Self::Date,
        Self::Age90,
        Self::Phone,
        Self::Email,
        Self::Id,
        Self::Address,
        Self::Url,
        Self::Other,
    ];

    /// The word that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "NAME",
            Self::Place => "PLACE",
            Self::Date => "DATE",
            Self::Age90 => "AGE90",
            Self::Phone => "PHONE",
            Self::Email => "EMAIL",
            Self::Id => "ID",
            Self::Address => "ADDRESS",
            Self::Url => "URL",
            Self::Other => "OTHER",
        }
    }

    /// What stands in masked text instead of the identifier.
    pub fn mask(self) -> &'static str {
        match self {
            Self::Name => "[name]",
            Self::Place => "[place]",
            Self::Date => "[date]",
            Self::Age90 => "[age over 89]",
            Self::Phone => "[phone]",
            Self::Email => "[email]",
            Self::Id => "[number]",
            Self::Address => "[address]",
            Self::Url => "[url]",
            Self::Other => "[identifier]",
        }
    }
}

/// An identifier in a note's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifier {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: IdentifierKind,
    /// What told it, in words.
    pub why: String,
}

/// A list of words and phrases by which identifiers are found or left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WordList(usize);

macro_rules! word_lists {
    ($($(#[$doc:meta])* $constant:ident = $name:literal;)*) => {
        /// Names of all lists, in the order of their numbers.
        pub const WORD_LIST_NAMES: &[&str] = &[$($name),*];
        #[derive(Clone, Copy)]
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "only numbers the lists")]
        enum Number { $($constant),* }
        impl WordList {
            $($(#[$doc])* pub const $constant: Self = Self(Number::$constant as usize);)*
        }
    };
}

word_lists! {
    /// Before a name: Dr, Mrs.
    TITLES = "titles";
    /// Titles that are words too.
    DOUBTFUL_TITLES = "doubtful_titles";
    /// Behind a name: RN, LCSW.
    CREDENTIALS = "credentials";
    /// Relations: husband, sister.
    KIN = "kin";
    /// Relations in the plural.
    KIN_MANY = "kin_many";
    /// her, his.
    POSSESSIVES = "possessives";
    /// Before a name: named, goes by.
    NAME_CUES = "name_cues";
    /// Fields of forms that hold a name.
    NAME_FIELDS = "name_fields";
    /// Fields of forms that may hold a name.
    PERSON_FIELDS = "person_fields";
    /// Before a signature or in a letter's first and last line.
    SIGNATURE_CUES = "signature_cues";
    /// Words before a person.
    BEFORE_PERSON = "before_person";
    /// Words behind a person.
    AFTER_PERSON = "after_person";
    /// Words behind a name that is a word too.
    AFTER_NAME = "after_name";
    /// de, van.
    NAME_PARTICLES = "name_particles";
    /// Jr, III.
    NAME_ENDINGS = "name_endings";
    /// Words that are no name whatever stands around them.
    NOT_NAMES = "not_names";
    /// Drugs.
    DRUGS = "drugs";
    /// Names in names of diseases and scales.
    EPONYMS = "eponyms";
    /// What stands behind an eponym: disease, scale.
    EPONYM_HEADS = "eponym_heads";
    /// Words between an eponym and its head.
    BEFORE_HEAD = "common_words_before_head";
    /// First names.
    FIRST_NAMES = "first_names";
    /// First names that are words too.
    DOUBTFUL_FIRST_NAMES = "doubtful_first_names";
    /// Last names.
    LAST_NAMES = "last_names";
    /// Last names that are words too.
    DOUBTFUL_LAST_NAMES = "doubtful_last_names";
    /// Words that notes write with a small letter.
    COMMON_WORDS = "common_words";
    /// Before a place: lives in.
    PLACE_CUES = "place_cues";
    /// Last words of places: Hospital.
    PLACE_ENDINGS = "place_endings";
    /// Last words of practices, and of kinds of care: Wellness.
    SOFT_PLACE_ENDINGS = "soft_place_endings";
    /// Words that make no place of an ending.
    PLACE_GENERIC = "place_generic";
    /// First words of places: Lake.
    PLACE_BEGINNINGS = "place_beginnings";
    /// Before a place's own name: University of.
    ORGANISATIONS_OF = "organisations_of";
    /// Cities.
    CITIES = "cities";
    /// Cities that are words or names too.
    DOUBTFUL_CITIES = "doubtful_cities";
    /// Before a city: in, from.
    NEAR_PLACE = "near_place";
    /// States, which are not masked.
    STATES = "states";
    /// States in two capitals.
    STATE_ABBREVIATIONS = "state_abbreviations";
    /// Countries, which are not masked.
    COUNTRIES = "countries";
    /// Street endings.
    STREETS = "streets";
    /// Street endings that need a house number.
    STREET_ABBREVIATIONS = "street_abbreviations";
    /// Street endings that are much used words.
    DOUBTFUL_STREETS = "doubtful_streets";
    /// North, SW.
    DIRECTIONS = "directions";
    /// Apt, Suite.
    UNIT_WORDS = "unit_words";
    /// Before an address.
    ADDRESS_CUES = "address_cues";
    /// Months.
    MONTHS = "months";
    /// Months that are words or names too.
    DOUBTFUL_MONTHS = "doubtful_months";
    /// Words before a month.
    BEFORE_MONTH = "before_month";
    /// Weekdays, which are not masked alone.
    WEEKDAYS = "weekdays";
    /// Words before a day and month in numbers.
    BEFORE_DATE = "before_date";
    /// Words behind a day and month in numbers.
    AFTER_DATE = "after_date";
    /// Words before a score or fraction.
    SCORE_BEFORE = "score_before";
    /// Words behind a score or fraction.
    SCORE_AFTER = "score_after";
    /// What is counted by ordinals: visit, floor.
    ORDINAL_NOUNS = "ordinal_nouns";
    /// Days with a name.
    HOLIDAYS = "holidays";
    /// Words before such a day.
    BEFORE_HOLIDAY = "before_holiday";
    /// Units of measures.
    UNITS = "units";
    /// Before a telephone number.
    PHONE_CUES = "phone_cues";
    /// Before a number of a record.
    ID_CUES = "id_cues";
    /// Between such a cue and its number.
    ID_FILLERS = "id_fillers";
    /// Before a postal code.
    ZIP_CUES = "zip_cues";
    /// Numbers over 89 in words.
    AGE_WORDS = "age_words";
    /// Before an age.
    AGE_CUES = "age_cues";
    /// Behind an age.
    AGE_UNITS = "age_units";
}

impl WordList {
    /// The list of a key in a rule file.
    pub fn from_name(name: &str) -> Option<Self> {
        WORD_LIST_NAMES.iter().position(|n| *n == name).map(Self)
    }

    /// A set that holds this list alone.
    pub const fn bit(self) -> u64 {
        1 << self.0
    }
}

/// An identifier with a shape of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentifierPattern {
    /// What it is.
    pub kind: IdentifierKind,
    /// What tells it, in words.
    pub why: String,
    /// A regular expression.
    pub find: String,
    /// A piece of text without which it cannot stand there; empty where there is none.
    pub sign: String,
}

/// All rules of de-identification.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IdentifierRules {
    /// The lists, those that the file has.
    pub lists: BTreeMap<WordList, Vec<String>>,
    /// Shapes that are tried where a word with a digit begins.
    pub patterns: Vec<IdentifierPattern>,
    /// Shapes that are looked for in the whole text.
    pub web: Vec<IdentifierPattern>,
}

/// Masks identifiers in their text.
///
/// ```
/// use verbatim::codebook::builtin_identifier_rules;
/// use verbatim::deident::{Finder, Known, mask};
/// let rules = builtin_identifier_rules("en").unwrap().unwrap();
/// let text = "Her husband Mark called on March 3, 2021.";
/// let found = Finder::new(&rules).unwrap().find(text, &Known::default());
/// assert_eq!(mask(text, &found), "Her husband [name] called on [date].");
/// ```
pub fn mask(text: &str, identifiers: &[Identifier]) -> String {
    mask_inside(text, Span::new(0, text.len()), identifiers)
}

/// Masks identifiers in a part of their text; one that the part cuts is masked whole.
pub fn mask_inside(text: &str, part: Span, identifiers: &[Identifier]) -> String {
    let mut out = String::with_capacity(part.len());
    let mut at = part.start;
    for identifier in identifiers.iter().filter(|i| i.span.overlaps(part)) {
        let start = identifier.span.start.clamp(at, part.end);
        out.push_str(Span::new(at, start).slice(text));
        out.push_str(identifier.kind.mask());
        at = identifier.span.end.clamp(at, part.end);
    }
    out.push_str(Span::new(at, part.end).slice(text));
    out
}
