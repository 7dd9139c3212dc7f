//! Whether a study's last run still stands for its notes.
//!
//! Comes in: a study, its rules and an output folder. Goes out: the run, if nothing that decides on the
//! notes' texts and metadata has changed since; else why their files have to be read.

use std::path::{Path, PathBuf};

use crate::codebook;
use crate::error::{Error, Result};
use crate::exchange::{RunFacts, RunNoteLines, decisions_sha256, read_run_facts};
use crate::export::is_output;
use crate::ingest::changed_files;
use crate::study::{DECISIONS_FILE, Rules, Study};

/// A run whose notes can be asked.
#[derive(Debug, Clone)]
pub struct SavedRun {
    /// The output folder.
    pub dir: PathBuf,
    /// What the run says of itself.
    pub facts: RunFacts,
    /// Files of the study that changed, came or went since; none where nobody knows its folder.
    pub changed: Option<Vec<String>>,
}

/// What an answer rests on.
#[derive(Debug, Clone)]
pub enum Standing {
    /// A run.
    Run(Box<SavedRun>),
    /// The notes' files, read now, since no run stands for them; the reason is a clause.
    Notes(String),
}

/// What of a run is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Its notes' texts, which are coded anew.
    Notes,
    /// Its codings, too: codebook, cues and people's decisions have to be those of the run.
    Codings,
}

impl Standing {
    /// Whether a run in `out` stands for the study.
    ///
    /// # Errors
    /// Where the study cannot be read at all.
    pub fn of_study(study: &Study, rules: &Rules, out: &Path, asked: Asked) -> Result<Self> {
        if !is_output(out) {
            return Ok(Self::Notes(format!("{} holds no run", out.display())));
        }
        let Ok(facts) = read_run_facts(out) else {
            return Ok(Self::Notes(format!("{} cannot be read", out.display())));
        };
        let at = when(&facts.started);
        let of_codings =
            || (asked == Asked::Codings).then(|| coded_otherwise(study, rules, &facts));
        let why = otherwise(study, rules, out, &facts).or_else(|| of_codings().flatten());
        if let Some(why) = why {
            return Ok(Self::Notes(format!("since the run of {at}, {why}")));
        }
        let changed = changed(study, rules, out, &facts)?;
        if changed.is_empty() {
            let (dir, changed) = (out.to_owned(), Some(changed));
            return Ok(Self::Run(Box::new(SavedRun {
                dir,
                facts,
                changed,
            })));
        }
        Ok(Self::Notes(format!(
            "since the run of {at}, {} (`verbatim run` makes this quick)",
            listed(&changed)
        )))
    }

    /// What the answer rests on, as a line.
    pub fn told(&self) -> String {
        let run = match self {
            Self::Run(run) => run,
            Self::Notes(why) => return format!("Rests on the notes' files, read now: {why}."),
        };
        let since = match run.changed.as_deref() {
            None => "where its study lies is not known, nor what changed there since".to_owned(),
            Some([]) => "no file of its notes has changed since".to_owned(),
            Some(changed) => format!("since then, {}: run it again to see that", listed(changed)),
        };
        let at = when(&run.facts.started);
        format!(
            "Rests on the run of {at} in {}; {since}.",
            run.dir.display()
        )
    }

    /// The same for programs.
    pub fn json(&self) -> serde_json::Value {
        match self {
            Self::Run(run) => serde_json::json!({
                "run": run.dir.display().to_string(),
                "started": run.facts.started,
                "changed_since": run.changed,
            }),
            Self::Notes(why) => serde_json::json!({ "run": null, "why": why }),
        }
    }
}

/// A run that is asked by its output folder, with the study that it is of.
///
/// # Errors
/// Where the folder was written by an older version, or the study file is not that of the run.
pub fn run_of_output(dir: &Path, codebook: Option<&str>) -> Result<(Study, Rules, SavedRun)> {
    let facts = read_run_facts(dir)?;
    if !is_whole(dir) {
        return Err(Error::other(format!(
            "{}: an older version wrote this, which says less of its notes. Run it again.",
            dir.display()
        )));
    }
    let (study, is_known) = study_of(dir, &facts)?;
    let kept = facts.codebook_kept.as_ref().map(|name| dir.join(name));
    let kept = kept.map(|path| path.to_string_lossy().into_owned());
    let rules = Rules::load(&study, codebook.or(kept.as_deref()))?;
    let changed = is_known.then(|| changed(&study, &rules, dir, &facts));
    let changed = changed.transpose()?;
    let dir = dir.to_owned();
    Ok((
        study,
        rules,
        SavedRun {
            dir,
            facts,
            changed,
        },
    ))
}

/// The study whose output folder this is; a folder that is no study where nobody knows.
fn study_of(dir: &Path, facts: &RunFacts) -> Result<(Study, bool)> {
    let is_same = |study: &Study| study.sha256.as_ref() == facts.study_file.as_ref().map(|f| &f.1);
    let here = |path: &Path| path.canonicalize().ok();
    let parent = here(dir).and_then(|d| d.parent().map(Path::to_owned));
    let beside = parent.and_then(|parent| Study::open(&parent).ok());
    let beside = beside.filter(|study| here(&study.default_out()) == here(dir));
    let named = || {
        let (path, _) = facts.study_file.as_ref()?;
        Study::open(Path::new(path)).ok()
    };
    match beside.or_else(named) {
        Some(study) if is_same(&study) => Ok((study, true)),
        None if facts.study_file.is_none() => Ok((Study::open(dir)?, false)),
        _ => Err(Error::other(format!(
            "{}: the study file of this run changed since, or lies elsewhere. Name the study's folder.",
            dir.display()
        ))),
    }
}

/// What else than the notes' files is not as it was, as a clause.
fn otherwise(study: &Study, rules: &Rules, out: &Path, facts: &RunFacts) -> Option<String> {
    if facts.version != env!("CARGO_PKG_VERSION") || !is_whole(out) {
        return Some("the program has changed".to_owned());
    }
    if study.sha256.as_ref() != facts.study_file.as_ref().map(|f| &f.1) {
        return Some("study.toml has changed".to_owned());
    }
    let mut files = rules.files.iter();
    if let Some(file) = files.find(|f| facts.rules.get(&f.name) != Some(&f.sha256)) {
        return Some(format!("{} has changed", file.name));
    }
    let is_language = || {
        let kept = facts.codebook_kept.as_ref().map(|name| out.join(name));
        let kept = kept.and_then(|path| codebook::load(&path).ok());
        kept.is_some_and(|k| k.codebook.language == rules.codebook.codebook.language)
    };
    let is_codebook = facts.codebook_sha256 == rules.codebook_file.sha256;
    (!is_codebook && !is_language()).then(|| "the codebook's language has changed".to_owned())
}

/// What decides on codings and is not as it was, as a clause.
fn coded_otherwise(study: &Study, rules: &Rules, facts: &RunFacts) -> Option<String> {
    if facts.codebook_sha256 != rules.codebook_file.sha256 {
        return Some("the codebook has changed".to_owned());
    }
    let now = decisions_sha256(&study.decisions());
    let is_same = facts.rules.get(DECISIONS_FILE) == now.as_ref();
    (!is_same).then(|| format!("{DECISIONS_FILE} has changed"))
}

/// Whether a run wrote all that is wanted of its notes.
fn is_whole(dir: &Path) -> bool {
    let first = RunNoteLines::open(dir).and_then(|mut lines| lines.next(1));
    let notes = first.map(|lines| lines.iter().map(|line| line.note(dir)).collect::<Vec<_>>());
    let has_types = |note: &Result<_>| note.as_ref().is_ok_and(crate::exchange::RunNote::is_whole);
    notes.is_ok_and(|notes| notes.iter().all(has_types))
}

fn changed(study: &Study, rules: &Rules, out: &Path, facts: &RunFacts) -> Result<Vec<String>> {
    let options = study.reading_options(rules, None, out);
    changed_files(&study.input, &options, &facts.inputs)
}

/// Up to three names, and how many there are.
fn listed(names: &[String]) -> String {
    let first: Vec<&str> = names.iter().take(3).map(String::as_str).collect();
    let more = if names.len() > first.len() {
        ", ..."
    } else {
        ""
    };
    let files = if names.len() == 1 {
        "file has"
    } else {
        "files have"
    };
    format!(
        "{} {files} changed, come or gone ({}{more})",
        names.len(),
        first.join(", ")
    )
}

/// A time to the minute.
fn when(started: &str) -> String {
    match (started.get(..10), started.get(11..16)) {
        (Some(day), Some(minute)) => format!("{day} {minute} UTC"),
        _ => started.to_owned(),
    }
}
