//! Messages that have to leave. A row is written in the transaction of what it tells, and goes when it
//! was delivered. One that was given up stays for a day without its words, for the operator to see.

use super::{Store, Writing};
use crate::clock::Instant;

/// Whom a message is for that nobody is to get: it costs what others cost, and is then forgotten.
pub const NOBODY: &str = "";

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
    /// Until when whoever writes it delivers it, when they do that themselves.
    pub leased_until: Option<Instant>,
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
    /// When the code in it stops being good.
    pub expires_at: Instant,
    /// How often delivery was begun, this time included.
    pub attempts: i64,
}

/// What a message is about that is being delivered while a newer one takes its place: it is not tried again,
/// as the code in it is none any more and would come last.
const NOTHING: &str = "";

/// Writes a message, in place of the ones about the same.
pub async fn put(tx: &mut Writing, mail: NewMail<'_>) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM outbox WHERE topic = ? AND leased_until IS NULL AND dead_at IS NULL")
        .bind(mail.topic)
        .execute(&mut **tx)
        .await?;
    sqlx::query("UPDATE outbox SET topic = ? WHERE topic = ? AND dead_at IS NULL")
        .bind(NOTHING)
        .bind(mail.topic)
        .execute(&mut **tx)
        .await?;
    sqlx::query(
        "INSERT INTO outbox (id, topic, channel, recipient, payload, language, created_at, expires_at, \
         next_at, leased_until, attempts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
    .bind(mail.leased_until.map(|until| until.0))
    .bind(i64::from(mail.leased_until.is_some()))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes the next message that is due, for as long as the lease runs: that of an email, or that of an SMS.
pub async fn lease(
    store: &Store,
    now: Instant,
    [email, sms]: [Instant; 2],
) -> Result<Option<Leased>, sqlx::Error> {
    let row: Option<(String, String, String, String, i64, i64, i64)> = sqlx::query_as(
        "UPDATE outbox SET leased_until = iif(channel = 'sms', ?, ?), attempts = attempts + 1 WHERE id = ( \
         SELECT id FROM outbox WHERE next_at <= ? AND expires_at > ? AND dead_at IS NULL \
         AND doubtful_at IS NULL AND leased_until IS NULL ORDER BY next_at LIMIT 1) \
         RETURNING id, channel, recipient, payload, created_at, expires_at, attempts",
    )
    .bind(sms.0)
    .bind(email.0)
    .bind(now.0)
    .bind(now.0)
    .fetch_optional(store.writer())
    .await?;
    Ok(row.map(|(id, channel, recipient, payload, created_at, expires_at, attempts)| Leased {
        id,
        channel,
        recipient,
        payload,
        created_at: Instant(created_at),
        expires_at: Instant(expires_at),
        attempts,
    }))
}

/// Whether somebody who undertook to deliver a message has been gone for too long.
pub async fn is_any_overdue(store: &Store, now: Instant) -> Result<bool, sqlx::Error> {
    let overdue: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM outbox WHERE leased_until <= ? AND dead_at IS NULL AND expires_at > ? LIMIT 1",
    )
    .bind(now.0)
    .bind(now.0)
    .fetch_optional(store.reader())
    .await?;
    Ok(overdue.is_some())
}

/// Gives messages whose leases end until then to whoever comes next: emails, and SMS. Before that, the ones
/// that may have been delivered have to be in doubt.
pub async fn release(store: &Store, [email, sms]: [Instant; 2]) -> Result<(), sqlx::Error> {
    let mut tx = store.write().await?;
    sqlx::query(
        "DELETE FROM outbox \
         WHERE leased_until <= iif(channel = 'sms', ?, ?) AND topic = ? AND dead_at IS NULL",
    )
    .bind(sms.0)
    .bind(email.0)
    .bind(NOTHING)
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "UPDATE outbox SET leased_until = NULL \
         WHERE leased_until <= iif(channel = 'sms', ?, ?) AND dead_at IS NULL",
    )
    .bind(sms.0)
    .bind(email.0)
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

/// Forgets messages that have arrived.
pub async fn forget(store: &Store, ids: &[String]) -> Result<(), sqlx::Error> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut tx = store.write().await?;
    for id in ids {
        delete(&mut tx, id).await?;
    }
    tx.commit().await
}

/// Notes of messages that nobody knows whether they were delivered: they are not tried again. Says how
/// many of them there were.
pub async fn doubt(store: &Store, ids: &[String], now: Instant, why: &str) -> Result<u64, sqlx::Error> {
    if ids.is_empty() {
        return Ok(0);
    }
    let mut tx = store.write().await?;
    let mut doubted = 0;
    for id in ids {
        let row = sqlx::query(
            "UPDATE outbox SET doubtful_at = ?, leased_until = NULL, last_error = ? \
             WHERE id = ? AND dead_at IS NULL",
        );
        doubted += row.bind(now.0).bind(why).bind(id).execute(&mut *tx).await?.rows_affected();
    }
    tx.commit().await?;
    Ok(doubted)
}

/// Gives a message back, to be tried again later, with what kept it; unless a newer one has taken its place.
pub async fn retry(store: &Store, id: &str, next_at: Instant, error: &str) -> Result<(), sqlx::Error> {
    let mut tx = store.write().await?;
    sqlx::query("DELETE FROM outbox WHERE id = ? AND topic = ?")
        .bind(id)
        .bind(NOTHING)
        .execute(&mut *tx)
        .await?;
    sqlx::query("UPDATE outbox SET leased_until = NULL, next_at = ?, last_error = ? WHERE id = ?")
        .bind(next_at.0)
        .bind(error)
        .bind(id)
        .execute(&mut *tx)
        .await?;
    tx.commit().await
}

/// Notes what kept a message from whoever has it and tries again.
pub async fn try_again(store: &Store, id: &str, error: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE outbox SET attempts = attempts + 1, last_error = ? WHERE id = ?")
        .bind(error)
        .bind(id)
        .execute(store.writer())
        .await?;
    Ok(())
}

/// Gives a message up, and forgets its words and its code.
pub async fn bury(store: &Store, id: &str, now: Instant, error: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE outbox SET dead_at = ?, last_error = ?, payload = '' WHERE id = ?")
        .bind(now.0)
        .bind(error)
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

/// Gives up the messages whose codes have expired. Says how many there were.
pub async fn bury_expired(store: &Store, now: Instant) -> Result<u64, sqlx::Error> {
    let buried = sqlx::query(
        "UPDATE outbox SET dead_at = ?1, payload = '', \
         last_error = 'expired' || coalesce('; before that: ' || last_error, '') \
         WHERE expires_at <= ?1 AND dead_at IS NULL",
    )
    .bind(now.0)
    .execute(store.writer())
    .await?;
    Ok(buried.rows_affected())
}

/// When the next message is due, or its lease ends, or it expires.
pub async fn next_due(store: &Store) -> Result<Option<Instant>, sqlx::Error> {
    let due: Option<i64> = sqlx::query_scalar(
        "SELECT min(iif(doubtful_at IS NULL, min(max(next_at, coalesce(leased_until, 0)), expires_at), \
         expires_at)) FROM outbox WHERE dead_at IS NULL",
    )
    .fetch_one(store.reader())
    .await?;
    Ok(due.map(Instant))
}

/// A row as the operator sees it.
#[derive(Debug)]
pub struct Status {
    /// Names the row.
    pub id: String,
    /// `email` or `sms`.
    pub channel: String,
    /// The address or number.
    pub recipient: String,
    /// When it was written.
    pub created_at: Instant,
    /// When the code in it stops being good.
    pub expires_at: Instant,
    /// How often delivery was begun.
    pub attempts: i64,
    /// When it is tried next.
    pub next_at: Instant,
    /// Until when somebody is delivering it.
    pub leased_until: Option<Instant>,
    /// Since when nobody knows whether it was delivered.
    pub doubtful_at: Option<Instant>,
    /// Since when it is given up.
    pub dead_at: Option<Instant>,
    /// What kept it last.
    pub last_error: Option<String>,
}

/// The newest rows, and how many there are in all.
pub async fn list(store: &Store, most: u32) -> Result<(Vec<Status>, i64), sqlx::Error> {
    type Row =
        (String, String, String, i64, i64, i64, i64, Option<i64>, Option<i64>, Option<i64>, Option<String>);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, channel, recipient, created_at, expires_at, attempts, next_at, leased_until, \
         doubtful_at, dead_at, last_error FROM outbox ORDER BY created_at DESC LIMIT ?",
    )
    .bind(most)
    .fetch_all(store.reader())
    .await?;
    let status = |row: Row| Status {
        id: row.0,
        channel: row.1,
        recipient: row.2,
        created_at: Instant(row.3),
        expires_at: Instant(row.4),
        attempts: row.5,
        next_at: Instant(row.6),
        leased_until: row.7.map(Instant),
        doubtful_at: row.8.map(Instant),
        dead_at: row.9.map(Instant),
        last_error: row.10,
    };
    let count = sqlx::query_scalar("SELECT count(*) FROM outbox").fetch_one(store.reader()).await?;
    Ok((rows.into_iter().map(status).collect(), count))
}
