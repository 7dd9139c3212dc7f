//! Coding as a user sees it: patterns find what they promise, and notes are coded by their codes.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod engines;
mod matcher;
mod patterns;
