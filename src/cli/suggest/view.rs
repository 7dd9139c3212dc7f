//! Suggestions as people and machines read them.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::error::Result;
use crate::export::decimal;
use crate::ingest::Reading;
use crate::model::codebook::Codebook;
use crate::pipeline::ReadStudy;
use crate::suggest::{
    Contrast, KeyTerm, Parts, Quality, Ranked, SENTENCES_MIN, SURE, Yield, Yields,
};
use crate::text::{CodePoints, Span};

use super::super::counted::flat;
use super::{Args, Found, Trained};

/// Patterns that are listed on the terminal.
const PATTERNS_MAX: usize = 20;

/// The yields with the patterns as the codebook writes them.
fn patterns(yields: &Yields, codebook: &Codebook) -> Vec<(String, Yield)> {
    let ranked = yields.ranked().into_iter();
    let written = ranked.filter_map(|(id, found)| {
        let pattern = codebook.pattern(id)?;
        Some((pattern.source.clone(), found))
    });
    written.collect()
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
pub(super) struct View<'a> {
    code: &'a str,
    coded: (usize, u64, u64),
    said: [u64; 2],
    trained: Trained,
    /// Patterns that find anything, as they are written.
    patterns: Vec<(String, Yield)>,
    pattern_total: usize,
    sentences: Vec<(Ranked, Sentence)>,
    terms: Vec<(KeyTerm, Vec<Sentence>, Vec<Sentence>)>,
    /// Words of the passages themselves.
    passage_terms: Vec<(String, Contrast)>,
}

impl<'a> View<'a> {
    pub(super) fn new(args: &'a Args, read: ReadStudy<'_>, found: &Found) -> Result<Self> {
        let reading = read.reading;
        let mut view = Self {
            code: args.code.as_deref().unwrap_or_default(),
            trained: found.trained,
            coded: (found.sentences, found.notes, found.others),
            said: found.said,
            patterns: patterns(&found.yields.0, &read.rules.codebook.codebook),
            pattern_total: found.yields.1,
            sentences: Vec::new(),
            terms: Vec::new(),
            passage_terms: found.suggestions.passage_terms.clone(),
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

    fn quality(&self) -> Option<Quality> {
        match self.trained {
            Trained::Tested(quality) => Some(quality),
            Trained::TooFew | Trained::Untested => None,
        }
    }

    pub(super) fn text(&self) -> String {
        let (sentences, notes, others) = self.coded;
        let mut out = format!(
            "{}: {sentences} sentences of {notes} notes have a counted passage; {others} sentences \
             have none.\n",
            self.code
        );
        if let [yes, no] = self.said
            && yes + no > 0
        {
            let _written = writeln!(
                out,
                "People said yes to {yes} sentences and no to {no}: each counts {SURE} times as much."
            );
        }
        if matches!(self.trained, Trained::TooFew) {
            let _written = writeln!(
                out,
                "Too few to learn from: {SENTENCES_MIN} sentences with the code are needed, and some \
                 without it."
            );
            self.patterns_text(&mut out);
            return out;
        }
        let _written = writeln!(out, "{}", said_of(self.quality().as_ref()));
        out.push_str(
            "\nSentences without the code, likeliest first (score; words that speak for it). Nothing \
             is coded.\n",
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
        self.passage_terms_text(&mut out);
        self.patterns_text(&mut out);
        out
    }

    fn passage_terms_text(&self, out: &mut String) {
        out.push_str("\nWords that mark the code's passages themselves against all other text\n");
        for (term, contrast) in &self.passage_terms {
            let _written = writeln!(
                out,
                "  {term}: {} there, {} elsewhere; G2 {:.1}, log ratio {:.1}",
                contrast.inside,
                contrast.outside,
                contrast.g2(),
                contrast.log_ratio()
            );
        }
    }

    fn patterns_text(&self, out: &mut String) {
        let _written = writeln!(
            out,
            "\nPatterns: {} of {} find anything (codings, those that count, those that people rejected)",
            self.patterns.len(),
            self.pattern_total
        );
        for (pattern, found) in self.patterns.iter().take(PATTERNS_MAX) {
            let Yield {
                codings,
                counted,
                rejected,
            } = found;
            let _written = writeln!(out, "  {codings:>5} {counted:>5} {rejected:>5}  {pattern}");
        }
        let left = self.patterns.len().saturating_sub(PATTERNS_MAX);
        if left > 0 {
            let _written = writeln!(out, "  {left} more with --json");
        }
    }

    pub(super) fn json(&self) -> Value {
        let number = |value: f64| json!(decimal(value).parse::<f64>().ok());
        let word = |term: &str, contrast: &Contrast| {
            json!({
                "word": term,
                "inside": contrast.inside,
                "inside_all": contrast.inside_all,
                "outside": contrast.outside,
                "outside_all": contrast.outside_all,
                "g2": number(contrast.g2()),
                "log_ratio": number(contrast.log_ratio()),
            })
        };
        let sentence = |(ranked, sentence): &(Ranked, Sentence)| {
            let mut out = sentence.json();
            out["score"] = number(ranked.score);
            out["words"] = json!(ranked.terms);
            out
        };
        let list = |all: &[Sentence]| all.iter().map(Sentence::json).collect::<Vec<_>>();
        let term = |(term, elsewhere, inside): &(KeyTerm, Vec<Sentence>, Vec<Sentence>)| {
            let mut out = word(&term.term, &term.contrast);
            out["without_the_code"] = json!(list(elsewhere));
            out["with_it"] = json!(list(inside));
            out
        };
        let passage_words = self.passage_terms.iter().map(|(term, c)| word(term, c));
        let (sentences, notes, others) = self.coded;
        json!({
            "code": self.code,
            "coded_sentences": sentences,
            "coded_notes": notes,
            "other_sentences": others,
            "people_said": {"yes": self.said[0], "no": self.said[1]},
            "too_few": matches!(self.trained, Trained::TooFew),
            "average_precision": self.quality().map(|q| number(q.average_precision)),
            "average_precision_by_chance": self.quality().map(|q| number(q.by_chance)),
            "held_out": self.quality().map(|q| held_out(q.parts)),
            "sentences": self.sentences.iter().map(sentence).collect::<Vec<_>>(),
            "patterns": self.patterns.iter().map(|(pattern, found)| json!({
                "pattern": pattern, "codings": found.codings, "counted": found.counted,
                "rejected": found.rejected,
            })).collect::<Vec<_>>(),
            "pattern_total": self.pattern_total,
            "words": self.terms.iter().map(term).collect::<Vec<_>>(),
            "passage_words": passage_words.collect::<Vec<_>>(),
        })
    }
}

/// How well the classifier does, in a sentence.
fn said_of(quality: Option<&Quality>) -> String {
    let Some(quality) = quality else {
        return "All of them stand in one note: how well they can be told from others is not known."
            .to_owned();
    };
    let out = match quality.parts {
        Parts::Participants(n) => format!("participants held out, {n} parts"),
        Parts::Notes(n) => format!("notes held out, {n} parts; too few participants have the code"),
    };
    format!(
        "The classifier puts the code's own sentences first with an average precision of {:.2} (a \
         random order: {:.2}; {out}).",
        quality.average_precision, quality.by_chance
    )
}

fn held_out(parts: Parts) -> &'static str {
    match parts {
        Parts::Participants(_) => "participants",
        Parts::Notes(_) => "notes",
    }
}
