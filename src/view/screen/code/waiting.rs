//! What helps while a message is on its way: a press that pastes the code, a hint where to look, the
//! mailbox on a phone. Full edition only.

use std::rc::Rc;

use latch_flow::{
    Connection, Event, View, digits,
    view::{Sought, Wait},
};
use leptos::prelude::*;

use crate::{
    dictionary::{Text, Words},
    style,
    view::{
        self, Login, busy,
        part::{
            button::{Button, ButtonProps},
            element::Element,
            one_time_code::OneTimeCode,
            paste::{Paste, PasteProps},
            qr::{Qr, QrProps},
        },
    },
};

/// The help.
#[component]
pub fn Waiting(
    /// The login.
    login: Login,
    /// Digits of the code; 0 where there is none to enter.
    length: u32,
) -> Option<Element> {
    let mut waiting = Element::new("div", "waiting", style::WAITING);
    if length > 0 {
        let read = move |text: String| digits::read(&text, length as usize);
        waiting = waiting.child(Paste(PasteProps {
            sheet: style::WAITING,
            label: login.words.say(Text::PasteCode),
            nothing: login.words.say(Text::PasteEmpty),
            refused: login.words.say(Text::PasteRefused),
            read: Rc::new(read),
        }));
        waiting = OneTimeCode::listen(waiting, &login.live(one_time_code));
    }
    if let Some(mailbox) = untrack(|| login.mailbox()) {
        waiting = waiting.child(Qr(QrProps {
            sheet: style::WAITING,
            label: login.words.say(Text::MailboxOnPhone),
            hint: login.words.say(Text::MailboxScan),
            text: mailbox.url,
        }));
    }
    let hint = login.live(spam_hint);
    waiting = waiting.child(Element::new("p", "spam", style::WAITING).live("data-said", &hint).text(&hint));
    Some(waiting.child(suggestion(&login)).child(other_way(&login)))
}

/// The way to the address that was probably meant, where there is a slip in the one that the code went to.
fn suggestion(login: &Login) -> Element {
    let button = Button(ButtonProps {
        kind: "button quiet",
        label: login.live(|view, words| words.fill(Text::DidYouMean, suggested(view))),
        busy: login.live(|_, _| false.to_string()),
        off: login.live(busy),
        press: Some(login.pressed(|| Event::SuggestionAccepted)),
    });
    let is_shown = login.live(|view, _| (!suggested(view).is_empty()).to_string());
    Element::new("div", "other", style::WAITING).live("data-shown", &is_shown).child(button)
}

fn suggested(view: &View) -> &str {
    view::code(view).and_then(|code| code.suggestion.as_deref()).unwrap_or_default()
}

/// The way to a code by the other channel.
fn other_way(login: &Login) -> Element {
    let button = Button(ButtonProps {
        kind: "button quiet",
        label: login.live(|view, words| {
            words.say(if view::connection(view) == Connection::Sms { Text::UseEmail } else { Text::UsePhone })
        }),
        busy: login.live(|_, _| false.to_string()),
        off: login.live(busy),
        press: Some(login.pressed(|| Event::OtherFieldRequested)),
    });
    let is_shown = login.live(|view, _| view::code(view).is_some_and(|it| it.has_other_way).to_string());
    Element::new("div", "other", style::WAITING).live("data-shown", &is_shown).child(button)
}

/// What the browser may be asked for the code of: a name for each text message, and none while a code is being
/// checked, while another message is on its way, or where the code comes by mail.
fn one_time_code(view: &View, _: &Words) -> String {
    let asked = view::code(view).filter(|code| code.connection == Connection::Sms && code.busy.is_none());
    asked.map(|code| code.resends.to_string()).unwrap_or_default()
}

/// Where to look for a message that has not come.
pub fn spam_hint(view: &View, words: &Words) -> String {
    let mail = view::code(view).filter(|code| code.connection == Connection::Email);
    let Some(Wait::Long(Sought { sender, subject, .. })) = mail.map(|code| &code.wait) else {
        return String::new();
    };
    match (sender, subject) {
        (Some(sender), Some(subject)) => {
            words.fill_all(Text::SpamHintSubject, &[("sender", sender), ("subject", subject)])
        }
        (Some(sender), None) => words.fill_all(Text::SpamHint, &[("sender", sender)]),
        (None, _) => words.say(Text::SpamHintAny),
    }
}
