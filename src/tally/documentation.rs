//! How much is written of whom, by whom, in which sessions: what every count rests on.
//!
//! Comes in: notes. Goes out: a row for each participant, session type, both, and author. Four bytes
//! a note are kept for each of two ways to group, so that medians are exact.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;
use std::sync::Arc;

use crate::model::coded::CodedNote;
use crate::model::corpus::{Detail, ParticipantId, UNKNOWN_SESSION_TYPE};
use crate::model::layout::Section;
use crate::model::measure::{Measure, Part};
use crate::text::Span;

use super::names::{Names, entry, find};
use super::sessions::{SessionCounts, SessionTotals};

/// Names of sections that are counted in one group; further ones are not named.
const SECTIONS_MAX: usize = 64;

/// Notes of a group and what they hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Notes that repeat another as a whole; they count nowhere else.
    pub duplicates: u64,
    /// Words of each note, copied ones included.
    each: Vec<u32>,
    /// All that the notes hold.
    pub text: Measure,
    /// Their copied words.
    pub copied_words: u64,
    /// Their words that are a template's.
    pub boilerplate_words: u64,
    /// Terse, summary and detailed notes.
    pub details: [u32; 3],
    /// Notes that have a section of a name, by name.
    sections: Vec<(Arc<str>, u32)>,
}

impl Written {
    fn add(&mut self, part: &Part, detail: Detail) {
        let text = part.all;
        self.each
            .push(u32::try_from(text.words).unwrap_or(u32::MAX));
        self.text += text;
        self.copied_words += part.copied.words;
        self.boilerplate_words += part.boilerplate.words;
        self.details[detail as usize] += 1;
    }

    fn add_sections<'s>(&mut self, found: impl Iterator<Item = &'s str>, names: &mut Names) {
        for name in found.collect::<BTreeSet<_>>() {
            self.count_section(name, 1, names);
        }
    }

    fn count_section(&mut self, name: &str, count: u32, names: &mut Names) {
        if self.sections.len() < SECTIONS_MAX || find(&self.sections, name).is_some() {
            *entry(&mut self.sections, name, names) += count;
        }
    }

    /// Names of sections, each with how many notes have one.
    pub fn sections(&self) -> impl Iterator<Item = (&str, u32)> {
        self.sections.iter().map(|(name, n)| (name.as_ref(), *n))
    }

    /// Notes, without duplicates.
    pub fn notes(&self) -> u64 {
        self.each.len() as u64
    }

    /// Fewest, median and most words of a note; the median of an even number is the mean of the two
    /// in the middle.
    pub fn words(&self) -> Option<(u64, f64, u64)> {
        let mut sorted = self.each.clone();
        sorted.sort_unstable();
        let (first, last) = (*sorted.first()?, *sorted.last()?);
        let middle = sorted.len() / 2;
        let median = if sorted.len() % 2 == 1 {
            f64::from(sorted[middle])
        } else {
            f64::midpoint(f64::from(sorted[middle - 1]), f64::from(sorted[middle]))
        };
        Some((u64::from(first), median, u64::from(last)))
    }
}

impl AddAssign<&Self> for Written {
    fn add_assign(&mut self, other: &Self) {
        self.duplicates += other.duplicates;
        self.each.extend(&other.each);
        self.text += other.text;
        self.copied_words += other.copied_words;
        self.boilerplate_words += other.boilerplate_words;
        for (mine, theirs) in self.details.iter_mut().zip(other.details) {
            *mine += theirs;
        }
        let mut names = Names::default();
        for (name, count) in &other.sections {
            self.count_section(name, *count, &mut names);
        }
    }
}

/// A row of `documentation.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentationRow<'t> {
    /// `all`, `participant`, `session_type`, `participant_session_type` or `author`.
    pub group: &'static str,
    /// The participant; none where the group has none, or theirs is unknown.
    pub participant: Option<&'t ParticipantId>,
    /// The session type, where the group has one.
    pub session_type: Option<&'t str>,
    /// The author, where the group has one.
    pub author: Option<&'t str>,
    /// What its notes hold.
    pub written: Cow<'t, Written>,
    /// Its sessions; none for authors.
    pub sessions: Option<SessionCounts>,
}

type Who = Option<ParticipantId>;

/// Parts of a note as one.
fn joined<'p>(parts: impl Iterator<Item = &'p Part>) -> Part {
    parts.fold(Part::default(), |mut sum, part| {
        sum.all += part.all;
        sum.copied += part.copied;
        sum.boilerplate += part.boilerplate;
        sum
    })
}

/// Counts what is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Documentation {
    /// Whole notes, by participant and author.
    by_author: BTreeMap<Who, Vec<(Arc<str>, Written)>>,
    /// Parts of notes, by participant and session type.
    by_type: BTreeMap<Who, Vec<(Arc<str>, Written)>>,
    authors: Names,
    types: Names,
    sections: Names,
}

/// Whether a heading names the note, not a part of it: it opens the note and is on no list (names of
/// listed headings hold no blank), or it holds numbers ("IS 6, telehealth").
fn is_title(section: &Section, text: &str) -> bool {
    let before = Span::new(0, section.span.start.min(text.len())).slice(text);
    let opens = !before.chars().any(char::is_alphanumeric);
    let counted = section.name.chars().any(|c| c.is_ascii_digit());
    counted || (opens && section.name.contains(' '))
}

impl Documentation {
    /// Takes a note, in any order.
    pub fn add(&mut self, coded: &CodedNote<'_>) {
        let who = &coded.note.participant.value;
        let by_author = self.by_author.entry(who.clone()).or_default();
        let by_type = self.by_type.entry(who.clone()).or_default();
        let own = entry(by_author, &coded.note.author, &mut self.authors);
        if coded.note.duplicate_of.is_some() {
            own.duplicates += 1;
            entry(by_type, coded.own_session_type(), &mut self.types).duplicates += 1;
            return;
        }
        own.add(&joined(coded.parts.iter()), coded.detail);
        let sections = coded.layout.sections.iter();
        let sections = sections.filter(|s| !is_title(s, coded.text));
        own.add_sections(sections.map(|s| s.name.as_str()), &mut self.sections);
        for &name in coded.session_types().keys() {
            let is_own = name == coded.own_session_type();
            let belongs = |of: &Option<String>| of.as_deref().map_or(is_own, |t| t == name);
            let parts = coded.parts.iter().filter(|p| belongs(&p.session_type));
            let of_type = entry(by_type, name, &mut self.types);
            of_type.add(&joined(parts), coded.detail);
            let sections = coded.layout.sections.iter();
            let sections = sections.filter(|s| !is_title(s, coded.text));
            let sections = sections.filter(|s| belongs(&s.session_type));
            let sections = sections.map(|s| s.name.as_str());
            of_type.add_sections(sections, &mut self.sections);
        }
    }

    /// A row for each group that has notes, or sessions without notes: all, by participant, by session
    /// type in the study's order, by both, by author.
    pub fn rows<'t>(
        &'t self,
        sessions: &'t SessionTotals,
        order: &[String],
    ) -> Vec<DocumentationRow<'t>> {
        let known = sessions.cells().keys();
        let people: BTreeSet<(bool, &Who)> = self
            .by_author
            .keys()
            .chain(known.clone().map(|(who, _)| who))
            .map(|who| (who.is_none(), who))
            .collect();
        let types: BTreeSet<&str> = self
            .types
            .iter()
            .chain(known.map(|(_, name)| name.as_str()))
            .collect();
        let mut types: Vec<&str> = types.into_iter().collect();
        let place = |name: &str| order.iter().position(|o| o == name).unwrap_or(order.len());
        types.sort_by_key(|name| (*name == UNKNOWN_SESSION_TYPE, place(name)));

        let row = |group, written, sessions| DocumentationRow {
            group,
            participant: None,
            session_type: None,
            author: None,
            written,
            sessions,
        };
        let mut rows = vec![row(
            "all",
            sum(&self.by_author, |_| true),
            Some(sessions.all()),
        )];
        for (_, who) in &people {
            let counts = sessions.of_participant(who.as_ref());
            rows.push(DocumentationRow {
                participant: who.as_ref(),
                ..row("participant", self.of_participant(who), Some(counts))
            });
        }
        for name in &types {
            let counts = sessions.of_type(name);
            rows.push(DocumentationRow {
                session_type: Some(name),
                ..row(
                    "session_type",
                    sum(&self.by_type, |own| own == *name),
                    Some(counts),
                )
            });
        }
        for (_, who) in &people {
            for name in &types {
                let counts = sessions.of_both(who.as_ref(), name);
                let own = self.by_type.get(*who);
                let written = own.and_then(|types| find(types, name));
                if written.is_some() || counts.missing > 0 {
                    let written = written.map_or_else(Cow::default, Cow::Borrowed);
                    rows.push(DocumentationRow {
                        participant: who.as_ref(),
                        session_type: Some(name),
                        ..row("participant_session_type", written, Some(counts))
                    });
                }
            }
        }
        for author in self.authors.iter() {
            rows.push(DocumentationRow {
                author: Some(author),
                ..row("author", sum(&self.by_author, |own| own == author), None)
            });
        }
        rows
    }

    fn of_participant(&self, who: &Who) -> Cow<'_, Written> {
        let own = self.by_author.get(who).map(Vec::as_slice);
        match own.unwrap_or_default() {
            [(_, only)] => Cow::Borrowed(only),
            own => total(own.iter().map(|(_, written)| written)),
        }
    }
}

/// The sum over everybody's cells of some names.
fn sum<'t>(
    cells: &BTreeMap<Who, Vec<(Arc<str>, Written)>>,
    fits: impl Fn(&str) -> bool,
) -> Cow<'t, Written> {
    let all = cells.values().flatten();
    total(all.filter(|(name, _)| fits(name)).map(|(_, w)| w))
}

fn total<'w, 't>(cells: impl Iterator<Item = &'w Written>) -> Cow<'t, Written> {
    let mut sum = Written::default();
    for written in cells {
        sum += written;
    }
    Cow::Owned(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::corpus::NoteId;
    use crate::model::fixture::{codebook, note};

    #[test]
    fn what_is_written_is_summed_by_whom_and_of_what() {
        let book = codebook(&["agency"]);
        let mut notes = vec![
            note(0, "P1", "ketamine", "One two three.", &book),
            note(1, "P1", "ketamine", "One.", &book),
            note(
                2,
                "P1",
                "ketamine",
                "One two.\n## integration: \"all that I was\" she said.",
                &book,
            ),
            note(3, "P2", "", "One two three four five.", &book),
            note(4, "P2", "", "One two three four five.", &book),
        ];
        notes[0].note.author = "A".into();
        notes[4].note.duplicate_of = Some(NoteId::new("n3"));
        let mut documentation = Documentation::default();
        for note in &notes {
            documentation.add(&note.coded());
        }
        let order = ["ketamine".to_owned(), "integration".to_owned()];
        let sessions = SessionTotals::default();
        let rows: Vec<String> = documentation
            .rows(&sessions, &order)
            .iter()
            .map(|r| {
                let (low, median, high) = r.written.words().unwrap_or_default();
                format!(
                    "{} {} {} {}: {} notes, {} again, {low} {median} {high}, {} quotes",
                    r.group,
                    r.participant.map_or("-", |p| p.as_str()),
                    r.session_type.unwrap_or("-"),
                    r.author.unwrap_or("-"),
                    r.written.notes(),
                    r.written.duplicates,
                    r.written.text.direct_quotes,
                )
            })
            .collect();
        let words = notes[2].coded().whole().words;
        let integration = words - 2;
        assert_eq!(
            rows,
            [
                format!("all - - -: 4 notes, 1 again, 1 4 {words}, 1 quotes"),
                format!("participant P1 - -: 3 notes, 0 again, 1 3 {words}, 1 quotes"),
                "participant P2 - -: 1 notes, 1 again, 5 5 5, 0 quotes".to_owned(),
                "session_type - ketamine -: 3 notes, 0 again, 1 2 3, 0 quotes".to_owned(),
                format!(
                    "session_type - integration -: 1 notes, 0 again, {integration} {integration} {integration}, 1 quotes"
                ),
                "session_type - unknown -: 1 notes, 1 again, 5 5 5, 0 quotes".to_owned(),
                "participant_session_type P1 ketamine -: 3 notes, 0 again, 1 2 3, 0 quotes"
                    .to_owned(),
                format!(
                    "participant_session_type P1 integration -: 1 notes, 0 again, {integration} {integration} {integration}, 1 quotes"
                ),
                "participant_session_type P2 unknown -: 1 notes, 1 again, 5 5 5, 0 quotes"
                    .to_owned(),
                format!("author - - : 3 notes, 1 again, 1 5 {words}, 1 quotes"),
                "author - - A: 1 notes, 0 again, 3 3 3, 0 quotes".to_owned(),
            ]
        );
    }

    #[test]
    fn what_names_a_note_is_no_section_of_it() {
        let text = "Medical follow-up\nIS 6, telehealth\nSince last dose\nBetter.";
        let section = |name: &str, start: usize| Section {
            name: name.to_owned(),
            heading: Span::new(start, start),
            span: Span::new(start, text.len()),
            session_type: None,
            default: crate::model::layout::SectionDefault::None,
            voice: None,
        };
        assert!(is_title(&section("medical follow-up", 0), text));
        assert!(is_title(&section("is 6, telehealth", 18), text));
        assert!(!is_title(&section("since last dose", 35), text));
        assert!(!is_title(&section("plan", 0), text));
    }
}
