//! Whether two words lie within one edit of each other.

/// Whether one insertion, deletion, substitution or swap of neighbours, never in the first letter,
/// makes `written` into `word`; equal words do too.
pub(crate) fn within_one_edit(written: &str, word: &str) -> bool {
    let (mut a, mut b) = (written.chars(), word.chars());
    loop {
        let rest = (a.as_str(), b.as_str());
        match (a.next(), b.next()) {
            (None, None) => return true,
            (x, y) if x == y => {}
            // Nothing was read before the first letter: it must be the same.
            _ if rest.0.len() == written.len() => return false,
            _ => return one_edit_at_the_front(rest.0, rest.1),
        }
    }
}

/// Whether an edit of the first letters makes the rest equal; the first letters differ.
fn one_edit_at_the_front(a: &str, b: &str) -> bool {
    let (after_a, after_b) = (behind_first(a), behind_first(b));
    if after_a == Some(b) || after_b == Some(a) {
        return true;
    }
    let (Some(after_a), Some(after_b)) = (after_a, after_b) else {
        return false;
    };
    if after_a == after_b {
        return true;
    }
    let first_two_swapped =
        a.chars().next() == after_b.chars().next() && b.chars().next() == after_a.chars().next();
    first_two_swapped
        && behind_first(after_a).is_some()
        && behind_first(after_a) == behind_first(after_b)
}

/// The text behind its first character; none where there is no character.
fn behind_first(text: &str) -> Option<&str> {
    let mut chars = text.chars();
    chars.next().map(|_| chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_edit_but_not_in_the_first_letter() {
        for (word, near) in [
            ("nausea", true),
            ("nausae", true),
            ("nasuea", true),
            ("nause", true),
            ("nauseas", true),
            ("nauseea", true),
            ("naxsea", true),
            ("naussae", false),
            ("ausea", false),
            ("xausea", false),
            ("anusea", false),
            ("xnausea", false),
            ("nnausea", true),
            ("", false),
            ("naus", false),
            ("nauseous", false),
        ] {
            assert_eq!(within_one_edit("nausea", word), near, "{word}");
        }
        assert!(within_one_edit("fiancé", "fiance"));
    }

    proptest! {
        #[test]
        fn it_does_not_matter_which_is_written(a in "[ab]{0,6}", b in "[ab]{0,6}") {
            prop_assert_eq!(within_one_edit(&a, &b), within_one_edit(&b, &a));
        }
    }
}
