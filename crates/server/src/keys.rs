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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::secret::Secret;

    async fn store(folder: &tempfile::TempDir) -> Store {
        Store::open(&folder.path().join("latch.db")).await.unwrap()
    }

    fn pepper(text: &str) -> Pepper {
        Pepper::new(Secret::new(text))
    }

    #[tokio::test]
    async fn the_key_is_made_once_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let first = Keys::open(&store(&folder).await, &pepper("a"), Instant(0)).await.unwrap();
        let token = first.sign("JWT", &json!({"a": 1})).unwrap();
        let second = Keys::open(&store(&folder).await, &pepper("a"), Instant(1)).await.unwrap();
        assert_eq!(first.kid, second.kid);
        assert_eq!(second.verify("JWT", &token), Some(json!({"a": 1})));
    }

    #[tokio::test]
    async fn another_pepper_gets_another_key_and_the_old_one_still_checks() {
        let folder = tempfile::tempdir().unwrap();
        let first = Keys::open(&store(&folder).await, &pepper("a"), Instant(0)).await.unwrap();
        let token = first.sign("JWT", &json!({})).unwrap();
        let second = Keys::open(&store(&folder).await, &pepper("b"), Instant(1)).await.unwrap();
        assert_ne!(first.kid, second.kid);
        assert_eq!(second.published().keys.len(), 2);
        assert!(second.verify("JWT", &token).is_some());
    }

    #[tokio::test]
    async fn the_private_half_is_not_readable_in_the_database_and_the_file_is_private() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        let keys = Keys::open(&store, &pepper("a"), Instant(0)).await.unwrap();
        let der: Pkcs8V1Der<'_> = keys.pair.as_der().unwrap();
        store.close().await;
        let file = folder.path().join("latch.db");
        let bytes = std::fs::read(&file).unwrap();
        let private = &der.as_ref()[der.as_ref().len() - 64..];
        assert!(!bytes.windows(private.len()).any(|part| part == private));
        assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[tokio::test]
    async fn only_what_these_keys_signed_as_this_type_verifies() {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keys::open(&store(&folder).await, &pepper("a"), Instant(0)).await.unwrap();
        let token = keys.sign("JWT", &json!({"sub": "a"})).unwrap();
        let parts: Vec<&str> = token.split('.').collect();
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        // Signed by the right key: only what the header says is wrong.
        let signed = |change: &Value| {
            let mut header = json!({"alg": "RS256", "typ": "JWT", "kid": keys.kid});
            for (name, value) in change.as_object().unwrap() {
                header[name] = value.clone();
            }
            let signed = format!("{}.{}", encode(&header), parts[1]);
            let mut signature = vec![0; keys.pair.public_modulus_len()];
            let random = SystemRandom::new();
            keys.pair.sign(&RSA_PKCS1_SHA256, &random, signed.as_bytes(), &mut signature).unwrap();
            format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
        };
        assert!(keys.verify("JWT", &token).is_some());
        assert!(keys.verify("JWT", &signed(&json!({}))).is_some());
        for forged in [
            signed(&json!({"alg": "none"})),
            signed(&json!({"alg": "HS256"})),
            signed(&json!({"crit": ["x"]})),
            signed(&json!({"kid": "x"})),
            signed(&json!({"kid": null})),
            signed(&json!({"typ": null})),
            format!("{}.{}.{}", parts[0], encode(&json!({"sub": "b"})), parts[2]),
            format!("{}.{}.", parts[0], parts[1]),
            format!("{}.{}", parts[0], parts[1]),
            format!("{token}.x"),
            String::new(),
        ] {
            assert_eq!(keys.verify("JWT", &forged), None, "{forged}");
        }
        assert_eq!(keys.verify("at+jwt", &token), None);
    }

    #[test]
    fn the_kid_is_the_thumbprint_of_rfc_7638() {
        // Section 3.1 of the RFC.
        let modulus = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        assert_eq!(thumbprint(modulus, "AQAB"), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }
}
