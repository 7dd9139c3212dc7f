//! Forms with tick boxes: "[ ] clinic  [x] video".
//!
//! Comes in: a line. Goes out: the line with what is ticked only.

use crate::text::Span;

/// A form's line without the options that are not ticked; a line without boxes as it is.
pub(super) fn ticked(text: &str) -> std::borrow::Cow<'_, str> {
    const EMPTY: [&str; 6] = ["[ ]", "[]", "( )", "\u{2610}", "[_]", "\u{25a1}"];
    const TICKED: [&str; 8] = [
        "[x]",
        "[X]",
        "(x)",
        "(X)",
        "\u{2611}",
        "\u{2612}",
        "[\u{2713}]",
        "[\u{2714}]",
    ];
    let is_form = EMPTY.iter().chain(&TICKED).any(|mark| text.contains(mark));
    if !is_form {
        return std::borrow::Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut keep = true;
    let mut rest = text;
    while !rest.is_empty() {
        let at = |marks: &[&'static str]| {
            marks
                .iter()
                .find(|m| rest.starts_with(**m))
                .map(|m| m.len())
        };
        let skip = if let Some(length) = at(&EMPTY) {
            keep = false;
            length
        } else if let Some(length) = at(&TICKED) {
            keep = true;
            out.push_str("; ");
            length
        } else {
            let c = rest.chars().next().map_or(1, char::len_utf8);
            if rest.starts_with('\n') {
                keep = true;
            }
            if keep {
                out.push_str(Span::new(0, c).slice(rest));
            }
            c
        };
        rest = Span::new(skip, rest.len()).slice(rest);
    }
    std::borrow::Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ticked_options_stay() {
        let kept = ticked("Visit: [ ] clinic  [x] video  [ ] phone");
        assert_eq!(kept.trim_end(), "Visit: ;  video");
        assert_eq!(ticked("no boxes (here)"), "no boxes (here)");
    }
}
