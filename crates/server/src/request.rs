//! Reads what clients send, strictly: one value per name, text without control characters, and never
//! more of it, nor longer for it, than the limits say.

use std::collections::BTreeMap;

use axum::{
    body::{Body, HttpBody as _},
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use latch_protocol::error::code;
use percent_encoding::percent_decode_str;
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, Visitor},
};
use serde_json::Value;

use crate::{reply::Refusal, state::App};

/// Why a body could not be read.
#[derive(Debug, PartialEq, Eq)]
pub enum BadBody {
    /// Neither of the content types that the endpoint takes.
    MediaType,
    /// Longer than the limit.
    TooLarge,
    /// Not all there in time.
    TooSlow,
    /// The connection broke.
    Broken,
    /// Not a JSON object, nested too deep, or with a name given twice.
    Json,
    /// Not a form: a wrong escape, invalid UTF-8, or a name given twice.
    Form,
    /// A value that is not text, or text with control characters.
    Text(String),
}

impl From<BadBody> for Refusal {
    fn from(bad: BadBody) -> Self {
        let (status, description) = match bad {
            BadBody::MediaType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "Unsupported content type".into()),
            BadBody::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "The request body is too large".into()),
            BadBody::TooSlow => (StatusCode::REQUEST_TIMEOUT, "The request body took too long".into()),
            BadBody::Broken => (StatusCode::BAD_REQUEST, "The request body is incomplete".into()),
            BadBody::Json => (StatusCode::BAD_REQUEST, "Invalid JSON in the request body".into()),
            BadBody::Form => (StatusCode::BAD_REQUEST, "Invalid form encoding".into()),
            BadBody::Text(name) => (StatusCode::BAD_REQUEST, format!("Parameter '{name}' must be a string")),
        };
        Self::new(status, code::INVALID_REQUEST, &description)
    }
}

impl IntoResponse for BadBody {
    fn into_response(self) -> Response {
        Refusal::from(self).into_response()
    }
}

/// Named values of a request.
#[derive(Debug, Default)]
pub struct Params(BTreeMap<String, Value>);

impl Params {
    /// Reads `a=b&c=d`, as a body or as a query. A name may be given once (RFC 6749 section 3.1).
    pub fn from_form(text: &str) -> Result<Self, BadBody> {
        let mut values = BTreeMap::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decode(name)?, decode(value)?);
            if values.insert(name, Value::String(value)).is_some() {
                return Err(BadBody::Form);
            }
        }
        Ok(Self(values))
    }

    /// Reads a JSON object.
    pub fn from_json(bytes: &[u8]) -> Result<Self, BadBody> {
        serde_json::from_slice(bytes).map_err(|_| BadBody::Json)
    }

    /// The names that were given, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// A value as it came. `null` counts as absent: SDKs send it for what they were not given.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A text. `null` and `""` count as absent.
    pub fn text(&self, name: &str) -> Result<Option<&str>, BadBody> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) if !text.chars().any(char::is_control) => Ok(Some(text)),
            Some(_) => Err(BadBody::Text(name.to_owned())),
        }
    }
}

impl<'de> Deserialize<'de> for Params {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Params;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Params, A::Error> {
                let mut values = BTreeMap::new();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    // Two readers of one body must not see two different values.
                    if values.insert(name, value).is_some() {
                        return Err(A::Error::custom("a name is given twice"));
                    }
                }
                Ok(Params(values))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

fn decode(text: &str) -> Result<String, BadBody> {
    let text = text.replace('+', " ");
    percent_decode_str(&text).decode_utf8().map(std::borrow::Cow::into_owned).map_err(|_| BadBody::Form)
}

/// A JSON body.
#[derive(Debug)]
pub struct Json(pub Params);

impl FromRequest<App> for Json {
    type Rejection = BadBody;

    async fn from_request(request: Request, app: &App) -> Result<Self, BadBody> {
        match media_type(request.headers()) {
            Some("application/json") => Ok(Self(Params::from_json(&read(request, app).await?)?)),
            _ => Err(BadBody::MediaType),
        }
    }
}

/// A JSON body or a form.
#[derive(Debug)]
pub struct JsonOrForm(pub Params);

impl FromRequest<App> for JsonOrForm {
    type Rejection = BadBody;

    async fn from_request(request: Request, app: &App) -> Result<Self, BadBody> {
        match media_type(request.headers()) {
            Some("application/json") => Ok(Self(Params::from_json(&read(request, app).await?)?)),
            Some("application/x-www-form-urlencoded") => {
                let bytes = read(request, app).await?;
                let text = std::str::from_utf8(&bytes).map_err(|_| BadBody::Form)?;
                Ok(Self(Params::from_form(text)?))
            }
            _ => Err(BadBody::MediaType),
        }
    }
}

/// The content type without its parameters. Case counts for nothing (RFC 9110 section 8.3.1).
fn media_type(headers: &HeaderMap) -> Option<&'static str> {
    let given = headers.get(header::CONTENT_TYPE)?.to_str().ok()?.split(';').next()?.trim();
    ["application/json", "application/x-www-form-urlencoded"]
        .into_iter()
        .find(|known| given.eq_ignore_ascii_case(known))
}

async fn read(request: Request<Body>, app: &App) -> Result<Vec<u8>, BadBody> {
    let http = &app.config.http;
    let body = request.into_body();
    // What says that it is too long is not waited for.
    if body.size_hint().lower() > http.body_limit as u64 {
        return Err(BadBody::TooLarge);
    }
    let body = Limited::new(body, http.body_limit);
    match tokio::time::timeout(http.body_timeout, body.collect()).await {
        Err(_) => Err(BadBody::TooSlow),
        Ok(Ok(body)) => Ok(body.to_bytes().into()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(BadBody::TooLarge),
        Ok(Err(_)) => Err(BadBody::Broken),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_given_twice_is_refused_in_json_and_in_forms() {
        assert_eq!(Params::from_json(br#"{"a":"1","a":"2"}"#).unwrap_err(), BadBody::Json);
        assert_eq!(Params::from_form("a=1&a=2").unwrap_err(), BadBody::Form);
        assert_eq!(Params::from_form("a=1&%61=2").unwrap_err(), BadBody::Form);
    }

    #[test]
    fn json_that_is_nested_a_hundred_thousand_deep_is_refused_without_a_stack_overflow() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(Params::from_json(deep.as_bytes()).unwrap_err(), BadBody::Json);
    }

    #[test]
    fn null_and_the_empty_string_count_as_absent() {
        let params = Params::from_json(br#"{"a":null,"b":""}"#).unwrap();
        assert_eq!(params.text("a"), Ok(None));
        assert_eq!(params.text("b"), Ok(None));
        assert_eq!(params.text("c"), Ok(None));
    }

    #[test]
    fn invalid_utf8_and_control_characters_are_refused() {
        assert_eq!(Params::from_form("a=%ff").unwrap_err(), BadBody::Form);
        assert_eq!(Params::from_json(b"{\"a\":\"\xff\"}").unwrap_err(), BadBody::Json);
        for text in ["a=%00", "a=x%0d%0ay", "a=%1b"] {
            assert_eq!(Params::from_form(text).unwrap().text("a"), Err(BadBody::Text("a".into())));
        }
    }

    #[test]
    fn a_form_is_decoded_once() {
        let params = Params::from_form("username=a%2Bb%40c.de&scope=openid+email&x=%2541").unwrap();
        assert_eq!(params.text("username"), Ok(Some("a+b@c.de")));
        assert_eq!(params.text("scope"), Ok(Some("openid email")));
        assert_eq!(params.text("x"), Ok(Some("%41")));
    }
}
