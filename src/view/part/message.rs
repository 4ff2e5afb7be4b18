//! The line under a field: a hint, or what is wrong. It opens and closes without a jump.

use leptos::prelude::*;

use crate::style;

/// A line under a field.
#[component]
pub fn Message(
    /// The field's `aria-describedby`.
    id: String,
    /// What is wrong.
    error: Signal<Option<String>>,
    /// What stands there otherwise; empty closes the line.
    hint: Signal<String>,
) -> impl IntoView {
    let class = style::MESSAGE;
    let is_error = move || error.with(Option::is_some);
    let kind = move || {
        if is_error() {
            "message error"
        } else if hint.with(String::is_empty) {
            "message closed"
        } else {
            "message hint"
        }
    };
    let text = move || error.get().unwrap_or_else(|| hint.get());
    view! { class = class,
        <div class=kind>
            <p class="line" id=id>
                <span class="icon" aria-hidden="true">"!"</span>
                <span class="text">{text}</span>
            </p>
        </div>
    }
}
