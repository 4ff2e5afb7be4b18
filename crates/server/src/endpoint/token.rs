//! `POST /oauth/token`: exchanges a grant for tokens. RFC 6749 section 3.2, with Auth0's errors:
//! `invalid_grant` comes with 403, a client that is not who it says with 401 `access_denied`.
//!
//! A grant type that nobody knows is refused with 400 (RFC 6749 section 5.2; old documents of Auth0
//! say 501).

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use latch_protocol::{
    error::{code, description},
    token::PASSWORDLESS_OTP,
};

use super::{answers_with_refusals, otp, refresh};
use crate::{
    client::{BadCredentials, Client, Credentials},
    config::Api,
    cors::{self, ForeignOrigin},
    failure::Failure,
    reply::{self, Refusal},
    request::{BadBody, JsonOrForm, Params},
    state::App,
};

/// Grant types of Auth0 that this server does not offer to anybody.
const OTHER_GRANTS: [&str; 9] = [
    "authorization_code",
    "client_credentials",
    "implicit",
    "password",
    "http://auth0.com/oauth/grant-type/password-realm",
    "http://auth0.com/oauth/grant-type/mfa-oob",
    "http://auth0.com/oauth/grant-type/mfa-otp",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:ietf:params:oauth:grant-type:token-exchange",
];

/// Why there are no tokens.
#[derive(Debug)]
pub enum RouteError {
    /// Something failed inside.
    Internal(Failure),
    /// A value is not text.
    Body(BadBody),
    /// A parameter is missing.
    Missing(&'static str),
    /// The client's credentials cannot be told.
    BadCredentials(BadCredentials),
    /// No such client, or not its secret.
    WrongClient {
        /// Whether it said so with HTTP Basic.
        basic: bool,
    },
    /// The page is not the client's.
    ForeignOrigin(ForeignOrigin),
    /// The client may not use this grant type.
    GrantNotAllowed(String),
    /// Nobody knows this grant type.
    UnknownGrant,
    /// No connection has this name.
    UnknownRealm(String),
    /// No API has this audience.
    UnknownAudience(String),
    /// The code is wrong, was used, was never sent, or belongs to somebody else.
    WrongCode,
    /// The code was right once.
    ExpiredCode,
    /// The code took all its tries.
    ExhaustedCode,
    /// The refresh token is unknown, expired, used or another client's.
    WrongRefreshToken,
}

answers_with_refusals!(RouteError);

impl From<BadBody> for RouteError {
    fn from(bad: BadBody) -> Self {
        Self::Body(bad)
    }
}

impl From<RouteError> for Refusal {
    fn from(error: RouteError) -> Self {
        let grant = |description: &str| Self::new(StatusCode::FORBIDDEN, code::INVALID_GRANT, description);
        match error {
            RouteError::Internal(failure) => failure.into(),
            RouteError::Body(bad) => bad.into(),
            RouteError::Missing(name) => missing(name),
            RouteError::BadCredentials(bad) => bad.into(),
            RouteError::WrongClient { basic } => unauthorized(basic),
            RouteError::ForeignOrigin(foreign) => foreign.into(),
            RouteError::GrantNotAllowed(grant) => grant_not_allowed(&grant),
            RouteError::UnknownGrant => {
                Self::new(StatusCode::BAD_REQUEST, code::UNSUPPORTED_GRANT_TYPE, "Unsupported grant type")
            }
            RouteError::UnknownRealm(realm) => {
                Self::new(StatusCode::BAD_REQUEST, code::INVALID_REQUEST, &format!("Unknown realm {realm}."))
            }
            RouteError::UnknownAudience(audience) => Self::new(
                StatusCode::FORBIDDEN,
                code::ACCESS_DENIED,
                &format!("Service not found: {audience}"),
            ),
            RouteError::WrongCode => grant(description::WRONG_EMAIL_CODE),
            RouteError::ExpiredCode => grant(description::CODE_EXPIRED),
            RouteError::ExhaustedCode => grant(description::CODE_ATTEMPTS),
            // Auth0's SPA SDK looks for "invalid refresh token" in this sentence.
            RouteError::WrongRefreshToken => grant("Unknown or invalid refresh token."),
        }
    }
}

impl From<BadCredentials> for Refusal {
    fn from(bad: BadCredentials) -> Self {
        match bad {
            BadCredentials::Body(body) => body.into(),
            BadCredentials::Basic => unauthorized(true),
            BadCredentials::Ambiguous => Self::new(
                StatusCode::BAD_REQUEST,
                code::INVALID_REQUEST,
                "Only one way of client authentication is allowed",
            ),
            BadCredentials::Assertion => Self::new(
                StatusCode::UNAUTHORIZED,
                code::INVALID_CLIENT,
                "Client assertions are not supported",
            ),
        }
    }
}

/// A parameter is missing.
pub fn missing(name: &str) -> Refusal {
    let description = format!("Missing required parameter: {name}");
    Refusal::new(StatusCode::BAD_REQUEST, code::INVALID_REQUEST, &description)
}

/// The client is not who it says. RFC 6749 section 5.2 wants the header when HTTP Basic was used.
pub fn unauthorized(basic: bool) -> Refusal {
    let refusal = Refusal::new(StatusCode::UNAUTHORIZED, code::ACCESS_DENIED, "Unauthorized");
    if basic { refusal.with_header("www-authenticate", "Basic realm=\"latch\"") } else { refusal }
}

/// The client may not use a grant type.
pub fn grant_not_allowed(grant: &str) -> Refusal {
    let description = format!("Grant type '{grant}' not allowed for the client.");
    Refusal::new(StatusCode::FORBIDDEN, code::UNAUTHORIZED_CLIENT, &description)
        .with_uri("https://auth0.com/docs/clients/client-grant-types")
}

/// `POST /oauth/token`
pub async fn post(
    State(app): State<App>,
    headers: HeaderMap,
    JsonOrForm(params): JsonOrForm,
) -> Result<Response, RouteError> {
    let grant = required(&params, "grant_type")?;
    let client = client(&app, &headers, &params)?;
    let tokens = match grant {
        PASSWORDLESS_OTP => otp::exchange(&app, client, &params).await?,
        "refresh_token" => refresh::exchange(&app, client, &params).await?,
        other if OTHER_GRANTS.contains(&other) => {
            return Err(RouteError::GrantNotAllowed(other.to_owned()));
        }
        _ => return Err(RouteError::UnknownGrant),
    };
    Ok(reply::json(StatusCode::OK, &tokens)?)
}

/// The client of a request, proven, on a page of its own.
pub fn client<'a>(app: &'a App, headers: &HeaderMap, params: &Params) -> Result<&'a Client, RouteError> {
    let credentials = Credentials::read(headers, params).map_err(RouteError::BadCredentials)?;
    let id = credentials.id.as_deref().ok_or(RouteError::Missing("client_id"))?;
    let client = app.config.clients.find(id).filter(|client| credentials.prove(client));
    let client = client.ok_or(RouteError::WrongClient { basic: credentials.basic })?;
    cors::admit(app, client, headers).map_err(RouteError::ForeignOrigin)?;
    Ok(client)
}

/// A parameter that must be there.
pub fn required<'a>(params: &'a Params, name: &'static str) -> Result<&'a str, RouteError> {
    params.text(name)?.ok_or(RouteError::Missing(name))
}

/// The API that an audience names.
pub fn api(app: &App, client: &Client, audience: Option<&str>) -> Result<Option<Api>, RouteError> {
    let Some(audience) = audience else { return Ok(None) };
    if let Some(api) = app.config.apis.iter().find(|api| api.audience == audience) {
        return Ok(Some(api.clone()));
    }
    if client.any_audience {
        return Ok(Some(Api { audience: audience.to_owned(), scopes: Vec::new() }));
    }
    Err(RouteError::UnknownAudience(audience.to_owned()))
}
