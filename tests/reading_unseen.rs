//! Layouts and letters of clinics that no corpus of this repository has: what a note says is read,
//! and where a file is not parted, what only its first note says is unknown.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use std::fs;

use verbatim::codebook::reading::english;
use verbatim::ingest::{Options, Reading, read};

fn reading_of(files: &[(&str, &[u8])]) -> Reading {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    read(
        dir.path(),
        &Options::default(),
        &english().unwrap(),
        &|_, _| {},
    )
    .unwrap()
}

/// Each note of one file as `participant date type author`, `-` for unknown.
fn notes(name: &str, text: &str) -> Vec<String> {
    shown(&reading_of(&[(name, text.as_bytes())]))
}

fn shown(reading: &Reading) -> Vec<String> {
    let each = reading.corpus.notes.iter();
    each.map(|note| {
        let or = |value: Option<String>| value.filter(|v| !v.is_empty()).unwrap_or("-".to_owned());
        format!(
            "{} {} {} {}",
            or(note.participant.value.as_ref().map(ToString::to_string)),
            or(note.date.value.map(|d| d.to_string())),
            or(note.session_type.value.as_ref().map(ToString::to_string)),
            or(Some(note.author.to_string())),
        )
    })
    .collect()
}

/// Warnings of a file's notes.
fn warnings(name: &str, text: &str) -> String {
    let reading = reading_of(&[(name, text.as_bytes())]);
    let each = reading.corpus.notes.iter().flat_map(|n| n.warnings.iter());
    each.map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn of_several_people_in_one_text_the_first_is_not_taken() {
    for text in [
        "5/2/22 0910 P11 rang, slept badly and asks about the dose. KL\n5/2/22 1200 P14 rang, left a message.\n",
        "Ward round\nP11 - integration today, quiet, ate a little.\nP14 - slept, no complaints.\n",
    ] {
        assert_eq!(notes("a.txt", text).len(), 1, "{text}");
        let found = &notes("a.txt", text)[0];
        assert!(found.starts_with("- "), "{text} {found}");
        assert!(found.ends_with(" - -"), "{text} {found}");
        let said = warnings("a.txt", text);
        assert!(said.contains("this file speaks of P11, P14"), "{said}");
    }
}

#[test]
fn what_one_note_tells_of_other_days_and_people_leaves_it_its_own() {
    for (text, expected) in [
        (
            "P11 integration 6/20/22\n\n5/2/22 started sertraline, which made her sick.\n5/9/22 stopped it again, and slept better after.\n",
            "P11 2022-06-20 integration -",
        ),
        (
            "Date: 2022-05-04\nParticipant: P11\nKAP #2\nShe lay still and wept for a long while.\nSigned: KL\nDate: 2022-05-05\n",
            "P11 2022-05-04 ketamine KL",
        ),
        (
            "2022-05-04 KAP #2, P11\nShe lay still and wept.\nPlan:\n2022-05-06 integration\n2022-05-13 KAP #3\n",
            "P11 2022-05-04 ketamine -",
        ),
        (
            "P11 integration 6/20/22\nShe met P14 at the door. P14 was kind to her.\n",
            "P11 2022-06-20 integration -",
        ),
    ] {
        assert_eq!(notes("a.txt", text), [expected], "{text}");
        assert!(!warnings("a.txt", text).contains("several"), "{text}");
    }
}

#[test]
fn whom_a_letter_is_for_did_not_write_it() {
    let head = "3 May 2022\n\nDr L Moor\nHill Street\n\n";
    for (greeting, closing, expected) in [
        (
            "Dear Dr Moor",
            "Yours sincerely\n\nDr Eva Lund\nPsychiatrist",
            "Dr Eva Lund",
        ),
        ("Dear Dr Moor,", "Kind regards,\nEva Lund", "Eva Lund"),
        (
            "Dear Dr Moor and Colleagues",
            "Best wishes\nDr Eva Lund, Consultant",
            "Dr Eva Lund",
        ),
    ] {
        let text = format!("{head}{greeting}\n\nRe: P11\n\nShe wept. She slept.\n\n{closing}\n");
        assert_eq!(
            notes("a.txt", &text),
            [format!("P11 2022-05-03 - {expected}")],
            "{text}"
        );
    }
    assert_eq!(
        notes(
            "a.txt",
            "To: Dr L Moor\nFrom: Dr Eva Lund\nDate: 3 May 2022\nRe: P11\nIntegration. She wept.\n"
        ),
        ["P11 2022-05-03 integration Dr Eva Lund"]
    );
}

#[test]
fn who_is_told_or_referred_did_not_write_it() {
    for line in [
        "cc Dr L Moor",
        "GP: Dr L Moor",
        "Primary care physician: Dr Lin Moor",
        "Referred by: Dr L Moor",
    ] {
        let text = format!("P11, 3 May 2022, integration\n{line}\nShe wept.\n");
        assert_eq!(
            notes("a.txt", &text),
            ["P11 2022-05-03 integration -"],
            "{line}"
        );
    }
}

#[test]
fn of_several_days_in_one_text_the_first_is_not_taken() {
    let fields = "When\n3 May 2022\nWhat\nIntegration\nNote\nShe spoke about the river.\nWhen\n9 May 2022\nWhat\nEvaluation\nNote\nShe was quiet this time.\n";
    let found = notes("P11.txt", fields);
    assert!(
        found.len() == 2 || found == ["P11 - - -"],
        "parted or unknown, never the first of two: {found:?}"
    );
}
