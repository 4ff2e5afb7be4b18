//! The link in a message: what it shows, and what its button does.

use serde_json::{Value, json};

use super::TAG;
use crate::openapi::{
    Setting,
    operation::{JSON_OR_FORM, Operation, open_object, optional, text},
};

/// What a link carries.
fn link() -> Value {
    open_object(vec![
        ("client_id", true, text("The application.")),
        ("connection", true, text("`email` or `sms`.")),
        ("email", false, optional("The address, at `email`.")),
        ("phone_number", false, optional("The number, at `sms`.")),
        ("verification_code", true, text("The code.")),
        ("redirect_uri", false, optional("A callback of the client.")),
        ("response_type", false, optional("As at `/authorize`.")),
        ("response_mode", false, optional("As at `/authorize`.")),
        ("scope", false, optional("Space-separated scopes.")),
        ("audience", false, optional("The API that the access token is for.")),
        ("state", false, optional("Comes back; or the login that waits on the hosted page.")),
        ("nonce", false, optional("Comes back in the ID token.")),
        ("code_challenge", false, optional("As at `/authorize`.")),
        ("code_challenge_method", false, optional("`S256`")),
    ])
}

pub(super) fn follow() -> Operation {
    Operation::new(
        TAG,
        "",
        "Follow the link in a message",
        "Shows whom the link signs in, and one button. It uses nothing up, because programs follow links before \
         people do. A browser that has proven the code at `/passwordless/verify` is signed in at once.",
    )
    .queries(&link())
    .answers_page(200, "The question, or the page that carries the answer to the client.")
    .redirects("Back to the client, with an answer or an error.")
    .answers_page(400, "The request cannot be trusted: there is no certain way back to a client.")
    .refers(429, "TooManyVisits")
}

pub(super) fn confirm(setting: &Setting<'_>) -> Operation {
    let mut body = link();
    body["properties"]["confirm"] = optional("Of the button. Without it, the question is asked again.");
    let example = json!({
        "client_id": setting.client,
        "connection": "email",
        "email": "ada@example.com",
        "verification_code": "123456",
        "confirm": "yes",
    });
    Operation::new(
        TAG,
        "",
        "Sign in with the link in a message",
        "Uses the code up, begins a session in this browser, and goes back to the client. For the form on the \
         server's own page.",
    )
    .visited_body(JSON_OR_FORM, &body, &example)
    .answers_page(200, "The question, or the page that carries the answer to the client.")
    .redirects("Back to the client, with an answer or an error.")
    .answers_page(400, "The request cannot be trusted: there is no certain way back to a client.")
    .refers(429, "TooManyVisits")
    .answers_page(403, "The form is not on the server's own page.")
}
