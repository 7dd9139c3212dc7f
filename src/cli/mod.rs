//! Commands, one file each: arguments in, messages and data out.
//!
//! The only place that prints and reads the clock and the environment. Data goes to standard
//! output, all else to standard error.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "printing is this module's job"
)]

pub mod agree;
pub mod audit;
pub mod check;
pub mod codebook;
pub mod compare;
pub mod context;
mod counted;
pub mod decide;
mod decided;
pub mod deidentify;
pub mod explain;
pub mod export;
pub mod import;
pub mod init;
mod lost_memos;
mod named;
mod progress;
pub mod query;
pub mod quotes;
pub mod run;
pub mod sample;
pub mod search;
pub mod suggest;
mod table_format;
pub mod try_pattern;
mod write_study;

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};

use crate::codebook::examples::Trial;
use crate::codebook::{Loaded, builtin_cues, builtin_section_rules};
use crate::coding::matcher::Matcher;
use crate::error::{Error, ErrorKind, Result};
use crate::exchange::{Memos, read_memos};
use crate::export::terminal::{Glyphs, Terminal};
use crate::ingest::Reading;
use crate::model::codebook::Codebook;
use crate::model::coding::Taker;
use crate::segment;
use crate::study::{Study, in_language};

/// Codes messy clinical notes by a codebook and counts themes so that every number opens up.
#[derive(Debug, Parser)]
#[command(name = "verbatim", version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// A commented study.toml and a starter codebook beside the notes.
    Init(init::Args),
    /// Read the notes of a study, code, count and write all results.
    Run(run::Args),
    /// Read as `run` would, without coding: what was recognised, from what, what is wrong.
    Check(check::Args),
    /// Keyword in context over a run's index, with filters.
    Search(search::Args),
    /// Representative quotes by code, participant and session type, chosen by a stated rule.
    Quotes(quotes::Args),
    /// Why each passage of a note was coded, or was not.
    Explain(explain::Args),
    /// Passages by relations between codes: and, or, not, within N sentences, followed by.
    Query(query::Args),
    /// What the rules of a code may be missing: sentences like those it codes, and their words.
    Suggest(suggest::Args),
    /// Step through a note's codings: keep, reject, recode, add.
    Decide(decide::Args),
    /// Draw notes for double coding, or sentences to learn what the rules miss.
    Sample(sample::Args),
    /// The log of what was done to a study.
    Audit(audit::Args),
    /// The notes with names, places, dates and other identifiers masked, and a list of what was masked.
    Deidentify(deidentify::Args),
    /// Check, print and compare codebooks.
    Codebook(codebook::Args),
    /// Assertion and voice of a passage in a single sentence, or of a table of them.
    Context(context::Args),
    /// Read another program's project: REFI-QDA, Taguette, `QualCoder`.
    Import(import::Args),
    /// Write a run's notes and codings as a project of another program.
    Export(export::Args),
    /// What changed between two runs, and through which edit of the codebook.
    Compare(compare::Args),
    /// Agreement between coders: runs, people's codings, plain rating tables.
    Agree(agree::Args),
}

/// Options that most commands share.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// Where results go (default: `out` inside the study folder).
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// A codebook's file, or the name of a built-in one (`kap`, `brief-cope`).
    #[arg(long, value_name = "FILE|NAME")]
    pub codebook: Option<String>,
    /// Threads to use (default: one a core).
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// Print no progress and no table.
    #[arg(long)]
    pub quiet: bool,
    /// Print a summary that machines can read, and nothing else, on standard output.
    #[arg(long)]
    pub json: bool,
    /// Overwrite an output folder that this program did not write.
    #[arg(long)]
    pub force: bool,
}

impl Common {
    /// The output folder of a study.
    pub fn out(&self, study: &Study) -> PathBuf {
        self.out.clone().unwrap_or_else(|| study.default_out())
    }
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// All done.
    Done,
    /// Done, but `--strict` was given and there are problems.
    Problems,
    /// The check found errors.
    Failed,
}

/// Runs the command line; gives the exit status that contract and README state.
pub fn main() -> u8 {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(problem) => {
            let status = if problem.use_stderr() { 2 } else { 0 };
            // A closed pipe is no error worth reporting.
            let _printed = problem.print();
            return status;
        }
    };
    match dispatch(cli.command) {
        Ok(Ending::Done) => 0,
        Ok(Ending::Failed) => 1,
        Ok(Ending::Problems) => 3,
        Err(error) if is_broken_pipe(&error) => 0,
        Err(error) => {
            let _written = writeln!(io::stderr(), "verbatim: {error}");
            1
        }
    }
}

fn dispatch(command: Command) -> Result<Ending> {
    match command {
        Command::Init(args) => init::run(&args),
        Command::Run(args) => run::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Search(args) => search::run(&args),
        Command::Quotes(args) => quotes::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Query(args) => query::run(&args),
        Command::Suggest(args) => suggest::run(&args),
        Command::Decide(args) => decide::run(&args),
        Command::Sample(args) => sample::run(&args),
        Command::Audit(args) => audit::run(&args),
        Command::Deidentify(args) => deidentify::run(&args),
        Command::Codebook(args) => codebook::run(&args, &trial),
        Command::Context(args) => context::run(&args).map(|()| Ending::Done),
        Command::Export(args) => export::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Compare(args) => compare::run(&args),
        Command::Agree(args) => agree::run(&args),
    }
}

/// Codes one text.
type CodeText = dyn FnMut(&str) -> Trial;

/// Makes the function that codes one text as `run` would, for the examples of a codebook.
fn trial(loaded: &Loaded) -> Result<Box<CodeText>> {
    let language = &loaded.codebook.language;
    let sections = in_language(builtin_section_rules, language)?;
    let cues = in_language(builtin_cues, language)?;
    let matcher = Matcher::new(&loaded.codebook, &cues)?;
    Ok(Box::new(move |text| {
        let layout = segment::layout(text, &sections, &[]);
        let coded = matcher.worker().code(text, &layout);
        let of_codings = coded.codings.iter().map(|c| c.evidence.pattern);
        // What takes a match away has been at work, too.
        let by_unless = coded.taken.iter().filter_map(|t| match t.by {
            Taker::Unless { pattern, .. } => Some(pattern),
            Taker::Section { .. } | Taker::Context { .. } => None,
        });
        let matched = of_codings
            .chain(coded.taken.iter().map(|t| t.pattern))
            .chain(by_unless)
            .collect();
        Trial {
            codings: coded.codings,
            taken: coded.taken,
            matched,
        }
    }))
}

/// A study's memos, with a finding for each that cannot be shown.
fn memos(study: &Study, codebook: &Codebook, reading: &Reading) -> Memos {
    let path = study.memos();
    let mut memos = read_memos(&path);
    let is_code = |code: &str| codebook.find(code).is_some();
    let ids: BTreeSet<&str> = reading.corpus.notes.iter().map(|n| n.id.as_str()).collect();
    memos.check(&path, &is_code, &|note| ids.contains(note));
    memos
}

/// What the terminal can show: bars of blocks where the locale speaks UTF-8, at its width.
fn terminal() -> Terminal {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    let unicode = locale.is_none_or(|l| l.to_lowercase().replace('-', "").contains("utf8"));
    let width = match console_width() {
        Some(width) => width,
        None => Terminal::default().width,
    };
    let glyphs = if unicode {
        Glyphs::Unicode
    } else {
        Glyphs::Ascii
    };
    Terminal {
        width,
        glyphs,
        ..Terminal::default()
    }
}

fn console_width() -> Option<usize> {
    let columns = std::env::var("COLUMNS").ok()?;
    columns.parse().ok().filter(|width| *width > 40)
}

/// Today by the machine's clock.
pub(crate) fn today() -> jiff::civil::Date {
    jiff::Timestamp::now()
        .to_zoned_datetime(jiff::tz::TimeZone::UTC)
        .date()
}

/// Whether a reader of our output went away, as `head` does.
fn is_broken_pipe(error: &Error) -> bool {
    matches!(&error.kind, ErrorKind::Io { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
}

/// Writes a value for machines to standard output.
pub(crate) fn print_json(value: &serde_json::Value) -> Result<()> {
    print(&pretty(value))
}

/// A value for machines, drawn over several lines.
pub(crate) fn pretty(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}

/// Writes data to standard output.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|e| Error::io("write to standard output", Path::new("stdout"), e))
}
