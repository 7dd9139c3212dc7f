//! What the benchmark and the corpus generator share.

#![allow(dead_code, reason = "each of the two uses a part")]

pub(crate) mod clock;
pub(crate) mod corpus;
pub(crate) mod naive;
mod phrases;
mod pieces;
mod random;
