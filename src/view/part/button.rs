//! A button. One that is busy or off keeps its focus, and says so to a screen reader.

use leptos::prelude::*;

use crate::style;

/// A button that looks like `kind`. Without a `press` it submits its form; with one it never does.
/// `busy` and `off` are `true` or `false`; whoever takes the press knows what they mean for it.
pub fn button(
    kind: &'static str,
    label: Signal<String>,
    busy: Signal<String>,
    off: Signal<String>,
    press: Option<Box<dyn Fn()>>,
) -> AnyView {
    let class = style::BUTTON;
    let role = if press.is_some() { "button" } else { "submit" };
    let click = move |_| {
        if let Some(press) = &press {
            press();
        }
    };
    view! { class = class,
        <button class=kind type=role aria-busy=busy aria-disabled=off on:click=click>
            <span class="spinner" aria-hidden="true"></span>
            <span class="text">{label}</span>
        </button>
    }
    .into_any()
}
