//! How many codes are right and wrong, and where too many are wrong.

use super::{Store, Writing};
use crate::clock::Instant;

/// Seconds that are counted together.
pub const SLOT_SECONDS: i64 = 10;

/// What became of codes in some time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// They were right.
    pub correct: u32,
    /// They were wrong, and nobody put them right.
    pub wrong: u32,
}

/// The slot that an instant is in.
fn slot(at: Instant) -> i64 {
    at.seconds().div_euclid(SLOT_SECONDS)
}

/// Counts what came in, or what of it is taken back.
pub async fn count(
    tx: &mut Writing,
    network: &str,
    (correct, wrong): (i64, i64),
    now: Instant,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO verdicts (network, slot, correct, wrong) VALUES (?, ?, ?, ?) \
         ON CONFLICT (network, slot) DO UPDATE SET \
         correct = correct + excluded.correct, wrong = wrong + excluded.wrong",
    )
    .bind(network)
    .bind(slot(now))
    .bind(correct)
    .bind(wrong)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What was counted in the last so many seconds, rounded up to whole slots.
pub async fn of_last(
    tx: &mut Writing,
    network: &str,
    seconds: i64,
    now: Instant,
) -> Result<Counted, sqlx::Error> {
    let (correct, wrong): (i64, i64) = sqlx::query_as(
        "SELECT coalesce(sum(correct), 0), coalesce(sum(wrong), 0) FROM verdicts \
         WHERE network = ? AND slot > ?",
    )
    .bind(network)
    .bind(slot(now) - seconds / SLOT_SECONDS)
    .fetch_one(&mut **tx)
    .await?;
    // What is taken back may have been counted before these seconds.
    let count = |sum: i64| u32::try_from(sum.max(0)).unwrap_or(u32::MAX);
    Ok(Counted { correct: count(correct), wrong: count(wrong) })
}

/// Raises an alarm, or lets one last longer. Says whether it is a new one.
pub async fn raise(
    tx: &mut Writing,
    network: &str,
    now: Instant,
    until: Instant,
) -> Result<bool, sqlx::Error> {
    let earlier: Option<i64> = sqlx::query_scalar("SELECT until FROM alarms WHERE network = ?")
        .bind(network)
        .fetch_optional(&mut **tx)
        .await?;
    sqlx::query(
        "INSERT INTO alarms (network, until) VALUES (?, ?) \
         ON CONFLICT (network) DO UPDATE SET until = excluded.until",
    )
    .bind(network)
    .bind(until.0)
    .execute(&mut **tx)
    .await?;
    Ok(earlier.is_none_or(|until| until <= now.0))
}

/// Whether there is an alarm for a network, or for all.
pub async fn is_raised(store: &Store, network: &str, now: Instant) -> Result<bool, sqlx::Error> {
    let raised: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM alarms WHERE network IN ('', ?) AND until > ? LIMIT 1")
            .bind(network)
            .bind(now.0)
            .fetch_optional(store.reader())
            .await?;
    Ok(raised.is_some())
}

/// Forgets what counts no more.
pub async fn sweep(tx: &mut Writing, oldest: Instant, now: Instant) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM verdicts WHERE slot < ?").bind(slot(oldest)).execute(&mut **tx).await?;
    sqlx::query("DELETE FROM alarms WHERE until <= ?").bind(now.0).execute(&mut **tx).await?;
    Ok(())
}
