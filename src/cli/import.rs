//! `verbatim import`: another program's project becomes a folder of notes and codings.

use std::io::{Write as _, stderr};
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use serde_json::{Value, json};

use crate::error::{Diagnostic, Error, Result, Severity};
use crate::exchange::{
    Item, LossReport, Named, OpenProject, Project, ProjectFile, TaguetteTable, UNPACKED_MAX,
    codebook_yaml, open_qualcoder, open_refi_project, open_taguette, project_file, read_notes,
    read_refi_codebook, taguette_highlights, write_whole,
};
use crate::export::{Foreign, balance, report_lines, write_import};

use super::{Ending, print, print_json};

/// Arguments of `verbatim import`.
#[derive(Debug, ClapArgs)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub struct Args {
    /// A project or codebook: REFI-QDA (.qdpx, .qde, .qdc), Taguette (.sqlite3), `QualCoder` (.qda).
    path: PathBuf,
    /// The notes that a table of highlights was made in (a run or an import writes it).
    #[arg(long, value_name = "NOTES.jsonl")]
    notes: Option<PathBuf>,
    /// Where results go (default: `NAME-imported` beside the project; a codebook: `NAME.yaml`).
    #[arg(long, value_name = "DIR|FILE")]
    out: Option<PathBuf>,
    /// Most megabytes that the texts and memos of a packed project may come to in all; what is written
    /// may be four times that (codings repeat their words).
    #[arg(long, value_name = "N", default_value_t = UNPACKED_MAX >> 20)]
    unpacked_megabytes: u64,
    /// The project to take of a Taguette database that holds several: its name or number.
    #[arg(long, value_name = "NAME")]
    project: Option<String>,
    /// Only say what is wrong with the file, and write nothing.
    #[arg(long)]
    lint: bool,
    /// Write into a folder, or over a file, that is there already.
    #[arg(long)]
    force: bool,
    /// Print nothing but errors.
    #[arg(long)]
    quiet: bool,
    /// Print a summary that machines can read on standard output.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
/// Where the file cannot be read or is of no kind that is known, or the target cannot be written.
pub fn run(args: &Args) -> Result<Ending> {
    match project_file(&args.path)? {
        ProjectFile::RefiCodebook => codebook(args, read_refi_codebook(&args.path)?),
        ProjectFile::RefiProject => project(args, open_refi_project(&args.path, unpacked(args))?),
        ProjectFile::Taguette => project(args, open_taguette(&args.path, args.project.as_deref())?),
        ProjectFile::QualCoder => project(args, open_qualcoder(&args.path)?),
        ProjectFile::Table(TaguetteTable::Codebook(read, report)) => {
            codebook(args, (*read, report, Vec::new()))
        }
        ProjectFile::Table(TaguetteTable::Highlights(rows)) => {
            let Some(notes) = &args.notes else {
                return Err(Error::other(
                    "a table of highlights holds words without places: give the notes that they were \
                     made in with --notes NOTES.jsonl.",
                ));
            };
            project(args, taguette_highlights(rows, read_notes(notes)?))
        }
    }
}

/// How often what is unpacked may be written: codings repeat the words that they stand on.
const WRITTEN_PER_UNPACKED: u64 = 4;

/// Most bytes that a project's texts may come to.
fn unpacked(args: &Args) -> u64 {
    args.unpacked_megabytes.saturating_mul(1 << 20)
}

fn project(args: &Args, mut open: OpenProject) -> Result<Ending> {
    if args.lint {
        open.each_note(|_, _, _| Ok(()))?;
        return lint(&open.findings, &open.report, args);
    }
    let target = args
        .out
        .clone()
        .unwrap_or_else(|| beside(&args.path, "-imported"));
    let foreign = if args.force {
        Foreign::Forced
    } else {
        Foreign::Refused
    };
    let most = unpacked(args).saturating_mul(WRITTEN_PER_UNPACKED);
    let decided = write_import(&mut open, &target, foreign, most)?;
    if args.json {
        let mut whole = summary(&open.project, &open.report, &open, &target);
        whole["decisions"] = json!(decided);
        print_json(&whole)?;
    } else if !args.quiet {
        print(&told(&open, &target, decided))?;
    }
    if open.refused.is_empty() {
        return Ok(Ending::Done);
    }
    let message = format!(
        "No coding was set in place: {}. Notes and codebook were imported; every coding is listed in \
         import-report.csv.",
        open.refused
    );
    complain(&format!("verbatim: {message}\n"))?;
    Ok(Ending::Failed)
}

fn codebook(args: &Args, read: (Project, LossReport, Vec<Diagnostic>)) -> Result<Ending> {
    let (project, mut report, findings) = read;
    not_in_a_codebook(&project, &mut report);
    if args.lint {
        return lint(&findings, &report, args);
    }
    let target = args
        .out
        .clone()
        .unwrap_or_else(|| args.path.with_extension("yaml"));
    if target.exists() && !args.force {
        let message = format!(
            "{}: this file is there already. Name another with --out, or overwrite it with --force.",
            target.display()
        );
        return Err(Error::other(message));
    }
    write_whole(codebook_yaml(&project).as_bytes(), &target)?;
    let beside = target.with_extension("import-report.csv");
    write_whole(&report_lines(&report), &beside)?;
    if args.json {
        let whole = json!({ "codebook": target.display().to_string(), "items": items(&report) });
        print_json(&whole)?;
    } else if !args.quiet {
        print(&format!("{}{}\n", balance(&report), target.display()))?;
    }
    Ok(Ending::Done)
}

/// Lists what a codebook file has no place for.
fn not_in_a_codebook(project: &Project, report: &mut LossReport) {
    let named = |id, name| Named {
        id,
        name,
        place: "",
    };
    for set in &project.sets {
        let reason = "a codebook has no sets";
        report.unkept(Item::Set, named("", &set.name), reason);
    }
    for (index, code) in project.codes.iter().enumerate() {
        let has_children = project.codes.iter().any(|c| c.parent == Some(index));
        let own = named(&code.guid, &code.name);
        if !code.color.is_empty() {
            report.changed(Item::Code, own, "a codebook has no colours");
        }
        if has_children && code.codable == Some(true) {
            let reason =
                "a codebook does not say that passages may be coded with it and not only below it";
            report.changed(Item::Code, own, reason);
        }
    }
}

/// `dir/NAME.qdpx` and `-imported` give `dir/NAME-imported`.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{stem}{ending}"))
}

fn told(open: &OpenProject, target: &Path, decided: Option<u64>) -> String {
    let mut parts = vec![balance(&open.report)];
    if !open.positions.is_empty() {
        parts.push(format!("{}\n", open.positions));
    }
    if !open.findings.is_empty() {
        parts.push(format!(
            "{} findings about the file itself; --lint shows them.\n",
            open.findings.len()
        ));
    }
    parts.push(match decided {
        None => "decisions.csv was there and is left as it is: what people coded in the project is in \
                 codings.csv only.\n"
            .to_owned(),
        Some(0) => String::new(),
        Some(count) => format!(
            "decisions.csv: {count} codings, each in its coder's name; `verbatim run {}` counts them.\n",
            target.display()
        ),
    });
    parts.push(format!("{}\n", target.display()));
    parts.concat()
}

fn items(report: &LossReport) -> Value {
    let one = |(item, count): (crate::exchange::Item, crate::exchange::ItemCount)| {
        let value = json!({ "in": count.came, "kept": count.kept, "listed": count.lost });
        (item.as_str().to_owned(), value)
    };
    Value::Object(report.counts().map(one).collect())
}

fn summary(project: &Project, report: &LossReport, open: &OpenProject, target: &Path) -> Value {
    json!({
        "project": project.name,
        "origin": project.origin,
        "folder": target.display().to_string(),
        "items": items(report),
        "positions": open.positions,
        "refused": open.refused,
        "findings": open.findings.len(),
    })
}

fn lint(findings: &[Diagnostic], report: &LossReport, args: &Args) -> Result<Ending> {
    let lost = report.rows();
    if args.json {
        let finding =
            |f: &Diagnostic| json!({ "rule": f.rule, "line": f.place.line, "message": f.message });
        let row = |r: &&crate::exchange::LossRow| json!({ "item": r.item.as_str(), "outcome": r.fate.as_str(), "id": r.id, "name": r.name, "place": r.place, "reason": r.reason });
        let whole = json!({
            "findings": findings.iter().map(finding).collect::<Vec<_>>(),
            "items": lost.iter().map(row).collect::<Vec<_>>(),
        });
        print_json(&whole)?;
    } else {
        let drawn: Vec<String> = findings.iter().map(|f| format!("{f}\n")).collect();
        print(&drawn.concat())?;
        let row = |r: &&crate::exchange::LossRow| {
            format!(
                "{} {}: {} ({} {} {})\n",
                r.item.as_str(),
                r.fate.as_str(),
                r.reason,
                r.id,
                r.name,
                r.place
            )
        };
        print(&lost.iter().map(row).collect::<String>())?;
        print(&format!(
            "{} findings, {} items that would not be kept as they are.\n",
            findings.len(),
            lost.len()
        ))?;
    }
    let failed = findings.iter().any(|f| f.severity == Severity::Error);
    Ok(if failed { Ending::Failed } else { Ending::Done })
}

fn complain(text: &str) -> Result<()> {
    let mut err = stderr().lock();
    err.write_all(text.as_bytes())
        .map_err(|e| Error::io("write to standard error", Path::new("stderr"), e))
}
