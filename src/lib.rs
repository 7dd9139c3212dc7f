//! Codes messy clinical notes by a codebook and counts themes so that every number opens up.
//!
//! A note flows one way, through the modules in this order; no stage reaches back. See
//! ARCHITECTURE.md for who may import whom.

pub mod error;
pub mod text;

pub mod model;
pub mod spool;

pub mod codebook;
pub mod ingest;
pub mod segment;

pub mod coding;
pub mod deident;

pub mod agreement;
pub mod exchange;
pub mod index;
pub mod query;
pub mod quote;
pub mod suggest;
pub mod tally;

pub mod comparison;
pub mod export;
pub mod report;

pub mod pipeline;
pub mod study;

pub mod cli;
