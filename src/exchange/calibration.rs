//! Which way of counting a project's positions follow.
//!
//! Comes in: texts, and selections with the words of their names. Goes out: for each convention how
//! many selections stand on their words, or else on bounds of words. Refuses: to choose where nothing
//! fits.

use crate::text::Span;

use super::positions::{Convention, RawText};

/// A selection: its positions and the name it was given, which is often its words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Selected<'n> {
    pub(super) start: i64,
    pub(super) end: i64,
    pub(super) name: &'n str,
}

/// How well the selections of a project fit under one way to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Fit {
    /// Selections that stand on the words of their name, or begin with it.
    pub(super) on_words: u64,
    /// Those of them whose name says all of their words that it can.
    exact: u64,
    /// Bounds of selections that are bounds of words.
    pub(super) on_bounds: u64,
    /// Selections that stand in the text at all.
    pub(super) inside: u64,
}

impl Fit {
    /// What speaks for the way: a name that is met says more than two bounds do, but a few names that
    /// are labels do not outvote the bounds of all selections.
    fn weight(self) -> (u64, u64) {
        let names = NAME_WEIGHT * (self.on_words + self.exact);
        (names + self.on_bounds, self.inside)
    }
}

/// How many bounds the beginning of a name outweighs; all of it outweighs twice as many.
const NAME_WEIGHT: u64 = 3;

/// Evidence about the way in which a project counts.
#[derive(Debug)]
pub(super) struct Evidence {
    ways: Vec<(Convention, Fit)>,
    /// Selections whose name is words of their text.
    pub(super) named: u64,
    /// All selections.
    pub(super) selections: u64,
}

/// Selections per text whose name is looked for in the whole text.
const SEARCHED_MAX: usize = 200;

impl Evidence {
    pub(super) fn new(preferred: Convention) -> Self {
        let ways = Convention::all(preferred);
        Self {
            ways: ways.into_iter().map(|w| (w, Fit::default())).collect(),
            named: 0,
            selections: 0,
        }
    }

    /// Adds what one text shows.
    pub(super) fn add(&mut self, text: &RawText, selections: &[Selected<'_>]) {
        let pairs: Vec<(i64, i64)> = selections.iter().map(|s| (s.start, s.end)).collect();
        self.selections += selections.len() as u64;
        let mut named = vec![false; selections.len()];
        let mut known: Vec<(Convention, Fit)> = Vec::new();
        for (way, fit) in &mut self.ways {
            // Where the text cannot tell two ways apart one of them is enough.
            let plainest = text.plainest(*way);
            let twin = known.iter().find(|(w, _)| *w == plainest);
            let own = match twin {
                Some((_, fit)) => *fit,
                None => measure(text, plainest, &pairs, selections, &mut named),
            };
            known.push((plainest, own));
            fit.on_words += own.on_words;
            fit.exact += own.exact;
            fit.on_bounds += own.on_bounds;
            fit.inside += own.inside;
        }
        let unknown = selections.iter().zip(&mut named).filter(|(_, n)| !**n);
        for (selected, named) in unknown.take(SEARCHED_MAX) {
            *named = is_words_of(selected.name, &text.text);
        }
        self.named += named.iter().filter(|n| **n).count() as u64;
    }

    /// The way that fits best; the preferred one on a tie.
    pub(super) fn best(&self) -> (Convention, Fit) {
        let mut best = self.ways[0];
        for candidate in &self.ways[1..] {
            if candidate.1.weight() > best.1.weight() {
                best = *candidate;
            }
        }
        best
    }

    /// Why no way fits well enough; none where one does.
    pub(super) fn refusal(&self) -> Option<String> {
        let (_, fit) = self.best();
        let share = |part: u64, whole: u64| part as f64 / whole.max(1) as f64;
        let bounds = 2 * self.selections;
        let on_bounds = share(fit.on_bounds, bounds);
        let names_met = share(fit.on_words, self.named) >= ON_WORDS_MIN;
        if self.named >= NAMED_MIN && !names_met {
            // Names may be labels that happen to be words of the note: then bounds have to be sure.
            let is_sure = self.selections >= BOUNDED_MIN && on_bounds >= ON_BOUNDS_SURE;
            return (!is_sure).then(|| {
                format!(
                    "of {} selections named by their words only {} stand on them under any way to count \
                     positions, and of {bounds} bounds only {} stand between words",
                    self.named, fit.on_words, fit.on_bounds
                )
            });
        }
        if fit.on_words < NAMED_MIN && self.selections >= BOUNDED_MIN && on_bounds < ON_BOUNDS_MIN {
            return Some(format!(
                "of {bounds} bounds of selections only {} stand between words under any way to count \
                 positions",
                fit.on_bounds
            ));
        }
        None
    }
}

/// Fewest selections named by their words that decide alone.
const NAMED_MIN: u64 = 3;

/// Least share of them that must stand on their words.
const ON_WORDS_MIN: f64 = 0.8;

/// Fewest selections whose bounds decide where names do not.
const BOUNDED_MIN: u64 = 8;

/// Least share of bounds that must stand between words; chance gives about a third.
const ON_BOUNDS_MIN: f64 = 0.6;

/// Least share of them where names speak against the way.
const ON_BOUNDS_SURE: f64 = 0.9;

fn measure(
    text: &RawText,
    way: Convention,
    pairs: &[(i64, i64)],
    selections: &[Selected<'_>],
    named: &mut [bool],
) -> Fit {
    let mut fit = Fit::default();
    let stands = text.stands(way, pairs);
    for ((stand, selected), named) in stands.iter().zip(selections).zip(named) {
        let Some(stand) = stand else {
            continue;
        };
        fit.inside += 1;
        let naming = naming(selected.name, stand.span.slice(&text.text));
        if naming != Naming::Other {
            fit.on_words += 1;
            fit.exact += u64::from(naming == Naming::Words);
            *named = true;
        }
        fit.on_bounds += bounds(&text.text, stand.span);
    }
    fit
}

/// How many of a span's two bounds lie between words and not on white space.
fn bounds(text: &str, span: Span) -> u64 {
    let inside = span.slice(text);
    let before = Span::new(0, span.start).slice(text).chars().next_back();
    let after = Span::new(span.end, text.len()).slice(text).chars().next();
    let good = |inner: Option<char>, outer: Option<char>| {
        let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        inner.is_some_and(|c| !c.is_whitespace()) && !(word(inner) && word(outer))
    };
    u64::from(good(inside.chars().next(), before))
        + u64::from(good(inside.chars().next_back(), after))
}

/// Letters of a name from which on a passage that begins with it was surely meant.
const CUT_OFF_MIN: usize = 30;

/// A name that was cut off ends so.
fn cut_off(name: &str) -> Option<&str> {
    name.strip_suffix('…').or_else(|| name.strip_suffix("..."))
}

/// How a name fits a passage; white space may differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Naming {
    /// It is not of its words.
    Other,
    /// The passage begins with it: programs cut names off without saying so.
    Beginning,
    /// It is the passage's words, or says that it is their beginning, or is a long one.
    Words,
}

/// How a name fits a passage.
pub(super) fn naming(name: &str, passage: &str) -> Naming {
    let name = name.trim();
    let length = name.chars().count();
    if length < 3 {
        let is_same = !name.is_empty() && name == passage.trim();
        return if is_same {
            Naming::Words
        } else {
            Naming::Other
        };
    }
    let (beginning, says_so) = match cut_off(name) {
        Some(beginning) => (beginning, true),
        None => (name, false),
    };
    let begins = |wanted: &str| {
        let mut letters = passage.chars().filter(|c| !c.is_whitespace());
        let mut wanted = wanted.chars().filter(|c| !c.is_whitespace());
        wanted
            .all(|w| letters.next() == Some(w))
            .then(|| letters.next().is_none())
    };
    match (begins(name), begins(beginning)) {
        (Some(true), _) => Naming::Words,
        (_, Some(_)) if says_so || length >= CUT_OFF_MIN => Naming::Words,
        (_, Some(_)) => Naming::Beginning,
        (_, None) => Naming::Other,
    }
}

/// Whether a name is words that stand somewhere in a text.
fn is_words_of(name: &str, text: &str) -> bool {
    let name = name.trim();
    let words = cut_off(name).unwrap_or(name);
    words.chars().count() >= 3 && !super::find::occurrences(text, words).is_empty()
}

#[cfg(test)]
mod tests {
    use super::super::positions::{LineEnd, STANDARD, Unit};
    use super::*;
    use proptest::prelude::*;

    const TEXT: &str = "👩 says:\r\nI felt \u{65}\u{301}cstatic 🎉 today.\r\nI was calm.\r\n";

    fn way(unit: Unit, line_end: LineEnd, bom_counted: bool, end_included: bool) -> Convention {
        Convention {
            unit,
            line_end,
            bom_counted,
            end_included,
        }
    }

    /// Positions of some words under a way to count.
    fn counted(raw: &str, words: &str, way: Convention, bom: bool) -> (i64, i64) {
        let units = |piece: &str| -> i64 {
            let piece = match way.line_end {
                LineEnd::AsWritten => piece.to_owned(),
                LineEnd::One => piece.replace("\r\n", "\n"),
                LineEnd::Two => piece.replace("\r\n", "\n").replace('\n', "\r\n"),
            };
            match way.unit {
                Unit::CodePoint => piece.chars().count() as i64,
                Unit::Utf16 => piece.encode_utf16().count() as i64,
                Unit::Utf8 => piece.len() as i64,
            }
        };
        let at = raw.find(words).expect("the words stand in the text");
        let mark = match (bom && way.bom_counted, way.unit) {
            (false, _) => 0,
            (true, Unit::Utf8) => 3,
            (true, Unit::CodePoint | Unit::Utf16) => 1,
        };
        let start = mark + units(Span::new(0, at).slice(raw));
        let end = mark + units(Span::new(0, at + words.len()).slice(raw));
        (start, end - i64::from(way.end_included))
    }

    #[test]
    fn every_way_to_count_is_recognised() {
        let words = [
            "felt \u{65}\u{301}cstatic",
            "🎉 today",
            "I was calm",
            "👩 says",
        ];
        for actual in Convention::all(STANDARD) {
            let bom = format!("\u{FEFF}{TEXT}");
            let text = RawText::new(&bom);
            let selected: Vec<Selected<'_>> = words
                .iter()
                .map(|name| {
                    let (start, end) = counted(TEXT, name, actual, true);
                    Selected { start, end, name }
                })
                .collect();
            let mut evidence = Evidence::new(STANDARD);
            evidence.add(&text, &selected);
            let (best, fit) = evidence.best();
            assert_eq!(fit.on_words, 4, "{}", actual.told());
            let pairs: Vec<(i64, i64)> = selected.iter().map(|s| (s.start, s.end)).collect();
            for (stand, name) in text.stands(best, &pairs).iter().zip(words) {
                let stand = stand.expect("inside");
                assert_eq!(stand.span.slice(&text.text), name, "{}", actual.told());
            }
            assert_eq!(evidence.refusal(), None);
        }
    }

    #[test]
    fn without_names_bounds_of_words_decide() {
        let text = "🎉 one two three four five six seven eight nine ten.";
        let raw = RawText::new(text);
        let selected: Vec<Selected<'_>> = [
            "two", "three", "four", "five", "six", "seven", "eight", "nine",
        ]
        .iter()
        .map(|w| {
            let (start, end) = counted(
                text,
                w,
                way(Unit::Utf16, LineEnd::AsWritten, false, false),
                false,
            );
            Selected {
                start,
                end,
                name: "",
            }
        })
        .collect();
        let mut evidence = Evidence::new(STANDARD);
        evidence.add(&raw, &selected);
        assert_eq!(evidence.best().0.unit, Unit::Utf16);
        assert_eq!(evidence.refusal(), None);
    }

    #[test]
    fn positions_that_fit_nowhere_are_refused() {
        let raw = RawText::new("abcdefgh ijklmnop qrstuvwx calm days here and there");
        let selected = |start, end, name| Selected { start, end, name };
        let mut evidence = Evidence::new(STANDARD);
        evidence.add(
            &raw,
            &[
                selected(0, 4, "calm days"),
                selected(3, 9, "and there"),
                selected(8, 12, "days here"),
            ],
        );
        assert!(evidence.refusal().is_some());
        let mut evidence = Evidence::new(STANDARD);
        let inside_words: Vec<Selected<'_>> = (0..10)
            .map(|i| selected(2 + i % 3, 5 + i % 3, ""))
            .collect();
        evidence.add(&raw, &inside_words);
        assert!(evidence.refusal().is_some());
    }

    #[test]
    fn names_may_be_cut_off_and_white_space_may_differ() {
        assert_eq!(naming("felt  calm", "felt\ncalm"), Naming::Words);
        assert_eq!(naming("felt calm…", "felt calm today"), Naming::Words);
        assert_eq!(naming("felt ca", "felt calm"), Naming::Beginning);
        assert_eq!(naming("Quotation 12:3", "felt calm"), Naming::Other);
    }

    /// Twenty words after an emoji, counted in UTF-16, the first of them with the names given.
    fn after_an_emoji(names: &[&str]) -> Evidence {
        let words: Vec<String> = (0..20).map(|i| format!("word{i:02}")).collect();
        let text = format!("🎉 {} calm.", words.join(" "));
        let utf16 = way(Unit::Utf16, LineEnd::AsWritten, false, false);
        let selected: Vec<Selected<'_>> = words
            .iter()
            .enumerate()
            .map(|(i, word)| {
                let (start, end) = counted(&text, word, utf16, false);
                let name = names.get(i).copied().unwrap_or_default();
                Selected { start, end, name }
            })
            .collect();
        let mut evidence = Evidence::new(STANDARD);
        evidence.add(&RawText::new(&text), &selected);
        evidence
    }

    #[test]
    fn labels_that_are_words_of_the_note_do_not_outvote_bounds() {
        let evidence = after_an_emoji(&["calm"; 4]);
        assert_eq!(evidence.named, 4);
        assert_eq!(evidence.best().0.unit, Unit::Utf16);
        assert_eq!(evidence.refusal(), None);
    }

    #[test]
    fn a_passage_that_ends_inside_a_word_is_not_lengthened_to_a_bound() {
        let selected = [Selected {
            start: 4,
            end: 10,
            name: "at hom",
        }];
        let mut evidence = Evidence::new(STANDARD);
        evidence.add(&RawText::new("Now at home"), &selected);
        assert!(!evidence.best().0.end_included);
    }

    #[test]
    fn names_cut_off_without_a_sign_decide_as_words_do() {
        let evidence = after_an_emoji(&["word0", "word0", "word0", "word0"]);
        let (best, fit) = evidence.best();
        assert_eq!((best.unit, fit.on_words), (Unit::Utf16, 4));
        assert_eq!(evidence.refusal(), None);
    }

    #[test]
    fn a_position_inside_a_character_or_behind_the_end_is_nowhere() {
        let text = RawText::new("a🎉b");
        let utf16 = way(Unit::Utf16, LineEnd::AsWritten, false, false);
        assert_eq!(
            text.stands(utf16, &[(2, 4), (0, 5), (-1, 1), (3, 4), (1, 1)])
                .iter()
                .map(Option::is_some)
                .collect::<Vec<_>>(),
            [false, false, false, true, false]
        );
    }

    proptest! {
        #[test]
        fn each_way_leads_back_to_the_words(before in "[a🎉é\r\n ]{0,20}", words in "[b🎉é ]{0,8}x", after in "[c🎉\n]{0,9}", which in 0usize..36, bom: bool) {
            let raw = format!("{before}{words}{after}").replace('\r', "\r\n").replace("\r\n\n", "\r\n");
            let words = words.trim();
            let way = Convention::all(STANDARD)[which];
            let (start, end) = counted(&raw, words, way, bom);
            let marked = if bom { format!("\u{FEFF}{raw}") } else { raw.clone() };
            let text = RawText::new(&marked);
            let stand = text.stands(way, &[(start, end)])[0].expect("inside");
            prop_assert_eq!(stand.span.slice(&text.text), words);
            let points = crate::text::CodePoints::new(&text.text);
            prop_assert_eq!(points.pair(stand.span), (stand.start, stand.end));
        }
    }
}
