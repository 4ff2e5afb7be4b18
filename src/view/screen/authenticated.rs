//! You are signed in.

use latch_flow::Event;
use leptos::{ev::SubmitEvent, prelude::*};

use crate::{
    dictionary::Text,
    style,
    view::{Login, part::button::QuietButton},
};

/// The authenticated screen.
#[component]
pub fn Authenticated(
    /// The login.
    login: Login,
) -> impl IntoView {
    let class = style::AUTHENTICATED;
    let leaving = Memo::new(move |_| login.authenticated(|it| it.leaving));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        login.send(Event::SignOutRequested);
    };
    view! { class = class,
        <form class="form" name="latch" on:submit=submit>
            <QuietButton label=Text::SignOut.english() busy_label=Text::SigningOut.english() is_busy=leaving />
        </form>
    }
}
