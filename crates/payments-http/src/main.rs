//! The `payments` program.

fn main() {}
