//! Spraying: guessing at many people from many addresses, a few codes each, so that no limit of one
//! person or of one address is reached. What shows is that too many codes are wrong, and stay so.
//!
//! Right and wrong codes are counted, of everybody and of each network. People mistype, and then they type
//! the code right: that takes their wrong ones back, so that what is left is mostly guesses. When more are
//! left of a minute, or of an hour, than chance makes of what is normal, the server is on its guard for a
//! while: new codes are longer, and addresses have less of what is counted by address. Nobody is kept out
//! who has a code.

use std::net::IpAddr;

use crate::{
    clock::Instant,
    failure::Failure,
    state::App,
    store::{
        Writing,
        verdicts::{self, Counted},
    },
};

/// Seconds in which many guesses show, and in which few do.
const WINDOWS: [i64; 2] = [60, HOUR];
const HOUR: i64 = 3600;
/// With fewer wrong codes than this, chance can do anything.
const LEAST: u32 = 20;
/// How far from what is normal is no chance any more, in standard deviations.
const DEVIATIONS: f64 = 6.0;

/// When the server is on its guard, and what it does then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Of a hundred codes that come in, so many are wrong on a normal day and are not put right; 0 is never
    /// on guard.
    pub normal_percent: u32,
    /// Seconds since the last sign.
    pub guard_seconds: u32,
    /// Digits of new codes.
    pub code_length: u32,
    /// What is left of the limits of each address.
    pub address_percent: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self { normal_percent: 3, guard_seconds: 900, code_length: 8, address_percent: 50 }
    }
}

impl Rules {
    /// Whether more are wrong than chance makes of what is normal.
    fn is_spraying(self, counted: Counted) -> bool {
        let normal = f64::from(self.normal_percent) / 100.0;
        let all = f64::from(counted.correct) + f64::from(counted.wrong);
        let deviation = (all * normal * (1.0 - normal)).sqrt();
        counted.wrong >= LEAST && f64::from(counted.wrong) > all * normal + DEVIATIONS * deviation
    }
}

/// What holds for somebody at the moment.
#[derive(Clone, Copy, Debug)]
pub struct Guard(Option<Rules>);

impl Guard {
    /// Whether the server is on its guard, against everybody or against this address.
    pub async fn against(app: &App, from: Option<IpAddr>) -> Result<Self, Failure> {
        let rules = app.config.spraying;
        if rules.normal_percent == 0 {
            return Ok(Self(None));
        }
        let network = from.map(network_of).unwrap_or_default();
        let raised = verdicts::is_raised(&app.store, &network, app.clock.now()).await?;
        Ok(Self(raised.then_some(rules)))
    }

    /// Digits of a new code, which otherwise has so many.
    pub fn digits(self, otherwise: u32) -> u32 {
        self.0.map_or(otherwise, |rules| rules.code_length.max(otherwise))
    }

    /// What an address has of a limit, which is otherwise this.
    pub fn share(self, otherwise: u32) -> u32 {
        self.0.map_or(otherwise, |rules| (otherwise.saturating_mul(rules.address_percent) / 100).max(1))
    }
}

/// What a code turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The right one, after so many wrong ones in its place.
    Right {
        /// These were slips, and not guesses.
        after: i64,
    },
    /// A wrong one.
    Wrong,
}

/// Counts a code that was right or wrong, in the transaction that keeps what came of it.
pub async fn count(
    app: &App,
    tx: &mut Writing,
    from: Option<IpAddr>,
    seen: Seen,
    now: Instant,
) -> Result<(), sqlx::Error> {
    let rules = app.config.spraying;
    if rules.normal_percent == 0 {
        return Ok(());
    }
    for network in [Some(String::new()), from.map(network_of)].into_iter().flatten() {
        let more = match seen {
            Seen::Right { after } => (1, -after),
            Seen::Wrong => (0, 1),
        };
        verdicts::count(tx, &network, more, now).await?;
        if seen == Seen::Wrong {
            look(tx, rules, &network, now).await?;
        }
    }
    Ok(())
}

/// Raises an alarm when too many were wrong.
async fn look(tx: &mut Writing, rules: Rules, network: &str, now: Instant) -> Result<(), sqlx::Error> {
    for seconds in WINDOWS {
        let counted = verdicts::of_last(tx, network, seconds, now).await?;
        if rules.is_spraying(counted) {
            if verdicts::raise(tx, network, now, now.plus_seconds(rules.guard_seconds)).await? {
                let Counted { correct, wrong } = counted;
                let network = if network.is_empty() { "all" } else { network };
                tracing::warn!(network, wrong, correct, seconds, "too many codes are wrong: on guard");
            }
            return Ok(());
        }
    }
    Ok(())
}

/// Since when codes count.
pub fn oldest(now: Instant) -> Instant {
    Instant(now.0 - HOUR * 1000)
}

/// The network that one provider's customer can have many addresses of: an IPv4 /24, an IPv6 /48.
fn network_of(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
    }
}

#[cfg(test)]
#[path = "spraying_tests.rs"]
mod tests;
