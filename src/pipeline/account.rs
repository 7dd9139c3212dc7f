//! What the counts rest on, gathered while notes pass: sessions, documentation, timeline, saturation.

use crate::error::Result;
use crate::export::{Account as Totals, Tables};
use crate::model::codebook::Codebook;
use crate::model::coded::CodedNote;
use crate::model::corpus::Corpus;
use crate::study::{Rules, Study};
use crate::tally::{
    Documentation, Lineage, Saturation, SaturationRule, SessionTotals, Sessions, states,
};

/// Gathered in corpus order.
pub(super) struct Account<'r> {
    codebook: &'r Codebook,
    corpus: &'r Corpus,
    lineage: Lineage,
    sessions: Sessions,
    documentation: Documentation,
    saturation: Saturation,
    rule: SaturationRule,
}

impl<'r> Account<'r> {
    pub(super) fn new(study: &Study, rules: &'r Rules, corpus: &'r Corpus) -> Self {
        let codebook = &rules.codebook.codebook;
        let lineage = Lineage::new(codebook);
        Self {
            sessions: Sessions::new(corpus),
            documentation: Documentation::default(),
            saturation: Saturation::new(lineage.len(), corpus),
            rule: study.file.saturation.rule(),
            lineage,
            codebook,
            corpus,
        }
    }

    /// Takes a note; writes what no later note can change.
    pub(super) fn add(&mut self, coded: &CodedNote<'_>, tables: &mut Tables<'_>) -> Result<()> {
        let done = self.sessions.add(coded);
        tables.sessions(&done)?;
        self.documentation.add(coded);
        if coded.note.duplicate_of.is_some() {
            return Ok(());
        }
        self.saturation.add(coded);
        for &name in coded.session_types().keys() {
            let own = coded.codings.iter();
            let own = own.filter(|c| coded.session_type_of(c) == name);
            let states = states(&self.lineage, own);
            tables.timeline(coded, name, &states, self.codebook)?;
        }
        Ok(())
    }

    /// Writes the rest; gives what was gathered.
    pub(super) fn finish(mut self, tables: &mut Tables<'_>) -> Result<Gathered> {
        let done = self.sessions.finish();
        tables.sessions(&done)?;
        let order = &self.corpus.session_types;
        tables.account(&Totals {
            documentation: &self.documentation.rows(self.sessions.totals(), order),
            sessions: self.sessions.totals(),
            saturation: &self.saturation,
            rule: self.rule,
            notes: &self.corpus.notes,
        })?;
        Ok(Gathered {
            sessions: self.sessions.into_totals(),
            documentation: self.documentation,
            saturation: self.saturation,
            rule: self.rule,
        })
    }
}

/// What the counts rest on.
pub(super) struct Gathered {
    pub(super) sessions: SessionTotals,
    pub(super) documentation: Documentation,
    pub(super) saturation: Saturation,
    pub(super) rule: SaturationRule,
}
