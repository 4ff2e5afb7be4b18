//! `POST /passwordless/start`: sends a one-time code. Auth0: Authentication API, "Get code or link".
//!
//! Differences to Auth0: `send` absent or `null` means `code` (Auth0: `link` for email), and `link`
//! is refused with `bad.send`, because links are not sent yet. The answer is the same whether or not
//! anybody has this address, `email_verified` included; `_id` is made of the address and the client,
//! and is not the tail of the user's `sub`.

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use latch_protocol::{error::code, passwordless::StartResponse, token::PASSWORDLESS_OTP};
use serde_json::Value;

use super::answers_with_refusals;
use crate::{
    client::{BadCredentials, Client, Credentials, Grant, Method, origin_of},
    cors::{self, ForeignOrigin},
    failure::Failure,
    identity::Email,
    limits::{Exceeded, Limit, Peer, asker, asker_bucket},
    mail::message::{self, CodeMail},
    random,
    reply::{self, Refusal},
    request::{BadBody, Json, Params},
    secret::Purpose,
    state::App,
    store::{codes, hits, outbox},
};

/// Everything that may stand in the body.
const KNOWN: [&str; 10] = [
    "authParams",
    "captcha",
    "client_assertion",
    "client_assertion_type",
    "client_id",
    "client_secret",
    "connection",
    "email",
    "phone_number",
    "send",
];

/// Why no code was sent.
#[derive(Debug)]
pub enum RouteError {
    /// Something failed inside.
    Internal(Failure),
    /// A value is not text.
    Body(BadBody),
    /// Keys that Auth0 does not take.
    UnknownKeys(Vec<String>),
    /// A key is missing; which, and its code.
    Missing(&'static str, &'static str),
    /// A value is of the wrong JSON type.
    WrongType(&'static str, &'static str, &'static str),
    /// No client has this id.
    UnknownClient,
    /// No connection has this name.
    UnknownConnection,
    /// The connection is none that this server offers.
    DisabledConnection,
    /// Not an address.
    NotAnAddress,
    /// `send` is `link`.
    Link,
    /// `send` is something else.
    UnknownSend,
    /// The client's credentials cannot be told.
    BadCredentials(BadCredentials),
    /// The client has a secret and did not send it.
    SecretRequired,
    /// The client sent a wrong secret.
    WrongSecret,
    /// The client may not use codes.
    GrantNotAllowed,
    /// The page is not the client's.
    ForeignOrigin(ForeignOrigin),
    /// Asked too often.
    Exceeded(Exceeded),
}

answers_with_refusals!(RouteError);

impl From<RouteError> for Refusal {
    fn from(error: RouteError) -> Self {
        let bad = |code: &str, description: &str| Self::new(StatusCode::BAD_REQUEST, code, description);
        match error {
            RouteError::Internal(failure) => failure.into(),
            RouteError::Body(body) | RouteError::BadCredentials(BadCredentials::Body(body)) => body.into(),
            RouteError::UnknownKeys(keys) => {
                let list = keys.join(", ");
                bad(code::BAD_REQUEST, &format!("the following properties are not allowed: {list}"))
            }
            RouteError::Missing(key, code) => bad(code, &format!("Missing required property: {key}")),
            RouteError::WrongType(key, given, code) => {
                let expected = if key == "authParams" { "object" } else { "string" };
                bad(code, &format!("error in {key} - invalid type: {given} (expected {expected})"))
            }
            RouteError::UnknownClient => bad(code::BAD_CLIENT_ID, "Client does not exist"),
            RouteError::UnknownConnection => bad(code::BAD_CONNECTION, "Connection does not exist"),
            RouteError::DisabledConnection => bad(code::BAD_CONNECTION, "Connection is disabled"),
            RouteError::NotAnAddress => bad(code::BAD_EMAIL, "error in email - invalid format"),
            RouteError::Link => bad(code::BAD_SEND, "send \"link\" is not supported; use \"code\""),
            RouteError::UnknownSend => bad(code::BAD_SEND, "send must be \"code\" or \"link\""),
            RouteError::BadCredentials(_) | RouteError::WrongSecret => {
                Self::new(StatusCode::UNAUTHORIZED, code::ACCESS_DENIED, "Unauthorized")
            }
            RouteError::SecretRequired => Self::new(
                StatusCode::FORBIDDEN,
                code::UNAUTHORIZED_CLIENT,
                "Client authentication is required",
            ),
            RouteError::GrantNotAllowed => super::token::grant_not_allowed(PASSWORDLESS_OTP),
            RouteError::ForeignOrigin(foreign) => foreign.into(),
            RouteError::Exceeded(exceeded) => exceeded.into(),
        }
    }
}

/// `POST /passwordless/start`
pub async fn post(
    State(app): State<App>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    Json(params): Json,
) -> Result<Response, RouteError> {
    let unknown: Vec<String> = params.names().filter(|name| !KNOWN.contains(name)).map(printable).collect();
    if !unknown.is_empty() {
        return Err(RouteError::UnknownKeys(unknown));
    }
    let client_id = required(&params, "client_id", code::BAD_CLIENT_ID)?;
    let client = app.config.clients.find(client_id).ok_or(RouteError::UnknownClient)?;
    let connection = required(&params, "connection", code::BAD_CONNECTION)?;
    match connection {
        "email" => {}
        "sms" => return Err(RouteError::DisabledConnection),
        _ => return Err(RouteError::UnknownConnection),
    }
    let email = required(&params, "email", code::BAD_EMAIL)?;
    let email = Email::parse(email).map_err(|_| RouteError::NotAnAddress)?;
    match text(&params, "send", code::BAD_SEND)? {
        None | Some("code") => {}
        Some("link") => return Err(RouteError::Link),
        Some(_) => return Err(RouteError::UnknownSend),
    }
    if let Some(value) = params.value("authParams").filter(|value| !value.is_object()) {
        return Err(RouteError::WrongType("authParams", type_name(value), code::BAD_AUTH_PARAMS));
    }
    let hosted = is_hosted(&app, &params, client).await?;
    if !hosted {
        authenticate(&app, &headers, &params, client).await?;
    }
    cors::admit(&app, client, &headers).map_err(RouteError::ForeignOrigin)?;
    if !hosted && !client.grants.contains(&Grant::Otp) {
        return Err(RouteError::GrantNotAllowed);
    }

    // A backend that has proven itself asks for many users from one address: Auth0 counts by
    // address only what comes from public clients.
    let address = peer
        .filter(|_| !client.is_confidential())
        .map(|Extension(peer)| asker_bucket(asker(&app, peer, &headers)));
    send(&app, client, &email, address, &headers).await?;

    let rules = &app.config.code;
    let answer = StartResponse {
        id: app.config.pepper.hex24(Purpose::Start, &[&client.id, "email", email.as_str()]),
        email: Some(email.as_str().to_owned()),
        email_verified: Some(false),
        code_length: Some(rules.length),
        expires_in: Some(rules.seconds),
        resend_in: Some(rules.resend_seconds),
        tries: Some(rules.tries),
    };
    Ok(reply::json(StatusCode::OK, &answer)?)
}

/// Counts the send, makes the code and writes its message, all or nothing.
async fn send(
    app: &App,
    client: &Client,
    email: &Email,
    address: Option<String>,
    headers: &HeaderMap,
) -> Result<(), RouteError> {
    let pepper = &app.config.pepper;
    let rules = &app.config.code;
    let id = random::id(&*app.random)?;
    let digits = random::digits(&*app.random, rules.length)?;
    let owner = codes::Owner { client: &client.id, connection: "email", identity: email.as_str() };
    let mac = pepper.mac(Purpose::Code, &[&id, &digits]);
    let mail = message::write(CodeMail {
        app_name: &client.name,
        code: &digits,
        seconds: rules.seconds,
        host: &page_host(app, headers),
    });
    let payload = serde_json::to_string(&mail).map_err(|_| Failure::Json)?;
    let language = language(headers);
    let topic = pepper.hex24(Purpose::Topic, &[&client.id, "email", email.as_str()]);

    let mut tx = app.store.write().await?;
    let now = app.clock.now();
    for limit in limits(app, email, address) {
        hits::count(&mut tx, &limit, now).await?.map_err(RouteError::Exceeded)?;
    }
    let expires_at = now.plus_seconds(rules.seconds);
    codes::put(&mut tx, owner, &id, &mac, now, expires_at).await?;
    let mail_id = random::id(&*app.random)?;
    let mail = outbox::NewMail {
        id: &mail_id,
        topic: &topic,
        channel: "email",
        recipient: email.as_str(),
        payload: &payload,
        language: language.as_deref(),
        created_at: now,
        expires_at,
    };
    outbox::put(&mut tx, mail).await?;
    tx.commit().await?;
    app.mail_waits.notify_one();
    Ok(())
}

fn limits(app: &App, email: &Email, address: Option<String>) -> Vec<Limit> {
    let configured = &app.config.limits;
    let mut limits = Vec::new();
    if let Some((most, address)) = configured.starts_per_ip.zip(address) {
        limits.push(Limit { bucket: format!("start {address}"), most, window: 3600 });
    }
    if let Some(most) = configured.sends_per_identity {
        // Counted over all clients: it is one person's mailbox that fills up.
        let identity = app.config.pepper.hex24(Purpose::Limit, &["email", email.as_str()]);
        limits.push(Limit { bucket: format!("send {identity}"), most, window: 600 });
    }
    limits
}

/// Whether it is the hosted page that asks, for a login of this client that waits: it has no secret,
/// and the code will lead back to the client by redirect only.
async fn is_hosted(app: &App, params: &Params, client: &Client) -> Result<bool, RouteError> {
    let state = params.value("authParams").and_then(|params| params.get("state")).and_then(Value::as_str);
    let Some(state) = state else { return Ok(false) };
    let request = super::authorize::waiting(app, state).await?;
    Ok(request.is_some_and(|request| request.client == client.id))
}

async fn authenticate(
    app: &App,
    headers: &HeaderMap,
    params: &Params,
    client: &Client,
) -> Result<(), RouteError> {
    let credentials = Credentials::read(headers, params).map_err(RouteError::BadCredentials)?;
    if credentials.prove(app, client).await? {
        Ok(())
    } else if credentials.method != Method::None {
        Err(RouteError::WrongSecret)
    } else {
        Err(RouteError::SecretRequired)
    }
}

/// The host of the page that the code will be typed into: the one that asks, or ours.
fn page_host(app: &App, headers: &HeaderMap) -> String {
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    let origin = origin.and_then(origin_of).unwrap_or_else(|| app.origin().to_owned());
    let host = url::Url::parse(&origin).ok().and_then(|url| url.host_str().map(str::to_owned));
    host.unwrap_or_else(|| "localhost".to_owned())
}

/// `X-Request-Language`, as Auth0 has it, or what the browser says.
fn language(headers: &HeaderMap) -> Option<String> {
    let value = headers.get("x-request-language").or_else(|| headers.get(header::ACCEPT_LANGUAGE))?;
    let language: String = value.to_str().ok()?.chars().take(100).collect();
    Some(language).filter(|language| !language.is_empty())
}

fn required<'a>(params: &'a Params, key: &'static str, code: &'static str) -> Result<&'a str, RouteError> {
    text(params, key, code)?.ok_or(RouteError::Missing(key, code))
}

fn text<'a>(
    params: &'a Params,
    key: &'static str,
    code: &'static str,
) -> Result<Option<&'a str>, RouteError> {
    match params.value(key) {
        None | Some(Value::String(_)) => params.text(key).map_err(RouteError::Body),
        Some(value) => Err(RouteError::WrongType(key, type_name(value), code)),
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// A key as it can be repeated in a sentence.
fn printable(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(64).collect()
}

#[cfg(test)]
#[path = "start_tests.rs"]
mod tests;
