//! `authParams`: the OAuth request that a link completes.
//!
//! Clients put anything in it. What has a meaning at the end of a link is kept, and has to be text;
//! the rest is ignored, as Auth0 does.

use serde_json::Value;

use super::{RouteError, type_name};
use crate::{client::Client, request::Params};
use latch_protocol::error::code;

/// What a link carries.
const KEPT: [&str; 12] = [
    "scope",
    "response_type",
    "redirect_uri",
    "audience",
    "state",
    "nonce",
    "response_mode",
    "code_challenge",
    "code_challenge_method",
    "protocol",
    "_csrf",
    "_intstate",
];

/// Text that comes back in an address: a browser's is at most this long.
const LENGTH_MAX: usize = 2048;

/// What was kept, in Auth0's order.
#[derive(Debug, Default)]
pub(super) struct AuthParams(Vec<(&'static str, String)>);

impl AuthParams {
    pub(super) fn read(params: &Params) -> Result<Self, RouteError> {
        let given = match params.value("authParams") {
            None => return Ok(Self::default()),
            Some(Value::Object(given)) => given,
            Some(other) => {
                return Err(RouteError::WrongType("authParams", type_name(other), code::BAD_AUTH_PARAMS));
            }
        };
        let mut kept = Vec::new();
        for key in KEPT {
            match given.get(key) {
                None | Some(Value::Null) => {}
                Some(Value::String(text)) if text.is_empty() => {}
                Some(Value::String(text))
                    if text.len() <= LENGTH_MAX && !text.chars().any(char::is_control) =>
                {
                    kept.push((key, text.clone()));
                }
                Some(_) => return Err(RouteError::AuthParam(key.to_owned())),
            }
        }
        Ok(Self(kept))
    }

    /// A value.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(kept, _)| *kept == key).map(|(_, value)| value.as_str())
    }

    /// Where a link returns to: what was asked for, when it is the client's, or its only callback.
    pub(super) fn redirect_uri(&self, client: &Client) -> Result<Option<String>, RouteError> {
        match self.get("redirect_uri") {
            Some(wish) if client.allows_callback(wish) => Ok(Some(wish.to_owned())),
            Some(_) => Err(RouteError::ForeignCallback),
            None => Ok(client.only_callback().map(str::to_owned)),
        }
    }

    /// Everything but where the link returns to and what it returns.
    pub(super) fn others(&self) -> impl Iterator<Item = (&str, &str)> {
        let own = ["redirect_uri", "response_type"];
        self.0.iter().map(|(key, value)| (*key, value.as_str())).filter(move |(key, _)| !own.contains(key))
    }
}
