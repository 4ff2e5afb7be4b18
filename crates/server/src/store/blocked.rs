//! People whom the operator keeps out, whether or not they have an account.

use super::{Store, Writing};
use crate::{clock::Instant, proof::Identity};

/// Keeps somebody out, unless they are kept out already.
pub async fn put(tx: &mut Writing, identity: &Identity, now: Instant) -> Result<bool, sqlx::Error> {
    let put =
        sqlx::query("INSERT INTO blocked (connection, identity, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
            .bind(identity.connection)
            .bind(&identity.value)
            .bind(now.0)
            .execute(&mut **tx)
            .await?;
    Ok(put.rows_affected() == 1)
}

/// Lets somebody in again.
pub async fn remove(tx: &mut Writing, identity: &Identity) -> Result<bool, sqlx::Error> {
    let removed = sqlx::query("DELETE FROM blocked WHERE connection = ? AND identity = ?")
        .bind(identity.connection)
        .bind(&identity.value)
        .execute(&mut **tx)
        .await?;
    Ok(removed.rows_affected() > 0)
}

/// Ends whatever a user is signed in by. Refresh tokens stay, and are refused as long as the user is blocked: whoever
/// shows one hears why.
pub async fn sign_out(tx: &mut Writing, sub: &str) -> Result<(), sqlx::Error> {
    for statement in [
        "DELETE FROM sessions WHERE sub = ?",
        "DELETE FROM tickets WHERE sub = ?",
        "DELETE FROM authorization_codes WHERE sub = ?",
        "DELETE FROM access_tokens WHERE sub = ?",
    ] {
        sqlx::query(statement).bind(sub).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Whether a user is kept out, seen in the transaction that would let them in.
pub async fn holds(tx: &mut Writing, identity: &Identity) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM blocked WHERE connection = ? AND identity = ?)")
        .bind(identity.connection)
        .bind(&identity.value)
        .fetch_one(&mut **tx)
        .await
}

/// The same, where nothing is written.
pub async fn is_blocked(store: &Store, sub: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM blocked JOIN users USING (connection, identity) WHERE sub = ?)",
    )
    .bind(sub)
    .fetch_one(store.reader())
    .await
}

/// Whether nothing is sent to somebody, who may be disabled too; and whether there is anybody at the connection to
/// whom nothing is.
pub async fn is_silent(
    store: &Store,
    person: &str,
    identity: &Identity,
) -> Result<(bool, bool), sqlx::Error> {
    sqlx::query_as(
        "SELECT EXISTS (SELECT 1 FROM guessed WHERE person = ?1 AND disabled_at IS NOT NULL) \
         OR EXISTS (SELECT 1 FROM blocked WHERE connection = ?2 AND identity = ?3), \
         EXISTS (SELECT 1 FROM guessed WHERE connection = ?2 AND disabled_at IS NOT NULL) \
         OR EXISTS (SELECT 1 FROM blocked WHERE connection = ?2)",
    )
    .bind(person)
    .bind(identity.connection)
    .bind(&identity.value)
    .fetch_one(store.reader())
    .await
}
