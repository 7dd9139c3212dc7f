//! `verbatim suggest`: what the rules of a code may be missing.

mod said;
mod simulate;
mod view;

use std::path::PathBuf;

use clap::Args as ClapArgs;

use crate::error::Result;
use crate::model::codebook::Codebook;
use crate::model::coded::CodedNote;
use crate::pipeline::{self, ReadStudy};
use crate::study::{Rules, Study};
use crate::suggest::{
    CodedSentences, Knowledge, Learner, OtherSentences, Quality, Ranker, Suggestions, Yields,
};
use crate::text::Stemmer;

use super::named::code_named;
use super::progress::Progress;
use super::{Common, Ending, pretty, print};
use said::SaidByPeople;
use view::View;

/// Arguments of `verbatim suggest`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// A study folder, a study.toml, a folder of notes, or one file of notes.
    path: PathBuf,
    /// The code's path; codes below it belong to it.
    #[arg(long, value_name = "CODE", required_unless_present = "simulate")]
    code: Option<String>,
    /// Sentences at most.
    #[arg(long, value_name = "N", default_value_t = 20)]
    sentences: usize,
    /// Words and pairs of words at most.
    #[arg(long, value_name = "N", default_value_t = 15)]
    words: usize,
    /// Draws the sentences to learn from again, where there are more than the classifier takes.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Play through how much must be read until 95% of the passages of this coding are found (of
    /// all its codes, or of --code).
    #[arg(long, value_name = "GOLD.jsonl")]
    simulate: Option<PathBuf>,
    /// Write the curves of --simulate as a table.
    #[arg(long, value_name = "FILE.csv", requires = "simulate")]
    csv: Option<PathBuf>,
    /// Write the curves of --simulate as a figure.
    #[arg(long, value_name = "FILE.svg", requires = "simulate")]
    figure: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
}

/// Runs the command.
///
/// # Errors
/// Where the code does not exist or the study cannot be read.
pub fn run(args: &Args) -> Result<Ending> {
    let study = Study::open(&args.path)?;
    let rules = Rules::load(&study, args.common.codebook.as_deref())?;
    let codebook = &rules.codebook.codebook;
    let of = args.code.as_deref().map(|code| subtree(codebook, code));
    let of = of.transpose()?;
    let progress = Progress::new(args.common.quiet || args.common.json);
    let out = args.common.out(&study);
    let text = args.common.with_threads(|| {
        let reading = pipeline::read(&study, &rules, Some(super::today()), &out, &progress)?;
        let read = ReadStudy {
            study: &study,
            reading: &reading,
            rules: &rules,
        };
        if let Some(gold) = &args.simulate {
            return simulate::run(args, gold, read, &progress);
        }
        let of = of.unwrap_or_default();
        let found = suggestions(args, read, &of, &progress)?;
        let view = View::new(args, read, &found)?;
        Ok(if args.common.json {
            pretty(&view.json())
        } else {
            view.text()
        })
    })??;
    progress.end();
    print(&text)?;
    Ok(Ending::Done)
}

/// The code and all below it, by place.
fn subtree(codebook: &Codebook, path: &str) -> Result<Vec<bool>> {
    let mut meant = vec![false; codebook.codes.len()];
    for code in codebook.subtree(code_named(codebook, path)?) {
        meant[code.0 as usize] = true;
    }
    Ok(meant)
}

/// How many patterns the codes have that are meant.
fn patterns(codebook: &Codebook, of: &[bool]) -> usize {
    let codes = codebook
        .codes
        .iter()
        .zip(of)
        .filter(|(_, is_meant)| **is_meant);
    codes
        .map(|(code, _)| code.patterns.len() + code.opposites.len())
        .sum()
}

/// What was found, and from how much.
struct Found {
    suggestions: Suggestions,
    sentences: usize,
    notes: u64,
    others: u64,
    /// Sentences to which people said yes, and no.
    said: [u64; 2],
    trained: Trained,
    /// What the code's patterns find, and how many it has.
    yields: (Yields, usize),
}

/// What is known of the classifier.
#[derive(Clone, Copy)]
enum Trained {
    /// There was too little to learn from.
    TooFew,
    /// Nothing could be held out to test it.
    Untested,
    /// How well it does.
    Tested(Quality),
}

/// Goes through the notes twice: to learn what the code's sentences say, and to rank the others.
fn suggestions(
    args: &Args,
    read: ReadStudy<'_>,
    of: &[bool],
    progress: &Progress,
) -> Result<Found> {
    let codebook = &read.rules.codebook.codebook;
    let stemmer = Stemmer::new(&codebook.language);
    let said = SaidByPeople::read(read.study, codebook, of);
    for finding in &said.findings {
        eprintln!("{finding}");
    }
    let mut learner = Learner::default();
    let mut yields = Yields::default();
    let coded = |note: &CodedNote<'_>| {
        let sentences = CodedSentences::of(note, of, &said.of(note), (&stemmer, args.seed));
        (sentences, Yields::of(note, codebook, of))
    };
    pipeline::each_note(read, progress, &coded, &mut |(note, found)| {
        learner.take(note);
        yields.add(&found);
        Ok(())
    })?;
    let (learnt, classifier) = learner.finish();
    let (sentences, notes) = learnt.coded();
    let mut found = Found {
        suggestions: Suggestions::default(),
        sentences,
        notes,
        others: learnt.others(),
        said: learnt.said(),
        yields: (yields, patterns(codebook, of)),
        trained: match &classifier {
            None => Trained::TooFew,
            Some(classifier) => classifier
                .quality
                .map_or(Trained::Untested, Trained::Tested),
        },
    };
    if let Some(classifier) = &classifier {
        let by = Knowledge {
            learnt: &learnt,
            classifier,
            stemmer: &stemmer,
        };
        let mut ranker = Ranker::new(by);
        let other = |note: &CodedNote<'_>| OtherSentences::of(note, of, &said.of(note), by);
        pipeline::each_note(read, progress, &other, &mut |note| {
            ranker.take(note);
            Ok(())
        })?;
        found.suggestions = ranker.finish(args.sentences, args.words);
    }
    Ok(found)
}
