//! The configuration: one TOML file, which environment variables override. See [`file`] for the
//! names and [`check`] for what is refused.

mod captcha;
pub mod check;
mod clients;
mod environment;
pub mod file;
pub mod limits;
mod messages;
mod written;

use std::{
    fmt,
    net::IpAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use lettre::message::Mailbox;

use self::written::Written;
pub use self::{clients::LONGEST_TOKEN, limits::Limits};
use crate::{
    captcha::Rules,
    client::Clients,
    host::Host,
    identity::Phone,
    limits::{Network, spraying},
    mail::{message::Templates, smtp::SmtpUrl},
    outbox,
    secret::Pepper,
    sms::Provider,
    tls::Authorities,
};

/// Everything that can be set, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// Whether messages are shown at `/dev/inbox` and the demo clients exist.
    pub dev: bool,
    /// Where to listen.
    pub listen: Listen,
    /// `iss` of tokens, with its trailing slash. Without it: the address that is listened on.
    pub issuer: Option<String>,
    /// Hosts that requests may name besides the issuer's.
    pub hosts: Vec<Host>,
    /// The SQLite file.
    pub database: PathBuf,
    /// The secret that codes are hashed with.
    pub pepper: Pepper,
    /// The folder with the widget and the hosted page.
    pub assets: PathBuf,
    /// How codes are made.
    pub code: CodeRules,
    /// How often may be asked.
    pub limits: Limits,
    /// When guessing at many people is seen, and what is done then.
    pub spraying: spraying::Rules,
    /// Who is asked for a captcha, and for which.
    pub captcha: Option<Rules>,
    /// How emails leave.
    pub mail: Mail,
    /// How an SMS leaves, when it does.
    pub sms: Option<Sms>,
    /// Whom the server believes when it calls others.
    pub authorities: Authorities,
    /// Who is sent something.
    pub signups: Signups,
    /// Where Auth0 does what this server does not by itself.
    pub compat: Compat,
    /// What messages say.
    pub templates: Arc<Templates>,
    /// The applications.
    pub clients: Clients,
    /// The APIs that access tokens can be for.
    pub apis: Vec<Api>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// How long browsers stay signed in.
    pub session: SessionRules,
    /// How often keys are replaced.
    pub keys: KeyRules,
    /// Limits of the transport.
    pub http: Http,
}

/// What `latch-server init` writes: every key, with what it means and its default, and a pepper of its
/// own.
pub fn example(pepper: &str) -> String {
    include_str!("config/example.toml").replace("\"PEPPER\"", &format!("\"{pepper}\""))
}

/// Reads the file, if one is named, lays the environment over it, and checks the result.
pub fn load(
    path: Option<&Path>,
    dev: bool,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Config, Problems> {
    let mut problems = Problems::default();
    let mut text = String::new();
    let name = path.map(|path| path.display().to_string()).unwrap_or_default();
    if let Some(path) = path {
        match std::fs::read_to_string(path) {
            Ok(read) => text = read,
            Err(error) => {
                problems.add(name, error.to_string());
                return Err(problems);
            }
        }
    }
    let (written, mut file) = Written::read(&name, &text)?;
    if let Some(path) = path
        && file.holds_secrets()
        && is_readable_by_others(path)
    {
        problems.add(name, "holds secrets and can be read by everybody: chmod 600");
    }
    let overrides = file.override_with(env, &mut problems);
    file.read_secret_files(&mut problems);
    let checked = check::check(&file, dev, problems);
    let (config, problems) = match checked {
        Ok(config) => (Some(config), Problems::default()),
        Err(problems) => (None, problems),
    };
    let problems = written.explain(problems, &overrides);
    config.filter(|_| problems.0.is_empty()).ok_or(problems)
}

#[cfg(unix)]
fn is_readable_by_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o004 != 0)
}

#[cfg(not(unix))]
fn is_readable_by_others(_: &Path) -> bool {
    false
}

/// Whether people without an account are sent codes, by connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signups {
    /// By email.
    pub email: bool,
    /// By SMS.
    pub sms: bool,
}

impl Signups {
    /// Whether a connection takes people who are new.
    pub fn are_open(self, connection: &str) -> bool {
        if connection == "sms" { self.sms } else { self.email }
    }
}

/// Habits of Auth0's that are worse than ours, for those who need them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compat {
    /// A start tells who has no account and may not have one.
    pub enumeration: bool,
}

/// `host:port`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    /// The interface.
    pub host: ListenHost,
    /// The port; 0 lets the operating system choose.
    pub port: u16,
}

/// An interface to listen on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListenHost {
    /// `localhost`: 127.0.0.1, and `[::1]` when there is one.
    Localhost,
    /// An address.
    Address(IpAddr),
}

impl fmt::Display for ListenHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Localhost => f.write_str("localhost"),
            Self::Address(IpAddr::V4(address)) => address.fmt(f),
            Self::Address(IpAddr::V6(address)) => write!(f, "[{address}]"),
        }
    }
}

impl Listen {
    /// Whether only this machine can connect.
    pub fn is_loopback(&self) -> bool {
        match &self.host {
            ListenHost::Localhost => true,
            ListenHost::Address(address) => address.is_loopback(),
        }
    }
}

/// How one-time codes are made. Auth0's defaults: 6 digits, 180 s, 3 tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeRules {
    /// Digits.
    pub length: u32,
    /// Seconds that a code is good for.
    pub seconds: u32,
    /// Guesses that a code takes.
    pub tries: u32,
    /// Seconds after which clients offer to send another.
    pub resend_seconds: u32,
}

impl Default for CodeRules {
    fn default() -> Self {
        Self { length: 6, seconds: 180, tries: 3, resend_seconds: 30 }
    }
}

/// How an SMS leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sms {
    /// Where it may go to. `None` is everywhere.
    pub countries: Option<Vec<String>>,
    /// Who carries it. Only `--dev` can do without.
    pub provider: Option<Provider>,
    /// Seconds that they have to answer in. Auth0 gives a gateway 30.
    pub timeout_seconds: u32,
}

impl Sms {
    /// Whether messages go to a number. Somebody else's calls to expensive countries are a business.
    pub fn reaches(&self, phone: &Phone) -> bool {
        let Some(countries) = &self.countries else { return true };
        phone.country().is_some_and(|country| countries.contains(&country))
    }
}

/// How emails leave.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The SMTP server. Only `--dev` can do without.
    pub smtp: Option<SmtpUrl>,
    /// The sender.
    pub from: Mailbox,
}

/// An API that access tokens can be for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Api {
    /// `aud` of its tokens.
    pub audience: String,
    /// The scopes that clients may ask for, besides those of OpenID Connect.
    pub scopes: Vec<String>,
}

/// How long a browser stays signed in. Auth0's defaults: three days without use, a week at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionRules {
    /// Seconds without use.
    pub idle_seconds: u32,
    /// Seconds since the login.
    pub absolute_seconds: u32,
}

impl Default for SessionRules {
    fn default() -> Self {
        Self { idle_seconds: 259_200, absolute_seconds: 604_800 }
    }
}

/// How often the keys that sign tokens are replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyRules {
    /// Days that a key signs; 0 is for ever.
    pub rotate_days: u32,
}

impl Default for KeyRules {
    fn default() -> Self {
        Self { rotate_days: 90 }
    }
}

/// Limits of the transport.
#[derive(Clone, Copy, Debug)]
pub struct Http {
    /// For a request's head, and for a kept-alive connection's next request.
    pub header_timeout: Duration,
    /// For a request's whole body.
    pub body_timeout: Duration,
    /// Without a byte in either direction.
    pub idle_timeout: Duration,
    /// For requests in flight when the server stops.
    pub shutdown_timeout: Duration,
    /// Connections at once.
    pub connections: usize,
    /// Bytes of a request's body.
    pub body_limit: usize,
}

impl Http {
    /// Whoever waits for an SMS waits in silence, and no connection is cut for that.
    #[must_use]
    pub fn that_waits_for(self, sms: Option<&Sms>) -> Self {
        let longest = sms.map_or(Duration::ZERO, |sms| Duration::from_secs(sms.timeout_seconds.into()));
        Self { idle_timeout: self.idle_timeout.max(longest + outbox::PATIENCE * 2), ..self }
    }
}

impl Default for Http {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(30),
            shutdown_timeout: Duration::from_secs(10),
            connections: 2048,
            body_limit: 16 * 1024,
        }
    }
}

/// One thing that is wrong with the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key, as it is written in the file.
    pub key: String,
    /// Where it stands, from 1 on.
    pub line: Option<usize>,
    /// What is wrong and what would be right.
    pub reason: String,
}

/// Everything that is wrong with the configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// Notes one more.
    pub fn add(&mut self, key: impl Into<String>, reason: impl Into<String>) {
        self.0.push(Problem { key: key.into(), line: None, reason: reason.into() });
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("The configuration is refused:")?;
        for Problem { key, line, reason } in &self.0 {
            match line {
                Some(line) => write!(f, "\n  line {line}: {key}: {reason}")?,
                None => write!(f, "\n  {key}: {reason}")?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
