use axum::{body::Body, http::Request};
use latch_protocol::{endpoint as path, token::PASSWORDLESS_OTP};
use serde_json::{Value, json};

use crate::testing::{
    BACKEND_SECRET, CONFIG, FORWARDED, Reply, Test, changed, coming_from, forget_hits, otp_body, wrong,
};

const GUESSER: &str = "2001:db8:1:2::1";
/// In the same /64: the same somebody.
const NEIGHBOUR: &str = "2001:db8:1:2::9";
const ELSEWHERE: &str = "2001:db8:1:3::1";

async fn post_from(test: &Test, address: &str, path: &str, body: &Value, headers: &[(&str, &str)]) -> Reply {
    let mut request = Request::post(path).header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    test.send(coming_from(address, request.body(Body::from(body.to_string())).unwrap())).await
}

async fn with_limits(per_identity: u32, per_ip: u32) -> Test {
    Test::with(CONFIG, false, |config| {
        config.limits.failures_per_identity = Some(per_identity);
        config.limits.failures_per_ip = Some(per_ip);
        config.limits.tokens_per_ip = None;
        config.limits.logins_per_ip = None;
    })
    .await
}

/// Where a code is tried: the path, the body, the headers.
type Way = (&'static str, Value, Vec<(&'static str, &'static str)>);

/// Every way to try a code, and the headers that it takes.
fn ways(email: &str, code: &str) -> Vec<Way> {
    let own = vec![("origin", "https://login.example")];
    vec![
        (path::OAUTH_TOKEN, otp_body(email, code, "openid"), vec![]),
        (
            path::VERIFY,
            json!({"client_id": "shop", "connection": "email", "email": email, "verification_code": code}),
            own.clone(),
        ),
        (
            path::VERIFY,
            json!({"client_id": "shop", "connection": "email", "username": email, "password": code,
                   "grant_type": "password"}),
            own.clone(),
        ),
        (
            path::VERIFY_REDIRECT,
            json!({"client_id": "shop", "connection": "email", "email": email, "verification_code": code,
                   "response_type": "code", "redirect_uri": "https://shop.example/callback",
                   "confirm": "yes"}),
            own,
        ),
        (
            path::CO_AUTHENTICATE,
            json!({"client_id": "page", "credential_type": PASSWORDLESS_OTP, "username": email, "otp": code,
                   "realm": "email"}),
            vec![("origin", "https://page.example")],
        ),
    ]
}

/// What an endpoint says, in its body or to the callback.
fn says(reply: &Reply) -> String {
    format!("{} {}", reply.header("location").unwrap_or_default(), reply.text())
}

#[tokio::test]
async fn ten_wrong_guesses_at_one_person_keep_the_guesser_out_and_nobody_else() {
    let test = Test::with(CONFIG, false, |config| config.code.tries = 20).await;
    let code = test.code("ada@example.com").await;
    let guess = otp_body("ada@example.com", &wrong(&code), "openid");
    for _ in 0..10 {
        let reply = post_from(&test, GUESSER, path::OAUTH_TOKEN, &guess, &[]).await;
        assert_eq!(reply.json()["error"], "invalid_grant");
    }
    let right = otp_body("ada@example.com", &code, "openid");
    for address in [GUESSER, NEIGHBOUR] {
        let reply = post_from(&test, address, path::OAUTH_TOKEN, &right, &[]).await;
        let words = "Your account has been blocked after multiple consecutive login attempts.";
        reply.is_refused(429, "too_many_attempts", words);
        assert_eq!(reply.header("retry-after"), Some("86400"));
    }
    let other = otp_body("bob@example.com", "000000", "openid");
    let reply = post_from(&test, GUESSER, path::OAUTH_TOKEN, &other, &[]).await;
    assert_eq!(reply.json()["error"], "invalid_grant", "other people's codes are not the matter");
    let reply = post_from(&test, ELSEWHERE, path::OAUTH_TOKEN, &right, &[]).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
}

#[tokio::test]
async fn wherever_codes_are_taken_a_wrong_one_is_counted_and_a_blocked_guesser_is_told() {
    for number in 0..ways("", "").len() {
        let test = with_limits(2, 100).await;
        let code = test.code("ada@example.com").await;
        for _ in 0..2 {
            let (path, body, headers) = ways("ada@example.com", &wrong(&code)).remove(number);
            let reply = post_from(&test, GUESSER, path, &body, &headers).await;
            assert!(says(&reply).contains("rong"), "{path}: {}", says(&reply));
        }
        for (path, body, headers) in ways("ada@example.com", &code) {
            let reply = post_from(&test, NEIGHBOUR, path, &body, &headers).await;
            assert!(says(&reply).contains("too_many_attempts"), "{number}, {path}: {}", says(&reply));
        }
    }
}

#[tokio::test]
async fn a_code_for_an_auth_session_is_counted_too() {
    let test = with_limits(2, 100).await;
    let body = json!({"client_id": "shop", "connection": "email", "email": "ada@example.com",
                      "allow_signup": true});
    let session = test.post(path::OTP_CHALLENGE, &body).await.json()["auth_session"].clone();
    let code = test.waiting("ada@example.com").await.unwrap().code;
    let body = |code: &str| json!({"client_id": "shop", "grant_type": PASSWORDLESS_OTP, "auth_session": session, "otp": code});
    for _ in 0..2 {
        let reply = post_from(&test, GUESSER, path::OAUTH_TOKEN, &body(&wrong(&code)), &[]).await;
        assert_eq!(reply.json()["error"], "invalid_request");
    }
    let reply = post_from(&test, GUESSER, path::OAUTH_TOKEN, &body(&code), &[]).await;
    assert_eq!(reply.json()["error"], "too_many_attempts");
    assert_eq!(post_from(&test, ELSEWHERE, path::OAUTH_TOKEN, &body(&code), &[]).await.status, 200);
}

#[tokio::test]
async fn an_address_that_guesses_all_day_is_stopped_whoever_it_guesses_at() {
    let test = with_limits(10, 5).await;
    let code = test.code("ada@example.com").await;
    for (number, (path, body, headers)) in ways("nobody@example.com", "000000").into_iter().enumerate() {
        let email = format!("{number}@example.com");
        let name = ["username", "email"].into_iter().find(|name| body.get(name).is_some()).unwrap();
        let body = changed(body, &json!({name: email}));
        let reply = post_from(&test, GUESSER, path, &body, &headers).await;
        assert!(says(&reply).contains("rong"), "{}", says(&reply));
    }
    let right = otp_body("ada@example.com", &code, "openid");
    let reply = post_from(&test, NEIGHBOUR, path::OAUTH_TOKEN, &right, &[]).await;
    let words = "We have detected suspicious login behavior and further attempts will be blocked. \
                 Please contact the administrator.";
    reply.is_refused(429, "too_many_attempts", words);
    // Who is right somewhere else is not kept out.
    let reply = post_from(&test, ELSEWHERE, path::OAUTH_TOKEN, &right, &[]).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
}

#[tokio::test]
async fn a_backends_users_guess_for_themselves_when_it_names_them_under_the_three_conditions() {
    for number in 0..8_u8 {
        let [confidential, proven, trusted] = [number & 1, number & 2, number & 4].map(|bit| bit != 0);
        let test = Test::with(CONFIG, false, |config| {
            for client in &mut config.clients.0 {
                client.trust_forwarded_for = trusted;
            }
        })
        .await;
        for (forwarded, named) in FORWARDED {
            let id = if confidential { "backend" } else { "shop" };
            let mut body =
                changed(otp_body("ada@example.com", "000000", "openid"), &json!({"client_id": id}));
            match (confidential, proven) {
                (false, false) => {}
                (_, true) => body["client_secret"] = json!(BACKEND_SECRET),
                (true, false) => body["client_secret"] = json!("another secret of the backend 0123456789"),
            }
            let headers: Vec<(&str, &str)> =
                forwarded.iter().map(|value| ("auth0-forwarded-for", *value)).collect();
            let reply = post_from(&test, "198.51.100.1", path::OAUTH_TOKEN, &body, &headers).await;
            let counted: Vec<String> =
                sqlx::query_scalar("SELECT bucket FROM hits WHERE bucket LIKE 'failure %'")
                    .fetch_all(test.app.store.reader())
                    .await
                    .unwrap();
            let (status, expected) = match (confidential, proven) {
                (true, true) => (403, named.filter(|_| trusted).or(Some("198.51.100.1"))),
                (false, false) => (403, Some("198.51.100.1")),
                (true, false) | (false, true) => (401, None),
            };
            assert_eq!(reply.status, status, "{number} {forwarded:?}: {}", reply.text());
            let expected: Vec<String> = expected.iter().map(|address| format!("failure {address}")).collect();
            assert_eq!(counted, expected, "{number} {forwarded:?}");
            forget_hits(&test).await;
        }
    }
}

#[tokio::test]
async fn with_all_addresses_of_the_world_a_days_guesses_at_one_person_are_thirty() {
    let test = Test::new().await;
    let (mut sent, mut compared) = (0, 0);
    for round in 0..24 * 12_u32 {
        let address = |number: u32| format!("203.{number}.{}.{}", round / 250, round % 250);
        sent += u32::from(test.start_from("ada@example.com", &address(0), None).await.status == 200);
        for number in 1..5 {
            let guess = otp_body("ada@example.com", "no code", "openid");
            let reply = post_from(&test, &address(number), path::OAUTH_TOKEN, &guess, &[]).await;
            compared += u32::from(reply.json()["error_description"] == "Wrong email or verification code.");
        }
        test.clock.advance_seconds(5 * 60);
    }
    assert_eq!((sent, compared), (10, 30));
}
