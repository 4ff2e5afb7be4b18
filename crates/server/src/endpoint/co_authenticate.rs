//! `POST /co/authenticate`: a page of a client takes the code itself. Auth0: "Cross-Origin
//! Authentication". What it gets is no token but a ticket for `/authorize`, and the browser gets the
//! session's cookie.
//!
//! Auth0 has no words for a code that took all its tries or expired here: they are 403
//! `access_denied`, with the sentences of the token endpoint.

use std::net::IpAddr;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use latch_protocol::{error::code, token::PASSWORDLESS_OTP};
use serde_json::json;

use super::answers_with_refusals;
use crate::{
    client::Client,
    cors::Withheld,
    failure::Failure,
    limits::{Asker, devices::Device, guesses::Blocked},
    proof::{self, Guess, Identity, NoIdentity, Unproven},
    random,
    reply::{self, Refusal},
    request::{BadBody, Json, Params},
    secret::sha256,
    session,
    state::App,
    store::tickets::{self, Ticket},
};

/// Seconds that a ticket is good for: the browser goes on at once.
const TICKET_SECONDS: u32 = 120;

/// All and only these.
const EXPECTED: [&str; 5] = ["client_id", "credential_type", "otp", "realm", "username"];

/// Credentials that Auth0 knows and this server has not: there are no passwords.
const PASSWORDS: [&str; 2] = ["password", "http://auth0.com/oauth/grant-type/password-realm"];

/// Why there is no ticket.
#[derive(Debug)]
pub enum RouteError {
    /// Something failed inside.
    Internal(Failure),
    /// A value is not text.
    Body(BadBody),
    /// Keys are missing, or there are others.
    WrongKeys,
    /// Not a kind of credential that is known.
    UnknownCredential,
    /// No connection has this name.
    UnknownRealm(String),
    /// The client does not exist or its pages may not take codes.
    NotAllowed,
    /// The page is not the client's.
    ForeignOrigin(String),
    /// Whoever guesses guessed wrong too often.
    Blocked(Blocked),
    /// Nobody may sign in as this user.
    UserBlocked,
    /// The code does not hold.
    Unproven(&'static str),
}

answers_with_refusals!(RouteError, Body);

impl From<RouteError> for Refusal {
    fn from(error: RouteError) -> Self {
        let bad = |code: &str, text: &str| Self::new(StatusCode::BAD_REQUEST, code, text);
        match error {
            RouteError::Internal(failure) => failure.into(),
            RouteError::Body(body) => body.into(),
            RouteError::WrongKeys => bad(
                code::INVALID_REQUEST,
                "Invalid request body. All and only of client_id, credential_type, username, otp, realm are required.",
            ),
            RouteError::UnknownCredential => {
                bad("unsupported_credential_type", "Unknown credential type parameter.")
            }
            RouteError::UnknownRealm(realm) => bad(code::INVALID_REQUEST, &format!("Unknown realm {realm}.")),
            RouteError::NotAllowed => Self::new(
                StatusCode::UNAUTHORIZED,
                code::UNAUTHORIZED_CLIENT,
                "Cross origin login not allowed.",
            ),
            RouteError::ForeignOrigin(origin) => Self::new(
                StatusCode::FORBIDDEN,
                code::ACCESS_DENIED,
                &format!("Origin {origin} is not allowed."),
            )
            .withheld(),
            RouteError::Blocked(blocked) => blocked.into(),
            RouteError::UserBlocked => Self::new(StatusCode::FORBIDDEN, "blocked_user", "Blocked user"),
            RouteError::Unproven(description) => {
                Self::new(StatusCode::FORBIDDEN, code::ACCESS_DENIED, description)
            }
        }
    }
}

/// `POST /co/authenticate`
pub async fn post(
    State(app): State<App>,
    Asker(from): Asker,
    headers: HeaderMap,
    Json(params): Json,
) -> Response {
    match authenticate(&app, from, &headers, &params).await {
        Ok(response) => response,
        // Auth0 says this one in plain text.
        Err(RouteError::ForeignOrigin(origin)) => {
            let text = format!("Origin {origin} is not allowed.");
            let mut response = (StatusCode::FORBIDDEN, text).into_response();
            response.extensions_mut().insert(Withheld);
            response
        }
        Err(error) => error.into_response(),
    }
}

async fn authenticate(
    app: &App,
    from: Option<IpAddr>,
    headers: &HeaderMap,
    params: &Params,
) -> Result<Response, RouteError> {
    let credential = params.text("credential_type")?;
    if credential.is_some_and(|credential| PASSWORDS.contains(&credential)) {
        return Err(RouteError::Unproven("Wrong email or password."));
    }
    let mut values = [""; 5];
    for (value, name) in values.iter_mut().zip(EXPECTED) {
        *value = params.text(name)?.ok_or(RouteError::WrongKeys)?;
    }
    if params.names().count() != EXPECTED.len() {
        return Err(RouteError::WrongKeys);
    }
    let [client_id, credential, code, realm, username] = values;
    if credential != PASSWORDLESS_OTP {
        return Err(RouteError::UnknownCredential);
    }
    let client = app.config.clients.find(client_id).filter(|client| client.cross_origin);
    let client = client.ok_or(RouteError::NotAllowed)?;
    admit(app, client, headers)?;
    let identity = match Identity::parse(realm, username) {
        Ok(identity) => identity,
        Err(NoIdentity::UnknownConnection) => return Err(RouteError::UnknownRealm(realm.to_owned())),
        Err(NoIdentity::NotAnAddress) => {
            return Err(RouteError::Unproven(Unproven::Wrong.description(realm)));
        }
    };
    let connection = identity.connection;
    let unproven = |unproven| match unproven {
        Unproven::Internal(failure) => RouteError::Internal(failure),
        Unproven::Blocked(blocked) => RouteError::Blocked(blocked),
        Unproven::Barred => RouteError::UserBlocked,
        other => RouteError::Unproven(other.description(connection)),
    };
    let device = Device::of(app, headers, from);
    let guess = Guess { code, from, device: &device };
    let proof = proof::check(app, client, identity.clone(), guess).await.map_err(unproven)?;

    let secret = random::token(&*app.random)?;
    let verifier = random::token(&*app.random)?;
    let mut tx = app.store.write().await?;
    let now = app.clock.now();
    let user = proof::consume(app, &mut tx, &proof, now).await.map_err(unproven)?;
    let begun = session::begin(app, &mut tx, headers, &user, client, now).await?;
    let ticket = Ticket {
        sid: begun.session.sid,
        sub: user.sub,
        auth_time: begun.session.auth_time,
        co_id: random::id(&*app.random)?,
        verifier: sha256(&verifier),
    };
    // A page of another site asks: the next time, it has to bring the cookie as well.
    let known = device.give_cookie(app, &mut tx, &identity, true, now).await?;
    tickets::put(&mut tx, &sha256(&secret), &client.id, &ticket, now.plus_seconds(TICKET_SECONDS)).await?;
    tx.commit().await?;

    let body = json!({"login_ticket": secret, "co_verifier": verifier, "co_id": ticket.co_id});
    let mut response = reply::json(StatusCode::OK, &body)?;
    for cookie in [begun.cookie].into_iter().chain(known) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Only pages of the client, and they have an origin: whoever sends none is no page.
fn admit(app: &App, client: &Client, headers: &HeaderMap) -> Result<(), RouteError> {
    let origin = headers.get(header::ORIGIN).map(|origin| String::from_utf8_lossy(origin.as_bytes()));
    let origin = origin.unwrap_or_default();
    if origin == app.origin() || client.allows_web_origin(&origin) {
        return Ok(());
    }
    Err(RouteError::ForeignOrigin(origin.chars().filter(char::is_ascii_graphic).take(255).collect()))
}

#[cfg(test)]
#[path = "co_authenticate_tests.rs"]
mod tests;
