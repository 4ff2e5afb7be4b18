//! The clients of the configuration: what is written, and what is refused of it.

use url::Url;

use super::{
    Problems,
    check::{has_user, is_https_or_loopback, is_strong},
    file::{ClientSection, File},
};
use crate::{
    client::{Client, ClientKey, Clients, Grant, Lifetimes, Place, origin_of},
    secret::sha256,
};

/// Seconds that a token which is checked by its signature may be good for. Keys are published that
/// long after they signed for the last time.
pub const LONGEST_TOKEN: u32 = 2_592_000;

/// Checks `[[client]]`.
pub(super) fn check(file: &File, dev: bool, problems: &mut Problems) -> Clients {
    if file.client.is_empty() {
        if dev {
            return demo_clients();
        }
        problems.add("client", "is missing: there is nothing to sign in to");
    }
    let mut clients: Vec<Client> = Vec::new();
    for (number, section) in file.client.iter().enumerate() {
        let client = client(section, &format!("client[{number}]"), dev, problems);
        if clients.iter().any(|earlier| earlier.id == client.id) {
            problems.add(format!("client[{number}].id"), "is another client's too");
        }
        clients.push(client);
    }
    Clients(clients)
}

fn client(section: &ClientSection, key: &str, dev: bool, problems: &mut Problems) -> Client {
    if section.id.is_empty() || section.id.len() > 128 || !section.id.chars().all(|c| c.is_ascii_graphic()) {
        problems.add(format!("{key}.id"), "must be 1 to 128 printable ASCII characters");
    }
    if let Some(secret) = &section.secret
        && !dev
        && !is_strong(secret)
    {
        problems.add(format!("{key}.secret"), "is too weak: 32 random characters or more");
    }
    let grants = grants(section, key, problems);
    let keys = keys(section, key, problems);
    let origins = origins(&section.origins, &format!("{key}.origins"), problems);
    let web_origins = match &section.web_origins {
        Some(listed) => self::origins(listed, &format!("{key}.web_origins"), problems),
        // Where a login may return to, it may also have been begun.
        None => section.callbacks.iter().filter_map(|address| origin_of(address)).map(Place::Exact).collect(),
    };
    if let Some(address) = &section.cross_origin_fallback {
        place(address, |_| false, &format!("{key}.cross_origin_fallback"), problems);
    }
    let mut addresses = |addresses: &[String], name: &str| {
        for (number, address) in addresses.iter().enumerate() {
            place(address, is_app_address, &format!("{key}.{name}[{number}]"), problems);
        }
        addresses.iter().cloned().map(Place::Exact).collect()
    };
    Client {
        id: section.id.clone(),
        name: section.name.clone().unwrap_or_else(|| section.id.clone()),
        secret: section.secret.as_deref().map(sha256),
        keys,
        grants,
        web_origins,
        callbacks: addresses(&section.callbacks, "callbacks"),
        logout_urls: addresses(&section.logout_urls, "logout_urls"),
        origins,
        implicit: section.implicit,
        trust_forwarded_for: section.trust_forwarded_for,
        cross_origin: section.cross_origin,
        captcha: section.captcha.unwrap_or(true),
        cross_origin_fallback: section.cross_origin_fallback.clone(),
        lifetimes: lifetimes(section, key, problems),
        any_audience: false,
    }
}

fn grants(section: &ClientSection, key: &str, problems: &mut Problems) -> Vec<Grant> {
    let Some(names) = &section.grants else {
        return vec![Grant::Otp, Grant::RefreshToken, Grant::AuthorizationCode];
    };
    let known = |name: &String| match name.as_str() {
        "otp" => Some(Grant::Otp),
        "refresh_token" => Some(Grant::RefreshToken),
        "authorization_code" => Some(Grant::AuthorizationCode),
        _ => None,
    };
    let grants: Vec<Grant> = names.iter().filter_map(known).collect();
    if grants.len() != names.len() || grants.is_empty() {
        problems.add(format!("{key}.grants"), "must be of otp, refresh_token and authorization_code");
    }
    grants
}

fn keys(section: &ClientSection, key: &str, problems: &mut Problems) -> Vec<ClientKey> {
    let mut keys = Vec::new();
    if let Some(pem) = &section.public_key {
        if let Ok(public) = ClientKey::from_pem(pem) {
            keys.push(public);
        } else {
            let reason = "must be a public key in PEM, RSA or P-256, and nothing private";
            problems.add(format!("{key}.public_key"), reason);
        }
    }
    for (number, jwk) in section.jwks.iter().flat_map(|set| &set.keys).enumerate() {
        let public = serde_json::to_value(jwk).ok().and_then(|jwk| ClientKey::from_jwk(&jwk).ok());
        match public {
            Some(public) => keys.push(public),
            None => problems.add(
                format!("{key}.jwks.keys[{number}]"),
                "must be a public JWK for signatures, RSA or EC on P-256, and nothing private",
            ),
        }
    }
    keys
}

fn origins(listed: &[String], key: &str, problems: &mut Problems) -> Vec<Place> {
    for (number, origin) in listed.iter().enumerate() {
        let key = format!("{key}[{number}]");
        if let Some(url) = place(origin, is_app_origin, &key, problems)
            && url.origin().ascii_serialization() != *origin
            && !is_app_origin(&url)
        {
            problems.add(&key, "must be scheme, host and port and nothing else, without a slash at the end");
        }
    }
    listed.iter().cloned().map(Place::Exact).collect()
}

fn lifetimes(section: &ClientSection, key: &str, problems: &mut Problems) -> Lifetimes {
    let defaults = Lifetimes::default();
    let mut lifetime = |name: &str, seconds: Option<u32>, default: u32, longest: u32| {
        let seconds = seconds.unwrap_or(default);
        if !(60..=longest).contains(&seconds) {
            problems.add(format!("{key}.{name}"), format!("must be 60 to {longest}"));
        }
        seconds
    };
    let lifetimes = Lifetimes {
        id_token: lifetime("id_token_seconds", section.id_token_seconds, defaults.id_token, LONGEST_TOKEN),
        access_token: lifetime(
            "access_token_seconds",
            section.access_token_seconds,
            defaults.access_token,
            LONGEST_TOKEN,
        ),
        refresh_token: lifetime(
            "refresh_token_seconds",
            section.refresh_token_seconds,
            defaults.refresh_token,
            31_557_600,
        ),
        refresh_token_idle: section.refresh_token_idle_seconds.filter(|seconds| *seconds > 0),
        refresh_token_leeway: section.refresh_token_leeway_seconds.unwrap_or(defaults.refresh_token_leeway),
    };
    if lifetimes.refresh_token_idle.is_some_and(|idle| !(60..=lifetimes.refresh_token).contains(&idle)) {
        let reason = "must be 0, which is none of its own, or 60 to refresh_token_seconds";
        problems.add(format!("{key}.refresh_token_idle_seconds"), reason);
    }
    if lifetimes.refresh_token_leeway > 60 {
        problems.add(format!("{key}.refresh_token_leeway_seconds"), "must be 0 to 60");
    }
    lifetimes
}

/// An address of an application on a device, which the system hands to it: of a scheme that is a domain
/// name backwards, as `com.example.shop:/callback` (RFC 8252 section 7.1).
fn is_app_address(url: &Url) -> bool {
    url.scheme().contains('.')
}

/// The origin of pages that an application brings along, as `capacitor://localhost`: they have no
/// certificate to show, and nothing but the application can have them.
fn is_app_origin(url: &Url) -> bool {
    let is_bare = url.path().is_empty() && url.query().is_none() && url.port().is_none();
    !matches!(url.scheme(), "http" | "https" | "ws" | "wss" | "ftp" | "file")
        && is_bare
        && url.host_str().is_some_and(|host| !host.is_empty())
}

/// An address that a browser may be sent to or call from. RFC 9700 section 2.1: compared exactly,
/// so no wildcards. What has no certificate because it is an application's own `is_of_an_app`.
fn place(text: &str, is_of_an_app: impl Fn(&Url) -> bool, key: &str, problems: &mut Problems) -> Option<Url> {
    if text.contains('*') {
        problems.add(key, "has a wildcard: list each address");
        return None;
    }
    let Ok(url) = Url::parse(text) else {
        problems.add(key, "is not an address");
        return None;
    };
    if !is_https_or_loopback(&url) && !is_of_an_app(&url) {
        let reason =
            "must be https, unless its host is localhost, or of an app's own scheme, like com.example.shop";
        problems.add(key, reason);
        return None;
    }
    if url.fragment().is_some() || has_user(&url) {
        problems.add(key, "must have neither a fragment nor a user");
    }
    Some(url)
}

/// What `--dev` knows: a browser application and a server application.
fn demo_clients() -> Clients {
    let demo = Client {
        id: "demo".into(),
        name: "Latch Demo".into(),
        secret: None,
        keys: Vec::new(),
        grants: vec![Grant::Otp, Grant::RefreshToken, Grant::AuthorizationCode],
        origins: vec![Place::Loopback],
        web_origins: vec![Place::Loopback],
        callbacks: vec![Place::Loopback],
        logout_urls: vec![Place::Loopback],
        implicit: true,
        trust_forwarded_for: false,
        cross_origin: true,
        captcha: true,
        cross_origin_fallback: None,
        lifetimes: Lifetimes::default(),
        any_audience: true,
    };
    let server = Client {
        id: "demo-server".into(),
        name: "Latch Demo Server".into(),
        secret: Some(sha256("demo-secret")),
        ..demo.clone()
    };
    Clients(vec![demo, server])
}
