//! Captchas: pictures that wait for their answer, and proofs of work that were shown.

use super::{Store, Writing};
use crate::clock::Instant;

/// Keeps a picture. One of the same name is replaced: a hosted login has one at a time.
pub async fn put_picture(
    store: &Store,
    name: &[u8],
    client: &str,
    answer: &[u8],
    expires_at: Instant,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO captcha_pictures (name, client_id, answer, expires_at) VALUES (?, ?, ?, ?) \
         ON CONFLICT (name) DO UPDATE SET \
         client_id = excluded.client_id, answer = excluded.answer, expires_at = excluded.expires_at",
    )
    .bind(name)
    .bind(client)
    .bind(answer)
    .bind(expires_at.0)
    .execute(store.writer())
    .await?;
    Ok(())
}

/// Uses a client's picture up under all of its names, and gives what its answer is. Of any number of calls at most one
/// is told.
pub async fn take_picture(
    store: &Store,
    name: &[u8],
    client: &str,
    now: Instant,
) -> Result<Option<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar(
        "DELETE FROM captcha_pictures WHERE (client_id, answer, expires_at) IN \
         (SELECT client_id, answer, expires_at FROM captcha_pictures \
          WHERE name = ? AND client_id = ? AND expires_at > ?) RETURNING answer",
    )
    .bind(name)
    .bind(client)
    .bind(now.0)
    .fetch_optional(store.writer())
    .await
}

/// Notes that a proof was shown. Of any number of calls with one name exactly one is told `true`.
pub async fn use_proof(store: &Store, name: &[u8], expires_at: Instant) -> Result<bool, sqlx::Error> {
    let noted =
        sqlx::query("INSERT INTO captcha_proofs (name, expires_at) VALUES (?, ?) ON CONFLICT DO NOTHING")
            .bind(name)
            .bind(expires_at.0)
            .execute(store.writer())
            .await?;
    Ok(noted.rows_affected() == 1)
}

/// Lets go of what nobody can use any more, and of the oldest pictures when there are more than so many:
/// anybody can have one drawn.
pub async fn sweep(tx: &mut Writing, most: u32, now: Instant) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM captcha_proofs WHERE expires_at < ?").bind(now.0).execute(&mut **tx).await?;
    sqlx::query("DELETE FROM captcha_pictures WHERE expires_at < ?").bind(now.0).execute(&mut **tx).await?;
    sqlx::query(
        "DELETE FROM captcha_pictures WHERE name IN \
         (SELECT name FROM captcha_pictures ORDER BY expires_at DESC LIMIT -1 OFFSET ?)",
    )
    .bind(most)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
