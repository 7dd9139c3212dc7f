//! The GUIDs of a project, as numbers.
//!
//! A project holds one for each passage, coding and memo; as text they would be most of what memory
//! holds. Refuses: nothing; what is no GUID gets a number that stands for its letters.

use std::collections::HashMap;

use uuid::Uuid;

/// A GUID as a number.
pub(super) type Key = u128;

/// The number of a GUID without braces and in lower case; none for an empty one.
pub(super) fn key(guid: &str) -> Option<Key> {
    if guid.is_empty() {
        return None;
    }
    let number = Uuid::try_parse(guid)
        .unwrap_or_else(|_| Uuid::new_v5(&Uuid::NAMESPACE_OID, guid.as_bytes()));
    Some(number.as_u128())
}

/// What a GUID was given to, as far as references ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A stretch of a text.
    Selection,
    /// A memo, by its number in the file.
    Memo(u32),
    /// Anything else.
    Other,
}

/// What the first element that has a GUID is, and where it begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Given {
    pub(super) at: usize,
    pub(super) kind: Kind,
}

/// All GUIDs that a file gives. They are only looked up: a hash map's order never shows.
#[derive(Debug, Default)]
pub(super) struct Guids {
    given: HashMap<Key, Given>,
}

impl Guids {
    /// Gives a GUID to an element; what has it already, where something does.
    pub(super) fn give(&mut self, guid: &str, given: Given) -> Option<Given> {
        let key = key(guid)?;
        let first = self.given.get(&key).copied();
        if first.is_none() {
            self.given.insert(key, given);
        }
        first
    }

    /// What a GUID was given to.
    pub(super) fn kind(&self, key: Key) -> Option<Kind> {
        self.given.get(&key).map(|given| given.kind)
    }

    /// The number of the memo that has a GUID.
    pub(super) fn memo(&self, key: Key) -> Option<usize> {
        match self.kind(key) {
            Some(Kind::Memo(number)) => Some(number as usize),
            Some(Kind::Selection | Kind::Other) | None => None,
        }
    }
}
