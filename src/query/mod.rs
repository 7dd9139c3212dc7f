//! Questions to the codings: where codes meet, follow or miss each other.
//!
//! Comes in: a question as a researcher types it, and the coded notes one by one, in corpus order.
//! Goes out: the passages that answer it, and how many there are of each participant and session
//! type. Refuses: a question that cannot be read, with the offending word underlined.
//!
//! ```text
//! question = either [ "where" filter { "and" filter } ] ;
//! either   = chain { "or" chain } ;
//! chain    = side { "and" side } [ reach ] { "and" side { "and" side } [ reach ] } ;
//! side     = [ "not" ] term { [ "not" ] ( "followed" "by" | "overlapping" ) term [ within ] } ;
//! term     = code | "=" code | "any" | "note" | "paragraph" | "sentence" | "quotation"
//!          | "(" question ")" ;
//! reach    = within | "in" "the" "same" ( "sentence" | "paragraph" | "note" | "session" ) ;
//! within   = "within" number ( "words" | "sentences" | "paragraphs" ) ;
//! filter   = field ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) value { "or" value } ;
//! ```
//!
//! A code stands for itself and all below it, `=code` for itself only. A window joins the passages
//! of its sides into one stretch, from the first to the last; stretches that overlap are one.
//! `in the same note` and `in the same session` leave the passages as they are. Without a reach,
//! `and` means the same note.

mod answer;
mod counts;
mod evaluate;
mod facts;
mod filter;
mod names;
mod parse;
mod pieces;
mod places;
mod question;

pub use answer::{Answer, Asker, Member, Passage};
pub use counts::{Cell, Counts};
pub use evaluate::Counting;
pub use facts::{CodingFacts, NoteFacts, SectionFacts};
pub use names::{CodeName, Vocabulary};
pub use parse::parse;
pub use places::{Extent, Place, Places};
pub use question::Question;
