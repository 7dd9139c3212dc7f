//! The choice among a cell's candidates: one after another, spread before repeated.

use std::collections::BTreeMap;

use crate::model::coding::Voice;

use super::candidate::{Candidate, Key};
use super::centre::Centre;
use super::passage::Shape;
use super::trends::Trends;
use super::{Choice, QuoteRow, Rule};

/// Passages that share this much of their words say the same.
const NEAR_DUPLICATE: f64 = 0.7;

/// Days that count as one stretch of time.
const MONTH_DAYS: i64 = 30;

/// Steps of typicality: what is as typical to within a twentieth is decided by its length.
const STEPS: f64 = 20.0;

/// How often each note, participant, session type and month is quoted by now.
#[derive(Debug, Default)]
struct Used(BTreeMap<(u8, String), usize>);

impl Used {
    /// What a row counts for.
    fn keys(row: &QuoteRow) -> [(u8, String); 4] {
        let who = row.participant.as_ref().map(|p| p.as_str().to_owned());
        let month = row.day.map(|day| day.div_euclid(MONTH_DAYS).to_string());
        [
            (0, row.note_index.to_string()),
            (1, who.unwrap_or_default()),
            (2, row.session_type.clone()),
            (3, month.unwrap_or_default()),
        ]
    }

    fn times(&self, row: &QuoteRow) -> [usize; 4] {
        Self::keys(row).map(|key| self.0.get(&key).copied().unwrap_or(0))
    }

    fn add(&mut self, row: &QuoteRow) {
        for key in Self::keys(row) {
            *self.0.entry(key).or_default() += 1;
        }
    }
}

/// A candidate with what is known of it when all notes were read.
#[derive(Debug)]
struct Weighed {
    candidate: Candidate,
    /// Nearness to the centre of the code's passages.
    near: f64,
    /// Why it is against the trend, where such cases are asked for.
    against: Option<String>,
}

/// What decides, the smallest first.
type Order = (bool, bool, bool, Voice, [usize; 4], Shape, u32, Key);

/// Chooses a cell's quotes.
pub(super) fn choose(
    candidates: Vec<Candidate>,
    (centre, trends): (&Centre, &Trends),
    rule: &Rule,
) -> Vec<QuoteRow> {
    let against = |candidate: &Candidate| {
        let row = &candidate.row;
        let wanted = rule.choice == Choice::Deviant && candidate.key.affirms;
        let told = || trends.against(row.code, row.participant.as_ref(), &row.session_type);
        wanted.then(told).flatten()
    };
    let mut rest: Vec<Weighed> = candidates
        .into_iter()
        .map(|candidate| Weighed {
            near: centre.nearness(&candidate.terms),
            against: against(&candidate),
            candidate,
        })
        .collect();
    let mut used = Used::default();
    let mut rows: Vec<QuoteRow> = Vec::new();
    while rows.len() < rule.per_cell {
        let best = (0..rest.len()).min_by_key(|&at| order(&rest[at], &used, rule.choice));
        let Some(best) = best else { break };
        let chosen = rest.remove(best);
        let terms = &chosen.candidate.terms;
        rest.retain(|other| other.candidate.terms.overlap(terms) < NEAR_DUPLICATE);
        let earlier = used.times(&chosen.candidate.row)[0];
        used.add(&chosen.candidate.row);
        rows.push(QuoteRow {
            why: why(&chosen, earlier),
            rank: rows.len() as u32 + 1,
            ..chosen.candidate.row
        });
    }
    rows
}

fn order(weighed: &Weighed, used: &Used, choice: Choice) -> Order {
    let candidate = &weighed.candidate;
    let key = candidate.key;
    let step = (weighed.near * STEPS).round() as u32;
    let typical = match choice {
        Choice::Typical => STEPS as u32 - step.min(STEPS as u32),
        Choice::Deviant => step,
    };
    let affirms = choice == Choice::Deviant && key.affirms;
    (
        affirms,
        weighed.against.is_none(),
        key.is_form,
        key.voice,
        used.times(&candidate.row),
        key.shape,
        typical,
        key,
    )
}

/// Why a quote was chosen, in words.
fn why(weighed: &Weighed, earlier: usize) -> String {
    let Weighed {
        candidate,
        near,
        against,
    } = weighed;
    let voice = match candidate.key.voice {
        Voice::Quote if candidate.is_own_words => "the participant's own words",
        Voice::Quote => "holds the participant's own words",
        Voice::Reported => "what the clinician reports of the participant",
        Voice::Clinician => "the clinician's observation",
        Voice::Other => "somebody else's words",
    };
    let denied = if candidate.key.affirms {
        ""
    } else {
        "says the contrary; "
    };
    let choice = match earlier {
        0 => "first choice of its note".to_owned(),
        n => format!("choice {} of its note", n + 1),
    };
    let against = against
        .as_ref()
        .map(|told| format!("{told}; "))
        .unwrap_or_default();
    let form = if candidate.key.is_form {
        "a row of a form, since no more prose is left to choose from; "
    } else {
        ""
    };
    format!(
        "{form}{denied}{against}{voice}; {}; nearness to the code's passages {near:.2}; {choice}",
        candidate.row.why
    )
}
