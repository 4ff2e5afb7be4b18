//! `GET` and `POST /passwordless/verify_redirect` (Auth0's documents once write it with a hyphen: both
//! are served): from a code to a session and back to the client. The hosted page goes there, and so
//! does the link in a message.
//!
//! Programs follow links in messages before people do, so a GET uses nothing up. It shows a page
//! with one button, unless this very browser has proven the code at `/passwordless/verify`. The page
//! names the account: a link that somebody else sent signs nobody in unnoticed. A form that a program
//! submits does not carry the button's name, and the button takes real presses only.
//!
//! Differences to Auth0: its GET uses the code up; a link works in any browser.

mod link;

use std::net::IpAddr;

use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use latch_protocol::error::code;

pub use self::link::{Link, link};
use super::{
    authorize::{
        RouteError,
        answer::Denied,
        client, finish,
        request::{Request, Way},
        waiting,
    },
    verify::VERIFIED,
};
use crate::{
    client::{Client, Grant},
    cors,
    limits::{Asker, devices::Device},
    mail::message::escape,
    page::{self, Page},
    proof::{self, Guess, Identity, Unproven},
    request::{BadBody, JsonOrForm, Params},
    secret::sha256,
    session,
    state::App,
    store::{codes, transactions},
    words::{Language, fill},
};

/// `GET /passwordless/verify_redirect`
pub async fn get(
    State(app): State<App>,
    Asker(from): Asker,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let params = Params::from_form(query.as_deref().unwrap_or_default());
    follow(&app, from, &headers, params).await.unwrap_or_else(|error| error.answer(&app, &headers))
}

/// `POST /passwordless/verify_redirect`
pub async fn post(
    State(app): State<App>,
    Asker(from): Asker,
    headers: HeaderMap,
    body: Result<JsonOrForm, BadBody>,
) -> Response {
    confirm(&app, from, &headers, body).await.unwrap_or_else(|error| error.answer(&app, &headers))
}

async fn follow(
    app: &App,
    from: Option<IpAddr>,
    headers: &HeaderMap,
    params: Result<Params, BadBody>,
) -> Result<Response, RouteError> {
    let params = params?;
    let visit = Visit::read(app, &params).await?;
    let proven = session::cookie(headers, session::cookie_name(app, VERIFIED));
    if let Some(secret) = proven
        && codes::is_verified(&app.store, visit.identity.owner(visit.client), &sha256(secret)).await?
    {
        return visit.sign_in(app, from, headers).await;
    }
    visit.ask(app, headers, &params)
}

async fn confirm(
    app: &App,
    from: Option<IpAddr>,
    headers: &HeaderMap,
    body: Result<JsonOrForm, BadBody>,
) -> Result<Response, RouteError> {
    if !cors::is_own_page(app, headers) {
        let text = "The request does not come from our page. Please open the link again.";
        return Err(RouteError::Page(StatusCode::FORBIDDEN, text.to_owned()));
    }
    let JsonOrForm(params) = body?;
    let visit = Visit::read(app, &params).await?;
    if params.text("confirm")?.is_none() {
        return visit.ask(app, headers, &params);
    }
    visit.sign_in(app, from, headers).await
}

/// What a browser came with.
struct Visit<'a> {
    client: &'a Client,
    request: Request,
    /// The `state` of the hosted page, when the request waited at `/authorize`.
    waited: Option<String>,
    identity: Identity,
    code: String,
}

impl<'a> Visit<'a> {
    async fn read(app: &'a App, params: &Params) -> Result<Self, RouteError> {
        let (request, waited) = asked(app, params).await?;
        let client = client(app, &request)?;
        let denied = |error, text: &str| RouteError::denied(&request, Denied::new(error, text));
        if waited.is_none() && !client.grants.contains(&Grant::Otp) {
            return Err(denied("unauthorized_client", "The client may not use codes."));
        }
        let missing = |name: &str| denied("invalid_request", &format!("Missing required parameter: {name}"));
        let connection = params.text("connection")?.ok_or_else(|| missing("connection"))?;
        let name = if connection == "sms" { "phone_number" } else { "email" };
        let username = params.text(name)?.ok_or_else(|| missing(name))?;
        let code = params.text("verification_code")?.ok_or_else(|| missing("verification_code"))?.to_owned();
        let identity = Identity::parse(connection, username)
            .map_err(|_| denied("invalid_request", "the connection or the address is not known"))?;
        if request.connection.as_ref().is_some_and(|asked| waited.is_some() && asked != identity.connection) {
            return Err(denied("invalid_request", "the login was begun with another connection"));
        }
        Ok(Self { client, request, waited, identity, code })
    }

    /// Asks for a press, and uses nothing up.
    fn ask(&self, app: &App, headers: &HeaderMap, params: &Params) -> Result<Response, RouteError> {
        let mut fields = Vec::new();
        for name in params.names().filter(|name| *name != "confirm") {
            if let Some(value) = params.text(name)? {
                fields.push((name, value));
            }
        }
        let language = Language::of_page(headers, self.request.ui_locales.as_deref());
        let words = &language.words;
        let press = Some(("confirm", "yes"));
        let form = page::form_with("/passwordless/verify_redirect", &fields, &words.button, press);
        let account = format!("<strong>{}</strong>", escape(&self.identity.value));
        let body = format!(
            "<h1>{heading}</h1><p>{lead}</p>{form}<p>{doubt}</p>",
            heading = escape(&fill(&words.heading, &[("app", &self.client.name)])),
            lead = fill(&escape(&words.link_lead), &[("account", &account)]),
            doubt = escape(&words.link_doubt),
        );
        let script = "document.querySelector('button').addEventListener('click', (press) => {\
                      if (!press.isTrusted) press.preventDefault(); });";
        let script = Some(script.to_owned());
        let page = Page { language: Some(language), title: &words.button, body, script, ..Page::default() };
        Ok(page.answer(app, StatusCode::OK)?)
    }

    /// Uses the code up, begins a session and goes back to the client.
    async fn sign_in(
        self,
        app: &App,
        from: Option<IpAddr>,
        headers: &HeaderMap,
    ) -> Result<Response, RouteError> {
        let connection = self.identity.connection;
        let unproven = |unproven| match unproven {
            Unproven::Internal(failure) => RouteError::Internal(failure),
            other => {
                let blocked = matches!(other, Unproven::Blocked(_));
                let error = if blocked { code::TOO_MANY_ATTEMPTS } else { code::UNAUTHORIZED };
                RouteError::denied(&self.request, Denied::new(error, other.description(connection)))
            }
        };
        let device = Device::of(app, headers, from);
        let guess = Guess { code: &self.code, from, device: &device };
        let proof = proof::check(app, self.client, self.identity.clone(), guess).await.map_err(unproven)?;
        let mut tx = app.store.write().await?;
        let now = app.clock.now();
        let user = proof::consume(app, &mut tx, &proof, now).await.map_err(unproven)?;
        if let Some(state) = &self.waited
            && !transactions::end(&mut tx, &sha256(state), now).await?
        {
            return Err(RouteError::Ended);
        }
        let begun = session::begin(app, &mut tx, headers, &user, self.client, now).await?;
        let known = device.give_cookie(app, &mut tx, &self.identity, false, now).await?;
        tx.commit().await?;
        let mut cookies = vec![begun.cookie, session::set_own_cookie(app, VERIFIED, "", 0)?];
        cookies.extend(known);
        finish(app, headers, self.client, &self.request, &begun.session, cookies).await
    }
}

/// The request that waits under the hosted page's `state`, or what the address itself asks for.
async fn asked(app: &App, params: &Params) -> Result<(Request, Option<String>), RouteError> {
    if let Some(state) = params.text("state")?
        && let Some(request) = waiting(app, state).await?
        && params.text("client_id")? == Some(request.client.as_str())
    {
        return Ok((request, Some(state.to_owned())));
    }
    Ok((Request::read(app, params, Way::Link)?, None))
}

#[cfg(test)]
#[path = "verify_redirect_tests.rs"]
mod tests;
