//! Names that are known already: from the study's tables, or from elsewhere in the note.

use std::collections::BTreeSet;

use crate::model::identifier::WordList as L;

use super::Names;
use crate::deident::Known;

impl Names<'_, '_> {
    /// A name that the study's tables know.
    pub(super) fn known(&mut self, i: usize, known: &Known) {
        let p = self.prose;
        if known.is_empty() || !p.is_capital(i) {
            return;
        }
        if known.words.contains(&p.folded(i)) {
            let said = p.is_opening(i)
                && p.is(i, L::COMMON_WORDS.bit())
                && !p.is(i + 1, L::AFTER_NAME.bit());
            if !said {
                self.push(i, i, "in the study's tables".to_owned());
            }
            return;
        }
        let Some(last) = self.initials_from(i) else {
            return;
        };
        let letters: String = (i..=last).map(|n| p.word(n)).collect();
        let measured = i > 0 && p.word(i - 1).ends_with(|c: char| c.is_ascii_digit());
        let inner = i > 0 && p.is_initial(i) && p.is_initial(i - 1) && p.gap(i - 1) == ".";
        if known.initials.contains(&letters) && !measured && !inner {
            self.push_initials(i, last, "initials in the study's tables".to_owned());
        }
    }

    /// The words of the names that were found.
    fn parts(&self) -> BTreeSet<String> {
        let p = self.prose;
        let mut parts: BTreeSet<String> = BTreeSet::new();
        for found in &self.out {
            let first = p.word_from(found.span.start);
            for i in (first..p.len()).take_while(|&i| p.span(i).start < found.span.end) {
                let small = L::NAME_PARTICLES.bit() | L::NAME_ENDINGS.bit() | L::TITLES.bit();
                if p.word(i).chars().count() >= 2 && !p.is(i, small) {
                    parts.insert(p.folded(i));
                }
            }
        }
        parts
    }

    /// Those of them that mean nothing else: "Grace" in one note does not make every "Grace" a name.
    pub(super) fn certain_parts(&self) -> BTreeSet<String> {
        let p = self.prose;
        let mut parts = self.parts();
        let doubtful = super::PLAIN
            | super::NEVER
            | L::DOUBTFUL_FIRST_NAMES.bit()
            | L::DOUBTFUL_LAST_NAMES.bit();
        let words = (0..p.len()).filter(|&i| p.is(i, doubtful) || !p.is_capital(i));
        for i in words {
            parts.remove(&p.folded(i));
        }
        parts.retain(|part| part.chars().count() > 2 && part.chars().all(char::is_alphabetic));
        parts
    }

    /// Masks the parts of names that were found wherever they stand again.
    pub(super) fn repeats(&mut self, elsewhere: Option<&BTreeSet<String>>) {
        let p = self.prose;
        let parts = self.parts();
        if parts.is_empty() && elsewhere.is_none() {
            return;
        }
        let is_known = |i: usize| elsewhere.is_some_and(|known| known.contains(&p.folded(i)));
        for i in 0..p.len() {
            if !p.is_capital(i) || p.is_initial(i) {
                continue;
            }
            let here = parts.contains(&p.folded(i));
            if !here && !is_known(i) {
                continue;
            }
            let common = p.is(
                i,
                L::COMMON_WORDS.bit() | L::MONTHS.bit() | L::NOT_NAMES.bit(),
            );
            let said = p.is(i + 1, L::AFTER_NAME.bit()) || p.is_possessive(i);
            let word = common && (p.is_opening(i) || p.is_shouted(i)) && !said;
            let dated = p.is(i, L::MONTHS.bit());
            if !word && !dated && !self.names_a_thing(i) {
                let place = if here {
                    "the note"
                } else {
                    "this participant's notes"
                };
                self.push(i, i, format!("a name that stands elsewhere in {place}"));
            }
        }
    }
}
