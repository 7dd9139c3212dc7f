//! Cuts a question into words, quoted names, parentheses and signs.

use crate::text::Span;

use super::parse::Problem;

/// Most pieces of a question: enough for any that a person reads, few enough to work on by calls
/// that hold each other.
const PIECES_MAX: usize = 400;

/// A piece of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// Its bytes.
    pub(super) span: Span,
    /// What it is.
    pub(super) kind: Kind,
}

/// What a piece is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Word(String),
    /// A name in quotation marks, which is never a keyword.
    Quoted(String),
    Open,
    Close,
    Sign(Sign),
}

/// How a filter compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Is,
    IsNot,
    Below,
    AtMost,
    Above,
    AtLeast,
}

/// Cuts a question into pieces.
pub(super) fn pieces(source: &str) -> Result<Vec<Piece>, Problem> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(c) = Span::new(at, source.len()).slice(source).chars().next() {
        let end = at + c.len_utf8();
        if c.is_whitespace() {
            at = end;
            continue;
        }
        let piece = match c {
            '(' => plain(Kind::Open, at, end),
            ')' => plain(Kind::Close, at, end),
            '"' | '\u{201C}' | '\u{201D}' => quoted(source, at, end)?,
            '=' | '!' | '<' | '>' => sign(source, at)?,
            _ => word(source, at),
        };
        at = piece.span.end;
        out.push(piece);
        if out.len() > PIECES_MAX {
            let hint = format!("It may have {PIECES_MAX} words at most.");
            return Err(Problem::new(
                Span::new(at - 1, at),
                "The question is too long.",
                hint,
            ));
        }
    }
    Ok(out)
}

fn plain(kind: Kind, start: usize, end: usize) -> Piece {
    Piece {
        span: Span::new(start, end),
        kind,
    }
}

fn quoted(source: &str, start: usize, inside: usize) -> Result<Piece, Problem> {
    let rest = Span::new(inside, source.len()).slice(source);
    let mark = rest
        .char_indices()
        .find(|(_, c)| matches!(c, '"' | '\u{201C}' | '\u{201D}'));
    let Some((len, mark)) = mark else {
        return Err(Problem::new(
            Span::new(start, inside),
            "This quotation mark is not closed.",
            "Close it behind the name.",
        ));
    };
    let name = Span::new(inside, inside + len)
        .slice(source)
        .trim()
        .to_owned();
    Ok(plain(
        Kind::Quoted(name),
        start,
        inside + len + mark.len_utf8(),
    ))
}

fn sign(source: &str, start: usize) -> Result<Piece, Problem> {
    let rest = Span::new(start, source.len()).slice(source);
    for (text, sign) in [
        ("!=", Sign::IsNot),
        ("<=", Sign::AtMost),
        (">=", Sign::AtLeast),
        ("=", Sign::Is),
        ("<", Sign::Below),
        (">", Sign::Above),
    ] {
        if rest.starts_with(text) {
            return Ok(plain(Kind::Sign(sign), start, start + text.len()));
        }
    }
    Err(Problem::new(
        Span::new(start, start + 1),
        "A `!` stands alone.",
        "Write `!=` in a filter, and `not` before a code.",
    ))
}

fn word(source: &str, start: usize) -> Piece {
    let rest = Span::new(start, source.len()).slice(source);
    let ends = |c: char| c.is_whitespace() || "()\"\u{201C}\u{201D}=!<>".contains(c);
    let len = rest.find(ends).unwrap_or(rest.len());
    let span = Span::new(start, start + len);
    Piece {
        span,
        kind: Kind::Word(span.slice(source).to_owned()),
    }
}
