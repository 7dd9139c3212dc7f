//! How much a note says, part by part.

use crate::model::coded::{CodedNote, Copies};
use crate::model::corpus::{Detail, Note};
use crate::model::headings::SectionRules;
use crate::model::measure::{Measure, Part};
use crate::segment;

use super::Worked;

/// How much text a note has, by session type.
pub(super) struct Counted {
    pub(super) parts: Vec<Part>,
    pub(super) detail: Detail,
}

impl Counted {
    pub(super) fn new(worked: &Worked, sections: &SectionRules) -> Self {
        let parts = segment::parts(&worked.text, &worked.layout);
        let mut whole = Measure::default();
        for part in &parts {
            whole += part.all;
        }
        Self {
            detail: segment::detail(&whole, sections),
            parts,
        }
    }

    pub(super) fn note<'a>(
        &'a self,
        worked: &'a Worked,
        notes: &'a [Note],
        copies: Copies,
    ) -> CodedNote<'a> {
        CodedNote {
            index: worked.index,
            note: &notes[worked.index],
            text: &worked.text,
            layout: &worked.layout,
            parts: &self.parts,
            detail: self.detail,
            copies,
            identifiers: &worked.identifiers,
            codings: &worked.coded.codings,
        }
    }
}
