//! What people said of sentences that the rules do not code: decisions to reject.

use std::collections::BTreeMap;

use crate::exchange::{anchor, read_decisions};
use crate::model::codebook::Codebook;
use crate::model::coded::CodedNote;
use crate::model::decision::{Action, Decision};
use crate::study::Study;
use crate::suggest::Said;
use crate::text::{CodePoints, hex_sha256};

/// People's refusals of a code, by note. What they add or keep is a coding, and known from that.
#[derive(Debug, Default)]
pub(super) struct SaidByPeople {
    refusals: BTreeMap<String, Vec<Decision>>,
}

impl SaidByPeople {
    /// Reads the study's decisions; `of` lists by place the codes that are meant.
    pub(super) fn read(study: &Study, codebook: &Codebook, of: &[bool]) -> Self {
        let mut refusals: BTreeMap<String, Vec<Decision>> = BTreeMap::new();
        let decisions = read_decisions(&study.decisions()).unwrap_or_default().rows;
        for decision in decisions {
            let code = codebook.find(&decision.code);
            let is_meant = code.is_some_and(|c| of.get(c.0 as usize) == Some(&true));
            if is_meant && matches!(decision.action, Action::Reject | Action::Recode) {
                let own = refusals.entry(decision.note_id.clone()).or_default();
                own.push(decision);
            }
        }
        Self { refusals }
    }

    /// What was said of a note's sentences.
    pub(super) fn of(&self, note: &CodedNote<'_>) -> Said {
        let Some(own) = self.refusals.get(note.note.id.as_str()) else {
            return Said::default();
        };
        let (points, sha256) = (CodePoints::new(note.text), hex_sha256(note.text.as_bytes()));
        let spans = own
            .iter()
            .filter_map(|d| anchor(d, note.text, &points, &sha256).span);
        Said {
            yes: Vec::new(),
            no: spans.collect(),
        }
    }
}
