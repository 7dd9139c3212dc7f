//! One pattern as a whole codebook, to see at once what it finds in a study.
//!
//! Comes in: a pattern from the command line. Goes out: a [`Codebook`] with the single code `try`,
//! which the pipeline runs like any other. Refuses: a pattern that is none, drawn with its place.

use std::path::Path;

use crate::error::{Error, Result};
use crate::model::codebook::{Code, CodePath, Codebook, Scope};
use crate::model::coding::Assertion;

use super::findings::Findings;
use super::parse_pattern;
use super::references::check_references;

/// Makes a codebook of one pattern; it may use the word lists of `lists`, and has its language.
///
/// ```
/// use verbatim::codebook::{builtin, of_pattern};
/// let kap = builtin("kap").unwrap().unwrap();
/// let tried = of_pattern("close to {family}", &kap.codebook).unwrap();
/// assert_eq!(tried.codes[0].path.as_str(), "try");
/// ```
///
/// # Errors
/// Where the pattern cannot be parsed, or names a word list that is not there.
pub fn of_pattern(pattern: &str, lists: &Codebook) -> Result<Codebook> {
    let mut findings = Findings::new(Path::new("pattern"), pattern);
    let mut parsed = match parse_pattern(pattern) {
        Ok(parsed) => parsed,
        Err(problem) => {
            let before = crate::text::Span::new(0, problem.span.start).slice(pattern);
            let column = before.chars().count() as u32 + 1;
            let width = problem.span.slice(pattern).chars().count() as u32;
            findings.error("V104", (1, column, width), problem.message, problem.hint);
            return Err(Error::rules(findings.into_list()));
        }
    };
    (parsed.line, parsed.column) = (1, 1);
    let code = Code {
        path: CodePath::new("try"),
        parent: None,
        name: "try".to_owned(),
        definition: String::new(),
        include: Vec::new(),
        exclude: Vec::new(),
        examples: Vec::new(),
        counterexamples: Vec::new(),
        patterns: vec![parsed],
        opposites: Vec::new(),
        unless: Vec::new(),
        count: Assertion::ALL.to_vec(),
        scope: Scope::Sentence,
        memo: String::new(),
        line: 1,
    };
    let codebook = Codebook {
        name: "try".to_owned(),
        codes: vec![code],
        ..lists.clone()
    };
    check_references(&codebook, &mut findings);
    Ok(findings.finish(codebook)?.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebook::load_text;

    #[test]
    fn a_pattern_is_a_codebook_of_its_own() {
        let source =
            "codebook: a\nversion: 1\nword_lists: {who: [son]}\ncodes: [{id: b, patterns: [b]}]\n";
        let lists = load_text(source, Path::new("a.yaml"))
            .expect("loads")
            .codebook;
        let tried = of_pattern("close to {who}", &lists).expect("a pattern");
        assert_eq!((tried.codes.len(), tried.word_lists.len()), (1, 1));
        let unknown = of_pattern("é {whom}", &lists)
            .expect_err("unknown")
            .to_string();
        assert!(
            unknown.contains("pattern:1:3") && unknown.contains("{who}"),
            "{unknown}"
        );
        let broken = of_pattern("a (b", &lists).expect_err("broken").to_string();
        assert!(broken.contains("pattern:1:3"), "{broken}");
    }
}
