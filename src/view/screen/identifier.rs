//! Who are you?

use latch_flow::Event;
use leptos::prelude::*;

use crate::{
    dictionary::Text,
    style,
    view::{
        Login, busy, invalid,
        part::{
            button::Button,
            element::Element,
            field::{Field, Input},
            form::Form,
        },
        problem,
    },
};

/// The identifier screen.
#[component]
pub fn Identifier(
    /// The login.
    login: Login,
) -> Element {
    let email = Input {
        name: "email",
        kind: "email",
        input_mode: "email",
        autocomplete: "email",
        enter_key: "next",
        value: untrack(|| login.who()),
        cells: 0,
    };
    let label = login.live(|view| {
        let text = if view.is_busy() { Text::Sending } else { Text::Continue };
        text.english().to_owned()
    });
    let busy = login.live(busy);
    view! {
        <Form sheet=style::IDENTIFIER submit=Box::new(move |typed| login.send(Event::IdentifierSubmitted(typed)))>
            <Field
                sheet=style::FIELD
                id=login.id("email")
                label=Text::EmailLabel.english().to_owned()
                input=email
                hint=login.live(|_| String::new())
                error=login.live(problem)
                invalid=login.live(invalid)
            />
            <Button kind="button primary" label busy=busy.clone() off=busy />
        </Form>
    }
    .into_inner()
}
