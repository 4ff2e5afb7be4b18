//! The database: SQLite, one connection that writes and a few that read.
//!
//! SQLite has one writer at a time anyway. With one writing connection the waiting happens in a
//! fair queue here instead of in retries there, and a transaction that begins with `BEGIN IMMEDIATE`
//! never has to give up its lock half way.
//!
//! To add a table: a file in `migrations/` with the next number, listed in [`MIGRATIONS`], and a
//! module here with the functions that are allowed on it. Queries are literals with bound values;
//! what must be seen together takes a transaction as its first argument.

pub mod assertions;
pub mod authorization_codes;
pub mod blocked;
pub mod captchas;
pub mod codes;
pub mod devices;
pub mod guessed;
pub mod hits;
pub mod inbox;
pub mod outbox;
pub mod sessions;
pub mod signing_keys;
pub mod tickets;
pub mod tokens;
pub mod transactions;
pub mod users;
pub mod verdicts;

use std::{path::Path, time::Duration};

use sqlx::{
    Sqlite, SqlitePool, Transaction,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{clock::Instant, failure::Failure, limits::spraying, secret::Digest};

/// All migrations in order. One that was released is never changed again.
const MIGRATIONS: [(i64, &str, &str); 13] = [
    (1, "first", include_str!("../migrations/0001_first.sql")),
    (2, "browser", include_str!("../migrations/0002_browser.sql")),
    (3, "keys", include_str!("../migrations/0003_keys.sql")),
    (4, "links", include_str!("../migrations/0004_links.sql")),
    (5, "outbox state", include_str!("../migrations/0005_outbox_state.sql")),
    (6, "spraying", include_str!("../migrations/0006_spraying.sql")),
    (7, "doubt", include_str!("../migrations/0007_doubt.sql")),
    (8, "rotation", include_str!("../migrations/0008_rotation.sql")),
    (9, "captchas", include_str!("../migrations/0009_captchas.sql")),
    (10, "hits' end", include_str!("../migrations/0010_hits_end.sql")),
    (11, "persons", include_str!("../migrations/0011_persons.sql")),
    (12, "blocked", include_str!("../migrations/0012_blocked.sql")),
    (13, "code of nobody", include_str!("../migrations/0013_code_of_nobody.sql")),
];

/// How long a request waits for the database before it is told to come back.
const PATIENCE: Duration = Duration::from_secs(5);
const READERS: u32 = 4;

/// Milliseconds after which guesses in a row are forgotten, where they were not too many: a year.
const GUESSES_KEPT: i64 = 365 * 86_400_000;

/// Logins that wait at once, at most: half a gigabyte when each is as long as an address can be.
const WAITING_LOGINS: u32 = 65_536;

/// Pictures that wait for an answer at once, at most.
const WAITING_PICTURES: u32 = 65_536;

/// A transaction that may write.
pub type Writing = Transaction<'static, Sqlite>;

/// The database.
#[derive(Clone, Debug)]
pub struct Store {
    writer: SqlitePool,
    reader: SqlitePool,
}

impl Store {
    /// Opens the file, makes it when it is not there, and brings its tables up to date.
    pub async fn open(path: &Path) -> Result<Self, Failure> {
        make_private(path).map_err(sqlx::Error::Io)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            // A code that was answered with 200 must survive a power cut.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(PATIENCE)
            .foreign_keys(true);
        let pool = |most| SqlitePoolOptions::new().max_connections(most).acquire_timeout(PATIENCE);
        let writer = pool(1).connect_with(options.clone()).await?;
        migrate(&writer).await.map_err(|error| sqlx::Error::Migrate(Box::new(error)))?;
        let reader = pool(READERS).connect_with(options.read_only(true)).await?;
        Ok(Self { writer, reader })
    }

    /// Opens a file that is there, to read only: a server that works with it is not disturbed.
    pub async fn look(path: &Path) -> Result<Self, Failure> {
        let options = SqliteConnectOptions::new().filename(path).busy_timeout(PATIENCE).read_only(true);
        let reader = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        Ok(Self { writer: reader.clone(), reader })
    }

    /// Begins a transaction that holds the write lock from its first moment.
    pub async fn write(&self) -> Result<Writing, sqlx::Error> {
        self.writer.begin_with("BEGIN IMMEDIATE").await
    }

    /// For single statements that write: each is a transaction of its own, committed when it
    /// returns.
    pub(crate) fn writer(&self) -> &SqlitePool {
        &self.writer
    }

    /// For statements that only read.
    pub(crate) fn reader(&self) -> &SqlitePool {
        &self.reader
    }

    /// Deletes what nobody can use any more.
    pub async fn sweep(&self, now: Instant) -> Result<(), sqlx::Error> {
        let day_ago = now.0 - 86_400_000;
        let mut tx = self.write().await?;
        // An expired code stays for a day, so that its owner is told that it has expired.
        sqlx::query("DELETE FROM codes WHERE expires_at < ?").bind(day_ago).execute(&mut *tx).await?;
        sqlx::query("DELETE FROM hits WHERE until < ?").bind(now.0).execute(&mut *tx).await?;
        verdicts::sweep(&mut tx, spraying::oldest(now), now).await?;
        sqlx::query("DELETE FROM outbox WHERE dead_at < ?").bind(day_ago).execute(&mut *tx).await?;
        sqlx::query("DELETE FROM access_tokens WHERE expires_at < ?").bind(now.0).execute(&mut *tx).await?;
        sqlx::query("DELETE FROM families WHERE expires_at < ?1 OR idle_at < ?1")
            .bind(now.0)
            .execute(&mut *tx)
            .await?;
        sqlx::query("DELETE FROM sessions WHERE expires_at < ?1 OR idle_at < ?1")
            .bind(now.0)
            .execute(&mut *tx)
            .await?;
        sqlx::query("DELETE FROM transactions WHERE expires_at < ?").bind(now.0).execute(&mut *tx).await?;
        transactions::keep_newest(&mut tx, WAITING_LOGINS).await?;
        // A used code stays for a day, so that a second use of it is seen however late it comes.
        sqlx::query("DELETE FROM authorization_codes WHERE expires_at < ?")
            .bind(day_ago)
            .execute(&mut *tx)
            .await?;
        sqlx::query("DELETE FROM tickets WHERE expires_at < ?").bind(now.0).execute(&mut *tx).await?;
        sqlx::query("DELETE FROM assertions WHERE expires_at < ?").bind(now.0).execute(&mut *tx).await?;
        captchas::sweep(&mut tx, WAITING_PICTURES, now).await?;
        devices::sweep(&mut tx, now).await?;
        guessed::sweep(&mut tx, Instant(now.0 - GUESSES_KEPT)).await?;
        tx.commit().await
    }

    /// Closes all connections, which also folds the write-ahead log into the file.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}

async fn migrate(writer: &SqlitePool) -> Result<(), MigrateError> {
    let migration = |(number, name, sql): (i64, &'static str, &'static str)| {
        let sql = sqlx::SqlStr::from_static(sql);
        Migration::new(number, name.into(), MigrationType::Simple, sql, false)
    };
    Migrator::with_migrations(MIGRATIONS.into_iter().map(migration).collect()).run(writer).await
}

/// A digest as it was kept.
fn digest(bytes: &[u8]) -> Result<Digest, sqlx::Error> {
    Digest::kept(bytes).ok_or_else(|| sqlx::Error::Decode("a digest is of 32 bytes".into()))
}

/// Makes the file before SQLite does, readable for its owner only. SQLite gives its log the same
/// permissions.
fn make_private(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}
