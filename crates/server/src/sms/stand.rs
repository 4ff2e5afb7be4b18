//! A provider on this machine, and servers that send to it.

use std::sync::{Arc, Mutex};

use http_body_util::{BodyExt as _, Full};
use hyper::{Request, Response, body::Bytes, body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpListener;

use crate::testing::{CONFIG, Reply, Test};

pub(super) const NUMBER: &str = "+14155550100";
pub(super) const SID: &str = "AC0123456789abcdef0123456789abcdef";

/// A request as it came in.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) path: String,
    pub(super) authorization: Option<String>,
    pub(super) content_type: String,
    pub(super) body: String,
}

/// How the server answers.
#[derive(Clone, Copy, Debug)]
pub(super) enum Answer {
    /// Status and body.
    With(u16, &'static str),
    /// 503, and 201 from the second time on.
    BusyOnce,
    /// 302 to somewhere else on the same server.
    Redirect,
    /// Never.
    Never,
    /// More than anybody wants to read.
    Endless,
    /// The connection breaks.
    Hangup,
}

/// An HTTP server on this machine.
pub(super) struct Provided {
    pub(super) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    answer: Arc<Mutex<Answer>>,
}

impl Provided {
    pub(super) async fn open(answer: Answer) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", socket.local_addr().unwrap());
        let (seen, answer) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(answer)));
        let provided = Self { url, seen: seen.clone(), answer: answer.clone() };
        tokio::spawn(async move {
            loop {
                let (stream, _) = socket.accept().await.unwrap();
                let (seen, answer) = (seen.clone(), answer.clone());
                let service = service_fn(move |request| respond(request, seen.clone(), answer.clone()));
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service),
                );
            }
        });
        provided
    }

    pub(super) fn answers(&self, answer: Answer) {
        *self.answer.lock().unwrap() = answer;
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

async fn respond(
    request: Request<Incoming>,
    seen: Arc<Mutex<Vec<Seen>>>,
    answer: Arc<Mutex<Answer>>,
) -> Result<Response<Full<Bytes>>, std::io::Error> {
    let header = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    let (path, authorization, content_type) =
        (request.uri().path().to_owned(), header("authorization"), header("content-type").unwrap());
    assert_eq!(request.method(), "POST");
    let body = request.into_body().collect().await.unwrap().to_bytes();
    let body = String::from_utf8(body.to_vec()).unwrap();
    seen.lock().unwrap().push(Seen { path, authorization, content_type, body });
    let (answer, count) = (*answer.lock().unwrap(), seen.lock().unwrap().len());
    let reply = |status: u16, body: Bytes| Response::builder().status(status).body(Full::from(body)).unwrap();
    match answer {
        Answer::With(status, body) => Ok(reply(status, Bytes::from_static(body.as_bytes()))),
        Answer::BusyOnce => Ok(reply(if count == 1 { 503 } else { 201 }, Bytes::new())),
        Answer::Redirect => {
            let mut response = reply(302, Bytes::new());
            response.headers_mut().insert("location", "/elsewhere".parse().unwrap());
            Ok(response)
        }
        Answer::Never => std::future::pending().await,
        Answer::Endless => Ok(reply(201, Bytes::from(vec![b' '; 65 * 1024]))),
        Answer::Hangup => Err(std::io::ErrorKind::ConnectionReset.into()),
    }
}

pub(super) fn twilio_config(url: &str) -> String {
    format!(
        "{CONFIG}\n[sms]\nprovider = \"twilio\"\naccount_sid = \"{SID}\"\nauth_token = \"t0ken\"\n\
         from = \"+15005550006\"\nbase_url = \"{url}\"\ncountries = [\"*\"]\n"
    )
}

pub(super) fn gateway_config(url: &str, more: &str) -> String {
    format!(
        "{CONFIG}\n[sms]\nprovider = \"gateway\"\nurl = \"{url}send?x=1\"\ncountries = [\"US\"]\n{more}\n"
    )
}

pub(super) async fn start(test: &Test) -> Reply {
    let body = json!({"client_id": "shop", "connection": "sms", "phone_number": NUMBER});
    test.post_with("/passwordless/start", &body, &[("user-agent", "Browser/1.0")]).await
}

pub(super) async fn state(test: &Test) -> Option<(bool, String)> {
    let (rows, _) = crate::store::outbox::list(&test.app.store, 10).await.unwrap();
    rows.into_iter().next().map(|row| (row.dead_at.is_some(), row.last_error.unwrap_or_default()))
}
