//! What is checked in codebooks: one table, which help and documents are read off. The ids from V150
//! on belong to the other rule files and to the engine.

/// A rule of the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its id, never reused.
    pub id: &'static str,
    /// What it finds.
    pub finds: &'static str,
    /// Why that matters.
    pub why: &'static str,
}

const fn rule(id: &'static str, finds: &'static str, why: &'static str) -> Rule {
    Rule { id, finds, why }
}

/// All rules, by id.
pub const RULES: &[Rule] = &[
    rule(
        "V100",
        "the file is no YAML",
        "nothing of it can be trusted",
    ),
    rule(
        "V101",
        "an unknown key",
        "what stands under a misspelt key is silently lost",
    ),
    rule("V102", "a value of the wrong kind", "it cannot be read"),
    rule(
        "V103",
        "a required key is missing",
        "without it the rest has no meaning",
    ),
    rule(
        "V104",
        "a pattern that is none",
        "it would find nothing, or everything",
    ),
    rule(
        "V105",
        "a key twice in one mapping",
        "one of the two would be lost",
    ),
    rule(
        "V106",
        "the file is too large",
        "a file like this is a mistake or an attack",
    ),
    rule(
        "V107",
        "the file is not UTF-8",
        "its letters would be guessed",
    ),
    rule(
        "V110",
        "two codes of one id",
        "their passages could not be told apart",
    ),
    rule(
        "V111",
        "a name that cannot be an id",
        "tables and paths use the id",
    ),
    rule(
        "V112",
        "a word list that does not exist",
        "the pattern would find nothing",
    ),
    rule("V113", "word lists in a circle", "they have no end"),
    rule(
        "V114",
        "a word that is none of the known ones",
        "it cannot be understood",
    ),
    rule(
        "V116",
        "a language without stemmer",
        "words are found only as they are written",
    ),
    rule(
        "V117",
        "a list with nothing in it",
        "it looks as if something were searched for",
    ),
    rule(
        "V119",
        "an empty word list",
        "patterns that use it find nothing",
    ),
    rule(
        "V120",
        "fewer than two examples",
        "nobody can see that the patterns find what they should",
    ),
    rule(
        "V121",
        "fewer than two counter-examples",
        "nobody can see that the patterns leave out what they should",
    ),
    rule(
        "V122",
        "a code without definition",
        "another coder cannot apply it",
    ),
    rule(
        "V123",
        "a word list that no pattern uses",
        "it is left over, or its name is misspelt somewhere",
    ),
    rule(
        "V124",
        "a pattern twice in one code",
        "one of the two does nothing",
    ),
    rule(
        "V125",
        "a pattern that another of its code always covers",
        "at most it widens the passage",
    ),
    rule(
        "V126",
        "a code without patterns and children",
        "it finds nothing",
    ),
    rule(
        "V127",
        "a sentence twice in one code",
        "one of the two tests nothing",
    ),
    rule(
        "V128",
        "a sentence that is example and counter-example",
        "it cannot be both",
    ),
    rule(
        "V130",
        "an example that is not coded",
        "the patterns miss what the code is meant to find",
    ),
    rule(
        "V131",
        "an example with another assertion",
        "the passage would not count as meant",
    ),
    rule(
        "V132",
        "a counter-example that is coded",
        "the patterns find what the code is not",
    ),
    rule(
        "V133",
        "patterns that no example exercises",
        "nobody has seen them at work",
    ),
    rule(
        "V134",
        "a pattern that `unless` always takes away",
        "it does nothing",
    ),
    rule(
        "V135",
        "a pattern that stands in two codes",
        "both get the passage, and coders will confuse them",
    ),
    rule(
        "V136",
        "words of patterns that no note holds",
        "they do nothing on these notes, or are misspelt",
    ),
    rule(
        "V137",
        "words of the notes that look like a pattern's and are not found",
        "another spelling of the same word is missed",
    ),
    rule(
        "V138",
        "patterns whose passages another code finds, too",
        "both get the passage, and coders will confuse them",
    ),
    rule(
        "V139",
        "codes whose passages in these notes mostly overlap another's",
        "what is counted for one is counted for the other",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_in_use_is_in_the_table() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/codebook");
        let regex = regex::Regex::new("\"(V1[0-3][0-9])\"").expect("valid");
        for file in std::fs::read_dir(folder).expect("a folder") {
            let path = file.expect("a file").path();
            if path.is_dir() {
                continue;
            }
            let text = std::fs::read_to_string(path).expect("text");
            for found in regex.captures_iter(&text) {
                assert!(RULES.iter().any(|r| r.id == &found[1]), "{}", &found[1]);
            }
        }
        assert!(RULES.is_sorted_by_key(|r| r.id));
    }
}
