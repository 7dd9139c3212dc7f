//! Heads and feet of pages: lines that stand at one height on every page and say the same but
//! for the page's number.

use super::lines::Line;

/// Lines at the head and at the foot of a page that may repeat.
const LINES_MAX: usize = 5;

/// How far the heights of a repeated line may differ, as a share of the page.
const HEIGHT_DRIFT: f64 = 0.01;

/// Takes repeated lines away from all pages and gives them back as the first page has them.
pub(super) fn set_apart(pages: &mut [Vec<Line>]) -> String {
    let filled = pages.iter().filter(|lines| !lines.is_empty()).count();
    let Some((at, first)) = pages
        .iter()
        .enumerate()
        .find(|(_, lines)| !lines.is_empty())
    else {
        return String::new();
    };
    let mut repeated = Vec::new();
    for line in outer(first) {
        let on_each = pages
            .iter()
            .enumerate()
            .skip(at + 1)
            .all(|(number, lines)| {
                lines.is_empty() || outer(lines).iter().any(|l| repeats(line, l, number - at))
            });
        if (filled > 1 && on_each) || is_page_number(&line.text) {
            repeated.push(line.clone());
        }
    }
    for (number, lines) in pages.iter_mut().enumerate() {
        let taken: Vec<Line> = outer(lines)
            .into_iter()
            .filter(|l| {
                let known = |r: &&Line| repeats(r, l, number - at.min(number));
                repeated.iter().any(|r| known(&r)) || is_page_number(&l.text)
            })
            .cloned()
            .collect();
        lines.retain(|l| !taken.contains(l));
    }
    let texts: Vec<&str> = repeated.iter().map(|l| l.text.as_str()).collect();
    texts.join("\n")
}

/// The highest and the lowest lines of a page.
fn outer(lines: &[Line]) -> Vec<&Line> {
    let mut sorted: Vec<&Line> = lines.iter().collect();
    sorted.sort_by(|a, b| b.height.total_cmp(&a.height));
    let foot = sorted
        .len()
        .saturating_sub(LINES_MAX)
        .max(LINES_MAX.min(sorted.len()));
    let head = sorted.iter().take(LINES_MAX);
    head.chain(sorted.iter().skip(foot)).copied().collect()
}

/// Whether a line of a page so many pages further says the same as one of the first page.
fn repeats(first: &Line, other: &Line, pages_between: usize) -> bool {
    if (first.height - other.height).abs() > HEIGHT_DRIFT {
        return false;
    }
    let (first, other) = (&first.text, &other.text);
    let same = |(a, b): (&str, &str)| {
        a == b || {
            let number = |text: &str| text.trim_end_matches(['.', '/', ',']).parse::<usize>().ok();
            matches!((number(a), number(b)), (Some(a), Some(b)) if a + pages_between == b)
        }
    };
    first.split_whitespace().count() == other.split_whitespace().count()
        && first
            .split_whitespace()
            .zip(other.split_whitespace())
            .all(same)
}

/// Whether a line says nothing but which page it is.
fn is_page_number(line: &str) -> bool {
    let line = line.to_lowercase();
    let Some(rest) = line.strip_prefix("page ") else {
        return false;
    };
    let is_number = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_digit());
    let words: Vec<&str> = rest.split([' ', '/']).filter(|w| !w.is_empty()).collect();
    match words.as_slice() {
        [n] => is_number(n),
        [n, all] | [n, "of", all] => is_number(n) && is_number(all),
        _ => false,
    }
}
