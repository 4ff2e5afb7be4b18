//! A connection that may break at any moment.

use http_body_util::{BodyExt as _, Full};
use hyper::{
    HeaderMap, Request,
    body::Bytes,
    client::conn::http1::{self, SendRequest},
};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

pub(crate) const ORIGIN: &str = "https://shop.example";

pub(crate) struct Line(SendRequest<Full<Bytes>>);

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn text(&self, name: &str) -> String {
        let body: Value = serde_json::from_slice(&self.body).unwrap();
        body[name].as_str().unwrap().to_owned()
    }
}

/// Nothing is the answer of a server that is gone.
impl Line {
    pub(crate) async fn open(port: u16) -> Option<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
        tokio::spawn(connection);
        Some(Self(sender))
    }

    pub(crate) async fn post(&mut self, path: &str, body: &Value) -> Option<Answer> {
        let request = Request::post(path)
            .header("host", "localhost")
            .header("origin", ORIGIN)
            .header("content-type", "application/json");
        self.send(request.body(Full::from(body.to_string())).unwrap()).await
    }

    pub(crate) async fn get(&mut self, path: &str, name: &str, value: &str) -> Option<Answer> {
        let request = Request::get(path).header("host", "localhost").header(name, value);
        self.send(request.body(Full::default()).unwrap()).await
    }

    async fn send(&mut self, request: Request<Full<Bytes>>) -> Option<Answer> {
        self.0.ready().await.ok()?;
        let (parts, body) = self.0.send_request(request).await.ok()?.into_parts();
        let body = body.collect().await.ok()?.to_bytes();
        assert!(parts.status.as_u16() < 500, "{}", parts.status);
        Some(Answer { status: parts.status.as_u16(), headers: parts.headers, body })
    }
}
