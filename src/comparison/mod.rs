//! What changed between two runs, coding by coding, and what made it change.
//!
//! Comes in: two output folders, read back, and the codebooks that they kept. Goes out:
//! [`Difference`]s, each with the edit of the codebook, or the change of notes, decisions, rules or
//! program, that caused it. Where two causes are possible the match is tried again under the other
//! codebook; what is still open is said to be.

mod again;
mod cause;
mod effect;
mod moved;

use std::collections::BTreeSet;

use crate::codebook::diff::Change;
use crate::exchange::{RecordedCoding, RunRecord};
use crate::model::codebook::Codebook;

pub use again::Again;
pub use cause::{Cause, Why};
pub use effect::{CellEffect, CellsBy, CodeEffect, cell_effects, code_effects};
pub use moved::{Moved, Stretch};

/// What became of a coding from the first run to the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Only the second run has it.
    Gained,
    /// Only the first run has it.
    Lost,
    /// Both have it, and something of it differs.
    Changed,
}

impl Kind {
    /// The word that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gained => "gained",
            Self::Lost => "lost",
            Self::Changed => "changed",
        }
    }
}

/// One coding that differs.
#[derive(Debug, Clone)]
pub struct Difference<'a> {
    /// What became of it.
    pub kind: Kind,
    /// Its note.
    pub note_id: &'a str,
    /// As the first run has it; none where gained.
    pub before: Option<&'a RecordedCoding>,
    /// As the second run has it; none where lost.
    pub after: Option<&'a RecordedCoding>,
    /// Where the first run's passage stands in the second's text; none where gained, or gone.
    pub there: Option<Stretch>,
    /// What made it change.
    pub cause: Cause,
}

impl<'a> Difference<'a> {
    /// The coding as it is now, or as it was.
    pub fn coding(&self) -> Option<&'a RecordedCoding> {
        self.after.or(self.before)
    }

    /// What differs, as `field: before -> after`.
    pub fn fields(&self) -> Vec<String> {
        let (Some(before), Some(after)) = (self.before, self.after) else {
            return Vec::new();
        };
        let place = |(start, end): Stretch| format!("{start}-{end}");
        let own = |c: &RecordedCoding| (c.start, c.end);
        let counted = |c: &RecordedCoding| match c.why_not.as_str() {
            "" => c.counted.to_string(),
            why => format!("{} ({why})", c.counted),
        };
        let pairs = [
            ("code", before.code.clone(), after.code.clone()),
            (
                "place",
                place(self.there.unwrap_or(own(before))),
                place(own(after)),
            ),
            (
                "assertion",
                before.assertion.clone(),
                after.assertion.clone(),
            ),
            ("voice", before.voice.clone(), after.voice.clone()),
            ("counted", counted(before), counted(after)),
            (
                "session_type",
                before.session_type.clone(),
                after.session_type.clone(),
            ),
            ("coder", before.coder.clone(), after.coder.clone()),
        ];
        let differing = pairs.into_iter().filter(|(_, b, a)| b != a);
        differing
            .map(|(field, b, a)| format!("{field}: {b} -> {a}"))
            .collect()
    }
}

/// The two sides of a comparison.
#[derive(Debug, Clone, Copy)]
pub struct Sides<'a> {
    /// The first run.
    pub before: &'a RunRecord,
    /// The second.
    pub after: &'a RunRecord,
    /// The codebook of the first, where it was kept.
    pub old: Option<&'a Codebook>,
    /// The codebook of the second.
    pub new: Option<&'a Codebook>,
    /// What differs between them.
    pub changes: &'a [Change],
    /// Where the first run's passages stand in the second's texts.
    pub moved: &'a Moved,
}

/// Every coding that differs, by note and place.
pub fn compare<'a>(sides: Sides<'a>) -> Vec<Difference<'a>> {
    let ids: BTreeSet<&String> = sides
        .before
        .codings
        .keys()
        .chain(sides.after.codings.keys())
        .collect();
    let of = |run: &'a RunRecord, id: &String| run.codings.get(id).map_or(&[][..], Vec::as_slice);
    let mut out = Vec::new();
    for id in ids {
        let before = of(sides.before, id);
        let after = of(sides.after, id);
        let from = out.len();
        of_note(id, before, after, sides, &mut out);
        out[from..].sort_by_key(|d| d.coding().map(|c| (c.start, c.code.as_str(), c.end)));
    }
    out
}

/// Whether two codings of two runs are the same one.
type Fits<'f> = dyn Fn(&RecordedCoding, &RecordedCoding) -> bool + 'f;

/// Pairs one note's codings: the same place and code first, then the same code at a place that
/// overlaps, then the same place under a code that the codebook moved.
fn of_note<'a>(
    id: &'a str,
    before: &'a [RecordedCoding],
    after: &'a [RecordedCoding],
    sides: Sides<'a>,
    out: &mut Vec<Difference<'a>>,
) {
    let mut open: Vec<&RecordedCoding> = after.iter().collect();
    let mut left: Vec<&RecordedCoding> = before.iter().collect();
    let there = |b: &RecordedCoding| sides.moved.place(id, b);
    let same_place = |b: &RecordedCoding, a: &RecordedCoding| there(b) == Some((a.start, a.end));
    let overlaps = |b: &RecordedCoding, a: &RecordedCoding| {
        there(b).is_some_and(|(start, end)| start < a.end && a.start < end)
    };
    let moved = |b: &RecordedCoding, a: &RecordedCoding| {
        sides.changes.iter().any(|c| {
            c.field.is_empty()
                && c.old.as_deref() == Some(b.code.as_str())
                && c.new.as_deref() == Some(a.code.as_str())
        })
    };
    let rules: [&Fits<'_>; 3] = [
        &|b, a| b.code == a.code && same_place(b, a),
        &|b, a| b.code == a.code && overlaps(b, a),
        &|b, a| same_place(b, a) && moved(b, a),
    ];
    for fits in rules {
        left.retain(|b| {
            let Some(at) = open.iter().position(|a| fits(b, a)) else {
                return true;
            };
            let a = open.remove(at);
            let difference = Difference {
                kind: Kind::Changed,
                note_id: id,
                before: Some(b),
                after: Some(a),
                there: there(b),
                cause: Cause::default(),
            };
            if !difference.fields().is_empty() {
                let cause = cause::of_change(id, b, a, sides);
                out.push(Difference {
                    cause,
                    ..difference
                });
            }
            false
        });
    }
    out.extend(left.into_iter().map(|b| Difference {
        kind: Kind::Lost,
        note_id: id,
        before: Some(b),
        after: None,
        there: there(b),
        cause: cause::of_loss(id, b, after, sides),
    }));
    out.extend(open.into_iter().map(|a| Difference {
        kind: Kind::Gained,
        note_id: id,
        before: None,
        after: Some(a),
        there: None,
        cause: cause::of_gain(id, a, before, sides),
    }));
}

#[cfg(test)]
mod tests;
