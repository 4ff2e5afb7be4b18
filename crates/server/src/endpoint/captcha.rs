//! `POST /passwordless/challenge`: whether a captcha has to be solved before a code is asked for, and one
//! to solve. Auth0's hosted pages ask when they have a `state`.
//!
//! Differences to Auth0: pages of a client may ask as well, with `client_id`, before or after a start was
//! refused with `invalid_captcha`. They are given Latch's own kinds too: a proof of work, and a name for a
//! picture. Whoever names a login only is given Auth0's.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use latch_protocol::{captcha::ChallengeResponse, error::code};

use super::{answers_with_refusals, authorize};
use crate::{
    captcha::{self, Asking},
    cors::{self, ForeignOrigin},
    failure::Failure,
    limits::Asker,
    reply::{self, Refusal},
    request::{BadBody, Json},
    state::App,
};

/// Why there is no answer.
#[derive(Debug)]
pub enum RouteError {
    /// Something failed inside.
    Internal(Failure),
    /// The body is not what it should be.
    Body(BadBody),
    /// The page is not ours, or not the client's.
    ForeignOrigin(ForeignOrigin),
    /// Neither a login nor a client is named.
    NoState,
    /// No client has this id.
    UnknownClient,
}

answers_with_refusals!(RouteError, Body);

impl From<RouteError> for Refusal {
    fn from(error: RouteError) -> Self {
        match error {
            RouteError::Internal(failure) => failure.into(),
            RouteError::Body(bad) => bad.into(),
            RouteError::ForeignOrigin(foreign) => foreign.into(),
            RouteError::NoState => {
                let description = "Missing required property: state";
                Self::new(StatusCode::BAD_REQUEST, code::INVALID_REQUEST, description)
            }
            RouteError::UnknownClient => {
                Self::new(StatusCode::BAD_REQUEST, code::BAD_CLIENT_ID, "Client does not exist")
            }
        }
    }
}

/// `POST /passwordless/challenge`
pub async fn post(
    State(app): State<App>,
    Asker(address): Asker,
    headers: HeaderMap,
    Json(params): Json,
) -> Result<Response, RouteError> {
    let (named, state) = (params.text("client_id")?, params.text("state")?);
    // Not before the origin is known to be allowed: a login is a secret between its page and us.
    let known = match named {
        Some(id) => Some(app.config.clients.find(id).ok_or(RouteError::UnknownClient)?),
        None => None,
    };
    match known {
        Some(client) => cors::admit(&app, client, &headers),
        None => cors::admit_own(&app, &headers),
    }
    .map_err(RouteError::ForeignOrigin)?;
    let waiting = match state {
        Some(state) => authorize::waiting(&app, state).await?,
        None if known.is_none() => return Err(RouteError::NoState),
        None => None,
    };
    let of_login = waiting.as_ref().and_then(|waiting| app.config.clients.find(&waiting.client));
    // Where no login waits there is nothing that a code could be asked for.
    let Some(client) = known.or(of_login) else { return none() };
    // A picture belongs to the login only while that waits, and for its own client.
    let state = state.filter(|_| of_login.is_some_and(|of_login| of_login.id == client.id));
    let mut answer = None;
    let connections = if app.config.sms.is_some() { &["email", "sms"][..] } else { &["email"] };
    for connection in connections {
        let asking = Asking { client, connection, to: None, from: address, state };
        if let (None, Some(rules)) = (&answer, &app.config.captcha)
            && captcha::is_wanted(&app, asking).await?
        {
            answer = Some(captcha::challenge(&app, rules, asking, known.is_some()).await?);
        }
    }
    match answer {
        Some(answer) => Ok(reply::json(StatusCode::OK, &answer)?),
        None => none(),
    }
}

fn none() -> Result<Response, RouteError> {
    Ok(reply::json(StatusCode::OK, &ChallengeResponse::default())?)
}

#[cfg(test)]
#[path = "captcha_tests.rs"]
mod tests;
