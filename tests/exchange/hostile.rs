//! Projects that were made to do harm: each is refused or listed, and nothing is written outside the
//! folder that was asked for.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::theirs::{CODE, TEXT, TEXT_ID, project, selection, selection_at, source};
use crate::{columns, counts, done, path, run_folder, table, verbatim};

/// A folder in which a project lies beside a secret, two levels below its root.
struct House {
    root: tempfile::TempDir,
    inner: PathBuf,
}

impl House {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("a").join("b");
        fs::create_dir_all(&inner).unwrap();
        fs::write(root.path().join("secret.txt"), "the secret of the house").unwrap();
        Self { root, inner }
    }

    /// Every file below the root that is not in the import's folder.
    fn outside(&self) -> BTreeSet<PathBuf> {
        let mut all = BTreeSet::new();
        let mut open = vec![self.root.path().to_owned()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap().path();
                if entry.is_dir() && entry != self.out() {
                    open.push(entry);
                } else if entry != self.out() {
                    all.insert(entry);
                }
            }
        }
        all
    }

    fn out(&self) -> PathBuf {
        self.inner.join("out")
    }

    /// Writes a project and imports it; nothing but the import's folder may be new, and nothing of the
    /// secret may be in it.
    fn import(&self, xml: &str, members: &[(&str, &[u8])]) -> Output {
        let file = self.inner.join("theirs.qdpx");
        zipped(&file, xml, members);
        self.import_file(&file)
    }

    fn import_file(&self, file: &Path) -> Output {
        let before = self.outside();
        let out = self.out().to_string_lossy().into_owned();
        let output = verbatim(&["import", &file.to_string_lossy(), "--out", &out, "--force"]);
        assert_eq!(self.outside(), before);
        for name in ["notes.jsonl", "codings.csv", "memos.csv", "codebook.yaml"] {
            let text = fs::read_to_string(self.out().join(name)).unwrap_or_default();
            assert!(!text.contains("secret of the house"), "{name}: {text}");
        }
        output
    }
}

fn zipped(file: &Path, xml: &str, members: &[(&str, &[u8])]) {
    let mut zip = zip::ZipWriter::new(File::create(file).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("project.qde", options).unwrap();
    zip.write_all(xml.as_bytes()).unwrap();
    for (name, bytes) in members {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
}

fn two() -> String {
    selection(1, "felt calm") + &selection(2, "safe at home")
}

#[test]
fn names_in_the_archive_lead_nowhere() {
    let house = House::new();
    let name = format!("Sources/../../{TEXT_ID}.txt");
    let members: [(&str, &[u8]); 4] = [
        ("../../evil.txt", b"x"),
        ("/tmp/verbatim-evil.txt", b"x"),
        ("..\\..\\evil2.txt", b"x"),
        (&name, TEXT.as_bytes()),
    ];
    let xml = project(&source(
        "../../../evil",
        &format!("internal://{TEXT_ID}.txt"),
        &two(),
    ));
    let output = house.import(&xml, &members);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(counts(&house.out(), "coding"), (2, 2, 0));
    assert!(!Path::new("/tmp/verbatim-evil.txt").exists());
    // A note's name is no path when it goes out again, either.
    let before = house.outside();
    for ending in ["qdpx", "qda", "sqlite3", "xlsx"] {
        let to = house.out().join(format!("again.{ending}"));
        let out = house.out().to_string_lossy().into_owned();
        done(&["export", &out, "--to", &to.to_string_lossy(), "--quiet"]);
    }
    assert_eq!(house.outside(), before);
}

#[test]
fn texts_outside_the_project_are_listed_and_not_read() {
    let house = House::new();
    let secret = house.root.path().join("secret.txt");
    let secret = secret.to_string_lossy();
    for place in [
        format!("absolute://{secret}"),
        format!("file://{secret}"),
        secret.to_string(),
        "relative:///../../secret.txt".to_owned(),
        "internal://../../secret.txt".to_owned(),
        "../../secret.txt".to_owned(),
        "C:\\Windows\\win.ini".to_owned(),
        "\\\\server\\share\\secret.txt".to_owned(),
        "https://example.org/secret.txt".to_owned(),
    ] {
        let xml = project(&source("n1", &place, &two()));
        let output = house.import(&xml, &[]);
        assert!(output.status.success(), "{place}: {output:?}");
        assert_eq!(counts(&house.out(), "note"), (1, 0, 1), "{place}");
        assert_eq!(counts(&house.out(), "coding"), (2, 0, 2), "{place}");
        // The same beside a project that lies open.
        let bare = house.inner.join("project.qde");
        fs::write(&bare, &xml).unwrap();
        assert!(house.import_file(&bare).status.success(), "{place}");
        assert_eq!(counts(&house.out(), "note"), (1, 0, 1), "{place}");
        fs::remove_file(bare).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_project_is_not_followed() {
    let house = House::new();
    let sources = house.inner.join("sources");
    fs::create_dir(&sources).unwrap();
    std::os::unix::fs::symlink(house.root.path().join("secret.txt"), sources.join("l.txt"))
        .unwrap();
    fs::write(sources.join("t.txt"), TEXT).unwrap();
    let both = source("n1", "internal://l.txt", &two())
        + &source("n2", "internal://t.txt", "").replace(TEXT_ID, CODE);
    let file = house.inner.join("project.qde");
    fs::write(&file, project(&both)).unwrap();
    assert!(house.import_file(&file).status.success());
    assert_eq!(counts(&house.out(), "note"), (2, 1, 1));
    let rows = table(&house.out().join("import-report.csv"));
    assert!(
        rows.iter()
            .any(|r| r["reason"].contains("leads out of the project"))
    );
}

#[test]
fn a_source_that_is_missing_is_listed_with_its_codings() {
    let house = House::new();
    let internal = format!("internal://{TEXT_ID}.txt");
    let here = source("n1", &internal, &two());
    let gone = source("n2", "internal://gone.txt", &selection(7, "calm")).replace(TEXT_ID, CODE);
    let text = format!("Sources/{TEXT_ID}.txt");
    let output = house.import(&project(&(here + &gone)), &[(&text, TEXT.as_bytes())]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(counts(&house.out(), "note"), (2, 1, 1));
    assert_eq!(counts(&house.out(), "coding"), (3, 2, 1));
}

#[test]
fn entities_are_refused_whole_or_nested() {
    let house = House::new();
    let secret = house.root.path().join("secret.txt");
    let plain = project(&source("n1", "internal://t.txt", &two()));
    let (head, rest) = plain.split_once("?>").unwrap();
    let with = |declared: &str, used: &str| {
        let rest = rest.replace("name='calm'", &format!("name='{used}'"));
        format!("{head}?><!DOCTYPE Project [{declared}]>{rest}")
    };
    let external = format!("<!ENTITY x SYSTEM \"file://{}\">", secret.display());
    let mut laughs = "<!ENTITY l0 \"lol\">".to_owned();
    for n in 1..12 {
        let ten = format!("&l{};", n - 1).repeat(10);
        laughs += &["<!ENTITY l", &n.to_string(), " \"", &ten, "\">"].concat();
    }
    for (declared, used) in [(external, "&x;"), (laughs, "&l11;")] {
        let output = house.import(&with(&declared, used), &[]);
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&output.stderr).contains("document type"));
        assert!(!house.out().exists());
    }
    // Without a declaration an entity is none.
    let output = house.import(&plain.replace("name='calm'", "name='&x;'"), &[]);
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"));
}

/// A member of zeros that packs a thousand to one.
fn bomb(file: &Path, name: &str, megabytes: usize, xml: &str) {
    let mut zip = zip::ZipWriter::new(File::create(file).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    if name != "project.qde" {
        zip.start_file("project.qde", options).unwrap();
        zip.write_all(xml.as_bytes()).unwrap();
    }
    zip.start_file(name, options).unwrap();
    let block = vec![b' '; 1 << 20];
    for _ in 0..megabytes {
        zip.write_all(&block).unwrap();
    }
    zip.finish().unwrap();
}

#[test]
fn what_unpacks_to_too_much_is_refused_before_it_is_unpacked() {
    let house = House::new();
    let file = house.inner.join("bomb.qdpx");
    let internal = format!("internal://{TEXT_ID}.txt");
    let xml = project(&source("n1", &internal, &two()));
    bomb(&file, &format!("Sources/{TEXT_ID}.txt"), 70, &xml);
    assert!(house.import_file(&file).status.success());
    assert_eq!(counts(&house.out(), "note"), (1, 0, 1));
    let rows = table(&house.out().join("import-report.csv"));
    assert!(
        rows.iter()
            .any(|r| r["reason"].contains("larger than 64 MB"))
    );
    // The directory says a small size, and lies.
    let mut bytes = fs::read(&file).unwrap();
    let (honest, small) = ((70_u32 << 20).to_le_bytes(), 100_u32.to_le_bytes());
    for at in 0..bytes.len() - 4 {
        if bytes[at..at + 4] == honest {
            bytes[at..at + 4].copy_from_slice(&small);
        }
    }
    fs::write(&file, bytes).unwrap();
    let _ended = house.import_file(&file);
    let notes = fs::read_to_string(house.out().join("notes.jsonl")).unwrap_or_default();
    assert!(notes.len() < 1 << 20);
}

/// Imports a file with a limit on what it unpacks to; where it is refused, nothing is left of it.
fn import_within(house: &House, file: &Path, megabytes: &str) -> Result<(), String> {
    let before = house.outside();
    let out = house.out().to_string_lossy().into_owned();
    let file = file.to_string_lossy();
    let output = verbatim(&[
        "import",
        &file,
        "--out",
        &out,
        "--force",
        "--unpacked-megabytes",
        megabytes,
    ]);
    assert_eq!(house.outside(), before);
    if output.status.success() {
        return Ok(());
    }
    assert_eq!(output.status.code(), Some(1));
    assert!(!house.out().exists());
    Err(String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn one_packed_text_that_many_sources_name_fills_no_disk() {
    let house = House::new();
    let file = house.inner.join("many.qdpx");
    let internal = format!("internal://{TEXT_ID}.txt");
    // Each is small enough alone.
    let sources = |inside: &str| -> String {
        let one = |n: u32| {
            format!(
                "<TextSource guid='66666666-0000-4000-8000-0000000000{n:02}' name='n{n}' \
                 plainTextPath='{internal}'>{inside}</TextSource>"
            )
        };
        (0..4).map(one).collect()
    };
    // Texts with selections are read to learn how positions count, all are read to be written.
    for inside in [String::new(), selection_at(1, (0, 4), "    ")] {
        let xml = project(&sources(&inside));
        bomb(&file, &format!("Sources/{TEXT_ID}.txt"), 1, &xml);
        assert!(fs::metadata(&file).unwrap().len() < 10_000);
        let said = import_within(&house, &file, "3").unwrap_err();
        assert!(
            said.contains("many.qdpx") && said.contains("more than 3 MB"),
            "{said}"
        );
        assert!(said.contains("--unpacked-megabytes"), "{said}");
    }
    bomb(
        &file,
        &format!("Sources/{TEXT_ID}.txt"),
        1,
        &project(&sources("")),
    );
    import_within(&house, &file, "4").unwrap();
    assert_eq!(counts(&house.out(), "note"), (4, 4, 0));
}

#[test]
fn codes_on_one_whole_text_fill_no_disk() {
    let house = House::new();
    let file = house.inner.join("codes.qdpx");
    let coding = |n: u32| {
        format!(
            "<Coding guid='66666666-0000-4000-8000-0000000000{n:02}'>\
             <CodeRef targetGUID='{CODE}'/></Coding>"
        )
    };
    let codings: String = (0..8).map(coding).collect();
    let xml = project(&source(
        "n1",
        &format!("internal://{TEXT_ID}.txt"),
        &codings,
    ));
    bomb(&file, &format!("Sources/{TEXT_ID}.txt"), 1, &xml);
    let said = import_within(&house, &file, "1").unwrap_err();
    assert!(said.contains("would write more than 4 MB"), "{said}");
    import_within(&house, &file, "3").unwrap();
    assert_eq!(counts(&house.out(), "coding"), (8, 8, 0));
}

#[test]
fn elements_inside_each_other_without_end_are_refused() {
    let house = House::new();
    let deep = "<Code guid='x' name='c'>".repeat(100_000) + &"</Code>".repeat(100_000);
    let xml = project("").replace("<Codes>", &format!("<Codes>{deep}"));
    let output = house.import(&xml, &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("inside each other"));
}

#[test]
fn files_that_are_cut_off_are_refused() {
    let house = House::new();
    let out = run_folder(house.root.path());
    for ending in ["qdpx", "sqlite3", "qda"] {
        let project = house.inner.join(format!("p.{ending}"));
        done(&[
            "export",
            &out.to_string_lossy(),
            "--to",
            &project.to_string_lossy(),
        ]);
        let data = match ending {
            "qda" => project.join("data.qda"),
            _ => project.clone(),
        };
        let whole = fs::read(&data).unwrap();
        for part in [1, 3, 7] {
            fs::write(&data, &whole[..whole.len() * part / 8]).unwrap();
            let _old = fs::remove_dir_all(house.out());
            let output = house.import_file(&project);
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(!said.contains("panicked"), "{ending} {part}: {said}");
            if output.status.success() {
                // What can still be read balances.
                counts(&house.out(), "coding");
            } else {
                assert_eq!(output.status.code(), Some(1), "{ending} {part}: {said}");
            }
        }
    }
}

#[test]
fn a_database_cannot_make_the_program_run_anything() {
    let house = House::new();
    let out = run_folder(house.root.path());
    let folder = house.inner.join("p.qda");
    done(&[
        "export",
        &out.to_string_lossy(),
        "--to",
        &folder.to_string_lossy(),
    ]);
    let db = rusqlite::Connection::open(folder.join("data.qda")).unwrap();
    let target = path(house.root.path(), "evil.db");
    db.execute_batch(&format!(
        "CREATE TRIGGER t AFTER INSERT ON code_text BEGIN DELETE FROM code_text; END; \
         CREATE VIEW v AS SELECT load_extension('{target}');"
    ))
    .unwrap();
    drop(db);
    let before = fs::read(folder.join("data.qda")).unwrap();
    assert!(house.import_file(&folder).status.success());
    assert_eq!(counts(&house.out(), "coding").1, 5);
    assert!(
        fs::read(folder.join("data.qda")).unwrap() == before,
        "only read"
    );
    assert_eq!(
        columns(&house.out().join("codings.csv"), &["code"]).len(),
        5
    );
}
