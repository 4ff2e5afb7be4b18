//! The captcha before a code is sent.

use latch_protocol::{captcha::provider, error::code};
use serde_json::{Value, json};

use super::TAG;
use crate::openapi::{
    Setting,
    operation::{JSON, Operation, object, one_of, open_object, optional},
};

pub(super) fn challenge(setting: &Setting<'_>) -> Operation {
    let body = open_object(vec![
        (
            "state",
            false,
            optional("The login that waits, on the hosted page. Without it, the application is named."),
        ),
        (
            "client_id",
            false,
            optional("The application. Not in Auth0's request; with it, Latch's own kinds are given."),
        ),
    ]);
    Operation::new(
        TAG,
        "challenge",
        "Is a captcha needed, and which?",
        "Auth0's hosted pages ask before they send a code; other pages ask when a start was refused with \
         `invalid_captcha`. The answer to the captcha goes into `captcha` of the next start, and is good once. To a picture \
         that has a `challenge` it is `challenge.answer`, to a proof of work `challenge.counter`: the SHA-256 of 40 bytes (the \
         SHA-256 of the challenge, then the counter as 8 bytes, the highest first) has to begin with `difficulty` zero \
         bits. Of the others it is the token that their script gives.",
    )
    .body(JSON, &body, &json!({"client_id": setting.client}))
    .answers_json(200, "The captcha, if there is to be one.", &captcha())
    .refuses(
        400,
        "Neither a login nor an application is named, or there is no such application.",
        &[code::INVALID_REQUEST, code::BAD_CLIENT_ID],
    )
    .refuses(403, "The page is neither the server's own nor the client's.", &[code::ACCESS_DENIED])
}

fn captcha() -> Value {
    let string = |description: &str| json!({"type": "string", "description": description});
    let difficulty = json!({"type": "integer", "minimum": 1, "description": "Bits that have to be zero."});
    object(vec![
        ("required", true, json!({"type": "boolean", "description": "Whether there is one."})),
        (
            "provider",
            false,
            one_of(
                &[
                    provider::AUTH0,
                    provider::TURNSTILE,
                    provider::RECAPTCHA_V2,
                    provider::RECAPTCHA_ENTERPRISE,
                    provider::HCAPTCHA,
                    provider::FRIENDLY_CAPTCHA,
                    provider::ARKOSE,
                    provider::PROOF_OF_WORK,
                ],
                "Whose it is. `auth0` is a picture of this server's, `auth0_v2` is Turnstile. `proof_of_work` is Latch's.",
            ),
        ),
        ("type", false, one_of(&["code", "math"], "Of a picture: characters to read, or a sum to work out.")),
        ("image", false, string("The picture, as an address.")),
        ("siteKey", false, string("What the third party's script is given.")),
        ("clientSubdomain", false, string("Where Arkose's script comes from.")),
        ("challenge", false, string("What stands before the answer, with a dot. Not in Auth0's answer.")),
        ("difficulty", false, difficulty.clone()),
        (
            "alternative",
            false,
            object(vec![("challenge", true, string("As above.")), ("difficulty", true, difficulty)]),
        ),
    ])
}
