//! Quotes one a row with all that is known of them, and which codes stand in whose notes.
//!
//! Comes in: a run or an import as it goes to other programs. Goes out: three tables. A 1 says that a
//! counted passage documents the code, of its own or of a code below it; a 0 that none does, which is
//! no evidence that the theme was missing.

use std::collections::{BTreeMap, BTreeSet};

use crate::exchange::{Outgoing, OutgoingCoding, OutgoingNote};

use super::flat::{FlatCell, FlatColumn, FlatKind, FlatTable};

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
pub fn flat_tables(project: &Outgoing) -> Vec<FlatTable> {
    let people = People::new(project);
    let codes = CodeColumns::new(project);
    vec![
        quotes(project, &people, &codes),
        cases(project, &people, &codes),
        sessions(project, &people, &codes),
    ]
}

/// A name that statistics programs take: a letter first, then letters, digits, `.` and `_`; each once.
fn safe_names<'n>(
    names: impl Iterator<Item = &'n str>,
    taken: &mut BTreeSet<String>,
) -> Vec<String> {
    let mut out = Vec::new();
    for name in names {
        let mut safe: String = name
            .chars()
            .map(|c| match c {
                '/' => '.',
                c if c.is_ascii_alphanumeric() || c == '.' || c == '_' => c,
                c if c.is_alphanumeric() => c,
                _ => '_',
            })
            .take(60)
            .collect();
        if !safe.chars().next().is_some_and(char::is_alphabetic) {
            safe.insert(0, 'x');
        }
        let mut own = safe.clone();
        let mut next = 2;
        // SPSS takes no two names that differ in case alone.
        while !taken.insert(own.to_lowercase()) {
            own = format!("{safe}_{next}");
            next += 1;
        }
        out.push(own);
    }
    out
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
                column(name, FlatKind::Text, &meaning)
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

    fn mark(&self, note: &OutgoingNote, present: &mut BTreeSet<usize>) {
        for coding in note
            .codings
            .iter()
            .filter(|c| fact(c, "counted") != "false")
        {
            present.extend(&self.upwards[coding.placed.code]);
        }
    }
}

fn fact<'c>(coding: &'c OutgoingCoding, name: &str) -> &'c str {
    coding.placed.fact(name).unwrap_or_default()
}

fn quotes(project: &Outgoing, people: &People<'_>, codes: &CodeColumns) -> FlatTable {
    let known = |name: &&str| !KNOWN.contains(name);
    let variables: BTreeSet<&str> = project
        .notes
        .iter()
        .flat_map(|n| n.values.iter().map(|(name, _)| name.as_str()))
        .filter(known)
        .collect();
    let own = OF_QUOTES.iter();
    let mut taken: BTreeSet<String> = own.clone().map(|(name, ..)| (*name).to_owned()).collect();
    let mut columns: Vec<FlatColumn> = own.map(|(n, kind, m)| column(n, *kind, m)).collect();
    for (name, meaning) in FACTS {
        taken.insert(name.to_owned());
        columns.push(column(name, FlatKind::Text, meaning));
    }
    for (name, variable) in safe_names(variables.iter().copied(), &mut taken)
        .iter()
        .zip(&variables)
    {
        let meaning = format!("{variable} of the note");
        columns.push(column(name, FlatKind::Text, &meaning));
    }
    columns.extend(people.columns(&mut taken));
    let mut rows = Vec::new();
    for note in &project.notes {
        let value = |name: &str| {
            let found = note.values.iter().find(|(known, _)| known == name);
            text(found.map_or("", |(_, value)| value.as_str()))
        };
        let of_note: Vec<FlatCell> = variables.iter().map(|v| value(v)).collect();
        let of_person = people.cells(&note.participant);
        for coding in &note.codings {
            let placed = &coding.placed;
            let mut row = vec![
                text(&placed.guid),
                text(&note.note_id),
                text(&note.participant),
                text(&note.date),
                text(&note.session_type),
                text(&codes.paths[placed.code]),
                text(&project.codes[placed.code].name),
                text(&coding.words),
                FlatCell::Number(placed.start as i64),
                FlatCell::Number(placed.end as i64),
                text(&placed.coder),
                text(&placed.memo),
            ];
            row.extend(FACTS.iter().map(|(name, _)| text(fact(coding, name))));
            row.extend(of_note.iter().cloned());
            row.extend(of_person.iter().cloned());
            rows.push(row);
        }
    }
    FlatTable {
        name: "quotes",
        about: "a coded passage",
        columns,
        rows,
    }
}

fn cases(project: &Outgoing, people: &People<'_>, codes: &CodeColumns) -> FlatTable {
    let mut present: BTreeMap<&str, (i64, BTreeSet<usize>)> = BTreeMap::new();
    for person in &project.participants {
        present.entry(&person.name).or_default();
    }
    for note in &project.notes {
        let own = present.entry(&note.participant).or_default();
        own.0 += 1;
        codes.mark(note, &mut own.1);
    }
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
        row
    });
    FlatTable {
        name: "cases_by_codes",
        about: "a participant",
        rows: rows.collect(),
        columns,
    }
}

fn sessions(project: &Outgoing, people: &People<'_>, codes: &CodeColumns) -> FlatTable {
    let mut present: BTreeMap<[&str; 4], (i64, BTreeSet<usize>)> = BTreeMap::new();
    for note in &project.notes {
        // Without participant and date a note is a session of its own.
        let is_known = !note.participant.is_empty() && !note.date.is_empty();
        let alone = if is_known { "" } else { note.note_id.as_str() };
        let key = [&note.participant, &note.date, &note.session_type].map(String::as_str);
        let own = present.entry([key[0], key[1], key[2], alone]).or_default();
        own.0 += 1;
        codes.mark(note, &mut own.1);
    }
    let mut columns = vec![
        column("participant_id", FlatKind::Text, "whose session it is"),
        column("date", FlatKind::Text, "its day"),
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
        row
    });
    FlatTable {
        name: "sessions_by_codes",
        about: "a participant's notes of one day and session type",
        rows: rows.collect(),
        columns,
    }
}
