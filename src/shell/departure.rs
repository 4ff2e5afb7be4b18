//! What a departure takes along, and what the page's address brings back.

use latch_flow::{
    HttpFailure, Reply,
    event::{Answer, Return, STATE, Secrets},
};
use latch_protocol::{
    error::{ErrorBody, code},
    token::TokenResponse,
};
use wasm_bindgen::JsValue;
use web_sys::{Url, UrlSearchParams};

use super::{crypto, spawn, storage::Storage};

/// Bytes of randomness in each secret: 43 letters and digits, what RFC 7636 section 4.1 asks for.
const RANDOMNESS: u32 = 32;

/// All that may come back, and is taken out of the address.
const PARAMETERS: [&str; 11] = [
    "code",
    "state",
    "error",
    "error_description",
    "error_uri",
    "iss",
    "access_token",
    "id_token",
    "token_type",
    "expires_in",
    "scope",
];

/// Draws what a departure of this client takes along, then calls `done` once.
pub(super) fn draw(client_id: &str, done: Box<dyn FnOnce(Result<Reply, HttpFailure>)>) {
    let state = [STATE, client_id, "-"].concat();
    spawn(Box::pin(async move {
        let secrets = async {
            let verifier = crypto::random(RANDOMNESS)?;
            let challenge = crypto::sha256(&verifier).await?;
            Some(Secrets {
                state: [state, crypto::random(RANDOMNESS)?].concat(),
                nonce: crypto::random(RANDOMNESS)?,
                verifier,
                challenge,
            })
        };
        // Missing where the page is neither https nor localhost.
        let description = "A page that is neither https nor localhost cannot check who signs in.";
        let body = ErrorBody::new(code::UNAUTHORIZED_CLIENT, description);
        let failure = HttpFailure::Refused { status: 0, body, retry_after: None };
        done(secrets.await.map(Reply::Drawn).ok_or(failure));
    }));
}

/// The answer in the page's address, where it is one to this client; it is taken out of the address, so that neither
/// a reload nor a bookmark brings it again.
pub(super) fn returned(client_id: &str, storage: &Storage) -> Option<Return> {
    let window = web_sys::window()?;
    let url = Url::new(&window.location().href().ok()?).ok()?;
    let query = url.search_params();
    let hash = url.hash();
    let fragment = UrlSearchParams::new_with_str(hash.strip_prefix('#').unwrap_or_default()).ok()?;
    let prefix = [STATE, client_id, "-"].concat();
    let is_ours = |it: &UrlSearchParams| it.get("state").is_some_and(|state| state.starts_with(&prefix));
    let params = [&query, &fragment].into_iter().find(|it| is_ours(it))?;
    let state = params.get("state").unwrap_or_default();
    let answer = answer(|name| params.get(name));
    for name in PARAMETERS {
        params.delete(name);
    }
    url.set_hash(&String::from(fragment.to_string()));
    if let Ok(history) = window.history() {
        // The same page by another name: nothing forbids that.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&url.href()));
    }
    Some(Return { departure: storage.take_departure(&state), answer: answer? })
}

/// What an answer says, by the names of its parameters. RFC 6749 sections 4.1.2 and 4.2.2.
pub(super) fn answer(get: impl Fn(&str) -> Option<String>) -> Option<Answer> {
    if let Some(error) = get("error") {
        return Some(Answer::Refused(ErrorBody::new(&error, &get("error_description").unwrap_or_default())));
    }
    if let Some(code) = get("code") {
        return Some(Answer::Code(code));
    }
    let (access_token, id_token) = (get("access_token"), get("id_token"));
    if access_token.is_none() && id_token.is_none() {
        return None;
    }
    Some(Answer::Tokens(TokenResponse {
        access_token: access_token.unwrap_or_default(),
        id_token,
        refresh_token: None,
        scope: get("scope"),
        expires_in: get("expires_in").and_then(|it| it.parse().ok()).unwrap_or_default(),
        token_type: get("token_type").unwrap_or_default(),
    }))
}
