//! Who are you?

#[cfg(feature = "full")]
mod remembered;

use std::rc::Rc;

use latch_flow::{Event, FULL, Takes, View, config::Method, view::Screen};
use leptos::prelude::*;

#[cfg(feature = "full")]
use crate::view::{around, part::message::Message};
use crate::{
    dictionary::Text,
    style,
    view::{
        Login, busy, checking, invalid,
        part::{
            button::Button,
            element::Element,
            field::{Field, Input},
            form::Form,
        },
        phone::{self, Phone},
        problem, suggested, suggestion,
    },
};

/// The identifier screen.
#[component]
pub fn Identifier(
    /// The login.
    login: Login,
) -> Element {
    #[cfg(feature = "full")]
    if login.moment().stage.is_remembered {
        return around::around(&login, remembered::remembered(&login));
    }
    let takes = untrack(|| login.takes());
    let (label, name, kind, mode, autocomplete) = match takes {
        Takes::Email => (Text::EmailLabel, "email", "email", "email", "email"),
        Takes::Phone | Takes::PhoneFirst => (Text::PhoneLabel, "phone", "tel", "tel", "tel"),
        // `email` has letters and the @ at hand, and digits one key away. The browser's own idea of an
        // address would refuse a number.
        #[cfg(feature = "full")]
        Takes::Nothing => return around::around(&login, leave(&login)),
        #[cfg(not(feature = "full"))]
        Takes::Nothing => (Text::EmailLabel, "email", "email", "email", "email"),
        Takes::Both => (Text::IdentifierLabel, "username", "text", "email", "username"),
    };
    let input = Input {
        name,
        kind,
        input_mode: mode,
        autocomplete,
        enter_key: "next",
        value: untrack(|| login.who()),
        cells: 0,
    };
    let name = login.words.say(label);
    let label =
        login.live(|view, words| words.say(if view.is_busy() { sending(view) } else { Text::Continue }));
    let busy = login.live(busy);
    let phone = takes.takes_phone().then(|| phone::parts(&login, takes));
    let Phone { sheet, beside, read, other } = phone.unwrap_or_default();
    let takes_address = takes == Takes::Email || FULL && takes.other().is_some();
    let offered = takes_address.then(|| login.live(|view, _| suggested(view).to_owned()));
    let entered = login.submitted(Event::IdentifierEntered);
    let read = read.unwrap_or_else(|| {
        Rc::new(move |text: String| {
            entered(text.clone());
            text
        })
    });
    #[cfg(feature = "full")]
    let surrounded = login.clone();
    let form = view! {
        <Form sheet=style::IDENTIFIER submit=login.submitted(Event::IdentifierSubmitted)>
            <Field
                sheet
                id=login.id("identifier")
                label=name
                input
                beside
                read=Some(read)
                hint=login.live(suggestion)
                suggestion=offered
                error=login.live(problem)
                invalid=login.live(invalid)
            />
            <Consent login=login.clone() />
            <Button kind="button primary" label busy=busy.clone() off=busy />
        </Form>
    }
    .into_inner();
    let form = if let Some(other) = other { form.child(other) } else { form };
    #[cfg(feature = "full")]
    let form = around::around(&surrounded, form);
    form
}

/// What has to be accepted before anything is sent.
#[component]
fn Consent(
    /// The login.
    login: Login,
) -> Option<Element> {
    #[cfg(feature = "full")]
    let consent = around::consent(&login);
    #[cfg(not(feature = "full"))]
    let consent = {
        drop(login);
        None
    };
    consent
}

/// The hosted page asks who they are: one press leads there.
#[cfg(feature = "full")]
fn leave(login: &Login) -> Element {
    let busy = login.live(busy);
    view! {
        <Form sheet=style::IDENTIFIER submit=login.submitted(Event::IdentifierSubmitted)>
            <Message id=login.id("identifier") error=login.live(problem) hint=login.live(|_, _| String::new()) />
            <Button
                kind="button primary"
                label=login.live(|_, words| words.say(Text::Continue))
                busy=busy.clone()
                off=busy
            />
        </Form>
    }
    .into_inner()
}

/// What a press at work says.
fn sending(view: &View) -> Text {
    if let Some(checking) = checking(view) {
        return checking;
    }
    match &view.screen {
        Screen::Identifier(it) if FULL && it.method == Method::Link => Text::SendingLink,
        _ => Text::Sending,
    }
}
