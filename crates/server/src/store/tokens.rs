//! Opaque access tokens, and refresh tokens in their families. Only hashes are stored.

use super::{Store, Writing};
use crate::clock::Instant;

/// What an opaque access token stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The client that it was given to.
    pub client: String,
    /// The user.
    pub sub: String,
    /// What was granted, space-separated.
    pub scope: String,
}

/// One login with `offline_access`: all refresh tokens that descend from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Family {
    /// Names the family.
    pub id: String,
    /// The client that it was given to.
    pub client: String,
    /// The user.
    pub sub: String,
    /// What was granted, space-separated. A refresh can ask for less, never for more.
    pub scope: String,
    /// The API that access tokens are for.
    pub audience: Option<String>,
    /// `sid` of ID tokens.
    pub sid: String,
    /// When the user proved who they are, in seconds.
    pub auth_time: i64,
    /// The end of all its tokens; rotation does not move it.
    pub expires_at: Instant,
}

/// What became of a refresh token that was shown.
#[derive(Debug)]
pub enum Refresh {
    /// It was the family's newest, and no longer is.
    Rotated(Family),
    /// It had been used before: somebody else has it. The family is gone.
    Reused,
    /// It is unknown, expired or another client's.
    Nothing,
}

/// What an access token came of, and ends with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Source<'a> {
    /// The family of refresh tokens.
    pub family: Option<&'a str>,
    /// The hash of the authorization code.
    pub code: Option<&'a [u8]>,
}

/// Keeps an access token.
pub async fn put_access(
    tx: &mut Writing,
    hash: &[u8],
    access: &Access,
    source: Source<'_>,
    expires_at: Instant,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO access_tokens (hash, client_id, sub, scope, family, code, expires_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(hash)
    .bind(&access.client)
    .bind(&access.sub)
    .bind(&access.scope)
    .bind(source.family)
    .bind(source.code)
    .bind(expires_at.0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What an access token stands for, while it is good.
pub async fn find_access(store: &Store, hash: &[u8], now: Instant) -> Result<Option<Access>, sqlx::Error> {
    let row: Option<(String, String, String)> =
        sqlx::query_as("SELECT client_id, sub, scope FROM access_tokens WHERE hash = ? AND expires_at > ?")
            .bind(hash)
            .bind(now.0)
            .fetch_optional(store.reader())
            .await?;
    Ok(row.map(|(client, sub, scope)| Access { client, sub, scope }))
}

/// Begins a family; with the hash of the authorization code that it came of.
pub async fn put_family(tx: &mut Writing, family: &Family, code: Option<&[u8]>) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO families (id, client_id, sub, scope, audience, sid, auth_time, code, expires_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&family.id)
    .bind(&family.client)
    .bind(&family.sub)
    .bind(&family.scope)
    .bind(&family.audience)
    .bind(&family.sid)
    .bind(family.auth_time)
    .bind(code)
    .bind(family.expires_at.0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Adds the family's newest refresh token.
pub async fn put_refresh(tx: &mut Writing, hash: &[u8], family: &str) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO refresh_tokens (hash, family) VALUES (?, ?)")
        .bind(hash)
        .bind(family)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Uses a refresh token up, or revokes its family when that was done before (RFC 9700 section 4.14).
/// The caller commits either way: the revocation has to last too.
pub async fn rotate(
    tx: &mut Writing,
    hash: &[u8],
    client: &str,
    now: Instant,
) -> Result<Refresh, sqlx::Error> {
    let rotated: Option<(String,)> = sqlx::query_as(
        "UPDATE refresh_tokens SET used_at = ?1 WHERE hash = ?2 AND used_at IS NULL \
         AND family IN (SELECT id FROM families WHERE client_id = ?3 AND expires_at > ?1) RETURNING family",
    )
    .bind(now.0)
    .bind(hash)
    .bind(client)
    .fetch_optional(&mut **tx)
    .await?;
    if let Some((id,)) = rotated {
        return Ok(Refresh::Rotated(family(tx, id).await?));
    }
    let reused = sqlx::query(
        "DELETE FROM families WHERE client_id = ? AND expires_at > ? \
         AND id = (SELECT family FROM refresh_tokens WHERE hash = ? AND used_at IS NOT NULL)",
    )
    .bind(client)
    .bind(now.0)
    .bind(hash)
    .execute(&mut **tx)
    .await?;
    Ok(if reused.rows_affected() > 0 { Refresh::Reused } else { Refresh::Nothing })
}

async fn family(tx: &mut Writing, id: String) -> Result<Family, sqlx::Error> {
    type Row = (String, String, String, Option<String>, String, i64, i64);
    let (client, sub, scope, audience, sid, auth_time, expires_at): Row = sqlx::query_as(
        "SELECT client_id, sub, scope, audience, sid, auth_time, expires_at FROM families WHERE id = ?",
    )
    .bind(&id)
    .fetch_one(&mut **tx)
    .await?;
    Ok(Family { id, client, sub, scope, audience, sid, auth_time, expires_at: Instant(expires_at) })
}

/// Revokes a token of a client, whichever kind it is: a refresh token with its whole family, an
/// access token alone. An unknown one is no error (RFC 7009 section 2.2).
pub async fn revoke(tx: &mut Writing, hash: &[u8], client: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "DELETE FROM families WHERE client_id = ? AND id = (SELECT family FROM refresh_tokens WHERE hash = ?)",
    )
    .bind(client)
    .bind(hash)
    .execute(&mut **tx)
    .await?;
    sqlx::query("DELETE FROM access_tokens WHERE client_id = ? AND hash = ?")
        .bind(client)
        .bind(hash)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
