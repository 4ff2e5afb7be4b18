//! The keys that sign tokens.

use super::Store;
use crate::clock::Instant;

/// A key as it is kept.
#[derive(Clone)]
pub struct KeptKey {
    /// RFC 7638 thumbprint.
    pub kid: String,
    /// RSA modulus, base64url.
    pub modulus: String,
    /// RSA exponent, base64url.
    pub exponent: String,
    /// The private half, sealed.
    pub sealed: Vec<u8>,
}

/// All keys, the newest first.
pub async fn list(store: &Store) -> Result<Vec<KeptKey>, sqlx::Error> {
    let rows: Vec<(String, String, String, Vec<u8>)> = sqlx::query_as(
        "SELECT kid, modulus, exponent, sealed FROM signing_keys ORDER BY created_at DESC, kid",
    )
    .fetch_all(store.reader())
    .await?;
    let kept = |(kid, modulus, exponent, sealed)| KeptKey { kid, modulus, exponent, sealed };
    Ok(rows.into_iter().map(kept).collect())
}

/// Adds one.
pub async fn put(store: &Store, key: &KeptKey, now: Instant) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO signing_keys (kid, modulus, exponent, sealed, created_at) VALUES (?, ?, ?, ?, ?)",
    )
    .bind(&key.kid)
    .bind(&key.modulus)
    .bind(&key.exponent)
    .bind(&key.sealed)
    .bind(now.0)
    .execute(store.writer())
    .await?;
    Ok(())
}
