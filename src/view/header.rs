//! The chrome above a screen: logo or way back, heading, and what to do. It lives in the shadow root,
//! where a page's styles do not reach.

use std::rc::Rc;

use latch_flow::{
    Connection, Event, FULL, View,
    config::Method,
    view::{CodeMode, Screen, ScreenName},
};
use leptos::prelude::*;

use super::{
    Login, code, connection,
    part::element::{Element, Live},
    remembered, who,
};
use crate::dictionary::{Text, Words};

/// The chrome above the screen that is up. All its parts are always there; the sheet shows those that
/// belong to the screen.
#[component]
pub fn Header(
    /// The login.
    login: Login,
    /// The page's own heading of the identifier screen; empty means the dictionary's.
    heading: String,
    /// The address of an image; empty means none.
    logo: String,
) -> Element {
    // No sheet of stylers': the shadow root already keeps its classes to itself.
    let make = |tag, name| Element::new(tag, name, "chrome").attr("part", name);
    let heading = if heading.is_empty() { login.words.say(Text::IdentifierHeading) } else { heading };
    let title = login.live(title);
    let title: Live =
        Rc::new(move || Some(title()).filter(|it| !it.is_empty()).unwrap_or_else(|| heading.clone()));
    let change_identifier = login.pressed(|| Event::IdentifierChangeRequested);
    let back = make("button", "back")
        .attr("type", "button")
        .live("aria-label", &login.live(change))
        .on("click", Box::new(move |_| change_identifier()));
    let lead = make("p", "lead")
        .text(&login.live(|view, words| lead(view, words).0))
        .child(Element::new("bdi", "who", "chrome").text(&login.live(named)))
        .text(&login.live(|view, words| lead(view, words).1.unwrap_or_default()));
    Element::new("div", "header", "chrome")
        .live("data-screen", &login.live(screen))
        .child(make("img", "logo").attr("alt", "").attr("src", &logo))
        .child(back)
        .child(make("div", "avatar").attr("aria-hidden", "true").text(&login.live(initial)))
        .child(make("h2", "heading").attr("id", "heading").attr("tabindex", "-1").text(&title))
        .child(lead)
}

/// The heading; empty where the page's own belongs.
fn title(view: &View, words: &Words) -> String {
    let text = match view.name() {
        ScreenName::Captcha if FULL => Text::CaptchaHeading,
        ScreenName::Code if is_returning(view) => Text::ReturningHeading,
        ScreenName::Code if connection(view) == Connection::Sms => Text::PhoneCodeHeading,
        ScreenName::Code => Text::EmailCodeHeading,
        ScreenName::Authenticated => Text::AuthenticatedHeading,
        ScreenName::Failure => Text::FailureHeading,
        ScreenName::Identifier | ScreenName::Captcha | ScreenName::Starting => return String::new(),
    };
    words.say(text)
}

fn change(view: &View, words: &Words) -> String {
    words.say(if connection(view) == Connection::Sms { Text::ChangePhone } else { Text::ChangeEmail })
}

fn named(view: &View, words: &Words) -> String {
    if lead(view, words).1.is_some() { who(view) } else { String::new() }
}

/// What stands before the name of who this is about, and what behind; nothing behind where no name is said.
fn lead(view: &View, words: &Words) -> (String, Option<String>) {
    match view.screen {
        Screen::Captcha(_) => words.around(Text::CaptchaLead),
        Screen::Code(ref code) if FULL && code.mode == CodeMode::Returning => {
            (String::new(), Some(String::new()))
        }
        Screen::Code(ref code) => words.around(match code.sent {
            Method::Link if FULL => Text::LinkLead,
            Method::Both if FULL => Text::BothLead,
            _ => Text::CodeLead,
        }),
        Screen::Authenticated(_) => (String::new(), Some(String::new())),
        Screen::Failure(_) => words.around(Text::FailureLead),
        // Nothing will be sent.
        #[cfg(feature = "full")]
        Screen::Identifier(ref it) if !it.around.has_form => (String::new(), None),
        Screen::Identifier(ref it) if FULL && it.method == Method::Link => {
            words.around(Text::LinkIdentifierLead)
        }
        Screen::Identifier(_) | Screen::Starting => words.around(Text::IdentifierLead),
    }
}

/// The first letter of an address. A number has none: the sheet draws somebody.
fn initial(view: &View, _: &Words) -> String {
    let who = who(view);
    if FULL && who.starts_with('+') && !who.contains('@') {
        return String::new();
    }
    who.chars().next().map(|c| c.to_ascii_uppercase().to_string()).unwrap_or_default()
}

/// What the sheet decides by: what is returning has no way back, and whoever was here last may have a face.
fn screen(view: &View, _: &Words) -> String {
    let name = match view.name() {
        ScreenName::Code if is_returning(view) => CodeMode::Returning.as_str(),
        ScreenName::Identifier if FULL && remembered(view).is_some() => "remembered",
        name => name.as_str(),
    };
    name.to_owned()
}

fn is_returning(view: &View) -> bool {
    FULL && code(view).is_some_and(|code| code.mode == CodeMode::Returning)
}
