//! A button that pastes: shown to whoever comes back to the page, who may have copied something there.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Clipboard, Document, HtmlInputElement};

use super::element::Element;
use crate::style;

/// A button that reads the clipboard into the form's input. It is not seen before the page was left
/// once, nor where the browser does not let pages read.
#[component]
pub fn Paste(
    /// The screen's.
    sheet: &'static str,
    /// What it says.
    label: String,
    /// What is said when there is nothing in the clipboard that `read` can use.
    nothing: String,
    /// What is said when the browser, or its user, keeps the clipboard from the page.
    refused: String,
    /// What the input should hold; empty for nothing.
    read: Rc<dyn Fn(String) -> String>,
) -> Element {
    let note = Element::new("p", "note", sheet).attr("aria-live", "polite");
    let (said, place) = (note.node().clone(), note.node().clone());
    let press = move |_| {
        said.set_text_content(None);
        let (place, read) = (place.clone(), Rc::clone(&read));
        let (nothing, refused) = (nothing.clone(), refused.clone());
        spawn_local(async move {
            let text = match clipboard() {
                Some(clipboard) => JsFuture::from(clipboard.read_text()).await.ok(),
                None => None,
            };
            let Some(text) = text else {
                // There they can paste by themselves.
                let _ = input(&place).map(|input| input.focus());
                return place.set_text_content(Some(&refused));
            };
            let value = text.as_string().map(|text| read(text)).unwrap_or_default();
            if value.is_empty() || fill(&place, &value).is_none() {
                place.set_text_content(Some(&nothing));
            }
        });
    };
    let button = Element::new("button", "button quiet", style::BUTTON)
        .attr("type", "button")
        .label(&label)
        .on("click", Box::new(press));
    let paste = Element::new("div", "paste", sheet).attr("data-shown", "false").child(button).child(note);
    let root = paste.node().clone();
    let came_back = move || {
        let is_visible = document().is_some_and(|document| !document.hidden());
        if is_visible && clipboard().is_some() {
            // Only a name that is no attribute's is refused.
            let _ = root.set_attribute("data-shown", "true");
        }
    };
    paste.keep(Box::new(Listening::new(came_back)))
}

/// The input of the form that an element is in.
fn input(inside: &web_sys::Element) -> Option<HtmlInputElement> {
    inside.closest("form").ok()??.query_selector("input").ok()??.dyn_into().ok()
}

/// Puts a text into the input of the form that an element is in, as if it was typed.
pub(super) fn fill(inside: &web_sys::Element, text: &str) -> Option<()> {
    let input = input(inside)?;
    input.set_value(text);
    let init = web_sys::EventInit::new();
    init.set_bubbles(true);
    let event = web_sys::Event::new_with_event_init_dict("input", &init).ok()?;
    // True where nobody cancelled it, which nobody can.
    let _ = input.dispatch_event(&event);
    let _ = input.focus();
    Some(())
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// Missing where the page is neither https nor localhost, and in older browsers.
fn clipboard() -> Option<Clipboard> {
    let navigator = web_sys::window()?.navigator();
    js_sys::Reflect::get(&navigator, &"clipboard".into()).ok()?.dyn_into().ok()
}

/// Listens to the page being left and come back to, until it is dropped.
struct Listening(Closure<dyn Fn()>);

impl Listening {
    fn new(listener: impl Fn() + 'static) -> Self {
        let listener = Closure::new(listener);
        if let Some(document) = document() {
            // Refused by nothing that can be listened to.
            let _ = document
                .add_event_listener_with_callback("visibilitychange", listener.as_ref().unchecked_ref());
        }
        Self(listener)
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        if let Some(document) = document() {
            // Removing a listener that was added cannot fail.
            let _ = document
                .remove_event_listener_with_callback("visibilitychange", self.0.as_ref().unchecked_ref());
        }
    }
}
