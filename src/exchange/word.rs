//! Word documents: paragraphs and tables with the styles of `word/styles.xml`, text as inert text.
//!
//! Comes in: words. Goes out: bytes, the same every time.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::error::{Error, Result};

use super::markup::push_content;
use crate::model::own_document::NO_NOTES;

/// Twentieths of a point that a page's text is wide, upright and landscape (A4).
const WIDTH_LANDSCAPE: usize = 16838 - 2 * 1134;

/// Columns that leave room for words of the usual size; of more, cells are set smaller, so that no
/// word is broken.
const COLUMNS_WIDE_MAX: usize = 10;

/// What stands to the left and right of such a cell, in twentieths of a point.
const SMALL_MARGINS: &str = "<w:tblCellMar><w:left w:w=\"40\" w:type=\"dxa\"/><w:right w:w=\"40\" \
                             w:type=\"dxa\"/></w:tblCellMar>";

/// A document that grows.
#[derive(Debug)]
pub struct Document {
    body: String,
    page: &'static str,
}

/// Words of one look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run<'t> {
    text: &'t str,
    is_bold: bool,
}

impl<'t> Run<'t> {
    /// Words as the paragraph's style has them.
    pub fn plain(text: &'t str) -> Self {
        Self {
            text,
            is_bold: false,
        }
    }
}

/// A cell of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableCell<'t> {
    /// What it says.
    pub run: Run<'t>,
    /// How many columns it spans.
    pub span: usize,
    /// Steps that it is indented.
    pub indent: usize,
}

impl<'t> TableCell<'t> {
    /// A cell of one column.
    pub fn plain(text: &'t str) -> Self {
        Self {
            run: Run::plain(text),
            span: 1,
            indent: 0,
        }
    }

    /// A cell of one column in bold.
    pub fn bold(text: &'t str) -> Self {
        let mut cell = Self::plain(text);
        cell.run.is_bold = true;
        cell
    }
}

impl Default for Document {
    fn default() -> Self {
        Self::upright()
    }
}

impl Document {
    /// An empty document on upright paper.
    pub fn upright() -> Self {
        Self {
            body: String::new(),
            page: "<w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1418\" w:right=\"1418\" \
                   w:bottom=\"1418\" w:left=\"1418\" w:header=\"709\" w:footer=\"709\" w:gutter=\"0\"/>",
        }
    }

    /// An empty document on paper that lies on its side, for wide tables.
    pub fn landscape() -> Self {
        Self {
            body: String::new(),
            page: "<w:pgSz w:w=\"16838\" w:h=\"11906\" w:orient=\"landscape\"/><w:pgMar \
                   w:top=\"1134\" w:right=\"1134\" w:bottom=\"1134\" w:left=\"1134\" w:header=\"709\" \
                   w:footer=\"709\" w:gutter=\"0\"/>",
        }
    }

    /// A paragraph of a style.
    pub fn paragraph(&mut self, style: &str, text: &str) {
        self.runs(style, &[Run::plain(text)]);
    }

    /// A paragraph of words of different looks.
    pub fn runs(&mut self, style: &str, runs: &[Run<'_>]) {
        let _written = write!(
            self.body,
            "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>"
        );
        for run in runs {
            push_run(&mut self.body, *run);
        }
        self.body.push_str("</w:p>");
    }

    /// A table with a rule above, below its first `heads` rows, and at its end; widths are shares.
    pub fn table(&mut self, widths: &[u16], heads: usize, rows: &[Vec<TableCell<'_>>]) {
        let (style, margins) = if widths.len() > COLUMNS_WIDE_MAX {
            ("SmallCell", SMALL_MARGINS)
        } else {
            ("Cell", "")
        };
        let all: usize = widths.iter().map(|&w| usize::from(w)).sum();
        let wide = |w: usize| w * WIDTH_LANDSCAPE / all.max(1);
        self.body.push_str(
            "<w:tbl><w:tblPr><w:tblW w:w=\"5000\" w:type=\"pct\"/><w:tblBorders><w:top \
             w:val=\"single\" w:sz=\"8\"/><w:bottom w:val=\"single\" w:sz=\"8\"/></w:tblBorders>\
             <w:tblLayout w:type=\"fixed\"/>",
        );
        let _written = write!(self.body, "{margins}</w:tblPr><w:tblGrid>");
        for &width in widths {
            let _written = write!(self.body, "<w:gridCol w:w=\"{}\"/>", wide(width.into()));
        }
        self.body.push_str("</w:tblGrid>");
        for (n, row) in rows.iter().enumerate() {
            self.body.push_str("<w:tr><w:trPr><w:cantSplit/>");
            if n < heads {
                self.body.push_str("<w:tblHeader/>");
            }
            self.body.push_str("</w:trPr>");
            let mut at = 0;
            for cell in row {
                let spanned = widths.iter().skip(at).take(cell.span);
                let width: usize = spanned.map(|&w| usize::from(w)).sum();
                at += cell.span;
                let is_last_head = n + 1 == heads;
                let is_over = cell.span > 1 || n + 2 == heads && !cell.run.text.is_empty();
                let is_ruled = is_last_head || is_over;
                push_cell(&mut self.body, cell, style, (wide(width), is_ruled));
            }
            self.body.push_str("</w:tr>");
        }
        self.body.push_str("</w:tbl>");
    }

    /// The document's bytes.
    ///
    /// # Errors
    /// Where the archive cannot be made, which memory alone can cause.
    pub fn finish(&self) -> Result<Vec<u8>> {
        let document = format!(
            "{XML}<w:document \
             xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{}\
             <w:sectPr>{}</w:sectPr></w:body></w:document>",
            self.body, self.page
        );
        let properties = PROPERTIES.replace("{description}", NO_NOTES);
        let parts = [
            ("[Content_Types].xml", CONTENT_TYPES),
            ("_rels/.rels", RELATIONS),
            ("word/_rels/document.xml.rels", DOCUMENT_RELATIONS),
            ("word/styles.xml", STYLES),
            ("word/document.xml", document.as_str()),
            ("docProps/core.xml", properties.as_str()),
        ];
        archive(&parts).map_err(|e| Error::other(format!("The document could not be made: {e}.")))
    }
}

fn push_cell(
    out: &mut String,
    cell: &TableCell<'_>,
    style: &str,
    (width, is_ruled): (usize, bool),
) {
    let _written = write!(out, "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>");
    if cell.span > 1 {
        let _written = write!(out, "<w:gridSpan w:val=\"{}\"/>", cell.span);
    }
    if is_ruled {
        out.push_str("<w:tcBorders><w:bottom w:val=\"single\" w:sz=\"4\"/></w:tcBorders>");
    }
    let indent = 200 * cell.indent;
    let _written = write!(
        out,
        "</w:tcPr><w:p><w:pPr><w:pStyle w:val=\"{style}\"/><w:ind w:left=\"{indent}\"/></w:pPr>"
    );
    push_run(out, cell.run);
    out.push_str("</w:p></w:tc>");
}

fn push_run(out: &mut String, run: Run<'_>) {
    out.push_str("<w:r>");
    if run.is_bold {
        out.push_str("<w:rPr><w:b/></w:rPr>");
    }
    out.push_str("<w:t xml:space=\"preserve\">");
    push_content(out, run.text.chars().filter(|c| is_printed(*c)));
    out.push_str("</w:t></w:r>");
}

/// Whether a character may stand in XML and changes nothing around it.
pub fn is_printed(c: char) -> bool {
    let direction =
        matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}');
    let none = matches!(c, '\u{FFFE}' | '\u{FFFF}');
    (!c.is_control() || c == '\t') && !direction && !none
}

fn archive(parts: &[(&str, &str)]) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // The default time of an archive is fixed, so that the same words give the same bytes.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for (name, content) in parts {
        zip.start_file(*name, options)?;
        zip.write_all(content.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const CONTENT_TYPES: &str = include_str!("word/content_types.xml");
const RELATIONS: &str = include_str!("word/relations.xml");
const DOCUMENT_RELATIONS: &str = include_str!("word/document_relations.xml");
const PROPERTIES: &str = include_str!("word/properties.xml");
const STYLES: &str = include_str!("word/styles.xml");
