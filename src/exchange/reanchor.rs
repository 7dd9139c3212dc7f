//! Where a coded passage stands after its note's text was changed.
//!
//! Comes in: the words that were coded, where they stood, and the note's text as it is now (and as
//! it was, if it is still known). Goes out: where they stand, and whether they are the same.
//! Refuses: to shift a coding in silence; every answer says what became of the passage.

use crate::model::decision::Anchor;
use crate::text::{CodePoints, Span, Words};

use super::align::{Piece, PieceKind, align, pieces};
use super::find::{occurrences, same_words};

/// A passage as it was coded.
#[derive(Debug, Clone, Copy)]
pub struct CodedPassage<'q> {
    /// Its words.
    pub words: &'q str,
    /// Its first code point in the old text.
    pub start: usize,
    /// The code point after its last.
    pub end: usize,
}

/// Where a passage stands now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reanchored {
    /// What became of it.
    pub status: Anchor,
    /// Its place in the new text (bytes); none where it is lost.
    pub span: Option<Span>,
    /// Share of its words that still stand there, 0 to 1.
    pub kept: f64,
    /// Other places where the same words stand, so that a person should look.
    pub elsewhere: usize,
}

const LOST: Reanchored = Reanchored {
    status: Anchor::Lost,
    span: None,
    kept: 0.0,
    elsewhere: 0,
};

/// Least share of a passage's words that must still stand in place for it to be `changed`.
const KEPT_MIN: f64 = 0.5;

/// Least likeness (1 less the word edit distance by length) of a passage found elsewhere.
const ALIKE_MIN: f64 = 0.6;

/// Finds a passage in the new text of its note. Use [`Reanchorer`] for many passages of one note.
///
/// ```
/// use verbatim::exchange::{CodedPassage, reanchor};
/// use verbatim::model::decision::Anchor;
/// let old = "She felt calm. Slept well.";
/// let new = "Day 2. She felt calm. Slept well.";
/// let found = reanchor(&CodedPassage { words: "felt calm", start: 4, end: 13 }, new, Some(old));
/// assert_eq!(found.status, Anchor::Moved);
/// assert_eq!(found.span.unwrap().slice(new), "felt calm");
/// ```
pub fn reanchor(anchor: &CodedPassage<'_>, new_text: &str, old_text: Option<&str>) -> Reanchored {
    Reanchorer::new(new_text, old_text).find(anchor)
}

/// A note's new text (and its old one, aligned), in which passages are looked for.
#[derive(Debug)]
pub struct Reanchorer<'t> {
    text: &'t str,
    points: CodePoints<'t>,
    words: Words,
    old: Option<Aligned<'t>>,
}

#[derive(Debug)]
struct Aligned<'t> {
    text: &'t str,
    points: CodePoints<'t>,
    old: Vec<Piece>,
    new: Vec<Piece>,
    /// For every old piece the new one.
    image: Vec<Option<usize>>,
    /// For every new piece the old one.
    origin: Vec<Option<usize>>,
}

impl<'t> Aligned<'t> {
    fn new(text: &'t str, new_text: &str) -> Self {
        let (old, new) = (pieces(text), pieces(new_text));
        let image = align((text, &old), (new_text, &new));
        let mut origin = vec![None; new.len()];
        for (from, to) in image.iter().enumerate() {
            if let Some(to) = to {
                origin[*to] = Some(from);
            }
        }
        Self {
            text,
            points: CodePoints::new(text),
            old,
            new,
            image,
            origin,
        }
    }

    /// The passage in the old text: where it was said to be, else where its words are nearest.
    fn passage(&self, anchor: &CodedPassage<'_>) -> Option<Span> {
        let said = self.points.span(anchor.start, anchor.end);
        let is_there = |s: &Span| {
            anchor.words.trim().is_empty() || same_words(s.slice(self.text), anchor.words)
        };
        said.filter(is_there)
            .or_else(|| nearest(self.text, &self.points, anchor).map(|(span, _)| span))
    }

    /// Whether the words of a new passage are words that stood elsewhere in the old text.
    fn is_other(&self, span: Span, own: (usize, usize)) -> bool {
        let (from, to) = touching(&self.new, span);
        let mut words = 0;
        let mut others = 0;
        for at in (from..to).filter(|&at| self.new[at].kind == PieceKind::Word) {
            words += 1;
            let other = self.origin[at].is_some_and(|o| o < own.0 || o >= own.1);
            others += usize::from(other);
        }
        others * 2 > words
    }
}

/// The pieces that share at least one byte with a span.
fn touching(pieces: &[Piece], span: Span) -> (usize, usize) {
    let from = pieces.partition_point(|p| p.span.end <= span.start);
    let to = pieces.partition_point(|p| p.span.start < span.end);
    (from, to.max(from))
}

/// The occurrence of the words whose start is nearest to where they stood, and how many others.
fn nearest(
    text: &str,
    points: &CodePoints<'_>,
    anchor: &CodedPassage<'_>,
) -> Option<(Span, usize)> {
    let all = occurrences(text, anchor.words);
    let span = all
        .iter()
        .copied()
        .min_by_key(|s| (points.at(s.start).abs_diff(anchor.start), s.start))?;
    Some((span, all.len() - 1))
}

impl<'t> Reanchorer<'t> {
    /// Prepares a text; the old one makes the answers surer.
    pub fn new(text: &'t str, old_text: Option<&'t str>) -> Self {
        Self {
            text,
            points: CodePoints::new(text),
            words: Words::new(text),
            old: old_text.map(|old| Aligned::new(old, text)),
        }
    }

    /// Finds one passage.
    pub fn find(&self, anchor: &CodedPassage<'_>) -> Reanchored {
        let aligned = self.old.as_ref();
        match aligned.and_then(|a| Some((a, a.passage(anchor)?))) {
            Some((aligned, passage)) => self.follow(aligned, passage, anchor),
            None => self.search(anchor),
        }
    }

    /// An answer for the same words at a place.
    fn at(&self, span: Span, anchor: &CodedPassage<'_>, elsewhere: usize) -> Reanchored {
        let same = self.points.pair(span) == (anchor.start, anchor.end);
        Reanchored {
            status: if same { Anchor::Same } else { Anchor::Moved },
            span: Some(span),
            kept: 1.0,
            elsewhere,
        }
    }

    /// Without the old text: the same words, the nearest first, else words much like them.
    fn search(&self, anchor: &CodedPassage<'_>) -> Reanchored {
        if let Some((span, elsewhere)) = nearest(self.text, &self.points, anchor) {
            return self.at(span, anchor, elsewhere);
        }
        self.alike(anchor).unwrap_or(LOST)
    }

    /// With the old text: the passage is followed through the alignment.
    fn follow(
        &self,
        aligned: &Aligned<'_>,
        passage: Span,
        anchor: &CodedPassage<'_>,
    ) -> Reanchored {
        let words = passage.slice(aligned.text);
        let own = touching(&aligned.old, passage);
        if let Some(span) = self.whole_image(aligned, passage, own)
            && same_words(span.slice(self.text), words)
        {
            return self.at(span, anchor, 0);
        }
        let in_place = self.partial_image(aligned, own);
        if let Some(found) = in_place
            && found.kept >= 1.0
        {
            return found;
        }
        let anchor = CodedPassage { words, ..*anchor };
        let mut moved = occurrences(self.text, words);
        moved.retain(|&span| !aligned.is_other(span, own));
        let near = moved
            .iter()
            .copied()
            .min_by_key(|s| (self.points.at(s.start).abs_diff(anchor.start), s.start));
        if let Some(span) = near {
            return self.at(span, &anchor, moved.len() - 1);
        }
        let is_own = |found: &Reanchored| found.span.is_some_and(|s| !aligned.is_other(s, own));
        in_place
            .or_else(|| self.alike(&anchor).filter(is_own))
            .unwrap_or(LOST)
    }

    /// The image of a passage whose every piece stands, one behind the other.
    fn whole_image(
        &self,
        aligned: &Aligned<'_>,
        passage: Span,
        own: (usize, usize),
    ) -> Option<Span> {
        let first = aligned.image.get(own.0).copied().flatten()?;
        let together = |(i, at): (usize, usize)| aligned.image[at] == Some(first + i);
        if own.0 >= own.1 || !(own.0..own.1).enumerate().all(together) {
            return None;
        }
        let (old_from, old_to) = (aligned.old[own.0].span, aligned.old[own.1 - 1].span);
        let last = first + (own.1 - own.0 - 1);
        let (new_from, new_to) = (aligned.new[first].span, aligned.new[last].span);
        // A passage may begin or end inside a piece; blanks may have another length now.
        let start = new_from.start + (passage.start - old_from.start).min(new_from.len());
        let end = new_to.end - (old_to.end - passage.end).min(new_to.len());
        (start <= end && self.text.is_char_boundary(start) && self.text.is_char_boundary(end))
            .then(|| Span::new(start, end))
    }

    /// The image of a passage of which enough words stand in place.
    fn partial_image(&self, aligned: &Aligned<'_>, own: (usize, usize)) -> Option<Reanchored> {
        let is_word = |pieces: &[Piece], at: usize| pieces[at].kind == PieceKind::Word;
        let all = (own.0..own.1).filter(|&at| is_word(&aligned.old, at));
        let words = all.clone().count();
        let kept: Vec<usize> = all.filter(|&at| aligned.image[at].is_some()).collect();
        let (&first, &last) = (kept.first()?, kept.last()?);
        let (mut from, mut to) = (aligned.image[first]?, aligned.image[last]? + 1);
        // What stands for words replaced at either edge belongs to the passage.
        let before = match own.0.checked_sub(1) {
            Some(at) => aligned.image[at].map(|new| new + 1),
            None => Some(0),
        };
        let after = match own.1 {
            at if at == aligned.old.len() => Some(aligned.new.len()),
            at => aligned.image[at],
        };
        let count = |pieces: &[Piece], from: usize, to: usize| {
            (from..to).filter(|&at| is_word(pieces, at)).count()
        };
        let replaced = |old: usize, new: usize| old > 0 && new <= 2 * old + 3;
        if let Some(edge) = before
            && edge < from
            && replaced(
                count(&aligned.old, own.0, first),
                count(&aligned.new, edge, from),
            )
        {
            from = edge;
        }
        if let Some(edge) = after
            && edge > to
            && replaced(
                count(&aligned.old, last + 1, own.1),
                count(&aligned.new, to, edge),
            )
        {
            to = edge;
        }
        let now = count(&aligned.new, from, to);
        let share = kept.len() as f64 / words as f64;
        if share < KEPT_MIN || (kept.len() as f64) < KEPT_MIN * KEPT_MIN * now as f64 {
            return None;
        }
        let span = Span::new(aligned.new[from].span.start, aligned.new[to - 1].span.end);
        Some(Reanchored {
            status: Anchor::Changed,
            span: Some(span.trim(self.text)),
            kept: share,
            elsewhere: 0,
        })
    }

    /// The stretch whose words are most like the passage's (least word edit distance, Sellers
    /// 1980), the nearest of equals.
    fn alike(&self, anchor: &CodedPassage<'_>) -> Option<Reanchored> {
        let wanted = Words::new(anchor.words);
        let (m, n) = (wanted.len(), self.words.len());
        if m == 0 {
            return None;
        }
        // Rows run over the passage's words: (distance, first word of the stretch).
        let mut column: Vec<(usize, usize)> = (0..=m).map(|i| (i, 0)).collect();
        let mut best: Option<(usize, usize, usize, usize)> = None;
        for end in 1..=n {
            let form = self.words.form(end - 1);
            let mut diagonal = column[0];
            column[0] = (0, end);
            for i in 1..=m {
                let differs = usize::from(wanted.form(i - 1) != form);
                let replaced = (diagonal.0 + differs, diagonal.1);
                let put_in = (column[i].0 + 1, column[i].1);
                let left_out = (column[i - 1].0 + 1, column[i - 1].1);
                diagonal = column[i];
                column[i] = replaced.min(put_in).min(left_out);
            }
            let (distance, start) = column[m];
            if start < end {
                let place = self.points.at(self.words.span(start).start);
                let key = (distance, place.abs_diff(anchor.start), start, end);
                best = Some(best.map_or(key, |b| b.min(key)));
            }
        }
        let (distance, _, start, end) = best?;
        let alike = 1.0 - distance as f64 / m as f64;
        (alike >= ALIKE_MIN).then(|| Reanchored {
            status: Anchor::Changed,
            span: Some(self.words.span_of(&(start..end))),
            kept: alike,
            elsewhere: 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn anchor<'q>(old: &str, words: &'q str) -> CodedPassage<'q> {
        let at = old.find(words).expect("the words stand in the old text");
        let points = CodePoints::new(old);
        let (start, end) = points.pair(Span::new(at, at + words.len()));
        CodedPassage { words, start, end }
    }

    #[track_caller]
    fn check(old: &str, words: &str, new: &str, with: (&str, &str), without: (&str, &str)) {
        let anchor = anchor(old, words);
        for (known, expected) in [(Some(old), with), (None, without)] {
            let found = reanchor(&anchor, new, known);
            let now = found.span.map_or("", |s| s.slice(new));
            assert_eq!(
                (found.status.as_str(), now),
                expected,
                "old text: {known:?}"
            );
        }
    }

    #[test]
    fn text_before_moves_a_passage() {
        let both = ("moved", "felt “calm”");
        check(
            "She felt “calm”.",
            "felt “calm”",
            "👩 Day 2.\nShe felt “calm”.",
            both,
            both,
        );
        let same = ("same", "felt calm");
        check("She felt calm.", "felt calm", "She felt calm!", same, same);
    }

    #[test]
    fn a_change_inside_is_told() {
        let both = ("changed", "she felt very calm at home");
        check(
            "Then she felt calm at home.",
            "she felt calm at home",
            "Then she felt very calm at home.",
            both,
            both,
        );
    }

    #[test]
    fn a_word_put_between_two_needs_the_old_text() {
        check(
            "She felt calm.",
            "felt calm",
            "She felt very calm.",
            ("changed", "felt very calm"),
            ("lost", ""),
        );
    }

    #[test]
    fn replaced_words_at_the_edge_stay_in_the_passage() {
        check(
            "Today she felt calm in the evening, then slept.",
            "felt calm in the evening",
            "Today she did not feel calm in the evening, then slept.",
            ("changed", "did not feel calm in the evening"),
            ("changed", "feel calm in the evening"),
        );
    }

    #[test]
    fn a_deleted_passage_does_not_jump_to_another_of_the_same_words() {
        check(
            "Felt calm. Cried at noon and slept. Felt calm. Left.",
            "Felt calm",
            "Cried at noon and slept. Felt calm. Left.",
            ("lost", ""),
            ("moved", "Felt calm"),
        );
    }

    #[test]
    fn a_sentence_cut_and_pasted_is_found() {
        let both = ("moved", "she drew a boundary");
        check(
            "First she drew a boundary. Then her mother called from the station and they talked.",
            "she drew a boundary",
            "Then her mother called from the station and they talked. First she drew a boundary.",
            both,
            both,
        );
    }

    #[test]
    fn line_breaks_do_not_change_words() {
        let same = ("same", "felt\nvery calm");
        check(
            "She felt very calm.",
            "felt very calm",
            "She felt\nvery calm.",
            same,
            same,
        );
        let both = ("moved", "felt\n very calm");
        check(
            "She felt very calm.",
            "felt very calm",
            "She felt\n very calm.",
            both,
            both,
        );
    }

    #[test]
    fn what_is_gone_is_lost() {
        let both = ("lost", "");
        check("She felt calm. Left.", "felt calm", "Left.", both, both);
        check(
            "She felt calm. Left.",
            "felt calm",
            "She was tense. Left.",
            both,
            both,
        );
    }

    #[test]
    fn other_places_of_the_same_words_are_counted() {
        let anchor = CodedPassage {
            words: "calm",
            start: 20,
            end: 24,
        };
        let found = reanchor(&anchor, "calm and then some more calm, calm", None);
        assert_eq!(found.elsewhere, 2);
        assert_eq!(found.span, Some(Span::new(24, 28)));
    }

    proptest! {
        #[test]
        fn an_untouched_text_keeps_every_passage(text in "[a-d é’\n.]{1,60}", a in 0usize..60, b in 0usize..60) {
            let points = CodePoints::new(&text);
            let all = text.chars().count();
            let (start, end) = (a.min(b).min(all), a.max(b).min(all));
            let span = points.span(start, end).expect("inside");
            prop_assume!(!span.slice(&text).trim().is_empty());
            let found = reanchor(&CodedPassage { words: span.slice(&text), start, end }, &text, Some(&text));
            prop_assert_eq!(found.status, Anchor::Same);
            prop_assert_eq!(found.span, Some(span));
        }

        #[test]
        fn text_put_before_moves_by_its_length(before in "[a-d é\n.]{1,30}", text in "[e-h é’\n.]{1,60}", a in 0usize..60, b in 0usize..60) {
            let points = CodePoints::new(&text);
            let all = text.chars().count();
            let (start, end) = (a.min(b).min(all), a.max(b).min(all));
            let span = points.span(start, end).expect("inside");
            prop_assume!(span.slice(&text).chars().any(char::is_alphanumeric));
            let new = format!("{before}\n\n{text}");
            let found = reanchor(&CodedPassage { words: span.slice(&text), start, end }, &new, Some(&text));
            prop_assert!(found.status != Anchor::Lost);
            let now = found.span.expect("found");
            if found.status != Anchor::Changed {
                prop_assert!(same_words(now.slice(&new), span.slice(&text)));
            }
        }
    }
}
