//! Plain data that the stages hand on: no rules, no files.

pub mod codebook;
pub mod coded;
pub mod coding;
pub mod corpus;
pub mod cue;
pub mod decision;
#[cfg(test)]
pub(crate) mod fixture;
pub mod headings;
pub mod identifier;
pub mod layout;
pub mod ledger;
pub mod measure;
pub mod memo;
pub mod own_document;
pub mod own_table;
pub mod pattern;
pub mod provenance;
pub mod reading;
