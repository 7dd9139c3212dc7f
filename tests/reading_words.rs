//! Words and writings of single clinics: names of columns, kinds of visit, dates with points.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use std::fs;

use verbatim::codebook::reading::english;
use verbatim::ingest::{Options, Reading, read};

fn reading_of(name: &str, text: &str) -> Reading {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join(name), text).unwrap();
    let rules = english().unwrap();
    read(dir.path(), &Options::default(), &rules, &|_, _| {}).unwrap()
}

/// Each note of one file as `participant date type author`, `-` for unknown.
fn notes(name: &str, text: &str) -> Vec<String> {
    let or = |value: Option<String>| value.filter(|v| !v.is_empty()).unwrap_or("-".to_owned());
    let reading = reading_of(name, text);
    let each = reading.corpus.notes.iter();
    each.map(|note| {
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

#[test]
fn with_points_the_day_stands_first() {
    let text = "P4 02.05.23 KAP 1\nFloated over the roofs of her village.\n\nP4 16.05.23 KAP 2\nSat with the fear until it went.\n";
    assert_eq!(
        notes("visits.txt", text),
        ["P4 2023-05-02 ketamine -", "P4 2023-05-16 ketamine -"]
    );
}

#[test]
fn short_names_of_columns_and_kinds_are_read_in_tables_only() {
    let table = "Client;Datum;Art;Th.;Notiz\nW-21;14.05.2023;KET;Ru;Long calm after the second wave, then tears.\nW-21;28.06.2023;F/U 6 wk;Ru;Works again three days a week and sleeps.\nW-22;30.06.2023;Peer consultation;Ru;How to say no to a third course of doses.\n";
    assert_eq!(
        notes("log.csv", table),
        [
            "W-21 2023-05-14 ketamine Ru",
            "W-21 2023-06-28 follow_up Ru",
            "W-22 2023-06-30 - Ru",
        ]
    );
    let text = "Patient: P4\nDate: 2023-05-16\nSig: one tablet at night\n\nShe sleeps badly.\n";
    assert_eq!(notes("note.txt", text), ["P4 2023-05-16 - -"]);
}

#[test]
fn a_log_of_calls_has_its_columns_by_plain_words() {
    let page = "<html><body><h2>Calls</h2><table><tr><th>When</th><th>Who</th><th>Taken by</th><th>What</th></tr>\
        <tr><td>5/16/23</td><td>P4</td><td>ru</td><td>Asks whether she may drive on the day after the dose.</td></tr>\
        <tr><td>5/20/23</td><td>P9</td><td>lo</td><td>Slept through the night for the first time in a year.</td></tr>\
        </table></body></html>";
    let read = notes("calls.htm", page);
    let people: Vec<&str> = read.iter().filter_map(|n| n.split(' ').next()).collect();
    let authors: Vec<&str> = read
        .iter()
        .filter_map(|n| n.split(' ').next_back())
        .collect();
    assert_eq!((people, authors), (vec!["P4", "P9"], vec!["ru", "lo"]));
}

#[test]
fn a_header_that_stands_again_between_rows_is_no_note() {
    let table = "participant,date,note\nP4,2023-05-16,Quiet and clear.\nparticipant,date,note\nP9,2023-05-20,Wept a little.\n";
    let reading = reading_of("both.csv", table);
    let texts: Vec<String> = notes("both.csv", table);
    assert_eq!(texts, ["P4 2023-05-16 - -", "P9 2023-05-20 - -"]);
    let rows = reading.ledger.rows.iter();
    assert!(
        rows.map(|r| r.reason.clone())
            .any(|r| r.contains("header once more"))
    );
}

#[test]
fn a_sentence_behind_a_name_is_no_part_of_it() {
    let text = "Dr Anders. Patient 17.\n\nShe came by bus and was calm.\n";
    assert!(
        notes("note.txt", text)
            .iter()
            .all(|n| !n.contains("Patient"))
    );
}

#[test]
fn a_title_needs_no_empty_line_behind_it() {
    let text = "Log of the practice, second volume\n2023-05-02 - Mrs T. - intake\nLives alone since the autumn, sleeps little.\n\n2023-05-09 - Mr Ob. - KAP 2\nFlew over the harbour and was not afraid.\n\n2023-05-16 - Mrs T. - KAP 1\nHeld the rail for a while and then let go.\n";
    assert_eq!(
        notes("log.txt", text),
        [
            "Mr Ob 2023-05-09 ketamine -",
            "Mrs T. 2023-05-02 evaluation -",
            "Mrs T. 2023-05-16 ketamine -",
        ]
    );
    // A note that lists two days below its title is one note.
    let one = "Summary of the spring\n2023-05-02 she came for the first time.\n2023-05-09 she called and asked for a later day.\n";
    assert_eq!(notes("note.txt", one).len(), 1);
}

#[test]
fn who_a_letter_is_about_and_when_they_were_seen() {
    let letter = "Harbour Practice\n\n4 January 2023\n\nDear Dr Moss,\n\nRe: Ms Edda LIND, d.o.b. 01/02/1980\n\nYour patient had her first ketamine session on 28 December. She was at ease throughout.\n\nYours sincerely,\n\nDr Pia Holm\n";
    assert_eq!(
        notes("letter.txt", letter),
        ["Edda LIND 2022-12-28 ketamine Dr Pia Holm"]
    );
    // A degree behind a name is no "Ms".
    let text = "Seen by Ada Kerr, MS Counsel\n3/4/23\n\nShe slept and felt lighter on waking.\n";
    assert!(notes("note.txt", text).iter().all(|n| n.starts_with("- ")));
}

#[test]
fn a_name_above_the_day_hides_nothing_below_it() {
    let text = "Otto V.\n2/27/23\nKAP 1\n\nSixty milligrams. He laughed and then slept.\n";
    assert_eq!(notes("note.txt", text), ["- 2023-02-27 ketamine -"]);
    let told = "He came late.\n2/27/23 was the day of the flood.\n\nIt was hard to begin.\n";
    assert_eq!(notes("note.txt", told), ["- - - -"]);
}
