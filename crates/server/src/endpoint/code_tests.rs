use axum::http::StatusCode;
use latch_protocol::endpoint::OAUTH_TOKEN;
use serde_json::{Value, json};

use crate::testing::{
    BACKEND_SECRET, Reply, Test,
    browser::{Browser, VERIFIER, code_query, with},
    changed,
};

const ADA: &str = "ada@example.com";
const CALLBACK: &str = "https://shop.example/callback";

/// A code for `shop`; the browser is signed in afterwards.
async fn code(browser: &Browser<'_>, changes: &[(&str, &str)]) -> String {
    let query = with(code_query(), changes);
    let mut reply = browser.authorize(&query).await;
    if reply.location().path() == "/login" {
        reply = browser.sign_in_hosted(&reply, ADA).await;
    }
    reply.carried()["code"].clone()
}

async fn exchange(test: &Test, code: &str, changes: Value) -> Reply {
    let body = json!({
        "grant_type": "authorization_code", "client_id": "shop", "code": code, "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    });
    test.post(OAUTH_TOKEN, &changed(body, &changes)).await
}

#[tokio::test]
async fn a_code_is_worth_tokens_once_and_a_second_use_takes_them_back() {
    let test = Test::new().await;
    let browser = test.browser();
    for audience in ["", "https://api.example"] {
        for scope in ["openid", "openid offline_access"] {
            let code = code(&browser, &[("scope", scope), ("audience", audience)]).await;
            let tokens = exchange(&test, &code, json!({})).await.json();
            let access_token = tokens["access_token"].as_str().unwrap();
            assert_eq!(test.userinfo(access_token).await.status, StatusCode::OK, "{audience}");
            // After the code itself would have expired, too.
            test.clock.advance_seconds(90);
            let again = exchange(&test, &code, json!({})).await;
            again.is_refused(403, "invalid_grant", "Invalid authorization code");
            assert_eq!(test.userinfo(access_token).await.status, StatusCode::UNAUTHORIZED, "{audience}");
            if scope.contains("offline_access") {
                let body = json!({
                    "grant_type": "refresh_token", "client_id": "shop", "refresh_token": tokens["refresh_token"],
                });
                assert_eq!(test.post(OAUTH_TOKEN, &body).await.status, StatusCode::FORBIDDEN);
            }
        }
    }
}

#[tokio::test]
async fn a_code_expires_after_a_minute() {
    let test = Test::new().await;
    let browser = test.browser();
    let late = code(&browser, &[]).await;
    test.clock.advance_seconds(60);
    exchange(&test, &late, json!({})).await.is_refused(403, "invalid_grant", "Invalid authorization code");
    let in_time = code(&browser, &[]).await;
    test.clock.advance_seconds(59);
    assert_eq!(exchange(&test, &in_time, json!({})).await.status, StatusCode::OK);
}

#[tokio::test]
async fn whoever_does_not_know_the_verifier_gets_nothing_and_uses_the_code_up() {
    let test = Test::new().await;
    let browser = test.browser();
    let challenge = crate::secret::base64_sha256(VERIFIER);
    let other = format!("{VERIFIER}x");
    for verifier in
        [json!(null), json!(""), json!("short"), json!(other), json!(challenge), json!("x".repeat(129))]
    {
        let code = code(&browser, &[]).await;
        let reply = exchange(&test, &code, json!({"code_verifier": verifier})).await;
        reply.is_refused(403, "invalid_grant", "Failed to verify code verifier");
        let reply = exchange(&test, &code, json!({})).await;
        reply.is_refused(403, "invalid_grant", "Invalid authorization code");
    }
}

#[tokio::test]
async fn a_code_is_good_for_its_own_client_and_callback() {
    let test = Test::new().await;
    let browser = test.browser();
    let stolen = code(&browser, &[]).await;
    let reply = exchange(&test, &stolen, json!({"client_id": "other"})).await;
    reply.is_refused(403, "invalid_grant", "Invalid authorization code");
    assert_eq!(exchange(&test, &stolen, json!({})).await.status, StatusCode::OK, "its client still can");
    for address in ["https://shop.example/", "https://shop.example/callback?x", "https://evil.example"] {
        let code = code(&browser, &[]).await;
        let reply = exchange(&test, &code, json!({"redirect_uri": address})).await;
        assert_eq!(reply.refusal().1, "invalid_grant", "{address}");
    }
    let code = code(&browser, &[]).await;
    let reply = exchange(&test, &code, json!({"redirect_uri": null})).await;
    assert_eq!(reply.status, StatusCode::OK, "the only callback may be left out");
    exchange(&test, "nonsense", json!({})).await.is_refused(
        403,
        "invalid_grant",
        "Invalid authorization code",
    );
    let nothing = exchange(&test, "x", json!({"code": null})).await;
    nothing.is_refused(400, "invalid_request", "Missing required parameter: code");
}

#[tokio::test]
async fn a_confidential_client_proves_itself_and_may_do_without_a_challenge() {
    let test = Test::new().await;
    let browser = test.browser();
    let backend = [
        ("client_id", "backend"),
        ("redirect_uri", "https://backend.example/callback"),
        ("code_challenge", ""),
        ("code_challenge_method", ""),
    ];
    let body = |code: &str, changes: Value| {
        let body = json!({
            "grant_type": "authorization_code", "client_id": "backend", "code": code,
            "redirect_uri": "https://backend.example/callback", "client_secret": BACKEND_SECRET,
        });
        changed(body, &changes)
    };
    let first = code(&browser, &backend).await;
    let reply = test.post(OAUTH_TOKEN, &body(&first, json!({"client_secret": null}))).await;
    reply.is_refused(401, "access_denied", "Unauthorized");
    assert_eq!(test.post(OAUTH_TOKEN, &body(&first, json!({}))).await.status, StatusCode::OK);
    // A verifier for a code without a challenge: somebody took the challenge away.
    let second = code(&browser, &backend).await;
    let reply = test.post(OAUTH_TOKEN, &body(&second, json!({"code_verifier": VERIFIER}))).await;
    reply.is_refused(403, "invalid_grant", "Failed to verify code verifier");
}

#[tokio::test]
async fn only_the_hash_of_a_code_is_kept() {
    let test = Test::new().await;
    let code = code(&test.browser(), &[]).await;
    let kept: Vec<Vec<u8>> = sqlx::query_scalar("SELECT hash FROM authorization_codes")
        .fetch_all(test.app.store.reader())
        .await
        .unwrap();
    assert_eq!(kept, [crate::secret::sha256(&code).to_vec()]);
}

/// What `/authorize` and the token endpoint come to for a challenge and a verifier, of each kind of client.
#[tokio::test]
async fn a_verifier_is_needed_where_there_was_a_challenge_and_nowhere_else() {
    const NOT_ASKED: Result<u16, &str> = Err("invalid_request");
    let challenge = crate::secret::base64_sha256(VERIFIER);
    let other = VERIFIER.to_uppercase();
    let none: [(&str, &str); 2] = [("code_challenge", ""), ("code_challenge_method", "")];
    let s256 = [("code_challenge", challenge.as_str()), ("code_challenge_method", "S256")];
    // A challenge that stands in the clear, under its name or under none, and one that no verifier has.
    let plain = [("code_challenge", VERIFIER), ("code_challenge_method", "plain")];
    let unnamed = [("code_challenge", VERIFIER), ("code_challenge_method", "")];
    let test = Test::new().await;
    let browser = test.browser();
    for (client, challenge, of_no_verifier, of_the_right_one, of_another) in [
        ("shop", none, NOT_ASKED, NOT_ASKED, NOT_ASKED),
        ("shop", s256, Ok(403), Ok(200), Ok(403)),
        ("shop", plain, NOT_ASKED, NOT_ASKED, NOT_ASKED),
        ("shop", unnamed, NOT_ASKED, NOT_ASKED, NOT_ASKED),
        ("backend", none, Ok(200), Ok(403), Ok(403)),
        ("backend", s256, Ok(403), Ok(200), Ok(403)),
        ("backend", plain, NOT_ASKED, NOT_ASKED, NOT_ASKED),
        ("backend", unnamed, NOT_ASKED, NOT_ASKED, NOT_ASKED),
    ] {
        let callback = format!("https://{client}.example/callback");
        let secret = (client == "backend").then_some(BACKEND_SECRET);
        for (verifier, expected) in
            [(None, of_no_verifier), (Some(VERIFIER), of_the_right_one), (Some(&*other), of_another)]
        {
            let changes = [&challenge[..], &[("client_id", client), ("redirect_uri", &callback)]].concat();
            let query = with(code_query(), &changes);
            let mut reply = browser.authorize(&query).await;
            if reply.location().path() == "/login" {
                reply = browser.sign_in_hosted(&reply, ADA).await;
            }
            let carried = reply.carried();
            let came_to = match carried.get("code") {
                None => Err(carried["error"].clone()),
                Some(code) => {
                    let changes = json!({
                        "client_id": client, "client_secret": secret, "redirect_uri": callback,
                        "code_verifier": verifier,
                    });
                    let reply = exchange(&test, code, changes.clone()).await;
                    if reply.status != StatusCode::OK {
                        reply.is_refused(403, "invalid_grant", "Failed to verify code verifier");
                        // Nor does the right one help any more.
                        let right = changed(changes, &json!({"code_verifier": VERIFIER}));
                        assert_eq!(exchange(&test, code, right).await.status, StatusCode::FORBIDDEN);
                    }
                    Ok(reply.status.as_u16())
                }
            };
            assert_eq!(came_to, expected.map_err(str::to_owned), "{client} {challenge:?} {verifier:?}");
        }
    }
}
