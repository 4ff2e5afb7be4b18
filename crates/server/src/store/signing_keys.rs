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
    /// From when on it signs.
    pub active_at: Instant,
}

/// All keys, the one that signs last first.
pub async fn list(store: &Store) -> Result<Vec<KeptKey>, sqlx::Error> {
    let rows: Vec<(String, String, String, Vec<u8>, i64)> = sqlx::query_as(
        "SELECT kid, modulus, exponent, sealed, active_at FROM signing_keys ORDER BY active_at DESC, kid",
    )
    .fetch_all(store.reader())
    .await?;
    let kept = |(kid, modulus, exponent, sealed, active_at)| KeptKey {
        kid,
        modulus,
        exponent,
        sealed,
        active_at: Instant(active_at),
    };
    Ok(rows.into_iter().map(kept).collect())
}

/// Adds one, unless there is one already that is active from a later time on. So of several servers
/// that see at once that a key is missing, one adds it.
pub async fn put(
    store: &Store,
    key: &KeptKey,
    unless_after: Instant,
    now: Instant,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO signing_keys (kid, modulus, exponent, sealed, created_at, active_at) \
         SELECT ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM signing_keys WHERE active_at > ?)",
    )
    .bind(&key.kid)
    .bind(&key.modulus)
    .bind(&key.exponent)
    .bind(&key.sealed)
    .bind(now.0)
    .bind(key.active_at.0)
    .bind(unless_after.0)
    .execute(store.writer())
    .await?;
    Ok(())
}

/// Has the next key sign from the first moment that fails no reader: now, when it was published for so many
/// seconds. Says when that is; nothing where there is no next key.
pub async fn hasten(store: &Store, published: u32, now: Instant) -> Result<Option<Instant>, sqlx::Error> {
    let active_at: Option<i64> = sqlx::query_scalar(
        "UPDATE signing_keys SET active_at = min(active_at, max(?1, created_at + ?2)) \
         WHERE kid = (SELECT kid FROM signing_keys WHERE active_at > ?1 ORDER BY active_at, kid LIMIT 1) \
         RETURNING active_at",
    )
    .bind(now.0)
    .bind(i64::from(published) * 1000)
    .fetch_optional(store.writer())
    .await?;
    Ok(active_at.map(Instant))
}

/// Puts one in the place of all others.
pub async fn replace(store: &Store, key: &KeptKey, now: Instant) -> Result<(), sqlx::Error> {
    let mut tx = store.write().await?;
    sqlx::query("DELETE FROM signing_keys").execute(&mut *tx).await?;
    sqlx::query(
        "INSERT INTO signing_keys (kid, modulus, exponent, sealed, created_at, active_at) \
         VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(&key.kid)
    .bind(&key.modulus)
    .bind(&key.exponent)
    .bind(&key.sealed)
    .bind(now.0)
    .bind(key.active_at.0)
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}
