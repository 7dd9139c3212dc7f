//! Places smaller than a state: towns, hospitals, schools, employers.

use crate::model::identifier::{IdentifierKind, WordList as L};

use super::Found;
use super::prose::Prose;

/// Lists of names: a town's cue does not make a place of a person.
const PEOPLE: u64 = L::FIRST_NAMES.bit() | L::TITLES.bit() | L::NOT_NAMES.bit() | L::DRUGS.bit();

/// States and countries, which Safe Harbor leaves.
const LARGE: u64 = L::STATES.bit() | L::COUNTRIES.bit();

/// Words before an ending at most.
const WORDS_MAX: usize = 5;

/// Finds places.
pub(super) fn find(prose: &Prose<'_>, out: &mut Vec<Found>) {
    let mut places = Places { prose, out };
    for i in 0..prose.len() {
        if let Some(after) = prose.after(i, L::PLACE_CUES) {
            places.cue(i, after);
        }
        if prose.is_capital(i) {
            places.capital(i);
        }
    }
}

struct Places<'p, 'a> {
    prose: &'p Prose<'a>,
    out: &'p mut Vec<Found>,
}

impl Places<'_, '_> {
    fn push(&mut self, first: usize, last: usize, why: String) {
        let span = self.prose.span_of(first, last);
        self.out.push(Found::new(span, IdentifierKind::Place, why));
    }

    fn capital(&mut self, i: usize) {
        let p = self.prose;
        if let Some(after) = p
            .after(i, L::CITIES)
            .filter(|&after| self.all_capital(i, after))
        {
            let eponym = p.is(i, L::EPONYMS.bit()) && after == i + 1;
            let city_of_person =
                eponym || p.is(i, L::FIRST_NAMES.bit() | L::LAST_NAMES.bit()) && after == i + 1;
            if !self.is_eponym(after - 1) && (!city_of_person || self.has_cue(i, after)) {
                self.push(i, after - 1, "a city".to_owned());
            }
        } else if let Some(after) = p
            .after(i, L::DOUBTFUL_CITIES)
            .filter(|&after| self.all_capital(i, after))
        {
            let is_state = p.after(i, L::STATES) == Some(after) && !self.before_state(after - 1);
            if self.has_cue(i, after) && !is_state && !self.is_eponym(after - 1) {
                self.push(
                    i,
                    after - 1,
                    "a city behind a place's word or before a state".to_owned(),
                );
            }
        }
        if p.is(i, L::STATE_ABBREVIATIONS.bit() | L::STATES.bit()) {
            self.before_its_state(i);
        }
        if let Some(after) = p
            .after(i, L::PLACE_ENDINGS)
            .or_else(|| p.after(i, L::SOFT_PLACE_ENDINGS))
        {
            self.ending(i, after);
        }
        if let Some(after) = p.after(i, L::ORGANISATIONS_OF) {
            self.organisation(i, after);
        }
        if p.is(i, L::PLACE_BEGINNINGS.bit()) {
            self.beginning(i);
        }
    }

    fn all_capital(&self, first: usize, after: usize) -> bool {
        let p = self.prose;
        (first..after).all(|n| p.is_capital(n) || p.word(n) == "de" || p.word(n) == "of")
    }

    fn has_cue(&self, first: usize, after: usize) -> bool {
        let p = self.prose;
        let near = p
            .before(first, L::NEAR_PLACE)
            .or_else(|| p.before(first, L::PLACE_CUES))
            .is_some();
        let field = first > 0 && p.is(first - 1, L::ADDRESS_CUES.bit());
        near || field || self.before_state(after - 1)
    }

    /// Whether a state stands behind a word and a comma.
    fn before_state(&self, last: usize) -> bool {
        let p = self.prose;
        let comma = matches!(p.gap(last), ", " | "," | " ");
        let capital = p.is_capital(last + 1);
        comma
            && capital
            && (self.is_state_code(last + 1)
                || (p.is(last + 1, L::STATES.bit()) && p.gap(last) != " "))
    }

    /// Whether a word is a state in two capitals, and no credential.
    fn is_state_code(&self, i: usize) -> bool {
        let p = self.prose;
        let code = p.is(i, L::STATE_ABBREVIATIONS.bit()) && p.is_upper(i);
        let zip = p.word(i + 1).len() == 5 && p.word(i + 1).bytes().all(|b| b.is_ascii_digit());
        code && (zip || !p.is(i, L::CREDENTIALS.bit() | L::COMMON_WORDS.bit()) || !p.is_blank(i))
    }

    /// `Spring Valley, CA`: what stands before a state.
    fn before_its_state(&mut self, i: usize) {
        let p = self.prose;
        let comma = i > 0 && matches!(p.gap(i - 1), ", " | ",");
        let zip = p.word(i + 1).len() == 5 && p.word(i + 1).bytes().all(|b| b.is_ascii_digit());
        if !comma || !(self.is_state_code(i) || p.is(i, L::STATES.bit())) {
            return;
        }
        let city = p.is(i - 1, L::CITIES.bit() | L::DOUBTFUL_CITIES.bit());
        if (p.is(i, L::CREDENTIALS.bit()) && !zip) || (p.is(i, L::ID_CUES.bit()) && !city) {
            return;
        }
        let mut first = i;
        while first > 0 && i - first < 3 {
            let at = first - 1;
            let fits = first == i || p.is_blank(at) || p.gap(at) == ". ";
            let stop = p.is(
                at,
                L::TITLES.bit() | L::NOT_NAMES.bit() | L::CREDENTIALS.bit() | L::STREETS.bit(),
            );
            let opening = p.is_opening(at) && p.is(at, L::COMMON_WORDS.bit()) && first < i;
            if !fits || !p.is_capital(at) || stop || opening || p.is_initial(at) {
                break;
            }
            first = at;
        }
        let bare = first + 1 == i && p.is(first, LARGE);
        let listed = p.is(first, L::COMMON_WORDS.bit()) && first + 1 == i && !zip;
        if first < i && !bare && !listed {
            self.push(first, i - 1, "before a state".to_owned());
        }
    }

    /// `lives in Snohomish`, `works at Boeing`.
    fn cue(&mut self, i: usize, after: usize) {
        let p = self.prose;
        if !p.is_blank(after - 1) {
            return;
        }
        let mut at = after;
        if p.folded(at) == "the" {
            at += 1;
        }
        let mut last = None;
        let mut n = at;
        while n < at + 4 && p.is_capital(n) && !p.is_initial(n) {
            let plain = p.is(
                n,
                PEOPLE | L::COMMON_WORDS.bit() | L::MONTHS.bit() | L::WEEKDAYS.bit() | L::KIN.bit(),
            );
            let known = p.is(n, L::CITIES.bit() | L::DOUBTFUL_CITIES.bit());
            let acronym = p.is_upper(n) && p.word(n).len() <= 4;
            let large = p
                .after(n, L::STATES)
                .or_else(|| p.after(n, L::COUNTRIES))
                .is_some()
                && !known;
            if (plain && !known) || acronym || large || p.is_shouted(n) {
                break;
            }
            last = Some(n);
            if let Some(partner) = self.partner(n) {
                last = Some(partner);
                break;
            }
            if !p.is_blank(n) && p.gap(n) != "-" {
                break;
            }
            n += 1;
        }
        let state = last == Some(at) && p.is(at, LARGE) && !self.before_state(at);
        if let Some(last) = last.filter(|_| !state) {
            let cue = p.span_of(i, after - 1).slice(p.text);
            self.push(at, last, format!("behind {cue:?}"));
        }
    }

    /// The second word of a firm of two: `Cedar & Salt`, `Bean and Barrow`.
    fn partner(&self, n: usize) -> Option<usize> {
        let p = self.prose;
        if p.gap(n) == " & " {
            return p.is_capital(n + 1).then_some(n + 1);
        }
        let and = p.is_blank(n) && p.folded(n + 1) == "and" && p.is_blank(n + 1);
        let person = p.is(n + 2, PEOPLE | L::KIN.bit() | L::CITIES.bit());
        let city = p.is(n, L::CITIES.bit() | L::DOUBTFUL_CITIES.bit());
        (and && p.is_capital(n + 2) && !person && !city).then_some(n + 2)
    }

    /// `St. Mary's Hospital`, `Green Lake Elementary School`, `King County`.
    fn ending(&mut self, i: usize, after: usize) {
        let p = self.prose;
        if !self.all_capital(i, after) || p.is_shouted(i) {
            return;
        }
        let mut first = i;
        let mut own = false;
        while first > 0 && i - first < WORDS_MAX {
            let at = first - 1;
            let gap = p.gap(at);
            let saint = p.folded(at) == "st" && gap == ". ";
            if !(matches!(gap, " " | "-" | " & ") || saint) || !p.is_capital(at) || p.is_initial(at)
            {
                break;
            }
            let generic = p.is(
                at,
                L::PLACE_GENERIC.bit() | L::PLACE_ENDINGS.bit() | L::NOT_NAMES.bit(),
            );
            let opening = p.is_opening(at) && p.is(at, L::COMMON_WORDS.bit());
            if p.is(at, L::NOT_NAMES.bit()) || (opening && !self.is_scenery(at)) {
                break;
            }
            own = own || !generic || self.is_scenery(at);
            first = at;
        }
        let weak = self.is_weak_ending(i) || p.after(i, L::SOFT_PLACE_ENDINGS) == Some(after);
        let plain = (first..i).all(|n| p.is(n, L::COMMON_WORDS.bit()) && !self.is_scenery(n));
        let person = p.is(after, L::CREDENTIALS.bit())
            && p.is_upper(after)
            && matches!(p.gap(after - 1), ", " | " ");
        if first < i && own && !person && !(plain && weak) && !(plain && p.is_opening(first)) {
            self.push(
                first,
                after - 1,
                format!("before {:?}", p.span_of(i, after - 1).slice(p.text)),
            );
        }
    }

    /// Whether a word is one that names of places are made of.
    fn is_scenery(&self, i: usize) -> bool {
        let p = self.prose;
        p.is(
            i,
            L::PLACE_BEGINNINGS.bit() | L::CITIES.bit() | L::DOUBTFUL_CITIES.bit(),
        ) || (p.is(i, L::PLACE_ENDINGS.bit()) && !p.is(i, L::PLACE_GENERIC.bit()))
            || p.is(
                i,
                L::DIRECTIONS.bit() | L::LAST_NAMES.bit() | L::DOUBTFUL_LAST_NAMES.bit(),
            )
    }

    /// Endings that stand behind capitals in titles of programmes, too.
    fn is_weak_ending(&self, i: usize) -> bool {
        let p = self.prose;
        p.is(i, L::COMMON_WORDS.bit()) && !p.is(i, L::PLACE_GENERIC.bit())
    }

    /// `University of Cascadia`.
    fn organisation(&mut self, i: usize, after: usize) {
        let p = self.prose;
        let mut last = after;
        if !p.is_capital(after) || p.is(after, L::NOT_NAMES.bit()) || p.is_shouted(i) {
            return;
        }
        while last < after + 3
            && p.is_blank(last)
            && p.is_capital(last + 1)
            && !p.is(last + 1, L::COMMON_WORDS.bit())
        {
            last += 1;
        }
        self.push(i, last, "an organisation".to_owned());
    }

    /// `Lake Chelan`, `Mt. Baker`, `San Leandro`.
    fn beginning(&mut self, i: usize) {
        let p = self.prose;
        let next = i + 1;
        let fits = matches!(p.gap(i), " " | ". ") && p.is_capital(next) && !p.is_shouted(i);
        let plain = p.is(
            next,
            L::COMMON_WORDS.bit() | L::NOT_NAMES.bit() | L::WEEKDAYS.bit(),
        );
        if !fits || plain || p.is_initial(next) || p.is_upper(next) {
            return;
        }
        let mut last = next;
        while last < next + 2
            && p.is_blank(last)
            && p.is_capital(last + 1)
            && p.is(last + 1, L::PLACE_ENDINGS.bit())
        {
            last += 1;
        }
        let spanish = p.word(i).len() == 2 && p.is_capital(i);
        if !spanish || !p.is(next, L::COUNTRIES.bit()) {
            self.push(i, last, "a place's first word".to_owned());
        }
    }

    /// Whether a city stands in the name of a scale or a disease.
    fn is_eponym(&self, last: usize) -> bool {
        let p = self.prose;
        p.is_tight(last) && p.is(last + 1, L::EPONYM_HEADS.bit() | L::BEFORE_HEAD.bit())
    }
}
