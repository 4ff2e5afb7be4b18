//! SMTP, with lettre's parts.

mod connections;

use std::{sync::Arc, time::Duration};

use lettre::{
    Message as Envelope,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, TlsParameters},
    },
};
use percent_encoding::percent_decode_str;
use unicode_normalization::char::is_combining_mark;
use url::{Host, Url};

use self::connections::{Connections, Refused, Server};
use super::message::{Message, one_line, own_sender};
use crate::{clock::Instant, failure::Failure, outbox::Undelivered, secret::Secret, tls::Authorities};

/// Shorter than the outbox's lease: a message is never on its way twice.
const TIMEOUT: Duration = Duration::from_secs(15);
/// For the connection alone.
const PATIENCE: Duration = Duration::from_secs(10);

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// `smtps://`: TLS from the first byte. RFC 8314.
    Tls,
    /// `smtp+starttls://`: TLS before anything is said, or nothing is said.
    StartTls,
    /// `smtp://`: none.
    Plain,
}

/// `scheme://user:password@host:port`.
#[derive(Clone, Debug)]
pub struct SmtpUrl {
    /// How the connection is protected.
    pub security: Security,
    /// The server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Who logs in.
    pub user: Option<(String, Secret)>,
}

impl SmtpUrl {
    /// Reads one. Says what is wrong without repeating it: there may be a password in it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let url = Url::parse(text).map_err(|_| "is not an address")?;
        let (security, port) = match url.scheme() {
            "smtps" => (Security::Tls, 465),
            "smtp+starttls" => (Security::StartTls, 587),
            "smtp" => (Security::Plain, 25),
            _ => return Err("must begin with smtps://, smtp+starttls:// or smtp://"),
        };
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or("has no host")?;
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err("must be scheme, user, host and port and nothing else");
        }
        let decode = |text: &str| percent_decode_str(text).decode_utf8().map(std::borrow::Cow::into_owned);
        let user = match (url.username(), url.password()) {
            ("", None) => None,
            (user, password) => {
                let decoded = decode(user).and_then(|user| Ok((user, decode(password.unwrap_or(""))?)));
                let (user, password) = decoded.map_err(|_| "has a user that is not UTF-8")?;
                Some((user, Secret::new(password)))
            }
        };
        Ok(Self { security, host: host.to_owned(), port: url.port().unwrap_or(port), user })
    }

    /// Whether the server is this machine.
    pub fn is_loopback(&self) -> bool {
        match Host::parse(&self.host) {
            Ok(Host::Domain(name)) => name == "localhost",
            Ok(Host::Ipv4(address)) => address.is_loopback(),
            Ok(Host::Ipv6(address)) => address.is_loopback(),
            Err(_) => false,
        }
    }
}

/// The way to one server.
#[derive(Clone)]
pub struct Smtp(Arc<Connections>);

impl Smtp {
    /// Opens nothing yet.
    pub fn new(url: &SmtpUrl, authorities: &Authorities) -> Result<Self, Failure> {
        let no_tls = |_| Failure::Crypto("no TLS to the SMTP server");
        let parameters = || {
            let mut builder = TlsParameters::builder(url.host.clone());
            for certificate in authorities.certificates() {
                let certificate = Certificate::from_der(certificate.to_vec()).map_err(no_tls)?;
                builder = builder.add_root_certificate(certificate);
            }
            builder.build().map_err(no_tls)
        };
        let tls = match url.security {
            Security::Tls | Security::StartTls => Some(parameters()?),
            Security::Plain => None,
        };
        let credentials = url
            .user
            .as_ref()
            .map(|(user, password)| Credentials::new(user.clone(), password.reveal().to_owned()));
        let server =
            Server { host: url.host.clone(), port: url.port, security: url.security, tls, credentials };
        Ok(Self(Arc::new(Connections::to(server))))
    }

    /// Sends one message. `before_last` is called right before it is the server's.
    pub async fn send(
        &self,
        envelope: &Envelope,
        before_last: impl FnOnce() + Send,
    ) -> Result<(), Undelivered> {
        let sent = tokio::time::timeout(TIMEOUT, self.0.send(envelope, before_last)).await;
        let error = match sent {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(Refused::Smtp(error))) => error,
            Ok(Err(Refused::Extension)) => {
                return Err(Undelivered::permanently("SMTP: the server does not take such addresses"));
            }
            Err(_) => return Err(Undelivered::for_now("SMTP: no answer in time")),
        };
        // The server's words may repeat the address: only its number is told.
        let reason = match error.status() {
            Some(status) => format!("SMTP: status {status}"),
            None if error.is_timeout() => "SMTP: no answer in time".to_owned(),
            None if error.is_tls() => "SMTP: no trusted connection".to_owned(),
            None => "SMTP: the server cannot be reached, or talks something else".to_owned(),
        };
        Err(if error.is_permanent() {
            Undelivered::permanently(reason)
        } else {
            Undelivered::for_now(reason)
        })
    }
}

/// Puts a message in its envelope. `id` names it: a second delivery of the same row carries the same
/// `Message-ID`, and mail programs show it once.
pub fn envelope(
    from: &Mailbox,
    recipient: &str,
    id: &str,
    date: Instant,
    message: &Message,
) -> Option<Envelope> {
    let own = own_sender(message.from.as_deref());
    let from = own.as_ref().unwrap_or(from);
    let name = from.name.as_deref().unwrap_or(&message.app_name);
    let from = mailbox(name, from.email.clone());
    let to = Mailbox::new(None, recipient.parse().ok()?);
    let message_id = format!("<{id}@{}>", from.email.domain());
    // RFC 3834: no out-of-office answers to this.
    let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
    let envelope = Envelope::builder()
        .from(from)
        .to(to)
        // Words that look encoded would be decoded by whoever reads them, into lines of their own (RFC 2047).
        .subject(one_line(&message.subject).replace("=?", "= ?"))
        .date(date.system_time())
        .message_id(Some(message_id))
        .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()));
    let text = lines(&message.text);
    if message.html.is_empty() {
        return envelope.singlepart(SinglePart::plain(text)).ok();
    }
    envelope.multipart(MultiPart::alternative_plain_html(text, lines(&message.html))).ok()
}

/// A text whose lines end in one way. A mail server may take a lone carriage return for an end, and what
/// follows it for a command (SMTP smuggling); no other control has a meaning in a mail.
fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control()).collect()
}

/// The one place that makes a mailbox with a name: lettre panics on control characters in it. What
/// has a meaning in an address list is left out too, so that no reader finds a second address.
fn mailbox(name: &str, email: lettre::Address) -> Mailbox {
    let plain = |c: &char| c.is_alphanumeric() || is_combining_mark(*c) || " .'&+-_!/".contains(*c);
    let name = one_line(name).chars().filter(plain).collect::<String>();
    // A dot at the front is more than some readers can take (RFC 5322 section 4.1).
    let name = one_line(name.trim_start_matches(['.', ' ']));
    Mailbox::new(Some(name).filter(|name| !name.is_empty()), email)
}

#[cfg(test)]
#[path = "smtp_tls_tests.rs"]
mod tls_tests;

#[cfg(test)]
#[path = "smtp/built_tests.rs"]
mod built_tests;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        mail::{
            message::{Facts, Send, Templates},
            payloads::payloads,
        },
        proof::Identity,
    };

    fn write(app_name: &str, host: &str) -> Message {
        let identity = Identity::parse("email", "ada@shop.example").unwrap();
        Templates::default().write(Facts {
            app_name,
            client_id: "shop",
            identity: &identity,
            send: Send::Code,
            code: "012345",
            link: None,
            seconds: 180,
            host,
            language: None,
        })
    }

    #[test]
    fn the_scheme_says_how_the_connection_is_protected() {
        let parse = |text| SmtpUrl::parse(text).unwrap();
        let url = parse("smtps://ada:p%40ss%3A@mail.example.com");
        assert_eq!((url.security, url.port), (Security::Tls, 465));
        let (user, password) = url.user.unwrap();
        assert_eq!((user.as_str(), password.reveal()), ("ada", "p@ss:"));
        assert_eq!(parse("smtp+starttls://mail.example.com").port, 587);
        assert_eq!(parse("smtp://127.0.0.1:1025").port, 1025);
        assert!(parse("smtp://127.0.0.1:1025").is_loopback());
        assert!(parse("smtp://[::1]:1025").is_loopback());
        assert!(!parse("smtp://localhost.evil.example").is_loopback());
        for text in ["", "mail.example.com", "http://mail.example.com", "smtp://", "smtps://a/b?tls=no"] {
            assert!(SmtpUrl::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_password_does_not_show_in_debug_output() {
        let url = SmtpUrl::parse("smtps://ada:hunter2@mail.example.com").unwrap();
        assert!(!format!("{url:?}").contains("hunter2"));
    }

    fn build(app_name: &str, from_name: Option<&str>, host: &str) -> Vec<u8> {
        let message = write(app_name, host);
        let from =
            Mailbox { name: from_name.map(str::to_owned), email: "login@mail.example".parse().unwrap() };
        envelope(&from, "ada@shop.example", "row1", Instant(1_769_860_800_000), &message).unwrap().formatted()
    }

    fn check_headers(bytes: &[u8]) {
        let mail = mailparse::parse_mail(bytes).unwrap();
        let mut names: Vec<String> = mail.headers.iter().map(mailparse::MailHeader::get_key).collect();
        names.sort();
        assert_eq!(
            names,
            ["Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To"]
        );
        let header = |name: &str| mail.headers.iter().find(|header| header.get_key() == name).unwrap();
        let value = |name: &str| header(name).get_value();
        assert_eq!(value("To"), "ada@shop.example");
        assert_eq!(value("Message-ID"), "<row1@mail.example>");
        assert_eq!(value("Date"), "Sat, 31 Jan 2026 12:00:00 +0000");
        // Where nothing is known of the app, nothing follows; no header ends in a space.
        assert!(value("Subject").starts_with("012345 is your code for"));
        let from = mailparse::addrparse_header(header("From")).unwrap();
        assert_eq!(from.count_addrs(), 1);
        let from = from.extract_single_info().unwrap();
        assert_eq!(from.addr, "login@mail.example");
        // Not even in quotes: not every reader knows them.
        let name = from.display_name.unwrap_or_default();
        assert!(!name.contains(['<', '>', '@', ',', ';', ':', '"', '\\', '(']), "{name:?}");
        assert_eq!(mail.subparts.len(), 2);
    }

    #[test]
    fn the_app_is_the_sender_when_the_sender_has_no_name() {
        let bytes = build("Acme", None, "shop.example");
        assert!(String::from_utf8(bytes).unwrap().contains("From: Acme <login@mail.example>"));
    }

    #[test]
    fn no_name_adds_a_header_or_a_recipient() {
        for nasty in payloads().iter().map(String::as_str).chain([""]) {
            check_headers(&build(nasty, None, "shop.example"));
            check_headers(&build("Acme", Some(nasty), nasty));
        }
        check_headers(&build("", None, ""));
    }

    #[test]
    fn a_template_may_name_the_sender_and_adds_nobody_else() {
        let from = Mailbox::new(None, "login@mail.example".parse().unwrap());
        let build = |own: &str| {
            let message = Message { from: Some(own.to_owned()), ..write("Acme", "a.example") };
            let bytes =
                envelope(&from, "ada@shop.example", "row1", Instant(0), &message).unwrap().formatted();
            let mail = mailparse::parse_mail(&bytes).unwrap();
            mail.headers.iter().find(|header| header.get_key() == "From").unwrap().get_value()
        };
        assert_eq!(build("Acme Login <hello@acme.example>"), "\"Acme Login\" <hello@acme.example>");
        assert_eq!(build("hello@acme.example"), "Acme <hello@acme.example>");
        for none in ["Acme", "a@b.co, c@d.co", "a@b.co\r\nBcc: c@d.co", ""] {
            assert_eq!(build(none), "Acme <login@mail.example>", "{none}");
        }
    }

    #[test]
    fn a_message_without_html_is_plain_text() {
        let from = Mailbox::new(None, "login@mail.example".parse().unwrap());
        let message = Message { html: String::new(), ..write("Acme", "a.example") };
        let bytes = envelope(&from, "ada@shop.example", "row1", Instant(0), &message).unwrap().formatted();
        let mail = mailparse::parse_mail(&bytes).unwrap();
        assert!(mail.subparts.is_empty() && mail.ctype.mimetype == "text/plain");
        assert!(mail.get_body().unwrap().contains("012345"));
    }

    #[test]
    fn a_recipient_with_a_line_break_gets_no_envelope() {
        let message = write("Acme", "a.example");
        let from = Mailbox::new(None, "login@mail.example".parse().unwrap());
        for recipient in ["a@b.co\r\nBcc: c@d.co", "a@b.co\n", "a@b.co, c@d.co", ""] {
            assert!(envelope(&from, recipient, "row1", Instant(0), &message).is_none(), "{recipient:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn whatever_the_names_are_the_headers_are_ours(app in any::<String>(), from in any::<String>(), host in any::<String>()) {
            check_headers(&build(&app, Some(&from), &host));
        }
    }
}
