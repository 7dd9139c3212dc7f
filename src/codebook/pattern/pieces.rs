//! Cuts a pattern's text into pieces: words, marks, gaps, lists and operators.

use crate::model::pattern::Op;
use crate::text::Span;

use super::{PatternError, error};

/// Most words that a gap or a window may span.
const WINDOW_WORDS_MAX: u32 = 100;

/// A piece of a pattern's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// Its bytes in the source.
    pub(super) span: Span,
    /// What it is.
    pub(super) kind: PieceKind,
}

/// What a piece is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PieceKind {
    Open,
    Close,
    Bar,
    /// `?` behind a group, list or gap.
    Question,
    List(String),
    Gap(u32, u32),
    Op(Op),
    Word(String),
}

/// Cuts a pattern's text into pieces.
pub(super) fn pieces(source: &str) -> Result<Vec<Piece>, PatternError> {
    let mut out: Vec<Piece> = Vec::new();
    let mut rest = source.char_indices().peekable();
    while let Some(&(start, c)) = rest.peek() {
        let single = match c {
            c if c.is_whitespace() => {
                rest.next();
                continue;
            }
            '(' => Some(PieceKind::Open),
            ')' => Some(PieceKind::Close),
            '|' => Some(PieceKind::Bar),
            '?' => Some(PieceKind::Question),
            _ => None,
        };
        if let Some(kind) = single {
            rest.next();
            out.push(Piece {
                span: Span::new(start, start + c.len_utf8()),
                kind,
            });
            continue;
        }
        let mut end = start;
        let mut braces = c == '{';
        while let Some(&(i, c)) = rest.peek() {
            let stops = c.is_whitespace() || "()|".contains(c) || (c == '{' && i > start);
            let gap_brace = c == '{' && Span::new(start, i).slice(source) == "_";
            braces |= gap_brace;
            if stops && !gap_brace && !(braces && c.is_whitespace()) {
                break;
            }
            end = i + c.len_utf8();
            rest.next();
            if c == '}' || (c == '?' && !braces) {
                break;
            }
        }
        let span = Span::new(start, end);
        out.push(Piece {
            span,
            kind: piece_kind(span.slice(source), span)?,
        });
    }
    join_not(out, source)
}

fn piece_kind(text: &str, span: Span) -> Result<PieceKind, PatternError> {
    if let Some(name) = text.strip_prefix('{') {
        let name = name.strip_suffix('}').map(str::trim);
        let valid = |n: &&str| {
            !n.is_empty()
                && n.chars()
                    .all(|c| c.is_alphanumeric() || c == '_' || c == '-')
        };
        return match name.filter(valid) {
            Some(name) => Ok(PieceKind::List(name.to_owned())),
            None => Err(error(
                span,
                "This is no word list.",
                "Write the name of a list of the codebook in braces: {family}.",
            )),
        };
    }
    if text == "_" {
        return Ok(PieceKind::Gap(1, 1));
    }
    if let Some(bounds) = text.strip_prefix("_{") {
        return gap(bounds, span);
    }
    if let Some(op) = operator(text, span)? {
        return Ok(PieceKind::Op(op));
    }
    Ok(PieceKind::Word(text.to_owned()))
}

fn gap(bounds: &str, span: Span) -> Result<PieceKind, PatternError> {
    let numbers = bounds.strip_suffix('}').and_then(|inside| {
        let (min, max) = inside.split_once(',')?;
        Some((
            min.trim().parse::<u32>().ok()?,
            max.trim().parse::<u32>().ok()?,
        ))
    });
    match numbers {
        Some((min, max)) if min <= max && max <= WINDOW_WORDS_MAX => Ok(PieceKind::Gap(min, max)),
        Some((min, max)) if min > max => Err(error(
            span,
            "The gap's bounds are the wrong way round.",
            "Put the smaller first.",
        )),
        Some(_) => Err(error(
            span,
            format!("A gap may span at most {WINDOW_WORDS_MAX} words."),
            "Use `scope: note` and w/n for themes that spread over a note.",
        )),
        None => Err(error(
            span,
            "This is no gap.",
            "Write it as _{0,3}, or _ for one word.",
        )),
    }
}

/// `w/5`, `pre/4`; other words with a slash are words.
fn operator(text: &str, span: Span) -> Result<Option<Op>, PatternError> {
    let number = |prefix: &str| {
        text.strip_prefix(prefix)
            .filter(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
    };
    let (digits, before) = match (number("w/"), number("pre/")) {
        (Some(digits), _) => (digits, false),
        (_, Some(digits)) => (digits, true),
        _ => return Ok(None),
    };
    match digits.parse::<u32>() {
        Ok(n) if n <= WINDOW_WORDS_MAX => {
            Ok(Some(if before { Op::Before(n) } else { Op::Within(n) }))
        }
        _ => Err(error(
            span,
            format!("A window may span at most {WINDOW_WORDS_MAX} words."),
            "Choose a smaller number.",
        )),
    }
}

/// Joins `not` and `w/n` into one operator; a `not` elsewhere is a word.
fn join_not(pieces: Vec<Piece>, source: &str) -> Result<Vec<Piece>, PatternError> {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let after_not = out.last().is_some_and(|p| {
            p.kind == PieceKind::Word("not".to_owned()) && p.span.slice(source) == "not"
        });
        match (after_not, &piece.kind) {
            (true, PieceKind::Op(Op::Within(n))) => {
                let not = out.pop().map_or(piece.span, |p| p.span);
                let kind = PieceKind::Op(Op::NotWithin(*n));
                out.push(Piece {
                    span: not.union(piece.span),
                    kind,
                });
            }
            (true, PieceKind::Op(Op::Before(_))) => {
                let hint = "Use `not w/n`, or write =not for the word itself.";
                return Err(error(piece.span, "`not pre/n` does not exist.", hint));
            }
            _ => out.push(piece),
        }
    }
    Ok(out)
}
