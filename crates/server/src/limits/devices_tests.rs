use axum::{body::Body, http::Request};
use latch_protocol::{
    endpoint::{CO_AUTHENTICATE, OAUTH_TOKEN, PASSWORDLESS_START, VERIFY},
    token::PASSWORDLESS_OTP,
};
use serde_json::json;

use crate::testing::{
    BACKEND_SECRET, CONFIG, Reply, Test,
    browser::{Browser, code_query},
    changed, coming_from, otp_body, start_body, wrong,
};

const ADA: &str = "ada@example.com";
const COOKIE: &str = "__Host-latch-device";
const OWN: &str = "https://login.example";

/// Strangers ask for codes until no more are sent.
async fn use_up_messages(test: &Test, email: &str) {
    for number in 0..20 {
        if test.start_from(email, &format!("203.0.113.{number}"), None).await.status == 429 {
            return;
        }
    }
    panic!("the messages do not end");
}

/// Strangers guess at the code that is out until it takes no more guesses.
async fn use_up_tries(test: &Test, email: &str) {
    let guess = otp_body(email, "no code", "openid");
    for number in 0..5 {
        test.post_from(&format!("203.0.113.{number}"), OAUTH_TOKEN, &guess).await;
    }
}

async fn sign_in(browser: &Browser<'_>, email: &str) -> Reply {
    let authorized = browser.authorize(&[code_query(), vec![("prompt", "login")]].concat()).await;
    let reply = browser.sign_in_hosted(&authorized, email).await;
    assert!(reply.carried().contains_key("code"), "{}", reply.text());
    reply
}

/// An app signs in from an address, where no cookies are.
async fn sign_in_from(test: &Test, email: &str, address: &str) -> Reply {
    let started = test.start_from(email, address, None).await;
    if started.status != 200 {
        return started;
    }
    let code = test.waiting(email).await.unwrap().code;
    test.post_from(address, OAUTH_TOKEN, &otp_body(email, &code, "openid")).await
}

async fn marks(test: &Test) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM devices").fetch_one(test.app.store.reader()).await.unwrap()
}

#[tokio::test]
async fn a_browser_that_somebody_has_signed_in_in_signs_in_while_strangers_attack_them() {
    let test = Test::new().await;
    let browser = test.browser();
    sign_in(&browser, ADA).await;
    use_up_messages(&test, ADA).await;
    assert_eq!(test.start(ADA).await.status, 429);
    // A code that the browser asks for is its own: strangers use their tries up, and not the browser's.
    let start = browser.post(PASSWORDLESS_START, &start_body(ADA), OWN).await;
    assert_eq!(start.status, 200, "{}", start.text());
    let code = test.waiting(ADA).await.unwrap().code;
    use_up_tries(&test, ADA).await;
    let right = json!({"client_id": "shop", "connection": "email", "email": ADA, "verification_code": code});
    assert_eq!(browser.post(VERIFY, &right, OWN).await.status, 200);
    // A stranger's right guess is too late, and the browser goes on.
    test.exchange(ADA, &code, "openid").await.is_refused(
        403,
        "invalid_grant",
        "You've reached the maximum number of attempts. Please try to login again.",
    );
    sign_in(&browser, ADA).await;
    // It has as many messages as anybody, and no more until somebody has signed in there again.
    for _ in 0..3 {
        assert_eq!(browser.post(PASSWORDLESS_START, &start_body(ADA), OWN).await.status, 200);
    }
    assert_eq!(browser.post(PASSWORDLESS_START, &start_body(ADA), OWN).await.status, 429);
    // Known of one person is not known of another.
    use_up_messages(&test, "bob@example.com").await;
    assert_eq!(browser.post(PASSWORDLESS_START, &start_body("bob@example.com"), OWN).await.status, 429);
}

#[tokio::test]
async fn where_there_are_no_cookies_the_network_of_a_login_is_known_for_thirty_days() {
    for (home, neighbour, elsewhere) in
        [("192.0.2.7", "192.0.2.7", "192.0.2.8"), ("2001:db8:1:2::1", "2001:db8:1:2::9", "2001:db8:1:3::1")]
    {
        let test = Test::new().await;
        assert_eq!(sign_in_from(&test, ADA, home).await.status, 200);
        for (days, is_known) in [(0, true), (29, true), (30, true), (31, false)] {
            // Each login begins the thirty days anew, so the last is after thirty-one.
            test.clock.advance_seconds(days * 86_400 - i64::from(days == 30));
            use_up_messages(&test, ADA).await;
            assert_eq!(sign_in_from(&test, ADA, elsewhere).await.status, 429);
            let status = sign_in_from(&test, ADA, neighbour).await.status;
            assert_eq!(status == 200, is_known, "{home}, after {days} days: {status}");
        }
    }
}

#[tokio::test]
async fn a_backends_own_address_is_nobodys_device_and_the_one_that_it_names_is() {
    for trusted in [false, true] {
        let test = Test::with(CONFIG, false, |config| {
            for client in &mut config.clients.0 {
                client.trust_forwarded_for = trusted;
            }
        })
        .await;
        let as_backend = json!({"client_id": "backend", "client_secret": BACKEND_SECRET});
        let post = async |path: &str, body| {
            let request = Request::post(path)
                .header("content-type", "application/json")
                .header("auth0-forwarded-for", "192.0.2.7");
            let body = changed(body, &as_backend).to_string();
            test.send(coming_from("198.51.100.1", request.body(Body::from(body)).unwrap())).await
        };
        assert_eq!(post(PASSWORDLESS_START, start_body(ADA)).await.status, 200);
        let code = test.waiting(ADA).await.unwrap().code;
        assert_eq!(post(OAUTH_TOKEN, otp_body(ADA, &code, "openid")).await.status, 200);
        assert_eq!(marks(&test).await, i64::from(trusted));
        use_up_messages(&test, ADA).await;
        let status = post(PASSWORDLESS_START, start_body(ADA)).await.status;
        assert_eq!(status, if trusted { 200 } else { 429 });
    }
}

#[tokio::test]
async fn a_known_browsers_cookie_is_a_new_secret_at_each_login_and_stays_everybodys_who_signs_in_there() {
    let test = Test::new().await;
    let browser = test.browser();
    let cookie = sign_in(&browser, ADA).await.set_cookie(COOKIE).unwrap().to_owned();
    assert!(cookie.ends_with("; Path=/; Max-Age=2592000; HttpOnly; Secure; SameSite=Lax"), "{cookie}");
    let first = browser.cookie(COOKIE).unwrap();
    let kept: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT mark FROM devices").fetch_all(test.app.store.reader()).await.unwrap();
    assert_eq!(kept, [crate::secret::sha256(&first).to_vec()], "a hash, and no network without an address");
    sign_in(&browser, "bob@example.com").await;
    assert_ne!(browser.cookie(COOKIE).unwrap(), first);
    for (email, left) in [(ADA, 2), ("bob@example.com", 2)] {
        use_up_messages(&test, email).await;
        for _ in 0..left {
            assert_eq!(
                browser.post(PASSWORDLESS_START, &start_body(email), OWN).await.status,
                200,
                "{email}"
            );
        }
    }
    // Whoever has kept an earlier secret is a stranger.
    let thief = test.browser();
    thief.set_cookie(COOKIE, &first);
    assert_eq!(thief.post(PASSWORDLESS_START, &start_body(ADA), OWN).await.status, 429);
    assert_eq!(browser.post(PASSWORDLESS_START, &start_body(ADA), OWN).await.status, 200);
}

#[tokio::test]
async fn a_page_of_another_site_is_given_a_cookie_that_it_can_bring() {
    let test = Test::new().await;
    let browser = test.browser();
    let code = async || {
        test.clock.advance_seconds(600);
        test.post(PASSWORDLESS_START, &changed(start_body(ADA), &json!({"client_id": "page"}))).await;
        test.waiting(ADA).await.unwrap().code
    };
    let login = |code: &str| {
        json!({"client_id": "page", "username": ADA, "otp": code, "realm": "email",
               "credential_type": PASSWORDLESS_OTP})
    };
    let reply = browser.post(CO_AUTHENTICATE, &login(&code().await), "https://page.example").await;
    assert_eq!(reply.status, 200);
    assert!(reply.set_cookie(COOKIE).unwrap().ends_with("; HttpOnly; Secure; SameSite=None"));
    let code = code().await;
    use_up_tries(&test, ADA).await;
    let guess = browser.post(CO_AUTHENTICATE, &login(&wrong(&code)), "https://page.example").await;
    assert_eq!(guess.json()["error_description"], "Wrong email or verification code.");
    let reply = browser.post(CO_AUTHENTICATE, &login(&code), "https://page.example").await;
    assert_eq!(reply.status, 200, "{}", reply.text());
}

#[tokio::test]
async fn of_one_person_twenty_devices_are_known_and_none_for_ever() {
    let test = Test::unlimited_but(|limits| limits.known_device_days = Some(30)).await;
    for number in 0..25 {
        assert_eq!(sign_in_from(&test, ADA, &format!("192.0.2.{number}")).await.status, 200);
        test.clock.advance_seconds(60);
    }
    assert_eq!(marks(&test).await, 20);
    test.clock.advance_seconds(30 * 86_400 - 600);
    test.app.store.sweep(test.now()).await.unwrap();
    assert_eq!(marks(&test).await, 10);
    test.clock.advance_seconds(600);
    test.app.store.sweep(test.now()).await.unwrap();
    assert_eq!(marks(&test).await, 0);
}
