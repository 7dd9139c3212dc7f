//! Whether regular expressions are sound, told by their syntax where that is enough.
//!
//! Comes in: an expression as written. Goes out: whether it compiles. To compile hundreds of them only to
//! learn that takes longer than to code a study, so what is small is read and not compiled.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Pieces of an expression, with classes by their ranges, below which it surely compiles: the compiler's
/// limit is 10 MB, and a piece takes some 100 bytes.
const WEIGHT_PLAIN: usize = 30_000;

/// What a class weighs beyond its ranges: the least of them may reach over characters of one to four bytes.
const WEIGHT_OF_CLASS: usize = 8;

/// Whether an expression without regard to case is valid, small and matches nothing empty, as its syntax
/// alone shows.
pub(super) fn is_plainly_sound(source: &str) -> bool {
    let parsed = regex_syntax::ParserBuilder::new()
        .case_insensitive(true)
        .build()
        .parse(source);
    parsed.is_ok_and(|hir| {
        let shortest = hir.properties().minimum_len();
        shortest.is_some_and(|n| n > 0) && weight(&hir) <= WEIGHT_PLAIN
    })
}

/// Whether an expression compiles; it may match nothing.
///
/// # Errors
/// What is wrong with it, as the compiler says it.
pub(super) fn compiles(source: &str) -> Result<(), regex::Error> {
    let parsed = regex_syntax::parse(source);
    if parsed.is_ok_and(|hir| weight(&hir) <= WEIGHT_PLAIN) {
        return Ok(());
    }
    regex::Regex::new(source).map(drop)
}

/// How many pieces an expression has when its repetitions are written out.
fn weight(hir: &Hir) -> usize {
    let sum = |parts: &[Hir]| parts.iter().map(weight).fold(0, usize::saturating_add);
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(Class::Unicode(class)) => class.ranges().len() + WEIGHT_OF_CLASS,
        HirKind::Class(Class::Bytes(class)) => class.ranges().len(),
        HirKind::Capture(capture) => weight(&capture.sub),
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min + 1).max(1);
            weight(&repetition.sub).saturating_mul(times as usize)
        }
        HirKind::Concat(parts) | HirKind::Alternation(parts) => sum(parts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_syntax_calls_sound_compiles_and_what_does_not_compile_is_refused() {
        for source in [r"\b\d{3}-\d{4}\b", "(?i)dr\\.? [A-Z]\\w+", "(?P<name>a|b)?"] {
            assert!(
                compiles(source).is_ok() && regex::Regex::new(source).is_ok(),
                "{source}"
            );
        }
        for source in ["(", r"\w{100000}", "(?=a)"] {
            assert!(compiles(source).is_err(), "{source}");
        }
        assert!(!is_plainly_sound("a?"));
        // The heaviest that are not compiled to see whether they do.
        for piece in [r".", r"\w", r"[^\s,]", r"[\p{L}\p{N}]", "é"] {
            let times = (1..WEIGHT_PLAIN).find(|n| !is_plainly_sound(&format!("{piece}{{{n}}}")));
            let source = format!("{piece}{{{}}}", times.unwrap() - 1);
            let compiled = regex::RegexBuilder::new(&source)
                .case_insensitive(true)
                .build();
            assert!(compiled.is_ok(), "{source}");
        }
    }
}
