//! A clinic whose notes lie in office files, without any table or study file: what each note says of
//! itself, and what was copied, against what was marked when the notes were written.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on should say so, and these report their measures"
)]

use std::path::{Path, PathBuf};

use serde_json::Value;
use verbatim::model::layout::CopyKind;
use verbatim::pipeline::{ReadStudy, Unobserved, each_note, read};
use verbatim::study::{Rules, Study};

/// The smallest share that must be right.
const RIGHT_MIN: f64 = 0.98;
const FOUND_MIN: f64 = 0.95;

/// A note as it was read.
struct ReadNote {
    id: String,
    text: String,
    /// Participant, date, session type; empty where unknown.
    facts: [String; 3],
    setting: String,
    author: String,
    copied: Vec<(CopyKind, String)>,
}

fn corpus(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpora")
        .join(name)
}

fn notes_of(folder: &Path) -> Vec<ReadNote> {
    let study = Study::open(folder).unwrap();
    let rules = Rules::load(&study, None).unwrap();
    let nowhere = tempfile::tempdir().unwrap();
    let reading = read(&study, &rules, None, nowhere.path(), &Unobserved).unwrap();
    let of = ReadStudy {
        study: &study,
        reading: &reading,
        rules: &rules,
    };
    let mut notes = Vec::new();
    let or_empty = |v: Option<String>| v.unwrap_or_default();
    each_note(
        of,
        &Unobserved,
        &|coded| {
            let note = coded.note;
            let kind = Some(coded.own_session_type()).filter(|k| *k != "unknown");
            ReadNote {
                id: note.id.to_string(),
                text: coded.text.to_owned(),
                facts: [
                    or_empty(note.participant.value.as_ref().map(ToString::to_string)),
                    or_empty(note.date.value.map(|d| d.to_string())),
                    or_empty(kind.map(str::to_owned)),
                ],
                setting: note.setting.to_string(),
                author: note.author.to_string(),
                copied: coded
                    .layout
                    .copied
                    .iter()
                    .map(|c| (c.kind, c.span.slice(coded.text).to_owned()))
                    .collect(),
            }
        },
        &mut |note| {
            notes.push(note);
            Ok(())
        },
    )
    .unwrap();
    notes
}

fn gold_of(folder: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.join("gold.jsonl")).unwrap();
    text.lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect()
}

/// Text without white space, since files break lines where they like.
fn dense(text: &str) -> String {
    text.split_whitespace().collect()
}

fn meant<'n>(notes: &'n [ReadNote], line: &Value) -> &'n ReadNote {
    let key = dense(line["key"].as_str().unwrap());
    let mut found = notes.iter().filter(|n| dense(&n.text).contains(&key));
    let note = found.next().unwrap_or_else(|| panic!("no note: {line}"));
    assert!(found.next().is_none(), "two notes: {line}");
    note
}

#[test]
fn what_a_note_says_is_right_and_what_it_does_not_say_is_unknown() {
    let folder = corpus("other-clinic/fernhill");
    let (notes, gold) = (notes_of(&folder), gold_of(&folder));
    assert_eq!(notes.len(), gold.len());
    let (mut said, mut right) = (0, 0);
    let (mut silent, mut unknown) = (0, 0);
    for line in &gold {
        let note = meant(&notes, line);
        let [participant, date, kind] = &note.facts;
        for (name, found) in [
            ("participant", participant),
            ("date", date),
            ("session_type", kind),
            ("setting", &note.setting),
            ("author", &note.author),
        ] {
            let told = line[name].as_str().unwrap();
            let (all, good) = match told {
                "" => (&mut silent, &mut unknown),
                _ => (&mut said, &mut right),
            };
            *all += 1;
            if told == found {
                *good += 1;
            } else {
                println!("{}: {name} {found:?}, not {told:?}", note.id);
            }
        }
    }
    println!("said: {right} of {said} right; not said: {unknown} of {silent} unknown");
    assert_eq!(unknown, silent, "what no note says is unknown");
    assert!(f64::from(right) >= f64::from(said) * RIGHT_MIN);
}

/// Characters in the places of some texts within another, all without white space.
fn marked(text: &str, pieces: &[String]) -> Vec<bool> {
    let mut marks = vec![false; text.len()];
    for piece in pieces {
        let piece = dense(piece);
        let at = text.find(&piece).unwrap_or_else(|| panic!("{piece}"));
        marks[at..at + piece.len()].fill(true);
    }
    marks
}

/// Precision and recall over characters, and over spans that are met by half or more.
#[derive(Default)]
struct Measured {
    both: f64,
    found: f64,
    told: f64,
    spans_met: [usize; 2],
    spans: [usize; 2],
}

impl Measured {
    fn add(&mut self, text: &str, told: &[String], found: &[String]) {
        let text = dense(text);
        let (of_told, of_found) = (marked(&text, told), marked(&text, found));
        let count = |marks: &[bool]| marks.iter().filter(|&&m| m).count() as f64;
        let both: Vec<bool> = of_told
            .iter()
            .zip(&of_found)
            .map(|(a, b)| *a && *b)
            .collect();
        self.told += count(&of_told);
        self.found += count(&of_found);
        self.both += count(&both);
        for (side, (own, other)) in [(told, &of_found), (found, &of_told)]
            .into_iter()
            .enumerate()
        {
            for span in own {
                let span = dense(span);
                let at = text.find(&span).unwrap();
                let met = other[at..at + span.len()].iter().filter(|&&m| m).count();
                self.spans[side] += 1;
                self.spans_met[side] += usize::from(met * 2 >= span.len());
            }
        }
    }

    fn check(&self, what: &str) {
        let (precision, recall) = (self.both / self.found, self.both / self.told);
        let share = |side: usize| self.spans_met[side] as f64 / self.spans[side] as f64;
        println!(
            "{what}: precision {precision:.3}, recall {recall:.3} of characters; of {} spans told \
             {} found, of {} found {} told",
            self.spans[0], self.spans_met[0], self.spans[1], self.spans_met[1]
        );
        assert!(precision >= FOUND_MIN && recall >= FOUND_MIN, "{what}");
        assert!(share(0) >= FOUND_MIN && share(1) >= FOUND_MIN, "{what}");
    }
}

fn of_kind(note: &ReadNote, kind: CopyKind) -> Vec<String> {
    let own = note.copied.iter().filter(|(k, _)| *k == kind);
    own.map(|(_, text)| text.clone()).collect()
}

fn texts(list: &Value) -> Vec<String> {
    let items = list.as_array().unwrap().iter();
    items.map(|t| t.as_str().unwrap().to_owned()).collect()
}

#[test]
fn copied_text_and_templates_are_found() {
    let folder = corpus("other-clinic/fernhill");
    let (notes, gold) = (notes_of(&folder), gold_of(&folder));
    let (mut forward, mut templates) = (Measured::default(), Measured::default());
    for line in &gold {
        let note = meant(&notes, line);
        let (copied, boilerplate) = (texts(&line["copied"]), texts(&line["boilerplate"]));
        forward.add(&note.text, &copied, &of_kind(note, CopyKind::Forward));
        templates.add(
            &note.text,
            &boilerplate,
            &of_kind(note, CopyKind::Boilerplate),
        );
    }
    forward.check("copied forward");
    templates.check("templates");
}

#[test]
fn the_first_corpus_has_copied_text_and_no_template() {
    let folder = corpus("kap-pmad");
    let (notes, gold) = (notes_of(&folder), gold_of(&folder));
    let mut forward = Measured::default();
    for line in &gold {
        let id = line["note_id"].as_str().unwrap();
        let note = notes.iter().find(|n| n.id == id).unwrap();
        assert_eq!(of_kind(note, CopyKind::Boilerplate), [""; 0], "{id}");
        let spans = line["copied"].as_array().unwrap().iter();
        let place = |s: &Value, key: &str| s[key].as_u64().unwrap() as usize;
        let told: Vec<String> = spans
            .map(|s| {
                let (start, end) = (place(s, "start"), place(s, "end"));
                note.text.chars().skip(start).take(end - start).collect()
            })
            .collect();
        forward.add(&note.text, &told, &of_kind(note, CopyKind::Forward));
    }
    forward.check("copied forward");
}
