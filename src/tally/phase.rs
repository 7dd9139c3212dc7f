//! Phases of the treatment: which stretch of a participant's time a note falls into.
//!
//! Comes in: the phases as the study tells them, and the corpus. Goes out: a phase for each note, a
//! byte each.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use jiff::civil::Date;

use crate::model::corpus::{Corpus, Note, Session};

/// A stretch of a participant's time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// Its name.
    pub name: String,
    /// What it reaches over.
    pub reach: Reach,
}

/// What a phase reaches over, its ends included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Days since the participant's first dated note.
    Days(RangeInclusive<i64>),
    /// The participant's sessions by number, from 1. Notes of one day have the number of the
    /// sessions up to and with that day; notes before the first have 0.
    Sessions {
        /// The numbers.
        numbers: RangeInclusive<i64>,
        /// Only sessions of this type are numbered; all where there is none.
        session_type: Option<String>,
    },
}

/// No phase.
const NONE: u8 = u8::MAX;

/// Which phase each note falls into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phases {
    names: Vec<String>,
    /// By index of the note.
    of_notes: Vec<u8>,
}

impl Phases {
    /// Numbers the sessions (days with notes) of each participant and finds each note's phase: the
    /// first that holds it. Notes without a date or participant fall into none.
    pub fn new(phases: &[Phase], corpus: &Corpus) -> Self {
        let mut of_notes = vec![NONE; corpus.notes.len()];
        if !phases.is_empty() {
            let same = |a: &Note, b: &Note| a.participant.value == b.participant.value;
            let mut start = 0;
            for notes in corpus.notes.chunk_by(same) {
                let end = start + notes.len();
                if let Some(id) = &notes[0].participant.value {
                    // Sessions that nobody wrote of are sessions, too.
                    let known = &corpus.sessions;
                    let from = known.partition_point(|s| s.participant < *id);
                    let to = known.partition_point(|s| s.participant <= *id);
                    assign(phases, notes, &known[from..to], &mut of_notes[start..end]);
                }
                start = end;
            }
        }
        Self {
            names: phases.iter().map(|p| p.name.clone()).collect(),
            of_notes,
        }
    }

    /// The phases' names, as the study orders them.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The name of a note's phase, empty for none; nothing where the study has no phases.
    pub fn of(&self, note: usize) -> Option<&str> {
        if self.names.is_empty() {
            return None;
        }
        let phase = self.of_notes.get(note).copied().unwrap_or(NONE);
        Some(self.names.get(phase as usize).map_or("", String::as_str))
    }
}

/// Finds the phases of one participant's notes, which come by date.
fn assign(phases: &[Phase], notes: &[Note], known: &[Session], out: &mut [u8]) {
    let numbered: Vec<BTreeSet<Date>> = phases
        .iter()
        .map(|phase| days_of(phase, notes, known))
        .collect();
    let same_day = |a: &Note, b: &Note| a.date.value == b.date.value;
    let mut at = 0;
    for day in notes.chunk_by(same_day) {
        let places = at..at + day.len();
        at += day.len();
        let Some(date) = day[0].date.value else {
            continue;
        };
        let holds = |(phase, days): (&Phase, &BTreeSet<Date>)| match &phase.reach {
            Reach::Days(days) => day[0].day.is_some_and(|d| days.contains(&d)),
            Reach::Sessions { numbers, .. } => {
                numbers.contains(&(days.range(..=date).count() as i64))
            }
        };
        let found = phases.iter().zip(&numbered).position(holds);
        if let Some(found) = found {
            out[places].fill(found.min(NONE as usize) as u8);
        }
    }
}

/// The days of a participant's sessions that a phase numbers: of notes, and known without notes.
fn days_of(phase: &Phase, notes: &[Note], known: &[Session]) -> BTreeSet<Date> {
    let Reach::Sessions { session_type, .. } = &phase.reach else {
        return BTreeSet::new();
    };
    let wanted = |of: Option<&str>| session_type.is_none() || of == session_type.as_deref();
    let of_notes = notes
        .iter()
        .map(|n| (n.date.value, n.session_type.value.as_deref()));
    let of_known = known.iter().map(|s| (s.date, s.session_type.as_deref()));
    let all = of_notes.chain(of_known).filter(|(_, of)| wanted(*of));
    all.filter_map(|(date, _)| date).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::{codebook, note};
    use jiff::civil::date;

    fn corpus() -> Corpus {
        let book = codebook(&["agency"]);
        let days = [
            ("P1", 1, "evaluation"),
            ("P1", 5, "ketamine"),
            ("P1", 5, "integration"),
            ("P1", 9, "integration"),
            ("P1", 12, "ketamine"),
            ("P2", 30, "ketamine"),
            ("", 2, "ketamine"),
        ];
        let owned = days.iter().enumerate().map(|(i, (who, day, kind))| {
            let mut note = note(i, who, kind, "Nothing.", &book).note;
            note.date.value = Some(date(2021, 3, *day));
            note.day = Some(i64::from(*day) - if *who == "P1" { 1 } else { 30 });
            note
        });
        Corpus {
            notes: owned.collect(),
            ..Corpus::default()
        }
    }

    fn check(phases: &[Phase], expected: &[&str]) {
        let corpus = corpus();
        let found = Phases::new(phases, &corpus);
        let names: Vec<_> = (0..corpus.notes.len())
            .map(|i| found.of(i).unwrap_or("-"))
            .collect();
        assert_eq!(names, expected);
    }

    fn sessions(name: &str, numbers: RangeInclusive<i64>, kind: Option<&str>) -> Phase {
        Phase {
            name: name.to_owned(),
            reach: Reach::Sessions {
                numbers,
                session_type: kind.map(str::to_owned),
            },
        }
    }

    #[test]
    fn by_days_since_the_first_session() {
        let days = |name: &str, days| Phase {
            name: name.to_owned(),
            reach: Reach::Days(days),
        };
        check(
            &[days("early", 0..=4), days("late", 5..=i64::MAX)],
            &["early", "early", "early", "late", "late", "early", ""],
        );
    }

    #[test]
    fn by_number_of_sessions_of_one_type_or_all() {
        check(
            &[
                sessions("before", 0..=0, Some("ketamine")),
                sessions("first dose", 1..=1, Some("ketamine")),
            ],
            &[
                "before",
                "first dose",
                "first dose",
                "first dose",
                "",
                "first dose",
                "",
            ],
        );
        check(
            &[sessions("first two", 1..=2, None)],
            &[
                "first two",
                "first two",
                "first two",
                "",
                "",
                "first two",
                "",
            ],
        );
    }

    #[test]
    fn a_study_without_phases_has_no_such_column() {
        check(&[], &["-"; 7]);
    }
}
