//! The gallery's entry: the embed's, but what it shows is the state that the element names in
//! `data-state`. The element itself, its sheets and its views are the real ones.

// A page starts nothing here.
#![cfg_attr(target_arch = "wasm32", no_main)]

use std::{cell::RefCell, rc::Rc};

use js_sys::Array;
use latch::{
    gallery::{Entry, entries},
    mount,
    options::Options,
    shell::Host,
    view::part::element::Shown,
};
use latch_flow::{Event, HostEvent, View};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, HtmlInputElement};

#[cfg(not(target_arch = "wasm32"))]
fn main() {}

/// The states: name, whether it takes the page for itself, and the attributes of its element.
#[wasm_bindgen]
pub fn states() -> Array {
    let text = JsValue::from_str;
    let pair = |(name, value): &(&str, &str)| Array::of2(&text(name), &text(value));
    let state = |entry: &Entry| {
        let attributes: Array = entry.attributes.iter().map(pair).collect();
        Array::of3(&text(entry.name), &entry.is_alone().into(), &attributes)
    };
    entries::all().map(state).collect()
}

/// A state on a page.
#[wasm_bindgen]
pub struct Handle {
    halves: RefCell<Option<[Shown; 2]>>,
    send: Rc<dyn Fn(Event)>,
}

/// Shows the state that the element names: the chrome in `chrome`, the form in `element`.
#[wasm_bindgen]
pub fn mount(element: &HtmlElement, chrome: HtmlElement, options: &JsValue) -> Result<Handle, JsValue> {
    let name = element.get_attribute("data-state").unwrap_or_default();
    let entry = Entry::named(&name).ok_or_else(|| js_sys::Error::new(&["no state ", &name].concat()))?;
    let options = Options::from_js(options);
    let scene = entry.scene(options.flow.clone());
    let typed = scene.field().to_owned();

    let host = Host::new(element.clone(), &options);
    let (view, set_view) = arc_signal(scene.view());
    let scene = RefCell::new(scene);
    let paint = move |view: View| {
        host.show_states(&view);
        set_view.set(view.clone());
        host.tell(&HostEvent::Step(view.name().as_str()));
    };
    let send: Rc<dyn Fn(Event)> = Rc::new(move |event| {
        scene.borrow_mut().take(event);
        let view = scene.borrow().view();
        paint(view);
    });
    let halves = mount::show(element, chrome, options, view, Rc::clone(&send));
    if !typed.is_empty() {
        fill(element, &typed);
    }
    // Nothing happens by that but what a page is told: this is the screen that is up.
    send(Event::Woke);
    Ok(Handle { halves: RefCell::new(Some(halves)), send })
}

/// Puts a text into the field, as typing it would.
fn fill(element: &Element, typed: &str) {
    let input = element.query_selector(":scope > [slot=latch] input").ok().flatten();
    let Some(input) = input.and_then(|it| it.dyn_into::<HtmlInputElement>().ok()) else { return };
    input.set_value(typed);
    if let Ok(event) = web_sys::Event::new("input") {
        // Nobody cancels it.
        let _ = input.dispatch_event(&event);
    }
}

#[wasm_bindgen]
impl Handle {
    /// See the widget's.
    pub fn submit(&self, value: String) {
        (self.send)(Event::IdentifierSubmitted(value.clone()));
        (self.send)(Event::CodeSubmitted(value));
    }

    /// See the widget's.
    pub fn reset(&self) {
        (self.send)(Event::ResetRequested);
    }

    /// See the widget's.
    pub fn forget(&self) {
        (self.send)(Event::ForgetRequested);
    }

    /// See the widget's.
    #[wasm_bindgen(js_name = signOut)]
    pub fn sign_out(&self) {
        (self.send)(Event::SignOutRequested);
    }

    /// Nobody is really signed in.
    pub fn session(&self) -> JsValue {
        JsValue::NULL
    }

    /// Takes the state off the page.
    pub fn dispose(&self) {
        drop(self.halves.take());
    }
}
