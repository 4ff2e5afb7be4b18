//! The chrome above a screen: logo or way back, heading, and what to do. It lives in the shadow root,
//! where a page's styles do not reach.

use std::rc::Rc;

use latch_flow::{
    Connection, Event, View,
    view::{Screen, ScreenName},
};
use leptos::prelude::*;

use super::{
    Login, connection,
    part::element::{Element, Live},
    who,
};
use crate::dictionary::{Text, around};

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
    let title: Live = Rc::new(move || {
        let text = match login.stage().screen {
            ScreenName::Code if login.is_by_phone() => Text::PhoneCodeHeading,
            ScreenName::Code => Text::EmailCodeHeading,
            ScreenName::Authenticated => Text::AuthenticatedHeading,
            ScreenName::Failure => Text::FailureHeading,
            ScreenName::Identifier | ScreenName::Starting if heading.is_empty() => Text::IdentifierHeading,
            ScreenName::Identifier | ScreenName::Starting => return heading.clone(),
        };
        text.english().to_owned()
    });
    let back = make("button", "back")
        .attr("type", "button")
        .live("aria-label", &login.live(change))
        .on("click", Box::new(move |_| login.send(Event::IdentifierChangeRequested)));
    let lead = make("p", "lead")
        .text(&login.live(|view| lead(view).0.to_owned()))
        .child(Element::new("bdi", "who", "chrome").text(&login.live(named)))
        .text(&login.live(|view| lead(view).1.unwrap_or_default().to_owned()));
    Element::new("div", "header", "chrome")
        .live("data-screen", &login.live(|view| view.name().as_str().to_owned()))
        .child(make("img", "logo").attr("alt", "").attr("src", &logo))
        .child(back)
        .child(make("div", "avatar").attr("aria-hidden", "true").text(&login.live(initial)))
        .child(make("h2", "heading").attr("tabindex", "-1").text(&title))
        .child(lead)
}

fn change(view: &View) -> String {
    let text = if connection(view) == Connection::Sms { Text::ChangePhone } else { Text::ChangeEmail };
    text.english().to_owned()
}

fn named(view: &View) -> String {
    if lead(view).1.is_some() { who(view) } else { String::new() }
}

/// What stands before the name of who this is about, and what behind; nothing behind where no name is said.
fn lead(view: &View) -> (&'static str, Option<&'static str>) {
    match view.screen {
        Screen::Code(_) => around(Text::CodeLead),
        Screen::Authenticated(_) => ("", Some("")),
        Screen::Failure(_) => around(Text::FailureLead),
        Screen::Identifier(_) | Screen::Starting => around(Text::IdentifierLead),
    }
}

fn initial(view: &View) -> String {
    // Of a number, that is the first digit.
    let initial = who(view).chars().find(|c| *c != '+');
    initial.map(|c| c.to_ascii_uppercase().to_string()).unwrap_or_default()
}
