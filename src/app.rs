//! The app: the shell's picture on one side, the views on the other.

use latch_flow::view::{CodeMode, ScreenName};
use leptos::{either::Either, prelude::*};

use crate::{
    style,
    view::{
        Login,
        screen::{
            authenticated::{Authenticated, AuthenticatedProps},
            code::{Code, CodeProps},
            identifier::{Identifier, IdentifierProps},
        },
        status, text,
    },
};

/// The light half: the form of the screen that is up, and what is said to screen readers.
#[component]
pub fn App(
    /// The login.
    login: Login,
) -> AnyView {
    let class = style::IDENTIFIER;
    let screen = move || {
        let stage = login.stage();
        match stage.screen {
            ScreenName::Identifier => Either::Left(Identifier(IdentifierProps { login })),
            // The other side, so that its nodes are new: Leptos would go on with the input of the
            // screen before, and with what was typed into it.
            ScreenName::Code => {
                Either::Right(Code(CodeProps { login, mode: stage.mode.unwrap_or(CodeMode::Enter) }))
            }
            ScreenName::Authenticated => Either::Left(Authenticated(AuthenticatedProps { login })),
            // Nothing to fill in: the header says what there is to say.
            ScreenName::Starting | ScreenName::Failure => Either::Left(().into_any()),
        }
    };
    let way = text(Box::new(move || login.stage().way.to_owned()));
    view! { class = class,
        <div class="latch" slot="latch" data-way=way>
            {screen}
            <p class="status" role="status" aria-live="polite">{login.signal(status)}</p>
        </div>
    }
    .into_any()
}
