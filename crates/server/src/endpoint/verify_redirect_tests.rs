use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use latch_protocol::{
    endpoint::{OAUTH_TOKEN, VERIFY_REDIRECT},
    error::description::{CODE_EXPIRED, WRONG_EMAIL_CODE},
};
use serde_json::json;
use url::form_urlencoded;

use super::{Link, link};
use crate::testing::{
    Reply, Test,
    browser::{Browser, VERIFIER, code_query},
    changed, start_body, wrong,
};

const ADA: &str = "ada@example.com";
const OWN: &str = "https://login.example";
const PAGE: [(&str, &str); 5] = [
    ("response_type", "token id_token"),
    ("redirect_uri", "https://page.example/callback"),
    ("scope", "openid email offline_access"),
    ("state", "s"),
    ("nonce", "n"),
];

async fn code_for(test: &Test, client: &str) -> String {
    let body = changed(start_body(ADA), &json!({"client_id": client}));
    assert_eq!(test.post("/passwordless/start", &body).await.status, StatusCode::OK);
    test.waiting(ADA).await.unwrap().code
}

/// The link as it stands in the message, without the server's origin.
fn path(client: &str, code: &str, params: &[(&str, &str)]) -> String {
    let link = link(OWN, &Link { client, connection: "email", identity: ADA, code, params });
    link.strip_prefix(OWN).unwrap().to_owned()
}

/// Presses the button of the page, or submits its form as a script would.
async fn submit(browser: &Browser<'_>, path: &str, pressed: bool, origin: &str) -> Reply {
    let query = path.split_once('?').unwrap().1;
    let mut fields: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    if pressed {
        fields.push(("confirm".into(), "yes".into()));
    }
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.submit(VERIFY_REDIRECT, &fields, origin).await
}

#[tokio::test]
async fn what_opens_a_link_before_its_reader_does_uses_nothing_up() {
    let test = Test::new().await;
    let code = code_for(&test, "page").await;
    let link = path("page", &code, &PAGE);
    let scanner = test.browser();
    for _ in 0..10 {
        let page = scanner.get(&link).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text().contains("ada@example.com") && page.text().contains("Sign in to Page"));
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(page.header("x-frame-options"), Some("DENY"));
        let head = Request::head(&link).body(Body::empty()).unwrap();
        assert_eq!(test.send(head).await.status, StatusCode::OK);
        // It runs scripts and submits forms: the button's name is not sent with that.
        let page = submit(&scanner, &link, false, OWN).await;
        assert!(page.status == StatusCode::OK && page.text().contains("name=\"confirm\""));
    }
    assert_eq!(scanner.cookie("__Host-latch"), None);

    let reader = test.browser();
    let reply = submit(&reader, &link, true, OWN).await;
    let carried = reply.carried();
    assert!(reply.location().as_str().starts_with("https://page.example/callback#"));
    assert_eq!((carried["state"].as_str(), carried["scope"].as_str()), ("s", "openid email"));
    let claims = test.app.keys.verify("JWT", &carried["id_token"]).unwrap();
    assert_eq!((&claims["email"], &claims["nonce"]), (&ADA.into(), &"n".into()));
    assert!(reader.cookie("__Host-latch").is_some());

    let again = submit(&reader, &link, true, OWN).await.carried();
    assert_eq!(
        (again["error"].as_str(), again["error_description"].as_str()),
        ("unauthorized", WRONG_EMAIL_CODE)
    );
    assert_eq!(again["state"], "s");
}

#[tokio::test]
async fn the_page_behind_a_link_speaks_the_language_of_its_reader() {
    let test = Test::new().await;
    let code = code_for(&test, "page").await;
    let link = path("page", &code, &PAGE);
    let read = async |path: &str, languages: &str| {
        let request = Request::get(path).header("accept-language", languages).body(Body::empty());
        test.send(request.unwrap()).await.text()
    };
    let german = read(&link, "gsw, de-CH;q=0.9, en;q=0.8").await;
    assert!(german.contains("<html lang=\"de\" dir=\"ltr\">") && german.contains("<title>Anmelden</title>"));
    assert!(german.contains("<h1>Bei Page anmelden</h1>") && german.contains(">Anmelden</button>"));
    assert!(german.contains("Sie melden sich gleich als <strong>ada@example.com</strong> an."));
    let hebrew = read(&link, "iw").await;
    assert!(hebrew.contains("<html lang=\"he\" dir=\"rtl\">"));
    assert!(hebrew.contains("\u{2068}<strong>ada@example.com</strong>\u{2069}"));
    let asked = read(&format!("{link}&ui_locales=tlh%20sv%20de"), "fr").await;
    assert!(asked.contains("<h1>Logga in på Page</h1>"), "who sends them here knows better than the browser");
    let wrong = read("/passwordless/verify_redirect?client_id=nobody", "fi").await;
    assert!(wrong.contains("<h1>Tämä ei onnistunut</h1><p lang=\"en\" dir=\"ltr\">"), "{wrong}");
}

#[tokio::test]
async fn link_and_code_are_one_secret() {
    let test = Test::new().await;
    let code = test.code(ADA).await;
    let link = path("shop", &code, &[("redirect_uri", "https://shop.example/callback")]);
    assert_eq!(test.exchange(ADA, &code, "openid").await.status, StatusCode::OK);
    let carried = submit(&test.browser(), &link, true, OWN).await.carried();
    assert_eq!(carried["error_description"], WRONG_EMAIL_CODE);
}

#[tokio::test]
async fn no_other_page_presses_the_button() {
    let test = Test::new().await;
    let code = code_for(&test, "page").await;
    let link = path("page", &code, &PAGE);
    let victim = test.browser();
    for origin in
        ["https://evil.example", "https://page.example", "null", "https://login.example.evil.example"]
    {
        let reply = submit(&victim, &link, true, origin).await;
        assert_eq!((reply.status, reply.header("location")), (StatusCode::FORBIDDEN, None), "{origin}");
    }
    for site in ["cross-site", "same-site", "none"] {
        let form = format!("{}&confirm=yes", link.split_once('?').unwrap().1);
        let headers = [("sec-fetch-site", site), ("origin", OWN)];
        assert_eq!(test.post_form(VERIFY_REDIRECT, &form, &headers).await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(victim.cookie("__Host-latch"), None);
    assert!(submit(&victim, &link, true, OWN).await.carried().contains_key("access_token"));
}

#[tokio::test]
async fn the_browser_that_has_proven_the_code_is_not_asked_again_and_no_other_goes_on_with_it() {
    let test = Test::new().await;
    let (browser, other) = (test.browser(), test.browser());
    let code = code_for(&test, "page").await;
    let body = json!({"client_id": "page", "connection": "email", "email": ADA, "verification_code": code});
    browser.post("/passwordless/verify", &body, OWN).await;
    let link = path("page", &code, &PAGE);
    other.set_cookie("__Host-latch-verified", "guessed");
    assert!(other.get(&link).await.text().contains("name=\"confirm\""));
    assert!(browser.get(&link).await.carried().contains_key("access_token"));
    assert_eq!(browser.cookie("__Host-latch-verified"), None);

    // A newer code is not the one that was proven.
    let code = code_for(&test, "page").await;
    browser.post("/passwordless/verify", &changed(body, &json!({"verification_code": code})), OWN).await;
    test.clock.advance_seconds(1);
    let newer = code_for(&test, "page").await;
    assert!(browser.get(&path("page", &newer, &PAGE)).await.text().contains("name=\"confirm\""));
}

#[tokio::test]
async fn a_code_that_does_not_hold_is_told_to_the_callback() {
    let test = Test::new().await;
    let browser = test.browser();
    let code = code_for(&test, "page").await;
    let carried = submit(&browser, &path("page", &wrong(&code), &PAGE), true, OWN).await.carried();
    assert_eq!(
        (carried["error"].as_str(), carried["error_description"].as_str()),
        ("unauthorized", WRONG_EMAIL_CODE)
    );
    test.clock.advance_seconds(180);
    let carried = submit(&browser, &path("page", &code, &PAGE), true, OWN).await.carried();
    assert_eq!(carried["error_description"], CODE_EXPIRED);
    assert_eq!(browser.cookie("__Host-latch"), None);
}

#[tokio::test]
async fn a_link_leads_to_registered_addresses_only() {
    let test = Test::new().await;
    let code = code_for(&test, "page").await;
    for address in ["https://evil.example/", "https://page.example/", "//evil.example", "javascript:alert(1)"]
    {
        let link = path("page", &code, &[("redirect_uri", address)]);
        for reply in [test.browser().get(&link).await, submit(&test.browser(), &link, true, OWN).await] {
            assert_eq!(
                (reply.status, reply.header("location")),
                (StatusCode::BAD_REQUEST, None),
                "{address}"
            );
        }
    }
    let without = path("page", &code, &[("scope", "openid")]);
    let reply = submit(&test.browser(), &without, true, OWN).await;
    assert!(reply.location().as_str().starts_with("https://page.example/callback#access_token="));
}

#[tokio::test]
async fn a_link_for_a_code_gives_one_that_takes_no_verifier_and_no_refresh_token() {
    let test = Test::new().await;
    let params = [("response_type", "code"), ("scope", "openid offline_access")];
    for (verifier, status) in [(json!(null), StatusCode::OK), (json!(VERIFIER), StatusCode::FORBIDDEN)] {
        let code = test.code(ADA).await;
        let reply = submit(&test.browser(), &path("shop", &code, &params), true, OWN).await;
        let body = json!({
            "grant_type": "authorization_code", "client_id": "shop", "code": reply.carried()["code"],
            "redirect_uri": "https://shop.example/callback",
        });
        let reply = test.post(OAUTH_TOKEN, &changed(body, &json!({"code_verifier": verifier}))).await;
        assert_eq!(reply.status, status);
        if status == StatusCode::OK {
            assert!(reply.json().get("refresh_token").is_none());
        }
    }
}

#[tokio::test]
async fn a_login_that_waits_is_gone_on_with_once() {
    let test = Test::new().await;
    let browser = test.browser();
    let authorized = browser.authorize(&code_query()).await;
    let state = authorized.carried()["state"].clone();
    assert!(browser.sign_in_hosted(&authorized, ADA).await.carried().contains_key("code"));
    // Its state names nothing any more: what is left is a link without a request.
    let code = test.code(ADA).await;
    let late = path("shop", &code, &[("state", &state), ("response_type", "code")]);
    let carried = submit(&browser, &late, true, OWN).await.carried();
    assert_eq!(carried["state"], state, "taken for the client's own");

    // Nobody goes on with another client's login.
    let state = browser
        .authorize(&crate::testing::browser::with(code_query(), &[("prompt", "login")]))
        .await
        .carried()["state"]
        .clone();
    let code = code_for(&test, "page").await;
    let mixed = path("page", &code, &[("state", &state)]);
    let reply = submit(&browser, &mixed, true, OWN).await;
    assert!(reply.location().as_str().starts_with("https://page.example/callback#"));
}

#[tokio::test]
async fn a_login_by_phone_does_not_end_with_an_address() {
    let test = Test::new().await;
    let browser = test.browser();
    let query = crate::testing::browser::with(code_query(), &[("connection", "sms")]);
    let state = browser.authorize(&query).await.carried()["state"].clone();
    let code = test.code(ADA).await;
    let carried = submit(&browser, &path("shop", &code, &[("state", &state)]), true, OWN).await.carried();
    assert_eq!((carried["error"].as_str(), carried["state"].as_str()), ("invalid_request", "the state"));
    assert_eq!(browser.cookie("__Host-latch"), None);
}

#[tokio::test]
async fn a_confidential_clients_page_of_ours_asks_for_codes_and_nobody_else_does() {
    let test = Test::new().await;
    let browser = test.browser();
    let query = [
        ("client_id", "backend"),
        ("redirect_uri", "https://backend.example/callback"),
        ("response_type", "code"),
    ];
    let authorized = browser.authorize(&query).await;
    let state = authorized.carried()["state"].clone();
    let body = changed(start_body(ADA), &json!({"client_id": "backend"}));
    let reply = test.post("/passwordless/start", &body).await;
    reply.is_refused(403, "unauthorized_client", "Client authentication is required");
    let other = changed(body.clone(), &json!({"authParams": {"state": format!("{state}x")}}));
    assert_eq!(test.post("/passwordless/start", &other).await.status, StatusCode::FORBIDDEN);
    let reply = browser.sign_in_hosted(&authorized, ADA).await;
    assert!(reply.location().as_str().starts_with("https://backend.example/callback?code="));
}
