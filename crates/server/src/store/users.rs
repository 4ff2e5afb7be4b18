//! Users. One is made when a code was right for the first time, never before.

use super::{Store, Writing};
use crate::clock::Instant;

/// Somebody who has signed in.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// `sub`, for example `email|64b0…`.
    pub sub: String,
    /// The canonical identity.
    pub identity: String,
    /// `updated_at`.
    pub updated_at: Instant,
}

/// Finds the user of an identity, or makes one with this `sub`.
pub async fn find_or_create(
    tx: &mut Writing,
    connection: &str,
    identity: &str,
    sub: &str,
    now: Instant,
) -> Result<User, sqlx::Error> {
    let (sub, updated_at): (String, i64) = sqlx::query_as(
        "INSERT INTO users (sub, connection, identity, created_at, updated_at) VALUES (?, ?, ?, ?, ?) \
         ON CONFLICT (connection, identity) DO UPDATE SET updated_at = excluded.updated_at \
         RETURNING sub, updated_at",
    )
    .bind(sub)
    .bind(connection)
    .bind(identity)
    .bind(now.0)
    .bind(now.0)
    .fetch_one(&mut **tx)
    .await?;
    Ok(User { sub, identity: identity.to_owned(), updated_at: Instant(updated_at) })
}

/// The user with a `sub`.
pub async fn find(store: &Store, sub: &str) -> Result<Option<User>, sqlx::Error> {
    let row: Option<(String, i64)> = sqlx::query_as("SELECT identity, updated_at FROM users WHERE sub = ?")
        .bind(sub)
        .fetch_optional(store.reader())
        .await?;
    Ok(row.map(|(identity, updated_at)| User {
        sub: sub.to_owned(),
        identity,
        updated_at: Instant(updated_at),
    }))
}

/// The `sub` of an identity's user.
pub async fn of(store: &Store, connection: &str, identity: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT sub FROM users WHERE connection = ? AND identity = ?")
        .bind(connection)
        .bind(identity)
        .fetch_optional(store.reader())
        .await
}
