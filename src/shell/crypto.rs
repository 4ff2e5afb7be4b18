//! Signatures, through WebCrypto: no key and no arithmetic of our own in the wasm.

use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
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

use super::{json, set};

/// Takes an ID token apart and checks its signature, then calls `done` once.
pub(super) fn check(check: &TokenCheck, done: Box<dyn FnOnce(Result<Evidence, TokenFault>)>) {
    match Ready::new(check) {
        Ok(ready) => super::spawn(Box::pin(async move { done(ready.evidence().await) })),
        Err(fault) => done(Err(fault)),
    }
}

/// All that is left to WebCrypto. Only the browser's values, so that waiting for it holds little.
struct Ready {
    subtle: SubtleCrypto,
    algorithm: Object,
    jwk: Object,
    signed: Uint8Array,
    signature: Uint8Array,
    access_token: Uint8Array,
    payload: Vec<u8>,
}

impl Ready {
    fn new(check: &TokenCheck) -> Result<Self, TokenFault> {
        let parts = Parts::split(&check.id_token)?;
        let header: Header = decode(&parts.header)?;
        let key = id_token::key(&header, &check.keys)?;
        Ok(Self {
            subtle: subtle().ok_or(TokenFault::Insecure)?,
            algorithm: algorithm(&header.alg),
            jwk: jwk(key, &header.alg),
            signed: Uint8Array::from(parts.signed.as_bytes()),
            signature: Uint8Array::from(parts.signature.as_slice()),
            access_token: Uint8Array::from(check.access_token.as_bytes()),
            payload: parts.payload,
        })
    }

    async fn evidence(self) -> Result<Evidence, TokenFault> {
        let usages = Array::of1(&JsValue::from_str("verify"));
        let key = self.subtle.import_key_with_object("jwk", &self.jwk, &self.algorithm, false, &usages);
        let key: CryptoKey = settle(key).await.ok_or(TokenFault::Key)?.unchecked_into();
        let holds = self.subtle.verify_with_object_and_js_u8_array_and_js_u8_array(
            &self.algorithm,
            &key,
            &self.signature,
            &self.signed,
        );
        if settle(holds).await != Some(JsValue::TRUE) {
            return Err(TokenFault::Signature);
        }
        let hash = self.subtle.digest_with_str_and_js_u8_array("SHA-256", &self.access_token);
        let hash = settle(hash).await.ok_or(TokenFault::AccessTokenHash)?;
        let claims: Claims = decode(&self.payload)?;
        Ok(Evidence {
            claims,
            access_token_hash: id_token::half_hash(&Uint8Array::new(&hash).to_vec()),
            #[cfg(feature = "full")]
            who: who(&self.payload),
        })
    }
}

/// So many random bytes, base64url.
#[cfg(feature = "full")]
pub(super) fn random(count: u32) -> Option<String> {
    let crypto = web_sys::window()?.crypto().ok()?;
    let bytes = Uint8Array::new_with_length(count);
    crypto.get_random_values_with_js_u8_array(&bytes).ok()?;
    Some(id_token::encode(&bytes.to_vec()))
}

/// The SHA-256 of a text, base64url.
#[cfg(feature = "full")]
pub(super) async fn sha256(text: &str) -> Option<String> {
    let bytes = Uint8Array::from(text.as_bytes());
    let hash = settle(subtle()?.digest_with_str_and_js_u8_array("SHA-256", &bytes)).await?;
    Some(id_token::encode(&Uint8Array::new(&hash).to_vec()))
}

/// What a promise of WebCrypto's gives; why it gives nothing tells nobody anything.
async fn settle(promise: Result<Promise, JsValue>) -> Option<JsValue> {
    JsFuture::from(promise.ok()?).await.ok()
}

fn decode<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, TokenFault> {
    let text = core::str::from_utf8(bytes).map_err(|_| TokenFault::Malformed)?;
    json::read(text).ok_or(TokenFault::Malformed)
}

/// The first of what names a user to themselves. OpenID Connect Core section 5.1.
#[cfg(feature = "full")]
fn who(payload: &[u8]) -> Option<String> {
    let claims = js_sys::JSON::parse(core::str::from_utf8(payload).ok()?).ok()?;
    let claim = |name: &&str| Reflect::get(&claims, &JsValue::from_str(name)).ok()?.as_string();
    ["email", "phone_number", "preferred_username", "name", "nickname"].iter().find_map(claim)
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
    set(&algorithm, "name", &JsValue::from_str(name));
    set(&algorithm, "hash", &JsValue::from_str("SHA-256"));
    if !curve.is_empty() {
        set(&algorithm, "namedCurve", &JsValue::from_str(curve));
    }
    algorithm
}

fn jwk(key: &Jwk, alg: &str) -> Object {
    let jwk = Object::new();
    set(&jwk, "kty", &JsValue::from_str(&key.kty));
    set(&jwk, "alg", &JsValue::from_str(alg));
    let parts = [("n", &key.n), ("e", &key.e), ("crv", &key.crv), ("x", &key.x), ("y", &key.y)];
    for (name, part) in parts {
        if let Some(part) = part {
            set(&jwk, name, &JsValue::from_str(part));
        }
    }
    jwk
}
