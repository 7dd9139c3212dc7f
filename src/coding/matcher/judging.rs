//! Judges the passages of a note by their context, and joins what overlaps.

use crate::coding::context::{Context, SentenceContext, Target, WholeNote};
use crate::coding::context_reader::{ContextReader, SentenceCues};
use crate::coding::join::{Judged, join};
use crate::coding::patterns::Vocabulary;
use crate::model::coding::{PatternRole, TakenAway, Taker, WhyNot};
use crate::model::layout::Layout;

use super::finding::{Found, Passages};
use super::{Coded, Finder, Matcher};

/// Judges what was found in notes: the codings of each, in no certain order.
pub(super) fn judge(
    matcher: &Matcher,
    (context, cues): (&Context, &mut Vocabulary),
    notes: &mut [Passages<'_>],
) -> Vec<Coded> {
    let mut reader = ContextReader::new(context, &matcher.cues, cues);
    let sentences = notes.iter().flat_map(|note| {
        let held = note.by_sentence();
        held.map(|(sentence, _)| (note.layout, sentence))
    });
    let sentences: Vec<(&Layout, usize)> = sentences.collect();
    let mut cues = reader.find(&sentences).into_iter();
    let judged = notes.iter_mut();
    judged
        .map(|passages| judge_note(matcher, &mut reader, passages, &mut cues))
        .collect()
}

/// Judges what was found in a note, of whose sentences with passages the cues are the next.
fn judge_note(
    matcher: &Matcher,
    reader: &mut ContextReader<'_>,
    passages: &mut Passages<'_>,
    cues: &mut impl Iterator<Item = SentenceCues>,
) -> Coded {
    let taken = std::mem::take(&mut passages.taken);
    let note = WholeNote::seen_through(passages.text, passages.layout, &passages.sightings);
    let mut judging = Judging {
        context: reader.context(),
        note: &note,
        taken,
    };
    let mut sentences = reader.begin(&note);
    let mut judged = Vec::with_capacity(passages.standing.len());
    for ((_, of_sentence), cues) in passages.by_sentence().zip(cues) {
        let sentence = sentences.read(&cues);
        let all = of_sentence.iter();
        judged.extend(all.filter_map(|(_, found)| judging.judge(found, &sentence)));
    }
    let mut codings = join(judged);
    for coding in &mut codings {
        coding.section = passages.layout.section_at(coding.span.start);
        let counts = &matcher.count[coding.code.0 as usize];
        coding.why_not = (!counts.contains(&coding.assertion())).then_some(WhyNot::Assertion);
    }
    Coded {
        codings,
        taken: judging.taken,
    }
}

/// A note while its passages are judged.
struct Judging<'n> {
    context: &'n Context,
    note: &'n WholeNote<'n>,
    taken: Vec<TakenAway>,
}

impl Judging<'_> {
    /// Judges one passage; none where the context takes it away.
    fn judge(&mut self, found: &Found<'_>, context: &SentenceContext) -> Option<Judged> {
        let Finder {
            id,
            place,
            ref negations,
        } = *found.finder;
        let target = Target {
            span: found.matched.span,
            opposite: id.role == PatternRole::Opposes,
            own_negations: negations.as_deref(),
        };
        let decision = self.context.decide(self.note, context, &target);
        if let Some(cue) = decision.drop {
            self.taken.push(TakenAway {
                pattern: id,
                span: target.span,
                by: Taker::Context { cue },
            });
            return None;
        }
        Some(Judged {
            pattern: id,
            place,
            span: target.span,
            facts: decision.facts,
            voice: decision.voice,
            cue: decision.cue,
            cues: decision.cues,
        })
    }
}
