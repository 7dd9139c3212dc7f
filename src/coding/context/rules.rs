//! The rules of a cue set, made ready for looking up.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::coding::patterns::sought::Sought;
use crate::model::cue::{CueCategory, CuePlace, CueRule, CueSet, Direction};
use crate::model::pattern::{Atom, Near, Pattern, PatternBody};

use super::note_rules::NoteRules;
use super::signs::Signs;

/// Words of so many bytes or more count as equally long.
const LENGTH_MAX: usize = 63;

/// What words are that are no name, wherever they stand.
const NO_NAMES: &[CueCategory] = &[
    CueCategory::Pronoun,
    CueCategory::Participant,
    CueCategory::Person,
    CueCategory::Abbreviation,
    CueCategory::Determiner,
    CueCategory::Opener,
    CueCategory::Filler,
    CueCategory::And,
    CueCategory::Or,
    CueCategory::Verb,
    CueCategory::Copula,
];

/// A cue set with its terms in one row.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    list: Arc<[CueRule]>,
    /// Their categories, which are asked for far more often than anything else.
    categories: Vec<CueCategory>,
    /// For each word pattern of [`Rules::patterns`], its rule.
    of_terms: Vec<u32>,
    /// What the expressions on whole notes look for.
    sought: Sought,
    signs: Signs,
    /// What is read once in a whole note.
    of_notes: NoteRules,
    /// Pronouns that may be the participant's, each with its rule; the first rule of a word counts.
    own_pronouns: FxHashMap<String, u32>,
    /// For each byte that one may begin with, how long they are, a bit for each length: most words need not be
    /// looked up.
    own_pronoun_lengths: [u64; 256],
    /// Words for people, each with its rule.
    people: FxHashMap<String, u32>,
    /// Words that are no name, wherever they stand: pronouns, people, titles, verbs.
    no_names: BTreeSet<String>,
    determiners: BTreeSet<String>,
    /// Verbs by which relatives say something.
    sayings: BTreeSet<String>,
    /// Verbs, as far as they build clauses.
    verbs: BTreeSet<String>,
    /// The rule of a person of whom nothing is known, and that by which a relative says what follows.
    anybody: Option<u32>,
    relative_says: Option<u32>,
    /// First words of cues that negate.
    negations: BTreeSet<String>,
    /// For each rule, whether it is a cue in notes of some session types only.
    of_sessions: Vec<bool>,
    /// For each rule, the rules that its pronouns stand for.
    stands_for: Vec<Vec<u32>>,
}

impl Rules {
    pub(super) fn new(cues: &CueSet) -> Self {
        let mut of_terms = Vec::new();
        let mut sought = Sought::default();
        let mut signs = Signs::default();
        let mut of_notes = NoteRules::default();
        let mut own_pronouns = FxHashMap::default();
        let mut people = FxHashMap::default();
        for (index, rule) in cues.rules.iter().enumerate() {
            let may_be_own = rule.category == CueCategory::Pronoun
                && rule.of.contains(&CueCategory::Participant);
            for term in &rule.terms {
                if rule.category == CueCategory::Person {
                    let words = first_words(term).into_iter();
                    people.extend(words.map(|word| (word.to_owned(), index as u32)));
                }
                if may_be_own {
                    for word in first_words(term) {
                        own_pronouns.entry(word.to_owned()).or_insert(index as u32);
                    }
                }
                match &term.body {
                    PatternBody::Regex(source) if rule.place == CuePlace::Note => {
                        of_notes.add(index as u32, rule, source, &mut sought);
                    }
                    PatternBody::Words(_) => of_terms.push(index as u32),
                    PatternBody::Regex(source) => signs.add(index as u32, source),
                }
            }
        }
        sought.build();
        signs.build();
        let rule_index = |id: &String| cues.rules.iter().position(|r| r.id == *id);
        let stands_for = cues.rules.iter().map(|rule| {
            let ids = rule.stands_for.iter().filter_map(rule_index);
            ids.map(|i| i as u32).collect()
        });
        let of = |categories: &[CueCategory]| first_words_of(&cues.rules, categories);
        let rows = cues.rules.iter();
        let relative_says = cues.rules.iter().position(is_said_by_relative);
        let mut rules = Self {
            anybody: None,
            relative_says: relative_says.map(|at| at as u32),
            negations: of(&[CueCategory::Negation]),
            verbs: of(&[CueCategory::Verb, CueCategory::Copula, CueCategory::Speech]),
            determiners: of(&[CueCategory::Determiner]),
            sayings: sayings(&cues.rules),
            no_names: of(NO_NAMES),
            of_sessions: rows.map(|r| !r.sessions.is_empty()).collect(),
            stands_for: stands_for.collect(),
            categories: cues.rules.iter().map(|r| r.category).collect(),
            list: cues.rules.as_slice().into(),
            of_terms,
            sought,
            signs,
            of_notes,
            own_pronoun_lengths: lengths_by_first_byte(own_pronouns.keys()),
            own_pronouns,
            people,
        };
        rules.anybody = rules.find_anybody();
        rules
    }

    /// The word patterns, in the order that [`Rules::rule_of_term`] counts.
    pub(super) fn patterns(&self) -> Vec<&Pattern> {
        let terms = self.list.iter().flat_map(|r| &r.terms);
        terms
            .filter(|t| matches!(t.body, PatternBody::Words(_)))
            .collect()
    }

    pub(super) fn rule_of_term(&self, term: usize) -> Option<u32> {
        self.of_terms.get(term).copied()
    }

    #[inline]
    pub(super) fn rule(&self, index: u32) -> &CueRule {
        &self.list[index as usize]
    }

    #[inline]
    pub(super) fn category(&self, index: u32) -> CueCategory {
        self.categories[index as usize]
    }

    /// Whether a rule is a cue in notes of some session types only.
    #[inline]
    pub(super) fn asks_for_session(&self, index: u32) -> bool {
        self.of_sessions[index as usize]
    }

    /// Whether a rule is a cue in a note of a session type.
    pub(super) fn holds_in(&self, index: u32, session_type: Option<&str>) -> bool {
        let named = &self.rule(index).sessions;
        named.is_empty() || session_type.is_some_and(|of| named.iter().any(|name| name == of))
    }

    /// The rule of a word that may be the participant's pronoun.
    pub(super) fn own_pronoun(&self, form: &str) -> Option<u32> {
        self.own_pronouns.get(form).copied()
    }

    /// Whether a word with that first byte, and so long, may be one: most are not.
    #[inline]
    pub(super) fn may_be_own_pronoun(&self, first: u8, bytes: usize) -> bool {
        self.own_pronoun_lengths[first as usize] >> bytes.min(LENGTH_MAX) & 1 == 1
    }

    /// The rule of a word for a person.
    pub(super) fn person(&self, form: &str) -> Option<u32> {
        self.people.get(form).copied()
    }

    /// Whether a building word counts in a note that names its participant by a pronoun: "made him" is
    /// the participant's only where "he" is.
    pub(super) fn is_meant(&self, rule: u32, own_pronoun: impl FnOnce() -> Option<u32>) -> bool {
        let stands_for = &self.stands_for[rule as usize];
        let is_pronoun = self.category(rule) == CueCategory::Pronoun;
        is_pronoun
            || stands_for.is_empty()
            || own_pronoun().is_some_and(|own| stands_for.contains(&own))
    }

    /// Whether a pronoun, and none of the others that may be the participant's, stands for a person.
    pub(super) fn alone_stands_for(&self, pronoun: u32, person: u32) -> bool {
        let others = (0..self.list.len() as u32).filter(|r| *r != pronoun && self.may_be_own(*r));
        let pronouns = |r: &u32| self.category(*r) == CueCategory::Pronoun;
        let mut others = others.filter(pronouns);
        self.may_stand_for(pronoun, person) && !others.any(|r| self.may_stand_for(r, person))
    }

    /// Whether a pronoun rule may be the participant's.
    pub(super) fn may_be_own(&self, rule: u32) -> bool {
        self.rule(rule).of.contains(&CueCategory::Participant)
    }

    /// Whether a pronoun of the participant's may as well be of people whom nobody named ("they").
    pub(super) fn is_shared(&self, pronoun: u32) -> bool {
        self.rule(pronoun).of.contains(&CueCategory::Person)
    }

    /// The first words of cues that negate.
    pub(super) fn negations(&self) -> &BTreeSet<String> {
        &self.negations
    }

    /// Whether a folded word is no name wherever it stands: a pronoun, a person, a title, a verb.
    pub(super) fn is_no_name(&self, form: &str) -> bool {
        self.no_names.contains(form)
    }

    /// Whether a folded word leads to a thing or a person ("the", "her").
    pub(super) fn is_determiner(&self, form: &str) -> bool {
        self.determiners.contains(form)
    }

    /// Whether a folded word is a verb by which a relative says something.
    pub(super) fn is_saying(&self, form: &str) -> bool {
        self.sayings.contains(form)
    }

    /// Whether a folded word is a verb that builds a clause.
    pub(super) fn is_verb(&self, form: &str) -> bool {
        self.verbs.contains(form)
    }

    /// The rule of a person of whom nothing is known.
    pub(super) fn anybody(&self) -> Option<u32> {
        self.anybody
    }

    /// Every pronoun that may be the participant's stands for it.
    fn find_anybody(&self) -> Option<u32> {
        let is_pronoun = |r: &u32| self.category(*r) == CueCategory::Pronoun;
        let all = 0..self.list.len() as u32;
        let own = all.clone().filter(|r| is_pronoun(r) && self.may_be_own(*r));
        let stood_for = |person: &u32| {
            let mut own = own.clone().peekable();
            own.peek().is_some() && own.all(|pronoun| self.may_stand_for(pronoun, *person))
        };
        all.filter(|r| self.category(*r) == CueCategory::Person)
            .find(stood_for)
    }

    /// Whether a cue that negates may begin with a folded word.
    pub(super) fn begins_negation(&self, form: &str) -> bool {
        self.negations.contains(form)
    }

    /// The rule by which a relative says what follows.
    pub(super) fn relative_says(&self) -> Option<u32> {
        self.relative_says
    }

    /// Whether a pronoun rule may stand for a person found by another rule.
    pub(super) fn may_stand_for(&self, pronoun: u32, person: u32) -> bool {
        self.stands_for[pronoun as usize].contains(&person)
    }

    /// What the expressions on whole notes look for.
    pub(super) fn sought(&self) -> &Sought {
        &self.sought
    }

    /// The cues that are signs.
    pub(super) fn signs(&self) -> &Signs {
        &self.signs
    }

    /// What is read in whole notes.
    pub(super) fn of_notes(&self) -> &NoteRules {
        &self.of_notes
    }
}

/// For each byte, how long the words are that begin with it.
fn lengths_by_first_byte<'w>(words: impl Iterator<Item = &'w String>) -> [u64; 256] {
    let mut out = [0; 256];
    for word in words {
        if let Some(first) = word.as_bytes().first() {
            out[*first as usize] |= 1 << word.len().min(LENGTH_MAX);
        }
    }
    out
}

/// The first words of all terms of some categories.
fn first_words_of(rules: &[CueRule], categories: &[CueCategory]) -> BTreeSet<String> {
    let rules = rules.iter().filter(|r| categories.contains(&r.category));
    let words = rules.flat_map(|r| r.terms.iter().flat_map(first_words));
    words.map(str::to_owned).collect()
}

/// Whether by a rule a relative says what follows.
fn is_said_by_relative(rule: &CueRule) -> bool {
    let anywhere = rule.place == CuePlace::Anywhere && rule.direction == Direction::After;
    rule.category == CueCategory::Relative && anywhere
}

/// The words behind the person in what relatives say, less those that build clauses.
fn sayings(rules: &[CueRule]) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    let says = rules.iter().filter(|rule| is_said_by_relative(rule));
    for term in says.flat_map(|r| &r.terms) {
        if let PatternBody::Words(near) = &term.body {
            near.first
                .items
                .iter()
                .skip(1)
                .for_each(|item| collect(&item.atom, &mut words));
        }
    }
    let builds = first_words_of(
        rules,
        &[
            CueCategory::Copula,
            CueCategory::Filler,
            CueCategory::Determiner,
            CueCategory::Opener,
            CueCategory::Person,
            CueCategory::Pronoun,
            CueCategory::Participant,
            CueCategory::And,
            CueCategory::Or,
        ],
    );
    let verbs = first_words_of(rules, &[CueCategory::Verb, CueCategory::Reported]);
    words.retain(|word| verbs.contains(word) && !builds.contains(word));
    words
}

/// The first words of an atom and of all that it may stand for.
fn collect(atom: &Atom, out: &mut BTreeSet<String>) {
    match atom {
        Atom::Word { words, .. } => out.extend(words.first().cloned()),
        Atom::Group(alternatives) => {
            let items = alternatives.iter().flat_map(|near| &near.first.items);
            items.for_each(|item| collect(&item.atom, out));
        }
        Atom::List(_) | Atom::Gap { .. } => {}
    }
}

/// The words that a pattern may begin with, as written.
fn first_words(pattern: &Pattern) -> Vec<&str> {
    let mut out = Vec::new();
    if let PatternBody::Words(near) = &pattern.body {
        begin(near, &mut out);
    }
    out
}

fn begin<'p>(near: &'p Near, out: &mut Vec<&'p str>) {
    for item in &near.first.items {
        match &item.atom {
            Atom::Word { words, .. } => out.extend(words.first().map(String::as_str)),
            Atom::Group(alternatives) => alternatives.iter().for_each(|a| begin(a, out)),
            Atom::List(_) | Atom::Gap { .. } => {}
        }
        if !item.optional {
            break;
        }
    }
}
