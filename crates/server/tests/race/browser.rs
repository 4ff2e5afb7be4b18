//! Authorization codes and refresh tokens under parallel requests, over real connections.

use std::{collections::BTreeMap, sync::Arc};

use aws_lc_rs::digest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http_body_util::Full;
use hyper::{HeaderMap, Method, Request, StatusCode};
use serde_json::{Value, json};
use tokio::{sync::Barrier, task::JoinSet};
use url::{Url, form_urlencoded};

use crate::support::{Connection, Running};

const PARALLEL: usize = 64;
const ROUNDS: usize = 200;
const CALLBACK: &str = "http://localhost:4001/callback";
const VERIFIER: &str = "a-verifier-that-is-long-enough-for-rfc-7636-0123";

async fn connections(running: &Running) -> Vec<Connection> {
    let mut connections = Vec::new();
    for _ in 0..PARALLEL {
        connections.push(running.connect().await);
    }
    connections
}

/// All connections post the same at the same moment.
pub(crate) async fn post_all_at_once(
    connections: Vec<Connection>,
    body: &Value,
) -> (Vec<Connection>, Vec<(StatusCode, Value)>) {
    let barrier = Arc::new(Barrier::new(connections.len()));
    let mut tasks = JoinSet::new();
    for mut connection in connections {
        let (barrier, body) = (barrier.clone(), body.clone());
        tasks.spawn(async move {
            barrier.wait().await;
            let answer = connection.post("/oauth/token", &body).await;
            (connection, answer)
        });
    }
    tasks.join_all().await.into_iter().unzip()
}

/// The one answer that succeeded, when all others are `invalid_grant`.
pub(crate) fn winner(answers: Vec<(StatusCode, Value)>) -> Value {
    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(status, _)| *status == 200);
    assert!(lost.iter().all(|(status, body)| *status == 403 && body["error"] == "invalid_grant"), "{lost:?}");
    assert_eq!(won.len(), 1);
    won.into_iter().next().unwrap().1
}

async fn visit(connection: &mut Connection, path: &str, cookie: &str) -> (StatusCode, HeaderMap) {
    let request =
        Request::builder().method(Method::GET).uri(path).header("host", "localhost").header("cookie", cookie);
    let (status, headers, _) = connection.send(request.body(Full::default()).unwrap()).await;
    (status, headers)
}

pub(crate) async fn is_open(connection: &mut Connection, access_token: &Value) -> bool {
    let bearer = format!("Bearer {}", access_token.as_str().unwrap());
    let request =
        Request::builder().uri("/userinfo").header("host", "localhost").header("authorization", bearer);
    connection.send(request.body(Full::default()).unwrap()).await.0 == 200
}

fn query(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// Signs in with a page of another origin, as auth0.js does; the session's cookie.
async fn sign_in(running: &Running, connection: &mut Connection) -> String {
    connection.start("ada@example.com").await;
    let (email, code) = running.codes().await.remove(0);
    sign_in_with(connection, &email, &code).await
}

/// The same with a code that was sent.
pub(crate) async fn sign_in_with(connection: &mut Connection, email: &str, code: &str) -> String {
    let body = json!({
        "client_id": "demo", "username": email, "otp": code, "realm": "email",
        "credential_type": latch_protocol::token::PASSWORDLESS_OTP,
    });
    let request = Request::builder()
        .method(Method::POST)
        .uri("/co/authenticate")
        .header("host", "localhost")
        .header("origin", "http://localhost:4001")
        .header("content-type", "application/json");
    let (status, headers, _) = connection.send(request.body(Full::from(body.to_string())).unwrap()).await;
    assert_eq!(status, 200);
    let cookie = headers["set-cookie"].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

/// What a browser is led to when the client `demo` wants a code: its own address, or the hosted page's.
async fn authorize(
    connection: &mut Connection,
    cookie: &str,
    more: &[(&str, &str)],
) -> BTreeMap<String, String> {
    let challenge = digest::digest(&digest::SHA256, VERIFIER.as_bytes());
    let challenge = URL_SAFE_NO_PAD.encode(challenge.as_ref());
    let asked = [
        ("client_id", "demo"),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    let query = query(&[&asked[..], more].concat());
    let (status, headers) = visit(connection, &format!("/authorize?{query}"), cookie).await;
    assert_eq!(status, 302);
    carried(&headers)
}

/// What the address has that a browser is sent to.
fn carried(headers: &HeaderMap) -> BTreeMap<String, String> {
    // The hosted page's has no host.
    let origin = Url::parse("http://localhost").unwrap();
    let location = origin.join(headers["location"].to_str().unwrap()).unwrap();
    location.query_pairs().into_owned().collect()
}

/// A code for who is signed in.
pub(crate) async fn authorization_code(connection: &mut Connection, cookie: &str, scope: &str) -> String {
    authorize(connection, cookie, &[("scope", scope), ("prompt", "none")]).await["code"].clone()
}

pub(crate) fn exchange(code: &str) -> Value {
    json!({
        "grant_type": "authorization_code", "client_id": "demo", "code": code, "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_exchanges_of_one_code_exactly_one_succeeds_and_the_others_take_its_tokens_back_200_times_over()
{
    let running = Running::start(|_| {}).await;
    let mut connection = running.connect().await;
    let cookie = sign_in(&running, &mut connection).await;
    let mut connections = connections(&running).await;
    for round in 0..ROUNDS {
        let code = authorization_code(&mut connection, &cookie, "openid").await;
        let answers;
        (connections, answers) = post_all_at_once(connections, &exchange(&code)).await;
        let tokens = winner(answers);
        assert!(!is_open(&mut connection, &tokens["access_token"]).await, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_refreshes_with_one_token_exactly_one_succeeds_and_the_others_end_its_family_200_times_over() {
    let running = Running::start(|_| {}).await;
    let mut connection = running.connect().await;
    let cookie = sign_in(&running, &mut connection).await;
    let mut connections = connections(&running).await;
    for round in 0..ROUNDS {
        let code = authorization_code(&mut connection, &cookie, "openid offline_access").await;
        let (status, tokens) = connection.post("/oauth/token", &exchange(&code)).await;
        assert_eq!(status, 200);
        let refresh = |token: &Value| json!({"grant_type": "refresh_token", "client_id": "demo", "refresh_token": token});
        let answers;
        (connections, answers) = post_all_at_once(connections, &refresh(&tokens["refresh_token"])).await;
        let next = winner(answers);
        let (status, _) = connection.post("/oauth/token", &refresh(&next["refresh_token"])).await;
        assert_eq!(status, 403, "round {round}");
        assert!(!is_open(&mut connection, &next["access_token"]).await);
    }
}

/// All connections press the button of a link's page at the same moment; the heads of the answers.
async fn press_all_at_once(
    connections: Vec<Connection>,
    forms: Vec<String>,
) -> (Vec<Connection>, Vec<HeaderMap>) {
    let barrier = Arc::new(Barrier::new(connections.len()));
    let mut tasks = JoinSet::new();
    for (mut connection, form) in connections.into_iter().zip(forms) {
        let barrier = barrier.clone();
        tasks.spawn(async move {
            barrier.wait().await;
            let request = Request::builder()
                .method(Method::POST)
                .uri("/passwordless/verify_redirect")
                .header("host", "localhost")
                .header("content-type", "application/x-www-form-urlencoded");
            let (_, headers, _) = connection.send(request.body(Full::from(form)).unwrap()).await;
            (connection, headers)
        });
    }
    tasks.join_all().await.into_iter().unzip()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_presses_on_one_link_exactly_one_signs_in_50_times_over() {
    let running = Running::start(|_| {}).await;
    let mut connection = running.connect().await;
    let mut connections = connections(&running).await;
    for round in 0..50 {
        let email = format!("round{round}@example.com");
        connection.start(&email).await;
        let (_, code) = running.codes().await.into_iter().find(|(to, _)| *to == email).unwrap();
        let form = query(&[
            ("client_id", "demo"),
            ("redirect_uri", CALLBACK),
            ("response_type", "token"),
            ("connection", "email"),
            ("email", &email),
            ("verification_code", &code),
            ("confirm", "yes"),
        ]);
        let answers;
        (connections, answers) = press_all_at_once(connections, vec![form; PARALLEL]).await;
        let signed_in =
            |headers: &&HeaderMap| headers["location"].to_str().unwrap().contains("#access_token=");
        assert_eq!(answers.iter().filter(signed_in).count(), 1, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_people_who_go_on_with_one_login_at_once_no_more_than_one_does_10_times_over() {
    let running = Running::start(|_| {}).await;
    let mut connection = running.connect().await;
    let mut connections = connections(&running).await;
    for round in 0..10 {
        let waiting = authorize(&mut connection, "", &[("state", "the client's")]).await;
        for person in 0..PARALLEL {
            connection.start(&format!("round{round}.{person}@example.com")).await;
        }
        let of_this_round = |(to, _): &(String, String)| to.starts_with(&format!("round{round}."));
        let codes: Vec<_> = running.codes().await.into_iter().filter(of_this_round).collect();
        assert_eq!(codes.len(), PARALLEL);
        let form = |(email, code): &(String, String)| {
            query(&[
                ("client_id", "demo"),
                ("connection", "email"),
                ("email", email),
                ("verification_code", code),
                ("state", &waiting["state"]),
                ("confirm", "yes"),
            ])
        };
        let answers;
        (connections, answers) = press_all_at_once(connections, codes.iter().map(form).collect()).await;
        let went_on = |headers: &&HeaderMap| {
            headers.contains_key("location")
                && carried(headers).get("state").is_some_and(|it| it == "the client's")
        };
        assert_eq!(answers.iter().filter(went_on).count(), 1, "round {round}");
    }
}
