//! The good token, and how every change to it is tried.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use latch_flow::id_token::{Expected, Parts, TokenFault, check, key};
use latch_protocol::{
    claims::{Claims, Header},
    jwk::JwkSet,
};
use serde_json::{Value, json};

pub(super) const NOW: f64 = 1_700_000_000.0;

/// What the issuer sent, and what the client asked for.
pub(super) struct Case {
    pub(super) header: Value,
    pub(super) claims: Value,
    pub(super) keys: Value,
    pub(super) nonce: Option<&'static str>,
    pub(super) max_age: Option<f64>,
}

pub(super) fn good() -> Case {
    Case {
        header: json!({"alg": "RS256", "typ": "JWT", "kid": "rsa"}),
        claims: json!({
            "iss": "https://login.example.com/",
            "sub": "email|1",
            "aud": "demo",
            "iat": NOW,
            "exp": NOW + 36_000.0,
            "email": "ada@example.com",
        }),
        keys: json!({"keys": [rsa("rsa", &modulus(2048)), ec("ec")]}),
        nonce: None,
        max_age: None,
    }
}

pub(super) fn rsa(kid: &str, n: &str) -> Value {
    json!({"kty": "RSA", "kid": kid, "use": "sig", "alg": "RS256", "n": n, "e": "AQAB"})
}

pub(super) fn ec(kid: &str) -> Value {
    let point = BASE64URL.encode([7; 32]);
    json!({"kty": "EC", "kid": kid, "use": "sig", "alg": "ES256", "crv": "P-256", "x": point, "y": point})
}

/// A modulus of so many bits.
pub(super) fn modulus(bits: usize) -> String {
    let mut bytes = vec![0xa5; bits.div_ceil(8)];
    bytes[0] = match bits % 8 {
        0 => 0x80,
        over => 1 << (over - 1),
    };
    BASE64URL.encode(bytes)
}

pub(super) fn compact(case: &Case) -> String {
    let part = |json: &Value| BASE64URL.encode(json.to_string());
    format!("{}.{}.{}", part(&case.header), part(&case.claims), BASE64URL.encode("signature"))
}

/// What the widget does, but for the signature.
pub(super) fn verify(case: &Case) -> Result<(), TokenFault> {
    let token = compact(case);
    let parts = Parts::split(&token)?;
    let header: Header = serde_json::from_slice(&parts.header).map_err(|_| TokenFault::Malformed)?;
    let keys: JwkSet = serde_json::from_value(case.keys.clone()).expect("a key set");
    key(&header, &keys)?;
    let claims: Claims = serde_json::from_slice(&parts.payload).map_err(|_| TokenFault::Malformed)?;
    let expected = Expected {
        issuer: "https://login.example.com/",
        client_id: "demo",
        nonce: case.nonce,
        max_age: case.max_age,
        access_token_hash: "77QmUPtjPfzWtF2AnpK9RQ",
        now: NOW,
    };
    check(&claims, &expected)
}

pub(super) type Change = fn(&mut Case);

/// Every change is made to a good case of its own; `None` means that it is still good.
pub(super) fn hold(table: &[(&str, Change, Option<TokenFault>)]) {
    assert_eq!(verify(&good()), Ok(()));
    let surprises = table.iter().filter_map(|(name, change, fault)| {
        let mut case = good();
        change(&mut case);
        let outcome = verify(&case).err();
        (outcome != *fault).then(|| format!("{name}: {outcome:?} instead of {fault:?}"))
    });
    assert_eq!(surprises.collect::<Vec<_>>(), [""; 0]);
}

pub(super) fn remove(from: &mut Value, name: &str) {
    from.as_object_mut().unwrap().remove(name).expect("it was there");
}
