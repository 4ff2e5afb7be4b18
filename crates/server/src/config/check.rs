//! Turns what is written into what is meant, and refuses what is unsafe: all of it at once, each
//! with its key, before the server opens a socket.

use std::{net::IpAddr, path::PathBuf};

use lettre::message::Mailbox;
use url::{Host, Url};

use super::{
    Api, CodeRules, Compat, Config, Http, KeyRules, Limits, Listen, ListenHost, Mail, Problems, SessionRules,
    Signups, captcha, clients, file::File, messages,
};
use crate::{
    host,
    limits::{Network, spraying},
    mail::smtp::{Security, SmtpUrl},
    secret::{Pepper, Secret},
};

/// The pepper of `--dev`, and of nothing else.
pub const DEV_PEPPER: &str = "latch --dev: everybody knows this pepper";

/// Checks a file that the environment has been laid over.
pub fn check(file: &File, dev: bool, mut problems: Problems) -> Result<Config, Problems> {
    file.report_unknown_keys(&mut problems);
    let listen = listen(file, dev, &mut problems);
    let issuer = issuer(file, dev, &mut problems);
    let hosts = hosts(file, &mut problems);
    let pepper = pepper(file, dev, &mut problems);
    let code = code(file, &mut problems);
    let mail = mail(file, dev, &mut problems);
    let sms = messages::sms(&file.sms, dev, &mut problems);
    let authorities = messages::authorities(file, &mut problems);
    let templates = messages::templates(file, &mut problems);
    let clients = clients::check(file, dev, &mut problems);
    let apis = apis(file, &mut problems);
    let trusted_proxies = trusted_proxies(file, &mut problems);
    let session = session(file, &mut problems);
    let keys = KeyRules { rotate_days: file.keys.rotate_days.unwrap_or(KeyRules::default().rotate_days) };
    // A key is published for a while before it signs: a day is what readers may take to see it.
    if keys.rotate_days > 3650 {
        problems.add("keys.rotate_days", "must be 0, which is never, to 3650");
    }
    // In --dev there are none but those that are written.
    let limits = Limits::read(&file.limits, if dev { Limits::default() } else { Limits::DEFAULT });
    let spraying = spraying(file, dev, &code, &mut problems);
    let captcha = captcha::rules(&file.captcha, &limits, dev, &mut problems);
    let database = match &file.database {
        Some(path) => path.into(),
        None if dev => PathBuf::from(".latch/latch.db"),
        None => {
            problems.add("database", "is missing: the path of the SQLite file");
            PathBuf::new()
        }
    };
    let (Some(listen), Some(mail), true) = (listen, mail, problems.0.is_empty()) else {
        return Err(problems);
    };
    Ok(Config {
        dev,
        listen,
        issuer,
        hosts,
        database,
        pepper,
        assets: file.assets.as_deref().unwrap_or("dist").into(),
        code,
        limits,
        spraying,
        captcha,
        mail,
        http: Http::default().that_waits_for(sms.as_ref()),
        sms,
        authorities,
        signups: Signups { email: !file.email.disable_signup, sms: !file.sms.disable_signup },
        compat: Compat { enumeration: file.compat.enumeration },
        templates,
        clients,
        apis,
        trusted_proxies,
        session,
        keys,
    })
}

fn listen(file: &File, dev: bool, problems: &mut Problems) -> Option<Listen> {
    let text = file.listen.as_deref().unwrap_or("localhost:4000");
    let Some(listen) = parse_listen(text) else {
        problems.add("listen", "must be host:port, where the host is localhost or an IP address");
        return None;
    };
    if dev && !listen.is_loopback() {
        problems.add("listen", "must be localhost with --dev: the inbox shows everybody's codes");
    }
    Some(listen)
}

fn parse_listen(text: &str) -> Option<Listen> {
    let (host, port) = text.rsplit_once(':')?;
    let port = port.parse().ok()?;
    let host = match host {
        "localhost" => ListenHost::Localhost,
        // An IPv6 address stands in brackets, or its last group would be the port.
        _ if host.starts_with('[') => {
            ListenHost::Address(IpAddr::V6(host.strip_prefix('[')?.strip_suffix(']')?.parse().ok()?))
        }
        _ => ListenHost::Address(IpAddr::V4(host.parse().ok()?)),
    };
    Some(Listen { host, port })
}

fn issuer(file: &File, dev: bool, problems: &mut Problems) -> Option<String> {
    let Some(text) = &file.issuer else {
        if !dev {
            problems.add("issuer", "is missing: the public address, like https://login.example.com/");
        }
        return None;
    };
    let Ok(url) = Url::parse(text) else {
        problems.add("issuer", "is not an address");
        return None;
    };
    if !is_https_or_loopback(&url) {
        problems.add("issuer", "must be https, unless its host is localhost");
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() || has_user(&url) {
        problems.add("issuer", "must be scheme, host and port and nothing else");
    }
    // Url writes the trailing slash that every client expects of Auth0.
    Some(url.into())
}

fn hosts(file: &File, problems: &mut Problems) -> Vec<host::Host> {
    let mut hosts = Vec::new();
    for (number, text) in file.hosts.iter().enumerate() {
        match host::Host::parse(text) {
            // With a port it would look as if only that one were meant.
            Some(host) if host.to_string().eq_ignore_ascii_case(text) => hosts.push(host),
            _ => problems.add(
                format!("hosts[{number}]"),
                "must be a name or an address, without a port and in full: there are no wildcards",
            ),
        }
    }
    hosts
}

fn pepper(file: &File, dev: bool, problems: &mut Problems) -> Pepper {
    let pepper = match (&file.pepper, dev) {
        (Some(pepper), _) => pepper.as_str(),
        (None, true) => DEV_PEPPER,
        (None, false) => {
            problems.add(
                "pepper",
                "is missing: 32 random characters or more, for example of `openssl rand -base64 32`",
            );
            return Pepper::new(Secret::new(""));
        }
    };
    if !dev {
        if pepper == DEV_PEPPER {
            problems.add("pepper", "is the one of --dev, which everybody knows");
        } else if !is_strong(pepper) {
            problems.add("pepper", "is too weak: 32 random characters or more");
        }
    }
    Pepper::new(Secret::new(pepper))
}

/// Long enough, and not one key held down.
pub(super) fn is_strong(secret: &str) -> bool {
    let distinct: std::collections::BTreeSet<char> = secret.chars().collect();
    secret.chars().count() >= 32 && distinct.len() >= 10
}

fn code(file: &File, problems: &mut Problems) -> CodeRules {
    let defaults = CodeRules::default();
    let code = CodeRules {
        length: file.code.length.unwrap_or(defaults.length),
        seconds: file.code.seconds.unwrap_or(defaults.seconds),
        tries: file.code.tries.unwrap_or(defaults.tries),
        resend_seconds: file.code.resend_seconds.unwrap_or(defaults.resend_seconds),
    };
    // NIST SP 800-63B: six digits at least, ten minutes at most.
    if !(6..=12).contains(&code.length) {
        problems.add("code.length", "must be 6 to 12 digits");
    }
    if !(30..=600).contains(&code.seconds) {
        problems.add("code.seconds", "must be 30 to 600");
    }
    if !(1..=10).contains(&code.tries) {
        problems.add("code.tries", "must be 1 to 10");
    }
    if code.resend_seconds > 600 {
        problems.add("code.resend_seconds", "must be 600 at most");
    }
    code
}

/// In `--dev` nobody is on guard unless that is written: who tries things out is often wrong.
fn spraying(file: &File, dev: bool, code: &CodeRules, problems: &mut Problems) -> spraying::Rules {
    let (written, defaults) = (&file.spraying, spraying::Rules::default());
    let rules = spraying::Rules {
        normal_percent: written.normal_percent.unwrap_or(if dev { 0 } else { defaults.normal_percent }),
        guard_seconds: written.guard_seconds.unwrap_or(defaults.guard_seconds),
        code_length: written.code_length.unwrap_or(defaults.code_length.max(code.length)),
        address_percent: written.address_percent.unwrap_or(defaults.address_percent),
    };
    if rules.normal_percent > 90 {
        problems.add("spraying.normal_percent", "must be 0, which is never on guard, to 90");
    }
    if !(60..=86_400).contains(&rules.guard_seconds) {
        problems.add("spraying.guard_seconds", "must be 60 to 86400, which is a day");
    }
    if !(code.length..=12.max(code.length)).contains(&rules.code_length) {
        problems.add("spraying.code_length", "must be code.length to 12 digits");
    }
    if !(1..=100).contains(&rules.address_percent) {
        problems.add("spraying.address_percent", "must be 1 to 100");
    }
    rules
}

fn session(file: &File, problems: &mut Problems) -> SessionRules {
    let defaults = SessionRules::default();
    let session = SessionRules {
        idle_seconds: file.session.idle_seconds.unwrap_or(defaults.idle_seconds),
        absolute_seconds: file.session.absolute_seconds.unwrap_or(defaults.absolute_seconds),
    };
    if !(60..=31_536_000).contains(&session.absolute_seconds) {
        problems.add("session.absolute_seconds", "must be 60 to 31536000, which is a year");
    }
    if !(60..=session.absolute_seconds.max(60)).contains(&session.idle_seconds) {
        problems.add("session.idle_seconds", "must be 60 to session.absolute_seconds");
    }
    session
}

fn mail(file: &File, dev: bool, problems: &mut Problems) -> Option<Mail> {
    let smtp = match file.mail.smtp_url.as_deref().map(SmtpUrl::parse) {
        None => None,
        Some(Ok(smtp)) => Some(smtp),
        Some(Err(reason)) => {
            problems.add("mail.smtp_url", reason);
            None
        }
    };
    if let Some(smtp) = &smtp
        && smtp.security == Security::Plain
        && !smtp.is_loopback()
        && !file.mail.allow_plaintext
    {
        problems.add(
            "mail.smtp_url",
            "would send codes in the clear: use smtps:// or smtp+starttls://, or set mail.allow_plaintext",
        );
    }
    if file.mail.smtp_url.is_none() && !dev {
        problems.add("mail.smtp_url", "is missing: without it no code can be sent");
    }
    let from = match (&file.mail.from, dev) {
        (Some(from), _) => from.as_str(),
        (None, true) => "no-reply@localhost",
        (None, false) => {
            problems.add("mail.from", "is missing: the sender, like Example <login@example.com>");
            return None;
        }
    };
    let from = from.parse::<Mailbox>().ok().filter(|_| !from.chars().any(char::is_control));
    if from.is_none() {
        problems.add("mail.from", "must be an address, like Example <login@example.com>");
    }
    Some(Mail { smtp, from: from? })
}

fn apis(file: &File, problems: &mut Problems) -> Vec<Api> {
    for (number, api) in file.api.iter().enumerate() {
        if api.audience.is_empty() {
            problems.add(format!("api[{number}].audience"), "is missing");
        }
    }
    let api = |section: &super::file::ApiSection| Api {
        audience: section.audience.clone(),
        scopes: section.scopes.clone(),
    };
    file.api.iter().map(api).collect()
}

fn trusted_proxies(file: &File, problems: &mut Problems) -> Vec<Network> {
    let mut networks = Vec::new();
    for (number, text) in file.trusted_proxies.iter().enumerate() {
        match Network::parse(text) {
            Some(network) => networks.push(network),
            None => problems.add(
                format!("trusted_proxies[{number}]"),
                "must be an address or a network, like 10.0.0.0/8, and not everybody",
            ),
        }
    }
    networks
}

pub(super) fn is_https_or_loopback(url: &Url) -> bool {
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && loopback)
}

pub(super) fn has_user(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}
