//! One self-contained page in which every number opens to its passages.
//!
//! Comes in: what was counted, chosen and gathered. Goes out: `report.html`, without network,
//! times or paths. Refuses to run anything that a note says: text is escaped, its writing direction
//! isolated, and the page's policy admits its own style and script only, by their hashes.

mod agreement;
mod closing;
mod data;
mod gather;
mod heat;
mod html;
mod missed;
mod study;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::agreement::{CodeMissed, Compared};
use crate::error::{Error, Result};
use crate::model::codebook::Codebook;
use crate::model::corpus::ParticipantId;
use crate::model::ledger::Ledger;
use crate::model::memo::Memo;
use crate::model::provenance::Provenance;
use crate::quote::QuoteRow;
use crate::tally::{Group, GroupKind, Tally};

use data::Order;
use heat::Columns;
use html::{Escaped, counted};

pub use gather::{
    Census, GatheredNote, Material, PASSAGES_BYTES_MAX, PASSAGES_PER_CELL_MAX, gather,
};

const STYLE: &str = include_str!("report.css");
const SCRIPT: &str = include_str!("report.js");

/// Columns that still fit side by side.
const COLUMNS_MAX: usize = 16;

/// Cells by participant and session type in the page at most.
const CELLS_MAX: usize = 15_000;

/// Whether identifiers are masked in the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// They are.
    Masked,
    /// They stand as in the notes.
    Plain,
}

/// Quotes of a code that the page shows at most.
pub const QUOTES_OF_CODE_MAX: usize = 60;

/// Everything that the page shows.
#[derive(Debug)]
pub struct ReportData<'a> {
    /// The codebook.
    pub codebook: &'a Codebook,
    /// The study's session types, in its order.
    pub session_types: &'a [String],
    /// What was counted.
    pub tally: &'a Tally,
    /// What was chosen.
    pub quotes: &'a [QuoteRow],
    /// Further quotes, that stand in `quotes.csv` alone.
    pub quotes_left: u64,
    /// Whether identifiers are masked, in quotes as in the material.
    pub identifiers: Shown,
    /// What was gathered of single notes.
    pub material: &'a Material,
    /// What became of the input.
    pub ledger: &'a Ledger,
    /// What is missed of the codes that somebody looked for.
    pub missed: &'a [CodeMissed],
    /// Memos that the study wants shown.
    pub memos: &'a [Memo],
    /// How the run agrees with the study's other coders, where it has any.
    pub agreement: Option<&'a Compared>,
    /// Which rules gave the results; its times, paths and options are not shown.
    pub provenance: &'a Provenance,
}

/// Writes `report.html` into a folder.
///
/// # Errors
/// Where the file cannot be written.
pub fn write(dir: &Path, data: &ReportData<'_>) -> Result<()> {
    let path = dir.join("report.html");
    fs::write(&path, page(data)).map_err(|e| Error::io("write the report", &path, e))
}

/// The whole page.
pub fn page(data: &ReportData<'_>) -> String {
    let frequencies = data.tally.frequencies();
    let groups: Vec<Group<'_>> = frequencies.groups(data.session_types).collect();
    let types = frequencies.session_types(data.session_types);
    let order = Order::new(frequencies.participants(), types.clone(), data.material);
    let participants = order.people.iter().flatten().count() as u64;

    let mut html = head(data);
    study::summary(&mut html, data, participants);
    html.push_str(NAVIGATION);
    study::reading(&mut html, data);
    study::documentation(&mut html, &groups, &types);
    by_session_type(&mut html, data, &groups, &order);
    by_participant(&mut html, data, &groups, &order);
    closing::quotes(&mut html, data);
    closing::cooccurrence(&mut html, data);
    agreement::section(&mut html, data.agreement);
    closing::codebook(&mut html, data.codebook);
    missed::missed(&mut html, data.missed, data.codebook);
    closing::memos(&mut html, data.memos);
    closing::warnings(&mut html, data);
    closing::method(&mut html);
    closing::provenance(&mut html, data);
    foot(&mut html, data, &order);
    html
}

const NAVIGATION: &str = "<nav aria-label=\"Sections\"><a href=\"#read\">What was read</a> \
    <a href=\"#text\">Documentation</a> <a href=\"#types\">Themes by session type</a> \
    <a href=\"#people\">by participant</a> <a href=\"#quotes\">Quotes</a> \
    <a href=\"#together\">Together</a> <a href=\"#codebook\">Codebook</a> \
    <a href=\"#warnings\">Warnings</a> <a href=\"#method\">How it was computed</a> \
    <a href=\"#provenance\">Provenance</a></nav>";

fn head(data: &ReportData<'_>) -> String {
    let title = match data.provenance.study.as_str() {
        "" => "Themes documented in the notes".to_owned(),
        study => format!("{study}: themes documented in the notes"),
    };
    let mut html = String::with_capacity(1 << 16);
    let _ = write!(
        html,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"referrer\" content=\"no-referrer\">\
         <title>{}</title><style>{STYLE}</style></head><body><main><h1>{}</h1>",
        source_hash(STYLE),
        source_hash(SCRIPT),
        Escaped(&title),
        Escaped(&title),
    );
    html
}

fn by_session_type(
    html: &mut String,
    data: &ReportData<'_>,
    groups: &[Group<'_>],
    order: &Order<'_>,
) {
    html.push_str("<section id=\"types\"><h2>Themes by session type</h2>");
    html.push_str(KEY);
    let kinds = groups
        .iter()
        .filter(|g| matches!(g.kind, GroupKind::SessionType(_)));
    let all = groups.iter().filter(|g| g.kind == GroupKind::All);
    let columns = Columns {
        groups: kinds.chain(all).collect(),
        over: Vec::new(),
    };
    if columns.groups.is_empty() {
        html.push_str("<p>There is no note to count.</p></section>");
        return;
    }
    let caption = "Notes in which each theme is documented, by session type";
    heat::table(html, caption, &columns, data.codebook, order);
    html.push_str("</section>");
}

const KEY: &str = "<p class=\"key\"><svg viewBox=\"0 0 10 6\"><rect class=\"p\" width=\"10\" \
    height=\"6\"/></svg> present <svg viewBox=\"0 0 10 6\"><rect class=\"m\" width=\"10\" \
    height=\"6\"/></svg> only mentioned <svg viewBox=\"0 0 10 6\"><rect class=\"a\" y=\"3\" width=\"10\" \
    height=\"3\"/></svg> explicitly absent <svg viewBox=\"0 0 10 6\"></svg> silent. The small \
    numbers are a 95% interval in per cent. Press a cell to read its passages.</p>\
    <noscript><p>Passages open with a script, which is switched off here; <code>codings.csv</code> \
    holds them all.</p></noscript>";

/// One table where all columns fit, else one for each participant.
fn by_participant(
    html: &mut String,
    data: &ReportData<'_>,
    groups: &[Group<'_>],
    order: &Order<'_>,
) {
    html.push_str("<section id=\"people\"><h2>Themes by participant and session type</h2>");
    let mut of_person: BTreeMap<Option<&ParticipantId>, Vec<&Group<'_>>> = BTreeMap::new();
    for group in groups {
        if let GroupKind::Both(id, _) = group.kind {
            of_person.entry(id).or_default().push(group);
        }
    }
    let name = |id: Option<&ParticipantId>| {
        id.map_or("participant unknown", ParticipantId::as_str)
            .to_owned()
    };
    let people = order
        .people
        .iter()
        .filter_map(|id| Some((*id, of_person.get(id)?)));
    let columns: usize = of_person.values().map(Vec::len).sum();
    let caption = "Notes in which each theme is documented, by participant and session type";
    if columns > 0 && columns <= COLUMNS_MAX {
        let wide = Columns {
            groups: people
                .clone()
                .flat_map(|(_, g)| g.iter().copied())
                .collect(),
            over: people.map(|(id, g)| (name(id), g.len())).collect(),
        };
        heat::table(html, caption, &wide, data.codebook, order);
        html.push_str("</section>");
        return;
    }
    let (mut cells, mut left_out) = (0, 0);
    for (id, own) in people {
        cells += own.len() * data.codebook.codes.len();
        if cells > CELLS_MAX {
            left_out += 1;
            continue;
        }
        let _ = write!(html, "<details><summary>{}</summary>", Escaped(&name(id)));
        let own = Columns {
            groups: own.clone(),
            over: Vec::new(),
        };
        heat::table(html, &name(id), &own, data.codebook, order);
        html.push_str("</details>");
    }
    if left_out > 0 {
        let left = counted(left_out, "more participant");
        let _ = write!(html, "<p>{left} in <code>frequencies.csv</code>.</p>");
    }
    html.push_str("</section>");
}

fn foot(html: &mut String, data: &ReportData<'_>, order: &Order<'_>) {
    let bound = data.material.per_cell;
    let _ = write!(
        html,
        "</main><dialog id=\"passages\" aria-labelledby=\"passages-title\"><form method=\"dialog\">\
         <h2 id=\"passages-title\" tabindex=\"-1\"></h2><button class=\"close\">Close</button></form>\
         <p id=\"passages-cell\"></p><p id=\"passages-note\" data-bound=\"{bound}\"></p>\
         <label><input type=\"checkbox\" id=\"counted\"> only passages that count</label>\
         <ol id=\"list\"></ol><button type=\"button\" id=\"more\">Show more</button></dialog>\
         <script type=\"application/json\" id=\"data\">",
    );
    data::json(html, data.material, data.codebook, order);
    let _ = writeln!(html, "</script><script>{SCRIPT}</script></body></html>");
}

/// A text's source expression for the page's policy.
fn source_hash(text: &str) -> String {
    format!("sha256-{}", base64(&Sha256::digest(text)))
}

/// Base 64 as in RFC 4648.
fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests;
