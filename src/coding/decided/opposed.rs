//! Coders who say otherwise of one passage.
//!
//! Comes in: a note's decisions. Goes out: for each, over what it is contested and by whom, whatever the
//! order of the rows.

use std::collections::BTreeSet;

use crate::model::decision::Action;

use super::Live;

/// Over what coders disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Over {
    /// Which code the passage has.
    pub(super) code: bool,
    /// What it says of the theme.
    pub(super) assertion: bool,
    /// Whose words it is.
    pub(super) voice: bool,
}

impl Over {
    fn is_any(self) -> bool {
        self.code || self.assertion || self.voice
    }

    fn and(self, other: Self) -> Self {
        Self {
            code: self.code || other.code,
            assertion: self.assertion || other.assertion,
            voice: self.voice || other.voice,
        }
    }
}

/// What stands against one decision.
#[derive(Debug, Default)]
pub(super) struct Opposition {
    pub(super) over: Over,
    /// The coders, in the order of their names.
    pub(super) by: Vec<String>,
}

/// What stands against each decision.
pub(super) fn opposition(all: &[Live<'_>]) -> Vec<Opposition> {
    let against = |one: &Live<'_>| {
        let others = all
            .iter()
            .filter(|other| other.coder() != one.coder() && other.span.overlaps(one.span));
        let mut over = Over::default();
        let mut names = BTreeSet::new();
        for other in others {
            let found = disagree(one, other);
            over = over.and(found);
            names.extend(found.is_any().then(|| other.coder()));
        }
        Opposition {
            over,
            by: names.into_iter().map(str::to_owned).collect(),
        }
    };
    all.iter().map(against).collect()
}

fn disagree(a: &Live<'_>, b: &Live<'_>) -> Over {
    let against = |a: &Live<'_>, b: &Live<'_>| a.denied().is_some() && a.denied() == b.wanted;
    let both_recode = a.decision.action == Action::Recode && b.decision.action == Action::Recode;
    let other_code = both_recode && a.code == b.code && a.wanted != b.wanted;
    let is_one_coding = a.wanted.is_some() && a.wanted == b.wanted;
    Over {
        code: against(a, b) || against(b, a) || other_code,
        assertion: is_one_coding && other_assertion(a, b),
        voice: is_one_coding && other_voice(a, b),
    }
}

/// Who says no assertion says that the one that stands is right.
fn other_assertion(a: &Live<'_>, b: &Live<'_>) -> bool {
    let says = |one: &Live<'_>| one.decision.assertion;
    let means = |one: &Live<'_>| says(one).unwrap_or(one.heard.0.assertion());
    (says(a).is_some() || says(b).is_some()) && means(a) != means(b)
}

fn other_voice(a: &Live<'_>, b: &Live<'_>) -> bool {
    let says = |one: &Live<'_>| one.decision.voice;
    let means = |one: &Live<'_>| says(one).unwrap_or(one.heard.1);
    (says(a).is_some() || says(b).is_some()) && means(a) != means(b)
}
