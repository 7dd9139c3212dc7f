//! `verbatim quotes`: representative quotes, or the opposite cases, for a manuscript.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueEnum};

use crate::deident::CAVEAT;
use crate::error::{Error, Result};
use crate::export::{
    PrintedQuote, is_output, quotes_csv, quotes_docx, quotes_json, quotes_markdown,
};
use crate::ingest::Reading;
use crate::model::codebook::{CodeIndex, Codebook};
use crate::model::coding::Voice;
use crate::pipeline::deidentify::pseudonyms;
use crate::pipeline::{self, ReadStudy, quotes::quotes};
use crate::quote::{Choice, QuoteRow, Rule};
use crate::study::{Rules, Study};

use super::progress::Progress;
use super::{Common, Ending};

/// Candidates for each quote that are weighed against each other to the end.
const CANDIDATES_PER_QUOTE: usize = 20;

/// Arguments of `verbatim quotes`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// A study folder, a study.toml, a folder of notes, or one file of notes.
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
    /// The opposite cases: what is denied, then what is least typical.
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
/// Where the study cannot be read, a code does not exist, or a quote is not in its note.
pub fn run(args: &Args) -> Result<Ending> {
    if is_output(&args.path) {
        let message =
            "this is the output of a run; name the study itself, quotes are chosen from its notes.";
        return Err(Error::other(message));
    }
    let study = Study::open(&args.path)?;
    let rules = Rules::load(&study, args.common.codebook.as_deref())?;
    let codebook = &rules.codebook.codebook;
    let rule = rule(args, codebook)?;
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
    let printed = printed(args, &rows, &reading, codebook);
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

fn rule(args: &Args, codebook: &Codebook) -> Result<Rule> {
    Ok(Rule {
        by_participant: args.by.contains(&By::Participant),
        by_session_type: args.by.contains(&By::SessionType),
        per_cell: args.per_cell,
        candidates: args.per_cell.saturating_mul(CANDIDATES_PER_QUOTE),
        voice: args.voice,
        choice: if args.deviant {
            Choice::Deviant
        } else {
            Choice::Typical
        },
        codes: codes(&args.code, codebook)?,
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

fn printed(
    args: &Args,
    rows: &[QuoteRow],
    reading: &Reading,
    codebook: &Codebook,
) -> Vec<PrintedQuote> {
    let people = pseudonyms(reading);
    let print = |row: &QuoteRow| {
        let code = codebook.code(row.code);
        let [before, quote, after] = if args.deidentify {
            row.masked_parts()
        } else {
            row.parts()
        };
        let id = row.participant.as_ref();
        let masked_id = id.and_then(|id| people.get(id)).cloned();
        let inside = (!args.deidentify).then_some(row);
        let date = reading
            .corpus
            .notes
            .get(row.note_index)
            .and_then(|n| n.date.value);
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
            context_before: before.to_owned(),
            context_after: after.to_owned(),
            voice: row.voice.as_str(),
            why: row.why.clone(),
            day: row.day,
            date: date.filter(|_| args.dates).map(|d| d.to_string()),
        }
    };
    rows.iter().map(print).collect()
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
