//! The applications that users sign in to, and how they prove who they are.

mod assertion;

use axum::http::{HeaderMap, header};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use percent_encoding::percent_decode_str;
use url::{Host, Url};

pub use self::assertion::ClientKey;
use crate::{
    failure::Failure,
    request::{BadBody, Params},
    secret::{Digest, sha256},
    state::App,
};

/// What a client may exchange for tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// A one-time code.
    Otp,
    /// A refresh token.
    RefreshToken,
    /// An authorization code, which `/authorize` gives.
    AuthorizationCode,
}

/// An allowed origin or address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// This one and no other.
    Exact(String),
    /// Everything at `http://localhost:*` and `http://127.0.0.1:*`. Only `--dev` has it.
    Loopback,
}

impl Place {
    fn is_address(&self, address: &str) -> bool {
        match self {
            Self::Exact(allowed) => allowed == address,
            Self::Loopback => is_loopback_address(address),
        }
    }

    fn is_origin(&self, origin: &str) -> bool {
        match self {
            Self::Exact(allowed) => allowed == origin,
            Self::Loopback => is_loopback_origin(origin),
        }
    }
}

/// An application.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own, as it is in the file")]
pub struct Client {
    /// `client_id`.
    pub id: String,
    /// The name that messages carry.
    pub name: String,
    /// SHA-256 of the secret of a confidential client. A public one has none.
    pub secret: Option<Digest>,
    /// The keys that a confidential client signs assertions with.
    pub keys: Vec<ClientKey>,
    /// What it may exchange.
    pub grants: Vec<Grant>,
    /// Pages that may call the API, besides the origins of `callbacks`.
    pub origins: Vec<Place>,
    /// Pages that may take part in a login: `/co/authenticate` and `web_message`.
    pub web_origins: Vec<Place>,
    /// Where a login may return to.
    pub callbacks: Vec<Place>,
    /// Where a logout may return to.
    pub logout_urls: Vec<Place>,
    /// Whether its word on who asks (`auth0-forwarded-for`) is believed when it comes with its secret.
    pub trust_forwarded_for: bool,
    /// Whether tokens may be returned in the address of a redirect.
    pub implicit: bool,
    /// Whether its pages may take a code themselves, at `/co/authenticate`.
    pub cross_origin: bool,
    /// Whether it is ever asked for a captcha.
    pub captcha: bool,
    /// The page that keeps the verifier of such a login where cookies of third parties are blocked.
    pub cross_origin_fallback: Option<String>,
    /// How long its tokens are good for.
    pub lifetimes: Lifetimes,
    /// Whether it may name any audience, registered or not. Only `--dev` has it.
    pub any_audience: bool,
}

/// How long tokens are good for, in seconds. Auth0's defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// ID tokens.
    pub id_token: u32,
    /// Access tokens from the token endpoint. Those in a redirect live two hours at most.
    pub access_token: u32,
    /// Refresh tokens, from the login on: rotation does not prolong it.
    pub refresh_token: u32,
    /// Refresh tokens that are not used, when that ends them sooner.
    pub refresh_token_idle: Option<u32>,
    /// For how long a refresh token still works after it was used.
    pub refresh_token_leeway: u32,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            id_token: 36_000,
            access_token: 86_400,
            refresh_token: 2_592_000,
            refresh_token_idle: None,
            refresh_token_leeway: 0,
        }
    }
}

impl Client {
    /// Whether a page at this origin may call the API for this client. Origins are compared whole:
    /// no prefix, no suffix, no other port.
    pub fn allows_origin(&self, origin: &str) -> bool {
        self.origins.iter().any(|place| place.is_origin(origin))
            || self.callbacks.iter().any(|place| match place {
                Place::Exact(callback) => origin_of(callback).is_some_and(|allowed| allowed == origin),
                Place::Loopback => is_loopback_origin(origin),
            })
    }

    /// Whether it can prove who it is, and so has to.
    pub fn is_confidential(&self) -> bool {
        self.secret.is_some() || !self.keys.is_empty()
    }

    /// Whether a page at this origin may take part in a login.
    pub fn allows_web_origin(&self, origin: &str) -> bool {
        self.web_origins.iter().any(|place| place.is_origin(origin))
    }

    /// Whether a login may return to this address: byte for byte one that is listed (RFC 9700
    /// section 4.1.3). `--dev` takes every address on this machine that can be read in one way only.
    pub fn allows_callback(&self, address: &str) -> bool {
        self.callbacks.iter().any(|place| place.is_address(address))
    }

    /// The callback of a client that has just one.
    pub fn only_callback(&self) -> Option<&str> {
        match self.callbacks.as_slice() {
            [Place::Exact(only)] => Some(only),
            _ => None,
        }
    }

    /// Where a logout really goes to for a wish, or nothing. As Auth0 does, the query and the
    /// fragment of the wish are not compared.
    pub fn logout_target(&self, wish: &str) -> Option<String> {
        if wish.contains(['\\', '@']) || wish.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return None;
        }
        let place = wish.split(['?', '#']).next().unwrap_or_default();
        self.logout_urls.iter().find_map(|allowed| match allowed {
            Place::Exact(allowed) => (allowed == place).then(|| wish.to_owned()),
            Place::Loopback => {
                let url = Url::parse(wish).ok()?;
                // Written anew, so that no other reader can understand the address differently.
                is_loopback_origin(&url.origin().ascii_serialization()).then(|| url.into())
            }
        })
    }

    /// Whether a logout by OpenID Connect may go to this address: byte for byte one that is listed.
    pub fn allows_logout(&self, address: &str) -> bool {
        self.logout_urls.iter().any(|place| place.is_address(address))
    }

    fn accepts(&self, secret: Option<&str>) -> bool {
        match (&self.secret, secret) {
            (None, None) => !self.is_confidential(),
            // A public client that sends a secret gives it away, and means another client.
            (None, Some(_)) | (Some(_), None) => false,
            // Hashes are compared: their length tells nothing of the secret's.
            (Some(expected), Some(given)) => expected.matches(&sha256(given)),
        }
    }
}

/// The origin of an address with a host, as browsers write it.
pub fn origin_of(address: &str) -> Option<String> {
    let origin = Url::parse(address).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

fn is_loopback_origin(origin: &str) -> bool {
    let Ok(url) = Url::parse(origin) else { return false };
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.octets() == [127, 0, 0, 1],
        _ => false,
    };
    loopback && url.scheme() == "http" && url.origin().ascii_serialization() == origin
}

/// An address on this machine, written as browsers write it: no user, no fragment, no second reading.
fn is_loopback_address(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    let as_written = url.as_str() == address || url.as_str().strip_suffix('/') == Some(address);
    as_written
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none()
        && is_loopback_origin(&url.origin().ascii_serialization())
}

/// The clients of the configuration.
#[derive(Clone, Debug, Default)]
pub struct Clients(pub Vec<Client>);

impl Clients {
    /// The client with an id.
    pub fn find(&self, id: &str) -> Option<&Client> {
        self.0.iter().find(|client| client.id == id)
    }
}

/// How a request proves who its client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Not at all: public clients.
    None,
    /// `client_secret` in the body.
    Post,
    /// HTTP Basic. RFC 6749 section 2.3.1.
    Basic,
    /// `client_assertion`. RFC 7523 section 2.2.
    Assertion,
}

/// What a request says of its client.
pub struct Credentials {
    /// `client_id`, or whom the assertion speaks of.
    pub id: Option<String>,
    /// `client_secret`.
    pub secret: Option<String>,
    /// The id and the secret of HTTP Basic as they were sent, where decoding changes them.
    as_sent: Option<(String, String)>,
    /// `client_assertion`.
    pub assertion: Option<String>,
    /// How it is proven.
    pub method: Method,
}

/// The secret stays out of logs.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("id", &self.id)
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

/// Why the credentials of a request cannot be told.
#[derive(Debug)]
pub enum BadCredentials {
    /// A value that is not text.
    Body(BadBody),
    /// `Authorization: Basic` that cannot be decoded.
    Basic,
    /// Two ways at once, or two clients at once.
    Ambiguous,
    /// `client_assertion` without its type, of another type, or not a JWT.
    Assertion,
}

impl From<BadBody> for BadCredentials {
    fn from(bad: BadBody) -> Self {
        Self::Body(bad)
    }
}

impl Credentials {
    /// Reads them off a request.
    pub fn read(headers: &HeaderMap, params: &Params) -> Result<Self, BadCredentials> {
        let mut id = params.text("client_id")?.map(str::to_owned);
        let secret = params.text("client_secret")?.map(str::to_owned);
        let basic = basic(headers)?;
        let assertion = params.text("client_assertion")?.map(str::to_owned);
        let kind = params.text("client_assertion_type")?;
        if [secret.is_some(), basic.is_some(), assertion.is_some()].into_iter().filter(|given| *given).count()
            > 1
        {
            return Err(BadCredentials::Ambiguous);
        }
        if let Some(Basic { decoded, as_sent }) = basic {
            if id.is_some_and(|id| id != decoded.0 && as_sent.as_ref().is_none_or(|sent| id != sent.0)) {
                return Err(BadCredentials::Ambiguous);
            }
            let (id, secret) = decoded;
            let secret = Some(secret).filter(|secret| !secret.is_empty());
            return Ok(Self { id: Some(id), secret, as_sent, assertion: None, method: Method::Basic });
        }
        if assertion.is_some() || kind.is_some() {
            let subject = assertion.as_deref().filter(|_| kind == Some(assertion::JWT_BEARER));
            let subject = subject.and_then(assertion::subject).ok_or(BadCredentials::Assertion)?;
            if id.get_or_insert(subject.clone()) != &subject {
                return Err(BadCredentials::Ambiguous);
            }
            return Ok(Self { id, secret: None, as_sent: None, assertion, method: Method::Assertion });
        }
        let method = if secret.is_some() { Method::Post } else { Method::None };
        Ok(Self { id, secret, as_sent: None, assertion: None, method })
    }

    /// The client that they speak of.
    pub fn client<'a>(&self, clients: &'a Clients) -> Option<&'a Client> {
        let decoded = self.id.as_deref().and_then(|id| clients.find(id));
        decoded.or_else(|| clients.find(&self.as_sent.as_ref()?.0))
    }

    /// Whether they are this client's. An assertion is used up by asking.
    pub async fn prove(&self, app: &App, client: &Client) -> Result<bool, Failure> {
        if let Some(assertion) = &self.assertion {
            return assertion::prove(app, client, assertion).await;
        }
        let decoded = client.accepts(self.secret.as_deref());
        let as_sent = self.as_sent.as_ref();
        let as_sent = as_sent.is_some_and(|(id, secret)| *id == client.id && client.accepts(Some(secret)));
        // Both are always looked at: how long that takes does not tell which of them was near.
        Ok(decoded | as_sent)
    }
}

/// What HTTP Basic says. Both halves are form-encoded before they are joined (RFC 6749 section 2.3.1), but many
/// programs leave that out: where it makes a difference, what was sent is kept as well.
struct Basic {
    decoded: (String, String),
    as_sent: Option<(String, String)>,
}

fn basic(headers: &HeaderMap) -> Result<Option<Basic>, BadCredentials> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let value = value.to_str().map_err(|_| BadCredentials::Basic)?;
    let Some((scheme, encoded)) = value.split_once(' ') else { return Err(BadCredentials::Basic) };
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(BadCredentials::Basic);
    }
    let decoded = STANDARD.decode(encoded.trim()).map_err(|_| BadCredentials::Basic)?;
    let decoded = String::from_utf8(decoded).map_err(|_| BadCredentials::Basic)?;
    let (id, secret) = decoded.split_once(':').ok_or(BadCredentials::Basic)?;
    let sent = (id.to_owned(), secret.to_owned());
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        percent_decode_str(&text).decode_utf8().map(std::borrow::Cow::into_owned)
    };
    // What cannot be decoded was not encoded.
    let (Ok(id), Ok(secret)) = (decode(id), decode(secret)) else {
        return Ok(Some(Basic { decoded: sent, as_sent: None }));
    };
    let decoded = (id, secret);
    Ok(Some(Basic { as_sent: Some(sent).filter(|sent| *sent != decoded), decoded }))
}

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "client/basic_tests.rs"]
mod basic_tests;
