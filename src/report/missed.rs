//! What the rules miss of each theme, where somebody looked.

use std::fmt::Write as _;

use crate::agreement::CodeMissed;
use crate::export::missed_in_words;
use crate::model::codebook::{CodeIndex, Codebook};

use super::html::Escaped;

/// Writes a line for each theme that people looked for, and names the others as not estimated.
pub(super) fn missed(html: &mut String, missed: &[CodeMissed], codebook: &Codebook) {
    html.push_str("<section id=\"missed\"><h2>What the rules miss</h2>");
    let name = |code: CodeIndex| codebook.code(code).path.as_str();
    if !missed.is_empty() {
        html.push_str("<dl>");
        for code in missed {
            if let Some(all) = code.rows.first() {
                let _ = write!(
                    html,
                    "<dt>{}</dt><dd>{}</dd>",
                    Escaped(name(code.code)),
                    Escaped(&missed_in_words(all.found, &all.estimate)),
                );
            }
        }
        html.push_str("</dl>");
    }
    let others = codebook
        .indices()
        .filter(|&code| missed.iter().all(|m| m.code != code));
    let others: Vec<&str> = others.map(name).collect();
    if !others.is_empty() {
        let _ = write!(
            html,
            "<p>Not estimated, since nobody looked: {}. A sample of sentences without a theme, read by \
             a person (<code>verbatim sample --from uncoded</code>), would tell.</p>",
            Escaped(&others.join(", ")),
        );
    }
    html.push_str("</section>");
}
