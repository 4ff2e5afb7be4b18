//! The line under a field: a hint, or what is wrong. It opens and closes without a jump.

use leptos::prelude::*;

use super::element::{Element, Live};
use crate::style;

/// A line under a field. With neither an error nor a hint it is closed; the sheet shows the error where
/// there is one, the hint otherwise.
#[component]
pub fn Message(
    /// The line's id.
    id: String,
    /// What is wrong; empty when nothing is.
    error: Live,
    /// What stands there when nothing is wrong.
    hint: Live,
    /// What a press on the hint does; without it, a hint is a text.
    #[prop(optional)]
    press: Option<Box<dyn Fn()>>,
) -> Element {
    let sheet = style::MESSAGE;
    let hint_element = match press {
        Some(press) => Element::new("button", "hint press", sheet)
            .attr("type", "button")
            .on("click", Box::new(move |_| press())),
        None => Element::new("span", "hint", sheet),
    };
    let line = Element::new("p", "line", sheet)
        .attr("id", &id)
        .child(Element::new("span", "icon", sheet).attr("aria-hidden", "true").label("!"))
        .child(Element::new("span", "error", sheet).text(&error))
        .child(hint_element.text(&hint));
    Element::new("div", "message", sheet).live("data-error", &error).live("data-hint", &hint).child(line)
}
