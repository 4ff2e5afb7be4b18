//! The chrome above a screen: logo or way back, heading, and what to do. It lives in the shadow root,
//! where a page's styles do not reach.

use latch_flow::{
    Event, View,
    view::{Screen, ScreenName},
};
use leptos::prelude::*;

use super::{Login, text, who};
use crate::dictionary::Text;

/// A class of its own on every element keeps `view!` from compiling static parts to `innerHTML`,
/// which a page with Trusted Types refuses.
const CHROME: &str = "chrome";

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
) -> AnyView {
    let class = CHROME;
    let title = text(Box::new(move || {
        let text = match login.stage().screen {
            ScreenName::Code => Text::CodeHeading,
            ScreenName::Authenticated => Text::AuthenticatedHeading,
            ScreenName::Failure => Text::FailureHeading,
            ScreenName::Identifier | ScreenName::Starting if heading.is_empty() => Text::IdentifierHeading,
            ScreenName::Identifier | ScreenName::Starting => return heading.clone(),
        };
        text.english().to_owned()
    }));
    view! { class = class,
        <div class="header" data-screen=login.signal(|view| view.name().as_str().to_owned())>
            <img class="logo" part="logo" alt="" src=logo />
            <button
                class="back"
                part="back"
                type="button"
                aria-label=Text::ChangeIdentifier.english()
                on:click=move |_| login.send(Event::IdentifierChangeRequested)
            ></button>
            <div class="avatar" part="avatar" aria-hidden="true">{login.signal(initial)}</div>
            <h2 class="heading" part="heading" tabindex="-1">{title}</h2>
            <p class="lead" part="lead">
                {login.signal(|view| lead(view).0.to_owned())}
                <bdi class="who">{login.signal(|view| if lead(view).1.is_some() { who(view) } else { String::new() })}</bdi>
                {login.signal(|view| lead(view).1.unwrap_or_default().to_owned())}
            </p>
        </div>
    }
    .into_any()
}

/// What stands before the name of who this is about, and what behind; nothing behind where no name is said.
fn lead(view: &View) -> (&'static str, Option<&'static str>) {
    let text = match view.screen {
        Screen::Code(_) => Text::CodeLead.english(),
        Screen::Authenticated(_) => "{destination}",
        Screen::Failure(_) => Text::FailureLead.english(),
        Screen::Identifier(_) | Screen::Starting => Text::IdentifierLead.english(),
    };
    text.split_once("{destination}").map_or((text, None), |(before, after)| (before, Some(after)))
}

fn initial(view: &View) -> String {
    who(view).chars().next().map(|c| c.to_ascii_uppercase().to_string()).unwrap_or_default()
}
