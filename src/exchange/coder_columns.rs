//! The columns of a person's table of codings, or of a filled coding sheet.

use std::collections::BTreeSet;

use super::coder_file::RawCoding;
use super::find::occurrences;
use super::saved_table::{SavedRow, SavedTable};

/// Where each column stands.
pub(super) struct Columns {
    pub(super) note_id: Option<usize>,
    pub(super) code: Option<usize>,
    pub(super) start: Option<usize>,
    pub(super) end: Option<usize>,
    pub(super) text: Option<usize>,
    pub(super) assertion: Option<usize>,
    pub(super) voice: Option<usize>,
    pub(super) coder: Option<usize>,
    /// In a coding sheet: whether the note was read, where nothing in it is coded.
    pub(super) read: Option<usize>,
    /// In a coding sheet: the sentence, inside which `text` stands.
    pub(super) sentence: Option<usize>,
    pub(super) pattern: Option<usize>,
    pub(super) cue: Option<usize>,
    pub(super) why_not: Option<usize>,
    pub(super) batch: Option<usize>,
    pub(super) codebook_sha256: Option<usize>,
    pub(super) note_sha256: Option<usize>,
    pub(super) stratum: Option<usize>,
    pub(super) stratum_size: Option<usize>,
}

impl Columns {
    pub(super) fn of(table: &SavedTable) -> Self {
        let column = |name| table.column(name);
        Self {
            note_id: column("note_id"),
            code: column("code"),
            start: column("start"),
            end: column("end"),
            text: column("text"),
            assertion: column("assertion"),
            voice: column("voice"),
            coder: column("coder"),
            read: column("read"),
            sentence: column("sentence"),
            pattern: column("pattern"),
            cue: column("cue"),
            why_not: column("why_not"),
            batch: column("batch"),
            codebook_sha256: column("codebook_sha256"),
            note_sha256: column("note_sha256"),
            stratum: column("stratum"),
            stratum_size: column("stratum_size"),
        }
    }

    /// The coder of a whole sheet, who need not write a name into every row.
    pub(super) fn only_coder(&self, table: &SavedTable) -> Option<String> {
        self.read?;
        let names = table.rows.iter().map(|row| row.text(self.coder).trim());
        let names: BTreeSet<&str> = names.filter(|name| !name.is_empty()).collect();
        match names.len() {
            1 => names.first().map(|&name| name.to_owned()),
            _ => None,
        }
    }

    fn evidence(&self, row: &SavedRow) -> String {
        match (row.text(self.pattern), row.text(self.cue)) {
            (pattern, "") => pattern.to_owned(),
            (pattern, cue) => format!("{pattern}, cue {cue:?}"),
        }
    }

    pub(super) fn coding(&self, row: &SavedRow) -> RawCoding {
        let words = |column| row.text(column).to_owned();
        let number = |column| whole(row.text(column).trim());
        let (start, end) = (number(self.start), number(self.end));
        let text = Some(words(self.text)).filter(|t| !t.trim().is_empty());
        let mut raw = RawCoding {
            code: row.text(self.code).trim().to_owned(),
            start,
            end,
            text,
            assertion: row.text(self.assertion).trim().to_owned(),
            voice: row.text(self.voice).trim().to_owned(),
            evidence: self.evidence(row),
            note_sha256: row.text(self.note_sha256).trim().to_owned(),
        };
        // In a coding sheet the words are those of the sentence that start and end enclose.
        if let (Some(start), Some(text)) = (start, raw.text.as_deref().map(str::trim))
            && let Some(at) = row.text(self.sentence).find(text)
        {
            let before = row.text(self.sentence).get(..at).unwrap_or_default();
            let first = start + before.chars().count();
            raw.end = Some(first + text.chars().count());
            raw.start = Some(first);
            raw.text = Some(text.to_owned());
        }
        raw
    }
}

impl Columns {
    /// How often the words of a sheet's row stand in its sentence, where that is more than once and they
    /// are not all of it.
    pub(super) fn times_in_sentence(&self, row: &SavedRow) -> Option<usize> {
        let words = row.text(self.text).trim();
        let times = occurrences(row.text(self.sentence), words).len();
        (times > 1).then_some(times)
    }
}

/// A whole number of code points; spreadsheets write some as `12.0`.
fn whole(text: &str) -> Option<usize> {
    let digits = text.strip_suffix(".0").unwrap_or(text);
    digits.parse().ok()
}
