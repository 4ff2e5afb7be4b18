//! A labelled input with a line for what is wrong under it.
//!
//! A one-time code has a row of cells behind the one real input, because autofill, paste, undo,
//! password managers and screen readers work with one. It has no `maxlength`: that would cut a
//! pasted sentence before anybody could read it.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement, InputEvent};

use super::{
    element::{Element, Live},
    message::{Message, MessageProps},
};
use crate::decimal::decimal;

/// What the browser is told about an input.
pub struct Input {
    /// Its `name`.
    pub name: &'static str,
    /// Its `type`.
    pub kind: &'static str,
    /// Its `inputmode`.
    pub input_mode: &'static str,
    /// Its `autocomplete`.
    pub autocomplete: &'static str,
    /// Its `enterkeyhint`.
    pub enter_key: &'static str,
    /// What it starts with; the user's from then on.
    pub value: String,
    /// How many cells are drawn behind it.
    pub cells: u32,
}

/// What stands beside an input.
pub struct Beside {
    /// Before it, in the same box.
    pub before: Element,
    /// What is understood of what stands in it: under the line for what is wrong.
    pub reading: Live,
}

/// A labelled input.
#[component]
pub fn Field(
    /// The field's own.
    sheet: &'static str,
    /// The input's id.
    id: String,
    /// Always visible, above the input.
    label: String,
    /// The input itself.
    input: Input,
    /// What stands beside the input.
    #[prop(default = None)]
    beside: Option<Beside>,
    /// Told to screen readers before they enter: what happens by itself.
    #[prop(optional)]
    advice: String,
    /// Called with its text whenever it changes; gives what it should show.
    #[prop(default = None)]
    read: Option<Rc<dyn Fn(String) -> String>>,
    /// What stands under it when nothing is wrong.
    hint: Live,
    /// What is wrong; empty when nothing is.
    error: Live,
    /// What a press on the hint puts into the input; without it, a hint is a text.
    #[prop(default = None)]
    suggestion: Option<Live>,
    /// Whether it is wrong because of what stands in the input: `true` or `false`.
    invalid: Live,
) -> Element {
    let (line, note) = ([&id, "-message"].concat(), [&id, "-advice"].concat());
    let cells = (0..input.cells)
        .fold(Element::new("div", "cells", sheet).attr("aria-hidden", "true"), |cells, _| {
            cells.child(Element::new("span", "cell", sheet))
        });
    let mut entry = Element::new("input", "input", sheet)
        .attr("id", &id)
        .attr("name", input.name)
        .attr("type", input.kind)
        .attr("inputmode", input.input_mode)
        .attr("autocomplete", input.autocomplete)
        .attr("enterkeyhint", input.enter_key)
        .attr("autocapitalize", "none")
        .attr("spellcheck", "false")
        .attr("required", "")
        .attr("dir", "ltr")
        .attr("value", &input.value)
        .attr("aria-describedby", &[&line, " ", &note].concat())
        .live("aria-invalid", &invalid);
    let mut press = None;
    if let Some(read) = read {
        let target: HtmlInputElement = entry.node().clone().unchecked_into();
        for event in ["input", "compositionend"] {
            let (target, read) = (target.clone(), Rc::clone(&read));
            entry = entry.on(event, Box::new(move |event| show(&event, &target, &*read, input.cells)));
        }
        press = suggestion.map(|suggestion| -> Box<dyn Fn()> {
            Box::new(move || {
                target.set_value(&read(suggestion()));
                // Only a detached element refuses focus.
                let _ = target.focus();
            })
        });
    }
    let mut frame = Element::new("div", "box", sheet)
        .attr("data-cells", &decimal(input.cells))
        .attr("data-at", "0")
        .live("data-invalid", &invalid)
        .child(cells);
    let mut reading = None;
    if cfg!(feature = "full")
        && let Some(beside) = beside
    {
        let read = [&id, "-reading"].concat();
        entry = entry.attr("aria-describedby", &[&line, " ", &read, " ", &note].concat());
        frame = frame.child(beside.before);
        let error = Rc::new(String::new);
        reading = Some(Message(MessageProps { id: read, error, hint: beside.reading, press: None }));
    }
    let frame = frame.child(entry);
    let mut field = Element::new("div", "field", sheet)
        .child(Element::new("label", "label", sheet).attr("for", &id).label(&label))
        .child(frame)
        .child(Message(MessageProps { id: line, error, hint, press }));
    if cfg!(feature = "full")
        && let Some(reading) = reading
    {
        field = field.child(reading);
    }
    field.child(Element::new("p", "note", sheet).attr("id", &note).label(&advice))
}

fn show(event: &Event, input: &HtmlInputElement, read: &dyn Fn(String) -> String, cells: u32) {
    // Half a composition is not a text yet; it comes again when it is done.
    if event.dyn_ref::<InputEvent>().is_some_and(InputEvent::is_composing) {
        return;
    }
    let typed = input.value();
    let shown = read(typed.clone());
    // Writing the same value would still move the caret.
    if shown != typed {
        input.set_value(&shown);
    }
    // The sheet marks the cell that the next digit falls into; the last one, where there is none: what has
    // the focus shows it.
    let at = u32::try_from(shown.len()).unwrap_or(u32::MAX).min(cells.saturating_sub(1));
    if let Some(parent) = input.parent_element() {
        // Only a name that is no attribute's is refused.
        let _ = parent.set_attribute("data-at", &decimal(at));
    }
}
