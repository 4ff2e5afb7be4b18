//! How a server says no: `{"error", "error_description"}` (RFC 6749 section 5.2), with Auth0's codes.
//!
//! Auth0 gives several refusals of a code the same `error`, so the sentences are part of the
//! protocol: they are constants here because clients have to tell them apart.

use serde::{Deserialize, Serialize};

/// The body of every refusal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ErrorBody {
    /// A code out of [`code`].
    pub error: String,
    /// One sentence in English for developers. Clients show it to nobody as it stands.
    pub error_description: String,
    /// A page about the error (RFC 6749 section 5.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_uri: Option<String>,
}

impl ErrorBody {
    /// A refusal with a code and a sentence.
    pub fn new(error: &str, error_description: &str) -> Self {
        Self { error: error.to_owned(), error_description: error_description.to_owned(), error_uri: None }
    }
}

/// Values of `error`.
pub mod code {
    /// The body is not what the endpoint takes.
    pub const INVALID_REQUEST: &str = "invalid_request";
    /// The code, authorization code or refresh token does not hold. Auth0 answers 403, not RFC 6749's 400.
    pub const INVALID_GRANT: &str = "invalid_grant";
    /// The access token does not hold. RFC 6750 section 3.1.
    pub const INVALID_TOKEN: &str = "invalid_token";
    /// The client could not be authenticated.
    pub const INVALID_CLIENT: &str = "invalid_client";
    /// The client may not do this.
    pub const UNAUTHORIZED_CLIENT: &str = "unauthorized_client";
    /// Unknown client or wrong secret at the token endpoint; a blocked user elsewhere.
    pub const ACCESS_DENIED: &str = "access_denied";
    /// `/authorize` may ask nobody, and has no session to answer by (OpenID Connect Core section 3.1.2.6).
    pub const LOGIN_REQUIRED: &str = "login_required";
    /// The user is blocked, or a rule refused.
    pub const UNAUTHORIZED: &str = "unauthorized";
    /// The grant type is not one that the server knows.
    pub const UNSUPPORTED_GRANT_TYPE: &str = "unsupported_grant_type";
    /// Too many requests from one address or for one identity.
    pub const TOO_MANY_REQUESTS: &str = "too_many_requests";
    /// Too many failed logins for one identity.
    pub const TOO_MANY_ATTEMPTS: &str = "too_many_attempts";
    /// `client_id` is missing or unknown, at `/passwordless/start`.
    pub const BAD_CLIENT_ID: &str = "bad.client_id";
    /// `connection` is missing, unknown or disabled.
    pub const BAD_CONNECTION: &str = "bad.connection";
    /// `email` is missing or not an address.
    pub const BAD_EMAIL: &str = "bad.email";
    /// `phone_number` is missing or not a number.
    pub const BAD_PHONE_NUMBER: &str = "bad.phone_number";
    /// `send` is neither `code` nor `link`.
    pub const BAD_SEND: &str = "bad.send";
    /// A captcha is wanted, or the one that was solved does not hold.
    pub const INVALID_CAPTCHA: &str = "invalid_captcha";
    /// `authParams` is not an object.
    pub const BAD_AUTH_PARAMS: &str = "bad.authParams";
    /// Unknown top-level properties.
    pub const BAD_REQUEST: &str = "bad.request";
    /// The SMS provider does not take the message.
    pub const SMS_PROVIDER_ERROR: &str = "sms_provider_error";
    /// There is nothing at this address.
    pub const NOT_FOUND: &str = "not_found";
    /// There is, but not for this method.
    pub const METHOD_NOT_ALLOWED: &str = "method_not_allowed";
    /// The server failed.
    pub const SERVER_ERROR: &str = "server_error";
    /// The server cannot answer now.
    pub const TEMPORARILY_UNAVAILABLE: &str = "temporarily_unavailable";
}

/// Values of `error_description` that clients tell refusals of a code apart by.
pub mod description {
    /// Wrong, unknown or used code for an email address.
    pub const WRONG_EMAIL_CODE: &str = "Wrong email or verification code.";
    /// Wrong, unknown or used code for a phone number.
    pub const WRONG_PHONE_CODE: &str = "Wrong phone number or verification code.";
    /// The code was right once.
    pub const CODE_EXPIRED: &str = "The verification code has expired. Please try to login again.";
    /// The code took its last wrong try.
    pub const CODE_ATTEMPTS: &str =
        "You've reached the maximum number of attempts. Please try to login again.";
    /// The account is blocked.
    pub const USER_BLOCKED: &str = "user is blocked";
}
