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

    /// Masks the parts of names that were found wherever they stand again.
    pub(super) fn repeats(&mut self) {
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
        if parts.is_empty() {
            return;
        }
        for i in 0..p.len() {
            if !p.is_capital(i) || p.is_initial(i) || !parts.contains(&p.folded(i)) {
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
                self.push(i, i, "a name that stands elsewhere in the note".to_owned());
            }
        }
    }
}
