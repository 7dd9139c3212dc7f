//! Parses the pattern language.
//!
//! Comes in: one pattern as a researcher wrote it. Goes out: its meaning, or an error that knows
//! the columns of the offending piece. Refuses: patterns that could match nothing, and patterns
//! that begin or end with a gap, since their span would say nothing of the theme.

mod pieces;

use crate::model::pattern::{Atom, Item, Near, Pattern, PatternBody, Seq, WordForm};
use crate::text::{Span, fold, tokenize};

use super::expression;

use pieces::{Piece, PieceKind, pieces};

/// Fewest letters of a word with `~`: shorter words are one edit away from too many others.
const FUZZY_LETTERS_MIN: usize = 5;
/// Deepest nesting of parentheses.
const DEPTH_MAX: u32 = 32;

/// What is wrong with a pattern, and where in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    /// Bytes of the offending piece in the pattern's source.
    pub span: Span,
    /// What is wrong, as a sentence.
    pub message: String,
    /// What to do, as a sentence.
    pub hint: String,
}

/// Parses a pattern; its place is left at 0 for the caller to fill.
///
/// ```
/// use verbatim::codebook::parse_pattern;
/// assert!(parse_pattern("close to {family}").is_ok());
/// assert!(parse_pattern("/\\bn\\/v\\b/").is_ok());
/// assert!(parse_pattern("_ home").is_err());
/// ```
///
/// # Errors
/// Where the text is no pattern; the error says what to do.
pub fn parse_pattern(source: &str) -> Result<Pattern, PatternError> {
    let trimmed = Span::new(0, source.len()).trim(source);
    if trimmed.is_empty() {
        return Err(error(
            trimmed,
            "The pattern is empty.",
            "Write a word, or remove the line.",
        ));
    }
    let body = if trimmed.slice(source).starts_with('/') {
        PatternBody::Regex(regex_source(source, trimmed)?)
    } else {
        let mut parser = Parser {
            source,
            pieces: pieces(source)?,
            at: 0,
            depth: 0,
        };
        let near = parser.near()?;
        if let Some(piece) = parser.peek() {
            let hint = "Put alternatives in parentheses: (a|b).";
            return Err(error(
                piece.span,
                "This stands outside of any parentheses.",
                hint,
            ));
        }
        check_edges(&near, trimmed)?;
        PatternBody::Words(near)
    };
    Ok(Pattern {
        source: trimmed.slice(source).to_owned(),
        line: 0,
        column: 0,
        body,
    })
}

fn error(span: Span, message: impl Into<String>, hint: impl Into<String>) -> PatternError {
    PatternError {
        span,
        message: message.into(),
        hint: hint.into(),
    }
}

fn regex_source(source: &str, whole: Span) -> Result<String, PatternError> {
    let text = whole.slice(source);
    let inner = text
        .strip_prefix('/')
        .and_then(|rest| rest.strip_suffix('/'));
    let Some(inner) = inner.filter(|i| !i.is_empty() && !ends_escaped(i)) else {
        let hint = "Write it as /.../ and a slash inside as \\/.";
        return Err(error(
            whole,
            "The regular expression has no closing slash.",
            hint,
        ));
    };
    let plain = inner.replace("\\/", "/");
    let folded: String = plain.chars().map(straight_quote).collect();
    if expression::is_plainly_sound(&folded) {
        return Ok(folded);
    }
    let compiled = regex::RegexBuilder::new(&folded)
        .case_insensitive(true)
        .build();
    match compiled {
        Err(problem) => {
            let text = problem.to_string();
            let last = text
                .lines()
                .last()
                .unwrap_or_default()
                .trim_start_matches("error: ");
            let hint = "Look-around and back-references are not supported: the engine is linear.";
            Err(error(
                whole,
                format!("The regular expression is not valid: {last}."),
                hint,
            ))
        }
        Ok(regex) if regex.is_match("") => {
            let hint = "Ask for at least one character.";
            Err(error(
                whole,
                "The regular expression matches nothing at all.",
                hint,
            ))
        }
        Ok(_) => Ok(folded),
    }
}

fn ends_escaped(inner: &str) -> bool {
    inner.bytes().rev().take_while(|&b| b == b'\\').count() % 2 == 1
}

/// The folded text has straight quotation marks only, so a regex must ask for those.
fn straight_quote(c: char) -> char {
    match c {
        '\u{2018}' | '\u{2019}' => '\'',
        '\u{201C}' | '\u{201D}' => '"',
        other => other,
    }
}

struct Parser<'s> {
    source: &'s str,
    pieces: Vec<Piece>,
    at: usize,
    depth: u32,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Piece> {
        self.pieces.get(self.at)
    }

    fn end(&self) -> Span {
        let end = self.source.trim_end().len();
        Span::new(end.saturating_sub(1), end)
    }

    fn near(&mut self) -> Result<Near, PatternError> {
        let from = self.at;
        let first = self.seq()?;
        let mut rest = Vec::new();
        while let Some(Piece {
            kind: PieceKind::Op(op),
            ..
        }) = self.peek()
        {
            let op = *op;
            if rest.is_empty() {
                self.must_match_something(&first, from)?;
            }
            self.at += 1;
            let from = self.at;
            let seq = self.seq()?;
            self.must_match_something(&seq, from)?;
            rest.push((op, seq));
        }
        Ok(Near { first, rest })
    }

    /// Refuses a side of an operator that could be missing: what would then be near what?
    fn must_match_something(&self, seq: &Seq, from: usize) -> Result<(), PatternError> {
        if !nullable_seq(seq) {
            return Ok(());
        }
        let pieces = &self.pieces[from..self.at];
        let span = pieces.iter().fold(pieces[0].span, |s, p| s.union(p.span));
        let hint = "At least one word on each side must not be optional.";
        Err(error(
            span,
            "This side of the operator could match nothing.",
            hint,
        ))
    }

    fn seq(&mut self) -> Result<Seq, PatternError> {
        let mut items = Vec::new();
        while let Some(piece) = self.peek().cloned() {
            if matches!(
                piece.kind,
                PieceKind::Close | PieceKind::Bar | PieceKind::Op(_)
            ) {
                break;
            }
            items.push(self.item(piece)?);
        }
        if items.is_empty() {
            let span = self.peek().map_or_else(|| self.end(), |p| p.span);
            let hint = "An operator, a bar or a parenthesis needs words on both sides.";
            return Err(error(span, "A word is missing here.", hint));
        }
        Ok(Seq { items })
    }

    fn item(&mut self, piece: Piece) -> Result<Item, PatternError> {
        self.at += 1;
        let (atom, mut optional) = match piece.kind {
            PieceKind::Open => (self.group(piece.span)?, false),
            PieceKind::List(name) => (Atom::List(name), false),
            PieceKind::Gap(min, max) => (Atom::Gap { min, max }, false),
            PieceKind::Word(text) => word(&text, piece.span)?,
            PieceKind::Question | PieceKind::Close | PieceKind::Bar | PieceKind::Op(_) => {
                let hint = "A question mark follows the word, list or group that may be missing.";
                return Err(error(piece.span, "A question mark stands alone.", hint));
            }
        };
        if matches!(
            self.peek(),
            Some(Piece {
                kind: PieceKind::Question,
                ..
            })
        ) {
            self.at += 1;
            optional = true;
        }
        Ok(Item { atom, optional })
    }

    fn group(&mut self, open: Span) -> Result<Atom, PatternError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(error(
                open,
                "Parentheses are nested too deeply.",
                "Use a word list.",
            ));
        }
        let mut alternatives = vec![self.near()?];
        loop {
            match self.peek().map(|p| &p.kind) {
                Some(PieceKind::Bar) => {
                    self.at += 1;
                    alternatives.push(self.near()?);
                }
                Some(PieceKind::Close) => {
                    self.at += 1;
                    self.depth -= 1;
                    return Ok(Atom::Group(alternatives));
                }
                _ => return Err(error(open, "This parenthesis is not closed.", "Add a `)`.")),
            }
        }
    }
}

/// A written word with its marks: `=` before; `*`, `~` and `?` behind.
fn word(text: &str, span: Span) -> Result<(Atom, bool), PatternError> {
    let (text, optional) = match text.strip_suffix('?') {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let (text, mut form) = match text.strip_prefix('=') {
        Some(rest) => (rest, WordForm::Exact),
        None => (text, WordForm::Stem),
    };
    let marked = text.strip_suffix('*').map(|t| (t, WordForm::Prefix));
    let marked = marked.or_else(|| text.strip_suffix('~').map(|t| (t, WordForm::Fuzzy)));
    let text = match marked {
        Some(_) if form == WordForm::Exact => {
            let hint = "Use `=` for one form only, or `*` and `~` for several, not both.";
            return Err(error(
                span,
                "`=` and a mark at the end contradict each other.",
                hint,
            ));
        }
        Some((rest, mark)) => {
            form = mark;
            rest
        }
        None => text,
    };
    if text.contains(['*', '~', '?', '=', '{', '}']) {
        let hint = "`=` stands before a word; `*`, `~` and `?` stand behind it.";
        return Err(error(span, format!("{text:?} is no word."), hint));
    }
    let folded = fold(text);
    let words: Vec<String> = tokenize(&folded)
        .iter()
        .map(|t| t.span().slice(&folded).to_owned())
        .collect();
    let Some(last) = words.last() else {
        let hint = "Use a regular expression (/.../) for signs that are not words.";
        return Err(error(span, format!("{text:?} holds no word."), hint));
    };
    if form == WordForm::Fuzzy && last.chars().count() < FUZZY_LETTERS_MIN {
        let hint = format!("`~` needs a word of {FUZZY_LETTERS_MIN} letters or more.");
        return Err(error(span, format!("{last:?} is too short for `~`."), hint));
    }
    Ok((Atom::Word { words, form }, optional))
}

fn check_edges(near: &Near, whole: Span) -> Result<(), PatternError> {
    for seq in std::iter::once(&near.first).chain(near.rest.iter().map(|(_, seq)| seq)) {
        if nullable_seq(seq) {
            let hint = "At least one word must not be optional.";
            return Err(error(whole, "The pattern could match nothing.", hint));
        }
        if gap_at_edge(seq.items.iter()) || gap_at_edge(seq.items.iter().rev()) {
            let hint = "Remove the gap at the edge: it says nothing about the theme.";
            return Err(error(whole, "The pattern begins or ends with a gap.", hint));
        }
    }
    Ok(())
}

fn nullable_seq(seq: &Seq) -> bool {
    seq.items.iter().all(nullable)
}

fn nullable(item: &Item) -> bool {
    item.optional
        || match &item.atom {
            Atom::Word { .. } | Atom::List(_) => false,
            Atom::Gap { min, .. } => *min == 0,
            Atom::Group(alternatives) => alternatives
                .iter()
                .any(|n| n.rest.is_empty() && nullable_seq(&n.first)),
        }
}

/// Whether walking from one edge can meet a gap before a word.
fn gap_at_edge<'i>(items: impl Iterator<Item = &'i Item>) -> bool {
    for item in items {
        if matches!(item.atom, Atom::Gap { .. }) {
            return true;
        }
        if !nullable(item) {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::pattern::Op;

    fn body(source: &str) -> PatternBody {
        parse_pattern(source)
            .unwrap_or_else(|e| panic!("{source}: {}", e.message))
            .body
    }

    fn message(source: &str) -> String {
        parse_pattern(source).expect_err(source).message
    }

    #[test]
    fn the_contract_s_examples_parse() {
        for source in [
            "cope",
            "=coping",
            "=not",
            "=w",
            "ground*",
            "dizzyness~",
            "(rooted|centered) and (calm|safe)",
            "close to {family}",
            "my daughter _{0,3} part of me",
            "really? safe",
            "delegate w/5 more",
            "asked pre/4 help",
            "home not w/2 (dose|KAP|visit)",
            "/\\bn\\/v\\b/",
            "self-care",
            "n/v",
            "not safe",
            "(a b | c w/2 d)? e",
            "{family}? safe _ now",
            "_? x y".trim_start_matches("_? "),
        ] {
            body(source);
        }
    }

    #[test]
    fn a_hyphenated_word_is_two_words() {
        let PatternBody::Words(near) = body("self-care*") else {
            panic!("words")
        };
        let Atom::Word { words, form } = &near.first.items[0].atom else {
            panic!("a word")
        };
        assert_eq!(
            (words.as_slice(), *form),
            (["self".into(), "care".into()].as_slice(), WordForm::Prefix)
        );
    }

    #[test]
    fn not_is_an_operator_only_before_a_window() {
        let PatternBody::Words(near) = body("home not w/2 dose") else {
            panic!("words")
        };
        assert_eq!(near.rest[0].0, Op::NotWithin(2));
        let PatternBody::Words(near) = body("not safe") else {
            panic!("words")
        };
        assert_eq!(near.first.items.len(), 2);
    }

    #[test]
    fn errors_say_what_is_wrong() {
        for (source, part) in [
            ("", "empty"),
            ("_ home", "begins or ends"),
            ("home _{0,2}", "begins or ends"),
            ("a? _ home", "begins or ends"),
            ("a? b?", "match nothing"),
            ("(a? w/3 b?)", "match nothing"),
            ("x (a w/3 b? c?) y", "match nothing"),
            ("a w/2 (b?|c)", "match nothing"),
            ("(a", "not closed"),
            ("a | b", "outside"),
            ("a)", "outside"),
            ("w/3 a", "missing"),
            ("a w/3", "missing"),
            ("cat~", "too short"),
            ("=a*", "contradict"),
            ("a*b", "no word"),
            ("--", "holds no word"),
            ("/a", "closing slash"),
            ("/a*/", "nothing at all"),
            ("/(/", "not valid"),
            ("{}", "no word list"),
            ("{fam", "no word list"),
            ("a _{3,1} b", "wrong way"),
            ("a w/1000 b", "at most"),
            ("a ? ?", "alone"),
            ("a not pre/2 b", "does not exist"),
            ("a _{x} b", "no gap"),
        ] {
            assert!(
                message(source).contains(part),
                "{source:?}: {}",
                message(source)
            );
        }
    }

    #[test]
    fn the_side_that_could_match_nothing_is_underlined() {
        let error = parse_pattern("x (abc w/3 d? e?) y").expect_err("refused");
        assert_eq!(error.span, Span::new(11, 16));
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(source in "[a-c _{}()|?*~=/0-9,\\\\w#é’-]{0,30}") {
            let _parsed = parse_pattern(&source);
        }
    }
}
