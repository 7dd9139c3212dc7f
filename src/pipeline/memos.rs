//! What people remarked, wherever it stands: in `memos.csv`, in the codebook, beside decisions.

use crate::exchange::read_memos;
use crate::export::coding_of;
use crate::model::codebook::Codebook;
use crate::model::decision::{Decision, Ruling};
use crate::model::memo::{Memo, MemoOn};
use crate::study::Study;

use super::decisions::Decided;

/// All memos of a study: its own, its codebook's, and those beside decisions.
pub(super) fn all_memos(
    study: &Study,
    codebook: &Codebook,
    decided: Option<&Decided>,
) -> Vec<Memo> {
    let mut memos = read_memos(&study.memos()).rows;
    memos.extend(of_codebook(codebook));
    if let Some(decided) = decided {
        let rulings = decided.rulings.iter();
        memos.extend(rulings.filter_map(|ruling| {
            let decision = decided.file.rows.get(ruling.decision)?;
            of_decision(decision, ruling)
        }));
    }
    memos
}

fn of_codebook(codebook: &Codebook) -> impl Iterator<Item = Memo> {
    let whole = (MemoOn::Study, &codebook.memo);
    let codes = codebook.codes.iter();
    let of_codes = codes.map(|c| (MemoOn::Code(c.path.as_str().to_owned()), &c.memo));
    let told = std::iter::once(whole).chain(of_codes);
    told.filter(|(_, text)| !text.trim().is_empty())
        .map(|(on, text)| Memo {
            on,
            text: text.clone(),
            author: format!("codebook {}", codebook.name),
            date: String::new(),
            row: 0,
        })
}

/// The memo beside a decision, on the coding that it speaks of.
pub fn of_decision(decision: &Decision, ruling: &Ruling) -> Option<Memo> {
    if decision.memo.trim().is_empty() {
        return None;
    }
    let coding = coding_of(decision, ruling);
    Some(Memo {
        on: coding.map_or_else(
            || MemoOn::Note(ruling.note(decision).to_owned()),
            MemoOn::Coding,
        ),
        text: decision.memo.clone(),
        author: decision.coder.clone(),
        date: decision.date.clone(),
        row: decision.row,
    })
}
