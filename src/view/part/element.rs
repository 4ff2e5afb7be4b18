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
    #[wasm_bindgen(js_namespace = document, js_name = createElementNS)]
    fn create_picture(namespace: &str, tag: &str) -> web_sys::Element;
    #[wasm_bindgen(js_namespace = document, js_name = createTextNode)]
    fn create_text(text: &str) -> web_sys::Node;
}

/// A text that is read again whenever a signal in it changes.
pub type Live = Rc<dyn Fn() -> String>;

/// An element, with the effects and the listeners in it and in its children: they live as long as it does.
#[must_use = "it is nowhere yet"]
pub struct Element {
    node: web_sys::Element,
    alive: Vec<Box<dyn Any>>,
}

/// An element on the page. Dropping it takes it off.
pub struct Shown(Element);

impl Drop for Shown {
    fn drop(&mut self) {
        // Before its listeners go: removing a node can still fire one.
        self.0.node.remove();
    }
}

impl Element {
    /// An empty element with its own class, and its sheet's.
    pub fn new(tag: &str, class: &str, sheet: &str) -> Self {
        let it = Self { node: create_element(tag), alive: Vec::new() };
        it.attr("class", &[class, " ", sheet].concat())
    }

    /// With an attribute that stays.
    pub fn attr(self, name: &str, value: &str) -> Self {
        set(&self.node, name, value);
        self
    }

    /// With an attribute that changes.
    pub fn live(self, name: &'static str, value: &Live) -> Self {
        let node = self.node.clone();
        self.following(value, Box::new(move |value| set(&node, name, value)))
    }

    /// With a text that changes.
    pub fn text(self, value: &Live) -> Self {
        let node = create_text("");
        self.add(&node);
        self.following(value, Box::new(move |value| node.set_text_content(Some(value))))
    }

    /// With something that is done now, and whenever the text has changed.
    pub fn following(mut self, value: &Live, act: Box<dyn Fn(&str)>) -> Self {
        let value = Rc::clone(value);
        let effect = RenderEffect::new(move |before: Option<String>| {
            let now = value();
            if before.as_ref() != Some(&now) {
                act(&now);
            }
            now
        });
        self.alive.push(Box::new(effect));
        self
    }

    /// With a text that stays.
    pub fn label(self, text: &str) -> Self {
        self.node.set_text_content(Some(text));
        self
    }

    /// With a listener.
    pub fn on(mut self, event: &str, listener: Box<dyn Fn(Event)>) -> Self {
        let listener = Closure::<dyn Fn(Event)>::wrap(listener);
        // Refused by nothing that can be listened to.
        let _ = self.node.add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
        self.alive.push(Box::new(listener));
        self
    }

    /// An empty element of a picture.
    pub fn svg(tag: &str, class: &str, sheet: &str) -> Self {
        let it = Self { node: create_picture("http://www.w3.org/2000/svg", tag), alive: Vec::new() };
        it.attr("class", &[class, " ", sheet].concat())
    }

    /// With something that goes when it goes.
    #[cfg(feature = "full")]
    pub fn keep(mut self, kept: Box<dyn Any>) -> Self {
        self.alive.push(kept);
        self
    }

    /// With a child at its end.
    pub fn child(mut self, mut child: Self) -> Self {
        self.add(&child.node);
        self.alive.append(&mut child.alive);
        self
    }

    /// With these children at its end.
    pub fn children(self, children: Elements) -> Self {
        children.0.into_iter().fold(self, Self::child)
    }

    /// The node itself.
    pub fn node(&self) -> &web_sys::Element {
        &self.node
    }

    /// Puts it at the beginning of a parent.
    #[must_use = "dropping it takes it off again"]
    pub fn show_in(self, parent: &web_sys::Element) -> Shown {
        // Only an ancestor cannot become a child.
        let _ = parent.prepend_with_node_1(&self.node);
        Shown(self)
    }

    /// Puts it at the end of a parent.
    #[must_use = "dropping it takes it off again"]
    pub fn show_at_end_of(self, parent: &web_sys::Element) -> Shown {
        // Only an ancestor cannot become a child.
        let _ = parent.append_child(&self.node);
        Shown(self)
    }

    fn add(&self, child: &web_sys::Node) {
        // Only an ancestor cannot become a child.
        let _ = self.node.append_child(child);
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

impl From<Vec<Element>> for Elements {
    fn from(all: Vec<Element>) -> Self {
        Self(all)
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

impl From<(Element, Option<Element>, Element)> for Elements {
    fn from((first, second, third): (Element, Option<Element>, Element)) -> Self {
        let mut all = vec![first];
        all.extend(second);
        all.push(third);
        Self(all)
    }
}

impl From<(Element, Element, Option<Element>, Element)> for Elements {
    fn from((first, second, third, fourth): (Element, Element, Option<Element>, Element)) -> Self {
        let mut all = vec![first, second];
        all.extend(third);
        all.push(fourth);
        Self(all)
    }
}

#[cfg(feature = "full")]
impl From<(Element, Option<Element>, Option<Element>, Element)> for Elements {
    fn from((first, second, third, fourth): (Element, Option<Element>, Option<Element>, Element)) -> Self {
        let mut all = vec![first];
        all.extend(second);
        all.extend(third);
        all.push(fourth);
        Self(all)
    }
}

type Five = (Element, Element, Option<Element>, Option<Element>, Element);

impl From<Five> for Elements {
    fn from((first, second, third, fourth, fifth): Five) -> Self {
        let mut all = vec![first, second];
        all.extend(third);
        all.extend(fourth);
        all.push(fifth);
        Self(all)
    }
}

fn set(element: &web_sys::Element, name: &str, value: &str) {
    // Only a name that is no attribute's is refused.
    let _ = element.set_attribute(name, value);
}
