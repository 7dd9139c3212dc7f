//! Small codebooks and coded notes for tests, written as text with the codings marked in it.

use std::collections::BTreeMap;

use crate::text::{Span, Words};

use super::codebook::{Code, CodePath, Codebook, Scope};
use super::coded::CodedNote;
use super::coding::{Assertion, Coding, Evidence, Facts, PatternId, PatternRole, Voice, WhyNot};
use super::corpus::{Basis, Detail, Fields, Note, NoteId, ParticipantId, Sourced};
use super::layout::{Layout, Quotation, Section, Sentence};
use super::measure::{Measure, Part};
use super::pattern::{Near, Pattern, PatternBody, Seq};

/// A codebook of the codes at these paths, each with the pattern `its path*`.
pub(crate) fn codebook(paths: &[&str]) -> Codebook {
    let mut book = Codebook {
        name: "fixture".to_owned(),
        version: "1".to_owned(),
        language: "en".to_owned(),
        memo: String::new(),
        word_lists: BTreeMap::new(),
        codes: Vec::new(),
        sha256: "0".repeat(64),
    };
    for path in paths {
        let parent = path.rsplit_once('/').map(|(parent, _)| {
            let found = book.find(parent);
            found.expect("a parent stands before its children")
        });
        let pattern = Pattern {
            source: format!("{path}*"),
            line: 1,
            column: 1,
            body: PatternBody::Words(Near {
                first: Seq { items: Vec::new() },
                rest: Vec::new(),
            }),
        };
        book.codes.push(Code {
            path: CodePath::new(*path),
            parent,
            name: path.replace(['_', '/'], " "),
            definition: format!("What a passage on {path} says."),
            include: Vec::new(),
            exclude: Vec::new(),
            examples: Vec::new(),
            counterexamples: Vec::new(),
            patterns: vec![pattern],
            opposites: Vec::new(),
            unless: Vec::new(),
            count: vec![Assertion::Affirmed],
            scope: Scope::Sentence,
            memo: String::new(),
            line: 1,
        });
    }
    book
}

/// A note that owns its parts.
#[derive(Debug, Clone)]
pub(crate) struct OwnedNote {
    pub(crate) index: usize,
    pub(crate) note: Note,
    pub(crate) text: String,
    pub(crate) layout: Layout,
    pub(crate) parts: Vec<Part>,
    pub(crate) codings: Vec<Coding>,
}

impl OwnedNote {
    pub(crate) fn coded(&self) -> CodedNote<'_> {
        CodedNote {
            index: self.index,
            note: &self.note,
            text: &self.text,
            layout: &self.layout,
            parts: &self.parts,
            detail: Detail::Summary,
            identifiers: &[],
            copies: super::coded::Copies::LeftOut,
            codings: &self.codings,
        }
    }
}

/// A note in which `{code|words}`, `{code:negated|words}` or `{code:affirmed:quote|words}` is a
/// coding, `## type:` begins a section of that session type, and `"..."` is a direct quotation.
/// An empty participant or session type is unknown.
pub(crate) fn note(
    index: usize,
    participant: &str,
    session_type: &str,
    marked: &str,
    book: &Codebook,
) -> OwnedNote {
    let (text, codings) = unmark(marked, book);
    let mut layout = lay_out(&text);
    layout.sections = sections(&text);
    let mut codings = codings;
    for coding in &mut codings {
        coding.section = layout.section_at(coding.span.start);
    }
    OwnedNote {
        index,
        note: Note {
            id: NoteId::new(format!("n{index:03}")),
            source: format!("{participant}/note{index}.txt").into(),
            locator: "".into(),
            participant: sourced(participant).map_or_else(Sourced::unknown, |p| {
                Sourced::from(ParticipantId::new(p), Basis::Folder)
            }),
            date: Sourced::unknown(),
            day: None,
            session_type: sourced(session_type).map_or_else(Sourced::unknown, |t| {
                Sourced::from(t.into(), Basis::FileName)
            }),
            setting: "".into(),
            author: "".into(),
            fields: Fields::default(),
            turns: [].into(),
            duplicate_of: None,
            not_held: false,
            warnings: [].into(),
        },
        parts: parts(&text, &layout),
        text,
        layout,
        codings,
    }
}

fn sourced(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn unmark(marked: &str, book: &Codebook) -> (String, Vec<Coding>) {
    let mut text = String::new();
    let mut codings = Vec::new();
    for (i, piece) in marked.split('{').enumerate() {
        let Some((mark, rest)) = piece.split_once('}').filter(|_| i > 0) else {
            text.push_str(piece);
            continue;
        };
        let (head, words) = mark.split_once('|').expect("{code|words}");
        let mut head = head.split(':');
        let code = book.find(head.next().unwrap_or_default());
        let start = text.len();
        text.push_str(words);
        let span = Span::new(start, text.len());
        codings.push(coding(
            code.expect("a code of the codebook"),
            span,
            head.next().and_then(|a| a.parse().ok()),
            head.next().and_then(|v| v.parse().ok()),
        ));
        text.push_str(rest);
    }
    (text, codings)
}

fn coding(
    code: super::codebook::CodeIndex,
    span: Span,
    assertion: Option<Assertion>,
    voice: Option<Voice>,
) -> Coding {
    let assertion = assertion.unwrap_or(Assertion::Affirmed);
    Coding {
        code,
        span,
        facts: Facts::from(assertion),
        voice: voice.unwrap_or(Voice::Reported),
        evidence: Evidence {
            pattern: PatternId {
                code,
                role: PatternRole::Finds,
                index: 0,
            },
            matched: span,
            cue: None,
            cues: Vec::new(),
        },
        section: None,
        copied: None,
        why_not: (assertion != Assertion::Affirmed).then_some(WhyNot::Assertion),
        coder: None,
    }
}

fn lay_out(text: &str) -> Layout {
    let words = Words::new(text);
    let mut sentences = Vec::new();
    let mut start = 0;
    for piece in text.split_inclusive(['.', '\n']) {
        let span = Span::new(start, start + piece.len()).trim(text);
        if !span.is_empty() {
            sentences.push(Sentence {
                span,
                words: words.inside(span),
            });
        }
        start += piece.len();
    }
    let marks: Vec<usize> = text.match_indices('"').map(|(at, _)| at).collect();
    let quotes = marks.chunks_exact(2).map(|pair| {
        let span = Span::new(pair[0] + 1, pair[1]);
        Quotation {
            span,
            words: words.inside(span).len(),
            closed: true,
            depth: 0,
        }
    });
    Layout {
        quotes: quotes.collect(),
        words,
        sentences,
        ..Layout::default()
    }
}

fn sections(text: &str) -> Vec<Section> {
    let starts: Vec<usize> = text.match_indices("## ").map(|(at, _)| at).collect();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let section = |(start, end): (usize, usize)| {
        let span = Span::new(start, end);
        let name = span.slice(text).trim_start_matches("## ").split(':').next();
        let name = name.unwrap_or_default();
        Section {
            name: name.to_owned(),
            heading: Span::new(start, start + 3 + name.len()),
            span,
            session_type: Some(name.to_owned()),
            default: super::layout::SectionDefault::None,
            voice: None,
        }
    };
    starts.iter().copied().zip(ends).map(section).collect()
}

fn parts(text: &str, layout: &Layout) -> Vec<Part> {
    let measure = |span: Span| Measure {
        words: layout.words.inside(span).len() as u64,
        sentences: layout
            .sentences
            .iter()
            .filter(|s| span.contains(s.span))
            .count() as u64,
        direct_quotes: layout
            .quotes
            .iter()
            .filter(|q| span.contains(q.span) && q.words >= 3)
            .count() as u64,
    };
    let mut parts = vec![Part {
        session_type: None,
        all: measure(Span::new(0, text.len())),
        ..Part::default()
    }];
    for section in &layout.sections {
        let all = measure(section.span);
        parts[0].all = parts[0].all.less(all);
        parts.push(Part {
            session_type: section.session_type.clone(),
            all,
            ..Part::default()
        });
    }
    parts
}
