//! Lists of phrases with slots, and how a phrase is filled.

use std::collections::BTreeMap;

use super::random::{Random, Zipf};

const SOURCE: &str = include_str!("phrases.txt");
/// Word types of the generated vocabulary.
const VOCABULARY: usize = 20_000;
/// Deepest nesting of slots.
const DEPTH_MAX: usize = 4;

/// All lists, and the vocabulary.
pub(crate) struct Phrases {
    lists: BTreeMap<&'static str, (Vec<&'static str>, Zipf)>,
    words: Vec<String>,
    rank: Zipf,
}

impl Phrases {
    pub(crate) fn new() -> Self {
        let mut entries: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut name = "";
        for line in SOURCE
            .lines()
            .filter(|l| !l.is_empty() && !l.starts_with('#'))
        {
            match line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
                Some(list) => name = list,
                None => entries.entry(name).or_default().push(line),
            }
        }
        let common = entries.remove("word").unwrap_or_default();
        let mut words: Vec<String> = common.into_iter().map(str::to_owned).collect();
        words.extend((words.len()..VOCABULARY).map(made_up));
        Self {
            lists: entries
                .into_iter()
                .map(|(name, list)| {
                    let rank = Zipf::new(list.len());
                    (name, (list, rank))
                })
                .collect(),
            words,
            rank: Zipf::new(VOCABULARY),
        }
    }

    /// Names of the lists that start with a prefix.
    pub(crate) fn names(&self, prefix: &str) -> Vec<&'static str> {
        self.lists
            .keys()
            .copied()
            .filter(|n| n.starts_with(prefix))
            .collect()
    }

    /// Draws an entry of a list, uniformly, and fills its slots.
    pub(crate) fn one_of(&self, list: &str, random: &mut Random) -> String {
        let Some((entries, _)) = self.lists.get(list) else {
            return String::new();
        };
        let mut out = String::new();
        self.fill(entries[random.below(entries.len())], random, &mut out, 0);
        out
    }

    fn fill(&self, phrase: &str, random: &mut Random, out: &mut String, depth: usize) {
        let mut rest = phrase;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((slot, after)) = after.split_once('}') else {
                break;
            };
            out.push_str(before);
            self.slot(slot, random, out, depth);
            rest = after;
        }
        out.push_str(rest);
    }

    fn slot(&self, slot: &str, random: &mut Random, out: &mut String, depth: usize) {
        match slot {
            "n" => out.push_str(&(2 + random.below(97)).to_string()),
            "hour" => {
                let (hour, minute) = (1 + random.below(12), random.below(60));
                out.extend([hour.to_string(), format!(":{minute:02}")]);
            }
            "word" => out.push_str(&self.words[self.rank.draw(random)]),
            list => {
                if let Some((entries, rank)) = self.lists.get(list).filter(|_| depth < DEPTH_MAX) {
                    self.fill(entries[rank.draw(random)], random, out, depth + 1);
                }
            }
        }
    }
}

/// A word of syllables that no language knows, the same for the same rank.
fn made_up(rank: usize) -> String {
    const ONSETS: [&str; 16] = [
        "b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "st", "tr", "gr",
    ];
    const RIMES: [&str; 12] = [
        "a", "el", "i", "on", "u", "ar", "es", "in", "ol", "um", "ent", "ack",
    ];
    let mut random = Random::new(rank as u64);
    let syllables = 2 + random.below(3);
    let mut word: String = (0..syllables)
        .flat_map(|_| [ONSETS[random.below(16)], RIMES[random.below(12)]])
        .collect();
    if random.happens(40) {
        word.push_str(["s", "ed", "ing", "ly"][random.below(4)]);
    }
    word
}
