//! `verbatim decide`: steps through a note's codings, a line of the keyboard a decision.
//!
//! Lines in, lines out: nothing moves on the screen, so that it works over SSH and with a screen
//! reader. Each decision is in `decisions.csv` before the next is asked for.

mod desk;
mod item;

use std::io::{BufRead, IsTerminal as _};
use std::path::PathBuf;

use clap::Args as ClapArgs;

use crate::error::{Error, Result};
use crate::pipeline;
use crate::study::{Rules, Study};

use super::progress::Progress;
use super::{Common, Ending, audit, print};
use desk::Desk;

/// Arguments of `verbatim decide`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// A study folder, a study.toml, a folder of notes, or one file of notes.
    path: PathBuf,
    /// The note's id, as in notes.csv.
    note_id: String,
    /// Who decides; the name stands in decisions.csv.
    #[arg(long, value_name = "NAME")]
    coder: String,
    /// Step through this code only (its path).
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
    /// One fact a line, in words, for screen readers.
    #[arg(long)]
    plain: bool,
    #[command(flatten)]
    common: Common,
}

/// Runs the command.
///
/// # Errors
/// Where the study cannot be read, has no such note, or `decisions.csv` cannot be written.
pub fn run(args: &Args) -> Result<Ending> {
    let coder = args.coder.trim();
    if coder.is_empty() || coder.contains(';') {
        return Err(Error::other(
            "--coder needs a name without a semicolon, as it shall stand in decisions.csv.",
        ));
    }
    let study = Study::open(&args.path)?;
    let rules = Rules::load(&study, args.common.codebook.as_deref())?;
    let codebook = &rules.codebook.codebook;
    if let Some(code) = args.code.as_ref().filter(|c| codebook.find(c).is_none()) {
        let paths: Vec<&str> = codebook.codes.iter().map(|c| c.path.as_str()).collect();
        return Err(Error::not_found(format!(
            "--code {code}: the codebook has no such code. There are: {}.",
            paths.join(", ")
        )));
    }
    // A screen reader would read out every turn of a moving line.
    let is_silent = args.common.quiet || args.plain || !std::io::stderr().is_terminal();
    let progress = Progress::new(is_silent);
    let out = args.common.out(&study);
    let (reading, worked) = args.common.with_threads(|| {
        let reading = pipeline::read(&study, &rules, Some(super::today()), &out, &progress)?;
        let worked = pipeline::work_one(&study, &reading, &rules, &args.note_id)?;
        Ok::<_, Error>((reading, worked))
    })??;
    progress.end();
    let mut desk = Desk::new(args, &study, &rules, &worked);
    print(&desk.opening(&reading.corpus.notes[worked.index]))?;
    let mut lines = std::io::stdin().lock().lines();
    let mut next = || {
        lines
            .next()
            .transpose()
            .map_err(|e| Error::io("read from the keyboard", "stdin".as_ref(), e))
    };
    print(&desk.current())?;
    let mut is_codebook_kept = false;
    while let Some(line) = next()? {
        let step = desk.take(&line)?;
        if !desk.written.is_empty() && !is_codebook_kept {
            audit::record_codebook(&study, &rules);
            is_codebook_kept = true;
        }
        for details in desk.written.drain(..) {
            audit::record(&study, coder, "decide", details);
        }
        print(&step.say)?;
        if step.is_last {
            return Ok(Ending::Done);
        }
    }
    print("\n")?;
    Ok(Ending::Done)
}
