//! The keys that sign tokens: RS256, because every client of Auth0 can check it.
//!
//! They are made at the first start and kept in the database, the private half sealed with AES-256-GCM
//! under a key that comes from the pepper: a copy of the database alone signs nothing. With another
//! pepper the old keys cannot be opened; a new one is made, and the old public halves stay published
//! so that tokens that are out there can still be checked.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey},
    encoding::{AsDer as _, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaPublicKeyComponents},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use latch_protocol::{
    claims::Header,
    jwk::{Jwk, JwkSet},
};
use serde::Serialize;
use serde_json::Value;

use crate::{
    clock::Instant,
    failure::Failure,
    secret::{Pepper, sha256},
    store::{
        Store,
        signing_keys::{self, KeptKey},
    },
};

/// The one algorithm.
pub const ALGORITHM: &str = "RS256";

/// All keys, in memory.
pub struct Keys {
    kid: String,
    pair: KeyPair,
    published: JwkSet,
}

impl Keys {
    /// Opens the newest key that the pepper opens, or makes one.
    pub async fn open(store: &Store, pepper: &Pepper, now: Instant) -> Result<Self, Failure> {
        let sealing = pepper.sealing_key().ok_or(Failure::Crypto("no sealing key"))?;
        let mut kept = signing_keys::list(store).await?;
        let opened = kept.iter().find_map(|key| Some((key.kid.clone(), unseal(key, &sealing)?)));
        let (kid, pair) = if let Some(opened) = opened {
            opened
        } else {
            if !kept.is_empty() {
                tracing::warn!("the pepper opens none of the signing keys: a new one is made");
            }
            let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| Failure::Crypto("no new key"))?;
            let key = seal(&pair, &sealing)?;
            signing_keys::put(store, &key, now).await?;
            kept.insert(0, key.clone());
            (key.kid, pair)
        };
        Ok(Self { kid, pair, published: JwkSet { keys: kept.iter().map(jwk).collect() } })
    }

    /// The public halves.
    pub fn published(&self) -> &JwkSet {
        &self.published
    }

    /// Signs claims into a compact JWS. RFC 7515 section 3.1.
    pub fn sign<T: Serialize>(&self, typ: &str, claims: &T) -> Result<String, Failure> {
        let header = Header {
            alg: ALGORITHM.to_owned(),
            typ: Some(typ.to_owned()),
            kid: Some(self.kid.clone()),
            crit: None,
        };
        let header = serde_json::to_vec(&header).map_err(|_| Failure::Json)?;
        let claims = serde_json::to_vec(claims).map_err(|_| Failure::Json)?;
        let mut token = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), token.as_bytes(), &mut signature)
            .map_err(|_| Failure::Crypto("no signature"))?;
        token.push('.');
        token.push_str(&URL_SAFE_NO_PAD.encode(signature));
        Ok(token)
    }

    /// The claims of a token that one of these keys signed as this type. Nothing in the token
    /// chooses how it is checked, except which of our keys it names.
    pub fn verify(&self, typ: &str, token: &str) -> Option<Value> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let header: Header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        if header.alg != ALGORITHM || header.typ.as_deref() != Some(typ) || header.crit.is_some() {
            return None;
        }
        let key = self.published.keys.iter().find(|key| key.kid == header.kid)?;
        let n = URL_SAFE_NO_PAD.decode(key.n.as_deref()?).ok()?;
        let e = URL_SAFE_NO_PAD.decode(key.e.as_deref()?).ok()?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        RsaPublicKeyComponents { n: &n, e: &e }
            .verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature)
            .ok()?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
    }
}

fn seal(pair: &KeyPair, sealing: &[u8; 32]) -> Result<KeptKey, Failure> {
    let public = pair.public_key();
    let modulus = URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero());
    let exponent = URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero());
    let kid = thumbprint(&modulus, &exponent);
    let failed = |_| Failure::Crypto("no seal");
    let der: Pkcs8V1Der<'_> = pair.as_der().map_err(failed)?;
    let mut sealed = der.as_ref().to_vec();
    let nonce = RandomizedNonceKey::new(&AES_256_GCM, sealing)
        .and_then(|key| key.seal_in_place_append_tag(Aad::from(kid.as_bytes()), &mut sealed))
        .map_err(failed)?;
    sealed.splice(0..0, *nonce.as_ref());
    Ok(KeptKey { kid, modulus, exponent, sealed })
}

fn unseal(kept: &KeptKey, sealing: &[u8; 32]) -> Option<KeyPair> {
    let (nonce, sealed) = kept.sealed.split_at_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut sealed = sealed.to_vec();
    let key = RandomizedNonceKey::new(&AES_256_GCM, sealing).ok()?;
    let der = key.open_in_place(nonce, Aad::from(kept.kid.as_bytes()), &mut sealed).ok()?;
    KeyPair::from_pkcs8(der).ok()
}

/// RFC 7638: the hash of the key itself, in the one spelling that section 3 prescribes.
fn thumbprint(modulus: &str, exponent: &str) -> String {
    URL_SAFE_NO_PAD.encode(sha256(&format!(r#"{{"e":"{exponent}","kty":"RSA","n":"{modulus}"}}"#)))
}

fn jwk(kept: &KeptKey) -> Jwk {
    Jwk {
        kty: "RSA".to_owned(),
        kid: Some(kept.kid.clone()),
        usage: Some("sig".to_owned()),
        alg: Some(ALGORITHM.to_owned()),
        n: Some(kept.modulus.clone()),
        e: Some(kept.exponent.clone()),
        ..Jwk::default()
    }
}
