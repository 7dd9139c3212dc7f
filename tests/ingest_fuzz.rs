//! Reading whatever bytes come: no panic, no lost note, the same result whatever the threads.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use verbatim::codebook::reading::english;
use verbatim::ingest::{Options, Reading, read};
use verbatim::model::reading::{ReadingRules, Role};

const EXTENSIONS: &[&str] = &[
    "txt", "md", "csv", "tsv", "jsonl", "json", "xlsx", "xls", "ods", "zip", "docx", "pdf", "",
];

fn read_with(root: &Path, options: &Options) -> Reading {
    static RULES: LazyLock<ReadingRules> = LazyLock::new(|| english().unwrap());
    read(root, options, &RULES, &|_, _| {}).unwrap()
}

/// Everything that must hold of any reading.
fn check(reading: &Reading) {
    let notes = &reading.corpus.notes;
    assert_eq!(reading.ledger.notes(), notes.len());
    assert_eq!(reading.texts.len(), notes.len());
    let ids: BTreeSet<_> = notes.iter().map(|n| &n.id).collect();
    assert_eq!(ids.len(), notes.len(), "ids are not unique");
    for (i, note) in notes.iter().enumerate() {
        let text = reading.texts.text(i).unwrap();
        assert!(!text.contains('\r') && !text.trim().is_empty());
        for turn in &note.turns {
            assert!(text.get(turn.span.start..turn.span.end).is_some());
        }
    }
    let rows = &reading.ledger.rows;
    for file in rows.iter().filter(|r| r.locator.is_empty()) {
        let own = notes.iter().filter(|n| *n.source == *file.source);
        assert_eq!(own.count(), file.notes, "{}", file.source);
        let inside = rows
            .iter()
            .filter(|r| r.source == file.source && !r.locator.is_empty());
        let inside: usize = inside.map(|r| r.notes).sum();
        let whole = notes
            .iter()
            .any(|n| *n.source == *file.source && n.locator.is_empty());
        assert_eq!(inside + usize::from(whole), file.notes, "{}", file.source);
        assert!(
            file.outcome.as_str() == "read" || !file.reason.is_empty(),
            "{}",
            file.source
        );
    }
}

/// Reads files in one folder; each is accounted for.
fn check_files(files: &[(String, Vec<u8>)], options: &Options) {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(dir.path().join(name), bytes).unwrap();
    }
    let reading = read_with(dir.path(), options);
    check(&reading);
    for (name, _) in files {
        let rows = reading.ledger.rows.iter();
        assert!(
            rows.filter(|r| r.source == *name && r.locator.is_empty())
                .count()
                == 1
        );
    }
}

fn options() -> Options {
    Options {
        columns: [
            (Role::Note, "note".to_owned()),
            (Role::NoteId, "id".to_owned()),
        ]
        .into(),
        ..Options::default()
    }
}

/// Text made of the pieces that formats are made of.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("id,note\n"),
        Just("\""),
        Just("\"\""),
        Just(","),
        Just(";"),
        Just("\t"),
        Just("\n"),
        Just("\r\n"),
        Just("\r"),
        Just("{\"id\": \"a\", \"note\": \"fine\"}\n"),
        Just("{"),
        Just("}"),
        Just("["),
        Just(":"),
        Just("---\n"),
        Just("=== KAP #1 | pt K.T. | 3/27/22 ===\n"),
        Just("Date: 2021-03-04\n"),
        Just("P01"),
        Just("Slept well. "),
        Just("\\"),
        Just("\0"),
        Just("é"),
        Just("“"),
        Just("note"),
        Just("## 2021-03-04 KS2 P01\n"),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|p| p.concat())
}

/// A name of its own for each file.
fn named(i: usize, extension: usize) -> String {
    format!("{i}.{}", EXTENSIONS[extension % EXTENSIONS.len()])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_bytes_under_any_name(all in proptest::collection::vec(
        proptest::collection::vec(any::<u8>(), 0..300), 13..40)) {
        let files: Vec<_> = all.into_iter().enumerate().map(|(i, b)| (named(i, i), b)).collect();
        check_files(&files, &options());
    }

    #[test]
    fn any_pieces_of_formats(all in proptest::collection::vec((pieces(), 0_usize..13), 10..30)) {
        let files = all.into_iter().enumerate().map(|(i, (text, e))| (named(i, e), text.into_bytes()));
        check_files(&files.collect::<Vec<_>>(), &options());
    }

    #[test]
    fn real_files_cut_and_flipped(changes in proptest::collection::vec(
        (0.0_f64..1.0, proptest::collection::vec((0.0_f64..1.0, any::<u8>()), 0..6)), 12)) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpora");
        let names = [
            "kap-pmad/nursing_P02.xlsx",
            "kap-pmad/emr_export_2021-22.csv",
            "kap-pmad/home_sessions_P02.jsonl",
            "kap-pmad/home-sessions.txt",
            "broken/truncated.zip",
            "broken/formula-cells.csv",
        ];
        let changed = changes.into_iter().enumerate().map(|(i, (cut, flips))| {
            let name = names[i % names.len()];
            let mut bytes = fs::read(root.join(name)).unwrap();
            for (at, value) in flips {
                let at = (at * bytes.len() as f64) as usize;
                bytes[at] = value;
            }
            if cut < 0.7 {
                bytes.truncate((cut / 0.7 * bytes.len() as f64) as usize);
            }
            (format!("{i}-{}", name.rsplit('/').next().unwrap()), bytes)
        });
        check_files(&changed.collect::<Vec<_>>(), &Options::default());
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpora/kap-pmad");
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            let reading = read_with(&root, &Options::default());
            check(&reading);
            let texts: Vec<_> = (0..reading.texts.len())
                .map(|i| reading.texts.text(i).unwrap())
                .collect();
            format!(
                "{:?}{:?}{:?}{texts:?}",
                reading.corpus, reading.ledger, reading.sources
            )
        })
    };
    assert_eq!(with(1), with(4));
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_read_is_a_row() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.txt"), "Slept well.").unwrap();
    let locked = dir.path().join("locked");
    fs::create_dir(&locked).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    let readable = fs::read_dir(&locked).is_ok();
    let reading = read_with(dir.path(), &Options::default());
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o700)).unwrap();
    check(&reading);
    assert_eq!(reading.corpus.notes.len(), 1);
    // The superuser reads every folder.
    if !readable {
        assert_eq!(reading.ledger.rows[1].reason, "no permission to read it");
    }
}
