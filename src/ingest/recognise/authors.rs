//! Who wrote a note: signatures, "Dictated by ...", names with letters behind them.
//!
//! Comes in: header lines and the last lines of a note. Goes out: the author as written. It
//! refuses names in prose: a nurse who is spoken of wrote nothing.

use std::collections::BTreeSet;

use regex::Regex;

use crate::model::reading::ReadingRules;
use crate::text::Span;

use super::line::without_brackets;
use super::people::People;
use super::phrases::Reading;
use super::words::{Gap, ending, words};

/// Most words of a title line that ends with initials: "KT 2/11/22 JL".
const TITLE_WORDS_MAX: usize = 12;
/// How much of a note's last lines may hold a signature, in bytes.
const SIGNED_MAX: usize = 160;
/// Longest signature line in characters.
const SIGNATURE_MAX: usize = 60;

/// How many of a letter's last lines hold its closing formula and what is below.
const CLOSING_WITHIN: usize = 12;
/// How many lines a message's head takes.
const MESSAGE_HEAD_MAX: usize = 8;
/// Longest closing formula in bytes.
const CLOSING_MAX: usize = 60;

/// Compiled marks of authors.
#[derive(Debug)]
pub(super) struct Authors {
    with_letters: Option<Regex>,
    marked: Option<Regex>,
    titled: Option<Regex>,
    plain_end: Option<Regex>,
    signature: Option<Regex>,
    marked_name: Option<Regex>,
    initials_end: Option<Regex>,
    bracketed_end: Option<Regex>,
    name_end: Option<Regex>,
    closing_name: Option<Regex>,
    of_another: Option<Regex>,
    closings: BTreeSet<String>,
    senders: BTreeSet<String>,
    addenda: BTreeSet<String>,
    not_initials: BTreeSet<String>,
    after_names: BTreeSet<String>,
    /// Names of fields, which are nobody's ("DATE 5 March. Third dose.").
    fields: BTreeSet<String>,
}

/// A given name or initial, and a family name of two letters or more. A point behind a longer word
/// ends its sentence: "Dr Ames. Patient 7."
const NAME: &str =
    r"(?:(?:(?:\p{Lu}\p{L}{0,2}\.|\p{Lu}[\p{L}'\u{2019}-]*)\s+){0,2}\p{Lu}[\p{L}'\u{2019}-]+)";

impl Authors {
    /// Compiles the marks.
    pub(super) fn new(rules: &ReadingRules) -> Self {
        let either = |list: &[String]| {
            let mut list: Vec<String> = list.iter().map(|w| regex::escape(w)).collect();
            list.sort_by_key(|w| std::cmp::Reverse(w.len()));
            list.join("|")
        };
        let letters = format!(r"(?:{})", either(&rules.credentials));
        let titles = format!(r"(?:(?i:{})\.?\s+)", either(&rules.titles));
        let marks = either(&rules.author_marks).replace(' ', r"\s+");
        let duties = format!(r"(?:{})", either(&rules.duties));
        let named =
            format!(r"{titles}?{NAME}(?:,?\s+{letters}(?:\s*[,/]\s*{letters})*|,\s+{duties})");
        let some = |pattern: String| Regex::new(&pattern).ok();
        let regex = |pattern: String| some(pattern);
        Self {
            with_letters: regex(format!(r"({named})(?:$|[^\p{{L}}\p{{N}}])")),
            marked: regex(format!(r"\b(?i:{marks})\s*:?\s+({named}|{titles}?{NAME})")),
            titled: regex(format!(r"\b({titles}{NAME})")),
            plain_end: regex(r"(?:^|[.,;|\u{b7}]\s+|\s[-\u{2013}]\s+)(\p{Lu}\.\s?\p{Lu}[\p{L}'\u{2019}-]{2,})\s*$".to_owned()),
            signature: regex(format!(
                r"^(?:{titles}{NAME}(?:,\s+[\p{{L}} -]{{3,40}})?|{named}|\p{{Lu}}\.?\s*(?:\p{{Lu}}\.?\s*)?\p{{Lu}}[\p{{L}}'\u{{2019}}-]+|\p{{Lu}}{{2,3}}(?:,?\s+{letters})?)\.?$"
            )),
            marked_name: regex(format!(r"^(?:[-\u{{2013}}\u{{2014}}~]+|/s/)\s*({NAME})\.?$")),
            initials_end: regex(r"(?:[.!?)\x22\u{201d}]\s+|\s[-\u{2013}\u{2014}/]{1,2}\s?)(\p{Lu}{2,3})\.?$".to_owned()),
            bracketed_end: regex(r"[.!?\x22\u{201d}]\s+\((\p{Lu}{2,3})\)\.?$".to_owned()),
            name_end: regex(r"[.!?]\s+(\p{Lu}\.?\s\p{Lu}[\p{L}'\u{2019}-]{2,})$".to_owned()),
            closing_name: regex(format!(
                r"^[-\u{{2013}}\u{{2014}}~]*\s*({named}|{titles}?{NAME})(?:,\s+[\p{{L}} -]{{3,40}})?\.?$"
            )),
            of_another: regex(format!(
                r"(?:^|[^\p{{L}}\p{{N}}])(?i:{})[\s:.-]*$",
                either(&rules.not_author_marks)
            )),
            closings: rules.closings.iter().map(|c| joined(c)).collect(),
            addenda: rules.addenda.iter().map(|a| joined(a)).collect(),
            senders: rules.senders.iter().map(|s| s.to_lowercase()).collect(),
            not_initials: rules.not_initials.iter().cloned().collect(),
            after_names: after_names(rules),
            fields: (rules.columns.iter().flat_map(|c| &c.decides))
                .map(|name| joined(name))
                .collect(),
        }
    }

    /// The author that a header line names by letters behind the name, a mark or a title.
    pub(super) fn in_title(&self, line: &str, people: &People) -> Option<String> {
        let all = [
            &self.marked,
            &self.with_letters,
            &self.titled,
            &self.plain_end,
        ];
        let found = all.into_iter().flatten().find_map(|r| self.own(r, line))?;
        self.believed(found, people)
    }

    /// Whether a line begins what was added to a note later.
    pub(super) fn begins_addendum(&self, line: &str) -> bool {
        let all: Vec<String> = words(line).into_iter().take(2).map(|w| w.text).collect();
        let first = all.first().is_some_and(|word| self.addenda.contains(word));
        first || self.addenda.contains(&all.join(" "))
    }

    /// Who sent a message, by the lines above it: "From: Eva Lund <eva@example.org>".
    pub(super) fn sender<'l>(
        &self,
        lines: impl Iterator<Item = &'l str>,
        people: &People,
    ) -> Option<String> {
        let mut values = lines.take(MESSAGE_HEAD_MAX).filter_map(|line| {
            let (key, value) = line.split_once(':')?;
            let is_sender = self.senders.contains(&key.trim().to_lowercase());
            let name = value.split(['<', '[']).next()?;
            is_sender.then(|| name.trim_matches(['"', '\'', ' ']))
        });
        let name = first(self.closing_name.as_ref(), values.next()?)?;
        // "From: Monday" is no name.
        let has_two = name.contains(char::is_whitespace);
        self.believed(name, people).filter(|_| has_two)
    }

    /// The first name of a line that does not stand behind "cc", "referred by" and the like.
    fn own<'l>(&self, regex: &Regex, line: &'l str) -> Option<&'l str> {
        let names = regex.captures_iter(line).filter_map(|c| c.get(1));
        let mut own = names.filter(|name| {
            let before = Span::new(0, name.start()).slice(line);
            !self.of_another.as_ref().is_some_and(|r| r.is_match(before))
        });
        own.next()
            .map(|m| Span::new(m.start(), m.end()).slice(line))
    }

    /// The name below the closing formula of a letter: "Kind regards, / A. Price".
    pub(super) fn below_closing(&self, text: &str, people: &People) -> Option<String> {
        let last = text.lines().rev().map(str::trim).filter(|l| !l.is_empty());
        let mut below: Option<&str> = None;
        for line in last.take(CLOSING_WITHIN) {
            if line.len() <= CLOSING_MAX && self.closings.contains(&joined(line)) {
                let name = first(self.closing_name.as_ref(), below?)?;
                return self.believed(name, people);
            }
            below = Some(line);
        }
        None
    }

    /// Capitals that end a header line behind the participant and the date: "KT 2/11/22 JL".
    pub(super) fn ends_title(&self, line: &str, people: &People) -> Option<String> {
        let plain = without_brackets(line);
        let line = plain.as_deref().unwrap_or(line);
        let all = words(line);
        let last = all
            .last()
            .filter(|w| all.len() > 1 && w.is_upper && !w.is_number)?;
        let written = last.span.slice(line);
        let is_initials = (2..=3).contains(&written.chars().count());
        // "MS + RB" wrote it together.
        let joined = all.len().checked_sub(2).and_then(|at| all.get(at));
        let joined = joined
            .filter(|w| last.gap == Gap::Joined && w.is_upper && (2..=3).contains(&w.text.len()));
        let both = joined.map_or(written, |w| {
            Span::new(w.span.start, last.span.end).slice(line)
        });
        let is_end = line.trim_end().ends_with(written) && last.gap != Gap::None;
        let has_number = all.iter().any(|w| w.is_number) && all.len() <= TITLE_WORDS_MAX;
        (is_initials && is_end && has_number).then_some(())?;
        self.believed(written, people)?;
        Some(both.to_owned())
    }

    /// The author who signs a note's last line.
    pub(super) fn in_signature(&self, line: &str, people: &People) -> Option<String> {
        let line = ending(line, SIGNED_MAX);
        let line = line.trim().trim_matches(['*', '_', '`', '|']).trim();
        if first(self.marked.as_ref(), line).is_some() {
            // "Referring provider: Dr Haas" did not write it.
            return self.believed(self.own(self.marked.as_ref()?, line)?, people);
        }
        let bare = line.trim_start_matches(['-', '\u{2013}', '\u{2014}', '~', '/', 's', ' ']);
        let bare = if line.starts_with("/s/") || !line.starts_with('s') {
            bare
        } else {
            line
        };
        let is_short = bare.chars().count() <= SIGNATURE_MAX;
        if is_short && self.signature.as_ref().is_some_and(|r| r.is_match(bare)) {
            return self.believed(bare.trim_end_matches('.'), people);
        }
        let tail = first(self.marked_name.as_ref(), line)
            .or_else(|| first(self.initials_end.as_ref(), line))
            .or_else(|| first(self.bracketed_end.as_ref(), line))
            .or_else(|| first(self.name_end.as_ref(), line))
            .or_else(|| {
                self.own(self.with_letters.as_ref()?, line)
                    .filter(|n| line.ends_with(n))
            })?;
        self.believed(tail, people)
    }

    /// Where a line names somebody by a title ("Dr Achebe").
    pub(super) fn titled_span(&self, line: &str) -> Option<Span> {
        let found = self.titled.as_ref()?.captures(line)?.get(1)?;
        Some(Span::new(found.start(), found.end()))
    }

    /// Where a line names an author, for telling header lines from prose.
    pub(super) fn spans(&self, line: &str) -> Vec<Span> {
        let all = [
            &self.marked,
            &self.with_letters,
            &self.titled,
            &self.plain_end,
        ];
        let found = all
            .into_iter()
            .flatten()
            .filter_map(|r| r.captures(line)?.get(0));
        found.map(|m| Span::new(m.start(), m.end())).collect()
    }

    /// A name, unless it is a participant's or capitals that are nobody's.
    fn believed(&self, found: &str, people: &People) -> Option<String> {
        let mut found = found.trim().trim_end_matches([',', ';']);
        // "J LINDQVIST DICTATING": in capitals a name has no end of its own.
        while let Some((name, last)) = found.rsplit_once(' ')
            && self.after_names.contains(&last.to_lowercase())
            && last.chars().all(char::is_uppercase)
        {
            found = name;
        }
        let is_nobody = self.not_initials.contains(found) || self.fields.contains(&joined(found));
        let is_participant = people.in_line(found, Reading::Text).is_some();
        (!found.is_empty() && !is_nobody && !is_participant).then(|| found.to_owned())
    }
}

/// The words of a formula, however they are written.
fn joined(formula: &str) -> String {
    let all: Vec<String> = words(formula).into_iter().map(|w| w.text).collect();
    all.join(" ")
}

/// Words of titles that are no letters behind a name.
fn after_names(rules: &ReadingRules) -> BTreeSet<String> {
    let letters: BTreeSet<String> = rules.credentials.iter().map(|w| w.to_lowercase()).collect();
    let words = rules.title_words.iter().map(|w| w.to_lowercase());
    words.filter(|w| !letters.contains(w)).collect()
}

fn first<'l>(regex: Option<&Regex>, line: &'l str) -> Option<&'l str> {
    let group = regex?.captures(line)?.get(1)?;
    Some(Span::new(group.start(), group.end()).slice(line))
}
