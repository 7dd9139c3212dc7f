//! What became of a source: of each part of it (a sheet, a table, a text), and as a whole.

use crate::error::Result;
use crate::model::ledger::{LedgerRow, Outcome};

use super::gather::{Gather, Kept};
use super::report::{ColumnReport, LayoutKind, SourceReport};

/// Reasons that a file's row spells out; the notes' rows have them all.
const REASONS_SHOWN: usize = 20;

/// What became of a part of a source.
#[derive(Debug, Clone, Default)]
pub(crate) struct Part {
    /// How it is laid out.
    pub(crate) layout: Option<LayoutKind>,
    /// What its notes, or its cells, are told apart by.
    pub(crate) told_by: String,
    /// A pattern that parts its notes in the same way.
    pub(crate) split: Option<String>,
    /// Its columns.
    pub(crate) columns: Vec<ColumnReport>,
    /// What a person should know.
    pub(crate) remarks: Vec<String>,
    /// What was damaged or lost, and where.
    pub(crate) damage: Vec<String>,
    /// Why it gave no notes at all.
    pub(crate) no_notes: Option<(Outcome, String)>,
}

impl Part {
    /// A part of which nothing could be read.
    pub(crate) fn damaged(why: String) -> Self {
        Self {
            damage: vec![why],
            ..Self::default()
        }
    }

    /// Says in front of every sentence which part it is about.
    pub(crate) fn named(mut self, name: &str) -> Self {
        let lists = [&mut self.remarks, &mut self.damage];
        let why = self.no_notes.iter_mut().map(|(_, why)| why);
        for said in lists.into_iter().flatten().chain(why) {
            *said = format!("{name}: {said}");
        }
        self
    }
}

/// What became of a source, before its notes are counted.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    pub(crate) list: Vec<Part>,
    /// What a person should know of the whole.
    pub(crate) remarks: Vec<String>,
    /// Why nothing was tried.
    pub(crate) refused: Option<(Outcome, String)>,
}

impl Parts {
    /// A source that is not read, with the reason.
    pub(crate) fn refused(outcome: Outcome, why: impl Into<String>) -> Self {
        Self {
            refused: Some((outcome, why.into())),
            ..Self::default()
        }
    }
}

impl From<Part> for Parts {
    fn from(part: Part) -> Self {
        Self {
            list: vec![part],
            ..Self::default()
        }
    }
}

/// What came out of a source.
#[derive(Debug)]
pub(crate) struct SourceReading {
    /// Its ledger rows: its own, then those of its notes.
    pub(crate) rows: Vec<LedgerRow>,
    /// Its notes.
    pub(crate) kept: Kept,
    /// What was recognised in it.
    pub(crate) report: SourceReport,
}

/// A ledger row about which nothing is known yet.
pub(crate) fn empty_row(source: &str) -> LedgerRow {
    LedgerRow {
        source: source.to_owned(),
        locator: String::new(),
        sha256: String::new(),
        bytes: 0,
        encoding: String::new(),
        format: String::new(),
        outcome: Outcome::Read,
        reason: String::new(),
        notes: 0,
    }
}

/// A source that gave nothing.
pub(crate) fn nothing(row: LedgerRow, outcome: Outcome, reason: String) -> SourceReading {
    let report = SourceReport {
        source: row.source.clone(),
        layout: LayoutKind::None,
        told_by: String::new(),
        columns: Vec::new(),
        split: None,
        date_order: None,
        notes: 0,
        sample: None,
        remarks: vec![reason.clone()],
    };
    SourceReading {
        rows: vec![LedgerRow {
            outcome,
            reason,
            ..row
        }],
        kept: Kept::default(),
        report,
    }
}

/// Settles what became of a source as a whole.
pub(crate) fn settle_source(
    mut row: LedgerRow,
    parts: Parts,
    gather: Gather<'_>,
) -> Result<SourceReading> {
    if let Some((outcome, reason)) = parts.refused {
        return Ok(nothing(row, outcome, reason));
    }
    let gathered = gather.finish()?;
    let own = parts.remarks;
    let parts = &parts.list;
    let failed = |r: &&LedgerRow| r.outcome == Outcome::Failed;
    let mut damage: Vec<String> = parts.iter().flat_map(|p| p.damage.clone()).collect();
    if damage.is_empty() {
        let reasons = gathered.rows.iter().filter(failed);
        damage.extend(reasons.map(|r| r.reason.clone()));
    }
    // A row without a place is the whole source's, whose own row says it.
    let inner = gathered.rows.into_iter();
    let inner = inner.filter(|r| !r.locator.is_empty());
    let no_notes = parts.iter().filter_map(|p| p.no_notes.as_ref());
    let lost = no_notes
        .clone()
        .any(|(outcome, _)| *outcome == Outcome::Failed);
    row.notes = gathered.kept.len();
    row.outcome = match (row.notes > 0, lost || !damage.is_empty()) {
        (true, true) => Outcome::PartlyRead,
        (false, true) => Outcome::Failed,
        (false, false) if no_notes.clone().next().is_some() => Outcome::Skipped,
        (_, false) => Outcome::Read,
    };
    let mut reasons = shortened(damage);
    reasons.extend(no_notes.map(|(_, why)| why.clone()));
    reasons.extend(parts.iter().flat_map(|p| p.remarks.iter().cloned()));
    reasons.extend(own);
    for (outcome, n) in gathered.unnamed {
        let outcome = outcome.as_str();
        reasons.push(format!("{n} further places {outcome} that are not named"));
    }
    row.reason = reasons.join("; ");
    let laid_out = parts.iter().filter(|p| p.no_notes.is_none());
    let told_by = parts.iter().map(|p| &p.told_by).find(|t| !t.is_empty());
    let report = SourceReport {
        source: row.source.clone(),
        layout: laid_out
            .clone()
            .find_map(|p| p.layout)
            .unwrap_or(LayoutKind::None),
        told_by: told_by.cloned().unwrap_or_default(),
        columns: parts
            .iter()
            .flat_map(|p| p.columns.iter().cloned())
            .collect(),
        split: parts.iter().find_map(|p| p.split.clone()),
        date_order: None,
        notes: row.notes,
        sample: None,
        remarks: reasons,
    };
    Ok(SourceReading {
        rows: std::iter::once(row).chain(inner).collect(),
        kept: gathered.kept,
        report,
    })
}

/// The first of many reasons, and how many more there are.
fn shortened(mut reasons: Vec<String>) -> Vec<String> {
    if reasons.len() > REASONS_SHOWN {
        let more = reasons.len() - REASONS_SHOWN;
        reasons.truncate(REASONS_SHOWN);
        reasons.push(format!("and {more} more"));
    }
    reasons
}
