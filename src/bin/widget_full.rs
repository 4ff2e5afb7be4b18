//! The embed's entry with everything in it: `widget.rs`, compiled with the feature `full`.

#[path = "widget.rs"]
pub mod widget;

fn main() {
    widget::main();
}
