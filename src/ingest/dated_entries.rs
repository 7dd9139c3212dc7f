//! Entries of a running log: each begins with its date and goes on in the same line.
//!
//! Comes in: a text. Goes out: its entries as blocks, the date and what it is the date of ("2/9/24
//! KAP #1") as each one's header. Cautious: a note that lists a few earlier dates stays one note, so
//! the dates must open the text and run in one direction.

use crate::text::Span;

use super::blocks::{Block, Blocks};
use super::recognise::{DatedOpening, Recogniser};

/// Fewest entries of a log.
const ENTRIES_MIN: usize = 3;
/// Most words before the first entry: a name, a title.
const PREAMBLE_WORDS_MAX: usize = 15;
/// Fewest words that most entries have.
const WORDS_MIN: usize = 3;

/// A line that begins an entry.
struct Start {
    line: Span,
    /// Its number, from 1.
    number: usize,
    opening: DatedOpening,
}

/// Parts a text that is a log of dated entries; none where it is not.
pub(super) fn split_entries(text: &str, lines: &[Span], recogniser: &Recogniser) -> Option<Blocks> {
    let mut starts = starts(text, lines, recogniser)?;
    // Several lines of one day are one entry: a nurse's log, messages.
    starts.dedup_by(|later, before| {
        let opening = &later.opening;
        let is_other = opening.person.is_some() && opening.person != before.opening.person;
        opening.days == before.opening.days && !opening.says_session && !is_other
    });
    let first = starts.first()?;
    let preamble = Span::new(0, first.line.start).trim(text);
    let says_session = starts.iter().filter(|s| s.opening.says_session).count();
    let is_log = starts.len() >= ENTRIES_MIN || (starts.len() == 2 && says_session == 2);
    if !is_log || recogniser.holds_date(preamble.slice(text)) || !run_one_way(&starts) {
        return None;
    }
    let ends = starts.iter().skip(1).map(|s| s.line.start);
    let list: Vec<Block> = starts
        .iter()
        .zip(ends.chain([text.len()]))
        .map(|(start, end)| {
            let behind = start.line.start + start.opening.head;
            Block {
                header: Span::new(start.line.start, behind).trim(text),
                body: Span::new(behind, end).trim(text),
                parts: Vec::new(),
                line: start.number,
                scope: None,
            }
        })
        .collect();
    let words = |b: &&Block| b.body.slice(text).split_whitespace().count() >= WORDS_MIN;
    let told = list.iter().filter(words).count();
    let example = list.first()?.header.slice(text).to_owned();
    (told * 3 >= list.len() * 2).then(|| Blocks {
        preamble,
        list,
        told_by: format!("entries that begin with their date, like {example:?}"),
    })
}

/// The lines that begin entries; none where too much stands before the first: most texts are no log,
/// and are not looked through for dates.
fn starts(text: &str, lines: &[Span], recogniser: &Recogniser) -> Option<Vec<Start>> {
    let mut starts = Vec::new();
    let mut words_before = 0;
    for (at, line) in lines.iter().enumerate() {
        let written = line.slice(text);
        if let Some(opening) = recogniser.dated_opening(written) {
            starts.push(Start {
                line: *line,
                number: at + 1,
                opening,
            });
        } else if starts.is_empty() {
            words_before += written.split_whitespace().count();
            if words_before > PREAMBLE_WORDS_MAX {
                return None;
            }
        }
    }
    Some(starts)
}

/// Whether the days never go back, or never go on, in one order of day and month.
fn run_one_way(starts: &[Start]) -> bool {
    let readings = starts.iter().map(|s| s.opening.days.len()).max();
    (0..readings.unwrap_or(0)).any(|reading| {
        let days: Vec<_> = starts
            .iter()
            .filter_map(|s| s.opening.days.get(reading).or(s.opening.days.first()))
            .collect();
        days.is_sorted() || days.iter().rev().is_sorted()
    })
}

#[cfg(test)]
mod tests {
    use super::super::blocks::split;
    use super::*;
    use crate::codebook::reading::english;

    /// Header and body of each entry.
    fn entries(text: &str) -> Vec<(String, String)> {
        let recogniser = Recogniser::new(&english().unwrap(), &[]);
        let blocks = split(text, &recogniser).map(|b| b.list).unwrap_or_default();
        let show = |b: &Block| {
            (
                b.header.slice(text).to_owned(),
                b.body.slice(text).to_owned(),
            )
        };
        blocks.iter().map(show).collect()
    }

    #[test]
    fn a_log_parts_at_the_dates_that_open_its_lines() {
        for [first, second, third] in [
            [
                "2024-02-02 (intake)",
                "2024-02-09 (KAP #1)",
                "2024-02-16 (integration)",
            ],
            [
                "2/2/24 - intake.",
                "2/9/24 - KAP #1.",
                "2/16/24 - integration.",
            ],
            [
                "**2 Feb 2024 intake:**",
                "**9 Feb 2024 KS1:**",
                "**16 Feb 2024 IS1:**",
            ],
            ["- 02/02/2024:", "- 02/09/2024:", "- 02/16/2024:"],
        ] {
            let text = format!(
                "TK07\n\n{first} 34 y/o, low mood since birth.\n\n{second} tol ok. Tearful for a while.\nHA after.\n\n{third} Closer with baby.\n"
            );
            let found = entries(&text);
            assert_eq!(found.len(), 3, "{text}");
            assert_eq!(found[0].1, "34 y/o, low mood since birth.", "{text}");
            assert_eq!(
                found[1].1, "tol ok. Tearful for a while.\nHA after.",
                "{text}"
            );
            let head = found[1].0.trim_matches(['*', '-', ' ', ':', '.']);
            assert_eq!(head, second.trim_matches(['*', '-', ' ', ':', '.']));
        }
    }

    #[test]
    fn lines_of_one_day_are_one_entry() {
        let text = "2/9/24 10:05 dose given, BP fine.\n2/9/24 10:20 floating, calm.\n2/12/24 call: slept well.\n2/16/24 closer with baby now.\n";
        let found = entries(text);
        assert_eq!(found.len(), 3);
        assert!(found[0].1.ends_with("floating, calm."), "{found:?}");
    }

    #[test]
    fn dates_inside_one_note_do_not_part_it() {
        for text in [
            // Told before: the note has a date of its own.
            "Intake 3/4/24\n\n1/2/24 PHQ was twelve then.\n2/3/24 PHQ was ten then.\n3/3/24 PHQ was eight.\n",
            // Two dates are no log.
            "2/3/24 She was ill for a week.\n3/3/24 She was well again.\n",
            // The days jump about.
            "2/13/24 She was ill for a week.\n1/23/24 She was well again.\n4/14/24 And ill again then.\n",
            "The patient was seen over several months and told this of the year before, which was hard on her.\n2/3/24 was ill for a week.\n3/3/24 was well again.\n4/3/24 was ill again.\n",
        ] {
            assert_eq!(entries(text), [], "{text}");
        }
    }
}
