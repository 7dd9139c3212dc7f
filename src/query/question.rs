//! A question as it was understood.

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
