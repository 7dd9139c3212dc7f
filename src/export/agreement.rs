//! `agreement.csv`: a row a code and coefficient, with what it rests on.

use crate::agreement::{
    ALPHA, CodeAgreement, Compared, Estimate, Retrieval, Verdict, WhyUndefined, units_text,
};

use super::line::Lines;

/// Columns of `agreement.csv`.
pub const AGREEMENT_COLUMNS: [&str; 25] = [
    "group",
    "code",
    "coefficient",
    "value",
    "se",
    "ci_low",
    "ci_high",
    "bootstrap_low",
    "bootstrap_high",
    "why_undefined",
    "unit",
    "notes",
    "n",
    "coders",
    "marked",
    "prevalence",
    "both",
    "only_first",
    "only_second",
    "neither",
    "positive_agreement",
    "negative_agreement",
    "threshold",
    "verdict",
    "stale",
];

/// All rows: each code, then each code of each group.
pub fn agreement_lines(compared: &Compared) -> Vec<u8> {
    let mut lines = Lines::header(&AGREEMENT_COLUMNS);
    for code in &compared.codes {
        code_rows(&mut lines, compared, ("", compared.notes), code);
    }
    for group in &compared.groups {
        let name = format!("{}={}", group.by, group.group);
        for code in &group.codes {
            code_rows(&mut lines, compared, (&name, group.notes), code);
        }
    }
    lines.into_bytes()
}

fn code_rows(lines: &mut Lines, all: &Compared, group: (&str, usize), code: &CodeAgreement) {
    for (name, estimate) in &code.coefficients {
        // Yes and no have no order between them to weigh.
        if !name.ends_with("_linear") && !name.ends_with("_quadratic") {
            row(lines, all, group, code, (name, *estimate));
        }
    }
    row(lines, all, group, code, ("bar_u_alpha", code.bar_u_alpha));
    row(lines, all, group, code, ("k_u_alpha", code.k_u_alpha));
    let Some((table, passages)) = &code.pair else {
        return;
    };
    let (precision, recall, f1) = passages.retrieval();
    for (name, value) in [
        ("precision", table.precision()),
        ("recall", table.recall()),
        ("f1", table.f1()),
        ("jaccard", table.jaccard()),
        ("holsti", table.f1()),
        ("passage_precision", precision),
        ("passage_recall", recall),
        ("passage_f1", f1),
    ] {
        let value = Estimate {
            value,
            ..Estimate::default()
        };
        row(lines, all, group, code, (name, value));
    }
}

fn row(
    lines: &mut Lines,
    all: &Compared,
    (group, notes): (&str, usize),
    code: &CodeAgreement,
    (name, estimate): (&str, Estimate),
) {
    let judged = all.threshold.filter(|t| t.coefficient == name);
    let bootstrap = match name {
        ALPHA => code.bootstrap,
        _ if judged.is_some() => code.threshold_bootstrap,
        "bar_u_alpha" | "k_u_alpha" => estimate.ci_low.zip(estimate.ci_high),
        _ => None,
    };
    let table = code.pair.as_ref().map(|(table, _)| table);
    let marked: Vec<String> = code.marked.iter().copied().map(units_text).collect();
    let shares = code.prevalence();
    let shares: Vec<String> = shares.iter().map(|s| format!("{s:.4}")).collect();
    let verdict = judged.and_then(|_| all.verdict(code));
    lines
        .text(group)
        .text(&code.code)
        .text(name)
        .decimal(estimate.value)
        .decimal(estimate.se)
        .decimal(estimate.ci_low)
        .decimal(estimate.ci_high)
        .decimal(bootstrap.map(|b| b.0))
        .decimal(bootstrap.map(|b| b.1))
        .text_or_empty(estimate.why_undefined.map(WhyUndefined::as_str))
        .text(all.unit)
        .plain(notes)
        .text(&units_text(code.n))
        .text(&all.coders.join("; "))
        .text(&marked.join("; "))
        .text(&shares.join("; "))
        .text_or_empty(table.map(|t| units_text(t.both)).as_deref())
        .text_or_empty(table.map(|t| units_text(t.only_coder)).as_deref())
        .text_or_empty(table.map(|t| units_text(t.only_reference)).as_deref())
        .text_or_empty(table.map(|t| units_text(t.neither)).as_deref())
        .decimal(table.and_then(Retrieval::f1))
        .decimal(table.and_then(Retrieval::negative_agreement))
        .decimal(judged.map(|t| t.value))
        .text_or_empty(verdict.map(Verdict::as_str))
        .text(&code.stale.join("; "))
        .end();
}
