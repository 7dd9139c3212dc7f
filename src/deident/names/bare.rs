//! Names without a cue right before them: by list, by initials, by what stands around.

use crate::model::identifier::WordList as L;

use super::{Cue, LISTED, NEVER, Names, PLAIN};

impl Names<'_, '_> {
    /// A word with a capital letter and no cue right before it.
    pub(super) fn capital(&mut self, i: usize) {
        let p = self.prose;
        if p.is_initial(i) {
            return self.initial(i);
        }
        if p.is(i, NEVER) || self.is_eponym(i) {
            return;
        }
        if p.is(i, L::FIRST_NAMES.bit()) {
            return self.take(i, Cue::Weak, "a first name".to_owned());
        }
        if p.is(i, L::DOUBTFUL_FIRST_NAMES.bit()) {
            return self.doubtful(i);
        }
        if p.is(i, L::LAST_NAMES.bit()) {
            return self.take(i, Cue::Weak, "a last name".to_owned());
        }
        self.family(i);
        self.beside_person(i);
        self.relation_behind(i);
        self.closing_initials(i);
    }

    /// `J. Smith`, `J.R. Smith`.
    pub(super) fn initial(&mut self, i: usize) {
        let p = self.prose;
        let dotted = p.gap(i).starts_with('.');
        let follows =
            i > 0 && p.is_blank(i - 1) && p.is(i - 1, L::COMMON_WORDS.bit()) && p.is_capital(i - 1);
        if !dotted || follows || p.char_before(i).is_some_and(char::is_alphanumeric) {
            return;
        }
        let mut at = i;
        while p.is_initial(at) && matches!(p.gap(at), ". " | "." | " ") && at < i + 3 {
            at += 1;
        }
        self.dotted_initials(i);
        if p.gap(i) == ". " && p.is(i + 1, L::AFTER_PERSON.bit()) && !p.is_opening(i) {
            return self.push(i, i, "an initial before a person's verb".to_owned());
        }
        let surname = !p.is_initial(at) && p.is_capital(at) && self.is_plausible(at, Cue::Weak);
        if at > i && surname && !p.is_shouted(at) {
            self.take(i, Cue::Weak, "an initial and a last name".to_owned());
        }
    }

    /// `K.T.`: two or three initials with dots, which are no abbreviation of another kind.
    pub(super) fn dotted_initials(&mut self, i: usize) {
        let p = self.prose;
        let inner = i > 0 && p.is_initial(i - 1) && p.gap(i - 1) == ".";
        let Some(last) = self.initials_from(i).filter(|_| !inner) else {
            return;
        };
        let tight = (i..last).all(|n| p.gap(n) == ".") && p.gap(last).starts_with('.');
        let letters: String = (i..=last).map(|n| p.folded(n)).collect();
        let plain = NEVER
            | L::CREDENTIALS.bit()
            | L::UNITS.bit()
            | L::COUNTRIES.bit()
            | L::STATE_ABBREVIATIONS.bit()
            | L::COMMON_WORDS.bit()
            | L::ID_CUES.bit();
        if tight && !p.is_listed(&letters, plain) {
            self.push_initials(i, last, "initials with dots".to_owned());
        }
    }

    /// A first name that is a word too: before a last name, or inside a sentence.
    pub(super) fn doubtful(&mut self, i: usize) {
        let p = self.prose;
        let before_last = p.is_blank(i)
            && p.is_capital(i + 1)
            && p.is(i + 1, L::LAST_NAMES.bit() | L::DOUBTFUL_LAST_NAMES.bit())
            && !p.is(
                i + 1,
                NEVER | L::PLACE_ENDINGS.bit() | L::STREETS.bit() | L::COMMON_WORDS.bit(),
            );
        if before_last {
            return self.take(i, Cue::Strong, "a first name before a last name".to_owned());
        }
        self.relation_behind(i);
        let month = p.is(i, L::MONTHS.bit());
        let met = month
            && i > 0
            && p.is(i - 1, L::BEFORE_PERSON.bit())
            && !p.is(i - 1, L::BEFORE_MONTH.bit());
        if met && !p.word(i + 1).starts_with(|c: char| c.is_ascii_digit()) {
            return self.push(i, i, format!("a name's place behind {:?}", p.word(i - 1)));
        }
        let person = p.is(i + 1, L::AFTER_NAME.bit()) && p.is_blank(i);
        let common = p.is(i, L::COMMON_WORDS.bit());
        if p.is_shouted(i) || p.is_upper(i) || month {
            return;
        }
        if p.is_opening(i) {
            // "Grace came up" speaks of grace; "Grace said" of somebody.
            let sure = p.is(i + 1, L::AFTER_PERSON.bit()) && p.is_blank(i);
            if (person && !common) || sure {
                self.push(i, i, "a first name before a person's verb".to_owned());
            }
            return;
        }
        let titled = i > 0
            && p.is_capital(i - 1)
            && !p.is_initial(i - 1)
            && p.is_tight(i - 1)
            && !p.is_opening(i - 1);
        let phrase = p.is_blank(i) && p.is_capital(i + 1);
        let place = p.is(
            i,
            L::DOUBTFUL_CITIES.bit() | L::CITIES.bit() | L::STATES.bit() | L::COUNTRIES.bit(),
        ) && p.before(i, L::NEAR_PLACE).is_some();
        if !titled && !phrase && !place {
            self.push(
                i,
                i,
                "a first name with a capital letter inside a sentence".to_owned(),
            );
        }
    }

    /// A word that is on no list, behind or before what people do.
    pub(super) fn beside_person(&mut self, i: usize) {
        let p = self.prose;
        let alone = !(p.is_blank(i) && p.is_capital(i + 1));
        if !self.is_plausible(i, Cue::Weak) || p.is(i, LISTED | PLAIN) || p.is_upper(i) || !alone {
            return;
        }
        let place = p.is(
            i,
            L::CITIES.bit() | L::DOUBTFUL_CITIES.bit() | L::EPONYMS.bit(),
        );
        let behind = i > 0 && p.is(i - 1, L::BEFORE_PERSON.bit()) && p.is_blank(i - 1);
        if behind && !place && !p.is_opening(i) {
            return self.push(i, i, format!("a name's place behind {:?}", p.word(i - 1)));
        }
        if !place && p.is(i + 1, L::AFTER_PERSON.bit()) && p.is_blank(i) {
            self.push(i, i, format!("a name's place before {:?}", p.word(i + 1)));
        }
    }

    /// `the Hendersons`.
    pub(super) fn family(&mut self, i: usize) {
        let p = self.prose;
        let folded = p.folded(i);
        let single = folded.strip_suffix('s').unwrap_or_default();
        let led = i > 0 && p.folded(i - 1) == "the" && p.is_blank(i - 1);
        if led && p.is_listed(single, L::LAST_NAMES.bit()) && !p.is(i, PLAIN | LISTED) {
            self.push(i, i, "a family".to_owned());
        }
    }

    /// `Mark, her husband`, `Ana (sister)`.
    pub(super) fn relation_behind(&mut self, i: usize) {
        let p = self.prose;
        if !self.is_plausible(i, Cue::Weak) || (p.is(i, PLAIN) && !p.is(i, LISTED)) || p.is_upper(i)
        {
            return;
        }
        let owned = p.gap(i) == ", "
            && p.is(i + 1, L::POSSESSIVES.bit())
            && p.after(i + 2, L::KIN).is_some();
        let bracket = p.gap(i) == " (" && {
            let own = usize::from(p.is(i + 1, L::POSSESSIVES.bit()));
            p.after(i + 1 + own, L::KIN)
                .is_some_and(|end| p.gap(end - 1).starts_with([')', ',']))
        };
        if owned || bracket {
            self.push(i, i, "before a relation".to_owned());
        }
    }

    /// `-JL` at the end of a line.
    pub(super) fn closing_initials(&mut self, i: usize) {
        let p = self.prose;
        let gap = p.lead(i);
        let dashes = ['-', '–', '—', '~'];
        let dash = gap.trim_end_matches(' ').ends_with(dashes);
        let apart = p.begins_line(i)
            || gap
                .trim_end_matches(' ')
                .trim_end_matches(dashes)
                .ends_with([' ', '.']);
        if dash && apart && p.ends_line(i) && self.initials_from(i) == Some(i) {
            self.push(i, i, "initials at the end of a line".to_owned());
        }
    }
}
