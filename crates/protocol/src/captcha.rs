//! `POST /passwordless/challenge`, and what is solved for it.

use serde::{Deserialize, Serialize};

/// Asks whether a captcha has to be solved before a code is sent, and for one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChallengeRequest {
    /// Latch: the application. Auth0's pages name their login only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// On the hosted page: the login that waits at the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}

/// The captcha. The fields up to `clientSubdomain` are Auth0's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChallengeResponse {
    /// Whether there is one.
    pub required: bool,
    /// Whose it is: one out of [`provider`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// `auth0`: `code` for characters to read, `math` for a sum to work out.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// `auth0`: the picture, as an address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// The site key of a third party.
    #[serde(rename = "siteKey", skip_serializing_if = "Option::is_none")]
    pub site_key: Option<String>,
    /// `arkose`: the host that its script comes from.
    #[serde(rename = "clientSubdomain", skip_serializing_if = "Option::is_none")]
    pub client_subdomain: Option<String>,
    /// Latch: what has to stand, with a dot behind it, before the answer to a picture; or what a proof of
    /// work is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub challenge: Option<String>,
    /// `proof_of_work`: how many bits have to be zero.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difficulty: Option<u32>,
    /// Latch: what may be solved instead, by those who cannot solve the other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alternative: Option<Puzzle>,
}

/// A proof of work: a number is wanted, the counter. The SHA-256 of 40 bytes (the SHA-256 of the challenge, then
/// the counter as 8 bytes, the highest first) has to begin with so many zero bits. The answer is the
/// challenge, a dot, and the counter in decimal digits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Puzzle {
    /// What the proof is about.
    pub challenge: String,
    /// How many bits have to be zero.
    pub difficulty: u32,
}

/// Values of [`ChallengeResponse::provider`].
pub mod provider {
    /// A picture of the server's own.
    pub const AUTH0: &str = "auth0";
    /// Cloudflare Turnstile, as Auth0 calls it.
    pub const TURNSTILE: &str = "auth0_v2";
    /// Google reCAPTCHA v2.
    pub const RECAPTCHA_V2: &str = "recaptcha_v2";
    /// Google reCAPTCHA Enterprise.
    pub const RECAPTCHA_ENTERPRISE: &str = "recaptcha_enterprise";
    /// hCaptcha.
    pub const HCAPTCHA: &str = "hcaptcha";
    /// Friendly Captcha.
    pub const FRIENDLY_CAPTCHA: &str = "friendly_captcha";
    /// Arkose Labs.
    pub const ARKOSE: &str = "arkose";
    /// Latch: a [`Puzzle`](super::Puzzle), which needs nobody's attention.
    pub const PROOF_OF_WORK: &str = "proof_of_work";
}

/// What a client answers where a third party's script cannot be loaded. Auth0's Lock does so: the server
/// decides what becomes of it.
pub const BYPASS: &str = "BYPASS_CAPTCHA";
