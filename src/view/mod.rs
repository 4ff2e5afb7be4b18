//! What people see: one file per screen, named like the state it shows, and the parts they share.
//!
//! Screens read the [`View`] and send [`Event`]s; they know neither the network nor the storage.

use std::rc::Rc;

use latch_flow::{
    Event, View,
    view::{AuthenticatedView, CodeView, IdentifierView, Screen, ScreenName, Status},
};
use leptos::prelude::*;

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

impl Login {
    /// A picture that changes, and where events go.
    pub fn new(view: ReadSignal<View>, send: Rc<dyn Fn(Event)>, number: u32) -> Self {
        Self { view, send: StoredValue::new_local(send), number }
    }

    /// Sends an event to the flow.
    pub fn send(self, event: Event) {
        // Gone when the element is being taken off the page.
        if let Some(send) = self.send.try_get_value() {
            send(event);
        }
    }

    /// An id that no other element on the page has.
    pub fn id(self, name: &str) -> String {
        format!("latch-{}-{name}", self.number)
    }

    /// Which screen is up.
    pub fn screen(self) -> ScreenName {
        self.view.with(View::name)
    }

    /// What a screen reader is told, and how long the code is.
    pub fn status(self) -> Option<(Status, u32)> {
        let length = self.code(|code| code.length);
        self.view.with(|view| view.status.clone()).map(|status| (status, length))
    }

    /// Reads from the identifier screen's view; the default while another screen is up.
    pub fn identifier<T: Default>(self, read: impl Fn(&IdentifierView) -> T) -> T {
        self.view.with(|view| match &view.screen {
            Screen::Identifier(it) => read(it),
            _ => T::default(),
        })
    }

    /// Reads from the code screen's view; the default while another screen is up.
    pub fn code<T: Default>(self, read: impl Fn(&CodeView) -> T) -> T {
        self.view.with(|view| match &view.screen {
            Screen::Code(it) => read(it),
            _ => T::default(),
        })
    }

    /// Reads from the authenticated screen's view; the default while another screen is up.
    pub fn authenticated<T: Default>(self, read: impl Fn(&AuthenticatedView) -> T) -> T {
        self.view.with(|view| match &view.screen {
            Screen::Authenticated(it) => read(it),
            _ => T::default(),
        })
    }
}
