//! Ids and secrets with signs that mean something in a header, as programs really send them.

use axum::http::StatusCode;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use latch_protocol::{endpoint::OAUTH_TOKEN, token::PASSWORDLESS_OTP};
use url::form_urlencoded::byte_serialize;

use super::Place;
use crate::{
    secret::sha256,
    testing::{CONFIG, Reply, Test},
};

/// Ids and secrets, and whether they may be sent as they are. An id with a colon ends before it, and one that decodes
/// to another client's is that client's.
const PAIRS: [(&str, &str, bool); 12] = [
    ("plain", "a secret of letters", true),
    ("a+b", "one+two+three", true),
    ("c d", "one two three", true),
    ("100%", "50% of 100%", true),
    ("a%2Bb", "one%2Btwo", false),
    ("%41", "%41%ff%zz%", true),
    ("a=b&c", "=&?/#;,\"\\", true),
    ("caf\u{e9}", "gar\u{e7}on \u{1f511} \u{df}", true),
    ("secret-with-colons", "a:b::c:", true),
    ("a:b", "the id has a colon", false),
    (":", ":", false),
    ("a~_-.*'()!", "~_-.*'()!", true),
];

fn encode(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

/// As others do: every sign escaped, in small letters.
fn encode_otherwise(text: &str) -> String {
    let escape = |byte: u8| match byte {
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02x}"),
    };
    text.bytes().map(escape).collect()
}

async fn with_clients() -> Test {
    Test::with(CONFIG, false, |config| {
        let backend = config.clients.find("backend").unwrap().clone();
        config.clients.0.extend(PAIRS.iter().map(|(id, secret, _)| {
            let mut client = backend.clone();
            (client.id, client.secret) = ((*id).to_owned(), Some(sha256(secret)));
            client.callbacks = vec![Place::Exact("https://backend.example/callback".to_owned())];
            client
        }));
    })
    .await
}

/// A code that is never right: who is proven hears of the code, and who is not of the client.
async fn ask(test: &Test, id: &str, secret: &str, client_id: Option<&str>) -> Reply {
    let authorization = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    let client_id = client_id.map(|id| format!("&client_id={}", encode(id))).unwrap_or_default();
    let form = format!(
        "grant_type={}&username=ada%40example.com&otp=000000&realm=email{client_id}",
        encode(PASSWORDLESS_OTP)
    );
    test.post_form(OAUTH_TOKEN, &form, &[("authorization", &authorization)]).await
}

#[tokio::test]
async fn an_id_and_a_secret_of_any_signs_prove_a_client_by_basic() {
    let test = with_clients().await;
    for (id, secret, may_be_raw) in PAIRS {
        let is_proven = async |sent_id: &str, sent_secret: &str| {
            for client_id in [None, Some(id)] {
                let reply = ask(&test, sent_id, sent_secret, client_id).await;
                assert_eq!(reply.status, StatusCode::FORBIDDEN, "{sent_id} {sent_secret}: {}", reply.text());
                assert_eq!(reply.json()["error"], "invalid_grant");
            }
        };
        is_proven(&encode(id), &encode(secret)).await;
        is_proven(&encode_otherwise(id), &encode_otherwise(secret)).await;
        if may_be_raw {
            is_proven(id, secret).await;
        }
    }
}

#[tokio::test]
async fn whichever_way_it_is_read_another_secret_proves_nothing() {
    let test = with_clients().await;
    for (id, secret, may_be_raw) in PAIRS {
        for wrong in [
            String::new(),
            encode(&encode(secret)) + "x",
            format!("{}x", encode(secret)),
            format!("{secret} "),
            secret.to_uppercase() + "%",
            secret.chars().skip(1).collect(),
        ] {
            for id in [Some(encode(id)), may_be_raw.then(|| id.to_owned())].into_iter().flatten() {
                let reply = ask(&test, &id, &wrong, None).await;
                reply.is_refused(401, "access_denied", "Unauthorized");
                assert_eq!(reply.header("www-authenticate"), Some("Basic realm=\"latch\""), "{id} {wrong}");
            }
        }
        // The body names another client.
        let other = if id == "plain" { "c d" } else { "plain" };
        let reply = ask(&test, &encode(id), &encode(secret), Some(other)).await;
        assert_eq!(reply.refusal().0, 400, "{id}");
    }
    // One client's secret is not another's, even where their ids are one in some reading.
    let mixed = ask(&test, "c+d", &encode("one two three"), None).await;
    assert_eq!(mixed.status, StatusCode::FORBIDDEN, "decoded, that is the client `c d`");
    for (id, secret) in [("a%2Bb", "one%20two%20three"), ("c%20d", "one%2Btwo%2Bthree"), ("%2541", "A")] {
        ask(&test, id, secret, None).await.is_refused(401, "access_denied", "Unauthorized");
    }
}

#[tokio::test]
async fn a_client_without_a_secret_proves_nothing_by_basic_and_what_is_no_basic_is_told_so() {
    let test = with_clients().await;
    for (id, secret) in [("shop", "x"), ("shop", "%78"), ("nobody", "x"), ("", ""), ("%", "%")] {
        ask(&test, id, secret, None).await.is_refused(401, "access_denied", "Unauthorized");
    }
    for value in ["Basic", "Basic !", "Basic cGxhaW4=", "Basic /w==", "Bearer x", "basic"] {
        let form = "grant_type=refresh_token&refresh_token=x";
        let reply = test.post_form(OAUTH_TOKEN, form, &[("authorization", value)]).await;
        reply.is_refused(401, "access_denied", "Unauthorized");
        assert_eq!(reply.header("www-authenticate"), Some("Basic realm=\"latch\""), "{value}");
    }
}
