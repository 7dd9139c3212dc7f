//! `verbatim codebook`: check, show and compare codebooks.

use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, Subcommand};
use serde_json::{Value, json};

use crate::codebook::examples::{ExampleReport, Trial, Unexercised, run_examples};
use crate::codebook::{
    Loaded, NoteWords, SharedPassages, builtin_names, diff, lint, open, show, unused_and_misspelt,
};
use crate::error::{Diagnostic, Error, ErrorKind, Result, Severity};
use crate::exchange::read_notes;

use super::{Ending, pretty, print, print_json, try_pattern};

/// Arguments of `verbatim codebook`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Look for mistakes and run every code's examples and counter-examples.
    Check(Check),
    /// Print the tree of codes, or one code with all that it holds.
    Show(Show),
    /// Compare two codebooks by what they mean.
    Diff(Diff),
    /// Try one pattern on the notes of a study and see every place that it finds.
    Try(try_pattern::Args),
    /// Write a codebook for other programs: REFI-QDA (.qdc), Taguette (.csv, .xlsx).
    Export(Export),
}

/// Arguments of `verbatim codebook check`.
#[derive(Debug, ClapArgs)]
struct Check {
    /// Files, or names of built-in codebooks (default: all built-in ones).
    codebooks: Vec<String>,
    /// Look beside these notes for words of patterns that no note holds, spellings that patterns miss, and
    /// codes that share their passages: the output folder of a run or an import, or its notes.jsonl.
    #[arg(long, value_name = "DIR|NOTES.jsonl")]
    notes: Option<PathBuf>,
    /// List every pattern that no example exercises.
    #[arg(long)]
    all: bool,
    /// Print the findings as JSON on standard output.
    #[arg(long)]
    json: bool,
}

/// Arguments of `verbatim codebook show`.
#[derive(Debug, ClapArgs)]
struct Show {
    /// A file, or the name of a built-in codebook.
    #[arg(default_value = "kap")]
    codebook: String,
    /// Print this code (its path, `coping/self_care`) with all that it holds.
    #[arg(long, value_name = "PATH")]
    code: Option<String>,
    /// Print the codebook as JSON.
    #[arg(long)]
    json: bool,
}

/// Arguments of `verbatim codebook diff`.
#[derive(Debug, ClapArgs)]
struct Diff {
    /// The older codebook: a file or a name.
    old: String,
    /// The newer one.
    new: String,
    /// Print the changes as JSON.
    #[arg(long)]
    json: bool,
}

/// Arguments of `verbatim codebook export`.
#[derive(Debug, ClapArgs)]
struct Export {
    /// A file, or the name of a built-in codebook.
    #[arg(default_value = "kap")]
    codebook: String,
    /// The file to write; its ending says what it is: .qdc (REFI-QDA), .csv or .xlsx
    /// (Taguette).
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// Write over a file that is there already.
    #[arg(long)]
    force: bool,
}

/// Makes the function that codes one text by a codebook.
pub type Engine<'e> = dyn Fn(&Loaded) -> Result<Box<dyn FnMut(&str) -> Trial>> + 'e;

/// Runs the command; `engine` codes the texts of examples.
///
/// # Errors
/// Where a codebook cannot be read (`check` reports its errors and ends as failed instead).
pub fn run(args: &Args, engine: &Engine<'_>) -> Result<Ending> {
    match &args.command {
        Command::Check(args) => check(args, engine),
        Command::Show(args) => print_codebook(args),
        Command::Diff(args) => print_diff(args),
        Command::Try(args) => try_pattern::run(args, engine),
        Command::Export(args) => super::export::codebook(&args.codebook, &args.to, args.force),
    }
}

/// What the check of one codebook came to.
struct Checked {
    name: String,
    findings: Vec<Diagnostic>,
    /// None where it has errors that keep it from loading.
    report: Option<(Loaded, ExampleReport)>,
}

fn check(args: &Check, engine: &Engine<'_>) -> Result<Ending> {
    let all: Vec<String> = builtin_names().iter().map(ToString::to_string).collect();
    let names = if args.codebooks.is_empty() {
        &all
    } else {
        &args.codebooks
    };
    let unexercised = if args.all {
        Unexercised::Listed
    } else {
        Unexercised::Counted
    };
    let mut checked = Vec::new();
    for name in names {
        checked.push(check_one(name, unexercised, engine)?);
    }
    if let Some(path) = &args.notes {
        beside_notes(path, &mut checked, engine)?;
    }
    if args.json {
        let whole: Vec<Value> = checked.iter().map(check_json).collect();
        print_json(&Value::from(whole))?;
    } else {
        for one in &checked {
            print(&check_text(one))?;
        }
    }
    let failed = |c: &Checked| c.findings.iter().any(|f| f.severity == Severity::Error);
    Ok(if checked.iter().any(failed) {
        Ending::Failed
    } else {
        Ending::Done
    })
}

/// Adds what the notes show of each codebook.
fn beside_notes(path: &Path, checked: &mut [Checked], engine: &Engine<'_>) -> Result<()> {
    let notes = read_notes(path)?;
    for one in checked {
        let Some((loaded, _)) = &one.report else {
            continue;
        };
        let mut words = NoteWords::new(&loaded.codebook.language);
        let mut shared = SharedPassages::new(&loaded.codebook);
        let mut code_text = engine(loaded)?;
        for note in &notes {
            words.add(&note.text);
            shared.add(&code_text(&note.text).codings);
        }
        one.findings.extend(unused_and_misspelt(loaded, &words));
        one.findings.extend(shared.findings(loaded));
        one.findings.sort_by(|a, b| a.place.cmp(&b.place));
    }
    Ok(())
}

fn check_one(name: &str, unexercised: Unexercised, engine: &Engine<'_>) -> Result<Checked> {
    let loaded = match open(name) {
        Ok(loaded) => loaded,
        Err(Error {
            kind: ErrorKind::Rules { findings },
            ..
        }) => {
            return Ok(Checked {
                name: name.to_owned(),
                findings,
                report: None,
            });
        }
        Err(other) => return Err(other),
    };
    let mut code_text = match engine(&loaded) {
        Ok(code_text) => code_text,
        Err(Error {
            kind: ErrorKind::Rules { findings },
            ..
        }) => {
            return Ok(Checked {
                name: name.to_owned(),
                findings,
                report: None,
            });
        }
        Err(other) => return Err(other),
    };
    let report = run_examples(&loaded, unexercised, &mut *code_text);
    let mut findings = loaded.findings.clone();
    findings.extend(lint(&loaded));
    findings.extend(report.findings.iter().cloned());
    findings.sort_by(|a, b| a.place.cmp(&b.place));
    Ok(Checked {
        name: name.to_owned(),
        findings,
        report: Some((loaded, report)),
    })
}

fn check_text(one: &Checked) -> String {
    let mut parts: Vec<String> = one.findings.iter().map(ToString::to_string).collect();
    let grave = |s: Severity| one.findings.iter().filter(|f| f.severity == s).count();
    let told = format!(
        "{} errors, {} warnings, {} notes",
        grave(Severity::Error),
        grave(Severity::Warning),
        grave(Severity::Note)
    );
    parts.push(match &one.report {
        Some((loaded, report)) => format!(
            "{} {}: {} codes; {} of {} examples and {} of {} counter-examples hold; \
             {} of {} patterns exercised; {told}.\n",
            loaded.codebook.name,
            loaded.codebook.version,
            loaded.codebook.codes.len(),
            report.examples_passed,
            report.examples,
            report.counterexamples_passed,
            report.counterexamples,
            report.patterns_exercised,
            report.patterns,
        ),
        None => format!("{}: not usable; {told}.\n", one.name),
    });
    parts.join("\n\n")
}

fn check_json(one: &Checked) -> Value {
    let findings: Vec<Value> = one.findings.iter().map(finding_json).collect();
    let mut out = json!({ "codebook": one.name, "findings": findings });
    if let Some((loaded, report)) = &one.report {
        out["version"] = json!(loaded.codebook.version);
        out["sha256"] = json!(loaded.codebook.sha256);
        out["codes"] = json!(loaded.codebook.codes.len());
        out["examples"] = json!({ "passed": report.examples_passed, "all": report.examples });
        out["counterexamples"] =
            json!({ "passed": report.counterexamples_passed, "all": report.counterexamples });
        out["patterns"] = json!({ "exercised": report.patterns_exercised, "all": report.patterns });
    }
    out
}

fn finding_json(finding: &Diagnostic) -> Value {
    let severity = match finding.severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    json!({
        "rule": finding.rule,
        "severity": severity,
        "path": finding.place.path.display().to_string(),
        "line": finding.place.line,
        "column": finding.place.column,
        "message": finding.message,
        "hint": finding.hint,
    })
}

fn print_codebook(args: &Show) -> Result<Ending> {
    let loaded = open(&args.codebook)?;
    let codebook = &loaded.codebook;
    let Some(path) = &args.code else {
        let text = if args.json {
            pretty(&show::json(codebook))
        } else {
            show::tree(codebook)
        };
        print(&text)?;
        return Ok(Ending::Done);
    };
    let Some(index) = codebook.find(path) else {
        let known: Vec<&str> = codebook.codes.iter().map(|c| c.path.as_str()).collect();
        return Err(Error::not_found(format!(
            "The codebook {} has no code {path}; it has {}.",
            codebook.name,
            known.join(", ")
        )));
    };
    let code = codebook.code(index);
    let text = if args.json {
        pretty(&show::code_json(code))
    } else {
        show::code(code)
    };
    print(&text)?;
    Ok(Ending::Done)
}

fn print_diff(args: &Diff) -> Result<Ending> {
    let (old, new) = (open(&args.old)?, open(&args.new)?);
    let changes = diff::diff(&old.codebook, &new.codebook);
    if args.json {
        let sides = |l: &Loaded| json!({ "path": PathBuf::from(&l.path), "version": l.codebook.version, "sha256": l.codebook.sha256 });
        let whole = json!({ "old": sides(&old), "new": sides(&new), "changes": changes });
        print_json(&whole)?;
        return Ok(Ending::Done);
    }
    if changes.is_empty() {
        print("The two codebooks mean the same.\n")?;
    }
    let lines: Vec<String> = changes.iter().map(|c| format!("{c}\n")).collect();
    print(&lines.concat())?;
    Ok(Ending::Done)
}
