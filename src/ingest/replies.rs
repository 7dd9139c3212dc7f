//! Messages that a message quotes: a line that says who wrote and when, and lines behind `>`.
//!
//! Comes in: a text. Goes out: what is its own, and each quoted message as a note of its own, older
//! than the one above it, less the marks. It refuses to take a quotation for a message where no line
//! says whose it is.

use super::recognise::{Quoted, Recogniser};

/// Messages inside each other that are taken apart.
const DEPTH_MAX: usize = 12;

/// A text taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Thread {
    /// Its own words.
    pub(super) own: String,
    /// What it quotes, the nearest first.
    pub(super) quoted: Vec<Message>,
}

/// A quoted message.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) about: Quoted,
    pub(super) text: String,
}

/// Takes a text apart; none where it quotes no message.
pub(super) fn thread(text: &str, recogniser: &Recogniser) -> Option<Thread> {
    part(text, recogniser, DEPTH_MAX)
}

fn part(text: &str, recogniser: &Recogniser, depth: usize) -> Option<Thread> {
    if depth == 0 || !text.contains("\n>") {
        return None;
    }
    let lines: Vec<&str> = text.lines().collect();
    let mut own: Vec<&str> = Vec::new();
    let mut quoted = Vec::new();
    let mut at = 0;
    while let Some(&line) = lines.get(at) {
        let Some((about, begins)) = opening(&lines, at, recogniser) else {
            own.push(line);
            at += 1;
            continue;
        };
        let end = quotation_end(&lines, begins);
        let inner: Vec<&str> = lines[begins..end].iter().map(|l| unmarked(l)).collect();
        let inner = inner.join("\n");
        match part(&inner, recogniser, depth - 1) {
            Some(thread) => {
                let text = thread.own;
                quoted.push(Message { about, text });
                quoted.extend(thread.quoted);
            }
            None => quoted.push(Message {
                about,
                text: outer_lines_dropped(&inner),
            }),
        }
        at = end;
    }
    (!quoted.is_empty()).then(|| Thread {
        own: outer_lines_dropped(&own.join("\n")),
        quoted,
    })
}

/// A line above a quoted message, perhaps broken in two, and where its text begins.
fn opening(lines: &[&str], at: usize, recogniser: &Recogniser) -> Option<(Quoted, usize)> {
    let first = lines.get(at).filter(|l| !is_marked(l))?;
    let text_behind = |behind: usize| {
        let gap = usize::from(lines.get(behind)?.trim().is_empty());
        lines
            .get(behind + gap)
            .is_some_and(|l| is_marked(l))
            .then_some(behind + gap)
    };
    if let Some(begins) = text_behind(at + 1) {
        return Some((recogniser.quoted_message(first)?, begins));
    }
    let begins = text_behind(at + 2)?;
    // The sentence above such a line is none of it.
    if recogniser.quoted_message(lines.get(at + 1)?).is_some() {
        return None;
    }
    let both = format!("{} {}", first.trim_end(), lines.get(at + 1)?.trim());
    Some((recogniser.quoted_message(&both)?, begins))
}

/// Where the marked lines end that begin at a line; empty lines between them are theirs.
fn quotation_end(lines: &[&str], begins: usize) -> usize {
    let mut end = begins;
    for (at, line) in lines.iter().enumerate().skip(begins) {
        if is_marked(line) {
            end = at + 1;
        } else if !line.trim().is_empty() {
            break;
        }
    }
    end
}

fn is_marked(line: &str) -> bool {
    line.starts_with('>')
}

/// A line less one mark and the blank behind it.
fn unmarked(line: &str) -> &str {
    let behind = line.strip_prefix('>').unwrap_or(line);
    behind.strip_prefix(' ').unwrap_or(behind)
}

/// A text less empty lines at both ends.
pub(super) fn outer_lines_dropped(text: &str) -> String {
    let text = text.trim_end();
    let mut lines = text.split_inclusive('\n');
    let mut start = 0;
    for line in lines.by_ref() {
        if !line.trim().is_empty() {
            break;
        }
        start += line.len();
    }
    text.get(start..).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebook::reading::english;

    fn texts(text: &str) -> Vec<String> {
        let recogniser = Recogniser::new(&english().unwrap(), &[]);
        let Some(thread) = thread(text, &recogniser) else {
            return vec![text.to_owned()];
        };
        let quoted = thread.quoted.into_iter().map(|m| m.text);
        std::iter::once(thread.own).chain(quoted).collect()
    }

    #[test]
    fn quoted_messages_are_notes_of_their_own_without_their_marks() {
        let text = "Slept well, she says.\n\nOn Tue, 4 June 2024 at 9:15, Ida Berg <ida@example.org>\nwrote:\n> Seen for dosing.\n>\n> \"Like snow,\" she said.\n> On Mon, 3 June 2024 at 8:00, Jo Lund wrote:\n>> She is anxious.\n\nIda\n";
        assert_eq!(
            texts(text),
            [
                "Slept well, she says.\n\n\nIda",
                "Seen for dosing.\n\n\"Like snow,\" she said.",
                "She is anxious."
            ]
        );
    }

    #[test]
    fn a_quotation_that_is_no_message_stays_where_it_is() {
        for text in [
            "From her journal:\n> I slept well.\n> I ate.\n",
            "On 4 June 2024 she wrote:\n> I slept well.\n",
        ] {
            assert_eq!(texts(text), [text]);
        }
    }
}
