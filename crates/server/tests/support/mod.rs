//! The real server on a real port, and a client that keeps its connection.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::{
    path::{Path, PathBuf},
    sync::Arc,
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
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpStream;

/// A server with `--dev` on a port that the operating system chose.
pub struct Running {
    pub server: Server,
    pub clock: Arc<ManualClock>,
    pub folder: TempDir,
}

impl Running {
    pub async fn start(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = load_dev(folder.path());
        change(&mut config);
        // A manual clock: no code expires because a test machine is slow.
        let clock = Arc::new(ManualClock::at(SystemClock::default().now()));
        let server = Server::start(config, Box::new(clock.clone()), Box::new(SystemRandom)).await.unwrap();
        Self { server, clock, folder }
    }

    pub async fn connect(&self) -> Connection {
        Connection::open(self.server.port()).await
    }

    /// The newest code that arrived for an address.
    pub async fn code(&self, connection: &mut Connection, email: &str) -> String {
        for _ in 0..500 {
            let (_, messages) = connection.get("/dev/inbox/messages").await;
            if let Some(message) = messages.as_array().unwrap().iter().find(|message| message["to"] == email)
            {
                return message["code"].as_str().unwrap().to_owned();
            }
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        panic!("no message arrived");
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
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
}

impl Connection {
    pub async fn open(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Self { sender }
    }

    pub async fn send(&mut self, request: Request<Full<Bytes>>) -> (StatusCode, HeaderMap, Bytes) {
        self.sender.ready().await.unwrap();
        let (parts, body) = self.sender.send_request(request).await.unwrap().into_parts();
        (parts.status, parts.headers, body.collect().await.unwrap().to_bytes())
    }

    pub async fn get(&mut self, path: &str) -> (StatusCode, Value) {
        let request = Request::get(path).header("host", "localhost").body(Full::default()).unwrap();
        let (status, _, body) = self.send(request).await;
        (status, serde_json::from_slice(&body).unwrap())
    }

    pub async fn post(&mut self, path: &str, body: &Value) -> (StatusCode, Value) {
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

    pub async fn start(&mut self, email: &str) -> (StatusCode, Value) {
        self.post("/passwordless/start", &json!({"client_id": "demo", "connection": "email", "email": email}))
            .await
    }

    pub async fn exchange(&mut self, email: &str, code: &str) -> (StatusCode, Value) {
        let body = json!({
            "client_id": "demo", "grant_type": PASSWORDLESS_OTP, "username": email, "otp": code,
            "realm": "email", "scope": "openid",
        });
        self.post("/oauth/token", &body).await
    }
}
