//! Measures the reading of generated notes, format by format: from files to notes with their metadata.
//!
//! `cargo bench --bench reading [-- --notes N --rounds N]`. Each format holds the same notes. Figures are
//! the best of the rounds, in MB of the notes' text per second of wall time, with the bytes of the
//! files beside it.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

#[allow(dead_code, reason = "this benchmark needs the notes only")]
#[path = "support/corpus.rs"]
mod corpus;
#[path = "support/phrases.rs"]
mod phrases;
#[path = "support/random.rs"]
mod random;

use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use corpus::{Corpus, GeneratedNote};
use verbatim::codebook::reading::english;
use verbatim::ingest::{Options, read};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A format: its name, the notes a file holds, and how they are written.
type Format = (&'static str, usize, fn(&[GeneratedNote]) -> Vec<u8>);

const FORMATS: &[Format] = &[
    ("csv", usize::MAX, |notes| delimited(notes, ',')),
    ("tsv", usize::MAX, |notes| delimited(notes, '\t')),
    ("jsonl", usize::MAX, jsonl),
    ("txt", 50, blocks),
    ("html", 50, html),
    ("rtf", 50, rtf),
    ("docx", 50, docx),
    ("odt", 50, odt),
    ("xlsx", 2_000, xlsx),
    ("fhir.json", 500, fhir),
    ("zip", 2_000, zipped),
];

fn main() {
    let number = |name: &str, default: usize| {
        let mut args = std::env::args().skip_while(|a| a != name);
        args.nth(1).and_then(|n| n.parse().ok()).unwrap_or(default)
    };
    let (count, rounds) = (number("--notes", 4_000), number("--rounds", 3));
    let notes: Vec<GeneratedNote> = Corpus::new(count, 7).collect();
    let text: usize = notes.iter().map(|n| n.text.len()).sum();
    println!(
        "{count} notes, {:.1} MB of text, best of {rounds} rounds",
        text as f64 / 1e6
    );
    println!(
        "{:<10} {:>8} {:>10} {:>8}",
        "format", "files", "MB on disk", "MB/s"
    );
    for format in FORMATS {
        measure(format, &notes, text, rounds);
    }
}

fn measure(format: &Format, notes: &[GeneratedNote], text: usize, rounds: usize) {
    let (name, per_file, write) = format;
    let folder = tempfile::tempdir().expect("a folder for the files");
    let (mut files, mut bytes) = (0, 0);
    for (i, some) in notes
        .chunks((*per_file).min(notes.len().max(1)))
        .enumerate()
    {
        let file = write(some);
        files += 1;
        bytes += file.len();
        fs::write(folder.path().join(format!("{i}.{name}")), file).expect("room for a file");
    }
    let best = (0..rounds)
        .map(|_| seconds(folder.path(), notes.len(), name))
        .fold(f64::MAX, f64::min);
    let (disk, speed) = (bytes as f64 / 1e6, text as f64 / 1e6 / best);
    println!("{name:<10} {files:>8} {disk:>10.1} {speed:>8.1}");
}

fn seconds(folder: &Path, notes: usize, name: &str) -> f64 {
    let rules = english().expect("built in");
    let start = Instant::now();
    let reading = read(folder, &Options::default(), &rules, &|_, _| {}).expect("a readable folder");
    let taken = start.elapsed().as_secs_f64();
    assert_eq!(reading.corpus.notes.len(), notes, "{name}");
    taken
}

fn delimited(notes: &[GeneratedNote], delimiter: char) -> Vec<u8> {
    let mut out = [
        "note_id",
        "participant",
        "date",
        "session_type",
        "author",
        "note",
    ]
    .join(&delimiter.to_string());
    for n in notes {
        let cells = [
            &n.note_id,
            &n.participant,
            &n.date,
            n.session_type,
            n.author,
            &n.text,
        ];
        let quoted = cells.map(|c| format!("\"{}\"", c.replace('"', "\"\"")));
        let _written = write!(out, "\n{}", quoted.join(&delimiter.to_string()));
    }
    out.into_bytes()
}

fn jsonl(notes: &[GeneratedNote]) -> Vec<u8> {
    let line = |n: &GeneratedNote| {
        serde_json::json!({"note_id": n.note_id, "participant": n.participant, "date": n.date,
            "session_type": n.session_type, "author": n.author, "note": n.text})
        .to_string()
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

fn blocks(notes: &[GeneratedNote]) -> Vec<u8> {
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

fn html(notes: &[GeneratedNote]) -> Vec<u8> {
    let body = paragraphs(notes, |p| format!("<p>{}</p>\n", escaped(p)));
    format!("<html><head><meta charset=\"utf-8\"></head><body>{body}</body></html>").into_bytes()
}

fn rtf(notes: &[GeneratedNote]) -> Vec<u8> {
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

fn docx(notes: &[GeneratedNote]) -> Vec<u8> {
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

fn odt(notes: &[GeneratedNote]) -> Vec<u8> {
    let body = paragraphs(notes, |p| format!("<text:p>{}</text:p>", escaped(p)));
    let content = format!(
        "<office:document-content xmlns:office=\"o\" xmlns:text=\"t\"><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    );
    packed(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", content.as_bytes()),
    ])
}

fn xlsx(notes: &[GeneratedNote]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in (0..).zip([
        "note_id",
        "participant",
        "date",
        "session_type",
        "author",
        "note",
    ]) {
        sheet.write_string(0, column, name).expect("a cell");
    }
    for (row, n) in (1..).zip(notes) {
        let cells = [
            &n.note_id,
            &n.participant,
            &n.date,
            n.session_type,
            n.author,
            &n.text,
        ];
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string(row, column, cell).expect("a cell");
        }
    }
    book.save_to_buffer().expect("a workbook")
}

fn fhir(notes: &[GeneratedNote]) -> Vec<u8> {
    let entry = |n: &GeneratedNote| {
        serde_json::json!({"resource": {"resourceType": "DocumentReference", "id": n.note_id, "status": "current",
            "type": {"text": n.session_type}, "subject": {"display": n.participant}, "date": n.date,
            "content": [{"attachment": {"contentType": "text/plain", "data": STANDARD.encode(&n.text)}}]}})
    };
    let entries: Vec<_> = notes.iter().map(entry).collect();
    serde_json::json!({"resourceType": "Bundle", "type": "collection", "entry": entries})
        .to_string()
        .into_bytes()
}

fn zipped(notes: &[GeneratedNote]) -> Vec<u8> {
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
