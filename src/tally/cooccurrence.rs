//! Which codes stand together in a note, or in a sentence.

use crate::model::codebook::{CodeIndex, Codebook};
use crate::model::coded::{CodedNote, Copies};

use super::states::Lineage;

/// Within what two codes stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// A note.
    Note,
    /// A sentence.
    Sentence,
}

impl Unit {
    /// The word that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Sentence => "sentence",
        }
    }
}

/// How often two codes stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// Units with the first code, n₁.
    pub a: u64,
    /// Units with the second, n₂.
    pub b: u64,
    /// Units with both, n₁₂.
    pub both: u64,
    /// All units, N.
    pub units: u64,
}

impl Pair {
    /// n₁₂ / (n₁ + n₂ - n₁₂), the c-coefficient of ATLAS.ti (Jaccard 1901). None where neither
    /// code occurs.
    ///
    /// ```
    /// use verbatim::tally::Pair;
    /// // The worked example of the ATLAS.ti manual.
    /// let pair = Pair { a: 100, b: 10, both: 5, units: 400 };
    /// assert!((pair.jaccard().expect("both occur") - 0.048).abs() < 1e-3);
    /// ```
    pub fn jaccard(self) -> Option<f64> {
        let either = self.a + self.b - self.both;
        (either > 0).then(|| self.both as f64 / either as f64)
    }

    /// Normalised pointwise mutual information, ln(p₁₂ / p₁p₂) / -ln p₁₂ (Bouma 2009): -1 never
    /// together, 0 as by chance, 1 only together. None where every unit has both (0/0).
    pub fn npmi(self) -> Option<f64> {
        if self.both == 0 {
            return Some(-1.0);
        }
        if self.both == self.units {
            return None;
        }
        let n = self.units as f64;
        let joint = self.both as f64 / n;
        let chance = (self.a as f64 / n) * (self.b as f64 / n);
        Some((joint / chance).ln() / -joint.ln())
    }

    /// Whether one code is more than five times as frequent as the other, which caps the
    /// c-coefficient (ATLAS.ti manual).
    pub fn is_unequal(self) -> bool {
        self.a.max(self.b) > 5 * self.a.min(self.b)
    }
}

/// A pair of codes in one kind of unit: a row of `cooccurrence.csv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CooccurrenceRow {
    /// The code whose path comes first.
    pub code_a: CodeIndex,
    /// The other.
    pub code_b: CodeIndex,
    /// Within what they stand together.
    pub unit: Unit,
    /// How often.
    pub pair: Pair,
}

/// Units counted, with each code and with each pair.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Together {
    units: u64,
    single: Vec<u64>,
    /// `[a][b]` for a < b; a row is empty until its first pair.
    both: Vec<Vec<u64>>,
}

impl Together {
    fn new(codes: usize) -> Self {
        Self {
            units: 0,
            single: vec![0; codes],
            both: vec![Vec::new(); codes],
        }
    }

    /// Counts the codes of one unit, sorted and each once.
    fn add(&mut self, codes: &[CodeIndex]) {
        for (i, a) in codes.iter().enumerate() {
            self.single[a.0 as usize] += 1;
            let row = &mut self.both[a.0 as usize];
            if row.is_empty() {
                *row = vec![0; self.single.len()];
            }
            for b in &codes[i + 1..] {
                row[b.0 as usize] += 1;
            }
        }
    }

    fn merge(&mut self, other: &Self) {
        self.units += other.units;
        for (mine, theirs) in self.single.iter_mut().zip(&other.single) {
            *mine += theirs;
        }
        for (mine, theirs) in self.both.iter_mut().zip(&other.both) {
            mine.resize(mine.len().max(theirs.len()), 0);
            for (m, t) in mine.iter_mut().zip(theirs) {
                *m += t;
            }
        }
    }

    fn pair(&self, a: CodeIndex, b: CodeIndex) -> Pair {
        let row = &self.both[a.min(b).0 as usize];
        Pair {
            a: self.single[a.0 as usize],
            b: self.single[b.0 as usize],
            both: row.get(a.max(b).0 as usize).copied().unwrap_or(0),
            units: self.units,
        }
    }
}

/// Which codes stand together, by counted codings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cooccurrence {
    notes: Together,
    sentences: Together,
}

impl Cooccurrence {
    /// Nothing counted yet.
    pub fn new(codes: usize) -> Self {
        Self {
            notes: Together::new(codes),
            sentences: Together::new(codes),
        }
    }

    /// Counts a note that is not a duplicate. A sentence that is copied as a whole is no unit.
    pub fn add(&mut self, lineage: &Lineage, coded: &CodedNote<'_>) {
        let layout = coded.layout;
        let mut in_note = Vec::new();
        let mut in_sentences = Vec::new();
        for coding in coded.codings.iter().filter(|c| c.counted()) {
            let first = layout.sentence_at(coding.span.start).unwrap_or(0);
            let last = layout.sentence_at(coding.span.end.saturating_sub(1));
            for &code in lineage.of(coding.code) {
                in_note.push(code);
                in_sentences.extend((first..=last.unwrap_or(first)).map(|s| (s, code)));
            }
        }
        in_note.sort_unstable();
        in_note.dedup();
        self.notes.units += 1;
        self.notes.add(&in_note);

        in_sentences.sort_unstable();
        in_sentences.dedup();
        self.sentences.units += fresh_sentences(coded);
        for of_sentence in in_sentences.chunk_by(|x, y| x.0 == y.0) {
            let codes: Vec<CodeIndex> = of_sentence.iter().map(|&(_, code)| code).collect();
            self.sentences.add(&codes);
        }
    }

    /// Adds what another counted.
    pub fn merge(&mut self, other: &Self) {
        self.notes.merge(&other.notes);
        self.sentences.merge(&other.sentences);
    }

    /// Every pair of codes of which none is the other's ancestor: in notes, then in sentences,
    /// by path.
    pub fn rows(&self, codebook: &Codebook) -> Vec<CooccurrenceRow> {
        let lineage = Lineage::new(codebook);
        let mut order: Vec<CodeIndex> = codebook.indices().collect();
        order.sort_by_key(|&c| codebook.code(c).path.as_str());
        let mut rows = Vec::new();
        for (unit, together) in [(Unit::Note, &self.notes), (Unit::Sentence, &self.sentences)] {
            for (i, &code_a) in order.iter().enumerate() {
                for &code_b in &order[i + 1..] {
                    if !lineage.related(code_a, code_b) {
                        rows.push(CooccurrenceRow {
                            code_a,
                            code_b,
                            unit,
                            pair: together.pair(code_a, code_b),
                        });
                    }
                }
            }
        }
        rows
    }
}

/// Sentences that are not copied as a whole, or all where copied text counts.
fn fresh_sentences(coded: &CodedNote<'_>) -> u64 {
    let layout = coded.layout;
    let copied = |span| {
        coded.copies == Copies::LeftOut && layout.copied.iter().any(|c| c.span.contains(span))
    };
    let fresh = layout.sentences.iter().filter(|s| !copied(s.span));
    fresh.count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: u64, b: u64, both: u64, units: u64, expected: (f64, f64, bool)) {
        let pair = Pair { a, b, both, units };
        let (jaccard, npmi) = (pair.jaccard(), pair.npmi());
        assert!((jaccard.expect("a code occurs") - expected.0).abs() < 1e-10);
        assert!((npmi.expect("not everywhere") - expected.1).abs() < 1e-10);
        assert_eq!(pair.is_unequal(), expected.2);
    }

    /// ATLAS.ti's worked example and four tables computed in R and scipy.
    #[test]
    fn pairs_of_known_answers() {
        check(100, 10, 5, 400, (0.047_619_047_619, 0.158_179_590_94, true));
        check(12, 9, 4, 60, (0.235_294_117_647, 0.294_864_436_373, false));
        check(7, 7, 7, 50, (1.0, 1.0, false));
        check(20, 15, 0, 200, (0.0, -1.0, false));
        check(
            30,
            25,
            18,
            120,
            (0.486_486_486_486, 0.557_576_907_404, false),
        );
    }

    #[test]
    fn what_cannot_be_computed_is_none() {
        let everywhere = Pair {
            a: 4,
            b: 4,
            both: 4,
            units: 4,
        };
        assert_eq!(everywhere.npmi(), None);
        let nowhere = Pair {
            a: 0,
            b: 0,
            both: 0,
            units: 4,
        };
        assert_eq!(nowhere.jaccard(), None);
    }
}
