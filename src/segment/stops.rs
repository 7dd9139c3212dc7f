//! What a full stop means: the end of a sentence, an abbreviation, a hedge, an ellipsis.
//!
//! Comes in: a stretch of running text. Goes out: the bytes at which sentences start inside of it.
//! Looks only at marks and the words beside them; time is linear in the text.

use std::borrow::Cow;

use crate::model::headings::StopRules;
use crate::text::{Span, fold};

/// A mark that may end a sentence, with what stands around it.
struct Mark<'t> {
    /// The character of the mark; `…` for several stops.
    kind: char,
    /// The text from the last white space to the mark.
    token: &'t str,
    /// Whether `token` opens the stretch.
    is_first: bool,
    /// Whether brackets or quotation marks close behind it.
    closes: bool,
    /// Bytes of white space behind it.
    spaces: usize,
    /// What follows the white space.
    next: &'t str,
}

/// Longest piece of text looked at beside a mark.
const BESIDE_BYTES_MAX: usize = 40;

/// The bytes that may matter to the scan.
const IS_LOOKED_AT: [bool; 256] = {
    let mut table = [false; 256];
    let marks = *b".?!):\x20\t\xE2";
    let mut i = 0;
    while i < marks.len() {
        table[marks[i] as usize] = true;
        i += 1;
    }
    table
};

/// Adds the bytes at which a sentence starts inside a stretch, less its own start.
pub(super) fn find(text: &str, stretch: Span, rules: &StopRules, starts: &mut Vec<usize>) {
    let bytes = text.as_bytes();
    let mut scan = Scan {
        text,
        end: stretch.end,
        sentence: stretch.start,
        item: 0,
        has_colon: false,
    };
    let mut at = stretch.start;
    while at < stretch.end {
        if !IS_LOOKED_AT[bytes[at] as usize] {
            at += 1;
            continue;
        }
        let start = match bytes[at] {
            b'.' | b'?' | b'!' => scan.stop(&mut at, rules),
            0xE2 if bytes[at..].starts_with("…".as_bytes()) => scan.stop(&mut at, rules),
            b')' => scan.counted_item(at),
            b':' => scan.field(at),
            b' ' | b'\t' if scan.is_wide(at) => scan.gap(&mut at),
            _ => None,
        };
        if let Some(start) = start {
            scan.sentence = start;
            scan.has_colon &= bytes[at] == b':';
            starts.push(start);
        }
        at += 1;
    }
}

struct Scan<'t> {
    text: &'t str,
    end: usize,
    /// Where the present sentence starts.
    sentence: usize,
    /// The number of the last counted item.
    item: usize,
    /// Whether the present sentence holds a colon.
    has_colon: bool,
}

impl Scan<'_> {
    /// The next sentence's start, if the marks at `at` end one; moves to the last of the marks.
    fn stop(&mut self, at: &mut usize, rules: &StopRules) -> Option<usize> {
        let rest = Span::new(*at, self.end).slice(self.text);
        let marks: usize = rest
            .chars()
            .take_while(|c| matches!(c, '.' | '?' | '!' | '…'))
            .map(char::len_utf8)
            .sum();
        let behind = Span::new(*at + marks, self.end).slice(self.text);
        let closing: usize = behind
            .chars()
            .take_while(|&c| is_closing(c))
            .map(char::len_utf8)
            .sum();
        let here = *at;
        let gap_start = here + marks + closing;
        *at = gap_start.max(here + 1) - 1;
        let after = Span::new(gap_start, self.end).slice(self.text);
        let next = after.trim_start();
        let spaces = after.len() - next.len();
        if next.is_empty() || spaces == 0 {
            return None;
        }
        let first = rest.chars().next()?;
        let several = rest.chars().take(2).filter(|&c| c == '.').count() == 2;
        let token = token_before(self.text, self.sentence, here);
        let mark = Mark {
            kind: if several { '…' } else { first },
            token: token.slice(self.text),
            is_first: token.start == self.sentence,
            closes: closing > 0,
            spaces,
            next,
        };
        mark.ends_sentence(rules).then_some(gap_start + spaces)
    }

    /// The start of a counted item (`2) night checks`), if the bracket at `at` closes its number.
    fn counted_item(&mut self, at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let digits = bytes[self.sentence..at]
            .iter()
            .rev()
            .take(3)
            .take_while(|b| b.is_ascii_digit())
            .count();
        let start = at - digits;
        let free = start == self.sentence || bytes[start - 1].is_ascii_whitespace();
        let spaced = bytes.get(at + 1).is_some_and(u8::is_ascii_whitespace);
        let number: usize = Span::new(start, at).slice(self.text).parse().ok()?;
        if !free || !spaced || number != self.item + 1 {
            return None;
        }
        self.item = number;
        (start > self.sentence).then_some(start)
    }

    /// The start of a further field (`Nausea: no, Vomiting: no`), if the colon at `at` ends its name.
    fn field(&mut self, at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        if !bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace) {
            return None;
        }
        let had_colon = std::mem::replace(&mut self.has_colon, true);
        let from = self.sentence.max(at.saturating_sub(BESIDE_BYTES_MAX));
        let cut = bytes[from..at]
            .iter()
            .rposition(|b| matches!(b, b',' | b';' | b'|'))?;
        let name = Span::new(from + cut + 1, at);
        let piece = name.slice(self.text);
        let words = piece.split_whitespace().count();
        let is_name = (1..=3).contains(&words)
            && piece.starts_with([' ', '\t'])
            && piece.trim_start().starts_with(char::is_uppercase);
        (had_colon && is_name).then_some(name.trim(self.text).start)
    }

    /// Whether more than one blank, or a tab, starts at a byte.
    fn is_wide(&self, at: usize) -> bool {
        let bytes = self.text.as_bytes();
        bytes[at] == b'\t' || matches!(bytes.get(at + 1), Some(b' ' | b'\t'))
    }

    /// The start of a new column of a form: behind three blanks or a tab.
    fn gap(&mut self, at: &mut usize) -> Option<usize> {
        let blank = Span::new(*at, self.end).slice(self.text);
        let len = blank
            .bytes()
            .take_while(|b| matches!(b, b' ' | b'\t'))
            .count();
        let tab = blank.bytes().take(len).any(|b| b == b'\t');
        let start = *at + len;
        *at = start - 1;
        let wide = len >= 3 || tab || (len == 2 && self.has_colon && self.is_name_at(start));
        (wide && start < self.end).then_some(start)
    }

    /// Whether a field's name with its colon stands at a byte.
    fn is_name_at(&self, at: usize) -> bool {
        let rest = Span::new(at, self.end).slice(self.text);
        let mut words = 1;
        for (i, c) in rest.char_indices().take(BESIDE_BYTES_MAX) {
            match c {
                ':' => return i > 0,
                ' ' => words += 1,
                '.' | ',' | ';' | '\n' => return false,
                _ => {}
            }
            if words > 3 || (i == 0 && !c.is_uppercase()) {
                return false;
            }
        }
        false
    }
}

impl Mark<'_> {
    fn ends_sentence(&self, rules: &StopRules) -> bool {
        let first = self.next.chars().next().unwrap_or(' ');
        // A quotation, bracket or dash says nothing; the character behind it does.
        let core = self.next.trim_start_matches(is_opening);
        let small = core.chars().next().is_some_and(char::is_lowercase);
        // "Huh?" she said: the sentence goes on behind the mark that closes.
        if small && (self.closes || first == '-' || first == '–' || first == '—') {
            return false;
        }
        match self.kind {
            '…' => !small,
            '?' if is_answered(rules, core) => false,
            '?' | '!' => !self.token.is_empty() && !self.token.ends_with('('),
            _ => self.full_stop_ends(rules, core, small),
        }
    }

    fn full_stop_ends(&self, rules: &StopRules, core: &str, small: bool) -> bool {
        let word = fold(self.token);
        let number = core.starts_with(|c: char| c.is_ascii_digit());
        let starter = || rules.starters.contains(first_word(core).as_ref());
        if word.is_empty() {
            return false;
        }
        if self.is_first && is_counter(&word) {
            return false;
        }
        if rules.never.contains(word.as_ref()) {
            return false;
        }
        if rules.before_name.contains(word.as_ref()) {
            // "Seen w/ pt. Slept well": a capital behind the sentence's first word names nobody.
            let names = self.is_first || is_initial(word_of(core));
            return !small && (!names || starter());
        }
        if is_initial(self.token) {
            // Two blanks are a typist's sign for a new sentence.
            return !small && (self.spaces >= 2 || starter());
        }
        if number && rules.before_number.contains(word.as_ref()) {
            return false;
        }
        if rules.before_lower.contains(word.as_ref()) || is_dotted(&word) {
            return !small && !number;
        }
        !(small && looks_shortened(self.token))
    }
}

/// "Any nausea? No.": a bare answer belongs to its question.
fn is_answered(rules: &StopRules, core: &str) -> bool {
    let word = first_word(core);
    let whole = rules.whole_answers.contains(word.as_ref());
    let closed = || {
        let behind = core.get(word.len()..).unwrap_or_default().trim_start();
        behind.is_empty() || behind.starts_with(|c: char| c.is_ascii_punctuation())
    };
    whole || rules.answers.contains(word.as_ref()) && closed()
}

/// The text from the last white space before `at`, not before `from`, less opening marks.
fn token_before(text: &str, from: usize, at: usize) -> Span {
    let bytes = text.as_bytes();
    let mut floor = from.max(at.saturating_sub(BESIDE_BYTES_MAX));
    while !text.is_char_boundary(floor) {
        floor += 1;
    }
    let start = bytes[floor..at]
        .iter()
        .rposition(u8::is_ascii_whitespace)
        .map_or(floor, |i| floor + i + 1);
    let span = Span::new(start, at);
    let piece = span.slice(text);
    let bare = piece.trim_start_matches(|c| is_opening(c) || matches!(c, ',' | ';' | ':'));
    Span::new(at - bare.len(), at)
}

fn first_word(core: &str) -> Cow<'_, str> {
    let len: usize = core
        .chars()
        .take(BESIDE_BYTES_MAX)
        .take_while(|c| c.is_alphabetic() || matches!(c, '\'' | '’'))
        .map(char::len_utf8)
        .sum();
    fold(Span::new(0, len).slice(core))
}

/// The text up to the next white space, less closing marks.
fn word_of(core: &str) -> &str {
    let word = core.split_whitespace().next().unwrap_or_default();
    word.trim_end_matches(|c| is_closing(c) || matches!(c, '.' | ',' | ';' | ':'))
}

/// A number that counts an item (`2`), or a letter that does.
fn is_counter(word: &str) -> bool {
    word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit())
}

/// `K`, `K.T`, `J.L`: capitals that stand for a name.
fn is_initial(token: &str) -> bool {
    let mut letters = token.split('.');
    letters.all(|l| {
        let mut chars = l.chars();
        chars.next().is_some_and(char::is_uppercase) && chars.next().is_none()
    })
}

/// `p.o`, `b.i.d`, `q.6h`: letters with stops between.
fn is_dotted(word: &str) -> bool {
    word.contains('.')
        && word.contains(char::is_alphabetic)
        && word
            .split('.')
            .all(|l| (1..=2).contains(&l.chars().count()))
}

/// A short word without a vowel before small letters (`cpl. of`) is an abbreviation nobody listed.
fn looks_shortened(word: &str) -> bool {
    let letters = word.chars().count();
    letters <= 4
        && word.chars().all(|c| c.is_alphabetic() && !c.is_uppercase())
        && (letters == 1 || !word.contains(['a', 'e', 'i', 'o', 'u', 'y']))
}

fn is_closing(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | ')' | ']' | '}' | '”' | '’' | '»' | '*' | '_'
    )
}

fn is_opening(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '(' | '[' | '{' | '“' | '‘' | '„' | '«' | '*' | '_' | '-' | '–' | '—' | ' '
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) {
        let rules = crate::codebook::builtin_section_rules("en")
            .expect("English")
            .expect("no findings");
        let plain = text.replace('¦', "");
        let mut expected = Vec::new();
        for piece in text.split('¦') {
            expected.push(expected.last().copied().unwrap_or(0) + piece.len());
        }
        expected.pop();
        let mut starts = Vec::new();
        find(&plain, Span::new(0, plain.len()), &rules.stops, &mut starts);
        let mut shown = String::new();
        for (i, c) in plain.char_indices() {
            if starts.contains(&i) {
                shown.push('¦');
            }
            shown.push(c);
        }
        assert_eq!(shown, text);
    }

    #[test]
    fn full_stops_of_abbreviations_do_not_end_sentences() {
        check(
            "Seen by Dr. Okafor at 10:31. ¦Dose 1.7 mg/kg i.m. in clinic. ¦She slept 5 hrs. ¦Mood ok.",
        );
        check(
            "Pt. reports calm. ¦Pt. R.M. said nothing. ¦Nothing per pt. ¦F/u as sched. ¦Took 200 mg SL. ¦start now. ¦K.T. lies awake. ¦Saving it for J. on Wed. she says.",
        );
        check("Start approx. 1 pm. ¦Next 6/8 w/ J. Lindqvist or T. Abara. ¦e.g. Humming helps.");
        check("Ativan 1 mg q.6h. p.r.n. anxiety.");
        check("Dizzy at 2 p.m. ¦Denies nausea. ¦Seen w/ K.T. ¦She cried.");
    }

    #[test]
    fn marks_before_small_letters_and_quotations() {
        check("\"Huh?\" she said. ¦\"It left.\" ¦She cried.");
        check("it was nice? ¦like a bath. ¦three tablets. ¦um. ¦and then... it went");
        check("No emesis. ¦?mild HA, ? nausea. ¦Reminded re: awake (!!) and slept… ¦Then left!");
        check("They said \"no.\" and (it was late.) went.");
    }

    #[test]
    fn items_fields_and_columns_are_sentences() {
        check("1. Rest now. ¦Then eat.");
        check("Agreed: ¦1) rest ¦2) eat, not 1) or 5) ¦3) call");
        check("N/V: -   ¦Dizziness: mild   ¦BP: back");
        check("Nausea: no, ¦Vomiting: no; ¦HA: mild.  ¦Sleep: ok");
        check("PHQ-9 18   ¦GAD-7 17\t¦PCL-5 41");
    }
}
