//! Guesses at one person, whoever guesses from wherever.

use axum::http::StatusCode;
use latch_protocol::endpoint::{CHALLENGE, OAUTH_TOKEN, PASSWORDLESS_START};
use serde_json::json;

use crate::testing::{BACKEND_SECRET, CONFIG, Reply, Test, changed, otp_body, start_body, wrong};

const ADA: &str = "ada@example.com";
const HOME: &str = "192.0.2.7";
const ENOUGH: &str = "Your account has been blocked after multiple consecutive login attempts.";

/// An address that nobody has used yet.
fn anywhere(number: u32) -> String {
    format!("203.{}.{}.{}", number / 62_500, number / 250 % 250, number % 250)
}

async fn guess(test: &Test, email: &str, code: &str, address: &str) -> Reply {
    test.post_from(address, OAUTH_TOKEN, &otp_body(email, code, "openid")).await
}

/// So many wrong guesses that are compared, each from an address of its own.
async fn guess_wrong(test: &Test, email: &str, times: u32) {
    for number in 0..times {
        if number % 3 == 0 {
            assert_eq!(test.start(email).await.status, StatusCode::OK);
        }
        let reply = guess(test, email, "no code", &anywhere(number)).await;
        assert_eq!(reply.json()["error_description"], "Wrong email or verification code.", "{number}");
    }
}

#[tokio::test]
async fn strangers_of_all_the_world_have_thirty_guesses_a_day_and_a_known_device_signs_in_meanwhile() {
    // As many messages as they like: what is left bounds the guesses alone.
    let test = Test::unlimited_but(|limits| {
        limits.guesses_per_identity_day = Some(30);
        limits.known_device_days = Some(30);
    })
    .await;
    let sign_in = async || {
        assert_eq!(test.start_from(ADA, HOME, None).await.status, StatusCode::OK);
        let code = test.waiting(ADA).await.unwrap().code;
        guess(&test, ADA, &code, HOME).await.status
    };
    assert_eq!(sign_in().await, StatusCode::OK);
    let (mut compared, mut refused) = (0, 0);
    for round in 0..24 * 4_u32 {
        test.start_from(ADA, &anywhere(round), None).await;
        for number in 0..4 {
            let reply = guess(&test, ADA, "no code", &anywhere(round * 4 + number)).await;
            let (status, error, words) = reply.refusal();
            compared += u32::from(words == "Wrong email or verification code.");
            if status == 429 {
                assert_eq!((error.as_str(), words.as_str()), ("too_many_attempts", ENOUGH));
                refused += 1;
            }
        }
        if round % 8 == 7 {
            assert_eq!(sign_in().await, StatusCode::OK, "{round}");
        }
        test.clock.advance_seconds(15 * 60 - 1);
    }
    assert_eq!(compared, 30);
    assert!(refused > 300, "{refused}");
    // Who is refused uses up no try, and is told the same without a code.
    test.start_from(ADA, HOME, None).await;
    let code = test.waiting(ADA).await.unwrap().code;
    test.clock.advance_seconds(200);
    assert_eq!(test.start_from(ADA, HOME, None).await.status, StatusCode::OK);
    let newer = test.waiting(ADA).await.unwrap().code;
    assert_eq!(guess(&test, ADA, &newer, HOME).await.status, StatusCode::OK, "{code}");
}

#[tokio::test]
async fn of_guesses_at_once_from_everywhere_no_more_are_compared_than_a_day_has() {
    let test = Test::with(CONFIG, false, |config| {
        config.limits.guesses_per_identity_day = Some(5);
        config.limits.guesses_per_identity_in_a_row = None;
        config.code.tries = 1000;
    })
    .await;
    let code = test.code(ADA).await;
    let test = std::sync::Arc::new(test);
    let mut guesses = tokio::task::JoinSet::new();
    for number in 0..32 {
        let (test, code) = (test.clone(), wrong(&code));
        guesses.spawn(async move { guess(&test, ADA, &code, &anywhere(number)).await.status });
    }
    let statuses = guesses.join_all().await;
    assert_eq!(statuses.iter().filter(|status| **status == StatusCode::FORBIDDEN).count(), 5);
    assert_eq!(statuses.iter().filter(|status| **status == StatusCode::TOO_MANY_REQUESTS).count(), 27);
    let reply = guess(&test, ADA, &code, HOME).await;
    reply.is_refused(429, "too_many_attempts", ENOUGH);
    let nobodys = guess(&test, "bob@example.com", &code, HOME).await;
    assert_eq!(nobodys.status, StatusCode::FORBIDDEN, "other people's codes are not the matter");
}

#[tokio::test]
async fn whoever_is_guessed_at_is_sent_codes_for_some_effort_wherever_that_is_asked_for() {
    let toml = CONFIG.replace("id = \"other\"", "id = \"other\"\ncaptcha = false");
    for has_account in [false, true] {
        let test = Test::with(&toml, false, |config| {
            config.limits.sends_per_identity = None;
            config.limits.sends_per_identity_hour = None;
            config.limits.sends_per_identity_day = None;
        })
        .await;
        if has_account {
            test.login(ADA, "openid").await;
        }
        guess_wrong(&test, ADA, 9).await;
        assert_eq!(test.start_from(ADA, HOME, None).await.status, StatusCode::OK);
        assert_eq!(guess(&test, ADA, "no code", &anywhere(9)).await.status, StatusCode::FORBIDDEN);
        let asks = async || {
            let body = json!({"client_id": "shop"});
            test.post_from(HOME, CHALLENGE, &body).await.json()["required"].as_bool().unwrap()
        };
        assert!(!asks().await);
        test.start_from(ADA, HOME, None).await.is_refused(400, "invalid_captcha", "Captcha is required");
        // Its page can get one now, and others from elsewhere still need none.
        assert!(asks().await);
        let other = test.post_from("192.0.2.8", CHALLENGE, &json!({"client_id": "shop"})).await;
        assert_eq!(other.json(), json!({"required": false}));
        assert_eq!(test.start_from("bob@example.com", "192.0.2.8", None).await.status, StatusCode::OK);
        for who in
            [json!({"client_id": "backend", "client_secret": BACKEND_SECRET}), json!({"client_id": "other"})]
        {
            let body = changed(start_body(ADA), &who);
            assert_eq!(test.post_from(HOME, PASSWORDLESS_START, &body).await.status, StatusCode::OK);
        }
        test.clock.advance_seconds(3600);
        assert!(!asks().await);
        assert_eq!(test.start_from(ADA, HOME, None).await.status, StatusCode::OK);
    }
}

/// A server that disables a person after so many wrong codes in a row.
async fn disabling_after(most: u32) -> Test {
    Test::unlimited_but(|limits| limits.guesses_per_identity_in_a_row = Some(most)).await
}

#[tokio::test]
async fn a_hundred_wrong_codes_in_a_row_disable_a_person_and_a_right_one_between_begins_anew() {
    let limits = crate::config::Limits::DEFAULT;
    let test = disabling_after(limits.guesses_per_identity_in_a_row.unwrap()).await;
    guess_wrong(&test, ADA, 99).await;
    test.login(ADA, "openid").await;
    guess_wrong(&test, ADA, 99).await;
    // What expired had been right.
    let code = test.code(ADA).await;
    test.clock.advance_seconds(180);
    assert_eq!(guess(&test, ADA, &code, HOME).await.status, StatusCode::FORBIDDEN);
    guess_wrong(&test, ADA, 100).await;
    let before = test.waiting(ADA).await.unwrap().code;
    // A wrong code is answered as ever; a right one tells why it is not taken.
    let reply = guess(&test, ADA, &wrong(&before), HOME).await;
    reply.is_refused(403, "invalid_grant", "Wrong email or verification code.");
    guess(&test, ADA, &before, HOME).await.is_refused(401, "unauthorized", "user is blocked");
    guess_wrong(&test, "bob@example.com", 3).await;
    test.login("bob@example.com", "openid").await;
}

#[tokio::test]
async fn who_is_disabled_is_sent_nothing_and_neither_start_nor_guess_tells() {
    let answers = async |is_disabled: bool, has_account: bool| {
        let test = disabling_after(3).await;
        if has_account {
            test.login(ADA, "openid").await;
        }
        guess_wrong(&test, ADA, if is_disabled { 3 } else { 1 }).await;
        test.clock.advance_seconds(1);
        let before = test.waiting(ADA).await;
        let started = test.start(ADA).await;
        let waiting = test.waiting(ADA).await.or(before).unwrap();
        let guessed = guess(&test, ADA, "no code", HOME).await;
        let tells = (started.status, started.text(), guessed.status, guessed.text());
        let sent: i64 =
            sqlx::query_scalar("SELECT count(*) FROM outbox WHERE recipient <> '' AND created_at = ?")
                .bind(test.now().0)
                .fetch_one(test.app.store.reader())
                .await
                .unwrap();
        let opened = guess(&test, ADA, &waiting.code, HOME).await.status;
        (tells, sent, opened)
    };
    let (expected, sent, opened) = answers(false, true).await;
    assert_eq!((sent, opened), (1, StatusCode::OK));
    for has_account in [false, true] {
        let (tells, sent, opened) = answers(true, has_account).await;
        assert_eq!((tells, sent), (expected.clone(), 0));
        assert_eq!(opened, StatusCode::FORBIDDEN, "the last code that was sent is none any more");
    }
}
