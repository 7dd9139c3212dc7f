//! How the run agrees with the study's other coders, code by code, against a threshold that was set
//! before.

use std::fmt::Write as _;

use crate::agreement::{CodeAgreement, Compared, Estimate, Retrieval, Verdict, spread};

use super::html::{Escaped, Isolated, counted};

/// Pairs of codes that are shown at most.
const PAIRS_MAX: usize = 20;

/// Writes the section; nothing where the study names no other coder.
pub(super) fn section(html: &mut String, compared: Option<&Compared>) {
    let Some(all) = compared else {
        return;
    };
    let coders: Vec<String> = all
        .coders
        .iter()
        .map(|name| Isolated(name).to_string())
        .collect();
    let _ = write!(
        html,
        "<section id=\"agreement\"><h2>Agreement between coders</h2><p>{} on {} that all of them read; \
         unit: {}. Krippendorff's alpha with its 95% interval; no number is pooled over codes. ",
        coders.join(", "),
        counted(all.notes as u64, "note"),
        all.unit
    );
    if let Some(s) = spread(&all.codes, "krippendorff_alpha") {
        let _ = write!(
            html,
            "Over {} codes the lowest is {:.2} ({}), the median {:.2}. ",
            s.defined,
            s.minimum.0,
            Escaped(&s.minimum.1),
            s.median
        );
    }
    if let Some(threshold) = all.threshold {
        let _ = write!(
            html,
            "Threshold set in study.toml: {} {:.2}; an interval that crosses it is inconclusive. ",
            threshold.coefficient, threshold.value
        );
    }
    html.push_str(
        "Every passage that is not agreed stands in <code>disagreements.csv</code>, every coefficient \
         in <code>agreement.csv</code>.</p>",
    );
    table(html, all);
    confusion(html, all);
    html.push_str("</section>");
}

fn table(html: &mut String, all: &Compared) {
    html.push_str(
        "<div class=\"wide\"><table><thead><tr><th scope=\"col\">code</th><th scope=\"col\">units</th>\
         <th scope=\"col\">marked</th><th scope=\"col\">agree</th><th scope=\"col\">positive</th>\
         <th scope=\"col\">negative</th><th scope=\"col\">alpha</th><th scope=\"col\">verdict</th>\
         <th scope=\"col\">what may be said</th></tr></thead><tbody>",
    );
    let used = |c: &&CodeAgreement| c.marked.iter().any(|&m| m > 0);
    for code in all.codes.iter().filter(used) {
        let marked: Vec<String> = code.marked.iter().map(u64::to_string).collect();
        let share = |v: Option<f64>| v.map_or_else(|| "–".to_owned(), |v| format!("{v:.2}"));
        let pair = code.pair.as_ref().map(|(table, _)| table);
        let _ = write!(
            html,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>\
             <td>{}</td><td>{}</td><td>{}</td></tr>",
            Escaped(&code.code),
            code.n,
            marked.join(" / "),
            share(code.estimate("percent_agreement").value),
            share(pair.and_then(Retrieval::f1)),
            share(pair.and_then(Retrieval::negative_agreement)),
            value(code.alpha(), all.interval(code, "krippendorff_alpha")),
            all.verdict(code).map_or("", Verdict::as_str),
            Isolated(&all.in_words(code)),
        );
    }
    html.push_str("</tbody></table></div>");
    let unused = all.codes.iter().filter(|c| !used(c)).count();
    if unused > 0 {
        let _ = write!(
            html,
            "<p>{} that no coder used: agreement on them is undefined.</p>",
            counted(unused as u64, "code")
        );
    }
}

fn value(estimate: Estimate, interval: Option<(f64, f64)>) -> String {
    match (estimate.value, interval) {
        (Some(value), Some((low, high))) => format!("{value:.2} ({low:.2} to {high:.2})"),
        (Some(value), None) => format!("{value:.2}"),
        (None, _) => format!(
            "undefined ({})",
            estimate.why_undefined.map_or("", |why| why.as_str())
        ),
    }
}

fn confusion(html: &mut String, all: &Compared) {
    if all.confusion.is_empty() {
        return;
    }
    html.push_str(
        "<h3>Codes given in each other's place</h3><table><thead><tr><th scope=\"col\">first coder</th>\
         <th scope=\"col\">second coder</th><th scope=\"col\">passages</th></tr></thead><tbody>",
    );
    for pair in all.confusion.iter().take(PAIRS_MAX) {
        let _ = write!(
            html,
            "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
            Escaped(&all.codes[pair.code].code),
            Escaped(&all.codes[pair.other].code),
            pair.passages
        );
    }
    html.push_str("</tbody></table>");
}
