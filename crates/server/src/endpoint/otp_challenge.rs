//! `POST /otp/challenge`: sends a one-time code and gives an `auth_session` that stands for whom it was
//! sent to. At the token endpoint it takes the place of `username` and `realm`. Auth0: "Passwordless
//! authentication for database connections".
//!
//! The answer is the same whether or not anybody has the address. Nothing is kept for it: the session
//! is what it stands for, sealed. Differences to Auth0: the connections are `email` and `sms`, for
//! there are no databases of passwords here; `delivery_method` is `text` only; `captcha` is taken as at
//! `/passwordless/start`.

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use latch_protocol::{error::code, token::PASSWORDLESS_OTP};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{fails_inside, start, token};
use crate::{
    client::{Client, Grant, Method},
    clock::Instant,
    failure::Failure,
    limits::Peer,
    proof::{Identity, NoIdentity},
    reply::{self, Refusal},
    request::{BadBody, Json, Params},
    state::App,
    store::users,
};

/// Why there is no session.
#[derive(Debug)]
pub enum RouteError {
    /// Something failed inside.
    Internal(Failure),
    /// A value is not text.
    Body(BadBody),
    /// A field does not hold, and why.
    Invalid(&'static str, &'static str),
    /// No connection has this name.
    UnknownConnection,
    /// No such client, or not its secret.
    WrongClient,
    /// The client may not use codes.
    GrantNotAllowed,
    /// What the token endpoint would refuse too.
    Token(token::RouteError),
    /// What the start of a login would refuse too.
    Start(start::RouteError),
}

fails_inside!(RouteError, Body);

impl From<token::RouteError> for RouteError {
    fn from(error: token::RouteError) -> Self {
        match error {
            token::RouteError::WrongClient(Method::None | Method::Post) => Self::WrongClient,
            token::RouteError::Missing(name) => Self::Invalid(name, "is required"),
            other => Self::Token(other),
        }
    }
}

impl IntoResponse for RouteError {
    fn into_response(self) -> Response {
        let refusal = match self {
            Self::Invalid(field, message) => return invalid(field, message),
            Self::Internal(failure) => failure.into(),
            Self::Body(body) => body.into(),
            Self::UnknownConnection => {
                Refusal::new(StatusCode::BAD_REQUEST, "invalid_connection", "Connection does not exist")
            }
            Self::WrongClient => Refusal::new(StatusCode::UNAUTHORIZED, code::INVALID_CLIENT, "Unauthorized"),
            Self::GrantNotAllowed => token::grant_not_allowed(PASSWORDLESS_OTP),
            Self::Token(error) => error.into(),
            Self::Start(error) => error.into(),
        };
        refusal.into_response()
    }
}

/// The newer shape of Auth0's refusals: each field with what is wrong with it.
fn invalid(field: &str, message: &str) -> Response {
    let body = json!({
        "error": code::INVALID_REQUEST,
        "error_description": format!("{field} {message}"),
        "validation_errors": [{"field": field, "message": message}],
    });
    reply::json(StatusCode::BAD_REQUEST, &body)
        .unwrap_or_else(|failure| Refusal::from(failure).into_response())
}

/// `POST /otp/challenge`
pub async fn post(
    State(app): State<App>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    Json(params): Json,
) -> Result<Response, RouteError> {
    let client = token::client(&app, &headers, &params).await?;
    if !client.grants.contains(&Grant::Otp) {
        return Err(RouteError::GrantNotAllowed);
    }
    let identity = identity(&params)?;
    let allow_signup = match params.value("allow_signup") {
        None => false,
        Some(Value::Bool(allow)) => *allow,
        Some(_) => return Err(RouteError::Invalid("allow_signup", "must be a boolean")),
    };
    if !matches!(params.text("delivery_method")?, None | Some("text")) {
        return Err(RouteError::Invalid("delivery_method", "must be text"));
    }
    let known = users::of(&app.store, identity.connection, &identity.value).await?.is_some();
    let now = app.clock.now();
    let session = Session {
        client: client.id.clone(),
        connection: identity.connection.to_owned(),
        identity: identity.value.clone(),
        expires_at: now.plus_seconds(app.config.code.seconds).0,
    };
    let session = session.seal(&app)?;
    // Nobody is sent anything who has no account and may not have one. Neither the answer nor what
    // becomes of guesses tells.
    let may_sign_up = allow_signup && app.config.signups.are_open(identity.connection);
    let audience =
        if may_sign_up { start::Audience::All } else { start::Audience::Members { is_member: known } };
    let peer = peer.map(|Extension(peer)| peer);
    let captcha = params.text("captcha")?;
    let room = start::send_code(&app, client, &identity, audience, captcha, peer, &headers)
        .await
        .map_err(RouteError::Start)?;
    let mut response = reply::json(StatusCode::OK, &json!({"auth_session": session}))?;
    if let Some(room) = room {
        room.tell(response.headers_mut());
    }
    Ok(response)
}

fn identity(params: &Params) -> Result<Identity, RouteError> {
    let connection = params.text("connection")?.ok_or(RouteError::Invalid("connection", "is required"))?;
    let field = if connection == "sms" { "phone_number" } else { "email" };
    // What names nobody at this connection has to be text too.
    for name in ["email", "phone_number"] {
        params.text(name)?;
    }
    if !matches!(connection, "email" | "sms") {
        return Err(RouteError::UnknownConnection);
    }
    let username = params.text(field)?.ok_or(RouteError::Invalid(field, "is required"))?;
    Identity::parse(connection, username).map_err(|no_identity| match no_identity {
        NoIdentity::UnknownConnection => RouteError::UnknownConnection,
        NoIdentity::NotAnAddress => RouteError::Invalid(field, "is not valid"),
    })
}

/// Whom a code was sent to.
#[derive(Serialize, Deserialize)]
struct Session {
    client: String,
    connection: String,
    identity: String,
    expires_at: i64,
}

impl Session {
    fn seal(&self, app: &App) -> Result<String, Failure> {
        let json = serde_json::to_vec(self).map_err(|_| Failure::Json)?;
        app.config.pepper.seal("auth session", json).ok_or(Failure::Crypto("no seal"))
    }
}

/// Whom an `auth_session` of a client stands for, while it lasts.
pub fn open(app: &App, client: &Client, auth_session: &str, now: Instant) -> Option<Identity> {
    let json = app.config.pepper.unseal("auth session", auth_session)?;
    let session: Session = serde_json::from_slice(&json).ok()?;
    let holds = session.client == client.id && session.expires_at > now.0;
    Identity::parse(&session.connection, &session.identity).ok().filter(|_| holds)
}

#[cfg(test)]
#[path = "otp_challenge_tests.rs"]
mod tests;
