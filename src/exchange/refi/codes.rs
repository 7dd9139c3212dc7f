//! Codes of a REFI-QDA codebook: nested elements in, a list with parents out.

use std::collections::{BTreeMap, BTreeSet};

use crate::exchange::code_ids::{id_of, unique};
use crate::exchange::losses::{Item, LossReport, Named};
use crate::exchange::project::{Project, ProjectCode};
use crate::exchange::taguette_tables::{Tags, describe};

use super::description;
use super::lint::Lint;
use super::xml::Element;

/// The folders that programs wrap around all codes.
const WRAPPERS: &[&str] = &["nodes", "codes", "code system", "codebook"];

/// Codes as they are read.
#[derive(Debug, Default)]
pub(super) struct Codes {
    pub(super) by_guid: BTreeMap<String, usize>,
    /// GUIDs of codes that codings refer to.
    pub(super) coded: BTreeSet<String>,
    pub(super) taken: BTreeSet<(Option<usize>, String)>,
}

impl Codes {
    /// Adds the top-level codes of a codebook with all below them.
    pub(super) fn add(
        &mut self,
        tops: &[Element],
        project: &mut Project,
        report: &mut LossReport,
        lint: &mut Lint,
    ) {
        let mut tops: Vec<&Element> = tops.iter().collect();
        while let [only] = tops[..]
            && is_wrapper(only)
            && !self.coded.contains(&only.guid("guid"))
        {
            let guid = only.guid("guid");
            let named = Named {
                id: &guid,
                name: only.attribute("name"),
                place: "",
            };
            report.kept(Item::Code);
            let reason = "the folder that the program wraps around all codes was taken off";
            report.changed(Item::Code, named, reason);
            tops = only.all("Code").collect();
        }
        let tops = tops.into_iter().rev().map(|c| (c, None));
        let mut open: Vec<(&Element, Option<usize>)> = tops.collect();
        while let Some((element, parent)) = open.pop() {
            let index = self.one((element, parent), project, report, lint);
            let children: Vec<_> = element.all("Code").map(|c| (c, Some(index))).collect();
            open.extend(children.into_iter().rev());
        }
    }

    /// Adds the codes of a codebook of Taguette's, which are a list: `.` parts their names.
    pub(super) fn add_tags(
        &mut self,
        tops: &[Element],
        project: &mut Project,
        report: &mut LossReport,
        lint: &mut Lint,
    ) {
        let mut tags = Tags::default();
        for element in tops {
            let guid = lint.own_guid(element);
            let index = tags.code(element.attribute("name").trim(), project);
            let code = &mut project.codes[index];
            code.guid.clone_from(&guid);
            element.attribute("color").clone_into(&mut code.color);
            code.codable = codable(element);
            describe(code, element.child_text("Description"));
            report.kept(Item::Code);
            self.by_guid.entry(guid).or_insert(index);
        }
    }

    fn one(
        &mut self,
        (element, parent): (&Element, Option<usize>),
        project: &mut Project,
        report: &mut LossReport,
        lint: &mut Lint,
    ) -> usize {
        let guid = lint.own_guid(element);
        let name = element.attribute("name").trim();
        let mut code = ProjectCode {
            guid: guid.clone(),
            parent,
            name: name.to_owned(),
            color: element.attribute("color").to_owned(),
            codable: codable(element),
            ..ProjectCode::default()
        };
        description::read(element.child_text("Description"), &mut code);
        let wanted = if code.id.is_empty() {
            id_of(name)
        } else {
            code.id.clone()
        };
        code.id = unique(&wanted, parent, &mut self.taken);
        if code.id != wanted {
            let named = Named {
                id: &guid,
                name,
                place: "",
            };
            let reason = format!("its id is {} since a sibling has its name", code.id);
            report.changed(Item::Code, named, reason);
        }
        let index = project.codes.len();
        project.codes.push(code);
        report.kept(Item::Code);
        self.by_guid.entry(guid).or_insert(index);
        index
    }
}

/// Whether passages may be coded with a code, where the file says so.
fn codable(code: &Element) -> Option<bool> {
    match code.attribute("isCodable").trim().to_lowercase().as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

fn is_wrapper(code: &Element) -> bool {
    let name = code.attribute("name").trim().to_lowercase();
    codable(code) == Some(false)
        && WRAPPERS.contains(&name.as_str())
        && code.child("Code").is_some()
}
