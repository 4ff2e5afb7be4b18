//! What was the code?

use std::rc::Rc;

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
            button::Button,
            element::Element,
            field::{Field, Input},
            form::Form,
            message::Message,
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
) -> Element {
    if mode == CodeMode::Enter { enter(login) } else { over(login, mode) }
}

/// A code can be entered.
fn enter(login: Login) -> Element {
    let length = untrack(|| login.code(|it| it.length));
    let read = move |text: String| {
        let code = digits::read(&text, length as usize);
        login.send(Event::CodeEntered(text));
        code
    };
    let code = Input {
        name: "otp",
        kind: "text",
        input_mode: "numeric",
        autocomplete: "one-time-code",
        enter_key: "done",
        value: String::new(),
        cells: length,
    };
    let label = login.live(|view| {
        let text = if is_verifying(view) { Text::Verifying } else { Text::Verify };
        text.english().to_owned()
    });
    view! {
        <Form sheet=style::CODE submit=Box::new(move |typed| login.send(Event::CodeSubmitted(typed)))>
            <Field
                sheet=style::CODE_FIELD
                id=login.id("code")
                label=dictionary::fill(Text::CodeLabel, &length.to_string())
                input=code
                advice=Text::CodeAdvice.english()
                read=Rc::new(read)
                hint=login.live(|view| view::code(view).map(hint).unwrap_or_default())
                error=login.live(problem)
                invalid=login.live(invalid)
            />
            <Button
                kind="button primary"
                label
                busy=login.live(|view| is_verifying(view).to_string())
                off=login.live(busy)
            />
            <Button
                kind="button link"
                label=login.live(resend_label)
                busy=login.live(|_| false.to_string())
                off=login.live(cannot_resend)
                press=Box::new(move || login.send(Event::ResendRequested))
            />
        </Form>
    }
    .into_inner()
}

/// No code can be entered any more: one press leads on.
fn over(login: Login, mode: CodeMode) -> Element {
    let error = login.live(|view| {
        let problem = problem(view);
        let over = view::code(view).and_then(|code| dictionary::over(code.mode));
        if problem.is_empty() { over.map(Text::english).unwrap_or_default().to_owned() } else { problem }
    });
    let submit = Box::new(move |_| {
        let is_stalled = mode == CodeMode::Stalled;
        login.send(if is_stalled { Event::CodeSubmitted(String::new()) } else { Event::ResendRequested });
    });
    view! {
        <Form sheet=style::CODE submit>
            <Message id=login.id("over") error hint=login.live(|_| String::new()) />
            <Button
                kind="button primary"
                label=login.live(resend_label)
                busy=login.live(busy)
                off=login.live(cannot_resend)
            />
        </Form>
    }
    .into_inner()
}

fn hint(code: &CodeView) -> String {
    match (code.resends, code.minutes) {
        (1.., _) => Text::Resent.english().to_owned(),
        (_, 1) => Text::CodeMinute.english().to_owned(),
        (_, minutes) => dictionary::fill(Text::CodeMinutes, &minutes.to_string()),
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
            return dictionary::fill(Text::ResendIn, &dictionary::clock(code.resend_in));
        }
        _ => Text::Resend,
    };
    text.english().to_owned()
}
