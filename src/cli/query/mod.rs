//! `verbatim query`: passages by relations between codes.

mod show;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use clap::Args as ClapArgs;

use crate::error::{Error, Result};
use crate::export::is_output;
use crate::pipeline::{self, ReadStudy};
use crate::query::{Answer, Asker, CodeName, Counting, NoteFacts, Question, Vocabulary, parse};
use crate::study::{Rules, Study};

use super::progress::Progress;
use super::{Common, Ending, pretty, print};

/// Arguments of `verbatim query`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// A study folder, a study.toml, a folder of notes, one file of notes, or the output folder of
    /// a run.
    path: PathBuf,
    /// Codes with `and`, `or`, `not`, parentheses; `within N words|sentences|paragraphs`,
    /// `in the same note|session`, `followed by`, `overlapping`; `where voice = quote and
    /// participant = P01`.
    expression: String,
    /// Look at passages of every assertion, not only at those that count.
    #[arg(long)]
    any_assertion: bool,
    /// Write the passages as a table, too.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Passages shown at most; 0 for all. The counts and the table hold all.
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
    #[command(flatten)]
    common: Common,
}

/// Runs the command.
///
/// # Errors
/// Where the question cannot be read, or the study or the output folder cannot.
pub fn run(args: &Args) -> Result<Ending> {
    let counting = if args.any_assertion {
        Counting::AnyAssertion
    } else {
        Counting::Counted
    };
    let (answer, session_types) = if is_output(&args.path) {
        of_output(args, counting)?
    } else {
        of_study(args, counting)?
    };
    if let Some(path) = &args.csv {
        fs::write(path, show::csv(&answer)).map_err(|e| Error::io("write the table", path, e))?;
    }
    let shown = show::Shown {
        answer: &answer,
        session_types: &session_types,
        limit: args.limit,
    };
    let text = if args.common.json {
        pretty(&shown.json(&args.expression))
    } else {
        shown.text()
    };
    print(&text)?;
    Ok(Ending::Done)
}

/// The answer, and the session types in the order of its tables.
type Answered = (Answer, Vec<String>);

fn of_study(args: &Args, counting: Counting) -> Result<Answered> {
    let study = Study::open(&args.path)?;
    let rules = Rules::load(&study, args.common.codebook.as_deref())?;
    let codes = rules.codebook.codebook.codes.iter().map(|c| CodeName {
        path: c.path.as_str().to_owned(),
        name: c.name.clone(),
    });
    let mut known = Vocabulary {
        codes: codes.collect(),
        ..Vocabulary::default()
    };
    // What is wrong with the question itself is said before all notes are read.
    understood(&args.expression, &known)?;
    let progress = Progress::new(args.common.quiet || args.common.json);
    let out = args.common.out(&study);
    let (answer, types) = args.common.with_threads(|| {
        let reading = pipeline::read(&study, &rules, Some(super::today()), &out, &progress)?;
        let corpus = &reading.corpus;
        known.participants = corpus
            .participants
            .iter()
            .map(|p| p.id.to_string())
            .collect();
        let question = understood(&args.expression, &known)?;
        let mut asker = Asker::new(&question, counting);
        let mut take = |note| {
            asker.take(note);
            Ok(())
        };
        let of = ReadStudy {
            study: &study,
            reading: &reading,
            rules: &rules,
        };
        pipeline::each_note(of, &progress, &NoteFacts::new, &mut take)?;
        Ok::<_, Error>((asker.finish(), corpus.session_types.clone()))
    })??;
    progress.end();
    Ok((answer, types))
}

fn of_output(args: &Args, counting: Counting) -> Result<Answered> {
    let stored = pipeline::stored(&args.path)?;
    let codes = stored.codes.into_iter().map(|path| CodeName {
        path,
        name: String::new(),
    });
    let participants = stored.notes.iter().map(|n| n.participant.clone());
    let participants: BTreeSet<String> = participants.filter(|p| !p.is_empty()).collect();
    let known = Vocabulary {
        codes: codes.collect(),
        participants: participants.into_iter().collect(),
        ..Vocabulary::default()
    };
    let question = understood(&args.expression, &known)?;
    let mut asker = Asker::new(&question, counting);
    for note in stored.notes {
        asker.take(note);
    }
    Ok((asker.finish(), Vec::new()))
}

fn understood(expression: &str, known: &Vocabulary) -> Result<Question> {
    parse(expression, known).map_err(|finding| Error::rules(vec![*finding]))
}
