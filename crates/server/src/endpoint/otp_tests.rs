use axum::http::StatusCode;
use latch_protocol::{
    endpoint::OAUTH_TOKEN,
    error::description::{CODE_ATTEMPTS, CODE_EXPIRED, WRONG_EMAIL_CODE, WRONG_PHONE_CODE},
};
use serde_json::{Value, json};

use crate::store::codes::{self, Owner};
use crate::testing::{CONFIG, Test, changed, otp_body, wrong};

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn a_right_code_is_worth_tokens_and_only_once() {
    let test = Test::new().await;
    let code = test.code(ADA).await;
    let reply = test.exchange(ADA, &code, "openid profile email offline_access").await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let tokens = reply.json();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 86_400);
    assert_eq!(tokens["scope"], "openid profile email offline_access");
    assert!(tokens["refresh_token"].is_string());
    test.exchange(ADA, &code, "openid").await.is_refused(403, "invalid_grant", WRONG_EMAIL_CODE);
}

#[tokio::test]
async fn an_id_token_says_who_and_when() {
    let test = Test::new().await;
    let tokens = test.login("Ada@Example.com", "openid profile email").await;
    let claims = test.app.keys.verify("JWT", tokens["id_token"].as_str().unwrap()).unwrap();
    let now = test.now().seconds();
    let sub = claims["sub"].as_str().unwrap();
    let tail = sub.strip_prefix("email|").unwrap();
    assert!(tail.len() == 24 && tail.bytes().all(|byte| byte.is_ascii_hexdigit()), "{sub}");
    assert!(claims["picture"].as_str().unwrap().starts_with("https://www.gravatar.com/avatar/"));
    assert_eq!(
        claims,
        json!({
            "iss": "https://login.example/",
            "sub": sub,
            "aud": "shop",
            "iat": now,
            "exp": now + 36_000,
            "auth_time": now,
            "sid": claims["sid"],
            "name": "ada@example.com",
            "nickname": "ada",
            "picture": claims["picture"],
            "updated_at": "2026-01-31T12:00:00.000Z",
            "email": "ada@example.com",
            "email_verified": true,
        })
    );
}

#[tokio::test]
async fn the_scope_decides_what_there_is() {
    let test = Test::new().await;
    let none = test.login("a@a.co", "").await;
    assert!(none.get("id_token").is_none() && none.get("refresh_token").is_none(), "{none}");
    assert!(none.get("scope").is_none());
    let openid = test.login("b@a.co", "openid unheard-of read:orders").await;
    assert_eq!(openid["scope"], "openid");
    let claims = test.app.keys.verify("JWT", openid["id_token"].as_str().unwrap()).unwrap();
    assert!(claims.get("email").is_none() && claims.get("name").is_none(), "{claims}");
}

#[tokio::test]
async fn one_person_stays_one_user() {
    let test = Test::unlimited().await;
    let sub = async |spelling: &str| {
        let tokens = test.login("ada@example.com", "openid").await;
        assert_eq!(test.start(spelling).await.status, StatusCode::OK);
        test.app.keys.verify("JWT", tokens["id_token"].as_str().unwrap()).unwrap()["sub"].clone()
    };
    assert_eq!(sub("ADA@example.com").await, sub("ada@EXAMPLE.com").await);
}

#[tokio::test]
async fn an_api_gets_a_signed_token_that_is_meant_for_it() {
    let test = Test::new().await;
    let code = test.code(ADA).await;
    let body = changed(
        otp_body(ADA, &code, "openid read:orders write:orders"),
        &json!({"audience": "https://api.example"}),
    );
    let tokens = test.post(OAUTH_TOKEN, &body).await.json();
    assert_eq!(tokens["scope"], "openid read:orders");
    let token = tokens["access_token"].as_str().unwrap();
    let claims = test.app.keys.verify("at+jwt", token).unwrap();
    assert_eq!(claims["aud"], json!(["https://api.example", "https://login.example/userinfo"]));
    assert_eq!(claims["azp"], "shop");
    assert_eq!(claims["scope"], "openid read:orders");
    assert_eq!(claims["exp"].as_i64().unwrap(), test.now().seconds() + 86_400);
    assert_eq!(test.app.keys.verify("JWT", token), None, "an access token passes for an ID token");
}

#[tokio::test]
async fn an_unknown_audience_is_refused_and_costs_neither_the_code_nor_a_try() {
    let test = Test::new().await;
    let code = test.code(ADA).await;
    let body = changed(otp_body(ADA, &code, "openid"), &json!({"audience": "https://nowhere.example"}));
    for _ in 0..5 {
        let reply = test.post(OAUTH_TOKEN, &body).await;
        reply.is_refused(403, "access_denied", "Service not found: https://nowhere.example");
    }
    assert_eq!(test.exchange(ADA, &code, "openid").await.status, StatusCode::OK);
}

#[tokio::test]
async fn after_three_wrong_tries_the_right_code_is_worth_nothing() {
    let test = Test::new().await;
    let code = test.code(ADA).await;
    for _ in 0..3 {
        test.exchange(ADA, &wrong(&code), "openid").await.is_refused(403, "invalid_grant", WRONG_EMAIL_CODE);
    }
    for guess in [&wrong(&code), &code] {
        test.exchange(ADA, guess, "openid").await.is_refused(403, "invalid_grant", CODE_ATTEMPTS);
    }
    let owner = Owner { client: "shop", connection: "email", identity: ADA };
    assert_eq!(codes::tries(&test.app.store, owner).await.unwrap(), Some(3));
    let code = test.code(ADA).await;
    assert_eq!(test.exchange(ADA, &code, "openid").await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_third_try_may_be_the_right_one() {
    let test = Test::new().await;
    let code = test.code(ADA).await;
    for _ in 0..2 {
        test.exchange(ADA, &wrong(&code), "openid").await;
    }
    assert_eq!(test.exchange(ADA, &code, "openid").await.status, StatusCode::OK);
}

#[tokio::test]
async fn only_the_newest_code_works() {
    // As many tries as there are codes.
    let test = Test::with(CONFIG, false, |config| {
        config.limits = crate::config::Limits::default();
        config.code.tries = 5;
    })
    .await;
    let mut codes = Vec::new();
    for _ in 0..5 {
        codes.push(test.code(ADA).await);
    }
    let newest = codes.pop().unwrap();
    for old in &codes {
        assert_ne!(*old, newest);
        test.exchange(ADA, old, "openid").await.is_refused(403, "invalid_grant", WRONG_EMAIL_CODE);
    }
    assert_eq!(test.exchange(ADA, &newest, "openid").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_expired_code_is_called_so_only_to_who_has_it() {
    let test = Test::new().await;
    let code = test.code(ADA).await;
    test.clock.advance_seconds(180);
    test.exchange(ADA, &code, "openid").await.is_refused(403, "invalid_grant", CODE_EXPIRED);
    test.exchange(ADA, &wrong(&code), "openid").await.is_refused(403, "invalid_grant", WRONG_EMAIL_CODE);
    let code = test.code(ADA).await;
    test.clock.advance_seconds(179);
    assert_eq!(test.exchange(ADA, &code, "openid").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_code_works_for_its_own_client_and_address_only() {
    let test = Test::new().await;
    let code = test.code(ADA).await;
    for change in [
        json!({"client_id": "other"}),
        json!({"username": "bob@example.com"}),
        json!({"username": "ada@example.org"}),
        json!({"username": "not an address"}),
        json!({"otp": format!("{code}0")}),
        json!({"otp": &code[..5]}),
    ] {
        let body = changed(otp_body(ADA, &code, "openid"), &change);
        test.post(OAUTH_TOKEN, &body).await.is_refused(403, "invalid_grant", WRONG_EMAIL_CODE);
    }
    assert_eq!(test.exchange(ADA, &code, "openid").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_wrong_code_is_refused_alike_whether_or_not_anybody_has_the_address() {
    let test = Test::new().await;
    test.login(ADA, "openid").await;
    let known = test.exchange(ADA, "000000", "openid").await;
    let unknown = test.exchange("bob@example.com", "000000", "openid").await;
    assert_eq!(known.bytes, unknown.bytes);
    assert_eq!(known.headers, unknown.headers);
}

#[tokio::test]
async fn another_connection_has_no_codes() {
    let test = Test::new().await;
    let code = test.code(ADA).await;
    let realm = async |realm: &str| {
        test.post(OAUTH_TOKEN, &changed(otp_body(ADA, &code, "openid"), &json!({"realm": realm}))).await
    };
    realm("sms").await.is_refused(403, "invalid_grant", WRONG_PHONE_CODE);
    realm("fax").await.is_refused(400, "invalid_request", "Unknown realm fax.");
}

#[tokio::test]
async fn a_longer_code_is_made_when_asked_for() {
    let test = Test::with(CONFIG, false, |config| config.code.length = 8).await;
    let code = test.code(ADA).await;
    assert_eq!(code.len(), 8);
    assert_eq!(test.exchange(ADA, &code, "openid").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_user_is_made_at_the_first_right_code_and_not_before() {
    let test = Test::new().await;
    let users = async || -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM users").fetch_one(test.app.store.reader()).await.unwrap()
    };
    let code = test.code(ADA).await;
    test.exchange(ADA, &wrong(&code), "openid").await;
    assert_eq!(users().await, 0);
    test.exchange(ADA, &code, "openid").await;
    assert_eq!(users().await, 1);
}

#[tokio::test]
async fn tokens_are_kept_as_hashes() {
    let test = Test::new().await;
    let tokens = test.login(ADA, "openid offline_access").await;
    let file = |name: &str| std::fs::read(test.folder.path().join(name)).unwrap_or_default();
    let kept = [file("latch.db"), file("latch.db-wal")].concat();
    let holds = |secret: &Value| {
        let secret = secret.as_str().unwrap().as_bytes();
        kept.windows(secret.len()).any(|part| part == secret)
    };
    assert!(holds(&json!(ADA)), "the search finds what is there");
    assert!(!holds(&tokens["access_token"]));
    assert!(!holds(&tokens["refresh_token"]));
}
