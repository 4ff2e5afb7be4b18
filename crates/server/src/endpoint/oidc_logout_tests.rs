use axum::http::StatusCode;
use latch_protocol::endpoint::{OAUTH_TOKEN, OIDC_LOGOUT};
use serde_json::json;
use url::form_urlencoded;

use crate::{
    config::Limits,
    testing::{
        CONFIG, Reply, Test,
        browser::{Browser, VERIFIER, code_query, with},
    },
};

const OWN: &str = "https://login.example";
const BYE: &str = "https://shop.example/bye";

/// Signs in; the ID token of the session.
async fn sign_in(test: &Test, browser: &Browser<'_>) -> String {
    let authorized = browser.authorize(&code_query()).await;
    let reply = browser.sign_in_hosted(&authorized, "ada@example.com").await;
    let body = json!({
        "grant_type": "authorization_code", "client_id": "shop", "code": reply.carried()["code"],
        "redirect_uri": "https://shop.example/callback", "code_verifier": VERIFIER,
    });
    test.post(OAUTH_TOKEN, &body).await.json()["id_token"].as_str().unwrap().to_owned()
}

async fn is_signed_in(browser: &Browser<'_>) -> bool {
    let silent = with(code_query(), &[("prompt", "none")]);
    browser.authorize(&silent).await.carried().contains_key("code")
}

async fn logout(browser: &Browser<'_>, query: &[(&str, &str)]) -> Reply {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    browser.get(&format!("{OIDC_LOGOUT}?{query}")).await
}

#[tokio::test]
async fn an_id_token_of_the_session_ends_it_even_after_it_has_expired() {
    let test = Test::new().await;
    let browser = test.browser();
    let token = sign_in(&test, &browser).await;
    test.clock.advance_seconds(40_000);
    let stolen = browser.cookie("__Host-latch").unwrap();
    let query = [("id_token_hint", token.as_str()), ("post_logout_redirect_uri", BYE), ("state", "a&b")];
    let reply = logout(&browser, &query).await;
    assert_eq!(reply.location().as_str(), "https://shop.example/bye?state=a%26b");
    assert_eq!(browser.cookie("__Host-latch"), None);
    browser.set_cookie("__Host-latch", &stolen);
    assert!(!is_signed_in(&browser).await, "the session is gone at the server too");
}

#[tokio::test]
async fn without_a_hint_the_user_is_asked_and_only_our_page_answers() {
    let test = Test::new().await;
    let browser = test.browser();
    sign_in(&test, &browser).await;
    let fields = [("client_id", "shop"), ("post_logout_redirect_uri", BYE)];
    let page = logout(&browser, &fields).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("name=\"confirm\" value=\"yes\""), "{}", page.text());
    let asked = [fields.as_slice(), &[("ui_locales", "tlh ar")]].concat();
    let arabic = logout(&browser, &asked).await.text();
    assert!(
        arabic.contains("dir=\"rtl\"")
            && arabic.contains("<h1>هل تريد تسجيل الخروج من \u{2068}Shop\u{2069}؟</h1>")
    );
    let confirmed = [fields.as_slice(), &[("confirm", "yes")]].concat();
    assert_eq!(logout(&browser, &confirmed).await.status, StatusCode::OK, "a link confirms nothing");
    assert_eq!(browser.submit(OIDC_LOGOUT, &confirmed, "https://evil.example").await.status, StatusCode::OK);
    assert!(is_signed_in(&browser).await);
    assert_eq!(browser.submit(OIDC_LOGOUT, &confirmed, OWN).await.location().as_str(), BYE);
    assert!(!is_signed_in(&browser).await);
    assert_eq!(logout(&browser, &fields).await.location().as_str(), BYE, "nothing to ask any more");
}

#[tokio::test]
async fn the_sid_is_a_hint_too_and_somebody_elses_token_is_none() {
    let test = Test::new().await;
    let (browser, other) = (test.browser(), test.browser());
    let token = sign_in(&test, &browser).await;
    let authorized = other.authorize(&code_query()).await;
    other.sign_in_hosted(&authorized, "eve@example.com").await;
    assert_eq!(logout(&other, &[("id_token_hint", &token)]).await.status, StatusCode::OK);
    assert!(is_signed_in(&other).await);
    let claims = test.app.keys.verify("JWT", &token).unwrap();
    let reply = logout(&browser, &[("logout_hint", claims["sid"].as_str().unwrap())]).await;
    assert!(reply.text().contains("You are signed out"));
    assert!(!is_signed_in(&browser).await);
}

#[tokio::test]
async fn the_browser_goes_to_listed_addresses_only() {
    let test = Test::new().await;
    let browser = test.browser();
    let token = sign_in(&test, &browser).await;
    for query in [
        vec![("post_logout_redirect_uri", "https://evil.example/")],
        vec![("post_logout_redirect_uri", "https://shop.example/bye/")],
        vec![("post_logout_redirect_uri", "https://shop.example/bye?x")],
        vec![("post_logout_redirect_uri", "https://shop.example/bye#x")],
        vec![("post_logout_redirect_uri", "//shop.example/bye")],
        vec![("post_logout_redirect_uri", "https://shop.example@evil.example/bye")],
        vec![("post_logout_redirect_uri", "javascript:alert(1)")],
        vec![("post_logout_redirect_uri", BYE), ("client_id", "page")],
        vec![("post_logout_redirect_uri", BYE), ("client_id", "nobody")],
        vec![("post_logout_redirect_uri", BYE), ("id_token_hint", "a.b.c")],
        vec![("id_token_hint", token.as_str()), ("client_id", "page")],
    ] {
        let reply = logout(&browser, &query).await;
        assert_eq!((reply.status, reply.header("location")), (StatusCode::BAD_REQUEST, None), "{query:?}");
    }
    assert!(is_signed_in(&browser).await, "a refused logout ends nothing");
}

#[tokio::test]
async fn auth0s_older_logout_ends_the_session_too() {
    let test = Test::new().await;
    let browser = test.browser();
    sign_in(&test, &browser).await;
    let refused = browser.get("/v2/logout?client_id=shop&returnTo=https%3A%2F%2Fevil.example").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(is_signed_in(&browser).await);
    let reply = browser.get("/v2/logout?client_id=shop&returnTo=https%3A%2F%2Fshop.example%2Fbye").await;
    assert_eq!(reply.location().as_str(), BYE);
    assert_eq!(browser.cookie("__Host-latch"), None);
    assert!(!is_signed_in(&browser).await);
}

#[tokio::test]
async fn what_is_not_text_is_refused_whether_it_is_needed_or_not() {
    let test = Test::new().await;
    let browser = test.browser();
    for name in ["state", "logout_hint", "confirm"] {
        assert_eq!(logout(&browser, &[(name, "\u{84}")]).await.status, StatusCode::BAD_REQUEST, "{name}");
    }
}

/// What a user who is signed in sees of a logout.
#[derive(Debug, PartialEq)]
enum Seen {
    /// It is done.
    Done,
    /// A question; whoever says yes sees the same.
    Asked,
    /// An error, on a page, and nothing has changed.
    Refused,
}

/// The modules of the certification of OpenID Connect for a logout that a client begins, by their names.
#[tokio::test]
async fn a_logout_does_what_the_certification_of_openid_connect_wants() {
    use Seen::{Asked, Done, Refused};
    let test = Test::with(CONFIG, false, |config| config.limits = Limits::default()).await;
    // rp-initiated-logout-discovery-endpoint-verification
    let metadata = test.get(latch_protocol::endpoint::DISCOVERY).await.json();
    assert_eq!(metadata["end_session_endpoint"], format!("{OWN}{OIDC_LOGOUT}"));

    let (s, with_state) = (Some("s"), Some("https://shop.example/bye?state=s"));
    let (bye, queried) = (Some(BYE), Some("https://shop.example/bye?foo=bar"));
    let elsewhere = Some("https://evil.example/bye");
    for (module, hint, back, state, seen, end) in [
        ("rp-initiated-logout", "right", bye, s, Done, with_state),
        ("bad-post-logout-redirect-uri", "right", elsewhere, s, Refused, None),
        ("query-added-to-post-logout-redirect-uri", "right", queried, s, Refused, None),
        ("modified-id-token-hint", "modified", bye, s, Refused, None),
        ("bad-id-token-hint", "bad", bye, s, Refused, None),
        ("no-id-token-hint", "none", bye, s, Asked, with_state),
        ("no-post-logout-redirect-uri", "right", None, s, Done, None),
        ("no-state", "right", bye, None, Done, bye),
        ("only-state", "none", None, s, Asked, None),
        ("no-params", "none", None, None, Asked, None),
    ] {
        let browser = test.browser();
        let token = sign_in(&test, &browser).await;
        let hint = match hint {
            "right" => Some(token),
            "modified" => Some(tampered(&token)),
            "bad" => Some("not.a.token".to_owned()),
            _ => None,
        };
        let fields =
            [("id_token_hint", hint.as_deref()), ("post_logout_redirect_uri", back), ("state", state)];
        let query: Vec<_> = fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        let mut page = logout(&browser, &query).await;
        if seen == Asked {
            assert!(page.status == StatusCode::OK && page.text().contains("name=\"confirm\""), "{module}");
            assert!(is_signed_in(&browser).await, "{module}: nobody is signed out by a question");
            let confirmed = [query.as_slice(), &[("confirm", "yes")]].concat();
            page = browser.submit(OIDC_LOGOUT, &confirmed, OWN).await;
        }
        assert_eq!(page.header("location"), end, "{module}");
        if end.is_none() {
            let status = if seen == Refused { StatusCode::BAD_REQUEST } else { StatusCode::OK };
            assert_eq!(page.status, status, "{module}");
            assert_eq!(page.text().contains("You are signed out"), seen != Refused, "{module}");
        }
        assert_eq!(is_signed_in(&browser).await, seen == Refused, "{module}");
    }
}

/// The same token with one character of its signature changed.
fn tampered(token: &str) -> String {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (first, rest) = signature.split_at(1);
    format!("{signed}.{}{rest}", if first == "A" { "B" } else { "A" })
}
