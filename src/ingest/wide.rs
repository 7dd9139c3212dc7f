//! Tables with a column a session ("KAP 1", "Integration 1"), or a column a person beside the days.
//!
//! Comes in: a table's columns and some of its rows. Goes out: which cells of a row are notes, and
//! what their columns' names say of them. Cautious: a day beside columns of sessions, or an id of a
//! note, makes a row one note.

use crate::model::reading::Role;

use super::columns::Columns;
use super::delimited::Row;
use super::gather::Draft;
use super::recognise::Recogniser;
use super::table::quoted_list;

/// Fewest columns of notes.
const COLUMNS_MIN: usize = 2;
/// Fewest words that filled cells have on average.
const WORDS_MIN: usize = 3;
/// Fewest bytes that they have.
const BYTES_MIN: usize = 15;

/// The columns of one session, or one person.
#[derive(Debug, Clone)]
struct Visit {
    /// The column of its note.
    note: usize,
    /// Further columns of it, and what they hold.
    beside: Vec<(usize, Role)>,
}

/// A table whose cells are notes.
#[derive(Debug, Clone)]
pub(crate) struct Wide {
    visits: Vec<Visit>,
    /// The column of a day that a row has for all of its sessions.
    day_of_row: Option<usize>,
    /// What is said of it.
    pub(crate) remarks: Vec<String>,
}

impl Wide {
    /// Finds the columns of notes; none where a row is one note.
    pub(crate) fn find(
        names: &[String],
        roles: &[Option<Role>],
        cells: &[Vec<String>],
        recogniser: &Recogniser,
    ) -> Option<Self> {
        let sessions = of_sessions(names, roles, cells, recogniser);
        let are_sessions = sessions.is_some();
        let visits = sessions.or_else(|| of_people(names, roles, cells, recogniser))?;
        let texts = || {
            let rows = cells.iter();
            let cells = rows.flat_map(|row| visits.iter().filter_map(|v| row.get(v.note)));
            cells.map(|c| c.trim()).filter(|c| is_filled(c, recogniser))
        };
        let count = texts().count();
        let words: usize = texts().map(|t| t.split_whitespace().count()).sum();
        let bytes: usize = texts().map(str::len).sum();
        let are_notes = count > 0 && words >= WORDS_MIN * count && bytes >= BYTES_MIN * count;
        let is_visit = |c: &usize| visits.iter().any(|v| v.note == *c);
        let left_out = |c: &usize| {
            let role = roles.get(*c).copied().flatten();
            !is_visit(c) && role.is_none_or(|r| r == Role::Note) && are_sentences(cells, *c)
        };
        let named = |columns: &dyn Fn(&usize) -> bool| {
            let columns = (0..names.len()).filter(columns);
            let named: Vec<String> = columns.filter_map(|c| names.get(c).cloned()).collect();
            named
        };
        let mut remarks = vec![format!(
            "each filled cell of {} is a note",
            quoted_list(&named(&is_visit))
        )];
        let others = named(&left_out);
        if !others.is_empty() {
            remarks.push(format!(
                "what stands under {} is no note, for no session is named there",
                quoted_list(&others)
            ));
        }
        let day_of_row = roles.iter().position(|r| *r == Some(Role::Date));
        let is_own = |c: &usize| {
            let mut beside = visits.iter().flat_map(|v| &v.beside);
            beside.any(|(other, _)| other == c)
        };
        are_notes.then_some(Self {
            day_of_row: day_of_row.filter(|c| !is_own(c) && are_sessions),
            visits,
            remarks,
        })
    }

    /// Gives the columns their roles.
    pub(crate) fn mark(&self, roles: &mut [Option<Role>]) {
        for visit in &self.visits {
            let note = std::iter::once((visit.note, Role::Note));
            for (column, role) in note.chain(visit.beside.iter().copied()) {
                if let Some(slot) = roles.get_mut(column) {
                    *slot = Some(role);
                }
            }
        }
        // A row of sessions has no note's id: what it has is a person's.
        if !roles.contains(&Some(Role::Participant))
            && let Some(slot) = roles.iter_mut().find(|r| **r == Some(Role::NoteId))
        {
            *slot = Some(Role::Participant);
        }
    }

    /// The columns of notes.
    pub(crate) fn notes(&self) -> Vec<usize> {
        self.visits.iter().map(|v| v.note).collect()
    }

    /// A draft for each filled cell of a row.
    pub(crate) fn drafts(
        &self,
        columns: &Columns,
        row: &Row,
        recogniser: &Recogniser,
    ) -> Vec<Draft> {
        let taken = |column: usize| {
            let mut all = self.visits.iter();
            all.any(|v| v.beside.iter().any(|(c, _)| *c == column))
        };
        let mut plain = row.clone();
        let blanked = plain.cells.iter_mut().enumerate();
        blanked
            .filter(|(column, _)| taken(*column))
            .for_each(|(_, cell)| cell.clear());
        let cell = |column: usize| row.cells.get(column).map_or("", |c| c.trim());
        let filled = self
            .visits
            .iter()
            .filter(|v| is_filled(cell(v.note), recogniser));
        let drafts = filled.enumerate().map(|(number, visit)| {
            let day = self.day_of_row.filter(|_| number > 0);
            let mut plain = plain.clone();
            if let Some(cell) = day.and_then(|c| plain.cells.get_mut(c)) {
                cell.clear();
            }
            let text = row.cells.get(visit.note).cloned().unwrap_or_default();
            let mut draft = columns.draft(&plain, text);
            if day.is_some() {
                let why = "its row has one day for several sessions, taken for the first";
                draft.warnings.push(why.to_owned());
            }
            draft.given_id = None;
            draft.locator = format!("/column={}", visit.note + 1);
            let name = columns.names.get(visit.note);
            draft.clues.header = name.cloned().unwrap_or_default().replace('_', " ");
            let beside = visit.beside.iter().map(|(c, role)| (*role, cell(*c)));
            let beside = beside.filter(|(_, cell)| !cell.is_empty());
            let own = beside.map(|(role, cell)| (role, cell.to_owned()));
            draft.clues.columns.splice(0..0, own);
            draft
        });
        drafts.collect()
    }
}

/// A header whose first cell is empty, above days or names, and whose others are people or sessions.
pub(crate) fn header(sample: &[Row], recogniser: &Recogniser) -> Option<usize> {
    let first = sample.first()?;
    let (corner, others) = first.cells.split_first()?;
    let is_named =
        |c: &String| recogniser.is_person_column(c) || recogniser.session_column(c).is_some();
    let is_header = corner.trim().is_empty() && others.len() >= COLUMNS_MIN;
    (is_header && others.iter().all(is_named)).then_some(0)
}

/// Columns that are named for sessions; none where another column says that a row is one note.
fn of_sessions(
    names: &[String],
    roles: &[Option<Role>],
    cells: &[Vec<String>],
    recogniser: &Recogniser,
) -> Option<Vec<Visit>> {
    let said: Vec<_> = names.iter().map(|n| recogniser.session_column(n)).collect();
    let role_of = |column: usize| recogniser.column_role(names.get(column)?);
    let of_note = |&column: &usize| {
        let may_be = matches!(
            role_of(column),
            None | Some(Role::Note | Role::SessionType | Role::Date)
        );
        said.get(column).is_some_and(Option::is_some) && may_be && is_text(cells, column)
    };
    let notes: Vec<usize> = (0..names.len()).filter(of_note).collect();
    let session = |column: usize| said.get(column)?.as_ref();
    let mut visits: Vec<Visit> = Vec::new();
    for &note in &notes {
        let same = |&c: &usize| {
            c != note
                && !notes.contains(&c)
                && session(c).map(|s| &s.session) == session(note).map(|s| &s.session)
        };
        let beside = (0..names.len()).filter(same).filter_map(|c| {
            let role = role_of(c)?;
            matches!(role, Role::Date | Role::Author | Role::Setting).then_some((c, role))
        });
        let beside = beside.collect();
        visits.push(Visit { note, beside });
    }
    let is_beside = |c: usize| {
        let mut all = visits.iter().flat_map(|v| &v.beside);
        all.any(|(other, _)| *other == c)
    };
    let days_are_told = visits
        .iter()
        .any(|v| v.beside.iter().any(|(_, role)| *role == Role::Date))
        || notes.iter().any(|&c| holds_day(names, c, recogniser));
    let called_notes = notes.iter().all(|&c| {
        names
            .get(c)
            .is_some_and(|n| recogniser.names_note_of_session(n))
    });
    let is_one_note = roles.iter().enumerate().any(|(c, role)| match role {
        Some(Role::Date) => !is_beside(c) && !notes.contains(&c) && !called_notes,
        Some(Role::NoteId) => !days_are_told,
        Some(Role::Note) => !notes.contains(&c) && is_surely_note(names, c, recogniser),
        Some(Role::Speaker | Role::Order) => true,
        _ => false,
    });
    let sure = notes.iter().filter_map(|&c| session(c));
    let sure: Vec<_> = sure.filter(|s| s.is_sure).collect();
    let differ = sure.windows(2).any(|pair| pair[0] != pair[1]);
    let enough = sure.len() >= COLUMNS_MIN && differ;
    (enough && !is_one_note).then_some(visits)
}

/// Columns that are named for people, beside one of days.
fn of_people(
    names: &[String],
    roles: &[Option<Role>],
    cells: &[Vec<String>],
    recogniser: &Recogniser,
) -> Option<Vec<Visit>> {
    let is_open = |c: usize| matches!(roles.get(c), Some(None | Some(Role::Note)));
    let of_person = |c: &usize| {
        is_open(*c)
            && is_text(cells, *c)
            && names
                .get(*c)
                .is_some_and(|n| recogniser.is_person_column(n))
    };
    let notes: Vec<usize> = (0..names.len()).filter(of_person).collect();
    let has = |role: Role| roles.contains(&Some(role));
    let other_note = roles.iter().enumerate();
    let other_note = other_note
        .filter(|(_, role)| **role == Some(Role::Note))
        .any(|(c, _)| !notes.contains(&c));
    let visits = notes.iter().map(|&note| Visit {
        note,
        beside: Vec::new(),
    });
    (notes.len() >= COLUMNS_MIN && has(Role::Date) && !has(Role::Participant) && !other_note)
        .then(|| visits.collect())
}

/// Whether a column's name says the day of its session.
fn holds_day(names: &[String], column: usize, recogniser: &Recogniser) -> bool {
    names.get(column).is_some_and(|n| recogniser.holds_date(n))
}

/// Whether a column is called the note, and nothing else.
fn is_surely_note(names: &[String], column: usize, recogniser: &Recogniser) -> bool {
    names.get(column).is_some_and(|n| recogniser.names_note(n))
}

/// Whether most filled cells of a column are words, and not numbers, days or marks.
fn is_text(cells: &[Vec<String>], column: usize) -> bool {
    let filled = cells.iter().filter_map(|row| row.get(column));
    let filled: Vec<&String> = filled.filter(|c| !c.trim().is_empty()).collect();
    let is_words = |c: &&&String| {
        let letters = c.chars().filter(|c| c.is_alphabetic()).count();
        letters * 2 > c.chars().count()
    };
    !filled.is_empty() && filled.iter().filter(is_words).count() * 2 > filled.len()
}

/// Whether the filled cells of a column are a few words each.
fn are_sentences(cells: &[Vec<String>], column: usize) -> bool {
    let filled = cells.iter().filter_map(|row| row.get(column));
    let filled: Vec<&String> = filled.filter(|c| !c.trim().is_empty()).collect();
    let words: usize = filled.iter().map(|c| c.split_whitespace().count()).sum();
    !filled.is_empty() && words > WORDS_MIN * filled.len()
}

/// Whether a cell holds a note.
fn is_filled(cell: &str, recogniser: &Recogniser) -> bool {
    cell.contains(char::is_alphanumeric) && !recogniser.is_empty_value(cell)
}
