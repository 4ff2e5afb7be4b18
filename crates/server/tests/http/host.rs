//! Requests that name other hosts than ours, in every way that HTTP has.

use latch_server::host::Host;
use tokio::io::AsyncWriteExt as _;

use crate::{raw, support::Running, until_closed};

const DISCOVERY: &str = "/.well-known/openid-configuration";

/// A server at home at `login.example`, which a proxy calls `latch_upstream`.
async fn behind_a_proxy() -> Running {
    Running::start(|config| {
        config.issuer = Some("https://login.example/".to_owned());
        config.hosts = ["latch_upstream", "alias.example"].map(|host| Host::parse(host).unwrap()).into();
        config.trusted_proxies = vec![latch_server::limits::Network::parse("127.0.0.1").unwrap()];
    })
    .await
}

/// The status and the body of what a request comes to. `head` is what follows the first line.
async fn ask(running: &Running, line: &str, head: &str, body: &str) -> (u16, String) {
    let mut stream = raw(running).await;
    let request = format!(
        "{line}\r\n{head}connection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let (answer, _) = until_closed(&mut stream).await;
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
}

/// What is sent instead of one `Host` of ours, and what it comes to.
fn variants(port: u16) -> Vec<(String, String, u16)> {
    let host = |head: &str, status| (String::new(), format!("{head}\r\n"), status);
    let ours = "host: login.example";
    vec![
        // Somebody else's.
        host("host: evil.example", 421),
        host("host: evil.example:443", 421),
        host("host: evil", 421),
        host("host: login.example.evil.example", 421),
        host("host: evil-login.example", 421),
        host("host: www.login.example", 421),
        host("host: login.example.", 421),
        host("host: 192.0.2.1", 421),
        host("host: [2001:db8::1]:443", 421),
        host("host: 0x7f000001", 421),
        host("host: localhost.evil.example", 421),
        host("host: xn--login-uta.example", 421),
        // No host at all, or more than one.
        (String::new(), String::new(), 400),
        host("host:", 400),
        host("host: login.example:https", 400),
        host("host: login.example:99999", 400),
        host("host: evil.example@login.example", 400),
        host("host: login.example@evil.example", 400),
        host("host: login.example, evil.example", 400),
        host("host: login.example/evil.example", 400),
        host("host: https://login.example", 400),
        host("host: login.example evil.example", 400),
        host("host: l\u{f6}gin.example", 400),
        host("host: login.example\r\nhost: evil.example", 400),
        host("host: evil.example\r\nhost: login.example", 400),
        host("host: login.example\r\nhost: login.example", 400),
        // In the address of the request, where `Host` would count for nothing.
        ("http://evil.example".into(), format!("{ours}\r\n"), 421),
        ("http://evil.example".into(), "host: evil.example\r\n".into(), 421),
        ("http://login.example".into(), "host: evil.example\r\n".into(), 421),
        ("http://evil.example@login.example".into(), format!("{ours}\r\n"), 400),
        // Ours, with what proxies say beside it.
        host(&format!("{ours}\r\nx-forwarded-host: evil.example"), 200),
        host(&format!("{ours}\r\nx-forwarded-host: evil.example\r\nx-forwarded-proto: http"), 200),
        host(&format!("{ours}\r\nx-forwarded-server: evil.example\r\nx-forwarded-port: 666"), 200),
        host(&format!("{ours}\r\nforwarded: for=192.0.2.1;host=evil.example;proto=http"), 200),
        host(&format!("{ours}\r\nx-original-host: evil.example\r\nx-host: evil.example"), 200),
        host(&format!("{ours}\r\nx-original-url: http://evil.example/\r\nx-rewrite-url: /evil"), 200),
        host("host: LOGIN.example:8443", 200),
        host("host: alias.example", 200),
        host("host: latch_upstream:4000", 200),
        ("http://login.example".into(), format!("{ours}\r\n"), 200),
        // What watches the server asks it by its address, or on its machine.
        host(&format!("host: 127.0.0.1:{port}"), 200),
        host(&format!("host: localhost:{port}"), 200),
    ]
}

#[tokio::test]
async fn whatever_host_a_request_names_links_and_metadata_have_the_issuers() {
    let running = behind_a_proxy().await;
    let ours = "host: login.example\r\n";
    let (_, metadata) = ask(&running, &format!("GET {DISCOVERY} HTTP/1.1"), ours, "").await;
    assert!(metadata.contains("\"issuer\":\"https://login.example/\""), "{metadata}");
    let variants = variants(running.server.port());
    assert!(variants.iter().filter(|(.., status)| *status != 200).count() >= 30);
    for (number, (origin, head, expected)) in variants.into_iter().enumerate() {
        let line = format!("GET {origin}{DISCOVERY} HTTP/1.1");
        let (status, body) = ask(&running, &line, &head, "").await;
        assert_eq!(status, expected, "{line} {head:?}");
        assert!(status != 200 || body == metadata, "{line} {head:?}: {body}");

        let email = format!("ada{number}@example.com");
        let start = format!(
            r#"{{"client_id":"demo","connection":"email","send":"link","email":"{email}",
            "authParams":{{"redirect_uri":"http://localhost:4001/"}}}}"#
        );
        let line = format!("POST {origin}/passwordless/start HTTP/1.1");
        let (status, body) = ask(&running, &line, &head, &start).await;
        assert_eq!(status, expected, "{line} {head:?}: {body}");
        running.codes().await;
        let arrived = latch_server::store::inbox::list(&running.server.app().store).await.unwrap();
        let arrived = arrived.into_iter().find(|message| message.recipient == email);
        assert_eq!(arrived.is_some(), expected == 200, "{head:?}");
        if let Some(message) = arrived {
            let target = message.link.unwrap();
            assert!(target.starts_with("https://login.example/passwordless/verify_redirect?"), "{target}");
            assert!(!format!("{}{}{}", message.subject, message.text, message.html).contains("evil"));
        }
    }
}

#[tokio::test]
async fn whoever_is_refused_is_told_what_to_write_into_the_configuration() {
    let running = behind_a_proxy().await;
    let (status, body) = ask(&running, "GET / HTTP/1.1", "host: latch.internal:4000\r\n", "").await;
    assert_eq!(status, 421);
    assert!(body.contains("does not answer for latch.internal") && body.contains("`hosts`"), "{body}");
    // HTTP/1.0 has no Host, and what watches servers still speaks it.
    let (status, _) = ask(&running, &format!("GET {DISCOVERY} HTTP/1.0"), "", "").await;
    assert_eq!(status, 200);
    let (status, _) = ask(&running, &format!("GET {DISCOVERY} HTTP/1.0"), "host: evil.example\r\n", "").await;
    assert_eq!(status, 421);
}
