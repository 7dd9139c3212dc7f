//! Parses the filters of a question.

use crate::text::Span;

use super::super::filter::{self, Filter, Value};
use super::super::pieces::{Kind, Piece};
use super::{Parser, Problem};

impl Parser<'_> {
    /// A field, a sign and one of several values.
    pub(super) fn filter(&mut self) -> Result<Filter, Problem> {
        let (field, place) = self.field()?;
        let sign_place = self.here();
        let sign = match self.peek().map(|p| &p.kind) {
            Some(Kind::Sign(sign)) => *sign,
            _ => {
                return self.problem(
                    "A sign is missing here.",
                    "Write: where participant = P01 and voice = quote.",
                );
            }
        };
        self.at += 1;
        let mut values = vec![self.value()?];
        while self.take("or") {
            values.push(self.value()?);
            if let Some(Kind::Sign(_)) = self.peek().map(|p| &p.kind) {
                let hint = "`or` stands between values of one field: voice = quote or reported.";
                return self.problem("A filter cannot begin behind `or`.", hint);
            }
        }
        filter::filter((&field, place), (sign, sign_place), &values, self.known)
    }

    /// A field's name; `session type` may be two words.
    fn field(&mut self) -> Result<(String, Span), Problem> {
        let word = self.word_at(self.at);
        if word.is_empty() {
            let hint = format!("It is one of {}.", filter::FIELDS.join(", "));
            return self.problem("A field is missing here.", &hint);
        }
        let mut place = self.here();
        self.at += 1;
        if word == "session" && self.word_at(self.at) == "type" {
            place = place.union(self.here());
            self.at += 1;
            return Ok(("session_type".to_owned(), place));
        }
        Ok((word.replace('-', "_"), place))
    }

    fn value(&mut self) -> Result<Value, Problem> {
        match self.peek().cloned() {
            Some(Piece {
                kind: Kind::Word(text) | Kind::Quoted(text),
                span,
            }) => {
                self.at += 1;
                Ok((text, span))
            }
            _ => self.problem(
                "A value is missing here.",
                "Names of several words stand in quotation marks.",
            ),
        }
    }
}
