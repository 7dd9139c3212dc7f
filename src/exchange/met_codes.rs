//! Codes that meet by their GUID where a program gave them other names.
//!
//! A code that went out has a GUID made of its path. A program may change its name and drop its
//! description, which says its id; the GUID stays.

use std::collections::BTreeMap;

use super::coder_file::CoderFile;
use super::refi::guid_of_code;

/// The coders' files with codes named as `paths` name them, where a GUID says that they are the same;
/// none where no code is called otherwise.
pub fn meet_by_guid<'p>(
    files: &[CoderFile],
    paths: impl Iterator<Item = &'p str>,
) -> Option<Vec<CoderFile>> {
    if files.iter().all(|file| file.code_guids.is_empty()) {
        return None;
    }
    let ours: BTreeMap<String, &str> = paths.map(|path| (guid_of_code(path), path)).collect();
    let mut any = false;
    let renamed = |file: &CoderFile| {
        let mut file = file.clone();
        let guids = &file.code_guids;
        for coding in &mut file.codings {
            let met = guids.get(&coding.code).and_then(|guid| ours.get(guid));
            if let Some(path) = met.filter(|path| **path != coding.code) {
                (*path).clone_into(&mut coding.code);
                any = true;
            }
        }
        file
    };
    let renamed: Vec<CoderFile> = files.iter().map(renamed).collect();
    any.then_some(renamed)
}

#[cfg(test)]
mod tests {
    use super::super::coder_file::{Located, ReadCoding};
    use super::*;
    use crate::error::Place;
    use crate::model::coding::Assertion;

    #[test]
    fn a_code_that_was_renamed_elsewhere_is_the_one_of_its_guid() {
        let coding = |code: &str| ReadCoding {
            note_id: "n1".to_owned(),
            code: code.to_owned(),
            located: Located::Words("calm".to_owned()),
            assertion: Assertion::Affirmed,
            voice: None,
            evidence: String::new(),
            note_sha256: String::new(),
            place: Place::file(std::path::Path::new("p.qdpx")),
        };
        let guids = [
            ("Personal_agency", guid_of_code("self/agency")),
            ("calm", "11111111-1111-4111-8111-111111111111".to_owned()),
        ];
        let file = CoderFile {
            codings: vec![coding("Personal_agency"), coding("calm")],
            code_guids: guids.map(|(path, guid)| (path.to_owned(), guid)).into(),
            ..CoderFile::default()
        };
        let paths = ["self", "self/agency", "tears"];
        let met = meet_by_guid(std::slice::from_ref(&file), paths.into_iter()).expect("one met");
        let codes: Vec<&str> = met[0].codings.iter().map(|c| c.code.as_str()).collect();
        assert_eq!(codes, ["self/agency", "calm"]);
        assert!(meet_by_guid(&[file], ["tears"].into_iter()).is_none());
        assert!(meet_by_guid(&[CoderFile::default()], paths.into_iter()).is_none());
    }
}
