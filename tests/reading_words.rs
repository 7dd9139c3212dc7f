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

#[test]
fn a_year_of_birth_is_not_that_of_the_days_below_it() {
    let text = "Ines K., b. 1990\n\n4 Nov - dosing 1\nWarm and slow.\n\n9 Nov - integration\nCalled her aunt.\n";
    let days: Vec<String> = notes("ines.txt", text);
    assert_eq!(days.len(), 2);
    assert!(days.iter().all(|day| day.contains(" - ")), "{days:?}");
    let told = text.replace("1990\n", "1990\nYear: 2023\n");
    let days = notes("ines.txt", &told);
    assert!(
        days[0].contains("2023-11-04") && days[1].contains("2023-11-09"),
        "{days:?}"
    );
}

#[test]
fn the_year_turns_where_days_run_on() {
    let text = "Patient: P41\nYear: 2022\n\n14 Nov - dosing\nShe hummed for a while.\n\n29 Nov - integration\nHer tune came back.\n\n10 Jan - dosing\nThe lift came back.\n";
    assert_eq!(
        notes("a.txt", text),
        [
            "P41 2022-11-14 ketamine -",
            "P41 2022-11-29 integration -",
            "P41 2023-01-10 ketamine -",
        ]
    );
    // Days that run backwards, and a year among them: which one is the title's, nothing says.
    let text = "Patient: P41\nYear: 2022\n\n12 Jan - dosing\nShe hummed.\n\n29 Nov - integration\nHer tune.\n\n14 Nov - dosing\nThe lift.\n\n2 Nov - evaluation\nShe asked.\n";
    assert!(notes("a.txt", text).iter().all(|n| n.contains(" - ")));
}

#[test]
fn the_weekday_denies_a_titles_year() {
    let text = "P41, 2022\n\nMon 14 Nov - dosing\nShe hummed for a while.\n\nSun 29 Jan - integration\nHer tune came back.\n";
    let found = notes("a.txt", text);
    assert!(
        found[0].contains("2022-11-14") && found[1].contains("2023-01-29"),
        "{found:?}"
    );
}

#[test]
fn a_year_behind_a_name_is_no_number_of_a_person() {
    let text =
        "14 Nov - dosing\nShe hummed for a while.\n\n29 Nov - integration\nHer tune came back.\n";
    let found = notes("Anouk 2022.txt", text);
    assert_eq!(
        found,
        ["- 2022-11-14 ketamine -", "- 2022-11-29 integration -"]
    );
}

#[test]
fn what_was_planned_and_not_held_is_no_session() {
    for (head, body) in [
        (
            "Service: Ketamine infusion",
            "NO SHOW. Left a voicemail twice.",
        ),
        ("Service: Ketamine infusion", "Did not arrive, phone off."),
        (
            "Service: KAP session 2",
            "Appointment cancelled by the patient.",
        ),
        ("Service: KAP session 2\nStatus: no-show", "Rang at noon."),
    ] {
        let text = format!("Client: P41\nDate: April 28, 2023\n{head}\n\n{body}\n");
        assert_eq!(notes("a.txt", &text), ["P41 2023-04-28 - -"], "{text}");
    }
    let table = "client,date,type,status,note\nP41,2024-02-20,KAP,done,Her hands played on the blanket.\nP41,2024-02-27,KAP,cancelled,Fever since the morning.\n";
    assert_eq!(
        notes("a.csv", table),
        ["P41 2024-02-20 ketamine -", "P41 2024-02-27 - -"]
    );
    for body in [
        "She cancelled her trip to the coast and lay still for an hour.",
        "He did not come back quickly, and wept for his brother.",
        "No show last week, came today and worked on the grief.",
    ] {
        let text = format!("Client: P41\nDate: April 28, 2023\nService: KAP session 2\n\n{body}\n");
        assert_eq!(
            notes("a.txt", &text),
            ["P41 2023-04-28 ketamine -"],
            "{body}"
        );
    }
}

#[test]
fn a_study_code_is_a_person_and_no_session() {
    let text = "KAP-031\n20 Oct 2021\nThe coat was put away after the funeral.\n";
    assert_eq!(notes("a.txt", text), ["KAP-031 2021-10-20 - -"]);
    let text = "Patient: P41\n20 Oct 2021\nKAP-3\nThe coat was put away.\n";
    assert_eq!(notes("a.txt", text), ["P41 2021-10-20 ketamine -"]);
}

#[test]
fn a_bill_gives_way_to_what_was_done() {
    let text = "DATE: 3/18/19    CPT: 90837 ketamine    CLIN: Moss\nWarm all over.\n\nDATE: 3/20/19    CPT: none    CLIN: Moss\nShe phoned about a headache.\n\nDATE: 3/25/19    CPT: 90834    CLIN: Moss\nSpoke of warmth.\n";
    assert_eq!(
        notes("P41.txt", text),
        [
            "P41 2019-03-18 ketamine Moss",
            "P41 2019-03-20 - Moss",
            "P41 2019-03-25 integration Moss",
        ]
    );
}

#[test]
fn a_legend_explains_and_says_nothing_of_a_note() {
    let text = "Types: K = ketamine, T = talk after it (integration)\n\nDate: 14 June 2021\nPatient: P41\nType: K\n\nSaw the roof.\n\nDate: 15 June 2021\nPatient: P41\nType: T\n\nOf the roof again.\n";
    assert_eq!(
        notes("a.txt", text),
        ["P41 2021-06-14 ketamine -", "P41 2021-06-15 integration -"]
    );
    let text = "Sheet of 14 June 2021\nK = ketamine, T = talk (integration)\n\nSaw the roof and the river behind it.\n";
    assert!(
        notes("a.txt", text)[0].contains(" - -"),
        "{:?}",
        notes("a.txt", text)
    );
}

#[test]
fn initials_that_open_lines_are_several_people() {
    let text = "09:00 M.K. - ketamine\nSaw the roof from above, calm after.\n\n11:00 S.B. - integration\nSpoke about the row with his brother.\n\n13:00 A.L. - assessment\nNew, asks for help with sleep.\n";
    let found = notes("sheet 14-06-2021.txt", text);
    assert!(
        found
            == [
                "A.L. 2021-06-14 evaluation -",
                "M.K. 2021-06-14 ketamine -",
                "S.B. 2021-06-14 integration -"
            ]
            || found == ["- 2021-06-14 - -"],
        "{found:?}"
    );
}

#[test]
fn a_year_of_birth_is_nobody() {
    let text = "[{\"client\":{\"pseudonym\":\"Anouk\",\"born\":1988},\"visits\":[{\"when\":\"2024-02-05\",\"kind\":\"KAP\",\"body\":\"Her hands played on the blanket.\"}]},\
        {\"client\":{\"pseudonym\":\"Hilde\",\"born\":1988},\"visits\":[{\"when\":\"2024-02-06\",\"kind\":\"KAP\",\"body\":\"She counted the cranes outside.\"}]}]";
    assert_eq!(
        notes("a.json", text),
        ["Anouk 2024-02-05 ketamine -", "Hilde 2024-02-06 ketamine -"]
    );
}

#[test]
fn what_stands_in_columns_and_fields_of_others_is_nobodys_name() {
    let table = "Patient,When,Session,Comments,Therapist comments\nP41,2022-03-03,KAP 1,\"Quiet session, tears at the end.\",Fine.\nP41,2022-03-09,IS 1,The numbers were a way not to look.,Good.\n";
    let found = notes("a.csv", table);
    assert!(found.iter().all(|n| n.ends_with(" -")), "{found:?}");
    for key in ["Supervisor", "Referring provider", "Psychiatrist of record"] {
        let text = format!(
            "Client: P41\nDate: 2022-09-14\n{key}: Dr Haas\nType: integration\n\nShe spoke of the river.\n"
        );
        assert_eq!(notes("a.txt", &text), ["P41 2022-09-14 integration -"]);
    }
    let text = "DATE 5 March 2024. Third dose. Wept for a while, then slept.\n";
    assert!(notes("P41 KET3.txt", text)[0].ends_with(" -"));
}

#[test]
fn other_days_of_a_row_tell_the_order_of_day_and_month() {
    let table = "Chart,Date,Created,Type,Note\nP41,03/11/2022,03/14/2022,KAP,Floating over the fields for long.\nP42,03/12/2022,03/15/2022,IS,The fields came back to her.\n";
    let found = notes("a.csv", table);
    assert!(
        found[0].contains("2022-03-11") && found[1].contains("2022-03-12"),
        "{found:?}"
    );
}

#[test]
fn a_number_in_groups_is_one_number() {
    let text = "Dear Dr Collier\n\nRe: Mrs Edith Marsh, DOB 05/06/1961, NHS no 943 476 5919\n\nI saw her on 9 March 2022 for assessment.\n";
    assert!(notes("a.txt", text)[0].starts_with("943 476 5919 2022-03-09"));
}

#[test]
fn a_session_of_yesterday_is_not_todays() {
    let text = "From: Ida Moss\nTo: Team\nSubject: P41 dosing 1\nDate: 1 June 2022\n\nYesterday was Anouk's first dose (50 mg). She lay still and hummed.\n";
    assert!(notes("a.txt", text)[0].starts_with("P41 2022-05-31"));
    let text = "Date: 1 June 2022\nPatient: P41\nType: integration\n\nYesterday she slept badly after the dosing of last week.\n";
    assert!(notes("a.txt", text)[0].starts_with("P41 2022-06-01"));
}

#[test]
fn a_template_that_nobody_filled_in_is_nobodys() {
    let text = "Client: [name]\nDate: [date]\nService: KAP session\n\nDescribe set and setting.\n";
    assert!(notes("a.txt", text)[0].starts_with("- - "));
}

/// The warnings of the notes of one file.
fn warnings(name: &str, text: &str) -> String {
    let reading = reading_of(name, text);
    let each = reading.corpus.notes.iter();
    each.flat_map(|note| note.warnings.iter().cloned())
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_list_of_a_day_parts_at_its_people() {
    let list = "09:00 M.K. ketamine\nSaw the roof.\n\n11:00 S.B. integration\nSpoke about the row.\n\n13:30 A.L. assessment\nNew referral.\n";
    assert_eq!(
        notes("day 14-06-2021.txt", list),
        [
            "A.L. 2021-06-14 evaluation -",
            "M.K. 2021-06-14 ketamine -",
            "S.B. 2021-06-14 integration -",
        ]
    );
    let plain = list
        .replace("09:00 M.K. ", "M.K. - ")
        .replace("11:00 S.B. ", "S.B. - ");
    assert_eq!(notes("day 14-06-2021.txt", &plain).len(), 3);
    // What one person got is no list of people.
    let one =
        "P4, 14 June 2021\n\nIM ketamine 60 mg\nSaw the roof.\n\nSL ketamine 30 mg\nCame back.\n";
    assert_eq!(notes("day.txt", one).len(), 1);
}

#[test]
fn a_message_on_two_people_is_warned_of() {
    let mail = "From: Eva Lund <eva@example.org>\nTo: x@example.org\nSubject: Intake notes for Yvonne and Pilar\nDate: Wed, 1 Jun 2022 10:00:00 +0000\n\nYvonne: lost her sister in spring.\n\nPilar: sleeps badly since the birth.\n";
    let said = warnings("a.eml", mail);
    assert!(said.contains("speaks of Yvonne, Pilar"), "{said}");
}

#[test]
fn whom_the_line_above_a_letter_names() {
    for (line, who) in [
        (
            "Re: Mrs Edith Hargreaves, DOB 05/06/1961",
            "Edith Hargreaves",
        ),
        ("Re: Daniel Okonjo, d.o.b. 30/01/1990", "Daniel Okonjo"),
        ("Re: Edith Hargreaves (5.6.61)", "Edith Hargreaves"),
        ("Daniel Okonjo (30.1.90)", "Daniel Okonjo"),
        ("Re: Missed Appointment", "-"),
    ] {
        let text = format!(
            "The Harbour Clinic\n\n7 April 2022\n\n{line}\n\nDear Dr Shaw\n\nI saw her for ketamine.\n\nYours sincerely\n\nDr Anna Cole\n"
        );
        let found = notes("letter.txt", &text);
        assert!(
            found[0].starts_with(&format!("{who} ")),
            "{line}: {found:?}"
        );
    }
}

#[test]
fn sentences_of_a_day_before_the_first_header_are_told_of() {
    let text = "March 4, 2019 intake by phone, see below\nShe is a divorced nurse of two.\n\nDATE: 3/18/19 TYPE: ketamine\nWarm honey.\n\nDATE: 3/25/19 TYPE: integration\nHives.\n";
    let reading = reading_of("a.txt", text);
    let row = &reading.ledger.rows[0];
    assert_eq!(row.notes, 2, "{row:?}");
    assert!(row.reason.contains("go on in sentences"), "{row:?}");
    let titled = text.replace("She is a divorced nurse of two.\n", "");
    let reading = reading_of("a.txt", &titled);
    assert!(!reading.ledger.rows[0].reason.contains("go on in sentences"));
}

#[test]
fn a_diary_of_weekdays_parts_without_empty_lines() {
    let diary = "P4, 2022\nMon 14 Nov - first meeting (DK)\nShe hummed all the way.\nTue 29 Nov - dosing\nHer tune came back.\nTue 20 Dec - integration\nThe lift, again.\n";
    let found = notes("P4.txt", diary);
    assert_eq!(found.len(), 3, "{found:?}");
    let log = "P4 integration 28 April 2023\nShe slept badly.\nMon 14 Nov: BP 114/72\nTue 15 Nov: BP 120/80\nWed 16 Nov: BP 118/76\n";
    assert_eq!(notes("P4.txt", log).len(), 1);
}

#[test]
fn a_note_on_what_was_not_held_is_none_of_the_sessions() {
    let head = "Client: P4\nDate: 28 April 2023\nService: Ketamine infusion\n\n";
    let said = |text: &str| reading_of("a.txt", &format!("{head}{text}")).corpus.notes[0].not_held;
    assert!(said("NO SHOW. Left voicemail x2.\n"));
    assert!(!said("Warm honey feeling, no show of tears.\n"));
    let signed = format!("{head}Wept, then slept. (JB)\n");
    assert_eq!(notes("a.txt", &signed), ["P4 2023-04-28 ketamine JB"]);
}

#[test]
fn a_journal_cut_at_its_days_is_the_participants_own() {
    let days = "2024-03-01 Slept four hours. Calm for once.\n\n2024-03-04 He laughed at breakfast. I was there for it.\n\n2024-03-09 Told my mother no.\n";
    let own = |title: &str, days: &str| {
        let notes = reading_of("a.txt", &format!("{title}\n\n{days}"))
            .corpus
            .notes;
        assert_eq!(notes.len(), 3, "{title}");
        notes.iter().filter(|note| !note.turns.is_empty()).count()
    };
    assert_eq!(own("Patient's journal, typed up by R.N. (P07)", days), 3);
    assert_eq!(own("Nursing journal (P07)", days), 0);
    assert_eq!(own("P07, journal reviewed", days), 0);
    let charted = days.replace("He laughed", "Pt laughed");
    assert_eq!(own("Journal of P07", &charted), 2);
}
