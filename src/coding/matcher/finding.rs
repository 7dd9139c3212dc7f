//! Finds the passages of a note, and takes away look-alikes.

use crate::coding::form_row::FormRow;
use crate::coding::patterns::sought::Sightings;
use crate::coding::patterns::{Classes, Match, Reading, Region, Vocabulary};
use crate::model::codebook::CodeIndex;
use crate::model::coding::{PatternId, PatternRole, TakenAway, Taker};
use crate::model::layout::{Layout, SectionDefault};

use super::{Finder, Matcher, NOTE, SENTENCE, UNLESS};

/// What was found in a note and is still to be judged.
#[derive(Debug)]
pub(super) struct Passages<'n> {
    pub(super) text: &'n str,
    pub(super) layout: &'n Layout,
    /// What stands, each in its sentence.
    pub(super) standing: Vec<(usize, Found<'n>)>,
    pub(super) taken: Vec<TakenAway>,
    /// Rows of a form, which are read apart.
    pub(super) rows: Vec<FormRow>,
    /// Where literals of expressions stand.
    pub(super) sightings: Sightings,
}

impl<'n> Passages<'n> {
    /// What stands, sentence by sentence.
    pub(super) fn by_sentence(&self) -> impl Iterator<Item = (usize, &[(usize, Found<'n>)])> {
        let held = self.standing.chunk_by(|a, b| a.0 == b.0);
        held.map(|all| (all[0].0, all))
    }
}

/// A match with the pattern that found it.
#[derive(Debug)]
pub(super) struct Found<'f> {
    pub(super) finder: &'f Finder,
    pub(super) matched: Match,
}

/// Finds what stands in a note.
pub(super) fn find<'n>(
    matcher: &'n Matcher,
    vocabulary: &mut Vocabulary,
    (text, layout): (&'n str, &'n Layout),
) -> Passages<'n> {
    let classes = matcher.patterns.classify(vocabulary, &layout.words);
    let mut finding = Finding {
        matcher,
        layout,
        classes: &classes,
        standing: Vec::new(),
        taken: Vec::new(),
    };
    let mut rows = Vec::new();
    for (index, sentence) in layout.sentences.iter().enumerate() {
        if let Some(row) = FormRow::read(text, sentence.span) {
            rows.push(row);
            continue;
        }
        let region = Region {
            words: sentence.words.clone(),
            span: sentence.span,
        };
        finding.find_in(SENTENCE, region, Some(index));
    }
    if !matcher.finders[NOTE].is_empty() {
        finding.find_in(NOTE, Region::whole(text, &layout.words), None);
    }
    let (standing, taken) = (finding.standing, finding.taken);
    Passages {
        text,
        layout,
        standing,
        taken,
        rows,
        sightings: classes.into_sightings(),
    }
}

/// A note while it is searched.
struct Finding<'n, 'c> {
    matcher: &'n Matcher,
    layout: &'n Layout,
    classes: &'c Classes,
    standing: Vec<(usize, Found<'n>)>,
    taken: Vec<TakenAway>,
}

impl<'n> Finding<'n, '_> {
    /// Finds what stands in one sentence, or in the whole note for patterns of that scope.
    fn find_in(&mut self, group: usize, region: Region, sentence: Option<usize>) {
        let finders = &self.matcher.finders[group];
        let patterns = &self.matcher.patterns;
        let reading = patterns.reading(&self.layout.words, self.classes, region);
        let matches = reading.find(group);
        if matches.is_empty() {
            return;
        }
        let found = matches.into_iter().map(|matched| Found {
            finder: &finders[matched.pattern],
            matched,
        });
        let standing = self.stand_unless(found.collect(), &reading).into_iter();
        let layout = self.layout;
        let placed = standing.filter_map(|found| {
            let at = sentence.or_else(|| layout.sentence_at(found.matched.span.start))?;
            Some((at, found))
        });
        self.standing.extend(placed);
    }

    /// Takes away what the code's `unless` overlaps, and what stands in sections not coded.
    fn stand_unless(&mut self, found: Vec<Found<'n>>, reading: &Reading<'_>) -> Vec<Found<'n>> {
        let mut standing = Vec::with_capacity(found.len());
        let mut unless: (Option<CodeIndex>, Vec<Match>) = (None, Vec::new());
        for found in found {
            let code = found.finder.id.code;
            if unless.0 != Some(code) {
                unless = (Some(code), reading.find(UNLESS + code.0 as usize));
            }
            match self.taker(&found, &unless.1) {
                Some(by) => self.taken.push(TakenAway {
                    pattern: found.finder.id,
                    span: found.matched.span,
                    by,
                }),
                None => standing.push(found),
            }
        }
        standing
    }

    fn taker(&self, found: &Found<'_>, unless: &[Match]) -> Option<Taker> {
        let span = found.matched.span;
        if let Some(by) = unless.iter().find(|m| m.span.overlaps(span)) {
            return Some(Taker::Unless {
                pattern: PatternId {
                    code: found.finder.id.code,
                    role: PatternRole::TakesAway,
                    index: by.pattern as u32,
                },
                span: by.span,
            });
        }
        let section = &self.layout.sections[self.layout.section_at(span.start)?];
        (section.default == SectionDefault::NotCoded).then(|| Taker::Section {
            name: section.name.clone(),
        })
    }
}
