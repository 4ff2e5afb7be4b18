//! Elements of the page, whose attributes and texts follow signals.
//!
//! `view!` composes components. The HTML elements inside of a part are made here: `view!` would give each
//! of them a type of its own, and compile building, rebuilding and removing it anew for each (see
//! ARCHITECTURE.md, "Bytes").

use std::{any::Any, rc::Rc};

use leptos::{children::ToChildren, prelude::*};
use wasm_bindgen::{JsCast, closure::Closure, prelude::wasm_bindgen};
use web_sys::Event;

#[wasm_bindgen]
extern "C" {
    // Not web-sys's, which reports an error that this cannot have: every name is a word of ours.
    #[wasm_bindgen(js_namespace = document, js_name = createElement)]
    fn create_element(tag: &str) -> web_sys::Element;
    #[wasm_bindgen(js_namespace = document, js_name = createTextNode)]
    fn create_text(text: &str) -> web_sys::Node;
}

/// A text that is read again whenever a signal in it changes.
pub type Live = Rc<dyn Fn() -> String>;

/// An element that is being made. What it needs to stay alive belongs to the owner of the moment.
#[must_use = "it is nowhere yet"]
pub struct Element(web_sys::Element);

impl Element {
    /// An empty element with its own class, and its sheet's.
    pub fn new(tag: &str, class: &str, sheet: &str) -> Self {
        Self(create_element(tag)).attr("class", &[class, " ", sheet].concat())
    }

    /// With an attribute that stays.
    pub fn attr(self, name: &str, value: &str) -> Self {
        set(&self.0, name, value);
        self
    }

    /// With an attribute that changes.
    pub fn live(self, name: &'static str, value: &Live) -> Self {
        let element = self.0.clone();
        follow(value, Box::new(move |value| set(&element, name, value)));
        self
    }

    /// With a text that changes.
    pub fn text(self, value: &Live) -> Self {
        let node = create_text("");
        self.add(&node);
        follow(value, Box::new(move |value| node.set_text_content(Some(value))));
        self
    }

    /// With a text that stays.
    pub fn label(self, text: &str) -> Self {
        self.0.set_text_content(Some(text));
        self
    }

    /// With a listener.
    pub fn on(self, event: &str, listener: Box<dyn Fn(Event)>) -> Self {
        let listener = Closure::<dyn Fn(Event)>::wrap(listener);
        // Refused by nothing that can be listened to.
        let _ = self.0.add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
        keep(Box::new(listener));
        self
    }

    /// With a child at its end.
    pub fn child(self, child: Self) -> Self {
        self.add(&child.0);
        self
    }

    fn add(&self, child: &web_sys::Node) {
        // Only an ancestor cannot become a child.
        let _ = self.0.append_child(child);
    }

    /// With these children at its end.
    pub fn children(self, children: Elements) -> Self {
        children.0.into_iter().fold(self, Self::child)
    }

    /// The element itself, which stays where it is.
    pub fn inner(&self) -> &web_sys::Element {
        &self.0
    }

    /// Done: the element itself.
    pub fn into_inner(self) -> web_sys::Element {
        self.0
    }
}

/// What stands between the tags of a component in a `view!`.
pub struct Elements(Vec<Element>);

impl<F: FnOnce() -> C, C: Into<Self>> ToChildren<F> for Elements {
    fn to_children(children: F) -> Self {
        children().into()
    }
}

impl From<Element> for Elements {
    fn from(only: Element) -> Self {
        Self(vec![only])
    }
}

impl From<(Element, Element)> for Elements {
    fn from((first, second): (Element, Element)) -> Self {
        Self(vec![first, second])
    }
}

impl From<(Element, Element, Element)> for Elements {
    fn from((first, second, third): (Element, Element, Element)) -> Self {
        Self(vec![first, second, third])
    }
}

fn set(element: &web_sys::Element, name: &str, value: &str) {
    // Only a name that is no attribute's is refused.
    let _ = element.set_attribute(name, value);
}

/// Calls `write` now, and whenever the text has changed.
pub fn follow(value: &Live, write: Box<dyn Fn(&str)>) {
    let value = Rc::clone(value);
    let effect = RenderEffect::new(move |before: Option<String>| {
        let now = value();
        if before.as_ref() != Some(&now) {
            write(&now);
        }
        now
    });
    keep(Box::new(effect));
}

/// Keeps something until the owner of the moment goes.
fn keep(it: Box<dyn Any>) {
    StoredValue::new_local(it);
}
