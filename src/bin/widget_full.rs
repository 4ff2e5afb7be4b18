//! The embed's entry with everything in it: `widget.rs`, compiled with the feature `full`.

#![cfg_attr(target_arch = "wasm32", no_main)]

#[path = "widget.rs"]
pub mod widget;

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    widget::main();
}
