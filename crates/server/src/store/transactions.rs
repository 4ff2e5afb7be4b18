//! What `/authorize` was asked for while somebody signs in. Named by the hosted page's `state`, of
//! which only the hash is stored.

use super::{Store, Writing};
use crate::clock::Instant;

/// Keeps one.
pub async fn put(
    store: &Store,
    hash: &[u8],
    client: &str,
    request: &str,
    expires_at: Instant,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO transactions (hash, client_id, request, expires_at) VALUES (?, ?, ?, ?)")
        .bind(hash)
        .bind(client)
        .bind(request)
        .bind(expires_at.0)
        .execute(store.writer())
        .await?;
    Ok(())
}

/// What was asked for, while it waits.
pub async fn find(store: &Store, hash: &[u8], now: Instant) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT request FROM transactions WHERE hash = ? AND expires_at > ?")
        .bind(hash)
        .bind(now.0)
        .fetch_optional(store.reader())
        .await
}

/// Ends one. Of any number of calls at most one is told `true`.
pub async fn end(tx: &mut Writing, hash: &[u8], now: Instant) -> Result<bool, sqlx::Error> {
    let ended = sqlx::query("DELETE FROM transactions WHERE hash = ? AND expires_at > ?")
        .bind(hash)
        .bind(now.0)
        .execute(&mut **tx)
        .await?;
    Ok(ended.rows_affected() == 1)
}

/// Lets go of the oldest when there are more than so many: anybody can begin a login.
pub async fn keep_newest(tx: &mut Writing, most: u32) -> Result<(), sqlx::Error> {
    sqlx::query(
        "DELETE FROM transactions WHERE hash IN \
         (SELECT hash FROM transactions ORDER BY expires_at DESC LIMIT -1 OFFSET ?)",
    )
    .bind(most)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
