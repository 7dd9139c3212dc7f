//! Passages of some notes that two codes share.
//!
//! Comes in: what the engine codes in each note. Goes out: a finding for each code whose passages mostly
//! overlap those of another, unless one of the two lies below the other.

use crate::error::Diagnostic;
use crate::model::codebook::Codebook;
use crate::model::coding::Coding;

use super::cover::are_related;
use super::findings::Findings;
use super::load::Loaded;

/// Fewest passages of a code of which a share is told.
const PASSAGES_MIN: u64 = 5;

/// The least share that is told.
const SHARE_MIN: f64 = 0.5;

/// How many passages each code has, and how many of them overlap each other code's.
#[derive(Debug, Clone)]
pub struct SharedPassages {
    passages: Vec<u64>,
    /// By code, by the other.
    shared: Vec<Vec<u64>>,
}

impl SharedPassages {
    /// None yet, of a codebook's codes.
    pub fn new(codebook: &Codebook) -> Self {
        let codes = codebook.codes.len();
        Self {
            passages: vec![0; codes],
            shared: vec![vec![0; codes]; codes],
        }
    }

    /// Adds what is coded in a note.
    pub fn add(&mut self, codings: &[Coding]) {
        let mut by_start: Vec<&Coding> = codings.iter().collect();
        by_start.sort_by_key(|c| (c.span.start, c.span.end));
        // How far what begins before a place reaches.
        let mut reach = 0;
        let reaches: Vec<usize> = by_start
            .iter()
            .map(|c| {
                reach = reach.max(c.span.end);
                reach
            })
            .collect();
        for (at, coding) in by_start.iter().enumerate() {
            let own = coding.code.0 as usize;
            self.passages[own] += 1;
            let before = (0..at)
                .rev()
                .take_while(|&i| reaches[i] > coding.span.start);
            let behind = at + 1..by_start.len();
            let behind = behind.take_while(|&i| by_start[i].span.start < coding.span.end);
            let mut others: Vec<usize> = before
                .chain(behind)
                .map(|i| by_start[i])
                .filter(|c| c.span.end > coding.span.start && c.span.start < coding.span.end)
                .map(|c| c.code.0 as usize)
                .filter(|other| *other != own)
                .collect();
            others.sort_unstable();
            others.dedup();
            for other in others {
                self.shared[own][other] += 1;
            }
        }
    }

    /// Codes of which at least half the passages overlap another's, in the order of the codebook.
    pub fn findings(&self, loaded: &Loaded) -> Vec<Diagnostic> {
        let mut findings = Findings::new(&loaded.path, &loaded.source);
        let codes = &loaded.codebook.codes;
        for (own, code) in codes.iter().enumerate() {
            let all = self.passages[own];
            for (other, &shared) in self.shared[own].iter().enumerate() {
                let share = shared as f64 / all.max(1) as f64;
                if all < PASSAGES_MIN || share < SHARE_MIN || are_related(code, &codes[other]) {
                    continue;
                }
                let message = format!(
                    "Of the {all} passages of {} in these notes {shared} ({:.0}%) overlap one of {}, which \
                     has {}.",
                    code.path,
                    share * 100.0,
                    codes[other].path,
                    self.passages[other],
                );
                let hint = "Where coders are to tell the two apart, say by what, or join them.";
                findings.note("V139", findings.place_of_id(code), message, hint);
            }
        }
        findings.into_list()
    }
}
