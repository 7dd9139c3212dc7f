//! The command line of `verbatim`: parse, run, exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(verbatim::cli::main())
}
