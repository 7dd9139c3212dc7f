//! The crosstabs that a run was asked for, and what notes are looked up in for them.

use crate::error::Result;
use crate::model::codebook::Codebook;
use crate::model::coded::CodedNote;
use crate::model::corpus::{Corpus, Participant};
use crate::study::{Rules, Study};
use crate::tally::contrast::{Asked, Contrast, SideBySide};
use crate::tally::{About, CountBy, Crosstab, PHASE, Phases, crosstab_columns};

/// Crosstabs in the order in which they were asked for.
pub(super) struct Crosstabs<'r> {
    pub(super) tables: Vec<Crosstab>,
    /// Session types side by side.
    session_types: Contrast,
    asked: Asked,
    unit: CountBy,
    codebook: &'r Codebook,
    corpus: &'r Corpus,
    phases: Phases,
}

impl<'r> Crosstabs<'r> {
    /// Those of the command line and of the study file.
    ///
    /// # Errors
    /// Where the study has no column of that name.
    pub(super) fn new(
        study: &Study,
        rules: &'r Rules,
        corpus: &'r Corpus,
        by: &[String],
    ) -> Result<Self> {
        let phases = study.phases();
        let of_notes = Phases::new(&phases, corpus);
        let wanted: Vec<String> = by.iter().chain(&study.file.by).cloned().collect();
        let columns = crosstab_columns(&wanted, corpus, !phases.is_empty())?;
        let codebook = &rules.codebook.codebook;
        let unit = CountBy::from(study.file.unit);
        Ok(Self {
            tables: columns
                .into_iter()
                .map(|columns| {
                    Crosstab::new(codebook, columns)
                        .counting(unit)
                        .in_order_of(of_notes.names(), &corpus.session_types)
                })
                .collect(),
            session_types: Contrast::new(codebook, "session_type"),
            asked: study.asked_comparisons(),
            unit,
            codebook,
            phases: of_notes,
            corpus,
        })
    }

    /// What frequencies count.
    pub(super) fn unit(&self) -> CountBy {
        self.unit
    }

    /// Counts what is still open when all notes have come.
    pub(super) fn finish(&mut self) {
        self.tables.iter_mut().for_each(Crosstab::finish);
    }

    /// Counts a note in each; gives its values in them.
    pub(super) fn add(&mut self, coded: &CodedNote<'_>) -> Vec<Vec<String>> {
        self.session_types.add_by_session_type(coded);
        if self.tables.is_empty() {
            return Vec::new();
        }
        let about = About {
            participant: self.participant(coded),
            phase: self.phases.of(coded.index),
        };
        let tables = self.tables.iter_mut();
        tables.map(|table| table.add(coded, about)).collect()
    }

    /// The groups side by side.
    pub(super) fn compared(&self) -> Vec<SideBySide<'_>> {
        let further = self.tables.iter().filter_map(|t| t.contrast.as_ref());
        let contrasts = std::iter::once(&self.session_types).chain(further);
        let order = |column: &str| match column {
            PHASE => self.phases.names(),
            _ => &self.corpus.session_types,
        };
        contrasts
            .map(|contrast| SideBySide {
                by: contrast.column(),
                rows: contrast.rows(self.codebook, order(contrast.column()), &self.asked),
            })
            .collect()
    }

    /// Participants are ordered by id.
    fn participant(&self, coded: &CodedNote<'_>) -> Option<&'r Participant> {
        let id = coded.note.participant.value.as_ref()?;
        let people = &self.corpus.participants;
        let at = people.binary_search_by(|p| p.id.cmp(id)).ok()?;
        people.get(at)
    }
}
