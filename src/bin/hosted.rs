//! The hosted login page: the element on a page of the server's own.
//!
//! The only place that uses `leptos_router`, whose `<Router>` listens to every click in the window.

use leptos::prelude::*;
use leptos_router::{
    components::{Route, Router, Routes},
    hooks::use_query_map,
    path,
};

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

/// `/login?client_id=…&login_hint=…`
#[component]
fn Login() -> impl IntoView {
    let class = PAGE;
    let query = use_query_map();
    let asked = move |name: &str| query.with(|query| query.get(name));
    let origin = window().location().origin().unwrap_or_default();
    view! { class = class,
        <latch-login
            domain=origin
            client-id=move || asked("client_id").unwrap_or_else(|| DEMO.to_owned())
            login-hint=move || asked("login_hint")
        ></latch-login>
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
