//! Known devices: browsers and networks that a person has signed in from. What strangers may do to a person they
//! may use up; what is kept for a known device they may not.
//!
//! A browser has a cookie. A page of another site has no cookies of ours, and an app has none at all: there it is
//! the network that is known, an IPv4 address or an IPv6 /64.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderValue};

use super::asker_bucket;
use crate::{
    clock::Instant,
    failure::Failure,
    proof::Identity,
    random,
    secret::{Purpose, sha256},
    session,
    state::App,
    store::{Writing, devices},
};

/// The cookie of a browser that somebody has signed in in.
const COOKIE: &str = "latch-device";
/// Marks that are kept of one person.
const MOST: u32 = 20;
const DAY: u32 = 86_400;

/// What a request can be known by.
#[derive(Clone, Default)]
pub struct Device {
    /// The hash of its cookie.
    cookie: Option<Vec<u8>>,
    /// The keyed hash of its network.
    network: Option<Vec<u8>>,
}

/// Cookies stay out of logs, and so do their hashes.
impl std::fmt::Debug for Device {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Device(..)")
    }
}

/// How a device is known, to count by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known(String);

impl Known {
    /// Names it among what is counted.
    pub fn bucket(&self) -> &str {
        &self.0
    }
}

impl Device {
    /// The device that asks. `network` is its user's own address: all users of a backend have the backend's.
    pub fn of(app: &App, headers: &HeaderMap, network: Option<IpAddr>) -> Self {
        let cookie = session::cookie(headers, session::cookie_name(app, COOKIE));
        let network = network.map(asker_bucket);
        let network = network.map(|network| app.config.pepper.mac(Purpose::Network, &[&network]).to_vec());
        Self { cookie: cookie.map(|secret| sha256(secret).to_vec()), network }
    }

    /// Whether somebody has signed in from here lately.
    pub async fn known(&self, app: &App, identity: &Identity) -> Result<Option<Known>, Failure> {
        if app.config.limits.known_device_days.is_none() {
            return Ok(None);
        }
        let person = identity.person(&app.config.pepper);
        let marks = [&self.cookie, &self.network].into_iter().flatten().map(Vec::as_slice);
        let known = devices::known(&app.store, &person, marks, app.clock.now()).await?;
        Ok(known.map(|mark| Known(crate::secret::hex(mark.get(..12).unwrap_or_default()))))
    }

    /// Notes the network of a login.
    pub async fn remember(
        &self,
        app: &App,
        tx: &mut Writing,
        identity: &Identity,
        now: Instant,
    ) -> Result<(), sqlx::Error> {
        let (Some(days), Some(network)) = (app.config.limits.known_device_days, &self.network) else {
            return Ok(());
        };
        let person = identity.person(&app.config.pepper);
        devices::put(tx, &person, network, now.plus_seconds(days.saturating_mul(DAY)), MOST).await
    }

    /// Gives the browser of a login its cookie: a new secret each time, so that nobody can have prepared it.
    /// `crosses` is whether a page of another site has to be able to bring it.
    pub async fn give_cookie(
        &self,
        app: &App,
        tx: &mut Writing,
        identity: &Identity,
        crosses: bool,
        now: Instant,
    ) -> Result<Option<HeaderValue>, Failure> {
        let Some(days) = app.config.limits.known_device_days else { return Ok(None) };
        let secret = random::token(&*app.random)?;
        let mark = sha256(&secret);
        if let Some(old) = &self.cookie {
            devices::rename(tx, old, &mark).await?;
        }
        let person = identity.person(&app.config.pepper);
        let seconds = days.saturating_mul(DAY);
        devices::put(tx, &person, &mark, now.plus_seconds(seconds), MOST).await?;
        let set = if crosses { session::set_cookie } else { session::set_own_cookie };
        Ok(Some(set(app, COOKIE, &secret, seconds)?))
    }
}

#[cfg(test)]
#[path = "devices_tests.rs"]
mod tests;
