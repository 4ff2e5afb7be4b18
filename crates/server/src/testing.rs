//! A server without sockets, for the tests of endpoints: a real database, a clock that moves when
//! told to, and randomness from a seed.

pub(crate) mod browser;
mod conformance;

#[path = "../tests/support/sink.rs"]
pub(crate) mod sink;

use std::{
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
    sync::Arc,
};

use axum::{
    Router,
    body::{Body, HttpBody as _},
    http::{HeaderMap, Request, StatusCode, header},
};
use http_body_util::BodyExt as _;
use latch_protocol::{endpoint, token::PASSWORDLESS_OTP};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tower::ServiceExt as _;

use self::conformance::Asked;
use crate::{
    app,
    clock::{Clock as _, Instant, ManualClock},
    config::{self, Config},
    host::ReachedAt,
    keys::Keys,
    limits::Peer,
    mail::message::Message,
    proof::Identity,
    random::SeededRandom,
    state::App,
    store::{Store, users},
};

/// A configuration that holds without `--dev`.
pub(crate) const CONFIG: &str = r#"
listen = "127.0.0.1:0"
issuer = "https://login.example"
pepper = "correct horse battery staple, and then some"
trusted_proxies = ["10.0.0.0/8"]

[mail]
smtp_url = "smtps://mail.example"
from = "login@login.example"

[[client]]
id = "shop"
name = "Shop"
callbacks = ["https://shop.example/callback"]
logout_urls = ["https://shop.example/bye"]

[[client]]
id = "other"
origins = ["https://other.example"]

[[client]]
id = "backend"
secret = "a secret of the backend, long enough 0123"
callbacks = ["https://backend.example/callback"]

[[client]]
id = "page"
name = "Page"
callbacks = ["https://page.example/callback"]
implicit = true
cross_origin = true
cross_origin_fallback = "https://page.example/cross-origin"

[[client]]
id = "codeless"
grants = ["refresh_token"]

[[api]]
audience = "https://api.example"
scopes = ["read:orders"]
"#;

/// The secret of the client `backend`.
pub(crate) const BACKEND_SECRET: &str = "a secret of the backend, long enough 0123";

/// When tests begin.
const NOW: Instant = Instant(1_769_860_800_000);

/// A server that is called without sockets.
pub(crate) struct Test {
    pub(crate) app: App,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) folder: TempDir,
    router: Router,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// What a refusal says: status, code, sentence.
    pub(crate) fn refusal(&self) -> (u16, String, String) {
        let body = self.json();
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        (self.status.as_u16(), text("error"), text("error_description"))
    }

    #[track_caller]
    pub(crate) fn is_refused(&self, status: u16, error: &str, description: &str) {
        assert_eq!(self.refusal(), (status, error.to_owned(), description.to_owned()));
    }
}

/// A database with its tables and its key: making them anew takes each test longer than the rest.
async fn template() -> PathBuf {
    static TEMPLATE: OnceCell<(TempDir, PathBuf)> = OnceCell::const_new();
    let make = async || {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("latch.db");
        let store = Store::open(&path).await.unwrap();
        let config = load(CONFIG, false);
        Keys::open(&store, &config.pepper, config.keys, NOW).await.unwrap();
        store.close().await;
        (folder, path)
    };
    TEMPLATE.get_or_init(make).await.1.clone()
}

fn load(text: &str, dev: bool) -> Config {
    let mut file: config::file::File = toml::from_str(text).unwrap();
    file.database = Some("unused".into());
    config::check::check(&file, dev, config::Problems::default()).unwrap()
}

impl Test {
    /// A server with [`CONFIG`].
    pub(crate) async fn new() -> Self {
        Self::with(CONFIG, false, |_| {}).await
    }

    /// A server without limits, for what takes more messages than one person gets.
    pub(crate) async fn unlimited() -> Self {
        Self::unlimited_but(|_| {}).await
    }

    /// A server with these limits only, and without captchas.
    pub(crate) async fn unlimited_but(limit: impl FnOnce(&mut config::Limits)) -> Self {
        Self::with(CONFIG, false, |config| {
            config.limits = config::Limits::default();
            config.captcha = None;
            limit(&mut config.limits);
        })
        .await
    }

    /// A server with `--dev`.
    pub(crate) async fn dev() -> Self {
        Self::with("", true, |_| {}).await
    }

    /// A server with a changed configuration.
    pub(crate) async fn with(text: &str, dev: bool, change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = load(text, dev);
        config.database = folder.path().join("latch.db");
        config.assets = folder.path().join("dist");
        std::fs::copy(template().await, &config.database).unwrap();
        change(&mut config);
        let clock = Arc::new(ManualClock::at(NOW));
        let random = Box::new(SeededRandom::new(1));
        let app = App::open(config, 4000, Box::new(clock.clone()), random).await.unwrap();
        let router = app::router(app.clone());
        Self { app, clock, folder, router }
    }

    pub(crate) fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Any request at all. The answer has to be one that the document of the API describes.
    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        let (mut parts, body) = request.into_parts();
        // What every client of HTTP/1.1 and every socket add.
        let host = self.app.origin().split_once("://").unwrap().1.parse().unwrap();
        parts.headers.entry(header::HOST).or_insert(host);
        if parts.extensions.get::<ReachedAt>().is_none() {
            parts.extensions.insert(ReachedAt(Ipv4Addr::LOCALHOST.into()));
        }
        let (method, path, headers) =
            (parts.method.clone(), parts.uri.path().to_owned(), parts.headers.clone());
        // What has no length is sent as it comes, and never taken.
        let (body, sent) = match body.size_hint().exact() {
            Some(_) => {
                let bytes = body.collect().await.unwrap().to_bytes();
                (Body::from(bytes.clone()), Some(bytes.into()))
            }
            None => (body, None),
        };
        let response = self.router.clone().oneshot(Request::from_parts(parts, body)).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().into();
        let reply = Reply { status: parts.status, headers: parts.headers, bytes };
        conformance::check(&self.app, &Asked { method, path, headers, body: sent }, &reply);
        reply
    }

    /// Makes an account, as `latch-server add-user` does.
    pub(crate) async fn add_user(&self, connection: &str, name: &str) {
        let identity = Identity::parse(connection, name).unwrap();
        let sub = identity.subject(&self.app.config.pepper);
        let mut tx = self.app.store.write().await.unwrap();
        users::find_or_create(&mut tx, identity.connection, &identity.value, &sub, self.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(crate) fn browser(&self) -> browser::Browser<'_> {
        browser::Browser::new(self)
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Reply {
        self.post_with(path, body, &[]).await
    }

    pub(crate) async fn post_with(&self, path: &str, body: &Value, headers: &[(&str, &str)]) -> Reply {
        let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body.to_string().into()).unwrap()).await
    }

    /// JSON, from an address.
    pub(crate) async fn post_from(&self, address: &str, path: &str, body: &Value) -> Reply {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        self.send(coming_from(address, request.body(body.to_string().into()).unwrap())).await
    }

    pub(crate) async fn post_form(&self, path: &str, form: &str, headers: &[(&str, &str)]) -> Reply {
        let mut request =
            Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(form.to_owned().into()).unwrap()).await
    }

    /// The client `shop` asks for a code.
    pub(crate) async fn start(&self, email: &str) -> Reply {
        self.post(endpoint::PASSWORDLESS_START, &start_body(email)).await
    }

    /// The same, from an address.
    pub(crate) async fn start_from(&self, email: &str, address: &str, forwarded: Option<&str>) -> Reply {
        let mut request =
            Request::post(endpoint::PASSWORDLESS_START).header(header::CONTENT_TYPE, "application/json");
        if let Some(forwarded) = forwarded {
            request = request.header("x-forwarded-for", forwarded);
        }
        let request = request.body(Body::from(start_body(email).to_string())).unwrap();
        self.send(coming_from(address, request)).await
    }

    /// The message that waits for an address.
    pub(crate) async fn waiting(&self, email: &str) -> Option<Message> {
        let payload: Option<String> = sqlx::query_scalar(
            "SELECT payload FROM outbox WHERE recipient = ? AND dead_at IS NULL ORDER BY created_at DESC LIMIT 1",
        )
        .bind(email)
        .fetch_optional(self.app.store.reader())
        .await
        .unwrap();
        payload.map(|payload| serde_json::from_str(&payload).unwrap())
    }

    /// Asks for a code and reads it.
    pub(crate) async fn code(&self, email: &str) -> String {
        assert_eq!(self.start(email).await.status, StatusCode::OK);
        self.waiting(&email.to_lowercase()).await.unwrap().code
    }

    /// The client `shop` exchanges a code.
    pub(crate) async fn exchange(&self, email: &str, code: &str, scope: &str) -> Reply {
        self.post(endpoint::OAUTH_TOKEN, &otp_body(email, code, scope)).await
    }

    /// A whole login at the client `shop`.
    pub(crate) async fn login(&self, email: &str, scope: &str) -> Value {
        let code = self.code(email).await;
        let reply = self.exchange(email, &code, scope).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        reply.json()
    }

    pub(crate) async fn userinfo(&self, access_token: &str) -> Reply {
        let request =
            Request::get(endpoint::USERINFO).header("authorization", format!("Bearer {access_token}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }
}

/// A request as it would come from an address.
pub(crate) fn coming_from(address: &str, mut request: Request<Body>) -> Request<Body> {
    request.extensions_mut().insert(Peer((address.parse::<IpAddr>().unwrap(), 1).into()));
    request
}

pub(crate) fn start_body(email: &str) -> Value {
    json!({"client_id": "shop", "connection": "email", "send": "code", "email": email})
}

pub(crate) fn otp_body(email: &str, code: &str, scope: &str) -> Value {
    json!({
        "client_id": "shop",
        "grant_type": PASSWORDLESS_OTP,
        "username": email,
        "otp": code,
        "realm": "email",
        "scope": scope,
    })
}

/// Changes some keys of a body; `null` takes a key away.
pub(crate) fn changed(mut body: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            body.as_object_mut().unwrap().remove(name);
        } else {
            body[name] = value.clone();
        }
    }
    body
}

/// A code that is not this one.
pub(crate) fn wrong(code: &str) -> String {
    let last = code.chars().last().unwrap().to_digit(10).unwrap();
    format!("{}{}", &code[..code.len() - 1], (last + 1) % 10)
}

/// What `auth0-forwarded-for` may hold, line by line, and the asker that it names: one address, in full and alone.
/// One inside a network is one: there are applications whose users are all there.
pub(crate) const FORWARDED: &[(&[&str], Option<&str>)] = &[
    (&["192.0.2.7"], Some("192.0.2.7")),
    (&[" ::ffff:192.0.2.7 "], Some("192.0.2.7")),
    (&["2001:db8:1:2::7"], Some("2001:db8:1:2::/64")),
    (&["10.1.2.3"], Some("10.1.2.3")),
    (&["192.168.0.7"], Some("192.168.0.7")),
    (&["fd00:1:2:3::7"], Some("fd00:1:2:3::/64")),
    (&["192.0.2.7, 192.0.2.8"], None),
    (&["192.0.2.7 192.0.2.8"], None),
    (&["10.1.2.3, 192.0.2.7"], None),
    (&["192.0.2.7", "192.0.2.8"], None),
    (&["192.0.2.7", "192.0.2.7"], None),
    (&["somebody"], None),
    (&[""], None),
    (&["192.0.2.7:443"], None),
    (&["[2001:db8::7]"], None),
    (&["192.0.2.0/24"], None),
    (&["192.0.2"], None),
    (&["0xc0000207"], None),
    (&["for=192.0.2.7"], None),
    (&["\"192.0.2.7\""], None),
    (&["localhost"], None),
    (&["' OR 1=1 --"], None),
];

/// Begins all limits anew.
pub(crate) async fn forget_hits(test: &Test) {
    let mut tx = test.app.store.write().await.unwrap();
    sqlx::query("DELETE FROM hits").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
}
