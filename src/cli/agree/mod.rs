//! `verbatim agree`: how well coders agree, code by code.

mod adjudicate;
mod coders;
mod show;

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use crate::agreement::{
    Estimate, Level, Passages, Ratings, Retrieval, Unitizing, bootstrap_alpha, coefficients,
    passages, per_code,
};
use crate::error::{Error, Result};
use crate::exchange::read_rating_table;

use super::Ending;
use coders::Coders;

/// Arguments of `verbatim agree`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// Coders: output folders of runs, CSV files of codings, JSONL files with a line a note.
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
    unit: Unit,
    /// Let a coding of any assertion mark its unit.
    #[arg(long)]
    any_assertion: bool,
    /// The codebook that says which assertions count (a file or a built-in name).
    #[arg(long, value_name = "FILE|NAME", default_value = "kap")]
    codebook: String,
    /// What the bootstrap interval of alpha resamples (default: participants where there are ten
    /// or more, else notes).
    #[arg(long, value_enum)]
    bootstrap: Option<Cluster>,
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
    /// The study folder whose log shall hold the adjudication.
    #[arg(long, value_name = "DIR", requires = "adjudicate")]
    study: Option<PathBuf>,
    /// Overwrite a list of disagreements.
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
enum Unit {
    Note,
    Session,
    Sentence,
    Character,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Cluster {
    Unit,
    Note,
    Participant,
}

/// What is known of one code.
struct CodeResult {
    n: f64,
    coefficients: Vec<(&'static str, Estimate)>,
    bootstrap: Option<(f64, f64)>,
    /// Units that each coder marked.
    marked: Vec<u64>,
    /// Of two coders: the 2×2 table, and how their passages meet.
    pair: Option<(Retrieval, Passages)>,
    bar_u_alpha: Estimate,
    k_u_alpha: Estimate,
}

/// Runs the command.
///
/// # Errors
/// Where a file cannot be read, or the notes that a unit needs are missing.
pub fn run(args: &Args) -> Result<Ending> {
    match &args.ratings {
        Some(path) => {
            let table = read_rating_table(path)?;
            let mut categories = table.values();
            let known = args.categories.iter().map(|c| c.trim().to_owned());
            let listed: Vec<String> = known.collect();
            if !listed.is_empty() {
                let stray: Vec<_> = categories
                    .iter()
                    .filter(|c| !listed.contains(c))
                    .cloned()
                    .collect();
                if !stray.is_empty() {
                    let stray = stray.join(", ");
                    let message =
                        format!("the table holds categories that --categories lacks: {stray}.");
                    return Err(Error::other(message));
                }
                categories = listed;
            }
            let index = |c: &Option<String>| {
                c.as_ref()
                    .and_then(|c| categories.iter().position(|other| other == c))
            };
            let units = table
                .units
                .iter()
                .map(|u| u.iter().map(index).collect())
                .collect();
            let mut ratings = Ratings::new(table.coders.len(), categories.len(), units);
            let numbers: Option<Vec<f64>> = categories.iter().map(|c| c.parse().ok()).collect();
            if let Some(numbers) = numbers {
                ratings = ratings.with_numbers(numbers);
            }
            show::ratings(args, &table.coders, &ratings)?;
        }
        None => compare(args)?,
    }
    Ok(Ending::Done)
}

fn compare(args: &Args) -> Result<()> {
    let coders = Coders::read(args)?;
    if let Some(said) = adjudicate::run(args, &coders)? {
        for finding in &coders.findings {
            eprintln!("{finding}");
        }
        return crate::cli::print(&said);
    }
    let map = coders.units(args.unit)?;
    let resample = coders.resample(args.bootstrap);
    let whole = coders.unitizing();
    let mut results: BTreeMap<String, CodeResult> = BTreeMap::new();
    for (index, code) in coders.codes.iter().enumerate() {
        let marks = coders.marks(index);
        let ratings = per_code(&map, &marks);
        let alone = coders.unitizing_of(index);
        results.insert(
            code.clone(),
            CodeResult {
                n: ratings.n(),
                coefficients: coefficients(&ratings, Level::Nominal),
                bootstrap: bootstrap_alpha(&map, &marks, &resample, args.replicates),
                marked: (0..marks.len())
                    .map(|coder| marked_by(&ratings, coder))
                    .collect(),
                pair: (marks.len() == 2).then(|| {
                    let (a, b) = (coders.all_marks(0, index), coders.all_marks(1, index));
                    (table(&ratings), passages(&a, &b))
                }),
                bar_u_alpha: alone.bar_u_alpha,
                k_u_alpha: whole.k_u_alpha.get(index).copied().unwrap_or_default(),
            },
        );
    }
    show::codes(args, &coders, &results, &whole)
}

fn marked_by(ratings: &Ratings, coder: usize) -> u64 {
    let yes = |unit: &&crate::agreement::Rated| unit.by_coder[coder] == Some(1);
    ratings
        .units()
        .iter()
        .filter(yes)
        .map(|unit| unit.times as u64)
        .sum()
}

/// The 2×2 table of the first two coders.
fn table(ratings: &Ratings) -> Retrieval {
    let count = |a: usize, b: usize| {
        let same = |unit: &&crate::agreement::Rated| unit.by_coder[..2] == [Some(a), Some(b)];
        ratings
            .units()
            .iter()
            .filter(same)
            .map(|unit| unit.times as u64)
            .sum()
    };
    Retrieval {
        both: count(1, 1),
        only_coder: count(1, 0),
        only_reference: count(0, 1),
        neither: count(0, 0),
    }
}

/// Names used by [`show`].
fn unitizing_names(unitizing: &Unitizing) -> [(&'static str, Estimate); 4] {
    [
        ("u_alpha", unitizing.u_alpha),
        ("bar_u_alpha", unitizing.bar_u_alpha),
        ("cu_alpha", unitizing.cu_alpha),
        ("cu_coverage", unitizing.cu_coverage),
    ]
}
