//! A labelled input with a line for what is wrong under it.
//!
//! A one-time code has a row of cells behind the one real input, because autofill, paste, undo,
//! password managers and screen readers work with one. It has no `maxlength`: that would cut a
//! pasted sentence before anybody could read it.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement, InputEvent};

use super::message::message;

/// A labelled input.
pub struct Field {
    /// The sheet's.
    pub class: &'static str,
    /// The input's id.
    pub id: String,
    /// Always visible, above the input.
    pub label: String,
    /// The input's `name`.
    pub name: &'static str,
    /// The input's `type`.
    pub kind: &'static str,
    /// The input's `inputmode`.
    pub input_mode: &'static str,
    /// The input's `autocomplete`.
    pub autocomplete: &'static str,
    /// The input's `enterkeyhint`.
    pub enter_key: &'static str,
    /// What it starts with; the user's from then on.
    pub value: String,
    /// How many cells are drawn behind it.
    pub cells: u32,
    /// Told to screen readers before they enter: what happens by itself.
    pub advice: &'static str,
    /// Called with its text whenever it changes; gives what it should show.
    pub read: Option<Box<dyn Fn(String) -> String>>,
    /// What stands under it when nothing is wrong.
    pub hint: Signal<String>,
    /// What is wrong; empty when nothing is.
    pub error: Signal<String>,
    /// Whether it is wrong because of what stands in the input: `true` or `false`.
    pub invalid: Signal<String>,
}

/// A labelled input.
pub fn field(field: Field) -> AnyView {
    let Field { class, id, invalid, read, .. } = field;
    let (line, note) = (format!("{id}-message"), format!("{id}-advice"));
    let described_by = format!("{line} {note}");
    let cells: Vec<_> =
        (0..field.cells).map(|_| view! { class = class, <span class="cell"></span> }).collect();
    let changed = std::rc::Rc::new(move |event: Event| {
        if let Some(read) = &read {
            show(&event, read);
        }
    });
    let composed = std::rc::Rc::clone(&changed);
    view! { class = class,
        <div class="field">
            <label class="label" for=id.clone()>{field.label}</label>
            <div class="box" data-invalid=invalid data-cells=field.cells.to_string() data-at="0">
                <div class="cells" aria-hidden="true">{cells}</div>
                <input
                    class="input"
                    id=id
                    name=field.name
                    type=field.kind
                    inputmode=field.input_mode
                    autocomplete=field.autocomplete
                    enterkeyhint=field.enter_key
                    autocapitalize="none"
                    spellcheck="false"
                    required=""
                    dir="ltr"
                    value=field.value
                    aria-invalid=invalid
                    aria-describedby=described_by
                    on:input=move |event| changed(event)
                    on:compositionend=move |event| composed(event.into())
                />
            </div>
            {message(line, field.error, field.hint)}
            <p class="note" id=note>{field.advice}</p>
        </div>
    }
    .into_any()
}

fn show(event: &Event, read: &dyn Fn(String) -> String) {
    // Half a composition is not a text yet; it comes again when it is done.
    if event.dyn_ref::<InputEvent>().is_some_and(InputEvent::is_composing) {
        return;
    }
    let Some(input) = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok()) else { return };
    let typed = input.value();
    let shown = read(typed.clone());
    // Writing the same value would still move the caret.
    if shown != typed {
        input.set_value(&shown);
    }
    // The sheet marks the cell that the next digit falls into.
    if let Some(parent) = input.parent_element() {
        // Only a name that is no attribute's is refused.
        let _ = parent.set_attribute("data-at", &shown.len().to_string());
    }
}
