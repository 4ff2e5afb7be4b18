//! Proves that somebody received the code that was sent to them: the same way for every endpoint
//! that takes a code.
//!
//! The order is what keeps a code safe: a try is counted and committed, then the guess is compared,
//! then the code is used up in the transaction that keeps what it is exchanged for.

use std::net::IpAddr;

use latch_protocol::error::description;

use crate::{
    client::Client,
    clock::Instant,
    failure::Failure,
    identity::{Email, Phone, mailbox_of},
    limits::{
        guesses::{Blocked, Guesses},
        spraying::{self, Seen},
    },
    secret::{Pepper, Purpose},
    state::App,
    store::{
        Writing,
        codes::{self, Counted, Owner, Try},
        users::{self, User},
    },
};

/// Somebody at a connection: the canonical address or number that codes are sent to.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// The connection's name.
    pub connection: &'static str,
    /// The canonical address or number.
    pub value: String,
}

/// Addresses stay out of logs.
impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").field("connection", &self.connection).finish_non_exhaustive()
    }
}

/// Why nobody has an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoIdentity {
    /// No connection has this name.
    UnknownConnection,
    /// Nobody was ever sent a code there: it is no address.
    NotAnAddress,
}

impl Identity {
    /// Reads what a user is named by at a connection.
    pub fn parse(connection: &str, username: &str) -> Result<Self, NoIdentity> {
        match connection {
            "email" => {
                let email = Email::parse(username).map_err(|_| NoIdentity::NotAnAddress)?;
                Ok(Self { connection: "email", value: email.as_str().to_owned() })
            }
            "sms" => {
                let phone = Phone::parse(username).map_err(|_| NoIdentity::NotAnAddress)?;
                Ok(Self { connection: "sms", value: phone.as_str().to_owned() })
            }
            _ => Err(NoIdentity::UnknownConnection),
        }
    }

    /// The mailbox, or the phone, that messages end up in: what counts messages counts these. It is nobody's
    /// name: two users may share one.
    pub fn mailbox(&self) -> String {
        if self.connection == "email" { mailbox_of(&self.value) } else { self.value.clone() }
    }

    /// `sub` of its user, who need not be there yet.
    pub fn subject(&self, pepper: &Pepper) -> String {
        let Self { connection, value } = self;
        format!("{connection}|{}", pepper.hex24(Purpose::User, &[connection, value]))
    }

    /// Whose codes are its.
    pub fn owner<'a>(&'a self, client: &'a Client) -> Owner<'a> {
        Owner { client: &client.id, connection: self.connection, identity: &self.value }
    }
}

/// Why a guess proves nothing.
#[derive(Debug)]
pub enum Unproven {
    /// Something failed inside.
    Internal(Failure),
    /// The code is wrong, was used, was never sent, or belongs to somebody else.
    Wrong,
    /// The code was right once.
    Expired,
    /// The code took all its tries.
    Exhausted,
    /// Whoever guesses guessed wrong too often.
    Blocked(Blocked),
}

impl Unproven {
    /// The sentence that clients know it by.
    pub fn description(&self, connection: &str) -> &'static str {
        match self {
            Self::Wrong | Self::Internal(_) if connection == "sms" => description::WRONG_PHONE_CODE,
            Self::Wrong | Self::Internal(_) => description::WRONG_EMAIL_CODE,
            Self::Expired => description::CODE_EXPIRED,
            Self::Exhausted => description::CODE_ATTEMPTS,
            Self::Blocked(blocked) => blocked.description,
        }
    }
}

impl From<Failure> for Unproven {
    fn from(failure: Failure) -> Self {
        Self::Internal(failure)
    }
}

impl From<sqlx::Error> for Unproven {
    fn from(error: sqlx::Error) -> Self {
        Self::Internal(error.into())
    }
}

/// A code that was guessed and is not used up yet.
#[derive(Debug)]
pub struct Proof {
    code: Counted,
    identity: Identity,
    from: Option<IpAddr>,
}

impl Proof {
    /// Names the code.
    pub fn code_id(&self) -> &str {
        &self.code.id
    }
}

/// What somebody says that they were sent.
#[derive(Clone, Copy)]
pub struct Guess<'a> {
    /// The code.
    pub code: &'a str,
    /// The address that it comes from.
    pub from: Option<IpAddr>,
}

/// Compares a guess with the code that was sent. The try is counted, whatever comes of it.
pub async fn check(
    app: &App,
    client: &Client,
    identity: Identity,
    guess: Guess<'_>,
) -> Result<Proof, Unproven> {
    let guesses = Guesses::at(app, &identity, guess.from).await?;
    guesses.admit(app).await?.map_err(Unproven::Blocked)?;
    let compared = compare(app, client, identity, guess).await;
    if matches!(compared, Err(Unproven::Wrong | Unproven::Expired | Unproven::Exhausted)) {
        // Who comes late with a right code has guessed nothing.
        let wrong = !matches!(compared, Err(Unproven::Expired));
        guesses.count_failure(app, guess.from, wrong).await?;
    }
    compared
}

async fn compare(
    app: &App,
    client: &Client,
    identity: Identity,
    guess: Guess<'_>,
) -> Result<Proof, Unproven> {
    let code = match codes::count_try(&app.store, identity.owner(client), app.config.code.tries).await? {
        Try::Counted(code) => code,
        Try::Exhausted => return Err(Unproven::Exhausted),
        Try::Nothing => return Err(Unproven::Wrong),
    };
    if !app.config.pepper.mac(Purpose::Code, &[&code.id, guess.code.trim()]).matches(&code.mac) {
        return Err(Unproven::Wrong);
    }
    if code.expires_at <= app.clock.now() {
        return Err(Unproven::Expired);
    }
    Ok(Proof { code, identity, from: guess.from })
}

/// Uses the code up and finds its user, or makes one at the first login. Of any number of calls with
/// one code at most one succeeds.
pub async fn consume(app: &App, tx: &mut Writing, proof: &Proof, now: Instant) -> Result<User, Unproven> {
    let tries = codes::consume(tx, &proof.code.id, now).await?.ok_or(Unproven::Wrong)?;
    spraying::count(app, tx, proof.from, Seen::Right { after: tries - 1 }, now).await?;
    let Identity { connection, value } = &proof.identity;
    let sub = proof.identity.subject(&app.config.pepper);
    Ok(users::find_or_create(tx, connection, value, &sub, now).await?)
}
