//! The button of a connection that leads to another page: what it is known by, and its name.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{
    button::{Button, ButtonProps},
    element::{Element, Live},
};
use crate::style;

/// What a connection is known by.
pub enum Mark {
    /// A letter.
    Letter(String),
    /// A page's own image, at this address.
    Image(String),
    /// A sign in the colour of the words, at this address.
    Sign(String),
}

/// A button of a connection.
#[component]
pub fn Choice(
    /// What it says.
    label: Live,
    /// What stands before that.
    mark: Mark,
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
    let mark = match mark {
        Mark::Letter(letter) => {
            Element::new("span", "glyph", sheet).attr("aria-hidden", "true").label(&letter)
        }
        Mark::Image(address) => Element::new("img", "icon", sheet).attr("alt", "").attr("src", &address),
        Mark::Sign(address) => {
            let sign = Element::new("span", "sign", sheet).attr("aria-hidden", "true");
            set(&sign, "mask-image", &["url(\"", &address, "\")"].concat());
            sign
        }
    };
    let button =
        Button(ButtonProps { kind: "button quiet", label, busy, off, press: Some(press) }).child(mark);
    let [ground, text] = colors;
    for (property, color) in [("background", &ground), ("border-color", &ground), ("color", &text)] {
        if !color.is_empty() {
            set(&button, property, color);
        }
    }
    button
}

/// By the object model, which no policy on styles forbids. What is no value of the property is left out.
fn set(element: &Element, property: &str, value: &str) {
    if let Some(style) = element.node().dyn_ref::<HtmlElement>().map(HtmlElement::style) {
        let _ = style.set_property(property, value);
    }
}
