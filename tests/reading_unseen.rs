//! Layouts and letters of clinics that no corpus of this repository has: what a note says is read,
//! and where a file is not parted, what only its first note says is unknown.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use std::fs;
use std::io::{Cursor, Write};

use verbatim::codebook::reading::english;
use verbatim::ingest::{Options, Reading, read};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

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

#[test]
fn days_alone_on_their_lines_part_a_file_that_goes_on_in_time() {
    for (text, kinds) in [
        (
            "04 May 2022\nS: Low.\nP: KAP next week on 11 May 2022.\n11 May 2022\nS: Wept.\n13 May 2022\nS: A door.\n",
            ["-", "-", "-"],
        ),
        (
            "5/4/22\nLow.\n5/11/22\nKAP #1. She wept.\n5/13/22\nIntegration. A door.\n",
            ["-", "ketamine", "integration"],
        ),
    ] {
        let [first, second, third] = kinds;
        assert_eq!(
            notes("P11.txt", text),
            [
                format!("P11 2022-05-04 {first} -"),
                format!("P11 2022-05-11 {second} -"),
                format!("P11 2022-05-13 {third} -")
            ],
            "{text}"
        );
    }
}

#[test]
fn what_happened_at_an_hour_of_the_day_is_no_header() {
    assert_eq!(
        notes(
            "P11.txt",
            "2022-05-11 KAP 1\nShe wept.\n2022-05-11 10:45 ondansetron given\nShe laughed.\n\n2022-05-13 Integration\nA door.\n"
        ),
        ["P11 2022-05-11 ketamine -", "P11 2022-05-13 integration -"]
    );
}

#[test]
fn a_header_in_a_shape_of_its_own_ends_the_note_before() {
    let first = "5/11/22 KAP #1\nShe wept.\n\n5/13/22 Integration\nA door.\n\n";
    for (last, kind) in [
        ("Follow up  06/30/2022", "follow_up"),
        ("*** 6/30/22 - IS2 ***", "integration"),
        ("6/30/2022", "-"),
    ] {
        assert_eq!(
            notes("P11.txt", &format!("{first}{last}\nBetter at work.\n")),
            [
                "P11 2022-05-11 ketamine -".to_owned(),
                "P11 2022-05-13 integration -".to_owned(),
                format!("P11 2022-06-30 {kind} -")
            ],
            "{last}"
        );
    }
    let told = "## 5/11/22 KAP #1\n\nShe wept.\n\n2/3/22\nHer mother died then.\n\n## 5/13/22 Integration\n\nA door.\n";
    assert_eq!(notes("P11.txt", told).len(), 2, "an earlier day is told of");
}

#[test]
fn a_heading_of_the_notes_level_ends_the_note_before() {
    let notes_of = |last: &str| {
        notes(
            "2022-05-11.md",
            &format!(
                "## 9:00 P11 integration\n\nA door.\n\n## 10:00 P14 integration\n\nFields.\n\n{last}"
            ),
        )
    };
    assert_eq!(
        notes_of("## 11:30 Team\n\nTalked about rooms.\n"),
        [
            "P11 2022-05-11 integration -",
            "P14 2022-05-11 integration -",
            "- 2022-05-11 - -"
        ]
    );
    assert_eq!(notes_of("## Plan\n\nSee him on Friday.\n").len(), 2);
}

#[test]
fn front_matter_holds_for_every_note_behind_it() {
    assert_eq!(
        notes(
            "a.md",
            "---\ntherapist: Mo Lund\nparticipant: P11\n---\n\n## 2022-05-11 KAP 1\n\nShe wept.\n\n## 2022-05-13 Integration\n\nA door.\n"
        ),
        [
            "P11 2022-05-11 ketamine Mo Lund",
            "P11 2022-05-13 integration Mo Lund"
        ]
    );
}

#[test]
fn a_day_takes_its_month_and_year_from_the_headings_above() {
    for text in [
        "# 2022\n\n## May\n\n### 11th - KAP 1\n\nShe wept.\n\n### 13th - integration\n\nA door.\n\n## June\n\n### 30th - follow-up\n\nBetter.\n",
        "# May 2022\n\n## 11 - KAP 1\n\nShe wept.\n\n## 13 - integration\n\nA door.\n\n# June 2022\n\n## 30 - follow-up\n\nBetter.\n",
    ] {
        assert_eq!(
            notes("P11.md", text),
            [
                "P11 2022-05-11 ketamine -",
                "P11 2022-05-13 integration -",
                "P11 2022-06-30 follow_up -"
            ],
            "{text}"
        );
    }
}

#[test]
fn a_log_of_calls_parts_where_another_person_is_named() {
    assert_eq!(
        notes(
            "phone log 2021.txt",
            "11/24  0915  P11 called, asks about driving.  KL\n11/24  1630  P14 called, left a message.  MB\n12/30  0800  P11 called: she is ill.  KL\n12/31  0900  P14 called, slept well again.  MB\n"
        )
        .iter()
        .filter(|n| n.starts_with("P11 2021-11-24 follow_up KL") || n.starts_with("P14"))
        .count(),
        3
    );
}

#[test]
fn days_in_other_languages_part_a_file() {
    for (text, days) in [
        (
            "Do., 05.05.2022, Erstgespräch\nMüde.\n\nMi., 11.05.2022, Ketaminsitzung\nTränen.\n\nFr., 13.05.2022, Integration\nVater.\n",
            [
                "2022-05-05 evaluation",
                "2022-05-11 ketamine",
                "2022-05-13 integration",
            ],
        ),
        (
            "Le 5 mai 2022, première consultation\nElle dort mal.\n\nLe 11 mai 2022, séance de kétamine\nElle a pleuré.\n\nLe 3 août 2022, intégration\nElle parle.\n",
            [
                "2022-05-05 evaluation",
                "2022-05-11 ketamine",
                "2022-08-03 integration",
            ],
        ),
        (
            "Fecha: 5 de mayo de 2022\nPrimera consulta\nDuerme mal.\n\nFecha: 11 de mayo de 2022\nSesión de ketamina\nLloró.\n\nFecha: 3 de agosto de 2022\nIntegración\nHabla.\n",
            [
                "2022-05-05 evaluation",
                "2022-05-11 ketamine",
                "2022-08-03 integration",
            ],
        ),
    ] {
        let expected = days.map(|day| format!("P11 {day} -"));
        assert_eq!(notes("P11.txt", text), expected, "{text}");
    }
}

#[test]
fn further_writings_of_a_day_are_read() {
    for day in [
        "14. März 2022",
        "14 marzo 2022",
        "14 de março de 2022",
        "14 maart 2022",
        "14 III 2022",
        "14. 3. 2022",
        "2022年3月14日",
    ] {
        let text = format!("Participant: P11\nDate: {day}\nSession: Integration\nShe wept.\n");
        assert_eq!(
            notes("a.txt", &text),
            ["P11 2022-03-14 integration -"],
            "{day}"
        );
    }
}

#[test]
fn what_is_due_is_not_what_was_held() {
    for text in ["Calm. Integration due Monday.", "Calm. Integration is due."] {
        let text = format!("P11, 16 May 2022\n{text}\n");
        assert_eq!(notes("a.txt", &text), ["P11 2022-05-16 - -"], "{text}");
    }
}

#[test]
fn messages_part_at_their_heads_and_are_their_senders() {
    let first = "From: Eva Lund <eva@example.org>\nSent: Wednesday, 11 May 2022 9:12 AM\nTo: Study inbox\nSubject: A11 - dosing session 1\n\nShe lay still and wept.\n\n";
    let second = "From: Mo Moor <mo@example.org>\nSent: Thursday, 5 May 2022 4:40 PM\nTo: Study inbox\nSubject: A14 intake assessment\n\nHe sleeps four hours.\n";
    for rule in ["-----Original Message-----\n", ""] {
        let text = format!("{first}{rule}{second}");
        let reading = reading_of(&[("a.txt", text.as_bytes())]);
        assert_eq!(
            shown(&reading),
            [
                "A11 2022-05-11 ketamine Eva Lund",
                "A14 2022-05-05 evaluation Mo Moor"
            ],
            "{text}"
        );
        assert_eq!(reading.texts.text(0).unwrap(), "She lay still and wept.");
    }
}

#[test]
fn lists_of_terms_are_fields() {
    let list = |who: &str, day: &str, kind: &str| {
        format!(
            "<dl><dt>Participant</dt><dd>{who}</dd><dt>Date</dt><dd>{day}</dd><dt>Session</dt><dd>{kind}</dd><dt>Note</dt><dd>She wept.</dd></dl>\n"
        )
    };
    let page = format!(
        "<html><body>{}{}</body></html>",
        list("Q11", "2022-05-13", "Integration"),
        list("Q14", "2022-05-16", "Evaluation")
    );
    assert_eq!(
        notes("a.html", &page),
        [
            "Q11 2022-05-13 integration -",
            "Q14 2022-05-16 evaluation -"
        ]
    );
}

#[test]
fn a_documents_day_is_its_encounters_not_its_index_entrys() {
    let bundle = |date: &str| {
        format!(
            r#"{{"resourceType":"Bundle","type":"collection","entry":[{{"resource":{{"resourceType":"Encounter","id":"e1","type":[{{"text":"Integration session"}}],"period":{{"start":"2022-05-13T10:00:00Z"}}}}}},{{"resource":{{"resourceType":"DocumentReference","id":"d1","status":"current","subject":{{"reference":"Patient/p11"}},{date}"content":[{{"attachment":{{"contentType":"text/plain","data":"U2hlIHdlcHQu"}}}}],"context":{{"encounter":[{{"reference":"Encounter/e1"}}]}}}}}}]}}"#
        )
    };
    for date in ["", r#""date":"2022-12-31T00:00:00Z","#] {
        assert_eq!(
            notes("a.json", &bundle(date)),
            ["p11 2022-05-13 integration -"],
            "{date}"
        );
    }
}

#[test]
fn an_opendocument_sheet_has_its_days() {
    let cell = |text: &str| {
        format!(
            "<table:table-cell office:value-type=\"string\" calcext:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
        )
    };
    let day = |value: &str, shown: &str| {
        format!(
            "<table:table-cell table:style-name=\"ce1\" office:value-type=\"date\" office:date-value=\"{value}\" calcext:value-type=\"date\"><text:p>{shown}</text:p></table:table-cell>"
        )
    };
    let row = |cells: [String; 3]| format!("<table:table-row>{}</table:table-row>", cells.concat());
    let rows = [
        row([cell("participant"), cell("date"), cell("note")]),
        row([
            cell("P11"),
            day("2022-05-13", "13.05.22"),
            cell("Integration. She wept."),
        ]),
        row([
            cell("P14"),
            day("2022-05-16T09:30:00", "16.05.22"),
            cell("Integration. He slept."),
        ]),
    ];
    let urn = "urn:oasis:names:tc:opendocument:xmlns";
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content xmlns:office=\"{urn}:office:1.0\" xmlns:table=\"{urn}:table:1.0\" xmlns:text=\"{urn}:text:1.0\" xmlns:calcext=\"urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0\" office:version=\"1.3\"><office:body><office:spreadsheet><table:table table:name=\"Sheet1\">{}</table:table></office:spreadsheet></office:body></office:document-content>",
        rows.concat()
    );
    let mimetype = "application/vnd.oasis.opendocument.spreadsheet";
    let manifest = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><manifest:manifest xmlns:manifest=\"{urn}:manifest:1.0\"><manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"{mimetype}\"/><manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/></manifest:manifest>"
    );
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in [
        ("mimetype", mimetype),
        ("content.xml", &content),
        ("META-INF/manifest.xml", &manifest),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes.as_bytes()).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    assert_eq!(
        shown(&reading_of(&[("t.ods", &bytes)])),
        [
            "P11 2022-05-13 integration -",
            "P14 2022-05-16 integration -"
        ]
    );
}

#[test]
fn days_are_counted_from_the_one_that_the_file_names() {
    let body = "Day -10: Screening visit\nLow.\n\nDay 0: Dosing 1\nShe wept.\n\nDay 2: Integration\nA door.\n";
    let of = |first: &str| notes("a.txt", &format!("Participant P11\n{first}\n{body}"));
    assert_eq!(
        of("Day 0 = 11 May 2022\n"),
        [
            "P11 2022-05-01 evaluation -",
            "P11 2022-05-11 ketamine -",
            "P11 2022-05-13 integration -"
        ]
    );
    assert!(
        of("Start: spring 2022\n")
            .iter()
            .all(|n| n.starts_with("P11 - ")),
        "no day is named to count from"
    );
}

#[test]
fn rows_that_are_lines_of_one_note_are_one_note() {
    let table = "NOTE_ID,LINE,PAT_ID,NOTE_DATE,NOTE_TEXT\n71,1,Q11,2022-05-13,The music started and she began\n71,2,Q11,2022-05-13,to weep. She felt hope.\n72,1,Q14,2022-05-16,He slept.\n73,1,Q14,2022-05-17,He woke.\n";
    let reading = reading_of(&[("e.csv", table.as_bytes())]);
    assert_eq!(
        shown(&reading),
        [
            "Q11 2022-05-13 - -",
            "Q14 2022-05-16 - -",
            "Q14 2022-05-17 - -"
        ]
    );
    assert_eq!(
        reading.texts.text(0).unwrap(),
        "The music started and she began\nto weep. She felt hope."
    );
}

#[test]
fn an_archive_cut_off_behind_one_inside_it_is_not_read_as_that() {
    let packed = |members: &[(&str, &[u8])]| {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let stored =
            SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        for (name, bytes) in members {
            zip.start_file(*name, stored).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    };
    let inner = packed(&[("P14 2022-05-16.txt", b"Integration. He slept.")]);
    let outer = packed(&[
        ("P11 2022-05-13.txt", b"Integration. She wept."),
        ("inner.zip", &inner),
    ]);
    let end = outer.windows(inner.len()).position(|w| w == inner).unwrap() + inner.len();
    let cut = &outer[..end];
    assert_eq!(shown(&reading_of(&[("whole.zip", &outer)])).len(), 2);
    let reading = reading_of(&[("cut.zip", cut)]);
    assert!(shown(&reading).is_empty(), "{:?}", shown(&reading));
    assert!(
        reading
            .ledger
            .rows
            .iter()
            .any(|r| r.reason.contains("cut off"))
    );
}

#[test]
fn who_signs_an_addendum_did_not_write_the_note() {
    for (signed, author) in [("", "-"), (" -KL", "KL")] {
        let text = format!(
            "P11 2022-05-11 KAP 1\nShe lay still.\nShe wept.{signed}\n\nAddendum 12 May 2022: her husband rang. -MB\n"
        );
        assert_eq!(
            notes("a.txt", &text),
            [format!("P11 2022-05-11 ketamine {author}")],
            "{text}"
        );
    }
}

#[test]
fn an_entry_whose_line_is_all_head_begins_a_note() {
    let text = "Do., 05.05.2022, Erstgespräch (Fr. Dr. Lund)\nSeit zwei Jahren müde.\nMi., 11.05.2022, 1. Ketaminsitzung (Dr. Moor)\nNach zehn Minuten Tränen.\nFr., 13.05.2022, Integration (Fr. Dr. Lund)\nSie spricht vom Vater.\n";
    let found = notes("P11.txt", text);
    let kinds = [
        "2022-05-05 evaluation",
        "2022-05-11 ketamine",
        "2022-05-13 integration",
    ];
    assert_eq!(found.len(), 3, "{found:?}");
    for (note, kind) in found.iter().zip(kinds) {
        assert!(note.starts_with(&format!("P11 {kind}")), "{note}");
    }
}

#[test]
fn a_head_between_notes_holds_for_those_below_it() {
    for (first, second) in [
        (
            "Patient: P01\nClinician: Dr Berg",
            "Patient: P02\nClinician: Dr Lund",
        ),
        ("P01", "P02"),
        ("=== P01 ===", "=== P02 ==="),
    ] {
        let text = format!(
            "{first}\n\n3/14/24 KAP 1\nShe cried.\n\n3/16/24 IS\nShe talked.\n\n{second}\n\n3/15/24 KAP 1\nHe laughed.\n\n3/17/24 IS\nHe talked.\n"
        );
        let found = notes("a.txt", &text);
        let people: Vec<&str> = found.iter().filter_map(|n| n.split(' ').next()).collect();
        assert_eq!(people, ["P01", "P01", "P02", "P02"], "{text}");
        let reading = reading_of(&[("a.txt", text.as_bytes())]);
        assert_eq!(reading.texts.text(1).unwrap(), "She talked.");
        if first.contains("Berg") {
            assert!(found[2].ends_with("Dr Lund"), "{found:?}");
        }
    }
    assert_eq!(
        notes(
            "a.txt",
            "2023\n\n11/14 KAP 1\nShe cried.\n\n2024\n\n1/15 KAP 2\nShe laughed.\n"
        ),
        ["- 2023-11-14 ketamine -", "- 2024-01-15 ketamine -"]
    );
}

#[test]
fn several_people_in_one_days_note_leave_it_nobodys() {
    let text = "March 14, 2024\n\nP01 KAP 1: She cried.\n\nP02 IS 1: He talked.\n\nMarch 15, 2024\n\nP01 IS 1: She slept.\n";
    assert_eq!(
        notes("day.txt", text),
        ["P01 2024-03-15 integration -", "- 2024-03-14 - -"]
    );
}

#[test]
fn neighbours_do_not_name_who_a_header_names_otherwise() {
    let text = "2024-03-12 - P2 - KAP 1\nA one.\n\n2024-03-13 - Anna - KAP 3\nB two.\n\n2024-03-14 - staff meeting\nC three.\n\n2024-03-15 - P2 - KAP 5\nD four.\n\n2024-03-16 - integration\nE five.\n";
    let mut found = notes("a.txt", text);
    found.sort_by_key(|n| n.split(' ').nth(1).map(str::to_owned));
    assert_eq!(
        found,
        [
            "P2 2024-03-12 ketamine -",
            "- 2024-03-13 ketamine -",
            "- 2024-03-14 - -",
            "P2 2024-03-15 ketamine -",
            "P2 2024-03-16 integration -",
        ]
    );
}

#[test]
fn lines_in_another_spelling_end_the_note_before_them() {
    let of = |text: &str| notes("a.txt", text).len();
    let keyed = "Client: AS-11\nDate: Mar 4, 2024\nCurious.\n\nClient: as-7\nDate: Mar 5, 2024\nDose raised.\n";
    assert_eq!(of(keyed), 2);
    let undated = "4/2/24 intake\nLost her mother.\n\n4/23/24 KAP 1\nCried.\n\nundated, on a sticky note\nAsk about the visit.\n\nSunday 28th\nTrain.\n";
    let found = notes("a.txt", undated);
    assert_eq!(found.len(), 4);
    assert!(found.contains(&"- - - -".to_owned()), "{found:?}");
    let two_lines = "KAP 1\n3/14/24\nShe cried.\n\nIS\n3/16/24\nTalked.\n";
    assert_eq!(
        notes("a.txt", two_lines),
        ["- 2024-03-14 ketamine -", "- 2024-03-16 integration -"]
    );
    let titled = "My log\n3/14/24 KAP 1\nShe cried.\n\n3/16/24 IS\nTalked.\n";
    assert_eq!(of(titled), 2);
}

#[test]
fn an_empty_field_is_empty() {
    assert_eq!(
        notes(
            "a.txt",
            "Patient: P01\nDate: 2024-03-04\nSession: KAP 2\nRN:\n\nTime   BP   Comments\n10:00  120/80  calm\n"
        ),
        ["P01 2024-03-04 ketamine -"]
    );
    assert_eq!(
        notes(
            "a.txt",
            "Patient: P01\nDate:\nClinician: Dr Berg\n\nShe came on 3 May 2021 to us first.\n"
        ),
        ["P01 - - Dr Berg"]
    );
    // A form whose values stand below their keys.
    assert_eq!(
        notes("a.txt", "Patient:\nP01\nDate:\n3 May 2021\n\nShe slept.\n"),
        ["P01 2021-05-03 - -"]
    );
}

#[test]
fn the_day_of_dictation_is_the_notes_where_nothing_else_says_one() {
    let dictated = "Job 2   Dictated 04/23/2024 16:10\n\n";
    let seen = "Patient 14 seen on April 22nd 2024, dosing session. He slept.\n";
    let of = |text: &str| {
        notes("a.txt", text)[0]
            .split(' ')
            .nth(1)
            .unwrap()
            .to_owned()
    };
    assert_eq!(of(&format!("{dictated}{seen}")), "2024-04-22");
    assert_eq!(of(&format!("{dictated}He slept.\n")), "2024-04-23");
}

#[test]
fn a_title_says_what_notes_are_that_say_nothing_themselves() {
    let with = |second: &str| {
        let text =
            format!("KAP sessions\n\n3/14/24 P01\nShe lay.\n\n3/16/24 P01{second}\nShe sat.\n");
        notes("a.txt", &text)
    };
    assert_eq!(
        with(""),
        ["P01 2024-03-14 ketamine -", "P01 2024-03-16 ketamine -"]
    );
    assert_eq!(
        with(" integration"),
        ["P01 2024-03-14 - -", "P01 2024-03-16 integration -"]
    );
}

#[test]
fn a_counter_in_a_files_name_is_nobody() {
    let first = b"Visit of 2024-03-01, patient number 14. She slept.\n";
    let second = b"Visit of 2024-03-08, patient number fourteen. She ate.\n";
    let reading = reading_of(&[("dict_0031.txt", first), ("dict_0032.txt", second)]);
    let people: Vec<String> = shown(&reading);
    assert!(people.iter().all(|n| n.starts_with("14 ")), "{people:?}");
}

#[test]
fn forms_of_a_name_in_the_table_are_that_person() {
    let table = "id,name,also\nV2,Emil Norden,Em\nV3,Ada Berg,Addie; Ads\n";
    for (written, id) in [
        ("Emil N.", "V2"),
        ("E. Norden", "V2"),
        ("Norden, Emil", "V2"),
        ("E.N.", "V2"),
        ("Em", "V2"),
        ("Berg", "V3"),
        ("[[Addie]]", "V3"),
    ] {
        let note = format!("Client: {written}\nDate: 30 Sep 2022\n\nHe slept well.\n");
        let files = [("people.csv", table.as_bytes()), ("a.txt", note.as_bytes())];
        let found = shown(&reading_of(&files));
        assert_eq!(found, [format!("{id} 2022-09-30 - -")], "{written}");
    }
    // Two of one name: whose note it is, nobody can say.
    let table = "id,name,also\nV2,Emil Norden,Em\nV3,Ada Norden,Addie\n";
    let note = "Client: Norden\nDate: 30 Sep 2022\n\nHe slept well.\n";
    let files = [("people.csv", table.as_bytes()), ("a.txt", note.as_bytes())];
    assert_eq!(shown(&reading_of(&files)), ["- 2022-09-30 - -"]);
}

#[test]
fn letters_about_others_are_not_the_neighbours() {
    let known = "Dear Dr Hale\n\nRe: Pt 4471\n\nI saw her on 9 March 2022 for assessment.\n";
    let unknown = "Dear Dr Hale\n\nOlaf Tern, d.o.b. 30/01/1990\n\nI saw him on 19 March 2022 for assessment.\n";
    let files = [
        ("letters/a.txt", known.as_bytes()),
        (
            "letters/b.txt",
            known.replace("9 March", "16 March").as_bytes(),
        ),
        ("letters/c.txt", unknown.as_bytes()),
    ]
    .map(|(name, bytes)| (name, bytes.to_vec()));
    let files: Vec<(&str, &[u8])> = files.iter().map(|(n, b)| (*n, &b[..])).collect();
    let reading = reading_of(&files);
    let last = reading
        .corpus
        .notes
        .iter()
        .find(|n| n.id.as_str() == "letters/c.txt");
    let who = last.unwrap().participant.value.as_ref();
    assert_eq!(who.map(ToString::to_string).as_deref(), Some("Olaf Tern"));
}
