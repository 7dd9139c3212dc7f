//! Layouts that clinics keep their notes in, each read into the notes that a person would see.

#![expect(
    clippy::unwrap_used,
    clippy::format_push_string,
    reason = "a test ends where its ground gives way, and its pieces are small"
)]

use std::fs;
use std::io::{Cursor, Read, Write};

use verbatim::codebook::reading::english;
use verbatim::ingest::{LayoutKind, Limits, Options, Reading, SourceDefaults, Transcript, read};
use verbatim::model::layout::Speaker;
use verbatim::model::reading::Role;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn reading_of(files: &[(&str, &[u8])], options: &Options) -> Reading {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    read(dir.path(), options, &english().unwrap(), &|_, _| {}).unwrap()
}

/// Notes as `id participant date: text`.
fn notes(reading: &Reading) -> Vec<String> {
    let notes = reading.corpus.notes.iter().enumerate();
    notes
        .map(|(i, note)| {
            let participant = note.participant.value.as_ref().map_or("-", |p| p.as_str());
            let date = note.date.value.map_or("-".to_owned(), |d| d.to_string());
            let text = reading.texts.text(i).unwrap();
            format!("{} {participant} {date}: {text}", note.id)
        })
        .collect()
}

/// Notes as `id participant date type`.
fn kinds(reading: &Reading) -> Vec<String> {
    let notes = reading.corpus.notes.iter();
    notes
        .map(|note| {
            let participant = note.participant.value.as_ref().map_or("-", |p| p.as_str());
            let date = note.date.value.map_or("-".to_owned(), |d| d.to_string());
            let kind = note.session_type.value.as_deref().unwrap_or("-");
            format!("{} {participant} {date} {kind}", note.id)
        })
        .collect()
}

fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook as other programs write it; a cell that begins with `#` is a date's serial number.
fn workbook(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    let main = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let mut files = Vec::new();
    let (mut list, mut links) = (String::new(), String::new());
    for (i, (name, rows)) in sheets.iter().enumerate() {
        let n = i + 1;
        list += &format!("<sheet name=\"{name}\" sheetId=\"{n}\" r:id=\"rId{n}\"/>");
        links += &format!(
            "<Relationship Id=\"rId{n}\" Type=\"{relations}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>"
        );
        let mut data = String::new();
        for (r, cells) in rows.iter().enumerate() {
            data += &format!("<row r=\"{}\">", r + 1);
            for (c, cell) in cells.iter().enumerate().filter(|(_, c)| !c.is_empty()) {
                let at = format!("{}{}", char::from(b'A' + c as u8), r + 1);
                data += &match cell.strip_prefix('#') {
                    Some(serial) => format!("<c r=\"{at}\" s=\"1\"><v>{serial}</v></c>"),
                    None => format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{cell}</t></is></c>"),
                };
            }
            data += "</row>";
        }
        let sheet = format!("{head}<worksheet {main}><sheetData>{data}</sheetData></worksheet>");
        files.push((format!("xl/worksheets/sheet{n}.xml"), sheet));
    }
    links +=
        &format!("<Relationship Id=\"rId99\" Type=\"{relations}/styles\" Target=\"styles.xml\"/>");
    let package = "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"";
    files.push((
        "xl/_rels/workbook.xml.rels".to_owned(),
        format!("{head}<Relationships {package}>{links}</Relationships>"),
    ));
    files.push((
        "xl/workbook.xml".to_owned(),
        format!(
            "{head}<workbook {main} xmlns:r=\"{relations}\"><sheets>{list}</sheets></workbook>"
        ),
    ));
    files.push(("xl/styles.xml".to_owned(), format!("{head}<styleSheet {main}><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>")));
    let root = format!(
        "<Relationship Id=\"rId1\" Type=\"{relations}/officeDocument\" Target=\"xl/workbook.xml\"/>"
    );
    files.push((
        "_rels/.rels".to_owned(),
        format!("{head}<Relationships {package}>{root}</Relationships>"),
    ));
    let types = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>";
    files.push(("[Content_Types].xml".to_owned(), format!("{head}{types}")));
    let files: Vec<_> = files
        .iter()
        .map(|(n, t)| (n.as_str(), t.as_bytes()))
        .collect();
    zipped(&files)
}

#[test]
fn a_header_is_found_under_title_rows() {
    let csv = "Sunrise Clinic export\nprinted 3 May 2022\n\nPatient,DOS,Note\nP01,2022-03-08,Slept well all week.\nP02,2022-03-09,Two bad dreams.\n";
    let reading = reading_of(&[("a.csv", csv.as_bytes())], &Options::default());
    assert_eq!(
        notes(&reading),
        [
            "a.csv#row=1 P01 2022-03-08: Slept well all week.",
            "a.csv#row=2 P02 2022-03-09: Two bad dreams."
        ]
    );
    assert!(
        reading.ledger.rows[0].reason.contains("header in line 4"),
        "{}",
        reading.ledger.rows[0].reason
    );
}

#[test]
fn a_table_without_a_header_is_read_by_its_content() {
    let long = "She slept well on most nights, and the drive home was calm, she says, for once.";
    let csv = format!("P01,2022-03-08,{long}\nP02,2022-03-09,{long} Again.\n").replace(", ", " ");
    let reading = reading_of(&[("a.csv", csv.as_bytes())], &Options::default());
    assert_eq!(reading.corpus.notes.len(), 2, "{:?}", reading.ledger.rows);
    assert!(reading.ledger.rows[0].reason.contains("no header row"));
}

#[test]
fn a_note_in_parts_is_put_together() {
    let csv = "Patient,DOS,Subjective,Objective,Plan\nP01,2022-03-08,Slept well all week.,Calm and oriented.,Return on Thursday.\nP01,2022-03-15,Two bad dreams this week.,,Call on Friday at ten.\n";
    let reading = reading_of(&[("a.csv", csv.as_bytes())], &Options::default());
    assert_eq!(
        notes(&reading)[1],
        "a.csv#row=2 P01 2022-03-15: Subjective:\nTwo bad dreams this week.\n\nPlan:\nCall on Friday at ten."
    );
}

#[test]
fn sheets_dates_and_title_rows_of_a_workbook() {
    let book = workbook(&[
        (
            "P01",
            &[
                &["Monitoring"],
                &["Date", "Type", "Note"],
                &["#44628", "ketamine", "Slept well."],
                &["", "", ""],
                &["#44635", "IS", "Wept."],
            ],
        ),
        (
            "P02",
            &[
                &["Date", "Type", "Note"],
                &["#44629", "ketamine", "Two bad dreams."],
            ],
        ),
        ("empty", &[]),
    ]);
    let reading = reading_of(&[("book.xlsx", &book)], &Options::default());
    assert_eq!(
        notes(&reading),
        [
            "book.xlsx#sheet=P01/row=1 P01 2022-03-08: Slept well.",
            "book.xlsx#sheet=P01/row=2 P01 2022-03-15: Wept.",
            "book.xlsx#sheet=P02/row=1 P02 2022-03-09: Two bad dreams.",
        ]
    );
}

#[test]
fn a_form_above_lines_of_one_day_makes_a_sheet_one_note() {
    let book = workbook(&[
        (
            "first",
            &[
                &["Monitoring"],
                &["Patient", "P05", "", "Date", "2022-03-08"],
                &["Session", "KAP 1", "", "RN", "Ola Berg"],
                &["Time", "BP", "Comments"],
                &["10:00", "120/80", "at ease"],
                &["10:40", "", "wept, then laughed"],
            ],
        ),
        (
            "second",
            &[
                &["Date", "Patient", "Comments"],
                &["2022-03-15", "P05", "Slept well."],
            ],
        ),
    ]);
    let reading = reading_of(&[("flow.xlsx", &book)], &Options::default());
    assert_eq!(
        notes(&reading),
        [
            "flow.xlsx#sheet=first P05 2022-03-08: 10:00 | 120/80 | at ease\n10:40 | wept, then laughed",
            "flow.xlsx#sheet=second/row=1 P05 2022-03-15: Slept well.",
        ]
    );
    let authors = reading.corpus.notes.iter().map(|n| n.author.to_string());
    assert_eq!(authors.collect::<Vec<_>>(), ["Ola Berg", ""]);
}

#[test]
fn people_and_visits_in_one_workbook_with_merged_cells() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let people = book.add_worksheet().set_name("People").unwrap();
    let rows = [
        ["Study code", "AKA", "DOB", "Baby born"],
        ["K-1", "Ronnie", "1985-03-09", "2021-06-01"],
        ["K-2", "Aurelia", "1990-10-27", "2020-09-15"],
    ];
    for (r, row) in (0..).zip(rows) {
        people.write_row(r, 0, row).unwrap();
    }
    let visits = book.add_worksheet().set_name("Visits").unwrap();
    let plain = rust_xlsxwriter::Format::new();
    visits.write_string(0, 0, "All rooms").unwrap();
    visits.merge_range(2, 0, 3, 0, "Client", &plain).unwrap();
    visits.merge_range(2, 1, 2, 3, "Visit", &plain).unwrap();
    visits
        .write_row(3, 1, ["When", "What", "What happened"])
        .unwrap();
    visits.merge_range(4, 0, 5, 0, "Ronnie", &plain).unwrap();
    visits
        .write_row(4, 1, ["2022-02-01", "intake", "Low since the birth."])
        .unwrap();
    visits
        .write_row(
            5,
            1,
            ["2022-02-15", "dosing #1", "The ground came up to meet her."],
        )
        .unwrap();
    visits
        .write_row(
            6,
            0,
            ["K-2", "2022-02-10", "screening", "Worried about milk."],
        )
        .unwrap();
    let reading = reading_of(
        &[("Visits.xlsx", &book.save_to_buffer().unwrap())],
        &Options::default(),
    );
    let read: Vec<String> = notes(&reading)
        .iter()
        .map(|n| n.split_once(' ').unwrap().1.to_owned())
        .collect();
    assert_eq!(
        read,
        [
            "K-1 2022-02-01: Low since the birth.",
            "K-1 2022-02-15: The ground came up to meet her.",
            "K-2 2022-02-10: Worried about milk."
        ]
    );
    assert_eq!(reading.corpus.participants.len(), 2);
    let row = &reading.ledger.rows[0];
    assert!(
        row.reason
            .contains("sheet \"People\": participants' table: 2 participants"),
        "{}",
        row.reason
    );
}

#[test]
fn entries_under_each_person_of_an_export_are_notes() {
    let json = r#"{"export": {"app": "diary"}, "members": [
        {"_id": "a1", "profile": {"studyId": "DW004", "birthDate": "1988-02-17"}, "entries": [
            {"entryId": "e1", "kind": "intake", "occurredOn": "2023-06-05T10:00:00-07:00",
             "content": {"blocks": [{"type": "p", "text": "Low at six months."}, {"type": "p", "text": "Wants to be home."}]}},
            {"entryId": "e2", "kind": "journey", "occurredOn": "2023-06-12T19:30:00-07:00",
             "content": {"blocks": [{"type": "p", "text": "A seed in a jar."}]}}]},
        {"_id": "b2", "profile": {"studyId": "DW007", "birthDate": "1985-11-30"}, "entries": [
            {"entryId": "f1", "kind": "integ", "occurredOn": "2023-06-14T11:00:00-07:00",
             "content": {"blocks": [{"type": "p", "text": "No one asked the seed to hurry."}]}}]}]}"#;
    let reading = reading_of(&[("export.json", json.as_bytes())], &Options::default());
    assert_eq!(
        notes(&reading),
        [
            "e1 DW004 2023-06-05: Low at six months.\nWants to be home.",
            "e2 DW004 2023-06-12: A seed in a jar.",
            "f1 DW007 2023-06-14: No one asked the seed to hurry."
        ]
    );
}

#[test]
fn a_table_of_notes_in_a_document_is_a_note_a_row() {
    let page = "<html><body><h1>Chart export</h1><table>
        <tr><th>Patient</th><th>Date/time</th><th>Visit type</th><th>Note</th></tr>
        <tr><td rowspan=2>P01</td><td>03/16/2021 10:00</td><td>KAP #1</td><td>She felt at home in her body for once.</td></tr>
        <tr><td>03/18/2021</td><td>Integration</td><td>More patient with her son.<br>Used breathing twice.</td></tr>
        <tr><td>P02</td><td>04/01/2021</td><td>Intake</td><td>Low since the birth.</td></tr>
        </table></body></html>";
    let form = "<html><body><table><tr><th>Patient</th><td>P03</td></tr><tr><th>Date</th><td>2021-04-02</td></tr>
        <tr><th>Note</th><td>Slept well, and was glad of it.</td></tr></table></body></html>";
    let vitals = "<html><body><p>P04, 2021-05-03. Ketamine session. She lay still, wept, and then laughed for a long while.</p>
        <table><tr><th>Time</th><th>BP</th><th>HR</th><th>Comments</th></tr><tr><td>10:05</td><td>118/70</td><td>70</td><td>calm</td></tr>
        <tr><td>10:35</td><td>122/76</td><td>78</td><td>tearful</td></tr></table></body></html>";
    let reading = reading_of(
        &[
            ("a.html", page.as_bytes()),
            ("b.html", form.as_bytes()),
            ("c.html", vitals.as_bytes()),
        ],
        &Options::default(),
    );
    let notes = notes(&reading);
    assert_eq!(
        notes[..3],
        [
            "a.html#row=1 P01 2021-03-16: She felt at home in her body for once.",
            "a.html#row=2 P01 2021-03-18: More patient with her son.\nUsed breathing twice.",
            "a.html#row=3 P02 2021-04-01: Low since the birth."
        ]
    );
    assert_eq!(notes.len(), 5);
    assert!(
        notes[3].starts_with("b.html P03 2021-04-02: "),
        "{}",
        notes[3]
    );
    assert!(
        notes[4].starts_with("c.html P04 2021-05-03: "),
        "{}",
        notes[4]
    );
}

#[test]
fn a_workbook_that_unpacks_to_too_much_is_refused() {
    let book = workbook(&[("a", &[&["Note"], &[&"x".repeat(200_000)]])]);
    let options = Options {
        limits: Limits {
            unpacked_bytes: 100_000,
            ..Limits::default()
        },
        ..Options::default()
    };
    let reading = reading_of(&[("book.xlsx", &book)], &options);
    assert_eq!(reading.ledger.rows[0].outcome.as_str(), "failed");
    assert!(
        reading.ledger.rows[0]
            .reason
            .contains("unpacks to more than")
    );
}

#[test]
fn members_of_an_archive_are_read_like_files() {
    let inner = zipped(&[("deep.txt", b"P03 ketamine 2022-03-08\n\nSlept.")]);
    let archive = zipped(&[
        ("P01/2022-03-08 ketamine.txt", b"Wept, then laughed."),
        (
            "table.csv",
            b"participant,date,note\nP02,2022-03-09,Two bad dreams.\n",
        ),
        ("README.md", b"Not a note."),
        ("__MACOSX/._x.txt", b"Not seen."),
        ("../../up.txt", b"P04 integration 2022-03-10\n\nNo way out."),
        ("inner.zip", &inner),
    ]);
    let reading = reading_of(&[("a.zip", &archive)], &Options::default());
    let sources: Vec<_> = reading.corpus.notes.iter().map(|n| n.id.as_str()).collect();
    let expected = [
        "a.zip/P01/2022-03-08 ketamine.txt",
        "a.zip/table.csv#row=1",
        "a.zip/inner.zip/deep.txt",
        "a.zip/../../up.txt",
    ];
    assert_eq!(sources, expected);
    let options = Options {
        limits: Limits {
            unpacked_bytes: 60,
            ..Limits::default()
        },
        ..Options::default()
    };
    let reading = reading_of(&[("a.zip", &archive)], &options);
    assert_eq!(reading.ledger.rows[0].outcome.as_str(), "partly_read");
}

#[test]
fn a_table_under_a_text_files_name_and_an_array_of_json() {
    let txt = "Patient\tDOS\tNote\nP01\t2022-03-08\tSlept, \"well\".\nP02\t2022-03-09\tWept.\n";
    let json = br#"{"clinic": "x", "visits": [{"who": {"participant": "P03"}, "date": "2022-03-10", "note": "Ate."}, {"date": "2022-03-11"}]}"#;
    let reading = reading_of(
        &[("a.txt", txt.as_bytes()), ("b.json", json)],
        &Options::default(),
    );
    assert_eq!(
        notes(&reading),
        [
            "a.txt#row=1 P01 2022-03-08: Slept, \"well\".",
            "a.txt#row=2 P02 2022-03-09: Wept.",
            "b.json#row=1 P03 2022-03-10: Ate."
        ]
    );
}

#[test]
fn utterances_are_joined_as_the_study_says() {
    let csv = "talk,n,who,words,date\n7,2,client,Better.,2022-03-08\n7,1,therapist,\"How, then?\",2022-03-08\n";
    let options = Options {
        transcript: Some(Transcript {
            group_by: "talk".to_owned(),
            order: Some("n".to_owned()),
            text: "words".to_owned(),
            speaker: Some("who".to_owned()),
            participant_speakers: vec!["client".to_owned()],
            clinician_speakers: vec!["therapist".to_owned()],
        }),
        ..Options::default()
    };
    let reading = reading_of(&[("a.csv", csv.as_bytes())], &options);
    assert_eq!(notes(&reading), ["7 - 2022-03-08: How, then?\nBetter."]);
    let turns = &reading.corpus.notes[0].turns;
    assert_eq!(turns[1].speaker, Speaker::Participant);
    assert_eq!(reading.sources[0].layout, LayoutKind::Transcript);
}

#[test]
fn the_study_chooses_files_and_says_what_is_true_of_them() {
    let options = Options {
        notes: vec!["home/**".to_owned(), "README.md".to_owned()],
        ignore: vec!["home/drafts/**".to_owned()],
        sources: vec![SourceDefaults {
            files: "home/**".to_owned(),
            values: vec![
                (Role::Participant, "P02".to_owned()),
                (Role::Setting, "home".to_owned()),
            ],
            ..SourceDefaults::default()
        }],
        ..Options::default()
    };
    let files: [(&str, &[u8]); 4] = [
        ("README.md", b"A note after all."),
        ("clinic/a.txt", b"Not chosen."),
        ("home/2022-03-08.txt", b"Slept."),
        ("home/drafts/b.txt", b"Ignored."),
    ];
    let reading = reading_of(&files, &options);
    let outcomes: Vec<_> = reading
        .ledger
        .rows
        .iter()
        .map(|r| (r.source.as_str(), r.outcome.as_str()))
        .collect();
    let expected = [
        ("README.md", "read"),
        ("clinic/a.txt", "skipped"),
        ("home/2022-03-08.txt", "read"),
        ("home/drafts/b.txt", "skipped"),
    ];
    assert_eq!(outcomes, expected);
    let home = reading
        .corpus
        .notes
        .iter()
        .find(|n| n.source.starts_with("home"))
        .unwrap();
    assert_eq!(
        (
            home.setting.as_ref(),
            home.participant.basis_text().as_str()
        ),
        ("home", "study_file")
    );
}

#[test]
fn a_cell_far_out_in_a_sheet_takes_no_memory() {
    let sheet = "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>\
        <row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Note</t></is></c></row>\
        <row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>Slept well.</t></is></c></row>\
        <row r=\"1048576\"><c r=\"XFD1048576\" t=\"inlineStr\"><is><t>x</t></is></c></row></sheetData></worksheet>";
    let book = workbook(&[("a", &[&["Note"]])]);
    let mut archive = zip::ZipArchive::new(Cursor::new(book)).unwrap();
    let mut members = Vec::new();
    for i in 0..archive.len() {
        let mut member = archive.by_index(i).unwrap();
        let name = member.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).unwrap();
        if name.ends_with("sheet1.xml") {
            bytes = sheet.as_bytes().to_vec();
        }
        members.push((name, bytes));
    }
    let members: Vec<_> = members
        .iter()
        .map(|(n, b)| (n.as_str(), b.as_slice()))
        .collect();
    let reading = reading_of(&[("book.xlsx", &zipped(&members))], &Options::default());
    assert!(
        notes(&reading).contains(&"book.xlsx#row=1 - -: Slept well.".to_owned()),
        "{:?}",
        reading.ledger.rows
    );
}

#[test]
fn a_header_in_the_middle_of_a_table_is_no_note() {
    let csv = "participant,date,note\nP01,2024-03-04,Slept well.\nparticipant,date,note\nP02,2024-03-05,Ate well.\n";
    let reading = reading_of(&[("a.csv", csv.as_bytes())], &Options::default());
    assert_eq!(
        notes(&reading),
        [
            "a.csv#row=1 P01 2024-03-04: Slept well.",
            "a.csv#row=3 P02 2024-03-05: Ate well."
        ]
    );
    let row = reading.ledger.rows.iter().find(|r| r.locator == "row=2");
    assert!(row.unwrap().reason.contains("header once more"));
}

#[test]
fn heads_and_feet_of_a_plain_texts_pages_are_no_text() {
    let page = |n: usize| {
        format!("Quay Clinic   Page {n} of 2\n\nP05 {n} March 2024 integration\n\nShe slept.\n\n")
    };
    let text = format!("{}\u{c}{}", page(1), page(2));
    let reading = reading_of(&[("a.txt", text.as_bytes())], &Options::default());
    assert_eq!(
        notes(&reading),
        [
            "a.txt#block=1 P05 2024-03-01: She slept.",
            "a.txt#block=2 P05 2024-03-02: She slept."
        ]
    );
    let row = reading.ledger.rows.iter().find(|r| r.source == "a.txt");
    assert!(row.unwrap().reason.contains("Quay Clinic"));
}

#[test]
fn a_column_a_session_makes_each_cell_a_note() {
    let table = "id,age,sex,Baseline,KAP 1 (3/14/24),IS 1 (3/16/24),Remarks\n\
         M1,34,F,\"Fears the dark, sleeps badly.\",She cried for a while and lay still.,Drew a door for it.,moved away in the spring after all\n\
         M2,41,M,Asks for help with his grief.,n/a,,\n";
    let reading = reading_of(&[("grid.csv", table.as_bytes())], &Options::default());
    assert_eq!(
        kinds(&reading),
        [
            "grid.csv#row=1/column=5 M1 2024-03-14 ketamine",
            "grid.csv#row=1/column=6 M1 2024-03-16 integration",
            "grid.csv#row=1/column=4 M1 - evaluation",
            "grid.csv#row=2/column=4 M2 - evaluation",
        ]
    );
    let said = &reading.ledger.rows[0].reason;
    assert!(said.contains("\"Remarks\" is no note"), "{said}");
}

#[test]
fn columns_of_one_session_say_its_day_and_columns_of_people_whose_a_cell_is() {
    let sessions = "record_id,kap1_date,kap1_notes,int1_date,int1_notes\n\
         31,2024-01-16,She lay still and wept for her mother.,2024-01-18,The grief had a shape now.\n\
         32,2024-02-16,He laughed for a long while.,,\n";
    let people = ",P41,P42\n2024-03-14,KAP 1: she slept through it.,\n2024-03-16,Integration. She talked of rain.,KAP 1: he flew for a while.\n";
    let files = [("a.csv", sessions.as_bytes()), ("b.csv", people.as_bytes())];
    let reading = reading_of(&files, &Options::default());
    assert_eq!(
        kinds(&reading),
        [
            "a.csv#row=1/column=3 31 2024-01-16 ketamine",
            "a.csv#row=1/column=5 31 2024-01-18 integration",
            "a.csv#row=2/column=3 32 2024-02-16 ketamine",
            "b.csv#row=1/column=2 P41 2024-03-14 ketamine",
            "b.csv#row=2/column=2 P41 2024-03-16 integration",
            "b.csv#row=2/column=3 P42 2024-03-16 ketamine",
        ]
    );
}

#[test]
fn columns_called_after_sessions_are_parts_of_a_note_with_a_day() {
    let table = "Date,Patient,Note,Integration,Follow up\n\
         2024-03-04,P41,She wept and lay still.,Will draw it at home.,Call her on Friday morning.\n\
         2024-03-11,P41,She laughed a great deal.,Spoke of the door again.,None needed for the moment.\n";
    let reading = reading_of(&[("a.csv", table.as_bytes())], &Options::default());
    assert_eq!(reading.corpus.notes.len(), 2);
}

#[test]
fn a_sheet_on_its_side_is_a_note_a_column() {
    let cells: &[&[&str]] = &[
        &["", "Session 1", "Session 2"],
        &["Date", "2022-02-03", "2022-02-10"],
        &["Type", "Assessment", "Ketamine"],
        &["Room", "2", "3"],
        &[
            "Notes",
            "Came with her brother.",
            "Quiet, tears at the end.",
        ],
    ];
    let reading = reading_of(
        &[("a.xlsx", &workbook(&[("P41", cells)]))],
        &Options::default(),
    );
    assert_eq!(
        kinds(&reading),
        [
            "a.xlsx#row=1 P41 2022-02-03 evaluation",
            "a.xlsx#row=2 P41 2022-02-10 ketamine",
        ]
    );
}

#[test]
fn one_day_of_a_row_is_not_every_sessions() {
    let table = "Pt,Date,Dosing notes,Integration notes\n\
         P41,2022-01-19,\"Soft onset, she smiled.\",Took up swimming since.\n\
         P42,2022-01-20,,Called her aunt at last.\n";
    let reading = reading_of(&[("a.csv", table.as_bytes())], &Options::default());
    assert_eq!(
        kinds(&reading),
        [
            "a.csv#row=1/column=3 P41 2022-01-19 ketamine",
            "a.csv#row=1/column=4 P41 - integration",
            "a.csv#row=2/column=4 P42 2022-01-20 integration",
        ]
    );
}
