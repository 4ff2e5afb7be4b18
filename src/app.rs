//! The app: the shell's picture on one side, the views on the other.

use std::{cell::RefCell, rc::Rc};

use latch_flow::view::{CodeMode, ScreenName};
use leptos::prelude::*;

use crate::{
    style,
    view::{
        Login, Stage,
        part::element::{Element, follow},
        screen::{
            authenticated::{Authenticated, AuthenticatedProps},
            code::{Code, CodeProps},
            identifier::{Identifier, IdentifierProps},
        },
        status,
    },
};

/// A screen on the page. Taken off before its listeners go: removing a node can still fire one.
struct Up {
    stage: Stage,
    form: Option<web_sys::Element>,
    owner: Owner,
}

impl Drop for Up {
    fn drop(&mut self) {
        if let Some(form) = &self.form {
            form.remove();
        }
        self.owner.cleanup();
    }
}

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
    let app = Element::new("div", "latch", sheet).attr("slot", "latch").child(said);
    let root = app.inner().clone();
    let up = RefCell::new(None::<Up>);
    // Screens belong to the app: what belongs to an effect goes each time it runs, and this one runs
    // with every change of the picture.
    let home = Owner::current().unwrap_or_default();
    let show = move |_: &str| {
        let stage = untrack(|| login.stage());
        let way = up.take().map_or("none", |before| way(before.stage, stage));
        let owner = home.with(Owner::new);
        let form = owner.with(|| screen(login, stage)).map(Element::into_inner);
        // Only a name that is no attribute's is refused.
        let _ = root.set_attribute("data-way", way);
        if let Some(form) = &form {
            // A child of an element that holds no document.
            let _ = root.prepend_with_node_1(form);
        }
        up.replace(Some(Up { stage, form, owner }));
    };
    follow(&(Rc::new(move || login.stage().key()) as Rc<_>), Box::new(show));
    app
}

fn screen(login: Login, stage: Stage) -> Option<Element> {
    match stage.screen {
        ScreenName::Identifier => Some(Identifier(IdentifierProps { login })),
        ScreenName::Code => Some(Code(CodeProps { login, mode: stage.mode.unwrap_or(CodeMode::Enter) })),
        ScreenName::Authenticated => Some(Authenticated(AuthenticatedProps { login })),
        // Nothing to fill in: the header says what there is to say.
        ScreenName::Starting | ScreenName::Failure => None,
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
        ScreenName::Code => 2,
        ScreenName::Authenticated => 3,
    }
}
