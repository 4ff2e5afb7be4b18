//! `POST /oauth/token` and `POST /oauth/revoke`.

use serde::{Deserialize, Serialize};

/// `grant_type` of a one-time code. Auth0: "Authenticate user" of embedded passwordless login.
pub const PASSWORDLESS_OTP: &str = "http://auth0.com/oauth/grant-type/passwordless/otp";

/// Exchanges a one-time code for tokens.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtpGrant {
    /// Always [`PASSWORDLESS_OTP`].
    pub grant_type: String,
    /// The application that the user signs in to.
    pub client_id: String,
    /// The address or number, as it was given to start.
    pub username: String,
    /// The code: digits, always as a string.
    pub otp: String,
    /// The connection's name: `email` or `sms`.
    pub realm: String,
    /// Space-separated scopes. Without `openid` there is no ID token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The API that the access token is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
}

/// The code and the person it belongs to stay out of logs.
impl core::fmt::Debug for OtpGrant {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("OtpGrant")
            .field("client_id", &self.client_id)
            .field("realm", &self.realm)
            .finish_non_exhaustive()
    }
}

/// `grant_type` of an authorization code. RFC 6749 section 4.1.3.
pub const AUTHORIZATION_CODE: &str = "authorization_code";

/// Exchanges an authorization code for tokens. RFC 6749 section 4.1.3, RFC 7636 section 4.5.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeGrant {
    /// Always [`AUTHORIZATION_CODE`].
    pub grant_type: String,
    /// The application that the code was given to.
    pub client_id: String,
    /// The authorization code.
    pub code: String,
    /// Where it was sent to.
    pub redirect_uri: String,
    /// What the code challenge is the hash of.
    pub code_verifier: String,
}

/// Code and verifier stay out of logs.
impl core::fmt::Debug for CodeGrant {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("CodeGrant").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

/// Tokens. RFC 6749 section 5.1, OpenID Connect Core section 3.1.3.3.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenResponse {
    /// Opaque, or a JWT when an API was named.
    pub access_token: String,
    /// Present when `openid` was granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    /// Present when `offline_access` was granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// What was granted, space-separated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Seconds that the access token is good for.
    #[serde(default)]
    pub expires_in: u32,
    /// `Bearer`.
    #[serde(default)]
    pub token_type: String,
}

/// Tokens stay out of logs.
impl core::fmt::Debug for TokenResponse {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("TokenResponse")
            .field("scope", &self.scope)
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}

/// Revokes a refresh token. RFC 7009 section 2.1.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevokeRequest {
    /// The application that the token was given to.
    pub client_id: String,
    /// The refresh token.
    pub token: String,
}
