//! Heads and feet of pages in a plain text that keeps its pages apart by form feeds.
//!
//! Comes in: a text. Goes out: the text less lines that stand first or last on every page and say the
//! same but for the page's number, and those lines. It refuses sentences: what a note of each page
//! ends with is the note's.

/// Lines at the head and at the foot of a page that may repeat.
const LINES_MAX: usize = 5;
/// Fewest pages on which a line without a page's number repeats.
const PAGES_MIN: usize = 3;

/// Takes repeated lines away from all pages, and gives them as the first page has them.
pub(super) fn set_apart(text: String, page_words: &[String]) -> (String, String) {
    if !text.contains('\u{c}') {
        return (text, String::new());
    }
    let pages: Vec<Vec<&str>> = text
        .split('\u{c}')
        .map(|p| p.split('\n').collect())
        .collect();
    let filled: Vec<Vec<usize>> = pages.iter().map(|lines| filled(lines)).collect();
    let told: Vec<usize> = (0..pages.len())
        .filter(|&p| !filled[p].is_empty())
        .collect();
    // A page keeps a line at least.
    let spare = told.iter().map(|&p| filled[p].len() - 1).min().unwrap_or(0);
    let line_of = |page: usize, nth: usize, is_foot: bool| {
        let lines = &filled[page];
        let at = if is_foot {
            lines.len().checked_sub(nth + 1)?
        } else {
            nth
        };
        Some(pages[page][*lines.get(at)?])
    };
    let repeated = |is_foot: bool, most: usize| {
        let repeats = |nth: &usize| {
            let each: Vec<&str> = told
                .iter()
                .filter_map(|&p| line_of(p, *nth, is_foot))
                .collect();
            each.len() == told.len() && is_of_pages(&each, page_words)
        };
        (0..most.min(LINES_MAX)).take_while(repeats).count()
    };
    let heads = repeated(false, spare);
    let feet = repeated(true, spare - heads);
    let Some(&first) = told.first().filter(|_| told.len() > 1 && heads + feet > 0) else {
        return (text, String::new());
    };
    let is_taken = |page: usize, line: usize| {
        let lines = &filled[page];
        let (above, below) = (lines.iter().take(heads), lines.iter().rev().take(feet));
        { above }.chain(below).any(|&at| at == line)
    };
    let kept: Vec<String> = pages
        .iter()
        .enumerate()
        .map(|(page, lines)| {
            let kept = lines
                .iter()
                .enumerate()
                .filter(|(at, _)| !is_taken(page, *at));
            kept.map(|(_, line)| *line).collect::<Vec<_>>().join("\n")
        })
        .collect();
    let apart = (0..pages[first].len()).filter(|&at| is_taken(first, at));
    let apart: Vec<&str> = apart.map(|at| pages[first][at].trim()).collect();
    (kept.join("\u{c}"), apart.join("\n"))
}

/// The lines of a page that hold anything.
fn filled(lines: &[&str]) -> Vec<usize> {
    let holds = |at: &usize| lines[*at].contains(char::is_alphanumeric);
    (0..lines.len()).filter(holds).collect()
}

/// Whether lines of all pages, at one place of each, are the pages' and none's text.
fn is_of_pages(lines: &[&str], page_words: &[String]) -> bool {
    let words: Vec<Vec<&str>> = lines
        .iter()
        .map(|l| l.split_whitespace().collect())
        .collect();
    let Some(first) = words.first() else {
        return false;
    };
    let mut counts = false;
    let same = words.iter().all(|other| {
        other.len() == first.len()
            && (0..first.len()).all(|at| {
                let is_number = |w: &str| {
                    let w = w.trim_matches(['.', ',', '-', '/', ')', '(']);
                    !w.is_empty() && w.bytes().all(|b| b.is_ascii_digit())
                };
                let before = at.checked_sub(1).and_then(|b| first.get(b));
                let before = before.map(|w| w.trim_end_matches(['.', ':', '#']).to_lowercase());
                let is_counted = before.map_or(first.len() == 1, |w| page_words.contains(&w));
                let is_page = is_number(first[at]) && is_number(other[at]) && is_counted;
                counts |= is_page;
                is_page || first[at] == other[at]
            })
    });
    let is_sentence = lines
        .iter()
        .any(|l| l.trim_end().ends_with(['.', '!', '?']));
    same && (counts || (lines.len() >= PAGES_MIN && !is_sentence))
}

#[cfg(test)]
mod tests {
    use super::set_apart;

    fn apart(pages: &[&str]) -> (String, String) {
        let words = ["page".to_owned(), "seite".to_owned()];
        set_apart(pages.join("\u{c}"), &words)
    }

    #[test]
    fn lines_of_every_page_are_set_apart_and_days_that_go_on_are_not() {
        let page = |n: usize| {
            format!(
                "Quay Clinic   Page {n} of 3\n\nP05 {n} March 2024 integration\n\nShe slept.\n\nPrinted 2024-05-01\n"
            )
        };
        let (text, head) = apart(&[&page(1), &page(2), &page(3)]);
        assert_eq!(head, "Quay Clinic   Page 1 of 3\nPrinted 2024-05-01");
        assert_eq!(text.matches("She slept.").count(), 3);
        assert!(
            text.contains("P05 2 March") && !text.contains("Quay") && !text.contains("Printed")
        );
    }

    #[test]
    fn what_each_note_ends_with_and_two_like_pages_stay() {
        let pages = [
            "Monday\nShe slept.\nDenies SI.\n",
            "Tuesday\nShe ate.\nDenies SI.\n",
            "Friday\nShe wept.\nDenies SI.\n",
        ];
        assert_eq!(apart(&pages), (pages.join("\u{c}"), String::new()));
        let two = ["KAP log\nShe slept.", "KAP log\nShe ate."];
        assert_eq!(apart(&two), (two.join("\u{c}"), String::new()));
    }
}
