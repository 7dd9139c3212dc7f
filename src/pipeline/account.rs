//! What the counts rest on, gathered while notes pass: sessions, documentation, timeline, saturation.

use crate::error::Result;
use crate::export::{Account as Totals, Tables};
use crate::model::codebook::Codebook;
use crate::model::coded::CodedNote;
use crate::model::corpus::Corpus;
use crate::study::{Rules, Study};
use crate::tally::{
    Documentation, DocumentationRow, Lineage, Saturation, SaturationRule, SessionTotals, Sessions,
    states,
};

/// Gathered in corpus order.
pub(super) struct Account<'r> {
    codebook: &'r Codebook,
    lineage: Lineage,
    sessions: Sessions,
    documentation: Documentation,
    saturation: Saturation,
    rule: SaturationRule,
}

impl<'r> Account<'r> {
    pub(super) fn new(study: &Study, rules: &'r Rules, corpus: &Corpus) -> Self {
        let codebook = &rules.codebook.codebook;
        let lineage = Lineage::new(codebook);
        Self {
            sessions: Sessions::new(corpus),
            documentation: Documentation::default(),
            saturation: Saturation::new(lineage.len(), corpus),
            rule: study.file.saturation.rule(),
            lineage,
            codebook,
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

    /// Writes the last sessions; gives what was gathered.
    pub(super) fn finish(mut self, tables: &mut Tables<'_>) -> Result<Gathered> {
        let done = self.sessions.finish();
        tables.sessions(&done)?;
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

impl Gathered {
    /// Writes the tables of it; gives the rows of documentation, which the page shows, too.
    pub(super) fn write(
        &self,
        corpus: &Corpus,
        tables: &mut Tables<'_>,
    ) -> Result<Vec<DocumentationRow<'_>>> {
        let order = &corpus.session_types;
        let rows = self.documentation.rows(&self.sessions, order);
        tables.account(&Totals {
            documentation: &rows,
            sessions: &self.sessions,
            saturation: &self.saturation,
            rule: self.rule,
            notes: &corpus.notes,
        })?;
        Ok(rows)
    }
}
