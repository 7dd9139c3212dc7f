//! A study's notes with identifiers masked, for what leaves the house.
//!
//! Comes in: a study. Goes out: a folder with the masked notes in the folder's shape, and a private
//! part that says what stood where. Notes are read and masked chunk by chunk; none is held.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use rayon::prelude::*;

use crate::deident::{CAVEAT, Finder, Known, Pseudonyms, mask, mask_path};
use crate::error::Result;
use crate::export::{Foreign, MaskedNote, MaskedNotes, Output};
use crate::ingest::Reading;
use crate::model::corpus::Corpus;
use crate::model::identifier::{Identifier, IdentifierKind};
use crate::study::{Rules, Study};
use crate::text::Words;

use super::pass::CHUNK;
use super::{Observer, read};

/// What a masking is asked for.
#[derive(Debug, Clone)]
pub struct MaskJob {
    /// The output folder.
    pub out: PathBuf,
    /// What to do with a folder there that this program did not write.
    pub foreign: Foreign,
    /// Today, for dates that lie in the future.
    pub today: Option<jiff::civil::Date>,
    /// The program's version.
    pub version: String,
}

/// What was masked.
#[derive(Debug)]
pub struct Masked {
    /// Notes written.
    pub notes: u64,
    /// Identifiers masked, by kind.
    pub identifiers: BTreeMap<IdentifierKind, u64>,
    /// Participants whose id was a name or a long number, and who got another.
    pub renamed: u64,
    /// Where the files are.
    pub out: PathBuf,
}

/// Masks every note of a study.
///
/// # Errors
/// Where the study cannot be read or the output not be written.
pub fn deidentify(
    study: &Study,
    rules: &Rules,
    job: &MaskJob,
    observer: &dyn Observer,
) -> Result<Masked> {
    let output = Output::create(&job.out, job.foreign)?;
    let reading = read(study, rules, job.today, &job.out, observer)?;
    let (finder, known) = finder(&reading, rules)?;
    let people = pseudonyms(&reading.corpus, &finder);
    let names = file_names(&reading, &finder, &known);
    let mut writer = MaskedNotes::create(output.path(), &people)?;
    let notes = &reading.corpus.notes;
    observer.begin("mask", Some(notes.len() as u64));
    let mut done = 0;
    for (source, own) in by_source(&reading) {
        writer.begin(
            &names[source],
            own.len() > 1 || !notes[own[0]].locator.is_empty(),
        )?;
        for chunk in own.chunks(CHUNK) {
            let masked: Vec<(String, String, Vec<Identifier>)> = chunk
                .par_iter()
                .map(|&index| {
                    let text = reading.texts.text(index)?;
                    let participant = notes[index].participant.value.as_ref();
                    let found = finder.find_in((&text, &Words::new(&text)), &known, participant);
                    Ok((mask(&text, &found), text, found))
                })
                .collect::<Result<_>>()?;
            for (&index, (masked, text, identifiers)) in chunk.iter().zip(&masked) {
                writer.note(&MaskedNote {
                    note: &notes[index],
                    masked,
                    text,
                    identifiers,
                })?;
            }
            done += chunk.len() as u64;
            observer.advance(done);
        }
    }
    let identifiers = writer.finish(CAVEAT, &job.version)?;
    output.commit()?;
    Ok(Masked {
        notes: notes.len() as u64,
        identifiers,
        renamed: people
            .iter()
            .filter(|(id, own)| id.as_str() != *own)
            .count() as u64,
        out: job.out.clone(),
    })
}

/// What finds identifiers, and the names that the study knows: of its tables, and of each
/// participant's own notes.
///
/// # Errors
/// Where a rule is no regular expression, or a note cannot be read again.
pub(super) fn finder(reading: &Reading, rules: &Rules) -> Result<(Finder, Known)> {
    let finder = Finder::new(&rules.identifiers)?;
    let mut known = Known::of(&reading.corpus);
    let notes = &reading.corpus.notes;
    let told = (0..notes.len())
        .into_par_iter()
        .filter_map(|index| Some((index, notes[index].participant.value.as_ref()?)))
        .map(|(index, participant)| {
            let text = reading.texts.text(index)?;
            Ok((participant, finder.names_in(&text, &known)))
        })
        .collect::<Result<Vec<_>>>()?;
    for (participant, names) in told {
        known.learn(participant, names);
    }
    Ok((finder, known))
}

/// Places of notes by their source, each source's in the order of the file.
fn by_source(reading: &Reading) -> BTreeMap<&str, Vec<usize>> {
    let notes = &reading.corpus.notes;
    let mut sources: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, note) in notes.iter().enumerate() {
        sources.entry(&note.source).or_default().push(index);
    }
    for own in sources.values_mut() {
        own.sort_by_cached_key(|&index| {
            let locator = &notes[index].locator;
            let digits: String = locator.chars().filter(char::is_ascii_digit).collect();
            (digits.parse::<u64>().unwrap_or(0), locator.clone())
        });
    }
    sources
}

/// The pseudonym of each participant in what leaves the house.
pub fn pseudonyms(corpus: &Corpus, finder: &Finder) -> Pseudonyms {
    let from_notes = corpus
        .notes
        .iter()
        .filter_map(|n| n.participant.value.as_ref());
    let from_table = corpus.participants.iter().map(|p| &p.id);
    Pseudonyms::new(from_table.chain(from_notes), finder)
}

/// The masked path of each source; two that became one get a number.
fn file_names<'r>(
    reading: &'r Reading,
    finder: &Finder,
    known: &Known,
) -> BTreeMap<&'r str, String> {
    let sources: BTreeSet<&str> = reading.corpus.notes.iter().map(|n| &*n.source).collect();
    let mut taken = BTreeSet::new();
    let mut names = BTreeMap::new();
    for source in sources {
        let masked = mask_path(source, finder, known);
        let mut name = masked.clone();
        for number in 2.. {
            if taken.insert(name.to_lowercase()) {
                break;
            }
            name = match masked.rsplit_once('.') {
                Some((stem, ending)) if !ending.contains('/') => {
                    format!("{stem}~{number}.{ending}")
                }
                _ => format!("{masked}~{number}"),
            };
        }
        names.insert(source, name);
    }
    names
}
