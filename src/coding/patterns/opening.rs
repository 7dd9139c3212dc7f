//! With which bytes a text begins that an expression matches from its start.
//!
//! Comes in: an expression as parsed. Goes out: whether a line can hold a match as far as its first byte tells. To ask
//! takes far less than to run the expression, and most lines that hold its literals begin otherwise.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// The first bytes of the lines that may hold a match.
#[derive(Debug, Clone)]
pub(crate) struct Opening([u64; 4]);

impl Opening {
    /// Of an expression that matches at the start of a text only; none for others, and where a match may be empty.
    pub(crate) fn of(hir: &Hir) -> Option<Self> {
        let HirKind::Concat(parts) = hir.kind() else {
            return None;
        };
        let (first, rest) = parts.split_first()?;
        let mut bytes = Self([0; 4]);
        let is_anchored = matches!(first.kind(), HirKind::Look(Look::Start));
        (is_anchored && !bytes.add_row(rest)).then_some(bytes)
    }

    /// Whether a match may stand in a line.
    pub(crate) fn may_begin(&self, line: &str) -> bool {
        line.bytes().next().is_some_and(|byte| self.has(byte))
    }

    fn has(&self, byte: u8) -> bool {
        self.0[usize::from(byte / 64)] >> (byte % 64) & 1 == 1
    }

    fn add_range(&mut self, first: u8, last: u8) {
        (first..=last).for_each(|byte| self.0[usize::from(byte / 64)] |= 1 << (byte % 64));
    }

    /// Adds what a piece may begin with; whether it may be empty.
    fn add(&mut self, piece: &Hir) -> bool {
        match piece.kind() {
            HirKind::Empty | HirKind::Look(_) => true,
            HirKind::Literal(literal) => {
                let first = literal.0.first();
                first.is_none_or(|&byte| {
                    self.add_range(byte, byte);
                    false
                })
            }
            HirKind::Class(Class::Unicode(class)) => {
                for range in class.iter() {
                    let end = u8::try_from(range.end()).unwrap_or(u8::MAX);
                    match u8::try_from(range.start()).ok().filter(u8::is_ascii) {
                        Some(start) if end.is_ascii() => self.add_range(start, end),
                        Some(start) => self.add_range(start, u8::MAX),
                        // The first byte of whatever is not ASCII.
                        None => self.add_range(0x80, u8::MAX),
                    }
                }
                false
            }
            HirKind::Class(Class::Bytes(class)) => {
                let ranges = class.iter();
                ranges.for_each(|range| self.add_range(range.start(), range.end()));
                false
            }
            HirKind::Repetition(repeated) => self.add(&repeated.sub) || repeated.min == 0,
            HirKind::Capture(group) => self.add(&group.sub),
            HirKind::Concat(parts) => self.add_row(parts),
            HirKind::Alternation(parts) => {
                let empty = parts.iter().map(|part| self.add(part));
                empty.fold(false, |any, may_be| any | may_be)
            }
        }
    }

    /// Adds what pieces in a row may begin with; whether all may be empty.
    fn add_row(&mut self, parts: &[Hir]) -> bool {
        parts.iter().all(|part| self.add(part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coding::patterns::expression::{Case, parsed};
    use proptest::prelude::*;
    use regex::RegexBuilder;

    #[test]
    fn a_line_that_begins_otherwise_holds_no_match() {
        let opening = |source: &str| parsed(source, Case::Folded).and_then(|hir| Opening::of(&hir));
        let time = opening(r"^ *([01]?\d|2[0-3])[:h]").expect("it matches at the start only");
        assert!(time.may_begin("10:30 calm") && time.may_begin(" 9h") && time.may_begin("٣:"));
        assert!(!time.may_begin("at 10:30") && !time.may_begin(""));
        let unsure = [r"10:30", r"^a?", r"(^|,)a", r"(?m)^a", r"^a|b"];
        assert!(unsure.iter().all(|source| opening(source).is_none()));
    }

    proptest! {
        #[test]
        fn no_match_is_missed(
            pieces in proptest::collection::vec(
                proptest::sample::select(vec!["a", "b?", "[c-é]", "(ab|d*|)", r"\b", " *", r"\w", "[^a]{0,2}", "(?:É|,)+"]),
                1..5,
            ),
            line in "[abcdeé,É ]{0,6}",
        ) {
            let source = format!("^{}", pieces.concat());
            let hir = parsed(&source, Case::Folded).expect("it is sound");
            let regex = RegexBuilder::new(&source).case_insensitive(true).build().expect("it is sound");
            if let Some(opening) = Opening::of(&hir) {
                prop_assert!(opening.may_begin(&line) || !regex.is_match(&line), "{source} on {line:?}");
            }
        }
    }
}
