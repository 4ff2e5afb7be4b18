//! What several operations share.

use latch_protocol::error::code;
use serde_json::{Value, json};

use super::operation::{object, open_object, optional, refusal, schema, text};

/// `components`.
pub(super) fn components(origin: &str, cookie: &str) -> Value {
    json!({
        "schemas": schemas(),
        "responses": responses(),
        "securitySchemes": {
            "accessToken": {
                "type": "http",
                "scheme": "bearer",
                "description": "An access token of a login that was granted `openid`.",
            },
            "clientBasic": {
                "type": "http",
                "scheme": "basic",
                "description": "The id and the secret of a confidential client, each form-encoded (RFC 6749 \
                    section 2.3.1). `client_secret` in the body, or `client_assertion` with \
                    `client_assertion_type`, takes its place. Public clients have none of them.",
            },
            "session": {
                "type": "apiKey",
                "in": "cookie",
                "name": cookie,
                "description": "The session of a browser that is signed in.",
            },
            "openid": {
                "type": "openIdConnect",
                "openIdConnectUrl": format!("{origin}{}", latch_protocol::endpoint::DISCOVERY),
            },
        },
    })
}

fn responses() -> Value {
    let refuses_with = |description: &str, codes: &[&str]| {
        json!({
            "description": description,
            "content": {"application/json": {"schema": refusal(codes)}},
        })
    };
    let refuses = |description: &str, code: &str| refuses_with(description, &[code]);
    let mut too_many = refuses("Asked too often.", code::TOO_MANY_REQUESTS);
    too_many["headers"] = limit_headers(true);
    let mut attempts = refuses_with(
        "Asked too often, or wrong too often.",
        &[code::TOO_MANY_REQUESTS, code::TOO_MANY_ATTEMPTS],
    );
    attempts["headers"] = limit_headers(false);
    json!({
        "WrongHost": refuses("The request names a host that is not this server's.", code::INVALID_REQUEST),
        "AddressTooLong": refuses("The address is longer than 8 KiB.", code::INVALID_REQUEST),
        "BodyTooSlow": refuses("The body was not all there in time.", code::INVALID_REQUEST),
        "BodyTooLarge": refuses("The body is longer than 16 KiB.", code::INVALID_REQUEST),
        "UnsupportedMediaType": refuses("The body is in none of the encodings that are taken.", code::INVALID_REQUEST),
        "TooManyRequests": too_many,
        "TooManyAttempts": attempts,
        "TooManyVisits": {
            "description": "Visited too often: a page says so.",
            "headers": limit_headers(true),
            "content": {"text/html": {"schema": {"type": "string"}}},
        },
        "ServerError": refuses("The server failed.", code::SERVER_ERROR),
        "TemporarilyUnavailable": refuses("The server cannot answer now.", code::TEMPORARILY_UNAVAILABLE),
    })
}

/// `told` is whether every such answer says what the limit is.
fn limit_headers(told: bool) -> Value {
    let number = |required: bool, description: &str| {
        json!({
            "required": required,
            "description": description,
            "schema": {"type": "integer"},
        })
    };
    json!({
        "Retry-After": number(true, "Seconds until it can be asked again."),
        "X-RateLimit-Limit": number(told, "How often may be asked."),
        "X-RateLimit-Remaining": number(told, "How often may still be asked: 0."),
        "X-RateLimit-Reset": number(told, "When it can be asked again, in seconds since the Unix epoch."),
    })
}

#[expect(clippy::too_many_lines, reason = "a table, an entry after the other")]
fn schemas() -> Value {
    let boolean = |description: &str| json!({"type": "boolean", "description": description});
    let number = |description: &str| json!({"type": "integer", "minimum": 0, "description": description});
    let string = |description: &str| json!({"type": "string", "description": description});
    json!({
        "Error": object(vec![
            ("error", true, string("What is wrong, for programs.")),
            ("error_description", true, string("What is wrong, for developers. Auth0's own sentences where it has them.")),
            ("error_uri", false, json!({
                "type": "string",
                "format": "uri",
                "description": "A page about the error.",
            })),
            ("validation_errors", false, json!({
                "type": "array",
                "description": "What is wrong with each field, at `/otp/challenge`.",
                "items": object(vec![("field", true, string("Its name.")), ("message", true, string("What is wrong."))]),
            })),
        ]),
        "StartResponse": object(vec![
            ("_id", true, json!({
                "type": "string",
                "pattern": "^[0-9a-f]{24}$",
                "description": "Names the address at this client. Says nothing of whether anybody has it.",
            })),
            ("email", false, string("Where the message goes, as it was understood.")),
            ("email_verified", false, boolean("Always false, so that nothing about the user is told.")),
            ("phone_number", false, json!({
                "type": "string",
                "pattern": r"^\+[0-9]{1,15}$",
                "description": "Where the message goes, in E.164.",
            })),
            ("phone_verified", false, boolean("Always false.")),
            ("request_language", false, json!({
                "type": ["string", "null"],
                "description": "What the request said that the reader speaks.",
            })),
            ("code_length", true, number("Digits of the code. Not in Auth0's answer.")),
            ("expires_in", true, number("Seconds until the code expires. Not in Auth0's answer.")),
            ("resend_in", true, number("Seconds until another may be asked for. Not in Auth0's answer.")),
            ("tries", true, number("How many wrong tries the code takes. Not in Auth0's answer.")),
            ("sender", false, string("The address that mail comes from. Not in Auth0's answer.")),
            ("subject", false, string("Its subject, with a dot for each digit of the code. Not in Auth0's answer.")),
        ]),
        "AuthParams": open_object(vec![
            ("scope", false, optional("Space-separated scopes.")),
            ("response_type", false, optional("What the link returns.")),
            ("redirect_uri", false, optional("A callback of the client, where the link leads back to.")),
            ("audience", false, optional("The API that the access token is for.")),
            ("state", false, optional("Comes back with the answer. On the hosted page: the login that waits.")),
            ("nonce", false, optional("Comes back in the ID token.")),
            ("response_mode", false, optional("How the answer comes back.")),
            ("code_challenge", false, optional("For a link that returns a code (RFC 7636). Not Auth0's.")),
            ("code_challenge_method", false, optional("`S256`.")),
        ]),
        "TokenResponse": object(vec![
            ("access_token", true, string("Opaque, or a JWT (RFC 9068) when an API was named.")),
            ("token_type", true, json!({"const": "Bearer"})),
            ("expires_in", true, number("Seconds that the access token is good for.")),
            ("scope", false, string("What was granted, space-separated.")),
            ("id_token", false, string("A JWT signed with RS256, when `openid` was granted.")),
            ("refresh_token", false, string("Good once, when `offline_access` was granted.")),
        ]),
        "UserInfo": object(vec![
            ("sub", true, json!({
                "type": "string",
                "pattern": "^(email|sms)\\|[0-9a-f]{24}$",
                "description": "The user.",
            })),
            ("name", false, string("The address or the number.")),
            ("nickname", false, string("What stands before the @, or the number.")),
            ("picture", false, json!({"type": "string", "format": "uri", "description": "From Gravatar."})),
            ("updated_at", false, json!({
                "type": "string",
                "format": "date-time",
                "description": "When the user last changed.",
            })),
            ("email", false, json!({
                "type": "string",
                "description": "The address, when `email` was granted.",
            })),
            ("email_verified", false, boolean("Whether it is known to be theirs.")),
            ("phone_number", false, string("The number, when `phone` was granted.")),
            ("phone_number_verified", false, boolean("Whether it is known to be theirs.")),
        ]),
        "JwkSet": object(vec![(
            "keys",
            true,
            json!({"type": "array", "minItems": 1, "items": object(vec![
                ("kty", true, json!({"const": "RSA"})),
                ("use", true, json!({"const": "sig"})),
                ("alg", true, json!({"const": "RS256"})),
                ("kid", true, string("Names the key.")),
                ("n", true, string("Modulus, base64url.")),
                ("e", true, string("Exponent, base64url.")),
            ])}),
        )]),
        "InboxMessage": object(vec![
            ("id", true, string("Names the message.")),
            ("channel", true, json!({"enum": ["email", "sms"]})),
            ("to", true, string("The address or the number.")),
            ("subject", true, string("The subject; empty for SMS.")),
            ("text", true, string("The plain text.")),
            ("html", true, string("The HTML; empty for SMS.")),
            ("code", true, json!({"type": ["string", "null"], "description": "The code."})),
            ("link", true, json!({"type": ["string", "null"], "description": "The link."})),
            ("sent_at", true, json!({
                "type": "string",
                "format": "date-time",
                "description": "When it was sent.",
            })),
        ]),
        "CodeVerification": verification(),
        "PasswordGrant": password_grant(),
    })
}

fn verification() -> Value {
    open_object(vec![
        ("client_id", true, text("The application.")),
        ("connection", true, text("`email` or `sms`.")),
        ("email", false, optional("The address that the code went to, at `email`.")),
        ("phone_number", false, optional("The number that the code went to, at `sms`.")),
        ("verification_code", true, text("The code.")),
    ])
}

fn password_grant() -> Value {
    open_object(vec![
        ("grant_type", true, json!({"const": "password"})),
        ("client_id", true, text("The application.")),
        ("client_secret", false, optional("Of a confidential client.")),
        ("connection", true, text("`email` or `sms`.")),
        ("username", true, text("The address or the number.")),
        ("password", true, text("The code.")),
        ("scope", false, optional("Space-separated scopes.")),
    ])
}

/// What `/passwordless/verify` takes: two dialects.
pub(super) fn verify_body() -> Value {
    json!({"anyOf": [schema("CodeVerification"), schema("PasswordGrant")]})
}
