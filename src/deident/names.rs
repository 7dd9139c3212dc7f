//! Names of people: by title, relation, field, signature, credential and list, and wherever one of
//! these stands once more.

mod again;
mod bare;
mod cued;

use std::collections::BTreeSet;

use crate::model::identifier::WordList as L;

use crate::text::Span;

use super::prose::Prose;
use super::{Found, Known};
use crate::model::identifier::IdentifierKind;

/// Lists of names.
const LISTED: u64 = L::FIRST_NAMES.bit()
    | L::DOUBTFUL_FIRST_NAMES.bit()
    | L::LAST_NAMES.bit()
    | L::DOUBTFUL_LAST_NAMES.bit();

/// Lists of words that a name is not made of, unless it is listed.
const PLAIN: u64 = L::COMMON_WORDS.bit()
    | L::MONTHS.bit()
    | L::WEEKDAYS.bit()
    | L::STATES.bit()
    | L::COUNTRIES.bit()
    | L::KIN.bit()
    | L::KIN_MANY.bit()
    | L::TITLES.bit()
    | L::CREDENTIALS.bit()
    | L::PLACE_ENDINGS.bit()
    | L::NAME_FIELDS.bit()
    | L::ID_CUES.bit();

/// Lists of words that are never a name.
const NEVER: u64 = L::NOT_NAMES.bit() | L::DRUGS.bit();

/// Lists of what tells of a name beside it.
const CUES: u64 = L::TITLES.bit()
    | L::KIN_MANY.bit()
    | L::KIN.bit()
    | L::NAME_CUES.bit()
    | L::NAME_FIELDS.bit()
    | L::PERSON_FIELDS.bit()
    | L::SIGNATURE_CUES.bit()
    | L::CREDENTIALS.bit();

/// Words of a name at most.
const WORDS_MAX: usize = 5;

/// Finds names; `elsewhere` are those that stand in other notes of the same participant.
pub(super) fn find(
    prose: &Prose<'_>,
    (known, elsewhere): (&Known, Option<&BTreeSet<String>>),
    out: &mut Vec<Found>,
) {
    let mut names = Names::told(prose, known);
    names.repeats(elsewhere);
    out.append(&mut names.out);
}

/// The words of the names that a text tells, folded; none that is a word of the language, too.
pub(super) fn parts(prose: &Prose<'_>, known: &Known) -> BTreeSet<String> {
    Names::told(prose, known).certain_parts()
}

struct Names<'p, 'a> {
    prose: &'p Prose<'a>,
    out: Vec<Found>,
}

impl<'p, 'a> Names<'p, 'a> {
    /// The names that something tells where they stand.
    fn told(prose: &'p Prose<'a>, known: &Known) -> Self {
        let mut names = Self {
            prose,
            out: Vec::new(),
        };
        // "Alice in Wonderland" is nobody, though "Alice" may be somebody.
        let mut nobody: Option<Span> = None;
        for i in 0..prose.len() {
            let told = names.out.len();
            let figure = prose.after(i, L::NOT_NAMES).filter(|&after| after > i + 1);
            nobody = figure.map(|after| prose.span_of(i, after - 1)).or(nobody);
            names.at(i);
            if nobody.is_some_and(|span| span.contains(prose.span(i))) {
                names.out.truncate(told);
            }
            names.known(i, known);
        }
        names
    }
}

impl Names<'_, '_> {
    fn at(&mut self, i: usize) {
        let p = self.prose;
        if p.may_open(i, CUES) {
            self.cues(i);
        }
        if p.is_capital(i) {
            self.capital(i);
        }
    }

    /// A name beside what tells of one.
    fn cues(&mut self, i: usize) {
        let p = self.prose;
        if p.is(i, L::TITLES.bit()) {
            self.title(i);
        }
        if let Some(after) = p.after(i, L::KIN_MANY).or_else(|| p.after(i, L::KIN)) {
            self.relation(i, after);
        }
        if let Some(after) = p.after(i, L::NAME_CUES) {
            self.cue(i, after);
        }
        let field = p.after(i, L::NAME_FIELDS).max(p.after(i, L::PERSON_FIELDS));
        if let Some(after) = field {
            self.field(i, after);
        }
        if let Some(after) = p.after(i, L::SIGNATURE_CUES) {
            self.signature(i, after);
        }
        if p.is(i, L::CREDENTIALS.bit()) {
            self.credential(i);
        }
    }

    fn push(&mut self, first: usize, last: usize, why: String) {
        let span = self.prose.span_of(first, last);
        self.out.push(Found::new(span, IdentifierKind::Name, why));
    }

    /// Initials, with the dot behind the last where there are dots.
    fn push_initials(&mut self, first: usize, last: usize, why: String) {
        let mut span = self.prose.span_of(first, last);
        if last > first && self.prose.gap(last).starts_with('.') {
            span.end += 1;
        }
        self.out.push(Found::new(span, IdentifierKind::Name, why));
    }

    fn take(&mut self, i: usize, cue: Cue, why: String) {
        if let Some(last) = self.name_from(i, cue) {
            self.push(i, last, why);
        }
    }

    /// Initials with dots, or two or three capitals: the last word of them.
    fn initials_from(&self, at: usize) -> Option<usize> {
        let p = self.prose;
        if p.is_initial(at) {
            let mut last = at;
            while matches!(p.gap(last), "." | ". ") && p.is_initial(last + 1) && last < at + 3 {
                last += 1;
            }
            return (last > at).then_some(last);
        }
        let letters = p.word(at).chars().count();
        let plain = NEVER
            | L::CREDENTIALS.bit()
            | L::COMMON_WORDS.bit()
            | L::WEEKDAYS.bit()
            | L::UNITS.bit();
        let free = p.is_upper(at) && (2..=3).contains(&letters) && !p.is(at, plain);
        (free && !p.is_shouted(at)).then_some(at)
    }

    /// The last word of a name that begins at a word.
    fn name_from(&self, i: usize, cue: Cue) -> Option<usize> {
        let p = self.prose;
        let mut last = i;
        while p.is_initial(last) && last < i + 3 && matches!(p.gap(last), ". " | "." | " ") {
            last += 1;
        }
        let particles =
            p.is(last, L::NAME_PARTICLES.bit()) && p.is_blank(last) && p.is_capital(last);
        if particles && self.is_plausible(last + 1, Cue::Strong) {
            last += 1;
        }
        if !(p.is_capital(last) && self.is_plausible(last, cue)) {
            return None;
        }
        while last < i + WORDS_MAX - 1 {
            match self.further(last) {
                Some(next) => last = next,
                None => break,
            }
        }
        Some(last)
    }

    /// The next word of a name, over particles and initials.
    fn further(&self, last: usize) -> Option<usize> {
        let p = self.prose;
        let next = last + 1;
        let gap = p.gap(last);
        if p.is_possessive(last) {
            return None;
        }
        if p.is(next, L::NAME_ENDINGS.bit()) && matches!(gap, " " | ", ") && p.is_capital(next) {
            return Some(next);
        }
        if matches!(gap, "-" | "'" | "’") && p.is_capital(next) && !p.is_upper(next) {
            return Some(next);
        }
        if gap != " " {
            return None;
        }
        if p.is_initial(next) && p.word(next) != "I" {
            let dotted = p.gap(next).starts_with('.');
            let follows = matches!(p.gap(next), ". " | " ")
                && p.is_capital(next + 1)
                && self.is_plausible(next + 1, Cue::Weak);
            return if follows {
                Some(next + 1)
            } else {
                dotted.then_some(next)
            };
        }
        let mut at = next;
        while p.is(at, L::NAME_PARTICLES.bit())
            && p.is_blank(at)
            && at < next + 2
            && !p.is(at, LISTED & L::FIRST_NAMES.bit())
        {
            at += 1;
        }
        let fits =
            p.is_capital(at) && self.is_plausible(at, Cue::Weak) && !p.is(at, L::CREDENTIALS.bit());
        let surname = p.is(at, LISTED) || !p.is(at, PLAIN | L::CITIES.bit());
        let worded = p.is(at, L::COMMON_WORDS.bit())
            && p.is_blank(at)
            && p.is_capital(at + 1)
            && !p.is(at + 1, L::CREDENTIALS.bit());
        (fits && surname && !worded && !self.is_eponym(at)).then_some(at)
    }

    /// Whether a word may be part of a name.
    fn is_plausible(&self, i: usize, cue: Cue) -> bool {
        let p = self.prose;
        let word = p.word(i);
        let letters = word
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, '\'' | '’'));
        if !letters || word.chars().nth(1).is_none() || p.is(i, NEVER) {
            return false;
        }
        if p.is(i, LISTED) {
            return true;
        }
        let acronym = p.is_upper(i) && (cue == Cue::Weak || word.chars().count() <= 3);
        !acronym && !p.is(i, PLAIN)
    }

    /// Whether a name stands in the name of a disease, a sign, a scale or a device.
    fn is_eponym(&self, i: usize) -> bool {
        let p = self.prose;
        if self.names_a_thing(i) {
            return true;
        }
        // An eponym alone needs a person's sign beside it.
        let beside = |lists: u64| i > 0 && p.is_tight(i - 1) && p.is(i - 1, lists);
        let led = i > 0 && p.is_tight(i - 1) && p.is_initial(i - 1)
            || beside(L::TITLES.bit())
            || (beside(L::FIRST_NAMES.bit()) && p.is_capital(i - 1));
        let first = p.is(i, L::FIRST_NAMES.bit()) && p.is_capital(i + 1) && p.is(i + 1, LISTED);
        p.is(i, L::EPONYMS.bit()) && !led && !first && !p.is(i, L::FIRST_NAMES.bit())
    }

    /// Whether a word like "disease" or "scale" ends what a name begins.
    fn names_a_thing(&self, i: usize) -> bool {
        let p = self.prose;
        if p.is(i, L::EPONYM_HEADS.bit()) && !p.is(i, LISTED) {
            return false;
        }
        let mut at = i + 1;
        let mut between = 0;
        while at < p.len() && between < 5 && p.is_tight(at - 1) {
            if p.is(at, L::EPONYM_HEADS.bit()) {
                return true;
            }
            let goes_on = p.is(at, L::BEFORE_HEAD.bit() | L::EPONYMS.bit());
            if !goes_on {
                break;
            }
            at += 1;
            between += 1;
        }
        false
    }
}

/// How sure it is that a name stands somewhere.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cue {
    /// A title, a relation, a field.
    Strong,
    /// A list alone.
    Weak,
}
