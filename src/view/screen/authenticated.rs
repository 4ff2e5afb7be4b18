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
    let label =
        login.live(|view, words| words.say(if view.is_busy() { Text::SigningOut } else { Text::SignOut }));
    let busy = login.live(busy);
    let submit = login.submitted(|_| Event::SignOutRequested);
    view! {
        <Form sheet=style::AUTHENTICATED submit>
            <Button kind="button quiet" label busy=busy.clone() off=busy />
        </Form>
    }
    .into_inner()
}
