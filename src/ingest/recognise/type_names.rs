//! Which type a phrase or a cue belongs to, where the study names types of its own.
//!
//! Comes in: the lists of [`Named`]. Goes out: the owner of each, and the cues compiled.

use std::collections::BTreeSet;

use regex::Regex;

use crate::model::reading::Named;

use super::words::words;

/// To which type each type's phrases belong: a type that is not listed, but of which the study's
/// list has a phrase under another name ("KAP" for ketamine), is that one.
pub(super) fn owners(names: &mut [Named]) -> Vec<usize> {
    fn plain(phrase: &str) -> String {
        let all: Vec<String> = words(phrase).into_iter().map(|w| w.text).collect();
        all.join(" ")
    }
    type Both = (BTreeSet<String>, BTreeSet<String>);
    let phrases: Vec<Both> = names
        .iter()
        .map(|named| {
            let decides: BTreeSet<String> = named.decides.iter().map(|p| plain(p)).collect();
            let suggests = named.suggests.iter().map(|p| plain(p));
            let all = decides.iter().cloned().chain(suggests).collect();
            (decides, all)
        })
        .collect();
    let mut owners: Vec<usize> = (0..names.len()).collect();
    for (index, (_, all)) in phrases.iter().enumerate() {
        if names.get(index).is_none_or(|n| n.listed) {
            continue;
        }
        let claims = |(at, (decides, _)): &(usize, &Both)| {
            names.get(*at).is_some_and(|n| n.listed) && !decides.is_disjoint(all)
        };
        let claiming: Vec<usize> = phrases
            .iter()
            .enumerate()
            .filter(claims)
            .map(|(at, _)| at)
            .collect();
        let yields = names.get(index).is_some_and(|n| n.yields);
        if let ([owner], Some(slot)) = (claiming.as_slice(), owners.get_mut(index)) {
            *slot = *owner;
            if let Some(named) = names.get_mut(*owner) {
                named.yields |= yields;
            }
        }
    }
    owners
}

/// The regular expressions that tell a type from a note's opening.
pub(super) fn cues(names: &[Named], owners: &[usize]) -> Vec<(usize, Regex)> {
    let each = names.iter().zip(owners).flat_map(|(named, kind)| {
        named.cues.iter().filter_map(move |cue| {
            let regex = regex::RegexBuilder::new(cue).case_insensitive(true).build();
            Some((*kind, regex.ok()?))
        })
    });
    each.collect()
}
