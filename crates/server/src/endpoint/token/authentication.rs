//! Whose request it is: how clients prove who they are, and how they are refused. RFC 6749 section 2.3.

use axum::http::{HeaderMap, StatusCode};
use latch_protocol::error::code;

use super::RouteError;
use crate::{
    client::{BadCredentials, Client, Credentials, Method},
    cors,
    reply::Refusal,
    request::Params,
    state::App,
};

/// The client of a request, proven, on a page of its own.
pub async fn client<'a>(
    app: &'a App,
    headers: &HeaderMap,
    params: &Params,
) -> Result<&'a Client, RouteError> {
    Ok(proven(app, headers, params).await?.0)
}

/// The same, and how it was proven.
pub(super) async fn proven<'a>(
    app: &'a App,
    headers: &HeaderMap,
    params: &Params,
) -> Result<(&'a Client, Method), RouteError> {
    let credentials = Credentials::read(headers, params).map_err(RouteError::BadCredentials)?;
    credentials.id.as_deref().ok_or(RouteError::Missing("client_id"))?;
    let wrong = || RouteError::WrongClient(credentials.method);
    let client = credentials.client(&app.config.clients).ok_or_else(wrong)?;
    if !credentials.prove(app, client).await? {
        return Err(wrong());
    }
    cors::admit(app, client, headers).map_err(RouteError::ForeignOrigin)?;
    Ok((client, credentials.method))
}

/// The client is not who it says. RFC 6749 section 5.2 wants the header when HTTP Basic was used.
pub fn unauthorized(method: Method) -> Refusal {
    let refusal = |code| Refusal::new(StatusCode::UNAUTHORIZED, code, "Unauthorized");
    match method {
        Method::Basic => {
            refusal(code::ACCESS_DENIED).with_header("www-authenticate", "Basic realm=\"latch\"")
        }
        Method::Assertion => refusal(code::INVALID_CLIENT),
        Method::None | Method::Post => refusal(code::ACCESS_DENIED),
    }
}

impl From<BadCredentials> for Refusal {
    fn from(bad: BadCredentials) -> Self {
        match bad {
            BadCredentials::Body(body) => body.into(),
            BadCredentials::Basic => unauthorized(Method::Basic),
            BadCredentials::Ambiguous => Self::new(
                StatusCode::BAD_REQUEST,
                code::INVALID_REQUEST,
                "Only one way of client authentication is allowed",
            ),
            BadCredentials::Assertion => Self::new(
                StatusCode::UNAUTHORIZED,
                code::INVALID_CLIENT,
                "The client assertion is not a JWT of the type jwt-bearer",
            ),
        }
    }
}
