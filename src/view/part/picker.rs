//! A button that opens a list to choose from, with a search field on top: a combobox in a popover.
//!
//! The list is made when it opens and gone when it is closed. It is in the browser's top layer, above the
//! dialog that the form may be in; Escape, or a press beside it, closes the list alone.

use std::{
    cell::{Cell, OnceCell, RefCell},
    rc::Rc,
};

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use web_sys::{Event, HtmlElement};

use super::{
    choices::{Choices, Rows},
    element::{Element, Live, Shown},
};
use crate::style;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = requestIdleCallback)]
    fn request_idle_callback(callback: &JsValue) -> Result<JsValue, JsValue>;

    // web-sys has these behind a flag of the compiler's.
    #[wasm_bindgen(extends = HtmlElement)]
    type Popover;
    #[wasm_bindgen(method, catch, js_name = showPopover)]
    fn show_popover(this: &Popover) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = hidePopover)]
    fn hide_popover(this: &Popover) -> Result<(), JsValue>;
}

/// Something to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Given back when it is chosen.
    pub key: String,
    /// What it is called.
    pub name: String,
    /// What it is called elsewhere, where that differs; empty otherwise.
    pub other_name: String,
    /// What stands at the end of its line.
    pub code: String,
}

/// Searches for something; gives places in the list.
pub type Find = Box<dyn Fn(&str) -> Vec<usize>>;

/// What there is to choose from, and what is said about it.
pub struct List {
    /// Everything, in no order.
    pub choices: Box<dyn Fn() -> Rc<Vec<Choice>>>,
    /// The places of those that fit what is searched for, the best first.
    pub find: Find,
    /// The key of what is chosen now; empty where nothing is.
    pub current: Box<dyn Fn() -> String>,
    /// Takes the key of what is chosen.
    pub choose: Box<dyn Fn(String)>,
    /// What the list is called.
    pub name: String,
    /// What the search field is called.
    pub search: String,
    /// What is said where nothing fits.
    pub none: String,
    /// Which way it is read: `ltr` or `rtl`.
    pub direction: String,
}

/// A button that opens a list. It stands in a box with the input that the focus goes back to.
#[component]
pub fn Picker(
    /// The list's id.
    id: String,
    /// What the button says.
    label: Live,
    /// What it is called, which has to contain what it says.
    name: Live,
    /// Whether there is nothing to choose now: `true` or `false`.
    off: Live,
    /// The list.
    list: List,
) -> Element {
    let sheet = style::PICKER;
    let open = Rc::new(RefCell::new(None::<Shown>));
    let list = Rc::new(list);
    let rows = Rc::new(Lazy { id: id.clone(), list: Rc::clone(&list), rows: OnceCell::new() });
    let prepared = Rc::clone(&rows);
    let button = Element::new("button", "picker", sheet)
        .attr("type", "button")
        .attr("aria-haspopup", "dialog")
        .attr("aria-expanded", "false")
        .attr("aria-controls", &id)
        .live("aria-label", &name)
        .live("data-off", &off)
        .following(
            &off,
            Box::new(move |off| {
                if off == "false" {
                    prepared.prepare();
                }
            }),
        )
        .child(Element::new("span", "code", sheet).attr("dir", "ltr").text(&label))
        .child(Element::new("span", "arrow", sheet).attr("aria-hidden", "true"));
    let node = button.node().clone();
    let pressed = {
        let open = Rc::clone(&open);
        let list = Rc::clone(&list);
        move || {
            if open.borrow().is_none() {
                show(&node, &id, &list, rows.get(), &open);
            }
        }
    };
    let pressed = Rc::new(pressed);
    let by_key = Rc::clone(&pressed);
    // A press on the button while the list is up closes it like any other press beside it.
    let was_open = Rc::new(Cell::new(false));
    let is_open = Rc::clone(&was_open);
    let held = move |_| is_open.set(open.borrow().is_some());
    let clicked = move |_| {
        if !was_open.replace(false) {
            pressed();
        }
    };
    button.on("pointerdown", Box::new(held)).on("click", Box::new(clicked)).on(
        "keydown",
        Box::new(move |event| {
            let key = event.dyn_ref::<web_sys::KeyboardEvent>().map(web_sys::KeyboardEvent::key);
            if matches!(key.as_deref(), Some("ArrowDown" | "ArrowUp")) {
                event.prevent_default();
                by_key();
            }
        }),
    )
}

/// The rows, made when the browser has nothing else to do, or when they are needed.
struct Lazy {
    id: String,
    list: Rc<List>,
    rows: OnceCell<Rc<Rows>>,
}

impl Lazy {
    fn get(&self) -> Rc<Rows> {
        Rc::clone(self.rows.get_or_init(|| Rc::new(Rows::new(&self.id, &self.list))))
    }

    fn prepare(self: &Rc<Self>) {
        let it = Rc::clone(self);
        let idle = Closure::once_into_js(move || {
            it.get();
        });
        // Where there is no such thing, opening takes a little longer.
        let _ = request_idle_callback(&idle);
    }
}

/// Opens the list of a button.
fn show(
    button: &web_sys::Element,
    id: &str,
    list: &Rc<List>,
    rows: Rc<Rows>,
    open: &Rc<RefCell<Option<Shown>>>,
) {
    let Some(parent) = button.parent_element().and_then(|frame| frame.parent_element()) else { return };
    let sheet = style::PICKER;
    let input = button.parent_element().and_then(|frame| frame.query_selector("input").ok().flatten());
    let leave = {
        let button = button.clone();
        let open = Rc::downgrade(open);
        Rc::new(move |is_done: bool| {
            // Only a name that is no attribute's is refused.
            let _ = button.set_attribute("aria-expanded", "false");
            let gone = open.upgrade().and_then(|open| open.take());
            drop(gone);
            if is_done && let Some(input) = input.as_ref().and_then(|it| it.dyn_ref::<HtmlElement>()) {
                // Only a detached element refuses focus.
                let _ = input.focus();
            }
        })
    };
    let closed = {
        let leave = Rc::clone(&leave);
        move |event: Event| {
            let state = js_sys::Reflect::get(&event, &JsValue::from_str("newState")).ok();
            if state.and_then(|state| state.as_string()).as_deref() == Some("closed") {
                // The browser gives the focus back to the button, where it was inside of the list.
                let root = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok());
                leave(root.is_some_and(|root| root.matches(":focus-within").unwrap_or_default()));
            }
        }
    };
    let choices = Choices::new(id, list, rows, leave);
    let popover = Element::new("div", "list", sheet)
        .attr("id", id)
        .attr("popover", "auto")
        .attr("role", "dialog")
        .attr("aria-label", &list.name)
        .attr("dir", &list.direction)
        .on("beforetoggle", Box::new(closed))
        .child(choices.search)
        .child(choices.rows)
        .child(choices.none);
    let node = popover.node().clone();
    let shown = popover.show_at_end_of(&parent);
    // Only a name that is no attribute's is refused.
    let _ = button.set_attribute("aria-expanded", "true");
    open.replace(Some(shown));
    // A browser without popovers shows it where it stands.
    let _ = node.unchecked_ref::<Popover>().show_popover();
    if let Some(search) = node.query_selector("input").ok().flatten() {
        // Only a detached element refuses focus.
        let _ = search.unchecked_into::<HtmlElement>().focus();
    }
    (choices.begin)();
}
