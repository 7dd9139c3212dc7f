//! Rules about context, read from cue files: what negates, hedges, dates, attributes.

use super::pattern::Pattern;

/// All cue rules of one language.
#[derive(Debug, Clone, Default)]
pub struct CueSet {
    /// ISO 639-1 code of its language.
    pub language: String,
    /// The rules in the order of the file.
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
    /// Words at most between cue and passage; none: to the end of the clause.
    pub reach: Option<u32>,
    /// The terms, in the codebook's pattern language.
    pub terms: Vec<Pattern>,
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

/// What a cue says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CueCategory {
    /// Denies the passage.
    Negation,
    /// Looks like a cue but is none ("not only"): hides cues that it overlaps.
    Pseudo,
    /// Ends the reach of cues ("but").
    Terminator,
}
