//! `GET /openapi.json`: what the server answers to, for programs. `OpenAPI` 3.1.

use axum::{extract::State, response::Response};

use super::discovery::{RouteError, public_json};
use crate::{openapi, state::App};

/// `GET /openapi.json`
pub async fn get(State(app): State<App>) -> Result<Response, RouteError> {
    public_json(&openapi::document(&app)).map_err(RouteError::Internal)
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request};
    use latch_protocol::endpoint::OPENAPI;

    use crate::testing::Test;

    #[tokio::test]
    async fn the_document_is_public_and_names_the_configured_issuer_whatever_the_host() {
        let test = Test::new().await;
        let request =
            Request::get(OPENAPI).header("x-forwarded-host", "evil.example").body(Body::empty()).unwrap();
        let reply = test.send(request).await;
        assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
        let document = reply.json();
        assert_eq!(document["openapi"], "3.1.0");
        assert_eq!(document["servers"][0]["url"], "https://login.example");
        assert_eq!(
            document["components"]["securitySchemes"]["openid"]["openIdConnectUrl"],
            "https://login.example/.well-known/openid-configuration"
        );
        assert!(!reply.text().contains("evil.example"));
    }
}
