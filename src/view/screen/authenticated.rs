//! You are signed in.

use latch_flow::Event;
use leptos::prelude::*;

use crate::{
    dictionary::Text,
    style,
    view::{
        Login, busy,
        part::{button::button, form::form},
    },
};

/// The authenticated screen.
#[component]
pub fn Authenticated(
    /// The login.
    login: Login,
) -> AnyView {
    let label = login.signal(|view| {
        let text = if view.is_busy() { Text::SigningOut } else { Text::SignOut };
        text.english().to_owned()
    });
    let busy = login.signal(busy);
    let parts = vec![button("button quiet", label, busy, busy, None)];
    form(style::AUTHENTICATED, Box::new(move |_| login.send(Event::SignOutRequested)), parts)
}
