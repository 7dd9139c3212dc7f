//! What people coded elsewhere counts in the study that an import makes.

use std::fs;

use crate::{columns, done, path, table};

const BOOK: &str = "codebook: g\nversion: 0.1.0\nlanguage: en\ncodes:\n  - id: nausea\n    name: Nausea\n    \
    definition: Nausea.\n    patterns: |\n      nausea\n  - id: calm\n    name: Calm\n    definition: Calm.\n    \
    patterns: |\n      calm\n";
const NOTE: &str = "P1 came today. Mild nausea after the dose. She was calm. The roses were in full bloom. No nausea \
    at night.\n";
const DECISIONS: &str = "note_id,code,text,start,end,action,coder,memo\n\
    P1 2024-01-03.txt,calm,The roses were in full bloom,57,85,add,EL,\"as in May, she said\"\n\
    P1 2024-01-03.txt,calm,calm,51,55,reject,MK,of the room\n";

#[test]
fn an_imported_projects_codings_count_in_their_coders_names() {
    let dir = tempfile::tempdir().unwrap();
    let study = dir.path().join("s");
    fs::create_dir(&study).unwrap();
    for (name, text) in [
        ("book.yaml", BOOK),
        ("study.toml", "codebook = \"book.yaml\"\n"),
        ("P1 2024-01-03.txt", NOTE),
        ("decisions.csv", DECISIONS),
    ] {
        fs::write(study.join(name), text).unwrap();
    }
    let (study, project) = (
        study.to_string_lossy().into_owned(),
        path(dir.path(), "a.qdpx"),
    );
    done(&["run", &study, "--quiet"]);
    done(&["export", &study, "--to", &project]);
    let back = path(dir.path(), "b");
    let said = done(&["import", &project, "--out", &back]);
    assert!(said.contains("decisions.csv: 4 codings"), "{said}");
    done(&["run", &back, "--quiet"]);
    let counted = |of: &str| {
        let file = dir.path().join(of).join("out/codings.csv");
        let all = columns(&file, &["code", "start", "text", "assertion", "counted"]);
        all.into_iter()
            .filter(|row| row.ends_with("|true"))
            .collect::<Vec<_>>()
    };
    assert_eq!(counted("b"), counted("s"));
    assert_eq!(counted("b").len(), 2);
    let codings = table(&dir.path().join("b/out/codings.csv"));
    let coder = |text: &str| {
        let row = codings.iter().find(|row| row["text"] == text);
        row.map(|row| row["coder"].clone()).unwrap_or_default()
    };
    assert_eq!(coder("The roses were in full bloom"), "EL");
    assert!(coder("nausea").starts_with("rules g 0.1.0"), "{codings:?}");
    // Remarks go along: to whoever reads the note, and on to the next program.
    let note = &codings[0]["note_id"];
    assert!(done(&["explain", &back, note]).contains("as in May, she said"));
    let next = path(dir.path(), "c.qdpx");
    done(&["export", &path(dir.path(), "b/out"), "--to", &next]);
    let again = path(dir.path(), "d");
    done(&["import", &next, "--out", &again]);
    let remarked = columns(&dir.path().join("d/codings.csv"), &["text", "memo"]);
    let own = "The roses were in full bloom|as in May, she said".to_owned();
    assert!(remarked.contains(&own), "{remarked:?}");
    // What was decided in the new study since outlives another import into it.
    let decisions = dir.path().join("b/decisions.csv");
    let own = fs::read_to_string(&decisions)
        .unwrap()
        .replace(",reject,", ",keep,");
    fs::write(&decisions, &own).unwrap();
    let said = done(&["import", &project, "--out", &back, "--force"]);
    assert!(said.contains("left as it is"), "{said}");
    assert_eq!(fs::read_to_string(&decisions).unwrap(), own);
}
