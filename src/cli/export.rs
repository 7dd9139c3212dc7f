//! `verbatim export`: a run's notes and codings become a project of another program.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use serde::Deserialize;

use crate::codebook::{Loaded, builtin, open};
use crate::error::{Error, Result};
use crate::exchange::{
    CELL_UNITS_MAX, Item, LossReport, Named, Outgoing, codes_of, create_own_folder,
    list_control_characters, taguette_codebook, taguette_codebook_workbook, write_highlights,
    write_qualcoder, write_refi_codebook, write_refi_project, write_taguette, write_whole,
    write_whole_with,
};
use crate::export::{
    FlatTable, balance, dictionary, flat_tables, report_lines, write_parquet, write_workbook,
};
use crate::text::short_hash;

use super::table_format::TableFormat;
use super::{Ending, print};

/// Arguments of `verbatim export`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// The output folder of a run, the study folder that holds it as `out`, an imported folder, or the
    /// codings.csv of one of them.
    path: PathBuf,
    /// The file to write; its ending says what it is: .qdpx (REFI-QDA), .qda (`QualCoder`), .sqlite3
    /// (Taguette), .csv (highlights as Taguette exports them), .xlsx (tables for statistics in one
    /// workbook). A name without ending is a folder of tables: quotes one a row, cases and sessions by codes, a data dictionary.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// What the tables of a folder are.
    #[arg(long, value_enum, default_value_t)]
    format: TableFormat,
    /// The codebook (default: that of the run).
    #[arg(long, value_name = "FILE|NAME")]
    codebook: Option<String>,
    /// Write over what is there already.
    #[arg(long)]
    force: bool,
    /// Print nothing but errors.
    #[arg(long)]
    quiet: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Run {
    codebook: RunCodebook,
    participant_columns_left_out: Vec<String>,
    study: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RunCodebook {
    name: String,
    version: String,
    path: PathBuf,
    sha256: String,
}

/// Runs the command.
///
/// # Errors
/// Where the folder is none of a run or an import, or the file cannot be written.
pub fn run(args: &Args) -> Result<Ending> {
    let folder = folder(args)?;
    if !args.force {
        refuse_existing(&args.to)?;
    }
    let run = written_run(&folder);
    let loaded = codebook_of(args, &folder, &run)?;
    let rules = if folder.join("import-report.csv").is_file() {
        // Nobody knows who coded where another program does not say it; the rules did not.
        String::new()
    } else {
        rules_name(&run, loaded.as_ref())
    };
    let codebook = loaded.as_ref().map(|l| &l.codebook);
    let mut outgoing = Outgoing::read(&folder, codebook, &rules)?;
    if let Some(loaded) = &loaded
        && !run.codebook.sha256.is_empty()
        && run.codebook.sha256 != loaded.codebook.sha256
    {
        let named = Named {
            id: &loaded.codebook.name,
            name: "",
            place: "",
        };
        let reason =
            "the codebook is not the one of the run: it was edited since, or another was named";
        outgoing.report.changed(Item::Code, named, reason);
    }
    name_and_columns(&mut outgoing, &run, &folder);
    if args.format == TableFormat::Parquet && !ending(&args.to).is_empty() {
        return Err(Error::other(format!(
            "--to {}: --format parquet writes several tables, each a file of its own: name a folder (a name \
             without ending).",
            args.to.display()
        )));
    }
    match ending(&args.to).as_str() {
        "qdpx" => {
            list_control_characters(&mut outgoing)?;
            write_refi_project(&outgoing, &origin(), &args.to)?;
        }
        "qda" => write_qualcoder(&mut outgoing, &origin(), &args.to)?,
        "sqlite3" => write_taguette(&mut outgoing, &origin(), &args.to)?,
        "xlsx" => {
            workbook(&mut outgoing, &args.to)?;
            outgoing.lose_in_tables();
        }
        "csv" => {
            write_whole_with(&args.to, |file| {
                write_highlights(&mut outgoing, file, &args.to)
            })?;
        }
        "" => {
            tables(&outgoing, args)?;
            outgoing.lose_in_tables();
        }
        other => {
            return Err(Error::other(format!(
                "--to {}: there is no format {other:?}; name a file that ends in .qdpx, .qda, .sqlite3, \
                 .csv or .xlsx, or a folder for tables (as CSV, or with --format parquet).",
                args.to.display()
            )));
        }
    }
    report(&outgoing.report, &args.to, args.quiet)
}

/// Names the project as its study, and lists the attributes of participants that stay behind.
fn name_and_columns(outgoing: &mut Outgoing, run: &Run, folder: &Path) {
    if !run.study.is_empty() {
        outgoing.name.clone_from(&run.study);
    } else if let Some(title) = imported_title(folder) {
        outgoing.name = title;
    }
    for column in &run.participant_columns_left_out {
        let named = Named {
            id: column,
            name: "",
            place: "participants' table",
        };
        let reason = "the column may tell who somebody is, and stays in the study";
        outgoing.report.lost(Item::Variable, named, reason);
    }
}

/// Writes a codebook for other programs.
///
/// # Errors
/// Where the codebook cannot be read or the file cannot be written.
pub(super) fn codebook(name: &str, to: &Path, force: bool) -> Result<Ending> {
    if !force {
        refuse_existing(to)?;
    }
    let loaded = open(name)?;
    let (codes, codable) = codes_of(&loaded.codebook);
    match ending(to).as_str() {
        "qdc" => write_refi_codebook(&codes, &codable, &origin(), to)?,
        "csv" => write_whole(&taguette_codebook(&codes), to)?,
        "xlsx" => write_whole(&taguette_codebook_workbook(&codes)?, to)?,
        _ => {
            return Err(Error::other(format!(
                "--to {}: name a file that ends in .qdc (REFI-QDA), .csv or .xlsx (Taguette).",
                to.display()
            )));
        }
    }
    let mut losses = LossReport::default();
    for code in &loaded.codebook.codes {
        losses.kept(Item::Code);
        let patterns = code.patterns.len() + code.opposites.len() + code.unless.len();
        if patterns > 0 {
            let named = Named {
                id: code.path.as_str(),
                name: &code.name,
                place: "",
            };
            let reason = format!("its {patterns} patterns have no place in the format");
            losses.changed(Item::Code, named, reason);
        }
    }
    report(&losses, to, false)
}

/// The tables for statistics, and what their columns mean.
fn with_dictionary(outgoing: &Outgoing) -> Result<Vec<FlatTable<'_>>> {
    let mut tables = flat_tables(outgoing)?;
    tables.push(dictionary(&tables));
    Ok(tables)
}

fn workbook(outgoing: &mut Outgoing, to: &Path) -> Result<()> {
    let mut cut = Vec::new();
    let tables = with_dictionary(outgoing)?;
    write_whole_with(to, |file| {
        cut = write_workbook(tables, file, to)?;
        Ok(())
    })?;
    for cell in cut {
        let place = format!("sheet {}, row {}, {}", cell.table, cell.row, cell.column);
        let named = Named {
            id: &cell.id,
            name: &cell.begin,
            place: &place,
        };
        let reason = format!(
            "a cell of a workbook takes {CELL_UNITS_MAX} characters, and the text is cut there; tables in a \
             folder (CSV, Parquet) hold it whole"
        );
        outgoing.report.changed(Item::Coding, named, reason);
    }
    Ok(())
}

/// Writes the tables for statistics into a folder.
fn tables(outgoing: &Outgoing, args: &Args) -> Result<()> {
    create_own_folder(&args.to)?;
    let all = with_dictionary(outgoing)?;
    let place = |table: &FlatTable<'_>| {
        let name = format!("{}.{}", table.name, args.format.ending());
        args.to.join(name)
    };
    if let Some(known) = all.iter().map(place).find(|p| p.exists() && !args.force) {
        return Err(there_already(&known));
    }
    for table in all {
        let path = place(&table);
        let mut count = 0;
        write_whole_with(&path, |file| {
            count = match args.format {
                TableFormat::Csv => table.write_csv(file, &path)?,
                TableFormat::Parquet => write_parquet(table, file, &path)?,
            };
            Ok(())
        })?;
        if !args.quiet {
            print(&format!("{count:>9} rows  {}\n", path.display()))?;
        }
    }
    Ok(())
}

/// Refuses to write over what is there: it may be somebody's only copy.
fn refuse_existing(to: &Path) -> Result<()> {
    let is_empty_folder = || std::fs::read_dir(to).is_ok_and(|mut all| all.next().is_none());
    let is_folder_of_tables = || ending(to).is_empty() && to.is_dir();
    if !to.exists() || is_empty_folder() || is_folder_of_tables() {
        return Ok(());
    }
    Err(there_already(to))
}

fn there_already(path: &Path) -> Error {
    Error::other(format!(
        "{}: this is there already. Name another with --to, or write over it with --force.",
        path.display()
    ))
}

fn origin() -> String {
    format!("verbatim {}", env!("CARGO_PKG_VERSION"))
}

fn ending(path: &Path) -> String {
    path.extension()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase()
}

/// Writes the loss report beside a file, and says how the counts balance.
fn report(losses: &LossReport, to: &Path, quiet: bool) -> Result<Ending> {
    let beside = to.with_extension("export-report.csv");
    write_whole(&report_lines(losses), &beside)?;
    if !quiet {
        print(&format!(
            "{}{}\n{}\n",
            balance(losses),
            to.display(),
            beside.display()
        ))?;
    }
    Ok(Ending::Done)
}

/// The folder that holds notes and codings.
fn folder(args: &Args) -> Result<PathBuf> {
    let path = args.path.as_path();
    let holds = |p: &Path| p.join("notes.jsonl").is_file() && p.join("codings.csv").is_file();
    if path.file_name().is_some_and(|name| name == "codings.csv")
        && let Some(folder) = path.parent().filter(|folder| holds(folder))
    {
        return Ok(folder.to_owned());
    }
    let out = path.join("out");
    match (holds(&out), holds(path)) {
        (true, true) => Err(Error::other(format!(
            "{}: there are codings here (codings.csv) and others of a run (out/codings.csv). Say which: \
             `verbatim export {} --to {to}` takes the run's, `verbatim export {} --to {to}` those here.",
            path.display(),
            out.display(),
            path.join("codings.csv").display(),
            to = args.to.display(),
        ))),
        (true, false) => Ok(out),
        (false, true) => Ok(path.to_owned()),
        (false, false) => Err(Error::not_found(format!(
            "{}: there is no output of a run here (notes.jsonl, codings.csv). Run `verbatim run` first.",
            path.display()
        ))),
    }
}

/// The title of an import, which its study file holds.
fn imported_title(folder: &Path) -> Option<String> {
    let source = std::fs::read_to_string(folder.join("study.toml")).ok()?;
    let study: toml::Table = source.parse().ok()?;
    let title = study.get("title")?.as_str()?.trim();
    (!title.is_empty()).then(|| title.to_owned())
}

fn written_run(folder: &Path) -> Run {
    let bytes = std::fs::read(folder.join("run.json")).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// The codebook that was named, else that of the run or the import, if it can still be read.
fn codebook_of(args: &Args, folder: &Path, run: &Run) -> Result<Option<Loaded>> {
    if let Some(name) = &args.codebook {
        return open(name).map(Some);
    }
    let beside = folder.join("codebook.yaml");
    if beside.is_file() {
        return Ok(open(&beside.to_string_lossy()).ok());
    }
    let path = &run.codebook.path;
    let study = folder.parent().unwrap_or(Path::new("."));
    for place in [path.clone(), study.join(path)] {
        if place.is_file() {
            return open(&place.to_string_lossy()).map(Some);
        }
    }
    match builtin(&run.codebook.name) {
        Some(loaded) => loaded.map(Some),
        None => Ok(None),
    }
}

/// The coder of codings that no person made: the rules, by name and hash.
fn rules_name(run: &Run, loaded: Option<&Loaded>) -> String {
    let (name, version, sha256) = match loaded {
        Some(l) if run.codebook.sha256.is_empty() => {
            let book = &l.codebook;
            (&book.name, &book.version, &book.sha256)
        }
        _ => (
            &run.codebook.name,
            &run.codebook.version,
            &run.codebook.sha256,
        ),
    };
    format!("rules {name} {version} {}", short_hash(sha256))
        .trim_end()
        .to_owned()
}
