//! The command line of `verbatim`: parse, run, exit status.

use std::process::ExitCode;

/// Notes are read, laid out and coded by many short-lived lists: this allocator serves them faster on
/// several threads, and gives back what is free.
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    ExitCode::from(verbatim::cli::main())
}
