//! How often one address may guess wrong in a day: at one person's codes, and at everybody's. And how often all
//! addresses together may guess at one person's codes.
//!
//! Counted where codes are compared, so that no endpoint that takes one is left out. Auth0 blocks the
//! identifier for the address that guessed (brute-force protection), and the address (suspicious IP
//! throttling). Either way only the guesser is kept out: whoever has the code and asks from somewhere
//! else is not. Guesses from everywhere make a start for that person cost effort, and then only devices that the
//! person has signed in from may guess: a step up, and no lock-out.

use std::net::IpAddr;

use axum::http::StatusCode;
use latch_protocol::error::code;

use super::{
    Exceeded, Limit, asker_bucket,
    spraying::{self, Guard, Seen},
};
use crate::{
    clock::Instant,
    failure::Failure,
    proof::Identity,
    reply::Refusal,
    secret::Purpose,
    state::App,
    store::{Writing, codes::Waiting, guessed, hits},
};

const HOUR: u32 = 3600;
const DAY: u32 = 86_400;

/// Somebody who guesses too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blocked {
    exceeded: Exceeded,
    /// Auth0's words for it.
    pub description: &'static str,
}

impl From<Blocked> for Refusal {
    fn from(blocked: Blocked) -> Self {
        let Exceeded { again_at, now, .. } = blocked.exceeded;
        let wait = now.seconds_until(again_at).max(1);
        Self::new(StatusCode::TOO_MANY_REQUESTS, code::TOO_MANY_ATTEMPTS, blocked.description)
            .with_header("retry-after", &wait.to_string())
    }
}

/// Auth0's words for whoever guesses at one person.
const ABOUT_ONE: &str = "Your account has been blocked after multiple consecutive login attempts.";

/// What a guess is counted as.
#[derive(Debug)]
pub struct Guesses {
    /// Of the address that it comes from.
    limits: Vec<(Limit, &'static str)>,
    /// Whose code it is, as the limits know them.
    person: String,
    /// What is counted in the place of that person where no code waits.
    nobody: String,
    connection: &'static str,
    /// Whether it comes from a device of that person.
    is_known: bool,
}

/// What counts the guesses at somebody's codes that were compared, whoever guessed from wherever. The window is the
/// longer of the two in which they are looked at.
fn at_person(person: &str, most: Option<u32>) -> Limit {
    Limit { bucket: format!("guessed {person}"), most: most.unwrap_or(u32::MAX), window: DAY }
}

/// Whether so much was guessed at somebody that a start for them takes a captcha.
pub async fn are_many(app: &App, identity: &Identity) -> Result<bool, Failure> {
    let Some(most) = app.config.limits.guesses_per_identity_hour else { return Ok(false) };
    let limit = at_person(&identity.person(&app.config.pepper), Some(most));
    let limit = Limit { window: HOUR, ..limit };
    Ok(hits::look(&app.store, &limit, app.clock.now()).await?.is_err())
}

impl Guesses {
    /// A guess at somebody's code from an address.
    pub async fn at(
        app: &App,
        identity: &Identity,
        from: Option<IpAddr>,
        is_known: bool,
    ) -> Result<Self, Failure> {
        let guard = Guard::against(app, from).await?;
        let limits = &app.config.limits;
        let person = identity.person(&app.config.pepper);
        let kinds = |from: String| {
            [
                (limits.failures_per_identity, format!("guess {person} {from}"), ABOUT_ONE),
                (
                    limits.failures_per_ip,
                    format!("failure {from}"),
                    "We have detected suspicious login behavior and further attempts will be blocked. \
                     Please contact the administrator.",
                ),
            ]
        };
        let limit = |(most, bucket, words)| {
            Option::map(most, |most| (Limit { bucket, most: guard.share(most), window: DAY }, words))
        };
        let limits = from.map(asker_bucket).into_iter().flat_map(kinds).filter_map(limit).collect();
        let nobody = app.config.pepper.hex24(Purpose::Limit, &["nobody", &person]);
        Ok(Self { limits, person, nobody, connection: identity.connection, is_known })
    }

    /// Whether one more is looked at.
    pub async fn admit(&self, app: &App) -> Result<Result<(), Blocked>, Failure> {
        let now = app.clock.now();
        for (limit, description) in &self.limits {
            if let Err(exceeded) = hits::look(&app.store, limit, now).await? {
                return Ok(Err(Blocked { exceeded, description }));
            }
        }
        if let Some(most) = self.of_strangers(app)
            && let Err(exceeded) = hits::look(&app.store, &at_person(&self.person, Some(most)), now).await?
        {
            return Ok(Err(Blocked { exceeded, description: ABOUT_ONE }));
        }
        Ok(Ok(()))
    }

    /// How many guesses strangers have in a day.
    fn of_strangers(&self, app: &App) -> Option<u32> {
        app.config.limits.guesses_per_identity_day.filter(|_| !self.is_known)
    }

    /// Counts a guess for the person, in the transaction that counts its try: of guesses at once no more are
    /// compared than there is room for. What is compared with nothing is counted under a name that nobody looks
    /// at: it takes as long.
    pub async fn reserve(
        &self,
        app: &App,
        tx: &mut Writing,
        waiting: Waiting,
        now: Instant,
    ) -> Result<Result<(), Blocked>, sqlx::Error> {
        let limits = &app.config.limits;
        let person = if waiting == Waiting::Code { &self.person } else { &self.nobody };
        if limits.guesses_per_identity_day.or(limits.guesses_per_identity_hour).is_some()
            && let Err(exceeded) = hits::count(tx, &at_person(person, self.of_strangers(app)), now).await?
            && waiting == Waiting::Code
        {
            return Ok(Err(Blocked { exceeded, description: ABOUT_ONE }));
        }
        if limits.guesses_per_identity_in_a_row.is_some() {
            guessed::count(tx, person, self.connection, now).await?;
        }
        Ok(Ok(()))
    }

    /// It was right: no guess, and the end of a row of them.
    pub async fn take_back(&self, tx: &mut Writing, reserved_at: Instant) -> Result<(), sqlx::Error> {
        hits::take_back(tx, &at_person(&self.person, None).bucket, reserved_at).await?;
        guessed::forget(tx, &self.person).await
    }

    /// It was refused, and maybe it was wrong.
    pub async fn count_failure(&self, app: &App, from: Option<IpAddr>, wrong: bool) -> Result<(), Failure> {
        let mut tx = app.store.write().await?;
        let now = app.clock.now();
        for (limit, _) in &self.limits {
            // A full window counts no more: others who guessed at the same moment have filled it.
            let _ = hits::count(&mut tx, limit, now).await?;
        }
        if wrong {
            spraying::count(app, &mut tx, from, Seen::Wrong, now).await?;
        }
        // NIST SP 800-63B-4 section 3.2.2.
        let disabled = match app.config.limits.guesses_per_identity_in_a_row {
            Some(most) if wrong => guessed::disable_after(&mut tx, &self.person, most, now).await?,
            _ => false,
        };
        tx.commit().await?;
        if disabled {
            tracing::warn!(
                connection = self.connection,
                "too many codes of one person were wrong in a row: nobody signs in as them until they are unblocked"
            );
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "guesses_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "persons_tests.rs"]
mod persons_tests;
