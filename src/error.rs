//! Errors and diagnostics, each with its place.
//!
//! An [`Error`] ends the work (broken codebook, full disk). A [`Diagnostic`] is a finding about
//! somebody's input: it is collected, counted and shown, and the work goes on. Nothing here prints.

use std::fmt;
use std::path::{Path, PathBuf};

/// The result of work that can fail for good.
pub type Result<T> = std::result::Result<T, Error>;

/// A place in a file: path, and line and column (both from 1) where they are known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// The file, as the user named it.
    pub path: PathBuf,
    /// Line, from 1.
    pub line: Option<u32>,
    /// Column in code points, from 1.
    pub column: Option<u32>,
}

impl Place {
    /// Names a whole file.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            line: None,
            column: None,
        }
    }

    /// Names a line and column of a file.
    pub fn at(path: impl Into<PathBuf>, line: u32, column: u32) -> Self {
        Self {
            path: path.into(),
            line: Some(line),
            column: Some(column),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
            if let Some(column) = self.column {
                write!(f, ":{column}")?;
            }
        }
        Ok(())
    }
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing has to change.
    Note,
    /// Probably a mistake; the work goes on.
    Warning,
    /// Wrong; what rests on it is not used.
    Error,
}

/// A finding about a user's input: rule, place, what is wrong and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable id of the rule that speaks (`V101`), never reused.
    pub rule: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// Where it is.
    pub place: Place,
    /// What is wrong, as a sentence.
    pub message: String,
    /// What to do about it, as a sentence; may be empty.
    pub hint: String,
    /// The offending line and the columns (code points, from 1, end exclusive) to underline.
    pub excerpt: Option<Excerpt>,
}

impl Diagnostic {
    /// What is probably a mistake, with nothing drawn under it.
    pub fn warning(
        rule: &'static str,
        place: Place,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            severity: Severity::Warning,
            place,
            message: message.into(),
            hint: hint.into(),
            excerpt: None,
        }
    }
}

/// The line of input that a diagnostic is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The whole line.
    pub line: String,
    /// First underlined column, from 1.
    pub start: u32,
    /// Column after the last underlined one.
    pub end: u32,
}

impl fmt::Display for Diagnostic {
    /// Writes the finding with the offending piece drawn under its line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.severity {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(
            f,
            "{word}[{}]: {}\n  --> {}",
            self.rule, self.message, self.place
        )?;
        if let Some(excerpt) = &self.excerpt {
            let number = self.place.line.map(|n| n.to_string()).unwrap_or_default();
            let pad = " ".repeat(number.len());
            let lead: String = excerpt
                .line
                .chars()
                .take(excerpt.start.saturating_sub(1) as usize)
                .map(|c| if c == '\t' { '\t' } else { ' ' })
                .collect();
            let marks = "^".repeat(excerpt.end.saturating_sub(excerpt.start).max(1) as usize);
            write!(
                f,
                "\n {pad} |\n {number} | {}\n {pad} | {lead}{marks}",
                excerpt.line
            )?;
        }
        if !self.hint.is_empty() {
            write!(f, "\n  help: {}", self.hint)?;
        }
        Ok(())
    }
}

/// What ended the work, and where.
#[derive(Debug)]
pub struct Error {
    /// What happened.
    pub kind: ErrorKind,
    /// Where, if it has a place.
    pub place: Option<Place>,
}

/// The kinds of failure that end the work.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The operating system refused.
    Io {
        /// What was tried, as a verb phrase: `read the codebook`.
        action: &'static str,
        /// What it answered.
        source: std::io::Error,
    },
    /// A rule file (codebook, cue file, reading rules) has errors.
    Rules {
        /// All that was found wrong.
        findings: Vec<Diagnostic>,
    },
    /// The study file has an error.
    StudyFile {
        /// What is wrong and what to do.
        message: String,
    },
    /// The output folder holds something that this program did not write.
    OutputNotOurs,
    /// What was asked for does not exist: a note, a code, an output folder.
    NotFound {
        /// What was looked for and what to do.
        message: String,
    },
    /// Anything else that cannot go on.
    Other {
        /// What is wrong and what to do.
        message: String,
    },
}

impl Error {
    /// Wraps an operating system's error with what was tried on which path.
    pub fn io(action: &'static str, path: &Path, source: std::io::Error) -> Self {
        Self {
            kind: ErrorKind::Io { action, source },
            place: Some(Place::file(path)),
        }
    }

    /// An error that has only a message.
    pub fn other(message: impl Into<String>) -> Self {
        Self {
            kind: ErrorKind::Other {
                message: message.into(),
            },
            place: None,
        }
    }

    /// A thing asked for that is not there.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self {
            kind: ErrorKind::NotFound {
                message: message.into(),
            },
            place: None,
        }
    }

    /// A study file's error at its place.
    pub fn study_file(place: Place, message: impl Into<String>) -> Self {
        Self {
            kind: ErrorKind::StudyFile {
                message: message.into(),
            },
            place: Some(place),
        }
    }

    /// A rule file's errors.
    pub fn rules(findings: Vec<Diagnostic>) -> Self {
        Self {
            kind: ErrorKind::Rules { findings },
            place: None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self
            .place
            .as_ref()
            .map(|p| format!("{p}: "))
            .unwrap_or_default();
        match &self.kind {
            ErrorKind::Io { action, source } => {
                write!(f, "{place}could not {action}: {source}.")
            }
            ErrorKind::Rules { findings } => {
                for (i, finding) in findings.iter().enumerate() {
                    if i > 0 {
                        writeln!(f)?;
                    }
                    write!(f, "{finding}")?;
                }
                Ok(())
            }
            ErrorKind::OutputNotOurs => write!(
                f,
                "{place}this folder was not written by verbatim and is left alone. \
                 Choose another with --out, or overwrite it with --force."
            ),
            ErrorKind::StudyFile { message }
            | ErrorKind::NotFound { message }
            | ErrorKind::Other { message } => write!(f, "{place}{message}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            ErrorKind::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
