//! Opaque access tokens, and refresh tokens in their families. Only hashes are stored.

use super::{Store, Writing};
use crate::clock::Instant;

/// What an opaque access token stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The client that it was given to.
    pub client: String,
    /// The user.
    pub sub: String,
    /// What was granted, space-separated.
    pub scope: String,
}

/// One login with `offline_access`: all refresh tokens that descend from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Family {
    /// Names the family.
    pub id: String,
    /// The client that it was given to.
    pub client: String,
    /// The user.
    pub sub: String,
    /// What was granted, space-separated. A refresh can ask for less, never for more.
    pub scope: String,
    /// The API that access tokens are for.
    pub audience: Option<String>,
    /// `sid` of ID tokens.
    pub sid: String,
    /// When the user proved who they are, in seconds.
    pub auth_time: i64,
    /// The end of all its tokens; rotation does not move it.
    pub expires_at: Instant,
    /// Their end unless one of them is used before.
    pub idle_at: Option<Instant>,
}

/// What became of a refresh token that was shown.
#[derive(Debug)]
pub enum Refresh {
    /// It was one of the family's newest, and no longer is: with the generation of what comes next.
    Rotated(Family, i64),
    /// It had been used before: somebody else has it. The family is gone.
    Reused,
    /// It is unknown, expired or another client's.
    Nothing,
}

/// How refresh tokens follow each other.
#[derive(Clone, Copy, Debug)]
pub struct Rotation {
    /// Milliseconds for which a token that was used still works.
    pub leeway: i64,
    /// The end of the family unless this one's successor is used before.
    pub idle_at: Option<Instant>,
}

/// What an access token came of, and ends with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Source<'a> {
    /// The family of refresh tokens.
    pub family: Option<&'a str>,
    /// The hash of the authorization code.
    pub code: Option<&'a [u8]>,
}

/// Keeps an access token.
pub async fn put_access(
    tx: &mut Writing,
    hash: &[u8],
    access: &Access,
    source: Source<'_>,
    expires_at: Instant,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO access_tokens (hash, client_id, sub, scope, family, code, expires_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(hash)
    .bind(&access.client)
    .bind(&access.sub)
    .bind(&access.scope)
    .bind(source.family)
    .bind(source.code)
    .bind(expires_at.0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What an access token stands for, while it is good.
pub async fn find_access(store: &Store, hash: &[u8], now: Instant) -> Result<Option<Access>, sqlx::Error> {
    let row: Option<(String, String, String)> =
        sqlx::query_as("SELECT client_id, sub, scope FROM access_tokens WHERE hash = ? AND expires_at > ?")
            .bind(hash)
            .bind(now.0)
            .fetch_optional(store.reader())
            .await?;
    Ok(row.map(|(client, sub, scope)| Access { client, sub, scope }))
}

/// Begins a family; with the hash of the authorization code that it came of.
pub async fn put_family(tx: &mut Writing, family: &Family, code: Option<&[u8]>) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO families \
         (id, client_id, sub, scope, audience, sid, auth_time, code, expires_at, idle_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&family.id)
    .bind(&family.client)
    .bind(&family.sub)
    .bind(&family.scope)
    .bind(&family.audience)
    .bind(&family.sid)
    .bind(family.auth_time)
    .bind(code)
    .bind(family.expires_at.0)
    .bind(family.idle_at.map(|at| at.0))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Adds a refresh token to a family.
pub async fn put_refresh(
    tx: &mut Writing,
    hash: &[u8],
    family: &str,
    generation: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO refresh_tokens (hash, family, generation) VALUES (?, ?, ?)")
        .bind(hash)
        .bind(family)
        .bind(generation)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Uses a refresh token up, or revokes its family when that was done before (RFC 9700 section 4.14).
/// The caller commits either way: the revocation has to last too.
///
/// In its leeway a token works again: its answer was lost, or two tabs asked at once. Then the family has
/// two newest tokens. The first of them that is used ages the other one, too, so that of a copied token
/// the one or the other side is soon too late. A token before one that was used has no leeway any more.
pub async fn rotate(
    tx: &mut Writing,
    hash: &[u8],
    client: &str,
    rotation: Rotation,
    now: Instant,
) -> Result<Refresh, sqlx::Error> {
    let used: Option<(String, i64)> = sqlx::query_as(
        "UPDATE refresh_tokens SET used_at = ?1 WHERE hash = ?2 AND used_at IS NULL \
         AND family IN (SELECT id FROM families WHERE client_id = ?3 AND expires_at > ?1 \
         AND (idle_at IS NULL OR idle_at > ?1)) RETURNING family, generation",
    )
    .bind(now.0)
    .bind(hash)
    .bind(client)
    .fetch_optional(&mut **tx)
    .await?;
    let used = match used {
        None if rotation.leeway > 0 => used_again(tx, hash, client, rotation, now).await?,
        used => used,
    };
    if let Some((id, generation)) = used {
        sqlx::query(
            "UPDATE refresh_tokens SET used_at = ? WHERE family = ? AND generation <= ? AND used_at IS NULL",
        )
        .bind(now.0)
        .bind(&id)
        .bind(generation)
        .execute(&mut **tx)
        .await?;
        sqlx::query("UPDATE families SET idle_at = ? WHERE id = ?")
            .bind(rotation.idle_at.map(|at| at.0))
            .bind(&id)
            .execute(&mut **tx)
            .await?;
        return Ok(Refresh::Rotated(family(tx, id).await?, generation + 1));
    }
    let reused = sqlx::query(
        "DELETE FROM families WHERE client_id = ? AND expires_at > ? \
         AND id = (SELECT family FROM refresh_tokens WHERE hash = ? AND used_at IS NOT NULL)",
    )
    .bind(client)
    .bind(now.0)
    .bind(hash)
    .execute(&mut **tx)
    .await?;
    Ok(if reused.rows_affected() > 0 { Refresh::Reused } else { Refresh::Nothing })
}

/// The family and the generation of a token that was used a moment ago, and after which none was.
async fn used_again(
    tx: &mut Writing,
    hash: &[u8],
    client: &str,
    rotation: Rotation,
    now: Instant,
) -> Result<Option<(String, i64)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT shown.family, shown.generation FROM refresh_tokens AS shown \
         JOIN families ON families.id = shown.family \
         WHERE shown.hash = ?1 AND shown.used_at > ?2 AND families.client_id = ?3 \
         AND families.expires_at > ?4 AND (families.idle_at IS NULL OR families.idle_at > ?4) \
         AND NOT EXISTS (SELECT 1 FROM refresh_tokens AS later WHERE later.family = shown.family \
         AND later.generation > shown.generation AND later.used_at IS NOT NULL)",
    )
    .bind(hash)
    .bind(now.0 - rotation.leeway)
    .bind(client)
    .bind(now.0)
    .fetch_optional(&mut **tx)
    .await
}

async fn family(tx: &mut Writing, id: String) -> Result<Family, sqlx::Error> {
    type Row = (String, String, String, Option<String>, String, i64, i64, Option<i64>);
    let (client, sub, scope, audience, sid, auth_time, expires_at, idle_at): Row = sqlx::query_as(
        "SELECT client_id, sub, scope, audience, sid, auth_time, expires_at, idle_at FROM families \
         WHERE id = ?",
    )
    .bind(&id)
    .fetch_one(&mut **tx)
    .await?;
    let (expires_at, idle_at) = (Instant(expires_at), idle_at.map(Instant));
    Ok(Family { id, client, sub, scope, audience, sid, auth_time, expires_at, idle_at })
}

/// Revokes a token of a client, whichever kind it is: a refresh token with its whole family, an
/// access token alone. An unknown one is no error (RFC 7009 section 2.2).
pub async fn revoke(tx: &mut Writing, hash: &[u8], client: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "DELETE FROM families WHERE client_id = ? AND id = (SELECT family FROM refresh_tokens WHERE hash = ?)",
    )
    .bind(client)
    .bind(hash)
    .execute(&mut **tx)
    .await?;
    sqlx::query("DELETE FROM access_tokens WHERE client_id = ? AND hash = ?")
        .bind(client)
        .bind(hash)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
