//! `verbatim run`: the main job.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args as ClapArgs;
use serde_json::json;

use crate::agreement::Verdict;
use crate::error::{Diagnostic, Error, Place, Result};
use crate::exchange::misnamed_decisions;
use crate::export::{Foreign, Known, documentation_view, missed_in_words, terminal};
use crate::model::codebook::Codebook;
use crate::model::ledger::Outcome;
use crate::model::provenance::{Provenance, RuleFile};
use crate::pipeline::agree::WithOthers;
use crate::pipeline::{self, Finished, Job, Wanted};
use crate::study::{DECISIONS_FILE, Rules, STUDY_FILE, Study};
use crate::tally::{CountBy, Reach};

use super::progress::Progress;
use super::table_format::TableFormat;
use super::{Common, Ending, print, print_json};

/// Arguments of `verbatim run`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// A study folder, a study.toml, a folder of notes, or one file of notes.
    path: PathBuf,
    #[command(flatten)]
    common: Common,
    /// Build no index (`verbatim search` then has nothing to search).
    #[arg(long)]
    no_index: bool,
    /// Write no report.html.
    #[arg(long)]
    no_report: bool,
    /// Further crosstabs by these columns of notes or participants (setting, author ...).
    #[arg(long, value_name = "COLUMN,..", value_delimiter = ',')]
    by: Vec<String>,
    /// What the tables are written as.
    #[arg(long, value_enum, default_value_t)]
    format: TableFormat,
    /// End with status 3 where the ledger holds problems.
    #[arg(long)]
    strict: bool,
}

/// Runs the command.
///
/// # Errors
/// Where the study, its rules or the output folder cannot be used.
pub fn run(args: &Args) -> Result<Ending> {
    let common = &args.common;
    let study = Study::open(&args.path)?;
    let rules = Rules::load(&study, common.codebook.as_deref())?;
    if !common.quiet {
        for finding in &rules.findings {
            eprintln!("{finding}");
        }
    }
    let progress = Progress::new(common.quiet || common.json);
    let job = job(args, &study, &rules);
    let memo_places = super::lost_memos::places(&study, &job.out);
    let finished = common.with_threads(|| pipeline::run(&study, &rules, job, &progress))??;
    progress.end();
    if common.json {
        print_json(&summary(&finished))?;
    } else if !common.quiet {
        let order = &finished.reading.corpus.session_types;
        let codebook = &rules.codebook.codebook;
        print(&terminal::themes(
            &finished.tally,
            codebook,
            order,
            super::terminal(),
        ))?;
        if finished.tally.frequencies().counted_by() == CountBy::Session {
            print("Counted by session: a participant's notes of one day and type are one.\n")?;
        }
        for crosstab in &finished.crosstabs {
            print(&terminal::by_values(crosstab, codebook, super::terminal()))?;
        }
        let rows = finished.documentation.rows(&finished.sessions, order);
        print(&documentation_view(&rows, Known::of(&finished.sessions)))?;
    }
    say_missed(&finished, &rules.codebook.codebook, common)?;
    say_phases_of_nothing(&study, &finished);
    super::lost_memos::say(&study, &memo_places, &finished.out);
    say_unread_codings(&study);
    if let Some(decided) = &finished.decided {
        super::decided::report(decided, &study.decisions(), common.quiet);
    }
    if !common.quiet {
        for finding in &finished.agreement_findings {
            eprintln!("{finding}");
        }
        if let Some(found) = &finished.agreement {
            agreement(found);
        }
    }
    super::audit::record_run(&study, &rules, &finished);
    let problems = report_problems(&finished, common.quiet);
    Ok(if args.strict && problems {
        Ending::Problems
    } else {
        Ending::Done
    })
}

/// Says which phases count sessions of a type that no note and no session has.
fn say_phases_of_nothing(study: &Study, finished: &Finished) {
    let corpus = &finished.reading.corpus;
    for phase in study.phases() {
        let Reach::Sessions {
            session_type: Some(name),
            ..
        } = &phase.reach
        else {
            continue;
        };
        if !corpus.session_types.contains(name) {
            let message = format!(
                "The phase {:?} counts sessions of the type {name:?}, and no note has that type: nothing is in it.",
                phase.name
            );
            let hint = format!(
                "Change session_type in [[phases]]. There are: {}.",
                corpus.session_types.join(", ")
            );
            let place = Place::file(study.folder.join(STUDY_FILE));
            eprintln!("{}", Diagnostic::warning("V756", place, message, hint));
        }
    }
}

/// Says which people's codings lie in the study folder and are in no table of the run.
fn say_unread_codings(study: &Study) {
    let decisions = study.decisions();
    for path in misnamed_decisions(&decisions) {
        eprintln!(
            "warning: {}: decisions are read from {DECISIONS_FILE} only, as CSV; none of this file's is applied. \
             Save it as {DECISIONS_FILE} in the same folder.",
            path.display()
        );
    }
    // An earlier version imported projects without writing their codings as decisions.
    let [codings, report] =
        ["codings.csv", "import-report.csv"].map(|name| study.folder.join(name));
    if codings.is_file() && report.is_file() && !decisions.exists() {
        eprintln!(
            "warning: {}: the codings of this import count nowhere in this run. Import the project again into \
             another folder: its {DECISIONS_FILE}, put beside this file, brings them in.",
            codings.display()
        );
    }
}

/// Says what is missed of the codes that somebody looked for.
fn say_missed(finished: &Finished, codebook: &Codebook, common: &Common) -> Result<()> {
    if common.quiet {
        return Ok(());
    }
    for finding in &finished.missed_findings {
        eprintln!("{finding}");
    }
    if common.json || finished.missed.is_empty() {
        return Ok(());
    }
    let mut said = String::from("\nWhat the rules miss, by the samples that people answered\n");
    for code in &finished.missed {
        if let Some(all) = code.rows.first() {
            let path = codebook.code(code.code).path.as_str();
            let words = missed_in_words(all.found, &all.estimate);
            let _written = writeln!(said, "{path}: {words}.");
        }
    }
    print(&said)
}

fn job(args: &Args, study: &Study, rules: &Rules) -> Job {
    let common = &args.common;
    let wanted = |no: bool| if no { Wanted::No } else { Wanted::Yes };
    Job {
        out: common.out(study),
        foreign: if common.force {
            Foreign::Forced
        } else {
            Foreign::Refused
        },
        index: wanted(args.no_index),
        report: wanted(args.no_report),
        parquet: wanted(args.format != TableFormat::Parquet),
        by: args.by.clone(),
        today: Some(super::today()),
        provenance: provenance(study, rules, args),
    }
}

fn provenance(study: &Study, rules: &Rules, args: &Args) -> Provenance {
    let folder = study
        .folder
        .canonicalize()
        .unwrap_or_else(|_| study.folder.clone());
    let name = folder
        .file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default();
    let title = if study.file.title.is_empty() {
        name
    } else {
        study.file.title.clone()
    };
    let study_file = study.sha256.as_ref().map(|sha256| RuleFile {
        name: STUDY_FILE.to_owned(),
        version: String::new(),
        path: study.folder.join(STUDY_FILE).to_string_lossy().into_owned(),
        sha256: sha256.clone(),
    });
    let options = [
        ("by", args.by.join(",")),
        ("format", args.format.ending().to_owned()),
        ("count_copied", study.file.count_copied.to_string()),
        ("unit", CountBy::from(study.file.unit).as_str().to_owned()),
        ("index", (!args.no_index).to_string()),
        ("report", (!args.no_report).to_string()),
        (
            "threads",
            args.common
                .threads
                .map_or_else(|| "all".to_owned(), |n| n.to_string()),
        ),
    ];
    Provenance {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        command: std::env::args_os()
            .map(|a| a.to_string_lossy().into_owned())
            .collect(),
        started: jiff::Timestamp::now().to_string(),
        is_logged: study.input.is_dir(),
        study: title,
        codebook: rules.codebook_file.clone(),
        rules: rules.files.clone(),
        study_file,
        options: options
            .into_iter()
            .map(|(k, v)| (k.to_owned(), v))
            .collect(),
        participant_columns_left_out: Vec::new(),
        stages: Vec::new(),
    }
}

/// Says how the run agrees with the study's other coders.
fn agreement(found: &WithOthers) {
    for finding in &found.findings {
        eprintln!("{finding}");
    }
    let all = &found.compared;
    let codes = all.codes.len();
    let above = all
        .codes
        .iter()
        .filter(|c| all.verdict(c) == Some(Verdict::Above));
    let verdict = match all.threshold {
        Some(threshold) => format!(
            "; {} of {codes} codes above the threshold {:.2}",
            above.count(),
            threshold.value
        ),
        None => String::new(),
    };
    eprintln!(
        "agreement with {} on {} notes: {} passages are not agreed{verdict}; see agreement.csv, \
         disagreements.csv",
        all.coders[1..].join(", "),
        all.notes,
        found.disagreement_total
    );
}

/// Counts of the ledger's file rows by outcome.
fn outcomes(finished: &Finished) -> [(Outcome, usize); 4] {
    [
        Outcome::Read,
        Outcome::PartlyRead,
        Outcome::Skipped,
        Outcome::Failed,
    ]
    .map(|outcome| {
        let rows = finished.reading.ledger.rows.iter();
        let count = rows
            .filter(|r| r.locator.is_empty() && r.outcome == outcome)
            .count();
        (outcome, count)
    })
}

fn summary(finished: &Finished) -> serde_json::Value {
    let ledger: serde_json::Map<String, serde_json::Value> = outcomes(finished)
        .into_iter()
        .map(|(o, n)| (o.as_str().to_owned(), n.into()))
        .collect();
    json!({
        "out": finished.out,
        "ledger": ledger,
        "counts": finished.counts,
        "sessions": {
            "documented": finished.sessions.all().documented,
            "missing": finished.sessions.is_known.then(|| finished.sessions.all().missing),
        },
        "warnings": warnings(finished),
        "agreement": finished.agreement.as_ref().map(|found| json!({
            "coders": found.compared.coders, "notes": found.compared.notes,
            "disagreements": found.disagreement_total,
        })),
        "decisions": finished.decided.as_ref().map(super::decided::summary),
    })
}

fn warnings(finished: &Finished) -> usize {
    finished
        .reading
        .corpus
        .notes
        .iter()
        .map(|n| n.warnings.len())
        .sum()
}

/// Says what a person should look at; true where the ledger holds problems.
fn report_problems(finished: &Finished, quiet: bool) -> bool {
    let ledger = &finished.reading.ledger;
    let problems = ledger.has_problems();
    if quiet {
        return problems;
    }
    let counts: Vec<String> = outcomes(finished)
        .iter()
        .filter(|(_, n)| *n > 0)
        .map(|(outcome, n)| format!("{n} {}", outcome.as_str().replace('_', " ")))
        .collect();
    eprintln!(
        "files: {}; notes: {}",
        counts.join(", "),
        finished.counts.notes
    );
    let bad = ledger.rows.iter().filter(|r| {
        r.locator.is_empty() && matches!(r.outcome, Outcome::PartlyRead | Outcome::Failed)
    });
    for row in bad.clone().take(SHOWN) {
        eprintln!(
            "  {}: {}: {}",
            row.outcome.as_str().replace('_', " "),
            row.source,
            row.reason
        );
    }
    let more = bad.count().saturating_sub(SHOWN);
    if more > 0 {
        eprintln!("  and {more} more; see ledger.csv");
    }
    let warnings = warnings(finished);
    if warnings > 0 {
        eprintln!("{warnings} warnings on notes; see the column warnings of notes.csv");
    }
    eprintln!("written: {}", finished.out.display());
    problems
}

/// Ledger problems that are listed on the terminal.
const SHOWN: usize = 10;

impl Common {
    /// Runs some work on as many threads as were asked for.
    pub(super) fn with_threads<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Result<T> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(self.threads.unwrap_or(0))
            .build()
            .map_err(|e| Error::other(format!("could not start threads: {e}.")))?;
        Ok(pool.install(work))
    }
}
