//! You are signed in.

use latch_flow::Event;
use leptos::prelude::*;

use crate::{
    dictionary::Text,
    style,
    view::{
        Login, busy,
        part::{button::Button, element::Element, form::Form},
    },
};

/// The authenticated screen.
#[component]
pub fn Authenticated(
    /// The login.
    login: Login,
) -> Element {
    let label = login.live(|view| {
        let text = if view.is_busy() { Text::SigningOut } else { Text::SignOut };
        text.english().to_owned()
    });
    let busy = login.live(busy);
    let submit = Box::new(move |_| login.send(Event::SignOutRequested));
    view! {
        <Form sheet=style::AUTHENTICATED submit>
            <Button kind="button quiet" label busy=busy.clone() off=busy />
        </Form>
    }
    .into_inner()
}
