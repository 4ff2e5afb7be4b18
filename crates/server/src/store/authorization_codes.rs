//! Authorization codes: each is good once, for its own client. Only hashes are stored.

use super::Writing;
use crate::clock::Instant;

/// What a code stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    /// Where it was sent to.
    pub redirect_uri: String,
    /// The user.
    pub sub: String,
    /// What was granted, space-separated.
    pub scope: String,
    /// The API that the access token is for.
    pub audience: Option<String>,
    /// `nonce` of the request.
    pub nonce: Option<String>,
    /// `code_challenge` of the request.
    pub challenge: Option<String>,
    /// `sid`.
    pub sid: String,
    /// When the user proved who they are, in seconds.
    pub auth_time: i64,
}

/// What became of a code that was shown.
#[derive(Debug)]
pub enum Redeemed {
    /// It was good, and no longer is.
    First(Granted),
    /// It had been used before: what it gave is taken back.
    Again,
    /// It is unknown, expired or another client's.
    Nothing,
}

/// Keeps a code.
pub async fn put(
    tx: &mut Writing,
    hash: &[u8],
    client: &str,
    granted: &Granted,
    expires_at: Instant,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO authorization_codes \
         (hash, client_id, redirect_uri, sub, scope, audience, nonce, challenge, sid, auth_time, expires_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(hash)
    .bind(client)
    .bind(&granted.redirect_uri)
    .bind(&granted.sub)
    .bind(&granted.scope)
    .bind(&granted.audience)
    .bind(&granted.nonce)
    .bind(&granted.challenge)
    .bind(&granted.sid)
    .bind(granted.auth_time)
    .bind(expires_at.0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Uses a code up, or takes back what it gave when that was done before (RFC 6749 section 4.1.2). The
/// caller commits either way.
pub async fn redeem(
    tx: &mut Writing,
    hash: &[u8],
    client: &str,
    now: Instant,
) -> Result<Redeemed, sqlx::Error> {
    type Row = (String, String, String, Option<String>, Option<String>, Option<String>, String, i64);
    let row: Option<Row> = sqlx::query_as(
        "UPDATE authorization_codes SET used_at = ?1 \
         WHERE hash = ?2 AND client_id = ?3 AND used_at IS NULL AND expires_at > ?1 \
         RETURNING redirect_uri, sub, scope, audience, nonce, challenge, sid, auth_time",
    )
    .bind(now.0)
    .bind(hash)
    .bind(client)
    .fetch_optional(&mut **tx)
    .await?;
    if let Some((redirect_uri, sub, scope, audience, nonce, challenge, sid, auth_time)) = row {
        let granted = Granted { redirect_uri, sub, scope, audience, nonce, challenge, sid, auth_time };
        return Ok(Redeemed::First(granted));
    }
    let used: Option<(i64,)> = sqlx::query_as(
        "SELECT used_at FROM authorization_codes \
         WHERE hash = ? AND client_id = ? AND used_at IS NOT NULL",
    )
    .bind(hash)
    .bind(client)
    .fetch_optional(&mut **tx)
    .await?;
    if used.is_none() {
        return Ok(Redeemed::Nothing);
    }
    sqlx::query("DELETE FROM families WHERE code = ?").bind(hash).execute(&mut **tx).await?;
    sqlx::query("DELETE FROM access_tokens WHERE code = ?").bind(hash).execute(&mut **tx).await?;
    Ok(Redeemed::Again)
}
