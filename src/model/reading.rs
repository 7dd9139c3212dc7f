//! Reading rules as plain data: by which words participants, dates, session types and columns are
//! recognised.
//!
//! A phrase is a few words; case and punctuation between them do not matter, `<n>` stands for
//! a number (`is <n>` is IS4, "IS #4", "IS four"). A word in capitals ("IS") must stand in capitals
//! in running text, but not in a file name or a column.

/// What a column, or a line of a header, holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The note's own id.
    NoteId,
    /// Whose note it is.
    Participant,
    /// The session's date.
    Date,
    /// The session type, in the words of the clinic.
    SessionType,
    /// Where the session was.
    Setting,
    /// Who wrote the note.
    Author,
    /// The note itself.
    Note,
    /// Who speaks in this row of a transcript.
    Speaker,
    /// The place of this row in its transcript.
    Order,
}

impl Role {
    /// Every role, in the order of this list.
    pub const ALL: [Self; 9] = [
        Self::NoteId,
        Self::Participant,
        Self::Date,
        Self::SessionType,
        Self::Setting,
        Self::Author,
        Self::Note,
        Self::Speaker,
        Self::Order,
    ];

    /// The name that study files and rule files use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoteId => "note_id",
            Self::Participant => "participant",
            Self::Date => "date",
            Self::SessionType => "session_type",
            Self::Setting => "setting",
            Self::Author => "author",
            Self::Note => "note",
            Self::Speaker => "speaker",
            Self::Order => "order",
        }
    }

    /// The role of a name in a study file or a rule file.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

/// The order of day and month in dates of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DateOrder {
    /// 3/8 is the eighth of March.
    MonthFirst,
    /// 3/8 is the third of August.
    DayFirst,
}

/// The ways to name one role in a column's or a header line's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleNames {
    /// The role.
    pub role: Role,
    /// Names that decide.
    pub decides: Vec<String>,
    /// Names that may mean it where nothing better does.
    pub suggests: Vec<String>,
}

/// A session type, or a setting, and how it is written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Named {
    /// The name that tables print.
    pub name: String,
    /// Whether the study's list has it. One that is not listed is recognised so that its words
    /// are not taken for another type's; the note's type is then unknown.
    pub listed: bool,
    /// Whether its words also name the treatment as a whole, so that it yields to any other type
    /// named beside it ("ketamine evaluation" is an evaluation).
    pub yields: bool,
    /// Phrases that decide.
    pub decides: Vec<String>,
    /// Phrases that decide only where they are all that is said, or nothing else is said.
    pub suggests: Vec<String>,
    /// Phrases that a bill has for it, whatever was done: they give way to every other.
    pub bills: Vec<String>,
    /// Regular expressions that tell it from a note's opening.
    pub cues: Vec<String>,
}

/// The name of what is no session, for it was not held.
pub const NOT_HELD: &str = "not_held";

/// A session type of the study file: its name and further ways to write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudyType {
    /// The name that tables print.
    pub name: String,
    /// Further ways to write it.
    pub aliases: Vec<String>,
}

/// All words by which notes are recognised.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadingRules {
    /// Names of columns and header lines.
    pub columns: Vec<RoleNames>,
    /// Names of columns and header lines that hold something else ("date of birth").
    pub other_columns: Vec<String>,
    /// Words before the name of a participant ("Mrs").
    pub courtesies: Vec<String>,
    /// Names that say a role only at the head of a column, and not before a colon in a text.
    pub columns_only: Vec<String>,
    /// Names of columns that a participants' table has beside the id.
    pub participant_columns: Vec<String>,
    /// Columns of a participants' table that name the person in another way (initials).
    pub alias_columns: Vec<String>,
    /// Words in the name of a file that lists sessions ("appointments").
    pub session_tables: Vec<String>,
    /// Words in the name of a participants' column that counts sessions ("ketamine sessions").
    pub session_counts: Vec<String>,
    /// Session types.
    pub session_types: Vec<Named>,
    /// Phrases that look like a session type and say none ("ketamine program").
    pub not_session_types: Vec<String>,
    /// Words before a session type that make it another session's ("after", "next").
    pub another_before: Vec<String>,
    /// The same, only before a type that yields ("pre-ketamine").
    pub treatment_before: Vec<String>,
    /// Words before a session type that make it this session's ("seen today for").
    pub present_before: Vec<String>,
    /// Words after a session type that make it a planned one ("on friday", `in <n> weeks`).
    pub planned_after: Vec<String>,
    /// Openings of a note that say that its session was not held, where nothing follows them but one of
    /// `not_held_behind`.
    pub not_held_openings: Vec<String>,
    /// Words that may follow them.
    pub not_held_behind: Vec<String>,
    /// Names of columns and fields that say whether a session was held.
    pub status_columns: Vec<String>,
    /// Words that join two session types of one note ("and", "with").
    pub joiners: Vec<String>,
    /// Settings.
    pub settings: Vec<Named>,
    /// Phrases that look like a setting and say none ("nursing home").
    pub not_settings: Vec<String>,
    /// The twelve months, each with its names.
    pub months: Vec<Vec<String>>,
    /// The seven weekdays from Monday, each with its names.
    pub weekdays: Vec<Vec<String>>,
    /// Short names of the weekdays that are other words too ("so"), from Monday.
    pub short_weekdays: Vec<Vec<String>>,
    /// Words before a date that make it not the note's ("next", "born", "last seen").
    pub not_note_date: Vec<String>,
    /// Words behind a number that make it a dose, a duration or an age.
    pub units: Vec<String>,
    /// Endings of a day's number ("th").
    pub day_endings: Vec<String>,
    /// Words between day and month ("of").
    pub date_fillers: Vec<String>,
    /// Words before the number of a day that is counted from a first one ("day").
    pub counted_days: Vec<String>,
    /// Words before a page's number.
    pub page_words: Vec<String>,
    /// Words that say that a note has no day ("undated").
    pub undated: Vec<String>,
    /// Words before the day on which a note was written ("dictated").
    pub written_dates: Vec<String>,
    /// Words for the day before the day of writing.
    pub yesterdays: Vec<String>,
    /// Verbs of a letter's first sentence before the session that it tells of.
    pub letter_tells: Vec<String>,
    /// Names of months that are other words too ("may").
    pub doubtful_months: Vec<String>,
    /// Number words, from one.
    pub numbers: Vec<String>,
    /// Ordinal words, from first.
    pub ordinals: Vec<String>,
    /// Words before a participant's number or initials ("pt").
    pub participant_words: Vec<String>,
    /// Words behind a name that introduce a birth date or a number of that person ("DOB").
    pub birth_marks: Vec<String>,
    /// Words before a year that is one of birth, in the line above a list of days (`b. 1988`).
    pub birth_year_marks: Vec<String>,
    /// Titles of what the participant wrote herself (`journal`).
    pub own_writing: Vec<String>,
    /// Words before such a title that make it somebody else's (`nursing`).
    pub not_own_writing: Vec<String>,
    /// Words that only a clinician writes (`denies`).
    pub clinical_words: Vec<String>,
    /// Letters before a number that are no participant's ("room", "visit").
    pub not_participants: Vec<String>,
    /// Letters that name the treatment and, before three digits, a participant: "KAP-017".
    pub study_codes: Vec<String>,
    /// Words before an author's name in running text ("dictated by").
    pub author_marks: Vec<String>,
    /// What somebody is, as it stands behind a name and a comma.
    pub duties: Vec<String>,
    /// Letters behind an author's name ("LMHC").
    pub credentials: Vec<String>,
    /// Capitals at the end of a note that are nobody's initials ("PRN").
    pub not_initials: Vec<String>,
    /// Titles before an author's name ("Dr").
    pub titles: Vec<String>,
    /// Other words of title lines, which say nothing of the note's type ("note", "min", "page").
    pub title_words: Vec<String>,
    /// Values that say that there is none ("n/a").
    pub empty_values: Vec<String>,
    /// Headings that begin a note's body ("subjective").
    pub body_headings: Vec<String>,
    /// Short forms of words in names of columns and keys, each with the word ("svc", "service").
    pub column_abbreviations: Vec<(String, String)>,
    /// Words before the name of somebody else than the author ("cc", "referred by").
    pub not_author_marks: Vec<String>,
    /// Words that begin what was added to a note later ("addendum").
    pub addenda: Vec<String>,
    /// Words before the name of who sent a message ("from").
    pub senders: Vec<String>,
    /// Words between a day and the message of that day that is quoted below ("wrote").
    pub wrote: Vec<String>,
    /// Words before the subject of a message ("subject").
    pub subjects: Vec<String>,
    /// Marks before the subject of an answer ("re"): it was written for the first message.
    pub answers: Vec<String>,
    /// Marks before the subject of a message that was sent on ("fwd").
    pub forwards: Vec<String>,
    /// Closing formulas of a letter ("kind regards"): below stands who wrote it.
    pub closings: Vec<String>,
    /// Openings of a letter ("dear"): what stands above is its head, and not who wrote it.
    pub salutations: Vec<String>,
}
