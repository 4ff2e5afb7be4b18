//! `GET` and `POST /userinfo`: claims about the user of an access token. OpenID Connect Core section
//! 5.3.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use latch_protocol::error::code;
use serde_json::Value;

use super::answers_with_refusals;
use crate::{
    cors::{self, ForeignOrigin},
    failure::Failure,
    reply::{self, Refusal},
    state::App,
    store::users,
    tokens::{self, Scope},
};

/// Why nothing is told.
#[derive(Debug)]
pub enum RouteError {
    /// Something failed inside.
    Internal(Failure),
    /// No access token in the `Authorization` header.
    NoToken,
    /// The token is unknown, expired, revoked, or not for this endpoint.
    WrongToken,
    /// The page is not the client's.
    ForeignOrigin(ForeignOrigin),
}

answers_with_refusals!(RouteError);

impl From<RouteError> for Refusal {
    fn from(error: RouteError) -> Self {
        let unauthorized = |code: &str, description: &str, challenge: &str| {
            Self::new(StatusCode::UNAUTHORIZED, code, description).with_header("www-authenticate", challenge)
        };
        match error {
            RouteError::Internal(failure) => failure.into(),
            RouteError::NoToken => unauthorized(code::INVALID_REQUEST, "Missing access token", "Bearer"),
            RouteError::WrongToken => {
                unauthorized(code::INVALID_TOKEN, "Unauthorized", "Bearer error=\"invalid_token\"")
            }
            RouteError::ForeignOrigin(foreign) => foreign.into(),
        }
    }
}

/// `GET /userinfo`, `POST /userinfo`
pub async fn get(State(app): State<App>, headers: HeaderMap) -> Result<Response, RouteError> {
    let token = bearer(&headers).ok_or(RouteError::NoToken)?;
    let access = tokens::open_access_token(&app, token, app.clock.now()).await?;
    let access = access.ok_or(RouteError::WrongToken)?;
    let client = app.config.clients.find(&access.client).ok_or(RouteError::WrongToken)?;
    cors::admit(&app, client, &headers).map_err(RouteError::ForeignOrigin)?;
    let scope = Scope::stored(&access.scope);
    if !scope.has("openid") {
        return Err(RouteError::WrongToken);
    }
    let user = users::find(&app.store, &access.sub).await?.ok_or(RouteError::WrongToken)?;
    let mut claims = tokens::profile(&user, &scope);
    if let Value::Object(claims) = &mut claims {
        claims.insert("sub".into(), Value::String(user.sub));
    }
    Ok(reply::json(StatusCode::OK, &claims)?)
}

/// RFC 6750 section 2.1. A token in the address or the body is not looked for.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}
