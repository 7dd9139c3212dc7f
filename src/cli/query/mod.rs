//! `verbatim query`: passages by relations between codes.

mod show;

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args as ClapArgs;

use crate::error::{Error, Result};
use crate::exchange::write_whole;
use crate::export::is_output;
use crate::ingest::listed_types;
use crate::model::corpus::{Corpus, Note, UNKNOWN_SESSION_TYPE};
use crate::pipeline::{self, Asked, ReadStudy, Standing, Stored};
use crate::query::{Answer, Asker, CodeName, Counting, NoteFacts, Question, Vocabulary, parse};
use crate::study::{Rules, Study};

use super::progress::Progress;
use super::{Common, Ending, pretty, print};

/// Arguments of `verbatim query`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// A study folder, a study.toml, a folder of notes, one file of notes, or the output folder of
    /// a run. A study's last run is asked where nothing of the study has changed since.
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
    let (answer, session_types, standing) = if is_output(&args.path) {
        let answer = args.common.with_threads(|| {
            let stored = Stored::open(&args.path)?;
            let names = stored.codes().iter();
            let names = names.map(|path| (path.clone(), String::new()));
            let known = names_of_run(&stored, &[]);
            of_run(args, &names.collect(), &stored, (known, counting))
        })??;
        (answer, Vec::new(), None)
    } else {
        of_study(args, counting)?
    };
    if let Some(path) = &args.csv {
        write_whole(&show::csv(&answer), path)?;
    }
    let shown = show::Shown {
        answer: &answer,
        session_types: &session_types,
        limit: args.limit,
        standing: standing.as_ref(),
    };
    let text = if args.common.json {
        pretty(&shown.json(&args.expression))
    } else if args.common.quiet {
        String::new()
    } else {
        shown.text()
    };
    print(&text)?;
    Ok(Ending::Done)
}

/// The answer, the session types in the order of its tables, and what it rests on.
type Answered = (Answer, Vec<String>, Option<Standing>);

/// The paths of codes, each with its name.
type Names = Vec<(String, String)>;

fn of_study(args: &Args, counting: Counting) -> Result<Answered> {
    let study = Study::open(&args.path)?;
    let rules = Rules::load(&study, args.common.codebook.as_deref())?;
    let codes = rules.codebook.codebook.codes.iter();
    let names: Names = codes
        .map(|c| (c.path.as_str().to_owned(), c.name.clone()))
        .collect();
    // What is wrong with the question itself is said before any note is read.
    understood(&args.expression, &vocabulary(&names, Vocabulary::default()))?;
    let out = args.common.out(&study);
    let standing = Standing::of_study(&study, &rules, &out, Asked::Codings)?;
    let of = (&study, &rules);
    let answer = args.common.with_threads(|| match &standing {
        Standing::Run(run) => {
            let stored = Stored::open_by(&run.dir, rules.sections.clone())?;
            let known = names_of_run(&stored, &listed_types(&rules.reading));
            of_run(args, &names, &stored, (known, counting))
        }
        Standing::Notes(_) => of_notes(args, of, &names, counting),
    })??;
    Ok((answer, listed_types(&rules.reading), Some(standing)))
}

/// Reads and codes the notes, and asks them.
fn of_notes(
    args: &Args,
    (study, rules): (&Study, &Rules),
    names: &Names,
    counting: Counting,
) -> Result<Answer> {
    let progress = Progress::new(args.common.quiet || args.common.json);
    let out = args.common.out(study);
    let reading = pipeline::read(study, rules, Some(super::today()), &out, &progress)?;
    let known = names_of_notes(&reading.corpus, &listed_types(&rules.reading));
    let question = understood(&args.expression, &vocabulary(names, known))?;
    let mut asker = Asker::new(&question, counting);
    let mut take = |note| {
        asker.take(note);
        Ok(())
    };
    let of = ReadStudy {
        study,
        reading: &reading,
        rules,
    };
    pipeline::each_note(of, &progress, &NoteFacts::new, &mut take)?;
    progress.end();
    Ok(asker.finish())
}

/// Asks the codings that a run wrote.
fn of_run(
    args: &Args,
    names: &Names,
    stored: &Stored,
    (known, counting): (Vocabulary, Counting),
) -> Result<Answer> {
    let question = understood(&args.expression, &vocabulary(names, known))?;
    let mut asker = Asker::new(&question, counting);
    for note in stored.notes(&question)? {
        asker.take(note);
    }
    Ok(asker.finish())
}

/// The names that filters may ask for, in a run; session types also as the study lists them.
fn names_of_run(stored: &Stored, listed: &[String]) -> Vocabulary {
    let mut names = stored.names();
    names.session_types.extend(listed.iter().cloned());
    names
}

/// The same before any note is coded: sections and coders are not known yet.
fn names_of_notes(corpus: &Corpus, listed: &[String]) -> Vocabulary {
    let of_notes = |of: &dyn Fn(&Note) -> String| {
        let names: BTreeSet<String> = corpus.notes.iter().map(of).collect();
        names.into_iter().filter(|n| !n.is_empty()).collect()
    };
    let own_type = |n: &Note| {
        let known = n.session_type.value.as_deref();
        known.unwrap_or(UNKNOWN_SESSION_TYPE).to_owned()
    };
    let mut session_types: Vec<String> = of_notes(&own_type);
    session_types.extend(listed.iter().cloned());
    Vocabulary {
        codes: Vec::new(),
        participants: corpus
            .participants
            .iter()
            .map(|p| p.id.to_string())
            .collect(),
        session_types,
        notes: of_notes(&|n| n.id.as_str().to_owned()),
        authors: of_notes(&|n| n.author.to_string()),
        settings: of_notes(&|n| n.setting.to_string()),
        sections: Vec::new(),
        coders: Vec::new(),
    }
}

fn vocabulary(names: &Names, known: Vocabulary) -> Vocabulary {
    let code = |(path, name): &(String, String)| CodeName {
        path: path.clone(),
        name: name.clone(),
    };
    Vocabulary {
        codes: names.iter().map(code).collect(),
        ..known
    }
}

fn understood(expression: &str, known: &Vocabulary) -> Result<Question> {
    parse(expression, known).map_err(|finding| Error::rules(vec![*finding]))
}
