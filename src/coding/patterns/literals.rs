//! What text every match of a regular expression holds.
//!
//! Comes in: an expression as parsed. Goes out: sets of literals, of each of which every match
//! holds one. Only the folded text is searched, so that capitals need not be thought of.

use regex_syntax::hir::{Capture, Class, Hir, HirKind, Look, Repetition};

use crate::text::fold;

/// Most literals of a set.
const SET_MAX: usize = 48;
/// Most characters of a class that is written out.
const CLASS_MAX: usize = 16;
/// Longest literal in bytes.
const BYTES_MAX: usize = 24;
/// Most sets of an expression: more would hardly rule out more.
const SETS_MAX: usize = 3;
/// Least weight of a set beyond an expression's first: what stands in most lines rules out little,
/// and is seen at a cost.
const FURTHER_WEIGHT_MIN: usize = 5;

/// Literals of which every match holds one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LiteralSet {
    /// The literals, none of them empty, ascending.
    pub(crate) literals: Vec<String>,
    /// Whether the literal begins at a bound of words.
    pub(crate) starts_word: bool,
    /// Whether it ends at one.
    pub(crate) ends_word: bool,
}

/// The sets that tell most, the rarest first; none where a match can do without any literal.
pub(crate) fn required(hir: &Hir) -> Vec<LiteralSet> {
    let mut sets = known(hir).sets();
    drop_implied(&mut sets);
    // A single letter stands in every line: to look for it would cost more than it saves.
    sets.retain(|set| weight(set) > 1);
    sets.sort_by_key(|set| {
        let weight = std::cmp::Reverse(weight(set));
        (is_in_most_lines(set), weight, set.literals.len())
    });
    let telling = sets.partition_point(|set| weight(set) >= FURTHER_WEIGHT_MIN);
    // Two sets of signs ("=" and "+") rule out what one does not, if they are rarer than commas.
    let second = telling == 0 && sets.get(1).is_some_and(is_of_signs);
    sets.truncate(telling.clamp(1 + usize::from(second), SETS_MAX));
    sets
}

/// How many bytes a match may reach before the end of the literal of its rarest set, and how many behind it;
/// none where there is no such set or a match has no longest.
pub(crate) fn around(hir: &Hir) -> Option<(usize, usize)> {
    let rarest = required(hir).into_iter().next()?;
    let longest = hir.properties().maximum_len()?;
    let HirKind::Concat(parts) = hir.kind() else {
        return Some((longest, longest));
    };
    let holds = |part: &Hir| required(part).contains(&rarest);
    let row = |parts: &[Hir]| Hir::concat(parts.to_vec());
    let heads = (1..=parts.len()).map(|end| row(&parts[..end]));
    let tails = (0..parts.len()).rev().map(|start| row(&parts[start..]));
    let reach = |mut pieces: Box<dyn Iterator<Item = Hir> + '_>| {
        let shortest = pieces.find(holds);
        shortest.and_then(|piece| piece.properties().maximum_len())
    };
    let before = reach(Box::new(heads)).unwrap_or(longest);
    let behind = reach(Box::new(tails)).unwrap_or(longest);
    Some((before, behind))
}

/// What a piece holds, if it is the group of that name.
pub(crate) fn group<'h>(piece: &'h Hir, name: &str) -> Option<&'h Hir> {
    match piece.kind() {
        HirKind::Capture(group) => (group.name.as_deref() == Some(name)).then_some(&*group.sub),
        _ => None,
    }
}

/// Whether a named group begins right behind the literal of an expression's rarest set.
pub(crate) fn is_followed_by(hir: &Hir, name: &str) -> bool {
    let HirKind::Concat(parts) = hir.kind() else {
        return false;
    };
    let is_group = |part: &Hir| group(part, name).is_some();
    let Some(at) = parts.iter().position(is_group).filter(|&at| at > 0) else {
        return false;
    };
    let rarest = required(hir).into_iter().next();
    let holds = |end: usize| {
        let sets = required(&Hir::concat(parts[..end].to_vec()));
        rarest.as_ref().is_some_and(|set| sets.contains(set))
    };
    // The piece before the group is part of the literal, which then ends with it.
    holds(at) && !holds(at - 1) && known(&parts[at - 1]).exact.is_some()
}

/// Whether every match holds a digit.
pub(crate) fn needs_digit(hir: &Hir) -> bool {
    needs(hir, char::is_numeric)
}

/// Whether every match holds a character of a kind.
pub(crate) fn needs(hir: &Hir, is: fn(char) -> bool) -> bool {
    match hir.kind() {
        HirKind::Literal(literal) => {
            std::str::from_utf8(&literal.0).is_ok_and(|text| text.chars().any(is))
        }
        HirKind::Class(Class::Unicode(class)) => {
            let mut chars = class.iter().flat_map(|r| r.start()..=r.end());
            !class.ranges().is_empty() && chars.all(is)
        }
        HirKind::Capture(capture) => needs(&capture.sub, is),
        HirKind::Repetition(repeated) => repeated.min > 0 && needs(&repeated.sub, is),
        HirKind::Concat(parts) => parts.iter().any(|part| needs(part, is)),
        HirKind::Alternation(parts) => parts.iter().all(|part| needs(part, is)),
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(Class::Bytes(_)) => false,
    }
}

/// What stands in most lines.
fn is_common(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, ' ' | ',' | '.' | '-' | '\'')
}

/// Whether a set holds what stands in most lines: a bare digit, a comma, a hyphen.
fn is_in_most_lines(set: &LiteralSet) -> bool {
    set.literals.iter().any(|it| it.chars().all(is_common))
}

/// Whether each literal holds a sign that is rare.
fn is_of_signs(set: &LiteralSet) -> bool {
    let is_rare = |c: char| !c.is_alphanumeric() && !is_common(c);
    set.literals.iter().all(|it| it.chars().any(is_rare))
}

/// How much a set tells: its shortest literal counts, signs tell more than letters, and arrows and
/// boxes more than the signs of every sentence.
fn weight(set: &LiteralSet) -> usize {
    let more = |c: char| match c {
        ' ' | '\'' => 0,
        c if c.is_ascii_alphanumeric() => 0,
        c if c.is_alphanumeric() => 1,
        c if c.is_ascii() => 2,
        _ => 4,
    };
    let of = |literal: &String| {
        // "19" is rarer than "in".
        let digits = literal.chars().filter(char::is_ascii_digit).count();
        let numbers = if digits > 1 { digits } else { 0 };
        literal.chars().map(|c| 1 + more(c)).sum::<usize>() + numbers
    };
    let bounds = usize::from(set.starts_word) + usize::from(set.ends_word);
    let least = set.literals.iter().map(of).min().unwrap_or_default();
    if least > 1 { least + bounds } else { least }
}

/// What is known of a piece of an expression.
#[derive(Debug, Clone, Default)]
struct Known {
    /// All that it matches, if that is little.
    exact: Option<Run>,
    /// What it begins and ends with, where it is that several times.
    repeated: Option<Run>,
    /// Sets of which every match holds one literal each, where the others do not say it.
    required: Vec<LiteralSet>,
}

impl Known {
    /// Sets of which every match holds one literal each.
    fn sets(self) -> Vec<LiteralSet> {
        let run = self.exact.or(self.repeated).and_then(Run::into_set);
        run.into_iter().chain(self.required).collect()
    }
}

/// Drops each set of which a literal stands wherever one of another does.
fn drop_implied(sets: &mut Vec<LiteralSet>) {
    let implied = |set: &LiteralSet, by: &LiteralSet| {
        let holds_one = |literal: &String| set.literals.iter().any(|it| literal.contains(it));
        !set.starts_word && !set.ends_word && set != by && by.literals.iter().all(holds_one)
    };
    let all = std::mem::take(sets);
    // Of two that say the same the first stays.
    let dropped = |at: usize| {
        let mut others = (0..all.len()).filter(|&by| implied(&all[at], &all[by]));
        others.any(|by| by < at || !implied(&all[by], &all[at]))
    };
    let kept = (0..all.len()).filter(|&at| !dropped(at));
    sets.extend(kept.map(|at| all[at].clone()));
}

/// All that some pieces in a row match.
#[derive(Debug, Clone)]
struct Run {
    texts: Vec<String>,
    starts_word: bool,
    ends_word: bool,
}

impl Run {
    fn of(texts: Vec<String>) -> Self {
        Self {
            texts,
            starts_word: false,
            ends_word: false,
        }
    }

    fn nothing() -> Self {
        Self::of(vec![String::new()])
    }

    fn is_nothing(&self) -> bool {
        self.texts.iter().all(String::is_empty)
    }

    /// The run followed by another; none where that would be too much.
    fn followed_by(&self, next: &Self) -> Option<Self> {
        if self.texts.len() * next.texts.len() > SET_MAX {
            return None;
        }
        let pairs = self
            .texts
            .iter()
            .flat_map(|a| next.texts.iter().map(move |b| (a, b)));
        let texts: Vec<String> = pairs.map(|(a, b)| format!("{a}{b}")).collect();
        if texts.iter().any(|t| t.len() > BYTES_MAX) {
            return None;
        }
        Some(Self {
            texts,
            starts_word: self.starts_word || (self.is_nothing() && next.starts_word),
            ends_word: next.ends_word || (next.is_nothing() && self.ends_word),
        })
    }

    fn into_set(mut self) -> Option<LiteralSet> {
        self.texts.sort_unstable();
        self.texts.dedup();
        let some = !self.texts.is_empty() && !self.texts.iter().any(String::is_empty);
        some.then_some(LiteralSet {
            literals: self.texts,
            starts_word: self.starts_word,
            ends_word: self.ends_word,
        })
    }
}

fn known(hir: &Hir) -> Known {
    let exact = |run: Run| Known {
        exact: Some(run),
        ..Known::default()
    };
    match hir.kind() {
        HirKind::Empty => exact(Run::nothing()),
        HirKind::Look(look) => {
            let mut run = Run::nothing();
            let is_bound = matches!(look, Look::WordAscii | Look::WordUnicode);
            (run.starts_word, run.ends_word) = (is_bound, is_bound);
            exact(run)
        }
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0).map_or_else(
            |_| Known::default(),
            |text| exact(Run::of(vec![text.to_owned()])),
        ),
        HirKind::Class(class) => {
            class_texts(class).map_or_else(Known::default, |t| exact(Run::of(t)))
        }
        HirKind::Capture(Capture { sub, .. }) => known(sub),
        HirKind::Repetition(repetition) => known_repetition(repetition),
        HirKind::Concat(parts) => known_row(parts),
        HirKind::Alternation(parts) => known_alternation(parts),
    }
}

/// The characters of a small class that can stand in folded text.
fn class_texts(class: &Class) -> Option<Vec<String>> {
    let Class::Unicode(class) = class else {
        return None;
    };
    let count: usize = class
        .ranges()
        .iter()
        .map(regex_syntax::hir::ClassUnicodeRange::len)
        .sum();
    if count > CLASS_MAX {
        return None;
    }
    let chars = class.ranges().iter().flat_map(|r| r.start()..=r.end());
    let texts = chars.map(String::from).filter(|t| fold(t) == t.as_str());
    let texts: Vec<String> = texts.collect();
    (!texts.is_empty()).then_some(texts)
}

fn known_repetition(repetition: &Repetition) -> Known {
    let Known {
        exact,
        repeated,
        required,
    } = known(&repetition.sub);
    match (repetition.min, repetition.max, exact) {
        (0, Some(1), Some(mut run)) => {
            run.texts.push(String::new());
            // What may be missing says nothing of the bounds of what stands beside it.
            (run.starts_word, run.ends_word) = (false, false);
            Known {
                exact: Some(run),
                ..Known::default()
            }
        }
        (0, _, _) => Known::default(),
        (_, _, Some(run)) => Known {
            repeated: Some(run),
            ..Known::default()
        },
        (_, _, None) => Known {
            exact: None,
            repeated,
            required,
        },
    }
}

fn known_row(parts: &[Hir]) -> Known {
    let mut required = Vec::new();
    let mut run = Run::nothing();
    let mut whole = true;
    for part in parts {
        let part = known(part);
        let longer = part.exact.as_ref().and_then(|next| run.followed_by(next));
        if let Some(longer) = longer {
            run = longer;
            continue;
        }
        whole = false;
        let first = part.repeated.as_ref();
        if let Some(longer) = first.and_then(|first| run.followed_by(first)) {
            run = longer;
        }
        let next = part.exact.or(part.repeated).unwrap_or_else(Run::nothing);
        required.extend(std::mem::replace(&mut run, next).into_set());
        required.extend(part.required);
    }
    if whole {
        return Known {
            exact: Some(run),
            repeated: None,
            required,
        };
    }
    required.extend(run.into_set());
    Known {
        required,
        ..Known::default()
    }
}

fn known_alternation(parts: &[Hir]) -> Known {
    let all: Vec<Known> = parts.iter().map(known).collect();
    let runs: Option<Vec<&Run>> = all.iter().map(|k| k.exact.as_ref()).collect();
    if let Some(runs) = runs {
        let texts: Vec<String> = runs.iter().flat_map(|r| r.texts.iter().cloned()).collect();
        if texts.len() <= SET_MAX {
            let run = Run {
                texts,
                starts_word: runs.iter().all(|r| r.starts_word),
                ends_word: runs.iter().all(|r| r.ends_word),
            };
            return Known {
                exact: Some(run),
                ..Known::default()
            };
        }
    }
    let best: Option<Vec<LiteralSet>> = all
        .into_iter()
        .map(|k| match k.exact {
            Some(run) => run.into_set(),
            None => k.sets().into_iter().max_by_key(weight),
        })
        .collect();
    let Some(best) = best else {
        return Known::default();
    };
    let union = Run {
        texts: best
            .iter()
            .flat_map(|s| s.literals.iter().cloned())
            .collect(),
        starts_word: best.iter().all(|s| s.starts_word),
        ends_word: best.iter().all(|s| s.ends_word),
    };
    Known {
        required: union
            .into_set()
            .filter(|s| s.literals.len() <= SET_MAX)
            .into_iter()
            .collect(),
        ..Known::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coding::patterns::expression::{Case, parsed};
    use proptest::prelude::*;

    fn shown(source: &str) -> Vec<String> {
        let hir = parsed(source, Case::Folded).unwrap();
        let sets = required(&hir).into_iter();
        sets.map(|s| {
            let bound = |is: bool| if is { "|" } else { "" };
            let (start, end) = (bound(s.starts_word), bound(s.ends_word));
            format!("{start}{}{end}", s.literals.join(" "))
        })
        .collect()
    }

    #[test]
    fn a_digit_is_asked_for_where_no_match_is_without() {
        for (source, digit) in [
            (r"sleep \d+", true),
            (r"sleep [6-9](\.5)?h", true),
            (r"(day 1|d\d)", true),
            (r"(day one|d\d)", false),
            (r"\d*h", false),
            (r"[a-z0-9]", false),
        ] {
            let hir = parsed(source, Case::Folded).unwrap();
            assert_eq!(needs_digit(&hir), digit, "{source}");
        }
    }

    #[test]
    fn a_match_lies_around_its_literal() {
        for (source, bytes) in [
            (r"\b(her|his) (aunt|uncle) [a-z]{2,4}\b", Some((10, 14))),
            (r"[a-z]{2,4} \((her )?uncle", Some((15, 11))),
            (r"uncle", Some((5, 5))),
            (r"uncle .*", None),
        ] {
            let hir = regex_syntax::parse(source).unwrap();
            assert_eq!(around(&hir), bytes, "{source}");
        }
    }

    #[test]
    fn a_group_stands_right_behind_the_literal() {
        for (source, follows) in [
            (r"\b(her|his) (aunt|uncle) \(?(?P<name>[A-Z][a-z]+)", true),
            (r"(?P<name>[A-Z][a-z]+) \((her )?uncle", false),
            (r"\buncle [a-z]+ (?P<name>[A-Z])", false),
        ] {
            let hir = parsed(source, Case::Folded).unwrap();
            assert_eq!(is_followed_by(&hir, "name"), follows, "{source}");
        }
    }

    #[test]
    fn every_match_holds_one_of_each_set() {
        for (source, sets) in [
            (r"\bn\s?\/\s?v\b", vec!["/"]),
            (r"\bh/a\b", vec!["|h/a|"]),
            (r"\b(s/e|aes|ses)\b", vec!["|aes s/e ses|"]),
            (r"\bses?\s*[:=-]", vec!["|se ses"]),
            (
                r"\bmood\b[^.\n]{0,25}:\s*(worse|down)\b",
                vec!["|mood|", "down worse|"],
            ),
            (
                r"(?:close|warm)(er)? to",
                vec!["close to closeer to warm to warmer to"],
            ),
            (r"a.b", vec![]),
            (r"(abc|\d+)", vec![]),
            (r"(abc){2,}x?", vec!["abc"]),
            (
                r"\bno[,;]+ (she|he)\b",
                vec![", he , she ; he ; she|", "|no, no;"],
            ),
            (r"HOME|Kin", vec!["home kin"]),
            (r"(\d+ab|cde)", vec!["ab cde"]),
            (r"^\w+$", vec![]),
            (r"sleep.*[↑⬆]", vec!["sleep", "↑ ⬆"]),
        ] {
            assert_eq!(shown(source), sets, "{source}");
        }
    }

    proptest! {
        #[test]
        fn a_match_holds_what_it_must(
            pieces in proptest::collection::vec(prop::sample::select(vec![
                "a", "ab", "(a|b)", "(ab|a)?", "[ab]+", "(a,)+", " +", "b{1,2}", ".", r"\b", "c*", "(?:,|b+)", "(ab)+",
            ]), 1..6),
            text in "[abc, ]{0,14}",
        ) {
            let source = pieces.concat();
            let hir = parsed(&source, Case::Folded).expect("sound");
            let regex = regex::Regex::new(&source).expect("sound");
            let held = |at: usize| {
                let found = regex.find_at(&text, at).filter(|m| m.start() == at);
                found.is_none_or(|m| required(&hir).iter().all(|set| {
                    set.literals.iter().any(|literal| m.as_str().contains(literal))
                }))
            };
            prop_assert!((0..=text.len()).all(held), "{source} in {text:?}: {:?}", required(&hir));
        }
    }
}
