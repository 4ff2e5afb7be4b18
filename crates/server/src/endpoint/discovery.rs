//! `GET /.well-known/openid-configuration`: what this issuer offers. OpenID Connect Discovery
//! section 4. Only what is there is listed.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use latch_protocol::{endpoint, token::PASSWORDLESS_OTP};
use serde_json::json;

use super::answers_with_refusals;
use crate::{failure::Failure, keys::ALGORITHM, reply::Refusal, state::App};

/// Only for clients that may have tokens in redirects.
const IMPLICIT_RESPONSE_TYPES: [&str; 6] =
    ["token", "id_token", "id_token token", "code id_token", "code token", "code id_token token"];

/// Why nothing is told.
#[derive(Debug)]
pub enum RouteError {
    /// Something failed inside.
    Internal(Failure),
}

answers_with_refusals!(RouteError);

impl From<RouteError> for Refusal {
    fn from(RouteError::Internal(failure): RouteError) -> Self {
        failure.into()
    }
}

/// `GET /.well-known/openid-configuration`
pub async fn get(State(app): State<App>) -> Result<Response, RouteError> {
    let url = |path: &str| format!("{}{path}", app.origin());
    let mut response_types = vec!["code"];
    let mut grant_types = vec!["authorization_code", PASSWORDLESS_OTP, "refresh_token"];
    if app.config.clients.0.iter().any(|client| client.implicit) {
        response_types.extend(IMPLICIT_RESPONSE_TYPES);
        grant_types.push("implicit");
    }
    let metadata = json!({
        "issuer": app.issuer,
        "authorization_endpoint": url(endpoint::AUTHORIZE),
        "token_endpoint": url(endpoint::OAUTH_TOKEN),
        "userinfo_endpoint": url(endpoint::USERINFO),
        "jwks_uri": url(endpoint::JWKS),
        "revocation_endpoint": url(endpoint::OAUTH_REVOKE),
        "end_session_endpoint": url(endpoint::OIDC_LOGOUT),
        "scopes_supported": ["openid", "profile", "email", "phone", "offline_access"],
        "response_types_supported": response_types,
        "response_modes_supported": ["query", "fragment", "form_post", "web_message"],
        "code_challenge_methods_supported": ["S256"],
        "grant_types_supported": grant_types,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "token_endpoint_auth_methods_supported": [
            "none", "client_secret_post", "client_secret_basic", "private_key_jwt",
        ],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256", "RS384", "PS256", "PS384", "ES256"],
        "claims_supported": [
            "aud", "at_hash", "auth_time", "c_hash", "email", "email_verified", "exp", "iat", "iss", "name",
            "nickname", "nonce", "phone_number", "phone_number_verified", "picture", "sid", "sub", "updated_at",
        ],
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
    });
    public_json(&metadata).map_err(RouteError::Internal)
}

/// An answer that is the same for everybody for a while.
pub fn public_json<T: serde::Serialize>(value: &T) -> Result<Response, Failure> {
    let body = serde_json::to_vec(value).map_err(|_| Failure::Json)?;
    let headers = [
        (header::CONTENT_TYPE, "application/json; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    Ok((StatusCode::OK, headers, body).into_response())
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request};
    use latch_protocol::endpoint::DISCOVERY;

    use super::*;
    use crate::testing::{CONFIG, Test};

    #[tokio::test]
    async fn the_metadata_is_public_and_names_the_configured_issuer_whatever_the_host() {
        let test = Test::new().await;
        let request = Request::get(DISCOVERY)
            .header("x-forwarded-host", "evil.example")
            .header("forwarded", "host=evil.example");
        let reply = test.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
        assert!(!reply.text().contains("evil.example"));
        let metadata = reply.json();
        assert_eq!(metadata["issuer"], "https://login.example/");
        assert_eq!(metadata["token_endpoint"], "https://login.example/oauth/token");
        assert_eq!(metadata["jwks_uri"], "https://login.example/.well-known/jwks.json");
    }

    #[tokio::test]
    async fn everything_that_is_named_is_there_and_everything_else_is_not_named() {
        let test = Test::new().await;
        let metadata = test.get(DISCOVERY).await.json();
        let mut endpoints = Vec::new();
        for (name, address) in metadata.as_object().unwrap() {
            if name.ends_with("_endpoint") || name == "jwks_uri" {
                let path = address.as_str().unwrap().strip_prefix("https://login.example").unwrap();
                assert_ne!(test.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
                endpoints.push(name.as_str());
            }
        }
        assert_eq!(
            endpoints,
            [
                "authorization_endpoint",
                "end_session_endpoint",
                "jwks_uri",
                "revocation_endpoint",
                "token_endpoint",
                "userinfo_endpoint"
            ]
        );
        for grant in metadata["grant_types_supported"].as_array().unwrap() {
            let body = json!({"client_id": "page", "grant_type": grant});
            let error = test.post(endpoint::OAUTH_TOKEN, &body).await.refusal().1;
            let expected = if grant == "implicit" { "unauthorized_client" } else { "invalid_request" };
            assert_eq!(error, expected, "{grant}: known, but something is missing");
        }
        for response_type in metadata["response_types_supported"].as_array().unwrap() {
            for mode in metadata["response_modes_supported"].as_array().unwrap() {
                let challenge = crate::secret::base64_sha256("x");
                let query = [
                    ("client_id", "page"),
                    ("response_type", response_type.as_str().unwrap()),
                    ("response_mode", mode.as_str().unwrap()),
                    ("nonce", "n"),
                    ("prompt", "none"),
                    ("code_challenge", &challenge),
                    ("code_challenge_method", "S256"),
                ];
                let reply = test.browser().authorize(&query).await;
                let answer = reply.header("location").map_or_else(|| reply.text(), str::to_owned);
                let expected = if mode == "query" && response_type != "code" {
                    "invalid_request"
                } else {
                    "login_required"
                };
                assert!(answer.contains(expected), "{response_type} {mode}: {answer}");
            }
        }
    }

    #[tokio::test]
    async fn tokens_in_redirects_are_offered_where_a_client_may_have_them_only() {
        let test = Test::with(&CONFIG.replace("implicit = true", ""), false, |_| {}).await;
        let metadata = test.get(DISCOVERY).await.json();
        assert_eq!(metadata["response_types_supported"], json!(["code"]));
        assert!(!metadata["grant_types_supported"].as_array().unwrap().contains(&json!("implicit")));
    }
}
