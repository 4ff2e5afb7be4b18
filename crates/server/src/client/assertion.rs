//! Assertions: a client proves who it is by a signature instead of a secret. RFC 7523 section 3;
//! Auth0: "Private Key JWT". An assertion is good once and for minutes.

use std::collections::HashSet;

use jsonwebtoken::{
    Algorithm, AlgorithmFamily, DecodingKey, Validation, dangerous::insecure_decode_claims, decode,
    errors::Error,
};
use serde::Deserialize;
use serde_json::Value;

use super::Client;
use crate::{failure::Failure, secret::sha256, state::App, store::assertions};

/// `client_assertion_type`.
pub(super) const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Seconds that the clocks of client and server may differ.
const LEEWAY: i64 = 60;
/// Seconds that an assertion may be good for: Auth0's SDKs ask for two or three minutes.
const LONGEST: i64 = 600;

/// A public key of a client: RSA or P-256.
#[derive(Clone)]
pub struct ClientKey {
    id: Option<String>,
    key: DecodingKey,
}

impl std::fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientKey").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The text is no public key that assertions can be checked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAKey;

impl ClientKey {
    /// Reads a public key in PEM: `PUBLIC KEY` or `RSA PUBLIC KEY`.
    pub fn from_pem(pem: &str) -> Result<Self, NotAKey> {
        if pem.contains("PRIVATE") {
            return Err(NotAKey);
        }
        let pem = pem.as_bytes();
        let key = DecodingKey::from_rsa_pem(pem).or_else(|_| DecodingKey::from_ec_pem(pem));
        Ok(Self { id: None, key: key.map_err(|_| NotAKey)? })
    }

    /// Reads a public key in JWK (RFC 7517): `RSA`, or `EC` on P-256. A private one is refused.
    pub fn from_jwk(jwk: &Value) -> Result<Self, NotAKey> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        let is_for_signatures = text("use").is_none_or(|usage| usage == "sig");
        let is_on_curve = text("kty") != Some("EC") || text("crv") == Some("P-256");
        if jwk.get("d").is_some() || !is_for_signatures || !is_on_curve {
            return Err(NotAKey);
        }
        let required = |name| text(name).ok_or(NotAKey);
        let key = match text("kty") {
            Some("RSA") => DecodingKey::from_rsa_components(required("n")?, required("e")?),
            Some("EC") => DecodingKey::from_ec_components(required("x")?, required("y")?),
            _ => return Err(NotAKey),
        };
        Ok(Self { id: text("kid").map(str::to_owned), key: key.map_err(|_| NotAKey)? })
    }

    /// The claims that this key signed. Only the signature is the library's to judge: its defaults
    /// let through what RFC 7523 does not, and its clock is not ours.
    fn open(&self, assertion: &str) -> Result<Claims, Error> {
        let algorithms = match self.key.family() {
            AlgorithmFamily::Ec => vec![Algorithm::ES256],
            _ => vec![Algorithm::RS256, Algorithm::RS384, Algorithm::PS256, Algorithm::PS384],
        };
        let validation = Validation {
            algorithms,
            required_spec_claims: HashSet::new(),
            validate_exp: false,
            validate_nbf: false,
            validate_aud: false,
            ..Validation::default()
        };
        Ok(decode(assertion, &self.key, &validation)?.claims)
    }
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Value,
    exp: i64,
    jti: String,
    #[serde(default)]
    nbf: Option<i64>,
    #[serde(default)]
    iat: Option<i64>,
}

/// Whom an assertion speaks of. Believed by nobody yet.
pub(super) fn subject(assertion: &str) -> Option<String> {
    let claims: Value = insecure_decode_claims(assertion).ok()?;
    claims.get("sub")?.as_str().map(str::to_owned)
}

/// Whether an assertion is this client's, meant for this server, fresh, and shown for the first time.
pub(super) async fn prove(app: &App, client: &Client, assertion: &str) -> Result<bool, Failure> {
    // A header that demands to be understood is not: none of its extensions is (RFC 7515 section 4.1.11).
    let Some(header) = header(assertion).filter(|header| header.get("crit").is_none()) else {
        return Ok(false);
    };
    let named = header.get("kid").and_then(Value::as_str);
    let could_be = |key: &&ClientKey| named.is_none() || key.id.is_none() || key.id.as_deref() == named;
    let Some(claims) = client.keys.iter().filter(could_be).find_map(|key| key.open(assertion).ok()) else {
        return Ok(false);
    };
    let now = app.clock.now();
    let seconds = now.seconds();
    let is_fresh = claims.exp > seconds - LEEWAY
        && claims.exp <= seconds + LONGEST + LEEWAY
        && claims.nbf.is_none_or(|nbf| nbf <= seconds + LEEWAY)
        && claims.iat.is_none_or(|iat| iat <= seconds + LEEWAY);
    if claims.iss != client.id
        || claims.sub != client.id
        || !is_for_us(app, &claims.aud)
        || !is_fresh
        || claims.jti.is_empty()
    {
        return Ok(false);
    }
    let name = sha256(&format!("{}\n{}", client.id, claims.jti));
    Ok(assertions::use_once(&app.store, &name, claims.exp + LEEWAY).await?)
}

fn header(assertion: &str) -> Option<Value> {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(assertion.split('.').next()?).ok()?).ok()
}

/// The issuer, as Auth0's SDKs write it, or the token endpoint, as RFC 7523 section 3 suggests.
fn is_for_us(app: &App, audience: &Value) -> bool {
    let token_endpoint = format!("{}{}", app.origin(), latch_protocol::endpoint::OAUTH_TOKEN);
    let is_ours = |audience: &Value| {
        audience
            .as_str()
            .is_some_and(|text| [app.issuer.as_str(), app.origin(), &token_endpoint].contains(&text))
    };
    match audience {
        Value::Array(several) => several.iter().any(is_ours),
        one => is_ours(one),
    }
}

#[cfg(test)]
#[path = "assertion_tests.rs"]
mod tests;
