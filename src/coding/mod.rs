//! Coding: a note's text and layout in, codings with their evidence out.
//!
//! [`patterns`] finds where patterns match, [`context`] judges what a passage says of its theme,
//! [`matcher`] puts the two together. Pure: the same note and rules give the same codings.

pub mod context;
pub(crate) mod context_reader;
pub mod decided;
mod form_row;
pub mod glance;
mod join;
pub mod matcher;
pub mod patterns;
