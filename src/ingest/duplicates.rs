//! Whole notes that repeat another note.
//!
//! Comes in: notes in corpus order with a fingerprint each. Goes out: for each repeated note, the
//! note it repeats.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher};

use jiff::civil::Date;

use crate::error::Result;
use crate::model::corpus::ParticipantId;

use crate::spool::{Place, Spool};
use crate::text::fold;

/// A note's folded words as a hash, and how many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Fingerprint {
    /// Hash of the folded words.
    pub(crate) hash: u64,
    /// Words, told apart by anything that is neither letter nor digit.
    pub(crate) words: u32,
}

impl Fingerprint {
    /// Reads a text once. Case, spacing and punctuation make no difference.
    pub(crate) fn of(text: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        let mut words = 0;
        for word in words_of(text) {
            words += 1;
            hasher.write(fold(word).as_bytes());
            hasher.write_u8(b' ');
        }
        Self {
            hash: hasher.finish(),
            words,
        }
    }
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
}

/// A note as far as the search for duplicates looks at it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate<'n> {
    pub(crate) participant: Option<&'n ParticipantId>,
    pub(crate) date: Option<Date>,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) place: Place,
    /// Whether it comes from a file of many notes, as a record system exports them.
    pub(crate) export: bool,
}

/// Pairs of a repeated note and the note it repeats, by index; the latter repeats no other.
pub(crate) fn find_duplicates(
    notes: &[Candidate<'_>],
    spool: &Spool,
) -> Result<BTreeMap<usize, usize>> {
    let mut found = same_words(notes);
    near_copies(notes, spool, &mut found)?;
    Ok(found)
}

/// Words under which a note is terse: two of them can say the same by chance.
const TERSE_WORDS: u32 = 20;

fn same_words(notes: &[Candidate<'_>]) -> BTreeMap<usize, usize> {
    let mut order: Vec<usize> = (0..notes.len())
        .filter(|&i| notes[i].fingerprint.words > 0)
        .collect();
    // Within one text, the export's note before the file's, then corpus order.
    order.sort_by_key(|&i| (notes[i].fingerprint, !notes[i].export, i));
    let mut found = BTreeMap::new();
    for group in order.chunk_by(|&a, &b| notes[a].fingerprint == notes[b].fingerprint) {
        let mut originals = Originals::default();
        for &i in group {
            match originals.compatible(&notes[i]) {
                Some(original) => {
                    found.insert(i, original);
                }
                None => originals.add(&notes[i], i),
            }
        }
    }
    found
}

type Key<'n> = (Option<&'n ParticipantId>, Option<Date>);

/// Notes of one text that repeat no other, to be found by what is known of them.
#[derive(Debug, Default)]
struct Originals<'n> {
    by_both: BTreeMap<Key<'n>, usize>,
    by_participant: BTreeMap<Option<&'n ParticipantId>, usize>,
    by_date: BTreeMap<Option<Date>, usize>,
    first: Option<usize>,
}

impl<'n> Originals<'n> {
    fn add(&mut self, note: &Candidate<'n>, at: usize) {
        self.by_both
            .entry((note.participant, note.date))
            .or_insert(at);
        self.by_participant.entry(note.participant).or_insert(at);
        self.by_date.entry(note.date).or_insert(at);
        self.first.get_or_insert(at);
    }

    /// The first note that can be the same one: what is known of both agrees.
    fn compatible(&self, note: &Candidate<'n>) -> Option<usize> {
        let (participant, date) = (note.participant, note.date);
        if note.fingerprint.words < TERSE_WORDS {
            participant?;
            date?;
            return self.by_both.get(&(participant, date)).copied();
        }
        match (participant, date) {
            (None, None) => self.first,
            (Some(_), None) => first_of(&self.by_participant, &[participant, None]),
            (None, Some(_)) => first_of(&self.by_date, &[date, None]),
            (Some(_), Some(_)) => {
                let keys = [
                    (participant, date),
                    (participant, None),
                    (None, date),
                    (None, None),
                ];
                first_of(&self.by_both, &keys)
            }
        }
    }
}

/// The earliest note under any of the keys.
fn first_of<K: Ord>(map: &BTreeMap<K, usize>, keys: &[K]) -> Option<usize> {
    keys.iter().filter_map(|key| map.get(key).copied()).min()
}

/// Notes of one participant and date that are compared sentence by sentence, at most; and notes of
/// one participant that one without a date is compared with.
const COMPARED_MAX: usize = 40;
const COMPARED_WITHOUT_DATE_MAX: usize = 400;

/// Share of sentences that a near copy has in common with its original, of the longer one's.
const SHARED_MIN: f64 = 0.9;

/// Sentences under which two notes are not compared: they would agree by chance.
const SENTENCES_MIN: usize = 4;

/// Adds notes that repeat one of the same participant but for a few words: one of the same date,
/// or, where a note has no date, any.
fn near_copies(
    notes: &[Candidate<'_>],
    spool: &Spool,
    found: &mut BTreeMap<usize, usize>,
) -> Result<()> {
    let known = (0..notes.len()).filter(|i| {
        let note = &notes[*i];
        note.participant.is_some()
            && note.fingerprint.words >= TERSE_WORDS
            && !found.contains_key(i)
    });
    let mut order: Vec<usize> = known.collect();
    let undated = |i: usize| notes[i].date.is_none();
    order.sort_by_key(|&i| {
        let note = &notes[i];
        (note.participant, undated(i), note.date, !note.export, i)
    });
    for person in order.chunk_by(|&a, &b| notes[a].participant == notes[b].participant) {
        let dated = person.iter().take_while(|&&i| !undated(i)).count();
        let (dated, undated) = person.split_at(dated);
        for day in dated.chunk_by(|&a, &b| notes[a].date == notes[b].date) {
            let mut seen = Seen::default();
            let compared = day.iter().take(COMPARED_MAX);
            for &i in compared.filter(|_| day.len() > 1) {
                seen.compare(i, notes, spool, found)?;
            }
        }
        if !undated.is_empty() && person.len() <= COMPARED_WITHOUT_DATE_MAX {
            let mut seen = Seen::default();
            for &i in dated.iter().filter(|i| !found.contains_key(i)) {
                let sentences = sentences_of(&spool.at(notes[i].place)?);
                seen.originals.push((i, sentences));
            }
            for &i in undated {
                seen.compare(i, notes, spool, found)?;
            }
        }
    }
    Ok(())
}

/// Notes that repeat no other among those compared so far, with their sentences.
#[derive(Debug, Default)]
struct Seen {
    originals: Vec<(usize, BTreeMap<u64, u32>)>,
}

impl Seen {
    fn compare(
        &mut self,
        at: usize,
        notes: &[Candidate<'_>],
        spool: &Spool,
        found: &mut BTreeMap<usize, usize>,
    ) -> Result<()> {
        let sentences = sentences_of(&spool.at(notes[at].place)?);
        let mut originals = self.originals.iter();
        match originals.find(|(_, other)| shared(&sentences, other) >= SHARED_MIN) {
            Some(&(original, _)) => {
                found.insert(at, original);
            }
            None => self.originals.push((at, sentences)),
        }
        Ok(())
    }
}

/// Words of a text's sentences by the hash of each; sentences end at full stops and line ends.
fn sentences_of(text: &str) -> BTreeMap<u64, u32> {
    let mut sentences = BTreeMap::new();
    let ends = |c: char| matches!(c, '.' | '!' | '?' | '\n');
    for sentence in text.split(ends) {
        let print = Fingerprint::of(sentence);
        if print.words > 0 {
            *sentences.entry(print.hash).or_insert(0) += print.words;
        }
    }
    sentences
}

/// The share of words that stand in sentences of both, of the longer text's words.
fn shared(a: &BTreeMap<u64, u32>, b: &BTreeMap<u64, u32>) -> f64 {
    if a.len().min(b.len()) < SENTENCES_MIN {
        return 0.0;
    }
    let words = |map: &BTreeMap<u64, u32>| map.values().sum::<u32>();
    let common: u32 = a
        .iter()
        .filter_map(|(hash, n)| b.get(hash).map(|m| n.min(m)))
        .sum();
    f64::from(common) / f64::from(words(a).max(words(b)).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Notes as `participant date text`, with `-` for unknown; the pairs that are found.
    fn pairs(notes: &[(&str, &str, String)]) -> Vec<(usize, usize)> {
        let spool = Spool::create().unwrap();
        let places = spool.write(notes.iter().map(|n| n.2.as_str())).unwrap();
        let people: Vec<_> = notes.iter().map(|n| ParticipantId::new(n.0)).collect();
        let candidates: Vec<_> = notes
            .iter()
            .zip(&people)
            .zip(places)
            .map(|((note, person), place)| Candidate {
                participant: (note.0 != "-").then_some(person),
                date: (note.1 != "-").then(|| note.1.parse().unwrap()),
                fingerprint: Fingerprint::of(&note.2),
                place,
                export: false,
            })
            .collect();
        find_duplicates(&candidates, &spool)
            .unwrap()
            .into_iter()
            .collect()
    }

    fn long(first: &str) -> String {
        let rest = "She slept six hours on four nights. Her sister came on Sunday with the \
            children. No nausea after the last dose. She asked for the same music again. \
            They talked about the garden and the hose. Next visit on Thursday at ten.";
        format!("{first} {rest}")
    }

    #[test]
    fn the_same_words_are_a_duplicate_where_what_is_known_agrees() {
        let text = long("Calm.");
        let spaced = text.to_uppercase().replace(' ', "\n ");
        let found = pairs(&[
            ("P1", "2021-03-01", text.clone()),
            ("P1", "2021-03-08", text.clone()),
            ("P1", "-", spaced.clone()),
            ("P2", "2021-03-01", text.clone()),
            ("-", "2021-03-08", text.clone()),
            ("-", "-", text),
        ]);
        assert_eq!(found, [(2, 0), (4, 1), (5, 0)]);
    }

    #[test]
    fn a_terse_note_is_a_duplicate_only_on_the_same_date_of_the_same_person() {
        let terse = || "No change. Doing well.".to_owned();
        let found = pairs(&[
            ("P1", "2021-03-01", terse()),
            ("P1", "2021-03-01", terse()),
            ("P1", "2021-03-08", terse()),
            ("P1", "-", terse()),
            ("-", "2021-03-01", terse()),
            ("-", "2021-03-01", terse()),
        ]);
        assert_eq!(found, [(1, 0)]);
    }

    #[test]
    fn a_copy_with_another_first_line_is_found_on_its_date_or_without_one() {
        let found = pairs(&[
            ("P1", "2021-03-01", long("Calm.")),
            ("P1", "2021-03-01", long("Copied from the chart.")),
            ("P1", "2021-03-08", long("Copied forward.")),
            ("P1", "-", long("P1, from the chart.")),
            ("P2", "2021-03-01", long("Another's.")),
        ]);
        assert_eq!(found, [(1, 0), (3, 0)]);
    }
}
