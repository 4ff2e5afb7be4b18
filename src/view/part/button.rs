//! Buttons. One that is busy or off keeps its focus, and says so to a screen reader.

use std::rc::Rc;

use leptos::prelude::*;

use crate::style;

/// The one primary action of a screen: submits its form.
#[component]
pub fn SubmitButton(
    /// What it does.
    #[prop(into)]
    label: Signal<String>,
    /// What it is doing, while it does.
    busy_label: &'static str,
    /// Whether it is doing it.
    is_busy: Memo<bool>,
    /// Whether it has to wait.
    #[prop(optional)]
    is_off: Signal<bool>,
) -> impl IntoView {
    button("button primary", label, busy_label, is_busy, is_off)
}

/// A secondary action: submits its form.
#[component]
pub fn QuietButton(
    /// What it does.
    #[prop(into)]
    label: Signal<String>,
    /// What it is doing, while it does.
    busy_label: &'static str,
    /// Whether it is doing it.
    is_busy: Memo<bool>,
) -> impl IntoView {
    button("button quiet", label, busy_label, is_busy, Signal::stored(false))
}

fn button(
    name: &'static str,
    label: Signal<String>,
    busy_label: &'static str,
    is_busy: Memo<bool>,
    is_off: Signal<bool>,
) -> impl IntoView {
    let class = style::BUTTON;
    let text = move || if is_busy.get() { busy_label.to_owned() } else { label.get() };
    view! { class = class,
        <button
            class=name
            type="submit"
            aria-busy=move || is_busy.get().then_some("true")
            aria-disabled=move || (is_busy.get() || is_off.get()).then_some("true")
        >
            <span class="spinner" aria-hidden="true"></span>
            <span class="text">{text}</span>
        </button>
    }
}

/// An action beside the main one. Never a form's default button.
#[component]
pub fn LinkButton(
    /// What it does, or how long until it does.
    label: Signal<String>,
    /// Whether it has to wait.
    is_off: Signal<bool>,
    /// Called on a press, unless it has to wait.
    press: Rc<dyn Fn()>,
) -> impl IntoView {
    let class = style::BUTTON;
    let click = move |_| {
        if !is_off.get_untracked() {
            press();
        }
    };
    view! { class = class,
        <button
            class="button link"
            type="button"
            aria-disabled=move || is_off.get().then_some("true")
            on:click=click
        >
            <span class="text">{move || label.get()}</span>
        </button>
    }
}
