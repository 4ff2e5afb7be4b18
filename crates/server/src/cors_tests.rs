//! Origins that are almost one that is allowed.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use latch_protocol::endpoint;
use serde_json::json;

use crate::testing::{BACKEND_SECRET, Reply, Test, changed, otp_body, start_body};

/// None of them is an origin of any client, in any configuration of the tests.
const FOREIGN: &[&str] = &[
    // Not the origin of any page that has one.
    "null",
    "*",
    "undefined",
    "file://",
    "data:",
    "about:blank",
    "javascript:alert(1)",
    "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
    // The scheme, the port, the case.
    "http://shop.example",
    "ws://shop.example",
    "HTTPS://shop.example",
    "https://SHOP.example",
    "https://shop.EXAMPLE",
    "https://shop.example:443",
    "https://shop.example:8443",
    "https://shop.example:",
    "https://shop.example:0",
    // More than an origin, and less.
    "https://shop.example/",
    "https://shop.example/callback",
    "https://shop.example?x",
    "https://shop.example#x",
    "https:shop.example",
    "//shop.example",
    "shop.example",
    "https://",
    "https://user@shop.example",
    "https://shop.example@evil.example",
    " https://shop.example",
    "https://shop.example https://evil.example",
    "https://evil.example https://shop.example",
    "https://shop.example,https://evil.example",
    // Other hosts.
    "https://shop.example.",
    "https://www.shop.example",
    "https://shop.example.evil.example",
    "https://shop.examplee",
    "https://shop.exampl",
    "https://evil-shop.example",
    "https://evilshop.example",
    "https://shop-example",
    "https://shopxexample",
    "https://shop.example%2eevil.example",
    "https://shop.example%00.evil.example",
    "https://shop.example\\.evil.example",
    "https://xn--shp-sna.example",
    "https://sh\u{f6}p.example",
    "https://shop.example\u{200b}",
    "https://[2001:db8::1]",
    "https://192.0.2.1",
    "http://localhost",
    "http://localhost:4001",
    "http://127.0.0.1:4001",
    "https://login.example.evil.example",
    "http://login.example",
    "https://login.example:8443",
];

/// Whatever a page of another client would call, with and without cookies.
const CALLED: [(&str, &str); 8] = [
    ("POST", endpoint::PASSWORDLESS_START),
    ("POST", endpoint::OAUTH_TOKEN),
    ("POST", endpoint::OAUTH_REVOKE),
    ("GET", endpoint::USERINFO),
    ("GET", endpoint::COUNTRY),
    ("POST", endpoint::CHALLENGE),
    ("POST", endpoint::CO_AUTHENTICATE),
    ("GET", endpoint::SSO_DATA),
];

async fn call(test: &Test, method: &str, path: &str, origin: &str) -> Reply {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("origin", origin.as_bytes())
        .header("content-type", "application/json");
    let body = if method == "POST" { Body::from("{\"client_id\":\"shop\"}") } else { Body::empty() };
    test.send(request.body(body).unwrap()).await
}

async fn ask_first(test: &Test, method: &str, path: &str, origin: &str) -> Reply {
    let request = Request::options(path)
        .header("origin", origin.as_bytes())
        .header("access-control-request-method", method)
        .header("access-control-request-headers", "content-type");
    test.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn no_origin_that_is_almost_allowed_is_allowed_anything() {
    assert!(FOREIGN.iter().collect::<BTreeSet<_>>().len() >= 40);
    let test = Test::new().await;
    for origin in FOREIGN {
        for (method, path) in CALLED {
            for reply in
                [ask_first(&test, method, path, origin).await, call(&test, method, path, origin).await]
            {
                for name in ["origin", "credentials", "headers", "methods"] {
                    let header = format!("access-control-allow-{name}");
                    assert_eq!(reply.header(&header), None, "{origin} {path}");
                }
                assert!(reply.header("vary").unwrap().contains("Origin"), "{origin} {path}");
            }
        }
        let reply = test.post_with(endpoint::PASSWORDLESS_START, &start_body("ada@example.com"), &[]).await;
        assert!(matches!(reply.status, StatusCode::OK | StatusCode::TOO_MANY_REQUESTS));
        let request = Request::post(endpoint::OAUTH_TOKEN)
            .header("content-type", "application/json")
            .header("origin", origin.as_bytes())
            .body(otp_body("ada@example.com", "000000", "openid").to_string().into());
        assert_eq!(test.send(request.unwrap()).await.status, StatusCode::FORBIDDEN, "{origin}");
    }
}

#[tokio::test]
async fn an_origin_that_is_allowed_is_named_alone_and_for_ten_minutes_at_most() {
    let test = Test::new().await;
    for (method, path) in CALLED {
        let origin = "https://page.example";
        let preflight = ask_first(&test, method, path, origin).await;
        let age: u32 = preflight.header("access-control-max-age").unwrap().parse().unwrap();
        assert!(age <= 600, "{path}");
        for reply in [preflight, call(&test, method, path, origin).await] {
            let allowed = reply.header("access-control-allow-origin");
            assert!(matches!(allowed, Some("https://page.example") | None), "{path}: {allowed:?}");
            // What goes with cookies is never for everybody.
            assert!(reply.header("access-control-allow-credentials").is_none() || allowed == Some(origin));
            assert!(reply.header("vary").unwrap().contains("Origin"), "{path}");
        }
    }
    for path in [endpoint::DISCOVERY, endpoint::JWKS] {
        let reply = call(&test, "GET", path, "null").await;
        assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
        assert_eq!(reply.header("access-control-allow-credentials"), None);
    }
}

#[tokio::test]
async fn who_has_no_page_needs_no_origin() {
    let test = Test::new().await;
    let code = test.code("ada@example.com").await;
    let reply = test.exchange("ada@example.com", &code, "openid").await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header("access-control-allow-origin"), None);
    let backend = changed(
        start_body("bob@example.com"),
        &json!({"client_id": "backend", "client_secret": BACKEND_SECRET}),
    );
    assert_eq!(test.post(endpoint::PASSWORDLESS_START, &backend).await.status, StatusCode::OK);
}
