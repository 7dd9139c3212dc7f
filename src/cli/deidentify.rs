//! `verbatim deidentify`: the notes with identifiers masked, and the list of what was masked.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use serde_json::json;

use crate::codebook::{builtin_identifier_rules, parse_identifier_rules};
use crate::deident::{CAVEAT, Finder, Known};
use crate::error::{Error, Place, Result};
use crate::export::Foreign;
use crate::model::identifier::IdentifierRules;
use crate::pipeline::deidentify::{MaskJob, Masked, deidentify};
use crate::study::{Rules, Study};
use crate::text::CodePoints;

use super::progress::Progress;
use super::{Common, Ending, print, print_json};

/// Arguments of `verbatim deidentify`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// A study folder, a study.toml, a folder of notes, or one file of notes; needs --out.
    #[arg(required_unless_present = "tsv")]
    path: Option<PathBuf>,
    /// Find identifiers in a table instead: tab-separated, with the columns id and text (`\n` for a
    /// line end, `\\` for a backslash).
    #[arg(long, value_name = "FILE", conflicts_with = "path")]
    tsv: Option<PathBuf>,
    /// A file of rules, or the language of built-in ones, for --tsv.
    #[arg(
        long,
        value_name = "FILE|LANGUAGE",
        default_value = "en",
        requires = "tsv"
    )]
    identifiers: String,
    #[command(flatten)]
    common: Common,
}

/// Runs the command.
///
/// # Errors
/// Where the study, its rules, the table or the output folder cannot be used.
pub fn run(args: &Args) -> Result<Ending> {
    if let Some(path) = &args.tsv {
        let finder = Finder::new(&rules_of(&args.identifiers)?)?;
        let table =
            std::fs::read_to_string(path).map_err(|e| Error::io("read the table", path, e))?;
        return print(&table_of(&finder, &table, path)?).map(|()| Ending::Done);
    }
    let path = args.path.as_deref().unwrap_or(Path::new("."));
    let common = &args.common;
    let Some(out) = common.out.clone() else {
        let message =
            "name the folder for the masked notes with --out DIR; it may not be the study itself.";
        return Err(Error::other(message));
    };
    let study = Study::open(path)?;
    let rules = Rules::load(&study, common.codebook.as_deref())?;
    let progress = Progress::new(common.quiet || common.json);
    let job = MaskJob {
        out,
        foreign: if common.force {
            Foreign::Forced
        } else {
            Foreign::Refused
        },
        today: Some(super::today()),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let masked = common.with_threads(|| deidentify(&study, &rules, &job, &progress))??;
    progress.end();
    if common.json {
        print_json(&summary(&masked))?;
    } else if !common.quiet {
        eprint!("{}", said(&masked));
    }
    Ok(Ending::Done)
}

fn summary(masked: &Masked) -> serde_json::Value {
    let kinds: serde_json::Map<String, serde_json::Value> = masked
        .identifiers
        .iter()
        .map(|(kind, n)| (kind.as_str().to_owned(), (*n).into()))
        .collect();
    json!({
        "out": masked.out, "notes": masked.notes, "identifiers": kinds,
        "participants_renamed": masked.renamed, "caveat": CAVEAT,
    })
}

fn said(masked: &Masked) -> String {
    let kinds: Vec<String> = masked
        .identifiers
        .iter()
        .map(|(kind, n)| format!("{n} {}", kind.as_str()))
        .collect();
    let mut text = format!("notes: {}; masked: {}\n", masked.notes, kinds.join(", "));
    if masked.renamed > 0 {
        let _written = writeln!(
            text,
            "{} participants had a name or a record number for an id and got another; see private/sources.csv",
            masked.renamed
        );
    }
    let _written = writeln!(
        text,
        "{CAVEAT}\nlook through: {}\nwritten: {}",
        masked.out.join("private").join("to_check.csv").display(),
        masked.out.display()
    );
    text
}

/// The rules of a language, or of a file.
fn rules_of(name: &str) -> Result<IdentifierRules> {
    if let Some(rules) = builtin_identifier_rules(name) {
        return rules;
    }
    let path = Path::new(name);
    let source =
        std::fs::read_to_string(path).map_err(|e| Error::io("read the rule file", path, e))?;
    parse_identifier_rules(&source, path)
}

/// Finds the identifiers of every line of a table.
fn table_of(finder: &Finder, table: &str, path: &Path) -> Result<String> {
    let mut lines = table.lines();
    let header = lines
        .next()
        .unwrap_or_default()
        .trim_start_matches('\u{feff}');
    let columns: Vec<&str> = header.split('\t').map(str::trim).collect();
    let column = |name: &str| {
        columns.iter().position(|c| *c == name).ok_or_else(|| {
            let message = format!("The table has no column {name:?}; it needs id and text.");
            let mut error = Error::other(message);
            error.place = Some(Place::at(path, 1, 1));
            error
        })
    };
    let (id, text) = (column("id")?, column("text")?);
    let known = Known::default();
    let mut out = "id\tstart\tend\tkind\n".to_owned();
    for line in lines.filter(|line| !line.is_empty()) {
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
        let text = unescaped(cell(text));
        let points = CodePoints::new(&text);
        for found in finder.find(&text, &known) {
            let (start, end) = points.pair(found.span);
            let _written = writeln!(out, "{}\t{start}\t{end}\t{}", cell(id), found.kind.as_str());
        }
    }
    Ok(out)
}

/// `\n` is a line end, `\\` a backslash; any other backslash stands for itself.
fn unescaped(cell: &str) -> String {
    let mut out = String::with_capacity(cell.len());
    let mut chars = cell.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some('n')) => {
                chars.next();
                out.push('\n');
            }
            ('\\', Some('\\')) => {
                chars.next();
                out.push('\\');
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_code_points_of_the_text_without_escapes() {
        let finder = Finder::new(&rules_of("en").expect("rules")).expect("they compile");
        let table = "id\tnote\ttext\n7\tx\té\\\\\\nher husband Mark\n";
        let out = table_of(&finder, table, Path::new("t.tsv")).expect("a table");
        assert_eq!(out, "id\tstart\tend\tkind\n7\t15\t19\tNAME\n");
    }

    #[test]
    fn a_table_without_text_is_refused_with_its_place() {
        let finder = Finder::new(&rules_of("en").expect("rules")).expect("they compile");
        let error = table_of(&finder, "id\tnote\n", Path::new("t.tsv")).expect_err("no text");
        assert!(error.to_string().contains("t.tsv:1:1"), "{error}");
    }
}
