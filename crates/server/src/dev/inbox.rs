//! The messages that would have been sent: `GET /dev/inbox` for people, `GET /dev/inbox/messages`
//! for programs. Only on this machine, and only for requests that name it: a page elsewhere that
//! points its own name at 127.0.0.1 gets nothing.

use std::fmt::Write as _;

use axum::{
    Router,
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use latch_protocol::error::code;
use serde::Serialize;

use crate::{
    failure::Failure,
    mail::message::escape,
    reply::{self, Refusal},
    state::App,
    store::inbox::{self, Arrived},
};

const STYLE: &str = include_str!("inbox/inbox.css");
const SCRIPT: &str = include_str!("inbox/inbox.js");
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
     frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'";
/// A message may style itself and do nothing else.
const MESSAGE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/// Why nothing is shown.
#[derive(Debug)]
pub struct RouteError(Failure);

impl From<sqlx::Error> for RouteError {
    fn from(error: sqlx::Error) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for RouteError {
    fn into_response(self) -> Response {
        Refusal::from(self.0).into_response()
    }
}

/// A message as programs read it.
#[derive(Serialize)]
struct Entry {
    id: String,
    channel: String,
    to: String,
    subject: String,
    text: String,
    html: String,
    code: Option<String>,
    link: Option<String>,
    sent_at: String,
}

/// The inbox's routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/dev/inbox", get(page))
        .route("/dev/inbox/messages", get(messages))
        .route("/dev/inbox/messages/{id}", get(message))
        .route(
            "/dev/inbox/inbox.css",
            get(async || ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE)),
        )
        .route(
            "/dev/inbox/inbox.js",
            get(async || ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT)),
        )
        .layer(middleware::from_fn(only_here))
}

async fn only_here(request: Request, next: Next) -> Response {
    if is_here(request.headers()) {
        return next.run(request).await;
    }
    let description = "The inbox answers to localhost only";
    Refusal::new(StatusCode::FORBIDDEN, code::ACCESS_DENIED, description).into_response()
}

fn is_here(headers: &HeaderMap) -> bool {
    // A request without a Host is no browser's.
    let Some(host) = headers.get(header::HOST) else { return true };
    let Ok(host) = host.to_str() else { return false };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

/// `GET /dev/inbox/messages`
async fn messages(State(app): State<App>) -> Result<Response, RouteError> {
    let entry = |message: Arrived| Entry {
        id: message.id,
        channel: message.channel,
        to: message.recipient,
        subject: message.subject,
        text: message.text,
        html: message.html,
        code: message.code,
        link: None,
        sent_at: message.sent_at.iso8601(),
    };
    let entries: Vec<Entry> = inbox::list(&app.store).await?.into_iter().map(entry).collect();
    reply::json(StatusCode::OK, &entries).map_err(RouteError)
}

/// `GET /dev/inbox/messages/{id}`: the HTML part, for the frame on the page.
async fn message(State(app): State<App>, Path(id): Path<String>) -> Result<Response, RouteError> {
    Ok(match inbox::html(&app.store, &id).await? {
        Some(html) => html_page(html, MESSAGE_POLICY),
        None => Refusal::new(StatusCode::NOT_FOUND, code::NOT_FOUND, "Not found").into_response(),
    })
}

/// `GET /dev/inbox`
async fn page(State(app): State<App>) -> Result<Response, RouteError> {
    let messages = inbox::list(&app.store).await?;
    let newest = messages.first().map(|message| escape(&message.id)).unwrap_or_default();
    let mut list = String::new();
    for message in &messages {
        // Writing to a String cannot fail.
        let _ = write!(
            list,
            "<li><article>\
             <header><p class=\"to\">{to}</p><p class=\"when\"><time datetime=\"{when}\">{when}</time></p></header>\
             <h2>{subject}</h2>\
             <p class=\"code\"><output>{code}</output><button type=\"button\" data-copy=\"{code}\">Copy</button></p>\
             <details><summary>The message</summary>\
             <iframe sandbox loading=\"lazy\" title=\"{subject}\" src=\"/dev/inbox/messages/{id}\"></iframe>\
             <pre>{text}</pre></details>\
             </article></li>",
            to = escape(&message.recipient),
            when = message.sent_at.iso8601(),
            subject = escape(&message.subject),
            code = escape(message.code.as_deref().unwrap_or_default()),
            id = escape(&message.id),
            text = escape(&message.text),
        );
    }
    if messages.is_empty() {
        list.push_str(
            "<li class=\"empty\">Nothing yet. Sign in somewhere, and the message shows up here.</li>",
        );
    }
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <title>Inbox · Latch</title>\
         <link rel=\"stylesheet\" href=\"/dev/inbox/inbox.css\">\
         <script type=\"module\" src=\"/dev/inbox/inbox.js\"></script></head>\
         <body data-newest=\"{newest}\"><h1>Inbox</h1>\
         <p class=\"lead\">What this server would have sent. It sends nothing while it runs with <code>--dev</code>.</p>\
         <ol>{list}</ol></body></html>"
    );
    Ok(html_page(html, PAGE_POLICY))
}

fn html_page(html: String, policy: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    (StatusCode::OK, headers, html).into_response()
}
