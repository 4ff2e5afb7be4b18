//! `GET /.well-known/jwks.json`. RFC 7517.

use serde::{Deserialize, Serialize};

/// The issuer's keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JwkSet {
    /// In no promised order.
    pub keys: Vec<Jwk>,
}

/// A public signing key: RSA (RFC 7518 section 6.3) or elliptic curve (section 6.2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Jwk {
    /// `RSA` or `EC`.
    pub kty: String,
    /// Names the key among its siblings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// `sig`.
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    pub usage: Option<String>,
    /// `RS256` or `ES256`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    /// RSA modulus, base64url.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<String>,
    /// RSA exponent, base64url.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
    /// Curve.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crv: Option<String>,
    /// Point, base64url.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    /// Point, base64url.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
}
