//! The chrome above a screen: logo or way back, heading, and what to do. It lives in the shadow root,
//! where a page's styles do not reach.

use latch_flow::{Event, view::ScreenName};
use leptos::{html::H2, prelude::*};

use super::Login;
use crate::dictionary::Text;

/// A class of its own on every element keeps `view!` from compiling static parts to `innerHTML`,
/// which a page with Trusted Types refuses.
const CHROME: &str = "chrome";

/// Heading and logo that the page chose; they may change while the element is up.
#[derive(Clone, Copy)]
pub struct Brand {
    /// Empty means the dictionary's.
    pub heading: RwSignal<String>,
    /// Address of an image; empty means none.
    pub logo: RwSignal<String>,
}

/// The chrome above the screen that is up.
#[component]
pub fn Header(
    /// The login.
    login: Login,
    /// What the page chose.
    brand: Brand,
) -> impl IntoView {
    let screen = Memo::new(move |_| login.screen());
    let heading = NodeRef::<H2>::new();
    // The user is told where they are now: there is no field to go to on this screen.
    Effect::new(move |before: Option<ScreenName>| {
        let now = screen.get();
        if now == ScreenName::Authenticated
            && before == Some(ScreenName::Code)
            && let Some(heading) = heading.get_untracked()
        {
            // Only a detached element refuses focus.
            let _ = heading.focus();
        }
        now
    });
    let class = CHROME;
    let title = move || match screen.get() {
        ScreenName::Code => Text::CodeHeading.english().to_owned(),
        ScreenName::Authenticated => Text::AuthenticatedHeading.english().to_owned(),
        ScreenName::Failure => Text::FailureHeading.english().to_owned(),
        ScreenName::Identifier | ScreenName::Starting => {
            let own = brand.heading.get();
            if own.is_empty() { Text::IdentifierHeading.english().to_owned() } else { own }
        }
    };
    view! { class = class,
        <div class="header" data-screen=move || screen.get().as_str()>
            {move || top(login, brand, screen.get())}
            <h2 class="heading" part="heading" tabindex="-1" node_ref=heading>{title}</h2>
            <p class="lead" part="lead">{move || lead(login, screen.get())}</p>
        </div>
    }
}

/// Logo, way back, or the face of who signed in.
fn top(login: Login, brand: Brand, screen: ScreenName) -> Option<AnyView> {
    let class = CHROME;
    match screen {
        ScreenName::Code => {
            let back = move |_| login.send(Event::IdentifierChangeRequested);
            let name = Text::ChangeIdentifier.english();
            Some(view! { class = class,
                <button class="back" part="back" type="button" aria-label=name title=name on:click=back></button>
            }.into_any())
        }
        ScreenName::Authenticated => {
            let initial = move || {
                login.authenticated(|it| it.identifier.chars().next().map(|c| c.to_ascii_uppercase().to_string()))
            };
            Some(view! { class = class,
                <div class="avatar" part="avatar" aria-hidden="true">{initial}</div>
            }.into_any())
        }
        ScreenName::Identifier | ScreenName::Starting => {
            let logo = brand.logo.get();
            (!logo.is_empty()).then(|| view! { class = class,
                <img class="logo" part="logo" src=logo alt="" />
            }.into_any())
        }
        ScreenName::Failure => None,
    }
}

fn lead(login: Login, screen: ScreenName) -> AnyView {
    let class = CHROME;
    match screen {
        ScreenName::Code => {
            let (before, after) = Text::CodeLead.english().split_once("{destination}").unwrap_or_default();
            let destination = move || login.code(|it| it.destination.clone());
            view! { class = class, {before}<bdi class="who">{destination}</bdi>{after} }.into_any()
        }
        ScreenName::Authenticated => {
            let who = move || login.authenticated(|it| it.identifier.clone());
            view! { class = class, <bdi>{who}</bdi> }.into_any()
        }
        ScreenName::Failure => Text::FailureLead.english().into_any(),
        ScreenName::Identifier | ScreenName::Starting => Text::IdentifierLead.english().into_any(),
    }
}
