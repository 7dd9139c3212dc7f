//! The page's second half: quotes, co-occurrence, codebook, warnings, method, provenance.

use std::fmt::Write as _;

use crate::model::codebook::Codebook;
use crate::model::corpus::ParticipantId;
use crate::model::memo::{Memo, MemoOn};
use crate::model::provenance::RuleFile;
use crate::quote::QuoteRow;
use crate::tally::{CooccurrenceRow, Unit};

use super::html::{Escaped, Isolated, coefficient, counted, session_type, thousands};
use super::{ReportData, Shown};

/// Pairs of codes shown of each unit at most.
const PAIRS_MAX: usize = 40;

/// What the page says of masking.
const MASKED: &str = "<p>Names, places, dates and other identifiers in quotes and passages are masked \
    by rule; <code>identifiers.csv</code> lists them. No machine finds everything: read what leaves \
    the house. Ids and file names of notes stand as they are.</p>";

/// Writes the chosen quotes, by code.
pub(super) fn quotes(html: &mut String, data: &ReportData<'_>) {
    html.push_str("<section id=\"quotes\"><h2>Quotes</h2>");
    if data.quotes.is_empty() {
        html.push_str("<p>No passage counts, so there is nothing to quote.</p></section>");
        return;
    }
    html.push_str(
        "<p>Up to three for each theme, participant and session type, chosen by rule: the \
         participant's own words first, then what the clinician reports; whole sentences of \
         readable length; what is typical of the theme; another note before a second quote of the \
         same.</p>",
    );
    html.push_str(match data.identifiers {
        Shown::Masked => MASKED,
        Shown::Plain => "<p>Names, places and dates are not masked (study.toml says so).</p>",
    });
    for of_code in data.quotes.chunk_by(|a, b| a.code == b.code) {
        let code = data.codebook.code(of_code[0].code);
        let _ = write!(
            html,
            "<details><summary>{} <small>{}</small></summary><ul class=\"quotes\">",
            Escaped(&code.name),
            counted(of_code.len() as u64, "quote")
        );
        for row in of_code {
            quote(html, row, data.identifiers);
        }
        html.push_str("</ul></details>");
    }
    let left = data.quotes_left;
    if left > 0 {
        let left = thousands(left);
        let _ = write!(html, "<p>{left} more stand in <code>quotes.csv</code>.</p>");
    }
    html.push_str("</section>");
}

fn quote(html: &mut String, row: &QuoteRow, identifiers: Shown) {
    let [before, words, after] = match identifiers {
        Shown::Masked => row.masked_parts(),
        Shown::Plain => row.parts(),
    };
    let who = row.participant.as_ref().map(ParticipantId::as_str);
    let _ = write!(
        html,
        "<li><blockquote><bdi><span class=\"context\">{}</span> {} <span class=\"context\">{}\
         </span></bdi></blockquote><p class=\"facts\">{}, {} · {} · {}</p></li>",
        Escaped(before),
        Escaped(words),
        Escaped(after),
        Isolated(who.unwrap_or("participant unknown")),
        Escaped(&session_type(&row.session_type)),
        Isolated(row.note.as_str()),
        Escaped(&row.why),
    );
}

/// Writes which codes stand together most.
pub(super) fn cooccurrence(html: &mut String, data: &ReportData<'_>) {
    html.push_str(
        "<section id=\"together\"><h2>Themes that stand together</h2><p>Counted passages in the \
         same sentence, or the same note. The c-coefficient is the share of sentences (notes) \
         with either theme that have both; NPMI is 0 where two themes meet as often as chance \
         would have it, 1 where they only ever meet. <span class=\"flag\">≠</span> marks pairs of \
         which one theme is more than five times as frequent as the other: their c-coefficient \
         cannot be high.</p><div class=\"pair\">",
    );
    let rows = data.tally.cooccurrence().rows(data.codebook);
    for unit in [Unit::Sentence, Unit::Note] {
        let mut met: Vec<_> = rows
            .iter()
            .filter(|r| r.unit == unit && r.pair.both > 0)
            .collect();
        // The sort is stable, so ties stay in the order of the codes' paths.
        met.sort_by_key(|r| std::cmp::Reverse(r.pair.both));
        pairs(html, unit, &met, data.codebook);
    }
    html.push_str("</div></section>");
}

fn pairs(html: &mut String, unit: Unit, met: &[&CooccurrenceRow], codebook: &Codebook) {
    let _ = write!(html, "<div><h3>In the same {}</h3>", unit.as_str());
    if met.is_empty() {
        html.push_str("<p>No two themes stand together.</p></div>");
        return;
    }
    html.push_str(
        "<table><thead><tr><th scope=\"col\">themes</th><th scope=\"col\">both</th>\
         <th scope=\"col\">each</th><th scope=\"col\">c</th><th scope=\"col\">NPMI</th></tr>\
         </thead><tbody>",
    );
    for row in met.iter().take(PAIRS_MAX) {
        let name = |c| Escaped(&codebook.code(c).name);
        let flag = if row.pair.is_unequal() {
            " <span class=\"flag\" title=\"very unequal frequencies\">≠</span>"
        } else {
            ""
        };
        let _ = write!(
            html,
            "<tr><th scope=\"row\">{} + {}</th><td>{}</td><td>{}, {}</td><td>{}{flag}</td><td>{}\
             </td></tr>",
            name(row.code_a),
            name(row.code_b),
            thousands(row.pair.both),
            thousands(row.pair.a),
            thousands(row.pair.b),
            coefficient(row.pair.jaccard()),
            coefficient(row.pair.npmi()),
        );
    }
    html.push_str("</tbody></table>");
    if met.len() > PAIRS_MAX {
        let left = counted((met.len() - PAIRS_MAX) as u64, "more pair");
        let _ = write!(html, "<p>{left} in <code>cooccurrence.csv</code>.</p>");
    }
    html.push_str("</div>");
}

/// Writes what each code means.
pub(super) fn codebook(html: &mut String, codebook: &Codebook) {
    html.push_str("<section id=\"codebook\"><h2>The codebook as used</h2><dl class=\"codes\">");
    for code in &codebook.codes {
        let counts: Vec<_> = code.count.iter().map(|a| a.as_str()).collect();
        let _ = write!(
            html,
            "<dt>{} <code>{}</code></dt><dd>{}<small>counts: {} · {}</small></dd>",
            Escaped(&code.name),
            Escaped(code.path.as_str()),
            Escaped(&code.definition),
            counts.join(", "),
            counted(code.patterns.len() as u64, "pattern"),
        );
    }
    html.push_str("</dl></section>");
}

/// Writes the memos that the study wants shown; nothing where there are none.
pub(super) fn memos(html: &mut String, memos: &[Memo]) {
    if memos.is_empty() {
        return;
    }
    html.push_str("<section id=\"memos\"><h2>Memos</h2><dl>");
    for memo in memos {
        let (what, target) = match &memo.on {
            MemoOn::Study => ("the study", ""),
            MemoOn::Code(path) => ("code", path.as_str()),
            MemoOn::Note(id) => ("note", id.as_str()),
            MemoOn::Coding(id) => ("coding", id.as_str()),
        };
        let by: Vec<&str> = [memo.author.as_str(), memo.date.as_str()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect();
        let _ = write!(
            html,
            "<dt>{what} {}</dt><dd>{} <small>{}</small></dd>",
            Isolated(target),
            Isolated(&memo.text),
            Escaped(&by.join(", "))
        );
    }
    html.push_str("</dl></section>");
}

/// Writes what was odd about single notes.
pub(super) fn warnings(html: &mut String, data: &ReportData<'_>) {
    let material = data.material;
    html.push_str("<section id=\"warnings\"><h2>Warnings</h2>");
    if material.warning_total == 0 {
        html.push_str("<p>No note gave cause for a warning.</p></section>");
        return;
    }
    let _ = write!(
        html,
        "<details><summary>{} about single notes</summary><div class=\"wide\"><table><thead><tr>\
         <th scope=\"col\">note</th><th scope=\"col\">warning</th></tr></thead><tbody>",
        counted(material.warning_total, "warning")
    );
    for (note, warning) in &material.warnings {
        let _ = write!(
            html,
            "<tr><td>{}</td><td>{}</td></tr>",
            Isolated(note),
            Isolated(warning)
        );
    }
    html.push_str("</tbody></table></div>");
    let left = material.warning_total - material.warnings.len() as u64;
    if left > 0 {
        let left = thousands(left);
        let _ = write!(html, "<p>{left} more stand in <code>notes.csv</code>.</p>");
    }
    html.push_str("</details></section>");
}

/// Writes how every number of the page was computed.
pub(super) fn method(html: &mut String) {
    html.push_str(include_str!("method.html"));
}

/// Writes which program and rules gave these results. Times, paths and the command line stand in
/// `run.json` alone, so that two runs on the same input give the same page.
pub(super) fn provenance(html: &mut String, data: &ReportData<'_>) {
    let facts = data.provenance;
    html.push_str("<section id=\"provenance\"><h2>Provenance</h2><dl>");
    let _ = write!(
        html,
        "<dt>Program</dt><dd>verbatim {}</dd><dt>Codebook</dt><dd>{}</dd>",
        Escaped(&facts.version),
        rule(&facts.codebook)
    );
    for file in &facts.rules {
        let _ = write!(html, "<dt>Rules</dt><dd>{}</dd>", rule(file));
    }
    let study = facts.study_file.as_ref().map(rule);
    let _ = write!(
        html,
        "<dt>Study file</dt><dd>{}</dd></dl>",
        study.unwrap_or_else(|| "none".to_owned())
    );
    html.push_str(
        "<p>The SHA-256 of every input file stands in <code>ledger.csv</code>; time, command line \
         and options stand in <code>run.json</code>.</p></section>",
    );
}

fn rule(file: &RuleFile) -> String {
    let version = match file.version.as_str() {
        "" => String::new(),
        version => format!(", version {}", Escaped(version)),
    };
    format!(
        "{}{version} <code class=\"hash\">{}</code>",
        Escaped(&file.name),
        Escaped(&file.sha256)
    )
}
