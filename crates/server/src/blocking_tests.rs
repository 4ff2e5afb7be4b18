use axum::http::StatusCode;
use latch_protocol::{
    endpoint::{CO_AUTHENTICATE, OAUTH_TOKEN, OTP_CHALLENGE, PASSWORDLESS_START, VERIFY, VERIFY_REDIRECT},
    token::PASSWORDLESS_OTP,
};
use serde_json::{Value, json};

use super::*;
use crate::testing::{
    Reply, Test,
    browser::{VERIFIER, code_query},
    changed, otp_body, start_body, wrong,
};

const ADA: &str = "ada@example.com";
const OWN: &str = "https://login.example";

/// Where a code is tried: the path, the body, the headers; and what is said of a wrong one and of the right one.
type Way<'a> = (&'a str, &'a dyn Fn(&str) -> Value, &'a [(&'a str, &'a str)], &'a str, &'a str);

fn ada() -> Identity {
    Identity::parse("email", " Ada@Example.com").unwrap()
}

async fn block_ada(test: &Test) -> bool {
    block(&test.app.store, &ada(), test.now()).await.unwrap()
}

async fn unblock_ada(test: &Test) -> bool {
    unblock(&test.app.store, &test.app.config.pepper, &ada()).await.unwrap()
}

async fn refresh(test: &Test, token: &Value) -> Reply {
    let body = json!({"grant_type": "refresh_token", "client_id": "shop", "refresh_token": token});
    test.post(OAUTH_TOKEN, &body).await
}

#[tokio::test]
async fn who_is_blocked_is_sent_nothing_and_is_answered_like_everybody_else() {
    for has_account in [false, true] {
        let test = Test::new().await;
        if has_account {
            test.login(ADA, "openid").await;
        }
        let open = test.start(ADA).await;
        let sent = test.waiting(ADA).await.unwrap().code;
        assert!(block_ada(&test).await);
        test.clock.advance_seconds(600);
        let closed = test.start(ADA).await;
        assert_eq!((closed.status, closed.text()), (open.status, open.text()));
        let body = json!({"client_id": "shop", "connection": "email", "email": ADA, "allow_signup": true});
        assert_eq!(test.post(OTP_CHALLENGE, &body).await.status, StatusCode::OK);
        assert!(
            test.waiting(ADA).await.is_none(),
            "the old code is none any more, and nothing newer is sent"
        );
        let guessed = test.exchange(ADA, &sent, "openid").await;
        guessed.is_refused(403, "invalid_grant", "Wrong email or verification code.");
        assert!(unblock_ada(&test).await);
        assert!(!unblock_ada(&test).await);
        test.clock.advance_seconds(600);
        test.login(ADA, "openid").await;
    }
}

#[tokio::test]
async fn a_code_that_was_out_already_tells_only_who_has_it_that_they_are_blocked() {
    let own = [("origin", OWN)];
    let page = [("origin", "https://page.example")];
    let of_page = json!({"client_id": "page"});
    let verify = |code: &str| json!({"client_id": "shop", "connection": "email", "email": ADA, "verification_code": code});
    let grant = |code: &str| {
        json!({"client_id": "shop", "connection": "email", "username": ADA, "password": code,
               "grant_type": "password"})
    };
    let cross = |code: &str| {
        json!({"client_id": "page", "credential_type": PASSWORDLESS_OTP, "username": ADA, "otp": code,
               "realm": "email"})
    };
    let follow = |code: &str| {
        let more = json!({"response_type": "code", "redirect_uri": "https://shop.example/callback",
                          "confirm": "yes"});
        changed(verify(code), &more)
    };
    let otp = |code: &str| otp_body(ADA, code, "openid");
    let blocked = "401 unauthorized user is blocked";
    let ways: [Way<'_>; 5] = [
        (OAUTH_TOKEN, &otp, &[], "403 invalid_grant Wrong email or verification code.", blocked),
        (VERIFY, &verify, &own, "403 invalid_grant Wrong email or verification code.", blocked),
        (VERIFY, &grant, &own, "401 invalid_user_password Wrong email or verification code.", blocked),
        (
            CO_AUTHENTICATE,
            &cross,
            &page,
            "403 access_denied Wrong email or verification code.",
            "403 blocked_user Blocked user",
        ),
        (
            VERIFY_REDIRECT,
            &follow,
            &own,
            "302 unauthorized Wrong email or verification code.",
            "302 unauthorized user is blocked",
        ),
    ];
    for (path, body, headers, of_wrong, of_right) in ways {
        let test = Test::new().await;
        let start =
            if path == CO_AUTHENTICATE { changed(start_body(ADA), &of_page) } else { start_body(ADA) };
        assert_eq!(test.post(PASSWORDLESS_START, &start).await.status, StatusCode::OK);
        let code = test.waiting(ADA).await.unwrap().code;
        block_ada(&test).await;
        for (code, expected) in [(wrong(&code), of_wrong), (code, of_right)] {
            let reply = test.post_with(path, &body(&code), headers).await;
            let said = if reply.status == StatusCode::FOUND {
                let carried = reply.carried();
                format!("302 {} {}", carried["error"], carried["error_description"])
            } else {
                let (status, error, words) = reply.refusal();
                format!("{status} {error} {words}")
            };
            assert_eq!(said, expected, "{path}");
        }
        let users: i64 = sqlx::query_scalar("SELECT count(*) FROM users")
            .fetch_one(test.app.store.reader())
            .await
            .unwrap();
        assert_eq!(users, 0, "{path}");
    }
}

#[tokio::test]
async fn an_auth_session_of_somebody_who_is_blocked_is_refused_with_400_as_auth0_has_it() {
    let test = Test::new().await;
    let body = json!({"client_id": "shop", "connection": "email", "email": ADA, "allow_signup": true});
    let session = test.post(OTP_CHALLENGE, &body).await.json()["auth_session"].clone();
    let code = test.waiting(ADA).await.unwrap().code;
    block_ada(&test).await;
    let body =
        json!({"client_id": "shop", "grant_type": PASSWORDLESS_OTP, "auth_session": session, "otp": code});
    test.post(OAUTH_TOKEN, &body).await.is_refused(400, "invalid_request", "user is blocked");
}

#[tokio::test]
async fn whatever_somebody_is_signed_in_by_ends_when_they_are_blocked() {
    let test = Test::new().await;
    let tokens = test.login(ADA, "openid offline_access").await;
    let other = test.login("bob@example.com", "openid offline_access").await;
    let browser = test.browser();
    let authorized = browser.authorize(&code_query()).await;
    let code = browser.sign_in_hosted(&authorized, ADA).await.carried()["code"].clone();
    let silent = [code_query(), vec![("prompt", "none")]].concat();
    assert!(browser.authorize(&silent).await.carried().contains_key("code"));

    block_ada(&test).await;
    refresh(&test, &tokens["refresh_token"]).await.is_refused(401, "unauthorized", "user is blocked");
    let opaque = tokens["access_token"].as_str().unwrap();
    assert_eq!(test.userinfo(opaque).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(browser.authorize(&silent).await.carried()["error"], "login_required");
    assert_eq!(browser.authorize(&code_query()).await.location().path(), "/login");
    let exchange = json!({
        "grant_type": "authorization_code", "client_id": "shop", "code": code, "code_verifier": VERIFIER,
        "redirect_uri": "https://shop.example/callback",
    });
    assert_eq!(test.post(OAUTH_TOKEN, &exchange).await.status, StatusCode::FORBIDDEN);
    // Nobody else is.
    assert_eq!(test.userinfo(other["access_token"].as_str().unwrap()).await.status, StatusCode::OK);
    assert_eq!(refresh(&test, &other["refresh_token"]).await.status, StatusCode::OK);

    // The token that was refused was not used up, and is no copy that came back.
    unblock_ada(&test).await;
    assert_eq!(refresh(&test, &tokens["refresh_token"]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_signed_access_token_opens_nothing_here_while_its_user_is_blocked() {
    let test = Test::new().await;
    let code = test.code(ADA).await;
    let body = changed(otp_body(ADA, &code, "openid"), &json!({"audience": "https://api.example"}));
    let token = test.post(OAUTH_TOKEN, &body).await.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(test.userinfo(&token).await.status, StatusCode::OK);
    block_ada(&test).await;
    test.userinfo(&token).await.is_refused(401, "invalid_token", "Unauthorized");
}

#[tokio::test]
async fn who_was_disabled_by_wrong_codes_comes_in_again_when_the_operator_says_so() {
    let test = Test::unlimited_but(|limits| limits.guesses_per_identity_in_a_row = Some(2)).await;
    let signed_in = test.login(ADA, "openid offline_access").await;
    let code = test.code(ADA).await;
    for _ in 0..2 {
        test.exchange(ADA, &wrong(&code), "openid").await;
    }
    test.exchange(ADA, &code, "openid").await.is_refused(401, "unauthorized", "user is blocked");
    // It is the codes that are not to be trusted, and not the person.
    assert_eq!(refresh(&test, &signed_in["refresh_token"]).await.status, StatusCode::OK);
    assert!(unblock_ada(&test).await);
    test.login(ADA, "openid").await;
}
