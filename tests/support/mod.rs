//! What tests of the built program share: running it.
#![allow(dead_code, reason = "each test needs a part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so")]

use std::path::Path;
use std::process::{Command, Output};

/// Runs the program.
pub(crate) fn verbatim(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_verbatim"))
        .args(args)
        .output()
        .unwrap()
}

/// Runs the program in a folder.
pub(crate) fn verbatim_in(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_verbatim"))
        .current_dir(dir)
        .args(args)
        .output()
        .unwrap()
}
