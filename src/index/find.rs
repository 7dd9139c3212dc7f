//! Searches an index: concordance lines in corpus order.

use std::fs;
use std::path::Path;

use jiff::civil::Date;
use tantivy::collector::DocSetCollector;
use tantivy::schema::{Field, TantivyDocument, Value};
use tantivy::{DocAddress, Index, Searcher, Term as IndexTerm};

use crate::error::{Error, Result};
use crate::model::coding::{Assertion, Voice};
use crate::text::{CodePoints, Span, Stemmer, Words, fold};

use super::build::day_number;
use super::failed;
use super::plan;
use super::positions::Finder;
use super::query;
use super::schema::Fields;
use super::stored::{ABOUT_FILE, AboutIndex, AboutNote, FORMAT};

/// What narrows a search; empty lists narrow nothing.
#[derive(Debug, Clone, Default)]
pub struct Filters {
    /// Participants, one of them; case does not matter.
    pub participants: Vec<String>,
    /// Session types of the passage, one of them.
    pub session_types: Vec<String>,
    /// Codes of the passage's sentence, one of them; a parent stands for its children.
    pub codes: Vec<String>,
    /// Voices of that coding, one of them.
    pub voices: Vec<Voice>,
    /// Assertions of that coding, one of them.
    pub assertions: Vec<Assertion>,
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub to: Option<Date>,
}

/// How much is shown.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    /// Lines at most; 0 for all.
    pub lines_max: usize,
    /// Characters of context on each side.
    pub context: usize,
}

/// One place where the words stand, with what is around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The note.
    pub note_id: String,
    /// Its participant; empty where unknown.
    pub participant: String,
    /// Its date; empty where unknown.
    pub date: String,
    /// The passage's session type.
    pub session_type: String,
    /// The text before.
    pub left: String,
    /// The words found.
    pub hit: String,
    /// The text after.
    pub right: String,
    /// First code point in the note's text.
    pub start: usize,
    /// Code point after the last.
    pub end: usize,
    /// Codes of the sentence that the words stand in.
    pub codes: Vec<String>,
}

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The lines shown, in corpus order.
    pub lines: Vec<Line>,
    /// Lines in all.
    pub lines_total: usize,
    /// Notes with at least one line.
    pub notes_total: usize,
}

/// Searches the index in a folder.
///
/// # Errors
/// Where there is no index, the query cannot be read, or a filter names what no note has.
pub fn search(dir: &Path, source: &str, filters: &Filters, shown: Shown) -> Result<Found> {
    let query = query::parse(source)?;
    let about = about_index(dir)?;
    let stemmer = Stemmer::new(&about.language);
    let fields = Fields::new();
    let index = Index::open_in_dir(dir).map_err(|e| failed("open the index", dir, &e))?;
    let reader = index
        .reader()
        .map_err(|e| failed("open the index", dir, &e))?;
    let searcher = reader.searcher();
    let opened = Opened {
        dir,
        fields: &fields,
        searcher: &searcher,
    };
    let mut all = opened.narrowed(filters)?;
    let words = plan::candidates(&query, &fields, &stemmer)
        .map_err(|e| failed("search the index", dir, &e))?;
    all.push(words);
    let mut finder = Finder::new(&query, &stemmer);
    let mut lister = Lister {
        filters,
        shown,
        found: Found::default(),
    };
    for address in opened.in_order(plan::all_of(all).as_ref())? {
        let (text, about) = opened.note(address)?;
        lister.note(&text, &about, &mut finder);
    }
    Ok(lister.found)
}

fn about_index(dir: &Path) -> Result<AboutIndex> {
    let path = dir.join(ABOUT_FILE);
    let missing = || {
        let mut error = Error::not_found(
            "there is no index here. Run `verbatim run` on the study first (without --no-index).",
        );
        error.place = Some(crate::error::Place::file(dir));
        error
    };
    let json = fs::read_to_string(&path).map_err(|_| missing())?;
    let about: AboutIndex = serde_json::from_str(&json).map_err(|_| missing())?;
    if about.format != FORMAT {
        return Err(Error::other(
            "the index was written by another version of verbatim. Run `verbatim run` again.",
        ));
    }
    Ok(about)
}

struct Opened<'o> {
    dir: &'o Path,
    fields: &'o Fields,
    searcher: &'o Searcher,
}

impl Opened<'_> {
    fn fail(&self, problem: &tantivy::TantivyError) -> Error {
        failed("search the index", self.dir, problem)
    }

    /// The filters as questions to the index.
    fn narrowed(&self, filters: &Filters) -> Result<Vec<Box<dyn tantivy::query::Query>>> {
        let fields = self.fields;
        let mut all = Vec::new();
        let lists = [
            ("participant", fields.participant, &filters.participants),
            ("session type", fields.session_type, &filters.session_types),
            ("code", fields.code, &filters.codes),
        ];
        for (what, field, names) in lists {
            let mut any = Vec::new();
            for name in names {
                let name = if field == fields.participant {
                    fold(name).into_owned()
                } else {
                    name.clone()
                };
                let term = IndexTerm::from_field_text(field, &name);
                if self.searcher.doc_freq(&term).map_err(|e| self.fail(&e))? == 0 {
                    return Err(self.no_such(what, &name, field));
                }
                any.push(plan::exactly(term));
            }
            if !any.is_empty() {
                all.push(plan::any_of(any));
            }
        }
        if filters.from.is_some() || filters.to.is_some() {
            let from = filters.from.map_or(0, day_number);
            let to = filters.to.map_or(u64::MAX, day_number);
            all.push(plan::dated(fields.date, from, to));
        }
        Ok(all)
    }

    fn no_such(&self, what: &str, name: &str, field: Field) -> Error {
        let mut known = Vec::new();
        for segment in self.searcher.segment_readers() {
            let Ok(inverted) = segment.inverted_index(field) else {
                continue;
            };
            let Ok(mut terms) = inverted.terms().stream() else {
                continue;
            };
            while terms.advance() && known.len() < 1000 {
                known.push(String::from_utf8_lossy(terms.key()).into_owned());
            }
        }
        known.retain(|k| !k.is_empty());
        known.sort();
        known.dedup();
        let more = if known.len() > 20 { " ..." } else { "" };
        known.truncate(20);
        let known = known.join(", ");
        Error::not_found(format!(
            "no note has the {what} {name:?}. There are: {known}{more}."
        ))
    }

    /// The notes that answer a question, in corpus order.
    fn in_order(&self, query: &dyn tantivy::query::Query) -> Result<Vec<DocAddress>> {
        let found = self
            .searcher
            .search(query, &DocSetCollector)
            .map_err(|e| self.fail(&e))?;
        let mut orders = Vec::new();
        for segment in self.searcher.segment_readers() {
            orders.push(
                segment
                    .fast_fields()
                    .u64("order")
                    .map_err(|e| self.fail(&e))?,
            );
        }
        let mut notes: Vec<(u64, DocAddress)> = found
            .into_iter()
            .map(|address| {
                let order = orders[address.segment_ord as usize].first(address.doc_id);
                (order.unwrap_or(u64::MAX), address)
            })
            .collect();
        notes.sort_unstable();
        Ok(notes.into_iter().map(|(_, address)| address).collect())
    }

    fn note(&self, address: DocAddress) -> Result<(String, AboutNote)> {
        let doc: TantivyDocument = self.searcher.doc(address).map_err(|e| self.fail(&e))?;
        let field = |field| {
            let value = doc.get_first(field);
            value
                .and_then(|v| v.as_str())
                .unwrap_or_default()
                .to_owned()
        };
        let about = serde_json::from_str(&field(self.fields.about)).map_err(|e| {
            Error::other(format!(
                "the index is damaged: {e}. Run `verbatim run` again."
            ))
        })?;
        Ok((field(self.fields.text), about))
    }
}

/// Collects concordance lines.
struct Lister<'l> {
    filters: &'l Filters,
    shown: Shown,
    found: Found,
}

impl Lister<'_> {
    /// Adds a note's lines.
    fn note(&mut self, text: &str, about: &AboutNote, finder: &mut Finder<'_>) {
        let words = Words::new(text);
        let Some(hits) = finder.find(&words) else {
            return;
        };
        let points = CodePoints::new(text);
        let before = self.found.lines_total;
        for hit in hits {
            let span = words.span_of(&hit);
            if !self.fits(about, span) {
                continue;
            }
            self.found.lines_total += 1;
            if self.shown.lines_max == 0 || self.found.lines.len() < self.shown.lines_max {
                let line = line(text, about, &points, (span, self.shown.context));
                self.found.lines.push(line);
            }
        }
        self.found.notes_total += usize::from(self.found.lines_total > before);
    }

    fn fits(&self, about: &AboutNote, span: Span) -> bool {
        let types = &self.filters.session_types;
        let session_type = about.session_type_at(span.start);
        (types.is_empty() || types.iter().any(|t| t == session_type))
            && coding_fits(about, span, self.filters)
    }
}

fn line(
    text: &str,
    about: &AboutNote,
    points: &CodePoints<'_>,
    (span, context): (Span, usize),
) -> Line {
    let (start, end) = points.pair(span);
    let left = points.byte(start.saturating_sub(context)).unwrap_or(0);
    let right = points
        .byte(end.saturating_add(context))
        .unwrap_or(text.len());
    let mut codes: Vec<String> = about
        .codings
        .iter()
        .filter(|c| c.span().overlaps(span))
        .map(|c| c.code.clone())
        .collect();
    codes.sort();
    codes.dedup();
    Line {
        note_id: about.note_id.clone(),
        participant: about.participant.clone(),
        date: about.date.clone(),
        session_type: about.session_type_at(span.start).to_owned(),
        left: Span::new(left, span.start).slice(text).to_owned(),
        hit: span.slice(text).to_owned(),
        right: Span::new(span.end, right).slice(text).to_owned(),
        start,
        end,
        codes,
    }
}

/// Whether a coding in the words' sentence fits the filters on codings.
fn coding_fits(about: &AboutNote, span: Span, filters: &Filters) -> bool {
    let Filters {
        codes,
        voices,
        assertions,
        participants: _,
        session_types: _,
        from: _,
        to: _,
    } = filters;
    if codes.is_empty() && voices.is_empty() && assertions.is_empty() {
        return true;
    }
    let under = |path: &str, code: &String| {
        path.strip_prefix(code.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    about.codings.iter().any(|c| {
        c.span().overlaps(span)
            && (codes.is_empty() || codes.iter().any(|code| under(&c.code, code)))
            && (voices.is_empty() || voices.iter().any(|v| v.as_str() == c.voice))
            && (assertions.is_empty() || assertions.iter().any(|a| a.as_str() == c.assertion))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::Builder;
    use crate::model::fixture;

    const NOTES: &[(&str, &str, &str)] = &[
        (
            "P01",
            "ketamine",
            "She felt “at home” in herself. {side_effects:negated|No nausea}.\n## integration:\nFeeling {coping|coped} at home now.",
        ),
        (
            "P02",
            "integration",
            "{coping/self_care:affirmed:quote|Took} the home dose; nauseous.",
        ),
        ("", "", "Nothing felt."),
    ];

    fn check(query: &str, filters: &Filters, expected: &[&str]) {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("index");
        let book = fixture::codebook(&["coping", "coping/self_care", "side_effects"]);
        let mut builder = Builder::create(&path, "en").expect("an index");
        for (i, (participant, session_type, text)) in NOTES.iter().enumerate() {
            let note = fixture::note(i, participant, session_type, text, &book);
            builder.add(&note.coded(), &book).expect("a note");
        }
        builder.finish().expect("an index");
        let shown = Shown {
            lines_max: 0,
            context: 5,
        };
        let found = search(&path, query, filters, shown).expect(query);
        let lines: Vec<String> = found
            .lines
            .iter()
            .map(|l| {
                format!(
                    "{} {} {}-{} {}[{}]{}",
                    l.note_id, l.session_type, l.start, l.end, l.left, l.hit, l.right
                )
            })
            .collect();
        assert_eq!(lines, expected, "{query}");
        assert_eq!(found.lines_total, expected.len());
    }

    #[test]
    fn words_phrases_and_operators_find_their_places() {
        let all = Filters::default();
        check("nausea", &all, &["n000 ketamine 34-40 . No [nausea].\n## "]);
        check(
            "naus*",
            &all,
            &[
                "n000 ketamine 34-40 . No [nausea].\n## ",
                "n001 integration 20-28 ose; [nauseous].",
            ],
        );
        check(
            "\"at home\"",
            &all,
            &[
                "n000 ketamine 10-17 elt “[at home]” in ",
                "n000 integration 72-79 oped [at home] now.",
            ],
        );
        check("feel NOT home", &all, &[]);
        check("=felt NOT home", &all, &["n002 unknown 8-12 hing [felt]."]);
        check(
            "dose AND (took OR slept)",
            &all,
            &[
                "n001 integration 0-4 [Took] the ",
                "n001 integration 14-18 home [dose]; nau",
            ],
        );
    }

    #[test]
    fn filters_narrow_notes_and_passages() {
        let by = |f: fn(&mut Filters)| {
            let mut filters = Filters::default();
            f(&mut filters);
            filters
        };
        check(
            "home",
            &by(|f| f.participants.push("p02".into())),
            &["n001 integration 9-13  the [home] dose"],
        );
        check(
            "home",
            &by(|f| f.session_types.push("integration".into())),
            &[
                "n000 integration 75-79 d at [home] now.",
                "n001 integration 9-13  the [home] dose",
            ],
        );
        check(
            "home",
            &by(|f| f.codes.push("coping".into())),
            &[
                "n000 integration 75-79 d at [home] now.",
                "n001 integration 9-13  the [home] dose",
            ],
        );
        check(
            "home",
            &by(|f| f.voices.push(Voice::Quote)),
            &["n001 integration 9-13  the [home] dose"],
        );
        check(
            "nausea",
            &by(|f| f.assertions.push(Assertion::Negated)),
            &["n000 ketamine 34-40 . No [nausea].\n## "],
        );
    }

    #[test]
    fn a_missing_index_and_an_unknown_filter_say_what_to_do() {
        let dir = tempfile::tempdir().expect("a folder");
        let shown = Shown {
            lines_max: 0,
            context: 5,
        };
        let error = search(dir.path(), "a", &Filters::default(), shown).expect_err("none");
        assert!(error.to_string().contains("verbatim run"), "{error}");
        let path = dir.path().join("index");
        let book = fixture::codebook(&["coping"]);
        let mut builder = Builder::create(&path, "en").expect("an index");
        let note = fixture::note(0, "P01", "ketamine", "Calm.", &book);
        builder.add(&note.coded(), &book).expect("a note");
        builder.finish().expect("an index");
        let filters = Filters {
            participants: vec!["P9".to_owned()],
            ..Filters::default()
        };
        let error = search(&path, "calm", &filters, shown).expect_err("unknown");
        assert!(error.to_string().contains("There are: p01"), "{error}");
    }
}
