//! `POST /passwordless/start`: sends a one-time code, or a link that carries it, by email or SMS.
//! Auth0: Authentication API, "Get code or link".
//!
//! Differences to Auth0: `send` can also be `link_or_code`, which sends both in one email; an email to
//! a client that has nowhere for a link to return to is a code when `send` is absent. The answer is
//! the same whether or not anybody has the address, `email_verified` and `phone_verified` included;
//! `_id` is made of the address and the client, and is not the tail of the user's `sub`.

mod auth_params;
mod refusal;
mod send;

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use latch_protocol::{
    error::code,
    passwordless::{SmsStartResponse, StartResponse},
};
use serde_json::Value;

pub use self::refusal::RouteError;
pub(super) use self::send::Audience;
use self::{
    auth_params::AuthParams,
    send::{Order, Sent},
};
use crate::{
    captcha::{self, Asking},
    client::{Client, Credentials, Grant, Method},
    cors,
    failure::Failure,
    identity::Phone,
    limits::{Peer, Room, asker, asker_bucket, devices::Device, end_user},
    mail::message::{Send, Signs, own_sender},
    proof::Identity,
    reply,
    request::{Json, Params},
    secret::Purpose,
    state::App,
    store::users,
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
    let identity = identity(&app, &params)?;
    let solved = text(&params, "captcha", code::INVALID_CAPTCHA)?;
    let send = text(&params, "send", code::BAD_SEND)?;
    let send = send.map(|word| Send::parse(word).ok_or(RouteError::UnknownSend)).transpose()?;
    let auth_params = AuthParams::read(&params)?;
    let hosted = is_hosted(&app, &params, client).await?;
    let method = if hosted { Method::None } else { authenticate(&app, &headers, &params, client).await? };
    cors::admit(&app, client, &headers).map_err(RouteError::ForeignOrigin)?;
    if !hosted && !client.grants.contains(&Grant::Otp) {
        return Err(RouteError::GrantNotAllowed);
    }
    let redirect_uri = auth_params.redirect_uri(client)?;
    let send = match (identity.connection, send, &redirect_uri) {
        ("sms", None | Some(Send::Code), _) => Send::Code,
        ("sms", Some(_), _) => return Err(RouteError::LinkBySms),
        // Auth0's default for email.
        (_, None, Some(_)) => Send::Link,
        (_, None | Some(Send::Code), _) => Send::Code,
        (_, Some(link), Some(_)) => link,
        (_, Some(_), None) => return Err(RouteError::NoCallback),
    };

    // A backend that has proven itself asks for many users from one address: Auth0 counts by
    // address only what comes from public clients.
    let end_user = end_user(client, method, &headers);
    let ip = end_user.or_else(|| peer.map(|Extension(peer)| asker(&app, peer, &headers)));
    // A secret proves nothing of a client that has none.
    let is_backend = client.is_confidential() && method != Method::None && end_user.is_none();
    let ip_of_user = ip.filter(|_| !is_backend);
    let address = ip_of_user.map(asker_bucket);
    let known = Device::of(&app, &headers, ip_of_user).known(&app, &identity).await?;
    // Who proves to be a backend, also in the name of others, is not asked.
    if method == Method::None || !client.is_confidential() {
        let asking = Asking {
            client,
            connection: identity.connection,
            to: Some(&identity),
            from: ip,
            state: auth_params.get("state").filter(|_| hosted),
        };
        captcha::admit(&app, asking, solved).await?.map_err(RouteError::Captcha)?;
    }
    let language = language(&headers);
    // Asked in any case, so that the time it takes tells nothing.
    let is_known = users::of(&app.store, identity.connection, &identity.value).await?.is_some();
    let is_open = app.config.signups.are_open(identity.connection);
    let audience = match (is_open, app.config.compat.enumeration) {
        (true, _) => Audience::All,
        (false, false) => Audience::Members { is_member: is_known },
        (false, true) if is_known => Audience::All,
        (false, true) => Audience::Nobody,
    };
    let order = Order {
        client,
        identity: &identity,
        send,
        audience,
        auth_params: &auth_params,
        redirect_uri: redirect_uri.as_deref(),
        language: language.as_deref(),
        ip,
        address,
        known,
        counted: ("start", app.config.limits.starts_per_ip),
    };
    let made = send::send(&app, order, &headers).await?;
    let mut response = answer(&app, client, identity, language, &made)?;
    if let Some(room) = made.room {
        room.tell(response.headers_mut());
    }
    Ok(response)
}

/// Sends a code that nobody asked a link for. Returns how often the address may ask again.
pub(super) async fn send_code(
    app: &App,
    client: &Client,
    identity: &Identity,
    audience: Audience,
    captcha: Option<&str>,
    peer: Option<Peer>,
    headers: &HeaderMap,
) -> Result<Option<Room>, RouteError> {
    if identity.connection == "sms" {
        let Some(sms) = &app.config.sms else { return Err(RouteError::DisabledConnection) };
        if !Phone::parse(&identity.value).is_ok_and(|phone| sms.reaches(&phone)) {
            return Err(RouteError::Country);
        }
    }
    let ip = peer.map(|peer| asker(app, peer, headers));
    let ip_of_user = ip.filter(|_| !client.is_confidential());
    let address = ip_of_user.map(asker_bucket);
    let known = Device::of(app, headers, ip_of_user).known(app, identity).await?;
    if !client.is_confidential() {
        let asking =
            Asking { client, connection: identity.connection, to: Some(identity), from: ip, state: None };
        captcha::admit(app, asking, captcha).await?.map_err(RouteError::Captcha)?;
    }
    let language = language(headers);
    let order = Order {
        client,
        identity,
        send: Send::Code,
        audience,
        auth_params: &AuthParams::default(),
        redirect_uri: None,
        language: language.as_deref(),
        ip,
        address,
        known,
        counted: ("otp-challenge", app.config.limits.otp_challenges_per_ip),
    };
    Ok(send::send(app, order, headers).await?.room)
}

/// Who is named, at which connection.
fn identity(app: &App, params: &Params) -> Result<Identity, RouteError> {
    // What names nobody at this connection has to be text too.
    for (key, code) in [("email", code::BAD_EMAIL), ("phone_number", code::BAD_PHONE_NUMBER)] {
        text(params, key, code)?;
    }
    match required(params, "connection", code::BAD_CONNECTION)? {
        "email" => {
            let email = required(params, "email", code::BAD_EMAIL)?;
            Identity::parse("email", email).map_err(|_| RouteError::NotAnAddress)
        }
        "sms" => {
            let Some(sms) = &app.config.sms else { return Err(RouteError::DisabledConnection) };
            let number = required(params, "phone_number", code::BAD_PHONE_NUMBER)?;
            let phone = Phone::parse(number).map_err(RouteError::NotANumber)?;
            if !sms.reaches(&phone) {
                return Err(RouteError::Country);
            }
            Ok(Identity { connection: "sms", value: phone.as_str().to_owned() })
        }
        _ => Err(RouteError::UnknownConnection),
    }
}

fn answer(
    app: &App,
    client: &Client,
    identity: Identity,
    language: Option<String>,
    sent: &Sent,
) -> Result<Response, Failure> {
    let rules = &app.config.code;
    let Identity { connection, value } = identity;
    let common = StartResponse {
        id: app.config.pepper.hex24(Purpose::Start, &[&client.id, connection, &value]),
        email: None,
        email_verified: None,
        code_length: Some(sent.code_length),
        expires_in: Some(rules.seconds),
        resend_in: Some(rules.resend_seconds),
        tries: Some(rules.tries),
        sender: None,
        subject: None,
    };
    if connection == "sms" {
        let answer = SmsStartResponse {
            common,
            phone_number: value,
            phone_verified: false,
            request_language: language,
        };
        return reply::json(StatusCode::OK, &answer);
    }
    let Signs { from, subject } = &sent.signs;
    let own = own_sender(from.as_deref());
    let sender = Some(own.as_ref().unwrap_or(&app.config.mail.from).email.to_string());
    let answer = StartResponse {
        email: Some(value),
        email_verified: Some(false),
        sender,
        subject: subject.clone(),
        ..common
    };
    reply::json(StatusCode::OK, &answer)
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
) -> Result<Method, RouteError> {
    let credentials = Credentials::read(headers, params).map_err(RouteError::BadCredentials)?;
    if credentials.prove(app, client).await? {
        Ok(credentials.method)
    } else if credentials.method != Method::None {
        Err(RouteError::WrongSecret)
    } else {
        Err(RouteError::SecretRequired)
    }
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

#[cfg(test)]
#[path = "start/link_tests.rs"]
mod link_tests;

#[cfg(test)]
#[path = "start/signup_tests.rs"]
mod signup_tests;

#[cfg(test)]
#[path = "start/sms_tests.rs"]
mod sms_tests;
