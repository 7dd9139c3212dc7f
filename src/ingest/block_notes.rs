//! The notes of one block of a text: its own, and the messages that it quotes.

use crate::model::layout::{Speaker, Turn};
use crate::model::reading::Role;
use crate::text::Span;

use super::blocks::Block;
use super::gather::Draft;
use super::headings_above::with_month;
use super::recognise::{Clues, Quoted, Recogniser};
use super::replies::thread;

/// What all blocks of a text have around them.
#[derive(Debug, Clone, Copy)]
pub(super) struct BlockNotes<'t> {
    pub(super) text: &'t str,
    /// Heads and feet of its pages.
    pub(super) apart: &'t str,
    /// What holds for every note.
    pub(super) front_matter: &'t [(String, String)],
    pub(super) recogniser: &'t Recogniser,
}

/// What stands above a block and holds for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Above<'t> {
    /// Headings above its own, the nearest first.
    pub(super) headings: &'t str,
    /// What stands before the first block, or in the place of it over this one.
    pub(super) scope: &'t str,
}

impl BlockNotes<'_> {
    /// A block's own note, then those of the messages that it quotes.
    pub(super) fn drafts(&self, block: &Block, above: Above<'_>) -> Vec<Draft> {
        let body = block.body.slice(self.text);
        let header = block.header.slice(self.text);
        let (body, messages) = match thread(body, self.recogniser) {
            Some(thread) => (thread.own, thread.quoted),
            None => (body.to_owned(), Vec::new()),
        };
        let quoted_in = if header.is_empty() {
            message_head(&body, self.recogniser).to_owned()
        } else {
            header.to_owned()
        };
        let clues = |header: String, header_parts| Clues {
            header,
            header_parts,
            front_matter: self.front_matter.to_vec(),
            preamble: format!("{}\n{}\n{}", self.apart, above.scope, above.headings)
                .trim()
                .to_owned(),
            ..Clues::default()
        };
        let id = block.parts.iter().find(|(role, _)| *role == Role::NoteId);
        let own = Draft {
            given_id: id.map(|(_, id)| id.clone()).filter(|id| !id.is_empty()),
            clues: clues(
                with_month(header, above.headings, self.recogniser),
                block.parts.clone(),
            ),
            turns: self.own_turn([header, above.scope, above.headings], &body),
            text: body,
            ..Draft::default()
        };
        let quoted = messages.into_iter().map(|message| Draft {
            clues: Clues {
                quoted_in: quoted_in.clone(),
                ..clues(String::new(), said_of(message.about))
            },
            text: message.text,
            ..Draft::default()
        });
        std::iter::once(own).chain(quoted).collect()
    }
}

impl BlockNotes<'_> {
    /// A journal that is cut at its days is the participant's in all of them.
    fn own_turn(&self, above: [&str; 3], body: &str) -> Vec<Turn> {
        let lines = above.into_iter().flat_map(str::lines);
        let is_own = self.recogniser.is_own_writing(lines, body);
        let whole = Turn {
            span: Span::new(0, body.len()),
            speaker: Speaker::Participant,
        };
        Vec::from_iter(is_own.then_some(whole))
    }
}

/// What the line above a quoted message says, by role.
fn said_of(about: Quoted) -> Vec<(Role, String)> {
    let author = about.author.map(|author| (Role::Author, author));
    std::iter::once((Role::Date, about.date))
        .chain(author)
        .collect()
}

/// The lines of a message's head at the top of a text; empty where it has none.
fn message_head<'t>(text: &'t str, recogniser: &Recogniser) -> &'t str {
    let is_head = |line: &str| recogniser.is_addressee(line) || recogniser.is_field(line);
    let head = text.split_inclusive('\n').take_while(|line| is_head(line));
    let end = head.map(str::len).sum();
    Span::new(0, end).slice(text)
}
