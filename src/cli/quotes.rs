//! `verbatim quotes`: representative quotes, or the opposite cases, for a manuscript.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueEnum};

use crate::deident::{CAVEAT, Finder};
use crate::error::{Error, Result};
use crate::export::{
    PrintedQuote, is_output, quotes_csv, quotes_docx, quotes_json, quotes_markdown,
};
use crate::model::codebook::{CodeIndex, Codebook};
use crate::model::coding::Voice;
use crate::pipeline::deidentify::pseudonyms;
use crate::pipeline::{self, ChosenQuotes, ReadStudy, quotes::quotes};
use crate::quote::{Choice, QuoteRow, Rule, candidates};
use crate::study::{Rules, Study};

use super::progress::Progress;
use super::{Common, Ending};

/// Arguments of `verbatim quotes`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// A study folder, a study.toml, a folder of notes, one file of notes, or the output folder of a
    /// run.
    path: PathBuf,
    /// Only these codes (paths), with those below them.
    #[arg(long, value_name = "CODE,..", value_delimiter = ',')]
    code: Vec<String>,
    /// What has cells of its own: `participant`, `session_type`, both, or `none`.
    #[arg(
        long,
        value_name = "WHAT,..",
        value_delimiter = ',',
        default_value = "participant,session_type"
    )]
    by: Vec<By>,
    /// Quotes in each cell.
    #[arg(long, value_name = "N", default_value_t = crate::quote::PER_CELL)]
    per_cell: usize,
    /// Only passages of this voice: quote, reported, clinician, other.
    #[arg(long, value_name = "VOICE")]
    voice: Option<Voice>,
    /// How they are printed.
    #[arg(long, value_enum, default_value_t = Format::Md)]
    format: Format,
    /// The opposite cases: what is denied, then what is against the trend (in the notes of a
    /// participant or session type where the theme is rare though common elsewhere, or that are
    /// silent on it where others are not), then what is least typical.
    #[arg(long)]
    deviant: bool,
    /// Mask names, places, dates and other identifiers; leave out note ids and offsets.
    #[arg(long)]
    deidentify: bool,
    /// Print calendar dates, too.
    #[arg(long, conflicts_with = "deidentify")]
    dates: bool,
    /// Write here instead of standard output.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
}

/// Candidates of a cell where opposite cases are sought, at least.
const DEVIANT_CANDIDATES_MIN: usize = 2_000;

/// What has cells of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum By {
    /// Each participant.
    Participant,
    /// Each session type.
    SessionType,
    /// Nothing: a cell holds all passages of a code.
    None,
}

/// How quotes are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table.
    Csv,
    /// Text with headings.
    Md,
    /// A Word document.
    Docx,
    /// For machines.
    Json,
}

/// Runs the command.
///
/// # Errors
/// Where the study or the output folder cannot be read, a code does not exist, or a quote is not in
/// its note.
pub fn run(args: &Args) -> Result<Ending> {
    let chosen = if is_output(&args.path) {
        of_output(args)?
    } else {
        of_study(args)?
    };
    let printed = printed(args, &chosen);
    let caveat = args.deidentify.then_some(CAVEAT);
    let format = if args.common.json {
        Format::Json
    } else {
        args.format
    };
    let bytes = match format {
        Format::Csv => quotes_csv(&printed),
        Format::Md => quotes_markdown(&printed, caveat),
        Format::Json => quotes_json(&printed, caveat),
        Format::Docx => quotes_docx(&printed, caveat)?,
    };
    write(args.file.as_deref(), &bytes)?;
    if let (Some(caveat), false) = (caveat, args.common.quiet) {
        eprintln!("{caveat}");
    }
    Ok(Ending::Done)
}

fn of_study(args: &Args) -> Result<ChosenQuotes> {
    let study = Study::open(&args.path)?;
    let rules = Rules::load(&study, args.common.codebook.as_deref())?;
    let rule = rule(args, &rules.codebook.codebook)?;
    let progress = Progress::new(args.common.quiet || args.common.json);
    let out = args.common.out(&study);
    let (reading, rows) = args.common.with_threads(|| {
        let reading = pipeline::read(&study, &rules, Some(super::today()), &out, &progress)?;
        let of = ReadStudy {
            study: &study,
            reading: &reading,
            rules: &rules,
        };
        let rows = quotes(of, &rule, &progress)?;
        Ok::<_, Error>((reading, rows))
    })??;
    progress.end();
    let finder = Finder::new(&rules.identifiers)?;
    Ok(ChosenQuotes {
        pseudonyms: pseudonyms(&reading.corpus, &finder),
        dates: reading.corpus.notes.iter().map(|n| n.date.value).collect(),
        codebook: rules.codebook.codebook,
        rows,
    })
}

/// From a run's folder, as it was coded then.
fn of_output(args: &Args) -> Result<ChosenQuotes> {
    if args.common.codebook.is_some() {
        let message = "the output of a run is quoted by the codebook that it used; leave out \
                       --codebook, or name the study itself.";
        return Err(Error::other(message));
    }
    args.common
        .with_threads(|| pipeline::run_quotes(&args.path, &|codebook| rule(args, codebook)))?
}

fn rule(args: &Args, codebook: &Codebook) -> Result<Rule> {
    let [by_participant, by_session_type] =
        [By::Participant, By::SessionType].map(|by| args.by.contains(&by));
    let candidates = candidates(args.per_cell, by_participant && by_session_type);
    let (choice, candidates) = if args.deviant {
        // What is against the trend is known only when all notes were read.
        (Choice::Deviant, candidates.max(DEVIANT_CANDIDATES_MIN))
    } else {
        (Choice::Typical, candidates)
    };
    Ok(Rule {
        by_participant,
        by_session_type,
        per_cell: args.per_cell,
        candidates,
        voice: args.voice,
        choice,
        codes: codes(&args.code, codebook)?,
        parents: codebook.codes.iter().map(|c| c.parent).collect(),
    })
}

/// The named codes and all below them.
fn codes(paths: &[String], codebook: &Codebook) -> Result<Vec<CodeIndex>> {
    let mut codes = Vec::new();
    for path in paths {
        let Some(found) = codebook.find(path) else {
            let message = format!(
                "the codebook {} has no code {path:?}; `verbatim codebook show` lists them.",
                codebook.name
            );
            return Err(Error::not_found(message));
        };
        codes.extend(codebook.subtree(found));
    }
    Ok(codes)
}

fn printed(args: &Args, chosen: &ChosenQuotes) -> Vec<PrintedQuote> {
    let print = |row: &QuoteRow| {
        let code = chosen.codebook.code(row.code);
        let [before, quote, after] = if args.deidentify {
            row.masked_parts()
        } else {
            row.parts()
        };
        let id = row.participant.as_ref();
        let masked_id = id.map(|id| chosen.pseudonyms.of(id).to_owned());
        let inside = (!args.deidentify).then_some(row);
        let date = chosen.dates.get(row.note_index).copied().flatten();
        PrintedQuote {
            code: code.path.as_str().to_owned(),
            code_name: code.name.clone(),
            participant_id: match inside {
                Some(_) => id.map(ToString::to_string),
                None => masked_id,
            },
            session_type: row.session_type.clone(),
            rank: row.rank,
            note_id: inside.map(|row| row.note.as_str().to_owned()),
            start: inside.map(|row| row.start),
            end: inside.map(|row| row.end),
            quote: quote.to_owned(),
            context_before: before.trim().to_owned(),
            context_after: after.trim().to_owned(),
            voice: row.voice.as_str(),
            why: row.why.clone(),
            day: row.day,
            date: date.filter(|_| args.dates).map(|d| d.to_string()),
        }
    };
    chosen.rows.iter().map(print).collect()
}

fn write(file: Option<&Path>, bytes: &[u8]) -> Result<()> {
    if let Some(path) = file {
        return std::fs::write(path, bytes).map_err(|e| Error::io("write the quotes", path, e));
    }
    let mut out = std::io::stdout().lock();
    out.write_all(bytes)
        .and_then(|()| out.flush())
        .map_err(|e| Error::io("write to standard output", Path::new("stdout"), e))
}
