//! Messages that have to leave. A row is written in the transaction of what it tells, and lives
//! until it was delivered or is no longer worth delivering.

use super::{Store, Writing};
use crate::clock::Instant;

/// A message to be written.
#[derive(Clone, Copy)]
pub struct NewMail<'a> {
    /// Names the row, and the message on its way.
    pub id: &'a str,
    /// What it is about; a newer one about the same takes its place.
    pub topic: &'a str,
    /// `email` or `sms`.
    pub channel: &'a str,
    /// The address or number.
    pub recipient: &'a str,
    /// The message as JSON. It holds the code, so it goes as soon as it can.
    pub payload: &'a str,
    /// What the reader speaks, as their browser says.
    pub language: Option<&'a str>,
    /// Now.
    pub created_at: Instant,
    /// When the code in it stops being good.
    pub expires_at: Instant,
}

/// A message that somebody has undertaken to deliver.
pub struct Leased {
    /// Names the row, and the message on its way.
    pub id: String,
    /// `email` or `sms`.
    pub channel: String,
    /// The address or number.
    pub recipient: String,
    /// The message as JSON.
    pub payload: String,
    /// When it was written.
    pub created_at: Instant,
    /// How often delivery was begun, this time included.
    pub attempts: i64,
}

/// Writes a message, in place of the ones about the same that nobody is delivering.
pub async fn put(tx: &mut Writing, mail: NewMail<'_>) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM outbox WHERE topic = ? AND leased_until IS NULL")
        .bind(mail.topic)
        .execute(&mut **tx)
        .await?;
    sqlx::query(
        "INSERT INTO outbox (id, topic, channel, recipient, payload, language, created_at, expires_at, next_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(mail.id)
    .bind(mail.topic)
    .bind(mail.channel)
    .bind(mail.recipient)
    .bind(mail.payload)
    .bind(mail.language)
    .bind(mail.created_at.0)
    .bind(mail.expires_at.0)
    .bind(mail.created_at.0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes the next message that is due, for as long as the lease runs: should the taker die, another
/// one takes it then.
pub async fn lease(store: &Store, now: Instant, until: Instant) -> Result<Option<Leased>, sqlx::Error> {
    let row: Option<(String, String, String, String, i64, i64)> = sqlx::query_as(
        "UPDATE outbox SET leased_until = ?, attempts = attempts + 1 WHERE id = ( \
         SELECT id FROM outbox WHERE next_at <= ? AND expires_at > ? \
         AND (leased_until IS NULL OR leased_until <= ?) ORDER BY next_at LIMIT 1) \
         RETURNING id, channel, recipient, payload, created_at, attempts",
    )
    .bind(until.0)
    .bind(now.0)
    .bind(now.0)
    .bind(now.0)
    .fetch_optional(store.writer())
    .await?;
    Ok(row.map(|(id, channel, recipient, payload, created_at, attempts)| Leased {
        id,
        channel,
        recipient,
        payload,
        created_at: Instant(created_at),
        attempts,
    }))
}

/// Gives a message back, to be tried again later.
pub async fn retry(store: &Store, id: &str, next_at: Instant) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE outbox SET leased_until = NULL, next_at = ? WHERE id = ?")
        .bind(next_at.0)
        .bind(id)
        .execute(store.writer())
        .await?;
    Ok(())
}

/// Forgets a message, with the code in it.
pub async fn delete(tx: &mut Writing, id: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM outbox WHERE id = ?").bind(id).execute(&mut **tx).await?;
    Ok(())
}

/// Forgets the messages whose codes have expired. Says how many there were.
pub async fn delete_expired(store: &Store, now: Instant) -> Result<u64, sqlx::Error> {
    let deleted =
        sqlx::query("DELETE FROM outbox WHERE expires_at <= ?").bind(now.0).execute(store.writer()).await?;
    Ok(deleted.rows_affected())
}

/// When the next message is due, or its lease ends, or it expires.
pub async fn next_due(store: &Store) -> Result<Option<Instant>, sqlx::Error> {
    let due: Option<i64> = sqlx::query_scalar(
        "SELECT min(min(max(next_at, coalesce(leased_until, 0)), expires_at)) FROM outbox",
    )
    .fetch_one(store.reader())
    .await?;
    Ok(due.map(Instant))
}
