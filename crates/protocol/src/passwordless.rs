//! `POST /passwordless/start`.

use serde::{Deserialize, Serialize};

/// Asks the server to send a one-time code, or a link. Auth0: Authentication API, "Get code or link".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartRequest<Params = AuthParams> {
    /// The application that the user signs in to.
    pub client_id: String,
    /// `email` or `sms`.
    pub connection: String,
    /// The address, when the connection is `email`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The number in E.164, when the connection is `sms`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// `code` or `link`, or Latch's `link_or_code` for both in one message. Absent means `link` for email
    /// and `code` for sms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send: Option<String>,
    /// The OAuth parameters that a magic link will use.
    #[serde(rename = "authParams", skip_serializing_if = "Option::is_none")]
    pub auth_params: Option<Params>,
    /// The answer to a captcha, when one is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captcha: Option<String>,
}

/// OAuth parameters that travel with a start.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthParams {
    /// Space-separated scopes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The API that the access token is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// On the hosted page: the login that waits at the server. A code that is sent for it needs no
    /// client's secret, because it leads back to that client only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}

/// The same for a link: also what its return is checked against. The code challenge is Latch's own
/// (RFC 7636); Auth0 takes none here and ignores it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkParams {
    /// Space-separated scopes.
    pub scope: String,
    /// The API that the access token is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// `code`, or what of `token id_token` comes back at once.
    pub response_type: String,
    /// Where the link returns to.
    pub redirect_uri: String,
    /// Comes back with the answer.
    pub state: String,
    /// Comes back in the ID token.
    pub nonce: String,
    /// SHA-256 of the verifier, base64url.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_challenge: Option<String>,
    /// `S256`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_challenge_method: Option<String>,
}

/// What a start is answered with.
///
/// The first fields are Auth0's. The rest are additions of Latch that Auth0's clients ignore; from a
/// server that does not send them a client assumes Auth0's defaults (6 digits, 180 s, 3 tries).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StartResponse {
    /// 24 hexadecimal digits. Says nothing of whether the user exists.
    #[serde(rename = "_id")]
    pub id: String,
    /// The address, when the connection is `email`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Always false, so that nothing about the user is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
    /// Latch: digits of the code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_length: Option<u32>,
    /// Latch: seconds until the code expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<u32>,
    /// Latch: seconds until another code may be asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resend_in: Option<u32>,
    /// Latch: how many wrong tries the code takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tries: Option<u32>,
    /// Latch: the address that the mail comes from, for those who look for it among the spam.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    /// Latch: the mail's subject, with a dot for each digit of the code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

/// `POST /passwordless/verify`, as the hosted page asks: is this code right? The code stays good, because
/// `/passwordless/verify_redirect` takes it again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyRequest {
    /// The application that the user signs in to.
    pub client_id: String,
    /// `email` or `sms`.
    pub connection: String,
    /// The address, when the connection is `email`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The number in E.164, when the connection is `sms`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// The code: digits, always as a string.
    pub verification_code: String,
}

/// The code and the person it belongs to stay out of logs.
impl core::fmt::Debug for VerifyRequest {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("VerifyRequest")
            .field("client_id", &self.client_id)
            .field("connection", &self.connection)
            .finish_non_exhaustive()
    }
}

/// What a start by SMS is answered with: all of [`StartResponse`], and these.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SmsStartResponse {
    /// What every start is answered with.
    #[serde(flatten)]
    pub common: StartResponse,
    /// The number in E.164.
    pub phone_number: String,
    /// Always false, so that nothing about the user is told.
    pub phone_verified: bool,
    /// What the request said the reader speaks.
    pub request_language: Option<String>,
}
