//! A coder adds a passage by its words.
//!
//! Comes in: a code and words of the note. Goes out: the decision, written; where the words stand in several
//! places, the question which one is meant.

use std::fmt::Write as _;

use crate::error::Result;
use crate::exchange::find_words;
use crate::model::decision::Action;
use crate::text::Span;

use super::super::item::Item;
use super::{Asked, Desk, one_line, said};

impl Desk<'_> {
    pub(super) fn add(&mut self, code: &str, words: &str) -> Result<String> {
        let code = match self.code(code) {
            Ok(code) => code,
            Err(why) => return Ok(self.again(&why)),
        };
        if words.is_empty() {
            self.asked = Asked::Words { code };
            return Ok("The words of the note, as they stand: ".to_owned());
        }
        let text = self.worked.text.as_str();
        let mut places = find_words(text, words);
        if places.is_empty() {
            places = find_words(text, words.trim_matches(['"', '“', '”']));
        }
        match places[..] {
            [] => Ok(self.again("Those words do not stand in the note. t prints it.")),
            [only] => self.add_at(code, only),
            _ => {
                let mut ask = format!("They stand {} times:\n", places.len());
                for (number, place) in places.iter().enumerate() {
                    let sentence = self.worked.layout.sentence_at(place.start);
                    let span = sentence.map_or(*place, |s| self.worked.layout.sentences[s].span);
                    let at = self.points.at(place.start);
                    let _written = writeln!(
                        ask,
                        "{}. at {at}: {}",
                        number + 1,
                        one_line(span.slice(text))
                    );
                }
                self.asked = Asked::Which { code, places };
                Ok(ask + "Which one? ")
            }
        }
    }

    pub(super) fn which(&mut self, code: &str, places: &[Span], line: &str) -> Result<String> {
        let number = line.parse::<usize>().ok();
        match number.and_then(|n| places.get(n.checked_sub(1)?)) {
            Some(place) => self.add_at(code.to_owned(), *place),
            None => Ok(self.again("None of them; nothing was added.")),
        }
    }

    fn add_at(&mut self, code: String, span: Span) -> Result<String> {
        let same = |i: &Item| i.code == code && i.span == span;
        if let Some(at) = self.items.iter().position(same) {
            self.at = at;
            return Ok(format!("It is coded so already.{}", self.current()));
        }
        let decision = self.decision(Action::Add, &code, span);
        self.write(&decision, None)?;
        let behind = self.items.iter().position(|i| i.span.start > span.start);
        let place = behind.unwrap_or(self.items.len());
        let say = format!(
            "Written: {} of {code}, as coding {}.\n",
            said(&decision),
            place + 1
        );
        // The coding at hand stays at hand.
        self.at += usize::from(place <= self.at);
        self.last = Some(place);
        self.items.insert(
            place,
            Item {
                code,
                span,
                coding: None,
                own: Some(decision),
                others: Vec::new(),
            },
        );
        Ok(say + &self.current())
    }
}
