//! Who are you?

use latch_flow::Event;
use leptos::prelude::*;

use crate::{
    dictionary::Text,
    style,
    view::{
        Login, busy, invalid,
        part::{
            button::button,
            field::{Field, field},
            form::form,
        },
        problem,
    },
};

/// The identifier screen.
#[component]
pub fn Identifier(
    /// The login.
    login: Login,
) -> AnyView {
    let email = Field {
        class: style::FIELD,
        id: login.id("email"),
        label: Text::EmailLabel.english().to_owned(),
        name: "email",
        kind: "email",
        input_mode: "email",
        autocomplete: "email",
        enter_key: "next",
        value: untrack(|| login.who()),
        cells: 0,
        advice: "",
        read: None,
        hint: login.signal(|_| String::new()),
        error: login.signal(problem),
        invalid: login.signal(invalid),
    };
    let label = login.signal(|view| {
        let text = if view.is_busy() { Text::Sending } else { Text::Continue };
        text.english().to_owned()
    });
    let busy = login.signal(busy);
    let parts = vec![field(email), button("button primary", label, busy, busy, None)];
    form(style::IDENTIFIER, Box::new(move |typed| login.send(Event::IdentifierSubmitted(typed))), parts)
}
