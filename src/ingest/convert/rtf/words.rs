//! Control words that say where the text of their group belongs.

/// Where text goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The body.
    Text,
    /// Head and foot of pages.
    Apart,
    /// Footnotes.
    Notes,
    /// The mark of a list's item.
    ListMark,
    /// The table of fonts.
    Fonts,
    /// What a form's field is.
    Form,
    /// Left out.
    Nowhere,
}

/// Groups that are no text, without a star.
const LEFT_OUT: &[&str] = &[
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "nonshppict",
    "sn",
    "sv",
    "fldinst",
    "xe",
    "tc",
    "txe",
    "rxe",
    "filetbl",
    "private",
    "nonesttables",
    "revtbl",
    "template",
    "objclass",
    "objname",
    "ftnsep",
    "ftnsepc",
    "aftnsep",
    "aftnsepc",
    "fname",
    "datafield",
    "bkmkstart",
    "bkmkend",
    "annotation",
    "atnid",
    "atnauthor",
    "listtable",
    "listoverridetable",
    "pgptbl",
];

/// Groups with a star that hold text all the same.
const STARRED_TEXT: &[&str] = &["shpinst", "nesttableprops", "fldrslt"];

/// Where a control word puts the text of its group; none where it says nothing of that.
pub(super) fn place_of(word: &str, starred: bool) -> Option<Place> {
    Some(match word {
        "fonttbl" => Place::Fonts,
        "header" | "headerl" | "headerr" | "headerf" | "footer" | "footerl" | "footerr"
        | "footerf" => Place::Apart,
        "footnote" => Place::Notes,
        "listtext" | "pntext" => Place::ListMark,
        "formfield" => Place::Form,
        word if LEFT_OUT.contains(&word) => Place::Nowhere,
        word if starred && !STARRED_TEXT.contains(&word) => Place::Nowhere,
        _ => return None,
    })
}
