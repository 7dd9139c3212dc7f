//! `verbatim suggest`: what the rules of a code may be missing.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args as ClapArgs;
use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::export::decimal;
use crate::ingest::Reading;
use crate::model::codebook::Codebook;
use crate::model::coded::CodedNote;
use crate::pipeline::{self, ReadStudy};
use crate::study::{Rules, Study};
use crate::suggest::{
    CodedSentences, KeyTerm, Learner, OtherSentences, Ranked, Ranker, SENTENCES_MIN, Suggestions,
};
use crate::text::{CodePoints, Span, Stemmer};

use super::counted::flat;
use super::progress::Progress;
use super::{Common, Ending, print};

/// Arguments of `verbatim suggest`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// A study folder, a study.toml, a folder of notes, or one file of notes.
    path: PathBuf,
    /// The code's path; codes below it belong to it.
    #[arg(long, value_name = "CODE")]
    code: String,
    /// Sentences at most.
    #[arg(long, value_name = "N", default_value_t = 20)]
    sentences: usize,
    /// Words and pairs of words at most.
    #[arg(long, value_name = "N", default_value_t = 15)]
    words: usize,
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
    let of = subtree(codebook, &args.code)?;
    let progress = Progress::new(args.common.quiet || args.common.json);
    let out = args.common.out(&study);
    let answer = args.common.with_threads(|| {
        let reading = pipeline::read(&study, &rules, Some(super::today()), &out, &progress)?;
        let read = ReadStudy {
            study: &study,
            reading: &reading,
            rules: &rules,
        };
        let found = suggestions(args, read, &of, &progress)?;
        View::new(args, &reading, &found)
    })??;
    progress.end();
    let text = if args.common.json {
        format!("{:#}\n", answer.json())
    } else {
        answer.text()
    };
    print(&text)?;
    Ok(Ending::Done)
}

/// The code and all below it, by place.
fn subtree(codebook: &Codebook, path: &str) -> Result<Vec<bool>> {
    let Some(root) = codebook.find(path) else {
        let known: Vec<&str> = codebook.codes.iter().map(|c| c.path.as_str()).collect();
        return Err(Error::not_found(format!(
            "the codebook {} has no code {path}; it has {}.",
            codebook.name,
            known.join(", ")
        )));
    };
    let root = &codebook.code(root).path;
    let codes = codebook.codes.iter();
    Ok(codes
        .map(|c| c.path == *root || root.is_ancestor_of(&c.path))
        .collect())
}

/// What was found, and from how much.
struct Found {
    suggestions: Suggestions,
    sentences: usize,
    notes: u64,
    others: u64,
}

/// Goes through the notes twice: to learn what the code's sentences say, and to rank the others.
fn suggestions(
    args: &Args,
    read: ReadStudy<'_>,
    of: &[bool],
    progress: &Progress,
) -> Result<Found> {
    let stemmer = Stemmer::new(&read.rules.codebook.codebook.language);
    let mut learner = Learner::default();
    let coded = |note: &CodedNote<'_>| CodedSentences::of(note, of, &stemmer);
    pipeline::each_note(read, progress, &coded, &mut |note| {
        learner.take(note);
        Ok(())
    })?;
    let learnt = learner.finish();
    let (sentences, notes) = learnt.coded();
    let mut found = Found {
        suggestions: Suggestions::default(),
        sentences,
        notes,
        others: learnt.others(),
    };
    if sentences >= SENTENCES_MIN {
        let mut ranker = Ranker::new(&learnt);
        let other = |note: &CodedNote<'_>| OtherSentences::of(note, of, (&learnt, &stemmer));
        pipeline::each_note(read, progress, &other, &mut |note| {
            ranker.take(note);
            Ok(())
        })?;
        found.suggestions = ranker.finish(args.sentences, args.words);
    }
    Ok(found)
}

/// A sentence as it is shown.
struct Sentence {
    note_id: String,
    about: [String; 3],
    start: usize,
    end: usize,
    text: String,
}

impl Sentence {
    fn read(reading: &Reading, note: usize, span: Span) -> Result<Self> {
        let text = reading.texts.text(note)?;
        let (start, end) = CodePoints::new(&text).pair(span);
        let about = &reading.corpus.notes[note];
        Ok(Self {
            note_id: about.id.as_str().to_owned(),
            about: [
                about.participant.value.as_ref().map(ToString::to_string),
                about.date.value.map(|d| d.to_string()),
                about.session_type.value.as_ref().map(ToString::to_string),
            ]
            .map(Option::unwrap_or_default),
            start,
            end,
            text: span.slice(&text).to_owned(),
        })
    }

    fn all(reading: &Reading, places: &[(usize, Span)]) -> Result<Vec<Self>> {
        places
            .iter()
            .map(|&(note, span)| Self::read(reading, note, span))
            .collect()
    }

    fn place(&self) -> String {
        let known: Vec<&str> = self
            .about
            .iter()
            .map(String::as_str)
            .filter(|p| !p.is_empty())
            .collect();
        let place = format!("{}:{}-{}", self.note_id, self.start, self.end);
        flat(&format!("{place}  ({})", known.join(", ")))
    }

    fn json(&self) -> Value {
        let [participant, date, session_type] = &self.about;
        json!({
            "note_id": self.note_id,
            "participant_id": participant,
            "date": date,
            "session_type": session_type,
            "start": self.start,
            "end": self.end,
            "text": self.text,
        })
    }
}

/// Everything with its text.
struct View<'a> {
    code: &'a str,
    coded: (usize, u64, u64),
    sentences: Vec<(Ranked, Sentence)>,
    terms: Vec<(KeyTerm, Vec<Sentence>, Vec<Sentence>)>,
}

impl<'a> View<'a> {
    fn new(args: &'a Args, reading: &Reading, found: &Found) -> Result<Self> {
        let mut view = Self {
            code: &args.code,
            coded: (found.sentences, found.notes, found.others),
            sentences: Vec::new(),
            terms: Vec::new(),
        };
        for ranked in &found.suggestions.sentences {
            let sentence = Sentence::read(reading, ranked.note, ranked.span)?;
            view.sentences.push((ranked.clone(), sentence));
        }
        for term in &found.suggestions.terms {
            let elsewhere = Sentence::all(reading, &term.elsewhere)?;
            let inside = Sentence::all(reading, &term.inside)?;
            view.terms.push((term.clone(), elsewhere, inside));
        }
        Ok(view)
    }

    fn text(&self) -> String {
        let (sentences, notes, others) = self.coded;
        let mut out = format!(
            "{}: {sentences} sentences of {notes} notes have a counted passage; {others} sentences \
             have none.\n",
            self.code
        );
        if sentences < SENTENCES_MIN {
            let _written = writeln!(
                out,
                "Too few to learn from: {SENTENCES_MIN} sentences are needed."
            );
            return out;
        }
        out.push_str(
            "\nSentences without the code, nearest first (score; words that weigh). Nothing is coded.\n",
        );
        for (ranked, sentence) in &self.sentences {
            let shown: Vec<&str> = ranked.terms.iter().take(6).map(String::as_str).collect();
            let _written = writeln!(
                out,
                "  {:.2}  {}\n        {}\n        {}",
                ranked.score,
                sentence.place(),
                flat(&sentence.text),
                shown.join(", ")
            );
        }
        out.push_str(
            "\nWords that stand in the code's sentences, outside of its passages, more than elsewhere\n",
        );
        for (term, elsewhere, inside) in &self.terms {
            let _written = writeln!(
                out,
                "  {}: {} there, {} elsewhere; G2 {:.1}, log ratio {:.1}",
                term.term,
                term.contrast.inside,
                term.contrast.outside,
                term.contrast.g2(),
                term.contrast.log_ratio()
            );
            let without = elsewhere.iter().map(|s| ("without the code", s));
            let with = inside.iter().map(|s| ("with it", s)).take(1);
            for (kind, sentence) in without.chain(with) {
                let _written = writeln!(
                    out,
                    "      {kind}: \"{}\" {}",
                    flat(&sentence.text),
                    sentence.place()
                );
            }
        }
        out
    }

    fn json(&self) -> Value {
        let number = |value: f64| json!(decimal(value).parse::<f64>().ok());
        let sentence = |(ranked, sentence): &(Ranked, Sentence)| {
            let mut out = sentence.json();
            out["score"] = number(ranked.score);
            out["words"] = json!(ranked.terms);
            out
        };
        let list = |all: &[Sentence]| all.iter().map(Sentence::json).collect::<Vec<_>>();
        let term = |(term, elsewhere, inside): &(KeyTerm, Vec<Sentence>, Vec<Sentence>)| {
            json!({
                "word": term.term,
                "inside": term.contrast.inside,
                "inside_all": term.contrast.inside_all,
                "outside": term.contrast.outside,
                "outside_all": term.contrast.outside_all,
                "g2": number(term.contrast.g2()),
                "log_ratio": number(term.contrast.log_ratio()),
                "without_the_code": list(elsewhere),
                "with_it": list(inside),
            })
        };
        let (sentences, notes, others) = self.coded;
        json!({
            "code": self.code,
            "coded_sentences": sentences,
            "coded_notes": notes,
            "other_sentences": others,
            "too_few": sentences < SENTENCES_MIN,
            "sentences": self.sentences.iter().map(sentence).collect::<Vec<_>>(),
            "words": self.terms.iter().map(term).collect::<Vec<_>>(),
        })
    }
}
