//! Keys and values between `---` lines at the top of a text.

/// Lines of front matter at most.
const LINES_MAX: usize = 60;

/// The keys and values, as written, and the byte at which the text behind begins; nothing where
/// there is no front matter.
pub(crate) fn front_matter(text: &str) -> (Vec<(String, String)>, usize) {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    if first.trim_end() != "---" {
        return (Vec::new(), 0);
    }
    let mut pairs = Vec::new();
    let mut read = first.len();
    for line in lines.take(LINES_MAX) {
        read += line.len();
        if matches!(line.trim_end(), "---" | "...") {
            return (pairs, read);
        }
        if let Some((key, value)) = line.split_once(':') {
            let value = value.trim().trim_matches(['"', '\'']);
            pairs.push((key.trim().to_owned(), value.to_owned()));
        }
    }
    // Never closed: not front matter.
    (Vec::new(), 0)
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
            (
                vec![pair("id", "N-17"), pair("date", "2021-09-08")],
                text.len() - "body: x\n".len()
            )
        );
        assert!(front_matter("---\nid: N-17\n").0.is_empty());
        assert!(front_matter("id: N-17\n---\n").0.is_empty());
    }
}
