use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use latch_protocol::{
    endpoint::{CO_AUTHENTICATE, CO_VERIFY},
    error::description::WRONG_EMAIL_CODE,
    token::PASSWORDLESS_OTP,
};
use serde_json::{Value, json};

use crate::testing::{CONFIG, Reply, Test, browser::with, changed, start_body, wrong};

const ADA: &str = "ada@example.com";
const PAGE: &str = "https://page.example";

fn body(code: &str) -> Value {
    json!({
        "client_id": "page", "username": ADA, "otp": code, "realm": "email",
        "credential_type": PASSWORDLESS_OTP,
    })
}

async fn code(test: &Test) -> String {
    let start = changed(start_body(ADA), &json!({"client_id": "page"}));
    assert_eq!(test.post("/passwordless/start", &start).await.status, StatusCode::OK);
    test.waiting(ADA).await.unwrap().code
}

/// What auth0.js goes to with a ticket.
fn query<'a>(ticket: &'a str, changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let query = vec![
        ("client_id", "page"),
        ("response_type", "token id_token"),
        ("redirect_uri", "https://page.example/callback"),
        ("scope", "openid"),
        ("realm", "email"),
        ("state", "s"),
        ("nonce", "n"),
        ("login_ticket", ticket),
        ("auth0Client", "eyJuYW1lIjoiYXV0aDAuanMifQ=="),
    ];
    with(query, changes)
}

fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body[name].as_str().unwrap()
}

#[tokio::test]
async fn a_page_takes_the_code_and_the_browser_goes_on_with_the_ticket() {
    let test = Test::new().await;
    let browser = test.browser();
    let reply = browser.post(CO_AUTHENTICATE, &body(&code(&test).await), PAGE).await;
    assert_eq!(reply.header("access-control-allow-origin"), Some(PAGE));
    assert_eq!(reply.header("access-control-allow-credentials"), Some("true"));
    assert!(reply.set_cookie("__Host-latch").unwrap().contains("SameSite=None"));
    let given = reply.json();
    assert_eq!(
        given.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["co_id", "co_verifier", "login_ticket"]
    );
    let ticket = text(&given, "login_ticket");

    let carried = browser.authorize(&query(ticket, &[])).await.carried();
    assert_eq!(carried["state"], "s");
    let claims = test.app.keys.verify("JWT", &carried["id_token"]).unwrap();
    assert_eq!(claims["nonce"], "n");
    let again = browser.authorize(&query(ticket, &[])).await.carried();
    assert_eq!(again["error_description"], "Unknown or invalid login ticket.");
    let silent = browser.authorize(&query("", &[("prompt", "none"), ("response_mode", "web_message")])).await;
    assert!(silent.text().contains("access_token"), "the session lasts: {}", silent.text());
}

#[tokio::test]
async fn a_ticket_is_worth_nothing_in_another_browser_for_another_client_or_later() {
    let test = Test::new().await;
    let browser = test.browser();
    let given = browser.post(CO_AUTHENTICATE, &body(&code(&test).await), PAGE).await.json();
    let ticket = text(&given, "login_ticket");
    let thief = test.browser().authorize(&query(ticket, &[])).await;
    assert!(!thief.text().contains("access_token") && thief.header("location").is_none());
    let other =
        [("client_id", "shop"), ("redirect_uri", "https://shop.example/callback"), ("response_type", "code")];
    let challenge = crate::secret::base64_sha256("x");
    let other =
        with(query(ticket, &other), &[("code_challenge", &challenge), ("code_challenge_method", "S256")]);
    assert_eq!(browser.authorize(&other).await.carried()["error"], "access_denied");
    test.clock.advance_seconds(120);
    assert_eq!(browser.authorize(&query(ticket, &[])).await.carried()["error"], "access_denied");
    assert_eq!(test.browser().authorize(&query("guessed", &[])).await.carried()["error"], "access_denied");
}

/// The page that asks for the verifier: what it would send.
fn state_on(page: &Reply) -> String {
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let text = page.text();
    text.split("name=\"state\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn where_the_cookie_is_blocked_the_verifier_takes_its_place() {
    let test = Test::new().await;
    let browser = test.browser();
    let given = browser.post(CO_AUTHENTICATE, &body(&code(&test).await), PAGE).await.json();
    let (ticket, verifier) = (text(&given, "login_ticket"), text(&given, "co_verifier"));
    browser.forget_cookies();
    let page = browser.authorize(&query(ticket, &[])).await;
    let script = page.text();
    assert!(
        script.contains(
            "frame.src = \"https://page.example/cross-origin#origin=https%3A%2F%2Flogin%2Eexample\""
        )
    );
    assert!(script.contains(&format!("id = \"{}\"", text(&given, "co_id"))), "{script}");
    assert!(!script.contains(verifier) && !script.contains(ticket));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("frame-src https://page.example;") && policy.contains("frame-ancestors 'none'"));
    let state = state_on(&page);
    let fields = |verifier| [("state", state.as_str()), ("verifier", verifier)];

    let foreign = browser.submit(CO_VERIFY, &fields(verifier), "https://evil.example").await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    let own = "https://login.example";
    let nothing = browser.submit(CO_VERIFY, &fields(""), own).await.carried();
    assert_eq!(nothing["error_description"], "No verifier returned from client.");
    let wrong = browser.submit(CO_VERIFY, &fields("wrong"), own).await.carried();
    assert_eq!((wrong["error"].as_str(), wrong["state"].as_str()), ("access_denied", "s"));
    assert_eq!(browser.cookie("__Host-latch"), None);

    let reply = browser.submit(CO_VERIFY, &fields(verifier), own).await;
    assert!(reply.carried().contains_key("access_token"));
    assert!(browser.cookie("__Host-latch").is_some());
    let again = test.browser().submit(CO_VERIFY, &fields(verifier), own).await;
    assert_eq!((again.status, again.header("location")), (StatusCode::BAD_REQUEST, None));
}

#[tokio::test]
async fn without_a_page_to_ask_the_callback_hears_that_nothing_can_be_verified() {
    let configured = CONFIG.replace("cross_origin_fallback", "# cross_origin_fallback");
    let test = Test::with(&configured, false, |_| {}).await;
    let browser = test.browser();
    let given = browser.post(CO_AUTHENTICATE, &body(&code(&test).await), PAGE).await.json();
    browser.forget_cookies();
    let carried = browser.authorize(&query(text(&given, "login_ticket"), &[])).await.carried();
    assert_eq!(carried["error_description"], "Unable to configure verification page.");
}

#[tokio::test]
async fn all_and_only_the_five_properties_are_taken() {
    let test = Test::new().await;
    let code = code(&test).await;
    let all = "Invalid request body. All and only of client_id, credential_type, username, otp, realm are required.";
    for change in [
        json!({"client_id": null}),
        json!({"credential_type": null}),
        json!({"username": null}),
        json!({"otp": null}),
        json!({"realm": null}),
        json!({"realm": ""}),
        json!({"scope": "openid"}),
    ] {
        let reply =
            test.post_with(CO_AUTHENTICATE, &changed(body(&code), &change), &[("origin", PAGE)]).await;
        reply.is_refused(400, "invalid_request", all);
    }
    for (change, status, error, description) in [
        (
            json!({"credential_type": "bribe"}),
            400,
            "unsupported_credential_type",
            "Unknown credential type parameter.",
        ),
        (json!({"credential_type": "password"}), 403, "access_denied", "Wrong email or password."),
        (json!({"realm": "pigeon"}), 400, "invalid_request", "Unknown realm pigeon."),
        (json!({"client_id": "nobody"}), 401, "unauthorized_client", "Cross origin login not allowed."),
        (json!({"client_id": "shop"}), 401, "unauthorized_client", "Cross origin login not allowed."),
        (json!({"otp": wrong(&code)}), 403, "access_denied", WRONG_EMAIL_CODE),
        (json!({"username": "nobody"}), 403, "access_denied", WRONG_EMAIL_CODE),
        (json!({"username": "bob@example.com"}), 403, "access_denied", WRONG_EMAIL_CODE),
    ] {
        let reply =
            test.post_with(CO_AUTHENTICATE, &changed(body(&code), &change), &[("origin", PAGE)]).await;
        reply.is_refused(status, error, description);
        assert_eq!(reply.set_cookie("__Host-latch"), None);
        assert_eq!(reply.header("access-control-allow-origin"), Some(PAGE));
    }
}

#[tokio::test]
async fn only_pages_of_the_client_may_ask_and_none_other_reads_the_answer() {
    let test = Test::new().await;
    let code = code(&test).await;
    for origin in [
        "https://evil.example",
        "https://shop.example",
        "null",
        "https://page.example:8443",
        "http://page.example",
    ] {
        let reply = test.post_with(CO_AUTHENTICATE, &body(&code), &[("origin", origin)]).await;
        assert_eq!(
            (reply.status, reply.text()),
            (StatusCode::FORBIDDEN, format!("Origin {origin} is not allowed."))
        );
        assert_eq!(reply.header("access-control-allow-origin"), None, "{origin}");
        assert_eq!(reply.set_cookie("__Host-latch"), None);
    }
    assert_eq!(
        test.post(CO_AUTHENTICATE, &body(&code)).await.status,
        StatusCode::FORBIDDEN,
        "no page at all"
    );
    for (origin, allowed) in [(PAGE, true), ("https://evil.example", false), ("https://other.example", false)]
    {
        let request = Request::options(CO_AUTHENTICATE)
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "auth0-client,content-type");
        let reply = test.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(reply.status, StatusCode::NO_CONTENT);
        assert_eq!(reply.header("access-control-allow-origin"), allowed.then_some(origin));
        assert_eq!(reply.header("access-control-allow-credentials"), allowed.then_some("true"));
        assert_eq!(reply.header("vary"), Some("Origin"));
    }
}
