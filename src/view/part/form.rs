//! The form of a screen.

use leptos::{ev::SubmitEvent, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};

/// A form with these parts. It is never sent anywhere: `submit` is called with its input's text
/// instead, empty where it has none.
pub fn form(class: &'static str, submit: Box<dyn Fn(String)>, parts: Vec<AnyView>) -> AnyView {
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = event.current_target().and_then(|it| it.dyn_into::<HtmlElement>().ok());
        let input = form.and_then(|form| form.query_selector("input").ok().flatten());
        let input = input.and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
        submit(input.map(|input| input.value()).unwrap_or_default());
    };
    view! { class = class, <form class="form" name="latch" novalidate="" on:submit=submit>{parts}</form> }
        .into_any()
}
