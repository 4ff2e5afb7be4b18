//! Addresses that are almost a callback, wherever an address can be named. RFC 9700 section 4.1.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use latch_protocol::endpoint::{PASSWORDLESS_START, VERIFY_REDIRECT};
use serde_json::json;
use url::form_urlencoded;

use crate::testing::{
    Test,
    browser::{code_query, with},
    changed, start_body,
};

const LISTED: &str = "https://shop.example/callback";

/// What somebody might write who wants a code to go elsewhere, by the reader that might be taken in.
const WRITTEN: &[&str] = &[
    // Case, and what stands at the end.
    "HTTPS://shop.example/callback",
    "https://SHOP.example/callback",
    "https://Shop.Example/callback",
    "https://shop.example/CALLBACK",
    "https://shop.example/callbacK",
    "https://shop.example/callback/",
    "https://shop.example/callback//",
    "https://shop.example/callback.",
    "https://shop.example/callback;",
    "https://shop.example/callback,",
    "https://shop.example/callbacks",
    "https://shop.example/callback.evil",
    "https://shop.example/callbac",
    "https://shop.example/",
    "https://shop.example",
    // Other paths that some reader folds into this one.
    "https://shop.example/x/../callback",
    "https://shop.example/./callback",
    "https://shop.example/callback/.",
    "https://shop.example/callback/..",
    "https://shop.example/callback/../callback",
    "https://shop.example/callback/../../evil",
    "https://shop.example/callback/%2e%2e/evil",
    "https://shop.example/callback/..%2fevil",
    "https://shop.example/callback/..;/evil",
    "https://shop.example//callback",
    "https://shop.example///callback",
    "https://shop.example/\\callback",
    "https://shop.example\\callback",
    "https://shop.example/x\\..\\callback",
    "https://shop.example/;x/callback",
    "https://shop.example/callback;x=y",
    // Escapes.
    "https://shop.example/%63allback",
    "https://shop.example/%2563allback",
    "https://shop.example/callback%20",
    "https://shop.example/callback%00",
    "https://shop.example/callback%00.evil.example",
    "https://shop.example/callback%0d%0aLocation:%20https://evil.example",
    "https://shop.example/callback%3f",
    "https://shop.example/callback%23",
    "https://shop.example/callback%2f",
    "https://shop.example/callback%c0%af",
    "https://shop.example%2fcallback",
    "https://shop.example%00/callback",
    "https%3a%2f%2fshop.example%2fcallback",
    "https://shop%2eexample/callback",
    "https://shop.example/call+back",
    // Queries and fragments, and addresses inside them.
    "https://shop.example/callback?",
    "https://shop.example/callback?x",
    "https://shop.example/callback?next=https://evil.example",
    "https://shop.example/callback?redirect_uri=https://evil.example",
    "https://shop.example/callback&redirect_uri=https://evil.example",
    "https://shop.example/callback#",
    "https://shop.example/callback#x",
    "https://shop.example/callback#@evil.example/",
    "https://shop.example/callback?#",
    "https://shop.example?/callback",
    "https://shop.example#/callback",
    "https://evil.example/?https://shop.example/callback",
    "https://evil.example/#https://shop.example/callback",
    "https://evil.example/https://shop.example/callback",
    "https://evil.example/callback",
    "https://evil.example/shop.example/callback",
    // Users.
    "https://user@shop.example/callback",
    "https://user:password@shop.example/callback",
    "https://@shop.example/callback",
    "https://:@shop.example/callback",
    "https://shop.example@evil.example/callback",
    "https://shop.example:443@evil.example/callback",
    "https://shop.example%40evil.example/callback",
    "https://shop.example\\@evil.example/callback",
    "https://evil.example\\@shop.example/callback",
    "https://evil.example#@shop.example/callback",
    "https://evil.example?@shop.example/callback",
    "https://shop.example&@evil.example/callback",
    "https://shop.example@@evil.example/callback",
    // Hosts and ports.
    "https://shop.example./callback",
    "https://shop.example:443/callback",
    "https://shop.example:/callback",
    "https://shop.example:8443/callback",
    "https://shop.example:0443/callback",
    "https://shop.example:99999/callback",
    "https://www.shop.example/callback",
    "https://shop.example.evil.example/callback",
    "https://evil-shop.example/callback",
    "https://evilshop.example/callback",
    "https://shop-example/callback",
    "https://shopxexample/callback",
    "https://shop.exam\u{440}le/callback",
    "https://sh\u{f6}p.example/callback",
    "https://xn--shp-sna.example/callback",
    "https://\u{ff53}hop.example/callback",
    "https://shop\u{3002}example/callback",
    "https://shop\u{ff0e}example/callback",
    "https://s\u{ad}hop.example/callback",
    "https://shop.example\u{200b}/callback",
    "https://shop.example/call\u{200d}back",
    "https://shop.example/\u{202e}kcabllac",
    "https://\u{2488}hop.example/callback",
    "https://192.0.2.1/callback",
    "https://[2001:db8::1]/callback",
    "https://[::ffff:192.0.2.1]/callback",
    "https://[shop.example]/callback",
    "https://[::1]@shop.example/callback",
    "https://3221225985/callback",
    "https://0xc0.0.2.1/callback",
    "https://0300.0.2.1/callback",
    "http://localhost/callback",
    "http://127.0.0.1/callback",
    "http://[::1]:8080/callback",
    "https://*.example/callback",
    "https://shop.example/*",
    // Schemes, and addresses without one.
    "http://shop.example/callback",
    "https:/shop.example/callback",
    "https:shop.example/callback",
    "https:///shop.example/callback",
    "https:\\\\shop.example\\callback",
    "//shop.example/callback",
    "///shop.example/callback",
    "\\\\shop.example\\callback",
    "/\\shop.example/callback",
    "/callback",
    "callback",
    "?",
    "#",
    ".",
    "shop.example/callback",
    "ftp://shop.example/callback",
    "ws://shop.example/callback",
    "file://shop.example/callback",
    "blob:https://shop.example/callback",
    "view-source:https://shop.example/callback",
    "jar:https://shop.example/callback!/",
    "intent://shop.example/callback#Intent;scheme=https;end",
    "com.example.shop:/callback",
    "urn:ietf:wg:oauth:2.0:oob",
    "about:blank",
    "data:text/html,<script>alert(1)</script>",
    "javascript:alert(1)",
    "javascript://shop.example/callback%0aalert(1)",
    "javascript:alert(1)//https://shop.example/callback",
    "vbscript:msgbox(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    // More than one, and more than an address.
    " https://shop.example/callback",
    "https://shop.example/callback ",
    "\thttps://shop.example/callback",
    "https://shop.example/callback\r\nSet-Cookie: latch=x",
    "https://shop.example/callback\n",
    "https://shop.example/callback\u{0}",
    "https://shop.example/callback https://evil.example/",
    "https://shop.example/callback,https://evil.example/",
    "https://shop.example/callback|https://evil.example/",
    "[\"https://shop.example/callback\"]",
    "<https://shop.example/callback>",
    "\"https://shop.example/callback\"",
    "https://shop.example/callback\"><script>alert(1)</script>",
    "https://shop.example/callback'onmouseover='alert(1)",
];

/// Those, and the listed one with one letter written otherwise.
fn corpus() -> BTreeSet<String> {
    let mut corpus: BTreeSet<String> = WRITTEN.iter().map(|&address| address.to_owned()).collect();
    assert!(corpus.len() >= 150, "{}", corpus.len());
    for (at, c) in LISTED.char_indices() {
        let (before, after) = (&LISTED[..at], &LISTED[at + 1..]);
        corpus.insert(format!("{before}%{:02x}{after}", u32::from(c)));
        corpus.insert(format!("{before}{after}"));
        corpus.insert(format!("{before}{c}{c}{after}"));
    }
    corpus.remove(LISTED);
    corpus
}

#[tokio::test]
async fn of_all_addresses_that_are_almost_a_callback_none_is_gone_to() {
    let test = Test::with(crate::testing::CONFIG, false, |config| {
        config.limits.sends_per_identity = None;
        config.limits.sends_per_identity_day = None;
    })
    .await;
    let code = test.code("ada@example.com").await;
    let browser = test.browser();
    for address in corpus() {
        let authorized = browser.authorize(&with(code_query(), &[("redirect_uri", &address)])).await;
        let link = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("client_id", "shop"), ("connection", "email"), ("email", "ada@example.com")])
            .extend_pairs([("verification_code", &*code), ("redirect_uri", &*address), ("confirm", "yes")])
            .finish();
        let opened = browser.get(&format!("{VERIFY_REDIRECT}?{link}")).await;
        let pressed = test.post_form(VERIFY_REDIRECT, &link, &[("origin", "https://login.example")]).await;
        for reply in [authorized, opened, pressed] {
            assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{address:?}");
            assert_eq!((reply.header("location"), reply.header("refresh")), (None, None), "{address:?}");
            let page = reply.text();
            assert!(!page.contains("<script") && !page.contains("<form") && !page.contains("evil.example"));
        }
        let changes = json!({"send": "link", "authParams": {"redirect_uri": address}});
        let reply = test.post(PASSWORDLESS_START, &changed(start_body("bob@example.com"), &changes)).await;
        assert_eq!(reply.refusal().1, "bad.authParams", "{address:?}");
    }
    assert!(test.waiting("bob@example.com").await.is_none());

    let listed = browser.authorize(&with(code_query(), &[("prompt", "none")])).await;
    assert!(listed.location().as_str().starts_with(LISTED));
}

#[tokio::test]
async fn of_two_addresses_neither_is_gone_to() {
    let test = Test::new().await;
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(with(code_query(), &[("redirect_uri", ""), ("prompt", "none")]))
        .finish();
    let (listed, evil) = ("https%3A%2F%2Fshop.example%2Fcallback", "https%3A%2F%2Fevil.example%2F");
    for pair in [
        format!("redirect_uri={listed}&redirect_uri={evil}"),
        format!("redirect_uri={evil}&redirect_uri={listed}"),
        format!("redirect_uri={listed}&redirect_uri={listed}"),
        format!("redirect_uri={listed}&redirect%5furi={evil}"),
        format!("redirect_uri={listed}&redirect_uri="),
    ] {
        let reply = test.get(&format!("/authorize?{query}&{pair}")).await;
        assert_eq!((reply.status, reply.header("location")), (StatusCode::BAD_REQUEST, None), "{pair}");
        let form = test.post_form("/authorize", &format!("{query}&{pair}"), &[]).await;
        assert_eq!((form.status, form.header("location")), (StatusCode::BAD_REQUEST, None), "{pair}");
    }
    // Names that only look like it are nobody's.
    for pair in [
        format!("redirect_uri={listed}&Redirect_URI={evil}"),
        format!("redirect_uri={listed}&redirect_uri[]={evil}"),
    ] {
        let reply = test.get(&format!("/authorize?{query}&{pair}")).await;
        assert!(reply.location().as_str().starts_with(LISTED), "{pair}");
    }
}
