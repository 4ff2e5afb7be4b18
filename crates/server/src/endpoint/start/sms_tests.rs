use axum::http::StatusCode;
use latch_protocol::{
    endpoint::{OAUTH_TOKEN, PASSWORDLESS_START},
    error::description::WRONG_PHONE_CODE,
};
use serde_json::{Value, json};

use crate::testing::{CONFIG, Test, changed, otp_body, start_body, wrong};

const NUMBER: &str = "+14155550100";

fn sms_body(number: &str) -> Value {
    json!({"client_id": "demo", "connection": "sms", "phone_number": number})
}

fn otp(number: &str, code: &str, scope: &str) -> Value {
    changed(otp_body(number, code, scope), &json!({"client_id": "demo", "realm": "sms"}))
}

#[tokio::test]
async fn a_number_signs_in_with_the_code_that_was_sent_to_it() {
    let test = Test::dev().await;
    let reply = test.post(PASSWORDLESS_START, &sms_body(NUMBER)).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    let id = reply.json()["_id"].as_str().unwrap().to_owned();
    assert_eq!(
        reply.json(),
        json!({
            "_id": id, "phone_number": NUMBER, "phone_verified": false, "request_language": null,
            "code_length": 6, "expires_in": 180, "resend_in": 30, "tries": 3,
        })
    );
    let message = test.waiting(NUMBER).await.unwrap();
    assert_eq!(message.text.lines().last(), Some(&*format!("@localhost #{}", message.code)));

    let guess = otp(NUMBER, &wrong(&message.code), "openid");
    test.post(OAUTH_TOKEN, &guess).await.is_refused(403, "invalid_grant", WRONG_PHONE_CODE);
    let tokens = test.post(OAUTH_TOKEN, &otp(NUMBER, &message.code, "openid profile email phone")).await;
    assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.text());
    let tokens = tokens.json();
    let claims = test.app.keys.verify("JWT", tokens["id_token"].as_str().unwrap()).unwrap();
    let tail = claims["sub"].as_str().unwrap().strip_prefix("sms|").unwrap();
    assert!(tail.len() == 24 && tail.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_eq!((&claims["name"], &claims["phone_number"]), (&json!(NUMBER), &json!(NUMBER)));
    assert_eq!(claims["phone_number_verified"], true);
    assert!(claims.get("email").is_none() && claims.get("email_verified").is_none(), "{claims}");
    let userinfo = test.userinfo(tokens["access_token"].as_str().unwrap()).await.json();
    assert_eq!((&userinfo["sub"], &userinfo["phone_number"]), (&claims["sub"], &json!(NUMBER)));
    test.post(OAUTH_TOKEN, &otp(NUMBER, &message.code, "openid")).await.is_refused(
        403,
        "invalid_grant",
        WRONG_PHONE_CODE,
    );
}

#[tokio::test]
async fn spellings_of_one_number_are_one_user_and_the_answer_names_the_one_that_counts() {
    let test = Test::dev().await;
    let reply = test.post(PASSWORDLESS_START, &sms_body("+4407911123456")).await;
    assert_eq!(reply.json()["phone_number"], "+447911123456");
    let code = test.waiting("+447911123456").await.unwrap().code;
    let reply = test.post(OAUTH_TOKEN, &otp(" +447911123456", &code, "openid")).await;
    assert_eq!(reply.status, StatusCode::OK);
}

#[tokio::test]
async fn the_readers_language_is_echoed() {
    let test = Test::dev().await;
    for (headers, language) in [
        (vec![("x-request-language", "fr"), ("accept-language", "de")], json!("fr")),
        (vec![("accept-language", "de-DE,de;q=0.9")], json!("de-DE,de;q=0.9")),
    ] {
        let reply = test.post_with(PASSWORDLESS_START, &sms_body(NUMBER), &headers).await;
        assert_eq!(reply.json()["request_language"], language);
    }
}

#[tokio::test]
async fn what_is_no_number_to_send_to_is_refused() {
    let test = Test::dev().await;
    let pattern = "String does not match pattern: ^\\+[0-9]{1,15}$";
    for (number, text) in [
        (json!(null), "Missing required property: phone_number"),
        (json!(""), "Missing required property: phone_number"),
        (json!(14_155_550_100_u64), "error in phone_number - invalid type: number (expected string)"),
        (json!("4155550100"), pattern),
        (json!("+1 415 555 0100"), pattern),
        (json!("+1234567890123456"), pattern),
        (json!("+999123"), "No country has such a phone number"),
        (json!("+19002345678"), "No message can be sent to a phone number of this kind"),
    ] {
        let mut body = sms_body(NUMBER);
        body["phone_number"] = number;
        test.post(PASSWORDLESS_START, &body).await.is_refused(400, "bad.phone_number", text);
    }
    for send in ["link", "link_ios", "link_or_code"] {
        let body = changed(sms_body(NUMBER), &json!({"send": send}));
        let expected = "send must be \"code\" when the connection is sms";
        test.post(PASSWORDLESS_START, &body).await.is_refused(400, "bad.send", expected);
    }
    assert!(test.waiting(NUMBER).await.is_none());
}

#[tokio::test]
async fn a_country_that_is_not_listed_gets_nothing() {
    let test = Test::with("[sms]\ncountries = [\"US\", \"DE\"]", true, |_| {}).await;
    for number in [NUMBER, "+4915112345678"] {
        assert_eq!(test.post(PASSWORDLESS_START, &sms_body(number)).await.status, StatusCode::OK);
    }
    for number in ["+447911123456", "+16045550100", "+881612345678"] {
        test.post(PASSWORDLESS_START, &sms_body(number)).await.is_refused(
            400,
            "bad.phone_number",
            "No messages are sent to phone numbers of this country",
        );
        assert!(test.waiting(number).await.is_none());
    }
}

#[tokio::test]
async fn where_no_sms_can_be_sent_the_connection_is_disabled() {
    let test = Test::with(CONFIG, false, |_| {}).await;
    let body = changed(sms_body(NUMBER), &json!({"client_id": "shop"}));
    test.post(PASSWORDLESS_START, &body).await.is_refused(400, "bad.connection", "Connection is disabled");
}

#[tokio::test]
async fn an_address_and_a_number_are_two_users_with_codes_of_their_own() {
    let test = Test::dev().await;
    test.post(PASSWORDLESS_START, &sms_body(NUMBER)).await;
    let code = test.waiting(NUMBER).await.unwrap().code;
    let email = changed(start_body("ada@example.com"), &json!({"client_id": "demo"}));
    test.post(PASSWORDLESS_START, &email).await;
    for change in [
        json!({"realm": "email"}),
        json!({"username": "ada@example.com"}),
        json!({"username": "ada@example.com", "realm": "email"}),
        json!({"client_id": "demo-server", "client_secret": "demo-secret"}),
    ] {
        let reply = test.post(OAUTH_TOKEN, &changed(otp(NUMBER, &code, "openid"), &change)).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{change}");
    }
    assert_eq!(test.post(OAUTH_TOKEN, &otp(NUMBER, &code, "openid")).await.status, StatusCode::OK);
}
