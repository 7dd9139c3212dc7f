//! What somebody other than the participant says, where a name or a pronoun stands for that person.
//!
//! Comes in: a sentence's terms and a person by name, or all its pronouns. Goes out: terms as if a relative's word
//! stood there ("Irene has noticed that she", "he says that she").

use crate::model::cue::CueCategory;
use crate::model::layout::Sentence;

use super::cues::Found;
use super::rules::Rules;
use super::subject::in_own_words;
use super::whole_note::WholeNote;

/// What a person of that name says: by a verb of report, or one of saying with the clause that it opens.
pub(super) fn by_name(
    rules: &Rules,
    note: &WholeNote<'_>,
    sentence: &Sentence,
    (found, at): (&[Found], usize),
) -> Option<Found> {
    let helps =
        |f: &Found| f.words.start == at + 1 && rules.category(f.rule) == CueCategory::Copula;
    let verb = at + 1 + usize::from(found.iter().any(helps));
    let reports = found
        .iter()
        .find(|f| f.words.start == verb && rules.category(f.rule) == CueCategory::Reported);
    let end = match reports {
        Some(reports) => reports.words.end,
        None => opens_a_clause(rules, note, sentence, (found, verb))?,
    };
    told(rules, note, sentence, at..end)
}

/// Adds what pronouns of somebody else are said to say: "he thinks she", in a note in which "she" is the
/// participant.
pub(super) fn add_by_pronoun(
    rules: &Rules,
    note: &WholeNote<'_>,
    sentence: &Sentence,
    found: &mut Vec<Found>,
) {
    let foreign = |f: &&Found| {
        rules.category(f.rule) == CueCategory::Pronoun
            && rules.may_be_own(f.rule)
            && !rules.is_shared(f.rule)
            && note.own_pronoun(rules).is_some_and(|own| own != f.rule)
    };
    if in_own_words(note, sentence.span.start) {
        return;
    }
    let says = found.iter().filter(foreign).filter_map(|f| {
        let end = opens_a_clause(rules, note, sentence, (found, f.words.end))?;
        told(rules, note, sentence, f.words.start..end)
    });
    let says: Vec<Found> = says.collect();
    found.extend(says);
}

/// The end of a verb of saying behind which a clause or its subject begins ("noticed that", "thinks she").
fn opens_a_clause(
    rules: &Rules,
    note: &WholeNote<'_>,
    sentence: &Sentence,
    (found, verb): (&[Found], usize),
) -> Option<usize> {
    let word = sentence.words.start + verb;
    let says = sentence.words.contains(&word) && rules.is_saying(note.layout.words.form(word));
    let opens = |f: &Found| {
        let leads = matches!(
            rules.category(f.rule),
            CueCategory::Opener | CueCategory::Pronoun | CueCategory::Participant
        );
        leads && f.words.start == verb + 1
    };
    (says && found.iter().any(opens)).then_some(verb + 1)
}

/// The words as a relative's saying.
fn told(
    rules: &Rules,
    note: &WholeNote<'_>,
    sentence: &Sentence,
    words: std::ops::Range<usize>,
) -> Option<Found> {
    let of = |word: usize| note.layout.words.span(sentence.words.start + word);
    Some(Found {
        rule: rules.relative_says()?,
        span: of(words.start).union(of(words.end.checked_sub(1)?)),
        words,
        absorbed_by: None,
    })
}
