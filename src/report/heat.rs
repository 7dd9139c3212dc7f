//! Tables of codes by groups of notes: share, interval, the three states, and the text they rest
//! on. A cell that has passages is a button that opens them.

use std::fmt::Write as _;

use crate::model::codebook::{CodeIndex, Codebook};
use crate::tally::{FrequencyRow, Group, GroupKind, IntervalKind};

use super::data::Order;
use super::html::{Escaped, counted, percent, percent_range, session_type, thousands};

/// Notes under which a cell is marked as resting on little.
const FEW_NOTES: u64 = 5;

/// Shades of a cell.
const SHADES: f64 = 8.0;

/// Groups as columns, and what stands above some of them.
pub(super) struct Columns<'t, 'g> {
    pub(super) groups: Vec<&'g Group<'t>>,
    /// A name over so many columns; none for a table without.
    pub(super) over: Vec<(String, usize)>,
}

/// Writes a table of every code by the groups.
pub(super) fn table(
    html: &mut String,
    caption: &str,
    columns: &Columns<'_, '_>,
    codebook: &Codebook,
    order: &Order<'_>,
) {
    html.push_str("<div class=\"wide\"><table class=\"heat\">");
    let _ = write!(html, "<caption>{}</caption><thead>", Escaped(caption));
    head(html, columns);
    html.push_str("</thead><tbody>");
    for code in codebook.indices() {
        let depth = codebook
            .code(code)
            .path
            .as_str()
            .matches('/')
            .count()
            .min(4);
        let rows: Vec<_> = columns.groups.iter().map(|g| g.row(code)).collect();
        let silent = rows.iter().all(|r| r.silent == r.notes);
        let class = if silent { " class=\"silent\"" } else { "" };
        let own = codebook.code(code);
        let _ = write!(
            html,
            "<tr{class}><th scope=\"row\" class=\"d{depth}\" title=\"{}\">{}</th>",
            Escaped(&own.definition),
            Escaped(&own.name)
        );
        for row in &rows {
            cell(html, row, codebook, order);
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table></div>");
}

fn head(html: &mut String, columns: &Columns<'_, '_>) {
    let rows = if columns.over.is_empty() { 1 } else { 2 };
    let _ = write!(html, "<tr><th scope=\"col\" rowspan=\"{rows}\">Theme</th>");
    if !columns.over.is_empty() {
        for (name, span) in &columns.over {
            let _ = write!(
                html,
                "<th scope=\"colgroup\" colspan=\"{span}\">{}</th>",
                Escaped(name)
            );
        }
        html.push_str("</tr><tr>");
    }
    for group in &columns.groups {
        let name = group.kind.session_type();
        let name = name.map_or_else(|| "all notes".to_owned(), session_type);
        let total = &group.total;
        let _ = write!(
            html,
            "<th scope=\"col\">{}<small>{}<br>{}<br>{}",
            Escaped(&name),
            counted(total.notes, "note"),
            counted(total.words, "word"),
            counted(total.direct_quotes, "quotation"),
        );
        if matches!(group.kind, GroupKind::All | GroupKind::SessionType(_)) {
            let _ = write!(html, "<br>{}", counted(group.participants(), "participant"));
        }
        html.push_str("</small></th>");
    }
    html.push_str("</tr>");
}

fn cell(html: &mut String, row: &FrequencyRow<'_>, codebook: &Codebook, order: &Order<'_>) {
    let share = row.share.unwrap_or(0.0);
    let shade = (share * SHADES).ceil() as u32;
    let few = if row.notes < FEW_NOTES { " few" } else { "" };
    let _ = write!(html, "<td class=\"h{shade}{few}\">");
    if row.silent == row.notes {
        let _ = write!(html, "<span>0/{}</span></td>", thousands(row.notes));
        return;
    }
    let code = codebook.code(row.code);
    let _ = write!(
        html,
        "<button type=\"button\" {} aria-label=\"{}\"><b>{}</b>/{} <i>{}</i>",
        address(row.code, row.kind, order),
        Escaped(&sentence(row, &code.name)),
        thousands(row.counts.present),
        thousands(row.notes),
        row.share.map(percent).unwrap_or_default(),
    );
    let range = row.share_interval.map(percent_range);
    let _ = write!(html, "<small>{}</small>", range.unwrap_or_default());
    bar(html, row);
    html.push_str("</button></td>");
}

/// Which passages a button opens: code, and person and session type by their places.
fn address(code: CodeIndex, kind: GroupKind<'_>, order: &Order<'_>) -> String {
    let mut address = format!("data-code=\"{}\"", code.0);
    if let GroupKind::Participant(id) | GroupKind::Both(id, _) = kind {
        let place = order.person(id).unwrap_or(order.people.len());
        let _ = write!(address, " data-person=\"{place}\"");
    }
    if let Some(name) = kind.session_type() {
        let place = order.session_type(name).unwrap_or(order.types.len());
        let _ = write!(address, " data-type=\"{place}\"");
    }
    address
}

/// A cell in words, for a screen reader.
fn sentence(row: &FrequencyRow<'_>, name: &str) -> String {
    let mut text = format!(
        "{name}: documented in {} of {}",
        thousands(row.counts.present),
        counted(row.notes, "note")
    );
    if let Some(share) = row.share {
        let _ = write!(text, ", {}", percent(share));
    }
    if let Some(range) = row.share_interval.map(percent_range) {
        let _ = write!(text, " (95% interval {range}%)");
    }
    let _ = write!(
        text,
        "; explicitly absent in {}, silent in {}, only mentioned in {}; {}",
        row.counts.absent,
        row.silent,
        row.counts.mentioned_only,
        counted(row.counts.codings, "passage"),
    );
    if let Some(rate) = row.rate {
        let _ = write!(text, ", {rate:.1} per 1,000 words");
    }
    if row.interval != IntervalKind::WithinParticipant {
        let _ = write!(
            text,
            "; {} of {}",
            row.participants_present,
            counted(row.participants, "participant")
        );
    }
    text.push('.');
    text
}

/// Present, explicitly absent, only mentioned and silent as one bar.
fn bar(html: &mut String, row: &FrequencyRow<'_>) {
    let part = |n: u64| n as f64 * 100.0 / row.notes as f64;
    html.push_str("<svg viewBox=\"0 0 100 6\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
    let mut at = 0.0;
    // Half the height tells "absent" apart where there is no colour.
    for (class, notes, y) in [
        ("p", row.counts.present, 0),
        ("m", row.counts.mentioned_only, 0),
        ("a", row.counts.absent, 3),
    ] {
        if notes > 0 {
            let width = part(notes);
            let _ = write!(
                html,
                "<rect class=\"{class}\" x=\"{at:.1}\" y=\"{y}\" width=\"{width:.1}\" height=\"{}\"/>",
                6 - y
            );
            at += width;
        }
    }
    html.push_str("</svg>");
}
