use crate::store::outbox;
use crate::testing::{CONFIG, Reply, Test, changed, otp_body, start_body, wrong};
use latch_protocol::{
    endpoint::{OAUTH_TOKEN, PASSWORDLESS_START},
    error::description::{CODE_ATTEMPTS, WRONG_EMAIL_CODE},
};
use serde_json::{Value, json};

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
    test.add_user("email", ADA).await;
    test
}

fn shape(reply: &Reply) -> (u16, Vec<String>, Vec<(String, Value)>) {
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
async fn who_has_no_account_makes_the_server_write_as_much_as_who_has_one() {
    let test = closed().await;
    let written = async |email: &str| {
        assert_eq!(test.start(email).await.status, 200);
        outbox::list(&test.app.store, 10).await.unwrap().1
    };
    assert_eq!((written(ADA).await, written(EVE).await), (1, 2));
    crate::outbox::drain(&test.app).await.unwrap();
    let (rows, _) = outbox::list(&test.app.store, 10).await.unwrap();
    assert_eq!(rows.len(), 1, "what was for nobody is forgotten");
    assert_eq!(rows[0].recipient, ADA);
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

#[tokio::test]
async fn where_it_is_configured_a_start_tells_who_may_not_sign_up_as_auth0_does_and_counts_all_the_same() {
    let text = format!("{CONFIG}\n[email]\ndisable_signup = true\n[compat]\nenumeration = true\n");
    let told = Test::with(&text, false, |config| config.captcha = None).await;
    told.add_user("email", ADA).await;
    for _ in 0..49 {
        let unknown = told.post_from("192.0.2.1", PASSWORDLESS_START, &start_body(EVE)).await;
        unknown.is_refused(400, "bad.connection", "Public signup is disabled");
    }
    assert!(told.waiting(EVE).await.is_none());
    // The fiftieth start from this address is the last of this hour, whoever the others were for.
    assert_eq!(told.post_from("192.0.2.1", PASSWORDLESS_START, &start_body(ADA)).await.status, 200);
    assert_eq!(told.post_from("192.0.2.1", PASSWORDLESS_START, &start_body(EVE)).await.status, 429);
    let code = told.waiting(ADA).await.unwrap().code;
    assert_eq!(told.exchange(ADA, &code, "openid").await.status, 200);

    // By SMS as by email, and where sign-ups are open nothing is told.
    let text = "[sms]\ndisable_signup = true\n[compat]\nenumeration = true\n";
    let told = Test::with(text, true, |_| {}).await;
    let start = |number: &str| json!({"client_id": "demo", "connection": "sms", "phone_number": number});
    told.add_user("sms", "+14155550100").await;
    let unknown = told.post(PASSWORDLESS_START, &start("+14155550101")).await;
    unknown.is_refused(400, "bad.connection", "Public signup is disabled");
    assert_eq!(told.post(PASSWORDLESS_START, &start("+14155550100")).await.status, 200);
    assert_eq!(told.post(PASSWORDLESS_START, &demo(start_body(EVE))).await.status, 200);
}

fn demo(body: Value) -> Value {
    changed(body, &json!({"client_id": "demo"}))
}
