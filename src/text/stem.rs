//! Stems by Snowball, in the codebook's language.

use std::fmt;

use rust_stemmers::Algorithm;

/// Reduces folded words to their stem; a language without a stemmer leaves words as they are.
pub struct Stemmer {
    language: String,
    inner: Option<rust_stemmers::Stemmer>,
}

impl fmt::Debug for Stemmer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stemmer")
            .field("language", &self.language)
            .finish_non_exhaustive()
    }
}

impl Stemmer {
    /// The stemmer of a language given by its ISO 639-1 code (`en`, `es`, `de` ...).
    pub fn new(language: &str) -> Self {
        let inner = algorithm(language).map(rust_stemmers::Stemmer::create);
        Self {
            language: language.to_owned(),
            inner,
        }
    }

    /// Whether the language has a stemmer.
    pub fn knows_language(&self) -> bool {
        self.inner.is_some()
    }

    /// The stem of a folded word. A possessive's `'s` is cut off by the English stemmer itself.
    pub fn stem(&self, folded: &str) -> String {
        match &self.inner {
            Some(stemmer) => stemmer.stem(folded).into_owned(),
            None => folded.to_owned(),
        }
    }
}

fn algorithm(language: &str) -> Option<Algorithm> {
    let primary = language.split(['-', '_']).next().unwrap_or(language);
    Some(match primary {
        "ar" => Algorithm::Arabic,
        "da" => Algorithm::Danish,
        "de" => Algorithm::German,
        "el" => Algorithm::Greek,
        "en" => Algorithm::English,
        "es" => Algorithm::Spanish,
        "fi" => Algorithm::Finnish,
        "fr" => Algorithm::French,
        "hu" => Algorithm::Hungarian,
        "it" => Algorithm::Italian,
        "nl" => Algorithm::Dutch,
        "no" | "nb" | "nn" => Algorithm::Norwegian,
        "pt" => Algorithm::Portuguese,
        "ro" => Algorithm::Romanian,
        "ru" => Algorithm::Russian,
        "sv" => Algorithm::Swedish,
        "ta" => Algorithm::Tamil,
        "tr" => Algorithm::Turkish,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_forms_share_a_stem() {
        let stemmer = Stemmer::new("en");
        for (form, of) in [
            ("coping", "cope"),
            ("copes", "cope"),
            ("daughter's", "daughter"),
        ] {
            assert_eq!(stemmer.stem(form), stemmer.stem(of), "{form}");
        }
        assert!(!Stemmer::new("xx").knows_language());
    }
}
