//! The messages that would have been sent: `GET /dev/inbox` for people, `GET /dev/inbox/messages`
//! for programs. Only on this machine, and only for requests that name it: a page elsewhere that
//! points its own name at 127.0.0.1 gets nothing.

use std::fmt::Write as _;

use axum::{
    extract::{Path, Request, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use latch_protocol::error::code;
use serde::Serialize;

use crate::{
    failure::Failure,
    mail::message::escape,
    reply::{self, Refusal},
    routes::Routes,
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
pub fn routes() -> Routes {
    Routes::default()
        .get("/dev/inbox", page)
        .get("/dev/inbox/messages", messages)
        .get("/dev/inbox/messages/{id}", message)
        .get("/dev/inbox/inbox.css", async || ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE))
        .get("/dev/inbox/inbox.js", async || {
            ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT)
        })
        .wrapped(|router| router.layer(middleware::from_fn(only_here)))
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
        link: message.link,
        sent_at: message.sent_at.iso8601(),
    };
    let entries: Vec<Entry> = inbox::list(&app.store).await?.into_iter().map(entry).collect();
    reply::json(StatusCode::OK, &entries).map_err(RouteError)
}

/// `GET /dev/inbox/messages/{id}`: the HTML part, for the frame on the page.
async fn message(
    State(app): State<App>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, RouteError> {
    let html = match id {
        Ok(Path(id)) => inbox::html(&app.store, &id).await?,
        Err(_) => None,
    };
    Ok(match html {
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
             <h2 dir=\"auto\">{subject}</h2>\
             <p class=\"code\"><output>{code}</output><button type=\"button\" data-copy=\"{code}\">Copy</button></p>{link}\
             <details><summary>The message</summary>\
             <iframe sandbox loading=\"lazy\" title=\"{subject}\" src=\"/dev/inbox/messages/{id}\"></iframe>\
             <pre dir=\"auto\">{text}</pre></details>\
             </article></li>",
            to = escape(&message.recipient),
            when = message.sent_at.iso8601(),
            subject = escape(&message.subject),
            code = escape(message.code.as_deref().unwrap_or_default()),
            link = message.link.as_deref().map(anchor).unwrap_or_default(),
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

fn anchor(link: &str) -> String {
    format!("<p class=\"link\"><a href=\"{}\">Open the link</a></p>", escape(link))
}

fn html_page(html: String, policy: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    (StatusCode::OK, headers, html).into_response()
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request as HttpRequest};
    use serde_json::json;

    use super::*;
    use crate::{host::Host, outbox, testing::Test};

    async fn with_message(email: &str) -> Test {
        let test = Test::dev().await;
        let body = json!({"client_id": "demo", "connection": "email", "email": email});
        assert_eq!(test.post("/passwordless/start", &body).await.status, StatusCode::OK);
        outbox::drain(&test.app).await.unwrap();
        test
    }

    #[tokio::test]
    async fn programs_read_the_newest_message_first_with_exactly_these_keys() {
        let test = with_message("ada@example.com").await;
        let body = json!({"client_id": "demo", "connection": "email", "email": "bob@example.com"});
        test.post("/passwordless/start", &body).await;
        outbox::drain(&test.app).await.unwrap();
        let messages = test.get("/dev/inbox/messages").await.json();
        assert_eq!(messages.as_array().unwrap().len(), 2);
        let message = messages[0].as_object().unwrap();
        let keys: Vec<&str> = message.keys().map(String::as_str).collect();
        assert_eq!(
            keys,
            ["channel", "code", "html", "id", "link", "sent_at", "subject", "text", "to"],
            "in the order of the alphabet, for serde_json sorts"
        );
        assert_eq!(message["to"], "bob@example.com");
        assert_eq!(message["channel"], "email");
        assert_eq!(message["link"], json!(null));
        assert_eq!(message["sent_at"], "2026-01-31T12:00:00.000Z");
        let code = message["code"].as_str().unwrap();
        assert!(message["subject"].as_str().unwrap().starts_with(code));
    }

    #[tokio::test]
    async fn people_see_the_code_and_the_message_in_a_frame_that_can_do_nothing() {
        let test = with_message("ada@example.com").await;
        let page = test.get("/dev/inbox").await;
        assert_eq!(page.header("content-security-policy"), Some(PAGE_POLICY));
        let messages = test.get("/dev/inbox/messages").await.json();
        let code = messages[0]["code"].as_str().unwrap();
        assert!(page.text().contains(&format!("<output>{code}</output>")));
        let frame = format!("/dev/inbox/messages/{}", messages[0]["id"].as_str().unwrap());
        assert!(page.text().contains("<iframe sandbox loading=\"lazy\"") && page.text().contains(&frame));
        let message = test.get(&frame).await;
        assert_eq!(message.header("content-security-policy"), Some(MESSAGE_POLICY));
        assert_eq!(json!(message.text()), messages[0]["html"]);
        assert_eq!(test.get("/dev/inbox/messages/%ff").await.status, StatusCode::NOT_FOUND);
        for file in ["/dev/inbox/inbox.js", "/dev/inbox/inbox.css"] {
            assert!(page.text().contains(file));
            assert_eq!(test.get(file).await.status, StatusCode::OK);
        }
    }

    #[tokio::test]
    async fn a_link_can_be_opened_and_an_sms_is_a_message_too() {
        let test = Test::dev().await;
        let link = json!({
            "client_id": "demo", "connection": "email", "email": "ada@example.com", "send": "link",
            "authParams": {"redirect_uri": "http://localhost:4001/", "state": "a&b"},
        });
        test.post("/passwordless/start", &link).await;
        outbox::drain(&test.app).await.unwrap();
        let sms = json!({"client_id": "demo", "connection": "sms", "phone_number": "+14155550100"});
        test.post("/passwordless/start", &sms).await;
        outbox::drain(&test.app).await.unwrap();
        let messages = test.get("/dev/inbox/messages").await.json();
        let (sms, email) = (&messages[0], &messages[1]);
        assert_eq!((&sms["channel"], &sms["to"]), (&json!("sms"), &json!("+14155550100")));
        assert!(sms["text"].as_str().unwrap().ends_with(&format!("#{}", sms["code"].as_str().unwrap())));
        let link = email["link"].as_str().unwrap();
        assert!(link.starts_with("http://localhost:4000/passwordless/verify_redirect?"), "{link}");
        let page = test.get("/dev/inbox").await.text();
        assert!(page.contains(&format!("<a href=\"{}\">Open the link</a>", escape(link))));
    }

    #[tokio::test]
    async fn what_an_address_may_contain_is_escaped_on_the_page() {
        let test = with_message("o'&{b}@example.com").await;
        let page = test.get("/dev/inbox").await.text();
        assert!(page.contains("o&#39;&amp;{b}@example.com"));
    }

    #[tokio::test]
    async fn a_name_that_somebody_points_at_this_machine_reads_nothing() {
        let evil = Host::parse("evil.example").unwrap();
        // Also where requests may name other hosts.
        let test = Test::with("", true, |config| config.hosts.push(evil)).await;
        for path in ["/dev/inbox", "/dev/inbox/messages", "/dev/inbox/messages/x"] {
            for (host, status) in [
                ("localhost:4000", 200),
                ("127.0.0.1:4000", 200),
                ("[::1]:4000", 200),
                ("localhost", 200),
                ("evil.example", 403),
                ("evil.example:4000", 403),
                ("localhost.evil.example:4000", 421),
            ] {
                let request = HttpRequest::get(path).header("host", host).body(Body::empty()).unwrap();
                let reply = test.send(request).await;
                let expected = if status == 200 && path.ends_with("/x") { 404 } else { status };
                assert_eq!(reply.status, expected, "{host} {path}");
                assert_eq!(reply.header("access-control-allow-origin"), None);
            }
        }
    }

    #[tokio::test]
    async fn the_inbox_keeps_the_last_two_hundred() {
        let test = Test::dev().await;
        for number in 0..205 {
            let mut tx = test.app.store.write().await.unwrap();
            let message = Arrived {
                id: number.to_string(),
                channel: "email".into(),
                recipient: "a@a.co".into(),
                subject: String::new(),
                text: String::new(),
                html: String::new(),
                code: None,
                link: None,
                sent_at: test.now(),
            };
            inbox::put(&mut tx, &message).await.unwrap();
            tx.commit().await.unwrap();
        }
        let messages = inbox::list(&test.app.store).await.unwrap();
        assert_eq!((messages.len(), messages[0].id.as_str()), (200, "204"));
    }

    #[tokio::test]
    async fn without_dev_there_is_no_inbox() {
        let test = Test::new().await;
        for path in ["/dev/inbox", "/dev/inbox/messages"] {
            assert_eq!(test.get(path).await.status, StatusCode::NOT_FOUND);
        }
    }
}
