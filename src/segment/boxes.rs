//! Lines of boxes to tick: which boxes stand alone and which answer a label.
//!
//! Comes in: a line with boxes. Goes out: the bytes at which its sentences start. `[x] tearful
//! [ ] nausea` is two sentences; `Vomiting  [ ] yes  [x] no` is one, since the boxes answer it; in
//! `Nausea [ ]  Headache [x]` each box stands behind its label.

use crate::model::headings::WordSet;
use crate::text::{Span, fold, next_box};

/// Adds the bytes at which a sentence starts inside a line of boxes, less the line's own start;
/// gives back where the running text behind the last box starts.
pub(super) fn find(text: &str, line: Span, answers: &WordSet, starts: &mut Vec<usize>) -> usize {
    let piece = line.slice(text);
    let mut boxes = Vec::new();
    let mut from = 0;
    while let Some(found) = next_box(piece, from) {
        from = found.end;
        boxes.push(found);
    }
    if stand_behind(piece, &boxes, answers) {
        let behind = boxes.iter().zip(&boxes[1..]).map(|(tick, next)| {
            let content = Span::new(tick.end, next.start).slice(piece);
            tick.end + content.len() - content.trim_start().len()
        });
        starts.extend(behind.map(|at| line.start + at));
        return line.start + boxes.last().map_or(0, |b| b.end);
    }
    // Where the present item's text starts, and whether it is a label that boxes answer.
    let mut label = Span::new(0, boxes.first().map_or(piece.len(), |b| b.start));
    for (i, tick) in boxes.iter().enumerate() {
        let end = boxes.get(i + 1).map_or(piece.len(), |b| b.start);
        let content = Span::new(tick.end, end);
        let answer = is_answer(content.slice(piece), answers);
        let labelled = has_word(label.slice(piece));
        let joins_label = labelled && (answer || i == 0);
        if tick.start > 0 && !joins_label {
            starts.push(line.start + tick.start);
        }
        // Text behind a wide gap is a remark or the next label.
        match wide_gap(content.slice(piece)) {
            Some(gap) => {
                let start = tick.end + gap;
                starts.push(line.start + start);
                label = Span::new(start, end);
            }
            None if !answer => label = Span::new(tick.start, tick.start),
            None => {}
        }
    }
    line.start + boxes.last().map_or(0, |b| b.end)
}

/// Whether every box of a line stands behind its label: a label stands before each, and nothing behind
/// the last.
fn stand_behind(piece: &str, boxes: &[Span], answers: &WordSet) -> bool {
    let Some((last, before)) = boxes.split_last() else {
        return false;
    };
    let first = Span::new(0, boxes[0].start).slice(piece);
    let is_label = |(this, next): (&Span, &Span)| {
        let content = Span::new(this.end, next.start).slice(piece);
        has_word(content) && !is_answer(content, answers)
    };
    let closes = !has_word(Span::new(last.end, piece.len()).slice(piece));
    has_word(first) && closes && before.iter().zip(&boxes[1..]).all(is_label)
}

/// Whether the text behind a box begins with a word that answers a label and says no more.
fn is_answer(content: &str, answers: &WordSet) -> bool {
    let item = wide_gap(content).map_or(content, |gap| Span::new(0, gap).slice(content));
    let word = item.trim().trim_end_matches(['.', ',', ';', ':']);
    answers.contains(fold(word).as_ref())
}

fn has_word(piece: &str) -> bool {
    piece.contains(char::is_alphanumeric)
}

/// The byte behind the first run of three blanks or a tab that stands between words.
fn wide_gap(content: &str) -> Option<usize> {
    let lead = content.len() - content.trim_start().len();
    let bytes = content.as_bytes();
    let mut run = 0;
    let mut tab = false;
    for (i, &b) in bytes.iter().enumerate().skip(lead) {
        if b == b' ' || b == b'\t' {
            run += 1;
            tab |= b == b'\t';
        } else if run >= 3 || tab {
            return Some(i);
        } else {
            run = 0;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str) {
        let answers = ["yes", "no", "mild", "severe", "same", "worse"];
        let answers = answers.map(str::to_owned).into_iter().collect();
        let plain = line.replace('¦', "");
        let mut starts = Vec::new();
        find(&plain, Span::new(0, plain.len()), &answers, &mut starts);
        let mut shown = plain.clone();
        for start in starts.iter().rev() {
            shown.insert(*start, '¦');
        }
        assert_eq!(shown, line);
    }

    #[test]
    fn boxes_stand_alone_or_answer_their_label() {
        check("[x] tearful ¦[ ] nausea ¦[ ] headache ¦[x] eyes closed most of session");
        check("Vomiting      [ ] yes    [x] no");
        check("Anxiety  [ ] same  [x] worse   ¦(in-laws)");
        check("SI/HI [ ] yes [x] no   ¦Panic [x] yes [ ] no");
        check("Infant: [x] no concerns  ¦[ ] sleepy  ¦[ ] rash");
        check("☐ nausea  ¦☒ none");
        check("Nausea [ ]  ¦Headache [x]");
        check("Nausea ☒ ¦Headache ☐ ¦Rash ☐");
        check("Nausea ( )  ¦Headache (x)");
    }
}
