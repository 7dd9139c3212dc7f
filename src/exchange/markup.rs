//! Text as the content of an element of HTML or XML.

/// Appends characters so that none of them begins a mark.
pub fn push_content(out: &mut String, characters: impl Iterator<Item = char>) {
    for c in characters {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
}
