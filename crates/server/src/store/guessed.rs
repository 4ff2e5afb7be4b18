//! Guesses at one person's codes in a row, whoever guesses from wherever.

use super::Writing;
use crate::clock::Instant;

/// Counts one more guess, before it is compared.
pub async fn count(
    tx: &mut Writing,
    person: &str,
    connection: &str,
    now: Instant,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO guessed (person, connection, in_a_row, last_at) VALUES (?, ?, 1, ?) \
         ON CONFLICT (person) DO UPDATE SET in_a_row = in_a_row + 1, last_at = excluded.last_at",
    )
    .bind(person)
    .bind(connection)
    .bind(now.0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A guess was wrong: disables the person when too many were. Of any number of calls one is told `true`.
pub async fn disable_after(
    tx: &mut Writing,
    person: &str,
    most: u32,
    now: Instant,
) -> Result<bool, sqlx::Error> {
    let disabled = sqlx::query(
        "UPDATE guessed SET disabled_at = ? WHERE person = ? AND in_a_row >= ? AND disabled_at IS NULL",
    )
    .bind(now.0)
    .bind(person)
    .bind(most)
    .execute(&mut **tx)
    .await?;
    Ok(disabled.rows_affected() == 1)
}

/// A guess was right: the row begins anew. It does not for somebody who is disabled.
pub async fn forget(tx: &mut Writing, person: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM guessed WHERE person = ? AND disabled_at IS NULL")
        .bind(person)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Lets somebody sign in again.
pub async fn enable(tx: &mut Writing, person: &str) -> Result<bool, sqlx::Error> {
    let enabled = sqlx::query("DELETE FROM guessed WHERE person = ?").bind(person).execute(&mut **tx).await?;
    Ok(enabled.rows_affected() > 0)
}

/// Whether somebody is disabled, seen in the transaction that would let them in.
pub async fn is_disabled(tx: &mut Writing, person: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM guessed WHERE person = ? AND disabled_at IS NOT NULL)")
        .bind(person)
        .fetch_one(&mut **tx)
        .await
}

/// Lets go of those that nobody has guessed at for long.
pub async fn sweep(tx: &mut Writing, before: Instant) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM guessed WHERE last_at < ? AND disabled_at IS NULL")
        .bind(before.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
