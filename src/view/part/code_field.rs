//! The field of a one-time code: one real input, drawn as cells.
//!
//! One input, because autofill, paste, undo, password managers and screen readers work with one.
//! There is no `maxlength`: it would cut a pasted sentence before anybody could read it.

use std::rc::Rc;

use leptos::{
    ev::{CompositionEvent, InputEvent},
    html::Input,
    prelude::*,
};
use wasm_bindgen::JsCast;

use super::message::Message;
use crate::style;

/// The field of a one-time code.
#[component]
pub fn CodeField(
    /// The input's id.
    id: String,
    /// Always visible, above the field.
    label: String,
    /// Told to screen readers before they enter: what happens by itself.
    advice: &'static str,
    /// How many digits, and so how many cells.
    length: u32,
    /// The input.
    node_ref: NodeRef<Input>,
    /// Called with the field's text whenever it changes; gives what it should show.
    read: Rc<dyn Fn(String) -> String>,
    /// What stands under it when nothing is wrong.
    hint: Signal<String>,
    /// What is wrong.
    error: Signal<Option<String>>,
    /// Whether it is wrong because of what stands in the field.
    is_invalid: Signal<bool>,
    /// Whether it cannot be changed now.
    is_read_only: Memo<bool>,
) -> impl IntoView {
    let class = style::CODE_FIELD;
    let (message, note) = (format!("{id}-message"), format!("{id}-advice"));
    let described_by = format!("{message} {note}");
    let take: Rc<dyn Fn()> = Rc::new(move || {
        let Some(input) = node_ref.get_untracked() else { return };
        let typed = input.value();
        let shown = read(typed.clone());
        // Writing the same value would still move the caret. A field that is gone by now is left alone.
        if shown != typed && input.is_connected() {
            input.set_value(&shown);
        }
    });
    let compose = Rc::clone(&take);
    let input = move |event: leptos::ev::Event| {
        // Half a composition is not a text yet; it comes again when it is done.
        let is_composing = event.dyn_ref::<InputEvent>().is_some_and(InputEvent::is_composing);
        if !is_composing {
            take();
        }
    };
    let cells = (0..length).map(|_| view! { class = class, <span class="cell"></span> }).collect_view();
    view! { class = class,
        <div class="field">
            <label class="label" for=id.clone()>{label}</label>
            <div class="cells" style:--latch-cells=length.to_string() data-invalid=move || is_invalid.get().then_some("")>
                <div class="row" aria-hidden="true">{cells}</div>
                <input
                    class="input"
                    id=id
                    name="otp"
                    type="text"
                    inputmode="numeric"
                    autocomplete="one-time-code"
                    autocapitalize="none"
                    spellcheck="false"
                    enterkeyhint="done"
                    required=""
                    dir="ltr"
                    node_ref=node_ref
                    readonly=move || is_read_only.get()
                    aria-invalid=move || is_invalid.get().then_some("true")
                    aria-describedby=described_by
                    on:input=input
                    on:compositionend=move |_: CompositionEvent| compose()
                />
            </div>
            <Message id=message error=error hint=hint />
            <p class="hidden" id=note>{advice}</p>
        </div>
    }
}
