//! Codings that a person made with a codebook that says something else now.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::codebook::{
    self,
    diff::{ADDED, redefined},
};
use crate::error::{Diagnostic, Place};
use crate::exchange::CoderFile;
use crate::export::kept_codebook;
use crate::model::codebook::Codebook;
use crate::text::short_hash;

/// What a codebook says otherwise of its codes than the one in use.
#[derive(Debug, Clone)]
pub(in crate::pipeline) struct Redefined {
    /// Name, version and the start of its hash.
    codebook: String,
    /// The fields of each code.
    codes: BTreeMap<String, BTreeSet<String>>,
}

impl Redefined {
    /// What changed of some codes since, in words; none where nothing did.
    pub(in crate::pipeline) fn said_of(&self, codes: &[&str]) -> Option<String> {
        let changed = codes.iter().filter_map(|code| self.codes.get(*code));
        let fields: BTreeSet<String> = changed.flatten().cloned().collect();
        (!fields.is_empty()).then(|| self.said(&fields))
    }

    /// Whether it had no such code.
    pub(in crate::pipeline) fn lacked(&self, code: &str) -> bool {
        let fields = self.codes.get(code);
        fields.is_some_and(|fields| fields.contains(ADDED))
    }

    fn said(&self, fields: &BTreeSet<String>) -> String {
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        let fields = fields.join(", ");
        format!("codebook {}; since then changed: {fields}", self.codebook)
    }
}

/// Codebooks that were used before, as studies keep them.
#[derive(Debug, Clone, Default)]
pub struct KnownCodebooks {
    /// Folders of studies.
    pub studies: Vec<PathBuf>,
}

/// What the codebooks of a study's past say otherwise, each looked up once.
#[derive(Debug, Default)]
pub(in crate::pipeline) struct Since {
    known: KnownCodebooks,
    /// By hash; none where nobody keeps the codebook.
    looked_up: BTreeMap<String, Option<Redefined>>,
}

impl Since {
    pub(in crate::pipeline) fn of_study(study: &Path) -> Self {
        Self {
            known: KnownCodebooks {
                studies: vec![study.to_owned()],
            },
            looked_up: BTreeMap::new(),
        }
    }

    /// What a codebook says otherwise than the one in use; none where nobody keeps it.
    pub(in crate::pipeline) fn of(&mut self, sha256: &str, now: &Codebook) -> Option<&Redefined> {
        let known = &self.known;
        let looked_up = self.looked_up.entry(sha256.to_owned());
        let found = looked_up.or_insert_with(|| known.redefined_since(sha256, now));
        found.as_ref()
    }

    /// The codebooks that were asked for and that nobody keeps.
    pub(in crate::pipeline) fn lost(&self) -> impl Iterator<Item = &str> {
        let all = self.looked_up.iter();
        all.filter(|(_, found)| found.is_none())
            .map(|(sha256, _)| sha256.as_str())
    }
}

impl KnownCodebooks {
    /// The codebook of a hash, if some study keeps it.
    fn find(&self, sha256: &str) -> Option<Codebook> {
        let is_hash = sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_hexdigit());
        let places = self.studies.iter().map(|s| kept_codebook(s, sha256));
        let kept = places.filter(|_| is_hash).find(|path| path.is_file())?;
        let loaded = codebook::open(&kept.to_string_lossy()).ok()?;
        Some(loaded.codebook)
    }

    /// What a codebook says otherwise than the one in use; none where nobody keeps it.
    fn redefined_since(&self, sha256: &str, now: &Codebook) -> Option<Redefined> {
        let old = self.find(sha256)?;
        let short = short_hash(sha256);
        Some(Redefined {
            codebook: format!("{} {} ({short})", old.name, old.version),
            codes: redefined(&old, now),
        })
    }

    /// Per code, who coded it while it said something else, and what; a codebook that nobody keeps is
    /// a finding.
    pub(super) fn stale(
        &self,
        files: &[CoderFile],
        now: &Codebook,
        findings: &mut Vec<Diagnostic>,
    ) -> BTreeMap<String, Vec<String>> {
        let mut out: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for file in files {
            for sha256 in file.codebooks.iter().filter(|h| **h != now.sha256) {
                let Some(since) = self.redefined_since(sha256, now) else {
                    let short = short_hash(sha256);
                    findings.push(not_kept(file, &short));
                    continue;
                };
                for (code, fields) in &since.codes {
                    let said = format!("{} coded with {}", file.name, since.said(fields));
                    out.entry(code.clone()).or_default().push(said);
                }
            }
        }
        out
    }
}

fn not_kept(file: &CoderFile, short: &str) -> Diagnostic {
    Diagnostic::warning(
        "V707",
        Place::file(&file.path),
        format!(
            "{} coded with the codebook {short}, which is not the one that is compared by, and which no \
             study here keeps: nobody can tell which codes read otherwise.",
            file.name
        ),
        "Name the study with --study; its runs keep their codebooks.",
    )
}
