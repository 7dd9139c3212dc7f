//! The desk: the codings of a note, one of them at hand, and what each line of the keyboard does.

mod adding;

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::error::Result;
use crate::exchange::{
    DecidedTexts, change_decisions, put_decision, read_decisions, take_decision,
};
use crate::model::codebook::Codebook;
use crate::model::coding::{Assertion, Coding, Voice};
use crate::model::corpus::Note;
use crate::model::decision::{Action, Decision};
use crate::pipeline::Worked;
use crate::study::{Rules, Study};
use crate::text::{CodePoints, Span};

use super::Args;
use super::item::{Around, Item, Style, items, one_line, said};

const HELP: &str = "\
k, keep [ASSERTION]    the coding is right; with a word (negated ...) its assertion is that
r, reject [WORDS]      it is wrong; words say why
c, recode CODE         it is another code's
a, add CODE WORDS      code words of the note that the rules missed
m, memo WORDS          a remark on your decision (right behind one: on that)
u, undo                take your decision back (right behind one: that)
n, next; b, back; g, go NUMBER; an empty line goes on
l, list; t, text; codes; h, help; q, quit
";

/// What a line did.
pub(super) struct Step {
    pub(super) say: String,
    pub(super) is_last: bool,
}

/// What the next line answers, where one is not a command.
enum Asked {
    Command,
    /// The code of a recoding.
    NewCode,
    /// The words of an addition.
    Words {
        code: String,
    },
    /// Which of several places is meant.
    Which {
        code: String,
        places: Vec<Span>,
    },
}

/// The codings of one note with what a coder decided.
pub(super) struct Desk<'a> {
    path: PathBuf,
    coder: String,
    date: String,
    worked: &'a Worked,
    codebook: &'a Codebook,
    style: Style,
    points: CodePoints<'a>,
    note_id: String,
    sha256: String,
    items: Vec<Item>,
    at: usize,
    asked: Asked,
    /// The coding that was decided or added last, until another command than `u` or `m` comes.
    last: Option<usize>,
    /// What was written since it was last looked at, for the log.
    pub(super) written: Vec<Value>,
    /// The texts that decisions were made on.
    texts: DecidedTexts,
}

impl<'a> Desk<'a> {
    pub(super) fn new(args: &Args, study: &Study, rules: &'a Rules, worked: &'a Worked) -> Self {
        let codebook = &rules.codebook.codebook;
        let text = worked.text.as_str();
        let mut desk = Self {
            path: study.decisions(),
            coder: args.coder.trim().to_owned(),
            date: crate::cli::today().to_string(),
            worked,
            codebook,
            style: if args.plain {
                Style::Plain
            } else {
                Style::Marked
            },
            points: CodePoints::new(text),
            note_id: args.note_id.clone(),
            sha256: crate::text::hex_sha256(text.as_bytes()),
            items: Vec::new(),
            at: 0,
            asked: Asked::Command,
            last: None,
            written: Vec::new(),
            texts: DecidedTexts::beside(&study.decisions()),
        };
        let placed = placed(&desk);
        desk.items = items(&worked.coded.codings, &placed, codebook, &desk.coder);
        if let Some(only) = &args.code {
            let is_below = |code: &str| {
                code.strip_prefix(only.as_str())
                    .is_some_and(|rest| rest.starts_with('/'))
            };
            desk.items
                .retain(|item| &item.code == only || is_below(&item.code));
        }
        // Who opens a note again goes on where something is left to decide.
        desk.at = desk.items.iter().position(|i| i.own.is_none()).unwrap_or(0);
        desk
    }

    pub(super) fn opening(&self, note: &Note) -> String {
        let unknown = || "unknown".to_owned();
        let participant = note.participant.value.as_ref();
        format!(
            "{}: participant {}, date {}, session type {}; {}\nDecisions of {} go to {}. h lists \
             the commands.\n",
            self.note_id,
            participant.map_or_else(unknown, ToString::to_string),
            note.date.value.map_or_else(unknown, |d| d.to_string()),
            note.session_type
                .value
                .as_ref()
                .map_or_else(unknown, ToString::to_string),
            match self.items.len() {
                1 => "1 coding".to_owned(),
                n => format!("{n} codings"),
            },
            self.coder,
            self.path.display(),
        )
    }

    /// The coding at hand and the prompt.
    pub(super) fn current(&self) -> String {
        let around = Around {
            text: &self.worked.text,
            layout: &self.worked.layout,
            codebook: self.codebook,
            style: self.style,
        };
        let item = match self.items.get(self.at) {
            Some(item) => item.show(self.at + 1, self.items.len(), &around),
            None if self.items.is_empty() => "\nNothing is coded here.\n".to_owned(),
            None => "\nThat was the last coding. b goes back, a adds, q ends.\n".to_owned(),
        };
        format!("{item}{}", self.prompt())
    }

    fn prompt(&self) -> &'static str {
        match self.style {
            Style::Marked => "keep, reject, recode, add, memo, next, back, quit > ",
            Style::Plain => "Command?\n",
        }
    }

    /// Does what a line says.
    pub(super) fn take(&mut self, line: &str) -> Result<Step> {
        let line = line.trim();
        let say = match std::mem::replace(&mut self.asked, Asked::Command) {
            Asked::NewCode => self.recode(line)?,
            Asked::Words { code } => self.add(&code, line)?,
            Asked::Which { code, places } => self.which(&code, &places, line)?,
            Asked::Command => {
                let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
                if matches!(word, "q" | "quit" | "exit") {
                    let decided = self.items.iter().filter(|i| i.own.is_some()).count();
                    let say = format!("{decided} of {} codings decided.\n", self.items.len());
                    return Ok(Step { say, is_last: true });
                }
                self.command(&word.to_lowercase(), rest.trim())?
            }
        };
        Ok(Step {
            say,
            is_last: false,
        })
    }

    fn command(&mut self, word: &str, rest: &str) -> Result<String> {
        if !matches!(word, "u" | "undo" | "m" | "memo") {
            self.last = None;
        }
        match word {
            "k" | "keep" => self.keep(rest),
            "r" | "reject" => self.decide(Action::Reject, None, "", rest),
            "c" | "recode" => self.recode(rest),
            "a" | "add" => {
                let (code, words) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
                self.add(code, words.trim())
            }
            "m" | "memo" => self.memo(rest),
            "u" | "undo" => self.undo(),
            "" | "n" | "next" => Ok(self.go(self.at + 1)),
            "b" | "back" => Ok(self.go(self.at.saturating_sub(1))),
            "g" | "go" => match rest.parse::<usize>() {
                Ok(number) if number > 0 => Ok(self.go(number - 1)),
                _ => Ok(self.again("Say a number, as in: g 3")),
            },
            "l" | "list" => {
                let items = self.items.iter().zip(1..);
                let list: String = items.map(|(i, n)| i.listed(n, &self.worked.text)).collect();
                Ok(list + self.prompt())
            }
            "t" | "text" => Ok(format!(
                "{}\n{}",
                self.worked.text.trim_end(),
                self.prompt()
            )),
            "codes" => {
                let codes = self.codebook.codes.iter();
                let list: String = codes
                    .map(|c| [c.path.as_str(), ": ", &c.name, "\n"].concat())
                    .collect();
                Ok(list + self.prompt())
            }
            "h" | "help" | "?" => Ok(format!("{HELP}{}", self.prompt())),
            other => Ok(self.again(&format!("{other:?} is no command; h lists them."))),
        }
    }

    fn again(&self, why: &str) -> String {
        format!("{why}\n{}", self.prompt())
    }

    fn go(&mut self, to: usize) -> String {
        self.at = to.min(self.items.len());
        self.current()
    }

    fn keep(&mut self, rest: &str) -> Result<String> {
        let assertion: Option<Assertion> = match rest {
            "" => None,
            word => match word.to_lowercase().parse() {
                Ok(assertion) => Some(assertion),
                Err(why) => return Ok(self.again(&format!("{why}."))),
            },
        };
        self.decide(Action::Keep, assertion, "", "")
    }

    fn recode(&mut self, code: &str) -> Result<String> {
        if self.items.get(self.at).is_none() {
            return Ok(self.again("There is no coding here to decide on."));
        }
        if code.is_empty() {
            self.asked = Asked::NewCode;
            return Ok("The code that it is: ".to_owned());
        }
        match self.code(code) {
            Ok(code) => self.decide(Action::Recode, None, &code, ""),
            Err(why) => Ok(self.again(&why)),
        }
    }

    /// The path of a code by its path, its last part or its beginning.
    fn code(&self, word: &str) -> std::result::Result<String, String> {
        let paths = || self.codebook.codes.iter().map(|c| c.path.as_str());
        if paths().any(|p| p == word) {
            return Ok(word.to_owned());
        }
        let last = |p: &&str| p.rsplit('/').next().is_some_and(|l| l.starts_with(word));
        let like: Vec<&str> = paths().filter(|p| p.starts_with(word) || last(p)).collect();
        match like[..] {
            _ if word.is_empty() => Err("Say a code, as in: a CODE WORDS".to_owned()),
            [] => Err(format!(
                "The codebook has no code {word:?}; codes lists them."
            )),
            [only] => Ok(only.to_owned()),
            _ => Err(format!("{word:?} may be {}: say which.", like.join(", "))),
        }
    }

    /// Writes a decision on the coding at hand, with what words say why, and goes on.
    fn decide(
        &mut self,
        action: Action,
        assertion: Option<Assertion>,
        new_code: &str,
        why: &str,
    ) -> Result<String> {
        let Some(item) = self.items.get(self.at) else {
            return Ok(self.again("There is no coding here to decide on."));
        };
        let is_own_addition = item.own.as_ref().is_some_and(|d| d.action == Action::Add);
        if is_own_addition && action == Action::Reject {
            return self.undo();
        }
        let (code, span, old) = (item.code.clone(), item.span, item.own.clone());
        // Who decides on what is denied, planned or somebody else's leaves it so, whatever becomes of the rule.
        let stands = item.coding.as_ref().map(Coding::assertion);
        let stands = stands.filter(|&a| action != Action::Reject && a != Assertion::Affirmed);
        // A coder's own addition stays one: it may get another code or assertion.
        let (action, code) = match action {
            Action::Keep if is_own_addition => (Action::Add, code),
            Action::Recode if is_own_addition => (Action::Add, new_code.to_owned()),
            other => (other, code),
        };
        let mut decision = self.decision(action, &code, span);
        decision.assertion = assertion.or(stands);
        if action == Action::Recode {
            new_code.clone_into(&mut decision.new_code);
        }
        decision.memo = match (&old, why) {
            (Some(old), "") => old.memo.clone(),
            _ => why.to_owned(),
        };
        self.write(&decision, old.as_ref())?;
        let say = format!("Written: {}.\n", said(&decision));
        self.items[self.at].code = code;
        self.items[self.at].own = Some(decision);
        self.last = Some(self.at);
        Ok(say + &self.go(self.at + 1))
    }

    fn memo(&mut self, words: &str) -> Result<String> {
        let at = self.last.unwrap_or(self.at);
        let own = self.items.get(at).and_then(|i| i.own.clone());
        let Some(old) = own else {
            return Ok(self.again("Decide first (k, r or c); a memo stands beside a decision."));
        };
        let mut decision = old.clone();
        words.clone_into(&mut decision.memo);
        self.write(&decision, Some(&old))?;
        let item = &mut self.items[at];
        item.own = Some(decision);
        let words = one_line(item.span.slice(&self.worked.text));
        let say = format!("Written: the memo on {}, \"{words}\".", item.code);
        Ok(self.again(&say))
    }

    fn undo(&mut self) -> Result<String> {
        let last = self.last.take();
        let at = last.unwrap_or(self.at);
        let own = self.items.get(at).and_then(|i| i.own.clone());
        let Some(own) = own else {
            return Ok(self.again("There is no decision of yours to take back."));
        };
        if change_decisions(&self.path, |table| take_decision(table, &own))? {
            self.written.push(logged(&own, "take_back"));
        }
        if own.action == Action::Add {
            self.items.remove(at);
            self.at -= usize::from(at < self.at);
        } else {
            self.items[at].own = None;
            // It is to be decided anew.
            self.at = at;
        }
        Ok(format!("Taken back: {}.\n{}", said(&own), self.current()))
    }

    fn decision(&self, action: Action, code: &str, span: Span) -> Decision {
        Decision {
            row: 0,
            line: 0,
            note_id: self.note_id.clone(),
            note_sha256: self.sha256.clone(),
            code: code.to_owned(),
            place: Some(self.points.pair(span)),
            text: span.slice(&self.worked.text).to_owned(),
            action,
            assertion: None,
            voice: None,
            new_code: String::new(),
            coder: self.coder.clone(),
            date: self.date.clone(),
            memo: String::new(),
            codebook_sha256: self.codebook.sha256.clone(),
        }
    }

    /// Writes a decision at once, into the file as it is now: somebody else may have it open.
    fn write(&mut self, decision: &Decision, instead: Option<&Decision>) -> Result<()> {
        change_decisions(&self.path, |table| {
            put_decision(table, decision, instead);
            true
        })?;
        // So that the passage can be followed when the note is changed.
        self.texts.keep(&self.sha256, &self.worked.text)?;
        self.written
            .push(logged(decision, decision.action.as_str()));
        Ok(())
    }
}

/// A decision as the log holds it: without the note's words.
fn logged(decision: &Decision, action: &str) -> Value {
    json!({
        "action": action,
        "note_id": decision.note_id,
        "code": decision.code,
        "start": decision.place.map(|p| p.0),
        "end": decision.place.map(|p| p.1),
        "new_code": decision.new_code,
        "assertion": decision.assertion.map(Assertion::as_str),
        "voice": decision.voice.map(Voice::as_str),
        "codebook_sha256": decision.codebook_sha256,
    })
}

/// The decisions on the note, with their passages as they stand now.
fn placed(desk: &Desk<'_>) -> Vec<(Decision, Span)> {
    let decisions = read_decisions(&desk.path).unwrap_or_default().rows;
    let rulings = desk.worked.rulings.iter();
    rulings
        .filter_map(|ruling| {
            let (start, end) = ruling.place?;
            let decision = decisions.get(ruling.decision)?.clone();
            Some((decision, desk.points.span(start, end)?))
        })
        .collect()
}
