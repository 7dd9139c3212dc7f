//! Where a coder's codings stand in the notes, and what is wrong with those that stand nowhere.

use std::collections::{BTreeMap, BTreeSet};

use crate::agreement::Mark;
use crate::error::{Diagnostic, Severity};
use crate::exchange::{CoderFile, Located, ReadCoding, ReadNote, locate};
use crate::model::codebook::{Code, Codebook};
use crate::model::coding::Assertion;
use crate::text::hex_sha256;

use super::coders::Asking;
use super::notes::finding;

/// The codes of a codebook that a passage can have.
pub(super) fn usable(codebook: &Codebook) -> impl Iterator<Item = String> {
    let finds = codebook.codes.iter().enumerate().filter(|(index, code)| {
        let is_parent = |other: &Code| other.parent.is_some_and(|p| p.0 as usize == *index);
        !code.patterns.is_empty()
            || !code.opposites.is_empty()
            || !codebook.codes.iter().any(is_parent)
    });
    finds.map(|(_, code)| code.path.as_str().to_owned())
}

/// Codes of coders that the codebook does not have, with the nearest that it has.
pub(super) fn unknown_codes(files: &[CoderFile], codebook: &Codebook) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for file in files {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        let strange = |c: &&ReadCoding| codebook.find(&c.code).is_none();
        for coding in file.codings.iter().filter(strange) {
            *counts.entry(&coding.code).or_default() += 1;
        }
        for (code, count) in counts {
            let message = format!(
                "{}: the code {code:?} ({count} codings) is not in the codebook {}.",
                file.name, codebook.name
            );
            let near = nearest(code, codebook.codes.iter().map(|c| c.path.as_str()));
            let hint = match near {
                Some(path) => format!("It is compared as it stands. Did they mean {path}?"),
                None => "It is compared as it stands.".to_owned(),
            };
            out.push(finding("V706", &file.path, message, hint));
        }
    }
    out
}

/// Codes named in a finding at most.
const NAMED_MAX: usize = 5;

/// Findings on codes where nobody named a codebook: those that the built-in one lacks, where most are in
/// it; else those that only one coder used and that are nearly another's. That the rest is not looked up
/// is said, too.
pub(super) fn codes_of_no_codebook(
    files: &[CoderFile],
    codes: &BTreeSet<String>,
    codebook: &Codebook,
) -> Vec<Diagnostic> {
    let known = codes.iter().filter(|code| codebook.find(code).is_some());
    if 2 * known.count() > codes.len() {
        return unknown_codes(files, codebook);
    }
    let used: Vec<BTreeSet<&str>> = files
        .iter()
        .map(|file| file.codings.iter().map(|c| c.code.as_str()).collect())
        .collect();
    let (mut out, mut alone) = (Vec::new(), BTreeSet::new());
    for (coder, file) in files.iter().enumerate() {
        let others = used.iter().enumerate().filter(|(o, _)| *o != coder);
        let others: BTreeSet<&str> = others.flat_map(|(_, codes)| codes).copied().collect();
        for code in used[coder].iter().filter(|code| !others.contains(*code)) {
            alone.insert(*code);
            let theirs = others.iter().filter(|c| !used[coder].contains(*c));
            if let Some(near) = nearest(code, theirs.copied()) {
                let message = format!(
                    "{}: nobody else uses the code {code:?}; another coder's {near:?} is nearly the same.",
                    file.name
                );
                let hint = "They are compared as two codes. Write both alike if they are one.";
                out.push(finding("V706", &file.path, message, hint.to_owned()));
            }
        }
    }
    if let (Some(file), false) = (files.first(), alone.is_empty()) {
        let some: Vec<&str> = alone.iter().take(NAMED_MAX).copied().collect();
        let message = format!(
            "Nobody named a codebook, and most codes are not in the built-in {}: whether codes that one coder \
                alone \
             used ({}) are misspelt is not looked up.",
            codebook.name,
            some.join(", ")
        );
        let hint = "Name it with --codebook, or the study with --study.";
        out.push(Diagnostic {
            severity: Severity::Note,
            ..finding("V706", &file.path, message, hint.to_owned())
        });
    }
    out
}

/// The code that is nearly another, if one is.
fn nearest<'c>(code: &str, known: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    let code = code.to_lowercase();
    let far = |known: &'c str| (crate::text::edits(&known.to_lowercase(), &code), known);
    known
        .map(far)
        .min()
        .filter(|(edits, known)| *edits <= 1 + known.chars().count() / 4)
        .map(|(_, known)| known)
}

/// Which assertions of each code mark a unit.
pub(super) fn counting(asking: &Asking<'_>, codes: &[String]) -> Vec<Vec<Assertion>> {
    if asking.any_assertion {
        return vec![Assertion::ALL.to_vec(); codes.len()];
    }
    let counts = |code: &String| match asking.codebook.find(code) {
        Some(index) => asking.codebook.code(index).count.clone(),
        None => vec![Assertion::Affirmed],
    };
    codes.iter().map(counts).collect()
}

/// What a rule set went by, by code, note and start of the passage.
pub(super) type Evidence = BTreeMap<(usize, usize, u64), String>;

/// Places a coder's codings by code, with what a rule set went by.
pub(super) fn place(
    file: &CoderFile,
    notes: &[ReadNote],
    codes: &[String],
    findings: &mut Vec<Diagnostic>,
) -> (Vec<Vec<Mark>>, Evidence) {
    let by_id: BTreeMap<&str, usize> = notes
        .iter()
        .enumerate()
        .map(|(i, n)| (n.note_id.as_str(), i))
        .collect();
    let mut placed = vec![Vec::new(); codes.len()];
    let mut evidence = Evidence::new();
    let mut seen = BTreeSet::new();
    let mut hashes: BTreeMap<usize, String> = BTreeMap::new();
    for coding in &file.codings {
        let Some(&note) = by_id.get(coding.note_id.as_str()) else {
            continue;
        };
        let Ok(code) = codes.binary_search(&coding.code) else {
            continue;
        };
        let text = &notes[note].text;
        let found = if text.is_empty() {
            Ok((0, 1, None))
        } else {
            let is_same = coding.note_sha256.is_empty()
                || *hashes
                    .entry(note)
                    .or_insert_with(|| hex_sha256(text.as_bytes()))
                    == coding.note_sha256.to_lowercase();
            if is_same || has_words(coding) {
                locate(coding, text)
            } else {
                Err(Box::new(other_text(coding)))
            }
        };
        let (start, end) = match found {
            Ok((start, end, moved)) => {
                findings.extend(moved);
                (start as u64, end as u64)
            }
            Err(finding) => {
                findings.push(*finding);
                continue;
            }
        };
        // Without texts every passage of a note is the same one.
        if !text.is_empty() && !seen.insert((note, code, start, end, coding.assertion)) {
            findings.push(twice(coding));
            continue;
        }
        if !coding.evidence.is_empty() {
            evidence.insert((code, note, start), coding.evidence.clone());
        }
        placed[code].push(Mark {
            note,
            start,
            end,
            assertion: coding.assertion,
            voice: coding.voice,
        });
    }
    (placed, evidence)
}

fn has_words(coding: &ReadCoding) -> bool {
    match &coding.located {
        Located::At { text, .. } => text.is_some(),
        Located::Words(_) => true,
    }
}

fn about(coding: &ReadCoding, rule: &'static str, message: String, hint: &str) -> Diagnostic {
    Diagnostic::warning(rule, coding.place.clone(), message, hint)
}

fn other_text(coding: &ReadCoding) -> Diagnostic {
    let message = format!(
        "The coding of {} is left out: note {} read otherwise when it was coded, and the row gives no \
         words to find again.",
        coding.code, coding.note_id
    );
    about(
        coding,
        "V704",
        message,
        "Give the passage's words in the column text.",
    )
}

fn twice(coding: &ReadCoding) -> Diagnostic {
    let message = format!(
        "This passage of note {} is coded {} already: counted once.",
        coding.note_id, coding.code
    );
    about(coding, "V708", message, "")
}
