//! Ids of codes made from the names that other programs give them.
//!
//! Comes in: a name. Goes out: an id of letters, digits, `_` and `-`, unique among its siblings.

use std::collections::BTreeSet;

/// Makes an id from a name; its case is kept.
pub(super) fn id_of(name: &str) -> String {
    let mut id = String::with_capacity(name.len());
    for character in name.trim().chars() {
        if character.is_alphanumeric() || character == '-' || character == '_' {
            id.push(character);
        } else if !id.ends_with('_') && !matches!(character, '\'' | '’' | '"') {
            id.push('_');
        }
    }
    let trimmed = id.trim_matches('_');
    if trimmed.is_empty() {
        "code".to_owned()
    } else {
        trimmed.to_owned()
    }
}

/// The first of `id`, `id_2`, `id_3` ... that is not taken among the siblings.
pub(super) fn unique(
    id: &str,
    parent: Option<usize>,
    taken: &mut BTreeSet<(Option<usize>, String)>,
) -> String {
    let mut own = id.to_owned();
    let mut next = 2;
    while !taken.insert((parent, own.clone())) {
        own = format!("{id}_{next}");
        next += 1;
    }
    own
}

/// The first of `id`, `id~2`, `id~3` ... that is not taken among the notes.
pub(super) fn unique_note(id: &str, taken: &mut BTreeSet<String>) -> String {
    let mut own = id.to_owned();
    let mut next = 2;
    while !taken.insert(own.clone()) {
        own = format!("{id}~{next}");
        next += 1;
    }
    own
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_ids() {
        for (name, id) in [
            ("Self-care", "Self-care"),
            ("Coke::diet Coke", "Coke_diet_Coke"),
            ("\"rushed\"", "rushed"),
            ("mother’s voice", "mothers_voice"),
            ("<3", "3"),
            ("??", "code"),
        ] {
            assert_eq!(id_of(name), id);
        }
    }

    #[test]
    fn siblings_have_different_ids() {
        let mut taken = BTreeSet::new();
        assert_eq!(unique("a", None, &mut taken), "a");
        assert_eq!(unique("a", None, &mut taken), "a_2");
        assert_eq!(unique("a", Some(0), &mut taken), "a");
    }
}
