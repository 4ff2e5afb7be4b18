//! Believing an ID token: OpenID Connect Core section 3.1.3.7, RFC 8725, and what Auth0's own
//! verifiers ask for.
//!
//! The order is: [`Parts::split`], [`key`] on the decoded header, the signature (in the shell, by
//! WebCrypto), [`check`] on the decoded claims. Nothing of the token is used before all four hold.

use latch_protocol::{
    claims::{Claims, Header},
    jwk::{Jwk, JwkSet},
};

use crate::base64url;

/// How far two clocks may differ, in seconds. Auth0's verifiers allow the same.
pub const LEEWAY: f64 = 60.0;

/// Why an ID token is not believed. For the page's developer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFault {
    /// Not three base64url parts of JSON.
    Malformed,
    /// Neither RS256 nor ES256, or not what its key is for.
    Algorithm,
    /// A header that asks for something Latch does not do: `crit`, another `typ`.
    Header,
    /// No single usable key of that name in the issuer's key set.
    Key,
    /// The signature does not hold.
    Signature,
    /// The browser cannot check signatures here: the page is neither https nor localhost.
    Insecure,
    /// `iss` is another issuer.
    Issuer,
    /// `sub` is missing.
    Subject,
    /// `aud` does not name this client.
    Audience,
    /// `azp` is another client, or missing where there are several audiences.
    AuthorizedParty,
    /// `exp` is missing or past.
    Expired,
    /// `iat` is missing or ahead, or `nbf` is ahead: one of the two clocks is wrong.
    Clock,
    /// `nonce` is not the one that was sent.
    Nonce,
    /// `auth_time` is missing or too long ago for the `max_age` that was asked for.
    AuthTime,
    /// `at_hash` belongs to another access token.
    AccessTokenHash,
}

impl TokenFault {
    /// One sentence for the console and for `error_description`.
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Malformed => "The ID token could not be decoded.",
            Self::Algorithm => "The ID token is not signed with RS256 or ES256 by a key made for it.",
            Self::Header => "The ID token's header asks for something that Latch does not support.",
            Self::Key => "The issuer has no usable key of the name in the ID token's header.",
            Self::Signature => "The ID token's signature is invalid.",
            Self::Insecure => "Signatures can be checked on https and localhost pages only.",
            Self::Issuer => "The ID token's iss is not the configured domain.",
            Self::Subject => "The ID token has no sub.",
            Self::Audience => "The ID token's aud is not this client.",
            Self::AuthorizedParty => "The ID token's azp is not this client.",
            Self::Expired => "The ID token has expired: check the clock of this device.",
            Self::Clock => "The ID token is from the future: check the clocks of this device and the server.",
            Self::Nonce => "The ID token's nonce is not the one that was sent.",
            Self::AuthTime => "The ID token's auth_time is missing or too old.",
            Self::AccessTokenHash => "The ID token's at_hash belongs to another access token.",
        }
    }
}

/// A token taken apart. RFC 7515 section 3.1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts<'token> {
    /// JSON of the protected header.
    pub header: Vec<u8>,
    /// JSON of the claims.
    pub payload: Vec<u8>,
    /// The signature.
    pub signature: Vec<u8>,
    /// What was signed: the first two parts as they stand.
    pub signed: &'token str,
}

impl<'token> Parts<'token> {
    /// Takes a token apart.
    ///
    /// # Errors
    /// [`TokenFault::Malformed`] where it is not three parts of strict base64url.
    pub fn split(token: &'token str) -> Result<Self, TokenFault> {
        let (signed, signature) = token.rsplit_once('.').ok_or(TokenFault::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(TokenFault::Malformed)?;
        let part = |text| base64url::decode(text).filter(|it| !it.is_empty()).ok_or(TokenFault::Malformed);
        Ok(Self { header: part(header)?, payload: part(payload)?, signature: part(signature)?, signed })
    }
}

/// The one key that may have signed a token with this header.
///
/// Only the issuer's own keys count: `jwk`, `jku` and `x5u` in a header are not even read.
///
/// # Errors
/// [`TokenFault::Algorithm`], [`TokenFault::Header`] or [`TokenFault::Key`].
pub fn key<'keys>(header: &Header, keys: &'keys JwkSet) -> Result<&'keys Jwk, TokenFault> {
    let kty = match header.alg.as_str() {
        "RS256" => "RSA",
        "ES256" => "EC",
        _ => return Err(TokenFault::Algorithm),
    };
    if header.crit.is_some() || header.typ.as_deref().is_some_and(|typ| !typ.eq_ignore_ascii_case("JWT")) {
        return Err(TokenFault::Header);
    }
    let kid = header.kid.as_deref().filter(|kid| !kid.is_empty()).ok_or(TokenFault::Key)?;
    let mut named = keys.keys.iter().filter(|key| key.kid.as_deref() == Some(kid));
    let key = named.next().ok_or(TokenFault::Key)?;
    if named.next().is_some() {
        return Err(TokenFault::Key);
    }
    let is_for_this = key.kty == kty && key.alg.as_deref().is_none_or(|alg| alg == header.alg);
    if !is_for_this || key.usage.as_deref().is_some_and(|usage| usage != "sig") {
        return Err(TokenFault::Algorithm);
    }
    let usable = if kty == "RSA" {
        (2048..=8192).contains(&bits(&number(key.n.as_deref()))) && is_exponent(&number(key.e.as_deref()))
    } else {
        // RFC 7518 section 6.2.1.2: a coordinate is as long as the curve's field, zeros included.
        let is_coordinate = |text| number(text).len() == 32;
        key.crv.as_deref() == Some("P-256")
            && is_coordinate(key.x.as_deref())
            && is_coordinate(key.y.as_deref())
    };
    if usable { Ok(key) } else { Err(TokenFault::Key) }
}

/// The bytes of a number in a key, big end first; none where it is missing or no base64url.
fn number(text: Option<&str>) -> Vec<u8> {
    text.and_then(base64url::decode).unwrap_or_default()
}

/// How long a number is. Zeros in front do not make it longer.
fn bits(number: &[u8]) -> usize {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let first = number.get(zeros).map_or(0, |byte| byte.leading_zeros() as usize);
    (number.len() - zeros) * 8 - first
}

/// Odd and more than one: with an exponent of one, every message is its own signature.
fn is_exponent(number: &[u8]) -> bool {
    bits(number) > 1 && number.last().is_some_and(|byte| byte % 2 == 1)
}

/// What the claims are held against.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The issuer, with its trailing slash.
    pub issuer: &'a str,
    /// This client.
    pub client_id: &'a str,
    /// The nonce that was sent, if one was.
    pub nonce: Option<&'a str>,
    /// The `max_age` that was asked for, if one was, in seconds.
    pub max_age: Option<f64>,
    /// What `at_hash` has to be, if it is there.
    pub access_token_hash: &'a str,
    /// Seconds since the Unix epoch.
    pub now: f64,
}

/// Holds the claims of a token, whose signature is good, against what is expected.
///
/// # Errors
/// The first claim that does not hold, in the order of OpenID Connect Core section 3.1.3.7.
pub fn check(claims: &Claims, expected: &Expected<'_>) -> Result<(), TokenFault> {
    let ensure = |holds: bool, fault| if holds { Ok(()) } else { Err(fault) };
    let now = expected.now;
    ensure(claims.iss.as_deref() == Some(expected.issuer), TokenFault::Issuer)?;
    ensure(claims.sub.as_deref().is_some_and(|sub| !sub.is_empty()), TokenFault::Subject)?;
    let audiences = claims.aud.as_ref().map_or(&[][..], |aud| aud.0.as_slice());
    ensure(audiences.iter().any(|aud| aud == expected.client_id), TokenFault::Audience)?;
    match claims.azp.as_deref() {
        Some(azp) => ensure(azp == expected.client_id, TokenFault::AuthorizedParty)?,
        None => ensure(audiences.len() == 1, TokenFault::AuthorizedParty)?,
    }
    ensure(claims.exp.is_some_and(|exp| now < exp + LEEWAY), TokenFault::Expired)?;
    ensure(claims.iat.is_some_and(|iat| iat <= now + LEEWAY), TokenFault::Clock)?;
    ensure(claims.nbf.is_none_or(|nbf| nbf <= now + LEEWAY), TokenFault::Clock)?;
    if let Some(nonce) = expected.nonce {
        ensure(claims.nonce.as_deref() == Some(nonce), TokenFault::Nonce)?;
    }
    if let Some(max_age) = expected.max_age {
        let fresh = claims.auth_time.is_some_and(|at| now <= at + max_age + LEEWAY);
        ensure(fresh, TokenFault::AuthTime)?;
    }
    let at_hash_holds = claims.at_hash.as_deref().is_none_or(|hash| hash == expected.access_token_hash);
    ensure(at_hash_holds, TokenFault::AccessTokenHash)
}

/// Bytes as base64url, as tokens and code challenges have them. RFC 7515 appendix C.
pub fn encode(bytes: &[u8]) -> String {
    base64url::encode(bytes)
}

/// What `at_hash` has to be for an access token with this SHA-256. OpenID Connect Core section 3.1.3.6.
pub fn half_hash(sha256: &[u8]) -> String {
    base64url::encode(sha256.get(..16).unwrap_or_default())
}
