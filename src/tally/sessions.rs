//! Sessions that took place against sessions that somebody documented.
//!
//! Comes in: notes in corpus order, and the sessions that tables know of. Goes out: a row for each
//! session, and how many sessions of each participant and type have no note at all. One
//! participant's sessions are held at a time.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::model::coded::CodedNote;
use crate::model::corpus::{Corpus, ParticipantId, UNKNOWN_SESSION_TYPE};

use super::group::GroupKind;

/// What a session is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KnownFrom {
    /// Notes only.
    Notes,
    /// The sessions' table only: no note documents it.
    SessionsTable,
    /// Both.
    Both,
    /// A number in the participants' table only: no note documents it, and its date is unknown.
    ParticipantsTable,
}

impl KnownFrom {
    /// The word that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Notes => "notes",
            Self::SessionsTable => "sessions_table",
            Self::Both => "both",
            Self::ParticipantsTable => "participants_table",
        }
    }
}

/// A row of `sessions.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Whose session it was; none where the notes do not say it.
    pub participant: Option<ParticipantId>,
    /// Its date.
    pub date: Option<Date>,
    /// Its type.
    pub session_type: String,
    /// What it is known from.
    pub known_from: KnownFrom,
    /// Notes on it, duplicates left out.
    pub notes: u64,
    /// Their words.
    pub words: u64,
    /// Their ids, or the place in the sessions' table where there are none.
    pub place: String,
}

impl SessionRow {
    /// Whether a note documents it.
    pub fn is_documented(&self) -> bool {
        self.notes > 0
    }
}

/// Sessions of one participant and type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SessionCounts {
    /// With notes.
    pub documented: u64,
    /// Known, but without a note.
    pub missing: u64,
}

impl std::ops::AddAssign for SessionCounts {
    fn add_assign(&mut self, other: Self) {
        self.documented += other.documented;
        self.missing += other.missing;
    }
}

/// Sessions of every participant and type, and their sums.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionTotals {
    cells: BTreeMap<(Option<ParticipantId>, String), SessionCounts>,
    people: BTreeMap<Option<ParticipantId>, SessionCounts>,
    types: BTreeMap<String, SessionCounts>,
    all: SessionCounts,
    /// Whether any table says which sessions took place; if not, none missing says nothing.
    pub is_known: bool,
}

impl SessionTotals {
    fn add(&mut self, row: &SessionRow) {
        let one = SessionCounts {
            documented: u64::from(row.is_documented()),
            missing: u64::from(!row.is_documented()),
        };
        let key = (row.participant.clone(), row.session_type.clone());
        *self.cells.entry(key).or_default() += one;
        *self.people.entry(row.participant.clone()).or_default() += one;
        *self.types.entry(row.session_type.clone()).or_default() += one;
        self.all += one;
    }

    /// By participant and type.
    pub fn cells(&self) -> &BTreeMap<(Option<ParticipantId>, String), SessionCounts> {
        &self.cells
    }

    /// Everybody's.
    pub fn all(&self) -> SessionCounts {
        self.all
    }

    /// One participant's.
    pub fn of_participant(&self, who: Option<&ParticipantId>) -> SessionCounts {
        self.people.get(&who.cloned()).copied().unwrap_or_default()
    }

    /// Those of one type.
    pub fn of_type(&self, name: &str) -> SessionCounts {
        self.types.get(name).copied().unwrap_or_default()
    }

    /// One participant's of one type.
    pub fn of_both(&self, who: Option<&ParticipantId>, name: &str) -> SessionCounts {
        let key = (who.cloned(), name.to_owned());
        self.cells.get(&key).copied().unwrap_or_default()
    }

    /// A group's of `frequencies.csv`.
    pub fn of_group(&self, kind: GroupKind<'_>) -> SessionCounts {
        match kind {
            GroupKind::All => self.all,
            GroupKind::Participant(who) => self.of_participant(who),
            GroupKind::SessionType(name) => self.of_type(name),
            GroupKind::Both(who, name) => self.of_both(who, name),
        }
    }
}

/// A session as a table knows it.
#[derive(Debug, Clone)]
struct Known {
    date: Option<Date>,
    session_type: Option<String>,
    source: String,
    is_met: bool,
}

/// Whose sessions are open.
#[derive(Debug, Clone)]
enum Whose {
    /// No note has come.
    Nobody,
    /// A participant's, or those of unknown ones.
    Of(Option<ParticipantId>),
}

/// Joins notes and known sessions.
#[derive(Debug, Clone)]
pub struct Sessions {
    known: BTreeMap<ParticipantId, Vec<Known>>,
    planned: BTreeMap<ParticipantId, BTreeMap<String, u64>>,
    /// Whose notes are coming.
    current: Whose,
    open: Vec<SessionRow>,
    totals: SessionTotals,
}

impl Sessions {
    /// No note yet.
    pub fn new(corpus: &Corpus) -> Self {
        let mut known: BTreeMap<ParticipantId, Vec<Known>> = BTreeMap::new();
        for session in &corpus.sessions {
            known
                .entry(session.participant.clone())
                .or_default()
                .push(Known {
                    date: session.date,
                    session_type: session.session_type.clone(),
                    source: session.source.clone(),
                    is_met: false,
                });
        }
        let mut planned: BTreeMap<ParticipantId, BTreeMap<String, u64>> = BTreeMap::new();
        for plan in &corpus.planned {
            let of = planned.entry(plan.participant.clone()).or_default();
            let most = of.entry(plan.session_type.clone()).or_default();
            *most = plan.count.max(*most);
        }
        Self {
            totals: SessionTotals {
                is_known: !known.is_empty() || !planned.is_empty(),
                ..SessionTotals::default()
            },
            known,
            planned,
            current: Whose::Nobody,
            open: Vec::new(),
        }
    }

    /// Takes a note, in corpus order; gives the rows of sessions that no later note can belong to.
    pub fn add(&mut self, coded: &CodedNote<'_>) -> Vec<SessionRow> {
        if coded.note.duplicate_of.is_some() {
            return Vec::new();
        }
        let id = &coded.note.participant.value;
        let mut done = Vec::new();
        if !matches!(&self.current, Whose::Of(current) if current == id) {
            done = self.close();
            if let Some(id) = id {
                done.extend(self.without_notes(Some(id)));
            }
            self.current = Whose::Of(id.clone());
        }
        // What was planned and did not take place is no session, though somebody wrote of it.
        if coded.note.not_held {
            return done;
        }
        for (&name, text) in &coded.session_types() {
            let date = coded.note.date.value;
            let same =
                |s: &&mut SessionRow| date.is_some() && s.date == date && s.session_type == name;
            // Notes come by date, so a session of the day stands near the end.
            match self.open.iter_mut().rev().find(same) {
                Some(session) => {
                    session.notes += 1;
                    session.words += text.words;
                    session.place.push_str("; ");
                    session.place.push_str(coded.note.id.as_str());
                }
                None => self.open.push(SessionRow {
                    participant: id.clone(),
                    date,
                    session_type: name.to_owned(),
                    known_from: KnownFrom::Notes,
                    notes: 1,
                    words: text.words,
                    place: coded.note.id.as_str().to_owned(),
                }),
            }
        }
        done
    }

    /// The rows that are left when all notes were taken.
    pub fn finish(&mut self) -> Vec<SessionRow> {
        let mut done = self.close();
        done.extend(self.without_notes(None));
        done
    }

    /// Counts of all sessions whose rows were given.
    pub fn totals(&self) -> &SessionTotals {
        &self.totals
    }

    /// The same, when nothing more comes.
    pub fn into_totals(self) -> SessionTotals {
        self.totals
    }

    /// Rows of the participants who come before one and have no notes at all.
    fn without_notes(&mut self, before: Option<&ParticipantId>) -> Vec<SessionRow> {
        let ids: Vec<ParticipantId> = self
            .known
            .keys()
            .chain(self.planned.keys())
            .filter(|id| before.is_none_or(|b| *id < b))
            .cloned()
            .collect();
        let mut done = Vec::new();
        for id in ids {
            self.current = Whose::Of(Some(id));
            done.extend(self.close());
        }
        done
    }

    /// Ends a participant's sessions: those that tables know meet those with notes.
    fn close(&mut self) -> Vec<SessionRow> {
        let Whose::Of(id) = std::mem::replace(&mut self.current, Whose::Nobody) else {
            return Vec::new();
        };
        let mut rows = std::mem::take(&mut self.open);
        if let Some(id) = &id {
            let mut known = self.known.remove(id).unwrap_or_default();
            meet(&mut rows, &mut known);
            let missing = known.into_iter().filter(|k| !k.is_met);
            rows.extend(missing.map(|k| missing_row(id, k)));
            for (name, count) in self.planned.remove(id).unwrap_or_default() {
                let there = rows.iter().filter(|r| r.session_type == name).count() as u64;
                for _ in there..count {
                    rows.push(planned_row(id, &name));
                }
            }
        }
        rows.sort_by(|a, b| {
            let key = |r: &SessionRow| (r.date.is_none(), r.date, r.session_type.clone());
            key(a).cmp(&key(b))
        });
        for row in &rows {
            self.totals.add(row);
        }
        rows
    }
}

/// Marks the sessions that both notes and a table know. The same type first; then, on the same day, a
/// session whose type one of the two does not say.
fn meet(rows: &mut [SessionRow], known: &mut [Known]) {
    let same_type =
        |row: &SessionRow, known: &Known| known.session_type.as_ref() == Some(&row.session_type);
    let one_is_silent = |row: &SessionRow, known: &Known| {
        known.session_type.is_none() || row.session_type == UNKNOWN_SESSION_TYPE
    };
    for fits in [
        &same_type as &dyn Fn(&SessionRow, &Known) -> bool,
        &one_is_silent,
    ] {
        for known in known.iter_mut().filter(|k| !k.is_met) {
            let open = |row: &&mut SessionRow| {
                row.known_from == KnownFrom::Notes
                    && row.date.is_some()
                    && row.date == known.date
                    && fits(row, known)
            };
            if let Some(row) = rows.iter_mut().find(open) {
                row.known_from = KnownFrom::Both;
                known.is_met = true;
            }
        }
    }
}

fn missing_row(id: &ParticipantId, known: Known) -> SessionRow {
    SessionRow {
        participant: Some(id.clone()),
        date: known.date,
        session_type: known
            .session_type
            .unwrap_or_else(|| UNKNOWN_SESSION_TYPE.to_owned()),
        known_from: KnownFrom::SessionsTable,
        notes: 0,
        words: 0,
        place: known.source,
    }
}

fn planned_row(id: &ParticipantId, name: &str) -> SessionRow {
    SessionRow {
        participant: Some(id.clone()),
        date: None,
        session_type: name.to_owned(),
        known_from: KnownFrom::ParticipantsTable,
        notes: 0,
        words: 0,
        place: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::corpus::{PlannedSessions, Session};
    use crate::model::fixture::{codebook, note};
    use jiff::civil::date;

    fn rows(
        notes: &[(&str, i8, &str)],
        known: &[(&str, i8, &str)],
        planned: &[(&str, u64)],
    ) -> Vec<String> {
        let book = codebook(&["agency"]);
        let day = |d: i8| (d > 0).then(|| date(2021, 3, d));
        let session = |(who, on, kind): &(&str, i8, &str)| Session {
            participant: ParticipantId::new(*who),
            date: day(*on),
            session_type: (!kind.is_empty()).then(|| (*kind).to_owned()),
            source: "sessions.csv#row=1".to_owned(),
        };
        let plan = |(kind, count): &(&str, u64)| PlannedSessions {
            participant: ParticipantId::new("P1"),
            session_type: (*kind).to_owned(),
            count: *count,
            column: String::new(),
        };
        let corpus = Corpus {
            sessions: known.iter().map(session).collect(),
            planned: planned.iter().map(plan).collect(),
            ..Corpus::default()
        };
        let mut sessions = Sessions::new(&corpus);
        let mut rows = Vec::new();
        for (i, (who, on, kind)) in notes.iter().enumerate() {
            let mut own = note(i, who, kind, "Nothing new.", &book);
            own.note.date.value = day(*on);
            rows.extend(sessions.add(&own.coded()));
        }
        rows.extend(sessions.finish());
        rows.iter()
            .map(|r| {
                let who = r.participant.as_ref().map_or("-", |p| p.as_str());
                let day = r.date.map_or(0, jiff::civil::Date::day);
                format!(
                    "{who} {day} {} {} {}",
                    r.session_type,
                    r.known_from.as_str(),
                    r.notes
                )
            })
            .collect()
    }

    #[test]
    fn two_notes_of_one_day_and_type_are_one_session() {
        assert_eq!(
            rows(
                &[
                    ("P1", 2, "ketamine"),
                    ("P1", 2, "integration"),
                    ("P1", 2, "ketamine")
                ],
                &[],
                &[]
            ),
            ["P1 2 integration notes 1", "P1 2 ketamine notes 2"]
        );
    }

    #[test]
    fn a_session_without_a_note_is_listed_as_missing() {
        assert_eq!(
            rows(
                &[("P1", 2, "ketamine"), ("P1", 5, "")],
                &[
                    ("P0", 1, "ketamine"),
                    ("P1", 2, "ketamine"),
                    ("P1", 5, "integration"),
                    ("P1", 9, "ketamine")
                ],
                &[("ketamine", 4)],
            ),
            [
                "P0 1 ketamine sessions_table 0",
                "P1 2 ketamine both 1",
                "P1 5 unknown both 1",
                "P1 9 ketamine sessions_table 0",
                "P1 0 ketamine participants_table 0",
                "P1 0 ketamine participants_table 0",
            ]
        );
    }

    #[test]
    fn undated_notes_are_sessions_of_their_own() {
        assert_eq!(
            rows(
                &[
                    ("P1", 0, "ketamine"),
                    ("P1", 0, "ketamine"),
                    ("", 3, "ketamine")
                ],
                &[],
                &[]
            )
            .len(),
            3
        );
    }
}
