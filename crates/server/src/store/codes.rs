//! One-time codes. The rules that must hold under any number of parallel requests are each one
//! statement.

use super::{Store, Writing, digest};
use crate::{clock::Instant, secret::Digest};

/// Whose code: the newest one of this identity at this client is the only one.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    /// The client's id.
    pub client: &'a str,
    /// The connection's name.
    pub connection: &'a str,
    /// The canonical identity.
    pub identity: &'a str,
}

impl Owner<'_> {
    /// Nobody: their code is always there and never right. What is done with it takes as long as it takes with
    /// somebody's.
    pub const NOBODY: Self = Self { client: "", connection: "", identity: "" };
}

/// A code that a guess may be compared with: its try is already counted.
#[derive(Debug)]
pub struct Counted {
    /// Names this very code.
    pub id: String,
    /// What is stored instead of the code.
    pub mac: Digest,
    /// When it stops being good.
    pub expires_at: Instant,
}

/// What there is to guess at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// A code that takes another guess.
    Code,
    /// A code whose tries are all used up.
    Exhausted,
    /// There is no code, or it was used.
    Nothing,
}

/// Puts a new code in place of the last one.
pub async fn put(
    tx: &mut Writing,
    owner: Owner<'_>,
    id: &str,
    mac: &[u8],
    now: Instant,
    expires_at: Instant,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO codes (client_id, connection, identity, id, mac, tries, created_at, expires_at) \
         VALUES (?, ?, ?, ?, ?, 0, ?, ?) \
         ON CONFLICT (client_id, connection, identity) DO UPDATE SET \
         id = excluded.id, mac = excluded.mac, tries = 0, known_tries = 0, created_at = excluded.created_at, \
         expires_at = excluded.expires_at, used_at = NULL, verified = NULL",
    )
    .bind(owner.client)
    .bind(owner.connection)
    .bind(owner.identity)
    .bind(id)
    .bind(mac)
    .bind(now.0)
    .bind(expires_at.0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What waits for a guess. A device that is known has tries of its own: strangers cannot use them up.
pub async fn waiting(
    tx: &mut Writing,
    owner: Owner<'_>,
    most: u32,
    is_known: bool,
) -> Result<Waiting, sqlx::Error> {
    let tries: Option<i64> = sqlx::query_scalar(
        "SELECT iif(?, known_tries, tries) FROM codes \
         WHERE client_id = ? AND connection = ? AND identity = ? AND used_at IS NULL",
    )
    .bind(is_known)
    .bind(owner.client)
    .bind(owner.connection)
    .bind(owner.identity)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(match tries {
        Some(tries) if tries < i64::from(most) => Waiting::Code,
        Some(_) => Waiting::Exhausted,
        None => Waiting::Nothing,
    })
}

/// Counts a try, to be committed before anything is compared: a thousand parallel guesses are compared no
/// more often than the code has tries.
pub async fn count_try(
    tx: &mut Writing,
    owner: Owner<'_>,
    most: u32,
    is_known: bool,
) -> Result<Option<Counted>, sqlx::Error> {
    let statement = if is_known {
        "UPDATE codes SET known_tries = known_tries + 1 \
         WHERE client_id = ? AND connection = ? AND identity = ? AND used_at IS NULL AND known_tries < ? \
         RETURNING id, mac, expires_at"
    } else {
        "UPDATE codes SET tries = tries + 1 \
         WHERE client_id = ? AND connection = ? AND identity = ? AND used_at IS NULL AND tries < ? \
         RETURNING id, mac, expires_at"
    };
    let counted: Option<(String, Vec<u8>, i64)> = sqlx::query_as(statement)
        .bind(owner.client)
        .bind(owner.connection)
        .bind(owner.identity)
        .bind(most)
        .fetch_optional(&mut **tx)
        .await?;
    let Some((id, mac, expires_at)) = counted else { return Ok(None) };
    Ok(Some(Counted { id, mac: digest(&mac)?, expires_at: Instant(expires_at) }))
}

/// Uses a code up. Of any number of calls at most one is told so: with the tries that it took.
pub async fn consume(tx: &mut Writing, id: &str, now: Instant) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar(
        "UPDATE codes SET used_at = ? WHERE id = ? AND used_at IS NULL AND expires_at > ? \
         RETURNING tries + known_tries",
    )
    .bind(now.0)
    .bind(id)
    .bind(now.0)
    .fetch_optional(&mut **tx)
    .await
}

/// Notes which browser was told that a code is right. The try is given back: whoever knows the code
/// shows it once more to use it up.
pub async fn verify(tx: &mut Writing, id: &str, browser: &[u8], is_known: bool) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE codes SET verified = ?1, tries = max(tries - ?2, 0), known_tries = max(known_tries - ?3, 0) \
         WHERE id = ?4 AND used_at IS NULL",
    )
    .bind(browser)
    .bind(!is_known)
    .bind(is_known)
    .bind(id)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Whether a browser was told that the newest code is right.
pub async fn is_verified(store: &Store, owner: Owner<'_>, browser: &[u8]) -> Result<bool, sqlx::Error> {
    let found: Option<(i64,)> = sqlx::query_as(
        "SELECT 1 FROM codes \
         WHERE client_id = ? AND connection = ? AND identity = ? AND used_at IS NULL AND verified = ?",
    )
    .bind(owner.client)
    .bind(owner.connection)
    .bind(owner.identity)
    .bind(browser)
    .fetch_optional(store.reader())
    .await?;
    Ok(found.is_some())
}

/// How many tries of the newest code are counted.
pub async fn tries(store: &Store, owner: Owner<'_>) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar("SELECT tries FROM codes WHERE client_id = ? AND connection = ? AND identity = ?")
        .bind(owner.client)
        .bind(owner.connection)
        .bind(owner.identity)
        .fetch_optional(store.reader())
        .await
}
