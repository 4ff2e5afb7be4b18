//! What `[email]` and `[sms]` say: the words of messages, and how an SMS leaves.

use std::sync::Arc;

use url::Url;

use super::{
    Problems, Sms,
    check::{has_user, is_https_or_loopback},
    file::{File, SmsSection},
};
use crate::{
    mail::{
        message::Templates,
        template::{Markup, Template},
    },
    secret::Secret,
    sms::{Gateway, GatewayAuth, Provider, Sender, Twilio},
    tls::Authorities,
};

/// The words of all messages. A template that cannot be read is refused here, not at a login.
pub(super) fn templates(file: &File, problems: &mut Problems) -> Arc<Templates> {
    let mut read = |key: &str, inline: &Option<String>, path: &Option<String>, markup| {
        let source = text_or_file(key, inline.as_deref(), path.as_deref(), problems)?;
        let template = Template::parse(&source, markup);
        template.map_err(|complaint| problems.add(key, complaint)).ok()
    };
    let (email, defaults) = (&file.email, Templates::default());
    let subject = read("email.subject", &email.subject, &email.subject_file, Markup::Text);
    let text = read("email.text", &email.text, &email.text_file, Markup::Text);
    let html = read("email.html", &email.html, &email.html_file, Markup::Html);
    let from = read("email.from", &email.from, &None, Markup::Text);
    let sms = read("sms.text", &file.sms.text, &file.sms.text_file, Markup::Text);
    Arc::new(Templates {
        from,
        subject: subject.unwrap_or(defaults.subject),
        // Somebody who wrote a text and no HTML does not want ours beside it.
        html: if text.is_some() { html } else { html.or(defaults.html) },
        text: text.unwrap_or(defaults.text),
        sms: sms.unwrap_or(defaults.sms),
        writers: defaults.writers,
    })
}

/// What is written in the file, or in the file that it names.
fn text_or_file(
    key: &str,
    inline: Option<&str>,
    path: Option<&str>,
    problems: &mut Problems,
) -> Option<String> {
    match (inline, path) {
        (None, None) => None,
        (Some(text), None) => Some(text.to_owned()),
        (None, Some(path)) => match std::fs::read_to_string(path) {
            Ok(text) => Some(text),
            Err(error) => {
                problems.add(format!("{key}_file"), format!("cannot be read: {error}"));
                None
            }
        },
        (Some(_), Some(_)) => {
            problems.add(format!("{key}_file"), format!("is there besides {key}: one of them"));
            None
        }
    }
}

/// How an SMS leaves. In `--dev` it can do without a provider: it goes to the inbox.
pub(super) fn sms(section: &SmsSection, dev: bool, problems: &mut Problems) -> Option<Sms> {
    let provider = match section.provider.as_deref() {
        None if dev => None,
        None => return None,
        Some("twilio") => Some(Provider::Twilio(twilio(section, problems)?)),
        Some("gateway") => Some(Provider::Gateway(gateway(section, problems)?)),
        Some(_) => {
            problems.add("sms.provider", "must be twilio or gateway");
            return None;
        }
    };
    if section.countries.is_none() && !dev {
        let reason = "is missing: where messages go to, like [\"US\", \"DE\"], or [\"*\"] for everywhere";
        problems.add("sms.countries", reason);
    }
    let timeout_seconds = section.timeout_seconds.unwrap_or(30);
    if !(1..=60).contains(&timeout_seconds) {
        problems.add("sms.timeout_seconds", "must be 1 to 60");
    }
    Some(Sms { countries: countries(section, problems), provider, timeout_seconds })
}

fn twilio(section: &SmsSection, problems: &mut Problems) -> Option<Twilio> {
    let account_sid = section
        .account_sid
        .clone()
        .filter(|sid| !sid.is_empty() && sid.chars().all(|c| c.is_ascii_alphanumeric()));
    if account_sid.is_none() {
        problems.add("sms.account_sid", "is missing: AC and 32 hexadecimal digits");
    }
    let (inline, path) = (section.auth_token.as_deref(), section.auth_token_file.as_deref());
    let auth_token = secret("sms.auth_token", inline, path, problems);
    let sender = match (&section.from, &section.messaging_service_sid) {
        (Some(from), None) if is_sender(from) => Some(Sender::From(from.clone())),
        (Some(_), None) => {
            let reason = "must be a number like +14155550100, a short code, or a name of up to 11 letters, digits \
                          and spaces";
            problems.add("sms.from", reason);
            None
        }
        (None, Some(sid)) => Some(Sender::MessagingService(sid.clone())),
        _ => {
            problems.add("sms.from", "or sms.messaging_service_sid must be there: one of them");
            None
        }
    };
    let base_url = section.base_url.as_deref().unwrap_or("https://api.twilio.com/");
    let base_url = provider_url("sms.base_url", base_url, problems);
    // Others that speak Twilio's API have names of their own.
    if base_url.as_ref().and_then(Url::host_str).is_some_and(|host| host.ends_with(".twilio.com")) {
        let names = [
            ("sms.account_sid", "AC", account_sid.as_deref()),
            ("sms.messaging_service_sid", "MG", section.messaging_service_sid.as_deref()),
        ];
        for (key, prefix, sid) in names {
            let is_hex = |digits: &str| digits.len() == 32 && digits.chars().all(|c| c.is_ascii_hexdigit());
            if sid.is_some_and(|sid| !sid.strip_prefix(prefix).is_some_and(is_hex)) {
                problems.add(key, format!("must be {prefix} and 32 hexadecimal digits"));
            }
        }
    }
    Some(Twilio { account_sid: account_sid?, auth_token: auth_token?, sender: sender?, base_url: base_url? })
}

/// What Twilio takes as the sender of an SMS: a number, a short code, or a name ("alphanumeric sender ID").
fn is_sender(from: &str) -> bool {
    let is_number = |digits: &str, least, most| {
        (least..=most).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_in_name = |c: char| c.is_ascii_alphanumeric() || " +-_&".contains(c);
    let is_name = (1..=11).contains(&from.len())
        && from.chars().all(is_in_name)
        && from.chars().any(|c| c.is_ascii_alphabetic());
    is_name || is_number(from, 3, 8) || from.strip_prefix('+').is_some_and(|digits| is_number(digits, 1, 15))
}

fn gateway(section: &SmsSection, problems: &mut Problems) -> Option<Gateway> {
    let url = section.url.as_deref().unwrap_or_default();
    let url = provider_url("sms.url", url, problems)?;
    let has_secret = section.secret.is_some() || section.secret_file.is_some();
    let auth = if has_secret {
        let (inline, path) = (section.secret.as_deref(), section.secret_file.as_deref());
        Some(GatewayAuth {
            secret: secret("sms.secret", inline, path, problems)?,
            subject: section.subject.clone(),
            audience: section.audience.clone(),
        })
    } else {
        None
    };
    Some(Gateway { url, sender: section.from.clone(), auth, forward_request: section.forward_request })
}

pub(super) fn secret(
    key: &str,
    inline: Option<&str>,
    path: Option<&str>,
    problems: &mut Problems,
) -> Option<Secret> {
    let before = problems.0.len();
    let secret = text_or_file(key, inline, path, problems).map(|text| text.trim().to_owned());
    let secret = secret.filter(|secret| !secret.is_empty() && !secret.chars().any(char::is_control));
    if secret.is_none() && problems.0.len() == before {
        problems.add(key, format!("is missing: in the file, in the environment or in a {key}_file"));
    }
    secret.map(Secret::new)
}

/// Messages hold codes, so they leave this machine over TLS only.
pub(super) fn provider_url(key: &str, text: &str, problems: &mut Problems) -> Option<Url> {
    let url = Url::parse(text).ok().filter(|url| is_https_or_loopback(url) && !has_user(url));
    if url.is_none() {
        problems.add(key, "must be an https address without a user, or one of this machine");
    }
    url
}

fn countries(section: &SmsSection, problems: &mut Problems) -> Option<Vec<String>> {
    let countries = section.countries.as_ref()?;
    if countries.iter().any(|country| country == "*") {
        return None;
    }
    for (number, country) in countries.iter().enumerate() {
        if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
            problems.add(format!("sms.countries[{number}]"), "must be two capital letters, like US, or *");
        }
    }
    Some(countries.clone())
}

/// Whom the server believes when it calls others.
pub(super) fn authorities(file: &File, problems: &mut Problems) -> Authorities {
    let Some(path) = &file.ca_file else { return Authorities::default() };
    let authorities = std::fs::read_to_string(path).ok().and_then(|pem| Authorities::read(&pem));
    authorities.unwrap_or_else(|| {
        problems.add("ca_file", "cannot be read, or holds no certificate in PEM");
        Authorities::default()
    })
}
