//! `verbatim explain`: why each passage of a note was coded, or was not.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args as ClapArgs;
use serde_json::{Value, json};

use crate::error::Result;
use crate::exchange::read_decisions;
use crate::export::coding_id;
use crate::model::codebook::Codebook;
use crate::model::coding::{Coding, CueUse, PatternId, PatternRole, TakenAway, Taker};
use crate::model::corpus::Note;
use crate::model::layout::CopyKind;
use crate::model::memo::{Memo, MemoOn};
use crate::pipeline::memos::of_decision;
use crate::pipeline::{self, Worked};
use crate::study::{Rules, Study};
use crate::text::{CodePoints, Span};

use super::progress::Progress;
use super::{Common, Ending, pretty, print};

/// Characters of a copied passage that are shown above the note.
const SHOWN_CHARS: usize = 60;

/// Arguments of `verbatim explain`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// A study folder, a study.toml, a folder of notes, or one file of notes.
    path: PathBuf,
    /// The note's id, as in notes.csv.
    note_id: String,
    /// Explain this code only (its path).
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
    #[command(flatten)]
    common: Common,
}

/// Runs the command.
///
/// # Errors
/// Where the study cannot be read or has no such note.
pub fn run(args: &Args) -> Result<Ending> {
    let study = Study::open(&args.path)?;
    let rules = Rules::load(&study, args.common.codebook.as_deref())?;
    let progress = Progress::new(args.common.quiet || args.common.json);
    let out = args.common.out(&study);
    let (reading, worked) = args.common.with_threads(|| {
        let reading = pipeline::read(&study, &rules, Some(super::today()), &out, &progress)?;
        let worked = pipeline::work_one(&study, &reading, &rules, &args.note_id)?;
        Ok::<_, crate::error::Error>((reading, worked))
    })??;
    progress.end();
    let mut memos = super::memos(&study, &rules.codebook.codebook, &reading);
    let decisions = read_decisions(&study.decisions()).unwrap_or_default().rows;
    let beside = worked.rulings.iter().filter_map(|ruling| {
        let decision = decisions.get(ruling.decision)?;
        of_decision(decision, ruling)
    });
    memos.rows.extend(beside);
    for finding in &memos.findings {
        eprintln!("{finding}");
    }
    let view = View {
        memos: &memos.rows,
        note: &reading.corpus.notes[worked.index],
        worked: &worked,
        codebook: &rules.codebook.codebook,
        only: args.code.as_deref(),
    };
    let text = if args.common.json {
        pretty(&view.json())
    } else {
        view.text()
    };
    print(&text)?;
    Ok(Ending::Done)
}

/// A coded note as it is shown.
struct View<'a> {
    memos: &'a [Memo],
    note: &'a Note,
    worked: &'a Worked,
    codebook: &'a Codebook,
    only: Option<&'a str>,
}

impl View<'_> {
    fn wanted(&self, code: crate::model::codebook::CodeIndex) -> bool {
        self.only
            .is_none_or(|only| self.codebook.code(code).path.as_str() == only)
    }

    fn codings(&self) -> Vec<&Coding> {
        self.worked
            .coded
            .codings
            .iter()
            .filter(|c| self.wanted(c.code))
            .collect()
    }

    fn taken(&self) -> Vec<&TakenAway> {
        self.worked
            .coded
            .taken
            .iter()
            .filter(|t| self.wanted(t.pattern.code))
            .collect()
    }

    fn slice(&self, span: Span) -> &str {
        span.slice(&self.worked.text)
    }

    fn text(&self) -> String {
        let mut out = self.head();
        out.push_str(&self.marked());
        if !out.ends_with('\n') {
            out.push('\n');
        }
        out.push('\n');
        let codings = self.codings();
        if codings.is_empty() {
            out.push_str("Nothing is coded in this note.\n");
        }
        for (i, coding) in codings.iter().enumerate() {
            self.coding(i + 1, coding, &mut out);
        }
        let taken = self.taken();
        if !taken.is_empty() {
            out.push_str("Matches that gave no coding:\n");
        }
        for taken in taken {
            self.taken_away(taken, &mut out);
        }
        out
    }

    fn head(&self) -> String {
        let note = self.note;
        let or_unknown = |value: Option<String>| value.unwrap_or_else(|| "unknown".to_owned());
        let mut out = format!("{}\n", note.id);
        let lines = [
            (
                "participant",
                or_unknown(note.participant.value.as_ref().map(ToString::to_string)),
                note.participant.basis_text(),
            ),
            (
                "date",
                or_unknown(note.date.value.map(|d| d.to_string())),
                note.date.basis_text(),
            ),
            (
                "session type",
                or_unknown(note.session_type.value.as_ref().map(ToString::to_string)),
                note.session_type.basis_text(),
            ),
        ];
        for (what, value, from) in lines {
            let _written = writeln!(out, "  {what}: {value} (from: {})", from.replace('_', " "));
        }
        if let Some(original) = &note.duplicate_of {
            let _written = writeln!(
                out,
                "  repeats note {original} as a whole, so nothing in it counts"
            );
        }
        for copied in &self.worked.layout.copied {
            let what = match copied.kind {
                CopyKind::Forward => "copied forward from",
                CopyKind::Boilerplate => "a template's text, first in",
            };
            let words = one_line(self.slice(copied.span));
            let _written = writeln!(out, "  {what} {}: \"{}\"", copied.from, shortened(&words));
        }
        for warning in note.warnings.iter().chain(&self.worked.layout.warnings) {
            let _written = writeln!(out, "  warning: {warning}");
        }
        let on = MemoOn::Note(note.id.as_str().to_owned());
        self.memos_on(&on, "  memo", &mut out);
        out.push('\n');
        out
    }

    /// The note's text with its codings between numbered marks.
    fn marked(&self) -> String {
        let mut marks: Vec<(usize, bool, usize)> = Vec::new();
        for (i, coding) in self.codings().iter().enumerate() {
            marks.push((coding.span.start, true, i + 1));
            marks.push((coding.span.end, false, i + 1));
        }
        // At one place, what ends is closed before what begins is opened.
        marks.sort_by_key(|&(at, opens, number)| (at, opens, number));
        let mut out = String::new();
        let mut last = 0;
        for (at, opens, number) in marks {
            out.push_str(self.slice(Span::new(last, at)));
            let _written = if opens {
                write!(out, "⟦{number}:")
            } else {
                write!(out, ":{number}⟧")
            };
            last = at;
        }
        out.push_str(self.slice(Span::new(last, self.worked.text.len())));
        out
    }

    /// Writes the memos on something, a line each.
    fn memos_on(&self, on: &MemoOn, what: &str, out: &mut String) {
        for memo in self.memos.iter().filter(|m| m.on == *on) {
            let _written = writeln!(out, "{what}{}: {}", by(memo), one_line(&memo.text));
        }
    }

    fn coding_id(&self, coding: &Coding) -> String {
        let (start, end) = CodePoints::new(&self.worked.text).pair(coding.span);
        let code = self.codebook.code(coding.code).path.as_str();
        coding_id(self.note.id.as_str(), code, start, end)
    }

    /// The memos on what is shown.
    fn own_memos(&self) -> Vec<&Memo> {
        let note = MemoOn::Note(self.note.id.as_str().to_owned());
        let mut shown: BTreeSet<MemoOn> = BTreeSet::from([MemoOn::Study, note]);
        for coding in self.codings() {
            let code = self.codebook.code(coding.code).path.as_str();
            shown.insert(MemoOn::Code(code.to_owned()));
            shown.insert(MemoOn::Coding(self.coding_id(coding)));
        }
        self.memos
            .iter()
            .filter(|m| shown.contains(&m.on))
            .collect()
    }

    fn coding(&self, number: usize, coding: &Coding, out: &mut String) {
        let code = &self.codebook.code(coding.code).path;
        let counted = match coding.why_not {
            None => "counted".to_owned(),
            Some(why) => format!("not counted: {}", why.as_str().replace('_', " ")),
        };
        let _written = writeln!(
            out,
            "[{number}] {code}: {}, voice {}, {counted}\n    \"{}\"",
            coding.assertion(),
            coding.voice,
            one_line(self.slice(coding.span)),
        );
        if let Some(coder) = &coding.coder {
            let _written = writeln!(out, "    decided by {coder}");
        }
        if self.codebook.pattern(coding.evidence.pattern).is_some() {
            self.found(coding, out);
        }
        let layout = &self.worked.layout;
        if let Some(section) = coding.section.and_then(|s| layout.sections.get(s)) {
            let _written = writeln!(out, "    in section {}", section.name);
        }
        if let Some(copied) = coding.copied.and_then(|c| layout.copied.get(c)) {
            let what = match copied.kind {
                CopyKind::Forward => "copied forward from",
                CopyKind::Boilerplate => {
                    "a template's text, which recurs over participants; first in"
                }
            };
            let _written = writeln!(out, "    {what} {}", copied.from);
        }
        let code = MemoOn::Code(code.as_str().to_owned());
        self.memos_on(&code, "    memo on the code", out);
        let coding = MemoOn::Coding(self.coding_id(coding));
        self.memos_on(&coding, "    memo", out);
    }

    /// What the rules went by.
    fn found(&self, coding: &Coding, out: &mut String) {
        let pattern = self.pattern(coding.evidence.pattern);
        let _written = writeln!(out, "    found by {pattern}");
        if coding.evidence.matched != coding.span {
            let _written = writeln!(
                out,
                "    which matched \"{}\"",
                one_line(self.slice(coding.evidence.matched))
            );
        }
        for cue in &coding.evidence.cues {
            let _written = writeln!(out, "    {}", self.cue(cue));
        }
        if coding.evidence.cues.is_empty() {
            out.push_str("    no cue: the default holds\n");
        }
    }

    fn pattern(&self, id: PatternId) -> String {
        let list = match id.role {
            PatternRole::Finds => "patterns",
            PatternRole::Opposes => "opposites",
            PatternRole::TakesAway => "unless",
        };
        let line = self.codebook.pattern(id).map_or(0, |pattern| pattern.line);
        format!("{list}, line {line}: {}", self.source(id))
    }

    /// A pattern as the codebook writes it.
    fn source(&self, id: PatternId) -> &str {
        self.codebook
            .pattern(id)
            .map_or("", |pattern| &pattern.source)
    }

    fn cue(&self, cue: &CueUse) -> String {
        let mut text = format!(
            "cue \"{}\" ({}): {}",
            one_line(self.slice(cue.span)),
            cue.rule,
            cue.decides
        );
        if !cue.ended_by.is_empty() {
            let _written = write!(text, ", its reach ends at {}", cue.ended_by);
        }
        text
    }

    fn taken_away(&self, taken: &TakenAway, out: &mut String) {
        let by = match &taken.by {
            Taker::Unless { pattern, span } => {
                format!(
                    "\"{}\" ({})",
                    one_line(self.slice(*span)),
                    self.pattern(*pattern)
                )
            }
            Taker::Section { name } => format!("section {name}, which is not coded"),
            Taker::Context { cue } => self.cue(cue),
        };
        let _written = writeln!(
            out,
            "  {}: \"{}\" ({})\n    taken away by {by}",
            self.codebook.code(taken.pattern.code).path,
            one_line(self.slice(taken.span)),
            self.pattern(taken.pattern),
        );
    }

    fn json(&self) -> Value {
        let points = CodePoints::new(&self.worked.text);
        let place = |span: Span| {
            let (start, end) = points.pair(span);
            json!({"start": start, "end": end, "text": self.slice(span)})
        };
        let cue = |cue: &CueUse| json!({"place": place(cue.span), "rule": cue.rule, "decides": cue.decides, "ended_by": cue.ended_by});
        let codings: Vec<Value> = self
            .codings()
            .into_iter()
            .map(|c| {
                json!({
                    "code": self.codebook.code(c.code).path.as_str(),
                    "place": place(c.span),
                    "assertion": c.assertion().as_str(),
                    "voice": c.voice.as_str(),
                    "counted": c.counted(),
                    "why_not": c.why_not.map(crate::model::coding::WhyNot::as_str),
                    "pattern": self.source(c.evidence.pattern),
                    "coder": c.coder.as_deref(),
                    "matched": place(c.evidence.matched),
                    "cues": c.evidence.cues.iter().map(cue).collect::<Vec<_>>(),
                })
            })
            .collect();
        let taken: Vec<Value> = self
            .taken()
            .into_iter()
            .map(|t| {
                let by = match &t.by {
                    Taker::Unless { pattern, span } => {
                        json!({"unless": self.source(*pattern), "place": place(*span)})
                    }
                    Taker::Section { name } => json!({"section": name}),
                    Taker::Context { cue: own } => json!({"cue": cue(own)}),
                };
                json!({
                    "code": self.codebook.code(t.pattern.code).path.as_str(),
                    "place": place(t.span),
                    "pattern": self.source(t.pattern),
                    "taken_away_by": by,
                })
            })
            .collect();
        let memos: Vec<Value> = self.own_memos().into_iter().map(memo_json).collect();
        let copied: Vec<Value> = self.worked.layout.copied.iter().map(|c| json!({"place": place(c.span), "from": c.from.as_str(), "kind": c.kind.as_str()})).collect();
        json!({"note_id": self.note.id.as_str(), "text": self.worked.text, "copied": copied, "codings": codings, "taken_away": taken, "memos": memos})
    }
}

/// Who wrote a memo and when, in brackets; empty where nobody says.
fn by(memo: &Memo) -> String {
    let parts = [memo.author.as_str(), memo.date.as_str()];
    let known: Vec<&str> = parts.into_iter().filter(|p| !p.is_empty()).collect();
    if known.is_empty() {
        return String::new();
    }
    format!(" ({})", one_line(&known.join(", ")))
}

fn memo_json(memo: &Memo) -> Value {
    let (level, target) = match &memo.on {
        MemoOn::Study => ("study", ""),
        MemoOn::Code(path) => ("code", path.as_str()),
        MemoOn::Note(id) => ("note", id.as_str()),
        MemoOn::Coding(id) => ("coding", id.as_str()),
    };
    json!({"level": level, "target": target, "memo": memo.text, "author": memo.author, "date": memo.date})
}

/// The first words of a long passage.
fn shortened(text: &str) -> String {
    let mut chars = text.chars();
    let mut first: String = chars.by_ref().take(SHOWN_CHARS).collect();
    if chars.next().is_some() {
        first.push('…');
    }
    first
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
