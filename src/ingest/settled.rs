//! From what the files gave to a corpus: settled metadata, ids, order, duplicates, ledger.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::error::Result;
use crate::model::corpus::{Note, NoteId, Participant, Session};
use crate::model::ledger::Ledger;
use crate::model::reading::DateOrder;
use crate::spool::{Place, Spool};

use super::duplicates::{Candidate, find_duplicates};
use super::gather::{Kept, Rest};
use super::note_id::{Assigned, assign};
use super::options::Options;
use super::outcome::SourceReading;
use super::people::People;
use super::recognise::{Attributed, RawNote, Recognised, SettleOptions, settle};
use super::report::SourceReport;
use super::sessions::sessions as sessions_of;

/// A study's notes in corpus order, and what belongs to them.
pub(crate) struct SettledStudy {
    pub(crate) notes: Vec<Note>,
    pub(crate) sessions: Vec<Session>,
    pub(crate) places: Vec<Place>,
    pub(crate) participants: Vec<Participant>,
    pub(crate) ledger: Ledger,
    pub(crate) sources: Vec<SourceReport>,
    /// Session types that notes name and nobody knows, each with how many do.
    pub(crate) other_types: BTreeMap<Arc<str>, usize>,
}

/// Settles all files' notes; files come in path order.
pub(crate) fn settle_all(
    files: Vec<SourceReading>,
    sessions: Vec<(RawNote, Attributed)>,
    people: &People,
    options: &Options,
    spool: &Spool,
) -> Result<SettledStudy> {
    let mut ledger = Ledger::default();
    let mut sources = Vec::new();
    let mut kept = Kept::default();
    let mut firsts = Vec::new();
    for file in files {
        ledger.rows.extend(file.rows);
        firsts.push((file.kept.len() > 0).then_some(kept.len()));
        sources.push(file.report);
        kept.append(file.kept);
    }
    let Kept {
        mut raws,
        mut said,
        mut rests,
    } = kept;
    // Sessions settle with the notes, so that they name participants and dates alike.
    let notes_len = raws.len();
    for (raw, about) in sessions {
        raws.push(raw);
        said.push(about);
    }
    let order = SettleOptions {
        date_order: options.date_order,
        today: options.today,
    };
    let mut settled = settle(&raws, said, order, &people.participants);
    let sessions = settled.notes.split_off(notes_len);
    let sessions: Vec<_> = raws
        .split_off(notes_len)
        .into_iter()
        .zip(sessions)
        .collect();
    if !sessions.is_empty() {
        settled.count_days();
    }
    name_orders(&raws, &settled.notes, &mut sources);
    let mut other_types = BTreeMap::new();
    for told in settled.notes.iter().filter_map(|n| n.other_type.clone()) {
        *other_types.entry(told).or_default() += 1;
    }
    let ids = assign(raws.iter());
    for (source, first) in sources.iter_mut().zip(firsts) {
        source.sample = first
            .and_then(|at| ids.get(at))
            .map(|a| NoteId::new(Arc::clone(&a.id)));
    }
    let named = raws.into_iter().zip(settled.notes).zip(ids).zip(&mut rests);
    let mut notes: Vec<Note> = named
        .map(|(((raw, recognised), id), rest)| note(raw, recognised, id, rest))
        .collect();
    sort_both(&mut notes, &mut rests);
    mark_duplicates(&mut notes, &rests, spool)?;
    Ok(SettledStudy {
        notes,
        sessions: sessions_of(sessions),
        places: rests.into_iter().map(|r| r.place).collect(),
        participants: settled.participants,
        ledger,
        sources,
        other_types,
    })
}

/// Tells each source the order of day and month that settled its dates, where it is one.
fn name_orders(raws: &[RawNote], notes: &[Recognised], sources: &mut [SourceReport]) {
    let mut orders: BTreeMap<&str, BTreeSet<DateOrder>> = BTreeMap::new();
    for (raw, note) in raws.iter().zip(notes) {
        orders
            .entry(&raw.source)
            .or_default()
            .extend(note.date_order);
    }
    for source in sources {
        let found = orders.get(source.source.as_str());
        let found = found.filter(|o| o.len() == 1);
        source.date_order = found.and_then(|o| o.first().copied());
    }
}

/// Puts notes into corpus order, in place, and what belongs to them with them.
fn sort_both(notes: &mut [Note], rests: &mut [Rest]) {
    let mut order: Vec<usize> = (0..notes.len()).collect();
    order.sort_by(|&a, &b| corpus_order(&notes[a]).cmp(&corpus_order(&notes[b])));
    let mut target = vec![0; order.len()];
    for (to, &from) in order.iter().enumerate() {
        target[from] = to;
    }
    for i in 0..target.len() {
        while target[i] != i {
            let to = target[i];
            notes.swap(i, to);
            rests.swap(i, to);
            target.swap(i, to);
        }
    }
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

fn note(raw: RawNote, recognised: Recognised, id: Assigned, rest: &mut Rest) -> Note {
    let mut warnings = std::mem::take(&mut rest.warnings);
    warnings.extend(id.warning);
    warnings.extend(recognised.warnings);
    Note {
        id: NoteId::new(id.id),
        source: raw.source,
        locator: raw.locator,
        participant: recognised.participant,
        date: recognised.date,
        day: recognised.day,
        session_type: recognised.session_type,
        setting: recognised.setting.value.unwrap_or_else(|| "".into()),
        author: recognised.author.value.unwrap_or_else(|| "".into()),
        fields: std::mem::take(&mut rest.fields),
        turns: std::mem::take(&mut rest.turns).into(),
        duplicate_of: None,
        not_held: recognised.not_held,
        warnings: warnings.into(),
    }
}

fn mark_duplicates(notes: &mut [Note], rests: &[Rest], spool: &Spool) -> Result<()> {
    let candidates: Vec<Candidate<'_>> = notes
        .iter()
        .zip(rests)
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
        let id = notes.get(original).map(|note| note.id.clone());
        if let Some(note) = notes.get_mut(at) {
            note.duplicate_of = id;
        }
    }
    Ok(())
}
