//! What was the code?

#[cfg(feature = "full")]
pub mod waiting;

use std::rc::Rc;

use latch_flow::{
    Event, View, digits,
    view::{CodeMode, CodeView},
};
use leptos::prelude::*;

#[cfg(feature = "full")]
use self::waiting::Waiting;
use crate::{
    dictionary::{self, Text, Words},
    style,
    view::{
        self, Login, busy, checking, invalid,
        part::{
            button::Button,
            element::Element,
            field::{Field, Input},
            form::Form,
            link::{Link, LinkProps},
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
    match mode {
        CodeMode::Enter => enter(&login),
        #[cfg(feature = "full")]
        CodeMode::Link => link(&login),
        #[cfg(feature = "full")]
        CodeMode::Returning => returning(&login),
        _ => over(&login, mode),
    }
}

/// A link was sent: what is to be done is done in the mail.
#[cfg(feature = "full")]
fn link(login: &Login) -> Element {
    let hint = login.live(|view, words| {
        let resent = view::code(view).is_some_and(|code| code.resends > 0);
        words.say(if resent { Text::LinkResent } else { Text::LinkHint })
    });
    view! {
        <Form sheet=style::CODE submit=login.submitted(|_| Event::ResendRequested)>
            <Message id=login.id("link") error=login.live(problem) hint />
            <Mailbox login=login.clone() />
            <Waiting login=login.clone() length=0 />
            <Button
                kind="button link"
                label=login.live(resend_label)
                busy=login.live(busy)
                off=login.live(cannot_resend)
            />
        </Form>
    }
    .into_inner()
}

/// The answer that came back is being believed: there is nothing to do.
#[cfg(feature = "full")]
fn returning(login: &Login) -> Element {
    let on = login.live(|_, _| true.to_string());
    view! {
        <Form sheet=style::CODE submit=login.submitted(|_| Event::Woke)>
            <Button
                kind="button quiet"
                label=login.live(|_, words| words.say(Text::ReturningHeading))
                busy=on.clone()
                off=on
            />
        </Form>
    }
    .into_inner()
}

/// What helps while a message is on its way: the full edition's.
#[cfg(not(feature = "full"))]
#[component]
fn Waiting(
    /// The login.
    login: Login,
    /// Digits of the code.
    length: u32,
) -> Option<Element> {
    let _ = (login, length);
    None
}

/// The way to the user's mail, where their provider is one that many use.
#[component]
fn Mailbox(
    /// The login.
    login: Login,
) -> Option<Element> {
    let mailbox = untrack(|| login.mailbox())?;
    let label = login.words.fill(Text::OpenMailbox, mailbox.name);
    Some(Link(LinkProps { label, url: mailbox.url }))
}

/// A code can be entered.
fn enter(login: &Login) -> Element {
    let length = untrack(|| login.code(|it| it.length));
    let entered = login.submitted(Event::CodeEntered);
    let read = move |text: String| {
        let code = digits::read(&text, length as usize);
        entered(text);
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
    let advice = if is_pressed(login) { String::new() } else { login.words.say(Text::CodeAdvice) };
    let label =
        login.live(|view, words| words.say(if is_verifying(view) { Text::Verifying } else { Text::Verify }));
    view! {
        <Form sheet=style::CODE submit=login.submitted(Event::CodeSubmitted)>
            <Field
                sheet=style::CODE_FIELD
                id=login.id("code")
                label=login.words.count(Text::CodeLabel, length)
                input=code
                advice
                read=Some(Rc::new(read))
                hint=login.live(|view, words| view::code(view).map(|code| hint(code, words)).unwrap_or_default())
                error=login.live(problem)
                invalid=login.live(invalid)
            />
            <Button
                kind="button primary"
                label
                busy=login.live(|view, _| is_verifying(view).to_string())
                off=login.live(busy)
            />
            <Mailbox login=login.clone() />
            <Waiting login=login.clone() length />
            <Button
                kind="button link"
                label=login.live(resend_label)
                busy=login.live(|_, _| false.to_string())
                off=login.live(cannot_resend)
                press=login.pressed(|| Event::ResendRequested)
            />
        </Form>
    }
    .into_inner()
}

/// Whether a complete code waits for a press: in the full edition, where the page wants it.
#[cfg(feature = "full")]
fn is_pressed(login: &Login) -> bool {
    untrack(|| login.code(|it| it.is_checked_at_once.into())) == 0
}

/// Whether a complete code waits for a press: in the full edition, where the page wants it.
#[cfg(not(feature = "full"))]
const fn is_pressed(_: &Login) -> bool {
    false
}

/// No code can be entered any more: one press leads on.
fn over(login: &Login, mode: CodeMode) -> Element {
    let error = login.live(|view, words| {
        let problem = problem(view, words);
        let over = view::code(view).and_then(dictionary::over);
        if problem.is_empty() { over.map(|over| words.over(over)).unwrap_or_default() } else { problem }
    });
    let submit = login.submitted(match mode {
        CodeMode::Stalled => |_| Event::CodeSubmitted(String::new()),
        _ => |_| Event::ResendRequested,
    });
    view! {
        <Form sheet=style::CODE submit>
            <Message id=login.id("over") error hint=login.live(|_, _| String::new()) />
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

fn hint(code: &CodeView, words: &Words) -> String {
    if code.resends > 0 { words.say(Text::Resent) } else { words.count(Text::CodeValid, code.minutes) }
}

fn is_verifying(view: &View) -> bool {
    view::code(view).is_some_and(CodeView::is_verifying)
}

fn cannot_resend(view: &View, _: &Words) -> String {
    let waits = view::code(view).is_some_and(|code| code.mode != CodeMode::Stalled && code.resend_in > 0);
    (waits || view.is_busy()).to_string()
}

/// What the press for another code says: that it will, how long until it can, or that it does.
fn resend_label(view: &View, words: &Words) -> String {
    let is_link = view::code(view).is_some_and(CodeView::is_link);
    let either = |code, link| if is_link { link } else { code };
    let text = match view::code(view) {
        Some(code) if code.mode == CodeMode::Stalled => Text::TryAgain,
        Some(code) if code.is_resending() => {
            checking(view).unwrap_or(either(Text::Sending, Text::SendingLink))
        }
        Some(code) if code.resend_in > 0 => {
            let text = either(Text::ResendIn, Text::ResendLinkIn);
            return words.fill(text, &words.clock(code.resend_in));
        }
        _ => either(Text::Resend, Text::ResendLink),
    };
    words.say(text)
}
