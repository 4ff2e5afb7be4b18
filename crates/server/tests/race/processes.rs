//! Two servers, each a process of its own, on one database: what is good once is good once at both together.
//! `LATCH_ROUNDS=200` races more often.

use std::{ffi::OsStr, path::Path};

use http_body_util::Full;
use hyper::{Request, StatusCode};
use latch_protocol::token::PASSWORDLESS_OTP;
use serde_json::{Value, json};

use crate::{
    browser::{authorization_code, exchange, is_open, post_all_at_once, sign_in_with, winner},
    process::Process,
    rounds,
    support::Connection,
};

const PARALLEL: usize = 64;

struct Pair {
    one: Process,
    two: Process,
    _folder: tempfile::TempDir,
}

impl Pair {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("latch.db");
        let server = || {
            let environment = [
                ("LATCH_LISTEN", "localhost:0"),
                ("LATCH_ISSUER", "http://localhost:4000"),
                ("LATCH_DATABASE", Path::to_str(&database).unwrap()),
            ];
            Process::start(&[OsStr::new("--dev")], &environment)
        };
        let one = server();
        Self { one, two: server(), _folder: folder }
    }

    /// One half of the connections leads to the one server, one half to the other.
    async fn connections(&self) -> Vec<Connection> {
        let mut connections = Vec::new();
        for number in 0..PARALLEL {
            let server = if number % 2 == 0 { &self.one } else { &self.two };
            connections.push(Connection::open(server.port).await);
        }
        connections
    }
}

/// The code that somebody was sent, of whichever server.
async fn code_of(connection: &mut Connection, email: &str) -> String {
    for _ in 0..5000 {
        let request = Request::get("/dev/inbox/messages").header("host", "localhost");
        let (_, _, body) = connection.send(request.body(Full::default()).unwrap()).await;
        let messages: Value = serde_json::from_slice(&body).unwrap();
        let found = messages.as_array().unwrap().iter().find(|message| message["to"] == email);
        if let Some(message) = found {
            return message["code"].as_str().unwrap().to_owned();
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("{email} is sent nothing");
}

/// Asks the one server for a code.
async fn started(connection: &mut Connection, email: &str) -> String {
    assert_eq!(connection.start(email).await.0, StatusCode::OK);
    code_of(connection, email).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_right_answers_at_two_servers_exactly_one_succeeds() {
    let pair = Pair::start();
    let mut connection = Connection::open(pair.one.port).await;
    let mut connections = pair.connections().await;
    for round in 0..rounds(10) {
        let email = format!("round{round}@example.com");
        let code = started(&mut connection, &email).await;
        let body = json!({
            "client_id": "demo", "grant_type": PASSWORDLESS_OTP, "username": email, "otp": code,
            "realm": "email", "scope": "openid",
        });
        let answers;
        (connections, answers) = post_all_at_once(connections, &body).await;
        winner(answers);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_uses_of_an_authorization_code_and_of_a_refresh_token_at_two_servers_one_succeeds_each() {
    let pair = Pair::start();
    let mut connection = Connection::open(pair.one.port).await;
    let mut other = Connection::open(pair.two.port).await;
    let code = started(&mut connection, "ada@example.com").await;
    let cookie = sign_in_with(&mut connection, "ada@example.com", &code).await;
    let mut connections = pair.connections().await;
    for round in 0..rounds(10) {
        // A code of the one server is worth tokens once, and a second use at the other takes them back.
        let code = authorization_code(&mut connection, &cookie, "openid").await;
        let answers;
        (connections, answers) = post_all_at_once(connections, &exchange(&code)).await;
        let tokens = winner(answers);
        for at in [&mut connection, &mut other] {
            assert!(!is_open(at, &tokens["access_token"]).await, "round {round}");
        }

        let code = authorization_code(&mut connection, &cookie, "openid offline_access").await;
        let (status, tokens) = other.post("/oauth/token", &exchange(&code)).await;
        assert_eq!(status, 200);
        let refresh = |token: &Value| json!({"grant_type": "refresh_token", "client_id": "demo", "refresh_token": token});
        let answers;
        (connections, answers) = post_all_at_once(connections, &refresh(&tokens["refresh_token"])).await;
        let next = winner(answers);
        let (status, _) = other.post("/oauth/token", &refresh(&next["refresh_token"])).await;
        assert_eq!(status, 403, "round {round}");
    }
}
