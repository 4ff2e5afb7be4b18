//! What people see: one file per screen, named like the state it shows, and the parts they share.
//!
//! Screens read the [`View`] and send [`Event`]s; they know neither the network nor the storage.
//!
//! Components are composed in `view!`; see [`part::element`] for what they are made of.

#![expect(clippy::needless_pass_by_value, reason = "components own their props")]

use std::{cell::Cell, rc::Rc};

use latch_flow::{
    Connection, Event, Takes, View,
    view::{CodeMode, CodeView, Screen, ScreenName},
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};

use crate::dictionary;
use part::element::{Live, follow};

pub mod header;
pub mod part;
pub mod screen;

/// What every screen is given: the picture, and the way back in.
#[derive(Clone, Copy)]
pub struct Login {
    view: ReadSignal<View>,
    send: StoredValue<Rc<dyn Fn(Event)>, LocalStorage>,
    /// Told apart from the ids of other elements on the page.
    number: u32,
}

/// What decides which nodes there are; everything else changes inside of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Which screen is up.
    pub screen: ScreenName,
    /// What the code screen asks for.
    pub mode: Option<CodeMode>,
}

impl Stage {
    /// One text for each stage.
    pub fn key(self) -> String {
        let mode = self.mode.map_or("", CodeMode::as_str);
        [self.screen.as_str(), mode].concat()
    }
}

impl Login {
    /// A picture that changes, and where events go.
    pub fn new(view: ReadSignal<View>, send: Rc<dyn Fn(Event)>, number: u32) -> Self {
        Self { view, send: StoredValue::new_local(send), number }
    }

    /// Sends an event to the flow, which knows whether it makes sense now.
    pub fn send(self, event: Event) {
        // Gone when the element is being taken off the page.
        if let Some(send) = self.send.try_get_value() {
            send(event);
        }
    }

    /// An id that no other element on the page has.
    pub fn id(self, name: &str) -> String {
        ["latch-", &self.number.to_string(), "-", name].concat()
    }

    /// What decides which nodes there are.
    pub fn stage(self) -> Stage {
        self.view.with(|view| Stage { screen: view.name(), mode: code(view).map(|code| code.mode) })
    }

    /// Something that is read off the picture, whenever it changes.
    pub fn live(self, read: fn(&View) -> String) -> Live {
        let view = self.view;
        Rc::new(move || view.with(read))
    }

    /// Reads from the code screen's view; zero while another screen is up.
    pub fn code(self, read: fn(&CodeView) -> u32) -> u32 {
        self.view.with(|view| code(view).map_or(0, read))
    }

    /// Whether the code went to a phone.
    pub fn is_by_phone(self) -> bool {
        self.view.with(|view| connection(view) == Connection::Sms)
    }

    /// What the field of the identifier screen takes.
    pub fn takes(self) -> Takes {
        self.view.with(|view| match &view.screen {
            Screen::Identifier(it) => it.takes,
            _ => Takes::default(),
        })
    }

    /// The address or number that the screen is about.
    pub fn who(self) -> String {
        self.view.with(who)
    }

    /// Keeps the focus where the user goes on: in the field when they come to a screen, and when what
    /// they entered was refused; on the heading where there is no field.
    pub fn attend(self, form: HtmlElement, chrome: HtmlElement) {
        let find = |root: &HtmlElement, selector| {
            root.query_selector(selector).ok().flatten().and_then(|it| it.dyn_into::<HtmlElement>().ok())
        };
        let last = Cell::new(None::<(Stage, u32)>);
        let moved = move |_: &str| {
            let (stage, refusals) = untrack(|| (self.stage(), self.view.with(refusals)));
            let Some(before) = last.replace(Some((stage, refusals))) else { return };
            let is_same = before.0.screen == stage.screen;
            let is_refused = is_same && before.1 < refusals;
            // A new code was sent in the place of a dead one: its field is new.
            let is_renewed = before.0.mode != stage.mode && stage.mode == Some(CodeMode::Enter);
            if is_same && !is_refused && !is_renewed {
                return;
            }
            if let Some(field) = find(&form, ":scope>[slot=latch] input") {
                // Only a detached element refuses focus.
                let _ = field.focus();
                if is_refused && stage.screen == ScreenName::Code {
                    // The next key overtypes what was wrong, and a screen reader can still read it.
                    field.unchecked_into::<HtmlInputElement>().select();
                }
            } else if let Some(heading) = find(&chrome, "h2") {
                let _ = heading.focus();
            }
        };
        let place: Live =
            Rc::new(move || [self.stage().key(), self.view.with(refusals).to_string()].concat());
        follow(&place, Box::new(moved));
    }
}

/// Whether a request is on its way, as ARIA wants it.
pub fn busy(view: &View) -> String {
    view.is_busy().to_string()
}

/// Whether what stands in the field is wrong, as ARIA wants it.
pub fn invalid(view: &View) -> String {
    view.problem().is_some_and(latch_flow::Problem::is_about_input).to_string()
}

/// What is wrong, in words; empty when nothing is.
pub fn problem(view: &View) -> String {
    view.problem().map(|problem| dictionary::problem(problem, length(view))).unwrap_or_default()
}

/// What a screen reader is told.
pub fn status(view: &View) -> String {
    view.status.as_ref().map(|status| dictionary::status(status, length(view))).unwrap_or_default()
}

/// The address or number that the screen is about.
pub fn who(view: &View) -> String {
    match &view.screen {
        Screen::Identifier(it) => it.value.clone(),
        Screen::Code(it) => it.destination.clone(),
        Screen::Authenticated(it) => it.identifier.clone(),
        Screen::Starting | Screen::Failure(_) => String::new(),
    }
}

/// Which way the code of the code screen went.
pub fn connection(view: &View) -> Connection {
    code(view).map(|code| code.connection).unwrap_or_default()
}

/// The code screen's view, while it is up.
pub fn code(view: &View) -> Option<&CodeView> {
    if let Screen::Code(code) = &view.screen { Some(code) } else { None }
}

fn length(view: &View) -> u32 {
    code(view).map_or(0, |code| code.length)
}

fn refusals(view: &View) -> u32 {
    match &view.screen {
        Screen::Identifier(it) => it.refusals,
        Screen::Code(it) => it.refusals,
        _ => 0,
    }
}
