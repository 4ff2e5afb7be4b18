//! How often one address may guess wrong in a day: at one person's codes, and at everybody's.
//!
//! Counted where codes are compared, so that no endpoint that takes one is left out. Auth0 blocks the
//! identifier for the address that guessed (brute-force protection), and the address (suspicious IP
//! throttling). Either way only the guesser is kept out: whoever has the code and asks from somewhere
//! else is not.

use std::net::IpAddr;

use axum::http::StatusCode;
use latch_protocol::error::code;

use super::{
    Exceeded, Limit, asker_bucket,
    spraying::{self, Guard, Seen},
};
use crate::{failure::Failure, proof::Identity, reply::Refusal, secret::Purpose, state::App, store::hits};

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

/// What a guess is counted as.
#[derive(Debug)]
pub struct Guesses(Vec<(Limit, &'static str)>);

impl Guesses {
    /// A guess at somebody's code from an address.
    pub async fn at(app: &App, identity: &Identity, from: Option<IpAddr>) -> Result<Self, Failure> {
        let guard = Guard::against(app, from).await?;
        let Some(from) = from.map(asker_bucket) else { return Ok(Self(Vec::new())) };
        let limits = &app.config.limits;
        let person = app.config.pepper.hex24(Purpose::Limit, &[identity.connection, &identity.value]);
        let kinds = [
            (
                limits.failures_per_identity,
                format!("guess {person} {from}"),
                "Your account has been blocked after multiple consecutive login attempts.",
            ),
            (
                limits.failures_per_ip,
                format!("failure {from}"),
                "We have detected suspicious login behavior and further attempts will be blocked. \
                 Please contact the administrator.",
            ),
        ];
        let limit = |(most, bucket, words)| {
            Option::map(most, |most| (Limit { bucket, most: guard.share(most), window: DAY }, words))
        };
        Ok(Self(kinds.into_iter().filter_map(limit).collect()))
    }

    /// Whether one more is looked at.
    pub async fn admit(&self, app: &App) -> Result<Result<(), Blocked>, Failure> {
        for (limit, description) in &self.0 {
            if let Err(exceeded) = hits::look(&app.store, limit, app.clock.now()).await? {
                return Ok(Err(Blocked { exceeded, description }));
            }
        }
        Ok(Ok(()))
    }

    /// It was refused, and maybe it was wrong.
    pub async fn count_failure(&self, app: &App, from: Option<IpAddr>, wrong: bool) -> Result<(), Failure> {
        let mut tx = app.store.write().await?;
        let now = app.clock.now();
        for (limit, _) in &self.0 {
            // A full window counts no more: others who guessed at the same moment have filled it.
            let _ = hits::count(&mut tx, limit, now).await?;
        }
        if wrong {
            spraying::count(app, &mut tx, from, Seen::Wrong, now).await?;
        }
        Ok(tx.commit().await?)
    }
}

#[cfg(test)]
#[path = "guesses_tests.rs"]
mod tests;
