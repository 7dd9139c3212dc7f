//! `verbatim sample`: notes for double coding, and sentences that show what the rules miss.
//!
//! What is drawn follows from the seed and the study alone. The sheets hide the machine's codings.

mod missed;
mod notes;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueEnum};
use serde_json::json;

use crate::error::{Error, ErrorKind, Place, Result};
use crate::exchange::{CELL_UNITS_MAX, write_whole};
use crate::export::CodingSheet;
use crate::ingest::Reading;
use crate::model::coded::CodedNote;
use crate::pipeline;
use crate::study::{Rules, Study};
use crate::tally::{About, Phases, column_value, crosstab_columns};

use super::progress::Progress;
use super::{Common, Ending, audit, pretty, print};

/// What stands between the values of a stratum's name.
const BETWEEN: &str = " / ";

/// Arguments of `verbatim sample`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// A study folder, a study.toml, a folder of notes, or one file of notes.
    path: PathBuf,
    /// The share of notes to draw.
    #[arg(
        long,
        value_name = "SHARE",
        default_value_t = 0.2,
        conflicts_with = "n"
    )]
    share: f64,
    /// How many to draw, instead of a share.
    #[arg(long, value_name = "N")]
    n: Option<usize>,
    /// Columns of notes or participants that make the strata (default: participant, `session_type`,
    /// detail; of sentences participant, `session_type`).
    #[arg(long, value_name = "COLUMN,..", value_delimiter = ',')]
    by: Vec<String>,
    /// Draws the same again; another number draws others.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Deals the notes out into so many batches, to be coded one after the other: `agree --by batch`
    /// then shows drift.
    #[arg(long, value_name = "N", default_value_t = 1)]
    batches: usize,
    /// What is drawn: notes, or sentences that do not have a code.
    #[arg(long, value_enum, default_value = "notes")]
    from: From,
    /// The code that `--from uncoded` is about (its path).
    #[arg(long, value_name = "CODE", required_if_eq("from", "uncoded"))]
    code: Option<String>,
    /// Where the sheet goes, without its ending (default: in the study folder).
    #[arg(long, value_name = "FILE")]
    sheet: Option<PathBuf>,
    /// Reads a filled sheet of `--from uncoded` back: what the rules miss.
    #[arg(long, value_name = "FILE")]
    read: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
}

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum From {
    /// Whole notes, for double coding.
    Notes,
    /// Sentences without a code.
    Uncoded,
}

/// Runs the command.
///
/// # Errors
/// Where the study cannot be read, a column or code is unknown, or a sheet stands in the way.
pub fn run(args: &Args) -> Result<Ending> {
    let common = &args.common;
    if !(args.share > 0.0 && args.share <= 1.0) {
        return Err(Error::other(
            "--share is a number above 0 and up to 1, as in 0.2.",
        ));
    }
    if args.n == Some(0) {
        return Err(Error::other(
            "--n is 1 or more: nobody can answer an empty sheet.",
        ));
    }
    if args.code.is_some() && args.from == From::Notes && args.read.is_none() {
        return Err(Error::other(
            "--code is for sentences: add --from uncoded, or leave it out to draw notes for double coding.",
        ));
    }
    let study = Study::open(&args.path)?;
    let rules = Rules::load(&study, common.codebook.as_deref())?;
    let progress = Progress::new(common.quiet || common.json);
    let out = common.out(&study);
    let say = common.with_threads(|| {
        let reading = pipeline::read(&study, &rules, Some(super::today()), &out, &progress)?;
        let desk = Desk {
            args,
            study: &study,
            rules: &rules,
            reading: &reading,
            progress: &progress,
        };
        match (&args.read, args.from) {
            (Some(path), _) => missed::read(&desk, path),
            (None, From::Notes) => notes::draw(&desk),
            (None, From::Uncoded) => missed::draw(&desk),
        }
    })??;
    progress.end();
    print(&say)?;
    Ok(Ending::Done)
}

/// What a sample is drawn with.
struct Desk<'a> {
    args: &'a Args,
    study: &'a Study,
    rules: &'a Rules,
    reading: &'a Reading,
    progress: &'a Progress,
}

impl Desk<'_> {
    /// The columns of the strata.
    fn columns(&self, default: &[&str]) -> Result<Vec<String>> {
        let asked = &self.args.by;
        let wanted: Vec<String> = if asked.is_empty() {
            default.iter().map(|&name| name.to_owned()).collect()
        } else {
            asked.clone()
        };
        let has_phases = !self.study.phases().is_empty();
        let columns = crosstab_columns(&wanted, &self.reading.corpus, has_phases)?;
        Ok(columns.into_iter().flatten().collect())
    }

    /// Takes from every note that is not a duplicate what `gather` wants of it, given the values of
    /// its stratum, and gives that to `take` in corpus order.
    fn visit<T: Send>(
        &self,
        columns: &[String],
        gather: &(dyn Fn(&CodedNote<'_>, Vec<String>) -> T + Sync),
        take: &mut (dyn FnMut(T) + Send),
    ) -> Result<()> {
        let corpus = &self.reading.corpus;
        let phases = Phases::new(&self.study.phases(), corpus);
        let of_note = |coded: &CodedNote<'_>| {
            if coded.note.duplicate_of.is_some() {
                return None;
            }
            let id = coded.note.participant.value.as_ref();
            let people = &corpus.participants;
            let at = id.and_then(|id| people.binary_search_by(|p| p.id.cmp(id)).ok());
            let about = About {
                participant: at.and_then(|at| people.get(at)),
                phase: phases.of(coded.index),
            };
            let values = columns
                .iter()
                .map(|c| column_value(coded, about, c).unwrap_or_default().to_owned());
            Some(gather(coded, values.collect()))
        };
        let read = pipeline::ReadStudy {
            study: self.study,
            reading: self.reading,
            rules: self.rules,
        };
        pipeline::each_note(read, self.progress, &of_note, &mut |gathered| {
            gathered.map(&mut *take);
            Ok(())
        })
    }

    /// Writes a sheet as CSV and workbook with its instructions; never over one that may be filled.
    fn write(&self, sheet: &CodingSheet, default: &str) -> Result<Vec<PathBuf>> {
        let stem = match &self.args.sheet {
            Some(path) => path.with_extension(""),
            None => self.study.folder.join(default),
        };
        let name = |ending: &str| {
            let mut name = stem.as_os_str().to_owned();
            name.push(ending);
            PathBuf::from(name)
        };
        let paths = [".csv", ".xlsx", "_instructions.txt"].map(name);
        let in_the_way = paths.iter().find(|p| p.exists() && !self.args.common.force);
        if let Some(path) = in_the_way {
            return Err(stands_in_the_way(path));
        }
        let [csv, xlsx, text] = &paths;
        write_whole(&sheet.to_csv(), csv)?;
        write_whole(&sheet.to_xlsx()?, xlsx)?;
        write_whole(sheet.instructions_text().as_bytes(), text)?;
        warn_of_cut_rows(&sheet.cut_rows(), xlsx, csv);
        Ok(paths.to_vec())
    }

    /// Logs what was drawn, and says it to people or as JSON.
    fn said(&self, words: &str, drawn: usize, of: usize, paths: &[PathBuf]) -> String {
        let details = json!({
            "drawn": drawn, "of": of, "seed": self.args.seed, "code": self.args.code,
            "sheet": paths.first(),
        });
        audit::record(self.study, &audit::user(), "sample", details);
        if self.args.common.json {
            let value = json!({
                "drawn": drawn, "of": of, "seed": self.args.seed, "files": paths,
            });
            return pretty(&value);
        }
        let mut said = format!("{words}\n");
        for path in paths {
            let _written = writeln!(said, "written: {}", path.display());
        }
        said
    }
}

/// Whoever codes in the workbook must know that a text goes on.
fn warn_of_cut_rows(rows: &[usize], xlsx: &Path, csv: &Path) {
    if rows.is_empty() {
        return;
    }
    let listed: Vec<String> = rows.iter().map(usize::to_string).collect();
    eprintln!(
        "warning: {}: the texts of rows {} are longer than a cell of a workbook takes ({CELL_UNITS_MAX} \
         characters) and end early there; read them whole in {}.",
        xlsx.display(),
        listed.join(", "),
        csv.display()
    );
}

fn stands_in_the_way(path: &Path) -> Error {
    Error {
        kind: ErrorKind::Other {
            message: "this file is there already and may be filled in. Name another with --sheet, \
                      or overwrite it with --force."
                .to_owned(),
        },
        place: Some(Place::file(path)),
    }
}
