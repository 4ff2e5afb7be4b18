//! `GET /login/transaction?state=…`: what the hosted page has to know of the login that it is shown
//! for. Latch's own; Auth0 writes the same into the page.

use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use latch_protocol::error::code;
use serde_json::json;

use super::{answers_with_refusals, authorize};
use crate::{
    cors::{self, ForeignOrigin},
    failure::Failure,
    reply::{self, Refusal},
    request::{BadBody, Params},
    state::App,
    words::{self, Language},
};

/// Why nothing is told.
#[derive(Debug)]
pub enum RouteError {
    /// Something failed inside.
    Internal(Failure),
    /// The query cannot be read.
    Query(BadBody),
    /// The page is not ours.
    ForeignOrigin(ForeignOrigin),
    /// No login waits under this state: what its reader is told, in this language.
    Nothing(&'static Language),
}

answers_with_refusals!(RouteError, Query);

impl From<RouteError> for Refusal {
    fn from(error: RouteError) -> Self {
        match error {
            RouteError::Internal(failure) => failure.into(),
            RouteError::Query(bad) => bad.into(),
            RouteError::ForeignOrigin(foreign) => foreign.into(),
            RouteError::Nothing(language) => {
                Self::new(StatusCode::NOT_FOUND, code::NOT_FOUND, &language.words.login_ended)
            }
        }
    }
}

/// `GET /login/transaction`
pub async fn get(
    State(app): State<App>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, RouteError> {
    cors::admit_own(&app, &headers).map_err(RouteError::ForeignOrigin)?;
    let params = Params::from_form(query.as_deref().unwrap_or_default())?;
    let nothing = || RouteError::Nothing(Language::of_page(&headers, None));
    let state = params.text("state")?.ok_or_else(nothing)?;
    let request = authorize::waiting(&app, state).await?.ok_or_else(nothing)?;
    let client = app.config.clients.find(&request.client).ok_or_else(nothing)?;
    let language = Language::of_page(&headers, request.ui_locales.as_deref());
    let body = json!({
        "language": language.tag,
        "heading": words::fill(&language.words.heading, &[("app", &client.name)]),
        "client_id": client.id,
        "client_name": client.name,
        "connection": request.connection,
        "login_hint": request.login_hint,
        "ui_locales": request.ui_locales,
        "screen_hint": request.screen_hint,
        "prompt": request.prompt,
        "scope": request.scope,
        "audience": request.audience,
    });
    Ok(reply::json(StatusCode::OK, &body)?)
}
