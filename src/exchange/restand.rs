//! Where a note's codings stand once its text was changed.
//!
//! Comes in: the note's text as it is now, and the codings with their places and words. Goes out: for
//! each that does not stand on its words where those stand now. Refuses: to believe a place; it is the
//! words that were coded.

use std::collections::BTreeMap;

use crate::model::decision::Anchor;
use crate::text::{CodePoints, Span};

use super::find::{occurrences, same_words};
use super::reanchor::{CodedPassage, Reanchorer};

/// Passages of a note for whose like the whole text is searched: each search takes time by the text.
const SEARCHED_MAX: usize = 200;

/// Where a coding stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Restood {
    /// What became of it.
    pub(super) status: Anchor,
    /// Its place in code points and its words there; none where it is lost.
    pub(super) now: Option<(usize, usize, String)>,
    /// Other places of the same words.
    pub(super) elsewhere: usize,
}

/// A note's text with what was found in it so far.
struct Note<'t> {
    text: &'t str,
    points: CodePoints<'t>,
    /// Every place of some words, each looked for once.
    places: BTreeMap<&'t str, Vec<Span>>,
    /// The old place of whatever stands at a new place.
    taken: BTreeMap<Span, (usize, usize)>,
    searched: usize,
}

/// The codings that do not stand on their words, by their number, and those whose words are not known.
pub(super) fn restand<'t>(text: &'t str, codings: &[CodedPassage<'t>]) -> BTreeMap<usize, Restood> {
    let points = CodePoints::new(text);
    let mut taken = BTreeMap::new();
    let mut open = Vec::new();
    let mut found = BTreeMap::new();
    for (number, coding) in codings.iter().enumerate() {
        match points.span(coding.start, coding.end) {
            Some(span) if coding.words.is_empty() => {
                let now = (coding.start, coding.end, span.slice(text).to_owned());
                found.insert(
                    number,
                    Restood {
                        status: Anchor::Same,
                        now: Some(now),
                        elsewhere: 0,
                    },
                );
            }
            Some(span) if is_there(span.slice(text), coding.words) => {
                taken.insert(span, (coding.start, coding.end));
            }
            _ => open.push(number),
        }
    }
    if open.is_empty() {
        return found;
    }
    let mut note = Note {
        text,
        points,
        places: BTreeMap::new(),
        taken,
        searched: 0,
    };
    let of = |number: &usize| codings[*number];
    let shifts = note.shifts(open.iter().map(of));
    for number in open {
        let coding = codings[number];
        let by = shift_at(&shifts, coding.start);
        found.insert(number, note.find(coding, by));
    }
    found
}

/// Whether a passage has the words that were coded. A table puts `'` before some cells, and whoever
/// reads it cannot tell that from one that the note has.
fn is_there(passage: &str, words: &str) -> bool {
    same_words(passage, words) || passage.strip_prefix('\'') == Some(words)
}

/// By how much the text moved at a place: as the passage nearest to it did that stands once only.
fn shift_at(shifts: &BTreeMap<usize, isize>, start: usize) -> isize {
    let before = shifts.range(..=start).next_back();
    let after = shifts.range(start..).next();
    let nearest = before
        .into_iter()
        .chain(after)
        .min_by_key(|(at, _)| at.abs_diff(start));
    nearest.map_or(0, |(_, by)| *by)
}

impl<'t> Note<'t> {
    fn places(&mut self, words: &'t str) -> &[Span] {
        let text = self.text;
        self.places
            .entry(words)
            .or_insert_with(|| occurrences(text, words))
    }

    /// By how much each passage moved whose words stand once only.
    fn shifts(
        &mut self,
        codings: impl Iterator<Item = CodedPassage<'t>>,
    ) -> BTreeMap<usize, isize> {
        let mut shifts = BTreeMap::new();
        for coding in codings {
            if let [only] = *self.places(coding.words) {
                let now = self.points.at(only.start);
                shifts.insert(coding.start, now as isize - coding.start as isize);
            }
        }
        shifts
    }

    fn find(&mut self, coding: CodedPassage<'t>, by: isize) -> Restood {
        let own = (coding.start, coding.end);
        let near = coding.start.saturating_add_signed(by);
        let all = self.places(coding.words).to_vec();
        let free = all
            .iter()
            .filter(|span| self.taken.get(span).is_none_or(|other| *other == own));
        let nearest = free.min_by_key(|s| (self.points.at(s.start).abs_diff(near), s.start));
        if let Some(&span) = nearest {
            self.taken.insert(span, own);
            return self.at(Anchor::Moved, span, all.len() - 1);
        }
        self.searched += 1;
        if !all.is_empty() || self.searched > SEARCHED_MAX {
            return LOST;
        }
        let expected = CodedPassage {
            start: near,
            end: near + (coding.end - coding.start),
            ..coding
        };
        match Reanchorer::new(self.text, None).find(&expected).span {
            Some(span) => self.at(Anchor::Changed, span, 0),
            None => LOST,
        }
    }

    fn at(&self, status: Anchor, span: Span, elsewhere: usize) -> Restood {
        let (start, end) = self.points.pair(span);
        Restood {
            status,
            now: Some((start, end, span.slice(self.text).to_owned())),
            elsewhere,
        }
    }
}

const LOST: Restood = Restood {
    status: Anchor::Lost,
    now: None,
    elsewhere: 0,
};

impl Restood {
    /// What is said of a coding that stood elsewhere.
    pub(super) fn told(&self, (start, end): (usize, usize)) -> String {
        let Some((from, to, _)) = &self.now else {
            return "lost: the note's text changed, and its words no longer stand there".to_owned();
        };
        let what = match self.status {
            Anchor::Changed => "words much like its own stand",
            Anchor::Same | Anchor::Moved | Anchor::Lost => "its words stand",
        };
        let look = match self.elsewhere {
            0 => String::new(),
            others => {
                format!("; they stand at {others} other places, too: look whether it is right")
            }
        };
        format!(
            "{}: the note's text changed; {what} at {from} to {to}, no longer at {start} to {end}{look}",
            self.status.as_str()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coded(words: &str, start: usize) -> CodedPassage<'_> {
        let end = start + words.chars().count();
        CodedPassage { words, start, end }
    }

    /// Status, place and words of each coding that does not stand.
    fn check(text: &str, codings: &[CodedPassage<'_>]) -> Vec<String> {
        let line = |(number, found): (usize, Restood)| match found.now {
            Some((start, _, words)) => {
                format!("{number} {} {start} {words}", found.status.as_str())
            }
            None => format!("{number} lost"),
        };
        restand(text, codings).into_iter().map(line).collect()
    }

    #[test]
    fn what_stands_on_its_words_is_left_alone() {
        let codings = [coded("calm", 0), coded("👩 slept", 6)];
        assert!(check("calm, 👩 slept", &codings).is_empty());
        // Words that a table leaves out are the note's.
        let unsaid = CodedPassage {
            words: "",
            start: 6,
            end: 7,
        };
        assert_eq!(check("calm, 👩 slept", &[unsaid]), ["0 same 6 👩"]);
        // The note has the mark that tables put before a sign.
        assert!(
            check(
                "'+5 mg",
                &[CodedPassage {
                    words: "+5",
                    start: 0,
                    end: 3
                }]
            )
            .is_empty()
        );
    }

    #[test]
    fn words_that_stand_often_move_with_their_neighbours() {
        // "calm" of the second sentence moved with its unique neighbour, not to the nearest "calm".
        let codings = [coded("calm", 4), coded("slept badly", 20)];
        let text = "calm A calm note, calm, then a line and slept badly.";
        let found = check(text, &codings);
        assert_eq!(found, ["0 moved 18 calm", "1 moved 40 slept badly"]);
    }

    #[test]
    fn a_passage_that_is_gone_does_not_take_anothers_place() {
        let codings = [coded("calm", 0), coded("calm", 10)];
        assert_eq!(check("Felt then calm.", &codings), ["0 lost"]);
    }

    #[test]
    fn words_that_changed_are_told_and_those_that_are_gone_are_lost() {
        let codings = [coded("felt very calm today", 0), coded("mother", 30)];
        let found = check("New. She felt quite calm today.", &codings);
        assert_eq!(found, ["0 changed 9 felt quite calm today", "1 lost"]);
    }
}
