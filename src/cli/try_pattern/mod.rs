//! `verbatim codebook try`: one pattern on the notes of a study, and its concordance at once.
//!
//! The pattern runs as a code of its own, beside the code that it may be meant for, so that what it
//! would add stands out from what that code finds already. Where a run stands for the notes, its texts
//! are looked at, and only those are laid out in which the pattern may find anything.

mod concordance;

use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueEnum};

use crate::codebook::{Loaded, of_pattern};
use crate::error::Result;
use crate::export::is_output;
use crate::ingest::listed_types;
use crate::model::codebook::{Code, Codebook};
use crate::model::coded::CodedNote;
use crate::model::coding::Coding;
use crate::pipeline::{self, Asked, ReadStudy, RunAnew, SeenNote, Standing};
use crate::query::Counts;
use crate::study::{Rules, Study};

use super::codebook::Engine;
use super::named::code_named;
use super::progress::Progress;
use super::{Common, Ending, pretty, print};
use concordance::{Concordance, GatheredNote};

/// Arguments of `verbatim codebook try`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// The pattern, as a codebook would write it.
    pattern: String,
    /// A study folder, a study.toml, a folder of notes, one file of notes, or the output folder of a
    /// run. A study's notes are taken from its last run where nothing of them has changed since.
    path: PathBuf,
    /// Take matches away that overlap this pattern (may be given again).
    #[arg(long, value_name = "PATTERN")]
    unless: Vec<String>,
    /// Mark what this code of the study's codebook (or one below it) finds already, and look for its
    /// counter-examples that the pattern would break.
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
    /// The order of the lines.
    #[arg(long, value_enum, default_value_t = Sort::Note)]
    sort: Sort,
    /// Lines at most; 0 for all.
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
    /// Characters of context on each side.
    #[arg(long, value_name = "N", default_value_t = 45)]
    context: usize,
    #[command(flatten)]
    common: Common,
}

/// The order of a concordance's lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Sort {
    /// As the notes stand in the study.
    Note,
    /// By the words found.
    Word,
    /// By what stands before, nearest word first.
    Left,
    /// By what stands behind.
    Right,
}

/// Runs the command; `engine` codes the texts of counter-examples.
///
/// # Errors
/// Where the pattern is none, the code does not exist, or the study cannot be read.
pub fn run(args: &Args, engine: &Engine<'_>) -> Result<Ending> {
    let is_run = is_output(&args.path);
    let (study, mut rules, standing) = if is_run {
        let run = pipeline::run_of_output(&args.path, args.common.codebook.as_deref())?;
        (run.0, run.1, Some(Standing::Run(Box::new(run.2))))
    } else {
        let study = Study::open(&args.path)?;
        let rules = Rules::load(&study, args.common.codebook.as_deref())?;
        (study, rules, None)
    };
    let own = rules.codebook.codebook.clone();
    let tried = tried(args, &own)?;
    let out = args.common.out(&study);
    let standing = match standing {
        Some(standing) => standing,
        None => Standing::of_study(&study, &rules, &out, Asked::Notes)?,
    };
    rules.codebook.codebook = tried;
    let mut concordance = Concordance {
        lines: Vec::new(),
        counts: Counts::default(),
        broken: broken(args, &own, &rules.codebook, engine)?,
        compared: args.code.is_some(),
        session_types: listed_types(&rules.reading),
        standing,
    };
    args.common
        .with_threads(|| match concordance.standing.clone() {
            Standing::Run(run) => of_run(args, &run.dir, (&study, &rules), &mut concordance),
            Standing::Notes(_) => of_notes(args, &out, (&study, &rules), &mut concordance),
        })??;
    concordance.sort(args.sort);
    let text = if args.common.json {
        pretty(&concordance.json(&args.pattern, args.limit))
    } else {
        concordance.text(args.limit, args.context)
    };
    print(&text)?;
    Ok(Ending::Done)
}

/// Looks at the notes as a run wrote them.
fn of_run(
    args: &Args,
    dir: &Path,
    (study, rules): (&Study, &Rules),
    concordance: &mut Concordance,
) -> Result<()> {
    let decisions = study.decisions();
    let of = RunAnew {
        dir,
        rules,
        decisions: &decisions,
    };
    let gather = |seen: &SeenNote<'_>| match seen {
        SeenNote::Coded(coded) => GatheredNote::new(coded, args.context),
        SeenNote::Passed {
            note,
            session_types,
        } => GatheredNote::without_lines(note, session_types.to_vec()),
    };
    pipeline::each_note_of_run(of, &gather, &mut |note| {
        concordance.take(note);
        Ok(())
    })
}

/// Reads the notes' files and looks at them.
fn of_notes(
    args: &Args,
    out: &Path,
    (study, rules): (&Study, &Rules),
    concordance: &mut Concordance,
) -> Result<()> {
    let progress = Progress::new(args.common.quiet || args.common.json);
    let reading = pipeline::read(study, rules, Some(super::today()), out, &progress)?;
    let of = ReadStudy {
        study,
        reading: &reading,
        rules,
    };
    let gather = |coded: &CodedNote<'_>| GatheredNote::new(coded, args.context);
    pipeline::each_note(of, &progress, &gather, &mut |note| {
        concordance.take(note);
        Ok(())
    })?;
    progress.end();
    Ok(())
}

/// The codebook that is run: the pattern as a code of its own, then the code that it is compared
/// with and all below it.
fn tried(args: &Args, own: &Codebook) -> Result<Codebook> {
    let mut tried = of_pattern(&args.pattern, own)?;
    for pattern in &args.unless {
        let mut unless = of_pattern(pattern, own)?;
        let patterns = unless.codes.iter_mut().flat_map(|c| c.patterns.drain(..));
        tried.codes[0].unless.extend(patterns);
    }
    if let Some(path) = &args.code {
        let found: Vec<Code> = subtree(own, path)?.cloned().collect();
        tried.codes.extend(found.into_iter().map(|code| Code {
            parent: None,
            ..code
        }));
    }
    Ok(tried)
}

fn subtree<'c>(own: &'c Codebook, path: &str) -> Result<impl Iterator<Item = &'c Code>> {
    let codes = own.subtree(code_named(own, path)?);
    Ok(codes.map(|code| own.code(code)))
}

/// The counter-examples of the code in which the pattern finds something that would count.
fn broken(args: &Args, own: &Codebook, tried: &Loaded, engine: &Engine<'_>) -> Result<Vec<String>> {
    let Some(path) = &args.code else {
        return Ok(Vec::new());
    };
    let mut code_text = engine(tried)?;
    let mut broken = Vec::new();
    for code in subtree(own, path)? {
        for example in &code.counterexamples {
            let counts = |c: &Coding| c.code.0 == 0 && code.count.contains(&c.assertion());
            if code_text(&example.text).codings.iter().any(counts) {
                broken.push(example.text.clone());
            }
        }
    }
    Ok(broken)
}
