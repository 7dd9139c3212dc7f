//! `verbatim context`: assertion and voice of single sentences.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args as ClapArgs;

use crate::codebook::{builtin_cues, builtin_section_rules, cue_languages, load_cues};
use crate::coding::context::{Context, Decision, Target, WholeNote};
use crate::coding::context_reader::{ContextReader, cue_patterns};
use crate::coding::patterns::{PatternSet, Vocabulary};
use crate::error::{Error, Place, Result};
use crate::model::coding::{Certainty, CueUse, Experiencer, Polarity, Time};
use crate::model::cue::CueSet;
use crate::model::headings::SectionRules;
use crate::model::layout::{Layout, Sentence};
use crate::segment;
use crate::text::{CodePoints, Span, Words};

use super::print;

/// Arguments of `verbatim context`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// The sentence.
    #[arg(required_unless_present = "tsv", requires = "target")]
    text: Option<String>,
    /// The passage of it that is judged.
    target: Option<String>,
    /// Judge a table: tab-separated, with the columns id, sentence, start, end (code points).
    #[arg(long, value_name = "FILE", conflicts_with = "text")]
    tsv: Option<PathBuf>,
    /// A cue file, or the language of a built-in one.
    #[arg(long, value_name = "FILE|LANGUAGE", default_value = "en")]
    cues: String,
    /// The session type of the note that the sentence is from, for cues that hold in notes of certain types.
    #[arg(long, value_name = "TYPE", conflicts_with = "tsv")]
    session: Option<String>,
    /// Judge the passage as one that says the contrary of its code.
    #[arg(long, conflicts_with = "tsv")]
    opposite: bool,
}

/// Judges one sentence or a table of them.
///
/// # Errors
/// Where the cue file or the table cannot be read, or the passage does not stand in the sentence.
pub fn run(args: &Args) -> Result<()> {
    let mut single = Single::new(&cue_set(&args.cues)?)?;
    if let Some(path) = &args.tsv {
        let table =
            std::fs::read_to_string(path).map_err(|e| Error::io("read the table", path, e))?;
        return print(&single.table(&table, path)?);
    }
    let text = args.text.as_deref().unwrap_or_default();
    let target = args.target.as_deref().unwrap_or_default();
    let Some(span) = find(text, target) else {
        let message =
            format!("{target:?} does not stand in the sentence; write it as it stands there.");
        return Err(Error::not_found(message));
    };
    let target = Target {
        span,
        opposite: args.opposite,
        own_negations: None,
    };
    // What has lines is read as a note.
    let layout = if text.contains('\n') {
        segment::layout(text, &single.sections, &[])
    } else {
        one_sentence(text, &single.sections)
    };
    let layout = layout.of_session(args.session.as_deref().map(Arc::from));
    let decision = single.judge_note(text, &layout, &target);
    print(&readable(text, span, &decision))
}

/// The passage where it stands as its own words, else anywhere.
fn find(text: &str, target: &str) -> Option<Span> {
    if target.is_empty() {
        return None;
    }
    let folded = text.to_lowercase();
    let same = folded.len() == text.len();
    let (text, target) = if same {
        (folded, target.to_lowercase())
    } else {
        (text.to_owned(), target.to_owned())
    };
    let spans = text
        .match_indices(&target)
        .map(|(at, found)| Span::new(at, at + found.len()));
    let spans: Vec<Span> = spans.collect();
    let words = Words::new(&text);
    let whole = |s: &&Span| {
        let touched = words.touching(**s);
        !touched.is_empty() && s.contains(words.span_of(&touched))
    };
    spans.iter().find(whole).or(spans.first()).copied()
}

/// The cue set of a language, or of a file. What is a file is no language, though it begins like one ("en-mine.yaml").
pub(crate) fn cue_set(name: &str) -> Result<CueSet> {
    let path = Path::new(name);
    let builtin = (!path.is_file()).then(|| builtin_cues(name)).flatten();
    match builtin {
        Some(cues) => cues,
        None if !path.exists() => {
            let languages: Vec<&str> = cue_languages().collect();
            let message = format!(
                "{name:?} is no cue file and no language of built-in cues; there are {}.",
                languages.join(", ")
            );
            Err(Error::not_found(message))
        }
        None => load_cues(path).map(|(cues, _)| cues),
    }
}

/// Judges passages of single sentences.
#[derive(Debug)]
pub struct Single {
    context: Context,
    cues: PatternSet,
    vocabulary: Vocabulary,
    /// How notes of the cues' language are laid out.
    sections: SectionRules,
}

impl Single {
    /// Makes a cue set ready.
    ///
    /// # Errors
    /// Where its patterns cannot be run.
    pub fn new(cues: &CueSet) -> Result<Self> {
        let context = Context::new(cues);
        let sections = builtin_section_rules(&cues.language).transpose()?;
        let cues = cue_patterns(&context, &cues.language)?;
        let vocabulary = cues.vocabulary();
        Ok(Self {
            context,
            cues,
            vocabulary,
            sections: sections.unwrap_or_default(),
        })
    }

    /// Judges a passage; the whole text is one sentence.
    pub fn judge(&mut self, text: &str, target: &Target<'_>) -> Decision {
        self.judge_in(text, target, None)
    }

    /// The same in a note of a session type.
    pub fn judge_in(
        &mut self,
        text: &str,
        target: &Target<'_>,
        session_type: Option<&str>,
    ) -> Decision {
        let layout = one_sentence(text, &self.sections).of_session(session_type.map(Arc::from));
        self.judge_note(text, &layout, target)
    }

    /// Judges a passage of a note with its sentences, sections and quotations.
    pub fn judge_note(&mut self, text: &str, layout: &Layout, target: &Target<'_>) -> Decision {
        let at = layout.sentence_at(target.span.start).unwrap_or_default();
        let note = WholeNote::new(text, layout);
        let mut sentences = ContextReader::new(&self.context, &self.cues, &mut self.vocabulary);
        let sentence = sentences.begin(&note).of(at);
        self.context.decide(&note, &sentence, target)
    }

    /// Judges every line of a table.
    ///
    /// # Errors
    /// Where a column is missing, or a line's numbers do not fit its sentence.
    pub fn table(&mut self, table: &str, path: &Path) -> Result<String> {
        let mut lines = table.lines().enumerate();
        let header = lines.next().map(|(_, line)| line).unwrap_or_default();
        let header = header.trim_start_matches('\u{feff}');
        let columns: Vec<&str> = header.split('\t').map(str::trim).collect();
        let column = |name: &str| {
            let found = columns.iter().position(|c| *c == name);
            found.ok_or_else(|| {
                wrong(
                    path,
                    1,
                    &format!(
                        "The table has no column {name:?}; it needs id, sentence, start, end."
                    ),
                )
            })
        };
        let (id, sentence) = (column("id")?, column("sentence")?);
        let (start, end) = (column("start")?, column("end")?);
        let mut out =
            "id\tassertion\tvoice\tcue\tpolarity\tcertainty\ttime\texperiencer\n".to_owned();
        for (index, line) in lines {
            let line_number = index as u32 + 1;
            if line.trim().is_empty() {
                continue;
            }
            let cells: Vec<&str> = line.split('\t').collect();
            let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
            let number = |at: usize| cell(at).trim().parse::<usize>().ok();
            let text = cell(sentence);
            let span = number(start)
                .zip(number(end))
                .and_then(|(start, end)| CodePoints::new(text).span(start, end));
            let Some(span) = span else {
                let message = "start and end are no code points of the sentence.";
                return Err(wrong(path, line_number, message));
            };
            let target = Target {
                span,
                opposite: false,
                own_negations: None,
            };
            let decision = self.judge(text, &target);
            write_line(&mut out, cell(id), text, &decision);
        }
        Ok(out)
    }
}

fn wrong(path: &Path, line: u32, message: &str) -> Error {
    let mut error = Error::other(message);
    error.place = Some(Place::at(path, line, 1));
    error
}

/// A text as one sentence, with its quotations and speakers.
fn one_sentence(text: &str, rules: &SectionRules) -> Layout {
    let mut layout = segment::layout(text, rules, &[]);
    layout.sentences = vec![Sentence {
        span: Span::new(0, text.len()).trim(text),
        words: 0..layout.words.len(),
    }];
    layout.sections.clear();
    layout
}

fn write_line(out: &mut String, id: &str, text: &str, decision: &Decision) {
    let facts = &decision.facts;
    let cue = decision.cue.as_ref().map(|c| c.span.slice(text));
    let cue = cue.unwrap_or_default().replace(['\t', '\n', '\r'], " ");
    let written = writeln!(
        out,
        "{id}\t{}\t{}\t{cue}\t{}\t{}\t{}\t{}",
        facts.assertion(),
        decision.voice,
        polarity(facts.polarity),
        certainty(facts.certainty),
        time(facts.time),
        experiencer(facts.experiencer),
    );
    debug_assert!(written.is_ok(), "a String takes all that is written");
}

fn polarity(polarity: Polarity) -> &'static str {
    match polarity {
        Polarity::Affirmed => "affirmed",
        Polarity::Negated => "negated",
    }
}

fn certainty(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Certain => "certain",
        Certainty::Uncertain => "uncertain",
        Certainty::Hypothetical => "hypothetical",
    }
}

fn time(time: Time) -> &'static str {
    match time {
        Time::Current => "current",
        Time::Historical => "historical",
    }
}

fn experiencer(experiencer: Experiencer) -> &'static str {
    match experiencer {
        Experiencer::Participant => "participant",
        Experiencer::Other => "other",
    }
}

/// The decision for people.
fn readable(text: &str, span: Span, decision: &Decision) -> String {
    let facts = &decision.facts;
    let before = Span::new(0, span.start).slice(text);
    let after = Span::new(span.end, text.len()).slice(text);
    let decided = match &decision.cue {
        Some(cue) => cue_line(text, cue),
        None => "no cue (the default)".to_owned(),
    };
    let mut lines = vec![
        format!("{before}[{}]{after}\n", span.slice(text)),
        format!("assertion    {}", facts.assertion()),
        format!("voice        {}", decision.voice),
        format!(
            "facts        {}, {}, {}, {}",
            polarity(facts.polarity),
            certainty(facts.certainty),
            time(facts.time),
            experiencer(facts.experiencer)
        ),
        format!("decided by   {decided}"),
    ];
    let others = decision
        .cues
        .iter()
        .filter(|c| Some(*c) != decision.cue.as_ref());
    lines.extend(others.map(|cue| format!("also         {}", cue_line(text, cue))));
    let drop = decision.drop.iter();
    lines.extend(drop.map(|cue| format!("not coded    {}", cue_line(text, cue))));
    lines.join("\n") + "\n"
}

fn cue_line(text: &str, cue: &CueUse) -> String {
    let ends = if cue.ended_by.is_empty() {
        String::new()
    } else {
        format!(", its reach ends at {:?}", cue.ended_by)
    };
    let words = cue.span.slice(text);
    format!("{words:?} says {} (rule {}){ends}", cue.decides, cue.rule)
}
