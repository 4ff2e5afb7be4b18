//! The assertions of clients that were shown: each is good once.

use super::Store;

/// Notes that an assertion was shown. Of any number of calls with one name exactly one is told
/// `true`.
pub async fn use_once(store: &Store, name: &[u8], expires_at: i64) -> Result<bool, sqlx::Error> {
    let noted = sqlx::query("INSERT INTO assertions (name, expires_at) VALUES (?, ?) ON CONFLICT DO NOTHING")
        .bind(name)
        .bind(expires_at * 1000)
        .execute(store.writer())
        .await?;
    Ok(noted.rows_affected() == 1)
}
