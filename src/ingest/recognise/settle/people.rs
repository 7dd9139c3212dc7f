//! Who is whom: one id for all ways to name a person.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::corpus::{Basis, Participant, ParticipantId, Sourced};

use super::super::Attributed;
use super::super::clues::{RawNote, Recognised};
use super::super::people::{People, PersonClue, PersonKey, joined};
use super::super::words::words;
use super::neighbours::by_neighbours;

/// The mentions of a note that are believed, the most trusted first.
type Mentions<'s> = Vec<&'s (Basis, PersonClue)>;

/// Gives each note its participant; returns the study's participants, ordered by id.
pub(super) fn settle(
    raws: &[RawNote],
    said: &[Attributed],
    table: &[Participant],
    out: &mut [Recognised],
) -> Vec<Participant> {
    let chosen: Vec<Mentions<'_>> = believed(raws, said);
    let same = Same::new(&chosen, table);
    let names = Names::new(&chosen, &same, table);
    for (clues, note) in chosen.iter().zip(out.iter_mut()) {
        choose(clues, &same, &names, note);
    }
    by_path(raws, &names, &same, &chosen, out);
    by_neighbours(raws, said, out);
    let mut aliases = aliases(&chosen, &same, &names);
    let mut known: BTreeMap<ParticipantId, Participant> = BTreeMap::new();
    for person in table {
        known.entry(person.id.clone()).or_insert(person.clone());
    }
    for note in out.iter_mut() {
        warn_of_unknown(note, table, &known);
        if let Some(id) = &note.participant.value
            && !known.contains_key(id)
        {
            let person = Participant {
                id: id.clone(),
                aliases: aliases.remove(id).unwrap_or_default(),
                fields: BTreeMap::new(),
                in_table: false,
                is_doubtful: false,
            };
            known.insert(id.clone(), person);
        }
    }
    known.into_values().collect()
}

/// The names that stand for people whom tables print by another id, in order.
fn aliases(
    notes: &[Mentions<'_>],
    same: &Same,
    names: &Names,
) -> BTreeMap<ParticipantId, Vec<String>> {
    let mut found: BTreeMap<ParticipantId, BTreeSet<&str>> = BTreeMap::new();
    for (_, clue) in notes.iter().flatten() {
        let key = same.of(&clue.key);
        let written = is_name(&clue.key).then_some(clue.written.as_str());
        let written = written.filter(|_| !is_name(&key)).or(clue.name.as_deref());
        if let (Some(written), Some(id)) = (written, names.id(&key)) {
            found.entry(id).or_default().insert(written);
        }
    }
    let lists = found.into_iter();
    lists
        .map(|(id, written)| (id, written.into_iter().map(str::to_owned).collect()))
        .collect()
}

/// Drops codes of names that nothing shows to be participants'.
fn believed<'s>(raws: &[RawNote], said: &'s [Attributed]) -> Vec<Mentions<'s>> {
    let initials = initialled(raws, said);
    let letters = |clue: &PersonClue| match &clue.key {
        PersonKey::Code(letters, _) => Some(letters.clone()),
        PersonKey::Listed(_)
        | PersonKey::Number(_)
        | PersonKey::Initials(_)
        | PersonKey::Name(_) => None,
    };
    let each = || said.iter().flat_map(|note| note.people.iter());
    let sure: BTreeSet<String> = each()
        .filter(|(_, c)| c.is_sure)
        .filter_map(|(_, c)| letters(c))
        .filter(|code| !code.is_empty())
        .collect();
    // Codes of numbers only are known by where their hyphen stands.
    let shapes: BTreeSet<String> = each()
        .filter(|(_, c)| c.is_sure && letters(c).is_some_and(|l| l.is_empty()))
        .map(|(_, c)| shape(&c.written))
        .collect();
    let sure_shapes = sure_shapes(said);
    // Without a sure one, a code that most of the notes bear at the same place may name people.
    let mut bearing: BTreeMap<String, usize> = BTreeMap::new();
    let open: Vec<&Attributed> = said
        .iter()
        .filter(|n| !n.people.iter().any(|(_, c)| c.is_sure))
        .collect();
    for note in &open {
        let firm = note.people.iter().filter(|(_, c)| !c.is_doubtful);
        let found: BTreeSet<String> = firm.filter_map(|(_, c)| letters(c)).collect();
        for code in found {
            *bearing.entry(code).or_default() += 1;
        }
    }
    // "[TW-07]": a code of capitals with a hyphen or a leading nought, of which there are several.
    let mut coded: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (basis, clue) in each().filter(|(basis, _)| *basis == Basis::Header) {
        if let Some(code) =
            letters(clue).filter(|_| *basis == Basis::Header && is_written_as_code(&clue.written))
        {
            coded.entry(code).or_default().insert(&clue.written);
        }
    }
    let is_common = |code: &String| {
        bearing
            .get(code)
            .is_some_and(|n| n * 2 > open.len() && *n > 1)
    };
    said.iter()
        .map(|note| {
            let kept = note.people.iter().filter(|(basis, clue)| {
                if clue.is_doubtful {
                    return sure_shapes.contains(&shape(&clue.written));
                }
                let code = letters(clue);
                clue.is_sure
                    || *basis == Basis::Folder
                    || (*basis == Basis::Header && initials.contains(&clue.key))
                    || code.is_some_and(|c| {
                        if c.is_empty() {
                            return shapes.contains(&shape(&clue.written));
                        }
                        let in_name = matches!(basis, Basis::FileName | Basis::Sheet);
                        let is_code = *basis == Basis::Header
                            && is_written_as_code(&clue.written)
                            && coded.get(&c).is_some_and(|several| several.len() > 1);
                        sure.contains(&c) || ((in_name || is_code) && is_common(&c))
                    })
            });
            kept.collect()
        })
        .collect()
}

/// How notes surely write people: "B07" is believed where one calls a person "B02".
fn sure_shapes(said: &[Attributed]) -> BTreeSet<String> {
    let clues = said.iter().flat_map(|note| note.people.iter());
    let sure = clues.filter(|(_, clue)| clue.is_sure);
    sure.map(|(_, clue)| shape(&clue.written).to_uppercase())
        .collect()
}

/// Initials that begin the header lines of most notes of a file of several: whose they are.
fn initialled<'s>(raws: &[RawNote], said: &'s [Attributed]) -> BTreeSet<&'s PersonKey> {
    let mut files: BTreeMap<&str, (usize, Vec<&PersonKey>)> = BTreeMap::new();
    for (raw, note) in raws.iter().zip(said) {
        let (notes, keys) = files.entry(&raw.source).or_default();
        *notes += 1;
        let mut first = note
            .people
            .iter()
            .filter(|(basis, _)| *basis == Basis::Header);
        let is_initials = |c: &PersonClue| matches!(c.key, PersonKey::Initials(_)) && !c.is_sure;
        keys.extend(first.find(|(_, c)| is_initials(c)).map(|(_, c)| &c.key));
    }
    let telling = files
        .into_values()
        .filter(|(notes, keys)| keys.len() > 1 && keys.len() * 2 > *notes);
    telling.flat_map(|(_, keys)| keys).collect()
}

/// A code with a nought for every digit.
fn shape(written: &str) -> String {
    written
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect()
}

/// Whether letters and a number are written as codes are: "TW-07", "KAP012", no "dose 3".
fn is_written_as_code(written: &str) -> bool {
    let letters: String = written.chars().take_while(|c| c.is_alphabetic()).collect();
    let rest = written.trim_start_matches(char::is_alphabetic);
    letters.chars().count() > 1
        && letters.chars().all(char::is_uppercase)
        && (rest.starts_with('-') || rest.starts_with('0'))
}

/// Keys that notes show to be one person: initials beside an id, "S01" beside "Pt 1".
struct Same {
    to: BTreeMap<PersonKey, PersonKey>,
}

impl Same {
    fn new(notes: &[Mentions<'_>], table: &[Participant]) -> Self {
        let mut same = Self {
            to: BTreeMap::new(),
        };
        if table.is_empty() {
            same.join_numbers(notes);
        }
        same.join_names(notes);
        same
    }

    fn of(&self, key: &PersonKey) -> PersonKey {
        let once = self.to.get(key).unwrap_or(key);
        self.to.get(once).unwrap_or(once).clone()
    }

    /// The n-th participant is the code of that number, if all codes begin with the same letters.
    fn join_numbers(&mut self, notes: &[Mentions<'_>]) {
        let codes: BTreeSet<(String, u64)> = notes
            .iter()
            .flatten()
            .filter_map(|(_, clue)| match &clue.key {
                PersonKey::Code(letters, number) if !letters.is_empty() => {
                    Some((letters.clone(), *number))
                }
                _ => None,
            })
            .collect();
        let letters: BTreeSet<&String> = codes.iter().map(|(letters, _)| letters).collect();
        if letters.len() == 1 {
            for (letters, number) in &codes {
                let code = PersonKey::Code(letters.clone(), *number);
                self.to.insert(PersonKey::Number(*number), code);
            }
        }
    }

    /// Initials or a name are the id that stands beside them, if it is always the same one and
    /// stands beside no others of their kind.
    fn join_names(&mut self, notes: &[Mentions<'_>]) {
        let mut beside: BTreeSet<(PersonKey, PersonKey)> = BTreeSet::new();
        for clues in notes {
            let own = || clues.iter().filter(|(basis, _)| *basis != Basis::Text);
            for (_, clue) in own() {
                if let Some(name) = &clue.name {
                    beside.insert((People::key_of_name(name), self.of(&clue.key)));
                }
            }
            for (_, name) in own().filter(|(_, c)| is_name(&c.key)) {
                for (_, id) in own().filter(|(_, c)| !is_name(&c.key)) {
                    beside.insert((name.key.clone(), self.of(&id.key)));
                }
            }
        }
        for (name, id) in &beside {
            let kind = std::mem::discriminant(name);
            let others = beside
                .iter()
                .filter(|(n, i)| (n == name) != (i == id) && std::mem::discriminant(n) == kind);
            if others.count() == 0 {
                self.to.insert(name.clone(), id.clone());
            }
        }
    }
}

fn is_name(key: &PersonKey) -> bool {
    matches!(key, PersonKey::Initials(_) | PersonKey::Name(_))
}

/// How each person is printed.
struct Names {
    printed: BTreeMap<PersonKey, ParticipantId>,
}

impl Names {
    fn new(notes: &[Mentions<'_>], same: &Same, table: &[Participant]) -> Self {
        let mut written: BTreeMap<PersonKey, BTreeMap<&str, usize>> = BTreeMap::new();
        for (_, clue) in notes.iter().flatten() {
            // Initials that are linked to an id do not name it.
            let key = same.of(&clue.key);
            if is_name(&clue.key) && !is_name(&key) {
                continue;
            }
            let forms = written.entry(key).or_default();
            *forms.entry(clue.written.as_str()).or_default() += 1;
        }
        let mut printed = BTreeMap::new();
        for (key, forms) in written {
            let name = match &key {
                PersonKey::Listed(index) => table.get(*index).map(|p| p.id.as_str()),
                _ => None,
            };
            let name = name.unwrap_or_else(|| plainest(&forms));
            printed.insert(key, ParticipantId::new(name));
        }
        for (index, person) in table.iter().enumerate() {
            printed.insert(PersonKey::Listed(index), person.id.clone());
        }
        Self { printed }
    }

    fn id(&self, key: &PersonKey) -> Option<ParticipantId> {
        self.printed.get(key).cloned()
    }
}

/// The form to print: an id in one piece before others, then the most common, then the longest.
fn plainest<'n>(forms: &BTreeMap<&'n str, usize>) -> &'n str {
    let rank = |form: &str, count: usize| {
        let is_id = !form.contains(char::is_whitespace)
            && form.ends_with(|c: char| c.is_ascii_digit())
            && form.starts_with(|c: char| c.is_alphabetic());
        let is_upper = form.starts_with(char::is_uppercase);
        (is_id, count, form.len(), is_upper)
    };
    let best = forms
        .iter()
        .max_by_key(|(form, count)| (rank(form, **count), std::cmp::Reverse(**form)));
    best.map_or("", |(form, _)| form)
}

/// Takes the strongest mention, and warns where another one means somebody else.
fn choose(clues: &[&(Basis, PersonClue)], same: &Same, names: &Names, note: &mut Recognised) {
    let sure = clues.iter().find(|(_, clue)| clue.is_sure);
    let Some((basis, clue)) = sure.or(clues.first()) else {
        return;
    };
    let key = same.of(&clue.key);
    let Some(id) = names.id(&key) else { return };
    for (other, second) in clues.iter().filter(|(b, c)| *b != Basis::Text && c.is_sure) {
        let second_key = same.of(&second.key);
        let is_open = is_name(&second_key) != is_name(&key);
        if second_key != key && !is_open {
            let named = names.id(&second_key);
            let named = named
                .as_ref()
                .map_or(second.written.as_str(), ParticipantId::as_str);
            let (strong, weak) = (basis.as_str(), other.as_str());
            note.warnings.push(format!(
                "{strong} says participant {id}, {weak} says {named}"
            ));
            break;
        }
    }
    note.participant = Sourced::from(id, *basis);
}

/// Finds names that other notes give their participants in the paths of those that name nobody.
fn by_path(
    raws: &[RawNote],
    names: &Names,
    same: &Same,
    chosen: &[Mentions<'_>],
    out: &mut [Recognised],
) {
    let mut known: BTreeMap<String, PersonKey> = BTreeMap::new();
    for (_, clue) in chosen.iter().flatten() {
        if matches!(
            clue.key,
            PersonKey::Name(_) | PersonKey::Code(..) | PersonKey::Initials(_)
        ) {
            known.insert(joined(&words(&clue.written)), same.of(&clue.key));
        }
    }
    if known.is_empty() {
        return;
    }
    for (raw, note) in raws.iter().zip(out) {
        if note.participant.value.is_some() {
            continue;
        }
        let mut pieces = raw.source.rsplit('/');
        let file = pieces.next().unwrap_or_default();
        let file = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let pieces =
            std::iter::once((Basis::FileName, file)).chain(pieces.map(|p| (Basis::Folder, p)));
        for (basis, piece) in pieces {
            if let Some(id) = known_in(piece, &known).and_then(|key| names.id(key)) {
                note.participant = Sourced::from(id, basis);
                break;
            }
        }
    }
}

fn known_in<'k>(piece: &str, known: &'k BTreeMap<String, PersonKey>) -> Option<&'k PersonKey> {
    let all = words(piece);
    (0..all.len()).find_map(|at| {
        (1..=3).rev().find_map(|length| {
            let run = all.get(at..at + length)?;
            let name = joined(run);
            let is_short = name.chars().count() <= 3;
            let is_upper = run.iter().all(|w| w.is_upper || w.is_number);
            known.get(&name).filter(|_| !is_short || is_upper)
        })
    })
}

fn warn_of_unknown(
    note: &mut Recognised,
    table: &[Participant],
    known: &BTreeMap<ParticipantId, Participant>,
) {
    let Some(id) = note
        .participant
        .value
        .as_ref()
        .filter(|_| !table.is_empty())
    else {
        return;
    };
    match known.get(id).filter(|p| p.in_table) {
        None => note
            .warnings
            .push(format!("the participants' table does not list {id}")),
        Some(person) if person.is_doubtful => note.warnings.push(format!(
            "the participants' table lists {id} more than once; none of its rows is used"
        )),
        Some(_) => {}
    }
}
