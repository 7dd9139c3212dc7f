//! Keys and values between `---` lines at the top of a text.

/// Lines of front matter at most.
const LINES_MAX: usize = 60;

/// The keys and values, as written; empty where there is no front matter.
pub(crate) fn front_matter(text: &str) -> Vec<(String, String)> {
    let mut lines = text.lines();
    if lines.next().map(str::trim_end) != Some("---") {
        return Vec::new();
    }
    let mut pairs = Vec::new();
    for line in lines.take(LINES_MAX) {
        if matches!(line.trim_end(), "---" | "...") {
            return pairs;
        }
        if let Some((key, value)) = line.split_once(':') {
            let value = value.trim().trim_matches(['"', '\'']);
            pairs.push((key.trim().to_owned(), value.to_owned()));
        }
    }
    // Never closed: not front matter.
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::front_matter;

    #[test]
    fn only_what_is_closed_is_front_matter() {
        let text = "---\nid: N-17\ndate: \"2021-09-08\"\n---\nbody: x\n";
        let pair = |k: &str, v: &str| (k.to_owned(), v.to_owned());
        assert_eq!(
            front_matter(text),
            [pair("id", "N-17"), pair("date", "2021-09-08")]
        );
        assert!(front_matter("---\nid: N-17\n").is_empty());
        assert!(front_matter("id: N-17\n---\n").is_empty());
    }
}
