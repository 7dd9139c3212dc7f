//! Which piece of an old text became which piece of a new one.
//!
//! Comes in: two texts. Goes out: for every piece of the old text (a word, a run of blanks, a
//! mark) the piece of the new text that it is, if any. Pieces are aligned by their exact form: a
//! patience diff (words that are unique on both sides anchor it), and the heaviest common
//! subsequence between anchors. Refuses: to pair pieces out of order.

use std::collections::HashMap;

use crate::text::{Span, tokenize};

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PieceKind {
    /// A word of UAX #29.
    Word,
    /// A run of white space.
    Blank,
    /// Any other character.
    Mark,
}

/// A piece of a text; the pieces of a text leave no gap.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) span: Span,
    pub(super) kind: PieceKind,
}

/// Cuts a text into pieces.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut out = Vec::with_capacity(text.len() / 3);
    let mut at = 0;
    for token in tokenize(text) {
        let word = token.span();
        between(text, Span::new(at, word.start), &mut out);
        out.push(Piece {
            span: word,
            kind: PieceKind::Word,
        });
        at = word.end;
    }
    between(text, Span::new(at, text.len()), &mut out);
    out
}

fn between(text: &str, gap: Span, out: &mut Vec<Piece>) {
    for (i, character) in gap.slice(text).char_indices() {
        let span = Span::new(gap.start + i, gap.start + i + character.len_utf8());
        if !character.is_whitespace() {
            out.push(Piece {
                span,
                kind: PieceKind::Mark,
            });
            continue;
        }
        match out.last_mut() {
            Some(last) if last.kind == PieceKind::Blank && last.span.end == span.start => {
                last.span.end = span.end;
            }
            _ => out.push(Piece {
                span,
                kind: PieceKind::Blank,
            }),
        }
    }
}

/// Most cells of the table that fills the gap between two anchors; a larger gap without a common
/// unique word stays unpaired.
const CELLS_MAX: usize = 4_000_000;

/// A stretch of both sequences that is still to be paired.
#[derive(Debug, Clone, Copy)]
struct Gap {
    old: (usize, usize),
    new: (usize, usize),
}

/// Pairs the pieces of two texts: for every old piece the new one, in rising order.
pub(super) fn align(old: (&str, &[Piece]), new: (&str, &[Piece])) -> Vec<Option<usize>> {
    let mut forms: HashMap<&str, u32> = HashMap::new();
    let old_ids = ids(old.0, old.1, &mut forms);
    let new_ids = ids(new.0, new.1, &mut forms);
    let aligner = Aligner {
        old: &old_ids,
        new: &new_ids,
        kinds: old.1,
        forms: forms.len() + 1,
    };
    aligner.pairs()
}

/// Numbers the forms of pieces; all blanks are one form, 0.
fn ids<'t>(text: &'t str, pieces: &[Piece], forms: &mut HashMap<&'t str, u32>) -> Vec<u32> {
    let id = |piece: &Piece| {
        if piece.kind == PieceKind::Blank {
            return 0;
        }
        let next = forms.len() as u32 + 1;
        *forms.entry(piece.span.slice(text)).or_insert(next)
    };
    pieces.iter().map(id).collect()
}

struct Aligner<'a> {
    old: &'a [u32],
    new: &'a [u32],
    kinds: &'a [Piece],
    forms: usize,
}

impl Aligner<'_> {
    fn pairs(&self) -> Vec<Option<usize>> {
        let mut image = vec![None; self.old.len()];
        let mut counts = vec![(0u32, 0u32, 0usize); self.forms];
        let mut open = vec![Gap {
            old: (0, self.old.len()),
            new: (0, self.new.len()),
        }];
        while let Some(gap) = open.pop() {
            let gap = self.trim(gap, &mut image);
            if gap.old.0 == gap.old.1 || gap.new.0 == gap.new.1 {
                continue;
            }
            let anchors = self.anchors(gap, &mut counts);
            if anchors.is_empty() {
                self.fill(gap, &mut image);
                continue;
            }
            let mut from = (gap.old.0, gap.new.0);
            for &(old, new) in &anchors {
                image[old] = Some(new);
                open.push(Gap {
                    old: (from.0, old),
                    new: (from.1, new),
                });
                from = (old + 1, new + 1);
            }
            open.push(Gap {
                old: (from.0, gap.old.1),
                new: (from.1, gap.new.1),
            });
        }
        image
    }

    /// Pairs what both sides begin and end with.
    fn trim(&self, mut gap: Gap, image: &mut [Option<usize>]) -> Gap {
        while gap.old.0 < gap.old.1
            && gap.new.0 < gap.new.1
            && self.old[gap.old.0] == self.new[gap.new.0]
        {
            image[gap.old.0] = Some(gap.new.0);
            gap.old.0 += 1;
            gap.new.0 += 1;
        }
        while gap.old.0 < gap.old.1
            && gap.new.0 < gap.new.1
            && self.old[gap.old.1 - 1] == self.new[gap.new.1 - 1]
        {
            gap.old.1 -= 1;
            gap.new.1 -= 1;
            image[gap.old.1] = Some(gap.new.1);
        }
        gap
    }

    /// Words that stand once on either side, in an order that both sides share.
    fn anchors(&self, gap: Gap, counts: &mut [(u32, u32, usize)]) -> Vec<(usize, usize)> {
        for &id in &self.old[gap.old.0..gap.old.1] {
            counts[id as usize].0 += 1;
        }
        for (at, &id) in (gap.new.0..).zip(&self.new[gap.new.0..gap.new.1]) {
            let count = &mut counts[id as usize];
            count.1 += 1;
            count.2 = at;
        }
        let unique: Vec<(usize, usize)> = (gap.old.0..gap.old.1)
            .filter(|&at| self.kinds[at].kind == PieceKind::Word)
            .filter_map(|at| match counts[self.old[at] as usize] {
                (1, 1, new) => Some((at, new)),
                _ => None,
            })
            .collect();
        for &id in self.old[gap.old.0..gap.old.1]
            .iter()
            .chain(&self.new[gap.new.0..gap.new.1])
        {
            counts[id as usize] = (0, 0, 0);
        }
        longest_rising(&unique)
    }

    /// Pairs a gap by its heaviest common subsequence.
    fn fill(&self, gap: Gap, image: &mut [Option<usize>]) {
        let (m, n) = (gap.old.1 - gap.old.0, gap.new.1 - gap.new.0);
        if m.saturating_mul(n) > CELLS_MAX {
            return;
        }
        let width = n + 1;
        // best[i * width + j]: the heaviest pairing of old[i..] with new[j..].
        let mut best = vec![0u32; (m + 1) * width];
        for i in (0..m).rev() {
            let at = gap.old.0 + i;
            let weight = weight(self.kinds[at].kind);
            for j in (0..n).rev() {
                let skip = best[(i + 1) * width + j].max(best[i * width + j + 1]);
                let pair = best[(i + 1) * width + j + 1] + weight;
                let same = self.old[at] == self.new[gap.new.0 + j];
                best[i * width + j] = if same { skip.max(pair) } else { skip };
            }
        }
        let (mut i, mut j) = (0, 0);
        while i < m && j < n {
            let here = best[i * width + j];
            let at = gap.old.0 + i;
            let pair = best[(i + 1) * width + j + 1] + weight(self.kinds[at].kind);
            if self.old[at] == self.new[gap.new.0 + j] && here == pair {
                image[at] = Some(gap.new.0 + j);
                i += 1;
                j += 1;
            } else if here == best[(i + 1) * width + j] {
                i += 1;
            } else {
                j += 1;
            }
        }
    }
}

/// A word outweighs the marks and blanks around it.
fn weight(kind: PieceKind) -> u32 {
    match kind {
        PieceKind::Word => 8,
        PieceKind::Mark => 2,
        PieceKind::Blank => 1,
    }
}

/// The longest subsequence whose second members rise; the first members rise already.
fn longest_rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // piles[k]: the pair that ends the best subsequence of length k + 1.
    let mut piles: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (i, pair) in pairs.iter().enumerate() {
        let pile = piles.partition_point(|&p| pairs[p].1 < pair.1);
        before.push(pile.checked_sub(1).map(|p| piles[p]));
        if pile == piles.len() {
            piles.push(i);
        } else {
            piles[pile] = i;
        }
    }
    let mut out = Vec::with_capacity(piles.len());
    let mut next = piles.last().copied();
    while let Some(i) = next {
        out.push(pairs[i]);
        next = before[i];
    }
    out.reverse();
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn paired(old: &str, new: &str) -> Vec<String> {
        let (a, b) = (pieces(old), pieces(new));
        align((old, &a), (new, &b))
            .iter()
            .zip(&a)
            .filter(|(image, piece)| image.is_some() && piece.kind == PieceKind::Word)
            .map(|(_, piece)| piece.span.slice(old).to_owned())
            .collect()
    }

    #[test]
    fn words_that_stay_are_paired() {
        assert_eq!(
            paired("She felt calm at home.", "At home she felt very calm."),
            ["felt", "calm"]
        );
        assert_eq!(paired("a a b a", "a b a a"), ["a", "b", "a"]);
        assert_eq!(paired("", "a"), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn pieces_leave_no_gap_and_pairs_rise(old in "[ab .é\n]{0,40}", new in "[ab .é\n]{0,40}") {
            let (a, b) = (pieces(&old), pieces(&new));
            let mut at = 0;
            for piece in &a {
                prop_assert_eq!(piece.span.start, at);
                at = piece.span.end;
            }
            prop_assert_eq!(at, old.len());
            let image = align((&old, &a), (&new, &b));
            let known: Vec<usize> = image.iter().flatten().copied().collect();
            prop_assert!(known.windows(2).all(|w| w[0] < w[1]));
            for (from, to) in image.iter().enumerate().filter_map(|(i, t)| t.map(|t| (i, t))) {
                prop_assert_eq!(a[from].kind, b[to].kind);
                if a[from].kind != PieceKind::Blank {
                    prop_assert_eq!(a[from].span.slice(&old), b[to].span.slice(&new));
                }
            }
        }
    }
}
