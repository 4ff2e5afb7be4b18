//! The hosts that the server answers for.
//!
//! Links, redirects and metadata are made of the issuer, never of what a request names. Still a request for
//! another host is refused: a cache in front may keep an answer under a name that is not ours, and a page
//! anywhere may point its own name at this machine and read what it is shown (DNS rebinding).

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
    sync::atomic::{AtomicI64, Ordering},
};

use axum::{
    extract::Request,
    http::{StatusCode, Version, header},
};
use latch_protocol::error::code;
use url::Url;

use crate::{clock::Instant, config::Config, reply::Refusal, state::App};

/// How often the log says that a host is not known, in milliseconds: anybody can ask for one.
const TOLD_EVERY: i64 = 60_000;

/// A host as requests name it, without its port: what is in front may well have another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// A name, in small letters.
    Name(String),
    /// An address.
    Address(IpAddr),
}

impl Host {
    /// Reads `host` or `host:port` (RFC 9110 section 7.2). Whoever says who they are (`user@`) means no host.
    pub fn parse(text: &str) -> Option<Self> {
        let (host, port) = if let Some(rest) = text.strip_prefix('[') {
            let (address, port) = rest.split_once(']')?;
            (Self::Address(IpAddr::V6(address.parse::<Ipv6Addr>().ok()?).to_canonical()), port)
        } else {
            let (name, port) = text.split_at(text.find(':').unwrap_or(text.len()));
            let is_of_a_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
            if name.is_empty() || !name.bytes().all(is_of_a_name) {
                return None;
            }
            let address = name.parse().map(Self::Address);
            (address.unwrap_or_else(|_| Self::Name(name.to_ascii_lowercase())), port)
        };
        let is_port = |digits: &str| {
            digits.bytes().all(|byte| byte.is_ascii_digit())
                && (digits.is_empty() || digits.parse::<u16>().is_ok())
        };
        (port.is_empty() || port.strip_prefix(':').is_some_and(is_port)).then_some(host)
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Address(IpAddr::V4(address)) => address.fmt(f),
            Self::Address(IpAddr::V6(address)) => write!(f, "[{address}]"),
        }
    }
}

/// The address of ours that a connection came in at.
#[derive(Clone, Copy, Debug)]
pub struct ReachedAt(pub IpAddr);

/// The hosts that are ours wherever a request comes in: the issuer's, and those of the configuration.
#[derive(Debug)]
pub struct Hosts {
    named: Vec<Host>,
    told_at: AtomicI64,
}

impl Hosts {
    /// Those of an issuer and a configuration.
    pub fn new(issuer: &str, config: &Config) -> Self {
        let issuer = Url::parse(issuer).ok();
        let issuer = issuer.as_ref().and_then(Url::host_str).and_then(Host::parse);
        let named = issuer.into_iter().chain(config.hosts.iter().cloned()).collect();
        Self { named, told_at: AtomicI64::new(i64::MIN) }
    }

    /// Also the address that the request came in at, which is how what watches a server asks it; and
    /// on this machine whatever that calls itself.
    fn know(&self, host: &Host, at: Option<IpAddr>) -> bool {
        let here = at.is_some_and(|at| at.is_loopback());
        self.named.contains(host)
            || match host {
                Host::Name(name) => here && name == "localhost",
                Host::Address(address) => at == Some(*address) || (here && address.is_loopback()),
            }
    }

    fn may_tell(&self, now: Instant) -> bool {
        let last = self.told_at.load(Ordering::Relaxed);
        now.0.saturating_sub(last) >= TOLD_EVERY
            && self.told_at.compare_exchange(last, now.0, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

impl fmt::Display for Hosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for host in &self.named {
            write!(f, "{host}, ")?;
        }
        f.write_str("the address that a request comes in at, and on this machine localhost")
    }
}

/// Why a request is not looked at.
#[derive(Debug, PartialEq, Eq)]
pub enum BadHost {
    /// There is none, there are several, or it is no host. RFC 9112 section 3.2.
    Malformed,
    /// It is somebody else's. RFC 9110 section 15.5.20.
    Unknown(Host),
}

impl From<BadHost> for Refusal {
    fn from(bad: BadHost) -> Self {
        match bad {
            BadHost::Malformed => Self::new(
                StatusCode::BAD_REQUEST,
                code::INVALID_REQUEST,
                "The request has to name one host, in one Host header",
            ),
            BadHost::Unknown(host) => Self::new(
                StatusCode::MISDIRECTED_REQUEST,
                code::INVALID_REQUEST,
                &format!(
                    "This server does not answer for {host}. A proxy has to pass the Host on, or what it sends \
                     instead has to be in `hosts` of latch.toml"
                ),
            ),
        }
    }
}

/// Lets a request pass that is for us. Where the address of the request names a host, too, that counts as well:
/// what is in front may have looked at either.
pub fn admit(app: &App, request: &Request) -> Result<(), BadHost> {
    let mut headers = request.headers().get_all(header::HOST).iter();
    let named = match (headers.next(), headers.next()) {
        (Some(host), None) => Some(host.to_str().ok().and_then(Host::parse).ok_or(BadHost::Malformed)?),
        (None, None) if request.version() == Version::HTTP_10 => None,
        _ => return Err(BadHost::Malformed),
    };
    let authority = request.uri().authority().map(|authority| Host::parse(authority.as_str()));
    let addressed = authority.map(|host| host.ok_or(BadHost::Malformed)).transpose()?;
    let at = request.extensions().get::<ReachedAt>().map(|at| at.0.to_canonical());
    match addressed.into_iter().chain(named).find(|host| !app.hosts.know(host, at)) {
        None => Ok(()),
        Some(host) => {
            if app.hosts.may_tell(app.clock.now()) {
                tracing::warn!(%host, "a request for a host that is not in `hosts` was refused");
            }
            Err(BadHost::Unknown(host))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address_with_or_without_a_port() {
        for (text, host) in [
            ("login.example", "login.example"),
            ("LOGIN.Example:8443", "login.example"),
            ("login.example:", "login.example"),
            ("latch_upstream", "latch_upstream"),
            ("192.0.2.1:80", "192.0.2.1"),
            ("[2001:DB8::1]:443", "[2001:db8::1]"),
            ("[::ffff:192.0.2.1]", "192.0.2.1"),
            // Names that only programs of old read as addresses are names.
            ("0x7f000001", "0x7f000001"),
            ("2130706433", "2130706433"),
        ] {
            assert_eq!(Host::parse(text).unwrap().to_string(), host, "{text}");
        }
        for text in [
            "",
            ":80",
            "a:b",
            "a:80:80",
            "a:65536",
            "a:+80",
            "a@b",
            "a b",
            "a,b",
            "a/b",
            "a\\b",
            "a%2eb",
            "a?b",
            "a#b",
            "[::1",
            "[::1]x",
            "::1",
            "[login.example]",
            "é.example",
            "a\tb",
        ] {
            assert_eq!(Host::parse(text), None, "{text}");
        }
    }
}
