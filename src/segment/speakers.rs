//! Turns of speakers whose lines begin with a label (`Client: ...`, `Therapist: ...`).
//!
//! Comes in: lines. Goes out: turns in order, where labels repeat often enough to be a transcript's
//! and not a form's ("Client: K.T.").

use crate::model::headings::TranscriptRules;
use crate::model::layout::{Speaker, Turn};
use crate::text::{Span, fold};

use super::lines::Line;

/// Longest label.
const LABEL_BYTES_MAX: usize = 30;

/// Finds the turns of a transcript with labels; none where it is no transcript.
pub(super) fn find(text: &str, lines: &[Line], rules: &TranscriptRules) -> Vec<Turn> {
    let mut labelled: Vec<Labelled> = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        if line.goes_on {
            continue;
        }
        if let Some((speaker, body)) = label(line.span.slice(text), rules) {
            labelled.push(Labelled {
                line: i,
                start: line.span.start,
                body: line.span.start + body,
                speaker,
            });
        }
    }
    if !is_transcript(text, &labelled, rules.turns_min) {
        return Vec::new();
    }
    let ends = labelled[1..].iter().map(|l| l.line).chain([lines.len()]);
    labelled
        .iter()
        .zip(ends)
        .map(|(l, next)| {
            let end = lines[next - 1].span.end;
            Turn {
                span: Span::new(l.body.min(end), end).trim(text),
                speaker: l.speaker,
            }
        })
        .filter(|turn| !turn.span.is_empty())
        .collect()
}

/// A line that begins with a speaker's label.
struct Labelled {
    line: usize,
    start: usize,
    /// Where the spoken text starts.
    body: usize,
    speaker: Speaker,
}

/// Whether the participant and somebody else speak, and a label comes again.
fn is_transcript(text: &str, labelled: &[Labelled], turns_min: usize) -> bool {
    let speaks = |speaker| labelled.iter().any(|l| l.speaker == speaker);
    let others = speaks(Speaker::Clinician) || speaks(Speaker::Other);
    let mut labels: Vec<&str> = labelled
        .iter()
        .map(|l| Span::new(l.start, l.body).slice(text).trim())
        .collect();
    labels.sort_unstable();
    let repeats = labels.windows(2).any(|pair| pair[0] == pair[1]);
    labelled.len() >= turns_min.max(1) && speaks(Speaker::Participant) && others && repeats
}

/// The speaker of a line and where the spoken text starts: `**Client:** ...`, `[00:12] T: ...`.
fn label(line: &str, rules: &TranscriptRules) -> Option<(Speaker, usize)> {
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
    let speaker = *rules.speakers.get(fold(bare).as_ref())?;
    let behind = Span::new(colon + 1, rest.len()).slice(rest);
    let gap = behind.len() - behind.trim_start_matches(['*', '_', ' ', '\t']).len();
    Some((speaker, from + colon + 1 + gap))
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
    }
}
