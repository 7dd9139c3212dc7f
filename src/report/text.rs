//! Text made inert for a page, and numbers made readable.

use std::borrow::Cow;
use std::fmt::{self, Display, Write as _};

use crate::model::corpus::UNKNOWN_SESSION_TYPE;

/// Text of somebody else's: escaped, control characters made visible.
#[derive(Debug, Clone, Copy)]
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c => f.write_char(visible(c))?,
            }
        }
        Ok(())
    }
}

/// A control character as its picture; all others, line ends and tabs as they are.
pub(super) fn visible(c: char) -> char {
    match c {
        '\n' | '\t' => c,
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}' => '\u{fffd}',
        c => c,
    }
}

/// A whole number with commas.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A median as a whole number; halves go to the even one, as everywhere else that prints it.
pub(super) fn rounded(median: f64) -> String {
    thousands(median.round_ties_even() as u64)
}

/// `1 note`, `2 notes`.
pub(super) fn counted(number: u64, one: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {one}{plural}", thousands(number))
}

/// A share as a whole percentage.
pub(super) fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

/// A name of ours as people write it.
pub(super) fn spaced(name: &str) -> String {
    name.replace('_', " ")
}

/// A session type as people write it.
pub(super) fn session_type(name: &str) -> String {
    if name == UNKNOWN_SESSION_TYPE {
        return "session type unknown".to_owned();
    }
    spaced(name)
}

/// A text with what cannot be seen made visible.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| visible(c) == c) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().map(visible).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_inert() {
        assert_eq!(
            Escaped("<script>alert('x\u{0}')</script>").to_string(),
            "&lt;script&gt;alert(&#39;x\u{2400}&#39;)&lt;/script&gt;"
        );
    }

    #[test]
    fn numbers_are_readable() {
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(counted(1, "note"), "1 note");
        assert_eq!(counted(1000, "word"), "1,000 words");
    }
}
