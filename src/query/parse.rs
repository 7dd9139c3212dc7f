//! Parses a question.
//!
//! Comes in: its text and the names that the study knows. Goes out: a [`Question`], or a finding
//! with the offending word underlined. It never guesses: an unknown code is an error.

mod filters;

use std::path::Path;

use crate::error::{Diagnostic, Excerpt, Place, Severity};
use crate::text::{CodePoints, Span};

use super::names::Vocabulary;
use super::pieces::{Kind, Piece, Sign, pieces};
use super::question::{Expr, Part, Question, Reach, Sense, Unit, Window};

/// Deepest nesting of parentheses.
const DEPTH_MAX: u32 = 32;

/// Words that cannot be a code's name without quotation marks.
const KEYWORDS: [&str; 8] = [
    "and",
    "or",
    "not",
    "within",
    "followed",
    "overlapping",
    "in",
    "where",
];

/// What is wrong with a question, and where in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    span: Span,
    message: String,
    hint: String,
}

impl Problem {
    pub(super) fn new(span: Span, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            hint: hint.into(),
        }
    }

    fn drawn(self, source: &str) -> Diagnostic {
        let points = CodePoints::new(source);
        let (start, end) = points.pair(self.span);
        let (start, end) = (start as u32 + 1, end as u32 + 1);
        let one_line = |c: char| if c.is_control() { ' ' } else { c };
        Diagnostic {
            rule: "V801",
            severity: Severity::Error,
            place: Place::at(Path::new("query"), 1, start),
            message: self.message,
            hint: self.hint,
            excerpt: Some(Excerpt {
                line: source.chars().map(one_line).collect(),
                start,
                end,
            }),
        }
    }
}

/// Parses a question.
///
/// # Errors
/// A finding that underlines the word where the text is no question, or names a code, a participant
/// or a session type that the study does not have.
pub fn parse(source: &str, known: &Vocabulary) -> Result<Question, Box<Diagnostic>> {
    let read = || {
        let mut parser = Parser {
            pieces: pieces(source)?,
            end: source.trim_end().len(),
            at: 0,
            depth: 0,
            known,
        };
        let root = parser.question()?;
        match parser.peek() {
            None => Ok(root),
            Some(piece) => Err(left_over(piece)),
        }
    };
    match read() {
        Ok(root) => Ok(Question {
            root,
            codes: known.codes.iter().map(|c| c.path.clone()).collect(),
        }),
        Err(problem) => Err(Box::new(problem.drawn(source))),
    }
}

struct Parser<'k> {
    pieces: Vec<Piece>,
    /// Byte behind the last piece.
    end: usize,
    at: usize,
    depth: u32,
    known: &'k Vocabulary,
}

/// The sides of a chain while it is read.
#[derive(Default)]
struct Sides {
    wanted: Vec<Expr>,
    unwanted: Vec<Expr>,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Piece> {
        self.pieces.get(self.at)
    }

    /// The word that comes next, in lower case; empty where it is none.
    fn word_at(&self, at: usize) -> String {
        match self.pieces.get(at).map(|p| &p.kind) {
            Some(Kind::Word(word)) => word.to_lowercase(),
            _ => String::new(),
        }
    }

    /// Takes a keyword if it comes next.
    fn take(&mut self, keyword: &str) -> bool {
        let found = self.word_at(self.at) == keyword;
        self.at += usize::from(found);
        found
    }

    /// The place of what comes next, or of the end.
    fn here(&self) -> Span {
        let end = Span::new(self.end.saturating_sub(1), self.end);
        self.peek().map_or(end, |p| p.span)
    }

    fn problem<T>(&self, message: &str, hint: &str) -> Result<T, Problem> {
        Err(Problem::new(self.here(), message, hint))
    }

    fn question(&mut self) -> Result<Expr, Problem> {
        let inner = self.either()?;
        if !self.take("where") {
            return Ok(inner);
        }
        let mut filters = vec![self.filter()?];
        while self.take("and") {
            filters.push(self.filter()?);
        }
        Ok(Expr::Where {
            inner: Box::new(inner),
            filters,
        })
    }

    fn either(&mut self) -> Result<Expr, Problem> {
        let mut all = vec![self.chain()?];
        while self.take("or") {
            all.push(self.chain()?);
        }
        match (all.len(), all.pop()) {
            (1, Some(only)) => Ok(only),
            (_, last) => {
                all.extend(last);
                Ok(Expr::Either(all))
            }
        }
    }

    fn chain(&mut self) -> Result<Expr, Problem> {
        let mut sides = Sides::default();
        let start = self.here();
        self.side(&mut sides)?;
        loop {
            if self.take("and") {
                self.side(&mut sides)?;
                continue;
            }
            let place = self.here();
            let Some(reach) = self.reach()? else { break };
            if sides.wanted.len() + sides.unwanted.len() < 2 {
                let hint = "Write two: agency and coping within 2 sentences; put `or` in \
                            parentheses. Behind `followed by` and `overlapping` only `within N ...` may \
                            stand.";
                return Err(Problem::new(place, "A reach needs two sides.", hint));
            }
            let together = sides.together(start, Some(reach))?;
            sides = Sides {
                wanted: vec![together],
                unwanted: Vec::new(),
            };
        }
        sides.together(start, None)
    }

    fn side(&mut self, sides: &mut Sides) -> Result<(), Problem> {
        if self.take("not") {
            let unwanted = self.related()?;
            sides.unwanted.push(unwanted);
        } else {
            let wanted = self.related()?;
            sides.wanted.push(wanted);
        }
        Ok(())
    }

    /// A term with those that follow or overlap it.
    fn related(&mut self) -> Result<Expr, Problem> {
        let mut left = self.term()?;
        loop {
            let negated = self.word_at(self.at) == "not"
                && ["followed", "overlapping"].contains(&self.word_at(self.at + 1).as_str());
            self.at += usize::from(negated);
            let sense = if negated { Sense::MustNot } else { Sense::Must };
            if self.take("followed") {
                if !self.take("by") {
                    return self.problem("`by` is missing.", "Write: agency followed by coping.");
                }
                let right = Box::new(self.term()?);
                left = Expr::Followed {
                    left: Box::new(left),
                    right,
                    within: self.window()?,
                    sense,
                };
            } else if self.take("overlapping") {
                left = Expr::Overlapping {
                    left: Box::new(left),
                    right: Box::new(self.term()?),
                    sense,
                };
            } else {
                return Ok(left);
            }
        }
    }

    fn term(&mut self) -> Result<Expr, Problem> {
        let Some(piece) = self.peek().cloned() else {
            return self.problem("A code is missing here.", "Write a code's path: agency.");
        };
        self.at += 1;
        match piece.kind {
            Kind::Open => self.inside(piece.span),
            Kind::Quoted(name) => Ok(Expr::Codes(self.known.subtree(&name, piece.span)?)),
            Kind::Word(word) => self.word(&word, piece.span),
            Kind::Sign(Sign::Is) => match self.peek().cloned() {
                Some(Piece {
                    kind: Kind::Word(name) | Kind::Quoted(name),
                    span,
                }) => {
                    self.at += 1;
                    Ok(Expr::Codes(self.known.itself(&name, span)?))
                }
                _ => self.problem(
                    "A code is missing here.",
                    "`=code` is a code less its children.",
                ),
            },
            Kind::Close | Kind::Sign(_) => Err(Problem::new(
                piece.span,
                "A code is missing here.",
                "An operator needs a code on both sides.",
            )),
        }
    }

    fn inside(&mut self, open: Span) -> Result<Expr, Problem> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            let hint = "Ask in two steps.";
            return Err(Problem::new(
                open,
                "Parentheses are nested too deeply.",
                hint,
            ));
        }
        let inner = self.question()?;
        self.depth -= 1;
        match self.peek().map(|p| &p.kind) {
            Some(Kind::Close) => {
                self.at += 1;
                Ok(inner)
            }
            Some(_) => {
                let piece = self.pieces[self.at].clone();
                Err(left_over(&piece))
            }
            None => Err(Problem::new(
                open,
                "This parenthesis is not closed.",
                "Add a `)`.",
            )),
        }
    }

    fn word(&mut self, word: &str, span: Span) -> Result<Expr, Problem> {
        let lower = word.to_lowercase();
        match lower.as_str() {
            "any" => Ok(Expr::Codes(vec![true; self.known.codes.len()])),
            "note" => Ok(Expr::Parts(Part::Note)),
            "paragraph" => Ok(Expr::Parts(Part::Paragraph)),
            "sentence" => Ok(Expr::Parts(Part::Sentence)),
            "quotation" => Ok(Expr::Parts(Part::Quotation)),
            "not" => Err(Problem::new(
                span,
                "A second `not` stands here.",
                "One `not` before a code leaves out what is near it.",
            )),
            keyword if KEYWORDS.contains(&keyword) => Err(Problem::new(
                span,
                format!("A code is missing before `{keyword}`."),
                "If a code has this name, put it in quotation marks.",
            )),
            _ => Ok(Expr::Codes(self.known.subtree(word, span)?)),
        }
    }

    fn reach(&mut self) -> Result<Option<Reach>, Problem> {
        if let Some(window) = self.window()? {
            return Ok(Some(Reach::Within(window)));
        }
        if !self.take("in") {
            return Ok(None);
        }
        self.take("the");
        if !self.take("same") {
            return self.problem("`the same` is missing.", "Write: in the same note.");
        }
        let same = |unit| Reach::Within(Window { count: 0, unit });
        let reach = match self.word_at(self.at).as_str() {
            "sentence" => same(Unit::Sentences),
            "paragraph" => same(Unit::Paragraphs),
            "note" => Reach::SameNote,
            "session" => Reach::SameSession,
            _ => {
                return self.problem(
                    "In the same what?",
                    "It is one of sentence, paragraph, note, session.",
                );
            }
        };
        self.at += 1;
        Ok(Some(reach))
    }

    fn window(&mut self) -> Result<Option<Window>, Problem> {
        if !self.take("within") {
            return Ok(None);
        }
        let Ok(count) = self.word_at(self.at).parse::<u32>() else {
            return self.problem("Within how many?", "Write a number: within 2 sentences.");
        };
        self.at += 1;
        let unit = match self.word_at(self.at).as_str() {
            "word" | "words" => Unit::Words,
            "sentence" | "sentences" => Unit::Sentences,
            "paragraph" | "paragraphs" => Unit::Paragraphs,
            _ => {
                return self.problem(
                    "Within how many of what?",
                    "It is one of words, sentences, paragraphs.",
                );
            }
        };
        self.at += 1;
        Ok(Some(Window { count, unit }))
    }
}

/// What is wrong with a piece that nothing takes.
fn left_over(piece: &Piece) -> Problem {
    let hint = match piece.kind {
        Kind::Close => "It closes nothing: remove it, or open one before.",
        Kind::Sign(_) => "Filters come behind `where`: ... where voice = quote.",
        _ => "Put `and`, `or`, `followed by` or `overlapping` between two codes.",
    };
    Problem::new(piece.span, "This was not expected here.", hint)
}

impl Sides {
    fn together(mut self, start: Span, reach: Option<Reach>) -> Result<Expr, Problem> {
        if self.wanted.is_empty() {
            return Err(Problem::new(
                start,
                "`not` alone asks for nothing.",
                "Say what is wanted without it: agency and not coping within 2 sentences; note and \
                 not coping; sentence and not any within 0 sentences.",
            ));
        }
        if self.wanted.len() == 1
            && self.unwanted.is_empty()
            && let Some(only) = self.wanted.pop()
        {
            return Ok(only);
        }
        Ok(Expr::Together {
            wanted: self.wanted,
            unwanted: self.unwanted,
            reach: reach.unwrap_or(Reach::SameNote),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::names::CodeName;
    use super::*;
    use proptest::prelude::*;

    fn known() -> Vocabulary {
        let code = |(path, name): (&str, &str)| CodeName {
            path: path.to_owned(),
            name: name.to_owned(),
        };
        Vocabulary {
            codes: [
                ("agency", "Agency"),
                ("coping", "Coping"),
                ("coping/self_care", "Self-care of one's own"),
                ("rest/self_care", "Rest"),
                ("note", "A code called note"),
            ]
            .map(code)
            .to_vec(),
            participants: vec!["P01".to_owned(), "P02".to_owned()],
            session_types: vec!["ketamine".to_owned()],
            authors: vec!["T. Beck".to_owned()],
            ..Vocabulary::default()
        }
    }

    #[test]
    fn questions_parse() {
        for source in [
            "agency",
            "AGENCY and not Coping within 2 sentences",
            "(agency or coping) and not any overlapping sentence",
            "agency followed by coping",
            "agency not followed by coping within 10 words and note",
            "agency and coping in the same session",
            "agency and coping in same paragraph and rest within 3 words",
            "=coping or \"note\" or \"Self-care of one's own\"",
            "coping/self_care where participant = p01 or P02 and voice = quote",
            "agency where session type != ketamine and date >= 2021-02 and author = \"T. B*\"",
            "(agency where voice = quote) and (coping where assertion = negated) within 1 sentence",
            "agency where code = coping and date = 2021 or 2022-01-31",
            "note and not agency",
        ] {
            let source = source.replace("and rest ", "and rest/self_care ");
            if let Err(problem) = parse(&source, &known()) {
                panic!("{problem}");
            }
        }
    }

    /// The word that is underlined, and the message.
    fn refused(source: &str) -> (String, String) {
        let problem = parse(source, &known()).expect_err(source);
        let excerpt = problem.excerpt.expect("an excerpt");
        let chars = source.chars().skip(excerpt.start as usize - 1);
        let word = chars.take((excerpt.end - excerpt.start) as usize).collect();
        (word, format!("{} {}", problem.message, problem.hint))
    }

    #[test]
    fn an_error_underlines_the_word() {
        for (source, word, part) in [
            ("", "", "missing"),
            ("agency and", "d", "missing"),
            ("ägency", "ägency", "Did you mean agency?"),
            (
                "agency and copign within 2 words",
                "copign",
                "Did you mean coping?",
            ),
            (
                "self_care",
                "self_care",
                "coping/self_care or rest/self_care",
            ),
            ("not agency", "not", "asks for nothing"),
            ("agency within 2 sentences", "within", "two sides"),
            ("agency and coping within two words", "two", "how many"),
            ("agency and coping within 2 minutes", "minutes", "of what"),
            ("agency coping", "coping", "not expected"),
            ("(agency", "(", "not closed"),
            ("agency)", ")", "closes nothing"),
            ("agency followed coping", "coping", "`by`"),
            ("agency where voice = loud", "loud", "no voice"),
            ("agency where voise = quote", "voise", "Did you mean voice?"),
            ("agency where participant = P3", "P3", "P01, P02"),
            ("agency where session type = dosing", "dosing", "ketamine"),
            (
                "agency where author = \"T. Bekc\"",
                "\"T. Bekc\"",
                "T. Beck?",
            ),
            ("agency where voice > quote", ">", "no order"),
            ("agency where date = 2021-13", "2021-13", "no date"),
            (
                "agency where voice = quote or author = x",
                "=",
                "behind `or`",
            ),
            ("agency or or", "or", "missing before"),
            ("agency in the same week", "week", "same what"),
            ("\"agency", "\"", "not closed"),
            ("agency where voice ! quote", "!", "alone"),
        ] {
            let (underlined, message) = refused(source);
            assert_eq!(underlined, word, "{source}: {message}");
            assert!(message.contains(part), "{source}: {message}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(source in "\\PC{0,60}") {
            let _parsed = parse(&source, &known());
        }

        #[test]
        fn no_words_panic(
            source in "((agency|coping|any|note|and|or|not|within|2|words|sentences|followed|by|overlapping|in|the|same|session|where|voice|date|=|!=|<|quote|\\(|\\)|\"|é) ?){0,20}"
        ) {
            let _parsed = parse(&source, &known());
        }
    }

    #[test]
    fn a_question_without_end_is_refused() {
        assert!(parse(&"(".repeat(100_000), &known()).is_err());
        assert!(parse(&"agency overlapping ".repeat(10_000), &known()).is_err());
    }
}
