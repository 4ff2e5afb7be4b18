//! `GET` and `POST /authorize`: signs a user in for a client. RFC 6749 section 3.1, OpenID Connect
//! Core section 3; Auth0: "Authorize".
//!
//! Who is signed in in this browser already goes straight back to the client. Everybody else goes to
//! the hosted page, `/login?state=…`, where `state` names the request while it waits. From there
//! `/passwordless/verify_redirect` leads back.
//!
//! Where Auth0's documents leave it open: a `connection` that is named makes an interactive request
//! ask for a code again and a silent one reuse the session; all clients are the operator's own, so
//! `prompt=consent` asks nothing.

pub mod answer;
mod finish;
pub mod request;
pub mod ticket;

use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use url::form_urlencoded;

pub use self::finish::finish;
use self::{
    answer::{Denied, Return},
    request::{Refused, Request, Way},
};
use super::fails_inside;
use crate::{
    client::Client,
    failure::Failure,
    page, random,
    reply::Refusal,
    request::{BadBody, JsonOrForm, Params},
    secret::sha256,
    session,
    state::App,
    store::{sessions::Session, transactions},
    words::Language,
};

/// Seconds that somebody may take to sign in. auth0.js waits as long.
pub const TRANSACTION_SECONDS: u32 = 1800;

/// Why the browser does not get what it came for.
#[derive(Debug)]
pub enum RouteError {
    /// Something failed inside.
    Internal(Failure),
    /// There is no certain way back: a page says what is wrong.
    Page(StatusCode, String),
    /// What the login waited under is not there any more: a page tells its reader.
    Ended,
    /// The client is told.
    Denied(Box<Return>, Denied),
}

fails_inside!(RouteError);

impl From<Refused> for RouteError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Page(text) => Self::Page(StatusCode::BAD_REQUEST, text),
            Refused::Denied(back, denied) => Self::Denied(back, denied),
        }
    }
}

impl From<BadBody> for RouteError {
    fn from(bad: BadBody) -> Self {
        Refused::from(bad).into()
    }
}

impl RouteError {
    /// A page that says what is wrong.
    pub fn page(text: &str) -> Self {
        Self::Page(StatusCode::BAD_REQUEST, text.to_owned())
    }

    /// Tells the client of a request.
    pub fn denied(request: &Request, denied: Denied) -> Self {
        Self::Denied(Box::new(request.back.clone()), denied)
    }

    /// The answer, for the browser that asks.
    pub fn answer(self, app: &App, headers: &HeaderMap) -> Response {
        let language = Language::of_page(headers, None);
        let answer = match self {
            Self::Internal(failure) => Err(failure),
            Self::Page(status, text) => page::error(app, language, status, &text),
            Self::Ended => page::say(app, language, StatusCode::BAD_REQUEST, &language.words.login_ended),
            Self::Denied(back, denied) => back.deny(app, language, &denied),
        };
        answer.unwrap_or_else(|failure| Refusal::from(failure).into_response())
    }
}

/// `GET /authorize`
pub async fn get(State(app): State<App>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let params = Params::from_form(query.as_deref().unwrap_or_default());
    handle(&app, &headers, params).await.unwrap_or_else(|error| error.answer(&app, &headers))
}

/// `POST /authorize`, which OpenID Connect Core section 3.1.2.1 demands.
pub async fn post(State(app): State<App>, headers: HeaderMap, body: Result<JsonOrForm, BadBody>) -> Response {
    let params = body.map(|JsonOrForm(params)| params);
    handle(&app, &headers, params).await.unwrap_or_else(|error| error.answer(&app, &headers))
}

async fn handle(
    app: &App,
    headers: &HeaderMap,
    params: Result<Params, BadBody>,
) -> Result<Response, RouteError> {
    let request = Request::read(app, &params?, Way::Authorize)?;
    let client = client(app, &request)?;
    let session = session::current(app, headers).await?;
    if let Some(ticket) = &request.login_ticket {
        return ticket::take(app, headers, client, &request, ticket, session).await;
    }
    match session.filter(|session| is_enough(app, &request, session)) {
        Some(session) => finish(app, headers, client, &request, &session, Vec::new()).await,
        None if request.has_prompt("none") => Err(RouteError::denied(&request, Denied::login_required())),
        None => {
            let state = wait(app, &request).await?;
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("state", &state)
                .append_pair("client_id", &client.id)
                .finish();
            Ok(page::redirect(&format!("{}/login?{query}", app.origin()), Vec::new())?)
        }
    }
}

/// The client of a request. It may be gone since the request was kept.
pub fn client<'a>(app: &'a App, request: &Request) -> Result<&'a Client, RouteError> {
    let client = app.config.clients.find(&request.client);
    client.ok_or_else(|| RouteError::page("Unknown client: the client_id is wrong."))
}

/// Whether a session answers a request, or its user has to prove who they are again.
fn is_enough(app: &App, request: &Request, session: &Session) -> bool {
    let silent = request.has_prompt("none");
    let age = app.clock.now().seconds() - session.auth_time;
    let asks_again = request.has_prompt("login") || request.has_prompt("select_account");
    let is_whom_is_meant = request.id_token_hint.as_ref().is_none_or(|hint| {
        let claims = app.keys.verify(crate::tokens::ID_TOKEN_TYPE, hint);
        claims.is_some_and(|claims| claims["sub"] == session.sub.as_str())
    });
    !asks_again
        && is_whom_is_meant
        && (silent || request.connection.is_none())
        && request.max_age.is_none_or(|most| age <= most)
}

/// Keeps a request while somebody signs in. Returns the `state` that names it.
pub async fn wait(app: &App, request: &Request) -> Result<String, Failure> {
    let state = random::token(&*app.random)?;
    let json = serde_json::to_string(request).map_err(|_| Failure::Json)?;
    let expires_at = app.clock.now().plus_seconds(TRANSACTION_SECONDS);
    transactions::put(&app.store, &sha256(&state), &request.client, &json, expires_at).await?;
    Ok(state)
}

/// The request that a `state` of the hosted page names, while it waits.
pub async fn waiting(app: &App, state: &str) -> Result<Option<Request>, Failure> {
    let json = transactions::find(&app.store, &sha256(state), app.clock.now()).await?;
    json.map(|json| serde_json::from_str(&json).map_err(|_| Failure::Json)).transpose()
}

#[cfg(test)]
#[path = "authorize_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "authorize/callback_tests.rs"]
mod callback_tests;
