//! A button. One that is busy or off keeps its focus, and says so to a screen reader.

use leptos::prelude::*;

use super::element::{Element, Live};
use crate::style;

/// A button. Without a `press` it submits its form; with one it never does.
#[component]
pub fn Button(
    /// `primary`, `quiet` or `link`.
    kind: &'static str,
    /// What it says.
    label: Live,
    /// Whether it is at work: `true` or `false`. Whoever takes the press knows what that means for it.
    busy: Live,
    /// Whether it does nothing now, in the same way.
    off: Live,
    /// What a press does.
    #[prop(optional)]
    press: Option<Box<dyn Fn()>>,
) -> Element {
    let sheet = style::BUTTON;
    let button = Element::new("button", kind, sheet)
        .live("aria-busy", &busy)
        .live("aria-disabled", &off)
        .child(Element::new("span", "spinner", sheet).attr("aria-hidden", "true"))
        .child(Element::new("span", "text", sheet).text(&label));
    match press {
        Some(press) => button.attr("type", "button").on("click", Box::new(move |_| press())),
        None => button.attr("type", "submit"),
    }
}
