//! `verbatim agree`: how well coders agree, code by code.

mod adjudicate;
mod ratings;
mod show;
mod verdicts;

use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueEnum};

use crate::agreement::{CodedUnit, Level, Threshold};
use crate::codebook;
use crate::error::{Error, Result};
use crate::exchange::write_whole;
use crate::export::agreement_lines;
use crate::pipeline::agree::{
    Asking, Cluster, CodebookIs, Coders, GroupBy, How, KnownCodebooks, Reader, compare, read_coders,
};
use crate::study::Study;

use super::Ending;

/// Arguments of `verbatim agree`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// Coders: output folders of runs or imports, tables of codings (CSV, XLSX), JSONL files with a
    /// line a note, projects of other programs (.qdpx, .qda, .sqlite3).
    #[arg(required_unless_present = "ratings")]
    coders: Vec<PathBuf>,
    /// A plain table instead: a row a unit, a column a coder.
    #[arg(long, value_name = "FILE.csv", conflicts_with = "coders")]
    ratings: Option<PathBuf>,
    /// Level of measurement of a plain table.
    #[arg(long, value_enum, default_value = "nominal")]
    level: LevelName,
    /// All categories of a plain table, used or not.
    #[arg(long, value_name = "A,B,..", value_delimiter = ',')]
    categories: Vec<String>,
    /// The notes that codings point into (default: those of a run among the coders).
    #[arg(long, value_name = "NOTES.jsonl")]
    notes: Option<PathBuf>,
    /// What is compared.
    #[arg(long, value_enum, default_value = "note")]
    unit: UnitName,
    /// Let a coding of any assertion mark its unit.
    #[arg(long)]
    any_assertion: bool,
    /// The codebook that says which assertions count (default: that of a run among the coders, of
    /// the study, else the built-in kap).
    #[arg(long, value_name = "FILE|NAME")]
    codebook: Option<String>,
    /// What every code has to reach, set beforehand (default: what the study says).
    #[arg(long, value_name = "VALUE")]
    threshold: Option<f64>,
    /// The coefficient that the threshold is about: alpha, kappa, `gwet_ac1` ...
    #[arg(long, value_name = "NAME", default_value = "alpha")]
    coefficient: String,
    /// The same by groups of notes: drift over rounds of coding (the column batch of a coder's file),
    /// or participant by participant.
    #[arg(long, value_enum)]
    by: Option<ByName>,
    /// Passages meet where they share this much of the text that either covers (0: one character).
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    overlap: f64,
    /// What the bootstrap interval of alpha resamples (default: participants where there are ten
    /// or more, else notes).
    #[arg(long, value_enum)]
    bootstrap: Option<ClusterName>,
    /// Resamples of the bootstrap.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    replicates: u64,
    /// Write the passages that are not agreed, side by side, for an adjudicator to decide.
    #[arg(long, value_name = "FILE.csv")]
    disagreements: Option<PathBuf>,
    /// Read the decided disagreements back and write the consensus coding.
    #[arg(long, value_name = "FILE.csv")]
    adjudicate: Option<PathBuf>,
    /// Where the consensus goes (default: `consensus.csv` beside the decided disagreements).
    #[arg(long, value_name = "FILE.csv", requires = "adjudicate")]
    consensus: Option<PathBuf>,
    /// The study: its threshold and codebook, the codebooks it keeps, and its log, which shall hold
    /// an adjudication.
    #[arg(long, value_name = "DIR")]
    study: Option<PathBuf>,
    /// Write all coefficients as a table.
    #[arg(long, value_name = "FILE.csv")]
    csv: Option<PathBuf>,
    /// Overwrite a list of disagreements, or a consensus.
    #[arg(long)]
    force: bool,
    /// Print JSON on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LevelName {
    Nominal,
    Ordinal,
    Interval,
    Ratio,
}

impl LevelName {
    fn as_str(self) -> &'static str {
        match self {
            Self::Nominal => "nominal",
            Self::Ordinal => "ordinal",
            Self::Interval => "interval",
            Self::Ratio => "ratio",
        }
    }

    fn level(self) -> Level {
        match self {
            Self::Nominal => Level::Nominal,
            Self::Ordinal => Level::Ordinal,
            Self::Interval => Level::Interval,
            Self::Ratio => Level::Ratio,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum UnitName {
    Note,
    Session,
    Paragraph,
    Sentence,
    Character,
}

impl UnitName {
    fn unit(self) -> CodedUnit {
        match self {
            Self::Note => CodedUnit::Note,
            Self::Session => CodedUnit::Session,
            Self::Paragraph => CodedUnit::Paragraph,
            Self::Sentence => CodedUnit::Sentence,
            Self::Character => CodedUnit::Character,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ClusterName {
    Unit,
    Note,
    Participant,
}

impl ClusterName {
    fn cluster(self) -> Cluster {
        match self {
            Self::Unit => Cluster::Unit,
            Self::Note => Cluster::Note,
            Self::Participant => Cluster::Participant,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ByName {
    Batch,
    Participant,
    #[value(name = "session_type")]
    SessionType,
    Month,
}

impl ByName {
    fn by(self) -> GroupBy {
        match self {
            Self::Batch => GroupBy::Batch,
            Self::Participant => GroupBy::Participant,
            Self::SessionType => GroupBy::SessionType,
            Self::Month => GroupBy::Month,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// Where a file cannot be read, or the notes that a unit needs are missing.
pub fn run(args: &Args) -> Result<Ending> {
    Threshold::named(&args.coefficient)
        .map_err(|why| Error::other(format!("--coefficient: {why}.")))?;
    match &args.ratings {
        Some(path) => ratings::run(args, path)?,
        None => codings(args)?,
    }
    Ok(Ending::Done)
}

fn codings(args: &Args) -> Result<()> {
    let study = args.study.as_deref().map(Study::open).transpose()?;
    let how = how(args, study.as_ref())?;
    let lists = args.disagreements.is_some() || args.adjudicate.is_some();
    let (files, notes, findings) = read_coders(&Reader {
        paths: args.coders.clone(),
        notes: args.notes.clone(),
        needs_texts: lists || args.unit != UnitName::Note,
    })?;
    let named = codebook_of(args, study.as_ref());
    let loaded = codebook::open(named.as_deref().unwrap_or("kap"))?;
    let asking = Asking {
        codebook: &loaded.codebook,
        known_as: match named {
            Some(_) => CodebookIs::Named,
            None => CodebookIs::Supposed,
        },
        any_assertion: args.any_assertion,
        known: KnownCodebooks {
            studies: studies(args),
        },
    };
    let coders = Coders::new(&files, notes, &asking, findings);
    for finding in &coders.findings {
        eprintln!("{finding}");
    }
    if let Some(said) = adjudicate::run(args, &coders)? {
        return crate::cli::print(&said);
    }
    let compared = compare(&coders, &how)?;
    if let Some(path) = &args.csv {
        write_whole(&agreement_lines(&compared), path)?;
    }
    show::codes(args, &compared)
}

fn how(args: &Args, study: Option<&Study>) -> Result<How> {
    if !(0.0..=1.0).contains(&args.overlap) {
        return Err(Error::other("--overlap is a share from 0 to 1."));
    }
    let threshold = match args.threshold {
        Some(_) => threshold(args)?,
        None => study.and_then(|s| s.file.agreement.threshold()),
    };
    Ok(How {
        unit: args.unit.unit(),
        cluster: args.bootstrap.map(ClusterName::cluster),
        replicates: args.replicates,
        overlap: args.overlap,
        threshold,
        by: args.by.map(ByName::by),
    })
}

/// The threshold of the command line.
fn threshold(args: &Args) -> Result<Option<Threshold>> {
    let made = args
        .threshold
        .map(|value| Threshold::new(&args.coefficient, value));
    made.transpose()
        .map_err(|why| Error::other(format!("--threshold: {why}.")))
}

/// The codebook that was named, that of a run or import among the coders, or the study's.
fn codebook_of(args: &Args, study: Option<&Study>) -> Option<String> {
    let kept = |path: &PathBuf| {
        let file = path.join("codebook.yaml");
        file.is_file().then(|| file.to_string_lossy().into_owned())
    };
    let of_study = || {
        let study = study?;
        let name = study.file.codebook.as_ref()?;
        let file = study.folder.join(name);
        Some(if file.is_file() {
            file.to_string_lossy().into_owned()
        } else {
            name.clone()
        })
    };
    let of_run = || args.coders.iter().find_map(kept);
    args.codebook.clone().or_else(of_run).or_else(of_study)
}

/// Folders that may keep codebooks: the study that is named, and those that hold coders' files.
fn studies(args: &Args) -> Vec<PathBuf> {
    let around = |path: &PathBuf| {
        let parent = path.parent().filter(|p| !p.as_os_str().is_empty());
        parent.unwrap_or(Path::new(".")).to_owned()
    };
    let named = args.study.iter().cloned();
    named.chain(args.coders.iter().map(around)).collect()
}
