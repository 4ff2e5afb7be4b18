//! How often may be asked, and who asks. What is counted is counted in the database: all instances
//! that share it share the limits.

pub mod devices;
pub mod guesses;
pub mod per_address;
pub mod spraying;

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, StatusCode, request::Parts},
};
use latch_protocol::error::code;

use crate::{
    client::{Client, Method},
    clock::Instant,
    reply::Refusal,
    state::App,
};

/// So many in so long, counted exactly: at no moment does any window of that length hold more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What is counted together.
    pub bucket: String,
    /// How many.
    pub most: u32,
    /// In how many seconds.
    pub window: u32,
}

impl Limit {
    /// The window.
    pub fn milliseconds(&self) -> i64 {
        i64::from(self.window) * 1000
    }

    /// What is said while a hit at this instant keeps the window full.
    pub fn exceeded(&self, at: Instant, now: Instant) -> Exceeded {
        Exceeded { most: self.most, again_at: Instant(at.0 + self.milliseconds()), now }
    }
}

/// So many at once, which come back one after the other: Auth0's "burst", with how many a minute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drip {
    /// What is counted together.
    pub bucket: String,
    /// How many at once.
    pub burst: u32,
    /// Milliseconds until one of them is there again.
    pub every: i64,
}

impl Drip {
    /// So many at once, and so many in a minute.
    pub fn new(bucket: String, burst: u32, per_minute: u32) -> Self {
        Self { bucket, burst, every: (60_000 / i64::from(per_minute.max(1))).max(1) }
    }

    /// Takes one, if one is there: with when all are there again.
    fn taken(&self, full_at: Instant, now: Instant) -> Result<Instant, Instant> {
        let full_at = full_at.max(now);
        let again_at = full_at.0 - i64::from(self.burst.saturating_sub(1)) * self.every;
        if again_at > now.0 { Err(Instant(again_at)) } else { Ok(Instant(full_at.0 + self.every)) }
    }

    /// Counts one more, where all are there again at this instant.
    pub fn count(&self, full_at: Instant, now: Instant) -> Result<(Room, Instant), Exceeded> {
        let most = self.burst;
        let full_at = self.taken(full_at, now).map_err(|again_at| Exceeded { most, again_at, now })?;
        // Rounded up: one that is on its way is not there yet.
        let used = (full_at.0 - now.0 + self.every - 1) / self.every;
        let remaining = most.saturating_sub(u32::try_from(used).unwrap_or(u32::MAX));
        let reset_at = Instant(full_at.0 - (used - 1) * self.every);
        Ok((Room { most, remaining, reset_at }, full_at))
    }
}

/// One more was counted, and this is what is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// How many are allowed.
    pub most: u32,
    /// How many more.
    pub remaining: u32,
    /// When the first that was counted stops counting.
    pub reset_at: Instant,
}

impl Room {
    /// Says so in an answer.
    pub fn tell(self, headers: &mut HeaderMap) {
        for (name, value) in [
            ("x-ratelimit-limit", i64::from(self.most)),
            ("x-ratelimit-remaining", i64::from(self.remaining)),
            ("x-ratelimit-reset", self.reset_at.seconds()),
        ] {
            headers.insert(name, value.into());
        }
    }
}

/// Too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded {
    /// How many are allowed.
    pub most: u32,
    /// When one more is.
    pub again_at: Instant,
    /// Now.
    pub now: Instant,
}

impl Exceeded {
    /// Headers: Auth0, "Rate limit use cases". `reset` is in seconds since the epoch.
    fn headers(self) -> [(&'static str, i64); 4] {
        let wait = i64::from(self.now.seconds_until(self.again_at).max(1));
        [
            ("retry-after", wait),
            ("x-ratelimit-limit", i64::from(self.most)),
            ("x-ratelimit-remaining", 0),
            ("x-ratelimit-reset", self.now.seconds() + wait),
        ]
    }

    /// Says so in an answer.
    pub fn tell(self, headers: &mut HeaderMap) {
        for (name, value) in self.headers() {
            headers.insert(name, value.into());
        }
    }
}

impl From<Exceeded> for Refusal {
    fn from(exceeded: Exceeded) -> Self {
        let refusal = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            code::TOO_MANY_REQUESTS,
            "Too many requests. Check the X-RateLimit-Limit, X-RateLimit-Remaining and X-RateLimit-Reset headers.",
        );
        let headers = exceeded.headers().into_iter();
        headers.fold(refusal, |refusal, (name, value)| refusal.with_header(name, &value.to_string()))
    }
}

/// The end user that a backend asks for. Auth0 believes `auth0-forwarded-for` under three conditions,
/// and ignores it otherwise: the client is confidential, its secret is in this very request, and the
/// client's own setting says so. It has to be one address.
pub fn end_user(client: &Client, method: Method, headers: &HeaderMap) -> Option<IpAddr> {
    let with_secret = client.secret.is_some() && matches!(method, Method::Post | Method::Basic);
    if !with_secret || !client.trust_forwarded_for {
        return None;
    }
    let mut given = headers.get_all("auth0-forwarded-for").iter();
    let (Some(only), None) = (given.next(), given.next()) else { return None };
    only.to_str().ok()?.trim().parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

/// The other end of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// The address that asks. There is none where a router is called without a socket.
#[derive(Clone, Copy, Debug)]
pub struct Asker(pub Option<IpAddr>);

impl FromRequestParts<App> for Asker {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<Peer>();
        Ok(Self(peer.map(|peer| asker(app, *peer, &parts.headers))))
    }
}

/// Who asks: the peer, or what trusted proxies say of it.
///
/// The rightmost address of `X-Forwarded-For` that is no trusted proxy's: everything to the left of
/// it was written by whoever sent the request.
pub fn asker(app: &App, peer: Peer, headers: &HeaderMap) -> IpAddr {
    let trusted = |address: IpAddr| app.config.trusted_proxies.iter().any(|network| network.holds(address));
    let mut address = peer.0.ip().to_canonical();
    if !trusted(address) {
        return address;
    }
    let hops = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = hops.flat_map(|value| value.split(',')).map(str::trim).collect();
    for hop in hops.into_iter().rev() {
        let Ok(hop) = hop.parse::<IpAddr>() else { break };
        address = hop.to_canonical();
        if !trusted(address) {
            break;
        }
    }
    address
}

/// What counts as one asker: an IPv4 address, or the /64 that one IPv6 customer has at least.
pub fn asker_bucket(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// An address or a network, like `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u32,
}

impl Network {
    /// Reads one. `/0` is refused: trusting everybody is no limit.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(longest);
        (1..=longest).contains(&prefix).then_some(Self { address, prefix })
    }

    /// Whether an address is in it.
    pub fn holds(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(a), IpAddr::V4(b)) => {
                (bits4(a) ^ bits4(b)).checked_shr(32 - self.prefix).unwrap_or(0) == 0
            }
            (IpAddr::V6(a), IpAddr::V6(b)) => {
                (bits6(a) ^ bits6(b)).checked_shr(128 - self.prefix).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

fn bits4(address: Ipv4Addr) -> u32 {
    address.to_bits()
}

fn bits6(address: Ipv6Addr) -> u128 {
    address.to_bits()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_its_own_addresses() {
        let network = Network::parse("10.1.0.0/16").unwrap();
        assert!(network.holds("10.1.255.3".parse().unwrap()));
        assert!(!network.holds("10.2.0.1".parse().unwrap()));
        assert!(!network.holds("::1".parse().unwrap()));
        assert!(Network::parse("fd00::/8").unwrap().holds("fd12::1".parse().unwrap()));
        assert!(Network::parse("127.0.0.1").unwrap().holds("127.0.0.1".parse().unwrap()));
        for text in ["0.0.0.0/0", "::/0", "10.0.0.0/33", "localhost", "", "10.0.0.0/x"] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }

    #[test]
    fn one_ipv6_network_is_one_asker() {
        let bucket = |text: &str| asker_bucket(text.parse().unwrap());
        assert_eq!(bucket("2001:db8:1:2::1"), bucket("2001:db8:1:2:ffff::9"));
        assert_ne!(bucket("2001:db8:1:2::1"), bucket("2001:db8:1:3::1"));
        assert_ne!(bucket("192.0.2.1"), bucket("192.0.2.2"));
    }
}

#[cfg(test)]
#[path = "limits/address_tests.rs"]
mod address_tests;
