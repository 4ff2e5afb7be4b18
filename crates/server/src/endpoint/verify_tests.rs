use axum::http::StatusCode;
use latch_protocol::{
    endpoint::VERIFY,
    error::description::{CODE_ATTEMPTS, CODE_EXPIRED, WRONG_EMAIL_CODE},
};
use serde_json::{Value, json};

use crate::testing::{BACKEND_SECRET, Reply, Test, changed, start_body, wrong};

const ADA: &str = "ada@example.com";

async fn verify(test: &Test, code: &str, changes: Value) -> Reply {
    let body = json!({"connection": "email", "verification_code": code, "email": ADA, "client_id": "shop"});
    test.post(VERIFY, &changed(body, &changes)).await
}

async fn exchange(test: &Test, code: &str, changes: Value) -> Reply {
    let body = json!({
        "grant_type": "password", "client_id": "shop", "connection": "email", "username": ADA,
        "password": code, "scope": "openid", "response_token": "token", "sso": "false",
    });
    test.post(VERIFY, &changed(body, &changes)).await
}

#[tokio::test]
async fn a_right_code_is_told_from_a_wrong_one_and_stays_good() {
    let test = Test::new().await;
    let code = test.code(ADA).await;
    for _ in 0..2 {
        verify(&test, &wrong(&code), json!({})).await.is_refused(403, "invalid_grant", WRONG_EMAIL_CODE);
    }
    // The third try is right, twice: knowing the code costs no try.
    for _ in 0..2 {
        let reply = verify(&test, &code, json!({})).await;
        assert_eq!((reply.status, reply.text()), (StatusCode::OK, "{}".into()));
        let cookie = reply.set_cookie("__Host-latch-verified").unwrap();
        assert!(cookie.ends_with("Max-Age=180; HttpOnly; Secure; SameSite=Lax"), "{cookie}");
        assert!(reply.set_cookie("__Host-latch").is_none(), "nobody is signed in yet");
    }
    assert_eq!(test.exchange(ADA, &code, "openid").await.status, StatusCode::OK);
    verify(&test, &code, json!({})).await.is_refused(403, "invalid_grant", WRONG_EMAIL_CODE);
}

#[tokio::test]
async fn guesses_are_counted_here_too() {
    let test = Test::new().await;
    let code = test.code(ADA).await;
    for _ in 0..3 {
        verify(&test, &wrong(&code), json!({})).await.is_refused(403, "invalid_grant", WRONG_EMAIL_CODE);
    }
    verify(&test, &code, json!({})).await.is_refused(403, "invalid_grant", CODE_ATTEMPTS);
    exchange(&test, &code, json!({})).await.is_refused(401, "invalid_user_password", CODE_ATTEMPTS);
    let code = test.code(ADA).await;
    test.clock.advance_seconds(180);
    verify(&test, &code, json!({})).await.is_refused(403, "invalid_grant", CODE_EXPIRED);
}

#[tokio::test]
async fn the_hosted_pages_question_is_answered_to_no_other_page() {
    let test = Test::new().await;
    let code = test.code(ADA).await;
    let body = json!({"connection": "email", "verification_code": code, "email": ADA, "client_id": "shop"});
    for origin in ["https://shop.example", "https://evil.example", "null"] {
        let reply = test.post_with(VERIFY, &body, &[("origin", origin)]).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{origin}");
        assert_eq!(reply.header("access-control-allow-origin"), None);
        assert_eq!(reply.set_cookie("__Host-latch-verified"), None);
    }
    let reply = test.post_with(VERIFY, &body, &[("origin", "https://login.example")]).await;
    assert_eq!(reply.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_missing_is_named_in_either_dialect() {
    let test = Test::new().await;
    for name in ["client_id", "connection", "email", "verification_code"] {
        let description = format!("Missing required property: {name}");
        verify(&test, "000000", json!({name: null})).await.is_refused(400, "invalid_request", &description);
    }
    for name in ["client_id", "connection", "username", "password"] {
        let description = format!("missing {name} parameter");
        exchange(&test, "000000", json!({name: null})).await.is_refused(400, "invalid_request", &description);
    }
    let unknown = verify(&test, "000000", json!({"connection": "pigeon"})).await;
    unknown.is_refused(400, "invalid_request", "the connection was not found");
    let unknown = exchange(&test, "000000", json!({"connection": "pigeon"})).await;
    unknown.is_refused(400, "invalid_request", "the connection was not found");
    let nobody = exchange(&test, "000000", json!({"client_id": "nobody"})).await;
    nobody.is_refused(403, "unauthorized_client", "invalid client");
    let other = exchange(&test, "000000", json!({"grant_type": "bribe"})).await;
    other.is_refused(400, "unsupported_grant_type", "Unsupported grant type");
}

#[tokio::test]
async fn the_grant_of_old_gives_tokens_and_uses_the_code_up() {
    let test = Test::new().await;
    let code = test.code(ADA).await;
    exchange(&test, &wrong(&code), json!({})).await.is_refused(
        401,
        "invalid_user_password",
        WRONG_EMAIL_CODE,
    );
    let tokens = exchange(&test, &code, json!({})).await.json();
    assert!(tokens["access_token"].is_string() && tokens["id_token"].is_string(), "{tokens}");
    exchange(&test, &code, json!({})).await.is_refused(401, "invalid_user_password", WRONG_EMAIL_CODE);
    verify(&test, &code, json!({})).await.is_refused(403, "invalid_grant", WRONG_EMAIL_CODE);
}

#[tokio::test]
async fn the_grant_of_old_asks_a_confidential_client_for_its_secret() {
    let test = Test::new().await;
    let backend = json!({"client_id": "backend", "client_secret": BACKEND_SECRET});
    assert_eq!(
        test.post("/passwordless/start", &changed(start_body(ADA), &backend)).await.status,
        StatusCode::OK
    );
    let code = test.waiting(ADA).await.unwrap().code;
    for secret in [json!(null), json!("wrong")] {
        let reply = exchange(&test, &code, json!({"client_id": "backend", "client_secret": secret})).await;
        reply.is_refused(403, "unauthorized_client", "invalid client");
    }
    let codeless = exchange(&test, &code, json!({"client_id": "codeless"})).await;
    codeless.is_refused(403, "unauthorized_client", "invalid client");
    assert_eq!(exchange(&test, &code, backend).await.status, StatusCode::OK);
}
