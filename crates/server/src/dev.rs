//! What only `--dev` has.

pub mod inbox;
