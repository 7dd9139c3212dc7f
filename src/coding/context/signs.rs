//! Cues that are signs: regular expressions on the sentence's own text, which may hold no word.
//!
//! Comes in: the expressions of all rules. Goes out: where they match in a sentence. An expression
//! runs only where one of its needles stands, a piece of text that every match of it holds: most
//! sentences hold none, and one look tells.

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Class, Hir, HirKind};

use crate::text::{NormalText, Span, Words};

/// Largest expression once compiled, in bytes.
const REGEX_BYTES_MAX: usize = 1 << 20;
/// Most needles of one expression; with more it runs on every sentence.
const NEEDLES_MAX: usize = 24;
/// Characters of a class that may each be a needle, at most.
const CLASS_CHARS_MAX: usize = 4;

/// The expressions, and what tells which may match.
#[derive(Debug, Clone)]
pub(super) struct Signs {
    list: Vec<(u32, Regex)>,
    /// The needles of all expressions; none where there are none.
    needles: Option<AhoCorasick>,
    /// For each needle its expression.
    of_needle: Vec<usize>,
    /// Expressions without needles.
    always: Vec<usize>,
}

impl Signs {
    /// Makes expressions ready, each with its rule.
    pub(super) fn new(sources: &[(u32, &str)]) -> Self {
        let mut signs = Self {
            list: Vec::new(),
            needles: None,
            of_needle: Vec::new(),
            always: Vec::new(),
        };
        let mut all_needles = Vec::new();
        for (rule, source) in sources {
            let built = RegexBuilder::new(source)
                .case_insensitive(true)
                .size_limit(REGEX_BYTES_MAX)
                .build();
            // A pattern that was read is a sound expression.
            let Ok(regex) = built else { continue };
            let index = signs.list.len();
            signs.list.push((*rule, regex));
            match regex_syntax::parse(source)
                .ok()
                .and_then(|hir| needles(&hir))
            {
                Some(needles) => {
                    signs.of_needle.extend(needles.iter().map(|_| index));
                    all_needles.extend(needles);
                }
                None => signs.always.push(index),
            }
        }
        let built = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .build(&all_needles);
        match built {
            Ok(needles) if !all_needles.is_empty() => signs.needles = Some(needles),
            // Without a look for needles every expression runs everywhere.
            _ => signs.always = (0..signs.list.len()).collect(),
        }
        signs
    }

    /// The matches in a sentence: rule and span in the source.
    pub(super) fn find(&self, text: &str, words: &Words, sentence: Span) -> Vec<(u32, Span)> {
        if words.normal().is_in_step() {
            let folded = sentence.slice(words.normal().text());
            return self.find_in(folded, sentence.start, |span| span);
        }
        let normal = NormalText::new(sentence.slice(text));
        self.find_in(normal.text(), sentence.start, |span| normal.to_source(span))
    }

    fn find_in(
        &self,
        folded: &str,
        offset: usize,
        to_source: impl Fn(Span) -> Span,
    ) -> Vec<(u32, Span)> {
        let mut out = Vec::new();
        for index in self.possible(folded) {
            let (rule, regex) = &self.list[index];
            out.extend(regex.find_iter(folded).map(|m| {
                let span = to_source(Span::new(m.start(), m.end()));
                (*rule, Span::new(span.start + offset, span.end + offset))
            }));
        }
        out
    }

    /// The expressions one of whose needles stands in a folded text.
    fn possible(&self, text: &str) -> Vec<usize> {
        let mut out = self.always.clone();
        if let Some(needles) = &self.needles {
            for found in needles.find_overlapping_iter(text) {
                let index = self.of_needle[found.pattern().as_usize()];
                if !out.contains(&index) {
                    out.push(index);
                }
            }
        }
        out.sort_unstable();
        out
    }
}

/// Pieces of text of which every match holds one; none where there are no such.
fn needles(hir: &Hir) -> Option<Vec<String>> {
    let found = match hir.kind() {
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            vec![text.to_lowercase()]
        }
        HirKind::Class(Class::Unicode(class)) => {
            let chars = class.iter().flat_map(|r| r.start()..=r.end());
            let few: Vec<char> = chars.take(CLASS_CHARS_MAX + 1).collect();
            if few.len() > CLASS_CHARS_MAX {
                return None;
            }
            few.iter().map(|c| c.to_lowercase().collect()).collect()
        }
        HirKind::Capture(capture) => return needles(&capture.sub),
        HirKind::Repetition(repeated) if repeated.min > 0 => return needles(&repeated.sub),
        HirKind::Concat(parts) => {
            return parts.iter().filter_map(needles).max_by_key(|n| worth(n));
        }
        HirKind::Alternation(parts) => {
            let each: Option<Vec<_>> = parts.iter().map(needles).collect();
            each?.concat()
        }
        HirKind::Empty
        | HirKind::Look(_)
        | HirKind::Class(Class::Bytes(_))
        | HirKind::Repetition(_) => return None,
    };
    let sound = found.iter().all(|n| !n.is_empty());
    (sound && !found.is_empty() && found.len() <= NEEDLES_MAX).then_some(found)
}

/// How rarely needles are met: signs before letters, long before short.
fn worth(needles: &[String]) -> (bool, usize) {
    let sign = |n: &String| n.chars().any(|c| !c.is_alphanumeric() && c != ' ');
    let shortest = needles.iter().map(String::len).min().unwrap_or(0);
    (needles.iter().all(sign), shortest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_looked_for_by_its_rarest_piece() {
        for (source, wanted) in [
            ("\\?+", Some(vec!["?"])),
            ("\\bcould(n't|nt| not) be\\b", Some(vec!["could"])),
            ("[:=] *(-+|0)", Some(vec![":", "="])),
            (
                "\\bpast\\b.{0,9}(before|until now)",
                Some(vec!["before", "until now"]),
            ),
            ("\\w+", None),
        ] {
            let found = needles(&regex_syntax::parse(source).expect(source));
            let wanted = wanted.map(|n| n.into_iter().map(str::to_owned).collect());
            assert_eq!(found, wanted, "{source}");
        }
    }
}
