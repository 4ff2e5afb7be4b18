//! What a browser keeps for a login: written by one page load, read by the next one or another tab.
//!
//! Times are milliseconds since the Unix epoch.

use serde::{Deserialize, Serialize};

use crate::token::TokenResponse;

/// A session: who is signed in, and with what.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// The token endpoint's answer. Its ID token, if there is one, was checked before it was kept.
    pub tokens: TokenResponse,
    /// How the user named themselves.
    pub identifier: String,
    /// When the access token stops being good.
    pub expires_at: u64,
}

/// Tokens stay out of logs.
impl core::fmt::Debug for Session {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Session").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// A code that was sent and not yet used. The code itself is never part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// `email` or `sms`.
    pub connection: String,
    /// The address or number that the code went to.
    pub identifier: String,
    /// When the code stops being good.
    pub expires_at: u64,
    /// From when on another one may be asked for.
    pub resend_at: u64,
    /// How long the code is good for, in seconds.
    pub lifetime: u32,
    /// Digits of the code.
    pub code_length: u32,
    /// How many wrong tries the code takes.
    pub tries: u32,
    /// How many of them are used up.
    pub failures: u32,
    /// How many times the code was sent again.
    pub resends: u32,
    /// The address that the mail comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    /// Its subject, without the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

/// A login that left the page, or that a link brings back: what its return is checked against.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Departure {
    /// Comes back with the answer, and names this departure.
    pub state: String,
    /// Comes back in the ID token.
    pub nonce: String,
    /// What the code challenge is the hash of.
    pub verifier: String,
    /// Where the answer comes to.
    pub redirect_uri: String,
    /// The connection's name; empty where the server chooses.
    pub connection: String,
    /// The address or number; empty where the server asks.
    pub identifier: String,
    /// When it left.
    pub left_at: u64,
}

/// What proves a return stays out of logs.
impl core::fmt::Debug for Departure {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Departure").field("connection", &self.connection).finish_non_exhaustive()
    }
}

/// Whom a browser was last signed in as, where the page has it remember: no token and no code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    /// The connection's name.
    pub connection: String,
    /// The address or number.
    pub identifier: String,
    /// When they signed in.
    pub signed_in_at: u64,
}
