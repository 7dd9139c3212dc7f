//! The same notes as files of every format that is read.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::corpus::GeneratedNote;

pub(crate) fn delimited(notes: &[GeneratedNote], delimiter: char) -> Vec<u8> {
    let mut out = GeneratedNote::COLUMNS.join(&delimiter.to_string());
    for n in notes {
        let quoted = n.cells().map(|c| format!("\"{}\"", c.replace('"', "\"\"")));
        let _written = write!(out, "\n{}", quoted.join(&delimiter.to_string()));
    }
    out.into_bytes()
}

pub(crate) fn jsonl(notes: &[GeneratedNote]) -> Vec<u8> {
    let line = |n: &GeneratedNote| {
        let cells = GeneratedNote::COLUMNS.into_iter().zip(n.cells());
        let named: std::collections::BTreeMap<_, _> = cells.collect();
        serde_json::json!(named).to_string()
    };
    notes
        .iter()
        .map(line)
        .collect::<Vec<_>>()
        .join("\n")
        .into_bytes()
}

fn header(n: &GeneratedNote) -> String {
    format!(
        "=== {} | {} | {} ===",
        n.session_type, n.participant, n.date
    )
}

pub(crate) fn blocks(notes: &[GeneratedNote]) -> Vec<u8> {
    let block = |n: &GeneratedNote| format!("{}\n{}\n\n", header(n), n.text.trim());
    notes.iter().map(block).collect::<String>().into_bytes()
}

/// Header and paragraphs of all notes, each wrapped by `paragraph`.
fn paragraphs(notes: &[GeneratedNote], paragraph: impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    for n in notes {
        out.push_str(&paragraph(&header(n)));
        for line in n.text.lines().filter(|l| !l.trim().is_empty()) {
            out.push_str(&paragraph(line));
        }
    }
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

pub(crate) fn html(notes: &[GeneratedNote]) -> Vec<u8> {
    let body = paragraphs(notes, |p| format!("<p>{}</p>\n", escaped(p)));
    format!("<html><head><meta charset=\"utf-8\"></head><body>{body}</body></html>").into_bytes()
}

pub(crate) fn rtf(notes: &[GeneratedNote]) -> Vec<u8> {
    let body = paragraphs(notes, |p| {
        let mut out = String::new();
        for c in p.chars() {
            let _written = match c {
                '\\' | '{' | '}' => write!(out, "\\{c}"),
                c if c.is_ascii() => write!(out, "{c}"),
                c => write!(out, "\\u{}?", c as u32),
            };
        }
        format!("{out}\\par\n")
    });
    format!("{{\\rtf1\\ansi\\ansicpg1252\n{body}}}").into_bytes()
}

fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default())
            .expect("a member");
        zip.write_all(bytes).expect("memory");
    }
    zip.finish().expect("an archive").into_inner()
}

pub(crate) fn docx(notes: &[GeneratedNote]) -> Vec<u8> {
    let body = paragraphs(notes, |p| {
        format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", escaped(p))
    });
    let space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    let main = format!("<w:document xmlns:w=\"{space}\"><w:body>{body}</w:body></w:document>");
    packed(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", main.as_bytes()),
    ])
}

const OFFICE: &str = "urn:oasis:names:tc:opendocument:xmlns:office:1.0";
const OFFICE_TEXT: &str = "urn:oasis:names:tc:opendocument:xmlns:text:1.0";
const OFFICE_TABLE: &str = "urn:oasis:names:tc:opendocument:xmlns:table:1.0";

fn office_text(notes: &[GeneratedNote]) -> String {
    let body = paragraphs(notes, |p| format!("<text:p>{}</text:p>", escaped(p)));
    format!("<office:body><office:text>{body}</office:text></office:body>")
}

pub(crate) fn odt(notes: &[GeneratedNote]) -> Vec<u8> {
    let content = format!(
        "<office:document-content xmlns:office=\"{OFFICE}\" xmlns:text=\"{OFFICE_TEXT}\">{}</office:document-content>",
        office_text(notes)
    );
    packed(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", content.as_bytes()),
    ])
}

pub(crate) fn fodt(notes: &[GeneratedNote]) -> Vec<u8> {
    let kind = "application/vnd.oasis.opendocument.text";
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<office:document xmlns:office=\"{OFFICE}\" xmlns:text=\"{OFFICE_TEXT}\" office:mimetype=\"{kind}\">{}</office:document>",
        office_text(notes)
    )
    .into_bytes()
}

pub(crate) fn ods(notes: &[GeneratedNote]) -> Vec<u8> {
    let row = |cells: &[&str]| {
        let cell = |text: &&str| {
            let lines = text.lines().map(escaped);
            let lines: Vec<_> = lines.map(|l| format!("<text:p>{l}</text:p>")).collect();
            format!(
                "<table:table-cell office:value-type=\"string\">{}</table:table-cell>",
                lines.concat()
            )
        };
        let cells: String = cells.iter().map(cell).collect();
        format!("<table:table-row>{cells}</table:table-row>")
    };
    let mut rows = row(&GeneratedNote::COLUMNS);
    for n in notes {
        rows += &row(&n.cells());
    }
    let content = format!(
        "<office:document-content xmlns:office=\"{OFFICE}\" xmlns:text=\"{OFFICE_TEXT}\" xmlns:table=\"{OFFICE_TABLE}\"><office:body><office:spreadsheet><table:table table:name=\"notes\">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    let manifest = "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>";
    packed(&[
        (
            "mimetype",
            b"application/vnd.oasis.opendocument.spreadsheet",
        ),
        ("META-INF/manifest.xml", manifest.as_bytes()),
        ("content.xml", content.as_bytes()),
    ])
}

/// Lines of a printed page.
const PAGE_LINES: usize = 50;

/// A PDF of plain pages in Helvetica.
pub(crate) fn pdf(notes: &[GeneratedNote]) -> Vec<u8> {
    let text = paragraphs(notes, |p| format!("{p}\n"));
    let lines: Vec<&str> = text.lines().collect();
    let pages: Vec<String> = lines.chunks(PAGE_LINES).map(page).collect();
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        String::new(),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_owned(),
    ];
    let mut kids = String::new();
    for content in pages {
        let at = objects.len() + 1;
        let _written = write!(kids, "{at} 0 R ");
        objects.push(format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9000 900]/Resources<</Font<</F 3 0 R>>>>/Contents {} 0 R>>",
            at + 1
        ));
        objects.push(format!(
            "<</Length {}>>\nstream\n{content}\nendstream",
            content.len()
        ));
    }
    let count = (objects.len() - 3) / 2;
    objects[1] = format!("<</Type/Pages/Kids[{kids}]/Count {count}>>");
    let mut out = "%PDF-1.4\n".to_owned();
    let mut places = String::new();
    for (i, object) in (1..).zip(&objects) {
        let _written = writeln!(places, "{:010} 00000 n ", out.len());
        let _written = writeln!(out, "{i} 0 obj\n{object}\nendobj");
    }
    let (start, size) = (out.len(), objects.len() + 1);
    let _written = write!(
        out,
        "xref\n0 {size}\n0000000000 65535 f \n{places}trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
    );
    out.into_bytes()
}

/// The drawing of a page's lines.
fn page(lines: &[&str]) -> String {
    let mut out = "BT /F 10 Tf 14 TL 40 850 Td\n".to_owned();
    for line in lines {
        out.push('(');
        for c in line.chars() {
            match c {
                '(' | ')' | '\\' => out.extend(['\\', c]),
                '\u{201c}' => out.push_str("\\223"),
                '\u{201d}' => out.push_str("\\224"),
                c if c.is_ascii() => out.push(c),
                _ => out.push('?'),
            }
        }
        out.push_str(") Tj T*\n");
    }
    out + "ET"
}

pub(crate) fn ndjson(notes: &[GeneratedNote]) -> Vec<u8> {
    let lines: Vec<String> = notes.iter().map(|n| reference(n).to_string()).collect();
    lines.join("\n").into_bytes()
}

pub(crate) fn ccda(notes: &[GeneratedNote]) -> Vec<u8> {
    let note = notes.first().expect("a note a file");
    let text: String = note
        .text
        .lines()
        .flat_map(|l| {
            [
                "<paragraph>".to_owned(),
                escaped(l),
                "</paragraph>".to_owned(),
            ]
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?>\n<ClinicalDocument xmlns=\"urn:hl7-org:v3\"><title>{} note</title><effectiveTime value=\"{}\"/><recordTarget><patientRole><id extension=\"{}\"/></patientRole></recordTarget><component><structuredBody><component><section><title>Note</title><text>{text}</text></section></component></structuredBody></component></ClinicalDocument>",
        note.session_type,
        note.date.replace('-', ""),
        note.participant
    )
    .into_bytes()
}

pub(crate) fn xlsx(notes: &[GeneratedNote]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in (0..).zip(GeneratedNote::COLUMNS) {
        sheet.write_string(0, column, name).expect("a cell");
    }
    for (row, n) in (1..).zip(notes) {
        for (column, cell) in (0..).zip(n.cells()) {
            sheet.write_string(row, column, cell).expect("a cell");
        }
    }
    book.save_to_buffer().expect("a workbook")
}

fn reference(n: &GeneratedNote) -> serde_json::Value {
    serde_json::json!({"resourceType": "DocumentReference", "id": n.note_id, "status": "current",
        "type": {"text": n.session_type}, "subject": {"display": n.participant}, "date": n.date,
        "content": [{"attachment": {"contentType": "text/plain", "data": STANDARD.encode(&n.text)}}]})
}

pub(crate) fn fhir(notes: &[GeneratedNote]) -> Vec<u8> {
    let entry = |n: &GeneratedNote| serde_json::json!({"resource": reference(n)});
    let entries: Vec<_> = notes.iter().map(entry).collect();
    serde_json::json!({"resourceType": "Bundle", "type": "collection", "entry": entries})
        .to_string()
        .into_bytes()
}

pub(crate) fn zipped(notes: &[GeneratedNote]) -> Vec<u8> {
    let files: Vec<(String, Vec<u8>)> = notes
        .chunks(50)
        .enumerate()
        .map(|(i, some)| (format!("{i}.txt"), blocks(some)))
        .collect();
    let members: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(n, b)| (n.as_str(), b.as_slice()))
        .collect();
    packed(&members)
}
