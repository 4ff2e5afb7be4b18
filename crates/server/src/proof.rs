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
        devices::Device,
        guesses::{Blocked, Guesses},
        spraying::{self, Seen},
    },
    secret::{Pepper, Purpose},
    state::App,
    store::{
        Writing, blocked,
        codes::{self, Counted, Owner, Waiting},
        guessed,
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

    /// Whom a user's codes are sent to.
    pub fn of_user(user: &User) -> Option<Self> {
        let (connection, _) = user.sub.split_once('|')?;
        Self::parse(connection, &user.identity).ok()
    }

    /// The mailbox, or the phone, that messages end up in: what counts messages counts these. It is nobody's
    /// name: two users may share one.
    pub fn mailbox(&self) -> String {
        if self.connection == "email" { mailbox_of(&self.value) } else { self.value.clone() }
    }

    /// What counts what happens to it, whether or not it is anybody's.
    pub fn person(&self, pepper: &Pepper) -> String {
        pepper.hex24(Purpose::Limit, &[self.connection, &self.value])
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
    /// The code is right, and nobody may sign in as this person.
    Barred,
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
            Self::Barred => description::USER_BLOCKED,
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
    device: Device,
    is_known: bool,
    guesses: Guesses,
    /// When it was counted as a guess.
    reserved_at: Instant,
}

/// What somebody says that they were sent.
#[derive(Clone, Copy)]
pub struct Guess<'a> {
    /// The code.
    pub code: &'a str,
    /// The address that it comes from.
    pub from: Option<IpAddr>,
    /// The device of whoever says so.
    pub device: &'a Device,
}

/// Compares a guess with the code that was sent. The try is counted, whatever comes of it.
pub async fn check(
    app: &App,
    client: &Client,
    identity: Identity,
    guess: Guess<'_>,
) -> Result<Proof, Unproven> {
    let is_known = guess.device.known(app, &identity).await?.is_some();
    let guesses = Guesses::at(app, &identity, guess.from, is_known).await?;
    guesses.admit(app).await?.map_err(Unproven::Blocked)?;
    match compare(app, client, &identity, guess, &guesses, is_known).await {
        Ok((code, reserved_at)) => {
            let (from, device) = (guess.from, guess.device.clone());
            Ok(Proof { code, identity, from, device, is_known, guesses, reserved_at })
        }
        Err(unproven) => {
            if matches!(unproven, Unproven::Wrong | Unproven::Expired | Unproven::Exhausted) {
                // Who comes late with a right code has guessed nothing.
                let wrong = !matches!(unproven, Unproven::Expired);
                guesses.count_failure(app, guess.from, wrong).await?;
            }
            Err(unproven)
        }
    }
}

async fn compare(
    app: &App,
    client: &Client,
    identity: &Identity,
    guess: Guess<'_>,
    guesses: &Guesses,
    is_known: bool,
) -> Result<(Counted, Instant), Unproven> {
    let mut tx = app.store.write().await?;
    let reserved_at = app.clock.now();
    let (owner, tries) = (identity.owner(client), app.config.code.tries);
    let waiting = codes::waiting(&mut tx, owner, tries, is_known).await?;
    // Where there is nothing to compare with, all is done for nobody: nothing is counted, and how long it takes
    // does not tell whether a code waits.
    let (owner, tries) = if waiting == Waiting::Code { (owner, tries) } else { (Owner::NOBODY, u32::MAX) };
    guesses.reserve(app, &mut tx, waiting, reserved_at).await?.map_err(Unproven::Blocked)?;
    let code = codes::count_try(&mut tx, owner, tries, is_known).await?.ok_or(Unproven::Wrong)?;
    tx.commit().await?;
    let is_right = app.config.pepper.mac(Purpose::Code, &[&code.id, guess.code.trim()]).matches(&code.mac);
    match waiting {
        Waiting::Code if is_right => {}
        Waiting::Exhausted => return Err(Unproven::Exhausted),
        Waiting::Code | Waiting::Nothing => return Err(Unproven::Wrong),
    }
    if code.expires_at <= app.clock.now() {
        let mut tx = app.store.write().await?;
        guesses.take_back(&mut tx, reserved_at).await?;
        tx.commit().await?;
        return Err(Unproven::Expired);
    }
    Ok((code, reserved_at))
}

/// Notes which browser was told that the code is right, and leaves it good.
pub async fn confirm(app: &App, proof: &Proof, browser: &[u8]) -> Result<(), Unproven> {
    let mut tx = app.store.write().await?;
    admit(app, &mut tx, &proof.identity).await?;
    codes::verify(&mut tx, &proof.code.id, browser, proof.is_known).await?;
    proof.guesses.take_back(&mut tx, proof.reserved_at).await?;
    Ok(tx.commit().await?)
}

/// Uses the code up and finds its user, or makes one at the first login. Of any number of calls with
/// one code at most one succeeds.
pub async fn consume(app: &App, tx: &mut Writing, proof: &Proof, now: Instant) -> Result<User, Unproven> {
    admit(app, tx, &proof.identity).await?;
    let tries = codes::consume(tx, &proof.code.id, now).await?.ok_or(Unproven::Wrong)?;
    proof.guesses.take_back(tx, proof.reserved_at).await?;
    proof.device.remember(app, tx, &proof.identity, now).await?;
    spraying::count(app, tx, proof.from, Seen::Right { after: tries - 1 }, now).await?;
    let Identity { connection, value } = &proof.identity;
    let sub = proof.identity.subject(&app.config.pepper);
    Ok(users::find_or_create(tx, connection, value, &sub, now).await?)
}

/// Whether anybody may sign in as a person: asked where they would.
async fn admit(app: &App, tx: &mut Writing, identity: &Identity) -> Result<(), Unproven> {
    let person = identity.person(&app.config.pepper);
    if blocked::holds(tx, identity).await? || guessed::is_disabled(tx, &person).await? {
        return Err(Unproven::Barred);
    }
    Ok(())
}
