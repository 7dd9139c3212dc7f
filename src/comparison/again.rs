//! Codes a note again under the other run's codebook, to see what took a match away.

use std::collections::{BTreeMap, BTreeSet};

use crate::coding::matcher::Matcher;
use crate::error::Result;
use crate::model::codebook::Codebook;
use crate::model::coding::{TakenAway, Taker};
use crate::model::cue::CueSet;
use crate::model::headings::SectionRules;
use crate::segment;
use crate::text::CodePoints;

use super::cause::{Cause, Why};
use super::{Difference, Kind, Sides};

/// The rules beside the codebook, which both runs had alike.
#[derive(Debug, Clone, Copy)]
pub struct Again<'r> {
    /// Cues of context.
    pub cues: &'r CueSet,
    /// Headings of sections.
    pub sections: &'r SectionRules,
}

impl Again<'_> {
    /// Replaces the causes that the codebooks' difference leaves open by what takes the match away.
    ///
    /// # Errors
    /// Where the notes cannot be read back.
    pub fn settle(&self, sides: Sides<'_>, differences: &mut [Difference<'_>]) -> Result<()> {
        self.settle_kind(sides, Kind::Lost, differences)?;
        self.settle_kind(sides, Kind::Gained, differences)
    }

    fn settle_kind(
        &self,
        sides: Sides<'_>,
        kind: Kind,
        differences: &mut [Difference<'_>],
    ) -> Result<()> {
        // A lost coding is looked for with the new rules, a gained one with the old.
        let (run, codebook) = match kind {
            Kind::Lost => (sides.after, sides.new),
            Kind::Gained | Kind::Changed => (sides.before, sides.old),
        };
        let Some(codebook) = codebook else {
            return Ok(());
        };
        let is_open = |d: &Difference<'_>| {
            d.kind == kind && matches!(d.cause.why, Why::Unless | Why::Unknown | Why::Program)
        };
        let wanted: BTreeSet<String> = differences
            .iter()
            .filter(|d| is_open(d))
            .map(|d| d.note_id.to_owned())
            .collect();
        let texts = run.texts_of(&wanted)?;
        let taken = self.taken(codebook, &texts)?;
        for difference in differences.iter_mut().filter(|d| is_open(d)) {
            let found = difference.coding().and_then(|coding| {
                taken
                    .get(difference.note_id)?
                    .iter()
                    .find(|t| t.code == coding.code && t.start < coding.end && coding.start < t.end)
            });
            if let Some(found) = found {
                difference.cause = found.cause(kind);
            }
        }
        Ok(())
    }

    fn taken(
        &self,
        codebook: &Codebook,
        texts: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, Vec<Taken>>> {
        let mut out = BTreeMap::new();
        if texts.is_empty() {
            return Ok(out);
        }
        let matcher = Matcher::new(codebook, self.cues)?;
        let mut worker = matcher.worker();
        for (id, text) in texts {
            let layout = segment::layout(text, self.sections, &[]);
            let coded = worker.code(text, &layout);
            let points = CodePoints::new(text);
            let taken = coded.taken.iter().map(|t| Taken::new(t, codebook, &points));
            out.insert(id.clone(), taken.collect());
        }
        Ok(out)
    }
}

/// A match that was taken away, in code points.
struct Taken {
    code: String,
    start: usize,
    end: usize,
    /// The pattern of `unless`, where one took it.
    unless: Option<String>,
    /// What else took it.
    by: String,
}

impl Taken {
    fn new(taken: &TakenAway, codebook: &Codebook, points: &CodePoints<'_>) -> Self {
        let (start, end) = points.pair(taken.span);
        let (unless, by) = match &taken.by {
            Taker::Unless { pattern, .. } => (
                codebook.pattern(*pattern).map(|p| p.source.clone()),
                String::new(),
            ),
            Taker::Section { name } => (None, format!("section {name} is not coded")),
            Taker::Context { cue } => (None, format!("cue {} drops it", cue.rule)),
        };
        Self {
            code: codebook.code(taken.pattern.code).path.to_string(),
            start,
            end,
            unless,
            by,
        }
    }

    fn cause(&self, kind: Kind) -> Cause {
        match &self.unless {
            Some(pattern) => {
                let sign = if kind == Kind::Lost { '+' } else { '-' };
                Cause::new(
                    Why::Unless,
                    format!("{sign} {} unless: {pattern}", self.code),
                )
            }
            None => Cause::new(Why::Rules, self.by.clone()),
        }
    }
}
