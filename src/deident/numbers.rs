//! Numbers that name a person: of records, telephones, postal codes, and ages over 89.

use regex::Captures;

use crate::model::identifier::{IdentifierKind as Kind, WordList as L};
use crate::text::Span;

use super::Found;
use super::lexicon::{Lexicon, Shape};
use super::prose::Prose;

/// Ages that people reach.
const AGES: std::ops::RangeInclusive<u32> = 90..=125;

/// Finds what has a shape of its own, and what a cue says to be a number of the person.
pub(super) fn find(prose: &Prose<'_>, lexicon: &Lexicon, out: &mut Vec<Found>) {
    let mut numbers = Numbers { prose, out };
    for i in 0..prose.len() {
        let joined = prose.gap(i) == "-" && prose.is_upper(i) && has_digit(prose.word(i + 1));
        if joined || has_digit(prose.word(i)) {
            for shape in &lexicon.shapes {
                numbers.shape(i, shape);
            }
            numbers.age(i);
        }
        if prose.is(i, L::AGE_WORDS.bit()) || prose.after(i, L::AGE_WORDS).is_some() {
            numbers.age_in_words(i);
        }
        if let Some(after) = prose.after(i, L::PHONE_CUES) {
            numbers.behind_cue(i, after, Kind::Phone);
        }
        if let Some(after) = prose.after(i, L::ID_CUES) {
            numbers.behind_cue(i, after, Kind::Id);
        }
        if let Some(after) = prose.after(i, L::ZIP_CUES) {
            numbers.behind_cue(i, after, Kind::Address);
        }
    }
}

struct Numbers<'p, 'a> {
    prose: &'p Prose<'a>,
    out: &'p mut Vec<Found>,
}

impl Numbers<'_, '_> {
    fn push(&mut self, span: Span, kind: Kind, why: String) {
        self.out.push(Found::new(span, kind, why));
    }

    /// A shape that begins at a word, or at a bracket or plus sign before it.
    fn shape(&mut self, i: usize, shape: &Shape) {
        let p = self.prose;
        let mut start = p.span(i).start;
        if matches!(p.char_before(i), Some('(' | '+')) {
            start -= 1;
        }
        let before = Span::new(0, start).slice(p.text).chars().next_back();
        let inside = |c: char| c.is_alphanumeric() || matches!(c, '.' | '/' | '$' | '-');
        if before.is_some_and(inside) && !(before == Some('-') && self.is_dash_free(start)) {
            return;
        }
        let rest = Span::new(start, p.text.len()).slice(p.text);
        // To ask first is cheaper: most numbers have no shape, and groups cost a slower engine.
        if !shape.regex.is_match(rest) {
            return;
        }
        let Some(found) = shape.regex.captures(rest) else {
            return;
        };
        let mut end = found.get(0).map_or(0, |whole| whole.end());
        let next = Span::new(end, rest.len()).slice(rest);
        let glued = next.starts_with(|c: char| c.is_alphanumeric());
        let decimal = next.starts_with(['.', ',', '/', '-'])
            && next.chars().nth(1).is_some_and(|c| c.is_ascii_digit());
        let dated = shape.kind == Kind::Date;
        if glued || decimal || (dated && !is_date(&found)) {
            return;
        }
        if rest.starts_with('(') && !Span::new(0, end).slice(rest).contains(')') {
            start += 1;
            end -= 1;
        }
        let behind = p.word_from(start + end);
        let measured = dated
            && behind > 0
            && p.is(behind, L::UNITS.bit())
            && p.is_blank(behind - 1)
            && !Span::new(0, end).slice(rest).contains("20");
        let mixed = shape.kind != Kind::Id || is_mixed(Span::new(0, end).slice(rest));
        if !measured && mixed {
            self.push(Span::new(start, start + end), shape.kind, shape.why.clone());
        }
    }

    /// Whether a dash before a number is one of punctuation.
    fn is_dash_free(&self, start: usize) -> bool {
        let before = Span::new(0, start.saturating_sub(1)).slice(self.prose.text);
        before.is_empty() || before.ends_with([' ', '\n', '-'])
    }

    /// A number behind its cue: `MRN: 123456`, `phone 555 0100`, `zip 981`.
    fn behind_cue(&mut self, i: usize, after: usize, kind: Kind) {
        let p = self.prose;
        let mut at = after;
        let mut fillers = 0;
        while fillers < 4 && p.is(at, L::ID_FILLERS.bit()) && self.is_lead(at - 1) {
            at += 1;
            fillers += 1;
        }
        if !self.is_lead(at - 1) || at >= p.len() {
            return;
        }
        let span = self.code_from(at);
        let code = span.slice(p.text);
        let digits = code.bytes().filter(u8::is_ascii_digit).count();
        let enough = match kind {
            Kind::Phone => digits >= 7,
            Kind::Address => digits >= 3 && code.len() <= 10,
            _ => self.is_code(i, after, code, digits),
        };
        if enough && !self.is_measure(at) {
            let cue = p.span_of(i, after - 1).slice(p.text);
            let found = Found::cued(span, kind, format!("behind {cue:?}"));
            self.out.push(found);
        }
    }

    /// Whether what stands behind a record's cue is its number.
    fn is_code(&self, i: usize, after: usize, code: &str, digits: usize) -> bool {
        let p = self.prose;
        let gap = p.gap(after - 1);
        let marked =
            gap.contains(['#', ':', '=']) || after - i > 1 || p.is(after, L::ID_FILLERS.bit());
        let upper = p.is_upper(i);
        let length = code.chars().filter(|c| c.is_alphanumeric()).count();
        let mixed = digits < length;
        digits >= 5
            || (digits >= 3 && mixed && length >= 5)
            || (digits >= 4 && (marked || upper))
            || (digits >= 2 && length >= 5 && (marked || upper))
    }

    /// Whether a number is an amount with its unit, or a year behind a word.
    fn is_measure(&self, at: usize) -> bool {
        let p = self.prose;
        p.is(at + 1, L::UNITS.bit()) && p.is_blank(at)
    }

    fn is_lead(&self, i: usize) -> bool {
        let gap = self.prose.gap(i);
        gap.len() <= 4
            && gap.chars().all(|c| {
                matches!(
                    c,
                    ' ' | ':' | '#' | '.' | '-' | '=' | '(' | '/' | '\'' | '\u{a0}'
                )
            })
    }

    /// The run of letters, digits and single separators that begins at a word.
    fn code_from(&self, at: usize) -> Span {
        let p = self.prose;
        let mut last = at;
        while last + 1 < p.len() {
            let joined = matches!(p.gap(last), "-" | "/" | "" | "." | "*" | "_");
            let spaced = p.gap(last) == " "
                && has_digit(p.word(last + 1))
                && !p.is(last + 2, L::UNITS.bit())
                && (has_digit(p.word(last))
                    || p.word(last).chars().count() <= 4 && p.is_upper(last));
            let next_fits = has_digit(p.word(last + 1)) || p.word(last + 1).chars().count() <= 4;
            if !((joined && next_fits) || spaced) || last > at + 5 {
                break;
            }
            last += 1;
        }
        p.span_of(at, last)
    }

    /// `92 years old`, `aged 94`, `97yo`.
    fn age(&mut self, i: usize) {
        let p = self.prose;
        let word = p.word(i);
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let number = Span::new(0, digits).slice(word);
        let ending = Span::new(digits, word.len()).slice(word).to_lowercase();
        if !number.parse::<u32>().is_ok_and(|n| AGES.contains(&n)) {
            return self.nineties(i);
        }
        let span = Span::new(p.span(i).start, p.span(i).start + digits);
        let glued = ["yo", "y", "yrs", "yr", "yof", "yom", "f", "m"].contains(&ending.as_str());
        let behind = ending.is_empty() && p.is_tight(i) && p.after(i + 1, L::AGE_UNITS).is_some();
        let before = ending.is_empty()
            && p.before(i, L::AGE_CUES).is_some()
            && !p.is(i + 1, L::UNITS.bit())
            && !p.gap(i).starts_with(['/', '%', '-'])
            && p.gap(i) != ".";
        let kin = ending.is_empty()
            && matches!(p.gap(i.saturating_sub(1)), ", " | " (")
            && p.gap(i).starts_with([',', ')'])
            && p.before(i, L::KIN).is_some();
        let before = before || kin;
        let sure = glued && (ending.len() > 1 || p.before(i, L::AGE_CUES).is_some());
        if sure || behind || before {
            self.push(span, Kind::Age90, "an age over 89".to_owned());
        }
    }

    /// `in her 90s`.
    fn nineties(&mut self, i: usize) {
        let p = self.prose;
        let decade = ["90s", "100s"].contains(&p.word(i));
        if decade && i > 0 && p.is(i - 1, L::POSSESSIVES.bit()) {
            self.push(p.span(i), Kind::Age90, "an age over 89".to_owned());
        }
    }

    fn age_in_words(&mut self, i: usize) {
        let p = self.prose;
        let Some(after) = p.after(i, L::AGE_WORDS) else {
            return;
        };
        let behind = p.is_tight(after - 1) && p.after(after, L::AGE_UNITS).is_some();
        let before = p.before(i, L::AGE_CUES).is_some() && !p.is(after, L::UNITS.bit());
        if behind || before {
            self.push(
                p.span_of(i, after - 1),
                Kind::Age90,
                "an age over 89".to_owned(),
            );
        }
    }
}

fn has_digit(word: &str) -> bool {
    word.bytes().any(|b| b.is_ascii_digit())
}

/// Letters only are no number of a record, whatever their shape.
fn is_mixed(code: &str) -> bool {
    code.bytes().filter(u8::is_ascii_digit).count() >= 4
}

/// Whether the named numbers of a shape can be a date.
fn is_date(found: &Captures<'_>) -> bool {
    let number = |names: &[&str]| {
        let group = names.iter().find_map(|name| found.name(name));
        group.and_then(|g| g.as_str().parse::<u32>().ok())
    };
    let month = |n: u32| (1..=12).contains(&n);
    let day = |n: u32| (1..=31).contains(&n);
    let (a, b) = (number(&["a"]), number(&["b", "b2", "b3"]));
    if let (Some(a), Some(b)) = (a, b) {
        return (month(a) && day(b)) || (day(a) && month(b));
    }
    number(&["month", "month2", "month3"]).is_none_or(month)
        && number(&["day", "day2", "day3"]).is_none_or(day)
}
