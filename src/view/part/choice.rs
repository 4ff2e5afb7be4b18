//! The button of a connection that leads to another page: what it is known by, and its name.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{
    button::{Button, ButtonProps},
    element::{Element, Live},
};
use crate::style;

/// A button of a connection.
#[component]
pub fn Choice(
    /// What it says.
    label: Live,
    /// A letter, where there is no icon.
    glyph: String,
    /// The address of an image; empty means none.
    icon: String,
    /// Of the ground, and of what is written on it; empty means as other buttons.
    colors: [String; 2],
    /// Whether it is at work: `true` or `false`.
    busy: Live,
    /// Whether it does nothing now.
    off: Live,
    /// What a press does.
    press: Box<dyn Fn()>,
) -> Element {
    let sheet = style::AROUND;
    let mark = if icon.is_empty() {
        Element::new("span", "glyph", sheet).attr("aria-hidden", "true").label(&glyph)
    } else {
        Element::new("img", "icon", sheet).attr("alt", "").attr("src", &icon)
    };
    let button =
        Button(ButtonProps { kind: "button quiet", label, busy, off, press: Some(press) }).child(mark);
    // By the object model, which no policy on styles forbids.
    if let Some(style) = button.node().dyn_ref::<HtmlElement>().map(HtmlElement::style) {
        let [ground, text] = colors;
        for (property, color) in [("background", &ground), ("border-color", &ground), ("color", &text)] {
            if !color.is_empty() {
                // What is no colour is left out.
                let _ = style.set_property(property, color);
            }
        }
    }
    button
}
