//! One coding on the desk: where it stands, what speaks for it, what people decided.

use std::fmt::Write as _;

use crate::model::codebook::Codebook;
use crate::model::coding::{Coding, WhyNot};
use crate::model::decision::{Action, Decision};
use crate::model::layout::Layout;
use crate::text::Span;

/// A coding with this coder's decision on it and those of others.
pub(super) struct Item {
    pub(super) code: String,
    pub(super) span: Span,
    /// What speaks for it; none for what was added at this desk.
    pub(super) coding: Option<Coding>,
    pub(super) own: Option<Decision>,
    pub(super) others: Vec<String>,
}

/// A note's codings with the decisions on each; what came of the coder's own recodings stands at
/// the coding that was recoded.
pub(super) fn items(
    codings: &[Coding],
    placed: &[(Decision, Span)],
    codebook: &Codebook,
    coder: &str,
) -> Vec<Item> {
    let item = |coding: &Coding| {
        let code = codebook.code(coding.code).path.as_str();
        let about = |(d, span): &&(Decision, Span)| {
            let meets = d.action != Action::Add && span.overlaps(coding.span);
            d.code == code && (meets || *span == coding.span)
        };
        let (mut own, mut others) = (None, Vec::new());
        for (decision, _) in placed.iter().filter(about) {
            if decision.coder == coder {
                own = Some(decision.clone());
            } else {
                others.push(format!("{}: {}", decision.coder, said(decision)));
            }
        }
        Item {
            code: code.to_owned(),
            span: coding.span,
            coding: Some(coding.clone()),
            own,
            others,
        }
    };
    let of_own_recoding = |item: &Item| {
        let by = item.coding.as_ref().and_then(|c| c.coder.as_deref());
        by == Some(coder) && item.own.is_none()
    };
    let items = codings.iter().map(item);
    items.filter(|item| !of_own_recoding(item)).collect()
}

/// How an item is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Marks in the text.
    Marked,
    /// One fact a line, in words.
    Plain,
}

/// What an item is shown with.
pub(super) struct Around<'a> {
    pub(super) text: &'a str,
    pub(super) layout: &'a Layout,
    pub(super) codebook: &'a Codebook,
    pub(super) style: Style,
}

impl Item {
    /// The item as text, ending in a line end; `number` of `count`.
    pub(super) fn show(&self, number: usize, count: usize, around: &Around<'_>) -> String {
        let words = one_line(self.span.slice(around.text));
        let (before, after) = context(self.span, around);
        let mut out = match around.style {
            Style::Marked => format!(
                "\n[{number}/{count}] {}{}\n    {before}⟦{words}⟧{after}\n",
                self.code,
                self.facts(", ")
            ),
            Style::Plain => format!(
                "\nCoding {number} of {count}.\nCode: {}.\nPassage: {words}\nBefore it: \
                 {before}\nAfter it: {after}\nIt is{}.\n",
                self.code,
                match &self.coding {
                    Some(_) => self.facts(", "),
                    None => " added by you".to_owned(),
                }
            ),
        };
        for line in self.evidence(around) {
            let _written = match around.style {
                Style::Marked => writeln!(out, "    {line}"),
                Style::Plain => writeln!(out, "{}.", capital(&line)),
            };
        }
        let own = self
            .own
            .as_ref()
            .map_or_else(|| "none yet".to_owned(), said);
        let others = self.others.join("; ");
        let _written = match around.style {
            Style::Marked => writeln!(out, "    your decision: {own}"),
            Style::Plain => writeln!(out, "Your decision: {own}."),
        };
        if !others.is_empty() {
            let _written = match around.style {
                Style::Marked => writeln!(out, "    others: {others}"),
                Style::Plain => writeln!(out, "Others: {others}."),
            };
        }
        out
    }

    /// The item in one line of a list.
    pub(super) fn listed(&self, number: usize, text: &str) -> String {
        let own = self
            .own
            .as_ref()
            .map_or_else(|| "undecided".to_owned(), said);
        let words = one_line(self.span.slice(text));
        format!("{number}. {}: \"{words}\": {own}\n", self.code)
    }

    fn facts(&self, before: &str) -> String {
        let Some(coding) = &self.coding else {
            return String::new();
        };
        let counted = match coding.why_not {
            None => "counted".to_owned(),
            Some(WhyNot::Rejected) => "rejected".to_owned(),
            Some(why) => format!("not counted ({})", why.as_str().replace('_', " ")),
        };
        let start = before.trim_start_matches(',');
        format!(
            "{start}{}, voice {}, {counted}",
            coding.assertion(),
            coding.voice
        )
    }

    fn evidence(&self, around: &Around<'_>) -> Vec<String> {
        let mut lines = Vec::new();
        let Some(coding) = &self.coding else {
            return lines;
        };
        if let Some(pattern) = around.codebook.pattern(coding.evidence.pattern) {
            lines.push(format!(
                "found by the pattern in line {}: {}",
                pattern.line, pattern.source
            ));
        }
        if let Some(coder) = &coding.coder {
            lines.push(format!("coded by {coder}"));
        }
        for cue in &coding.evidence.cues {
            let words = one_line(cue.span.slice(around.text));
            lines.push(if words.is_empty() {
                format!("cue: {}: {}", cue.rule, cue.decides)
            } else {
                format!("cue \"{words}\" ({}): {}", cue.rule, cue.decides)
            });
        }
        let section = coding.section.and_then(|s| around.layout.sections.get(s));
        lines.extend(section.map(|s| format!("in section {}", s.name)));
        lines
    }
}

/// A decision in words.
pub(super) fn said(decision: &Decision) -> String {
    let mut words = decision.action.to_string();
    if decision.action == Action::Recode {
        let _written = write!(words, " as {}", decision.new_code);
    }
    if let Some(assertion) = decision.assertion {
        let _written = write!(words, ", {assertion}");
    }
    if !decision.memo.is_empty() {
        let _written = write!(words, " (memo: {})", one_line(&decision.memo));
    }
    words
}

/// The sentences that a passage stands in and those beside them, before and after it.
fn context(span: Span, around: &Around<'_>) -> (String, String) {
    let sentences = &around.layout.sentences;
    let at = |byte| around.layout.sentence_at(byte);
    let first = at(span.start).map_or(span.start, |s| {
        sentences[s.saturating_sub(1)].span.start.min(span.start)
    });
    let last = at(span.end.saturating_sub(1)).map_or(span.end, |s| {
        sentences[(s + 1).min(sentences.len() - 1)]
            .span
            .end
            .max(span.end)
    });
    let before = Span::new(first, span.start).slice(around.text);
    let after = Span::new(span.end, last).slice(around.text);
    (spaced(before), spaced(after))
}

/// White space as single blanks, those at the ends kept.
fn spaced(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            c if c.is_whitespace() && !out.ends_with(' ') => out.push(' '),
            c if c.is_whitespace() => {}
            c => out.push(c),
        }
    }
    out
}

pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn capital(line: &str) -> String {
    let mut chars = line.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}
