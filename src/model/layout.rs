//! The parts of one note's text: words, sentences, sections, quotations, copied spans.

use std::ops::Range;
use std::sync::Arc;

use crate::text::{Span, Words};

use super::coding::{Assertion, Voice};
use super::corpus::NoteId;

/// A note's text cut into its parts; all spans point into that text.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// Every word, in order.
    pub words: Words,
    /// Sentences, in order, without gaps between their words.
    pub sentences: Vec<Sentence>,
    /// Sections, in order; text before the first heading belongs to none.
    pub sections: Vec<Section>,
    /// Direct quotations, in order; a nested one after the one that holds it.
    pub quotes: Vec<Quotation>,
    /// First-person transcripts and speakers' turns, in order.
    pub turns: Vec<Turn>,
    /// Spans that repeat an earlier note or a template, in order, none inside another.
    pub copied: Vec<CopiedSpan>,
    /// The session type of the note, where somebody knows it: it stands in no text that is laid out.
    pub session_type: Option<Arc<str>>,
    /// What was odd (an unclosed quotation mark).
    pub warnings: Vec<String>,
}

impl Layout {
    /// The layout of a note of a session type.
    #[must_use]
    pub fn of_session(self, session_type: Option<Arc<str>>) -> Self {
        Self {
            session_type,
            ..self
        }
    }

    /// The session type of what stands at a byte: that of its section, else the note's.
    pub fn session_type_at(&self, byte: usize) -> Option<&str> {
        let section = self.section_at(byte).and_then(|at| self.sections.get(at));
        let of_section = section.and_then(|section| section.session_type.as_deref());
        of_section.or(self.session_type.as_deref())
    }

    /// Index of the sentence that holds a byte.
    pub fn sentence_at(&self, byte: usize) -> Option<usize> {
        let next = self.sentences.partition_point(|s| s.span.start <= byte);
        next.checked_sub(1)
    }

    /// Index of the innermost section that holds a byte.
    pub fn section_at(&self, byte: usize) -> Option<usize> {
        self.sections
            .iter()
            .rposition(|s| s.span.start <= byte && byte < s.span.end)
    }

    /// Index of the innermost quotation that holds a whole span.
    pub fn quote_around(&self, span: Span) -> Option<usize> {
        self.quotes.iter().rposition(|q| q.span.contains(span))
    }

    /// Index of the speaker's turn that holds a byte.
    pub fn turn_at(&self, byte: usize) -> Option<usize> {
        let next = self.turns.partition_point(|t| t.span.start <= byte);
        let last = next.checked_sub(1)?;
        (byte < self.turns[last].span.end).then_some(last)
    }
}

/// One sentence, or one item of a list, or one field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Its text, less outer white space.
    pub span: Span,
    /// Its words in [`Layout::words`].
    pub words: Range<usize>,
}

/// A headed part of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The canonical name from the heading list (`plan`), or the heading folded.
    pub name: String,
    /// The heading's words.
    pub heading: Span,
    /// From the heading to the next heading of any kind.
    pub span: Span,
    /// The session type that its heading names, where it is not the note's own.
    pub session_type: Option<String>,
    /// What the section says of passages in which no cue decides.
    pub default: SectionDefault,
    /// The voice of its passages where nothing else tells it (a clinician's observations).
    pub voice: Option<Voice>,
}

/// What a section says of passages in which no cue decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SectionDefault {
    /// Nothing.
    #[default]
    None,
    /// Its passages have this assertion; not those that quote somebody.
    Assertion(Assertion),
    /// The same, quoted ones too ("Intention: 'to rest'").
    AlsoQuoted(Assertion),
    /// Its passages are not coded at all (consent, education).
    NotCoded,
}

/// A stretch inside quotation marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quotation {
    /// From behind the opening mark to before the closing one.
    pub span: Span,
    /// Words in it.
    pub words: usize,
    /// Whether a closing mark was found.
    pub closed: bool,
    /// How deep it is nested: 0 for an outer quotation.
    pub depth: u8,
}

/// Text spoken or written by one person, without quotation marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// What was said.
    pub span: Span,
    /// Who said it.
    pub speaker: Speaker,
}

/// Who speaks in a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    /// The participant (a voice memo, a client's turn).
    Participant,
    /// The clinician.
    Clinician,
    /// Somebody else.
    Other,
}

impl Speaker {
    /// Every speaker.
    pub const ALL: [Self; 3] = [Self::Participant, Self::Clinician, Self::Other];

    /// The word that files use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Participant => "participant",
            Self::Clinician => "clinician",
            Self::Other => "other",
        }
    }
}

/// A span that repeats text written elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedSpan {
    /// The repeated text.
    pub span: Span,
    /// The earliest note that holds it; the span's own where a template first stands in it.
    pub from: NoteId,
    /// What it repeats.
    pub kind: CopyKind,
}

/// What a copied span repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyKind {
    /// An earlier note of the same participant.
    Forward,
    /// A template: words that stand in notes of several participants.
    Boilerplate,
}

impl CopyKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Forward, Self::Boilerplate];

    /// The word that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Forward => "copied",
            Self::Boilerplate => "boilerplate",
        }
    }
}
