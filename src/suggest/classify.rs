//! The classifier of one code: trained part by part, so that no sentence is scored by a model that
//! saw its participant.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::SURE;
use super::features::{Features, Rarity, of_term};
use super::logistic::{Labelled, Linear, Row, train};

/// Parts of a cross-validation at most.
const PARTS: usize = 5;
/// What all errors of one class may cost together, for each row on average (C of a support vector
/// machine or of a logistic regression).
const COST: f64 = 4.0;

/// What the parts of a cross-validation keep together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parts {
    /// All notes of a participant.
    Participants(usize),
    /// All sentences of a note, where fewer than two participants have the code.
    Notes(usize),
}

/// How well the classifier tells the code's sentences from others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quality {
    /// The mean of the precision at each of the code's sentences, when all are put in the order of
    /// their scores: 1 where all of the code's come first.
    pub average_precision: f64,
    /// The share of the code's sentences, which is what a random order would give.
    pub by_chance: f64,
    /// How the parts were made.
    pub parts: Parts,
}

/// A sentence to learn from.
#[derive(Debug, Clone)]
pub(super) struct Example {
    /// The note's participant, if known.
    pub(super) participant: Option<String>,
    /// The note.
    pub(super) note: usize,
    /// Whether it carries the code.
    pub(super) is_yes: bool,
    /// Whether a person said so.
    pub(super) is_sure: bool,
    /// How it looks.
    pub(super) features: Features,
}

/// Models of one code, one for each part.
#[derive(Debug)]
pub struct Classifier {
    rarity: Rarity,
    models: Vec<Linear>,
    dealt: Dealt,
    /// How well it does; none where nothing could be held out.
    pub quality: Option<Quality>,
}

impl Classifier {
    /// Trains: on examples, of which each that does not carry the code stands for so many like it.
    pub(super) fn train(rarity: Rarity, examples: &[Example], each_no: f64) -> Self {
        let dealt = Dealt::new(examples);
        let rows: Vec<Row> = examples
            .par_iter()
            .map(|e| rarity.row(&e.features))
            .collect();
        let part = |e: &Example| dealt.part(e.participant.as_deref(), e.note);
        let known: Vec<Known<'_>> = examples
            .iter()
            .zip(&rows)
            .map(|(e, row)| Known {
                row,
                is_yes: e.is_yes,
                is_sure: e.is_sure,
                part: part(e),
            })
            .collect();
        let models = train_parts(&known, dealt.parts);
        let scored = known.iter().map(|k| Scored {
            score: models[k.part].score(k.row),
            is_yes: k.is_yes,
            weight: if k.is_yes { 1.0 } else { each_no },
        });
        let scored: Vec<Scored> = scored.collect();
        let quality = (dealt.parts > 1).then(|| {
            let weight = |yes: bool| -> f64 {
                let own = scored.iter().filter(|s| s.is_yes == yes);
                own.map(|s| s.weight).sum()
            };
            Quality {
                average_precision: average_precision(scored.clone()),
                by_chance: weight(true) / (weight(true) + weight(false)),
                parts: dealt.named(),
            }
        });
        Self {
            rarity,
            models,
            dealt,
            quality,
        }
    }

    /// The log odds that a sentence carries the code, by a model that did not see its participant.
    pub(super) fn score(&self, participant: Option<&str>, note: usize, of: &Features) -> f64 {
        let part = self.dealt.part(participant, note);
        self.models[part].score(&self.rarity.row(of))
    }

    /// What a word or pair of words weighs, over all models.
    pub(super) fn weight(&self, key: &str) -> f64 {
        let place = of_term(key);
        self.models.iter().map(|m| m.weight(place)).sum::<f64>() / self.models.len() as f64
    }
}

/// Who is in which part.
#[derive(Debug)]
struct Dealt {
    parts: usize,
    of_participant: Option<BTreeMap<String, usize>>,
}

impl Dealt {
    fn new(examples: &[Example]) -> Self {
        let mut yes: BTreeMap<&str, usize> = BTreeMap::new();
        for example in examples {
            if let Some(person) = &example.participant {
                *yes.entry(person).or_default() += usize::from(example.is_yes);
            }
        }
        let with_code = yes.values().filter(|&&n| n > 0).count();
        if with_code < 2 {
            let notes: std::collections::BTreeSet<usize> = examples
                .iter()
                .filter(|e| e.is_yes)
                .map(|e| e.note)
                .collect();
            return Self {
                parts: notes.len().clamp(1, PARTS),
                of_participant: None,
            };
        }
        // Those with most of the code's sentences first, each into the part that has fewest.
        let mut people: Vec<(usize, &str)> = yes.into_iter().map(|(who, n)| (n, who)).collect();
        people.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
        let mut sums = vec![(0, 0); with_code.min(PARTS)];
        let mut of = BTreeMap::new();
        for (count, who) in people {
            let least = (0..sums.len()).min_by_key(|&p| sums[p]).unwrap_or(0);
            sums[least].0 += count;
            sums[least].1 += 1;
            of.insert(who.to_owned(), least);
        }
        Self {
            parts: sums.len(),
            of_participant: Some(of),
        }
    }

    fn part(&self, participant: Option<&str>, note: usize) -> usize {
        let dealt = self.of_participant.as_ref();
        let own = dealt.and_then(|of| of.get(participant?).copied());
        own.unwrap_or(note % self.parts)
    }

    fn named(&self) -> Parts {
        match self.of_participant {
            Some(_) => Parts::Participants(self.parts),
            None => Parts::Notes(self.parts),
        }
    }
}

/// A row with what is known of it and its part.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'r> {
    pub(super) row: &'r Row,
    pub(super) is_yes: bool,
    pub(super) is_sure: bool,
    pub(super) part: usize,
}

/// A model for each part, trained on all others; on everything where there is only one.
pub(super) fn train_parts(known: &[Known<'_>], parts: usize) -> Vec<Linear> {
    let of_part = |part: usize| {
        let others: Vec<&Known<'_>> = known
            .iter()
            .filter(|k| parts == 1 || k.part != part)
            .collect();
        let count = |yes: bool| others.iter().filter(|k| k.is_yes == yes).count().max(1) as f64;
        // Both classes weigh the same, however rare the code is.
        let half = others.len() as f64 / 2.0;
        let cost = |yes: bool| COST * half / count(yes);
        let costs = [cost(false), cost(true)];
        let rows: Vec<Labelled<'_>> = others
            .iter()
            .map(|k| Labelled {
                row: k.row,
                is_yes: k.is_yes,
                cost: costs[usize::from(k.is_yes)] * if k.is_sure { SURE } else { 1.0 },
            })
            .collect();
        train(&rows)
    };
    (0..parts).into_par_iter().map(of_part).collect()
}

/// A sentence with its score.
#[derive(Debug, Clone, Copy)]
struct Scored {
    score: f64,
    is_yes: bool,
    weight: f64,
}

/// The mean of the precision at each yes in the order of the scores; those that are equal share
/// theirs.
fn average_precision(mut scored: Vec<Scored>) -> f64 {
    scored.sort_by(|a, b| b.score.total_cmp(&a.score));
    let all: f64 = scored.iter().filter(|s| s.is_yes).map(|s| s.weight).sum();
    let (mut read, mut found, mut sum) = (0.0, 0.0, 0.0);
    for equal in scored.chunk_by(|a, b| a.score.total_cmp(&b.score).is_eq()) {
        let here: f64 = equal.iter().filter(|s| s.is_yes).map(|s| s.weight).sum();
        read += equal.iter().map(|s| s.weight).sum::<f64>();
        found += here;
        sum += here * found / read;
    }
    sum / all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(all: &[(f64, bool)]) -> Vec<Scored> {
        let one = |&(score, is_yes)| Scored {
            score,
            is_yes,
            weight: 1.0,
        };
        all.iter().map(one).collect()
    }

    #[test]
    fn average_precision_is_the_mean_over_those_that_count() {
        // Manning, Raghavan and Schütze (2008), 8.4: precision at each relevant one.
        let order = [
            (5.0, true),
            (4.0, false),
            (3.0, true),
            (2.0, false),
            (1.0, true),
        ];
        let wanted = (1.0 + 2.0 / 3.0 + 3.0 / 5.0) / 3.0;
        assert!((average_precision(scored(&order)) - wanted).abs() < 1e-12);
        // Where all scores are equal, it is the share.
        let same = [(1.0, true), (1.0, false), (1.0, false), (1.0, false)];
        assert!((average_precision(scored(&same)) - 0.25).abs() < 1e-12);
    }

    #[test]
    fn participants_are_never_split() {
        let example = |person: &str, note, is_yes| Example {
            participant: Some(person.to_owned()),
            note,
            is_yes,
            is_sure: false,
            features: vec![1],
        };
        let examples: Vec<Example> = (0..40)
            .map(|i| example(&format!("P{:02}", i % 8), i, i % 8 < 6))
            .collect();
        let dealt = Dealt::new(&examples);
        assert_eq!(dealt.named(), Parts::Participants(5));
        for i in 0..8 {
            let own = |note| dealt.part(Some(&format!("P{i:02}")), note);
            assert!((0..9).all(|note| own(note) == own(0)));
        }
        let one = Dealt::new(&examples[..1]);
        assert_eq!(one.named(), Parts::Notes(1));
    }
}
