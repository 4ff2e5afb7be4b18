//! What the page asked for, read once and strictly.

use crate::{
    FULL,
    connection::{self, Connection, Names, Takes},
};

/// The element's options as they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an attribute of the element")]
pub struct Options {
    /// `domain`: a host, or an origin with its scheme.
    pub domain: String,
    /// `client-id`.
    pub client_id: String,
    /// `scope`; empty means the default.
    pub scope: String,
    /// `audience`.
    pub audience: String,
    /// `connections`: `email`, `sms`, or both with a blank between them; each with a name of its own
    /// behind a colon where the server has one for it.
    pub connections: String,
    /// `region`: where phone numbers are from that do not say so themselves.
    pub region: String,
    /// `login-hint`: fills the field.
    pub login_hint: String,
    /// `auto-submit`: a complete code is sent without a press.
    pub auto_submit: bool,
    /// `captcha`: whether one is solved when the server wants one.
    pub captcha: bool,
    /// `transaction`: the `state` that the server gave its hosted page.
    pub transaction: String,
    /// `method`: `code`, `link` or `both`.
    pub method: String,
    /// `exchange`: `auto`, `token`, `cross-origin` or `redirect`.
    pub exchange: String,
    /// `response-type`; empty means `code`.
    pub response_type: String,
    /// `response-mode`.
    pub response_mode: String,
    /// `redirect-uri`: where links and redirects come back to.
    pub redirect_uri: String,
    /// `mailbox` is `off`: no way to the user's mail is offered.
    pub hides_mailbox: bool,
    /// `terms`: `off`, `notice` or `accept`.
    pub terms: String,
    /// `remember`: whoever was here last is offered to go on.
    pub remembers: bool,
}

/// Options that make sense together.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of the page's own")]
pub struct Config {
    /// Where requests go: `https://login.example.com`, without a trailing slash.
    pub origin: String,
    /// Whose tokens are believed: the origin with a trailing slash, as Auth0 writes it.
    pub issuer: String,
    /// The application.
    pub client_id: String,
    /// Space-separated scopes.
    pub scope: String,
    /// The API that the access token is for.
    pub audience: Option<String>,
    /// What the field of the identifier screen takes.
    pub takes: Takes,
    /// What the server calls the connections, where it has names of its own for them.
    pub names: Names,
    /// Where phone numbers are from that do not say so themselves, as it was written.
    pub region: Option<String>,
    /// Fills the field of the identifier screen.
    pub login_hint: String,
    /// Whether a complete code is sent without a press.
    pub auto_submit: bool,
    /// Whether a captcha is solved when the server wants one.
    pub captcha: bool,
    /// On the hosted page: the login that waits at the server. A code leads back there, and not to tokens.
    pub transaction: Option<String>,
    /// What is sent to an address.
    pub method: Method,
    /// How a code becomes tokens.
    pub exchange: Exchange,
    /// What comes back from `/authorize` and from a link, where that is not a code.
    pub response_type: Option<String>,
    /// Whether `/authorize` is asked in a frame (`web_message`) and not by leaving the page.
    pub in_a_frame: bool,
    /// Where links and redirects come back to.
    pub redirect_uri: String,
    /// Whether no way to the user's mail is offered.
    pub hides_mailbox: bool,
    /// The connections that lead to another page.
    pub others: Others,
    /// What is said of the page's terms.
    pub terms: Terms,
    /// Whether whoever was here last is offered to go on.
    pub remembers: bool,
}

/// The connections that lead to another page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Others {
    /// Their names, in order.
    pub names: Vec<String>,
    /// Whether they come before the field.
    pub come_first: bool,
}

/// What is said of the page's terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Terms {
    /// Nothing.
    #[default]
    Off,
    /// That whoever goes on agrees to them.
    Notice,
    /// That they have to be agreed to before anything else.
    Accept,
}

/// What is sent to an address. A number gets a code in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// A code.
    #[default]
    Code,
    /// A link.
    Link,
    /// Both, in one message.
    Both,
}

impl Method {
    /// Auth0's word, and Latch's own for both.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Link => "link",
            Self::Both => "link_or_code",
        }
    }
}

/// How a code becomes tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Exchange {
    /// At `/oauth/token`; where the client may not, by `/co/authenticate`.
    #[default]
    Auto,
    /// At `/oauth/token`.
    Token,
    /// By `/co/authenticate` and `/authorize`.
    CrossOrigin,
    /// Not here: the hosted page takes it.
    Redirect,
}

impl Config {
    /// Whether this is the hosted page's.
    pub fn is_hosted(&self) -> bool {
        FULL && self.transaction.is_some()
    }

    /// What the server calls this connection.
    pub fn name(&self, connection: Connection) -> &str {
        let own = match connection {
            _ if !FULL => None,
            Connection::Email => self.names.email.as_deref(),
            Connection::Sms => self.names.sms.as_deref(),
        };
        own.unwrap_or(connection.as_str())
    }

    /// The connection that the server calls so.
    pub fn connection(&self, name: &str) -> Option<Connection> {
        let all: &[Connection] =
            if FULL { &[Connection::Email, Connection::Sms] } else { &[Connection::Email] };
        all.iter().copied().find(|it| self.name(*it) == name)
    }

    /// What is sent by this connection.
    pub fn method(&self, connection: Connection) -> Method {
        if FULL && connection == Connection::Email { self.method } else { Method::Code }
    }

    /// What comes back: the answer itself (an authorization code) or, where the page asks so, tokens.
    pub fn is_code_flow(&self) -> bool {
        self.response_type().as_str() == "code"
    }

    /// `code`, or what of `token id_token` comes back at once.
    pub fn response_type(&self) -> String {
        self.response_type.clone().unwrap_or_else(|| "code".to_owned())
    }
}

/// Why no login can be shown. For the page's developer, not for its users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigFault {
    /// There is no `domain`.
    DomainMissing,
    /// `domain` is neither a host nor an http(s) origin.
    DomainInvalid,
    /// There is no `client-id`.
    ClientIdMissing,
}

impl ConfigFault {
    /// What the developer has to do, for the console.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::DomainMissing => "set the attribute domain to the host of your login server",
            Self::DomainInvalid => "domain must be a host such as login.example.com, or an http(s) origin",
            Self::ClientIdMissing => "set the attribute client-id to your application's client id",
        }
    }
}

/// Lock's default, and every other Auth0 client's.
const DEFAULT_SCOPE: &str = "openid profile email";

impl TryFrom<Options> for Config {
    type Error = ConfigFault;

    fn try_from(options: Options) -> Result<Self, ConfigFault> {
        let origin = origin(options.domain.trim())?;
        let client_id = options.client_id.trim();
        if client_id.is_empty() {
            return Err(ConfigFault::ClientIdMissing);
        }
        // An attribute may be written over several lines; on the wire there is one space in between.
        let scopes: Vec<_> = options.scope.split_whitespace().collect();
        let scope = if scopes.is_empty() { DEFAULT_SCOPE.to_owned() } else { scopes.join(" ") };
        let connections = &options.connections;
        let others = if FULL {
            Others {
                names: connection::others(connections),
                come_first: connection::starts_with_others(connections),
            }
        } else {
            Others::default()
        };
        Ok(Self {
            others,
            terms: match options.terms.as_str() {
                "notice" if FULL => Terms::Notice,
                "accept" if FULL => Terms::Accept,
                _ => Terms::Off,
            },
            issuer: [&origin, "/"].concat(),
            origin,
            client_id: client_id.to_owned(),
            scope,
            audience: given(&options.audience),
            transaction: given(&options.transaction),
            method: match options.method.as_str() {
                _ if !FULL => Method::Code,
                "link" => Method::Link,
                "both" => Method::Both,
                _ => Method::Code,
            },
            exchange: match options.exchange.as_str() {
                "token" => Exchange::Token,
                "cross-origin" if FULL => Exchange::CrossOrigin,
                "redirect" if FULL => Exchange::Redirect,
                _ => Exchange::Auto,
            },
            response_type: if FULL { given(&options.response_type) } else { None },
            in_a_frame: options.response_mode == "web_message",
            redirect_uri: options.redirect_uri,
            hides_mailbox: options.hides_mailbox,
            takes: match options.exchange.as_str() {
                "redirect" if FULL => Takes::Nothing,
                _ => Takes::read(&options.connections),
            },
            names: if FULL { Names::read(&options.connections) } else { Names::default() },
            region: given(&options.region),
            login_hint: options.login_hint.trim().to_owned(),
            auto_submit: !FULL || options.auto_submit,
            captcha: options.captcha,
            remembers: FULL && options.remembers,
        })
    }
}

fn given(option: &str) -> Option<String> {
    Some(option.trim()).filter(|it| !it.is_empty()).map(str::to_owned)
}

/// `host[:port]` or `http(s)://host[:port][/]`, to an origin.
fn origin(domain: &str) -> Result<String, ConfigFault> {
    if domain.is_empty() {
        return Err(ConfigFault::DomainMissing);
    }
    let (scheme, rest) = domain
        .split_once(':')
        .and_then(|(scheme, rest)| Some((scheme, rest.strip_prefix("//")?)))
        .unwrap_or(("https", domain));
    let host = rest.strip_suffix('/').unwrap_or(rest);
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']' | '_');
    if !matches!(scheme, "http" | "https") || host.is_empty() || !host.chars().all(allowed) {
        return Err(ConfigFault::DomainInvalid);
    }
    Ok([scheme, "://", &host.to_ascii_lowercase()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn domain(domain: &str) -> Result<String, ConfigFault> {
        let options = Options { domain: domain.into(), client_id: "demo".into(), ..Options::default() };
        Config::try_from(options).map(|config| config.issuer)
    }

    #[test]
    fn a_domain_without_a_scheme_means_https() {
        assert_eq!(domain("Login.Example.com").unwrap(), "https://login.example.com/");
        assert_eq!(domain(" http://localhost:4000/ ").unwrap(), "http://localhost:4000/");
    }

    #[test]
    fn a_domain_that_is_no_origin_is_refused() {
        for wrong in ["https://", "ftp://a", "a/b", "a?b", "user@a", "javascript://a", "a b", "https://a//"] {
            assert_eq!(domain(wrong), Err(ConfigFault::DomainInvalid), "{wrong}");
        }
        assert_eq!(domain(" "), Err(ConfigFault::DomainMissing));
    }

    #[test]
    fn an_option_left_empty_takes_its_default() {
        let options = Options { domain: "a".into(), client_id: "c".into(), ..Options::default() };
        let config = Config::try_from(options).unwrap();
        assert_eq!((config.scope.as_str(), config.audience), ("openid profile email", None));
        let options = Options { domain: "a".into(), client_id: " ".into(), ..Options::default() };
        assert_eq!(Config::try_from(options), Err(ConfigFault::ClientIdMissing));
    }
}
