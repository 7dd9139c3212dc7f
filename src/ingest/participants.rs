//! The participants' table: one row a person, attributes in columns.
//!
//! Comes in: headers and rows. Goes out: [`Participant`]s, with every other name of theirs, and
//! findings. It refuses to believe two rows of one id.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::error::{Diagnostic, Place};
use crate::model::corpus::{Participant, ParticipantId};
use crate::model::reading::{ReadingRules, Role};
use crate::text::named_code;

/// Longest cell, on average, of a column that remarks on a person and holds no notes.
const REMARK_LENGTH_MAX: usize = 60;
/// Fewest columns that say what is true of a person.
const ATTRIBUTES_MIN: usize = 2;

/// What a participants' table's columns hold.
struct Layout {
    id: usize,
    aliases: Vec<usize>,
    attributes: usize,
}

/// Whether a table with these columns lists people: an id, what is true of a person, no notes.
pub fn is_participants_table(
    headers: &[String],
    rows: &[Vec<String>],
    rules: &ReadingRules,
) -> bool {
    let Some(layout) = layout(headers, rules) else {
        return false;
    };
    let has = |role: Role, sure_only: bool| {
        let names = rules.columns.iter().filter(|n| n.role == role);
        names
            .flat_map(|n| if sure_only { &n.decides[..] } else { &[] })
            .any(|name| headers.iter().any(|h| folded(h) == folded(name)))
    };
    let mentions_notes = has(Role::Note, true) || has(Role::SessionType, true);
    let ids = column(rows, layout.id);
    let distinct: BTreeSet<&str> = ids.iter().copied().collect();
    let repeats = ids.len() - distinct.len();
    let is_one_each = !ids.is_empty() && repeats * 3 <= ids.len();
    let longest = (0..headers.len())
        .map(|c| average(&column(rows, c)))
        .max()
        .unwrap_or(0);
    if mentions_notes && (longest > REMARK_LENGTH_MAX || layout.attributes < ATTRIBUTES_MIN + 1) {
        return false;
    }
    let said = layout.attributes + layout.aliases.len();
    let is_all_of_a_person = said > 0 && said + 1 == headers.len();
    let enough = layout.attributes >= ATTRIBUTES_MIN
        || (said >= ATTRIBUTES_MIN && said * 2 >= headers.len())
        || is_all_of_a_person;
    enough && (is_one_each || rows.is_empty()) && longest <= REMARK_LENGTH_MAX * 4
}

/// Reads a participants' table; `path` is only named in findings.
pub fn parse_participants(
    headers: &[String],
    rows: &[Vec<String>],
    rules: &ReadingRules,
    path: &Path,
) -> (Vec<Participant>, Vec<Diagnostic>) {
    let Some(layout) = layout(headers, rules) else {
        let message = "This table has no column of participants' ids.".to_owned();
        return (Vec::new(), vec![finding("R201", path, None, message)]);
    };
    let mut found: BTreeMap<String, Participant> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    let mut findings = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        let line = number as u32 + 2;
        let written = cell(row, layout.id);
        let (name, id) = named_code(written).map_or((None, written), |(n, id)| (Some(n), id));
        if id.is_empty() {
            if row.iter().any(|c| !c.trim().is_empty()) {
                let message = "This row has no participant's id and is left out.".to_owned();
                findings.push(finding("R202", path, Some(line), message));
            }
            continue;
        }
        let key = folded(id);
        let mut person = person(headers, row, &layout, id);
        person.aliases.extend(name.map(str::to_owned));
        match found.get_mut(&key) {
            None => {
                order.push(key.clone());
                found.insert(key, person);
            }
            Some(known) => {
                let message = format!(
                    "{id} stands more than once; none of its rows is used, and its notes are \
                     warned of."
                );
                findings.push(finding("R203", path, Some(line), message));
                known.fields.clear();
                known.aliases.clear();
                known.is_doubtful = true;
            }
        }
    }
    share_no_alias(&mut found, path, &mut findings);
    let participants = order.iter().filter_map(|key| found.remove(key));
    (participants.collect(), findings)
}

/// The columns that say what is true of a person, in the table's order: neither the id nor other
/// names.
pub(crate) fn attribute_columns(headers: &[String], rules: &ReadingRules) -> Vec<String> {
    let Some(layout) = layout(headers, rules) else {
        return Vec::new();
    };
    let headers = headers.iter().enumerate();
    let own = headers.filter(|(c, _)| *c != layout.id && !layout.aliases.contains(c));
    let named = own.map(|(_, header)| header.trim().to_owned());
    named.filter(|header| !header.is_empty()).collect()
}

/// Finds the columns: the id by the surest name, other names, and how many say something of a
/// person.
fn layout(headers: &[String], rules: &ReadingRules) -> Option<Layout> {
    let names = rules.columns.iter().filter(|n| n.role == Role::Participant);
    let (mut decides, mut suggests) = (Vec::new(), Vec::new());
    for name in names {
        decides.extend(name.decides.iter().map(|n| folded(n)));
        suggests.extend(name.suggests.iter().map(|n| folded(n)));
    }
    let aliases: BTreeSet<String> = rules.alias_columns.iter().map(|n| folded(n)).collect();
    let attributes: BTreeSet<String> = rules
        .participant_columns
        .iter()
        .map(|n| folded(n))
        .collect();
    let plain: Vec<String> = headers.iter().map(|h| folded(h)).collect();
    let is_alias = |h: &&String| aliases.contains(*h);
    let position = |fits: &dyn Fn(&String) -> bool| plain.iter().position(fits);
    let id = position(&|h| decides.contains(h) && !aliases.contains(h))
        .or_else(|| position(&|h| h == "id" || suggests.contains(h)))
        .or_else(|| position(&|h| decides.contains(h)))?;
    Some(Layout {
        id,
        aliases: plain
            .iter()
            .enumerate()
            .filter(|(c, h)| *c != id && (is_alias(h) || decides.contains(h)))
            .map(|(c, _)| c)
            .collect(),
        attributes: plain.iter().filter(|h| attributes.contains(*h)).count(),
    })
}

fn person(headers: &[String], row: &[String], layout: &Layout, id: &str) -> Participant {
    let aliases = layout.aliases.iter().map(|c| cell(row, *c));
    let several = aliases.flat_map(|a| a.split([';', ',', '|', '\n']));
    let mut aliases: Vec<String> = Vec::new();
    for alias in several.map(str::trim).filter(|a| !a.is_empty() && *a != id) {
        if !aliases.iter().any(|known| known == alias) {
            aliases.push(alias.to_owned());
        }
    }
    let mut fields = BTreeMap::new();
    for (number, header) in headers.iter().enumerate().filter(|(c, _)| *c != layout.id) {
        fields.insert(header.trim().to_owned(), cell(row, number).to_owned());
    }
    Participant {
        id: ParticipantId::new(id),
        aliases,
        fields,
        in_table: true,
        is_doubtful: false,
    }
}

/// Takes away names that two people share.
fn share_no_alias(
    found: &mut BTreeMap<String, Participant>,
    path: &Path,
    findings: &mut Vec<Diagnostic>,
) {
    let mut owners: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (key, person) in found.iter() {
        for alias in &person.aliases {
            owners.entry(together(alias)).or_default().push(key.clone());
        }
    }
    for (alias, keys) in owners.iter().filter(|(_, keys)| keys.len() > 1) {
        let ids: Vec<&str> = keys
            .iter()
            .filter_map(|k| Some(found.get(k)?.id.as_str()))
            .collect();
        let message = format!(
            "{} share the name \"{alias}\"; it names nobody.",
            ids.join(" and ")
        );
        findings.push(finding("R204", path, None, message));
    }
    for person in found.values_mut() {
        let is_own = |a: &String| owners.get(&together(a)).is_none_or(|keys| keys.len() == 1);
        person.aliases.retain(is_own);
    }
}

fn finding(rule: &'static str, path: &Path, line: Option<u32>, message: String) -> Diagnostic {
    let place = match line {
        Some(line) => Place::at(path, line, 1),
        None => Place::file(path),
    };
    Diagnostic::warning(rule, place, message, "")
}

fn cell(row: &[String], column: usize) -> &str {
    row.get(column).map_or("", |c| c.trim())
}

fn column(rows: &[Vec<String>], column: usize) -> Vec<&str> {
    rows.iter()
        .map(|row| cell(row, column))
        .filter(|c| !c.is_empty())
        .collect()
}

fn average(cells: &[&str]) -> usize {
    let total: usize = cells.iter().map(|c| c.chars().count()).sum();
    total.checked_div(cells.len()).unwrap_or(0)
}

/// A name's letters and digits, folded, one blank between words.
fn folded(name: &str) -> String {
    let plain: String = crate::text::fold(name.trim_start_matches('\u{feff}'))
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same without blanks: "K.T." is "KT".
fn together(name: &str) -> String {
    folded(name).replace(' ', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> ReadingRules {
        crate::codebook::reading::english().unwrap_or_else(|e| panic!("{e}"))
    }

    fn table(source: &str) -> (Vec<String>, Vec<Vec<String>>) {
        let mut lines = source
            .lines()
            .map(|l| l.split('|').map(|c| c.trim().to_owned()).collect());
        (lines.next().unwrap_or_default(), lines.collect())
    }

    #[test]
    fn tables_of_people_are_told_from_tables_of_notes() {
        let cases = [
            (
                "participant_id|initials|age|diagnoses\nP01|K.T.|37|MDD\nP02|R.M.|33|GAD",
                true,
            ),
            (
                "ID|Name|Age|Sex|Comments\n1|Anna|30|F|lives alone\n2|Beth|31|F|",
                true,
            ),
            (
                "Study ID|EPDS baseline|Enrolled\nS01|19|2021-02-03\nS02|17|2021-03-01",
                true,
            ),
            ("id|age\nP01|37\nP02|33", true),
            ("id|room\nP01|2\nP02|4", false),
            (
                "Patient|DOS|Visit Type|Note\nP01|3/8/22|KAP|Felt calm.",
                false,
            ),
            (
                "id|participant|date|bp_before|bp_after|room\nV-1|P01|2021-03-02|116/74|128/80|2",
                false,
            ),
            (
                "Client ID|Date of service|Session|Nurse|Comments\nP02|44327|KAP IM|M|0958 BP",
                false,
            ),
            (
                "participant|age|note\nP01|37|She came in with her hair wet and grinning, because she had taken the long shower.",
                false,
            ),
            (
                "participant|phase|date|EPDS\nP01|1|2021-03-02|19\nP01|2|2021-03-09|12\nP01|3|2021-03-10|9",
                false,
            ),
        ];
        for (source, expected) in cases {
            let (headers, rows) = table(source);
            assert_eq!(
                is_participants_table(&headers, &rows, &rules()),
                expected,
                "{source}"
            );
        }
    }

    #[test]
    fn two_rows_of_one_id_are_not_believed() {
        let (headers, rows) =
            table("participant_id|initials|age\nP01|T.M.|37\nP02|S.K.|33\nP01|R.D.|29\n|X.Y.|1");
        let (people, findings) = parse_participants(&headers, &rows, &rules(), Path::new("p.csv"));
        assert_eq!(people.len(), 2);
        assert!(
            people[0].is_doubtful && people[0].fields.is_empty() && people[0].aliases.is_empty()
        );
        assert_eq!(people[1].aliases, ["S.K."]);
        let places: Vec<Option<u32>> = findings.iter().map(|f| f.place.line).collect();
        assert_eq!(places, [Some(4), Some(5)]);
    }

    #[test]
    fn a_name_of_two_people_names_nobody() {
        let (headers, rows) = table("id|initials|age\nP01|K.T.|37\nP02|KT|33\nP03|L.B.|30");
        let (people, findings) = parse_participants(&headers, &rows, &rules(), Path::new("p.csv"));
        assert!(people[0].aliases.is_empty() && people[1].aliases.is_empty());
        assert_eq!(findings.len(), 1);
        assert_eq!(people[2].aliases, ["L.B."]);
    }
}
