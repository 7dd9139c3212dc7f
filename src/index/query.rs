//! What is looked for: words, phrases, AND, OR, NOT.
//!
//! Words beside each other stand in a row. `word` finds any form of the same stem, `=word` that
//! form, `word*` what starts so; the operators are written in capitals; `(` `)` group, `"` hold
//! words together.

use crate::error::{Error, Result};
use crate::text::{fold, tokenize};

/// What a note is searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Query {
    /// Words in a row, at least one.
    Phrase(Vec<Term>),
    /// All of several.
    And(Vec<Query>),
    /// One of several.
    Or(Vec<Query>),
    /// Nothing of it.
    Not(Box<Query>),
}

/// One word of a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Term {
    /// Any form of the same stem; the word, folded.
    Stem(String),
    /// This form.
    Exact(String),
    /// Words that start so.
    Prefix(String),
}

/// Deepest nesting of brackets.
const DEPTH_MAX: usize = 64;

/// Reads a query.
pub(super) fn parse(source: &str) -> Result<Query> {
    let pieces = pieces(source)?;
    let mut parser = Parser {
        pieces: &pieces,
        at: 0,
        depth: 0,
    };
    let query = parser.or()?;
    if parser.at < pieces.len() {
        return Err(wrong("there is a `)` too many"));
    }
    if !looks_for_words(&query) {
        return Err(wrong(
            "it only says what notes must not hold; add a word to look for",
        ));
    }
    Ok(query)
}

fn wrong(what: &str) -> Error {
    Error::other(format!(
        "the query cannot be read: {what}. Write words in a row, `=word`, `word*`, and AND, OR, NOT, ( ) between them."
    ))
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Open,
    Close,
    And,
    Or,
    Not,
    Words(Vec<Term>),
}

/// Cuts a query into words, brackets and operators.
fn pieces(source: &str) -> Result<Vec<Piece>> {
    let mut out = Vec::new();
    let mut rest = source;
    let mut quoted = false;
    loop {
        rest = rest.trim_start();
        let Some(first) = rest.chars().next() else {
            break;
        };
        let len = match first {
            '"' | '“' | '”' => {
                quoted = !quoted;
                first.len_utf8()
            }
            '(' | ')' if !quoted => {
                out.push(if first == '(' {
                    Piece::Open
                } else {
                    Piece::Close
                });
                1
            }
            _ => {
                let end = rest
                    .find(|c: char| c.is_whitespace() || matches!(c, '"' | '“' | '”' | '(' | ')'))
                    .unwrap_or(rest.len())
                    .max(first.len_utf8());
                let word = crate::text::Span::new(0, end).slice(rest);
                match word {
                    "AND" if !quoted => out.push(Piece::And),
                    "OR" if !quoted => out.push(Piece::Or),
                    "NOT" if !quoted => out.push(Piece::Not),
                    _ => push_words(&mut out, terms(word)?),
                }
                end
            }
        };
        rest = crate::text::Span::new(len, rest.len()).slice(rest);
    }
    if quoted {
        return Err(wrong("a quotation mark is not closed"));
    }
    Ok(out)
}

/// Words beside each other stand in a row.
fn push_words(out: &mut Vec<Piece>, terms: Vec<Term>) {
    match out.last_mut() {
        Some(Piece::Words(words)) => words.extend(terms),
        _ => out.push(Piece::Words(terms)),
    }
}

/// The terms of a written word, which is cut into words as the text is.
fn terms(written: &str) -> Result<Vec<Term>> {
    let exact = written.starts_with('=');
    let prefix = written.ends_with('*');
    let folded = fold(written.trim_start_matches('=').trim_end_matches('*')).into_owned();
    let words: Vec<String> = tokenize(&folded)
        .iter()
        .map(|t| t.span().slice(&folded).to_owned())
        .collect();
    if words.is_empty() {
        return Err(wrong(&format!("there is no word in {written:?}")));
    }
    let last = words.len() - 1;
    let term = |(i, word): (usize, String)| match (exact, prefix && i == last) {
        (_, true) => Term::Prefix(word),
        (true, false) => Term::Exact(word),
        (false, false) => Term::Stem(word),
    };
    Ok(words.into_iter().enumerate().map(term).collect())
}

struct Parser<'p> {
    pieces: &'p [Piece],
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn next_is(&mut self, piece: &Piece) -> bool {
        let is = self.pieces.get(self.at) == Some(piece);
        self.at += usize::from(is);
        is
    }

    fn or(&mut self) -> Result<Query> {
        let mut of = vec![self.and()?];
        while self.next_is(&Piece::Or) {
            of.push(self.and()?);
        }
        Ok(one_or(of, Query::Or))
    }

    fn and(&mut self) -> Result<Query> {
        let mut of = vec![self.not()?];
        loop {
            let joined = self.next_is(&Piece::And);
            // `a NOT b` and `a (b OR c)` are joined without saying so.
            let goes_on = matches!(
                self.pieces.get(self.at),
                Some(Piece::Not | Piece::Open | Piece::Words(_))
            );
            if !joined && !goes_on {
                return Ok(one_or(of, Query::And));
            }
            of.push(self.not()?);
        }
    }

    fn not(&mut self) -> Result<Query> {
        let mut negated = false;
        while self.next_is(&Piece::Not) {
            negated = !negated;
        }
        let inner = self.primary()?;
        Ok(if negated {
            Query::Not(Box::new(inner))
        } else {
            inner
        })
    }

    fn primary(&mut self) -> Result<Query> {
        if self.next_is(&Piece::Open) {
            self.depth += 1;
            if self.depth > DEPTH_MAX {
                return Err(wrong("its brackets are nested too deep"));
            }
            let inner = self.or()?;
            self.depth -= 1;
            if !self.next_is(&Piece::Close) {
                return Err(wrong("a `(` is not closed"));
            }
            return Ok(inner);
        }
        match self.pieces.get(self.at) {
            Some(Piece::Words(words)) => {
                self.at += 1;
                Ok(Query::Phrase(words.clone()))
            }
            _ => Err(wrong("a word is missing")),
        }
    }
}

fn one_or(mut of: Vec<Query>, many: fn(Vec<Query>) -> Query) -> Query {
    match of.len() {
        1 => of.remove(0),
        _ => many(of),
    }
}

fn looks_for_words(query: &Query) -> bool {
    match query {
        Query::Phrase(_) => true,
        Query::And(of) => of.iter().any(looks_for_words),
        Query::Or(of) => of.iter().all(looks_for_words),
        Query::Not(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(query: &Query) -> String {
        let all = |of: &[Query], by: &str| of.iter().map(shown).collect::<Vec<_>>().join(by);
        match query {
            Query::Phrase(terms) => terms
                .iter()
                .map(|t| match t {
                    Term::Stem(w) => w.clone(),
                    Term::Exact(w) => format!("={w}"),
                    Term::Prefix(w) => format!("{w}*"),
                })
                .collect::<Vec<_>>()
                .join(" "),
            Query::And(of) => format!("({})", all(of, " & ")),
            Query::Or(of) => format!("({})", all(of, " | ")),
            Query::Not(inner) => format!("!{}", shown(inner)),
        }
    }

    #[test]
    fn words_in_a_row_and_operators_are_read() {
        for (source, expected) in [
            ("felt Safe", "felt safe"),
            ("self-care*", "self care*"),
            (
                "=Home AND naus* OR \"at home\"",
                "((=home & naus*) | at home)",
            ),
            ("home NOT (dose OR visit)", "(home & !(dose | visit))"),
            ("\"safe AND sound\"", "safe and sound"),
        ] {
            assert_eq!(shown(&parse(source).expect(source)), expected, "{source}");
        }
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        for (source, part) in [
            ("", "a word is missing"),
            ("a AND", "a word is missing"),
            ("(a", "not closed"),
            ("a)", "too many"),
            ("NOT a", "must not hold"),
            ("a OR NOT b", "must not hold"),
            ("\"a", "quotation mark"),
            ("--", "no word in"),
        ] {
            let error = parse(source).expect_err(source).to_string();
            assert!(error.contains(part), "{source}: {error}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_query_panics(source in "[a =*()\"ANDORT-]{0,40}") {
            let _query = parse(&source);
        }
    }
}
