//! Who are you?

use latch_flow::Event;
use leptos::{ev::SubmitEvent, html::Input, prelude::*};

use crate::{
    dictionary::{self, Text},
    style,
    view::{
        Login,
        part::{button::SubmitButton, field::Field},
    },
};

/// The identifier screen.
#[component]
pub fn Identifier(
    /// The login.
    login: Login,
    /// Whether the user came here from another screen, so that the field is theirs to go on with.
    arrived: bool,
    /// What stood in the field before the wasm arrived.
    draft: Option<String>,
) -> impl IntoView {
    let class = style::IDENTIFIER;
    let input = NodeRef::<Input>::new();
    let value = draft.unwrap_or_else(|| login.identifier(|it| it.value.clone()));
    let problem = Memo::new(move |_| login.identifier(|it| it.problem));
    let error = Signal::derive(move || problem.get().map(|problem| dictionary::problem(problem, 0)));
    let is_invalid = Signal::derive(move || problem.get().is_some_and(latch_flow::Problem::is_about_input));
    let sending = Memo::new(move |_| login.identifier(|it| it.sending));
    let refusals = Memo::new(move |_| login.identifier(|it| it.refusals));

    Effect::new(move |before: Option<u32>| {
        let now = refusals.get();
        let is_refused = before.is_some_and(|before| before != now);
        if (is_refused || (before.is_none() && arrived))
            && let Some(input) = input.get_untracked()
        {
            // Only a detached element refuses focus.
            let _ = input.focus();
        }
        now
    });

    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(input) = input.get_untracked() {
            login.send(Event::IdentifierSubmitted(input.value()));
        }
    };
    view! { class = class,
        <form class="form" name="latch" novalidate="" on:submit=submit>
            <Field
                id=login.id("email")
                label=Text::EmailLabel.english()
                name="email"
                kind="email"
                autocomplete="email"
                value=value
                node_ref=input
                error=error
                is_invalid=is_invalid
                is_read_only=sending
            />
            <SubmitButton label=Text::Continue.english() busy_label=Text::Sending.english() is_busy=sending />
        </form>
    }
}
