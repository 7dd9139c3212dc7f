//! The command line of `verbatim`: parse, run, exit status.

use std::process::ExitCode;

/// Notes are read, laid out and coded by many short-lived lists: this allocator serves them faster,
/// on several threads most of all.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(verbatim::cli::main())
}
