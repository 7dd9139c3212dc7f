//! Finds the passage of a decision in its note as the note is now.
//!
//! Comes in: a decision and a text, and the text that it was made on, if that is known. Goes out: the
//! passage and how it was found (`same`, `moved`, `changed`, `lost`). A passage is never guessed: words
//! that stand in several places with nothing to choose between them are lost, with the reason.

use crate::model::decision::{Anchor, Decision};
use crate::text::{CodePoints, NormalText, Span};

use super::find::same_words;
use super::reanchor::{CodedPassage, reanchor};

/// Where a decision's passage stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchored {
    /// How it was found.
    pub anchor: Anchor,
    /// The passage; none where it is lost.
    pub span: Option<Span>,
    /// Why it is lost or what is odd; empty where nothing is.
    pub reason: String,
}

impl Anchored {
    fn found(anchor: Anchor, span: Span) -> Self {
        Self {
            anchor,
            span: Some(span),
            reason: String::new(),
        }
    }

    /// Nowhere, and why.
    pub fn lost(reason: impl Into<String>) -> Self {
        Self {
            anchor: Anchor::Lost,
            span: None,
            reason: reason.into(),
        }
    }
}

/// Finds a decision's passage; `sha256` is that of the text, `old` the text that it was made on.
pub fn anchor(
    decision: &Decision,
    (text, points, sha256): (&str, &CodePoints<'_>, &str),
    old: Option<&str>,
) -> Anchored {
    let same_text = decision.note_sha256.is_empty() || decision.note_sha256 == sha256;
    let there = decision
        .place
        .and_then(|(start, end)| points.span(start, end));
    let words = decision.text.trim();
    if words.is_empty() {
        if let (false, Some(old), Some((start, end))) = (same_text, old, decision.place) {
            return followed(&CodedPassage { words, start, end }, text, old);
        }
        return match there {
            Some(span) if same_text => Anchored::found(Anchor::Same, span),
            Some(_) => Anchored::lost("the note changed, and no words are given to look for"),
            None => Anchored::lost(format!("the note ends at {}", points.at(text.len()))),
        };
    }
    if let (Some(old), Some((start, end)), false) = (old, decision.place, same_text) {
        return followed(&CodedPassage { words, start, end }, text, old);
    }
    if let Some(span) = there {
        let stands = span.slice(text);
        if same_words(stands, words) {
            return Anchored::found(Anchor::Same, span);
        }
        // A spreadsheet wrote the words its own way; the place is right.
        if same_text && NormalText::new(stands).text() == NormalText::new(words).text() {
            return Anchored::found(Anchor::Changed, span);
        }
    }
    let near = decision
        .place
        .map(|p| points.byte(p.0).unwrap_or(text.len()));
    let mut exact = occurrences(text, words);
    // Letters inside of another word are not the words.
    exact.retain(|span| !is_inside_a_word(text, *span));
    if !exact.is_empty() {
        let moved = if decision.place.is_none() {
            Anchor::Same
        } else {
            Anchor::Moved
        };
        return chosen(&exact, near, moved);
    }
    let mut alike = alike(text, words);
    alike.retain(|span| !is_inside_a_word(text, *span));
    if alike.is_empty() {
        return much_alike(decision, text);
    }
    chosen(&alike, near, Anchor::Changed)
}

/// A passage followed from the text that it was decided on to the text of today.
fn followed(passage: &CodedPassage<'_>, text: &str, old: &str) -> Anchored {
    let found = reanchor(passage, text, Some(old));
    match found.span {
        Some(span) => Anchored::found(found.status, span),
        None => Anchored::lost("the note changed, and the passage stands there no more"),
    }
}

/// Whether a letter or digit outside of a passage touches one of its ends.
fn is_inside_a_word(text: &str, span: Span) -> bool {
    let words = span.slice(text);
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let before = Span::new(0, span.start).slice(text).chars().next_back();
    let after = Span::new(span.end, text.len()).slice(text).chars().next();
    is_word(before) && is_word(words.chars().next())
        || is_word(after) && is_word(words.chars().next_back())
}

/// Words much like those of a decision whose own words stand nowhere.
fn much_alike(decision: &Decision, text: &str) -> Anchored {
    let (start, end) = decision.place.unwrap_or_default();
    let words = decision.text.as_str();
    let passage = CodedPassage { words, start, end };
    let found = reanchor(&passage, text, None).span;
    match found.filter(|span| !is_inside_a_word(text, *span)) {
        Some(span) => Anchored::found(Anchor::Changed, span),
        None => Anchored::lost("its words no longer stand in the note"),
    }
}

/// The only occurrence, or the one that begins nearest to where it was.
fn chosen(found: &[Span], near: Option<usize>, anchor: Anchor) -> Anchored {
    match (found, near) {
        ([only], _) => Anchored::found(anchor, *only),
        (_, None) => Anchored::lost(format!(
            "its words stand {} times in the note: give start and end",
            found.len()
        )),
        (_, Some(near)) => found
            .iter()
            .min_by_key(|s| (s.start.abs_diff(near), s.start))
            .map_or_else(
                || Anchored::lost("its words no longer stand in the note"),
                |span| Anchored::found(anchor, *span),
            ),
    }
}

/// Every place where some words stand, exactly or, where they stand nowhere so, with other white
/// space, quotation marks or case.
pub fn find_words(text: &str, words: &str) -> Vec<Span> {
    let words = words.trim();
    if words.is_empty() {
        return Vec::new();
    }
    let exact = occurrences(text, words);
    if exact.is_empty() {
        return alike(text, words);
    }
    exact
}

fn occurrences(text: &str, words: &str) -> Vec<Span> {
    let found = text.match_indices(words);
    found
        .map(|(at, piece)| Span::new(at, at + piece.len()))
        .collect()
}

/// Occurrences that differ in white space, quotation marks, case or compatibility forms only.
fn alike(text: &str, words: &str) -> Vec<Span> {
    let (text, words) = (NormalText::new(text), NormalText::new(words));
    let pieces: Vec<String> = words.text().split_whitespace().map(regex::escape).collect();
    let Ok(pattern) = regex::Regex::new(&pieces.join(r"\s+")) else {
        return Vec::new();
    };
    let found = pattern.find_iter(text.text());
    found
        .map(|m| text.to_source(Span::new(m.start(), m.end())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::decision::Action;

    /// The anchor and the words found.
    fn check(text: &str, place: Option<(usize, usize)>, words: &str, sha: &str) -> String {
        follow(text, place, words, sha, None)
    }

    fn follow(
        text: &str,
        place: Option<(usize, usize)>,
        words: &str,
        sha: &str,
        old: Option<&str>,
    ) -> String {
        let decision = Decision {
            row: 2,
            line: 2,
            note_id: "n".to_owned(),
            note_sha256: sha.to_owned(),
            code: "a".to_owned(),
            place,
            text: words.to_owned(),
            action: Action::Keep,
            assertion: None,
            voice: None,
            new_code: String::new(),
            coder: "E".to_owned(),
            date: String::new(),
            memo: String::new(),
            codebook_sha256: String::new(),
        };
        let points = CodePoints::new(text);
        let found = anchor(&decision, (text, &points, "now"), old);
        match found.span {
            Some(span) => format!(
                "{} {} {:?}",
                found.anchor.as_str(),
                points.at(span.start),
                span.slice(text)
            ),
            None => format!("lost: {}", found.reason),
        }
    }

    #[test]
    fn a_passage_is_found_where_it_went() {
        let text = "Ünd she felt safe. Later she felt “safe”  again.";
        assert_eq!(
            check(text, Some((8, 17)), "felt safe", "now"),
            "same 8 \"felt safe\""
        );
        assert_eq!(
            check(text, Some((0, 9)), "felt safe", "old"),
            "moved 8 \"felt safe\""
        );
        assert_eq!(check(text, None, "felt safe", ""), "same 8 \"felt safe\"");
        assert_eq!(
            check(text, Some((3, 9)), "FELT \"safe\" again", "old"),
            "changed 29 \"felt “safe”  again\""
        );
        assert_eq!(
            check(text, Some((29, 32)), "she", "old"),
            "moved 25 \"she\""
        );
        assert_eq!(
            check(text, Some((8, 17)), "", "now"),
            "same 8 \"felt safe\""
        );
    }

    #[test]
    fn what_cannot_be_found_is_lost_with_the_reason() {
        let text = "She felt safe. She left.";
        assert!(check(text, None, "She", "").contains("stand 2 times"));
        assert!(check(text, Some((4, 13)), "felt calm", "old").contains("no longer stand"));
        assert!(check(text, Some((4, 13)), "", "old").contains("the note changed"));
        assert!(check(text, Some((4, 99)), "", "now").contains("ends at 24"));
    }

    #[test]
    fn a_passage_that_is_gone_does_not_become_another_with_the_same_words() {
        let old = "Mild nausea after the dose. At supper she had nausea again.";
        let new = "At supper she had nausea again.";
        let follow = |place, words| follow(new, Some(place), words, "old", Some(old));
        assert!(follow((5, 11), "nausea").starts_with("lost"));
        assert_eq!(follow((46, 52), "nausea"), "moved 18 \"nausea\"");
        // A place tells its words where its text is known.
        assert_eq!(follow((46, 52), ""), "moved 18 \"nausea\"");
        // Without the old text letters inside a word are not the word.
        assert!(check("The scryer slept.", Some((4, 7)), "cry", "old").starts_with("lost"));
    }

    #[test]
    fn a_place_with_the_words_in_other_letters_is_the_place() {
        let text = "Then nausea. Nausea at dusk.";
        assert_eq!(
            check(text, Some((13, 19)), "nausea", "now"),
            "changed 13 \"Nausea\""
        );
    }
}
