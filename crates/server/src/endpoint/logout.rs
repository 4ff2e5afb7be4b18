//! `GET /v2/logout`: sends the browser on after a logout. Auth0: "Logout".
//!
//! There is no session at the server yet, so what remains is the way back. Differences to Auth0: a
//! `returnTo` that is not listed is refused, and not replaced by the first one that is.

use axum::{
    extract::{RawQuery, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use latch_protocol::error::code;

use crate::{
    client::Place,
    reply::Refusal,
    request::{BadBody, Params},
    state::App,
};

/// Why the browser goes nowhere.
#[derive(Debug)]
pub enum RouteError {
    /// The query cannot be read.
    Query(BadBody),
    /// No client has this id.
    UnknownClient,
    /// The address is not listed.
    NotListed,
}

impl IntoResponse for RouteError {
    fn into_response(self) -> Response {
        Refusal::from(self).into_response()
    }
}

impl From<BadBody> for RouteError {
    fn from(bad: BadBody) -> Self {
        Self::Query(bad)
    }
}

impl From<RouteError> for Refusal {
    fn from(error: RouteError) -> Self {
        let bad = |description: &str| Self::new(StatusCode::BAD_REQUEST, code::INVALID_REQUEST, description);
        match error {
            RouteError::Query(bad) => bad.into(),
            RouteError::UnknownClient => bad("Client does not exist"),
            RouteError::NotListed => bad("The \"returnTo\" address is not in the allowed logout URLs"),
        }
    }
}

/// `GET /v2/logout`
pub async fn get(State(app): State<App>, RawQuery(query): RawQuery) -> Result<Response, RouteError> {
    let params = Params::from_form(query.as_deref().unwrap_or_default())?;
    let client = match params.text("client_id")? {
        Some(id) => Some(app.config.clients.find(id).ok_or(RouteError::UnknownClient)?),
        None => None,
    };
    // Without a client the addresses of all of them count, as Auth0's list of the tenant does.
    let clients = || app.config.clients.iter().filter(|one| client.is_none_or(|client| client.id == one.id));
    let target = match params.text("returnTo")? {
        Some(wish) => {
            let target = clients().find_map(|client| client.logout_target(wish));
            Some(target.ok_or(RouteError::NotListed)?)
        }
        None => client.and_then(|client| {
            client.logout_urls.iter().find_map(|place| match place {
                Place::Exact(address) => Some(address.clone()),
                Place::Loopback => None,
            })
        }),
    };
    let Some(target) = target else {
        return Ok(([(header::CACHE_CONTROL, "no-store")], "OK").into_response());
    };
    let target = HeaderValue::from_str(&target).map_err(|_| RouteError::NotListed)?;
    let headers = [(header::LOCATION, target), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((StatusCode::FOUND, headers).into_response())
}
