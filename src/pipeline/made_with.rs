//! The codebook that each decision was made with, and what it said of the code then.
//!
//! Comes in: decisions, the log of their study and the codebooks that it keeps. Goes out: per decision
//! a codebook's hash and, where the code was defined otherwise, what changed. Refuses to guess: a
//! decision without hash, whose date the log does not know, is neither stale nor not.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;

use crate::error::{Diagnostic, Place};
use crate::export::{AuditEvent, read_audit};
use crate::model::codebook::Codebook;
use crate::model::decision::Decision;
use crate::text::short_hash;

use super::agree::{Redefined, Since};

/// What is known of one decision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct MadeWith {
    /// The codebook's hash; empty where nobody knows it.
    pub(super) codebook: String,
    /// What changed of its codes since; empty where nothing did.
    pub(super) stale: String,
}

/// The codebooks of a study through time.
pub(super) struct Codebooks<'c> {
    now: &'c Codebook,
    /// The day on which each was used, in the order of the log.
    used: Vec<(Date, String)>,
    /// What the log tells for the days that decisions name.
    of_days: BTreeMap<String, Vec<String>>,
    /// What changed since each of them.
    since: Since,
}

impl<'c> Codebooks<'c> {
    /// Reads a study's log; one that cannot be read knows nothing.
    pub(super) fn of_study(study: &Path, now: &'c Codebook) -> Self {
        let log = read_audit(study).unwrap_or_default();
        Self {
            now,
            used: log.events.iter().filter_map(use_of).collect(),
            of_days: BTreeMap::new(),
            since: Since::of_study(study),
        }
    }

    /// What a decision was made with.
    pub(super) fn made_with(&mut self, decision: &Decision) -> MadeWith {
        let own = Some(&decision.codebook_sha256).filter(|hash| !hash.is_empty());
        let Some(codebook) = own.cloned().or_else(|| self.by_log(decision)) else {
            return MadeWith::default();
        };
        if codebook == self.now.sha256 {
            return MadeWith {
                codebook,
                stale: String::new(),
            };
        }
        let since = self.since.of(&codebook, self.now);
        let stale = since.and_then(|s| s.said_of(&codes_of(decision)));
        MadeWith {
            codebook,
            stale: stale.unwrap_or_default(),
        }
    }

    /// The codebook that the log tells for a decision's day: the first used on it that has the decision's
    /// code, since nobody decides on a code that is not there.
    fn by_log(&mut self, decision: &Decision) -> Option<String> {
        if !self.of_days.contains_key(&decision.date) {
            let day = decision.date.parse().ok();
            let used = day.map(|day| self.on(day)).unwrap_or_default();
            self.of_days.insert(decision.date.clone(), used);
        }
        let used = self.of_days.get(&decision.date)?;
        let (now, since) = (self.now, &mut self.since);
        let has_code = |codebook: &&String| {
            let lacks = |s: &Redefined| codes_of(decision).iter().any(|code| s.lacked(code));
            **codebook == now.sha256 || !since.of(codebook, now).is_some_and(lacks)
        };
        used.iter().find(has_code).cloned()
    }

    /// The codebooks in use on a day, in the order of the log, each once; where none was, the last before
    /// it.
    fn on(&self, day: Date) -> Vec<String> {
        let mut used: Vec<String> = Vec::new();
        for (_, codebook) in self.used.iter().filter(|(used, _)| *used == day) {
            if !used.contains(codebook) {
                used.push(codebook.clone());
            }
        }
        if used.is_empty() {
            let before = self.used.iter().rfind(|(used, _)| *used < day);
            used.extend(before.map(|(_, codebook)| codebook.clone()));
        }
        used
    }

    /// The codebooks that decisions name and nobody keeps.
    pub(super) fn findings(&self, decisions: &Path) -> Vec<Diagnostic> {
        let finding = |codebook: &str| {
            let short = short_hash(codebook);
            Diagnostic::warning(
                "V748",
                Place::file(decisions),
                format!(
                    "Decisions were made with the codebook {short}, which this study does not keep: nobody can \
                     tell which of them are stale."
                ),
                "Put the codebook as it was into .verbatim/codebooks, named by its hash.",
            )
        };
        self.since.lost().map(finding).collect()
    }
}

/// The codes that a decision speaks of.
fn codes_of(decision: &Decision) -> Vec<&str> {
    let both = [decision.code.as_str(), decision.new_code.as_str()];
    both.into_iter().filter(|code| !code.is_empty()).collect()
}

/// The day of an event and the codebook that it names.
fn use_of(event: &AuditEvent) -> Option<(Date, String)> {
    let field = match event.what.as_str() {
        "codebook" => "sha256",
        _ => "codebook_sha256",
    };
    let codebook = event.details[field].as_str()?;
    let day = event.when.get(..10)?.parse().ok()?;
    Some((day, codebook.to_owned()))
}
