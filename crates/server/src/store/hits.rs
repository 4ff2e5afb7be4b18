//! What the limits count.

use super::Writing;
use crate::{
    clock::Instant,
    limits::{Exceeded, Limit},
};

/// Counts one more, or says when one more may be counted. In the caller's transaction: what is
/// counted and what is done are committed together.
pub async fn count(
    tx: &mut Writing,
    limit: &Limit,
    now: Instant,
) -> Result<Result<(), Exceeded>, sqlx::Error> {
    let window = i64::from(limit.window) * 1000;
    sqlx::query("DELETE FROM hits WHERE bucket = ? AND at <= ?")
        .bind(&limit.bucket)
        .bind(now.0 - window)
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
        return Ok(Err(Exceeded { most: limit.most, again_at: Instant(at + window), now }));
    }
    sqlx::query("INSERT INTO hits (bucket, at) VALUES (?, ?)")
        .bind(&limit.bucket)
        .bind(now.0)
        .execute(&mut **tx)
        .await?;
    Ok(Ok(()))
}
