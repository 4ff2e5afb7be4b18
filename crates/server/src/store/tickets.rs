//! Login tickets: what `/co/authenticate` gives for `/authorize` to take, once.

use super::{Store, Writing, digest};
use crate::{clock::Instant, secret::Digest};

/// What a ticket stands for.
#[derive(Clone, Debug)]
pub struct Ticket {
    /// The session that was begun with it.
    pub sid: String,
    /// The user.
    pub sub: String,
    /// When the user proved who they are, in seconds.
    pub auth_time: i64,
    /// Names the verifier in the browser.
    pub co_id: String,
    /// SHA-256 of the verifier.
    pub verifier: Digest,
}

/// Keeps a ticket.
pub async fn put(
    tx: &mut Writing,
    hash: &[u8],
    client: &str,
    ticket: &Ticket,
    expires_at: Instant,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO tickets (hash, client_id, sid, sub, auth_time, co_id, verifier, expires_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(hash)
    .bind(client)
    .bind(&ticket.sid)
    .bind(&ticket.sub)
    .bind(ticket.auth_time)
    .bind(&ticket.co_id)
    .bind(&*ticket.verifier)
    .bind(expires_at.0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A client's ticket, while it is good.
pub async fn find(
    store: &Store,
    hash: &[u8],
    client: &str,
    now: Instant,
) -> Result<Option<Ticket>, sqlx::Error> {
    let row: Option<(String, String, i64, String, Vec<u8>)> = sqlx::query_as(
        "SELECT sid, sub, auth_time, co_id, verifier FROM tickets \
         WHERE hash = ? AND client_id = ? AND used_at IS NULL AND expires_at > ?",
    )
    .bind(hash)
    .bind(client)
    .bind(now.0)
    .fetch_optional(store.reader())
    .await?;
    let Some((sid, sub, auth_time, co_id, verifier)) = row else { return Ok(None) };
    Ok(Some(Ticket { sid, sub, auth_time, co_id, verifier: digest(&verifier)? }))
}

/// Uses a ticket up. Of any number of calls at most one is told `true`.
pub async fn consume(tx: &mut Writing, hash: &[u8], now: Instant) -> Result<bool, sqlx::Error> {
    let consumed = sqlx::query(
        "UPDATE tickets SET used_at = ?1 WHERE hash = ?2 AND used_at IS NULL AND expires_at > ?1",
    )
    .bind(now.0)
    .bind(hash)
    .execute(&mut **tx)
    .await?;
    Ok(consumed.rows_affected() == 1)
}
