//! The operations of passwordless login.

mod captcha;
mod link;

use latch_protocol::{endpoint, error::code, token::PASSWORDLESS_OTP};
use serde_json::json;

use super::{
    Paths, Setting,
    components::verify_body,
    operation::{JSON, JSON_OR_FORM, Operation, object, one_of, open_object, optional, schema, text},
};

const TAG: &str = "Passwordless";

pub(super) fn add(paths: &mut Paths, setting: &Setting<'_>) {
    paths.post(endpoint::PASSWORDLESS_START, start(setting));
    paths.post(endpoint::OTP_CHALLENGE, otp_challenge(setting));
    paths.post(endpoint::CHALLENGE, captcha::challenge(setting));
    paths.post(endpoint::VERIFY, verify(setting));
    for (path, suffix) in [(endpoint::VERIFY_REDIRECT, ""), (endpoint::VERIFY_REDIRECT_HYPHEN, "WithHyphen")]
    {
        paths.get(path, link::follow().renamed(&format!("followLink{suffix}")));
        paths.post(path, link::confirm(setting).renamed(&format!("confirmLink{suffix}")));
    }
    paths.post(endpoint::CO_AUTHENTICATE, co_authenticate(setting));
    paths.post(endpoint::CO_VERIFY, co_verify());
}

fn start(setting: &Setting<'_>) -> Operation {
    let body = object(vec![
        ("client_id", true, text("The application.")),
        ("connection", true, text("`email` or `sms`.")),
        ("email", false, optional("The address, at `email`.")),
        ("phone_number", false, optional("The number in E.164, at `sms`.")),
        (
            "send",
            false,
            json!({
                "enum": ["code", "link", "link_ios", "link_android", "link_or_code", null, ""],
                "description": "What the message carries. Left out: a link by email when the client has one callback or names one, a code otherwise.",
            }),
        ),
        ("authParams", false, json!({"anyOf": [schema("AuthParams"), {"type": "null"}]})),
        (
            "captcha",
            false,
            optional("The answer to a captcha of `/passwordless/challenge`, when one is wanted."),
        ),
        ("client_secret", false, optional("Of a confidential client.")),
        ("client_assertion", false, optional("A JWT of a confidential client, in place of the secret.")),
        (
            "client_assertion_type",
            false,
            optional("`urn:ietf:params:oauth:client-assertion-type:jwt-bearer`"),
        ),
    ]);
    let example = json!({
        "client_id": setting.client,
        "connection": "email",
        "send": "code",
        "email": "ada@example.com",
    });
    Operation::new(
        TAG,
        "start",
        "Send a code or a link",
        "Sends a message with a code, a link, or both. The answer is the same whether or not anybody has it. \
         A new code takes the place of the one before. Confidential clients have to prove who they are, \
         unless the hosted page asks for a login that waits.",
    )
    .header(
        "X-Request-Language",
        json!({
            "type": "string",
            "description": "What the reader speaks, like `fr-CA`. `Accept-Language` counts too.",
        }),
    )
    .body(JSON, &body, &example)
    .answers_json(200, "The message is on its way.", &schema("StartResponse"))
    .refuses(
        400,
        "Something in the body is missing or wrong, or the SMS provider does not take the message.",
        &[
            code::BAD_REQUEST,
            code::BAD_CLIENT_ID,
            code::BAD_CONNECTION,
            code::BAD_EMAIL,
            code::BAD_PHONE_NUMBER,
            code::BAD_SEND,
            code::BAD_AUTH_PARAMS,
            code::SMS_PROVIDER_ERROR,
            code::INVALID_CAPTCHA,
            code::INVALID_REQUEST,
        ],
    )
    .refuses(401, "The client's secret or assertion is wrong.", &[code::ACCESS_DENIED])
    .refuses(
        403,
        "The client did not prove who it is or may not use codes, or the page is not the client's.",
        &[code::UNAUTHORIZED_CLIENT, code::ACCESS_DENIED],
    )
    .secured(&[&[], &["clientBasic"]])
}

fn otp_challenge(setting: &Setting<'_>) -> Operation {
    let body = open_object(vec![
        (
            "client_id",
            false,
            optional("The application. With HTTP Basic or an assertion it may be left out."),
        ),
        ("connection", true, text("`email` or `sms`.")),
        ("email", false, optional("The address, at `email`.")),
        ("phone_number", false, optional("The number in E.164, at `sms`.")),
        (
            "allow_signup",
            false,
            json!({
                "type": ["boolean", "null"],
                "description": "Whether somebody without an account is sent a code.",
            }),
        ),
        (
            "delivery_method",
            false,
            json!({"enum": ["text", null, ""], "description": "How the code is told."}),
        ),
        ("captcha", false, optional("As at `/passwordless/start`. Not in Auth0's request.")),
        ("client_secret", false, optional("Of a confidential client.")),
        ("client_assertion", false, optional("A JWT of a confidential client, in place of the secret.")),
        (
            "client_assertion_type",
            false,
            optional("`urn:ietf:params:oauth:client-assertion-type:jwt-bearer`"),
        ),
    ]);
    let example = json!({
        "client_id": setting.client,
        "connection": "email",
        "email": "ada@example.com",
        "allow_signup": true,
    });
    let session =
        json!({"type": "string", "description": "For `/oauth/token`: stands for whom the code was sent to."});
    Operation::new(
        TAG,
        "otpChallenge",
        "Send a code and get a session for it",
        "The newer way of Auth0: the token endpoint takes the session in place of the address. The answer is the same \
         whether or not anybody has it.",
    )
    .body(JSON, &body, &example)
    .answers_json(200, "The message is on its way, if it may be sent.", &object(vec![("auth_session", true, session)]))
    .refuses(
        400,
        "Something is missing or wrong, or the SMS provider does not take the message.",
        &[
            code::INVALID_REQUEST,
            "invalid_connection",
            code::BAD_CONNECTION,
            code::BAD_PHONE_NUMBER,
            code::SMS_PROVIDER_ERROR,
            code::INVALID_CAPTCHA,
        ],
    )
    .refuses(401, "The client is not who it says.", &[code::INVALID_CLIENT, code::ACCESS_DENIED])
    .refuses(
        403,
        "The client may not use codes, or the page is not the client's.",
        &[code::UNAUTHORIZED_CLIENT, code::ACCESS_DENIED],
    )
    .secured(&[&[], &["clientBasic"]])
}

fn verify(setting: &Setting<'_>) -> Operation {
    let example = json!({
        "client_id": setting.client,
        "connection": "email",
        "email": "ada@example.com",
        "verification_code": "123456",
    });
    Operation::new(
        TAG,
        "verify",
        "Check a code on the hosted page",
        "With `verification_code`: whether the code is right. It stays good, for the page goes on to \
         `/passwordless/verify_redirect` with it. With `grant_type`: Auth0's grant of old, which exchanges the \
         code for tokens. For the server's own pages and for programs; no page of a client may read it.",
    )
    .body(JSON_OR_FORM, &verify_body(), &example)
    .answers_json(
        200,
        "The code is right.",
        &json!({"anyOf": [{"type": "object", "additionalProperties": false}, schema("TokenResponse")]}),
    )
    .refers(429, "TooManyAttempts")
    .refuses(
        400,
        "Something is missing or cannot be read.",
        &[code::INVALID_REQUEST, code::UNSUPPORTED_GRANT_TYPE],
    )
    .refuses(
        401,
        "The user is blocked. In the grant of old also: the code does not hold, or the client is not who it says.",
        &["invalid_user_password", code::ACCESS_DENIED, code::INVALID_CLIENT, code::UNAUTHORIZED],
    )
    .refuses(
        403,
        "The code does not hold, the client is unknown or may not use codes, or the page is not the server's own.",
        &[code::INVALID_GRANT, code::UNAUTHORIZED_CLIENT, code::ACCESS_DENIED],
    )
    .secured(&[&[], &["clientBasic"]])
}

fn co_authenticate(setting: &Setting<'_>) -> Operation {
    let body = object(vec![
        ("client_id", true, text("The application.")),
        ("credential_type", true, one_of(&[PASSWORDLESS_OTP], "What `otp` is.")),
        ("username", true, text("The address or the number.")),
        ("otp", true, text("The code.")),
        ("realm", true, text("`email` or `sms`.")),
    ]);
    let example = json!({
        "client_id": setting.client,
        "credential_type": PASSWORDLESS_OTP,
        "username": "ada@example.com",
        "otp": "123456",
        "realm": "email",
    });
    let answer = object(vec![
        (
            "login_ticket",
            true,
            json!({"type": "string", "description": "For `/authorize`: good once, for two minutes."}),
        ),
        ("co_verifier", true, json!({"type": "string", "description": "What the client's page keeps."})),
        ("co_id", true, json!({"type": "string", "description": "Under which name."})),
    ]);
    Operation::new(
        TAG,
        "coAuthenticate",
        "Take a code on a page of the client",
        "Cross-origin authentication: exchanges a code for a ticket, and begins a session by cookie. The page then \
         goes to `/authorize` with `login_ticket`. Only for clients that have it switched on, from one of their \
         web origins.",
    )
    .header("Origin", json!({
        "type": "string",
        "description": "A web origin of the client. Browsers send it.",
    }))
    .body(JSON, &body, &example)
    .answers_json(200, "The code was right, and is used up.", &answer)
    .refers(429, "TooManyAttempts")
    .refuses(
        400,
        "The keys are not exactly these five, or one of them is not known.",
        &[code::INVALID_REQUEST, "unsupported_credential_type"],
    )
    .refuses(401, "The client may not do this.", &[code::UNAUTHORIZED_CLIENT])
    .refuses(403, "The code does not hold, or the user is blocked.", &[code::ACCESS_DENIED, "blocked_user"])
    .answers(403, "text/plain", "the page's origin is not the client's.", &json!({"type": "string"}))
}

fn co_verify() -> Operation {
    let body = open_object(vec![
        ("state", true, text("The login that waits.")),
        ("verifier", false, optional("What the client's page kept.")),
    ]);
    Operation::new(
        TAG,
        "coVerify",
        "Prove a cross-origin login without cookies",
        "Where the browser kept the cookie of `/co/authenticate` back, the verifier takes its place. For the form \
         on the server's own page.",
    )
    .visited_body(JSON_OR_FORM, &body, &json!({"state": "STATE", "verifier": "VERIFIER"}))
    .answers_page(200, "The page that carries the answer to the client.")
    .redirects("Back to the client, with an answer or an error.")
    .answers_page(400, "No login waits under this state, or the form cannot be read.")
    .answers_page(403, "The form is not on the server's own page.")
    .refers(429, "TooManyVisits")
}
