//! What a document that this program writes says of itself, to be known again when it lies among notes.

/// Stands in the head of pages and texts, and in the properties of office documents.
pub const NO_NOTES: &str = "Written by verbatim; holds no notes.";

/// The first line of a Markdown text; it is not shown.
pub const MARKDOWN_HEAD: &str = "<!-- Written by verbatim; holds no notes. -->\n\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_a_text_says_the_same() {
        assert!(MARKDOWN_HEAD.contains(NO_NOTES));
    }
}
