//! What a note says of its session type and setting, from all its sources.

use std::borrow::Cow;
use std::sync::Arc;

use crate::model::corpus::{Bases, Basis, Sourced};
use crate::model::reading::Role;
use crate::text::Span;

use super::super::dates::Place;
use super::super::kinds::{Kinds, Verdict};
use super::super::legend::by_legend;
use super::super::line::reading_of;
use super::super::phrases::Reading;
use super::super::tick_boxes::ticked;
use super::super::words::words;
use super::super::{Attributed, Recogniser};
use super::Sources;

/// Most words of an opening sentence that is read like a title.
const SHORT_SENTENCE_WORDS: usize = 10;

/// Most words of a note on a session that was not held.
const NOT_HELD_WORDS_MAX: usize = 60;
/// Lines at a text's beginning among which a field says whether the session was held.
const STATUS_LINES: usize = 16;

/// A piece of text that may name a session type or a setting.
pub(super) struct Piece<'n> {
    basis: Basis,
    text: Cow<'n, str>,
    reading: Reading,
    /// Whether it is meant to say the type: a cell, a value behind a key.
    is_answer: bool,
}

impl Recogniser {
    /// Finds the session type.
    pub(super) fn session_type_of(
        &self,
        sources: &Sources<'_>,
        pieces: &[Piece<'_>],
        out: &mut Attributed,
    ) {
        let mut said: Vec<(Basis, Verdict)> = Vec::new();
        for piece in pieces {
            let mut verdict = if piece.is_answer {
                self.types.read_answer(&piece.text, piece.reading)
            } else {
                self.types.read(&piece.text, piece.reading)
            };
            verdict.is_sure |= piece.is_answer && verdict.is_whole && !verdict.kinds.is_empty();
            // "Gen-Med-SOAP" is no medication check: beside other words a weak phrase says nothing.
            if !verdict.is_sure && !verdict.is_whole && !piece.is_answer {
                continue;
            }
            said.push((piece.basis, verdict));
        }
        if !said.iter().any(|(_, v)| v.is_sure && v.says()) {
            said.extend(self.legend_type(sources, pieces));
        }
        let mut own = said.len();
        // What follows is weaker than all of this, and does not speak against it.
        if !said.iter().any(|(_, v)| v.is_sure && v.says()) {
            said.extend(self.opening_type(sources));
            let answered = sources.answered.iter();
            let answered = answered.map(|line| self.blanked(line, Place::Line));
            let weak = |line: &str| {
                let mut verdict = self.types.read(line, reading_of(line));
                verdict.is_sure = false;
                (Basis::Header, verdict)
            };
            said.extend(answered.map(|line| weak(&line)));
            own = said.len();
            said.extend(sources.preamble_lines().map(weak));
            for (role, value) in &sources.clues.study {
                if *role == Role::SessionType {
                    said.push((Basis::StudyFile, self.types.read(value, Reading::Name)));
                }
            }
        }
        said.extend(self.not_held(sources));
        out.session_number = said.iter().find_map(|(_, verdict)| verdict.number);
        choose_type(&self.types, &said, out);
        let is_own = |(basis, v): &(Basis, Verdict)| v.says() && *basis != Basis::FileName;
        out.type_is_shared = !said.iter().take(own).any(is_own);
        if out.session_type.value.is_none() {
            let mut values = sources.values(Role::SessionType);
            let told = values
                .find(|(_, v)| v.chars().any(char::is_alphanumeric) && !self.is_empty_value(v));
            out.other_type = told.map(|(_, value)| value.trim().into());
        }
    }

    /// The type that a note's own line or answer has by a letter that its file explains.
    fn legend_type(&self, sources: &Sources<'_>, pieces: &[Piece<'_>]) -> Option<(Basis, Verdict)> {
        let clues = sources.clues;
        let lines = clues
            .preamble
            .lines()
            .chain(sources.text.lines())
            .take(STATUS_LINES);
        let legend = self.legend(lines.filter(|l| l.contains('=')));
        if legend.is_empty() {
            return None;
        }
        let own = pieces
            .iter()
            .filter(|p| matches!(p.basis, Basis::Header | Basis::Column));
        let mut found = own.filter_map(|p| Some((p.basis, by_legend(&legend, &p.text)?)));
        let (basis, kind) = found.next()?;
        let verdict = Verdict {
            kinds: vec![kind],
            is_sure: true,
            ..Verdict::default()
        };
        Some((basis, verdict))
    }

    /// What says that the session was not held: a status, or the opening of a short note.
    fn not_held(&self, sources: &Sources<'_>) -> Option<(Basis, Verdict)> {
        let says = |value: &str| self.types.says_not_held(value);
        let is_status = |name: &str| {
            let last = name.rsplit('.').next().unwrap_or(name);
            let plain: Vec<String> = words(last).into_iter().map(|w| w.text).collect();
            self.status_columns.contains(&plain.join(" "))
        };
        let verdict = self.types.not_held()?;
        let clues = sources.clues;
        let fields = clues.fields.iter();
        if { fields }.any(|(name, value)| is_status(name) && says(value)) {
            return Some((Basis::Column, verdict));
        }
        let matter = clues.front_matter.iter();
        if { matter }.any(|(key, value)| is_status(key) && says(value)) {
            return Some((Basis::FrontMatter, verdict));
        }
        let lines = clues
            .header
            .lines()
            .chain(sources.text.lines())
            .take(STATUS_LINES);
        let keyed = lines.filter_map(|line| line.split_once(':'));
        if { keyed }.any(|(key, value)| is_status(key) && says(value)) {
            return Some((Basis::Header, verdict));
        }
        let count = sources
            .text
            .split_whitespace()
            .take(NOT_HELD_WORDS_MAX + 1)
            .count();
        let first = sources.own.opening.first();
        let above = sources.own.titles.iter();
        let is_said = first.into_iter().chain(above).any(|line| says(line));
        (is_said && count <= NOT_HELD_WORDS_MAX).then_some((Basis::Text, verdict))
    }

    /// Whether an opening sentence is as good as a title: "IS #3, office, 45 min."
    fn is_short_title(&self, sentence: &str) -> bool {
        let about = self.readers().analyse(sentence);
        about.words <= SHORT_SENTENCE_WORDS && about.other_words <= 2
    }

    /// What the opening sentences say of the type.
    fn opening_type(&self, sources: &Sources<'_>) -> Option<(Basis, Verdict)> {
        let opening = &sources.own.opening;
        for (number, sentence) in opening.iter().enumerate() {
            let reading = reading_of(sentence);
            let verdict = if number < 3 && self.is_short_title(sentence) {
                self.types
                    .read(&self.blanked(sentence, Place::Line), reading)
            } else if number < 2 {
                self.types.read_prose(&self.undated(sentence), reading)
            } else {
                continue;
            };
            if verdict.is_sure && verdict.says() {
                return Some((Basis::Text, verdict));
            }
        }
        let second = sources.own.second.iter();
        let mut first = sources
            .own
            .titles
            .iter()
            .chain(opening.iter().take(2))
            .chain(second);
        let kind = first.find_map(|s| self.types.read_cues(s))?;
        Some((
            Basis::Text,
            Verdict {
                kinds: vec![kind],
                is_sure: true,
                ..Verdict::default()
            },
        ))
    }

    /// Finds the setting.
    pub(super) fn setting_of(
        &self,
        sources: &Sources<'_>,
        pieces: &[Piece<'_>],
    ) -> Sourced<Arc<str>> {
        for (basis, value) in sources.values(Role::Setting) {
            let value = value.trim();
            if !value.chars().any(char::is_alphanumeric) || self.is_empty_value(value) {
                continue;
            }
            let ticked = ticked(value);
            let known = self.settings.first(value, Reading::Name);
            let name = known.map(|kind| self.settings.name(kind));
            let name = name.unwrap_or_else(|| ticked.trim_matches([';', ' ']));
            return Sourced::from(name.into(), basis);
        }
        let found = |kind: usize, basis| Sourced::from(self.settings.name(kind).into(), basis);
        let (names, heads): (Vec<&Piece<'_>>, Vec<&Piece<'_>>) = pieces
            .iter()
            .partition(|p| matches!(p.basis, Basis::Folder | Basis::FileName | Basis::Sheet));
        let sure_name = || {
            names
                .iter()
                .find_map(|p| Some((self.settings.first_sure(&p.text, p.reading)?, p.basis)))
        };
        let any = |list: &[&Piece<'_>]| {
            list.iter()
                .find_map(|p| Some((self.settings.first(&p.text, p.reading)?, p.basis)))
        };
        if let Some((kind, basis)) = any(&heads).or_else(sure_name) {
            return found(kind, basis);
        }
        // A folder "P07 home" holds visits to the clinic, too, where they say so.
        let weak_name = any(&names);
        let opening = sources.own.opening.iter().take(2).copied();
        let second = sources.own.second;
        let second = second.filter(|s| words(s).len() <= SHORT_SENTENCE_WORDS);
        let lines = opening.chain(second).chain(sources.preamble_lines());
        for (number, line) in lines.enumerate() {
            let reading = reading_of(line);
            // A short first sentence is as good as a title.
            let kind = if number == 0 && self.is_short_title(line) {
                self.settings.first(line, reading)
            } else {
                self.settings.first_sure(line, reading)
            };
            let is_stronger =
                weak_name.is_none() || self.settings.first_sure(line, reading).is_some();
            if let Some(kind) = kind.filter(|_| is_stronger) {
                return found(kind, Basis::Text);
            }
        }
        if let Some((kind, basis)) = weak_name {
            return found(kind, basis);
        }
        let study = sources
            .clues
            .study
            .iter()
            .find(|(role, _)| *role == Role::Setting);
        study.map_or_else(Sourced::unknown, |(_, v)| {
            Sourced::from(v.as_str().into(), Basis::StudyFile)
        })
    }

    /// What may name a type, in the order of trust, dates and people blanked out.
    pub(super) fn pieces<'n>(&self, sources: &'n Sources<'_>) -> Vec<Piece<'n>> {
        let piece = |basis, text: &'n str, place, reading, is_answer| Piece {
            basis,
            text: self.blanked(text, place),
            reading,
            is_answer,
        };
        let mut out = Vec::new();
        for (basis, value) in sources.values(Role::SessionType) {
            out.push(piece(basis, value, Place::Line, Reading::Name, true));
        }
        for line in &sources.titles {
            out.push(piece(
                Basis::Header,
                line,
                Place::Line,
                reading_of(line),
                false,
            ));
        }
        for (basis, name) in sources.clues.names() {
            out.push(piece(basis, name, Place::Name, Reading::Name, false));
        }
        out
    }

    /// A sentence without its dates.
    fn undated<'n>(&self, text: &'n str) -> Cow<'n, str> {
        match self.blanked(text, Place::Line) {
            Cow::Borrowed(text) => Cow::Borrowed(text),
            Cow::Owned(text) => Cow::Owned(text.replace('|', "")),
        }
    }

    /// A text with bars where its dates and people stand, so that "KS 3-2-23" is not session three.
    pub(in super::super) fn blanked<'n>(&self, text: &'n str, place: Place) -> Cow<'n, str> {
        let dates = self.calendar.find(text, place).into_iter().map(|d| d.span);
        let mut spans: Vec<Span> = dates.collect();
        if place == Place::Name {
            spans.extend(self.people.spans_in_name(text));
        } else {
            spans.extend(self.people.spans(text, reading_of(text)));
            spans.extend(self.authors.titled_span(text));
        }
        spans.extend(addresses(text));
        spans.sort_unstable();
        if spans.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len());
        let mut start = 0;
        for span in spans.into_iter().filter(|s| !s.is_empty()) {
            if span.start < start {
                continue;
            }
            out.push_str(Span::new(start, span.start).slice(text));
            out.push('|');
            start = span.end;
        }
        out.push_str(Span::new(start, text.len()).slice(text));
        Cow::Owned(out)
    }
}

/// E-mail addresses: "office@example.org" names no office.
fn addresses(text: &str) -> Vec<Span> {
    let at_signs = text.match_indices('@').map(|(at, _)| at);
    let around = at_signs.map(|at| {
        let (before, after) = (
            Span::new(0, at).slice(text),
            Span::new(at, text.len()).slice(text),
        );
        let is_end = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | ':');
        let mut backwards = before.char_indices().rev();
        let start = backwards
            .find(|(_, c)| is_end(*c))
            .map_or(0, |(i, c)| i + c.len_utf8());
        Span::new(start, at + after.find(is_end).unwrap_or(after.len()))
    });
    around.collect()
}

/// Takes the strongest deciding verdict, else the strongest weak one; warns where others differ.
fn choose_type(types: &Kinds, said: &[(Basis, Verdict)], out: &mut Attributed) {
    let sure = said.iter().filter(|(_, v)| v.is_sure && v.says());
    let weak = said.iter().filter(|(_, v)| !v.is_sure && v.says());
    // What was not held is no session, whatever was planned for it.
    let not_held = sure.clone().find(|(_, v)| types.is_not_held(v));
    // A study may list it as a type of its own.
    let is_listed = |v: &Verdict| v.kind().is_some_and(|k| types.listed(k).is_some());
    out.not_held = not_held.is_some_and(|(_, v)| !is_listed(v));
    let Some((basis, verdict)) = not_held.or_else(|| sure.clone().chain(weak).next()) else {
        return;
    };
    let mut bases = Bases::from(*basis);
    let mut kind = verdict.kind();
    if kind.is_none() {
        let narrower = sure
            .clone()
            .find(|(_, v)| v.kind().is_some_and(|k| verdict.open.contains(&k)));
        let Some((other, v)) = narrower else {
            let names: Vec<&str> = verdict.open.iter().map(|k| types.name(*k)).collect();
            let names = names.join(" or ");
            out.warnings
                .push(format!("the session type is left open: {names}"));
            return;
        };
        kind = v.kind();
        bases.completed_by(*other);
    }
    let Some(kind) = kind else { return };
    let Some(name) = types.listed(kind) else {
        let name = types.name(kind);
        out.warnings.push(format!(
            "it says \"{name}\", which is not in the study's list of session types"
        ));
        return;
    };
    for (other, v) in sure {
        let differs = v
            .kind()
            .is_some_and(|k| !v.kinds.contains(&kind) && !verdict.kinds.contains(&k));
        if differs && *other != Basis::Text && !bases.contains(*other) {
            let named = types.name(v.kind().unwrap_or(kind));
            let (strong, weak) = (basis.as_str(), other.as_str());
            out.warnings
                .push(format!("{strong} says {name}, {weak} says {named}"));
            break;
        }
    }
    out.session_type = Sourced {
        value: Some(name.into()),
        basis: bases,
    };
}
