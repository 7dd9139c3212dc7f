//! Joins the judged matches of one code that overlap into codings.
//!
//! Those with the same assertion join into their union. A match that overlaps one with a stronger
//! assertion is part of that coding and adds nothing; strength falls from other over hypothetical,
//! historical, uncertain and negated to affirmed.

use std::cmp::Reverse;

use crate::model::coding::{Coding, CueUse, Evidence, Facts, PatternId, Voice};
use crate::text::Span;

/// A match with what the context says of it.
#[derive(Debug, Clone)]
pub(crate) struct Judged {
    /// The pattern that found it.
    pub(crate) pattern: PatternId,
    /// The pattern's line and column.
    pub(crate) place: (u32, u32),
    /// Where it stands.
    pub(crate) span: Span,
    /// What it says of its theme.
    pub(crate) facts: Facts,
    /// Whose words it is.
    pub(crate) voice: Voice,
    /// The cue that decided.
    pub(crate) cue: Option<CueUse>,
    /// All cues that took part.
    pub(crate) cues: Vec<CueUse>,
}

/// Makes codings of judged matches, ordered by code, then start.
pub(crate) fn join(mut judged: Vec<Judged>) -> Vec<Coding> {
    // Strongest assertion first inside a code, so that what stands is known when the weaker come.
    judged.sort_by_key(|j| {
        let strength = Reverse(j.facts.assertion());
        (j.pattern.code, strength, j.span.start, Reverse(j.span.end))
    });
    let mut codings: Vec<Coding> = Vec::with_capacity(judged.len());
    for of_code in judged.chunk_by_mut(|a, b| a.pattern.code == b.pattern.code) {
        codings.extend(join_code(of_code));
    }
    codings
}

/// Joins the matches of one code, sorted by assertion (strongest first), start and end.
fn join_code(judged: &mut [Judged]) -> Vec<Coding> {
    let mut standing: Vec<Coding> = Vec::new();
    let same_assertion = |a: &Judged, b: &Judged| a.facts.assertion() == b.facts.assertion();
    for chunk in judged.chunk_by_mut(same_assertion) {
        let mut left: Vec<&mut Judged> = chunk.iter_mut().collect();
        // What stands never overlaps, so that its starts and ends have one order.
        left.retain(|j| {
            let next = standing.partition_point(|c| c.span.end <= j.span.start);
            standing.get(next).is_none_or(|c| !c.span.overlaps(j.span))
        });
        let joined = unions(&mut left).into_iter();
        standing.extend(joined.map(|(span, members)| coding(span, members)));
        standing.sort_by_key(|c| c.span.start);
    }
    standing
}

/// Cuts matches sorted by start into runs that overlap, each with its union.
fn unions<'j, 's>(judged: &'s mut [&'j mut Judged]) -> Vec<(Span, &'s mut [&'j mut Judged])> {
    let mut out = Vec::with_capacity(judged.len());
    let mut rest = judged;
    while let Some(first) = rest.first() {
        let mut span = first.span;
        let mut members = 1;
        while let Some(next) = rest.get(members).filter(|j| j.span.overlaps(span)) {
            span = span.union(next.span);
            members += 1;
        }
        let (run, behind) = rest.split_at_mut(members);
        out.push((span, run));
        rest = behind;
    }
    out
}

/// The coding of a run, with the longest match as its evidence; the first in the file on a tie.
fn coding(span: Span, members: &mut [&mut Judged]) -> Coding {
    // Most runs are one match, whose cues are taken as they are.
    let mut cues: Vec<CueUse> = Vec::new();
    for member in &mut *members {
        if cues.is_empty() {
            cues = std::mem::take(&mut member.cues);
        } else {
            cues.append(&mut member.cues);
        }
    }
    cues.sort_by(|a, b| (a.span, &a.rule, &a.decides).cmp(&(b.span, &b.rule, &b.decides)));
    cues.dedup();
    let key = |j: &Judged| (Reverse(j.span.len()), j.place, j.pattern, j.span.start);
    let members = members.iter_mut();
    let longest = members
        .min_by_key(|member| key(member))
        .expect("a run has a member");
    Coding {
        code: longest.pattern.code,
        span,
        facts: longest.facts,
        voice: longest.voice,
        evidence: Evidence {
            pattern: longest.pattern,
            matched: longest.span,
            cue: longest.cue.take(),
            cues,
        },
        section: None,
        copied: None,
        why_not: None,
        coder: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::codebook::CodeIndex;
    use crate::model::coding::{Assertion, Certainty, Experiencer, PatternRole, Polarity};
    use proptest::prelude::*;

    fn facts(assertion: Assertion) -> Facts {
        let mut facts = Facts::default();
        match assertion {
            Assertion::Negated => facts.polarity = Polarity::Negated,
            Assertion::Uncertain => facts.certainty = Certainty::Uncertain,
            Assertion::Other => facts.experiencer = Experiencer::Other,
            Assertion::Affirmed | Assertion::Historical | Assertion::Hypothetical => {}
        }
        facts
    }

    fn judged(code: u16, index: u32, span: (usize, usize), assertion: Assertion) -> Judged {
        Judged {
            pattern: PatternId {
                code: CodeIndex(code),
                role: PatternRole::Finds,
                index,
            },
            place: (index, 1),
            span: Span::new(span.0, span.1),
            facts: facts(assertion),
            voice: Voice::Reported,
            cue: None,
            cues: Vec::new(),
        }
    }

    /// (code, start, end, assertion, index of the pattern) of each coding.
    fn shown(judged: Vec<Judged>) -> Vec<(u16, usize, usize, Assertion, u32)> {
        let codings = join(judged).into_iter();
        codings
            .map(|c| {
                let pattern = c.evidence.pattern.index;
                (c.code.0, c.span.start, c.span.end, c.assertion(), pattern)
            })
            .collect()
    }

    use Assertion::{Affirmed, Negated, Other};

    #[test]
    fn overlapping_matches_of_one_assertion_are_one_coding() {
        let matches = vec![
            judged(0, 3, (0, 4), Affirmed),
            judged(0, 2, (3, 9), Affirmed),
            judged(0, 1, (8, 14), Affirmed),
            judged(0, 0, (14, 16), Affirmed),
            judged(1, 0, (0, 16), Affirmed),
        ];
        assert_eq!(
            shown(matches),
            [
                (0, 0, 14, Affirmed, 1),
                (0, 14, 16, Affirmed, 0),
                (1, 0, 16, Affirmed, 0)
            ]
        );
    }

    #[test]
    fn the_stronger_assertion_stands_where_two_overlap() {
        let matches = vec![
            judged(0, 0, (0, 5), Affirmed),
            judged(0, 1, (4, 8), Negated),
            judged(0, 2, (8, 12), Affirmed),
            judged(0, 3, (20, 30), Negated),
            judged(0, 4, (25, 27), Other),
        ];
        assert_eq!(
            shown(matches),
            [
                (0, 4, 8, Negated, 1),
                (0, 8, 12, Affirmed, 2),
                (0, 25, 27, Other, 4)
            ]
        );
    }

    proptest! {
        #[test]
        fn codings_of_one_code_never_overlap_and_cover_every_match(
            matches in proptest::collection::vec((0..2u16, 0..30usize, 1..8usize, 0..4usize), 0..20)
        ) {
            let assertions = [Affirmed, Negated, Assertion::Uncertain, Other];
            let judged: Vec<Judged> = matches
                .iter()
                .enumerate()
                .map(|(i, &(code, start, len, a))| {
                    judged(code, i as u32, (start, start + len), assertions[a])
                })
                .collect();
            let codings = join(judged.clone());
            for (i, a) in codings.iter().enumerate() {
                for b in &codings[i + 1..] {
                    prop_assert!(a.code != b.code || !a.span.overlaps(b.span));
                }
            }
            for j in &judged {
                let kept = codings.iter().any(|c| {
                    c.code == j.pattern.code
                        && c.span.overlaps(j.span)
                        && c.assertion() >= j.facts.assertion()
                });
                prop_assert!(kept, "{:?}", j);
            }
            let mut backwards = judged;
            backwards.reverse();
            prop_assert_eq!(join(backwards), codings);
        }
    }
}
