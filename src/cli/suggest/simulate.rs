//! `verbatim suggest --simulate`: how much must be read until a coder's passages are found.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::exchange::{ReadCoding, locate, read_coder_file, write_whole};
use crate::export::{Curve, curves_csv, curves_svg};
use crate::model::codebook::Codebook;
use crate::model::coded::CodedNote;
use crate::pipeline::{self, ReadStudy};
use crate::suggest::{GOAL, Looks, Pool, PoolNote, Simulation, reading};
use crate::text::{CodePoints, Span, Stemmer};

use super::super::progress::Progress;
use super::{Args, subtree};

/// Fewest passages of a code of which a share means anything.
const PASSAGES_MIN: usize = 5;

/// One code with its simulation.
struct Played {
    code: String,
    simulation: Simulation,
}

/// Plays it through for each code and says what came of it.
pub(super) fn run(
    args: &Args,
    gold: &Path,
    read: ReadStudy<'_>,
    progress: &Progress,
) -> Result<String> {
    let codebook = &read.rules.codebook.codebook;
    let gold = Gold::read(gold, codebook)?;
    let codes = match &args.code {
        Some(code) => vec![code.clone()],
        None => gold.codes(codebook),
    };
    let stemmer = Stemmer::new(&codebook.language);
    let meant: Result<Vec<Vec<bool>>> = codes.iter().map(|c| subtree(codebook, c)).collect();
    let meant = meant?;
    let mut pools: Vec<Pool> = codes.iter().map(|_| Pool::default()).collect();
    // Notes are coded once for all codes.
    let gather = |note: &CodedNote<'_>| {
        gold.notes.get(note.note.id.as_str())?;
        let looks = Looks::of(note, &stemmer);
        let own = |of: &Vec<bool>| {
            let passages = gold.passages(note, codebook, of)?;
            Some(PoolNote::of(note, of, &passages, &looks))
        };
        meant.iter().map(own).collect::<Option<Vec<PoolNote>>>()
    };
    pipeline::each_note(read, progress, &gather, &mut |notes| {
        for (pool, note) in pools.iter_mut().zip(notes.into_iter().flatten()) {
            pool.take(note);
        }
        Ok(())
    })?;
    let mut played = Vec::new();
    for (code, pool) in codes.into_iter().zip(pools) {
        let simulation = reading(&pool);
        if simulation.passages > 0 {
            played.push(Played { code, simulation });
        }
    }
    if played.is_empty() {
        return Err(Error::not_found(
            "no passage of this coding lies in a note of the study and has a code of the codebook.",
        ));
    }
    let curves: Vec<Curve<'_>> = played.iter().map(Played::curve).collect();
    if let Some(path) = &args.csv {
        write_whole(&curves_csv(&curves), path)?;
    }
    if let Some(path) = &args.figure {
        write_whole(curves_svg(&curves, GOAL).as_bytes(), path)?;
    }
    Ok(if args.common.json {
        let codes: BTreeMap<&str, Value> =
            played.iter().map(|p| (p.code.as_str(), p.json())).collect();
        crate::cli::pretty(&json!({ "goal": GOAL, "codes": codes }))
    } else {
        words(&played)
    })
}

/// What a careful coder coded, by note.
struct Gold {
    notes: BTreeMap<String, Vec<ReadCoding>>,
}

impl Gold {
    /// Reads the first coder of a file.
    fn read(path: &Path, codebook: &Codebook) -> Result<Self> {
        let (coders, findings) = read_coder_file(path)?;
        for finding in &findings {
            eprintln!("{finding}");
        }
        let Some(coder) = coders.into_iter().next() else {
            return Err(Error::not_found(format!(
                "{} holds no coding.",
                path.display()
            )));
        };
        let mut notes: BTreeMap<String, Vec<ReadCoding>> = BTreeMap::new();
        for id in coder.notes {
            notes.entry(id).or_default();
        }
        for coding in coder.codings {
            let counts = codebook
                .find(&coding.code)
                .is_some_and(|c| codebook.code(c).count.contains(&coding.assertion));
            if counts && let Some(own) = notes.get_mut(&coding.note_id) {
                own.push(coding);
            }
        }
        Ok(Self { notes })
    }

    /// The codes of which there are passages enough, in the codebook's order.
    fn codes(&self, codebook: &Codebook) -> Vec<String> {
        let count = |path: &str| {
            let own = |c: &&ReadCoding| c.code == path;
            self.notes.values().flatten().filter(own).count()
        };
        let codes = codebook.codes.iter().map(|c| c.path.as_str());
        let enough = codes.filter(|path| count(path) >= PASSAGES_MIN);
        enough.map(str::to_owned).collect()
    }

    /// A note's passages of some codes; none where the coder did not read the note.
    fn passages(
        &self,
        note: &CodedNote<'_>,
        codebook: &Codebook,
        of: &[bool],
    ) -> Option<Vec<Span>> {
        let own = self.notes.get(note.note.id.as_str())?;
        let points = CodePoints::new(note.text);
        let is_meant = |c: &&ReadCoding| {
            let code = codebook.find(&c.code);
            code.is_some_and(|c| of.get(c.0 as usize) == Some(&true))
        };
        let place = |c: &ReadCoding| {
            let (start, end, _) = locate(c, note.text).ok()?;
            points.span(start, end)
        };
        Some(own.iter().filter(is_meant).filter_map(place).collect())
    }
}

impl Played {
    fn curve(&self) -> Curve<'_> {
        Curve {
            name: &self.code,
            sentences: self.simulation.sentences,
            passages: self.simulation.passages,
            by_rules: self.simulation.coded,
            points: &self.simulation.curve,
            goal_at: self.simulation.read_until(GOAL),
        }
    }

    fn json(&self) -> Value {
        let s = &self.simulation;
        let until = s.read_until(GOAL);
        json!({
            "sentences": s.sentences,
            "sentences_coded_by_rules": s.coded,
            "passages": s.passages,
            "passages_out_of_reach": s.out_of_reach,
            "found_by_rules": s.found(s.coded),
            "read_until_goal": until,
            "share_read_until_goal": until.map(|n| share(n as f64, s.sentences)),
            "share_read_by_chance": share(s.read_by_chance(GOAL), s.sentences),
        })
    }
}

fn share(of: f64, all: u64) -> f64 {
    (of / all as f64 * 1e4).round() / 1e4
}

fn words(played: &[Played]) -> String {
    let mut out = format!(
        "Read what the rules coded, then what is suggested, until {:.0}% of the passages are found\n\n",
        GOAL * 100.0
    );
    let width = played
        .iter()
        .map(|p| p.code.len())
        .max()
        .unwrap_or(4)
        .max(4);
    let _written = writeln!(
        out,
        "{:width$}  passages  by rules  sentences  coded  read until  share  in no order",
        "code"
    );
    let mut shares = Vec::new();
    for p in played {
        let s = &p.simulation;
        let until = s.read_until(GOAL);
        let shown = until.map_or_else(|| "never".to_owned(), |n| n.to_string());
        let own = until.map(|n| n as f64 / s.sentences as f64);
        shares.extend(own);
        let own = own.map_or_else(|| "-".to_owned(), |s| format!("{:.1}%", s * 100.0));
        let _written = writeln!(
            out,
            "{:width$}  {:8}  {:8}  {:9}  {:5}  {shown:>10}  {own:>5}  {:10.1}%",
            p.code,
            s.passages,
            s.found(s.coded),
            s.sentences,
            s.coded,
            s.read_by_chance(GOAL) / s.sentences as f64 * 100.0,
        );
    }
    shares.sort_by(f64::total_cmp);
    if let Some(middle) = shares.get(shares.len() / 2) {
        let _written = writeln!(out, "\nMedian share read: {:.1}%.", middle * 100.0);
    }
    let lost: u64 = played.iter().map(|p| p.simulation.out_of_reach).sum();
    if lost > 0 {
        let _written = writeln!(
            out,
            "{lost} passages stand in text that is not read for counting (copied, duplicate, plans) and \
             are left out."
        );
    }
    out
}
