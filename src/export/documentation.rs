//! What counts rest on: `documentation.csv`, `sessions.csv`, `timeline.csv`, `saturation.csv`.

use std::fmt::Write as _;
use std::io;

use crate::model::codebook::{CodeIndex, Codebook};
use crate::model::coded::CodedNote;
use crate::model::corpus::ParticipantId;
use crate::tally::{DocumentationRow, Event, Run, SaturationRow, SessionRow, SessionTotals, State};

use super::frequency::spill;
use super::line::Lines;
use super::tables::Account;

/// Columns of `documentation.csv`.
pub const DOCUMENTATION_COLUMNS: [&str; 24] = [
    "group",
    "participant_id",
    "session_type",
    "author",
    "notes",
    "duplicate_notes",
    "sessions",
    "missing_sessions",
    "words",
    "words_median",
    "words_min",
    "words_max",
    "sentences",
    "direct_quotes",
    "quotes_per_note",
    "terse",
    "summary",
    "detailed",
    "terse_share",
    "summary_share",
    "detailed_share",
    "copied_share",
    "sections",
    "boilerplate_share",
];

/// Columns of `sessions.csv`.
pub const SESSION_COLUMNS: [&str; 8] = [
    "participant_id",
    "date",
    "session_type",
    "known_from",
    "documented",
    "notes",
    "words",
    "place",
];

/// Columns of `timeline.csv`.
pub const TIMELINE_COLUMNS: [&str; 7] = [
    "participant_id",
    "day",
    "date",
    "session_type",
    "note_id",
    "code",
    "codings",
];

/// Columns of `saturation.csv`.
pub const SATURATION_COLUMNS: [&str; 14] = [
    "unit",
    "event",
    "participant_id",
    "note_id",
    "date",
    "new_codes",
    "codes",
    "new",
    "base_size",
    "run_length",
    "base_codes",
    "run_new_codes",
    "run_ratio",
    "saturated",
];

/// Writes how much is written, group by group.
pub(super) fn documentation(
    file: &mut impl io::Write,
    rows: &[DocumentationRow<'_>],
    sessions_known: Known,
) -> io::Result<()> {
    let mut lines = Lines::header(&DOCUMENTATION_COLUMNS);
    for row in rows {
        let written = &row.written;
        let notes = written.notes();
        let share = |n: u64| (notes > 0).then(|| n as f64 / notes as f64);
        let words = written.words();
        let missing = row.sessions.filter(|_| sessions_known == Known::Yes);
        lines
            .text(row.group)
            .text_or_empty(row.participant.map(ParticipantId::as_str))
            .text_or_empty(row.session_type)
            .text_or_empty(row.author)
            .plain(notes)
            .plain(written.duplicates)
            .plain_or_empty(row.sessions.map(|s| s.documented))
            .plain_or_empty(missing.map(|s| s.missing))
            .plain(written.text.words)
            .decimal(words.map(|w| w.1))
            .plain_or_empty(words.map(|w| w.0))
            .plain_or_empty(words.map(|w| w.2))
            .plain(written.text.sentences)
            .plain(written.text.direct_quotes)
            .decimal(share(written.text.direct_quotes));
        for count in written.details {
            lines.plain(count);
        }
        for count in written.details {
            lines.decimal(share(count.into()));
        }
        let all = written.text.words;
        let of_words = |n: u64| (all > 0).then(|| n as f64 / all as f64);
        let sections = written.sections();
        let sections: Vec<String> = sections.map(|(name, n)| format!("{name}: {n}")).collect();
        lines
            .decimal(of_words(written.copied_words))
            .text(&sections.join("; "))
            .decimal(of_words(written.boilerplate_words))
            .end();
        spill(file, &mut lines)?;
    }
    file.write_all(&lines.into_bytes())
}

/// Whether any table says which sessions took place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// One does, so that a session without notes is known to be missing.
    Yes,
    /// None does, so that nobody knows what is missing.
    No,
}

impl Known {
    /// What the totals say.
    pub fn of(sessions: &SessionTotals) -> Self {
        if sessions.is_known {
            Self::Yes
        } else {
            Self::No
        }
    }
}

/// Lines of `sessions.csv`.
pub(super) fn session_lines(rows: &[SessionRow]) -> Vec<u8> {
    let mut lines = Lines::default();
    for row in rows {
        lines
            .text_or_empty(row.participant.as_ref().map(ParticipantId::as_str))
            .plain_or_empty(row.date)
            .text(&row.session_type)
            .text(row.known_from.as_str())
            .plain(row.is_documented())
            .plain(row.notes)
            .plain(row.words)
            .text(&row.place)
            .end();
    }
    lines.into_bytes()
}

/// A note's lines of `timeline.csv`: one a code that is present, or one without a code.
pub(super) fn timeline_lines(
    coded: &CodedNote<'_>,
    session_type: &str,
    states: &[(CodeIndex, State)],
    codebook: &Codebook,
) -> Vec<u8> {
    let mut lines = Lines::default();
    let note = coded.note;
    let mut line = |code: &str, codings: Option<u64>| {
        lines
            .text_or_empty(note.participant.value.as_ref().map(ParticipantId::as_str))
            .plain_or_empty(note.day)
            .plain_or_empty(note.date.value)
            .text(session_type)
            .text(note.id.as_str())
            .text(code)
            .plain_or_empty(codings)
            .end();
    };
    let mut is_silent = true;
    for (code, state) in states {
        if let State::Present { passages } = state {
            line(codebook.code(*code).path.as_str(), Some(*passages));
            is_silent = false;
        }
    }
    if is_silent {
        line("", None);
    }
    lines.into_bytes()
}

/// Writes the curves of new codes, by note and by participant.
pub(super) fn saturation(
    file: &mut impl io::Write,
    account: &Account<'_>,
    codebook: &Codebook,
) -> io::Result<()> {
    let mut lines = Lines::header(&SATURATION_COLUMNS);
    let rule = account.rule;
    for row in account.saturation.rows(rule) {
        let Some(note) = account.notes.get(row.note) else {
            continue;
        };
        let is_note = row.unit == Event::Note;
        let ratio = row.run.and_then(Run::ratio);
        lines
            .text(row.unit.as_str())
            .plain(row.event)
            .text_or_empty(note.participant.value.as_ref().map(ParticipantId::as_str))
            .text(if is_note { note.id.as_str() } else { "" })
            .plain_or_empty(note.date.value)
            .plain(row.new.len())
            .plain(row.codes)
            .text(&paths(&row, codebook))
            .plain(rule.base)
            .plain(rule.run)
            .plain_or_empty(row.run.map(|r| r.base_codes))
            .plain_or_empty(row.run.map(|r| r.new_codes))
            .decimal(ratio)
            .plain_or_empty(ratio.map(|r| r <= rule.threshold))
            .end();
        spill(file, &mut lines)?;
    }
    file.write_all(&lines.into_bytes())
}

fn paths(row: &SaturationRow, codebook: &Codebook) -> String {
    let paths = row.new.iter().map(|&c| codebook.code(c).path.as_str());
    paths.collect::<Vec<_>>().join("; ")
}

/// Participants whose documentation is shown on the terminal at most.
const PARTICIPANTS_MAX: usize = 12;

/// What counts rest on, for the terminal: a line for each session type and each participant.
pub fn documentation_view(rows: &[DocumentationRow<'_>], sessions_known: Known) -> String {
    let mut text = String::from("\nWhat the counts rest on\n");
    let _ = write!(
        text,
        "{:<24}{:>7}{:>18}{:>8}{:>10}{:>8}{:>10}",
        "", "notes", "words per note", "quotes", "detailed", "copied", "template"
    );
    text.push_str(match sessions_known {
        Known::Yes => "  sessions without a note\n",
        Known::No => "\n",
    });
    let mut people = 0;
    for row in rows {
        let name = match (row.group, row.participant, row.session_type) {
            ("all", ..) => "all",
            ("session_type", _, Some(name)) => name,
            ("participant", who, _) => {
                people += 1;
                if people > PARTICIPANTS_MAX {
                    continue;
                }
                who.map_or("participant unknown", ParticipantId::as_str)
            }
            _ => continue,
        };
        line(&mut text, name, row, sessions_known);
    }
    if people > PARTICIPANTS_MAX {
        let more = people - PARTICIPANTS_MAX;
        let _ = writeln!(text, "{more} more participants: see documentation.csv");
    }
    text
}

fn line(text: &mut String, name: &str, row: &DocumentationRow<'_>, sessions_known: Known) {
    let written = &row.written;
    let notes = written.notes();
    let words = written.words().map_or_else(
        || "-".to_owned(),
        |(low, median, high)| format!("{median:.0} ({low}-{high})"),
    );
    let percent = |part: u64, all: u64| match all {
        0 => "-".to_owned(),
        all => format!("{:.0}%", 100.0 * part as f64 / all as f64),
    };
    let quotes = match notes {
        0 => "-".to_owned(),
        n => format!("{:.1}", written.text.direct_quotes as f64 / n as f64),
    };
    let name: String = name.chars().filter(|c| !c.is_control()).take(23).collect();
    let _ = write!(
        text,
        "{name:<24}{notes:>7}{words:>18}{quotes:>8}{:>10}{:>8}{:>10}",
        percent(written.details[2].into(), notes),
        percent(written.copied_words, written.text.words),
        percent(written.boilerplate_words, written.text.words),
    );
    if let (Known::Yes, Some(sessions)) = (sessions_known, row.sessions) {
        let all = sessions.documented + sessions.missing;
        let _ = write!(text, "  {} of {all}", sessions.missing);
    }
    text.push('\n');
}
