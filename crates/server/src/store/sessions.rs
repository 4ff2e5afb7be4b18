//! Browsers in which somebody is signed in. Only the hash of a session's cookie is stored.

use super::{Store, Writing};
use crate::clock::Instant;

/// Somebody is signed in in a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// `sid` of ID tokens.
    pub sid: String,
    /// The user.
    pub sub: String,
    /// The client that was last signed in to.
    pub client: String,
    /// When the user proved who they are, in seconds.
    pub auth_time: i64,
}

/// Begins a session.
pub async fn put(
    tx: &mut Writing,
    session: &Session,
    hash: &[u8],
    idle_at: Instant,
    expires_at: Instant,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO sessions (sid, hash, sub, client_id, auth_time, idle_at, expires_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&session.sid)
    .bind(hash)
    .bind(&session.sub)
    .bind(&session.client)
    .bind(session.auth_time)
    .bind(idle_at.0)
    .bind(expires_at.0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The session of a cookie, while it lasts.
pub async fn find(store: &Store, hash: &[u8], now: Instant) -> Result<Option<Session>, sqlx::Error> {
    let row: Option<(String, String, String, i64)> = sqlx::query_as(
        "SELECT sid, sub, client_id, auth_time FROM sessions \
         WHERE hash = ?1 AND idle_at > ?2 AND expires_at > ?2",
    )
    .bind(hash)
    .bind(now.0)
    .fetch_optional(store.reader())
    .await?;
    Ok(row.map(|(sid, sub, client, auth_time)| Session { sid, sub, client, auth_time }))
}

/// Notes that a session was used for a client.
pub async fn touch(tx: &mut Writing, sid: &str, client: &str, idle_at: Instant) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE sessions SET client_id = ?, idle_at = ? WHERE sid = ?")
        .bind(client)
        .bind(idle_at.0)
        .bind(sid)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Ends the session of a cookie.
pub async fn delete(tx: &mut Writing, hash: &[u8]) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM sessions WHERE hash = ?").bind(hash).execute(&mut **tx).await?;
    Ok(())
}
