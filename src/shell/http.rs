//! Requests: each is answered within the time limit, in the flow's words.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use gloo_net::http::Response;
use js_sys::{Object, Promise};
#[cfg(feature = "full")]
use latch_flow::effect::Address;
use latch_flow::{HttpFailure, Reply, Request, RequestId};
use latch_protocol::{endpoint, error::ErrorBody};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal};

use super::{json, set, spawn, timer::Timer};

#[wasm_bindgen]
extern "C" {
    // Not web-sys's, which takes it that fetch gives a promise and never throws: a page's own may do
    // otherwise. Nor gloo's builder, which brings a writer of queries along: half a kilobyte.
    #[wasm_bindgen(catch)]
    fn fetch(address: &str, init: &Object) -> Result<JsValue, JsValue>;
}

/// No answer within this time means that there will be none.
const TIMEOUT: u64 = 10_000;

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
    pub(super) fn new(origin: String, language: String) -> Self {
        Self { origin, language, in_flight: Rc::default() }
    }

    /// Sends a request, and calls `done` exactly once unless it is cancelled.
    pub(super) fn send(&self, id: RequestId, request: Request, done: Done) {
        let controller = AbortController::new().ok();
        let signal = controller.as_ref().map(AbortController::signal);
        let built = self.build(&request, signal.as_ref());
        *self.in_flight.borrow_mut() = Some((id, controller.clone()));
        let in_flight = Rc::clone(&self.in_flight);
        spawn(Box::pin(async move {
            let timed_out = Rc::new(Cell::new(false));
            let limit = Timer::default();
            let flag = Rc::clone(&timed_out);
            let ring = Box::new(move || {
                flag.set(true);
                abort(controller.as_ref());
            });
            limit.set(Some(TIMEOUT), ring);
            let answer = match built {
                Some(built) => exchange(built).await,
                None => Err(HttpFailure::Unreachable),
            };
            // Answered or cancelled, whichever came first.
            if in_flight.borrow_mut().take_if(|(current, _)| *current == id).is_none() {
                return;
            }
            done(match answer {
                Err(_) if timed_out.get() => Err(HttpFailure::Timeout),
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

    /// An address of the server, as the browser goes there.
    #[cfg(feature = "full")]
    pub(super) fn address(&self, address: &Address) -> String {
        let query = &address.query;
        let mut address = [&self.origin, address.path].concat();
        for (index, (name, value)) in query.iter().enumerate() {
            let sign = if index == 0 { "?" } else { "&" };
            address =
                [&address, sign, name, "=", &String::from(js_sys::encode_uri_component(value))].concat();
        }
        address
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
    let (status, text) = exchange((address.to_owned(), Object::new())).await.ok()?;
    (200..300).contains(&status.status).then_some(text)
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

async fn exchange((address, init): Built) -> Result<(Status, String), HttpFailure> {
    let window = web_sys::window().ok_or(HttpFailure::Unreachable)?;
    // Not through gloo's `send`: it panics where a page's own `fetch` rejects with something that
    // is no `Error`.
    let response = match fetch(&address, &init) {
        Ok(promise) => JsFuture::from(Promise::resolve(&promise)).await,
        Err(thrown) => Err(thrown),
    };
    let response: web_sys::Response =
        response.ok().and_then(|response| response.dyn_into().ok()).ok_or_else(|| {
            if window.navigator().on_line() { HttpFailure::Unreachable } else { HttpFailure::Offline }
        })?;
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
