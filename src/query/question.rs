//! A question as it was understood.

use super::facts::NoteFacts;
use super::filter::Filter;

/// A question, ready to be asked of notes.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    pub(super) root: Expr,
    /// The paths of the codebook's codes, which terms name by place.
    pub(super) codes: Vec<String>,
}

impl Question {
    /// Whether it asks what stands in the same session, so that notes cannot be looked at alone.
    pub fn spans_notes(&self) -> bool {
        self.root.spans_notes()
    }

    /// The session types of a note that are asked; none of a note that the question leaves out. What it does
    /// not ask is not counted as looked at.
    pub(super) fn asks_of<'n>(&self, note: &'n NoteFacts) -> impl Iterator<Item = &'n str> {
        let filters = match &self.root {
            Expr::Where { filters, .. } => filters.as_slice(),
            _ => &[],
        };
        let types = note.session_types.iter().map(String::as_str);
        let is_asked = filters.iter().all(|f| f.note(note));
        types.filter(move |name| is_asked && filters.iter().all(|f| f.session_type(name)))
    }

    /// Whether a note with codings of such codes may give a passage. A yes may be wrong, a no never
    /// is. Where notes of a session are asked together, what one lacks another may have.
    pub fn may_answer_with(&self, codes: impl Iterator<Item = usize>) -> bool {
        if self.spans_notes() {
            return true;
        }
        let mut has = vec![false; self.codes.len()];
        for code in codes {
            if let Some(has) = has.get_mut(code) {
                *has = true;
            }
        }
        self.root.may_find(&has)
    }
}

/// What a question, or a part of one, asks for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expr {
    /// Passages of some codes; true where the code counts.
    Codes(Vec<bool>),
    /// Parts of the text, coded or not.
    Parts(Part),
    /// What answers one of several.
    Either(Vec<Expr>),
    /// What stands together.
    Together {
        wanted: Vec<Expr>,
        unwanted: Vec<Expr>,
        reach: Reach,
    },
    /// The left side with the next of the right side behind it.
    Followed {
        left: Box<Expr>,
        right: Box<Expr>,
        within: Option<Window>,
        sense: Sense,
    },
    /// The left side where the right side shares text with it.
    Overlapping {
        left: Box<Expr>,
        right: Box<Expr>,
        sense: Sense,
    },
    /// Only what passes all filters.
    Where {
        inner: Box<Expr>,
        filters: Vec<Filter>,
    },
}

/// Whether a relation must hold or must not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sense {
    Must,
    MustNot,
}

/// A part of a note's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Note,
    Paragraph,
    Sentence,
    Quotation,
}

/// How far apart passages may stand that stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    Within(Window),
    SameNote,
    SameSession,
}

/// So many units at most: words between, or sentences or paragraphs further on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) count: u32,
    pub(super) unit: Unit,
}

/// What a window counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Words,
    Sentences,
    Paragraphs,
}

impl Expr {
    /// Whether it may find a place in a note that has codings of these codes.
    fn may_find(&self, has: &[bool]) -> bool {
        match self {
            Self::Codes(codes) => codes.iter().zip(has).any(|(asked, has)| *asked && *has),
            Self::Parts(_) => true,
            Self::Either(all) => all.iter().any(|e| e.may_find(has)),
            Self::Together { wanted, .. } => wanted.iter().all(|e| e.may_find(has)),
            Self::Followed {
                left, right, sense, ..
            }
            | Self::Overlapping { left, right, sense } => {
                left.may_find(has) && (*sense == Sense::MustNot || right.may_find(has))
            }
            Self::Where { inner, .. } => inner.may_find(has),
        }
    }

    fn spans_notes(&self) -> bool {
        match self {
            Self::Codes(_) | Self::Parts(_) => false,
            Self::Either(all) => all.iter().any(Self::spans_notes),
            Self::Together {
                wanted,
                unwanted,
                reach,
            } => {
                *reach == Reach::SameSession || wanted.iter().chain(unwanted).any(Self::spans_notes)
            }
            Self::Followed { left, right, .. } | Self::Overlapping { left, right, .. } => {
                left.spans_notes() || right.spans_notes()
            }
            Self::Where { inner, .. } => inner.spans_notes(),
        }
    }
}
