//! `POST /oauth/ro`: a grant of old, which Auth0 has switched off. Its clients (auth0.js'
//! `popup.passwordlessVerify`) are told so instead of meeting a path that is not there.

use axum::http::StatusCode;

use crate::reply::Refusal;

/// `POST /oauth/ro`
pub async fn post() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "endpoint_disabled", "This endpoint is disabled: use /oauth/token")
}

#[cfg(test)]
mod tests {
    use latch_protocol::endpoint::RESOURCE_OWNER;
    use serde_json::json;

    use crate::testing::Test;

    #[tokio::test]
    async fn the_grant_of_old_is_switched_off_and_pages_can_read_that() {
        let test = Test::new().await;
        let body = json!({"client_id": "shop", "connection": "email", "grant_type": "password",
                          "username": "ada@example.com", "password": "012345"});
        let reply = test.post_with(RESOURCE_OWNER, &body, &[("origin", "https://shop.example")]).await;
        reply.is_refused(404, "endpoint_disabled", "This endpoint is disabled: use /oauth/token");
        assert_eq!(reply.header("access-control-allow-origin"), Some("https://shop.example"));
    }
}
