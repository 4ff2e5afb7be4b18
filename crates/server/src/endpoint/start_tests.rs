use latch_protocol::endpoint::PASSWORDLESS_START;
use serde_json::json;

use super::*;
use crate::testing::{BACKEND_SECRET, CONFIG, FORWARDED, Test, changed, forget_hits, start_body};

#[tokio::test]
async fn a_code_is_made_and_its_message_waits() {
    let test = Test::new().await;
    let reply = test.start(" Ada@Example.COM ").await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let body = reply.json();
    let id = body["_id"].as_str().unwrap();
    assert!(id.len() == 24 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
    assert_eq!(
        body,
        json!({
            "_id": id, "email": "ada@example.com", "email_verified": false,
            "code_length": 6, "expires_in": 180, "resend_in": 30, "tries": 3, "sender": "login@login.example",
            "subject": "•••••• is your code for Shop",
        })
    );
    let mail = test.waiting("ada@example.com").await.unwrap();
    assert_eq!(mail.code.len(), 6);
    assert_eq!(mail.subject, format!("{} is your code for Shop", mail.code));
}

#[tokio::test]
async fn the_code_itself_is_not_in_the_table_of_codes() {
    let test = Test::new().await;
    let code = test.code("ada@example.com").await;
    let mac: Vec<u8> =
        sqlx::query_scalar("SELECT mac FROM codes").fetch_one(test.app.store.reader()).await.unwrap();
    assert_eq!(mac.len(), 32);
    assert_ne!(mac, crate::secret::sha256(&code).to_vec());
    let row: String = sqlx::query_scalar("SELECT client_id || connection || identity || id FROM codes")
        .fetch_one(test.app.store.reader())
        .await
        .unwrap();
    assert!(!row.contains(&code));
}

#[tokio::test]
async fn the_answer_does_not_tell_whether_anybody_has_the_address() {
    let test = Test::new().await;
    let before = test.start("ada@example.com").await;
    test.login("ada@example.com", "openid").await;
    let after = test.start("ada@example.com").await;
    assert_eq!(before.bytes, after.bytes);
    assert_eq!(before.headers, after.headers);
    let stranger = test.start("bob@example.com").await;
    assert_eq!(stranger.headers, after.headers);
    assert_eq!(stranger.json()["email_verified"], false);
    assert_ne!(stranger.json()["_id"], after.json()["_id"]);
}

#[tokio::test]
async fn whatever_is_wrong_has_its_own_code() {
    let test = Test::new().await;
    for (change, error, description) in [
        (json!({"client_id": null}), "bad.client_id", "Missing required property: client_id"),
        (json!({"client_id": ""}), "bad.client_id", "Missing required property: client_id"),
        (json!({"client_id": "nobody"}), "bad.client_id", "Client does not exist"),
        (
            json!({"client_id": 7}),
            "bad.client_id",
            "error in client_id - invalid type: number (expected string)",
        ),
        (json!({"connection": null}), "bad.connection", "Missing required property: connection"),
        (json!({"connection": "fax"}), "bad.connection", "Connection does not exist"),
        (json!({"connection": "sms"}), "bad.connection", "Connection is disabled"),
        (json!({"email": null}), "bad.email", "Missing required property: email"),
        (json!({"email": "nonsense"}), "bad.email", "error in email - invalid format"),
        (json!({"email": ["a@b.co"]}), "bad.email", "error in email - invalid type: array (expected string)"),
        (
            json!({"phone_number": {}}),
            "bad.phone_number",
            "error in phone_number - invalid type: object (expected string)",
        ),
        (json!({"send": "pigeon"}), "bad.send", "send must be \"code\" or \"link\""),
        (json!({"send": false}), "bad.send", "error in send - invalid type: boolean (expected string)"),
        (
            json!({"authParams": "scope=openid"}),
            "bad.authParams",
            "error in authParams - invalid type: string (expected object)",
        ),
        (
            json!({"type": "x", "foo": 1}),
            "bad.request",
            "the following properties are not allowed: foo, type",
        ),
        (json!({"email": "a\u{0}@b.co"}), "invalid_request", "Parameter 'email' must be a string"),
    ] {
        let body = changed(start_body("ada@example.com"), &change);
        test.post(PASSWORDLESS_START, &body).await.is_refused(400, error, description);
    }
    assert!(test.waiting("ada@example.com").await.is_none());
}

#[tokio::test]
async fn what_a_page_may_send_without_asking_is_not_taken() {
    let test = Test::new().await;
    let body = start_body("ada@example.com").to_string();
    // Browsers send these from any page, without a preflight.
    for media_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        let request = axum::http::Request::post(PASSWORDLESS_START).header("content-type", media_type);
        let reply = test.send(request.body(body.clone().into()).unwrap()).await;
        reply.is_refused(415, "invalid_request", "Unsupported content type");
    }
    assert!(test.waiting("ada@example.com").await.is_none());
}

#[tokio::test]
async fn what_auth0s_clients_send_is_taken() {
    let test = Test::unlimited().await;
    for change in [
        json!({"send": null}),
        json!({"authParams": {"scope": "openid", "foo": "bar", "nested": {"a": [1]}}}),
        json!({"captcha": "x"}),
        json!({"phone_number": ""}),
    ] {
        let body = changed(start_body("ada@example.com"), &change);
        assert_eq!(test.post(PASSWORDLESS_START, &body).await.status, StatusCode::OK, "{change}");
    }
    let nulls = json!({
        "client_id": "shop", "connection": "email", "email": "ada@example.com",
        "send": null, "authParams": null, "client_secret": null,
    });
    assert_eq!(test.post(PASSWORDLESS_START, &nulls).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_confidential_client_has_to_prove_itself() {
    let test = Test::new().await;
    let body = changed(start_body("ada@example.com"), &json!({"client_id": "backend"}));
    let reply = test.post(PASSWORDLESS_START, &body).await;
    reply.is_refused(403, "unauthorized_client", "Client authentication is required");
    let wrong = changed(body.clone(), &json!({"client_secret": "wrong"}));
    test.post(PASSWORDLESS_START, &wrong).await.is_refused(401, "access_denied", "Unauthorized");
    let assertion = changed(body.clone(), &json!({"client_assertion": "x.y.z"}));
    test.post(PASSWORDLESS_START, &assertion).await.is_refused(401, "access_denied", "Unauthorized");
    assert!(test.waiting("ada@example.com").await.is_none());
    let right = changed(body, &json!({"client_secret": BACKEND_SECRET}));
    assert_eq!(test.post(PASSWORDLESS_START, &right).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_client_without_the_grant_sends_no_codes() {
    let test = Test::new().await;
    let body = changed(start_body("ada@example.com"), &json!({"client_id": "codeless"}));
    let reply = test.post(PASSWORDLESS_START, &body).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    assert_eq!(reply.json()["error"], "unauthorized_client");
}

#[tokio::test]
async fn a_page_of_another_client_sends_no_codes() {
    let test = Test::new().await;
    let from = async |origin| {
        test.post_with(PASSWORDLESS_START, &start_body("ada@example.com"), &[("origin", origin)]).await
    };
    let reply = from("https://other.example").await;
    reply.is_refused(403, "access_denied", "Origin https://other.example is not allowed.");
    assert_eq!(reply.header("access-control-allow-origin"), None);
    assert!(test.waiting("ada@example.com").await.is_none());
    for origin in ["https://shop.example", "https://login.example"] {
        let reply = from(origin).await;
        assert_eq!(reply.status, StatusCode::OK);
        assert_eq!(reply.header("access-control-allow-origin"), Some(origin));
    }
}

#[tokio::test]
async fn the_code_is_bound_to_the_host_of_the_page_that_asks() {
    let test = Test::new().await;
    let origin = [("origin", "https://shop.example")];
    test.post_with(PASSWORDLESS_START, &start_body("ada@example.com"), &origin).await;
    let mail = test.waiting("ada@example.com").await.unwrap();
    assert_eq!(mail.text.lines().last().unwrap(), format!("@shop.example #{}", mail.code));
    test.start("bob@example.com").await;
    let mail = test.waiting("bob@example.com").await.unwrap();
    assert_eq!(mail.text.lines().last().unwrap(), format!("@login.example #{}", mail.code));
}

#[tokio::test]
async fn a_newer_code_takes_the_place_of_a_message_that_still_waits() {
    let test = Test::new().await;
    test.start("ada@example.com").await;
    test.start("ada@example.com").await;
    let waiting: i64 =
        sqlx::query_scalar("SELECT count(*) FROM outbox").fetch_one(test.app.store.reader()).await.unwrap();
    assert_eq!(waiting, 1);
}

#[tokio::test]
async fn the_readers_language_is_kept_with_the_message() {
    let test = Test::new().await;
    let headers = [("x-request-language", "fr-CA"), ("accept-language", "de")];
    test.post_with(PASSWORDLESS_START, &start_body("ada@example.com"), &headers).await;
    let language: Option<String> =
        sqlx::query_scalar("SELECT language FROM outbox").fetch_one(test.app.store.reader()).await.unwrap();
    assert_eq!(language.as_deref(), Some("fr-CA"));
}

#[tokio::test]
async fn the_fourth_message_to_one_mailbox_in_ten_minutes_is_refused() {
    let test = Test::new().await;
    for spelling in ["ada@example.com", " ADA+offers@EXAMPLE.com"] {
        assert_eq!(test.start(spelling).await.status, StatusCode::OK);
    }
    // Another client's messages fill the same mailbox.
    let other = changed(start_body("ada@example.com"), &json!({"client_id": "other"}));
    assert_eq!(test.post(PASSWORDLESS_START, &other).await.status, StatusCode::OK);
    test.clock.advance_seconds(100);

    for spelling in ["ada@example.com", "ada+news@example.com"] {
        let reply = test.start(spelling).await;
        assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(reply.json()["error"], "too_many_requests");
        assert_eq!(reply.header("retry-after"), Some("500"));
        assert_eq!(reply.header("x-ratelimit-limit"), Some("3"));
        assert_eq!(reply.header("x-ratelimit-remaining"), Some("0"));
        let reset = (test.now().seconds() + 500).to_string();
        assert_eq!(reply.header("x-ratelimit-reset"), Some(reset.as_str()));
    }
    assert_eq!(test.start("bob@example.com").await.status, StatusCode::OK);

    test.clock.advance_seconds(499);
    assert_eq!(test.start("ada@example.com").await.status, StatusCode::TOO_MANY_REQUESTS);
    test.clock.advance_seconds(1);
    assert_eq!(test.start("ada@example.com").await.status, StatusCode::OK);
}

#[tokio::test]
async fn however_many_ask_from_wherever_one_mailbox_gets_five_messages_an_hour_and_ten_a_day() {
    let test = Test::new().await;
    let spellings = ["ada.lovelace@gmail.com", "Ada.Love.Lace+x@gmail.com", "adalovelace@googlemail.com"];
    let mut sent = Vec::new();
    for hour in 0..24_u32 {
        let before = sent.len();
        for number in 0..30_u32 {
            let address = format!("198.51.{hour}.{number}");
            let spelling = spellings[number as usize % spellings.len()];
            let reply = test.start_from(spelling, &address, None).await;
            if reply.status == StatusCode::OK {
                sent.push((hour, number));
            } else {
                assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
            }
            test.clock.advance_seconds(120);
        }
        assert!(sent.len() - before <= 5, "{sent:?}");
    }
    assert_eq!(sent.len(), 10, "{sent:?}");
    assert_eq!(sent[..5].iter().filter(|(hour, _)| *hour == 0).count(), 5, "{sent:?}");
}

#[tokio::test]
async fn a_refused_start_leaves_the_last_code_as_it_was() {
    let test = Test::with(CONFIG, false, |config| config.limits.sends_per_identity = Some(1)).await;
    let code = test.code("ada@example.com").await;
    assert_eq!(test.start("ada@example.com").await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(test.exchange("ada@example.com", &code, "openid").await.status, StatusCode::OK);
}

#[tokio::test]
async fn one_network_address_starts_so_many_times_an_hour_whatever_it_says_of_itself() {
    let test = Test::with(CONFIG, false, |config| config.limits.starts_per_ip = Some(3)).await;
    for number in 0..3 {
        let reply = test.start_from(&format!("{number}@a.co"), "192.0.2.1", Some("198.51.100.7")).await;
        assert_eq!(reply.status, StatusCode::OK);
    }
    for lie in [None, Some("203.0.113.9"), Some("10.0.0.1"), Some("")] {
        let reply = test.start_from("x@a.co", "192.0.2.1", lie).await;
        assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(reply.header("x-ratelimit-limit"), Some("3"));
    }
    assert_eq!(test.start_from("x@a.co", "192.0.2.2", None).await.status, StatusCode::OK);
    test.clock.advance_seconds(3600);
    assert_eq!(test.start_from("x@a.co", "192.0.2.1", None).await.status, StatusCode::OK);
}

#[tokio::test]
async fn behind_a_trusted_proxy_the_address_that_the_proxy_saw_counts() {
    let test = Test::with(CONFIG, false, |config| config.limits.starts_per_ip = Some(1)).await;
    let from = async |email, forwarded| test.start_from(email, "10.0.0.1", Some(forwarded)).await.status;
    assert_eq!(from("a@a.co", "192.0.2.1").await, StatusCode::OK);
    // Left of it stands what the sender made up; right of it another proxy of ours.
    assert_eq!(from("b@a.co", "198.51.100.1, 192.0.2.1").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(from("b@a.co", "x, 192.0.2.1, 10.0.0.2").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(from("b@a.co", "::ffff:192.0.2.1").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(from("b@a.co", "192.0.2.2").await, StatusCode::OK);
}

#[tokio::test]
async fn the_eleventh_message_of_a_day_is_refused_however_slowly_they_come() {
    let test = Test::new().await;
    for _ in 0..10 {
        assert_eq!(test.start("ada@example.com").await.status, StatusCode::OK);
        test.clock.advance_seconds(1200);
    }
    let reply = test.start("ada@example.com").await;
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(reply.header("x-ratelimit-limit"), Some("10"));
    test.clock.advance_seconds(86_400 - 12_000);
    assert_eq!(test.start("ada@example.com").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_answer_says_how_much_is_left_for_the_address() {
    let test = Test::new().await;
    for left in ["49", "48"] {
        let reply = test.start_from(&format!("{left}@a.co"), "192.0.2.1", None).await;
        assert_eq!(reply.header("x-ratelimit-limit"), Some("50"));
        assert_eq!(reply.header("x-ratelimit-remaining"), Some(left));
        let reset = (test.now().seconds() + 3600).to_string();
        assert_eq!(reply.header("x-ratelimit-reset"), Some(reset.as_str()));
    }
}

#[tokio::test]
async fn the_end_user_that_a_backend_names_counts_under_three_conditions_only() {
    for number in 0..8_u8 {
        let [confidential, proven, trusted] = [number & 1, number & 2, number & 4].map(|bit| bit != 0);
        let test = Test::with(CONFIG, false, |config| {
            for client in &mut config.clients.0 {
                client.trust_forwarded_for = trusted;
            }
        })
        .await;
        for (at, (forwarded, named)) in FORWARDED.iter().enumerate() {
            let id = if confidential { "backend" } else { "shop" };
            let mut body = changed(start_body(&format!("a{at}@a.co")), &json!({"client_id": id}));
            match (confidential, proven) {
                // A public client that is not proven just says nothing: that is how they ask.
                (false, false) => {}
                (_, true) => body["client_secret"] = json!(BACKEND_SECRET),
                (true, false) => body["client_secret"] = json!("another secret of the backend 0123456789"),
            }
            let mut request =
                axum::http::Request::post(PASSWORDLESS_START).header("content-type", "application/json");
            for value in *forwarded {
                request = request.header("auth0-forwarded-for", *value);
            }
            let mut request = request.body(body.to_string().into()).unwrap();
            request.extensions_mut().insert(Peer(([198, 51, 100, 1], 1).into()));
            let reply = test.send(request).await;
            let counted: Vec<String> =
                sqlx::query_scalar("SELECT bucket FROM hits WHERE bucket LIKE 'start %'")
                    .fetch_all(test.app.store.reader())
                    .await
                    .unwrap();
            let (status, expected) = match (confidential, proven) {
                (true, true) => (200, named.filter(|_| trusted).map(|named| format!("start {named}"))),
                (false, false) => (200, Some("start 198.51.100.1".to_owned())),
                (true, false) | (false, true) => (401, None),
            };
            assert_eq!(reply.status, status, "{number} {forwarded:?}: {}", reply.text());
            assert_eq!(counted, expected.into_iter().collect::<Vec<_>>(), "{number} {forwarded:?}");
            forget_hits(&test).await;
        }
    }
}
