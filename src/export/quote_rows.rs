//! Quotes one a row with all that is known of them, and which codes stand in whose notes.
//!
//! Comes in: a run or an import as it goes to other programs. Goes out: three tables. A 1 says that a
//! counted passage documents the code, of its own or of a code below it; a 0 that none does, which is
//! no evidence that the theme was missing.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Result;
use crate::exchange::{Outgoing, OutgoingCoding, OutgoingNote};

use super::flat::{FlatCell, FlatColumn, FlatTable};
use super::flat_kind::FlatKind;
use super::safe_names::safe_names;

/// Facts of a coding, in their order, with what they mean.
const FACTS: [(&str, &str); 7] = [
    (
        "assertion",
        "affirmed, negated, uncertain, historical, hypothetical or other",
    ),
    ("voice", "whose words: quote, reported, clinician or other"),
    ("counted", "true where the passage counts as present"),
    ("why_not", "why it does not count"),
    ("pattern", "the pattern that found it"),
    ("cue", "the words that decided the assertion"),
    ("section", "the section of the note"),
];

/// The first columns of a quote.
pub(super) const OF_QUOTES: [(&str, FlatKind, &str); 12] = [
    ("coding_id", FlatKind::Text, "the coding"),
    ("note_id", FlatKind::Text, "the note"),
    ("participant_id", FlatKind::Text, "whose note it is"),
    ("date", FlatKind::Text, "the note's date"),
    ("session_type", FlatKind::Text, "the note's session type"),
    ("code", FlatKind::Text, "the code's path in the tree"),
    ("code_name", FlatKind::Text, "the code's name"),
    ("quote", FlatKind::Text, "the words"),
    (
        "start",
        FlatKind::Number,
        "first character (Unicode code points, from 0)",
    ),
    ("end", FlatKind::Number, "the character behind the last"),
    ("coder", FlatKind::Text, "who coded it"),
    ("memo", FlatKind::Text, "the coder's remark"),
];

/// Variables of a note that have columns of their own in every table.
const KNOWN: [&str; 2] = ["date", "session_type"];

/// The three tables.
///
/// # Errors
/// Where the codings cannot be read again.
pub fn flat_tables(project: &Outgoing) -> Result<Vec<FlatTable<'_>>> {
    let people = People::new(project);
    let codes = CodeColumns::new(project);
    let present = Present::new(project, &codes)?;
    let cases = cases(project, &people, &codes, &present.of_cases);
    let sessions = sessions(project, &people, &codes, &present.of_sessions);
    let quotes = quotes(project, people, codes, present.counted);
    Ok(vec![quotes, cases, sessions])
}

fn column(name: &str, kind: FlatKind, meaning: &str) -> FlatColumn {
    FlatColumn {
        name: name.to_owned(),
        kind,
        meaning: meaning.to_owned(),
    }
}

fn text(text: &str) -> FlatCell {
    if text.is_empty() {
        FlatCell::Empty
    } else {
        FlatCell::Text(text.to_owned())
    }
}

/// Participants with their attributes.
struct People<'p> {
    /// Names of attributes, in their order.
    attributes: Vec<&'p str>,
    values: BTreeMap<&'p str, BTreeMap<&'p str, &'p str>>,
}

impl<'p> People<'p> {
    fn new(project: &'p Outgoing) -> Self {
        let mut attributes: Vec<&str> = Vec::new();
        let mut values = BTreeMap::new();
        for person in &project.participants {
            let own: BTreeMap<&str, &str> = person
                .values
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            for (name, _) in &person.values {
                if !attributes.contains(&name.as_str()) {
                    attributes.push(name);
                }
            }
            values.insert(person.name.as_str(), own);
        }
        Self { attributes, values }
    }

    fn columns(&self, taken: &mut BTreeSet<String>) -> Vec<FlatColumn> {
        let names = safe_names(self.attributes.iter().copied(), taken);
        let named = names.iter().zip(&self.attributes);
        named
            .map(|(name, attribute)| {
                let meaning = format!("{attribute} of the participant");
                let values = self.values.values().filter_map(|own| own.get(attribute));
                column(name, FlatKind::of(values.copied()), &meaning)
            })
            .collect()
    }

    fn cells(&self, participant: &str) -> Vec<FlatCell> {
        let own = self.values.get(participant);
        let value = |name: &&str| {
            text(
                own.and_then(|own| own.get(name))
                    .copied()
                    .unwrap_or_default(),
            )
        };
        self.attributes.iter().map(value).collect()
    }
}

/// The codes' paths, and for each code itself and all above it.
struct CodeColumns {
    paths: Vec<String>,
    upwards: Vec<Vec<usize>>,
}

impl CodeColumns {
    fn new(project: &Outgoing) -> Self {
        let all = 0..project.codes.len();
        let upwards = |code: usize| {
            let mut own = vec![code];
            while let Some(parent) = own.last().and_then(|&c| project.codes[c].parent) {
                own.push(parent);
            }
            own
        };
        Self {
            paths: all.clone().map(|code| project.code_path(code)).collect(),
            upwards: all.map(upwards).collect(),
        }
    }

    fn columns(
        &self,
        project: &Outgoing,
        whose: &str,
        taken: &mut BTreeSet<String>,
    ) -> Vec<FlatColumn> {
        let names = safe_names(self.paths.iter().map(String::as_str), taken);
        let named = names.iter().zip(&self.paths).zip(&project.codes);
        named
            .map(|((name, path), code)| {
                let meaning = format!(
                    "1: {} ({path}) is documented in {whose}, itself or a code below it; 0: it is not \
                     mentioned, or no passage counts",
                    code.name
                );
                column(name, FlatKind::ZeroOne, &meaning)
            })
            .collect()
    }

    /// 0 or 1 for each code, by the codes that have passages that count.
    fn cells(&self, present: &BTreeSet<usize>) -> Vec<FlatCell> {
        (0..self.paths.len())
            .map(|code| FlatCell::Number(i64::from(present.contains(&code))))
            .collect()
    }

    /// The codes that a note's codings document.
    fn documented<'c>(&self, codings: impl Iterator<Item = &'c OutgoingCoding>) -> BTreeSet<usize> {
        let counted = codings.filter(|c| fact(c, "counted") != "false");
        let upwards = counted.flat_map(|c| &self.upwards[c.placed.code]);
        upwards.copied().collect()
    }
}

fn fact<'c>(coding: &'c OutgoingCoding, name: &str) -> &'c str {
    coding.placed.fact(name).unwrap_or_default()
}

/// The session type of a coding: that of its part of the note.
fn session_type<'c>(note: &'c OutgoingNote, coding: &'c OutgoingCoding) -> &'c str {
    coding
        .placed
        .fact("session_type")
        .unwrap_or(&note.session_type)
}

/// How many notes a group has, and which codes are documented in them.
type Documented = (i64, BTreeSet<usize>);

/// What names a session: participant, date and session type; and the note, where it is one of its own.
type Session<'p> = [&'p str; 4];

/// The codes that are documented in participants' notes and in sessions.
struct Present<'p> {
    of_cases: BTreeMap<&'p str, Documented>,
    of_sessions: BTreeMap<Session<'p>, Documented>,
    /// What is said of whether codings count.
    counted: FlatKind,
}

impl<'p> Present<'p> {
    fn new(project: &'p Outgoing, codes: &CodeColumns) -> Result<Self> {
        let people = project.participants.iter();
        let mut of_cases: BTreeMap<&str, Documented> = people
            .map(|p| (p.name.as_str(), Documented::default()))
            .collect();
        let mut of_sessions: BTreeMap<Session<'_>, Documented> = BTreeMap::new();
        let mut counted = BTreeSet::new();
        for (index, note) in project.notes.iter().enumerate() {
            let codings = project.codings(index)?;
            let documented = codes.documented(codings.iter());
            for said in codings.iter().map(|c| fact(c, "counted")) {
                if !counted.contains(said) {
                    counted.insert(said.to_owned());
                }
            }
            // Without participant and date a note is a session of its own.
            let is_known = !note.participant.is_empty() && !note.date.is_empty();
            let alone = if is_known { "" } else { note.note_id.as_str() };
            let of_case = of_cases.entry(&note.participant).or_default();
            of_case.0 += 1;
            of_case.1.extend(&documented);
            // A note of two session types is a note of each, with the codings of its part.
            let types: BTreeSet<&str> = note.session_types.iter().map(String::as_str).collect();
            let one = BTreeSet::from([note.session_type.as_str()]);
            for of_type in if types.is_empty() { one } else { types } {
                let is_of = |c: &&OutgoingCoding| session_type(note, c) == of_type;
                let key = [&note.participant, &note.date, of_type, alone];
                let session = of_sessions.entry(key).or_default();
                session.0 += 1;
                session
                    .1
                    .extend(codes.documented(codings.iter().filter(is_of)));
            }
        }
        Ok(Self {
            of_cases,
            of_sessions,
            counted: FlatKind::of(counted.iter().map(String::as_str)),
        })
    }
}

/// The variables of notes that have a column, with their columns.
fn variables<'p>(
    project: &'p Outgoing,
    taken: &mut BTreeSet<String>,
) -> (Vec<&'p str>, Vec<FlatColumn>) {
    let values = project.notes.iter().flat_map(|n| &n.values);
    let names: BTreeSet<&str> = values
        .map(|(name, _)| name.as_str())
        .filter(|name| !KNOWN.contains(name))
        .collect();
    let safe = safe_names(names.iter().copied(), taken);
    let columns = safe.iter().zip(&names).map(|(name, variable)| {
        let meaning = format!("{variable} of the note");
        let values = project.notes.iter().flat_map(|n| &n.values);
        let own = values.filter(|(known, _)| known == variable);
        let kind = FlatKind::of(own.map(|(_, value)| value.as_str()));
        column(name, kind, &meaning)
    });
    let columns = columns.collect();
    (names.into_iter().collect(), columns)
}

/// Days, where all dates are whole: a project of another program may say "spring 2021".
fn kind_of_dates(project: &Outgoing) -> FlatKind {
    match FlatKind::of(project.notes.iter().map(|n| n.date.as_str())) {
        FlatKind::Date => FlatKind::Date,
        _ => FlatKind::Text,
    }
}

fn quotes<'p>(
    project: &'p Outgoing,
    people: People<'p>,
    codes: CodeColumns,
    counted: FlatKind,
) -> FlatTable<'p> {
    let own = OF_QUOTES.iter();
    let mut taken: BTreeSet<String> = own.clone().map(|(name, ..)| (*name).to_owned()).collect();
    let dates = kind_of_dates(project);
    let of_name = |name: &str, kind| if name == "date" { dates } else { kind };
    let mut columns: Vec<FlatColumn> = own
        .map(|(name, kind, meaning)| column(name, of_name(name, *kind), meaning))
        .collect();
    for (name, meaning) in FACTS {
        taken.insert(name.to_owned());
        let kind = if name == "counted" {
            counted
        } else {
            FlatKind::Text
        };
        columns.push(column(name, kind, meaning));
    }
    let (variables, of_variables) = variables(project, &mut taken);
    columns.extend(of_variables);
    columns.extend(people.columns(&mut taken));
    let of_note = move |(index, note): (usize, &OutgoingNote)| {
        let codings = match project.codings(index) {
            Ok(codings) => codings,
            Err(e) => return vec![Err(e)],
        };
        let mut end: Vec<FlatCell> = variables.iter().map(|v| value(note, v)).collect();
        end.extend(people.cells(&note.participant));
        let row = |coding: &OutgoingCoding| {
            let code = coding.placed.code;
            let names = (
                codes.paths[code].as_str(),
                project.codes[code].name.as_str(),
            );
            let mut row = quote(note, coding, names);
            row.extend(end.iter().cloned());
            Ok(row)
        };
        codings.iter().map(row).collect()
    };
    FlatTable {
        name: "quotes",
        about: "a coded passage",
        columns,
        rows: Box::new(project.notes.iter().enumerate().flat_map(of_note)),
    }
}

fn value(note: &OutgoingNote, name: &str) -> FlatCell {
    let found = note.values.iter().find(|(known, _)| known == name);
    text(found.map_or("", |(_, value)| value.as_str()))
}

/// The cells of a quote; `code` is the code's path and name.
fn quote(note: &OutgoingNote, coding: &OutgoingCoding, code: (&str, &str)) -> Vec<FlatCell> {
    let placed = &coding.placed;
    let mut row = vec![
        text(&placed.guid),
        text(&note.note_id),
        text(&note.participant),
        text(&note.date),
        text(session_type(note, coding)),
        text(code.0),
        text(code.1),
        text(&coding.words),
        FlatCell::Number(placed.start as i64),
        FlatCell::Number(placed.end as i64),
        text(&placed.coder),
        text(&placed.memo),
    ];
    row.extend(FACTS.iter().map(|(name, _)| text(fact(coding, name))));
    row
}

fn cases(
    project: &Outgoing,
    people: &People<'_>,
    codes: &CodeColumns,
    present: &BTreeMap<&str, Documented>,
) -> FlatTable<'static> {
    let mut columns = vec![
        column(
            "participant_id",
            FlatKind::Text,
            "the participant; empty for notes of nobody known",
        ),
        column("notes", FlatKind::Number, "how many notes there are"),
    ];
    let mut taken: BTreeSet<String> = columns.iter().map(|c| c.name.clone()).collect();
    columns.extend(people.columns(&mut taken));
    columns.extend(codes.columns(project, "the participant's notes", &mut taken));
    let rows = present.iter().map(|(name, (notes, codes_of))| {
        let mut row = vec![text(name), FlatCell::Number(*notes)];
        row.extend(people.cells(name));
        row.extend(codes.cells(codes_of));
        Ok(row)
    });
    let rows: Vec<Result<Vec<FlatCell>>> = rows.collect();
    FlatTable {
        name: "cases_by_codes",
        about: "a participant",
        rows: Box::new(rows.into_iter()),
        columns,
    }
}

fn sessions(
    project: &Outgoing,
    people: &People<'_>,
    codes: &CodeColumns,
    present: &BTreeMap<Session<'_>, Documented>,
) -> FlatTable<'static> {
    let mut columns = vec![
        column("participant_id", FlatKind::Text, "whose session it is"),
        column("date", kind_of_dates(project), "its day"),
        column("session_type", FlatKind::Text, "its type"),
        column(
            "note_id",
            FlatKind::Text,
            "the note, where participant or day are unknown",
        ),
        column("notes", FlatKind::Number, "how many notes there are"),
    ];
    let mut taken: BTreeSet<String> = columns.iter().map(|c| c.name.clone()).collect();
    columns.extend(people.columns(&mut taken));
    columns.extend(codes.columns(project, "the session's notes", &mut taken));
    let rows = present.iter().map(|(key, (notes, codes_of))| {
        let mut row: Vec<FlatCell> = key.iter().map(|part| text(part)).collect();
        row.push(FlatCell::Number(*notes));
        row.extend(people.cells(key[0]));
        row.extend(codes.cells(codes_of));
        Ok(row)
    });
    let rows: Vec<Result<Vec<FlatCell>>> = rows.collect();
    FlatTable {
        name: "sessions_by_codes",
        about: "a participant's notes of one day and session type",
        rows: Box::new(rows.into_iter()),
        columns,
    }
}
