//! What leaves: nothing of somebody's is written over, nobody else reads it, and participants'
//! attributes go along without what tells who they are.

use std::fs;

use crate::{columns, done, path, run_folder, table, verbatim};

/// Everything that an export can be.
const TARGETS: [&str; 6] = ["p.qdpx", "p.qda", "p.sqlite3", "p.csv", "p.xlsx", "tables"];

#[test]
fn what_is_there_is_written_over_only_by_force() {
    let dir = tempfile::tempdir().unwrap();
    let out = run_folder(dir.path()).to_string_lossy().into_owned();
    for target in TARGETS {
        let to = path(dir.path(), target);
        done(&["export", &out, "--to", &to, "--quiet"]);
        let refused = verbatim(&["export", &out, "--to", &to]);
        assert_eq!(refused.status.code(), Some(1), "{target}");
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(said.contains("--force"), "{said}");
        done(&["export", &out, "--to", &to, "--force", "--quiet"]);
    }
    for target in ["kap.qdc", "kap.csv", "kap.xlsx"] {
        let to = path(dir.path(), target);
        fs::write(&to, "somebody's").unwrap();
        let refused = verbatim(&["codebook", "export", "kap", "--to", &to]);
        assert_eq!(refused.status.code(), Some(1), "{target}");
        assert_eq!(fs::read_to_string(&to).unwrap(), "somebody's");
        done(&["codebook", "export", "kap", "--to", &to, "--force"]);
        assert_ne!(fs::read(&to).unwrap(), b"somebody's");
    }
    // A folder that is no project of the program is nobody's to replace.
    let to = dir.path().join("thesis.qda");
    fs::create_dir(&to).unwrap();
    fs::write(to.join("chapter.txt"), "one").unwrap();
    let refused = verbatim(&["export", &out, "--to", &to.to_string_lossy(), "--force"]);
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(fs::read_to_string(to.join("chapter.txt")).unwrap(), "one");
}

#[cfg(unix)]
#[test]
fn what_holds_words_of_notes_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let home = dir.path().join("exports");
    fs::create_dir(&home).unwrap();
    let out = run_folder(dir.path()).to_string_lossy().into_owned();
    for target in TARGETS {
        done(&["export", &out, "--to", &path(&home, target), "--quiet"]);
    }
    let mut folders = vec![home.clone()];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let is_folder = entry.path().is_dir();
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            let inside_project = entry.path().parent().is_some_and(|p| p != home);
            if is_folder {
                assert!(
                    inside_project || mode == 0o700,
                    "{:?} {mode:o}",
                    entry.path()
                );
                folders.push(entry.path());
            } else {
                assert_eq!(mode, 0o600, "{:?}", entry.path());
                seen += 1;
            }
        }
    }
    assert!(seen > 10, "{seen}");
}

#[test]
fn attributes_of_the_participants_table_go_along_without_names() {
    let dir = tempfile::tempdir().unwrap();
    let study = dir.path().join("study");
    fs::create_dir(&study).unwrap();
    for (name, content) in [
        (
            "participants.csv",
            "participant_id,initials,full_name,phone,age,diagnosis\n\
             P01,Q.X.,Quilla Xandrova,555-123-4567,37,depression\n\
             P02,R.Y.,Rufus Yarnley,555-123-9876,52,anxiety\n",
        ),
        (
            "notes.csv",
            "participant_id,date,session_type,note\n\
             P01,2022-03-01,integration,She felt calm at home today.\n\
             P02,2022-03-02,integration,He was tense and slept badly.\n",
        ),
        (
            "book.yaml",
            "codebook: small\nversion: 1.0.0\ncodes:\n  - id: calm\n    name: Calm\n    patterns: [calm]\n",
        ),
        ("study.toml", "codebook = \"book.yaml\"\n"),
    ] {
        fs::write(study.join(name), content).unwrap();
    }
    let study = study.to_string_lossy().into_owned();
    done(&["run", &study, "--no-index", "--no-report", "--quiet"]);
    let tables = dir.path().join("tables");
    done(&["export", &study, "--to", &tables.to_string_lossy()]);
    let own = ["participant_id", "age", "diagnosis"];
    assert_eq!(
        columns(&tables.join("quotes.csv"), &own),
        ["P01|37|depression"]
    );
    assert_eq!(
        columns(&tables.join("cases_by_codes.csv"), &own),
        ["P01|37|depression", "P02|52|anxiety"]
    );
    for ending in ["qdpx", "qda"] {
        let (file, back) = (
            path(dir.path(), &format!("p.{ending}")),
            dir.path().join(format!("back-{ending}")),
        );
        done(&["export", &study, "--to", &file]);
        done(&["import", &file, "--out", &back.to_string_lossy()]);
        let people = back.join("participants.csv");
        assert_eq!(
            columns(&people, &own),
            ["P01|37|depression", "P02|52|anxiety"],
            "{ending}"
        );
        let all = fs::read_to_string(&people).unwrap();
        for private in ["Q.X.", "Quilla", "555"] {
            assert!(!all.contains(private), "{ending}: {all}");
        }
        let report = table(&dir.path().join("p.export-report.csv"));
        let withheld = report
            .iter()
            .filter(|r| r["item"] == "variable" && r["outcome"] == "lost");
        let withheld: Vec<&str> = withheld.map(|r| r["id"].as_str()).collect();
        assert!(withheld.contains(&"phone"), "{ending}: {withheld:?}");
    }
}
