//! The real server on a real port, and a client that keeps its connection.
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use http_body_util::{BodyExt as _, Full};
use hyper::{
    Method, Request, StatusCode,
    body::Bytes,
    client::conn::http1::{self, SendRequest},
    header::HeaderMap,
};
use hyper_util::rt::TokioIo;
use latch_protocol::token::PASSWORDLESS_OTP;
use latch_server::{
    clock::{Clock as _, ManualClock, SystemClock},
    config::{self, Config},
    random::SystemRandom,
    server::Server,
    store::{inbox, outbox},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpStream;

/// A server with `--dev` on a port that the operating system chose.
pub(crate) struct Running {
    pub(crate) server: Server,
    _folder: TempDir,
}

impl Running {
    pub(crate) async fn start(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = load_dev(folder.path());
        // No connection is closed and, with a manual clock, no code expires because a test machine is
        // slow.
        config.http.header_timeout = Duration::from_mins(10);
        config.http.idle_timeout = Duration::from_mins(10);
        change(&mut config);
        let clock = ManualClock::at(SystemClock::default().now());
        let server = Server::start(config, Box::new(clock), Box::new(SystemRandom)).await.unwrap();
        Self { server, _folder: folder }
    }

    pub(crate) async fn connect(&self) -> Connection {
        Connection::open(self.server.port()).await
    }

    /// The codes that arrived, each with its address, the newest first, once nothing waits any more.
    pub(crate) async fn codes(&self) -> Vec<(String, String)> {
        let store = &self.server.app().store;
        for _ in 0..5000 {
            if outbox::next_due(store).await.unwrap().is_none() {
                let arrived = inbox::list(store).await.unwrap();
                return arrived.into_iter().map(|mail| (mail.recipient, mail.code.unwrap())).collect();
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        panic!("the outbox does not empty");
    }
}

fn load_dev(folder: &Path) -> Config {
    let database: PathBuf = folder.join("latch.db");
    let env = |name: &str| match name {
        "LATCH_LISTEN" => Some("localhost:0".to_owned()),
        "LATCH_DATABASE" => Some(database.display().to_string()),
        _ => None,
    };
    config::load(None, true, &env).unwrap()
}

/// One kept-alive connection.
pub(crate) struct Connection {
    sender: SendRequest<Full<Bytes>>,
}

impl Connection {
    pub(crate) async fn open(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Self { sender }
    }

    pub(crate) async fn send(&mut self, request: Request<Full<Bytes>>) -> (StatusCode, HeaderMap, Bytes) {
        self.sender.ready().await.unwrap();
        let (parts, body) = self.sender.send_request(request).await.unwrap().into_parts();
        (parts.status, parts.headers, body.collect().await.unwrap().to_bytes())
    }

    pub(crate) async fn post(&mut self, path: &str, body: &Value) -> (StatusCode, Value) {
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header("host", "localhost")
            .header("content-type", "application/json")
            .body(Full::from(body.to_string()))
            .unwrap();
        let (status, _, body) = self.send(request).await;
        (status, serde_json::from_slice(&body).unwrap())
    }

    pub(crate) async fn start(&mut self, email: &str) -> (StatusCode, Value) {
        self.post("/passwordless/start", &json!({"client_id": "demo", "connection": "email", "email": email}))
            .await
    }

    pub(crate) async fn exchange(&mut self, email: &str, code: &str) -> (StatusCode, Value) {
        let body = json!({
            "client_id": "demo", "grant_type": PASSWORDLESS_OTP, "username": email, "otp": code,
            "realm": "email", "scope": "openid",
        });
        self.post("/oauth/token", &body).await
    }
}
