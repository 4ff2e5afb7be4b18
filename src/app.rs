//! The app: the shell's picture on one side, the views on the other.

use latch_flow::view::ScreenName;
use leptos::prelude::*;

use crate::{
    dictionary, style,
    view::{
        Login,
        screen::{authenticated::Authenticated, code::Code, identifier::Identifier},
    },
};

/// The light half: the form of the screen that is up, and what is said to screen readers.
#[component]
pub fn App(
    /// The login.
    login: Login,
    /// What stood in the field before the wasm arrived.
    draft: Option<String>,
) -> impl IntoView {
    let class = style::IDENTIFIER;
    let name = Memo::new(move |_| login.screen());
    // Which way the screen moves, and whether anybody moved it: the first one just stands there.
    let way = Memo::new(move |before: Option<&(ScreenName, &'static str)>| {
        let now = name.get();
        let way = match before {
            None => "none",
            Some((before, _)) if rank(now) < rank(*before) => "back",
            Some(_) => "forward",
        };
        (now, way)
    });
    let draft = StoredValue::new(draft);
    let screen = move || {
        let (name, way) = way.get();
        let arrived = way != "none";
        let draft = draft.try_update_value(Option::take).flatten();
        match name {
            ScreenName::Identifier => view! { <Identifier login=login arrived=arrived draft=draft /> }.into_any(),
            ScreenName::Code => view! { <Code login=login arrived=arrived /> }.into_any(),
            ScreenName::Authenticated => view! { <Authenticated login=login /> }.into_any(),
            // Nothing to fill in: the header says what there is to say.
            ScreenName::Starting | ScreenName::Failure => ().into_any(),
        }
    };
    let said = move || login.status().map(|(status, length)| dictionary::status(&status, length));
    view! { class = class,
        <div class="latch" slot="latch" data-way=move || way.get().1>
            {screen}
            <p class="status" role="status" aria-live="polite">{said}</p>
        </div>
    }
}

const fn rank(name: ScreenName) -> u8 {
    match name {
        ScreenName::Starting | ScreenName::Failure => 0,
        ScreenName::Identifier => 1,
        ScreenName::Code => 2,
        ScreenName::Authenticated => 3,
    }
}
