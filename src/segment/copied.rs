//! Text copied forward: what repeats an earlier note of the same participant.
//!
//! Comes in: a participant's notes in order, with their sentences. Goes out: spans of whole
//! sentences, each linked to the earliest note that holds them. A sentence repeats where most of
//! its words stand in rows of three or more that one earlier note holds pair by pair (numbers and
//! dates alike), so that a word changed inside of it does not hide it. Memory holds one
//! participant: 16 bytes a pair of words.

use std::collections::HashMap;
use std::ops::Range;

use crate::model::corpus::{Note, NoteId, ParticipantId};
use crate::model::headings::{CopyRules, SectionRules};
use crate::model::layout::{CopiedSpan, CopyKind, Layout};
use crate::text::Span;

use super::bare::bare_sentences;
use super::hashes::{PlainHash, row_hash, word_hash};

/// Remembers the pairs of words of a participant's notes, which come in the corpus's order.
#[derive(Debug, Default)]
pub struct CopyTracker {
    rules: CopyRules,
    participant: Option<ParticipantId>,
    notes: Vec<NoteId>,
    /// Each pair of words with the first and the last note that holds it.
    pairs: HashMap<u64, (u32, u32), PlainHash>,
    /// Each short sentence with the first note that holds it.
    sentences: HashMap<u64, u32, PlainHash>,
}

/// One sentence as the tracker sees it.
#[derive(Debug, Clone)]
struct Piece {
    /// Its words in the note's stream.
    stream: Range<usize>,
    /// Words that count towards a run: none in headings, boxes, fields and measurements.
    weight: usize,
    /// The earliest note that it repeats.
    from: Option<u32>,
}

impl CopyTracker {
    /// Begins before the first note.
    pub fn new(rules: &SectionRules) -> Self {
        Self {
            rules: rules.copied.clone(),
            ..Self::default()
        }
    }

    /// Fills `layout.copied` for a note of a known participant and remembers its words. A note that
    /// repeats another as a whole has no copied spans: it does not count at all.
    pub fn mark(&mut self, note: &Note, text: &str, layout: &mut Layout) {
        layout.copied.clear();
        let Some(participant) = &note.participant.value else {
            return;
        };
        if self.participant.as_ref() != Some(participant) {
            self.participant = Some(participant.clone());
            self.notes.clear();
            self.pairs.clear();
            self.sentences.clear();
        }
        if note.duplicate_of.is_some() || self.rules.words_min == 0 {
            return;
        }
        let stream = self.stream(layout);
        let mut pieces = pieces(text, layout, &stream);
        if !self.notes.is_empty() {
            let found = self.known_pairs(&stream.hashes);
            for piece in &mut pieces {
                self.compare(&stream.hashes, &found, piece);
            }
            self.widen(&found, &mut pieces);
            layout.copied = self.spans(text, layout, &pieces);
        }
        self.remember(&stream.hashes, &pieces);
        self.notes.push(note.id.clone());
    }

    /// The note's words as hashes, runs of numbers and dates as one.
    fn stream(&self, layout: &Layout) -> Stream {
        let mut stream = Stream::default();
        for sentence in &layout.sentences {
            let start = stream.hashes.len();
            let mut numbers = 0;
            let mut after_number = false;
            for word in sentence.words.clone() {
                let form = layout.words.form(word);
                let is_number = form.bytes().any(|b| b.is_ascii_digit())
                    || self.rules.date_words.contains(form);
                numbers += usize::from(is_number);
                if is_number && after_number {
                    continue;
                }
                after_number = is_number;
                stream
                    .hashes
                    .push(if is_number { 1 } else { word_hash(form) });
            }
            stream.sentences.push((start..stream.hashes.len(), numbers));
        }
        stream
    }

    /// For each pair of words the first and the last note that holds it.
    fn known_pairs(&self, hashes: &[u64]) -> Vec<Option<(u32, u32)>> {
        hashes
            .windows(2)
            .map(|pair| self.pairs.get(&row_hash(pair)).copied())
            .collect()
    }

    /// Finds the earliest note that a sentence repeats. Words that differ weigh against it.
    fn compare(&self, hashes: &[u64], found: &[Option<(u32, u32)>], piece: &mut Piece) {
        let range = piece.stream.clone();
        if range.len() < self.rules.whole_words_below {
            let whole = row_hash(&hashes[range]);
            piece.from = self.sentences.get(&whole).copied();
            return;
        }
        let pairs = &found[range.start..range.end - 1];
        let candidates = [
            most(pairs.iter().flatten().map(|s| s.0)),
            most(pairs.iter().flatten().map(|s| s.1)),
        ];
        for note in candidates.into_iter().flatten() {
            let words = covered(pairs, note, 2);
            if words * 100 >= range.len() * self.rules.covered_percent_min {
                piece.from = Some(note);
                piece.weight = piece.weight.saturating_sub(2 * (range.len() - words));
                return;
            }
        }
    }

    /// Lets a long run take in the sentences beside it that repeat the same note less closely: a
    /// short sentence with a changed word.
    fn widen(&self, found: &[Option<(u32, u32)>], pieces: &mut [Piece]) {
        for run in runs(pieces) {
            if weight(pieces, &run) < self.rules.words_min {
                continue;
            }
            let before = (0..run.start).rev();
            let after = run.end..pieces.len();
            self.widen_towards(found, pieces, pieces[run.start].from, before);
            self.widen_towards(found, pieces, pieces[run.end - 1].from, after);
        }
    }

    fn widen_towards(
        &self,
        found: &[Option<(u32, u32)>],
        pieces: &mut [Piece],
        from: Option<u32>,
        places: impl Iterator<Item = usize>,
    ) {
        let Some(note) = from else { return };
        for i in places {
            let range = pieces[i].stream.clone();
            if pieces[i].from.is_some() || range.len() < 3 {
                return;
            }
            let pairs = &found[range.start..range.end - 1];
            let words = covered(pairs, note, 1);
            if words * 100 < range.len() * self.rules.beside_percent_min {
                return;
            }
            pieces[i].from = Some(note);
        }
    }

    /// Runs of repeated sentences that hold enough words, and short ones one sentence beside them.
    fn spans(&self, text: &str, layout: &Layout, pieces: &[Piece]) -> Vec<CopiedSpan> {
        let runs = runs(pieces);
        let long: Vec<bool> = runs
            .iter()
            .map(|r| weight(pieces, r) >= self.rules.words_min)
            .collect();
        let mut spans: Vec<CopiedSpan> = Vec::new();
        for (i, run) in runs.iter().enumerate() {
            let after = i > 0 && long[i - 1] && run.start == runs[i - 1].end + 1;
            let before = i + 1 < runs.len() && long[i + 1] && run.end + 1 == runs[i + 1].start;
            let beside = (after || before) && weight(pieces, run) > 0;
            if !long[i] && !beside {
                continue;
            }
            let run = trim(text, layout, pieces, run.clone());
            let from = pieces[run.clone()]
                .iter()
                .filter(|p| p.weight > 0)
                .filter_map(|p| p.from)
                .min();
            if let Some(from) = from {
                let span = Span::new(
                    layout.sentences[run.start].span.start,
                    layout.sentences[run.end - 1].span.end,
                );
                spans.push(CopiedSpan {
                    span,
                    from: self.notes[from as usize].clone(),
                    kind: CopyKind::Forward,
                });
            }
        }
        spans
    }

    fn remember(&mut self, hashes: &[u64], pieces: &[Piece]) {
        let note = self.notes.len() as u32;
        for pair in hashes.windows(2) {
            let key = row_hash(pair);
            self.pairs.entry(key).or_insert((note, note)).1 = note;
        }
        for piece in pieces {
            if piece.stream.len() < self.rules.whole_words_below {
                let key = row_hash(&hashes[piece.stream.clone()]);
                self.sentences.entry(key).or_insert(note);
            }
        }
    }
}

/// A note's words as hashes, and each sentence's place and numbers.
#[derive(Debug, Default)]
struct Stream {
    hashes: Vec<u64>,
    sentences: Vec<(Range<usize>, usize)>,
}

/// The note's sentences with what each counts.
fn pieces(text: &str, layout: &Layout, stream: &Stream) -> Vec<Piece> {
    let bare = bare_sentences(text, layout);
    let sentences = layout.sentences.iter().zip(&stream.sentences);
    sentences
        .zip(bare)
        .map(|((sentence, (range, numbers)), bare)| {
            let words = sentence.words.len();
            let measured = numbers * 5 >= words * 2;
            Piece {
                stream: range.clone(),
                weight: if bare || measured { 0 } else { words - numbers },
                from: None,
            }
        })
        .collect()
}

/// How many words stand in rows of at least `pairs_min` pairs that a note holds.
fn covered(found: &[Option<(u32, u32)>], note: u32, pairs_min: usize) -> usize {
    let mut words = 0;
    let mut row = 0;
    for pair in found.iter().chain([&None]) {
        if pair.is_some_and(|(first, last)| first == note || last == note) {
            row += 1;
        } else {
            words += if row >= pairs_min && row > 0 {
                row + 1
            } else {
                0
            };
            row = 0;
        }
    }
    words
}

fn weight(pieces: &[Piece], run: &Range<usize>) -> usize {
    pieces[run.clone()].iter().map(|p| p.weight).sum()
}

/// The value that comes most often, the smallest of several.
fn most(values: impl Iterator<Item = u32>) -> Option<u32> {
    let mut sorted: Vec<u32> = values.collect();
    sorted.sort_unstable();
    let longest = sorted
        .chunk_by(|a, b| a == b)
        .max_by_key(|run| (run.len(), std::cmp::Reverse(run[0])))?;
    Some(longest[0])
}

/// The ranges of sentences in a row that repeat something.
fn runs(pieces: &[Piece]) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (i, piece) in pieces.iter().enumerate() {
        match runs.last_mut() {
            _ if piece.from.is_none() => {}
            Some(run) if run.end == i => run.end = i + 1,
            _ => runs.push(i..i + 1),
        }
    }
    runs
}

/// Takes a template's lines off both ends of a run where an empty line parts them from its text.
fn trim(text: &str, layout: &Layout, pieces: &[Piece], run: Range<usize>) -> Range<usize> {
    let parted = |i: usize| {
        let gap = Span::new(
            layout.sentences[i - 1].span.end,
            layout.sentences[i].span.start,
        );
        gap.slice(text).matches('\n').count() > 1
    };
    let first = run.clone().find(|&i| pieces[i].weight > 0);
    let last = run.clone().rfind(|&i| pieces[i].weight > 0);
    let (Some(first), Some(last)) = (first, last) else {
        return run;
    };
    let start = (run.start + 1..=first)
        .rfind(|&i| parted(i))
        .unwrap_or(run.start);
    let end = (last + 1..run.end).find(|&i| parted(i)).unwrap_or(run.end);
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::corpus::{Basis, Fields, Sourced};

    fn note(id: usize, participant: &str) -> Note {
        Note {
            id: NoteId::new(id.to_string()),
            source: "".into(),
            locator: "".into(),
            participant: Sourced::from(ParticipantId::new(participant), Basis::Column),
            date: Sourced::unknown(),
            day: None,
            session_type: Sourced::unknown(),
            setting: "".into(),
            author: "".into(),
            fields: Fields::default(),
            turns: [].into(),
            duplicate_of: None,
            not_held: false,
            warnings: [].into(),
        }
    }

    /// Copied spans of the last note, each with the note it comes from.
    fn check(notes: &[(&str, &str)], expected: &[(&str, &str)]) {
        let rules = crate::codebook::builtin_section_rules("en")
            .expect("English")
            .expect("no findings");
        let mut tracker = CopyTracker::new(&rules);
        let mut shown = Vec::new();
        for (id, (participant, text)) in notes.iter().enumerate() {
            let mut layout = super::super::layout(text, &rules, &[]);
            tracker.mark(&note(id, participant), text, &mut layout);
            let copied = layout.copied.iter();
            shown = copied
                .map(|c| (c.from.as_str().to_owned(), c.span.slice(text)))
                .collect();
        }
        let shown: Vec<(&str, &str)> = shown.iter().map(|(f, s)| (f.as_str(), *s)).collect();
        assert_eq!(shown, expected);
    }

    const FIRST: &str =
        "She describes a warm river under the floor of the house. It carried her on 3/1.";

    #[test]
    fn repeated_sentences_are_found_with_changed_words_case_and_dates() {
        let second = "New today: slept well.\n\nShe DESCRIBES a warm stream under  the floor\nof the house. It carried her on March 22. Then a quarrel at home.";
        let span = "She DESCRIBES a warm stream under  the floor\nof the house. It carried her on March 22.";
        check(&[("P1", FIRST), ("P1", second)], &[("0", span)]);
        check(
            &[("P1", FIRST), ("P1", "Nothing."), ("P1", FIRST)],
            &[("0", FIRST)],
        );
        check(&[("P1", FIRST), ("P2", FIRST)], &[]);
    }

    #[test]
    fn templates_and_small_talk_do_not_count() {
        let form = "Since last dose:\n[x] nausea [ ] headache [ ] vomiting\nSleep: poor\nBP 116/70, HR 70, Wt 71, SpO2 99.\nNo SI. Denies pain.";
        check(&[("P1", form), ("P1", form)], &[]);
    }
}
