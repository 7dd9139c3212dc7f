//! Boxes and symbols that word processors keep outside of their text.

use std::borrow::Cow;

/// A box to tick.
pub(super) fn tick_box(ticked: bool) -> &'static str {
    if ticked { "[x]" } else { "[ ]" }
}

/// Text without the private characters by which programs write symbol fonts.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    let is_private = |c: char| ('\u{F000}'..='\u{F0FF}').contains(&c);
    if !text.contains(is_private) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if !is_private(c) {
            out.push(c);
        } else if let Some(known) = private(u32::from(c)) {
            out.push_str(known);
        }
    }
    Cow::Owned(out)
}

/// A private character whose font is not known: boxes are Wingdings', the rest is Symbol's.
pub(super) fn private(code: u32) -> Option<&'static str> {
    match code & 0xFF {
        0xB7 => Some("•"),
        _ => symbol("Wingdings", code).or_else(|| symbol("Symbol", code)),
    }
}

/// The text of a symbol font's character by its low byte; none where it says nothing.
pub(super) fn symbol(font: &str, code: u32) -> Option<&'static str> {
    let font = font.to_lowercase();
    let code = code & 0xFF;
    if font.contains("wingdings 2") {
        return match code {
            0x51..=0x54 => Some(tick_box(true)),
            0x2A | 0x30 | 0xA3 => Some(tick_box(false)),
            0x50 => Some("✓"),
            _ => None,
        };
    }
    if font.contains("wingdings") {
        return match code {
            0xFE | 0xFD | 0x78 => Some(tick_box(true)),
            0xA8 | 0x6F | 0x71 | 0x72 => Some(tick_box(false)),
            0xFC => Some("✓"),
            0xFB => Some("✗"),
            0xA7 | 0x6C | 0x6E | 0x9F | 0x76 | 0xD8 => Some("•"),
            0xE0 | 0xE8 => Some("→"),
            0x4A => Some("☺"),
            _ => None,
        };
    }
    match code {
        0xB7 => Some("•"),
        0xAE => Some("→"),
        0xAD => Some("↑"),
        0xAF => Some("↓"),
        0xB0 => Some("°"),
        0xB1 => Some("±"),
        0xA3 => Some("≤"),
        0xB3 => Some("≥"),
        0x2D => Some("-"),
        0xDE => Some("⇒"),
        0x44 => Some("Δ"),
        0x61 => Some("α"),
        0x62 => Some("β"),
        0x6D => Some("μ"),
        _ => None,
    }
}
