//! Rows that are utterances, joined into one note a conversation.
//!
//! Comes in: rows of a table and which column holds what. Goes out: notes whose text is the
//! utterances, one a line, in order, with a turn for each speaker's.

use std::collections::BTreeMap;

use crate::model::layout::{Speaker, Turn};
use crate::model::reading::Role;
use crate::text::Span;

use super::columns::Columns;
use super::gather::Draft;
use super::options::Transcript;
use super::recognise::Clues;
use super::report::{ColumnBasis, ColumnReport};
use super::table::is_clue;

/// Gathers the utterances of a table.
#[derive(Debug)]
pub(crate) struct Utterances {
    group: usize,
    order: Option<usize>,
    text: usize,
    speaker: Option<usize>,
    participant: Vec<String>,
    clinician: Vec<String>,
    /// All columns. One that is the same in all rows of a conversation says something of it.
    names: Vec<String>,
    roles: Vec<Option<Role>>,
    /// Conversations by the order of their first row.
    notes: Vec<Conversation>,
    index: BTreeMap<String, usize>,
    without_group: usize,
}

#[derive(Debug, Default)]
struct Conversation {
    id: String,
    utterances: Vec<Utterance>,
    /// Values of the other columns, as long as all rows agree.
    fields: BTreeMap<usize, String>,
}

#[derive(Debug)]
struct Utterance {
    order: Option<f64>,
    speaker: Option<Speaker>,
    text: String,
}

impl Utterances {
    /// None where the table does not have the columns.
    pub(crate) fn new(told: &Transcript, columns: &Columns) -> Option<Self> {
        let names = &columns.names;
        let find = |name: &str| {
            names
                .iter()
                .position(|n| n.trim().eq_ignore_ascii_case(name.trim()))
        };
        let lower = |list: &[String]| list.iter().map(|s| s.trim().to_lowercase()).collect();
        Some(Self {
            group: find(&told.group_by)?,
            order: told.order.as_deref().and_then(find),
            text: find(&told.text)?,
            speaker: told.speaker.as_deref().and_then(find),
            participant: lower(&told.participant_speakers),
            clinician: lower(&told.clinician_speakers),
            names: names.clone(),
            roles: columns.roles.clone(),
            notes: Vec::new(),
            index: BTreeMap::new(),
            without_group: 0,
        })
    }

    /// The columns as they are used here.
    pub(crate) fn report(&self, columns: Vec<ColumnReport>) -> Vec<ColumnReport> {
        let own = [
            (Some(self.group), Role::NoteId),
            (Some(self.text), Role::Note),
            (self.order, Role::Order),
            (self.speaker, Role::Speaker),
        ];
        let told = |at: usize| own.iter().find(|(c, _)| *c == Some(at)).map(|o| o.1);
        let taken = |role| own.iter().any(|o| o.1 == role);
        let columns = columns.into_iter().enumerate();
        columns
            .map(|(at, column)| match told(at) {
                Some(role) => ColumnReport {
                    role: Some(role),
                    basis: Some(ColumnBasis::StudyFile),
                    ..column
                },
                None if column.role.is_some_and(taken) => ColumnReport {
                    role: None,
                    basis: None,
                    ..column
                },
                None => column,
            })
            .collect()
    }

    /// Takes a row.
    pub(crate) fn add(&mut self, cells: &[String]) {
        let cell = |at: usize| cells.get(at).map(String::as_str).unwrap_or_default();
        let id = cell(self.group).trim().to_owned();
        let (order, speaker) = (self.order.map(cell), self.speaker.map(cell));
        let utterance = Utterance {
            order: order.and_then(|o| o.trim().parse().ok()),
            speaker: speaker.map(|s| self.speaker_of(s)),
            text: cell(self.text).to_owned(),
        };
        if id.is_empty() {
            self.without_group += 1;
        }
        let next = self.notes.len();
        let at = *self.index.entry(id.clone()).or_insert(next);
        let own = [Some(self.group), self.order, Some(self.text), self.speaker];
        let others = cells
            .iter()
            .enumerate()
            .filter(|(i, _)| !own.contains(&Some(*i)));
        if at == next {
            let fields = others.map(|(i, c)| (i, c.clone())).collect();
            self.notes.push(Conversation {
                id,
                utterances: Vec::new(),
                fields,
            });
        } else if let Some(note) = self.notes.get_mut(at) {
            note.fields.retain(|&i, value| cells.get(i) == Some(value));
        }
        if let Some(note) = self.notes.get_mut(at) {
            note.utterances.push(utterance);
        }
    }

    fn speaker_of(&self, name: &str) -> Speaker {
        let name = name.trim().to_lowercase();
        if self.participant.contains(&name) {
            Speaker::Participant
        } else if self.clinician.contains(&name) {
            Speaker::Clinician
        } else {
            Speaker::Other
        }
    }

    /// The notes, each with what was odd about it.
    pub(crate) fn into_notes(self, prefix: &str) -> Vec<(Draft, Option<String>)> {
        let mut odd = (self.without_group > 0).then(|| {
            format!(
                "{} rows name no conversation and are read as one",
                self.without_group
            )
        });
        let (names, roles) = (&self.names, &self.roles);
        let notes = self.notes.into_iter().enumerate();
        notes
            .map(|(i, note)| {
                let mut clues = Clues::default();
                for (at, value) in note.fields {
                    let value = value.trim().to_owned();
                    match roles.get(at).copied().flatten() {
                        _ if value.is_empty() => {}
                        Some(role) if is_clue(role) => clues.columns.push((role, value)),
                        _ => {
                            let name = names.get(at).cloned().unwrap_or_default();
                            clues.fields.insert(name, value);
                        }
                    }
                }
                let (text, turns) = joined(note.utterances);
                let draft = Draft {
                    locator: format!("{prefix}group={}", i + 1),
                    given_id: Some(note.id).filter(|id| !id.is_empty()),
                    clues,
                    text,
                    turns,
                    ..Draft::default()
                };
                (draft, odd.take())
            })
            .collect()
    }
}

fn joined(mut utterances: Vec<Utterance>) -> (String, Vec<Turn>) {
    if utterances.iter().all(|u| u.order.is_some()) {
        utterances.sort_by(|a, b| {
            a.order
                .partial_cmp(&b.order)
                .unwrap_or(std::cmp::Ordering::Equal)
        });
    }
    let mut text = String::new();
    let mut turns = Vec::new();
    for utterance in utterances {
        if utterance.text.trim().is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        let start = text.len();
        text.push_str(&utterance.text);
        if let Some(speaker) = utterance.speaker {
            turns.push(Turn {
                span: Span::new(start, text.len()),
                speaker,
            });
        }
    }
    (text, turns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utterances_become_one_text_in_order_with_turns() {
        let told = Transcript {
            group_by: "talk".to_owned(),
            order: Some("n".to_owned()),
            text: "words".to_owned(),
            speaker: Some("who".to_owned()),
            participant_speakers: vec!["Client".to_owned()],
            clinician_speakers: vec!["therapist".to_owned()],
        };
        let names = ["talk", "n", "who", "words", "topic", "time"].map(str::to_owned);
        let mut columns = Columns::default();
        columns.names = names.to_vec();
        let mut utterances = Utterances::new(&told, &columns).unwrap();
        for row in [
            ["a", "2", "client", "Better.", "sleep", "0:05"],
            ["b", "1", "x", "Other.", "food", "0:00"],
            ["a", "1", "therapist", "How are you?", "sleep", "0:01"],
        ] {
            utterances.add(&row.map(str::to_owned));
        }
        let notes = utterances.into_notes("");
        let (first, _) = &notes[0];
        assert_eq!(first.text, "How are you?\nBetter.");
        assert_eq!(first.given_id.as_deref(), Some("a"));
        assert_eq!(first.turns[1].span.slice(&first.text), "Better.");
        assert_eq!(first.turns[1].speaker, Speaker::Participant);
        assert_eq!(
            first.clues.fields.get("topic").map(String::as_str),
            Some("sleep")
        );
        assert_eq!(first.clues.fields.get("time"), None);
        assert_eq!(notes.len(), 2);
    }
}
