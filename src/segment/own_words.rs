//! The participant's own words without quotation marks: voice memos, journals, letters.
//!
//! Comes in: words, lines and sentences. Goes out: turns of the participant. The rule, stated:
//! - Below a marker ("Typed as heard:", "Journal:") text counts line by line as long as it speaks
//!   in the first person and in no clinician's words; on the marker's own line sentence by sentence.
//! - Without a marker the whole note counts where first-person pronouns are dense, third-person
//!   ones at most half as many, clinicians' words next to none and loose speech is heard, or where nothing
//!   in it could be a clinician's.
//! - A note whose title is a marker ("From the patient's journal") counts as a whole where it speaks in the
//!   first person.

use std::ops::Range;

use crate::model::headings::{TranscriptRules, WordSet};
use crate::model::layout::{Quotation, Sentence, Speaker, Turn};
use crate::text::{Span, Words};

use super::headings::Heading;
use super::lines::Line;
use super::spoken::phrase_at;

/// Words of a marker's sentence at most.
const MARKER_WORDS_MAX: usize = 14;
/// Words of a marker alone on its line at most.
const MARKER_LINE_WORDS_MAX: usize = 8;
/// Lines before the writing that tell what it is, at most.
const HEAD_LINES_MAX: usize = 3;
/// Words that are counted first; most notes are told by them.
const SAMPLE_WORDS: usize = 50;
/// Bytes of a marker alone on its line at most.
const MARKER_LINE_BYTES_MAX: usize = 80;

/// What own words are found in.
pub(super) struct Ground<'g> {
    pub(super) text: &'g str,
    pub(super) words: &'g Words,
    pub(super) lines: &'g [Line],
    pub(super) sentences: &'g [Sentence],
    pub(super) headings: &'g [Heading],
    pub(super) quotes: &'g [Quotation],
    pub(super) rules: &'g TranscriptRules,
    /// Where the note's body starts, behind front matter.
    pub(super) body: usize,
}

/// Finds the stretches in the participant's own words.
pub(super) fn find(ground: &Ground<'_>) -> Vec<Turn> {
    if let Some(span) = ground.letter_of_another() {
        let speaker = Speaker::Other;
        return vec![Turn { span, speaker }];
    }
    let whole = ground.whole_note();
    let spans = if whole.is_empty() {
        ground.below_markers()
    } else {
        whole
    };
    let turn = |span| Turn {
        span,
        speaker: Speaker::Participant,
    };
    spans.into_iter().map(turn).collect()
}

/// How many words of which kind a stretch holds.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    words: usize,
    first: usize,
    third: usize,
    clinical: usize,
    loose: usize,
}

impl Tally {
    /// Whether the first person is heard so often, others less, and a clinician hardly.
    fn speaks_for_itself(self, percent: usize, third_times: usize) -> bool {
        self.first * 100 >= percent * self.words
            && self.third * third_times <= self.first
            && self.clinical * 10 <= self.first
    }

    /// Whether no person and no clinician's word stands in it: a journal's short lines.
    fn names_nobody(self) -> bool {
        self.words > 0 && self.third == 0 && self.clinical == 0
    }

    /// Whether nobody but the writer can be meant: a clinician's "I" stands beside "she" and "pt".
    fn is_of_one_person(self) -> bool {
        self.third * 4 <= self.first && self.clinical == 0
    }
}

impl Ground<'_> {
    /// Counts the words that stand in no quotation.
    fn tally(&self, range: Range<usize>) -> Tally {
        let mut tally = Tally::default();
        let from = match range.clone().next() {
            Some(word) => self.words.span(word).start,
            None => return tally,
        };
        let first = self.quotes.partition_point(|q| q.span.end <= from);
        let mut quotes = self.quotes[first..].iter();
        let mut quote = quotes.next();
        for word in range {
            let at = self.words.span(word).start;
            while quote.is_some_and(|q| q.span.end <= at) {
                quote = quotes.next();
            }
            if quote.is_some_and(|q| q.span.start <= at) {
                continue;
            }
            tally.words += 1;
            let form = self.words.form(word);
            tally.first += usize::from(self.rules.first_person.contains(form));
            tally.third += usize::from(self.rules.third_person.contains(form));
            tally.clinical += usize::from(self.rules.clinical.contains(form));
            tally.loose += usize::from(self.rules.spoken_words.contains(form));
        }
        tally
    }

    /// The note's body, where all of it is the participant's own.
    fn whole_note(&self) -> Vec<Span> {
        let span = Span::new(self.first_line(), self.text.len()).trim(self.text);
        let range = self.words.inside(span);
        if self.has_own_title() {
            let tally = self.tally(range.clone());
            let own = tally.first > 0 && tally.speaks_for_itself(self.rules.marked_percent_min, 1)
                || tally.names_nobody();
            if own && self.rules.marked_percent_min > 0 {
                return vec![span];
            }
        }
        if self.rules.unmarked_percent_min == 0 || range.len() < self.rules.unmarked_words_min {
            return Vec::new();
        }
        // Most notes are told by their first words.
        let sample = range.start..range.end.min(range.start + SAMPLE_WORDS);
        let is_first = |&w: &usize| self.rules.first_person.contains(self.words.form(w));
        let first = sample.clone().filter(is_first).count();
        if first * 200 < self.rules.unmarked_percent_min * sample.len() + 50 {
            return Vec::new();
        }
        if self.tally(sample).clinical > 1 {
            return Vec::new();
        }
        let tally = self.tally(range);
        let own = tally.speaks_for_itself(self.rules.unmarked_percent_min, 2);
        if own && (tally.loose >= 2 || tally.is_of_one_person()) {
            vec![span]
        } else {
            Vec::new()
        }
    }

    /// Whether the note's first line is a title that says whose words follow.
    fn has_own_title(&self) -> bool {
        let at = self.lines.partition_point(|l| l.span.start < self.body);
        let (Some(line), Some(next)) = (self.lines.get(at), self.lines.get(at + 1)) else {
            return false;
        };
        let words = self.words.inside(line.span);
        // "Pt kept a memo. Typed as heard:" is the clinician's, who goes on behind what follows.
        let title = line.span.slice(self.text);
        let is_title = next.opens_paragraph && !title.ends_with('.') && !title.contains(". ");
        is_title && words.len() <= MARKER_WORDS_MAX && self.has_marker(words)
    }

    /// The writing of somebody else about the participant: a letter, a memo whose first line names its
    /// writer first ("Letter from mother of patient").
    fn letter_of_another(&self) -> Option<Span> {
        let at = self.lines.partition_point(|l| l.span.start < self.body);
        let (line, next) = (self.lines.get(at)?, self.lines.get(at + 1)?);
        let words = self.words.inside(line.span);
        if words.len() > MARKER_LINE_WORDS_MAX || !self.has_marker(words.clone()) {
            return None;
        }
        let mut named = words.filter_map(|w| self.rules.speakers.get(self.words.form(w)));
        let is_other = named.next() == Some(&Speaker::Other);
        let rest = Span::new(next.span.start, self.text.len()).trim(self.text);
        let writes = self.tally(self.words.inside(rest)).first > 0;
        (is_other && writes).then_some(rest)
    }

    /// Where the writing begins, behind lines that tell what it is ("Typed by the participant, at home").
    fn first_line(&self) -> usize {
        let tells = |line: &&Line| {
            let words = self.words.inside(line.span);
            let any = |of: &WordSet| words.clone().any(|w| of.contains(self.words.form(w)));
            let is_said = line.span.slice(self.text).ends_with(['.', '!', '?']);
            let is_about = !is_said || any(&self.rules.clinical) || self.has_marker(words.clone());
            let is_marked = self.has_marker(words.clone());
            let is_short = words.len() <= MARKER_WORDS_MAX;
            let is_head = is_about && (is_marked || !any(&self.rules.first_person));
            line.span.start < self.body || is_short && is_head
        };
        let head = self.lines.iter().take(HEAD_LINES_MAX).take_while(tells);
        let first = self.lines.get(head.count());
        first.map_or(self.body, |line| line.span.start.max(self.body))
    }

    fn below_markers(&self) -> Vec<Span> {
        let mut found: Vec<Span> = Vec::new();
        for (i, line) in self.lines.iter().enumerate() {
            if found.last().is_some_and(|last| last.end >= line.span.end) {
                continue;
            }
            let Some(from) = self.marker_end(*line) else {
                continue;
            };
            found.extend(self.own_lines(i, from));
        }
        found
    }

    /// Where the text that a marker on this line announces starts.
    fn marker_end(&self, line: Line) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut from = line.span.start;
        while let Some(colon) = Span::new(from, line.span.end).slice(self.text).find(':') {
            let colon = from + colon;
            from = colon + 1;
            if bytes.get(from).is_none_or(u8::is_ascii_whitespace)
                && self.has_marker(self.sentence_before(line, colon))
            {
                return Some(from);
            }
        }
        if !line.opens_paragraph || line.span.len() > MARKER_LINE_BYTES_MAX {
            return None;
        }
        let all = self.words.inside(line.span);
        let alone = all.len() <= MARKER_LINE_WORDS_MAX;
        (alone && self.has_marker(all)).then_some(line.span.end)
    }

    /// The words of a line's sentence before a colon; none where it is long. A marker's sentence
    /// may be cut behind an earlier colon or heading, so its line counts.
    fn sentence_before(&self, line: Line, colon: usize) -> Range<usize> {
        let sentence = self.sentences.partition_point(|s| s.span.start <= colon);
        let start = sentence
            .checked_sub(1)
            .map_or(line.span.start, |s| self.sentences[s].span.start);
        let words = self
            .words
            .inside(Span::new(start.max(line.span.start).min(colon), colon));
        if words.len() > MARKER_WORDS_MAX {
            words.start..words.start
        } else {
            words
        }
    }

    fn has_marker(&self, words: Range<usize>) -> bool {
        let end = words.end;
        let mut range = words;
        range.any(|w| {
            phrase_at(self.words, w, &self.rules.markers).is_some_and(|len| w + len <= end)
        })
    }

    /// The own words from a byte of line `i` on.
    fn own_lines(&self, i: usize, from: usize) -> Option<Span> {
        let mut own: Option<Span> = None;
        let rest = Span::new(from, self.lines[i].span.end).trim(self.text);
        let mut next = i + 1;
        if !rest.is_empty() {
            while self.lines.get(next).is_some_and(|l| l.goes_on) {
                next += 1;
            }
            let stretch = Span::new(rest.start, self.lines[next - 1].span.end);
            let (head, is_all) = self.own_head(stretch)?;
            own = Some(head);
            if !is_all {
                return own;
            }
        }
        let mut indent = None;
        while let Some(line) = self.lines.get(next) {
            let mut last = next;
            while self.lines.get(last + 1).is_some_and(|l| l.goes_on) {
                last += 1;
            }
            let span = Span::new(line.span.start, self.lines[last].span.end);
            // A new paragraph goes on only where it is set in like the first.
            let leaves = line.opens_paragraph
                && own.is_some()
                && (line.indent == 0 || indent.is_some_and(|n| n != line.indent));
            let near = self.headings.partition_point(|h| h.line < next);
            let mut near = self.headings[near..].iter().take_while(|h| h.line <= last);
            let is_headed = near.any(|h| !h.is_weak);
            if leaves || is_headed || !self.is_own(span) {
                break;
            }
            indent.get_or_insert(line.indent);
            own = Some(own.map_or(span, |o| o.union(span)));
            next = last + 1;
        }
        own
    }

    /// Whether a line speaks in the first person and not in a clinician's words.
    fn is_own(&self, span: Span) -> bool {
        let tally = self.tally(self.words.inside(span));
        tally.first > 0
            && tally.first * 100 >= self.rules.marked_percent_min * tally.words
            && tally.clinical * 4 <= tally.first
            && (tally.third <= tally.first || tally.loose * 2 > tally.third)
    }

    /// The sentences behind a marker on its line that are own words, and whether all are.
    fn own_head(&self, stretch: Span) -> Option<(Span, bool)> {
        if stretch
            .slice(self.text)
            .starts_with(['"', '“', '«', '„', '‘'])
        {
            return None;
        }
        if self.is_own(stretch) {
            return Some((stretch, true));
        }
        let first = self
            .sentences
            .partition_point(|s| s.span.start < stretch.start);
        let mut own: Option<Span> = None;
        let mut has_first = false;
        for sentence in &self.sentences[first..] {
            if sentence.span.start >= stretch.end {
                break;
            }
            let tally = self.tally(sentence.words.clone());
            if tally.clinical > 0 || (tally.third > 0 && tally.first == 0) {
                break;
            }
            has_first |= tally.first > 0;
            own = Some(own.map_or(sentence.span, |o| o.union(sentence.span)));
        }
        own.filter(|_| has_first).map(|span| (span, false))
    }
}

#[cfg(test)]
mod tests {
    use crate::model::layout::Speaker;

    fn check(text: &str, expected: &[&str]) {
        let rules = crate::codebook::builtin_section_rules("en")
            .expect("English")
            .expect("no findings");
        let layout = super::super::layout(text, &rules, &[]);
        let shown: Vec<&str> = layout
            .turns
            .iter()
            .filter(|t| t.speaker == Speaker::Participant)
            .map(|t| t.span.slice(text))
            .collect();
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn a_journal_ends_where_the_writer_goes_on() {
        check(
            "Read out from the journal:\nI used to leave. Now I stay.\nShe then asked for the sitter.",
            &["I used to leave. Now I stay."],
        );
        check(
            "Journal: Red gate. I did not have to ring.\nTablets: 20 dispensed",
            &["Red gate. I did not have to ring."],
        );
        check(
            "Her hopes, in her words: \"I want to rest.\" She would like to sleep.",
            &[],
        );
    }

    #[test]
    fn a_memo_below_its_marker_is_the_participants() {
        check(
            "Pt recorded a memo and asked me to keep it. Typed as heard:\n\n    ok so um I was on the boat and she was me I think, she held on and I let her\n\nWe listened together.",
            &["ok so um I was on the boat and she was me I think, she held on and I let her"],
        );
    }

    #[test]
    fn a_journal_says_i_or_leaves_it_out() {
        check(
            "Journal of P07\n\nSlept four hours. Calm for once.",
            &["Slept four hours. Calm for once."],
        );
        check("Journal of P07\n\nPt slept four hours. Calm for once.", &[]);
    }

    #[test]
    fn a_note_all_in_the_first_person_is_own_words_and_a_clinicians_is_not() {
        let memo = "okay um it's late and I did it, I took it at home and I got a bit dizzy so I stopped looking. I wasn't scared though, I was gonna be. okay bye";
        check(memo, &[memo]);
        check(
            "I called the patient at ten. She told me that she slept well and I asked her to call me on Monday. I don't expect problems, I will see her next week for the second dose.",
            &[],
        );
    }
}
