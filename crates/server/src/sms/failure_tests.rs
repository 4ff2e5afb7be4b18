use std::time::Duration;

use hyper::StatusCode;
use serde_json::json;
use tokio::task::JoinSet;

use super::stand::{Answer, NUMBER, Provided, gateway_config, start, state, twilio_config};
use crate::{
    outbox::{self, lease_seconds},
    store::outbox as rows,
    testing::Test,
};

#[tokio::test]
async fn what_twilio_refuses_for_good_is_told_in_auth0s_words_and_not_tried_again() {
    let invalid = r#"{"code":21211,"message":"The 'To' number +14155550100 is not a valid phone number.",
        "more_info":"https://www.twilio.com/docs/errors/21211","status":400}"#;
    let unsubscribed = r#"{"code":21610,"message":"Attempt to send to unsubscribed recipient","status":400}"#;
    let account = r#"{"code":20003,"message":"Authenticate","status":401}"#;
    for (status, body, told, reason) in [
        (
            400,
            invalid,
            "The 'To' number +14155550100 is not a valid phone number. (Code: 21211)",
            "Twilio: error 21211",
        ),
        (400, unsubscribed, "Attempt to send to unsubscribed recipient (Code: 21610)", "Twilio: error 21610"),
        (401, account, "Authenticate (Code: 20003)", "Twilio: error 20003"),
        (404, "<html>", "Unexpected response of the SMS provider: 404", "Twilio: status 404"),
    ] {
        let provided = Provided::open(Answer::With(status, body)).await;
        let test = Test::with(&twilio_config(&provided.url), false, |_| {}).await;
        start(&test).await.is_refused(400, "sms_provider_error", told);
        assert_eq!(state(&test).await, Some((true, reason.to_owned())), "without the number");
        assert!(test.waiting(NUMBER).await.is_none(), "its words are forgotten");
        test.clock.advance_seconds(60);
        outbox::drain(&test.app).await.unwrap();
        assert_eq!(provided.seen().len(), 1);
    }
}

/// Every answer that may pass, what is told of it, and what the operator reads.
const PASSING: [(Answer, &str, &str); 6] = [
    (
        Answer::With(429, r#"{"code":20429,"message":"Too Many Requests","status":429}"#),
        "Too Many Requests (Code: 20429)",
        "Twilio: error 20429",
    ),
    (
        Answer::With(500, r#"{"code":20500,"message":"Internal Server Error","status":500}"#),
        "Internal Server Error (Code: 20500)",
        "Twilio: error 20500",
    ),
    (Answer::With(503, "busy"), "Unexpected response of the SMS provider: 503", "Twilio: status 503"),
    (Answer::Redirect, "Unexpected response of the SMS provider: 302", "Twilio: status 302"),
    (Answer::Endless, "Twilio cannot be reached", "Twilio cannot be reached"),
    (Answer::Hangup, "Twilio cannot be reached", "Twilio cannot be reached"),
];

#[tokio::test]
async fn what_may_pass_is_tried_again_while_somebody_waits_and_is_then_told_and_given_up() {
    let each = PASSING.map(|(answer, told, reason)| async move {
        let provided = Provided::open(answer).await;
        let test = Test::with(&twilio_config(&provided.url), false, |_| {}).await;
        start(&test).await.is_refused(400, "sms_provider_error", told);
        let tries = provided.seen().len();
        // What was handed over and got no answer may have been taken.
        let is_doubtful = matches!(answer, Answer::Hangup | Answer::Endless);
        assert_eq!(tries > 1, !is_doubtful, "{answer:?}: {tries}");
        assert!(provided.seen().iter().all(|seen| seen.path != "/elsewhere"), "a redirect is not followed");
        let (shown, _) = rows::list(&test.app.store, 10).await.unwrap();
        assert_eq!(shown[0].last_error.as_deref(), Some(reason));
        assert_eq!(shown[0].attempts, i64::try_from(tries).unwrap());
        assert_eq!((shown[0].dead_at.is_some(), shown[0].doubtful_at.is_some()), (!is_doubtful, is_doubtful));
        // Whoever was told so asks again: nothing is sent behind their back.
        provided.answers(Answer::With(201, "{}"));
        test.clock.advance_seconds(60);
        outbox::drain(&test.app).await.unwrap();
        assert_eq!(provided.seen().len(), tries);
        assert_eq!(start(&test).await.status, StatusCode::OK);
        assert_eq!(provided.seen().len(), tries + 1);
    });
    JoinSet::from_iter(each).join_all().await;
}

#[tokio::test]
async fn a_provider_that_was_busy_for_a_moment_gets_the_message_and_nobody_hears_of_it() {
    let provided = Provided::open(Answer::BusyOnce).await;
    let test = Test::with(&twilio_config(&provided.url), false, |_| {}).await;
    assert_eq!(start(&test).await.status, StatusCode::OK);
    assert_eq!((provided.seen().len(), state(&test).await), (2, None));
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_told_and_one_that_never_answers_may_have_taken_the_message() {
    let silent = Provided::open(Answer::Never).await;
    let twilio = format!("{}timeout_seconds = 1\n", twilio_config(&silent.url));
    for (config, told, is_doubtful) in [
        (twilio, "Twilio did not answer in time", true),
        (
            gateway_config(&silent.url, "timeout_seconds = 1"),
            "Timeout while calling the SMS gateway: 1 seconds",
            true,
        ),
        (twilio_config("http://127.0.0.1:1/"), "Twilio cannot be reached", false),
        (gateway_config("http://127.0.0.1:1/", ""), "The SMS gateway cannot be reached", false),
    ] {
        let before = silent.seen().len();
        let test = Test::with(&config, false, |_| {}).await;
        start(&test).await.is_refused(400, "sms_provider_error", told);
        assert_eq!(silent.seen().len() - before, usize::from(is_doubtful));
        let (shown, _) = rows::list(&test.app.store, 10).await.unwrap();
        assert_eq!((shown[0].doubtful_at.is_some(), shown[0].dead_at.is_some()), (is_doubtful, !is_doubtful));
        assert_eq!(shown[0].last_error.as_deref(), Some(told));
        test.clock.advance_seconds(i64::from(lease_seconds(&test.app, "sms")));
        outbox::drain(&test.app).await.unwrap();
        assert_eq!(silent.seen().len() - before, usize::from(is_doubtful), "it is not sent a second time");
    }
}

#[tokio::test]
async fn what_a_gateway_answers_is_told_in_auth0s_words() {
    let each = [
        (400, "Unexpected response while calling the SMS gateway: 400"),
        (401, "Authentication failed while calling the SMS gateway: 401"),
        (404, "Unexpected response while calling the SMS gateway: 404"),
        (302, "Unexpected response while calling the SMS gateway: 302"),
        (429, "Unexpected response while calling the SMS gateway: 429"),
        (500, "Unexpected response while calling the SMS gateway: 500"),
        (503, "Unexpected response while calling the SMS gateway: 503"),
    ]
    .map(|(status, told)| async move {
        let answer = if status == 302 { Answer::Redirect } else { Answer::With(status, "no") };
        let provided = Provided::open(answer).await;
        let test = Test::with(&gateway_config(&provided.url, ""), false, |_| {}).await;
        start(&test).await.is_refused(400, "sms_provider_error", told);
        assert_eq!(state(&test).await, Some((true, told.to_owned())));
    });
    JoinSet::from_iter(each).join_all().await;
}

#[tokio::test]
async fn where_some_are_sent_nothing_nobody_waits_for_the_provider_and_hears_what_it_says() {
    let provided = Provided::open(Answer::Never).await;
    let test = Test::with(&twilio_config(&provided.url), false, |config| {
        config.signups.sms = false;
        config.limits.sends_per_identity = None;
    })
    .await;
    test.add_user("sms", NUMBER).await;

    // It answers whoever has an account while the provider says nothing, as it answers everybody else.
    let known = tokio::time::timeout(Duration::from_secs(5), start(&test)).await.expect("nobody waits");
    let unknown = json!({"client_id": "shop", "connection": "sms", "phone_number": "+14155550101"});
    let unknown = test.post("/passwordless/start", &unknown).await;
    assert_eq!((known.status, unknown.status), (StatusCode::OK, StatusCode::OK));
    assert!(provided.seen().is_empty(), "that is for the workers");
    assert!(test.waiting(NUMBER).await.is_some());
    assert!(test.waiting("+14155550101").await.is_none());

    // Nor does it tell anybody what the provider has against a number, or that it is busy: that is tried
    // again behind everybody's back.
    provided.answers(Answer::With(503, "busy"));
    assert_eq!(start(&test).await.status, StatusCode::OK);
    outbox::drain(&test.app).await.unwrap();
    assert_eq!(state(&test).await, Some((false, "Twilio: status 503".to_owned())));
    let tries = provided.seen().len();
    provided.answers(Answer::With(201, "{}"));
    test.clock.advance_seconds(2);
    outbox::drain(&test.app).await.unwrap();
    let seen = provided.seen();
    assert_eq!(seen.len(), tries + 1);
    assert!(seen[tries].body.contains("ValidityPeriod=178"), "less time is left");
    assert_eq!(state(&test).await, None);
    let refused = r#"{"code":21211,"message":"not a valid phone number","status":400}"#;
    provided.answers(Answer::With(400, refused));
    assert_eq!(start(&test).await.status, StatusCode::OK);
    outbox::drain(&test.app).await.unwrap();
    assert_eq!(provided.seen().len(), tries + 2);
    assert_eq!(start(&test).await.status, StatusCode::OK);
}
