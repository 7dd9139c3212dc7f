//! Heads over groups of notes: whose the notes below are, of what kind, of which year.
//!
//! Comes in: a text's header lines. Goes out: the lines between notes that say for the notes behind
//! them what the head of the file said for those before, and what is in force for each note. They
//! end the note above them and are text of none.

use super::blocks::{Blocks, Head, is_blank_or_rule};
use super::more_heads::heading_level;
use super::recognise::{Recogniser, Scope};
use super::whole::Whole;

/// Finds such lines right above header lines.
pub(super) fn find(whole: Whole<'_>, heads: &mut [Head]) {
    let first = heads.first().map_or(0, |head| head.first);
    let top = (0..first).filter_map(|at| whole.recogniser.scope(whole.line(at)));
    let of_file = top.fold(Scope::default(), Scope::or);
    for nth in 1..heads.len() {
        let Some(above) = nth.checked_sub(1).and_then(|before| heads.get(before)) else {
            continue;
        };
        let from = above.last + 1;
        let Some(head) = heads.get_mut(nth) else {
            continue;
        };
        let Some((top, bottom)) = lines_above(whole, from, head.first) else {
            continue;
        };
        let said = (top..bottom).filter_map(|at| whole.recogniser.scope(whole.line(at)));
        let said = said.fold(Scope::default(), Scope::or);
        let is_marked = (top..bottom).any(|at| heading_level(whole.line(at)).is_some());
        if said.shares(of_file) || is_marked {
            head.begins = head.begins.min(top);
            head.scope = Some((top, bottom));
        }
    }
}

/// The lines right above a header line that say nothing but what holds for several notes, if text
/// of the note before stands above them.
fn lines_above(whole: Whole<'_>, from: usize, head: usize) -> Option<(usize, usize)> {
    let is_blank = |at: usize| is_blank_or_rule(whole.line(at));
    let bottom = (from..head).rev().find(|&at| !is_blank(at))? + 1;
    let says = |at: usize| whole.recogniser.scope(whole.line(at)).is_some();
    let mut top = bottom;
    while top > from && says(top - 1) {
        top -= 1;
    }
    let stands_free = top > from && is_blank(top - 1);
    let has_text_above = (from..top).any(|at| !is_blank(at));
    (top < bottom && stands_free && has_text_above).then_some((top, bottom))
}

/// For each block what stands above it and holds for it: the head of the file, less what a later
/// head says in its place.
pub(super) fn in_force(text: &str, blocks: &Blocks, recogniser: &Recogniser) -> Vec<String> {
    let preamble = blocks.preamble.slice(text);
    let mut plain = preamble.to_owned();
    let mut scopes: Vec<Vec<(Scope, &str)>> = Vec::new();
    let mut out = Vec::new();
    for block in &blocks.list {
        if let Some(span) = block.scope {
            if scopes.is_empty() {
                scopes.push(scopes_of(preamble, recogniser));
            }
            let new = scopes_of(span.slice(text), recogniser);
            let said = new
                .iter()
                .fold(Scope::default(), |all, (scope, _)| all.or(*scope));
            for group in &mut scopes {
                let is_of_another =
                    said.participant && group.iter().any(|(scope, _)| scope.participant);
                group.retain(|(scope, _)| !is_of_another && !scope.shares(said));
            }
            scopes.push(new);
            let lines = scopes.iter().rev().flatten().map(|(_, line)| *line);
            let others = preamble.lines().filter(|l| recogniser.scope(l).is_none());
            plain = lines.chain(others).collect::<Vec<_>>().join("\n");
        }
        out.push(plain.clone());
    }
    out
}

fn scopes_of<'t>(lines: &'t str, recogniser: &Recogniser) -> Vec<(Scope, &'t str)> {
    let each = lines.lines();
    each.filter_map(|line| Some((recogniser.scope(line)?, line)))
        .collect()
}
