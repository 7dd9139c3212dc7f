//! One self-contained page in which every number opens to its passages.
//!
//! Comes in: what was counted, chosen and gathered. Goes out: `report.html`, without network,
//! times or paths. Refuses to run anything that a note says: text is escaped, its writing direction
//! isolated, and the page's policy admits its own style and script only, by their hashes.
//!
//! `page/` holds the page as people read it: a template, its style, and its script in small files.
//! `view` fills the template; `data` is what the script draws tables, lists and charts from.

mod agreement;
mod charts;
mod comparisons;
mod data;
mod figures;
mod gather;
mod groups;
mod lengths;
mod manuscript;
mod mask;
mod order;
mod text;
mod view;

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::value::{Serde, ValueKind};
use minijinja::{AutoEscape, Environment, Output, State, Value, context};
use sha2::{Digest as _, Sha256};

use crate::agreement::{Compared, Disagreement};
use crate::deident::Characteristics;
use crate::error::{Error, Result};
use crate::model::codebook::{CodeIndex, Codebook};
use crate::model::ledger::Ledger;
use crate::model::memo::Memo;
use crate::model::provenance::Provenance;
use crate::quote::QuoteRow;
use crate::tally::contrast::SideBySide;
use crate::tally::{Crosstab, DocumentationRow, Saturation, SaturationRule, SessionTotals, Tally};

use order::Order;
use text::Escaped;
use view::View;

pub use gather::{
    Census, GatheredNote, Material, PASSAGES_BYTES_MAX, PASSAGES_PER_CELL_MAX, gather,
};
pub use mask::Mask;

const TEMPLATE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
const METHOD: &str = include_str!("page/method.html");

/// The script, each file a part of one function's body.
const SCRIPT: &str = concat!(
    "\"use strict\";\n(() => {\n",
    include_str!("page/base.js"),
    include_str!("page/lists.js"),
    include_str!("page/passages.js"),
    include_str!("page/themes.js"),
    include_str!("page/time.js"),
    include_str!("page/charts.js"),
    include_str!("page/quotes.js"),
    "})();\n"
);

/// Where the data go in the filled template.
const DATA_MARK: &str = "<!--data-->";

/// Whether identifiers are masked in what is gathered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// They are.
    Masked,
    /// They stand as in the notes.
    Plain,
}

/// Quotes of a code that the page shows at most.
pub const QUOTES_OF_CODE_MAX: usize = 60;

/// Passages that coders do not agree on that the page shows at most.
pub const DISAGREEMENTS_MAX: usize = 200;

/// Everything that the page shows.
#[derive(Debug)]
pub struct ReportData<'a> {
    /// The codebook.
    pub codebook: &'a Codebook,
    /// What the study's tables say of its participants, without what tells who they are.
    pub characteristics: &'a Characteristics,
    /// The study's session types, in its order.
    pub session_types: &'a [String],
    /// What was counted.
    pub tally: &'a Tally,
    /// Counted once more by the columns that were asked for.
    pub crosstabs: &'a [Crosstab],
    /// Groups of notes side by side.
    pub compared: &'a [SideBySide<'a>],
    /// Sessions with and without notes.
    pub sessions: &'a SessionTotals,
    /// How much is written, group by group.
    pub documentation: &'a [DocumentationRow<'a>],
    /// Where each code was met first.
    pub saturation: &'a Saturation,
    /// The sizes that decide on saturation.
    pub rule: SaturationRule,
    /// What was chosen.
    pub quotes: &'a [QuoteRow],
    /// Further quotes, that stand in `quotes.csv` alone.
    pub quotes_left: u64,
    /// What finds identifiers in names of files, memos and remarks; none where nothing is masked.
    pub mask: Option<Mask<'a>>,
    /// What was gathered of single notes.
    pub material: &'a Material,
    /// What became of the input.
    pub ledger: &'a Ledger,
    /// What is missed of each code that somebody looked for, in words.
    pub missed: &'a [(CodeIndex, String)],
    /// Memos that the study wants shown.
    pub memos: &'a [Memo],
    /// How the run agrees with the study's other coders, where it has any.
    pub agreement: Option<&'a Compared>,
    /// The first passages on which they do not agree, masked as the page is, and how many there are.
    pub disagreements: (&'a [Disagreement], usize),
    /// Which rules gave the results; its times, paths and options are not shown.
    pub provenance: &'a Provenance,
}

/// Writes the page, the figures, and what goes into a manuscript into a folder.
///
/// # Errors
/// Where a file cannot be written.
pub fn write(dir: &Path, data: &ReportData<'_>) -> Result<()> {
    let path = dir.join("report.html");
    fs::write(&path, page(data)).map_err(|e| Error::io("write the report", &path, e))?;
    figures::write(dir, data)?;
    manuscript::write(dir, data)
}

/// The whole page.
fn page(data: &ReportData<'_>) -> String {
    let order = Order::new(data);
    let participants = order.people.iter().flatten().count() as u64;
    let filled = fill(&View::new(data, participants));
    let (before, after) = filled
        .split_once(DATA_MARK)
        .expect("the template has a place for the data");
    let mut html = before.to_owned();
    data::json(&mut html, data, &order);
    html.push_str(after);
    html
}

fn fill(view: &View) -> String {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_formatter(inert);
    let values = context! {
        view => Value::from(Serde(view)),
        style => Value::from_safe_string(STYLE.to_owned()),
        script => Value::from_safe_string(SCRIPT.to_owned()),
        method => Value::from_safe_string(METHOD.to_owned()),
        data => Value::from_safe_string(DATA_MARK.to_owned()),
        style_hash => Value::from_safe_string(source_hash(STYLE)),
        script_hash => Value::from_safe_string(source_hash(SCRIPT)),
    };
    let filled = environment.render_str(TEMPLATE, values);
    filled.expect("the template names only values that there are")
}

/// Writes a value so that nothing in it acts: escaped, and what cannot be seen made visible.
fn inert(
    out: &mut Output<'_>,
    state: &mut State<'_, '_>,
    value: &Value,
) -> std::result::Result<(), minijinja::Error> {
    match value.as_str() {
        Some(text) if value.kind() == ValueKind::String && !value.is_safe() => {
            Ok(write!(out, "{}", Escaped(text))?)
        }
        _ => minijinja::escape_formatter(out, state, value),
    }
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
