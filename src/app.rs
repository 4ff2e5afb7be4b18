//! The app: the shell's picture on one side, the views on the other.

use std::cell::RefCell;

use latch_flow::{
    FULL,
    view::{CodeMode, ScreenName},
};
use leptos::prelude::*;

use crate::{
    style,
    view::{
        Login, Stage, key,
        part::element::{Element, Shown},
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
    let up = RefCell::new(None::<(Stage, Option<Shown>)>);
    let key = login.live(key);
    let show = move |_: &str| {
        let stage = untrack(|| login.stage());
        // The one before goes first.
        let way = up.take().map_or("none", |(before, _)| way(before, stage));
        // Only a name that is no attribute's is refused.
        let _ = root.set_attribute("data-way", way);
        let form = untrack(|| screen(&login, stage)).map(|form| form.show_in(&root));
        up.replace(Some((stage, form)));
    };
    app.following(&key, Box::new(show))
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
