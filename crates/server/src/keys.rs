//! The keys that sign tokens: RS256, because every client of Auth0 can check it.
//!
//! They are kept in the database, the private half sealed with AES-256-GCM under a key that comes from
//! the pepper: a copy of the database alone signs nothing. With another pepper the old keys cannot be
//! opened; a new one is made, and the old public halves stay published so that tokens that are out
//! there can still be checked.
//!
//! Keys are replaced by time. There is always a next one, published long before it signs, and one that
//! has stopped stays published for as long as what it signed is good: whoever reads the published keys
//! now and then never meets a token that none of them checks. Which key signs follows from the times in
//! the database, so that several servers agree.

pub mod by_hand;

use std::sync::{Arc, PoisonError, RwLock};

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
    config::{KeyRules, LONGEST_TOKEN},
    failure::Failure,
    secret::{Pepper, sha256},
    store::{
        Store,
        signing_keys::{self, KeptKey},
    },
};

/// The one algorithm.
pub const ALGORITHM: &str = "RS256";

/// Seconds that a key is published at least before it signs: readers may keep what they read for
/// minutes, and other servers look once a minute.
const LEAD: u32 = 3600;
const DAY: u32 = 86_400;

/// All keys, in memory.
pub struct Keys {
    sealing: [u8; 32],
    rules: KeyRules,
    set: RwLock<Arc<KeySet>>,
}

struct KeySet {
    kid: String,
    pair: Arc<KeyPair>,
    published: Arc<JwkSet>,
    /// Published ones and those that are not published any more.
    known: JwkSet,
}

impl Keys {
    /// Opens the keys, and makes those that are missing.
    pub async fn open(
        store: &Store,
        pepper: &Pepper,
        rules: KeyRules,
        now: Instant,
    ) -> Result<Self, Failure> {
        let sealing = pepper.sealing_key().ok_or(Failure::Crypto("no sealing key"))?;
        let set = read(store, &sealing, rules, now).await?;
        Ok(Self { sealing, rules, set: RwLock::new(Arc::new(set)) })
    }

    /// Goes with the time: another key may have to sign, be made, or not be published any more.
    pub async fn turn(&self, store: &Store, now: Instant) -> Result<(), Failure> {
        let set = Arc::new(read(store, &self.sealing, self.rules, now).await?);
        *self.set.write().unwrap_or_else(PoisonError::into_inner) = set;
        Ok(())
    }

    fn set(&self) -> Arc<KeySet> {
        self.set.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The public halves.
    pub fn published(&self) -> Arc<JwkSet> {
        self.set().published.clone()
    }

    /// Signs claims into a compact JWS. RFC 7515 section 3.1.
    pub fn sign<T: Serialize>(&self, typ: &str, claims: &T) -> Result<String, Failure> {
        let set = self.set();
        let header = Header {
            alg: ALGORITHM.to_owned(),
            typ: Some(typ.to_owned()),
            kid: Some(set.kid.clone()),
            crit: None,
        };
        let header = serde_json::to_vec(&header).map_err(|_| Failure::Json)?;
        let claims = serde_json::to_vec(claims).map_err(|_| Failure::Json)?;
        let mut token = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let mut signature = vec![0; set.pair.public_modulus_len()];
        set.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), token.as_bytes(), &mut signature)
            .map_err(|_| Failure::Crypto("no signature"))?;
        token.push('.');
        token.push_str(&URL_SAFE_NO_PAD.encode(signature));
        Ok(token)
    }

    /// The claims of a token that one of these keys signed as this type. Nothing in the token
    /// chooses how it is checked, except which of our keys it names. Whether it has expired is for the
    /// caller to see, and it may be one that is not published any more.
    pub fn verify(&self, typ: &str, token: &str) -> Option<Value> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let header: Header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        if header.alg != ALGORITHM || header.typ.as_deref() != Some(typ) || header.crit.is_some() {
            return None;
        }
        let set = self.set();
        let key = set.known.keys.iter().find(|key| key.kid == header.kid)?;
        let n = URL_SAFE_NO_PAD.decode(key.n.as_deref()?).ok()?;
        let e = URL_SAFE_NO_PAD.decode(key.e.as_deref()?).ok()?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        RsaPublicKeyComponents { n: &n, e: &e }
            .verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature)
            .ok()?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
    }
}

/// Reads the keys as they are now, and makes those that are missing.
async fn read(store: &Store, sealing: &[u8; 32], rules: KeyRules, now: Instant) -> Result<KeySet, Failure> {
    let mut kept = signing_keys::list(store).await?;
    let mut signing = signing_key(&kept, sealing, now);
    if signing.is_none() {
        // None at all, or none that this pepper opens. In the second case those that are there do not
        // keep a new one out.
        if !kept.is_empty() {
            tracing::warn!("the pepper opens none of the signing keys: a new one is made");
        }
        let unless_after = if kept.is_empty() { Instant(i64::MIN) } else { Instant(i64::MAX) };
        signing_keys::put(store, &generate(*sealing, now).await?, unless_after, now).await?;
        kept = signing_keys::list(store).await?;
        signing = signing_key(&kept, sealing, now);
    }
    let (signing, pair) = signing.ok_or(Failure::Crypto("no key that this pepper opens"))?;
    if rules.rotate_days > 0 && !kept.iter().any(|key| key.active_at > now) {
        let due = Instant(signing.active_at.0 + i64::from(rules.rotate_days) * i64::from(DAY) * 1000);
        let next = generate(*sealing, due.max(now.plus_seconds(LEAD))).await?;
        signing_keys::put(store, &next, now, now).await?;
        kept = signing_keys::list(store).await?;
    }
    // The last that signs stands first: a key has stopped when the one before it in the list began.
    let mut published = Vec::new();
    let mut stopped_at = Instant(i64::MAX);
    for key in &kept {
        if key.kid == signing.kid || stopped_at.plus_seconds(LONGEST_TOKEN) > now {
            published.push(jwk(key));
        }
        stopped_at = stopped_at.min(key.active_at);
    }
    // The one that signs goes first, for readers that look no further.
    published.sort_by_key(|key| key.kid.as_ref() != Some(&signing.kid));
    Ok(KeySet {
        kid: signing.kid,
        pair: Arc::new(pair),
        published: Arc::new(JwkSet { keys: published }),
        known: JwkSet { keys: kept.iter().map(jwk).collect() },
    })
}

/// The key whose time came last, of those that can be opened.
fn signing_key(kept: &[KeptKey], sealing: &[u8; 32], now: Instant) -> Option<(KeptKey, KeyPair)> {
    let mut active = kept.iter().filter(|key| key.active_at <= now);
    active.find_map(|key| Some((key.clone(), unseal(key, sealing)?)))
}

/// Makes a key, away from the threads that answer requests: it takes a while.
async fn generate(sealing: [u8; 32], active_at: Instant) -> Result<KeptKey, Failure> {
    let make = move || {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| Failure::Crypto("no new key"))?;
        seal(&pair, &sealing, active_at)
    };
    tokio::task::spawn_blocking(make).await.map_err(|_| Failure::Crypto("no new key"))?
}

fn seal(pair: &KeyPair, sealing: &[u8; 32], active_at: Instant) -> Result<KeptKey, Failure> {
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
    Ok(KeptKey { kid, modulus, exponent, sealed, active_at })
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
    URL_SAFE_NO_PAD.encode(&*sha256(&format!(r#"{{"e":"{exponent}","kty":"RSA","n":"{modulus}"}}"#)))
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
#[path = "keys_tests.rs"]
mod tests;
