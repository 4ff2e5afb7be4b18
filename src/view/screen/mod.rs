//! The screens, each named like the state that it shows.

pub mod authenticated;
pub mod code;
pub mod identifier;
