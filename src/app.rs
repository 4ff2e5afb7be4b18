//! The app: the shell's picture on one side, the views on the other.

use std::cell::RefCell;

use latch_flow::{
    FULL,
    view::{CodeMode, ScreenName},
};
use leptos::prelude::*;
use web_sys::HtmlElement;

use crate::{
    style,
    view::{
        Login, Moment, Stage,
        part::element::{Element, Shown},
        place,
        screen::{
            authenticated::{Authenticated, AuthenticatedProps},
            captcha::{Captcha, CaptchaProps},
            code::{Code, CodeProps},
            identifier::{Identifier, IdentifierProps},
        },
        status,
    },
};

/// The light half: the form of the screen that is up, and what is said to screen readers.
#[component]
pub fn App(
    /// The login.
    login: Login,
    /// The element on the page.
    host: HtmlElement,
    /// What its header is in.
    chrome: HtmlElement,
) -> Element {
    let sheet = style::IDENTIFIER;
    let said = Element::new("p", "status", sheet)
        .attr("role", "status")
        .attr("aria-live", "polite")
        .text(&login.live(status));
    let app = Element::new("div", "latch", sheet)
        .attr("slot", "latch")
        .attr("lang", login.words.language())
        .attr("dir", login.words.direction())
        .child(said);
    let root = app.node().clone();
    let up = RefCell::new(None::<(Moment, Option<Shown>)>);
    let place = login.live(place);
    let show = move |_: &str| {
        let now = login.moment();
        let moves = now.moves(&host);
        let before = up.take();
        let was = before.as_ref().map(|(was, _)| *was);
        let form = match before {
            Some((was, form)) if was.stage == now.stage => form,
            before => {
                // The one before goes first.
                let way = before.map_or("none", |(was, _)| way(was.stage, now.stage));
                // Only a name that is no attribute's is refused.
                let _ = root.set_attribute("data-way", way);
                untrack(|| screen(&login, now.stage)).map(|form| form.show_in(&root))
            }
        };
        up.replace(Some((now, form)));
        if let Some(was) = was.filter(|_| moves) {
            now.attend(&was, &root, &chrome);
        }
    };
    app.following(&place, Box::new(show))
}

fn screen(login: &Login, stage: Stage) -> Option<Element> {
    match stage.screen {
        ScreenName::Identifier => Some(Identifier(IdentifierProps { login: login.clone() })),
        ScreenName::Code => {
            Some(Code(CodeProps { login: login.clone(), mode: stage.mode.unwrap_or(CodeMode::Enter) }))
        }
        ScreenName::Captcha if FULL => Some(Captcha(CaptchaProps { login: login.clone() })),
        ScreenName::Authenticated => Some(Authenticated(AuthenticatedProps { login: login.clone() })),
        // Nothing to fill in: the header says what there is to say.
        ScreenName::Starting | ScreenName::Captcha | ScreenName::Failure => None,
    }
}

/// Which way the screen moves.
fn way(before: Stage, now: Stage) -> &'static str {
    if rank(now.screen) < rank(before.screen) { "back" } else { "forward" }
}

const fn rank(name: ScreenName) -> u8 {
    match name {
        ScreenName::Starting | ScreenName::Failure => 0,
        ScreenName::Identifier => 1,
        ScreenName::Captcha => 2,
        ScreenName::Code => 3,
        ScreenName::Authenticated => 4,
    }
}
