//! The page's own words for what is wrong: `errorTransformer` of the element.
//!
//! It is asked before a picture is shown, once about each thing that is wrong, and never while anything of the login
//! is being read: what it calls of the element may change that.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use js_sys::{Function, JsString, Object, Reflect};
use latch_flow::{
    View,
    view::{Failure, Screen},
};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

use super::{Phrase, Words, over, problem};

/// Asks the page.
pub struct Transformer {
    element: HtmlElement,
    log: Option<Function>,
    words: Rc<Words>,
    /// What it was asked about last.
    last: RefCell<Option<Wrong>>,
    has_warned: Cell<bool>,
}

/// Something that is wrong.
#[derive(Clone, PartialEq, Eq)]
struct Wrong {
    phrase: Phrase,
    step: &'static str,
    /// Tells the same problem from the one before.
    refusals: u32,
    failure: Option<Failure>,
}

impl Transformer {
    /// For an element whose login says these words, and that takes a level and a line for its developer.
    pub fn new(element: HtmlElement, log: Option<Function>, words: Rc<Words>) -> Self {
        Self { element, log, words, last: RefCell::default(), has_warned: Cell::default() }
    }

    /// Takes in what is about to be shown, and has the words say what the page wants said about it.
    pub fn take(&self, view: &View) {
        let wrong = wrong(view);
        if self.last.replace(wrong.clone()) == wrong {
            return;
        }
        self.words.say_instead(None);
        if let Some(said) = wrong.and_then(|wrong| self.ask(&wrong)) {
            self.words.say_instead(Some(said));
        }
    }

    fn ask(&self, wrong: &Wrong) -> Option<String> {
        let name = JsValue::from_str("errorTransformer");
        let function = Reflect::get(&self.element, &name).ok()?.dyn_into::<Function>().ok()?;
        match function.call1(&JsValue::NULL, &self.described(wrong)) {
            Ok(said) if said.is_null() || said.is_undefined() => None,
            Ok(said) => {
                let text = said.as_string().filter(|text| !text.trim().is_empty());
                if text.is_none() {
                    self.warn("errorTransformer gave no text");
                }
                text
            }
            Err(thrown) => {
                let thrown = thrown.dyn_ref::<Object>().map(Object::to_string);
                let thrown = thrown.map(String::from).unwrap_or_default();
                self.warn(&["errorTransformer threw ", &thrown].concat());
                None
            }
        }
    }

    /// As the page gets it.
    fn described(&self, wrong: &Wrong) -> Object {
        let failure = |read: fn(&Failure) -> &str| {
            let text = wrong.failure.as_ref().map(read).filter(|text| !text.is_empty());
            text.map_or(JsValue::NULL, JsValue::from_str)
        };
        let error = Object::new();
        for (name, value) in [
            ("code", JsValue::from_str(wrong.phrase.0.key())),
            ("error", failure(|it| &it.error)),
            ("description", failure(|it| &it.description)),
            ("step", JsValue::from_str(wrong.step)),
            ("message", JsString::from(self.words.phrase(wrong.phrase)).into()),
        ] {
            // Setting a property of a plain object that we just made cannot fail.
            let _ = Reflect::set(&error, &JsValue::from_str(name), &value);
        }
        error
    }

    fn warn(&self, text: &str) {
        let Some(log) = self.log.as_ref().filter(|_| !self.has_warned.replace(true)) else { return };
        // The shim's function does not throw.
        let _ = log.call2(&JsValue::NULL, &JsValue::from_str("warn"), &JsValue::from_str(text));
    }
}

fn wrong(view: &View) -> Option<Wrong> {
    let (refusals, code) = match &view.screen {
        Screen::Identifier(it) => (it.refusals, None),
        Screen::Captcha(it) => (it.refusals, None),
        Screen::Code(it) => (it.refusals, Some(it)),
        _ => return None,
    };
    let said = view.problem().map(|it| problem(it, code.map_or(0, |code| code.length)));
    let phrase = said.or_else(|| Some((over(code?)?, None)))?;
    Some(Wrong { phrase, step: view.name().as_str(), refusals, failure: view.failure.clone() })
}
