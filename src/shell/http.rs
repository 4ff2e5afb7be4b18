//! Requests: each is answered within the time limit, in the flow's words.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use gloo_net::http::{Request as GlooRequest, RequestBuilder, Response};
use latch_flow::{HttpFailure, Reply, Request, RequestId};
use latch_protocol::{endpoint, error::ErrorBody};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::AbortController;

use super::timer::Timer;

/// No answer within this time means that there will be none.
const TIMEOUT: u64 = 10_000;

/// More than any answer that the flow asks for; what is longer is not what it asked for.
const LONGEST_BODY: usize = 65_536;

/// Sends requests to one origin.
pub(super) struct Http {
    origin: String,
    language: String,
    /// The flow has one request in flight at a time.
    in_flight: Rc<RefCell<Option<(RequestId, AbortController)>>>,
}

/// Requests die with the login that made them.
impl Drop for Http {
    fn drop(&mut self) {
        if let Some((_, controller)) = self.in_flight.borrow_mut().take() {
            controller.abort();
        }
    }
}

impl Http {
    pub(super) fn new(origin: String, language: String) -> Self {
        Self { origin, language, in_flight: Rc::default() }
    }

    /// Sends a request, and calls `done` exactly once unless it is cancelled.
    pub(super) fn send(
        &self,
        id: RequestId,
        request: Request,
        done: impl FnOnce(Result<Reply, HttpFailure>) + 'static,
    ) {
        let Ok(controller) = AbortController::new() else {
            spawn_local(async move { done(Err(HttpFailure::Unreachable)) });
            return;
        };
        let built = self.build(&request, &controller);
        *self.in_flight.borrow_mut() = Some((id, controller.clone()));
        let in_flight = Rc::clone(&self.in_flight);
        spawn_local(async move {
            let timed_out = Rc::new(Cell::new(false));
            let limit = Timer::default();
            let flag = Rc::clone(&timed_out);
            limit.set(Some(TIMEOUT), move || {
                flag.set(true);
                controller.abort();
            });
            let answer = match built {
                Some(built) => exchange(built).await,
                None => Err(HttpFailure::Unreachable),
            };
            let mut current = in_flight.borrow_mut();
            if current.as_ref().is_none_or(|(current, _)| *current != id) {
                return;
            }
            *current = None;
            drop(current);
            done(match answer {
                Err(_) if timed_out.get() => Err(HttpFailure::Timeout),
                Err(failure) => Err(failure),
                Ok((status, text)) => read(&request, status, &text),
            });
        });
    }

    /// Aborts a request; it is not answered.
    pub(super) fn cancel(&self, id: RequestId) {
        let mut current = self.in_flight.borrow_mut();
        if let Some((_, controller)) = current.take_if(|(current, _)| *current == id) {
            drop(current);
            controller.abort();
        }
    }

    fn build(&self, request: &Request, controller: &AbortController) -> Option<web_sys::Request> {
        let signal = controller.signal();
        let at = |path: &str| format!("{}{path}", self.origin);
        let post = |path: &str, body: Option<String>| {
            let builder = GlooRequest::post(&at(path)).header("Content-Type", "application/json");
            let builder = self.in_language(builder).abort_signal(Some(&signal));
            builder.body(JsValue::from_str(&body?)).ok()
        };
        let built = match request {
            Request::Start(body) => post(endpoint::PASSWORDLESS_START, to_json(body)),
            Request::Token(body) => post(endpoint::OAUTH_TOKEN, to_json(body)),
            Request::Revoke(body) => post(endpoint::OAUTH_REVOKE, to_json(&body.0)),
            Request::Keys => GlooRequest::get(&at(endpoint::JWKS)).abort_signal(Some(&signal)).build().ok(),
        };
        built.map(Into::into)
    }

    fn in_language(&self, builder: RequestBuilder) -> RequestBuilder {
        if self.language.is_empty() {
            return builder;
        }
        builder.header("X-Request-Language", &self.language)
    }
}

/// Status, `Retry-After` and text of an answer.
struct Status {
    status: u16,
    retry_after: Option<u32>,
}

async fn exchange(request: web_sys::Request) -> Result<(Status, String), HttpFailure> {
    let window = web_sys::window().ok_or(HttpFailure::Unreachable)?;
    // Not through gloo's `send`: it panics where a page's own `fetch` rejects with something that
    // is no `Error`.
    let response = JsFuture::from(window.fetch_with_request(&request)).await;
    let response: web_sys::Response = response
        .ok()
        .and_then(|response| response.dyn_into().ok())
        .ok_or_else(|| if window.navigator().on_line() { HttpFailure::Unreachable } else { HttpFailure::Offline })?;
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
fn read(request: &Request, status: Status, text: &str) -> Result<Reply, HttpFailure> {
    let Status { status, retry_after } = status;
    if !(200..300).contains(&status) {
        let body = from_json::<ErrorBody>(text);
        if body.is_none() && status != 429 {
            return Err(HttpFailure::Unreadable { status });
        }
        return Err(HttpFailure::Refused { status, body: body.unwrap_or_default(), retry_after });
    }
    let reply = match request {
        Request::Start(_) => from_json(text).map(Reply::CodeSent),
        Request::Token(_) => from_json(text).map(Reply::Tokens),
        Request::Keys => from_json(text).map(Reply::Keys),
        Request::Revoke(_) => Some(Reply::Revoked),
    };
    reply.ok_or(HttpFailure::Unreadable { status })
}

/// A value as JSON, through the browser's own writer.
pub(super) fn to_json<T: Serialize>(value: &T) -> Option<String> {
    let value = value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).ok()?;
    js_sys::JSON::stringify(&value).ok()?.as_string()
}

/// A value from JSON, through the browser's own parser.
pub(super) fn from_json<T: DeserializeOwned>(text: &str) -> Option<T> {
    let value = js_sys::JSON::parse(text).ok()?;
    serde_wasm_bindgen::from_value(value).ok()
}
