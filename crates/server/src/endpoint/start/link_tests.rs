use std::collections::BTreeMap;

use axum::http::StatusCode;
use latch_protocol::endpoint::PASSWORDLESS_START;
use serde_json::{Value, json};
use url::Url;

use crate::testing::{Test, changed, start_body};

const ADA: &str = "ada@example.com";
const CALLBACK: &str = "https://shop.example/callback";

fn link_body(auth_params: &Value) -> Value {
    changed(start_body(ADA), &json!({"send": "link", "authParams": auth_params}))
}

/// The link that waits for Ada, taken apart.
async fn link(test: &Test) -> BTreeMap<String, String> {
    let message = test.waiting(ADA).await.unwrap();
    let link = message.link.expect("a link");
    assert!(message.text.contains(&link));
    let url = Url::parse(&link).unwrap();
    assert_eq!(url.origin().ascii_serialization(), "https://login.example");
    assert_eq!(url.path(), "/passwordless/verify_redirect");
    url.query_pairs().into_owned().collect()
}

#[tokio::test]
async fn a_link_carries_its_code_and_what_it_completes() {
    let test = Test::new().await;
    let auth_params = json!({
        "scope": "openid profile", "response_type": "code", "redirect_uri": CALLBACK, "state": "a b&c=d",
        "nonce": "n", "audience": "https://api.example", "foo": "bar", "nested": {"a": [1]},
        "client_id": "evil", "email": "evil@evil.example", "verification_code": "000000",
    });
    assert_eq!(test.post(PASSWORDLESS_START, &link_body(&auth_params)).await.status, StatusCode::OK);
    let code = test.waiting(ADA).await.unwrap().code;
    let expected = [
        ("scope", "openid profile"),
        ("response_type", "code"),
        ("redirect_uri", CALLBACK),
        ("state", "a b&c=d"),
        ("nonce", "n"),
        ("audience", "https://api.example"),
        ("verification_code", &code),
        ("connection", "email"),
        ("client_id", "shop"),
        ("email", ADA),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(link(&test).await, BTreeMap::from(expected));
    // Code and link are one secret.
    assert_eq!(test.exchange(ADA, &code, "openid").await.status, StatusCode::OK);
}

#[tokio::test]
async fn without_a_word_on_it_an_email_is_a_link_and_the_only_callback_is_where_it_returns() {
    let test = Test::unlimited().await;
    for change in [json!({"send": null}), json!({"send": "link"}), json!({"send": "link_ios"})] {
        test.post(PASSWORDLESS_START, &changed(start_body(ADA), &change)).await;
        let link = link(&test).await;
        assert_eq!(link["redirect_uri"], CALLBACK);
        assert_eq!(link["response_type"], "code", "tokens only where the client allows them");
    }
    test.post(PASSWORDLESS_START, &changed(start_body(ADA), &json!({"send": "link_or_code"}))).await;
    let message = test.waiting(ADA).await.unwrap();
    assert!(message.subject.starts_with(&message.code) && message.link.is_some());
    assert!(message.text.ends_with(&format!("@login.example #{}\n", message.code)), "{}", message.text);
}

#[tokio::test]
async fn a_link_with_nowhere_to_return_to_is_refused_or_is_a_code() {
    let test = Test::new().await;
    let body = changed(start_body(ADA), &json!({"client_id": "other", "send": "link"}));
    let expected = "error in authParams - redirect_uri is missing, and a link has to return somewhere";
    test.post(PASSWORDLESS_START, &body).await.is_refused(400, "bad.authParams", expected);
    let body = changed(body, &json!({"send": null}));
    assert_eq!(test.post(PASSWORDLESS_START, &body).await.status, StatusCode::OK);
    assert!(test.waiting(ADA).await.unwrap().link.is_none());
}

#[tokio::test]
async fn nobody_is_sent_to_an_address_that_is_not_the_clients() {
    let test = Test::new().await;
    let expected = "error in authParams - redirect_uri is not in the list of allowed callback URLs";
    for evil in [
        "https://evil.example/",
        "https://shop.example/callback/",
        "https://shop.example/callback?x",
        "https://shop.example/callback#x",
        "https://SHOP.example/callback",
        "https://shop.example@evil.example/callback",
        "//shop.example/callback",
        "javascript:alert(1)",
    ] {
        let body = link_body(&json!({"redirect_uri": evil}));
        test.post(PASSWORDLESS_START, &body).await.is_refused(400, "bad.authParams", expected);
        let body = changed(body, &json!({"send": "code"}));
        test.post(PASSWORDLESS_START, &body).await.is_refused(400, "bad.authParams", expected);
    }
    assert!(test.waiting(ADA).await.is_none());
}

#[tokio::test]
async fn what_a_link_carries_has_to_be_text() {
    let test = Test::new().await;
    for (key, value) in [
        ("scope", json!(["openid"])),
        ("state", json!({"a": 1})),
        ("nonce", json!(7)),
        ("state", json!("a\r\nSet-Cookie: x")),
        ("state", json!("x".repeat(2049))),
    ] {
        let expected = format!("error in authParams - {key} must be a string");
        let body = link_body(&json!({key: value}));
        test.post(PASSWORDLESS_START, &body).await.is_refused(400, "bad.authParams", &expected);
    }
    let nothing = link_body(&json!({"scope": null, "state": ""}));
    assert_eq!(test.post(PASSWORDLESS_START, &nothing).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_links_host_is_the_issuers_whatever_the_request_says() {
    let test = Test::new().await;
    for name in ["x-forwarded-host", "forwarded", "x-original-host"] {
        let headers = [(name, "evil.example")];
        test.post_with(PASSWORDLESS_START, &link_body(&json!({})), &headers).await;
        link(&test).await;
        assert!(!test.waiting(ADA).await.unwrap().html.contains("evil.example"), "{name}");
    }
}
