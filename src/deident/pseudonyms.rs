//! Pseudonyms for participants whose id tells who they are.
//!
//! Comes in: a study's participants' ids. Goes out: for each the pseudonym that stands in what leaves
//! the house. A study's own code stays; an id with a name and a code in brackets becomes the code;
//! names, initials and record numbers become `P1`, `P2` in the order of the ids. The key from pseudonym
//! to id is private.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::corpus::ParticipantId;
use crate::model::identifier::WordList as L;
use crate::text::{fold, named_code};

use super::Finder;

/// Letters of a study's own code at most: `P`, `KAP`, `Pt`.
const CODE_LETTERS_MAX: usize = 5;

/// Digits of a study's own code at most; more may be a record number.
const CODE_DIGITS_MAX: usize = 4;

/// Words that studies' codes begin with, though somebody may be called so.
const CODE_WORDS: [&str; 4] = ["pat", "case", "sub", "site"];

/// What stands for each participant's id in what leaves the house.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pseudonyms(BTreeMap<ParticipantId, String>);

impl Pseudonyms {
    /// Finds a pseudonym for each id, no two the same.
    pub fn new<'i>(ids: impl Iterator<Item = &'i ParticipantId>, finder: &Finder) -> Self {
        let mut left: BTreeSet<&ParticipantId> = ids.collect();
        let mut taken = BTreeSet::new();
        let mut pseudonyms = BTreeMap::new();
        // A code that is all of an id goes before the same code beside a name.
        for is_beside_name in [false, true] {
            left.retain(|id| {
                let own = if is_beside_name {
                    code_beside_name(id.as_str())
                } else {
                    Some(id.as_str())
                };
                let own = own.filter(|code| is_neutral(code, finder));
                let own = own.filter(|code| taken.insert(plain(code)));
                if let Some(code) = own {
                    pseudonyms.insert((*id).clone(), code.to_owned());
                }
                own.is_none()
            });
        }
        let mut number = 0;
        for id in left {
            let mut own = String::new();
            while own.is_empty() || !taken.insert(plain(&own)) {
                number += 1;
                own = format!("P{number}");
            }
            pseudonyms.insert(id.clone(), own);
        }
        Self(pseudonyms)
    }

    /// Those that were given before.
    pub fn kept(known: BTreeMap<ParticipantId, String>) -> Self {
        Self(known)
    }

    /// The pseudonym of a participant.
    pub fn of(&self, id: &ParticipantId) -> &str {
        // An id that nobody knew of when pseudonyms were given is not shown.
        self.0.get(id).map_or("participant", String::as_str)
    }

    /// Every participant with their pseudonym, in the order of the ids.
    pub fn iter(&self) -> impl Iterator<Item = (&ParticipantId, &str)> {
        self.0.iter().map(|(id, own)| (id, own.as_str()))
    }
}

fn code_beside_name(id: &str) -> Option<&str> {
    named_code(id).map(|(_, code)| code)
}

/// Whether an id is a study's code: few letters and few digits, and no name among the letters.
fn is_neutral(id: &str, finder: &Finder) -> bool {
    let letters = id.chars().filter(|c| c.is_alphabetic()).count();
    let digits = id.chars().filter(char::is_ascii_digit).count();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '#' | ' ' | '/');
    letters <= CODE_LETTERS_MAX
        && (1..=CODE_DIGITS_MAX).contains(&digits)
        && id.chars().all(plain)
        && !names_somebody(id, finder)
}

/// Whether a word of an id is a listed name: "Dana11".
fn names_somebody(id: &str, finder: &Finder) -> bool {
    const LISTED: u64 = L::FIRST_NAMES.bit()
        | L::DOUBTFUL_FIRST_NAMES.bit()
        | L::LAST_NAMES.bit()
        | L::DOUBTFUL_LAST_NAMES.bit();
    let mut words = id.split(|c: char| !c.is_alphabetic()).map(fold);
    words.any(|word| {
        let lists = finder.lexicon.lists(&word).words;
        let is_listed = lists & LISTED != 0 && lists & L::COMMON_WORDS.bit() == 0;
        is_listed && word.chars().count() > 2 && !CODE_WORDS.contains(&&*word)
    })
}

/// A code in small letters, without signs and leading noughts: "P-01" and "p1" are one.
fn plain(code: &str) -> String {
    let mut out = String::new();
    for c in code.chars().filter(|c| c.is_alphanumeric()) {
        let leads = c == '0' && !out.ends_with(|l: char| l.is_ascii_digit());
        if !leads {
            out.extend(c.to_lowercase());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebook::builtin_identifier_rules;

    fn pseudonyms(ids: &[&str]) -> Vec<String> {
        let rules = builtin_identifier_rules("en")
            .expect("rules")
            .expect("English");
        let finder = Finder::new(&rules).expect("patterns");
        let ids: Vec<ParticipantId> = ids.iter().map(|id| ParticipantId::new(*id)).collect();
        let pseudonyms = Pseudonyms::new(ids.iter(), &finder);
        ids.iter().map(|id| pseudonyms.of(id).to_owned()).collect()
    }

    #[test]
    fn codes_stay_and_names_initials_and_record_numbers_go() {
        let ids = [
            "KAP-012",
            "Pt 3",
            "130",
            "Ortega, Dana (DO-11)",
            "Ruiz, Leo",
            "K.R.",
            "00482913",
        ];
        // In the order of the ids: 00482913, K.R., Ruiz.
        let expected = ["KAP-012", "Pt 3", "130", "DO-11", "P3", "P2", "P1"];
        assert_eq!(pseudonyms(&ids), expected);
    }

    #[test]
    fn a_pseudonym_is_nobody_elses() {
        let ids = ["P01", "Dana Ortega (P01)", "Leo Ruiz", "Dana11"];
        assert_eq!(pseudonyms(&ids), ["P01", "P2", "P4", "P3"]);
    }
}
