//! What was the code?

use latch_flow::{
    Event, Problem, digits,
    view::{Busy, CodeMode},
};
use leptos::{ev::SubmitEvent, html::Input, prelude::*};

use crate::{
    dictionary::{self, Text},
    style,
    view::{
        Login,
        part::{
            button::{LinkButton, SubmitButton},
            code_field::CodeField,
            message::Message,
        },
    },
};

/// The code screen.
#[component]
pub fn Code(
    /// The login.
    login: Login,
    /// Whether the user came here from another screen, so that the field is theirs to go on with.
    arrived: bool,
) -> impl IntoView {
    // The mode changes what the screen asks for; everything else changes inside of it.
    let mode = Memo::new(move |_| login.code(|it| Some(it.mode)));
    move || match mode.get() {
        Some(CodeMode::Enter) => view! { <Entry login=login arrived=arrived /> }.into_any(),
        Some(mode) => view! { <Over login=login mode=mode /> }.into_any(),
        None => ().into_any(),
    }
}

/// A code can be entered.
#[component]
fn Entry(login: Login, arrived: bool) -> impl IntoView {
    let class = style::CODE;
    let input = NodeRef::<Input>::new();
    let length = login.code(|it| it.length);
    let problem = Memo::new(move |_| login.code(|it| it.problem));
    let error = Signal::derive(move || problem.get().map(|problem| dictionary::problem(problem, length)));
    let is_invalid = Signal::derive(move || problem.get().is_some_and(Problem::is_about_input));
    let busy = Memo::new(move |_| login.code(|it| it.busy));
    let verifying = Memo::new(move |_| busy.get() == Some(Busy::Verifying));
    let refusals = Memo::new(move |_| login.code(|it| it.refusals));

    Effect::new(move |before: Option<u32>| {
        let now = refusals.get();
        let is_refused = before.is_some_and(|before| before != now);
        if let Some(input) = input.get_untracked().filter(|_| is_refused || arrived) {
            // Only a detached element refuses focus.
            let _ = input.focus();
            if is_refused {
                // The next key overtypes the wrong code, and a screen reader can still read it.
                input.select();
            }
        }
        now
    });

    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(input) = input.get_untracked() {
            login.send(Event::CodeSubmitted(input.value()));
        }
    };
    let read = move |text: String| {
        let code = digits::read(&text, length as usize);
        login.send(Event::CodeEntered(text));
        code
    };
    let hint = move || {
        if login.code(|it| it.resends) > 0 {
            return Text::Resent.english().to_owned();
        }
        match login.code(|it| it.minutes) {
            1 => Text::CodeMinute.english().to_owned(),
            minutes => dictionary::fill(Text::CodeMinutes, "{minutes}", &minutes.to_string()),
        }
    };
    view! { class = class,
        <form class="form" name="latch" novalidate="" on:submit=submit>
            <CodeField
                id=login.id("code")
                label=dictionary::fill(Text::CodeLabel, "{length}", &length.to_string())
                advice=Text::CodeAdvice.english()
                length=length
                node_ref=input
                read=std::rc::Rc::new(read)
                hint=Signal::derive(hint)
                error=error
                is_invalid=is_invalid
                is_read_only=verifying
            />
            <SubmitButton label=Text::Verify.english() busy_label=Text::Verifying.english() is_busy=verifying />
            <Resend login=login />
        </form>
    }
}

/// Another code, when the time has come.
#[component]
fn Resend(login: Login) -> impl IntoView {
    let wait = Memo::new(move |_| login.code(|it| it.resend_in));
    let sending = Memo::new(move |_| login.code(|it| it.busy) == Some(Busy::Resending));
    let label = move || {
        if sending.get() {
            return Text::Sending.english().to_owned();
        }
        match wait.get() {
            0 => Text::Resend.english().to_owned(),
            wait => dictionary::fill(Text::ResendIn, "{time}", &dictionary::clock(wait)),
        }
    };
    view! {
        <LinkButton
            label=Signal::derive(label)
            is_off=Signal::derive(move || wait.get() > 0 || login.code(|it| it.busy).is_some())
            press=std::rc::Rc::new(move || login.send(Event::ResendRequested))
        />
    }
}

/// No code can be entered any more: one press leads on.
#[component]
fn Over(login: Login, mode: CodeMode) -> impl IntoView {
    let class = style::CODE;
    let is_stalled = mode == CodeMode::Stalled;
    let error = Signal::derive(move || {
        let problem = login.code(|it| it.problem);
        let problem = problem.map(|problem| dictionary::problem(problem, login.code(|it| it.length)));
        problem.or_else(|| dictionary::over(mode).map(|text| text.english().to_owned()))
    });
    let is_busy = Memo::new(move |_| login.code(|it| it.busy).is_some());
    let wait = Memo::new(move |_| if is_stalled { 0 } else { login.code(|it| it.resend_in) });
    let press = move |event: SubmitEvent| {
        event.prevent_default();
        let next =
            if is_stalled { Event::CodeSubmitted(String::new()) } else { Event::ResendRequested };
        login.send(next);
    };
    let label = Signal::derive(move || match wait.get() {
        _ if is_stalled => Text::TryAgain.english().to_owned(),
        0 => Text::Resend.english().to_owned(),
        wait => dictionary::fill(Text::ResendIn, "{time}", &dictionary::clock(wait)),
    });
    view! { class = class,
        <form class="form" name="latch" novalidate="" on:submit=press>
            <Message id=login.id("over") error=error hint=Signal::derive(String::new) />
            <SubmitButton
                label=label
                busy_label=Text::Sending.english()
                is_busy=is_busy
                is_off=Signal::derive(move || wait.get() > 0)
            />
        </form>
    }
}
