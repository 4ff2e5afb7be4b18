//! Who was here last: one press goes on as them, another one leads to the field. Full edition only.

use std::rc::Rc;

use latch_flow::{Connection, Event, View};

use super::sending;
use crate::{
    dictionary::{Text, Words},
    style,
    view::{
        self, Login, around, busy,
        part::{
            button::{Button, ButtonProps},
            element::{Element, Elements},
            form::{Form, FormProps},
            message::{Message, MessageProps},
        },
        problem,
    },
};

/// The form in the place of the one with the field.
pub(super) fn remembered(login: &Login) -> Element {
    let (sheet, busy) = (style::REMEMBERED, login.live(busy));
    let never = login.live(|_, _| false.to_string());
    let press = Element::new("div", "press", sheet)
        .child(Button(ButtonProps {
            kind: "button primary",
            label: login.live(go_on),
            busy: busy.clone(),
            off: busy.clone(),
            press: None,
        }))
        .child(Message(MessageProps {
            id: login.id("remembered"),
            error: login.live(problem),
            hint: Rc::new(String::new),
            press: None,
        }));
    let other = Button(ButtonProps {
        kind: "button quiet",
        label: login.live(other),
        busy: never,
        off: busy,
        press: Some(login.pressed(|| Event::OtherIdentifierRequested)),
    });
    let mut all: Vec<Element> = around::consent(login).into_iter().collect();
    all.extend([press, other, forget(login)]);
    let submit = login.submitted(|_| Event::RememberedSubmitted);
    Form(FormProps { sheet, submit, children: Elements::from(all) })
}

/// The way to be forgotten: for those who look for it.
fn forget(login: &Login) -> Element {
    let forget = login.pressed(|| Event::ForgetRequested);
    Element::new("button", "forget", style::REMEMBERED)
        .attr("type", "button")
        .live("aria-disabled", &login.live(busy))
        .text(&login.live(|view, words| named(view, words, Text::Forget)))
        .on("click", Box::new(move |_| forget()))
}

/// What the first press says: as whom it goes on, or that it does.
fn go_on(view: &View, words: &Words) -> String {
    if view.is_busy() { words.say(sending(view)) } else { named(view, words, Text::ContinueAs) }
}

fn other(view: &View, words: &Words) -> String {
    let is_number = view::remembered(view).is_some_and(|it| it.connection == Connection::Sms);
    words.say(if is_number { Text::ChangePhone } else { Text::ChangeEmail })
}

fn named(view: &View, words: &Words, text: Text) -> String {
    view::remembered(view).map(|it| words.fill(text, &it.short)).unwrap_or_default()
}
