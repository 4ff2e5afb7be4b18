//! What can go wrong inside, for every endpoint alike: nothing that a client could do better.

use axum::http::StatusCode;
use latch_protocol::error::code;

use crate::reply::Refusal;

/// Something failed that is not the client's fault.
#[derive(Debug)]
pub enum Failure {
    /// The database refused or did not answer.
    Store(sqlx::Error),
    /// The operating system gave no randomness.
    Random,
    /// A signature, a seal or a key did not come about.
    Crypto(&'static str),
    /// A value could not be written as JSON.
    Json,
    /// A message was not written: the server ends, and begins nothing new.
    Unwritten,
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error)
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Store(error) => write!(f, "the database: {error}"),
            Self::Random => f.write_str("the operating system gave no randomness"),
            Self::Crypto(what) => write!(f, "cryptography: {what}"),
            Self::Json => f.write_str("a value could not be written as JSON"),
            Self::Unwritten => f.write_str("a message was not written"),
        }
    }
}

impl std::error::Error for Failure {}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        tracing::error!(%failure, "a request failed");
        match failure {
            // A database that is busy or gone may be back in a moment.
            Failure::Store(sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) | sqlx::Error::Database(_)) => {
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    code::TEMPORARILY_UNAVAILABLE,
                    "The server cannot answer now. Please try again.",
                )
                .with_header("retry-after", "2")
            }
            _ => Self::new(StatusCode::INTERNAL_SERVER_ERROR, code::SERVER_ERROR, "server_error"),
        }
    }
}
