//! Who are you?

use latch_flow::{Event, FULL, Takes, View, config::Method, view::Screen};
use leptos::prelude::*;

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
            message::Message,
        },
        phone::{self, Phone},
        problem,
    },
};

/// The identifier screen.
#[component]
pub fn Identifier(
    /// The login.
    login: Login,
) -> Element {
    let takes = untrack(|| login.takes());
    let (label, name, kind, mode, autocomplete) = match takes {
        Takes::Email => (Text::EmailLabel, "email", "email", "email", "email"),
        Takes::Phone | Takes::PhoneFirst => (Text::PhoneLabel, "phone", "tel", "tel", "tel"),
        // `email` has letters and the @ at hand, and digits one key away. The browser's own idea of an
        // address would refuse a number.
        Takes::Nothing if FULL => return leave(&login),
        Takes::Both | Takes::Nothing => (Text::IdentifierLabel, "username", "text", "email", "username"),
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
    let Phone { sheet, picker, read, other } = phone.unwrap_or_default();
    let form = view! {
        <Form sheet=style::IDENTIFIER submit=login.submitted(Event::IdentifierSubmitted)>
            <Field
                sheet
                id=login.id("identifier")
                label=name
                input
                beside=picker
                read
                hint=login.live(phone::reading)
                error=login.live(problem)
                invalid=login.live(invalid)
            />
            <Button kind="button primary" label busy=busy.clone() off=busy />
        </Form>
    }
    .into_inner();
    if let Some(other) = other { form.child(other) } else { form }
}

/// The hosted page asks who they are: one press leads there.
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
