//! A codebook's codes as other programs take them, and what the program that they come from knew.

use std::collections::BTreeMap;
use std::path::Path;

use crate::model::codebook::Codebook;

use super::outgoing::Outgoing;
use super::outgoing_memos::saved_beside;
use super::project::ProjectCode;

/// The codes of a codebook, and whether each is more than a folder.
pub fn codes_of(codebook: &Codebook) -> (Vec<ProjectCode>, Vec<bool>) {
    let mut codable = Vec::with_capacity(codebook.codes.len());
    let codes = codebook.codes.iter().enumerate().map(|(index, code)| {
        let is_parent = codebook
            .codes
            .iter()
            .any(|c| c.parent.is_some_and(|p| p.0 as usize == index));
        codable.push(!is_parent || !code.patterns.is_empty() || !code.opposites.is_empty());
        let id = code.path.as_str().rsplit('/').next().unwrap_or_default();
        ProjectCode {
            guid: String::new(),
            parent: code.parent.map(|p| p.0 as usize),
            id: id.to_owned(),
            name: code.name.clone(),
            color: String::new(),
            definition: code.definition.clone(),
            include: code.include.clone(),
            exclude: code.exclude.clone(),
            examples: code
                .examples
                .iter()
                .map(|e| (e.text.clone(), e.assertion.map(|a| a.as_str().to_owned())))
                .collect(),
            counterexamples: code
                .counterexamples
                .iter()
                .map(|e| e.text.clone())
                .collect(),
            memo: code.memo.clone(),
            codable: None,
            called: String::new(),
        }
    });
    let codes = codes.collect();
    (codes, codable)
}

/// The columns of an import's `codes.csv`: what a codebook has no place for.
pub const IMPORTED_CODE_COLUMNS: [&str; 5] = ["code", "guid", "color", "codable", "called"];

impl Outgoing {
    /// Takes what an import knows of codes: GUID, colour, whether passages may have them.
    pub(super) fn read_codes(&mut self, folder: &Path) {
        let table = saved_beside(folder, "codes.csv");
        let [code, guid, color, codable, called] =
            IMPORTED_CODE_COLUMNS.map(|name| table.column(name));
        let paths = (0..self.codes.len()).map(|code| (self.code_path(code), code));
        let paths: BTreeMap<String, usize> = paths.collect();
        for row in &table.rows {
            let Some(&index) = paths.get(row.text(code).trim()) else {
                continue;
            };
            let own = &mut self.codes[index];
            row.text(guid).trim().clone_into(&mut own.guid);
            row.text(color).trim().clone_into(&mut own.color);
            row.text(called).clone_into(&mut own.called);
            own.codable = row.text(codable).trim().parse().ok();
            // A folder that codings stand on is none.
            self.codable[index] |= own.codable == Some(true);
        }
    }
}
