//! `study.toml`: what a researcher can say about a study instead of leaving it to be recognised.
//!
//! Comes in: the file's text. Goes out: [`StudyFile`], or an error with line and column. An
//! unknown key is an error, since a misspelt one would silently change a count. Every key is
//! optional; README.md ("study.toml") has an example of each.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::agreement::{CodedUnit, Threshold};
use crate::error::{Error, Place, Result};
use crate::tally::{CountBy, Phase, Reach, SaturationRule};

/// The whole file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StudyFile {
    /// The study's name, for the report.
    pub title: String,
    /// Which files hold notes, as globs relative to the study folder; all others are skipped.
    pub notes: Vec<String>,
    /// Which files are not read, as globs; they stay in the ledger as skipped.
    pub ignore: Vec<String>,
    /// A codebook's file, relative to the study folder, or the name of a built-in one.
    pub codebook: Option<String>,
    /// The participants' table, relative to the study folder.
    pub participants: Option<PathBuf>,
    /// The table of sessions that took place, relative to the study folder.
    pub sessions: Option<PathBuf>,
    /// The output folder, relative to the study folder.
    pub out: Option<PathBuf>,
    /// Whether the report shows the memos of `memos.csv`.
    pub memos_in_report: bool,
    /// A regular expression for the header lines that part the notes of a text file. Named groups
    /// (`participant`, `date`, `session_type`, `setting`, `author`) say what they hold.
    pub split: Option<String>,
    /// Order of day and month in dates of numbers.
    pub date_order: Option<DateOrderName>,
    /// Text encoding of all text files (`windows-1252`), where detection would be wrong.
    pub encoding: Option<String>,
    /// Whether text that is copied forward from an earlier note counts.
    pub count_copied: bool,
    /// What frequencies count: notes, or sessions (a participant's notes of one day and type).
    pub unit: UnitName,
    /// Further crosstabs by columns of notes or participants, as `--by` takes them.
    pub by: Vec<String>,
    /// Which pairs of groups are compared, by name; every pair without it, where groups are few.
    pub compare: Vec<(String, String)>,
    /// Whether fewer than five participants get p-values, too.
    pub p_values: bool,
    /// Stretches of each participant's time, for crosstabs by `phase`.
    pub phases: Vec<PhaseFile>,
    /// Which column of a table holds what.
    pub columns: BTreeMap<String, String>,
    /// The study's session types in the order of its tables, each with further ways to write it.
    pub session_types: SessionTypes,
    /// What is true of all notes of some files.
    #[serde(rename = "source")]
    pub sources: Vec<SourceDefaults>,
    /// When nothing new comes any more.
    pub saturation: SaturationSizes,
    /// Other coders of the study, and what agreement has to reach.
    pub agreement: AgreementFile,
    /// How rows of utterances are joined into notes.
    pub transcript: Option<Transcript>,
    /// Files that replace the built-in rules.
    pub rules: RuleFiles,
    /// What the page shows.
    pub report: Report,
    /// Limits against files that would take the machine down.
    pub limits: Limits,
}

/// The order of day and month as the study file names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrderName {
    /// 3/8 is the eighth of March.
    MonthFirst,
    /// 3/8 is the third of August.
    DayFirst,
}

/// Session types with their aliases, in the order of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionTypes(pub Vec<(String, Vec<String>)>);

impl<'de> Deserialize<'de> for SessionTypes {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        struct InOrder;
        impl<'de> serde::de::Visitor<'de> for InOrder {
            type Value = SessionTypes;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("session types, each with a list of aliases")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> std::result::Result<SessionTypes, A::Error> {
                let mut types = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    types.push(entry);
                }
                Ok(SessionTypes(types))
            }
        }
        from.deserialize_map(InOrder)
    }
}

/// What is true of all notes of some files where the notes themselves do not say otherwise.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SourceDefaults {
    /// The files, as a glob.
    pub files: String,
    /// Whose notes they are.
    pub participant: Option<String>,
    /// Their session type.
    pub session_type: Option<String>,
    /// Their setting.
    pub setting: Option<String>,
    /// Their author.
    pub author: Option<String>,
    /// What parts their notes, instead of the study's `split`.
    pub split: Option<String>,
    /// Their order of day and month, instead of the study's.
    pub date_order: Option<DateOrderName>,
    /// Which of their columns holds what, before the study's `[columns]`.
    pub columns: BTreeMap<String, String>,
}

/// The sizes that decide on saturation, after Guest, Namey & Chen 2020.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SaturationSizes {
    /// Events whose codes are the base.
    pub base: usize,
    /// Events of a run.
    pub run: usize,
    /// Largest share of new codes in a run.
    pub threshold: f64,
}

impl Default for SaturationSizes {
    fn default() -> Self {
        let rule = SaturationRule::default();
        Self {
            base: rule.base,
            run: rule.run,
            threshold: rule.threshold,
        }
    }
}

impl SaturationSizes {
    /// The same as counting takes it.
    pub fn rule(self) -> SaturationRule {
        SaturationRule {
            base: self.base,
            run: self.run,
            threshold: self.threshold,
        }
    }
}

/// Coders whose codings a run is compared with, and the threshold that is set before that.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(try_from = "RawAgreement")]
pub struct AgreementFile {
    /// Files of codings (or projects of other programs), relative to the study folder.
    pub coders: Vec<PathBuf>,
    /// What every code has to reach.
    threshold: Option<Threshold>,
    /// What is compared.
    pub unit: CodedUnit,
}

impl AgreementFile {
    /// What every code has to reach, if the study says so.
    pub fn threshold(&self) -> Option<Threshold> {
        self.threshold
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawAgreement {
    coders: Vec<PathBuf>,
    threshold: Option<f64>,
    coefficient: Option<String>,
    unit: CodedUnit,
}

impl TryFrom<RawAgreement> for AgreementFile {
    type Error = String;

    fn try_from(raw: RawAgreement) -> std::result::Result<Self, String> {
        let coefficient = raw.coefficient.as_deref();
        let threshold = match raw.threshold {
            Some(value) => Some(Threshold::new(coefficient.unwrap_or("alpha"), value)?),
            None if coefficient.is_some() => {
                return Err("a coefficient without a threshold says nothing".to_owned());
            }
            None => None,
        };
        Ok(Self {
            coders: raw.coders,
            threshold,
            unit: raw.unit,
        })
    }
}

/// Rows that are utterances: those of one group, in order, are one note.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transcript {
    /// The column whose value names the note.
    pub group_by: String,
    /// The column that orders the utterances; the file's order without it.
    pub order: Option<String>,
    /// The column of the words.
    pub text: String,
    /// The column that says who speaks.
    pub speaker: Option<String>,
    /// Values of that column that mean the participant.
    #[serde(default)]
    pub participant_speakers: Vec<String>,
    /// Values of that column that mean the clinician.
    #[serde(default)]
    pub clinician_speakers: Vec<String>,
}

/// What frequencies count, as the study file names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitName {
    /// Notes.
    #[default]
    Note,
    /// Sessions.
    Session,
}

impl From<UnitName> for CountBy {
    fn from(name: UnitName) -> Self {
        match name {
            UnitName::Note => Self::Note,
            UnitName::Session => Self::Session,
        }
    }
}

/// A stretch of a participant's time: by days since their first note, or by number of session.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "RawPhase")]
pub struct PhaseFile(pub Phase);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPhase {
    name: String,
    days: Option<Vec<i64>>,
    sessions: Option<Vec<i64>>,
    session_type: Option<String>,
}

impl TryFrom<RawPhase> for PhaseFile {
    type Error = String;

    fn try_from(raw: RawPhase) -> std::result::Result<Self, String> {
        let range = |numbers: &[i64]| match *numbers {
            [from] => Ok(from..=i64::MAX),
            [from, to] if from <= to => Ok(from..=to),
            _ => Err(format!(
                "the phase {:?} needs [first, last], or [first] for all from there on",
                raw.name
            )),
        };
        let reach = match (&raw.days, &raw.sessions) {
            (Some(_), None) if raw.session_type.is_some() => {
                return Err(format!(
                    "the phase {:?} counts days, so session_type says nothing",
                    raw.name
                ));
            }
            (Some(days), None) => Reach::Days(range(days)?),
            (None, Some(sessions)) => Reach::Sessions {
                numbers: range(sessions)?,
                session_type: raw.session_type,
            },
            _ => {
                return Err(format!(
                    "the phase {:?} needs either days or sessions",
                    raw.name
                ));
            }
        };
        Ok(Self(Phase {
            name: raw.name,
            reach,
        }))
    }
}

/// Files with a researcher's own rules, relative to the study folder.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RuleFiles {
    /// Cues of context, instead of those of the codebook's language.
    pub context: Option<PathBuf>,
    /// Headings of sections.
    pub sections: Option<PathBuf>,
    /// Words by which participants, dates, session types and columns are recognised.
    pub reading: Option<PathBuf>,
    /// Words and shapes by which names, dates and other identifiers are found.
    pub identifiers: Option<PathBuf>,
}

/// What the page shows.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Report {
    /// Whether names, places, dates and other identifiers are masked in it.
    pub mask: bool,
}

impl Default for Report {
    fn default() -> Self {
        Self { mask: true }
    }
}

/// Limits on what is read.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// A larger file is not read (megabytes).
    pub file_megabytes: u64,
    /// A longer note is not read (megabytes).
    pub note_megabytes: u64,
    /// What a packed file, with all inside it, may unpack to (megabytes).
    pub unpacked_megabytes: u64,
    /// Files of an archive, and parts of a packed file.
    pub archive_files: usize,
    /// Archives inside each other that are opened.
    pub archive_depth: usize,
    /// Elements or groups of a file inside each other.
    pub nesting: usize,
    /// Cells of a workbook's sheet.
    pub sheet_cells: usize,
    /// Seconds that turning one file into text may take.
    pub seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        let limits = crate::ingest::Limits::default();
        Self {
            file_megabytes: limits.file_bytes >> 20,
            note_megabytes: limits.note_bytes as u64 >> 20,
            unpacked_megabytes: limits.unpacked_bytes >> 20,
            archive_files: limits.archive_files,
            archive_depth: limits.archive_depth,
            nesting: limits.nesting,
            sheet_cells: limits.sheet_cells,
            seconds: limits.convert_seconds,
        }
    }
}

/// Reads a study file's text.
///
/// # Errors
/// Where it is not TOML, or has a key or a value that means nothing.
pub fn parse(source: &str, path: &Path) -> Result<StudyFile> {
    toml::from_str(source).map_err(|error| {
        let place = match error.span() {
            Some(span) => {
                let (line, column) = line_and_column(source, span.start);
                Place::at(path, line, column)
            }
            None => Place::file(path),
        };
        let message = error.message().trim_end_matches('.').replace('\n', "; ");
        let hint = "The keys are listed in the README under \"study.toml\".";
        Error::study_file(
            place,
            format!("the study file has an error: {message}. {hint}"),
        )
    })
}

/// Line and column (in code points), both from 1, of a byte.
fn line_and_column(source: &str, byte: usize) -> (u32, u32) {
    let before = source.get(..byte).unwrap_or(source);
    let line = before.bytes().filter(|&b| b == b'\n').count() + 1;
    let column = before.chars().rev().take_while(|&c| c != '\n').count() + 1;
    (line as u32, column as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_reads() {
        let study = parse(include_str!("every_key.toml"), Path::new("study.toml")).unwrap();
        assert_eq!(study.session_types.0[0].0, "ketamine");
        assert_eq!(study.session_types.0[1].0, "integration");
        assert_eq!(study.date_order, Some(DateOrderName::MonthFirst));
        assert_eq!(study.sources[0].setting.as_deref(), Some("home"));
        assert_eq!(study.limits.note_megabytes, 16);
        assert_eq!(study.by, ["setting", "author+phase"]);
        assert_eq!(study.phases.len(), 3);
        let threshold = study.agreement.threshold().unwrap();
        assert_eq!(threshold.coefficient, "krippendorff_alpha");
        assert_eq!(study.agreement.unit, CodedUnit::Sentence);
    }

    #[test]
    fn a_threshold_that_nothing_can_reach_is_refused() {
        let refused = |text: &str| {
            let source = format!("[agreement]\n{text}\n");
            parse(&source, Path::new("s/study.toml"))
                .unwrap_err()
                .to_string()
        };
        assert!(refused("threshold = 80").contains("up to 1"));
        assert!(refused("threshold = 0.8\ncoefficient = \"kapa\"").contains("krippendorff_alpha"));
        assert!(refused("coefficient = \"alpha\"").contains("without a threshold"));
    }

    #[test]
    fn a_phase_says_where_it_lies() {
        let refused = |text: &str| {
            let source = format!("[[phases]]\nname = \"x\"\n{text}\n");
            parse(&source, Path::new("s/study.toml"))
                .unwrap_err()
                .to_string()
        };
        assert!(refused("").contains("either days or sessions"));
        assert!(refused("days = [3, 1]").contains("[first, last]"));
        assert!(refused("days = [3]\nsession_type = \"ketamine\"").contains("session_type"));
    }

    #[test]
    fn a_misspelt_key_is_named_with_its_place() {
        let error = parse("title = \"x\"\nnotez = []\n", Path::new("s/study.toml")).unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("s/study.toml:2:1: "), "{text}");
        assert!(text.contains("notez"), "{text}");
    }
}
