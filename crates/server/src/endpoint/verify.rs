//! `POST /passwordless/verify`, in the two dialects that Auth0 has of it.
//!
//! With `verification_code` it is a question of the hosted page (auth0.js): is the code right? It
//! stays good, because the page goes on to `/passwordless/verify_redirect` with it; a cookie tells
//! that endpoint that this browser has proven it. With `grant_type` it is a grant of old, answered
//! with tokens. Auth0's documents leave the status of a wrong code open: 403 here for the first, as
//! at the token endpoint, and the documented 401 for the second.

use std::net::IpAddr;

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use latch_protocol::error::code;
use serde_json::json;

use super::{answers_with_refusals, token};
use crate::{
    client::{BadCredentials, Client, Credentials, Grant},
    cors::{self, ForeignOrigin},
    failure::Failure,
    limits::{Asker, devices::Device, guesses::Blocked},
    proof::{self, Guess, Identity, NoIdentity, Unproven},
    random,
    reply::{self, Refusal},
    request::{BadBody, JsonOrForm, Params},
    secret::sha256,
    session,
    state::App,
    tokens::{self, Login, Scope},
};

/// The cookie of a browser that has proven a code.
pub const VERIFIED: &str = "latch-verified";

/// Why the code is not taken.
#[derive(Debug)]
pub enum RouteError {
    /// Something failed inside.
    Internal(Failure),
    /// A value is not text.
    Body(BadBody),
    /// The page is not ours.
    ForeignOrigin(ForeignOrigin),
    /// A property is missing.
    Missing(&'static str),
    /// A parameter of the grant of old is missing.
    MissingParameter(&'static str),
    /// No client has this id.
    UnknownClient,
    /// The client's credentials cannot be told.
    BadCredentials(BadCredentials),
    /// The client is not who it says, or may not do this.
    WrongClient,
    /// No connection has this name.
    UnknownConnection,
    /// Whoever guesses guessed wrong too often.
    Blocked(Blocked),
    /// The hosted page's code does not hold.
    Unproven(&'static str),
    /// The code of the grant of old does not hold.
    WrongPassword(&'static str),
    /// What the token endpoint would refuse too.
    Token(token::RouteError),
}

answers_with_refusals!(RouteError, Body);

impl From<RouteError> for Refusal {
    fn from(error: RouteError) -> Self {
        let bad = |text: &str| Self::new(StatusCode::BAD_REQUEST, code::INVALID_REQUEST, text);
        match error {
            RouteError::Internal(failure) => failure.into(),
            RouteError::Body(body) => body.into(),
            RouteError::ForeignOrigin(foreign) => foreign.into(),
            RouteError::Missing(name) => bad(&format!("Missing required property: {name}")),
            RouteError::MissingParameter(name) => bad(&format!("missing {name} parameter")),
            RouteError::UnknownClient | RouteError::WrongClient => {
                Self::new(StatusCode::FORBIDDEN, code::UNAUTHORIZED_CLIENT, "invalid client")
            }
            RouteError::BadCredentials(bad) => bad.into(),
            RouteError::UnknownConnection => bad("the connection was not found"),
            RouteError::Blocked(blocked) => blocked.into(),
            RouteError::Unproven(description) => {
                Self::new(StatusCode::FORBIDDEN, code::INVALID_GRANT, description)
            }
            RouteError::WrongPassword(description) => {
                Self::new(StatusCode::UNAUTHORIZED, "invalid_user_password", description)
            }
            RouteError::Token(error) => error.into(),
        }
    }
}

/// `POST /passwordless/verify`
pub async fn post(
    State(app): State<App>,
    Asker(from): Asker,
    headers: HeaderMap,
    JsonOrForm(params): JsonOrForm,
) -> Result<Response, RouteError> {
    // No page of a client has business here: Auth0 sends it no CORS headers either.
    cors::admit_own(&app, &headers).map_err(RouteError::ForeignOrigin)?;
    if params.value("grant_type").is_some() {
        return exchange(&app, from, &headers, &params).await;
    }
    let client = required(&params, "client_id")?;
    let client = app.config.clients.find(client).ok_or(RouteError::UnknownClient)?;
    let connection = required(&params, "connection")?;
    let name = if connection == "sms" { "phone_number" } else { "email" };
    let username = required(&params, name)?;
    let device = Device::of(&app, &headers, from);
    let guess = Guess { code: required(&params, "verification_code")?, from, device: &device };
    let identity = match Identity::parse(connection, username) {
        Ok(identity) => identity,
        Err(NoIdentity::UnknownConnection) => return Err(RouteError::UnknownConnection),
        Err(NoIdentity::NotAnAddress) => {
            return Err(RouteError::Unproven(Unproven::Wrong.description(connection)));
        }
    };
    let connection = identity.connection;
    let unproven = |unproven| match unproven {
        Unproven::Internal(failure) => RouteError::Internal(failure),
        Unproven::Blocked(blocked) => RouteError::Blocked(blocked),
        Unproven::Barred => RouteError::Token(token::RouteError::UserBlocked),
        other => RouteError::Unproven(other.description(connection)),
    };
    let proof = proof::check(&app, client, identity, guess).await.map_err(unproven)?;
    let secret = random::token(&*app.random)?;
    proof::confirm(&app, &proof, &sha256(&secret)).await.map_err(unproven)?;
    let mut response = reply::json(StatusCode::OK, &json!({}))?;
    let cookie: HeaderValue = session::set_own_cookie(&app, VERIFIED, &secret, app.config.code.seconds)?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// The grant of old: the code as a password.
async fn exchange(
    app: &App,
    from: Option<IpAddr>,
    headers: &HeaderMap,
    params: &Params,
) -> Result<Response, RouteError> {
    if params.text("grant_type")? != Some("password") {
        return Err(RouteError::Token(token::RouteError::UnknownGrant));
    }
    let required = |name: &'static str| params.text(name)?.ok_or(RouteError::MissingParameter(name));
    let connection = required("connection")?;
    let username = required("username")?;
    let code = required("password")?;
    let client = client(app, headers, params).await?;
    // All users of a backend come from its address.
    let device = Device::of(app, headers, from.filter(|_| !client.is_confidential()));
    let guess = Guess { code, from, device: &device };
    let identity = match Identity::parse(connection, username) {
        Ok(identity) => identity,
        Err(NoIdentity::UnknownConnection) => return Err(RouteError::UnknownConnection),
        Err(NoIdentity::NotAnAddress) => {
            return Err(RouteError::WrongPassword(Unproven::Wrong.description(connection)));
        }
    };
    let connection = identity.connection;
    let unproven = |unproven| match unproven {
        Unproven::Internal(failure) => RouteError::Internal(failure),
        Unproven::Blocked(blocked) => RouteError::Blocked(blocked),
        Unproven::Barred => RouteError::Token(token::RouteError::UserBlocked),
        other => RouteError::WrongPassword(other.description(connection)),
    };
    let proof = proof::check(app, client, identity, guess).await.map_err(unproven)?;
    let mut tx = app.store.write().await?;
    let now = app.clock.now();
    let user = proof::consume(app, &mut tx, &proof, now).await.map_err(unproven)?;
    let login = Login {
        user,
        scope: Scope::grant(params.text("scope")?.unwrap_or_default(), None),
        audience: None,
        sid: random::token(&*app.random)?,
        auth_time: now.seconds(),
        nonce: None,
        code: None,
        family: None,
    };
    let answer = tokens::begin(app, &mut tx, login, client, now).await?;
    tx.commit().await?;
    Ok(reply::json(StatusCode::OK, &answer)?)
}

async fn client<'a>(app: &'a App, headers: &HeaderMap, params: &Params) -> Result<&'a Client, RouteError> {
    let credentials = Credentials::read(headers, params).map_err(RouteError::BadCredentials)?;
    credentials.id.as_deref().ok_or(RouteError::MissingParameter("client_id"))?;
    let client = credentials.client(&app.config.clients).ok_or(RouteError::UnknownClient)?;
    if !credentials.prove(app, client).await? || !client.grants.contains(&Grant::Otp) {
        return Err(RouteError::WrongClient);
    }
    Ok(client)
}

fn required<'a>(params: &'a Params, name: &'static str) -> Result<&'a str, RouteError> {
    params.text(name)?.ok_or(RouteError::Missing(name))
}

#[cfg(test)]
#[path = "verify_tests.rs"]
mod tests;
