//! What the limits count.

use super::{Store, Writing};
use crate::{
    clock::Instant,
    limits::{Drip, Exceeded, Limit, Room},
};

/// Counts one more, or says when one more may be counted. In the caller's transaction: what is
/// counted and what is done are committed together.
pub async fn count(
    tx: &mut Writing,
    limit: &Limit,
    now: Instant,
) -> Result<Result<Room, Exceeded>, sqlx::Error> {
    sqlx::query("DELETE FROM hits WHERE bucket = ? AND at <= ?")
        .bind(&limit.bucket)
        .bind(now.0 - limit.milliseconds())
        .execute(&mut **tx)
        .await?;
    // The hit whose end makes room again: the oldest, unless the limit was lowered since.
    let full: Option<(i64,)> =
        sqlx::query_as("SELECT at FROM hits WHERE bucket = ? ORDER BY at DESC LIMIT 1 OFFSET ?")
            .bind(&limit.bucket)
            .bind(limit.most.saturating_sub(1))
            .fetch_optional(&mut **tx)
            .await?;
    if let Some((at,)) = full {
        return Ok(Err(limit.exceeded(Instant(at), now)));
    }
    sqlx::query("INSERT INTO hits (bucket, at, until) VALUES (?, ?, ?)")
        .bind(&limit.bucket)
        .bind(now.0)
        .bind(now.0 + limit.milliseconds())
        .execute(&mut **tx)
        .await?;
    let (used, oldest): (i64, i64) = sqlx::query_as("SELECT count(*), min(at) FROM hits WHERE bucket = ?")
        .bind(&limit.bucket)
        .fetch_one(&mut **tx)
        .await?;
    let remaining = limit.most.saturating_sub(u32::try_from(used).unwrap_or(u32::MAX));
    let reset_at = Instant(oldest + limit.milliseconds());
    Ok(Ok(Room { most: limit.most, remaining, reset_at }))
}

/// Counts one more of what is given back steadily: one row, which says when all of it is back.
pub async fn drip(
    tx: &mut Writing,
    drip: &Drip,
    now: Instant,
) -> Result<Result<Room, Exceeded>, sqlx::Error> {
    let full_at: Option<i64> = sqlx::query_scalar("SELECT max(at) FROM hits WHERE bucket = ?")
        .bind(&drip.bucket)
        .fetch_one(&mut **tx)
        .await?;
    let counted = drip.count(Instant(full_at.unwrap_or(now.0)), now);
    if let Ok((_, full_at)) = counted {
        sqlx::query("DELETE FROM hits WHERE bucket = ?").bind(&drip.bucket).execute(&mut **tx).await?;
        sqlx::query("INSERT INTO hits (bucket, at, until) VALUES (?, ?2, ?2)")
            .bind(&drip.bucket)
            .bind(full_at.0)
            .execute(&mut **tx)
            .await?;
    }
    Ok(counted.map(|(room, _)| room))
}

/// Takes back one that was counted at this instant.
pub async fn take_back(tx: &mut Writing, bucket: &str, at: Instant) -> Result<(), sqlx::Error> {
    sqlx::query(
        "DELETE FROM hits WHERE rowid = (SELECT rowid FROM hits WHERE bucket = ? AND at = ? LIMIT 1)",
    )
    .bind(bucket)
    .bind(at.0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Whether one more may be counted, without counting it.
pub async fn look(store: &Store, limit: &Limit, now: Instant) -> Result<Result<(), Exceeded>, sqlx::Error> {
    let full: Option<(i64,)> =
        sqlx::query_as("SELECT at FROM hits WHERE bucket = ? AND at > ? ORDER BY at DESC LIMIT 1 OFFSET ?")
            .bind(&limit.bucket)
            .bind(now.0 - limit.milliseconds())
            .bind(limit.most.saturating_sub(1))
            .fetch_optional(store.reader())
            .await?;
    Ok(full.map_or(Ok(()), |(at,)| Err(limit.exceeded(Instant(at), now))))
}
