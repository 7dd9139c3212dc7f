//! Turns of speakers that a label opens (`Client: ...`, `Therapist: ...`), at a line's beginning or behind
//! the end of a sentence inside of it.
//!
//! Comes in: lines. Goes out: turns in order, where labels repeat often enough to be a transcript's
//! and not a form's ("Client: K.T.").

use std::collections::BTreeMap;

use crate::model::headings::TranscriptRules;
use crate::model::layout::{Speaker, Turn};
use crate::text::{Span, fold};

use super::lines::Line;

/// Longest label.
const LABEL_BYTES_MAX: usize = 30;
/// Labels inside of lines that make a conversation, where they are words and a participant says "I".
const INSIDE_MIN: usize = 2;

/// Words of a field's value, at most.
const FIELD_WORDS_MAX: usize = 3;

/// Finds the turns of a transcript with labels; none where it is no transcript.
pub(super) fn find(text: &str, lines: &[Line], rules: &TranscriptRules) -> Vec<Turn> {
    let finder = Finder { text, lines, rules };
    let mut labelled: Vec<Labelled> = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        finder.labels_of(i, line, &mut labelled);
    }
    finder.take_name(&mut labelled);
    if !finder.is_transcript(&labelled) {
        return Vec::new();
    }
    let nexts = labelled[1..].iter().map(Some).chain([None]);
    let turns = labelled.iter().zip(nexts).map(|(l, next)| Turn {
        span: finder.turn(l, next),
        speaker: l.speaker,
    });
    turns.filter(|turn| !turn.span.is_empty()).collect()
}

/// A speaker's label.
struct Labelled {
    line: usize,
    start: usize,
    /// Where the spoken text starts.
    body: usize,
    speaker: Speaker,
    /// Whether it stands inside of its line.
    is_inside: bool,
}

struct Finder<'f> {
    text: &'f str,
    lines: &'f [Line],
    rules: &'f TranscriptRules,
}

impl Finder<'_> {
    /// The labels of a line: at its beginning, and behind each sentence's end.
    fn labels_of(&self, at: usize, line: &Line, out: &mut Vec<Labelled>) {
        let whole = line.span.slice(self.text);
        let mut from = 0;
        if !line.goes_on
            && let Some((speaker, body)) = label(whole, self.rules)
        {
            out.push(Labelled {
                line: at,
                start: line.span.start,
                body: line.span.start + body,
                speaker,
                is_inside: false,
            });
            from = body;
        }
        while let Some(colon) = Span::new(from, whole.len()).slice(whole).find(':') {
            let colon = from + colon;
            if let Some(start) = sentence_start(whole, from, colon)
                && let Some((speaker, body)) = inner_label(whole, start, self.rules)
            {
                out.push(Labelled {
                    line: at,
                    start: line.span.start + start,
                    body: line.span.start + body,
                    speaker,
                    is_inside: true,
                });
            }
            from = colon + 1;
        }
    }

    /// "Facilitator: ... Wren: ...": where a clinician has the other labels and the participant none, the one name
    /// that comes again between them is the participant's.
    fn take_name(&self, labelled: &mut Vec<Labelled>) {
        let mut asks = labelled.iter().filter(|l| l.speaker == Speaker::Clinician);
        let (Some(first), Some(last)) = (asks.next(), asks.next_back()) else {
            return;
        };
        let (first, last) = (first.line, last.line);
        let speaks =
            |l: &Labelled| l.speaker == Speaker::Participant && !self.is_field(l, labelled);
        if labelled.iter().any(speaks) {
            return;
        }
        let mut names: BTreeMap<&str, Vec<Labelled>> = BTreeMap::new();
        for (at, line) in self.lines.iter().enumerate().skip(first) {
            let whole = line.span.slice(self.text);
            if let Some((name, body)) = name_of(whole, self.rules).filter(|_| !line.goes_on) {
                names.entry(name).or_default().push(Labelled {
                    line: at,
                    start: line.span.start,
                    body: line.span.start + body,
                    speaker: Speaker::Participant,
                    is_inside: false,
                });
            }
        }
        let mut again = names.into_values().filter(|turns| turns.len() > 1);
        let (Some(turns), None) = (again.next(), again.next()) else {
            return;
        };
        if !turns.iter().any(|turn| turn.line < last) {
            return;
        }
        labelled.retain(|l| l.speaker != Speaker::Participant);
        labelled.extend(turns);
        labelled.sort_by_key(|l| l.start);
        // "Nurse: RB. Pain: 3" comes again on each of a sheet's days, and says no "I".
        if !self.says_i(labelled) {
            labelled.retain(|l| l.speaker != Speaker::Participant);
        }
    }

    /// "Participant: P07", above a transcript: a label that does not come again, before a word or two.
    fn is_field(&self, label: &Labelled, labelled: &[Labelled]) -> bool {
        let name = |l: &Labelled| Span::new(l.start, l.body).slice(self.text).trim();
        let again = labelled.iter().filter(|l| name(l) == name(label)).count() > 1;
        let line = self.lines[label.line].span;
        let value = Span::new(label.body.min(line.end), line.end).slice(self.text);
        !again && value.split_whitespace().count() <= FIELD_WORDS_MAX
    }

    /// Whether the participant and somebody else speak, and a label comes again; inside of lines two
    /// labels do, where they are words and the participant says "I".
    fn is_transcript(&self, labelled: &[Labelled]) -> bool {
        let speaks = |speaker| labelled.iter().any(|l| l.speaker == speaker);
        let others = speaks(Speaker::Clinician) || speaks(Speaker::Other);
        if !speaks(Speaker::Participant) || !others {
            return false;
        }
        let asks = speaks(Speaker::Clinician);
        let name = |l: &Labelled| Span::new(l.start, l.body).slice(self.text).trim();
        let mut labels: Vec<&str> = labelled.iter().map(name).collect();
        let are_words = labels.iter().all(|name| name.len() > INSIDE_MIN);
        labels.sort_unstable();
        let repeats = labels.windows(2).any(|pair| pair[0] == pair[1]);
        let inside = labelled.iter().filter(|l| l.is_inside).count();
        labelled.len() >= self.rules.turns_min.max(1) && repeats
            || inside > 0
                && labelled.len() >= INSIDE_MIN
                && are_words
                && (asks && self.says_i(labelled))
    }

    /// Whether a turn of the participant's is in the first person.
    fn says_i(&self, labelled: &[Labelled]) -> bool {
        let own = labelled
            .iter()
            .zip(labelled[1..].iter().map(Some).chain([None]));
        let mut own = own.filter(|(l, _)| l.speaker == Speaker::Participant);
        own.any(|(l, next)| {
            let said = self.turn(l, next).slice(self.text);
            let mut words = said.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’'));
            words.any(|word| self.rules.first_person.contains(fold(word).as_ref()))
        })
    }

    /// What is said behind a label: to the next one, else to the end of the note; behind a label inside
    /// of a line no further than its paragraph.
    fn turn(&self, label: &Labelled, next: Option<&Labelled>) -> Span {
        let last = match next {
            Some(next) if next.is_inside && next.line == label.line => {
                return Span::new(label.body, next.start).trim(self.text);
            }
            Some(next) if next.is_inside => next.line + 1,
            Some(next) => next.line,
            None => self.lines.len(),
        };
        let paragraph = (label.line + 1..last).find(|&at| self.lines[at].opens_paragraph);
        let is_inside = label.is_inside || next.is_some_and(|next| next.is_inside);
        let last = paragraph.filter(|_| is_inside).unwrap_or(last);
        let end = self.lines[last - 1].span.end;
        let end = next.map_or(end, |next| end.min(next.start));
        Span::new(label.body.min(end), end).trim(self.text)
    }
}

/// Where the words before a colon begin a sentence of their own, in a line.
fn sentence_start(line: &str, from: usize, colon: usize) -> Option<usize> {
    let before = Span::new(from, colon).slice(line);
    let near = before.len().saturating_sub(LABEL_BYTES_MAX + 2);
    let near = (near..=before.len()).find(|&at| before.is_char_boundary(at))?;
    let window = Span::new(near, before.len()).slice(before);
    let space = window.rfind(['.', '?', '!', '"', '”', ')', ']', '…'])?;
    let mark = Span::new(space, window.len())
        .slice(window)
        .chars()
        .next()?;
    let name = Span::new(space + mark.len_utf8(), window.len()).slice(window);
    let gap = name.len() - name.trim_start().len();
    (gap > 0).then_some(colon - name.len() + gap)
}

/// A label inside of a line; one of a single letter is followed by words ("T: 98.6" is a temperature).
fn inner_label(line: &str, start: usize, rules: &TranscriptRules) -> Option<(Speaker, usize)> {
    let rest = Span::new(start, line.len()).slice(line);
    let (speaker, body) = label(rest, rules)?;
    let name = rest.find(':')?;
    let said = Span::new(body, rest.len()).slice(rest);
    // 'Pt: "..."' in running text gives a quotation to somebody; it opens no turn.
    if said.starts_with(['"', '“', '”', '«', '„', '‘', '\'']) {
        return None;
    }
    let is_said = said.starts_with(|c: char| c.is_alphabetic() || matches!(c, '[' | '('));
    let is_parted = rest
        .as_bytes()
        .get(name + 1)
        .is_none_or(u8::is_ascii_whitespace);
    (is_parted && (is_said || name > 1)).then_some((speaker, start + body))
}

/// The speaker of a line and where the spoken text starts: `**Client:** ...`, `[00:12] T: ...`.
fn label(line: &str, rules: &TranscriptRules) -> Option<(Speaker, usize)> {
    let (bare, body) = bare_label(line)?;
    let speaker = *rules.speakers.get(fold(bare).as_ref())?;
    Some((speaker, body))
}

/// A name of one word that is no known label, before a line's spoken text.
fn name_of<'l>(line: &'l str, rules: &TranscriptRules) -> Option<(&'l str, usize)> {
    let (bare, body) = bare_label(line)?;
    let is_name = bare.starts_with(char::is_uppercase) && bare.chars().all(char::is_alphabetic);
    let said = Span::new(body.min(line.len()), line.len()).slice(line);
    let is_known = rules.speakers.contains(fold(bare).as_ref());
    (is_name && !is_known && !said.is_empty()).then_some((bare, body))
}

/// The words before a line's first colon, and where the text behind it starts.
fn bare_label(line: &str) -> Option<(&str, usize)> {
    let mut from = 0;
    if line.starts_with(['[', '(']) {
        let close = line.find([']', ')']).filter(|&at| at <= LABEL_BYTES_MAX)?;
        from = close + 1;
    }
    let rest = Span::new(from, line.len()).slice(line);
    let colon = rest.bytes().take(LABEL_BYTES_MAX).position(|b| b == b':')?;
    let name = Span::new(0, colon).slice(rest);
    let bare = name.trim_matches(['*', '_', ' ', '-', '>', '#', '.']);
    let bare = bare.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
    let behind = Span::new(colon + 1, rest.len()).slice(rest);
    let gap = behind.len() - behind.trim_start_matches(['*', '_', ' ', '\t']).len();
    Some((bare, from + colon + 1 + gap))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let rules = crate::codebook::builtin_section_rules("en")
            .expect("English")
            .expect("no findings");
        let lines = super::super::lines::read(text);
        let turns = find(text, &lines, &rules.transcript);
        let shown: Vec<String> = turns
            .iter()
            .map(|t| format!("{:?}: {}", t.speaker, t.span.slice(text)))
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn labelled_lines_are_turns_and_a_forms_head_is_none() {
        check(
            "Session 3\nTherapist: How was it?\n**Client:** Warm.\nLike home.\nTherapist: And now?\n[00:20] C: Same.",
            &[
                "Clinician: How was it?",
                "Participant: Warm.\nLike home.",
                "Clinician: And now?",
                "Participant: Same.",
            ],
        );
        check(
            "Client: L.B.\nProvider: Okafor\nNurse: Reyes\nDoctor: C\nNote",
            &[],
        );
        check(
            "Facilitator: And then?\nWren: Light.\nFacilitator: Where?\nWren: I felt it in my hands.",
            &[
                "Clinician: And then?",
                "Participant: Light.",
                "Clinician: Where?",
                "Participant: I felt it in my hands.",
            ],
        );
        check(
            "Participant: P07\nDate: 2024-03-08\nTherapist: And then?\nWren: Light.\nTherapist: Where?\nWren: I felt it.",
            &[
                "Clinician: And then?",
                "Participant: Light.",
                "Clinician: Where?",
                "Participant: I felt it.",
            ],
        );
        check(
            "Therapist: Okafor\nMood: low\nTherapist: Reyes\nMood: better",
            &[],
        );
    }
}
