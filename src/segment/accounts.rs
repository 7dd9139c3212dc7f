//! Titles of what somebody else tells: "Telephone contact with mother of patient".
//!
//! Comes in: a heading that no term lists. Goes out: the rule of such accounts, where it says how it was told, and by
//! whom, and nothing else.

use crate::model::coding::Voice;
use crate::model::headings::SectionRules;
use crate::model::layout::Speaker;

/// Most words that say how it was told.
const HOW_WORDS_MAX: usize = 4;

/// The rule of somebody else's account, if a folded heading is its title.
pub(super) fn find(folded: &str, rules: &SectionRules) -> Option<usize> {
    let is_silent = |word: &str| rules.same_words.get(word).is_some_and(String::is_empty);
    let all = folded.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '-'));
    let words: Vec<&str> = all
        .filter(|word| !word.is_empty() && !is_silent(word))
        .collect();
    let tells = |word: &&&str| rules.accounts.contains(word);
    let how = words.iter().take_while(tells).count();
    let rest = words.get(how..)?;
    let (link, rest) = rest.split_first()?;
    let (person, rest) = rest.split_first()?;
    let is_person = rules.account_people.contains(person)
        || rules.transcript.speakers.get(person) == Some(&Speaker::Other);
    let is_link = |word: &&str| rules.account_links.contains(word);
    let is_title = (1..=HOW_WORDS_MAX).contains(&how) && is_link(link) && is_person;
    let of_another = |rule: &crate::model::headings::HeadingRule| rule.voice == Some(Voice::Other);
    (is_title && rest.iter().all(is_link))
        .then(|| rules.headings.iter().position(of_another))
        .flatten()
}
