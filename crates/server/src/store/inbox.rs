//! The messages that `--dev` shows. They keep their codes: that is what they are for.

use super::{Store, Writing};
use crate::clock::Instant;

/// Older ones go.
const MOST: i64 = 200;

/// A message as it would have arrived.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// Names the message.
    pub id: String,
    /// `email` or `sms`.
    pub channel: String,
    /// The address.
    pub recipient: String,
    /// Subject.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// The code in it.
    pub code: Option<String>,
    /// The link in it.
    pub link: Option<String>,
    /// When it was sent.
    pub sent_at: Instant,
}

/// Puts a message on top. One that is there already (its delivery was begun twice) stays as it is.
pub async fn put(tx: &mut Writing, message: &Arrived) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO inbox (id, channel, recipient, subject, text, html, code, link, sent_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
    )
    .bind(&message.id)
    .bind(&message.channel)
    .bind(&message.recipient)
    .bind(&message.subject)
    .bind(&message.text)
    .bind(&message.html)
    .bind(&message.code)
    .bind(&message.link)
    .bind(message.sent_at.0)
    .execute(&mut **tx)
    .await?;
    sqlx::query("DELETE FROM inbox WHERE number <= (SELECT max(number) FROM inbox) - ?")
        .bind(MOST)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// All messages, the newest first.
pub async fn list(store: &Store) -> Result<Vec<Arrived>, sqlx::Error> {
    type Row = (String, String, String, String, String, String, Option<String>, Option<String>, i64);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, channel, recipient, subject, text, html, code, link, sent_at FROM inbox ORDER BY number DESC",
    )
    .fetch_all(store.reader())
    .await?;
    let arrived = |(id, channel, recipient, subject, text, html, code, link, sent_at): Row| Arrived {
        id,
        channel,
        recipient,
        subject,
        text,
        html,
        code,
        link,
        sent_at: Instant(sent_at),
    };
    Ok(rows.into_iter().map(arrived).collect())
}

/// The HTML part of a message.
pub async fn html(store: &Store, id: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT html FROM inbox WHERE id = ?").bind(id).fetch_optional(store.reader()).await
}
