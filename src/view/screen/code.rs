//! What was the code?

use latch_flow::{
    Event, View, digits,
    view::{CodeMode, CodeView},
};
use leptos::prelude::*;

use crate::{
    dictionary::{self, Text},
    style,
    view::{
        self, Login, busy, invalid,
        part::{
            button::button,
            field::{Field, field},
            form::form,
            message::message,
        },
        problem,
    },
};

/// The code screen.
#[component]
pub fn Code(
    /// The login.
    login: Login,
    /// What the screen asks for.
    mode: CodeMode,
) -> AnyView {
    if mode == CodeMode::Enter { enter(login) } else { over(login, mode) }
}

/// A code can be entered.
fn enter(login: Login) -> AnyView {
    let length = untrack(|| login.code(|it| it.length));
    let read = move |text: String| {
        let code = digits::read(&text, length as usize);
        login.send(Event::CodeEntered(text));
        code
    };
    let code = Field {
        class: style::CODE_FIELD,
        id: login.id("code"),
        label: dictionary::fill(Text::CodeLabel, "{length}", &length.to_string()),
        name: "otp",
        kind: "text",
        input_mode: "numeric",
        autocomplete: "one-time-code",
        enter_key: "done",
        value: String::new(),
        cells: length,
        advice: Text::CodeAdvice.english(),
        read: Some(Box::new(read)),
        hint: login.signal(|view| view::code(view).map(hint).unwrap_or_default()),
        error: login.signal(problem),
        invalid: login.signal(invalid),
    };
    let verifying = login.signal(|view| is_verifying(view).to_string());
    let label = login.signal(|view| {
        let text = if is_verifying(view) { Text::Verifying } else { Text::Verify };
        text.english().to_owned()
    });
    let resend = Box::new(move || login.send(Event::ResendRequested));
    let idle = login.signal(|_| false.to_string());
    let parts = vec![
        field(code),
        button("button primary", label, verifying, login.signal(busy), None),
        button("button link", login.signal(resend_label), idle, login.signal(cannot_resend), Some(resend)),
    ];
    form(style::CODE, Box::new(move |typed| login.send(Event::CodeSubmitted(typed))), parts)
}

/// No code can be entered any more: one press leads on.
fn over(login: Login, mode: CodeMode) -> AnyView {
    let error = login.signal(|view| {
        let problem = problem(view);
        let over = view::code(view).and_then(|code| dictionary::over(code.mode));
        if problem.is_empty() { over.map(Text::english).unwrap_or_default().to_owned() } else { problem }
    });
    let submit = move |_| {
        let is_stalled = mode == CodeMode::Stalled;
        login.send(if is_stalled { Event::CodeSubmitted(String::new()) } else { Event::ResendRequested });
    };
    let parts = vec![
        message(login.id("over"), error, login.signal(|_| String::new())),
        button(
            "button primary",
            login.signal(resend_label),
            login.signal(busy),
            login.signal(cannot_resend),
            None,
        ),
    ];
    form(style::CODE, Box::new(submit), parts)
}

fn hint(code: &CodeView) -> String {
    match (code.resends, code.minutes) {
        (1.., _) => Text::Resent.english().to_owned(),
        (_, 1) => Text::CodeMinute.english().to_owned(),
        (_, minutes) => dictionary::fill(Text::CodeMinutes, "{minutes}", &minutes.to_string()),
    }
}

fn is_verifying(view: &View) -> bool {
    view::code(view).is_some_and(CodeView::is_verifying)
}

fn cannot_resend(view: &View) -> String {
    let waits = view::code(view).is_some_and(|code| code.mode != CodeMode::Stalled && code.resend_in > 0);
    (waits || view.is_busy()).to_string()
}

/// What the press for another code says: that it will, how long until it can, or that it does.
fn resend_label(view: &View) -> String {
    let text = match view::code(view) {
        Some(code) if code.mode == CodeMode::Stalled => Text::TryAgain,
        Some(code) if code.is_resending() => Text::Sending,
        Some(code) if code.resend_in > 0 => {
            return dictionary::fill(Text::ResendIn, "{time}", &dictionary::clock(code.resend_in));
        }
        _ => Text::Resend,
    };
    text.english().to_owned()
}
