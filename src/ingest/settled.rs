//! From what the files gave to a corpus: settled metadata, ids, order, duplicates, ledger.

use crate::error::Result;
use crate::model::corpus::{Note, NoteId, Participant};
use crate::model::layout::Turn;
use crate::model::ledger::Ledger;

use super::duplicates::{Candidate, Fingerprint, find_duplicates};
use super::note_id::{Assigned, assign};
use super::options::Options;
use super::outcome::SourceReading;
use super::people::People;
use super::recognise::{RawNote, Recognised, SettleOptions, settle};
use super::report::SourceReport;
use super::spool::{Place, Spool};

/// A study's notes in corpus order, and what belongs to them.
pub(crate) struct SettledStudy {
    pub(crate) notes: Vec<Note>,
    pub(crate) places: Vec<Place>,
    pub(crate) participants: Vec<Participant>,
    pub(crate) ledger: Ledger,
    pub(crate) sources: Vec<SourceReport>,
}

/// What stays beside a note's metadata while it is settled.
struct Rest {
    place: Place,
    fingerprint: Fingerprint,
    turns: Vec<Turn>,
    warnings: Vec<String>,
}

/// Settles all files' notes; files come in path order.
pub(crate) fn settle_all(
    files: Vec<SourceReading>,
    people: &People,
    options: &Options,
    spool: &Spool,
) -> Result<SettledStudy> {
    let mut ledger = Ledger::default();
    let mut sources = Vec::new();
    let (mut raws, mut rests) = (Vec::new(), Vec::new());
    let mut firsts = Vec::new();
    for file in files {
        ledger.rows.extend(file.rows);
        firsts.push((!file.kept.is_empty()).then_some(raws.len()));
        sources.push(file.report);
        for kept in file.kept {
            raws.push((kept.raw, kept.attributed));
            rests.push(Rest {
                place: kept.place,
                fingerprint: kept.fingerprint,
                turns: kept.turns,
                warnings: kept.warnings,
            });
        }
    }
    let order = SettleOptions {
        date_order: options.date_order,
        today: options.today,
    };
    let settled = settle(raws, order, &people.participants);
    let ids = assign(settled.notes.iter().map(|(raw, _)| raw));
    for (source, first) in sources.iter_mut().zip(firsts) {
        source.sample = first.and_then(|at| ids.get(at)).map(|a| NoteId::new(&a.id));
    }
    let mut notes: Vec<(Note, Rest)> = settled
        .notes
        .into_iter()
        .zip(ids)
        .zip(rests)
        .map(|(((raw, recognised), id), rest)| note(raw, recognised, id, rest))
        .collect();
    notes.sort_by(|(a, _), (b, _)| corpus_order(a).cmp(&corpus_order(b)));
    mark_duplicates(&mut notes, spool)?;
    let (notes, rests): (Vec<Note>, Vec<Rest>) = notes.into_iter().unzip();
    Ok(SettledStudy {
        notes,
        places: rests.into_iter().map(|r| r.place).collect(),
        participants: settled.participants,
        ledger,
        sources,
    })
}

/// Participant, date, id; those without come last.
fn corpus_order(note: &Note) -> impl Ord + '_ {
    let (participant, date) = (&note.participant.value, note.date.value);
    (
        participant.is_none(),
        participant,
        date.is_none(),
        date,
        &note.id,
    )
}

fn note(raw: RawNote, recognised: Recognised, id: Assigned, mut rest: Rest) -> (Note, Rest) {
    let mut warnings = std::mem::take(&mut rest.warnings);
    warnings.extend(id.warning);
    warnings.extend(recognised.warnings);
    let note = Note {
        id: NoteId::new(id.id),
        source: raw.source,
        locator: raw.locator,
        participant: recognised.participant,
        date: recognised.date,
        day: recognised.day,
        session_type: recognised.session_type,
        setting: recognised.setting.value.unwrap_or_default(),
        author: recognised.author.value.unwrap_or_default(),
        fields: raw.clues.fields,
        turns: std::mem::take(&mut rest.turns),
        duplicate_of: None,
        warnings,
    };
    (note, rest)
}

fn mark_duplicates(notes: &mut [(Note, Rest)], spool: &Spool) -> Result<()> {
    let candidates: Vec<Candidate<'_>> = notes
        .iter()
        .map(|(note, rest)| Candidate {
            participant: note.participant.value.as_ref(),
            date: note.date.value,
            fingerprint: rest.fingerprint,
            place: rest.place,
            export: !note.locator.is_empty(),
        })
        .collect();
    let repeats = find_duplicates(&candidates, spool)?;
    for (at, original) in repeats {
        let id = notes.get(original).map(|(note, _)| note.id.clone());
        if let Some((note, _)) = notes.get_mut(at) {
            note.duplicate_of = id;
        }
    }
    Ok(())
}
