//! Codings that a person made with a codebook that says something else now.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::codebook::{self, diff::redefined};
use crate::error::{Diagnostic, Place};
use crate::exchange::CoderFile;
use crate::export::kept_codebook;
use crate::model::codebook::Codebook;

/// Codebooks that were used before, as studies keep them.
#[derive(Debug, Clone, Default)]
pub struct KnownCodebooks {
    /// Folders of studies.
    pub studies: Vec<PathBuf>,
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
                let short: String = sha256.chars().take(12).collect();
                let Some(old) = self.find(sha256) else {
                    findings.push(not_kept(file, &short));
                    continue;
                };
                let version = format!("{} {} ({short})", old.name, old.version);
                for (code, fields) in redefined(&old, now) {
                    let fields: BTreeSet<&str> = fields.iter().map(String::as_str).collect();
                    let fields: Vec<&str> = fields.into_iter().collect();
                    let said = format!(
                        "{} coded with codebook {version}; since then changed: {}",
                        file.name,
                        fields.join(", ")
                    );
                    out.entry(code).or_default().push(said);
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
