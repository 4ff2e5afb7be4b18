//! `POST /oauth/revoke`: ends a refresh token and everything that came of its login. RFC 7009.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use latch_protocol::error::code;

use super::token::{self, required};
use crate::{reply::Refusal, request::JsonOrForm, secret::sha256, state::App, store::tokens};

use super::answers_with_refusals;
use crate::failure::Failure;

/// Why nothing was revoked.
#[derive(Debug)]
pub enum RouteError {
    /// Something failed inside.
    Internal(Failure),
    /// No such client, or not its secret.
    WrongClient {
        /// Whether it said so with HTTP Basic.
        basic: bool,
    },
    /// What the token endpoint would refuse too.
    Token(token::RouteError),
}

answers_with_refusals!(RouteError);

impl From<token::RouteError> for RouteError {
    fn from(error: token::RouteError) -> Self {
        match error {
            token::RouteError::WrongClient { basic } => Self::WrongClient { basic },
            other => Self::Token(other),
        }
    }
}

impl From<RouteError> for Refusal {
    fn from(error: RouteError) -> Self {
        match error {
            RouteError::Internal(failure) => failure.into(),
            // Here Auth0 says it with the code of RFC 6749.
            RouteError::WrongClient { basic } => {
                let refusal = Self::new(StatusCode::UNAUTHORIZED, code::INVALID_CLIENT, "Unauthorized");
                if basic { refusal.with_header("www-authenticate", "Basic realm=\"latch\"") } else { refusal }
            }
            RouteError::Token(error) => error.into(),
        }
    }
}

/// `POST /oauth/revoke`
pub async fn post(
    State(app): State<App>,
    headers: HeaderMap,
    JsonOrForm(params): JsonOrForm,
) -> Result<Response, RouteError> {
    let client = token::client(&app, &headers, &params)?;
    let revoked = required(&params, "token")?;
    let mut tx = app.store.write().await?;
    tokens::revoke(&mut tx, &sha256(revoked), &client.id).await?;
    tx.commit().await?;
    // The same whether there was such a token or not.
    Ok((StatusCode::OK, [(header::CACHE_CONTROL, "no-store")]).into_response())
}
