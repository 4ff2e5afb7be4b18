//! Signatures, through WebCrypto: no key and no arithmetic of our own in the wasm.

use js_sys::{Array, Object, Reflect, Uint8Array};
use latch_flow::{
    effect::TokenCheck,
    event::Evidence,
    id_token::{self, Parts, TokenFault},
};
use latch_protocol::{
    claims::{Claims, Header},
    jwk::Jwk,
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

use super::json;

/// Takes an ID token apart and checks its signature, then calls `done` once.
pub(super) async fn check(check: TokenCheck, done: Box<dyn FnOnce(Result<Evidence, TokenFault>)>) {
    done(evidence(&check).await);
}

async fn evidence(check: &TokenCheck) -> Result<Evidence, TokenFault> {
    let parts = Parts::split(&check.id_token)?;
    let header: Header = decode(&parts.header)?;
    let key = id_token::key(&header, &check.keys)?;
    let subtle = subtle().ok_or(TokenFault::Insecure)?;
    let algorithm = algorithm(&header.alg);
    let key = import(&subtle, key, &header.alg, &algorithm).await.ok_or(TokenFault::Key)?;
    let data = Uint8Array::from(parts.signed.as_bytes());
    let signature = Uint8Array::from(parts.signature.as_slice());
    let holds = subtle
        .verify_with_object_and_js_u8_array_and_js_u8_array(&algorithm, &key, &signature, &data)
        .map_err(|_| TokenFault::Signature)?;
    let holds = JsFuture::from(holds).await.map_err(|_| TokenFault::Signature)?;
    if holds != JsValue::TRUE {
        return Err(TokenFault::Signature);
    }
    let claims: Claims = decode(&parts.payload)?;
    let token = Uint8Array::from(check.access_token.as_bytes());
    let hash =
        subtle.digest_with_str_and_js_u8_array("SHA-256", &token).map_err(|_| TokenFault::AccessTokenHash)?;
    let hash = JsFuture::from(hash).await.map_err(|_| TokenFault::AccessTokenHash)?;
    let access_token_hash = id_token::half_hash(&Uint8Array::new(&hash).to_vec());
    Ok(Evidence { claims, access_token_hash })
}

fn decode<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, TokenFault> {
    let text = core::str::from_utf8(bytes).map_err(|_| TokenFault::Malformed)?;
    json::read(text).ok_or(TokenFault::Malformed)
}

/// Missing where the page is neither https nor localhost.
fn subtle() -> Option<SubtleCrypto> {
    let crypto = web_sys::window()?.crypto().ok()?;
    Reflect::get(&crypto, &JsValue::from_str("subtle")).ok()?.dyn_into().ok()
}

/// WebCrypto's name for a JWS algorithm (RFC 7518 section 3.1).
fn algorithm(alg: &str) -> Object {
    let (name, curve) = if alg == "ES256" { ("ECDSA", "P-256") } else { ("RSASSA-PKCS1-v1_5", "") };
    let algorithm = Object::new();
    set(&algorithm, "name", name);
    set(&algorithm, "hash", "SHA-256");
    if !curve.is_empty() {
        set(&algorithm, "namedCurve", curve);
    }
    algorithm
}

async fn import(subtle: &SubtleCrypto, key: &Jwk, alg: &str, algorithm: &Object) -> Option<CryptoKey> {
    let jwk = Object::new();
    set(&jwk, "kty", &key.kty);
    set(&jwk, "alg", alg);
    let parts = [("n", &key.n), ("e", &key.e), ("crv", &key.crv), ("x", &key.x), ("y", &key.y)];
    for (name, part) in parts {
        if let Some(part) = part {
            set(&jwk, name, part);
        }
    }
    let usages = Array::of1(&JsValue::from_str("verify"));
    let key = subtle.import_key_with_object("jwk", &jwk, algorithm, false, &usages).ok()?;
    JsFuture::from(key).await.ok()?.dyn_into().ok()
}

fn set(object: &Object, name: &str, value: &str) {
    // Setting a property of a plain object that we just made cannot fail.
    let _ = Reflect::set(object, &JsValue::from_str(name), &JsValue::from_str(value));
}
