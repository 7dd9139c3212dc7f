//! Text that never loses its source: spans, folded copies, words and stems.
//!
//! Comes in: a note's text. Goes out: byte spans into it. Refuses: to change it.

pub mod boxes;
pub mod digest;
pub mod edits;
pub mod named_code;
pub mod normal;
pub mod span;
pub mod stem;
pub mod token;
pub mod words;

pub use boxes::{is_ticked, next_box};
pub use digest::{hex, hex_sha256, hex_sha256_of, short_hash};
pub use edits::edits;
pub use named_code::named_code;
pub use normal::{NormalText, fold};
pub use span::{CodePoints, Span};
pub use stem::Stemmer;
pub use token::{Token, tokenize};
pub use words::Words;
