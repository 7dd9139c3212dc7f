//! Who highlighted what in Taguette: no table of its own says it, but its log of commands does.
//!
//! Comes in: the log. Goes out: the coder of a highlight's tag, as a number: a project has many
//! highlights and few coders.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::error::Result;

use super::sqlite::Database;

/// Who made each highlight, and who gave it each tag.
#[derive(Debug, Default)]
pub(super) struct Coders {
    names: Vec<String>,
    by_highlight: BTreeMap<i64, u32>,
    /// By highlight and tag.
    by_tag: BTreeMap<(i64, i64), u32>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Payload {
    r#type: String,
    highlight_id: i64,
    tags: Vec<i64>,
    src_tag_id: i64,
    dest_tag_id: i64,
}

impl Coders {
    /// Reads the log of what `of_project` says; `renamed` gives the names of coders whose login is not their name.
    pub(super) fn read(
        database: &Database,
        of_project: &str,
        renamed: &BTreeMap<String, String>,
    ) -> Result<Self> {
        let mut coders = Self::default();
        if !database.has("commands", "payload") {
            return Ok(coders);
        }
        let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
        let sql = format!("SELECT user_login, payload FROM commands {of_project} ORDER BY id");
        database.each(&sql, |row| {
            let Ok(payload) = serde_json::from_str::<Payload>(&row.text(1)) else {
                return;
            };
            match payload.r#type.as_str() {
                "highlight_add" => {
                    let login = row.text(0);
                    let user = renamed.get(&login).cloned().unwrap_or(login);
                    let number = *numbers.entry(user).or_insert_with_key(|user| {
                        coders.names.push(user.clone());
                        coders.names.len() as u32 - 1
                    });
                    coders.add(payload.highlight_id, &payload.tags, number);
                }
                "tag_merge" => coders.merge(payload.src_tag_id, payload.dest_tag_id),
                _ => {}
            }
        })?;
        Ok(coders)
    }

    /// A highlight was made, or its tags were changed: who set a tag first is its coder.
    fn add(&mut self, highlight: i64, tags: &[i64], user: u32) {
        self.by_highlight.entry(highlight).or_insert(user);
        let known = self
            .by_tag
            .range((highlight, i64::MIN)..=(highlight, i64::MAX));
        let gone: Vec<(i64, i64)> = known
            .map(|(key, _)| *key)
            .filter(|(_, tag)| !tags.contains(tag))
            .collect();
        for key in gone {
            self.by_tag.remove(&key);
        }
        for tag in tags {
            self.by_tag.entry((highlight, *tag)).or_insert(user);
        }
    }

    /// A tag became another.
    fn merge(&mut self, from: i64, to: i64) {
        let own = self.by_tag.iter().filter(|((_, tag), _)| *tag == from);
        let own: Vec<(i64, u32)> = own
            .map(|((highlight, _), user)| (*highlight, *user))
            .collect();
        for (highlight, user) in own {
            self.by_tag.remove(&(highlight, from));
            self.by_tag.entry((highlight, to)).or_insert(user);
        }
    }

    /// The coder of a highlight's tag; empty where the log does not say.
    pub(super) fn of(&self, highlight: i64, tag: i64) -> &str {
        let by_tag = self.by_tag.get(&(highlight, tag));
        let number = by_tag.or_else(|| self.by_highlight.get(&highlight));
        number.map_or("", |&n| self.names[n as usize].as_str())
    }

    /// The names of all who coded, sorted.
    pub(super) fn names(&self) -> Vec<String> {
        let numbers: BTreeSet<u32> = self
            .by_tag
            .values()
            .chain(self.by_highlight.values())
            .copied()
            .collect();
        let mut names: Vec<String> = numbers
            .iter()
            .map(|&n| self.names[n as usize].clone())
            .collect();
        names.sort();
        names
    }
}
