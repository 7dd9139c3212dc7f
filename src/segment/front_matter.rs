//! The `---` block of keys and values that may open a text.

use crate::text::Span;

/// Most lines of front matter.
const LINES_MAX: usize = 60;

/// The block from its first to its last mark; empty where the text does not open with one.
pub(super) fn find(text: &str) -> Span {
    let lead = text.len() - text.trim_start_matches(['\u{FEFF}', '\n', ' ']).len();
    let body = Span::new(lead, text.len()).slice(text);
    let mut at = lead;
    for (i, line) in body.split_inclusive('\n').take(LINES_MAX).enumerate() {
        at += line.len();
        let line = line.trim_end();
        match (i, line) {
            (0, "---") => {}
            (0, _) => break,
            (_, "---" | "...") => return Span::new(lead, at).trim(text),
            (_, line) if is_entry(line) => {}
            _ => break,
        }
    }
    Span::new(0, 0)
}

/// `key: value`, a list's item, a comment, or nothing.
fn is_entry(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty()
        || line.starts_with(['#', '-'])
        || line
            .split(':')
            .next()
            .is_some_and(|key| key.len() < line.len() && key.split_whitespace().count() <= 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_block_of_keys_at_the_top_is_front_matter() {
        let block = "---\nparticipant: P03\ndate: 2023-03-09\n---";
        assert_eq!(find(&format!("{block}\n\nNote.\n")).slice(block), block);
        assert!(find("---\nShe wept and left early.\n---\n").is_empty());
        assert!(find("Note\n---\na: b\n---\n").is_empty());
        assert!(find("---\na: b\n").is_empty());
    }
}
