//! `POST /oauth/revoke`: ends a refresh token and everything that came of its login. RFC 7009.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use latch_protocol::error::code;

use super::token::{self, required};
use crate::{client::Method, reply::Refusal, request::JsonOrForm, secret::sha256, state::App, store::tokens};

use super::answers_with_refusals;
use crate::failure::Failure;

/// Why nothing was revoked.
#[derive(Debug)]
pub enum RouteError {
    /// Something failed inside.
    Internal(Failure),
    /// No such client, or not its secret.
    WrongClient(Method),
    /// What the token endpoint would refuse too.
    Token(token::RouteError),
}

answers_with_refusals!(RouteError);

impl From<token::RouteError> for RouteError {
    fn from(error: token::RouteError) -> Self {
        match error {
            token::RouteError::WrongClient(method) => Self::WrongClient(method),
            other => Self::Token(other),
        }
    }
}

impl From<RouteError> for Refusal {
    fn from(error: RouteError) -> Self {
        match error {
            RouteError::Internal(failure) => failure.into(),
            // Here Auth0 says it with the code of RFC 6749.
            RouteError::WrongClient(method) => {
                let refusal = Self::new(StatusCode::UNAUTHORIZED, code::INVALID_CLIENT, "Unauthorized");
                if method == Method::Basic {
                    refusal.with_header("www-authenticate", "Basic realm=\"latch\"")
                } else {
                    refusal
                }
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
    let client = token::client(&app, &headers, &params).await?;
    let revoked = required(&params, "token")?;
    let mut tx = app.store.write().await?;
    tokens::revoke(&mut tx, &sha256(revoked), &client.id).await?;
    tx.commit().await?;
    // The same whether there was such a token or not.
    Ok((StatusCode::OK, [(header::CACHE_CONTROL, "no-store")]).into_response())
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use latch_protocol::endpoint::{OAUTH_REVOKE, OAUTH_TOKEN};
    use serde_json::json;

    use crate::testing::Test;

    #[tokio::test]
    async fn a_revoked_refresh_token_takes_its_login_with_it() {
        let test = Test::new().await;
        let tokens = test.login("ada@example.com", "openid offline_access").await;
        let reply =
            test.post(OAUTH_REVOKE, &json!({"client_id": "shop", "token": tokens["refresh_token"]})).await;
        assert_eq!((reply.status, reply.bytes.len()), (StatusCode::OK, 0));
        let body = json!({
            "grant_type": "refresh_token", "client_id": "shop", "refresh_token": tokens["refresh_token"],
        });
        assert_eq!(test.post(OAUTH_TOKEN, &body).await.status, StatusCode::FORBIDDEN);
        let access_token = tokens["access_token"].as_str().unwrap();
        assert_eq!(test.userinfo(access_token).await.status, StatusCode::UNAUTHORIZED);
    }

    #[tokio::test]
    async fn a_form_works_too_and_an_unknown_token_is_no_error() {
        let test = Test::new().await;
        let tokens = test.login("ada@example.com", "openid").await;
        let access_token = tokens["access_token"].as_str().unwrap();
        let form = format!("client_id=shop&token={access_token}&token_type_hint=access_token");
        for _ in 0..2 {
            assert_eq!(test.post_form(OAUTH_REVOKE, &form, &[]).await.status, StatusCode::OK);
        }
        assert_eq!(test.userinfo(access_token).await.status, StatusCode::UNAUTHORIZED);
    }

    #[tokio::test]
    async fn nobody_revokes_for_another_client() {
        let test = Test::new().await;
        let tokens = test.login("ada@example.com", "openid offline_access").await;
        let body = json!({"client_id": "other", "token": tokens["refresh_token"]});
        assert_eq!(test.post(OAUTH_REVOKE, &body).await.status, StatusCode::OK);
        let access_token = tokens["access_token"].as_str().unwrap();
        assert_eq!(test.userinfo(access_token).await.status, StatusCode::OK);

        let nobody = test.post(OAUTH_REVOKE, &json!({"client_id": "nobody", "token": "x"})).await;
        nobody.is_refused(401, "invalid_client", "Unauthorized");
        let nothing = test.post(OAUTH_REVOKE, &json!({"client_id": "shop"})).await;
        nothing.is_refused(400, "invalid_request", "Missing required parameter: token");
    }
}
