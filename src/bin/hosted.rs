//! The hosted login page: the element on a page of the server's own.
//!
//! The only place that uses `leptos_router`, whose `<Router>` listens to every click in the window.

use gloo_net::http::Request;
use latch_protocol::endpoint;
use leptos::{prelude::*, serde_json};
use leptos_router::{
    components::{Route, Router, Routes},
    hooks::use_query_map,
    path,
};
use serde::Deserialize;

/// See `view::header::CHROME`: keeps `view!` from using `innerHTML`.
const PAGE: &str = "page";

/// Whose page it is when the address names no client: the one that a development server knows.
const DEMO: &str = "demo";

fn main() {
    mount_to_body(Page);
}

#[component]
fn Page() -> impl IntoView {
    let class = PAGE;
    view! { class = class,
        <Router>
            <main class="hosted">
                <Routes fallback=NotFound>
                    <Route path=path!("/") view=Login />
                    <Route path=path!("/login") view=Login />
                </Routes>
            </main>
        </Router>
    }
}

/// `/login?state=…`, where `/authorize` sends a browser that has to sign in; or, for those who come by
/// themselves, `/login?client_id=…&login_hint=…`.
#[component]
fn Login() -> impl IntoView {
    let class = PAGE;
    let query = use_query_map();
    let asked = move |name: &str| query.with_untracked(|query| query.get(name)).unwrap_or_default();
    let state = asked("state");
    if state.is_empty() {
        let client_id = Some(asked("client_id")).filter(|id| !id.is_empty());
        let transaction = Transaction {
            client_id: client_id.unwrap_or_else(|| DEMO.to_owned()),
            login_hint: Some(asked("login_hint")),
            ..Transaction::default()
        };
        return view! { class = class, <Form transaction /> }.into_any();
    }
    let waiting = LocalResource::new(move || Transaction::load(state.clone()));
    let shown = move || {
        waiting.get().map(|waiting| match waiting {
            Ok(transaction) => view! { class = class, <Form transaction /> }.into_any(),
            Err(gone) => {
                view! { class = class, <p class="missing" role="alert" dir="auto">{gone}</p> }.into_any()
            }
        })
    };
    view! { class = class, <div class="waiting">{shown}</div> }.into_any()
}

/// The element, for a login that waits or for none.
#[component]
fn Form(transaction: Transaction) -> impl IntoView {
    let class = PAGE;
    let origin = window().location().origin().unwrap_or_default();
    // Of a login that waits the server knows what its user reads; otherwise the browser does.
    let lang = transaction.language.or_else(|| window().navigator().language());
    if let (Some(root), Some(lang)) = (document().document_element(), &lang) {
        // Where this cannot be set, the element speaks the language all the same.
        let _ = root.set_attribute("lang", lang);
    }
    let heading = transaction.heading;
    if let Some(heading) = &heading {
        document().set_title(heading);
    }
    view! { class = class,
        <latch-login
            domain=origin
            client-id=transaction.client_id
            login-hint=transaction.login_hint
            heading=heading
            connections=transaction.connection
            lang=lang
            transaction=transaction.state
        ></latch-login>
    }
}

/// What the server tells of a login that waits.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Transaction {
    /// Its name: what the page was called with.
    #[serde(skip)]
    state: Option<String>,
    client_id: String,
    heading: Option<String>,
    login_hint: Option<String>,
    /// `email` or `sms`, where the client asked for one.
    connection: Option<String>,
    /// What the user reads.
    language: Option<String>,
}

/// Why there is none.
#[derive(Deserialize)]
struct Gone {
    error_description: String,
}

impl Transaction {
    /// Asks the server; gives what to tell the user otherwise.
    async fn load(state: String) -> Result<Self, String> {
        let query = [("state", state.as_str())];
        let answer = Request::get(endpoint::LOGIN_TRANSACTION).query(query).send().await;
        let answer = answer.map_err(|_| "We can’t reach the server. Reload the page to try again.")?;
        let text = answer.text().await.unwrap_or_default();
        if answer.status() == 404
            && let Ok(gone) = serde_json::from_str::<Gone>(&text)
        {
            return Err(gone.error_description);
        }
        let transaction: Self = serde_json::from_str(&text)
            .map_err(|_| "Something went wrong on our side. Reload the page to try again.")?;
        Ok(Self { state: Some(state), ..transaction })
    }
}

#[component]
fn NotFound() -> impl IntoView {
    let class = PAGE;
    view! { class = class,
        <h1 class="missing">"There is no such page."</h1>
        <p><a class="link" href="/login">"Sign in"</a></p>
    }
}
