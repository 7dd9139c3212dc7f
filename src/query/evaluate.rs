//! What answers a question among a few notes.
//!
//! A question is worked out from the inside: every part of it gives places of the text, with the
//! codings that they rest on, in order. Passages stand together where all of them fit a window; on
//! a line that is so if the last of their starts lies not further than the window behind the first
//! of their ends, so each passage is taken once as the last to start.

use crate::model::coding::WhyNot;

use super::facts::{CodingFacts, NoteFacts};
use super::filter::Filter;
use super::places::Place;
use super::question::{Expr, Part, Reach, Sense, Unit, Window};

/// Which codings are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    /// Those that count, but where a filter names assertions.
    Counted,
    /// Of whatever assertion; not what is rejected, copied forward or of a duplicate note.
    AnyAssertion,
}

/// A place that answers, with the codings that it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// The note, by its place among those looked at together.
    pub(super) note: usize,
    /// The place.
    pub(super) place: Place,
    /// Codings of the note, in order.
    pub(super) codings: Vec<usize>,
}

/// Finds what answers, in order.
pub(super) fn evaluate(root: &Expr, notes: &[&NoteFacts], counting: Counting) -> Vec<Found> {
    let ground = Ground {
        notes,
        counting,
        filters: Vec::new(),
    };
    ground.find(root)
}

/// The notes that are looked at together, and the filters that hold.
struct Ground<'g> {
    notes: &'g [&'g NoteFacts],
    counting: Counting,
    filters: Vec<&'g Filter>,
}

impl<'g> Ground<'g> {
    fn find(&self, expr: &'g Expr) -> Vec<Found> {
        match expr {
            Expr::Codes(codes) => self.codes(codes),
            Expr::Parts(part) => self.parts(*part),
            Expr::Either(all) => {
                let found = all.iter().flat_map(|e| self.find(e)).collect();
                ordered(found)
            }
            Expr::Together {
                wanted,
                unwanted,
                reach,
            } => self.together(wanted, unwanted, *reach),
            Expr::Followed {
                left,
                right,
                within,
                sense,
            } => followed(self.find(left), &self.find(right), *within, *sense),
            Expr::Overlapping { left, right, sense } => {
                overlapping(self.find(left), self.find(right), *sense)
            }
            Expr::Where { inner, filters } => {
                let mut all = self.filters.clone();
                all.extend(filters);
                let narrower = Ground {
                    notes: self.notes,
                    counting: self.counting,
                    filters: all,
                };
                narrower.find(inner)
            }
        }
    }

    /// The notes that pass the filters.
    fn passing(&self) -> impl Iterator<Item = (usize, &'g NoteFacts)> {
        let all = self.notes.iter().copied().enumerate();
        all.filter(|(_, note)| !note.is_duplicate && self.filters.iter().all(|f| f.note(note)))
    }

    fn codes(&self, codes: &[bool]) -> Vec<Found> {
        let mut found = Vec::new();
        for (note, facts) in self.passing() {
            for (i, coding) in facts.codings.iter().enumerate() {
                if codes.get(coding.code) == Some(&true) && self.wants(coding) {
                    found.push(Found {
                        note,
                        place: coding.place,
                        codings: vec![i],
                    });
                }
            }
        }
        // Overlapping passages of a code's subtree are one, as they count once.
        merged(found)
    }

    fn wants(&self, coding: &CodingFacts) -> bool {
        let any = self.counting == Counting::AnyAssertion
            || self.filters.iter().any(|f| f.is_on_assertions());
        let stands = match coding.why_not {
            None => true,
            Some(WhyNot::Assertion) => any,
            Some(
                WhyNot::Copied | WhyNot::DuplicateNote | WhyNot::Rejected | WhyNot::Boilerplate,
            ) => false,
        };
        stands && self.filters.iter().all(|f| f.coding(coding))
    }

    fn parts(&self, part: Part) -> Vec<Found> {
        let mut found = Vec::new();
        for (note, facts) in self.passing() {
            let places = match part {
                Part::Note => std::slice::from_ref(&facts.whole),
                Part::Paragraph => &facts.paragraphs,
                Part::Sentence => &facts.sentences,
                Part::Quotation => &facts.quotations,
            };
            let passes = |p: &&Place| self.filters.iter().all(|f| f.part(facts, p.span.start));
            found.extend(places.iter().filter(passes).map(|&place| Found {
                note,
                place,
                codings: Vec::new(),
            }));
        }
        ordered(found)
    }

    fn together(&self, wanted: &'g [Expr], unwanted: &'g [Expr], reach: Reach) -> Vec<Found> {
        let wanted: Vec<Vec<Found>> = wanted.iter().map(|e| self.find(e)).collect();
        let unwanted: Vec<Found> = unwanted.iter().flat_map(|e| self.find(e)).collect();
        match reach {
            Reach::Within(window) => {
                let mut found = if let [only] = wanted.as_slice() {
                    only.clone()
                } else {
                    stretches(&wanted, &|a, b| window.holds(a, b))
                };
                let unwanted = ordered(unwanted);
                found.retain(|f| {
                    let near = |u: &Found| u.note == f.note && window.holds(f.place, u.place);
                    !of_note(&unwanted, f.note).iter().any(near)
                });
                found
            }
            Reach::SameSession => same(wanted, &unwanted, &|_| 0),
            Reach::SameNote => same(wanted, &unwanted, &|f| f.note),
        }
    }
}

impl Window {
    /// Whether two places stand no further apart.
    fn holds(self, a: Place, b: Place) -> bool {
        let (a, b) = match self.unit {
            Unit::Words => (a.words, b.words),
            Unit::Sentences => (a.sentences, b.sentences),
            Unit::Paragraphs => (a.paragraphs, b.paragraphs),
        };
        a.start.max(b.start) <= a.end.min(b.end).saturating_add(self.count)
    }
}

/// Puts places in order; one that was found twice rests on the codings of both.
fn ordered(mut found: Vec<Found>) -> Vec<Found> {
    found.sort_by(|a, b| (a.note, a.place, &a.codings).cmp(&(b.note, b.place, &b.codings)));
    found.dedup_by(|next, kept| {
        let same = (next.note, next.place) == (kept.note, kept.place);
        if same {
            kept.codings = both(&kept.codings, &next.codings);
        }
        same
    });
    found
}

/// Joins places that overlap.
fn merged(found: Vec<Found>) -> Vec<Found> {
    let mut out: Vec<Found> = Vec::with_capacity(found.len());
    for next in ordered(found) {
        match out.last_mut() {
            Some(last) if last.note == next.note && last.place.span.overlaps(next.place.span) => {
                last.place = last.place.union(next.place);
                last.codings = both(&last.codings, &next.codings);
            }
            _ => out.push(next),
        }
    }
    out
}

fn both(a: &[usize], b: &[usize]) -> Vec<usize> {
    let mut all = [a, b].concat();
    all.sort_unstable();
    all.dedup();
    all
}

/// What of an ordered list stands in a note.
fn of_note(found: &[Found], note: usize) -> &[Found] {
    let start = found.partition_point(|f| f.note < note);
    let end = found.partition_point(|f| f.note <= note);
    &found[start..end]
}

/// Joins what stands together: one of each list, all near each other.
///
/// `near` must be of the kind that holds for all pairs if it holds for the one that starts last
/// and each other.
fn stretches(lists: &[Vec<Found>], near: &dyn Fn(Place, Place) -> bool) -> Vec<Found> {
    let mut out = Vec::new();
    for (own, list) in lists.iter().enumerate() {
        for last in list {
            let mut joined = last.clone();
            let mut complete = true;
            for (other, list) in lists.iter().enumerate() {
                if other == own {
                    continue;
                }
                let before = |f: &&Found| {
                    f.place.span.start <= last.place.span.start && near(f.place, last.place)
                };
                let mut any = false;
                for found in of_note(list, last.note).iter().filter(before) {
                    any = true;
                    joined.place = joined.place.union(found.place);
                    joined.codings = both(&joined.codings, &found.codings);
                }
                complete &= any;
            }
            if complete {
                out.push(joined);
            }
        }
    }
    merged(out)
}

/// The passages of all lists in the notes (or sessions) that have one of each and none unwanted.
fn same(lists: Vec<Vec<Found>>, unwanted: &[Found], unit: &dyn Fn(&Found) -> usize) -> Vec<Found> {
    let units = |list: &[Found]| {
        let units: std::collections::BTreeSet<usize> = list.iter().map(unit).collect();
        units
    };
    let mut all = lists.iter().map(|list| units(list));
    let first = all.next().unwrap_or_default();
    let shared = all.fold(first, |shared, next| &shared & &next);
    let shared = &shared - &units(unwanted);
    let mut found: Vec<Found> = lists.into_iter().flatten().collect();
    found.retain(|f| shared.contains(&unit(f)));
    ordered(found)
}

/// Each on the left with the next on the right that begins behind it.
fn followed(left: Vec<Found>, right: &[Found], within: Option<Window>, sense: Sense) -> Vec<Found> {
    let next = |l: &Found| {
        let of_note = of_note(right, l.note);
        let next = of_note.partition_point(|r| r.place.span.start < l.place.span.end);
        let next = of_note.get(next)?;
        within
            .is_none_or(|w| w.holds(l.place, next.place))
            .then(|| Found {
                note: l.note,
                place: l.place.union(next.place),
                codings: both(&l.codings, &next.codings),
            })
    };
    match sense {
        Sense::Must => merged(left.iter().filter_map(next).collect()),
        Sense::MustNot => left.into_iter().filter(|l| next(l).is_none()).collect(),
    }
}

fn overlapping(left: Vec<Found>, right: Vec<Found>, sense: Sense) -> Vec<Found> {
    let near = |a: Place, b: Place| a.span.overlaps(b.span);
    match sense {
        Sense::Must => stretches(&[left, right], &near),
        Sense::MustNot => {
            let alone = |l: &Found| {
                let right = of_note(&right, l.note);
                !right.iter().any(|r| near(l.place, r.place))
            };
            left.into_iter().filter(alone).collect()
        }
    }
}
