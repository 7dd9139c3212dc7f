//! The command line of `verbatim`.

fn main() {}
