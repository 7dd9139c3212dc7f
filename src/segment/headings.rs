//! Headings: lines, or the beginnings of lines, that name what follows.
//!
//! Comes in: lines and the heading list. Goes out: the headings found, in order. A listed heading
//! is known in any of its forms (`# Plan`, `**Plan**`, `PLAN:`, `Plan`, `P:`); another one only
//! where its form leaves no doubt.

use crate::model::coding::Voice;
use crate::model::headings::SectionRules;
use crate::model::layout::{SectionDefault, Speaker};
use crate::text::{Span, fold};

use super::accounts;
use super::family::{uses_letters, words_before};
use super::lines::{Kind, Line, item_marker};
use super::numbering::{bare_words, past_ordinal};

/// How a heading is written; the order is that of rank, the highest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// `# Plan`, with its level.
    Markdown(u8),
    /// Alone on its line.
    Alone,
    /// Before text on the same line.
    RunIn,
}

/// A heading found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heading {
    /// Its line's index.
    pub(super) line: usize,
    /// Its words, less marks.
    pub(super) span: Span,
    /// Where its section starts: its first mark.
    pub(super) start: usize,
    /// Where the text behind it starts.
    pub(super) body: usize,
    /// How it is written.
    pub(super) form: Form,
    /// The rule that lists it.
    pub(super) rule: Option<usize>,
    /// Whether it may as well be a form's field: run in, not listed, not in capitals.
    pub(super) is_weak: bool,
}

/// Finds the headings of a text.
pub(super) fn find(
    text: &str,
    lines: &[Line],
    rules: &SectionRules,
    in_capitals: bool,
) -> Vec<Heading> {
    let finder = Finder {
        text,
        rules,
        capitals_tell: !in_capitals,
        letters_tell: uses_letters(text, lines, rules),
    };
    let mut found: Vec<Heading> = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        if line.goes_on || line.kind == Kind::Row {
            continue;
        }
        let next = lines.get(i + 1).copied();
        if let Some(mut heading) = finder.heading(*line, next) {
            heading.line = i;
            found.push(heading);
        }
        let from = found
            .last()
            .filter(|h| h.line == i)
            .map_or(line.span.start, |h| h.body);
        finder.inside(
            i,
            Span::new(from.min(line.span.end), line.span.end),
            &mut found,
        );
    }
    found
}

/// Longest heading looked for.
const HEADING_BYTES_MAX: usize = 80;
const HEADING_WORDS_MAX: usize = 8;
/// Longest title with a remark.
const TITLE_BYTES_MAX: usize = 120;

struct Finder<'t> {
    text: &'t str,
    rules: &'t SectionRules,
    /// Whether capitals mark a heading: not in a note that is all capitals.
    capitals_tell: bool,
    /// Whether `S:` and its kin are headings in this note.
    letters_tell: bool,
}

impl Finder<'_> {
    fn heading(&self, line: Line, next: Option<Line>) -> Option<Heading> {
        let piece = line.span.slice(self.text);
        let mut span = line.span;
        let mut form = Form::Alone;
        let hashes = piece.bytes().take_while(|&b| b == b'#').count();
        if (1..=6).contains(&hashes) && piece.as_bytes().get(hashes) == Some(&b' ') {
            form = Form::Markdown(hashes as u8);
            span = Span::new(span.start + hashes, span.end).trim(self.text);
        } else if line.kind == Kind::Item {
            let marker = item_marker(piece)?;
            span = Span::new(span.start + marker, span.end).trim(self.text);
        }
        let (bold, inner, behind) = unwrap_bold(self.text, span);
        let inner = past_ordinal(self.text, inner);
        let numbered = span.start;
        span = past_ordinal(self.text, span);
        if form != Form::Alone || (bold && is_closed(behind.slice(self.text))) {
            return Some(self.whole(line, inner, form));
        }
        if bold && let Some(heading) = self.bold_run_in(line, inner, behind) {
            return Some(heading);
        }
        let heading = self
            .with_colon(line, span)
            .or_else(|| self.bare(line, span, next))?;
        // Under a list's marker only what the list of headings knows is one; behind a letter also what
        // has its line for itself ("C. FUNCTION AT HOME").
        let sure = match (line.kind, span.start > numbered) {
            (Kind::Item, _) => false,
            (_, true) => heading.form == Form::Alone,
            (_, false) => true,
        };
        (sure || heading.rule.is_some()).then_some(heading)
    }

    /// A heading that is a whole line, known by its marks.
    fn whole(&self, line: Line, inner: Span, form: Form) -> Heading {
        let piece = inner.slice(self.text);
        let words = piece.trim_end_matches([':', '#', '*', ' ', '.']);
        let span = Span::new(inner.start, inner.start + words.len());
        Heading {
            line: 0,
            span,
            start: line.span.start,
            body: line.span.end,
            form,
            rule: self.known(words),
            is_weak: false,
        }
    }

    /// `**Plan:** text`, `**Subjective.** text`, `**Plan** text` where Plan is listed.
    fn bold_run_in(&self, line: Line, inner: Span, behind: Span) -> Option<Heading> {
        let words = inner.slice(self.text).trim_end_matches([':', '.', ' ']);
        let rule = self.known(words)?;
        let rest = behind.slice(self.text);
        let gap = rest.len() - rest.trim_start_matches([':', ' ', '-', '–']).len();
        Some(Heading {
            line: 0,
            span: Span::new(inner.start, inner.start + words.len()),
            start: line.span.start,
            body: behind.start + gap,
            form: Form::RunIn,
            rule: Some(rule),
            is_weak: false,
        })
    }

    /// `Plan: text`, `PLAN:`, `HPI. text`, `Plan - text`.
    fn with_colon(&self, line: Line, span: Span) -> Option<Heading> {
        let (words, mark) = self.up_to_mark(span, line.opens_paragraph)?;
        let behind = Span::new(mark, span.end);
        let rest = behind.slice(self.text);
        let gap = rest.len() - rest.trim_start_matches([' ', '\t', ',']).len();
        let head = words.slice(self.text);
        let rule = self.known(head);
        if rule.is_some_and(|rule| self.names_its_source(rule, rest)) {
            return Some(alone(line, words, rule));
        }
        let alone = is_closed(rest);
        let form = if alone { Form::Alone } else { Form::RunIn };
        if rule.is_none() && !self.looks_like_heading(head, form) {
            return None;
        }
        Some(Heading {
            line: 0,
            span: words,
            start: line.span.start,
            body: behind.start + gap,
            form,
            rule,
            is_weak: rule.is_none() && !alone && !(self.capitals_tell && is_upper(head)),
        })
    }

    /// The words before a heading's mark, and the byte behind the mark.
    fn up_to_mark(&self, span: Span, is_first: bool) -> Option<(Span, usize)> {
        let piece = span.slice(self.text);
        for (i, &b) in piece.as_bytes().iter().enumerate().take(HEADING_BYTES_MAX) {
            let mark = match b {
                b':' | b'.' | b'-' | 0xE2 => Span::new(i, piece.len()).slice(piece).chars().next(),
                b'?' | b'!' | b';' | b'"' => return None,
                _ => continue,
            };
            let Some(mark) = mark else { continue };
            let end = i + mark.len_utf8();
            let rest = Span::new(end, piece.len()).slice(piece);
            if !rest.is_empty() && !rest.starts_with([' ', '\t', ',', '*', '"']) {
                continue;
            }
            let words = Span::new(0, i).slice(piece).trim_end();
            let closes = match mark {
                ':' => true,
                '.' if self.known_in_capitals(words) => true,
                '.' if is_first && self.stands_alone(words, rest) => true,
                '.' => return None,
                '-' | '–' | '—' if words.len() == 1 => self.known(words).is_some(),
                '-' | '–' | '—' => {
                    let set_off = !rest.is_empty() && words.len() > 2 && words.len() < i;
                    set_off && self.starts_no_session(words)
                }
                _ => false,
            };
            if closes {
                let words = Span::new(span.start, span.start + words.len());
                return Some((words, span.start + end));
            }
        }
        None
    }

    /// A listed heading before a dash; titles ("Integration - office") name no part of a note.
    fn starts_no_session(&self, words: &str) -> bool {
        self.known(words)
            .is_some_and(|rule| self.rules.headings[rule].session_type.is_none())
    }

    /// "Collateral contact: husband (D.), by phone": behind the colon stands whose report follows, and nothing else.
    fn names_its_source(&self, rule: usize, rest: &str) -> bool {
        let rest = fold(rest);
        let (name, remark) = match rest.find([',', '(', ';', '.']) {
            Some(at) => rest.split_at(at),
            None => (rest.as_ref(), ""),
        };
        let same = |word: &str| {
            self.rules
                .same_words
                .get(word)
                .is_some_and(String::is_empty)
        };
        let mut names = name.split_whitespace().filter(|word| !same(word));
        let source = names
            .next()
            .and_then(|n| self.rules.transcript.speakers.get(n));
        source == Some(&Speaker::Other)
            && names.next().is_none()
            && self.rules.headings[rule].voice == Some(Voice::Other)
            && rest.len() <= TITLE_BYTES_MAX
            && !self.tells(remark)
    }

    /// Whether a remark behind a heading says something itself.
    fn tells(&self, remark: &str) -> bool {
        let mut words = remark.split(|c: char| !c.is_alphanumeric() && c != '\'');
        words.any(|word| self.rules.not_titles.contains(word))
    }

    /// "Opinion. In my view ...": a listed heading as the first sentence of a paragraph.
    fn stands_alone(&self, words: &str, rest: &str) -> bool {
        words.len() > 2
            && words.starts_with(char::is_uppercase)
            && rest.trim_start().starts_with(char::is_uppercase)
            && self.starts_no_session(words)
    }

    fn known_in_capitals(&self, words: &str) -> bool {
        words.len() > 1 && !words.contains(char::is_lowercase) && self.known(words).is_some()
    }

    /// A line without a mark: listed, or all in capitals, or short and above an indented line.
    fn bare(&self, line: Line, span: Span, next: Option<Line>) -> Option<Heading> {
        let piece = span.slice(self.text);
        let said = piece.ends_with(['.', '?', '!', ',', ';', '"', '”']);
        if piece.len() > HEADING_BYTES_MAX || !piece.starts_with(char::is_uppercase) || said {
            let rule = self.title(line, piece, next);
            return rule.map(|rule| alone(line, span, Some(rule)));
        }
        let rule = self.known(piece).or_else(|| self.title(line, piece, next));
        let words = piece.split_whitespace().count();
        let in_capitals = piece
            .find('(')
            .map_or(piece, |at| Span::new(0, at).slice(piece));
        let capitals = self.capitals_tell
            && words <= HEADING_WORDS_MAX
            && is_upper(in_capitals)
            && piece.chars().filter(|c| c.is_alphabetic()).count() >= 5
            && next.is_some();
        let above_indent = words <= 4
            && line.opens_paragraph
            && !piece.contains(|c: char| c.is_ascii_digit())
            && next.is_some_and(|n| !n.opens_paragraph && n.indent > line.indent);
        (rule.is_some() || capitals || above_indent).then(|| alone(line, span, rule))
    }

    /// "Collateral from pt's mother, Mrs. K., by phone": a paragraph of its own that begins with who tells what
    /// follows, and a remark that tells nothing itself.
    fn title(&self, line: Line, piece: &str, next: Option<Line>) -> Option<usize> {
        let is_own = line.opens_paragraph && next.is_some_and(|next| next.opens_paragraph);
        if !is_own || piece.len() > TITLE_BYTES_MAX || !piece.starts_with(char::is_uppercase) {
            return None;
        }
        let remark = piece.find(|c: char| matches!(c, '(' | ',' | ';' | '–') || c.is_ascii_digit());
        let remark = remark.or_else(|| piece.find(" - "))?;
        let rule = self.known(Span::new(0, remark).slice(piece))?;
        let rest = fold(Span::new(remark, piece.len()).slice(piece));
        let of_another = self.rules.headings[rule].voice == Some(Voice::Other);
        (of_another && !self.tells(&rest)).then_some(rule)
    }

    /// Whether a heading that no rule lists is one all the same.
    fn looks_like_heading(&self, head: &str, form: Form) -> bool {
        let words = head.split_whitespace().count();
        let first = head.split_whitespace().next().unwrap_or_default();
        let upper = self.capitals_tell && is_upper(head);
        let most = match (form, upper) {
            (Form::Alone | Form::Markdown(_), _) | (_, true) => HEADING_WORDS_MAX - 2,
            (Form::RunIn, false) => 3,
        };
        words <= most
            && head.starts_with(char::is_uppercase)
            && head.chars().filter(|c| c.is_alphabetic()).count() >= 3
            && !self.rules.not_headings.contains(fold(first).as_ref())
    }

    /// Headings inside a line, behind the end of a sentence: capitals with a colon, and listed ones.
    fn inside(&self, line: usize, body: Span, found: &mut Vec<Heading>) {
        let mut from = body.start;
        while let Some(colon) = Span::new(from, body.end).slice(self.text).find(':') {
            let colon = from + colon;
            from = colon + 1;
            let Some(words) = words_before(self.text, body.start, colon) else {
                continue;
            };
            let head = words.slice(self.text);
            let rule = self.known(head);
            let caps = self.capitals_tell && is_upper(head) && head.len() >= 5;
            if rule.is_some() || caps {
                let rest = Span::new(from, body.end).slice(self.text);
                let gap = rest.len() - rest.trim_start_matches([' ', '\t', ',']).len();
                found.push(Heading {
                    line,
                    span: words,
                    start: words.start,
                    body: from + gap,
                    form: Form::RunIn,
                    rule,
                    is_weak: false,
                });
            }
        }
    }

    /// The rule that lists a heading, or that of somebody else's account.
    fn known(&self, head: &str) -> Option<usize> {
        let listed = self.listed(head);
        let first = || head.split_whitespace().next().unwrap_or_default();
        let account = || {
            let begins = self.rules.accounts.contains(fold(first()).as_ref());
            let short = head.len() <= HEADING_BYTES_MAX;
            (begins && short).then(|| accounts::find(&bare_words(&fold(head)), self.rules))?
        };
        listed.or_else(account)
    }

    fn listed(&self, head: &str) -> Option<usize> {
        let head = head.trim();
        if head.len() > HEADING_BYTES_MAX {
            return None;
        }
        let mut chars = head.chars();
        if let (Some(only), None) = (chars.next(), chars.next()) {
            let small = fold(head).chars().next()?;
            let tells = self.letters_tell && only.is_uppercase();
            return self.rules.letters.get(&small).copied().filter(|_| tells);
        }
        let terms = &self.rules.terms;
        // A remark in brackets may follow the longest term.
        let is_long = head.len() > terms.longest();
        let has_more = head.contains(|c: char| matches!(c, '(' | '#') || c.is_ascii_digit());
        if is_long && !has_more {
            return self.first_of_several(&fold(head));
        }
        let folded = fold(head);
        if let Some(&rule) = terms.get(&folded) {
            return Some(rule);
        }
        let odd = has_more || !folded.ends_with(char::is_alphanumeric) || folded.contains("  ");
        if odd && let Some(&rule) = terms.get(&bare_words(&folded)) {
            return Some(rule);
        }
        if let Some(same) = self.rules.same_heading(&folded)
            && let Some(&rule) = terms.get(&same)
        {
            return Some(rule);
        }
        self.first_of_several(&folded)
    }

    /// The rule of the first of several things that a heading names (`past history / surgeries`).
    /// What is not coded must be named alone: the other things may well be.
    fn first_of_several(&self, folded: &str) -> Option<usize> {
        let end = [" and ", "/", " & ", ","]
            .iter()
            .filter_map(|mark| folded.find(mark))
            .min()?;
        let first = Span::new(0, end).slice(folded).trim_end();
        let rule = *self.rules.terms.get(first).filter(|_| first.len() > 2)?;
        let default = self.rules.headings[rule].default;
        (default != SectionDefault::NotCoded).then_some(rule)
    }
}

/// A heading that has its line for itself.
fn alone(line: Line, span: Span, rule: Option<usize>) -> Heading {
    Heading {
        line: 0,
        span,
        start: line.span.start,
        body: line.span.end,
        form: Form::Alone,
        rule,
        is_weak: false,
    }
}

/// Whether nothing but closing marks is left.
fn is_closed(rest: &str) -> bool {
    rest.chars()
        .all(|c| c.is_whitespace() || matches!(c, ':' | '.' | '*' | '_' | ','))
}

/// Whether a piece holds letters and none of them is small.
pub(super) fn is_upper(piece: &str) -> bool {
    piece.contains(char::is_uppercase) && !piece.contains(char::is_lowercase)
}

/// Bold text at the start of a span: whether it is, the bold words, what follows.
fn unwrap_bold(text: &str, span: Span) -> (bool, Span, Span) {
    let piece = span.slice(text);
    for mark in ["**", "__"] {
        if let Some(rest) = piece.strip_prefix(mark)
            && let Some(len) = rest.find(mark)
            && len > 0
            && len <= HEADING_BYTES_MAX
        {
            let inner = Span::new(span.start + 2, span.start + 2 + len);
            return (true, inner.trim(text), Span::new(inner.end + 2, span.end));
        }
    }
    (false, span, Span::new(span.end, span.end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::family::is_in_capitals;
    use crate::segment::lines;

    /// Shows each heading as `rule: words`, `-` where no rule lists it, `~` where it is weak.
    fn check(text: &str, expected: &[&str]) {
        let rules = crate::codebook::builtin_section_rules("en")
            .expect("English")
            .expect("no findings");
        let shown: Vec<String> = find(text, &lines::read(text), &rules, is_in_capitals(text))
            .iter()
            .map(|h| {
                let rule = h.rule.map_or("-", |r| rules.headings[r].name.as_str());
                let weak = if h.is_weak { "~" } else { "" };
                format!("{weak}{rule}: {}", h.span.slice(text))
            })
            .collect();
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn a_listed_heading_is_known_in_any_form() {
        check("# Plan\nRest.", &["plan: Plan"]);
        check("**Plan**\nRest.", &["plan: Plan"]);
        check("**Subjective.** Calm.", &["subjective: Subjective"]);
        check("PLAN:\nRest.", &["plan: PLAN"]);
        check("Plan - rest.", &["plan: Plan"]);
        check("HPI. Calm woman.", &["present_illness: HPI"]);
        check(
            "Past psychiatric history (per chart):\nNone.",
            &["past_history: Past psychiatric history (per chart)"],
        );
        check("Prior psych hx: none", &["past_history: Prior psych hx"]);
        check(
            "PAST HISTORY / SURGERIES:",
            &["past_history: PAST HISTORY / SURGERIES"],
        );
        check("Calm today. Plan: rest.", &["plan: Plan"]);
        check(
            "Calm.,ASSESSMENT: , Well.,PLAN:,1.  Rest.",
            &["assessment: ASSESSMENT", "plan: PLAN"],
        );
    }

    #[test]
    fn an_account_is_known_by_how_it_came_and_from_whom() {
        check(
            "Telephone contact with mother of patient\nShe says.",
            &["collateral: Telephone contact with mother of patient"],
        );
        check(
            "Voicemail from pt's mother-in-law (Tuesday):\nCalm.",
            &["collateral: Voicemail from pt's mother-in-law (Tuesday)"],
        );
        check(
            "Email from her sister\nCalm.",
            &["collateral: Email from her sister"],
        );
        check("Call with husband went well\nCalm.", &[]);
        check("Call to pharmacy\nCalm.", &[]);
    }

    #[test]
    fn a_heading_may_be_lettered() {
        check("B. GOALS\n1. rest", &["goals: GOALS"]);
        check(
            "II. Family history (mother's side)\nDepression",
            &["family_history: Family history (mother's side)"],
        );
        check(
            "E) COLLATERAL (wife)\nCalm.",
            &["collateral: COLLATERAL (wife)"],
        );
        check("A. Mental status: calm.", &["mental_status: Mental status"]);
        check("C. FUNCTION AT HOME\nCooks.", &["-: FUNCTION AT HOME"]);
        check("A. Ballard: calm\nI. Said no: twice", &[]);
    }

    #[test]
    fn letters_are_headings_where_a_family_of_them_is_used() {
        check("S: calm.\nO: bright.", &["subjective: S", "objective: O"]);
        check(
            "S: calm. O: bright. P: rest.",
            &["subjective: S", "objective: O", "plan: P"],
        );
        check("D- calm.\nA - bright.", &["data: D", "assessment: A"]);
        check("P: rest.\nQ: why?", &[]);
    }

    #[test]
    fn other_headings_need_a_form_that_leaves_no_doubt() {
        check("SOCIAL SITUATION\nLives alone.", &["-: SOCIAL SITUATION"]);
        check("Lactation\n  [x] pumping", &["-: Lactation"]);
        check(
            "Nausea: no\nShe said: fine.\nHer mother was there:\nall day",
            &["~-: Nausea"],
        );
        check("SHE WEPT\nPLAN IS REST\nDOSE ONE", &[]);
    }
}
