//! A labelled text field with a line for what is wrong under it.

use leptos::{html::Input, prelude::*};

use super::message::Message;
use crate::style;

/// A labelled text field.
#[component]
pub fn Field(
    /// The input's id.
    id: String,
    /// Always visible, above the field.
    label: &'static str,
    /// The input's `name`.
    name: &'static str,
    /// The input's `type`.
    kind: &'static str,
    /// The input's `autocomplete`.
    autocomplete: &'static str,
    /// What it starts with; the user's from then on.
    value: String,
    /// The input.
    node_ref: NodeRef<Input>,
    /// What is wrong.
    error: Signal<Option<String>>,
    /// Whether it is wrong because of what stands in the field.
    is_invalid: Signal<bool>,
    /// Whether it cannot be changed now.
    is_read_only: Memo<bool>,
) -> impl IntoView {
    let class = style::FIELD;
    let message = format!("{id}-message");
    let described_by = message.clone();
    view! { class = class,
        <div class="field">
            <label class="label" for=id.clone()>{label}</label>
            <input
                class="input"
                id=id
                name=name
                type=kind
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                enterkeyhint="next"
                required=""
                dir="ltr"
                value=value
                node_ref=node_ref
                readonly=move || is_read_only.get()
                aria-invalid=move || is_invalid.get().then_some("true")
                aria-describedby=described_by
            />
            <Message id=message error=error hint=Signal::derive(String::new) />
        </div>
    }
}
