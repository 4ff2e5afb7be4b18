//! The line under a field: a hint, or what is wrong. It opens and closes without a jump.

use leptos::prelude::*;

use crate::style;

/// A line under a field. With neither an error nor a hint it is closed.
pub fn message(id: String, error: Signal<String>, hint: Signal<String>) -> AnyView {
    let class = style::MESSAGE;
    // The sheet shows the error where there is one, the hint otherwise.
    view! { class = class,
        <div class="message" data-error=error data-hint=hint>
            <p class="line" id=id>
                <span class="icon" aria-hidden="true">"!"</span>
                <span class="error">{error}</span>
                <span class="hint">{hint}</span>
            </p>
        </div>
    }
    .into_any()
}
