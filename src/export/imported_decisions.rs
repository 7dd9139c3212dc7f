//! The codings of an imported project as people's decisions: `decisions.csv` of the new study.
//!
//! Comes in: codings in their places. Goes out: a row for each, by which `run` codes the passage in its
//! coder's name, memo included. Another program's codes have no patterns: without these rows a run of
//! the study would count nothing of what people coded.

use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::exchange::{DECISION_COLUMNS, PlacedCoding, PlacedNote, Project, ProjectNote};
use crate::model::coding::{Assertion, Voice, WhyNot};
use crate::model::decision::Action;
use crate::text::{CodePoints, hex_sha256};

use super::line::Lines;
use super::tables::Table;

/// Longest passage whose words are written, in bytes: a few codes on whole texts would repeat these without
/// end. Of longer ones the place tells.
const WORDS_MAX: usize = 4096;

/// Decisions in the making; the file begins with the first of them.
pub(super) struct ImportedDecisions {
    folder: PathBuf,
    name: &'static str,
    table: Option<Table>,
    /// How many were written.
    pub(super) count: u64,
}

impl ImportedDecisions {
    pub(super) fn new(folder: &Path, name: &'static str) -> Self {
        Self {
            folder: folder.to_owned(),
            name,
            table: None,
            count: 0,
        }
    }

    /// Writes a note's codings; `write` does it, and counts what room is left.
    pub(super) fn add(
        &mut self,
        (project, note, placed): (&Project, &ProjectNote, &PlacedNote),
        mut write: impl FnMut(&[u8], &mut Table) -> Result<()>,
    ) -> Result<()> {
        let points = CodePoints::new(&placed.text);
        let sha256 = hex_sha256(placed.text.as_bytes());
        for coding in &placed.codings {
            let span = points.span(coding.start, coding.end);
            let Some(span) = span.filter(|span| !span.is_empty()) else {
                continue;
            };
            let words = Some(span.slice(&placed.text)).filter(|words| words.len() <= WORDS_MAX);
            let mut lines = Lines::default();
            lines
                .text(&note.note_id)
                .text(&sha256)
                .text(&project.code_path(coding.code))
                .plain(coding.start)
                .plain(coding.end)
                .text_or_empty(words);
            said(coding, &mut lines);
            if self.table.is_none() {
                let mut table = Table::create(&self.folder, self.name)?;
                table.write(&Lines::header(&DECISION_COLUMNS).into_bytes())?;
                self.table = Some(table);
            }
            if let Some(table) = &mut self.table {
                write(&lines.take(), table)?;
                self.count += 1;
            }
        }
        Ok(())
    }

    pub(super) fn end(mut self) -> Result<u64> {
        if let Some(table) = &mut self.table {
            table.end()?;
        }
        Ok(self.count)
    }
}

/// What is decided, from `action` to the end of the row.
fn said(coding: &PlacedCoding, lines: &mut Lines) {
    let fact = |name| coding.fact(name).unwrap_or_default();
    // What a person had rejected is not coded anew; who did is not told.
    let is_rejected = fact("why_not") == WhyNot::Rejected.as_str();
    let (action, coder) = if is_rejected {
        (Action::Reject, "")
    } else {
        (Action::Add, coding.coder.as_str())
    };
    let assertion = fact("assertion").parse::<Assertion>().ok();
    let voice = fact("voice").parse::<Voice>().ok();
    lines
        .text(action.as_str())
        .text(assertion.map_or("", Assertion::as_str))
        .text(voice.map_or("", Voice::as_str))
        .text("")
        .text(coder)
        .text("")
        .text(&coding.memo)
        .text("")
        .end();
}
