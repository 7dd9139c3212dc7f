//! Names that many cells share: session types, authors, sections, groups.

use std::collections::BTreeSet;
use std::sync::Arc;

/// Each name once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Names(BTreeSet<Arc<str>>);

impl Names {
    /// The one copy of a name.
    pub(super) fn share(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.0.get(name) {
            return Arc::clone(known);
        }
        let new: Arc<str> = name.into();
        self.0.insert(Arc::clone(&new));
        new
    }

    /// Takes the names of another.
    pub(super) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// All of them, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(AsRef::as_ref)
    }
}

/// Makes room for one more in a list of which there are many, most of them short: for one, then two,
/// then four.
pub(crate) fn make_room<T>(list: &mut Vec<T>) {
    if list.len() == list.capacity() {
        list.reserve_exact(list.len().max(1));
    }
}

/// What is kept under a name in a short list by name, begun where there is nothing. A list takes a
/// fraction of a map's room, and a study has one for each participant.
pub(super) fn entry<'l, T: Default>(
    list: &'l mut Vec<(Arc<str>, T)>,
    name: &str,
    names: &mut Names,
) -> &'l mut T {
    let found = list.binary_search_by(|(n, _)| n.as_ref().cmp(name));
    let at = found.unwrap_or_else(|at| {
        make_room(list);
        list.insert(at, (names.share(name), T::default()));
        at
    });
    &mut list[at].1
}

/// What is kept under a name; none where there is nothing.
pub(super) fn find<'l, T>(list: &'l [(Arc<str>, T)], name: &str) -> Option<&'l T> {
    let found = list.binary_search_by(|(n, _)| n.as_ref().cmp(name));
    found.ok().map(|at| &list[at].1)
}
