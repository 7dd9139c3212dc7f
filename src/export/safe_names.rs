//! Names of columns that statistics programs take.

use std::collections::BTreeSet;

/// A name that statistics programs take: a letter first, then letters, digits, `.` and `_`; each once.
pub(super) fn safe_names<'n>(
    names: impl Iterator<Item = &'n str>,
    taken: &mut BTreeSet<String>,
) -> Vec<String> {
    let mut out = Vec::new();
    for name in names {
        let mut safe: String = name
            .chars()
            .map(|c| match c {
                '/' => '.',
                c if c.is_ascii_alphanumeric() || c == '.' || c == '_' => c,
                c if c.is_alphanumeric() => c,
                _ => '_',
            })
            .take(60)
            .collect();
        if !safe.chars().next().is_some_and(char::is_alphabetic) {
            safe.insert(0, 'x');
        }
        let mut own = safe.clone();
        let mut next = 2;
        // SPSS takes no two names that differ in case alone.
        while !taken.insert(own.to_lowercase()) {
            own = format!("{safe}_{next}");
            next += 1;
        }
        out.push(own);
    }
    out
}
