//! Street addresses with what belongs to them: unit, city, state and postal code.

use crate::model::identifier::{IdentifierKind, WordList as L};

use super::Found;
use super::prose::Prose;

/// Words between a house number and its street's ending at most.
const STREET_WORDS_MAX: usize = 4;

/// Finds addresses.
pub(super) fn find(prose: &Prose<'_>, out: &mut Vec<Found>) {
    let addresses = Addresses { prose };
    for i in 0..prose.len() {
        let found = if prose.word(i).starts_with(|c: char| c.is_ascii_digit()) {
            addresses.numbered(i).or_else(|| addresses.zip(i))
        } else if prose.is_capital(i) {
            addresses.box_number(i).or_else(|| addresses.street(i))
        } else {
            None
        };
        out.extend(found.map(|(first, last, why)| {
            Found::new(
                prose.span_of(first, last),
                IdentifierKind::Address,
                why.to_owned(),
            )
        }));
    }
}

type Address = Option<(usize, usize, &'static str)>;

struct Addresses<'p, 'a> {
    prose: &'p Prose<'a>,
}

impl Addresses<'_, '_> {
    /// `1425 NW Maple St, Apt 4B, Seattle, WA 98101`.
    fn numbered(&self, i: usize) -> Address {
        let p = self.prose;
        let house = p.word(i);
        let digits = house.bytes().take_while(u8::is_ascii_digit).count();
        let tail = house.len() - digits;
        if digits > 5 || tail > 1 || matches!(p.char_before(i), Some('/' | '.' | '$' | '-')) {
            return None;
        }
        let mut at = i;
        for n in 0..=STREET_WORDS_MAX {
            let next = i + 1 + n;
            let gap = p.gap(next - 1);
            if !(matches!(gap, " " | ". " | "-" | "  ") || (n == 0 && gap == "-")) {
                return None;
            }
            let ending = p.is(next, L::STREETS.bit() | L::STREET_ABBREVIATIONS.bit());
            if n > 0 && ending && self.is_street_end(i, next) {
                at = next;
                if !(p.is_blank(next) && p.is_capital(next + 1) && p.is(next + 1, L::STREETS.bit()))
                {
                    break;
                }
            } else if at > i {
                break;
            }
            if !self.is_street_word(i, next) {
                return None;
            }
        }
        (at > i).then(|| (i, self.rest(at), "a house number and a street"))
    }

    /// Whether a word may stand between the house number and the street's ending.
    fn is_street_word(&self, house: usize, i: usize) -> bool {
        let p = self.prose;
        let word = p.word(i);
        let ordinal = word.starts_with(|c: char| c.is_ascii_digit())
            && word.ends_with(|c: char| c.is_alphabetic());
        let unit = p.is(i, L::UNITS.bit()) && !p.is_capital(i);
        let small = self.is_led(house) && !p.is(i, L::COMMON_WORDS.bit());
        let scenic = self.is_led(house)
            && p.is(
                i,
                L::DIRECTIONS.bit()
                    | L::PLACE_ENDINGS.bit()
                    | L::DOUBTFUL_LAST_NAMES.bit()
                    | L::DOUBTFUL_FIRST_NAMES.bit(),
            );
        (p.is_capital(i) || ordinal || small || scenic) && !unit && !p.is(i, L::DRUGS.bit())
    }

    /// Whether a street's ending stands here as one.
    fn is_street_end(&self, house: usize, i: usize) -> bool {
        let p = self.prose;
        let full = p.is(i, L::STREETS.bit()) && self.is_led(house);
        p.is_capital(i) || full || (self.is_led(house) && p.is(i, L::STREET_ABBREVIATIONS.bit()))
    }

    /// Whether a word of living or a field stands before the house number.
    fn is_led(&self, house: usize) -> bool {
        self.prose.before(house, L::ADDRESS_CUES).is_some()
    }

    /// The last word of what belongs to an address behind its street.
    fn rest(&self, street: usize) -> usize {
        let p = self.prose;
        let mut last = street;
        if matches!(p.gap(last), " " | ". " | ".")
            && p.is(last + 1, L::DIRECTIONS.bit())
            && p.is_upper(last + 1)
        {
            last += 1;
        }
        last = self.unit(last);
        let city_gap = |at: usize| matches!(p.gap(at), ", " | "., " | ",\n" | "\n" | " " | ",");
        let city = city_gap(last)
            .then(|| {
                p.after(last + 1, L::CITIES)
                    .or_else(|| p.after(last + 1, L::DOUBTFUL_CITIES))
            })
            .flatten()
            .filter(|_| p.is_capital(last + 1));
        if let Some(after) = city {
            last = after - 1;
        } else if let Some(after) = self.city_before_state(last) {
            last = after;
        }
        let state = matches!(p.gap(last), ", " | " " | ",")
            && p.is(last + 1, L::STATE_ABBREVIATIONS.bit() | L::STATES.bit())
            && p.is_capital(last + 1);
        let state = state && (p.is_upper(last + 1) || p.is(last + 1, L::STATES.bit()));
        if state && (city.is_some() || is_zip(p.word(last + 2)) || last > street) {
            last += 1;
        }
        if matches!(p.gap(last), ", " | " ") && is_zip(p.word(last + 1)) {
            last += 1;
            if p.gap(last) == "-"
                && p.word(last + 1).len() == 4
                && p.word(last + 1).bytes().all(|b| b.is_ascii_digit())
            {
                last += 1;
            }
        }
        last
    }

    fn unit(&self, last: usize) -> usize {
        let p = self.prose;
        let gap = p.gap(last);
        if gap.ends_with('#') && gap.len() <= 4 {
            return last + 1;
        }
        let near = matches!(gap, ", " | " " | ". " | "., ");
        let unit = near && p.is(last + 1, L::UNIT_WORDS.bit()) && p.word(last + 2).len() <= 5;
        let numbered = matches!(p.gap(last + 1), " " | ". " | " #" | "#" | ". #");
        if unit
            && numbered
            && (p.word(last + 2).bytes().any(|b| b.is_ascii_digit()) || p.is_initial(last + 2))
        {
            return last + 2;
        }
        last
    }

    /// An unlisted city between a comma and a state.
    fn city_before_state(&self, last: usize) -> Option<usize> {
        let p = self.prose;
        if !matches!(p.gap(last), ", " | "., " | ",\n" | "\n") {
            return None;
        }
        (last + 1..last + 4)
            .take_while(|&n| p.is_capital(n))
            .find(|&n| {
                let code = p.is(n + 1, L::STATE_ABBREVIATIONS.bit()) && p.is_upper(n + 1);
                matches!(p.gap(n), ", " | " ")
                    && (code || p.is(n + 1, L::STATES.bit()))
                    && p.is_capital(n + 1)
            })
    }

    /// `WA 98101`, `Seattle 98101`: five digits behind a state or a city.
    fn zip(&self, i: usize) -> Address {
        let p = self.prose;
        let behind = i > 0 && matches!(p.gap(i - 1), " " | ", ");
        let state = behind && p.is(i - 1, L::STATE_ABBREVIATIONS.bit()) && p.is_upper(i - 1);
        let place = behind && p.is(i - 1, L::STATES.bit() | L::CITIES.bit()) && p.is_capital(i - 1);
        let number = state
            && p.is(i - 1, L::ID_CUES.bit())
            && !(i > 1 && p.is(i - 2, L::CITIES.bit() | L::DOUBTFUL_CITIES.bit()));
        if !is_zip(p.word(i)) || number || !(state || place) {
            return None;
        }
        let long = p.gap(i) == "-" && p.word(i + 1).len() == 4;
        Some((
            i,
            if long { i + 1 } else { i },
            "a postal code behind a state or city",
        ))
    }

    /// `PO Box 1234`.
    fn box_number(&self, i: usize) -> Address {
        let p = self.prose;
        let mut at = i;
        let spelt =
            p.folded(i) == "p" && p.folded(i + 1) == "o" && matches!(p.gap(i), "." | ". " | " ");
        if spelt {
            at += 1;
        } else if p.folded(i) != "po" && p.folded(i) != "post" {
            return None;
        }
        if p.folded(at + 1) == "office" {
            at += 1;
        }
        let boxed = p.folded(at + 1) == "box" && p.is_tight(at);
        let number = p.word(at + 2).starts_with(|c: char| c.is_ascii_digit());
        (boxed && number).then(|| (i, self.rest(at + 2), "a post office box"))
    }

    /// `Maple Street`, `5th Avenue`: a street without a house number.
    fn street(&self, i: usize) -> Address {
        let p = self.prose;
        if !p.is(i, L::STREETS.bit()) || i == 0 || !p.is_blank(i - 1) {
            return None;
        }
        let mut first = i;
        while first > 0 && i - first < 3 {
            let at = first - 1;
            let ordinal = p.word(at).ends_with("th")
                || p.word(at).ends_with("nd")
                || p.word(at).ends_with("rd")
                || p.word(at).ends_with("st");
            let ordinal = ordinal && p.word(at).starts_with(|c: char| c.is_ascii_digit());
            let plain = p.is(at, L::NOT_NAMES.bit())
                || (p.is_opening(at) && p.is(at, L::COMMON_WORDS.bit()));
            if !(p.is_capital(at) || ordinal) || !p.is_blank(at) || plain {
                break;
            }
            first = at;
        }
        let own = (first..i)
            .any(|n| !p.is(n, L::COMMON_WORDS.bit()) || p.is(n, L::DOUBTFUL_LAST_NAMES.bit()));
        let doubtful = p.is(i, L::DOUBTFUL_STREETS.bit());
        (first < i && !p.is_shouted(i) && (own || !doubtful))
            .then(|| (first, self.rest(i), "a street"))
    }
}

fn is_zip(word: &str) -> bool {
    word.len() == 5 && word.bytes().all(|b| b.is_ascii_digit())
}
