//! A regular expression in two forms: one for plain text, which nearly every line is, and one for any text.
//!
//! Comes in: an expression as written. Goes out: the form to run on a text, compiled when first asked for. Both find the
//! same. In plain text a letter is one of 26 and not of 140,000: the plain form is compiled many times faster, stays near the
//! processor, and finds where it may match by whole words instead of by one letter in two cases.

use std::sync::{Arc, OnceLock};

use regex::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{
    Capture, Class, ClassBytesRange, ClassUnicodeRange, Hir, HirKind, Look, Repetition,
};

/// A sound expression. Each thread has a clone of its own, since to run one together is to wait for each other; what
/// is compiled is compiled once for all.
#[derive(Debug, Clone)]
pub(crate) struct Expression {
    source: String,
    case: Case,
    in_plain: Form,
    in_any: Form,
}

/// One form of an expression.
#[derive(Debug, Default)]
struct Form {
    compiled: Arc<OnceLock<Option<Regex>>>,
    own: OnceLock<Option<Regex>>,
}

impl Clone for Form {
    fn clone(&self) -> Self {
        Self {
            compiled: Arc::clone(&self.compiled),
            own: OnceLock::new(),
        }
    }
}

impl Form {
    /// The form, compiled where nobody has asked for it before.
    #[inline]
    fn get(&self, compile: impl FnOnce() -> Option<Regex>) -> Option<&Regex> {
        let own = || self.compiled.get_or_init(compile).clone();
        self.own.get_or_init(own).as_ref()
    }
}

/// Whether capitals are told from small letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    /// They are not; the text is folded, and plain without capitals.
    Folded,
    /// They are.
    Minded,
}

impl Case {
    /// Whether a text is plain.
    pub(crate) fn is_plain(self, text: &str) -> bool {
        match self {
            Self::Minded => text.is_ascii(),
            // Every byte is looked at, since that goes many at a time.
            Self::Folded => text.bytes().fold(true, |all, b| {
                all & (b.is_ascii() & !b.is_ascii_uppercase())
            }),
        }
    }

    /// The characters of plain text.
    fn plain(self) -> &'static [(u8, u8)] {
        match self {
            Self::Minded => &[(0, 0x7F)],
            Self::Folded => &[(0, b'A' - 1), (b'Z' + 1, 0x7F)],
        }
    }
}

impl Expression {
    pub(crate) fn new(source: &str, case: Case) -> Self {
        Self {
            source: source.to_owned(),
            case,
            in_plain: Form::default(),
            in_any: Form::default(),
        }
    }

    /// The form for a text; none where the expression is not sound or grows too large.
    pub(crate) fn on(&self, text: &str) -> Option<&Regex> {
        self.on_text(self.case.is_plain(text))
    }

    /// The form for a text that is plain or may not be.
    #[inline]
    pub(crate) fn on_text(&self, is_plain: bool) -> Option<&Regex> {
        if !is_plain {
            return self.on_any();
        }
        let plain = self.in_plain.get(|| plain_form(&self.source, self.case));
        plain.or_else(|| self.on_any())
    }

    /// The form for any text.
    pub(crate) fn on_any(&self) -> Option<&Regex> {
        self.in_any.get(|| {
            let mut builder = RegexBuilder::new(&self.source);
            let builder = builder.case_insensitive(self.case == Case::Folded);
            builder.build().ok()
        })
    }
}

/// What an expression says, as it is read.
pub(crate) fn parsed(source: &str, case: Case) -> Option<Hir> {
    let mut parser = ParserBuilder::new();
    let parser = parser.case_insensitive(case == Case::Folded);
    parser.build().parse(source).ok()
}

fn plain_form(source: &str, case: Case) -> Option<Regex> {
    let plain = in_plain(&parsed(source, case)?, case);
    Regex::new(&plain.to_string()).ok()
}

/// What is left of an expression in plain text.
fn in_plain(hir: &Hir, case: Case) -> Hir {
    let all = |parts: &[Hir]| parts.iter().map(|part| in_plain(part, case)).collect();
    match hir.kind() {
        HirKind::Empty => Hir::empty(),
        HirKind::Literal(literal) => {
            let bytes = literal.0.clone();
            let is_plain = std::str::from_utf8(&bytes).is_ok_and(|text| case.is_plain(text));
            if is_plain {
                Hir::literal(bytes)
            } else {
                Hir::fail()
            }
        }
        HirKind::Class(class) => Hir::class(plain_class(class, case)),
        HirKind::Look(look) => Hir::look(plain_look(*look)),
        HirKind::Repetition(repetition) => Hir::repetition(Repetition {
            sub: Box::new(in_plain(&repetition.sub, case)),
            ..repetition.clone()
        }),
        HirKind::Capture(capture) => Hir::capture(Capture {
            sub: Box::new(in_plain(&capture.sub, case)),
            ..capture.clone()
        }),
        HirKind::Concat(parts) => Hir::concat(all(parts)),
        HirKind::Alternation(parts) => Hir::alternation(all(parts)),
    }
}

fn plain_class(class: &Class, case: Case) -> Class {
    let plain = case.plain().iter();
    match class {
        Class::Unicode(class) => {
            let mut class = class.clone();
            let plain = plain.map(|&(a, b)| ClassUnicodeRange::new(a.into(), b.into()));
            class.intersect(&regex_syntax::hir::ClassUnicode::new(plain));
            Class::Unicode(class)
        }
        Class::Bytes(class) => {
            let mut class = class.clone();
            let plain = plain.map(|&(a, b)| ClassBytesRange::new(a, b));
            class.intersect(&regex_syntax::hir::ClassBytes::new(plain));
            Class::Bytes(class)
        }
    }
}

/// A bound of words in plain text: no letter of another script stands beside it.
fn plain_look(look: Look) -> Look {
    match look {
        Look::WordUnicode => Look::WordAscii,
        Look::WordUnicodeNegate => Look::WordAsciiNegate,
        Look::WordStartUnicode => Look::WordStartAscii,
        Look::WordEndUnicode => Look::WordEndAscii,
        Look::WordStartHalfUnicode => Look::WordStartHalfAscii,
        Look::WordEndHalfUnicode => Look::WordEndHalfAscii,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn places(regex: Option<&Regex>, text: &str) -> Vec<std::ops::Range<usize>> {
        let found = regex.expect("a sound expression").find_iter(text);
        found.map(|m| m.range()).collect()
    }

    #[test]
    fn the_plain_form_is_short_and_other_text_gets_the_other() {
        let expression = Expression::new(r"\b(?i:Kin)\b[^.]*é?", Case::Folded);
        let plain = expression.on("her kin").expect("sound").as_str();
        assert!(plain.is_ascii() && plain.contains("(?:kin)"), "{plain}");
        for text in ["her kin, née", "her Kin", "her \u{212A}in"] {
            assert_eq!(
                expression.on(text).expect("sound").as_str(),
                r"\b(?i:Kin)\b[^.]*é?"
            );
        }
    }

    proptest! {
        #[test]
        fn both_forms_find_the_same(
            pattern in prop::sample::select(vec![
                r"\bhe(r|rs)?\b", r"[^\w\s]+", r"\w+'?s\b", r"\d{1,2} ?(y|m)", r"(?:^|[ ,])-+ *[a-z/]+", r"\Bs", r"S+[[:alpha:]]",
                r"(é|her)\b.", r"[x✓]\]", r"(?s).{2}$", r"(?-u:[a-f]+)", r"[^a-z]", r"\p{L}+\b", "",
            ]),
            text in "[a-eshrE é✓xM0-9 ,.'\\]\n-]{0,24}",
            minded in any::<bool>(),
        ) {
            let case = if minded { Case::Minded } else { Case::Folded };
            let expression = Expression::new(pattern, case);
            prop_assert_eq!(places(expression.on(&text), &text), places(expression.on_any(), &text));
        }
    }
}
