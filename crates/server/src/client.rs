//! The applications that users sign in to, and how they prove who they are.

use axum::http::{HeaderMap, header};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use percent_encoding::percent_decode_str;
use url::{Host, Url};

use crate::{
    request::{BadBody, Params},
    secret::{equal, sha256},
};

/// What a client may exchange for tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// A one-time code.
    Otp,
    /// A refresh token.
    RefreshToken,
}

/// An allowed origin or address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// This one and no other.
    Exact(String),
    /// Everything at `http://localhost:*` and `http://127.0.0.1:*`. Only `--dev` has it.
    Loopback,
}

/// An application.
#[derive(Clone, Debug)]
pub struct Client {
    /// `client_id`.
    pub id: String,
    /// The name that messages carry.
    pub name: String,
    /// SHA-256 of the secret of a confidential client. A public one has none.
    pub secret: Option<[u8; 32]>,
    /// What it may exchange.
    pub grants: Vec<Grant>,
    /// Pages that may call the API, besides the origins of `callbacks`.
    pub origins: Vec<Place>,
    /// Where a login may return to.
    pub callbacks: Vec<Place>,
    /// Where a logout may return to.
    pub logout_urls: Vec<Place>,
    /// Whether tokens may be returned in the address of a redirect.
    pub implicit: bool,
    /// Whether it may name any audience, registered or not. Only `--dev` has it.
    pub any_audience: bool,
}

impl Client {
    /// Whether a page at this origin may call the API for this client. Origins are compared whole:
    /// no prefix, no suffix, no other port.
    pub fn allows_origin(&self, origin: &str) -> bool {
        let listed = self.origins.iter().any(|place| match place {
            Place::Exact(allowed) => allowed == origin,
            Place::Loopback => is_loopback_origin(origin),
        });
        listed
            || self.callbacks.iter().any(|place| match place {
                Place::Exact(callback) => origin_of(callback).is_some_and(|allowed| allowed == origin),
                Place::Loopback => is_loopback_origin(origin),
            })
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

    fn accepts(&self, secret: Option<&str>) -> bool {
        match (&self.secret, secret) {
            (None, _) => true,
            (Some(_), None) => false,
            // Hashes are compared: their length tells nothing of the secret's.
            (Some(expected), Some(given)) => equal(expected, &sha256(given)),
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

/// The clients of the configuration.
#[derive(Clone, Debug, Default)]
pub struct Clients(pub Vec<Client>);

impl Clients {
    /// The client with an id.
    pub fn find(&self, id: &str) -> Option<&Client> {
        self.0.iter().find(|client| client.id == id)
    }
}

/// What a request says of its client: in the body, or with HTTP Basic (RFC 6749 section 2.3.1).
pub struct Credentials {
    /// `client_id`.
    pub id: Option<String>,
    /// `client_secret`.
    pub secret: Option<String>,
    /// Whether they came with HTTP Basic.
    pub basic: bool,
}

/// The secret stays out of logs.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("id", &self.id).finish_non_exhaustive()
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
    /// `client_assertion`, which this server does not take.
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
        let id = params.text("client_id")?.map(str::to_owned);
        let secret = params.text("client_secret")?.map(str::to_owned);
        if params.value("client_assertion").is_some() || params.value("client_assertion_type").is_some() {
            return Err(BadCredentials::Assertion);
        }
        let Some(basic) = basic(headers)? else { return Ok(Self { id, secret, basic: false }) };
        if secret.is_some() || id.is_some_and(|id| id != basic.0) {
            return Err(BadCredentials::Ambiguous);
        }
        let secret = Some(basic.1).filter(|secret| !secret.is_empty());
        Ok(Self { id: Some(basic.0), secret, basic: true })
    }

    /// Whether they are this client's.
    pub fn prove(&self, client: &Client) -> bool {
        client.accepts(self.secret.as_deref())
    }
}

fn basic(headers: &HeaderMap) -> Result<Option<(String, String)>, BadCredentials> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let value = value.to_str().map_err(|_| BadCredentials::Basic)?;
    let Some((scheme, encoded)) = value.split_once(' ') else { return Err(BadCredentials::Basic) };
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(BadCredentials::Basic);
    }
    let decoded = STANDARD.decode(encoded.trim()).map_err(|_| BadCredentials::Basic)?;
    let decoded = String::from_utf8(decoded).map_err(|_| BadCredentials::Basic)?;
    let (id, secret) = decoded.split_once(':').ok_or(BadCredentials::Basic)?;
    // Both halves are form-encoded before they are joined.
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        percent_decode_str(&text).decode_utf8().map(std::borrow::Cow::into_owned)
    };
    let (Ok(id), Ok(secret)) = (decode(id), decode(secret)) else { return Err(BadCredentials::Basic) };
    Ok(Some((id, secret)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(places: &[&str]) -> Client {
        let exact = |place: &&str| Place::Exact((*place).to_owned());
        Client {
            id: "shop".into(),
            name: "Shop".into(),
            secret: None,
            grants: vec![],
            origins: vec![],
            callbacks: places.iter().map(exact).collect(),
            logout_urls: places.iter().map(exact).collect(),
            implicit: false,
            any_audience: false,
        }
    }

    fn basic_header(text: &str) -> HeaderMap {
        let value = format!("Basic {}", STANDARD.encode(text));
        HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().unwrap())])
    }

    #[test]
    fn a_callbacks_origin_may_call_the_api_and_its_neighbours_may_not() {
        let client = client(&["https://shop.example/callback"]);
        assert!(client.allows_origin("https://shop.example"));
        for origin in [
            "null",
            "",
            "https://shop.example/",
            "http://shop.example",
            "https://shop.example:8443",
            "https://shop.example.evil.example",
            "https://evilshop.example",
            "https://SHOP.example",
            "https://shop.example.",
            "https://a.shop.example",
        ] {
            assert!(!client.allows_origin(origin), "{origin}");
        }
    }

    #[test]
    fn loopback_means_localhost_and_127_0_0_1_over_http_on_any_port_and_nothing_else() {
        let client = Client { origins: vec![Place::Loopback], ..client(&[]) };
        for origin in ["http://localhost:4001", "http://127.0.0.1:8080", "http://localhost"] {
            assert!(client.allows_origin(origin), "{origin}");
        }
        for origin in [
            "https://localhost:4001",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://127.0.0.2",
            "http://localhost:4001/",
            "http://localhost@evil.example",
            "http://2130706433",
            "null",
        ] {
            assert!(!client.allows_origin(origin), "{origin}");
        }
    }

    #[test]
    fn a_logout_goes_to_listed_addresses_only() {
        let client = client(&["https://shop.example/bye"]);
        for wish in ["https://shop.example/bye", "https://shop.example/bye?a=1#b"] {
            assert_eq!(client.logout_target(wish).as_deref(), Some(wish));
        }
        for wish in [
            "https://shop.example",
            "https://shop.example/bye/",
            "https://shop.example/BYE",
            "https://shop.example/bye/../x",
            "https://shop.example/bye%2e",
            "https://shop.example/byebye",
            "//shop.example/bye",
            "/bye",
            "https:shop.example/bye",
            "https://shop.example\\@evil.example/bye",
            "https://evil.example/https://shop.example/bye",
            "https://shop.example/bye\r\nx: y",
            "https://user@shop.example/bye",
            "javascript:alert(1)",
        ] {
            assert_eq!(client.logout_target(wish), None, "{wish}");
        }
        let dev = Client { logout_urls: vec![Place::Loopback], ..client };
        assert_eq!(
            dev.logout_target("http://localhost:4001/x?y#z").as_deref(),
            Some("http://localhost:4001/x?y#z")
        );
        for wish in
            ["http://localhost@evil.example/", "http://evil.example/", "http://localhost\\.evil.example/"]
        {
            assert_eq!(dev.logout_target(wish), None, "{wish}");
        }
    }

    #[test]
    fn basic_credentials_are_form_decoded_after_they_are_split() {
        let read = |text| Credentials::read(&basic_header(text), &Params::default()).unwrap();
        let credentials = read("a%3Ab:c%2B+%25");
        assert_eq!(credentials.id.as_deref(), Some("a:b"));
        assert_eq!(credentials.secret.as_deref(), Some("c+ %"));
        assert_eq!(read("id:a:b").secret.as_deref(), Some("a:b"));
    }

    #[test]
    fn credentials_in_two_places_are_refused() {
        let twice = Params::from_form("client_secret=x").unwrap();
        assert!(matches!(Credentials::read(&basic_header("a:b"), &twice), Err(BadCredentials::Ambiguous)));
        let other = Params::from_form("client_id=b").unwrap();
        assert!(matches!(Credentials::read(&basic_header("a:b"), &other), Err(BadCredentials::Ambiguous)));
    }

    #[test]
    fn a_confidential_client_is_proven_by_its_secret_only() {
        let client = Client { secret: Some(sha256("s3cret")), ..client(&[]) };
        let with =
            |secret: Option<&str>| Credentials { id: None, secret: secret.map(str::to_owned), basic: false };
        assert!(with(Some("s3cret")).prove(&client));
        for wrong in [None, Some(""), Some("s3cre"), Some("s3cret "), Some("S3cret")] {
            assert!(!with(wrong).prove(&client), "{wrong:?}");
        }
    }
}
