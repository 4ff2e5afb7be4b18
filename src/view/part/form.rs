//! The form of a screen.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};

use super::element::{Element, Elements};

/// A form. It is never sent anywhere: `submit` is called with its input's text instead, empty where it
/// has none.
#[component]
pub fn Form(
    /// The screen's.
    sheet: &'static str,
    /// Takes what was entered.
    submit: Box<dyn Fn(String)>,
    /// What is in it.
    children: Elements,
) -> Element {
    let submitted = move |event: web_sys::Event| {
        event.prevent_default();
        let form = event.current_target().and_then(|it| it.dyn_into::<HtmlElement>().ok());
        let input = form.and_then(|form| form.query_selector("input").ok().flatten());
        let input = input.and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
        submit(input.map(|input| input.value()).unwrap_or_default());
    };
    Element::new("form", "form", sheet)
        .attr("name", "latch")
        .attr("novalidate", "")
        .on("submit", Box::new(submitted))
        .children(children)
}
