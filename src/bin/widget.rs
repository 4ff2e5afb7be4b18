//! The embed: the basic edition.

// A page starts nothing here, and the standard library's start is not needed for what it calls.
#![cfg_attr(target_arch = "wasm32", no_main)]

pub mod entry;

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
