//! Requests: each is answered within the time limit, in the flow's words.

use std::{cell::RefCell, rc::Rc};

use gloo_net::http::Response;
use js_sys::{Function, Object, Promise};
#[cfg(feature = "full")]
use latch_flow::effect::Address;
use latch_flow::{HttpFailure, Reply, Request, RequestId, event::STOPPED};
use latch_protocol::{endpoint, error::ErrorBody};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal};

use super::{json, set, spawn};

/// More than any answer that the flow asks for; what is longer is not what it asked for.
const LONGEST_BODY: usize = 65_536;

/// A request, and what ends it early.
type InFlight = (RequestId, Option<AbortController>);

/// Where a request goes, and what `fetch` takes of it.
type Built = (String, Object);

/// Takes the answer.
type Done = Box<dyn FnOnce(Result<Reply, HttpFailure>)>;

/// Sends requests to one origin.
pub(super) struct Http {
    origin: String,
    language: String,
    /// Sends a request, after the page was asked what it has to say to it.
    send: Function,
    /// The flow has one request in flight at a time.
    in_flight: Rc<RefCell<Option<InFlight>>>,
}

/// Requests die with the login that made them.
impl Drop for Http {
    fn drop(&mut self) {
        let current = self.in_flight.borrow_mut().take();
        abort(current.and_then(|(_, controller)| controller).as_ref());
    }
}

impl Http {
    pub(super) fn new(origin: String, language: String, send: Function) -> Self {
        Self { origin, language, send, in_flight: Rc::default() }
    }

    /// Sends a request, and calls `done` exactly once unless it is cancelled.
    pub(super) fn send(&self, id: RequestId, request: Request, done: Done) {
        let controller = AbortController::new().ok();
        let signal = controller.as_ref().map(AbortController::signal);
        let built = self.build(&request, signal.as_ref());
        *self.in_flight.borrow_mut() = Some((id, controller.clone()));
        let in_flight = Rc::clone(&self.in_flight);
        let send = self.send.clone();
        spawn(Box::pin(async move {
            let answer = match built {
                Some(built) => exchange(built, &send, controller).await,
                None => Err(HttpFailure::Unreachable),
            };
            // Answered or cancelled, whichever came first.
            if in_flight.borrow_mut().take_if(|(current, _)| *current == id).is_none() {
                return;
            }
            done(match answer {
                // Cancelled it would not have come so far.
                Err(_) if signal.is_some_and(|signal| signal.aborted()) => Err(HttpFailure::Timeout),
                Err(failure) => Err(failure),
                Ok((status, text)) => read(&request, &status, &text),
            });
        }));
    }

    /// Aborts a request; it is not answered.
    pub(super) fn cancel(&self, id: RequestId) {
        let current = self.in_flight.borrow_mut().take_if(|(current, _)| *current == id);
        abort(current.and_then(|(_, controller)| controller).as_ref());
    }

    /// Where requests go.
    #[cfg(feature = "full")]
    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    /// An address of the server with more behind its `?`, as the browser goes there.
    #[cfg(feature = "full")]
    pub(super) fn address(&self, address: &Address, more: &[(String, String)]) -> String {
        let encoded = |text: &str| String::from(js_sys::encode_uri_component(text));
        let own = address.query.iter().map(|(name, value)| (*name, value));
        let query = own.chain(more.iter().map(|(name, value)| (name.as_str(), value)));
        let query: Vec<_> =
            query.map(|(name, value)| [&encoded(name), "=", &encoded(value)].concat()).collect();
        [&self.origin, address.path, "?", &query.join("&")].concat()
    }

    fn build(&self, request: &Request, signal: Option<&AbortSignal>) -> Option<Built> {
        let (path, body) = match request {
            Request::Start(body) => (endpoint::PASSWORDLESS_START, json::write(body)?),
            #[cfg(feature = "full")]
            Request::StartLink(body) => (endpoint::PASSWORDLESS_START, json::write(body)?),
            #[cfg(feature = "full")]
            Request::Redeem(body) => (endpoint::OAUTH_TOKEN, json::write(body)?),
            #[cfg(feature = "full")]
            Request::CrossOrigin(body) => (endpoint::CO_AUTHENTICATE, json::write(body)?),
            Request::Token(body) => (endpoint::OAUTH_TOKEN, json::write(body)?),
            Request::Revoke(body) => (endpoint::OAUTH_REVOKE, json::write(&body.0)?),
            Request::Challenge(_, body) => (endpoint::CHALLENGE, json::write(body)?),
            #[cfg(feature = "full")]
            Request::Verify(body) => (endpoint::VERIFY, json::write(body)?),
            Request::Keys => (endpoint::JWKS, String::new()),
        };
        let init = Object::new();
        let with = |name: &str, value: &str| set(&init, name, &JsValue::from_str(value));
        if !body.is_empty() {
            let headers = Object::new();
            set(&headers, "Content-Type", &JsValue::from_str("application/json"));
            if !self.language.is_empty() {
                set(&headers, "X-Request-Language", &JsValue::from_str(&self.language));
            }
            set(&init, "headers", &headers);
            with("method", "POST");
            with("body", &body);
        }
        if let Some(signal) = signal {
            set(&init, "signal", signal);
        }
        // Its answer has a cookie for /authorize.
        #[cfg(feature = "full")]
        if matches!(request, Request::CrossOrigin(_)) {
            with("credentials", "include");
        }
        Some(([&self.origin, path].concat(), init))
    }
}

/// The text of a file, where it can be had.
#[cfg(feature = "full")]
pub(super) async fn fetch_text(address: &str) -> Option<String> {
    let promise = web_sys::window()?.fetch_with_str(address);
    let response: web_sys::Response = JsFuture::from(promise).await.ok()?.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    JsFuture::from(response.text().ok()?).await.ok()?.as_string()
}

fn abort(controller: Option<&AbortController>) {
    if let Some(controller) = controller {
        controller.abort();
    }
}

/// Status, `Retry-After` and text of an answer.
struct Status {
    status: u16,
    retry_after: Option<u32>,
}

/// Sends a request as the page lets it out, and reads the answer.
async fn exchange(
    (address, init): Built,
    send: &Function,
    controller: Option<AbortController>,
) -> Result<(Status, String), HttpFailure> {
    let stopped = |body| HttpFailure::Refused { status: 0, body, retry_after: None };
    let address = JsValue::from_str(&address);
    let promise = send.call3(&JsValue::NULL, &address, &init, &JsValue::from(controller));
    let promise = promise.map_err(|_| HttpFailure::Unreachable)?;
    let response = match JsFuture::from(Promise::resolve(&promise)).await {
        Ok(answer) if answer.is_null() => return Err(stopped(ErrorBody::default())),
        Ok(answer) => answer.dyn_into::<web_sys::Response>().map_err(|_| {
            let is_online = web_sys::window().is_some_and(|window| window.navigator().on_line());
            if is_online { HttpFailure::Unreachable } else { HttpFailure::Offline }
        })?,
        Err(reason) => return Err(stopped(ErrorBody::new(STOPPED, &reason.as_string().unwrap_or_default()))),
    };
    let body = response.text();
    let response = Response::from(response);
    let status = Status {
        status: response.status(),
        retry_after: response.headers().get("Retry-After").and_then(|it| it.parse().ok()),
    };
    // A connection that breaks in the middle of the body ends here.
    let text = match body {
        Ok(body) => JsFuture::from(body).await.ok().and_then(|text| text.as_string()),
        Err(_) => None,
    };
    let unreadable = HttpFailure::Unreadable { status: status.status };
    let text = text.filter(|text| text.len() <= LONGEST_BODY).ok_or(unreadable)?;
    Ok((status, text))
}

/// The answer in the flow's words.
fn read(request: &Request, status: &Status, text: &str) -> Result<Reply, HttpFailure> {
    let Status { status, retry_after } = *status;
    if !(200..300).contains(&status) {
        let body = json::read::<ErrorBody>(text);
        if body.is_none() && status != 429 {
            return Err(HttpFailure::Unreadable { status });
        }
        return Err(HttpFailure::Refused { status, body: body.unwrap_or_default(), retry_after });
    }
    let reply = match request {
        Request::Start(_) => json::read(text).map(Reply::CodeSent),
        #[cfg(feature = "full")]
        Request::StartLink(_) => json::read(text).map(Reply::CodeSent),
        #[cfg(feature = "full")]
        Request::CrossOrigin(_) => json::read(text).map(Reply::Ticket),
        #[cfg(feature = "full")]
        Request::Redeem(_) => json::read(text).map(Reply::Tokens),
        Request::Token(_) => json::read(text).map(Reply::Tokens),
        Request::Keys => json::read(text).map(Reply::Keys),
        Request::Revoke(_) => Some(Reply::Revoked),
        Request::Challenge(full, _) => json::read(text).map(|given| Reply::Challenge(*full, given)),
        #[cfg(feature = "full")]
        Request::Verify(_) => Some(Reply::Verified),
    };
    reply.ok_or(HttpFailure::Unreadable { status })
}
