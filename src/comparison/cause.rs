//! What made one coding differ, as far as the two runs' files tell.

use crate::codebook::diff::Change;
use crate::exchange::{RecordedCoding, RunRecord};
use crate::model::codebook::Codebook;

use super::Sides;

/// Why a coding differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Why {
    /// A person's decision.
    Decision,
    /// Only one run has the note.
    Note,
    /// The note's text differs.
    NoteText,
    /// Only one codebook has the code, or it has it elsewhere.
    Code,
    /// Only one codebook has the pattern.
    Pattern,
    /// A word list that the code's patterns use was edited.
    WordList,
    /// What takes matches away was edited.
    Unless,
    /// Another key of the code was edited: `count`, `scope`.
    CodeKey,
    /// The passage is copied, or the note a duplicate, in one run only.
    Copies,
    /// A note's session type is read differently.
    Metadata,
    /// Cues, headings or reading rules of the study differ.
    Rules,
    /// Another version of the program.
    Program,
    /// Nothing that the runs' files tell.
    #[default]
    Unknown,
}

impl Why {
    /// The word that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Note => "note",
            Self::NoteText => "note_text",
            Self::Code => "code",
            Self::Pattern => "pattern",
            Self::WordList => "word_list",
            Self::Unless => "unless",
            Self::CodeKey => "code_key",
            Self::Copies => "copies",
            Self::Metadata => "metadata",
            Self::Rules => "rules",
            Self::Program => "program",
            Self::Unknown => "unknown",
        }
    }
}

/// Why a coding differs, with the edit or the fact.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cause {
    /// Why.
    pub why: Why,
    /// The edit as `codebook diff` writes it, or what else differs.
    pub edit: String,
}

impl Cause {
    pub(super) fn new(why: Why, edit: impl Into<String>) -> Self {
        Self {
            why,
            edit: edit.into(),
        }
    }
}

/// A run and codebook that have a coding, and the others that do not.
struct Lack<'a> {
    has: &'a RunRecord,
    lacks: (&'a RunRecord, Option<&'a Codebook>),
    sides: Sides<'a>,
}

/// Why the second run lost a coding; `others` are those that it has in the note.
pub(super) fn of_loss(
    id: &str,
    coding: &RecordedCoding,
    others: &[RecordedCoding],
    sides: Sides<'_>,
) -> Cause {
    let lack = Lack {
        has: sides.before,
        lacks: (sides.after, sides.new),
        sides,
    };
    lack.cause(id, coding, others)
}

/// Why the second run gained a coding; `others` are those that the first has in the note.
pub(super) fn of_gain(
    id: &str,
    coding: &RecordedCoding,
    others: &[RecordedCoding],
    sides: Sides<'_>,
) -> Cause {
    let lack = Lack {
        has: sides.after,
        lacks: (sides.before, sides.old),
        sides,
    };
    lack.cause(id, coding, others)
}

impl Lack<'_> {
    fn cause(&self, id: &str, coding: &RecordedCoding, others: &[RecordedCoding]) -> Cause {
        if !coding.coder.is_empty() {
            return Cause::new(Why::Decision, format!("by {}", coding.coder));
        }
        match (self.has.texts.get(id), self.lacks.0.texts.get(id)) {
            (_, None) => return Cause::new(Why::Note, "only one run has the note"),
            (a, b) if a != b => return Cause::new(Why::NoteText, "the note's text differs"),
            _ => {}
        }
        if let Some(other) = others
            .iter()
            .find(|o| !o.coder.is_empty() && o.overlaps(coding))
        {
            return Cause::new(
                Why::Decision,
                format!("recoded {} by {}", other.code, other.coder),
            );
        }
        if let Some(cause) = self.edit(coding) {
            return cause;
        }
        elsewhere(self.sides)
    }

    /// The edit of the codebook, where there is one that fits.
    fn edit(&self, coding: &RecordedCoding) -> Option<Cause> {
        let lacks = self.lacks.1?;
        let changes = self.sides.changes;
        let Some(code) = lacks.find(&coding.code) else {
            let whole = changes.iter().filter(|c| c.field.is_empty());
            let edits = whole.filter(|c| names(c, &coding.code));
            return Some(Cause::new(Why::Code, listed(edits)));
        };
        let code = lacks.code(code);
        let mut patterns = code.patterns.iter().chain(&code.opposites);
        if !patterns.any(|p| p.source == coding.pattern) {
            let of_code = changes.iter().filter(|c| c.subject == coding.code);
            let edits = of_code.filter(|c| mentions(c, &coding.pattern));
            return Some(Cause::new(Why::Pattern, listed(edits)));
        }
        let lists =
            |c: &&Change| c.affects.contains(&coding.code) && coding.pattern.contains(&c.subject);
        let lists: Vec<&Change> = changes.iter().filter(lists).collect();
        if !lists.is_empty() {
            return Some(Cause::new(Why::WordList, listed(lists.into_iter())));
        }
        let field = |name: &str| {
            let fits = |c: &&Change| c.subject == coding.code && c.field == name;
            changes.iter().filter(fits).collect::<Vec<_>>()
        };
        let unless = field("unless");
        if !unless.is_empty() {
            return Some(Cause::new(Why::Unless, listed(unless.into_iter())));
        }
        let scope = field("scope");
        if !scope.is_empty() {
            return Some(Cause::new(Why::CodeKey, listed(scope.into_iter())));
        }
        None
    }
}

/// Why a coding that both runs have differs.
pub(super) fn of_change(
    id: &str,
    before: &RecordedCoding,
    after: &RecordedCoding,
    sides: Sides<'_>,
) -> Cause {
    let decided = |c: &RecordedCoding| !c.coder.is_empty() || c.why_not == "rejected";
    if decided(before) || decided(after) {
        let coder = if after.coder.is_empty() {
            &before.coder
        } else {
            &after.coder
        };
        let edit = if coder.is_empty() {
            "rejected".to_owned()
        } else {
            format!("by {coder}")
        };
        return Cause::new(Why::Decision, edit);
    }
    if sides.before.texts.get(id) != sides.after.texts.get(id) {
        return Cause::new(Why::NoteText, "the note's text differs");
    }
    let of_code = |c: &&Change| c.subject == after.code || c.subject == before.code;
    let edits: Vec<&Change> = sides.changes.iter().filter(of_code).collect();
    if before.code != after.code {
        let whole = edits.iter().copied().filter(|c| c.field.is_empty());
        return Cause::new(Why::Code, listed(whole));
    }
    let of_patterns = |c: &&Change| {
        ["patterns", "opposites"].contains(&c.field.as_str())
            && (mentions(c, &before.pattern) || mentions(c, &after.pattern))
    };
    let found: Vec<&Change> = edits.iter().copied().filter(of_patterns).collect();
    if !found.is_empty() {
        return Cause::new(Why::Pattern, listed(found.into_iter()));
    }
    let is_same_reading = (&before.assertion, &before.voice) == (&after.assertion, &after.voice);
    if before.counted != after.counted && is_same_reading {
        let of_count: Vec<&Change> = edits
            .iter()
            .copied()
            .filter(|c| c.field == "count")
            .collect();
        if !of_count.is_empty() {
            return Cause::new(Why::CodeKey, listed(of_count.into_iter()));
        }
        let copies = |c: &RecordedCoding| {
            ["copied", "duplicate_note", "boilerplate"].contains(&c.why_not.as_str())
        };
        if copies(before) || copies(after) {
            return Cause::new(Why::Copies, "what the note repeats differs");
        }
    }
    if is_same_reading && before.session_type != after.session_type {
        return Cause::new(Why::Metadata, "the session type is read differently");
    }
    let of_lists = |c: &&Change| c.affects.contains(&after.code);
    let lists: Vec<&Change> = sides.changes.iter().filter(of_lists).collect();
    if (before.start, before.end) != (after.start, after.end) && !lists.is_empty() {
        return Cause::new(Why::WordList, listed(lists.into_iter()));
    }
    if (before.start, before.end) != (after.start, after.end) && !edits.is_empty() {
        return Cause::new(Why::Pattern, listed(edits.into_iter()));
    }
    let cause = elsewhere(sides);
    if cause.why == Why::Rules && before.cue != after.cue {
        let edit = format!("{}: {}", cause.edit, cues(&before.cue, &after.cue));
        return Cause::new(Why::Rules, edit);
    }
    cause
}

/// The cues that decided, one after the other.
fn cues(before: &str, after: &str) -> String {
    let quoted = |cue: &str| match cue {
        "" => "none".to_owned(),
        cue => format!("{cue:?}"),
    };
    format!("cue {} -> {}", quoted(before), quoted(after))
}

/// What else differs between the runs.
fn elsewhere(sides: Sides<'_>) -> Cause {
    let (before, after) = (sides.before, sides.after);
    if before.rules != after.rules {
        let names = before.rules.iter().chain(&after.rules);
        let differs = names.filter(|(name, hash)| {
            before.rules.get(*name) != Some(hash) || after.rules.get(*name) != Some(hash)
        });
        let mut names: Vec<&str> = differs.map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        return Cause::new(Why::Rules, names.join(", "));
    }
    if before.version != after.version {
        let edit = format!("{} -> {}", before.version, after.version);
        return Cause::new(Why::Program, edit);
    }
    if before.codebook_sha256 != after.codebook_sha256
        && (sides.old.is_none() || sides.new.is_none())
    {
        return Cause::new(Why::Unknown, "a run did not keep its codebook");
    }
    Cause::new(Why::Unknown, "")
}

fn names(change: &Change, code: &str) -> bool {
    change.subject == code
        || change.old.as_deref() == Some(code)
        || change.new.as_deref() == Some(code)
}

/// Whether a change writes of a pattern, alone or with the code it went to.
fn mentions(change: &Change, pattern: &str) -> bool {
    let is_it = |text: &Option<String>| {
        text.as_deref().is_some_and(|t| {
            t == pattern || t.strip_prefix(pattern).is_some_and(|r| r.starts_with(" ("))
        })
    };
    !pattern.is_empty() && (is_it(&change.old) || is_it(&change.new))
}

fn listed<'c>(changes: impl Iterator<Item = &'c Change>) -> String {
    let lines: Vec<String> = changes.map(ToString::to_string).collect();
    lines.join("; ")
}
