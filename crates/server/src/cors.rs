//! Which pages may call the API. Auth0: "Set up CORS".
//!
//! Two checks, because a preflight carries no client id. The preflight, and the permission to read
//! an answer, go to every origin that some client allows. The request itself is checked against its
//! own client by [`admit`], and refused when the origin is another client's.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use latch_protocol::error::code;

use crate::{client::Client, reply::Refusal, state::App};

/// What a page may send: Auth0's SDKs send these and no others.
const ALLOW_HEADERS: &str = "content-type, auth0-client, x-request-language, authorization, dpop";
const ALLOW_METHODS: &str = "GET, POST, OPTIONS";
const EXPOSE_HEADERS: &str = "x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, retry-after, date";
/// Short, so that an origin that is taken off the list is soon out.
const MAX_AGE: &str = "600";

/// Marks an answer that the asking page must not read.
#[derive(Clone, Copy, Debug)]
pub struct Withheld;

/// The origin of the page is not one of the client's.
#[derive(Debug)]
pub struct ForeignOrigin(String);

impl From<ForeignOrigin> for Refusal {
    fn from(foreign: ForeignOrigin) -> Self {
        let description = format!("Origin {} is not allowed.", foreign.0);
        Self::new(StatusCode::FORBIDDEN, code::ACCESS_DENIED, &description).withheld()
    }
}

/// Lets a request in when it comes from no page, from the server's own pages, or from a page of its
/// client.
pub fn admit(app: &App, client: &Client, headers: &HeaderMap) -> Result<(), ForeignOrigin> {
    let Some(origin) = headers.get(header::ORIGIN) else { return Ok(()) };
    let origin = String::from_utf8_lossy(origin.as_bytes());
    if origin == app.origin() || client.allows_origin(&origin) {
        return Ok(());
    }
    Err(ForeignOrigin(origin.chars().filter(char::is_ascii_graphic).take(255).collect()))
}

/// Lets a request in when it comes from no page or from the server's own pages.
pub fn admit_own(app: &App, headers: &HeaderMap) -> Result<(), ForeignOrigin> {
    match headers.get(header::ORIGIN).map(|origin| String::from_utf8_lossy(origin.as_bytes())) {
        Some(origin) if origin != app.origin() => {
            Err(ForeignOrigin(origin.chars().filter(char::is_ascii_graphic).take(255).collect()))
        }
        _ => Ok(()),
    }
}

/// Whether a form comes from a page of ours. Every browser says so in one of the two headers or in
/// both; who sends neither is no browser, and has nobody's cookies.
pub fn is_own_page(app: &App, headers: &HeaderMap) -> bool {
    match headers.get("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => headers.get(header::ORIGIN).is_none_or(|origin| origin == app.origin()),
    }
}

/// Answers preflights and marks what pages of clients may read.
pub async fn per_client(State(app): State<App>, request: Request, next: Next) -> Response {
    let known = |origin: &str| app.config.clients.0.iter().any(|client| client.allows_origin(origin));
    let known = knows(&app, request.headers(), known);
    answer(request, next, known, false).await
}

/// The same for what goes with cookies: only pages that may take part in a login.
pub async fn with_cookies(State(app): State<App>, request: Request, next: Next) -> Response {
    let known = |origin: &str| app.config.clients.0.iter().any(|client| client.allows_web_origin(origin));
    let known = knows(&app, request.headers(), known);
    answer(request, next, known, true).await
}

fn knows(app: &App, headers: &HeaderMap, known: impl Fn(&str) -> bool) -> bool {
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    origin.is_some_and(|origin| origin == app.origin() || known(origin))
}

async fn answer(request: Request, next: Next, known: bool, with_cookies: bool) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let preflight = request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response =
        if preflight { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    let withheld = response.extensions().get::<Withheld>().is_some();
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = origin.filter(|_| known && !withheld) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        if with_cookies {
            put(headers, header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
        }
        if preflight {
            allow_preflight(headers);
        } else {
            put(headers, header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSE_HEADERS);
        }
    }
    response
}

/// For what is public anyway: keys, metadata and the widget's files.
pub async fn public(request: Request, next: Next) -> Response {
    let preflight = request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response =
        if preflight { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    put(response.headers_mut(), header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    // The date, so that a page can tell whether its device's clock is right.
    put(response.headers_mut(), header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSE_HEADERS);
    if preflight {
        allow_preflight(response.headers_mut());
    }
    response
}

fn allow_preflight(headers: &mut HeaderMap) {
    put(headers, header::ACCESS_CONTROL_ALLOW_METHODS, ALLOW_METHODS);
    put(headers, header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOW_HEADERS);
    put(headers, header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.insert(name, HeaderValue::from_static(value));
}

#[cfg(test)]
#[path = "cors_tests.rs"]
mod tests;
