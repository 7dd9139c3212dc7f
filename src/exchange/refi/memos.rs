//! The memos of a project: where each stands in the file, what it is on, what became of it.
//!
//! Comes in: references from passages, codes, notes and the project. Goes out: a memo's words when
//! they are asked for. Refuses: to let one vanish; what nothing that was kept refers to stands alone.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::exchange::losses::{Item, LossReport, Named};
use crate::exchange::positions::RawText;
use crate::exchange::project::{Project, ProjectMemo};

use super::archive::Archive;
use super::passages::creator;
use super::xml::Element;
use super::xml_file::XmlFile;

/// The memo of this title holds what this program says of a coding.
pub(super) const FACTS_TITLE: &str = "verbatim";

/// A memo with its words.
#[derive(Debug, Clone, Default)]
pub(super) struct ReadMemo {
    guid: String,
    pub(super) name: String,
    pub(super) coder: String,
    pub(super) date: String,
    pub(super) text: String,
}

/// What became of a memo so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// No passage refers to it.
    Unmet,
    /// A passage refers to it.
    Met,
    /// A passage or coding that was kept carries it.
    Kept,
}

/// What a memo is on, besides passages: the kind of thing and its id.
pub(super) type Use = (&'static str, String);

/// All memos of a project, by their number in the file.
#[derive(Debug)]
pub(super) struct Memos {
    xml: Rc<XmlFile>,
    places: Vec<usize>,
    fates: Vec<Fate>,
    uses: BTreeMap<usize, Vec<Use>>,
}

impl Memos {
    pub(super) fn new(
        xml: Rc<XmlFile>,
        places: Vec<usize>,
        uses: BTreeMap<usize, Vec<Use>>,
    ) -> Self {
        Self {
            xml,
            fates: vec![Fate::Unmet; places.len()],
            places,
            uses,
        }
    }

    /// A passage refers to a memo.
    pub(super) fn met(&mut self, number: usize) {
        if self.fates[number] == Fate::Unmet {
            self.fates[number] = Fate::Met;
        }
    }

    /// The words of a memo that something kept carries; none where they cannot be read, which
    /// [`Memos::finish`] tells.
    pub(super) fn kept(&mut self, number: usize, archive: &mut Archive) -> Option<ReadMemo> {
        let memo = self.read(number, archive).ok()?;
        self.fates[number] = Fate::Kept;
        Some(memo)
    }

    /// Counts every memo, and gives the project those that no passage carries.
    pub(super) fn finish(
        &mut self,
        archive: &mut Archive,
        users: &BTreeMap<String, String>,
        project: &mut Project,
        report: &mut LossReport,
    ) {
        for number in 0..self.places.len() {
            let uses = self.uses.remove(&number).unwrap_or_default();
            if self.fates[number] == Fate::Kept && uses.is_empty() {
                report.kept(Item::Memo);
                continue;
            }
            let memo = match self.read(number, archive) {
                Ok(memo) => memo,
                Err((memo, reason)) => {
                    report.lost(Item::Memo, named(&memo), reason);
                    continue;
                }
            };
            let is_met = self.fates[number] == Fate::Met;
            if is_met && uses.is_empty() && memo.name == FACTS_TITLE {
                let reason = "what the rules say of a coding that was not kept";
                report.lost(Item::Memo, named(&memo), reason);
                continue;
            }
            report.kept(Item::Memo);
            let coder = users.get(&memo.coder).cloned().unwrap_or_default();
            let row = |(on, id): Use| ProjectMemo {
                on,
                id,
                passage: None,
                name: memo.name.clone(),
                coder: coder.clone(),
                date: memo.date.clone(),
                memo: memo.text.clone(),
            };
            if uses.is_empty() {
                project.memos.push(row(("", String::new())));
            }
            project.memos.extend(uses.into_iter().map(row));
        }
    }

    /// A memo's words; without them the rest of it and the reason.
    fn read(
        &self,
        number: usize,
        archive: &mut Archive,
    ) -> Result<ReadMemo, (Box<ReadMemo>, String)> {
        let element = self
            .xml
            .element(self.places[number])
            .map_err(|e| (Box::default(), format!("it cannot be read ({})", e.message)))?;
        let mut memo = of(&element);
        let path = element.attribute("plainTextPath").trim();
        if memo.text.is_empty() && !path.is_empty() {
            match archive.named(path) {
                Ok(bytes) => memo.text = RawText::decode(&bytes).text,
                Err(reason) => return Err((Box::new(memo), reason)),
            }
        } else if let Err(reason) = archive.give(memo.text.len()) {
            return Err((Box::new(memo), reason));
        }
        Ok(memo)
    }
}

fn named(memo: &ReadMemo) -> Named<'_> {
    Named {
        id: &memo.guid,
        name: &memo.name,
        place: "",
    }
}

/// A memo with the words that stand in the XML.
fn of(element: &Element) -> ReadMemo {
    let description = element.child_text("Description").trim();
    let content = element.child_text("PlainTextContent");
    ReadMemo {
        guid: element.guid("guid"),
        name: element.attribute("name").to_owned(),
        coder: creator(element),
        date: day_of(element.attribute("creationDateTime")),
        text: match (description.is_empty(), content.is_empty()) {
            (true, _) => content.to_owned(),
            (false, true) => description.to_owned(),
            (false, false) => format!("{description}\n{content}"),
        },
    }
}

/// A time as a day, where it is the beginning of one.
fn day_of(time: &str) -> String {
    time.strip_suffix("T00:00:00Z").unwrap_or(time).to_owned()
}
