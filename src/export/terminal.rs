//! Themes as a table for the terminal: by session type, by participant and session type, by whatever
//! was asked for.
//!
//! Comes in: what was counted. Goes out: text; the caller prints it. A cell is the share of notes
//! in which a theme is documented, as a bar and as notes of notes.

use std::fmt::Write as _;

use unicode_segmentation::UnicodeSegmentation as _;

use crate::model::codebook::Codebook;
use crate::model::corpus::ParticipantId;
use crate::tally::{Crosstab, FrequencyRow, Group, GroupKind, Tally};

/// How a table is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terminal {
    /// Columns of the terminal.
    pub width: usize,
    /// What characters it shows.
    pub glyphs: Glyphs,
    /// Participants whose tables are drawn at most.
    pub participants_max: usize,
}

/// What characters a terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glyphs {
    /// Blocks in eighths.
    Unicode,
    /// Plain ASCII.
    Ascii,
}

impl Default for Terminal {
    fn default() -> Self {
        Self {
            width: 100,
            glyphs: Glyphs::Unicode,
            participants_max: 12,
        }
    }
}

/// Cells of a bar.
const BAR: usize = 6;

/// The widest and the narrowest that a theme's name is drawn.
const NAME_MAX: usize = 28;
const NAME_MIN: usize = 12;

/// Values of a crosstab that are drawn at most.
const VALUES_MAX: usize = 12;

/// Draws the tables of every theme.
pub fn themes(
    tally: &Tally,
    codebook: &Codebook,
    session_types: &[String],
    terminal: Terminal,
) -> String {
    let people = tally.frequencies().participants();
    let shown = people.get(..terminal.participants_max).unwrap_or(&people);
    // A study may have many participants; only the groups that are drawn are kept.
    let is_drawn = |group: &Group<'_>| match group.kind {
        GroupKind::All | GroupKind::SessionType(_) => true,
        GroupKind::Both(who, _) => shown.contains(&who),
        GroupKind::Participant(_) => false,
    };
    let groups = tally.frequencies().groups(session_types);
    let groups: Vec<Group<'_>> = groups.filter(is_drawn).collect();
    let mut text = String::new();
    let Some(all) = groups.iter().find(|g| g.kind == GroupKind::All) else {
        return "No note was read, so there is nothing to count.\n".to_owned();
    };
    let types = groups
        .iter()
        .filter(|g| matches!(g.kind, GroupKind::SessionType(_)));
    let columns: Vec<Column<'_>> = types.chain([all]).map(Column::of).collect();
    let drawn = Drawing::new(codebook, terminal);
    text.push_str("Notes in which a theme is documented, by session type\n");
    drawn.table(&mut text, &columns);

    for id in shown {
        let own: Vec<Column<'_>> = groups
            .iter()
            .filter(|g| matches!(g.kind, GroupKind::Both(who, _) if who == *id))
            .map(Column::of)
            .collect();
        let name = id.map_or("participant unknown", ParticipantId::as_str);
        let _ = writeln!(text, "\n{}", plain(name));
        drawn.table(&mut text, &own);
    }
    let left = people.len() - shown.len();
    if left > 0 {
        let _ = writeln!(text, "\n{left} more participants: see frequencies.csv");
    }
    text.push_str(
        "\nCounts say what was documented, not what was experienced; \
         a note that is silent is no evidence of absence.\n",
    );
    text
}

/// Draws the themes by the values of a crosstab.
pub fn by_values(crosstab: &Crosstab, codebook: &Codebook, terminal: Terminal) -> String {
    let by = plain(&crosstab.columns.join(" and "));
    let mut text = format!("\nNotes in which a theme is documented, by {by}\n");
    let all = crosstab
        .groups()
        .into_iter()
        .filter_map(|(values, counts)| {
            let group = counts.groups(&[]).find(|g| g.kind == GroupKind::All)?;
            Some((values, group))
        });
    let all: Vec<(&[String], Group<'_>)> = all.collect();
    let shown = all.iter().take(VALUES_MAX);
    let columns: Vec<Column<'_>> = shown
        .map(|(values, group)| Column {
            name: cut(&plain(&said(values)), NAME_MAX),
            group,
        })
        .collect();
    Drawing::new(codebook, terminal).table(&mut text, &columns);
    let left = all.len() - columns.len();
    if left > 0 {
        let _ = writeln!(text, "{left} more values: see the table frequencies_by_...");
    }
    text
}

/// The values of a crosstab's group; those that nobody wrote are not said.
fn said(values: &[String]) -> String {
    let known = |value: &String| {
        match value.as_str() {
            "" => "not said",
            value => value,
        }
        .to_owned()
    };
    values.iter().map(known).collect::<Vec<_>>().join(", ")
}

/// A group as a column of a table.
struct Column<'g> {
    name: String,
    group: &'g Group<'g>,
}

impl<'g> Column<'g> {
    /// A group under its session type's name.
    fn of(group: &'g Group<'g>) -> Self {
        Self {
            name: plain(group.kind.session_type().unwrap_or("all")),
            group,
        }
    }
}

/// What every table of a terminal shares.
struct Drawing<'c> {
    codebook: &'c Codebook,
    terminal: Terminal,
    names: Vec<String>,
    name_width: usize,
}

impl<'c> Drawing<'c> {
    fn new(codebook: &'c Codebook, terminal: Terminal) -> Self {
        let name = |code: &crate::model::codebook::Code| {
            let path = code.path.as_str();
            let depth = path.matches('/').count();
            let last = path.rsplit('/').next().unwrap_or(path);
            format!("{}{}", "  ".repeat(depth), plain(last))
        };
        let names: Vec<String> = codebook.codes.iter().map(name).collect();
        let widest = names.iter().map(|n| width(n)).max().unwrap_or(0);
        Self {
            codebook,
            terminal,
            names,
            name_width: widest.clamp(NAME_MIN, NAME_MAX),
        }
    }

    /// Draws groups as columns, in as many stretches as the terminal's width calls for.
    fn table(&self, text: &mut String, groups: &[Column<'_>]) {
        let heads: Vec<[String; 3]> = groups.iter().map(head).collect();
        let widths = heads.iter().flatten().map(|line| width(line));
        let cell = widths.max().unwrap_or(0).max(BAR + 1 + share_width(groups));
        let room = self.terminal.width.saturating_sub(self.name_width);
        let per_stretch = (room / (cell + 2)).max(1);
        for (i, stretch) in groups.chunks(per_stretch).enumerate() {
            if i > 0 {
                text.push('\n');
            }
            let heads = &heads[i * per_stretch..];
            for line in 0..3 {
                let cells = heads.iter().take(stretch.len());
                let cells = cells.map(|head| head[line].clone());
                self.line(text, "", cells.collect(), cell);
            }
            for (code, name) in self.codebook.indices().zip(&self.names) {
                let rows = stretch
                    .iter()
                    .map(|g| self.cell(&g.group.row(code), stretch));
                self.line(text, name, rows.collect(), cell);
            }
        }
    }

    fn line(&self, text: &mut String, name: &str, cells: Vec<String>, cell_width: usize) {
        let mut line = pad(&cut(name, self.name_width), self.name_width);
        for cell in cells {
            line.push_str("  ");
            line.push_str(&pad(&cell, cell_width));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }

    /// `███▌   7/12`; a theme that no note names is a point.
    fn cell(&self, row: &FrequencyRow<'_>, groups: &[Column<'_>]) -> String {
        if row.silent == row.notes {
            return match self.terminal.glyphs {
                Glyphs::Unicode => "·".to_owned(),
                Glyphs::Ascii => ".".to_owned(),
            };
        }
        let counts = format!("{}/{}", row.counts.present, row.notes);
        let room = share_width(groups);
        let bar = bar(row.share.unwrap_or(0.0), self.terminal.glyphs);
        format!("{bar} {counts:>room$}")
    }
}

/// Room for `7/12` in the widest of the groups.
fn share_width(groups: &[Column<'_>]) -> usize {
    let digits = |g: &Column<'_>| g.group.total.notes.to_string().len();
    groups.iter().map(digits).max().unwrap_or(1) * 2 + 1
}

/// A group's name, and how much text it is.
fn head(column: &Column<'_>) -> [String; 3] {
    let total = &column.group.total;
    let plural = |n: u64| if n == 1 { "" } else { "s" };
    [
        column.name.clone(),
        format!("{} note{}", total.notes, plural(total.notes)),
        format!("{} word{}", total.words, plural(total.words)),
    ]
}

/// A share as a bar of fixed width; what is not nothing shows something.
fn bar(share: f64, glyphs: Glyphs) -> String {
    const EIGHTHS: [char; 8] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
    match glyphs {
        Glyphs::Unicode => {
            let eighths = (share * (BAR * 8) as f64).round() as usize;
            let eighths = eighths.max(usize::from(share > 0.0));
            let mut bar = "█".repeat(eighths / 8);
            if eighths / 8 < BAR {
                bar.push(EIGHTHS[eighths % 8]);
            }
            pad(&bar, BAR)
        }
        Glyphs::Ascii => {
            let cells = (share * BAR as f64).round() as usize;
            pad(&"#".repeat(cells.max(usize::from(share > 0.0))), BAR)
        }
    }
}

/// Text without control characters, which could steer the terminal.
fn plain(text: &str) -> String {
    let safe = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    text.chars().map(safe).collect()
}

fn width(text: &str) -> usize {
    text.graphemes(true).count()
}

fn pad(text: &str, to: usize) -> String {
    let missing = to.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(missing))
}

fn cut(text: &str, to: usize) -> String {
    if width(text) <= to {
        return text.to_owned();
    }
    let kept: String = text.graphemes(true).take(to.saturating_sub(2)).collect();
    format!("{kept}..")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::{codebook, note};

    fn drawn(terminal: Terminal) -> String {
        let book = codebook(&["agency", "coping", "coping/self_care"]);
        let notes = [
            note(0, "P1", "ketamine", "She {agency|chose}.", &book),
            note(
                1,
                "P1",
                "ketamine",
                "Quiet, no {agency:negated|choice}.",
                &book,
            ),
            note(2, "P2", "integration", "{coping/self_care|Walks}.", &book),
            note(3, "\u{1b}[31m", "", "Nothing.", &book),
        ];
        let mut tally = Tally::new(&book);
        for note in &notes {
            tally.add(&note.coded());
        }
        let order = ["ketamine".to_owned(), "integration".to_owned()];
        themes(&tally, &book, &order, terminal)
    }

    #[test]
    fn themes_by_session_type_then_by_participant() {
        let text = drawn(Terminal::default());
        let expected = "\
Notes in which a theme is documented, by session type
              ketamine     integration  unknown      all
              2 notes      1 note       1 note       4 notes
              5 words      1 word       1 word       7 words
agency        ███    1/2   ·            ·            █▌     1/4
coping        ·            ██████ 1/1   ·            █▌     1/4
  self_care   ·            ██████ 1/1   ·            █▌     1/4
";
        assert!(text.starts_with(expected), "{text}");
        let of_one = "
P1
              ketamine
              2 notes
              5 words
agency        ███    1/2
coping        ·
  self_care   ·
";
        assert!(text.contains(of_one), "{text}");
        assert!(text.contains("\n\u{fffd}[31m\n"));
        assert!(!text.contains('\u{1b}'));
    }

    #[test]
    fn a_crosstab_has_a_column_a_value() {
        let book = codebook(&["agency"]);
        let notes = [
            note(0, "P1", "ketamine", "She {agency|chose}.", &book),
            note(1, "P2", "integration", "Nothing.", &book),
        ];
        let columns = ["participant_id".to_owned(), "setting".to_owned()];
        let mut crosstab = Crosstab::new(&book, columns.to_vec());
        for note in &notes {
            crosstab.add(&note.coded(), crate::tally::About::default());
        }
        crosstab.finish();
        let expected = "
Notes in which a theme is documented, by participant_id and setting
              P1, not said  P2, not said
              1 note        1 note
              2 words       1 word
agency        ██████ 1/1    ·
";
        assert_eq!(by_values(&crosstab, &book, Terminal::default()), expected);
    }

    #[test]
    fn a_narrow_plain_terminal_gets_stretches_of_ascii() {
        let text = drawn(Terminal {
            width: 50,
            glyphs: Glyphs::Ascii,
            participants_max: 1,
        });
        assert!(text.contains("agency        ###    1/2"), "{text}");
        assert!(text.lines().all(|l| width(l) <= 50 || !l.contains('#')));
        assert!(text.contains("2 more participants"));
    }

    #[test]
    fn nothing_read_is_said() {
        let book = codebook(&["agency"]);
        let text = themes(&Tally::new(&book), &book, &[], Terminal::default());
        assert!(text.contains("nothing to count"));
    }
}
