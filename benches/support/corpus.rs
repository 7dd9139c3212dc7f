//! Notes of a study that never was, the same on every machine for the same seed.

use super::phrases::Phrases;
use super::random::Random;

/// Notes of one participant.
const SESSIONS: usize = 12;
/// Percent of a note's sentences that hold a theme.
const THEME_PERCENT: usize = 22;

/// Days of the months of a year that is no leap year.
const DAYS: [usize; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// One generated note.
pub(crate) struct GeneratedNote {
    pub(crate) note_id: String,
    pub(crate) participant: String,
    /// ISO 8601.
    pub(crate) date: String,
    pub(crate) session_type: &'static str,
    pub(crate) author: &'static str,
    pub(crate) text: String,
}

impl GeneratedNote {
    /// Names of what [`Self::cells`] gives, as a table's first line.
    pub(crate) const COLUMNS: [&str; 6] = [
        "note_id",
        "participant",
        "date",
        "session_type",
        "author",
        "note",
    ];

    /// The note as a row of a table.
    pub(crate) fn cells(&self) -> [&str; 6] {
        [
            &self.note_id,
            &self.participant,
            &self.date,
            self.session_type,
            self.author,
            &self.text,
        ]
    }
}

#[derive(Clone, Copy)]
enum Style {
    Narrative,
    Soap,
    Telegraphic,
    Form,
    Dictation,
}

/// Makes notes one after the other, ordered by participant and date.
pub(crate) struct Corpus {
    phrases: Phrases,
    themes: Vec<&'static str>,
    seed: u64,
    next: usize,
    notes: usize,
}

impl Corpus {
    pub(crate) fn new(notes: usize, seed: u64) -> Self {
        let phrases = Phrases::new();
        Self {
            themes: phrases.names("theme_"),
            phrases,
            seed,
            next: 0,
            notes,
        }
    }

    fn note(&self, index: usize) -> GeneratedNote {
        let mut random = Random::new(self.seed ^ (index as u64 + 1).wrapping_mul(0x5851_F42D));
        let (participant, session) = (index / SESSIONS, index % SESSIONS);
        let style = match random.below(20) {
            0..6 => Style::Narrative,
            6..11 => Style::Soap,
            11..15 => Style::Telegraphic,
            15..18 => Style::Form,
            _ => Style::Dictation,
        };
        GeneratedNote {
            note_id: format!("N{:06}", index + 1),
            participant: format!("P{:04}", participant + 1),
            date: date(participant, session),
            session_type: match session {
                0 => "evaluation",
                11 => "follow_up",
                n if n % 2 == 1 => "ketamine",
                _ => "integration",
            },
            author: ["KL", "JM", "RN Ortiz", "TA"][random.below(4)],
            text: self.text(style, &mut random),
        }
    }

    fn text(&self, style: Style, random: &mut Random) -> String {
        match style {
            Style::Narrative => self.narrative(random),
            Style::Soap => self.soap(random),
            Style::Telegraphic => self.telegraphic(random),
            Style::Form => self.form(random),
            Style::Dictation => {
                let note = self.paragraph(34, random).to_uppercase();
                note.replace(". ", " PERIOD NEXT ").replace('"', "")
            }
        }
    }

    fn sentence(&self, random: &mut Random) -> String {
        let list = if random.happens(THEME_PERCENT) {
            self.themes[random.below(self.themes.len())]
        } else {
            "filler"
        };
        let sentence = self.phrases.one_of(list, random);
        let mut chars = sentence.chars();
        match chars.next() {
            Some(first) => first.to_uppercase().chain(chars).collect(),
            None => sentence,
        }
    }

    fn paragraph(&self, sentences: usize, random: &mut Random) -> String {
        let count = sentences / 2 + random.below(sentences);
        (0..count)
            .map(|_| self.sentence(random))
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn narrative(&self, random: &mut Random) -> String {
        let mut paragraphs = Vec::new();
        for _ in 0..3 + random.below(4) {
            let quote = self.phrases.one_of("quote", random);
            let (open, close) = if random.happens(30) {
                ("“", "”")
            } else {
                ("\"", "\"")
            };
            let before = self.paragraph(5, random);
            let after = self.paragraph(5, random);
            paragraphs.push(format!("{before} {open}{quote},{close} she said. {after}"));
        }
        paragraphs.join("\n\n")
    }

    fn soap(&self, random: &mut Random) -> String {
        let parts = [("S", 12), ("O", 6), ("A", 6), ("P", 5)];
        let parts = parts.map(|(letter, n)| format!("{letter}: {}", self.paragraph(n, random)));
        parts.join("\n")
    }

    fn telegraphic(&self, random: &mut Random) -> String {
        let mut lines = Vec::new();
        for _ in 0..16 + random.below(20) {
            let list = if random.happens(THEME_PERCENT) {
                "telegraphic_theme"
            } else {
                "telegraphic"
            };
            let first = self.phrases.one_of(list, random);
            lines.push(format!(
                "{first}; {}",
                self.phrases.one_of("telegraphic", random)
            ));
        }
        lines.join("\n")
    }

    fn form(&self, random: &mut Random) -> String {
        let mut lines = vec!["KETAMINE SESSION MONITORING FORM".to_owned()];
        for _ in 0..10 + random.below(14) {
            let symptom = self.phrases.one_of("form_symptom", random);
            lines.push(match random.below(3) {
                0 => format!("[{}] {symptom}", if random.happens(25) { "x" } else { " " }),
                1 => format!("{symptom}: {}", self.phrases.one_of("form_answer", random)),
                _ => self.phrases.one_of("telegraphic", random),
            });
        }
        lines.push(format!("Comments: {}", self.paragraph(10, random)));
        lines.join("\n")
    }
}

impl Iterator for Corpus {
    type Item = GeneratedNote;

    fn next(&mut self) -> Option<GeneratedNote> {
        if self.next == self.notes {
            return None;
        }
        self.next += 1;
        Some(self.note(self.next - 1))
    }
}

/// A day of 2021 to 2023 for each session, in order for each participant.
fn date(participant: usize, session: usize) -> String {
    let day = participant * 17 % 700 + session * 9;
    let (year, day) = (2021 + day / 365, day % 365);
    let mut rest = day;
    for (month, &days) in DAYS.iter().enumerate() {
        if rest < days {
            return format!("{year}-{:02}-{:02}", month + 1, rest + 1);
        }
        rest -= days;
    }
    format!("{year}-12-31")
}
