//! What the headings above a note's own say of its day: `# 2024`, `## March`, `### 5th - intake`.

use crate::text::Span;

use super::blocks::Blocks;
use super::more_heads::heading_level;
use super::recognise::Recogniser;

/// For each block the headings above its own, the nearest first.
pub(super) fn headings_above(text: &str, blocks: &Blocks) -> Vec<String> {
    let mut out = Vec::new();
    let mut above: Vec<(usize, &str)> = Vec::new();
    let mut lines = with_starts(text).peekable();
    for block in &blocks.list {
        while let Some((_, line)) = lines.next_if(|(start, _)| *start < block.header.start) {
            if let Some(level) = heading_level(line) {
                above.retain(|(known, _)| *known < level);
                above.push((level, line.trim_matches(['#', ' '])));
            }
        }
        let own = heading_level(block.header.slice(text));
        let fitting = above
            .iter()
            .filter(|(level, _)| own.is_some_and(|own| *level < own));
        let nearest: Vec<&str> = fitting.rev().map(|(_, heading)| *heading).collect();
        out.push(nearest.join(" "));
    }
    out
}

/// A header line that begins with nothing but a day of the month, with the month above written in:
/// "### 5th - intake" below "## March" is "5th March - intake".
pub(super) fn with_month(header: &str, above: &str, recogniser: &Recogniser) -> String {
    let title = header.trim_start_matches(['#', ' ', '*']);
    let digits = title.len() - title.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let behind = Span::new(digits, title.len()).slice(title);
    let ending = behind.len() - behind.trim_start_matches(char::is_alphabetic).len();
    let rest = Span::new(ending, behind.len()).slice(behind);
    let is_day = (1..=2).contains(&digits)
        && ending <= 2
        && !rest.trim_start().starts_with(['/', ':', '.'])
        && !rest.starts_with('-');
    if !is_day || !recogniser.names_month(above) || recogniser.holds_date(header) {
        return header.to_owned();
    }
    let day = Span::new(0, digits + ending).slice(title);
    format!("{day} {above}{rest}")
}

/// Lines with where they start.
fn with_starts(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let at = start;
        start += line.len();
        (at, line)
    })
}
