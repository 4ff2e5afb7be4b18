//! What a picker lists: a search field, and a row for everything that fits.
//!
//! The focus stays in the field; the row that Enter takes is its active descendant (ARIA, combobox).

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use wasm_bindgen::{JsCast, prelude::wasm_bindgen};
use web_sys::{Event, HtmlInputElement, KeyboardEvent};

use super::{
    element::Element,
    picker::{Choice, List},
};
use crate::style;

#[wasm_bindgen]
extern "C" {
    // Not web-sys's, which has options as a type of their own.
    #[wasm_bindgen(extends = web_sys::Element)]
    type Row;
    #[wasm_bindgen(method, js_name = scrollIntoView)]
    fn scroll_into_view(this: &Row, options: &js_sys::Object);
}

/// How far a press on the keys for whole pages goes.
const PAGE: usize = 7;

/// A row for each choice, in their order. They are most of what opening a list costs, and can be made before.
pub(super) struct Rows(Vec<web_sys::Element>);

impl Rows {
    pub(super) fn new(id: &str, list: &List) -> Self {
        let sheet = style::PICKER;
        let row = |choice: &Choice| {
            let name = Element::new("span", "name", sheet)
                .child(Element::new("span", "own", sheet).label(&choice.name))
                .child(Element::new("bdi", "other", sheet).label(&choice.other_name));
            let row = Element::new("li", "row", sheet)
                .attr("id", &[id, "-", &choice.key].concat())
                .attr("role", "option")
                .attr("data-key", &choice.key)
                .child(name)
                .child(Element::new("span", "code", sheet).attr("dir", "ltr").label(&choice.code));
            // It has no listener to keep.
            row.node().clone()
        };
        Self((list.choices)().iter().map(row).collect())
    }
}

/// The inside of an open list.
pub(super) struct Choices {
    pub(super) search: Element,
    pub(super) rows: Element,
    pub(super) none: Element,
    /// Shows everything; to be called when all of it is on the page.
    pub(super) begin: Box<dyn FnOnce()>,
}

/// The rows that are shown, and the one that is active.
struct State {
    list: Rc<List>,
    input: web_sys::Element,
    list_box: web_sys::Element,
    none: web_sys::Element,
    rows: Rc<Rows>,
    shown: RefCell<Vec<usize>>,
    active: Cell<usize>,
    marked: RefCell<Option<web_sys::Element>>,
    leave: Rc<dyn Fn(bool)>,
}

impl Choices {
    /// `leave` closes the list; with `true` the user goes on in the form.
    pub(super) fn new(id: &str, list: &Rc<List>, rows: Rc<Rows>, leave: Rc<dyn Fn(bool)>) -> Self {
        let sheet = style::PICKER;
        let (rows_id, current) = ([id, "-rows"].concat(), (list.current)());
        let list_box = Element::new("ul", "rows", sheet)
            .attr("id", &rows_id)
            .attr("role", "listbox")
            .attr("aria-label", &list.name);
        for row in &rows.0 {
            let is_current = row.get_attribute("data-key").as_ref() == Some(&current);
            // Only a name that is no attribute's is refused.
            let _ = row.set_attribute("data-current", &is_current.to_string());
            let _ = row.set_attribute("aria-selected", "false");
        }
        let none = Element::new("p", "none", sheet).attr("role", "status");
        let search = Element::new("input", "search", sheet)
            .attr("type", "text")
            .attr("role", "combobox")
            .attr("aria-label", &list.search)
            .attr("placeholder", &list.search)
            .attr("aria-expanded", "true")
            .attr("aria-controls", &rows_id)
            .attr("aria-autocomplete", "list")
            .attr("autocomplete", "off")
            .attr("autocapitalize", "none")
            .attr("spellcheck", "false")
            .attr("enterkeyhint", "done");
        let state = Rc::new(State {
            list: Rc::clone(list),
            input: search.node().clone(),
            list_box: list_box.node().clone(),
            none: none.node().clone(),
            rows,
            shown: RefCell::default(),
            active: Cell::new(0),
            marked: RefCell::default(),
            leave,
        });
        let (by_text, by_key, by_press, first) =
            (Rc::clone(&state), Rc::clone(&state), Rc::clone(&state), state);
        Self {
            search: search
                .on("input", Box::new(move |_| by_text.search()))
                .on("keydown", Box::new(move |event| by_key.press(&event))),
            rows: list_box.on("click", Box::new(move |event| by_press.take(&event))),
            none,
            begin: Box::new(move || first.search()),
        }
    }
}

impl State {
    /// Shows what fits.
    fn search(&self) {
        let typed = self.input.unchecked_ref::<HtmlInputElement>().value();
        let found = (self.list.find)(&typed);
        self.list_box.set_text_content(None);
        for place in &found {
            if let Some(row) = self.rows.0.get(*place) {
                // Only an ancestor cannot become a child.
                let _ = self.list_box.append_child(row);
            }
        }
        // Said, because it comes into a line that is there already.
        self.none.set_text_content(Some(if found.is_empty() { &self.list.none } else { "" }));
        self.shown.replace(found);
        self.activate(0);
    }

    fn press(&self, event: &Event) {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        // Half a composition: the keys are the keyboard's own.
        if event.is_composing() {
            return;
        }
        let (at, last) = (self.active.get(), self.shown.borrow().len().saturating_sub(1));
        let to = match event.key().as_str() {
            "ArrowDown" if at == last => 0,
            "ArrowDown" => at + 1,
            "ArrowUp" if at == 0 => last,
            "ArrowUp" => at - 1,
            "PageDown" => last.min(at + PAGE),
            "PageUp" => at.saturating_sub(PAGE),
            "Home" => 0,
            "End" => last,
            "Enter" => {
                event.prevent_default();
                let row = self.shown.borrow().get(at).and_then(|place| self.rows.0.get(*place)).cloned();
                if let Some(row) = row {
                    self.choose(&row);
                }
                return;
            }
            // Escape is the browser's to hear; where it has no popovers, ours.
            "Escape" | "Tab" => {
                event.prevent_default();
                event.stop_propagation();
                (self.leave)(true);
                return;
            }
            _ => return,
        };
        event.prevent_default();
        self.activate(to);
    }

    fn activate(&self, to: usize) {
        let row = |at: usize| self.shown.borrow().get(at).and_then(|place| self.rows.0.get(*place)).cloned();
        self.active.set(to);
        let row = row(to);
        // Only a name that is no attribute's is refused.
        if let Some(before) = self.marked.replace(row.clone()) {
            let _ = before.set_attribute("aria-selected", "false");
        }
        let Some(row) = row else {
            let _ = self.input.remove_attribute("aria-activedescendant");
            return;
        };
        let _ = row.set_attribute("aria-selected", "true");
        let _ = self.input.set_attribute("aria-activedescendant", &row.id());
        let nearest = js_sys::Object::new();
        // Setting a property of a plain object that we just made cannot fail.
        let _ = js_sys::Reflect::set(&nearest, &"block".into(), &"nearest".into());
        row.unchecked_ref::<Row>().scroll_into_view(&nearest);
    }

    /// A row was pressed.
    fn take(&self, event: &Event) {
        let pressed = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok());
        if let Some(row) = pressed.and_then(|it| it.closest("li").ok().flatten()) {
            self.choose(&row);
        }
    }

    fn choose(&self, row: &web_sys::Element) {
        let key = row.get_attribute("data-key").unwrap_or_default();
        (self.list.choose)(key);
        (self.leave)(true);
    }
}
