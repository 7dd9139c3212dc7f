//! (to be written)

pub mod participants;
pub mod recognise;
