//! Browsers and networks that somebody has signed in from. Only hashes are stored.

use super::{Store, Writing};
use crate::clock::Instant;

/// The first of these marks that is known of somebody.
pub async fn known<'a>(
    store: &Store,
    person: &str,
    marks: impl Iterator<Item = &'a [u8]>,
    now: Instant,
) -> Result<Option<&'a [u8]>, sqlx::Error> {
    for mark in marks {
        let found: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM devices WHERE person = ? AND mark = ? AND until > ?)",
        )
        .bind(person)
        .bind(mark)
        .bind(now.0)
        .fetch_one(store.reader())
        .await?;
        if found {
            return Ok(Some(mark));
        }
    }
    Ok(None)
}

/// Keeps a mark of somebody, and of all of theirs the newest.
pub async fn put(
    tx: &mut Writing,
    person: &str,
    mark: &[u8],
    until: Instant,
    most: u32,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO devices (person, mark, until) VALUES (?, ?, ?) \
         ON CONFLICT (person, mark) DO UPDATE SET until = excluded.until",
    )
    .bind(person)
    .bind(mark)
    .bind(until.0)
    .execute(&mut **tx)
    .await?;
    sqlx::query(
        "DELETE FROM devices WHERE person = ?1 AND mark IN \
         (SELECT mark FROM devices WHERE person = ?1 ORDER BY until DESC LIMIT -1 OFFSET ?2)",
    )
    .bind(person)
    .bind(most)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Gives a browser another secret: it stays known to all who have signed in there.
pub async fn rename(tx: &mut Writing, old: &[u8], new: &[u8]) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE devices SET mark = ? WHERE mark = ?").bind(new).bind(old).execute(&mut **tx).await?;
    Ok(())
}

/// Lets go of those that nobody has signed in from for long.
pub async fn sweep(tx: &mut Writing, now: Instant) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM devices WHERE until < ?").bind(now.0).execute(&mut **tx).await?;
    Ok(())
}
