//! Sections: what stands under a heading, and what the heading says of it.
//!
//! Comes in: headings found. Goes out: sections that follow each other without overlap, each from
//! its heading to the next one, or to where its kind of content ends.

use crate::model::coding::Voice;
use crate::model::headings::{HeadingRule, HoldsFor, SectionRules, WordMap, WordSet};
use crate::model::layout::{Section, SectionDefault, Sentence, Speaker};
use crate::text::{Span, Words, fold};

use super::headings::{Form, Heading};
use super::lines::{Kind, Line};

/// Words of an address before its comma, at most.
const ADDRESS_WORDS_MAX: usize = 3;

/// What sections are built from.
pub(super) struct Found<'f> {
    pub(super) rules: &'f SectionRules,
    pub(super) lines: &'f [Line],
    pub(super) headings: &'f [Heading],
    pub(super) front_matter: Span,
}

/// Builds the sections of a text.
pub(super) fn build(
    text: &str,
    sentences: &[Sentence],
    words: &Words,
    found: &Found<'_>,
) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    if !found.front_matter.is_empty() {
        sections.push(Section {
            name: "front_matter".to_owned(),
            heading: Span::new(found.front_matter.start, found.front_matter.start + 3),
            span: found.front_matter,
            session_type: None,
            default: SectionDefault::NotCoded,
            voice: None,
        });
    }
    let kept = without_fields(found.headings);
    let reach = Reach {
        text,
        sentences,
        words,
        lines: found.lines,
        paragraph_ends: paragraph_ends(found.lines, text.len()),
        pronouns: &found.rules.transcript.third_person,
        speakers: &found.rules.transcript.speakers,
    };
    let types = session_types(text, words, &kept, found.rules);
    // The last section that may go on behind one that ends early, with its heading.
    let mut parent: Option<(usize, &Heading)> = None;
    for (i, heading) in kept.iter().enumerate() {
        let next = kept.get(i + 1).map_or(text.len(), |h| h.start);
        let rule = heading.rule.map(|r| &found.rules.headings[r]);
        let end = reach.end(heading, rule, next);
        let ended = heading;
        if end == next {
            let is_list = rule.is_some_and(|r| r.holds_for == HoldsFor::List);
            parent = (!is_list).then_some((sections.len(), *heading));
        } else if let Some((place, heading)) = parent
            && sections[place].session_type == types[i]
            && may_resume(heading, found.rules)
            && reach.is_near(heading, ended.line)
        {
            let rule = heading.rule.map(|r| &found.rules.headings[r]);
            sections[place].span.end = reach.end(heading, rule, next);
        }
        sections.push(Section {
            name: rule.map_or_else(|| plain_name(heading.span.slice(text)), |r| r.name.clone()),
            heading: heading.span,
            span: Span::new(heading.start, end.max(heading.span.end)),
            session_type: types[i].clone(),
            default: rule.map_or(SectionDefault::None, |r| r.default),
            voice: rule.and_then(|r| r.voice),
        });
    }
    sections
}

/// Whether a heading goes on behind a list below it: not what it says of its own line ("Family history: asthma. Allergies:
/// none. Pt states ...").
fn may_resume(heading: &Heading, rules: &SectionRules) -> bool {
    let default = heading.rule.map(|r| rules.headings[r].default);
    heading.form != Form::RunIn || matches!(default, None | Some(SectionDefault::None))
}

/// The name of a section whose heading no rule lists.
fn plain_name(heading: &str) -> String {
    let folded = fold(heading);
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Tells how far a heading holds.
struct Reach<'r> {
    text: &'r str,
    sentences: &'r [Sentence],
    words: &'r Words,
    lines: &'r [Line],
    paragraph_ends: Vec<usize>,
    pronouns: &'r WordSet,
    speakers: &'r WordMap<Speaker>,
}

impl Reach<'_> {
    /// Where a section ends: at the next heading; one with a default that stands before text on its
    /// own line with its paragraph, line or sentence; a list where prose begins.
    fn end(&self, heading: &Heading, rule: Option<&HeadingRule>, next: usize) -> usize {
        let says =
            |r: &&HeadingRule| r.default != SectionDefault::None || r.holds_for == HoldsFor::Line;
        // "Opinion. In my view ...": it holds for its paragraph, whatever it says.
        let stopped = heading.form == Form::RunIn
            && Span::new(heading.span.end, self.text.len())
                .slice(self.text)
                .starts_with('.');
        let Some(rule) = rule.filter(says) else {
            let paragraph = self.paragraph_ends[heading.line];
            return if stopped { next.min(paragraph) } else { next };
        };
        let mut end = next;
        if heading.form == Form::RunIn {
            end = end.min(self.paragraph_ends[heading.line]);
            end = end.min(self.next_moment(heading.line));
            if rule.holds_for == HoldsFor::Line || self.is_timed(heading.line) {
                end = end.min(self.line_end(heading.line));
            }
        }
        if heading.form != Form::RunIn && rule.voice == Some(Voice::Other) {
            end = end.min(self.report_end(heading.line, next));
        }
        if heading.form == Form::RunIn && rule.holds_for == HoldsFor::Sentence {
            end = end.min(self.sentence_end(heading.body));
        }
        if rule.holds_for == HoldsFor::List {
            end = end.min(self.list_end(heading.body, end));
        }
        // White space behind the last sentence belongs to the section before the next heading.
        let rest = Span::new(end.min(next), next).slice(self.text);
        if rest.trim().is_empty() { next } else { end }
    }

    /// Whether a heading goes on behind one that ended early: with text on its own line, in the same paragraph.
    fn is_near(&self, heading: &Heading, ended: usize) -> bool {
        let paragraph = |line: usize| self.paragraph_ends[line];
        heading.form != Form::RunIn || paragraph(heading.line) == paragraph(ended)
    }

    /// Whether a line begins with a time of the day: a sheet on which each line is another moment
    /// ("0905 Consent: signed").
    fn is_timed(&self, line: usize) -> bool {
        let line = self.lines[line].span.slice(self.text);
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let hour = digits(line);
        let rest = Span::new(hour, line.len()).slice(line);
        let minutes = rest.strip_prefix([':', '.', 'h']).map(digits);
        matches!(hour, 3 | 4) && rest.starts_with([' ', ':', '-', '\t'])
            || matches!(hour, 1 | 2) && minutes == Some(2)
    }

    /// The start of the next line that begins with a time of the day, where the heading's does not.
    fn next_moment(&self, line: usize) -> usize {
        let mut behind = line + 1..self.lines.len();
        let next = behind.find(|&at| self.is_timed(at) || self.lines[at].opens_paragraph);
        let next = next.filter(|&at| self.is_timed(at));
        next.map_or(self.text.len(), |at| self.lines[at].span.start)
    }

    /// The start of the line behind a line, those that go on from it and the list below it.
    fn line_end(&self, line: usize) -> usize {
        let is_open = |line: &Line| line.span.slice(self.text).ends_with([':', ',']);
        let goes_on = |&at: &usize| {
            let line = self.lines[at];
            line.goes_on || line.kind == Kind::Item || is_open(&self.lines[at - 1])
        };
        let mut others = (line + 1..self.lines.len()).skip_while(goes_on);
        let next = others.next().map(|at| self.lines[at].span.start);
        next.unwrap_or(self.text.len())
    }

    /// Whether a word calls the participant ("pt", "client"), and no letter does.
    fn is_participant(&self, form: &str) -> bool {
        form.len() > 1 && self.speakers.get(form) == Some(&Speaker::Participant)
    }

    /// Where somebody else's report ends: at the first paragraph that begins with the participant or a clinician.
    fn report_end(&self, line: usize, next: usize) -> usize {
        let mut begin = self.lines[line + 1..].iter().filter(|l| l.opens_paragraph);
        let ends = begin.find(|line| {
            let first = self.words.inside(line.span).next();
            let form = first.map_or("", |word| self.words.form(word));
            let is_clinician = self.speakers.get(form) == Some(&Speaker::Clinician);
            self.is_participant(form) || is_clinician && form.len() > 1 && !self.is_address(line)
        });
        ends.map_or(next, |line| line.span.start)
    }

    /// "Dr. Vale, you asked me": whom a letter speaks to.
    fn is_address(&self, line: &Line) -> bool {
        let mut pieces = line.span.slice(self.text).split_whitespace();
        pieces
            .by_ref()
            .take(ADDRESS_WORDS_MAX)
            .any(|word| word.ends_with(','))
    }

    /// The start of the sentence behind the one at a byte.
    fn sentence_end(&self, byte: usize) -> usize {
        let next = self.sentences.partition_point(|s| s.span.start <= byte);
        self.sentences
            .get(next)
            .map_or(self.text.len(), |s| s.span.start)
    }

    /// Where a list of medicines ends and prose about the participant begins: the first sentence
    /// that holds a pronoun of the third person, or begins with the participant.
    fn list_end(&self, body: usize, end: usize) -> usize {
        let first = self.sentences.partition_point(|s| s.span.start < body);
        self.sentences[first..]
            .iter()
            .take_while(|s| s.span.start < end)
            .find(|s| {
                let mut forms = s.words.clone().map(|w| self.words.form(w));
                let begins = forms
                    .clone()
                    .next()
                    .is_some_and(|form| self.is_participant(form));
                begins || forms.any(|form| self.pronouns.contains(form))
            })
            .map_or(end, |s| s.span.start)
    }
}

/// Leaves out fields inside of a section (`Asthma: no` under `PAST HISTORY`): weak headings, unless
/// they stand beside the heading before them as equals.
fn without_fields(headings: &[Heading]) -> Vec<&Heading> {
    let mut kept: Vec<&Heading> = Vec::new();
    for heading in headings {
        let is_equal = kept.last().is_some_and(|h| h.form == Form::RunIn);
        if !heading.is_weak || is_equal {
            kept.push(heading);
        }
    }
    kept
}

/// For each line the start of the next paragraph.
fn paragraph_ends(lines: &[Line], end: usize) -> Vec<usize> {
    let mut ends = vec![end; lines.len()];
    let mut next = end;
    for (i, line) in lines.iter().enumerate().rev() {
        ends[i] = next;
        if line.opens_paragraph {
            next = line.span.start;
        }
    }
    ends
}

/// The session type of each section: that of a heading which names one, with enough words before
/// it and under it, and of the headings below that one.
fn session_types(
    text: &str,
    words: &Words,
    headings: &[&Heading],
    rules: &SectionRules,
) -> Vec<Option<String>> {
    let mut types = vec![None; headings.len()];
    let mut i = 0;
    while i < headings.len() {
        let named = headings[i]
            .rule
            .and_then(|r| rules.headings[r].session_type.clone());
        let Some(name) = named else {
            i += 1;
            continue;
        };
        let end = (i + 1..headings.len())
            .find(|&next| ends_part(headings[i], headings[next], rules))
            .unwrap_or(headings.len());
        let last = headings.get(end).map_or(text.len(), |h| h.start);
        let before = words.inside(Span::new(0, headings[i].start)).len();
        let under = words
            .inside(Span::new(headings[i].body.min(last), last))
            .len();
        if before >= rules.session_words_min && under >= rules.session_words_min {
            types[i..end].fill(Some(name));
        }
        i = end;
    }
    types
}

/// Whether a heading ends the part that an earlier one opened: it names a session type itself, or
/// is written in the same form or a higher one and is none that stands inside of parts.
fn ends_part(part: &Heading, next: &Heading, rules: &SectionRules) -> bool {
    let rule = next.rule.map(|r| &rules.headings[r]);
    if rule.is_some_and(|r| r.session_type.is_some()) {
        return true;
    }
    next.form <= part.form && !rule.is_some_and(|r| r.keeps_session)
}

#[cfg(test)]
mod tests {
    use crate::model::coding::Assertion;
    use crate::model::layout::SectionDefault;

    /// Each sentence that is not a heading with its section's name, default and session type.
    fn check(text: &str, expected: &[&str]) {
        let rules = crate::codebook::builtin_section_rules("en")
            .expect("English")
            .expect("no findings");
        let layout = super::super::layout(text, &rules, &[]);
        let mut shown = Vec::new();
        for sentence in &layout.sentences {
            let section = layout.section_at(sentence.span.start);
            let section = section.map(|s| &layout.sections[s]);
            if section.is_some_and(|s| sentence.span.start <= s.heading.start) {
                continue;
            }
            let default = match section.map_or(SectionDefault::None, |s| s.default) {
                SectionDefault::None => "",
                SectionDefault::NotCoded => "!",
                SectionDefault::Assertion(Assertion::Historical) => "<",
                SectionDefault::Assertion(_) | SectionDefault::AlsoQuoted(_) => ">",
            };
            let name = section.map_or("", |s| s.name.as_str());
            let part = section.and_then(|s| s.session_type.as_deref());
            let part = part.map(|p| format!("({p})")).unwrap_or_default();
            shown.push(format!(
                "{name}{part}{default}: {}",
                sentence.span.slice(text)
            ));
        }
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_heading_on_its_line_holds_for_its_paragraph_or_list() {
        check(
            "Past: Sad.\n\nCalm.\nMeds: aspirin, one a day. When she began it she was ill.",
            &[
                "past_history<: Sad.",
                ": Calm.",
                "medications!: aspirin, one a day.",
                ": When she began it she was ill.",
            ],
        );
        check(
            "S:\nIntention: roots. Calm.\nO: Bright.",
            &["goals>: roots.", "subjective: Calm.", "objective: Bright."],
        );
        check(
            "Consent: nausea may come.\n\nIntention: roots. Calm.",
            &["consent!: nausea may come.", "goals>: roots.", ": Calm."],
        );
    }

    #[test]
    fn fields_inside_a_history_do_not_end_it() {
        check(
            "PAST HISTORY\nAsthma: no\nMigraine: yes",
            &["past_history<: Asthma: no", "past_history<: Migraine: yes"],
        );
    }

    #[test]
    fn a_part_named_for_another_session_has_its_type_until_the_next_equal_heading() {
        let words = "and so on and on it went for a long while with many words in it to be a part";
        check(
            &format!(
                "Dosed, {words}.\n\nIntegration:\nSat, {words}.\nS: Calm.\nO: Bright.\n\nVitals:\nFine."
            ),
            &[
                &format!(": Dosed, {words}."),
                &format!("integration_part(integration): Sat, {words}."),
                "subjective(integration): Calm.",
                "objective(integration): Bright.",
                "vitals: Fine.",
            ],
        );
        check("Integration:\nCalm.", &["integration_part: Calm."]);
    }
}
