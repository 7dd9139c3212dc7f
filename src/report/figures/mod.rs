//! Figures for a manuscript, each as SVG and as PNG.
//!
//! Comes in: what the page shows. Goes out: `figures/*.svg` and `*.png`. They are legible without
//! colour: shapes, lines and numbers say what colour says, and every axis names its unit.

mod documentation;
mod pairs;
mod png;
mod shares;
mod sheet;
mod svg;
mod timelines;

use std::fs;
use std::path::Path;

use crate::error::{Error, Result};

use super::ReportData;
use png::Letters;
use shares::Measure;
use sheet::Sheet;

/// Width of a figure in points: two columns of a journal.
const WIDTH: f32 = 510.0;

/// Themes in a figure at most: those that most notes document.
const THEMES_MAX: usize = 45;

/// Writes every figure into the folder `figures` of an output folder.
///
/// # Errors
/// Where a file cannot be written.
pub(super) fn write(dir: &Path, data: &ReportData<'_>) -> Result<()> {
    let letters = Letters::new()?;
    let folder = dir.join("figures");
    fs::create_dir_all(&folder).map_err(|e| Error::io("create the figures' folder", &folder, e))?;
    for (name, sheet) in figures(data, &letters) {
        let write = |ending: &str, bytes: &[u8]| {
            let path = folder.join(format!("{name}.{ending}"));
            fs::write(&path, bytes).map_err(|e| Error::io("write a figure", &path, e))
        };
        write("svg", svg::svg(&sheet).as_bytes())?;
        write("png", &png::png(&sheet, &letters)?)?;
    }
    Ok(())
}

/// Every figure with the name of its files. A study without notes has none.
fn figures(data: &ReportData<'_>, letters: &Letters) -> Vec<(&'static str, Sheet)> {
    [
        (
            "themes_by_session_type",
            shares::figure(data, letters, Measure::Share),
        ),
        (
            "themes_per_1000_words",
            shares::figure(data, letters, Measure::Rate),
        ),
        ("timelines", timelines::figure(data, letters)),
        ("cooccurrence", pairs::figure(data, letters)),
        ("documentation", documentation::figure(data, letters)),
    ]
    .into_iter()
    .filter_map(|(name, sheet)| Some((name, sheet?)))
    .collect()
}

#[cfg(test)]
mod tests;
