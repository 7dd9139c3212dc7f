//! The page's first half: what was read, who and what is unknown, how much text there is.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::model::ledger::{Ledger, Outcome};
use crate::tally::{Group, GroupKind};

use super::ReportData;
use super::gather::Census;
use super::html::{Escaped, Isolated, counted, percent, session_type, spaced, thousands};

/// Files with remarks shown at most.
const FILES_MAX: usize = 200;

/// Participants shown in the documentation profile at most.
const PEOPLE_MAX: usize = 500;

/// Writes what the page is about, in a few sentences.
pub(super) fn summary(html: &mut String, data: &ReportData<'_>, participants: u64) {
    let census = &data.material.census;
    let of_whom = match participants {
        0 => "of unknown participants".to_owned(),
        n => format!("of {}", counted(n, "participant")),
    };
    let _ = write!(
        html,
        "<p class=\"lead\">{} {of_whom}, {}. The codebook “{}” describes {}; {} on them {} found, \
         of which {} towards the tables.</p>",
        counted(census.notes, "note"),
        counted(census.words, "word"),
        Escaped(&data.codebook.name),
        counted(data.codebook.codes.len() as u64, "theme"),
        counted(census.codings, "passage"),
        if census.codings == 1 { "was" } else { "were" },
        match census.counted {
            1 => "1 counts".to_owned(),
            n => format!("{} count", thousands(n)),
        },
    );
    html.push_str(
        "<p class=\"caution\">Counts say what was <strong>documented in</strong> the notes, not \
         what anybody experienced. Notes differ in how much they say: a short note that is silent \
         about a theme is no evidence that the theme was missing from the session. Read every \
         cell with the amount of text above its column.</p>",
    );
    if (1..5).contains(&participants) {
        let _ = write!(
            html,
            "<p class=\"caution\">With {} these numbers describe these people's notes. They \
             cannot be generalised, and no test could change that.</p>",
            counted(participants, "participant"),
        );
    }
}

/// Writes what became of the input.
pub(super) fn reading(html: &mut String, data: &ReportData<'_>) {
    html.push_str("<section id=\"read\"><h2>What was read</h2><div class=\"pair\">");
    outcomes(html, data.ledger);
    unknowns(html, &data.material.census);
    html.push_str("</div>");
    remarks(html, data.ledger);
    html.push_str("</section>");
}

fn outcomes(html: &mut String, ledger: &Ledger) {
    let mut sums: BTreeMap<Outcome, (u64, u64)> = BTreeMap::new();
    for row in ledger.rows.iter().filter(|r| r.locator.is_empty()) {
        let sum = sums.entry(row.outcome).or_default();
        sum.0 += 1;
        sum.1 += row.notes as u64;
    }
    html.push_str(
        "<table><caption>Input files</caption><thead><tr><th scope=\"col\">outcome</th>\
         <th scope=\"col\">files</th><th scope=\"col\">notes</th></tr></thead><tbody>",
    );
    for (outcome, (files, notes)) in sums {
        let _ = write!(
            html,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>",
            spaced(outcome.as_str()),
            thousands(files),
            thousands(notes)
        );
    }
    html.push_str("</tbody></table>");
}

fn unknowns(html: &mut String, census: &Census) {
    html.push_str("<table><caption>Notes</caption><tbody>");
    let copied = if census.words > 0 {
        percent(census.words_copied as f64 / census.words as f64)
    } else {
        "0%".to_owned()
    };
    for (what, value) in [
        ("notes", thousands(census.notes)),
        ("participant unknown", thousands(census.without_participant)),
        (
            "session type unknown",
            thousands(census.without_session_type),
        ),
        ("date unknown", thousands(census.without_date)),
        ("duplicates, not counted", thousands(census.duplicates)),
        (
            "with text copied from an earlier note",
            thousands(census.with_copied_text),
        ),
        ("words that are copied, not counted", copied),
        ("terse", thousands(census.details[0])),
        ("summary", thousands(census.details[1])),
        ("detailed", thousands(census.details[2])),
    ] {
        let _ = write!(
            html,
            "<tr><th scope=\"row\">{what}</th><td>{value}</td></tr>"
        );
    }
    html.push_str("</tbody></table>");
}

/// Files that were not read in full, or of which something is to be said.
fn remarks(html: &mut String, ledger: &Ledger) {
    let told: Vec<_> = ledger
        .rows
        .iter()
        .filter(|r| r.outcome != Outcome::Read || !r.reason.is_empty())
        .collect();
    if told.is_empty() {
        html.push_str("<p>Every file was read in full.</p>");
        return;
    }
    let problems = told
        .iter()
        .filter(|r| matches!(r.outcome, Outcome::Failed | Outcome::PartlyRead))
        .count() as u64;
    let open = if problems > 0 { " open" } else { "" };
    let _ = write!(
        html,
        "<details{open}><summary>{} on files and notes; {} not read in full</summary>\
         <div class=\"wide\"><table><thead><tr><th scope=\"col\">file</th><th scope=\"col\">place\
         </th><th scope=\"col\">outcome</th><th scope=\"col\">why</th></tr></thead><tbody>",
        counted(told.len() as u64, "remark"),
        counted(problems, "file"),
    );
    for row in told.iter().take(FILES_MAX) {
        let _ = write!(
            html,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            Isolated(&row.source),
            Isolated(&row.locator),
            spaced(row.outcome.as_str()),
            Isolated(&row.reason)
        );
    }
    html.push_str("</tbody></table></div>");
    if told.len() > FILES_MAX {
        let _ = write!(
            html,
            "<p>{} more stand in <code>ledger.csv</code>.</p>",
            thousands((told.len() - FILES_MAX) as u64)
        );
    }
    html.push_str("</details>");
}

/// Writes how much text each participant's notes of each session type hold.
pub(super) fn documentation(html: &mut String, groups: &[Group<'_>], types: &[&str]) {
    html.push_str(
        "<section id=\"text\"><h2>How much was documented</h2><p>Notes, words and direct \
         quotations that the counts rest on, without duplicates and copied text.</p>\
         <div class=\"wide\"><table class=\"profile\"><thead><tr><th scope=\"col\">Participant</th>",
    );
    for name in types {
        let _ = write!(
            html,
            "<th scope=\"col\">{}</th>",
            Escaped(&session_type(name))
        );
    }
    html.push_str("<th scope=\"col\">all notes</th></tr></thead><tbody>");
    let most = groups
        .iter()
        .filter(|g| matches!(g.kind, GroupKind::Both(..)));
    let most = most.map(|g| g.total.words).max().unwrap_or(1).max(1);
    let people = groups.iter().filter_map(|g| match g.kind {
        GroupKind::Participant(id) => Some((id, g)),
        _ => None,
    });
    let (mut shown, mut left_out) = (0, 0);
    let by_place: BTreeMap<_, &Group<'_>> = groups
        .iter()
        .filter_map(|g| match g.kind {
            GroupKind::Both(id, name) => Some(((id, name), g)),
            _ => None,
        })
        .collect();
    for (id, whole) in people {
        if shown == PEOPLE_MAX {
            left_out += 1;
            continue;
        }
        shown += 1;
        let name = id.map_or("unknown", |id| id.as_str());
        let _ = write!(html, "<tr><th scope=\"row\">{}</th>", Isolated(name));
        for name in types {
            amount(html, by_place.get(&(id, *name)).copied(), most);
        }
        amount(html, Some(whole), u64::MAX);
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table></div>");
    if left_out > 0 {
        let _ = write!(
            html,
            "<p>{} more stand in <code>frequencies.csv</code>.</p>",
            counted(left_out, "participant")
        );
    }
    html.push_str("</section>");
}

/// Notes, words and quotations of a group, with its words as a bar.
fn amount(html: &mut String, group: Option<&Group<'_>>, most: u64) {
    let Some(group) = group else {
        html.push_str("<td class=\"none\">no notes</td>");
        return;
    };
    let total = &group.total;
    let _ = write!(
        html,
        "<td>{}<small>{}, {}</small>",
        counted(total.notes, "note"),
        counted(total.words, "word"),
        counted(total.direct_quotes, "quotation")
    );
    if most < u64::MAX {
        let width = total.words as f64 * 100.0 / most as f64;
        let _ = write!(
            html,
            "<svg viewBox=\"0 0 100 6\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
             <rect class=\"w\" width=\"{width:.1}\" height=\"6\"/></svg>"
        );
    }
    html.push_str("</td>");
}
