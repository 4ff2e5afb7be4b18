//! Answers: JSON that nobody caches, and refusals in Auth0's shape.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use latch_protocol::error::ErrorBody;
use serde::Serialize;

use crate::{cors::Withheld, failure::Failure};

/// A JSON answer that is not to be stored. RFC 6749 section 5.1 asks for that wherever tokens are.
pub fn json<T: Serialize>(status: StatusCode, value: &T) -> Result<Response, Failure> {
    let body = serde_json::to_vec(value).map_err(|_| Failure::Json)?;
    Ok((
        status,
        [
            (header::CONTENT_TYPE, "application/json; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
            (header::PRAGMA, "no-cache"),
        ],
        body,
    )
        .into_response())
}

/// An answer that says no.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    body: ErrorBody,
    headers: HeaderMap,
    withheld: bool,
}

impl Refusal {
    /// A refusal with a status, a code out of [`latch_protocol::error::code`] and a sentence.
    pub fn new(status: StatusCode, code: &str, description: &str) -> Self {
        Self { status, body: ErrorBody::new(code, description), headers: HeaderMap::new(), withheld: false }
    }

    /// Names a page about the error.
    #[must_use]
    pub fn with_uri(mut self, uri: &str) -> Self {
        self.body.error_uri = Some(uri.to_owned());
        self
    }

    /// Adds a header. A value that is no header value is left out.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(HeaderName::from_static(name), value);
        }
        self
    }

    /// Keeps the page that asked from reading the answer.
    #[must_use]
    pub fn withheld(mut self) -> Self {
        self.withheld = true;
        self
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = json(self.status, &self.body).unwrap_or_else(|_| {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            response
        });
        response.headers_mut().extend(self.headers);
        if self.withheld {
            response.extensions_mut().insert(Withheld);
        }
        response
    }
}
