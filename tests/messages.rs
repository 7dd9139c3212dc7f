//! Messages: what a thread quotes, what subjects say, and files of mail programs with what is attached.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use std::fs;

use verbatim::codebook::reading::english;
use verbatim::ingest::{Options, Reading, read};

fn reading_of(files: &[(&str, &str)]) -> Reading {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(dir.path().join(name), text).unwrap();
    }
    read(
        dir.path(),
        &Options::default(),
        &english().unwrap(),
        &|_, _| {},
    )
    .unwrap()
}

/// `id participant date type author: text` of each note.
fn shown(reading: &Reading) -> Vec<String> {
    let notes = reading.corpus.notes.iter().enumerate();
    let mut all: Vec<String> = notes
        .map(|(i, note)| {
            let participant = note.participant.value.as_ref().map_or("-", |p| p.as_str());
            let date = note.date.value.map_or("-".to_owned(), |d| d.to_string());
            let kind = note.session_type.value.as_deref().unwrap_or("-");
            let author = if note.author.is_empty() {
                "-"
            } else {
                &note.author
            };
            let text = reading.texts.text(i).unwrap();
            format!("{} {participant} {date} {kind} {author}: {text}", note.id)
        })
        .collect();
    all.sort();
    all
}

#[test]
fn a_quoted_message_is_an_older_note_of_who_wrote_it() {
    let thread = "From: Ida Berg <ida@example.org>\nDate: 5 June 2024 10:00\nSubject: P03 integration\n\nShe drew a \"small grey boat\".\n\nOn Tue, 4 June 2024 at 9:15, Jo Lund <jo@example.org> wrote:\n> Dosing went well. \"Like snow on\n> the water,\" she said.\n";
    let reading = reading_of(&[("thread.txt", thread)]);
    assert_eq!(
        shown(&reading),
        [
            "thread.txt#block=1 P03 2024-06-05 integration Ida Berg: From: Ida Berg <ida@example.org>\nDate: 5 June 2024 10:00\nSubject: P03 integration\n\nShe drew a \"small grey boat\".",
            "thread.txt#block=2 P03 2024-06-04 ketamine Jo Lund: Dosing went well. \"Like snow on\nthe water,\" she said.",
        ]
    );
    // Marks of an own quotation stay: no line says whose message it is.
    let note = "P03, 5 June 2024, integration. From her journal:\n> I slept.\n";
    assert!(shown(&reading_of(&[("note.txt", note)]))[0].ends_with("> I slept.\n"));
}

#[test]
fn an_answers_subject_yields_to_what_the_answer_says() {
    let message = |subject: &str, text: &str| {
        let text = format!(
            "From: Ida Berg <ida@example.org>\nDate: 5 June 2024 10:00\nSubject: {subject}\n\n{text}\n"
        );
        let reading = reading_of(&[("a.txt", &text)]);
        let kind = reading.corpus.notes[0].session_type.value.as_deref();
        kind.unwrap_or("-").to_owned()
    };
    let integration = "Integration session with P03 this morning.";
    assert_eq!(
        message("RE: P03 - dosing session 1", integration),
        "integration"
    );
    assert_eq!(
        message("RE: P03 - dosing session 1", "P03 lay still."),
        "ketamine"
    );
    assert_eq!(
        message("Fwd: P03 dosing session 1", "See below."),
        "ketamine"
    );
}

/// A message with a text twice, as text and as a page, and a note attached.
const MAIL: &str = "Return-Path: <ida@example.org>\r\nReceived: from a by b;\r\n\tTue, 4 Jun 2024 07:15:00 +0000\r\nFrom: =?utf-8?Q?Ida_Bj=C3=B6rk?= <ida@example.org>\r\nTo: notes@example.org\r\nSubject: B07 =?utf-8?B?aW50ZWdyYXRpb24=?=\r\nDate: Tue, 4 Jun 2024 23:15:00 -0500\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"xx\"\r\n\r\n--xx\r\nContent-Type: multipart/alternative; boundary=\"yy\"\r\n\r\n--yy\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nShe slept at her caf=C3=A9 =\r\nand wept.\r\n\r\n--yy\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>She slept at her caf&eacute; and wept.</p>\r\n\r\n--yy--\r\n--xx\r\nContent-Type: text/plain; name=\"B07 2024-06-01 KAP 1.txt\"\r\nContent-Disposition: attachment; filename=\"B07 2024-06-01 KAP 1.txt\"\r\nContent-Transfer-Encoding: base64\r\n\r\nTGF5IHN0aWxsLg==\r\n\r\n--xx--\r\n";

#[test]
fn a_mail_programs_file_is_a_note_and_its_attachments_are_files() {
    let reading = reading_of(&[("m.eml", MAIL), ("without-ending", MAIL)]);
    let notes = shown(&reading);
    assert_eq!(
        notes[..2],
        [
            "m.eml B07 2024-06-04 integration Ida Björk: She slept at her café and wept.",
            "m.eml/B07 2024-06-01 KAP 1.txt B07 2024-06-01 ketamine -: Lay still.",
        ],
        "{notes:#?}"
    );
    assert_eq!(notes.len(), 4, "the bytes say what it is, not the name");
    let row = reading.ledger.rows.iter().find(|r| r.source == "m.eml");
    let row = row.unwrap();
    assert_eq!((row.format.as_str(), row.notes), ("eml", 1));
    assert!(row.reason.contains("1 attached"), "{}", row.reason);
}

#[test]
fn a_message_with_nothing_but_a_page_is_read_as_a_page() {
    let page = "From: Ida Berg <ida@example.org>\nDate: Tue, 4 Jun 2024 09:15:00 +0200\nSubject: notes for P03\nMIME-Version: 1.0\nContent-Type: text/html; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n<html><body><p>Sl=E9pt well.</p><p>Ate.</p></body></html>\n";
    assert_eq!(
        shown(&reading_of(&[("m.eml", page)])),
        ["m.eml P03 2024-06-04 - Ida Berg: Slépt well.\n\nAte."]
    );
}

#[test]
fn codes_whose_letter_counts_other_things_are_people_where_a_note_says_so() {
    let of = |first: &str, second: &str| {
        let message = |subject: &str, day: u8| {
            format!(
                "From: Ida Berg <ida@example.org>\nDate: {day} June 2024 10:00\nSubject: {subject}\n\nShe slept.\n"
            )
        };
        let (a, b) = (message(first, 4), message(second, 6));
        let reading = reading_of(&[("a.txt", &a), ("b.txt", &b)]);
        let notes = reading.corpus.notes.iter();
        let mut people: Vec<String> = notes
            .map(|n| {
                n.participant
                    .value
                    .as_ref()
                    .map_or("-".to_owned(), ToString::to_string)
            })
            .collect();
        people.sort();
        people
    };
    assert_eq!(
        of("B01 integration", "follow up call - B02"),
        ["B01", "B02"]
    );
    // A visit's number is nobody.
    assert_eq!(of("B01 integration", "follow up V2"), ["-", "B01"]);
}
