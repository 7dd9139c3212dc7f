//! What an author would miss of tables and methods.

use std::io::Cursor;

use super::super::tests::with_data;
use super::tables::PaperTable;
use super::*;
use calamine::{Data, Reader as _, Xlsx, open_workbook_from_rs};

use crate::deident::Characteristics;
use crate::model::codebook::Codebook;
use crate::model::corpus::ParticipantId;
use crate::model::fixture::{OwnedNote, codebook, note};
use crate::tally::{About, Crosstab};

fn text_of(archive: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(archive)).expect("an archive");
    let file = zip.by_name(name).expect("a part");
    std::io::read_to_string(file).expect("text")
}

/// Two notes of one participant, in one of which agency is denied, and one of another.
fn notes_of_two(book: &Codebook) -> [OwnedNote; 3] {
    [
        note(
            0,
            "P1",
            "ketamine",
            "She {agency/limits|set a limit} & more <b>.",
            book,
        ),
        note(
            1,
            "P1",
            "ketamine",
            "She never {agency:negated|chose}.",
            book,
        ),
        note(2, "P2", "integration", "Nothing.", book),
    ]
}

#[test]
fn tables_hold_what_the_notes_say_and_are_the_same_twice() {
    let book = codebook(&["agency", "agency/limits"]);
    let notes = notes_of_two(&book);
    with_data(&book, &notes, |data| {
        let tables = tables::tables(data);
        let themes = tables.iter().find(|t| t.name == "Themes").expect("a table");
        assert_eq!(themes.over, [("P1".to_owned(), 1), ("P2".to_owned(), 1)]);
        assert_eq!(
            themes.head,
            ["Theme", "ketamine, N = 2†", "integration, N = 1†"]
        );
        assert_eq!(
            themes.rows[0],
            (
                0,
                ["agency", "1 (50%) / 1", "–"].map(str::to_owned).to_vec()
            )
        );
        assert_eq!(themes.rows[1].0, 1, "a child is indented");
        let docx = word::docx(&tables).expect("a document");
        assert_eq!(docx, word::docx(&tables).expect("again"));
        let xml = text_of(&docx, "word/document.xml");
        assert!(
            xml.contains("limit &amp; more &lt;b&gt;."),
            "the quote is inert"
        );
        let mut reader = quick_xml::Reader::from_str(&xml);
        while reader.read_event().expect("well-formed") != quick_xml::events::Event::Eof {}
        let xlsx = book::xlsx(&tables).expect("a workbook");
        assert_eq!(xlsx, book::xlsx(&tables).expect("again"));
        assert!(text_of(&xlsx, "xl/sharedStrings.xml").contains("Table 3."));
    });
}

#[test]
fn each_crosstab_has_a_sheet_of_its_own() {
    let book = codebook(&["agency", "agency/limits"]);
    let notes = notes_of_two(&book);
    let counted = |columns: &[&str]| {
        let columns = columns.iter().map(|c| (*c).to_owned()).collect();
        let mut crosstab = Crosstab::new(&book, columns);
        for note in &notes {
            crosstab.add(&note.coded(), About::default());
        }
        crosstab.finish();
        crosstab
    };
    let crosstabs = [
        counted(&["session_type"]),
        counted(&["participant_id", "setting"]),
    ];
    let bytes = with_data(&book, &notes, |data| {
        let data = ReportData {
            crosstabs: &crosstabs,
            ..*data
        };
        book::xlsx(&tables::tables(&data)).expect("a workbook")
    });
    let mut read: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).expect("a workbook");
    let names = ["By session type", "By participant id and setting"];
    assert_eq!(read.sheet_names()[4..], names);
    let mut cells = |sheet: &str| -> Vec<Vec<String>> {
        let range = read.worksheet_range(sheet).expect("a sheet");
        let row = |row: &[Data]| row.iter().map(ToString::to_string).collect();
        range.rows().map(row).collect()
    };
    let one = cells(names[0]);
    assert_eq!(
        one[0][0],
        "Table 5. Themes documented in notes, by session type"
    );
    assert_eq!(one[2], ["Theme", "integration, N = 1†", "ketamine, N = 2†"]);
    assert_eq!(one[3], ["agency", "–", "1 (50%) / 1"]);
    let two = cells(names[1]);
    assert_eq!(two[2], ["", "P1", "P2"]);
    assert_eq!(two[3], ["Theme", "not said, N = 2†", "not said, N = 1†"]);
    assert_eq!(two[5], ["agency limits", "1 (50%)", "–"]);
}

/// The table of characteristics of so many people, each with a note, as it is printed.
fn characteristics_of(people: &[[&str; 2]]) -> (Vec<PaperTable>, String) {
    let book = codebook(&["agency"]);
    let ids: Vec<String> = (1..=people.len()).map(|n| format!("P{n:02}")).collect();
    let one = |(n, id): (usize, &String)| note(n, id, "ketamine", "Nothing.", &book);
    let notes: Vec<OwnedNote> = ids.iter().enumerate().map(one).collect();
    let said = ids.iter().zip(people).map(|(id, values)| {
        let values = values.map(str::to_owned).to_vec();
        (ParticipantId::new(id.as_str()), values)
    });
    let characteristics = Characteristics {
        left_out: Vec::new(),
        columns: vec!["age".to_owned(), "main_diagnoses".to_owned()],
        people: said.collect(),
    };
    with_data(&book, &notes, |data| {
        let data = ReportData {
            characteristics: &characteristics,
            ..*data
        };
        let mut tables = tables::tables(&data);
        let known = builtin_abbreviations().expect("the list");
        abbreviations::spell_out(&mut tables, &known);
        let methods = methods::methods(&data, &tables);
        (tables, methods)
    })
}

#[test]
fn few_participants_have_a_column_each_and_abbreviations_are_spelled_out() {
    let (tables, methods) = characteristics_of(&[["37", "MDD; ZQX"], ["52", ""]]);
    let table = &tables[0];
    assert_eq!(table.title, "Table 1. Characteristics of the participants");
    assert_eq!(table.head, ["Characteristic", "P01", "P02"]);
    let rows: Vec<&[String]> = table.rows.iter().map(|r| r.1.as_slice()).collect();
    assert_eq!(rows[0], ["age", "37", "52"]);
    assert_eq!(rows[1], ["main diagnoses", "MDD; ZQX", "–"]);
    let notes = table.footnotes.join("\n");
    assert!(notes.contains("Abbreviations: MDD, major depressive disorder."));
    assert!(notes.contains("to write out: ZQX."), "{notes}");
    assert!(methods.contains("participants: `tables.docx`, table 1;"));
    assert!(methods.contains("`tables.docx`, table 5; 0 in `quotes.csv`"));
}

#[test]
fn many_participants_are_counted_together() {
    let mut people = vec![["30", "mdd"]; 3];
    people.extend([["40", "MDD; PTSD"]; 3]);
    people.extend([["[age over 89]", ""]]);
    let (tables, _) = characteristics_of(&people);
    let rows: Vec<(usize, [&str; 2])> = tables[0]
        .rows
        .iter()
        .map(|(indent, cells)| (*indent, [cells[0].as_str(), cells[1].as_str()]))
        .collect();
    let expected = [
        (0, ["age, median (range)", "40 (30–[age over 89])"]),
        (0, ["main diagnoses, n (%)", ""]),
        (1, ["mdd", "6 (86%)"]),
        (1, ["PTSD", "3 (43%)"]),
        (1, ["not said", "1 (14%)"]),
    ];
    assert_eq!(rows, expected);
    assert_eq!(
        tables[1].title,
        "Table 2. Participants and what is documented of them"
    );
}

#[test]
fn methods_hold_the_facts_and_every_item() {
    let book = codebook(&["agency"]);
    let notes = [note(0, "P1", "ketamine", "She {agency|chose} it.", &book)];
    with_data(&book, &notes, |data| {
        let text = methods::methods(data, &tables::tables(data));
        assert!(
            text.contains("We analysed 1 note (3 words) of 1 participant"),
            "{text}"
        );
        assert!(text.contains("agency: documented in 1 of 1 note (100%), of 1 of 1 participant"));
        assert!(!text.contains("experienced by"));
        let named = |items: std::ops::RangeInclusive<u32>, part: &str, before: &str| {
            for item in items {
                let row = format!("| {before}{item} ");
                let listed = format!(" {before}{item} ");
                assert!(
                    part.contains(&row) || part.contains(&listed),
                    "{before}{item}"
                );
            }
        };
        let (coreq, srqr) = text.split_once("## SRQR").expect("both lists");
        let (_, coreq) = coreq.split_once("## COREQ").expect("both lists");
        named(1..=32, coreq, "");
        named(1..=21, srqr, "S");
    });
}
