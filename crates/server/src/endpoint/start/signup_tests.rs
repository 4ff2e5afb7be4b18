use crate::testing::{CONFIG, Reply, Test, otp_body, start_body, wrong};
use latch_protocol::{
    endpoint::{OAUTH_TOKEN, PASSWORDLESS_START},
    error::description::{CODE_ATTEMPTS, WRONG_EMAIL_CODE},
};

const ADA: &str = "ada@example.com";
const EVE: &str = "eve@example.com";

/// A server whose users are all there already: Ada is, Eve is not.
async fn closed() -> Test {
    let test = Test::with(CONFIG, false, |config| {
        config.signups.email = false;
        // A test that guesses is a large share of all that comes in.
        config.spraying.normal_percent = 0;
    })
    .await;
    let ada = crate::proof::Identity::parse("email", ADA).unwrap();
    let mut tx = test.app.store.write().await.unwrap();
    let sub = ada.subject(&test.app.config.pepper);
    crate::store::users::find_or_create(&mut tx, "email", ADA, &sub, test.now()).await.unwrap();
    tx.commit().await.unwrap();
    test
}

fn shape(reply: &Reply) -> (u16, Vec<String>, Vec<(String, serde_json::Value)>) {
    let body = reply.json();
    let told = ["email_verified", "code_length", "expires_in", "resend_in", "tries"];
    (
        reply.status.as_u16(),
        body.as_object().unwrap().keys().cloned().collect(),
        told.map(|name| (name.to_owned(), body[name].clone())).to_vec(),
    )
}

#[tokio::test]
async fn who_has_an_account_signs_in() {
    let test = closed().await;
    let tokens = test.login(ADA, "openid").await;
    assert!(tokens["id_token"].is_string());
}

#[tokio::test]
async fn who_has_none_is_sent_nothing_and_the_answers_are_the_same() {
    let test = closed().await;
    let known = test.post(PASSWORDLESS_START, &start_body(ADA)).await;
    let code = test.waiting(ADA).await.unwrap().code;
    let unknown = test.post(PASSWORDLESS_START, &start_body(EVE)).await;
    assert_eq!(shape(&known), shape(&unknown));
    assert!(test.waiting(EVE).await.is_none());
    for email in [ADA, EVE] {
        let guess = test.post(OAUTH_TOKEN, &otp_body(email, &wrong(&code), "openid")).await;
        guess.is_refused(403, "invalid_grant", WRONG_EMAIL_CODE);
    }
    let stolen = test.post(OAUTH_TOKEN, &otp_body(EVE, &code, "openid")).await;
    stolen.is_refused(403, "invalid_grant", WRONG_EMAIL_CODE);
}

#[tokio::test]
async fn a_code_that_was_not_sent_opens_nothing_not_even_by_luck() {
    // Both servers draw the same codes, and only one of them sends it to Eve.
    let open = Test::new().await;
    let code = open.code(EVE).await;
    let closed = closed().await;
    assert_eq!(closed.start(EVE).await.status, 200);
    closed.exchange(EVE, &code, "openid").await.is_refused(403, "invalid_grant", WRONG_EMAIL_CODE);
    assert_eq!(open.exchange(EVE, &code, "openid").await.status, 200);
}

#[tokio::test]
async fn guesses_at_a_code_that_was_not_sent_are_counted_and_answered_as_all_others() {
    let test = closed().await;
    let code = test.code(ADA).await;
    assert_eq!(test.start(EVE).await.status, 200);
    for expected in [WRONG_EMAIL_CODE, WRONG_EMAIL_CODE, WRONG_EMAIL_CODE, CODE_ATTEMPTS] {
        for email in [ADA, EVE] {
            let guess = test.exchange(email, &wrong(&code), "openid").await;
            guess.is_refused(403, "invalid_grant", expected);
        }
    }
    // Nor is whoever guesses from one address told by what is kept of it: Bob never asked for a code.
    for email in [ADA, EVE, "bob@example.com"] {
        test.clock.advance_seconds(10);
        for expected in [[403; 10].as_slice(), &[429]].concat() {
            let guess = test.post_from("192.0.2.1", OAUTH_TOKEN, &otp_body(email, "000000", "openid")).await;
            assert_eq!(guess.status.as_u16(), expected, "{email}");
        }
    }
}
