//! Names behind or before a cue: a title, a relation, a field, a signature, a credential.

use crate::model::identifier::WordList as L;

use super::{Cue, LISTED, NEVER, Names, PLAIN, WORDS_MAX};

impl Names<'_, '_> {
    /// `Dr. Smith`, `Mrs. de la Cruz`, `Drs. Smith and Jones`.
    pub(super) fn title(&mut self, i: usize) {
        let p = self.prose;
        let dotted = p.gap(i).starts_with('.');
        let doubtful = p.is(i, L::DOUBTFUL_TITLES.bit());
        if (doubtful && !dotted && !p.is_capital(i)) || !matches!(p.gap(i), " " | ". " | "." | "  ")
        {
            return;
        }
        let next = i + 1;
        if p.is(next, L::TITLES.bit()) && !p.is(next, LISTED) {
            return;
        }
        let why = format!("the title {:?}", p.word(i));
        let Some(mut last) = self.name_from(next, Cue::Strong) else {
            let small = p.is(next, LISTED) && !p.is_capital(next) && !doubtful;
            if small && !p.is(next, L::COMMON_WORDS.bit()) {
                self.push(next, next, why);
            }
            return;
        };
        self.push(next, last, why.clone());
        while let Some(further) = self.joined(last) {
            let Some(end) = self.name_from(further, Cue::Strong) else {
                break;
            };
            if !p.is(further, LISTED) && !p.is(i, L::KIN_MANY.bit()) {
                break;
            }
            self.push(further, end, why.clone());
            last = end;
        }
    }

    /// The word behind `, `, ` and ` or ` & `.
    pub(super) fn joined(&self, last: usize) -> Option<usize> {
        let p = self.prose;
        if matches!(p.gap(last), ", " | " & " | " + " | "/" | " / ") {
            let and = p.folded(last + 1) == "and" && p.is_blank(last + 1);
            return Some(if and { last + 2 } else { last + 1 });
        }
        let and = p.is_blank(last) && p.folded(last + 1) == "and" && p.is_blank(last + 1);
        and.then_some(last + 2)
    }

    /// `her husband Mark`, `sister, Ana`, `husband (Dan)`, `sons Leo and Max`.
    pub(super) fn relation(&mut self, i: usize, after: usize) {
        let p = self.prose;
        let many = p.after(i, L::KIN_MANY) == Some(after);
        let gap = p.gap(after - 1);
        if p.is_possessive(after - 1) {
            return;
        }
        let mut at = after;
        let filled = p.after(at, L::NAME_CUES).filter(|_| p.is_tight(after - 1));
        if let Some(next) = filled {
            at = next;
        } else if !matches!(
            gap,
            " " | ", " | " (" | " \"" | " “" | " - " | " – " | " = " | "  "
        ) {
            return;
        }
        if p.is(at, NEVER) || !p.is_capital(at) {
            return self.small_relation(i, after, at);
        }
        let plain = p.is(at, PLAIN) && !p.is(at, LISTED);
        let cue = if matches!(gap, ", " | " - " | " – ") {
            Cue::Weak
        } else {
            Cue::Strong
        };
        let acronym = p.is_upper(at) && !p.is(at, LISTED);
        let titled = p.is_capital(after - 1) && !p.is_opening(i) && !p.is(at, LISTED);
        let month =
            p.is(at, L::MONTHS.bit()) && p.word(at + 1).starts_with(|c: char| c.is_ascii_digit());
        if plain || acronym || titled || month || self.is_eponym(at) {
            return;
        }
        if p.is_shouted(at) && !p.is(at, LISTED) {
            return;
        }
        let why = format!("behind {:?}", p.span_of(i, after - 1).slice(p.text));
        let Some(mut last) = self.name_from(at, cue) else {
            return;
        };
        self.push(at, last, why.clone());
        while let Some(next) = self.joined(last) {
            if !(p.is_capital(next)
                && !p.is(next, NEVER)
                && (p.is(next, LISTED) || (many && !p.is(next, PLAIN))))
            {
                break;
            }
            let Some(end) = self.name_from(next, Cue::Strong) else {
                break;
            };
            self.push(next, end, why.clone());
            last = end;
        }
    }

    /// `her husband mark`: a listed name in a small letter, behind a possessive and a relation.
    pub(super) fn small_relation(&mut self, i: usize, after: usize, at: usize) {
        let p = self.prose;
        let owned = i > 0 && p.is(i - 1, L::POSSESSIVES.bit());
        let safe = p.is(at, L::FIRST_NAMES.bit()) && !p.is(at, L::COMMON_WORDS.bit());
        let named = at > after || ((owned || safe) && p.is_blank(after - 1));
        let firsts = L::FIRST_NAMES.bit() | L::DOUBTFUL_FIRST_NAMES.bit();
        let sure = p.is(at, L::FIRST_NAMES.bit())
            || (p.is(at, firsts) && !p.is(at, L::COMMON_WORDS.bit()));
        if named && !p.is_capital(at) && sure && !p.is(at, NEVER | L::MONTHS.bit()) {
            let why = format!("behind {:?}", p.span_of(i, at - 1).slice(p.text));
            self.push(at, at, why);
        }
    }

    /// `named Mia`, `goes by Jo`, `aka "Red"`.
    pub(super) fn cue(&mut self, i: usize, after: usize) {
        let p = self.prose;
        let gap = p.gap(after - 1);
        if !matches!(gap, " " | ": " | " \"" | " “" | " '" | " ‘" | ", " | ". ")
            || p.is(after, NEVER)
        {
            return;
        }
        let weak = p.folded(i) == "this" || p.folded(i) == "formerly";
        if p.is_capital(after) && (!weak || p.is(after, LISTED)) {
            let why = format!("behind {:?}", p.span_of(i, after - 1).slice(p.text));
            let given = !p.is(after, L::TITLES.bit() | L::KIN.bit()) && !weak;
            match self.name_from(after, Cue::Strong) {
                Some(last) => self.push(after, last, why),
                None if given && !p.is_upper(after) && !p.is_opening(after) => {
                    self.push(after, after, why);
                }
                None => {}
            }
        }
    }

    /// `Name: Jane Doe`, `Patient: DOE, JANE`.
    pub(super) fn field(&mut self, i: usize, after: usize) {
        let p = self.prose;
        let gap = p.gap(after - 1).trim_start_matches([' ', '*', '_', '\t']);
        let is_field = gap.starts_with([':', '=', '|']) && gap.len() <= 12 && !gap.contains('\n');
        if !is_field || !(p.is_opening(i) || p.is_capital(i) || p.begins_line(i)) {
            return;
        }
        let mut at = after;
        while p.is(at, L::TITLES.bit()) && at < after + 2 {
            at += 1;
        }
        let sure = p.after(i, L::NAME_FIELDS) == Some(after);
        let two = p.is_capital(at + 1) && self.is_plausible(at + 1, Cue::Weak) && p.is_tight(at);
        let loose = p.is(at, LISTED) || (self.is_plausible(at, Cue::Weak) && two);
        let why = format!("in the field {:?}", p.span_of(i, after - 1).slice(p.text));
        if !(sure || loose) || self.is_titled_line(at) {
            return;
        }
        let Some(mut last) = self.name_from(at, Cue::Strong) else {
            return self.field_initials(at, why);
        };
        if p.gap(last) == ", "
            && p.is_capital(last + 1)
            && self.is_plausible(last + 1, Cue::Strong)
            && last == at
        {
            last = self.name_from(last + 1, Cue::Strong).unwrap_or(last);
        }
        self.push(at, last, why.clone());
        while let Some(next) = self.joined(last) {
            if !(p.is_capital(next) && p.is(next, LISTED)) {
                break;
            }
            let Some(end) = self.name_from(next, Cue::Strong) else {
                break;
            };
            self.push(next, end, why.clone());
            last = end;
        }
    }

    /// Whether what stands here is a phrase with capitals and no name: `Provider: Follow Up`.
    pub(super) fn is_titled_line(&self, at: usize) -> bool {
        let p = self.prose;
        p.is(at, L::COMMON_WORDS.bit()) && !p.is(at + 1, LISTED) && !p.is(at, LISTED)
    }

    /// `Provider: JL`, `Pt: K.T.`.
    pub(super) fn field_initials(&mut self, at: usize, why: String) {
        if let Some(last) = self.initials_from(at) {
            self.push_initials(at, last, why);
        }
    }

    /// `Signed: J. Smith LCSW`, `Dear Mrs. Roe`, `Thanks,\nJo`.
    pub(super) fn signature(&mut self, i: usize, after: usize) {
        let p = self.prose;
        let gap = p.gap(after - 1);
        let lone = after == i + 1;
        let steady = ["signed", "cosigned", "dictating", "per"];
        if lone && !p.begins_line(i) && !steady.contains(&p.folded(i).as_str()) {
            return;
        }
        if gap.chars().any(|c| {
            !matches!(
                c,
                ' ' | ',' | ':' | '\n' | '-' | '/' | '_' | '\t' | '–' | '—' | '~'
            )
        }) || gap.len() > 8
        {
            return;
        }
        let mut at = after;
        while p.is(at, L::TITLES.bit()) && at < after + 2 {
            at += 1;
        }
        let why = format!("behind {:?}", p.span_of(i, after - 1).slice(p.text));
        let wrapped = gap.contains('\n');
        let closes = !wrapped || p.is(at, LISTED) || p.is_initial(at);
        if p.is(at, NEVER) || !p.is_capital(at) || !closes {
            return;
        }
        match self.name_from(at, Cue::Weak) {
            Some(last) => self.push(at, last, why),
            None => self.field_initials(at, why),
        }
    }

    /// `J. Smith, LCSW`, `Smith RN`.
    pub(super) fn credential(&mut self, i: usize) {
        let p = self.prose;
        let word = p.word(i);
        let written = p.is_upper(i) || word.chars().filter(|c| c.is_uppercase()).count() >= 2;
        let title = written && p.is_blank(i) && word.len() > 1 && !p.is_upper(i + 1);
        if title && p.is_capital(i + 1) && self.is_plausible(i + 1, Cue::Weak) && !p.is_shouted(i) {
            self.take(i + 1, Cue::Weak, format!("behind {word:?}"));
        }
        if i == 0 || !written || !matches!(p.gap(i - 1), " " | ", " | "," | "  ") {
            return;
        }
        let mut first = i;
        while first > 0 && i - first < WORDS_MAX {
            let at = first - 1;
            let gap_fits = first == i || matches!(p.gap(at), " " | ". " | "." | "-");
            let part = p.is_capital(at) && (p.is_initial(at) || self.is_plausible(at, Cue::Weak));
            let particle = p.is(at, L::NAME_PARTICLES.bit()) && first < i;
            if !gap_fits || !(part || particle) || p.is(at, L::CREDENTIALS.bit()) {
                break;
            }
            first = at;
        }
        while first < i && p.is(first, L::NAME_PARTICLES.bit()) && !p.is_capital(first) {
            first += 1;
        }
        let lone_initial = first + 1 == i && p.is_initial(first);
        let shouted = first < i && p.is_shouted(i) && !p.is(i - 1, LISTED);
        if first < i && !lone_initial && !shouted {
            self.push(first, i - 1, format!("before {word:?}"));
        }
    }
}
