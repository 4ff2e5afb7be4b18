use axum::http::StatusCode;
use latch_protocol::{
    endpoint::{OAUTH_TOKEN, OTP_CHALLENGE},
    error::description::{CODE_ATTEMPTS, WRONG_EMAIL_CODE},
    token::PASSWORDLESS_OTP,
};
use serde_json::{Value, json};

use crate::testing::{BACKEND_SECRET, CONFIG, Reply, Test, changed, wrong};

const ADA: &str = "ada@example.com";

async fn challenge(test: &Test, changes: Value) -> Reply {
    let body = json!({"client_id": "shop", "connection": "email", "email": ADA, "allow_signup": true});
    test.post(OTP_CHALLENGE, &changed(body, &changes)).await
}

async fn exchange(test: &Test, session: &Value, code: &str, changes: Value) -> Reply {
    let body = json!({
        "grant_type": PASSWORDLESS_OTP, "client_id": "shop", "auth_session": session, "otp": code,
        "scope": "openid email",
    });
    test.post(OAUTH_TOKEN, &changed(body, &changes)).await
}

#[tokio::test]
async fn a_session_stands_for_whom_the_code_was_sent_to() {
    let test = Test::new().await;
    let session = challenge(&test, json!({})).await.json()["auth_session"].clone();
    let code = test.waiting(ADA).await.unwrap().code;
    assert!(!session.as_str().unwrap().contains("ada"), "{session}");
    let refused = exchange(&test, &session, &wrong(&code), json!({})).await;
    refused.is_refused(400, "invalid_request", WRONG_EMAIL_CODE);
    let tokens = exchange(&test, &session, &code, json!({})).await.json();
    let claims = test.app.keys.verify("JWT", tokens["id_token"].as_str().unwrap()).unwrap();
    assert_eq!(claims["email"], ADA);
    exchange(&test, &session, &code, json!({})).await.is_refused(400, "invalid_request", WRONG_EMAIL_CODE);
}

#[tokio::test]
async fn a_session_is_its_own_clients_and_lasts_as_long_as_the_code() {
    let test = Test::new().await;
    let session = challenge(&test, json!({})).await.json()["auth_session"].clone();
    let code = test.waiting(ADA).await.unwrap().code;
    let sealed = session.as_str().unwrap();
    let last = if sealed.ends_with('A') { "B" } else { "A" };
    let forged = json!(format!("{}{last}", &sealed[..sealed.len() - 1]));
    for (session, changes) in
        [(&session, json!({"client_id": "other"})), (&forged, json!({})), (&json!("x"), json!({}))]
    {
        let refused = exchange(&test, session, &code, changes).await;
        refused.is_refused(400, "invalid_request", "Invalid or expired auth_session");
    }
    test.clock.advance_seconds(180);
    let late = exchange(&test, &session, &code, json!({})).await;
    late.is_refused(400, "invalid_request", "Invalid or expired auth_session");
}

#[tokio::test]
async fn who_has_no_account_and_may_not_have_one_is_sent_nothing_and_nobody_can_tell() {
    let test = Test::new().await;
    let known = {
        test.login(ADA, "openid").await;
        challenge(&test, json!({"allow_signup": false})).await
    };
    assert!(test.waiting(ADA).await.is_some());
    let unknown = challenge(&test, json!({"allow_signup": null, "email": "eve@example.com"})).await;
    let code = test.waiting(ADA).await.unwrap().code;
    for reply in [&known, &unknown] {
        let session = &reply.json()["auth_session"];
        for _ in 0..3 {
            let refused = exchange(&test, session, &wrong(&code), json!({})).await;
            refused.is_refused(400, "invalid_request", WRONG_EMAIL_CODE);
        }
        exchange(&test, session, &wrong(&code), json!({})).await.is_refused(
            400,
            "invalid_request",
            CODE_ATTEMPTS,
        );
    }
    assert!(test.waiting("eve@example.com").await.is_none());
    let shape = |reply: &Reply| {
        (
            reply.status,
            reply.headers.clone(),
            reply.json().as_object().unwrap().keys().cloned().collect::<Vec<_>>(),
        )
    };
    assert_eq!(shape(&known), shape(&unknown));
    assert_eq!(
        unknown.json()["auth_session"].as_str().unwrap().len(),
        known.json()["auth_session"].as_str().unwrap().len()
    );
}

#[tokio::test]
async fn what_does_not_hold_is_named_field_by_field() {
    let test = Test::new().await;
    for (changes, field) in [
        (json!({"client_id": null}), "client_id"),
        (json!({"connection": null}), "connection"),
        (json!({"email": null}), "email"),
        (json!({"email": "nobody"}), "email"),
        (json!({"allow_signup": "yes"}), "allow_signup"),
        (json!({"delivery_method": "voice"}), "delivery_method"),
    ] {
        let reply = challenge(&test, changes.clone()).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{changes}");
        assert_eq!(reply.json()["validation_errors"][0]["field"], field);
        assert_eq!(reply.json()["error"], "invalid_request");
    }
    let other = challenge(&test, json!({"phone_number": {}})).await;
    other.is_refused(400, "invalid_request", "Parameter 'phone_number' must be a string");
    let unknown = challenge(&test, json!({"connection": "Username-Password-Authentication"})).await;
    unknown.is_refused(400, "invalid_connection", "Connection does not exist");
    challenge(&test, json!({"client_id": "nobody"})).await.is_refused(401, "invalid_client", "Unauthorized");
    challenge(&test, json!({"client_id": "backend"})).await.is_refused(401, "invalid_client", "Unauthorized");
    assert_eq!(challenge(&test, json!({"client_id": "codeless"})).await.refusal().1, "unauthorized_client");
    let backend = json!({"client_id": "backend", "client_secret": BACKEND_SECRET});
    assert_eq!(challenge(&test, backend).await.status, StatusCode::OK);
}

#[tokio::test]
async fn one_address_asks_for_fifty_auth_sessions_an_hour() {
    let test = Test::with(CONFIG, false, |config| config.captcha = None).await;
    let ask = async |number: u32, address: &str| {
        let body = json!({"client_id": "shop", "connection": "email", "allow_signup": true,
                          "email": format!("{number}@example.com")});
        test.post_from(address, OTP_CHALLENGE, &body).await
    };
    for number in 0..50 {
        let reply = ask(number, "192.0.2.1").await;
        assert_eq!(reply.status, StatusCode::OK);
        assert_eq!(reply.header("x-ratelimit-limit"), Some("50"));
        assert_eq!(reply.header("x-ratelimit-remaining"), Some(&*(49 - number).to_string()));
    }
    let reply = ask(50, "192.0.2.1").await;
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(reply.header("retry-after"), Some("3600"));
    // A start is another endpoint, with as many of its own.
    assert_eq!(test.start_from("51@example.com", "192.0.2.1", None).await.status, StatusCode::OK);
    assert_eq!(ask(52, "192.0.2.2").await.status, StatusCode::OK);
    test.clock.advance_seconds(3600);
    assert_eq!(ask(53, "192.0.2.1").await.status, StatusCode::OK);
}
