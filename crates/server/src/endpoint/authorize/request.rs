//! What `/authorize` is asked for. RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2.1, with
//! the parameters that Auth0's clients send.
//!
//! It is read in two steps. Until the client and its callback are certain, whatever is wrong is said
//! on a page of our own; from there on it is said to the callback.

use serde::{Deserialize, Serialize};

use super::answer::{Denied, Mode, Return};
use crate::{
    client::{Client, Grant},
    config::Api,
    request::{BadBody, Params},
    state::App,
};

/// Which of the three are asked for. OAuth 2.0 Multiple Response Types section 5: their order says
/// nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseType {
    /// An authorization code.
    pub code: bool,
    /// An access token in the redirect.
    pub token: bool,
    /// An ID token in the redirect.
    pub id_token: bool,
}

impl ResponseType {
    fn parse(text: &str) -> Option<Self> {
        let mut wanted = Self::default();
        for part in text.split(' ') {
            let slot = match part {
                "code" => &mut wanted.code,
                "token" => &mut wanted.token,
                "id_token" => &mut wanted.id_token,
                _ => return None,
            };
            if std::mem::replace(slot, true) {
                return None;
            }
        }
        Some(wanted)
    }

    /// Whether a token would stand in the redirect.
    pub fn is_implicit(self) -> bool {
        self.token || self.id_token
    }

    fn default_mode(self) -> Mode {
        if self.is_implicit() { Mode::Fragment } else { Mode::Query }
    }
}

/// Where a request comes from, and what it may therefore leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// `/authorize`.
    Authorize,
    /// A link in a message. Auth0 has no PKCE on that way, and a response type of its own.
    Link,
}

/// What was asked for, checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The client's id.
    pub client: String,
    /// Where the answer goes, and how.
    pub back: Return,
    /// What the answer is made of.
    pub response_type: ResponseType,
    /// What is asked for, space-separated.
    pub scope: String,
    /// The API that the access token is for.
    pub audience: Option<String>,
    /// Comes back in the ID token.
    pub nonce: Option<String>,
    /// `code_challenge`, of the method S256.
    pub challenge: Option<String>,
    /// The connection to sign in with.
    pub connection: Option<String>,
    /// Whom the client expects.
    pub login_hint: Option<String>,
    /// Languages for the pages.
    pub ui_locales: Option<String>,
    /// `login` or `signup`.
    pub screen_hint: Option<String>,
    /// `none`, `login`, `consent`, `select_account`.
    pub prompt: Vec<String>,
    /// Seconds since the user last proved who they are.
    pub max_age: Option<i64>,
    /// The ID token of the user that the client expects.
    pub id_token_hint: Option<String>,
    /// What `/co/authenticate` gave.
    pub login_ticket: Option<String>,
}

/// Why a request is not taken.
#[derive(Debug)]
pub enum Refused {
    /// There is no certain way back: a page says what is wrong.
    Page(String),
    /// The callback is told.
    Denied(Box<Return>, Denied),
}

impl From<BadBody> for Refused {
    fn from(bad: BadBody) -> Self {
        Self::Page(match bad {
            BadBody::Text(name) => format!("Parameter '{name}' must be a string"),
            _ => "The request cannot be read: a parameter is there twice, or wrongly encoded.".to_owned(),
        })
    }
}

impl Request {
    /// Reads and checks one.
    pub fn read(app: &App, params: &Params, way: Way) -> Result<Self, Refused> {
        let (client, back, response_type) = way_back(app, params, way)?;
        let denied = |error, description: &str| {
            Refused::Denied(Box::new(back.clone()), Denied::new(error, description))
        };
        let response_type = response_type.map_err(|(error, description)| denied(error, description))?;
        for (name, error) in [
            ("request", "request_not_supported"),
            ("request_uri", "request_uri_not_supported"),
            ("registration", "registration_not_supported"),
        ] {
            if params.value(name).is_some() {
                return Err(denied(error, &format!("The parameter {name} is not supported")));
            }
        }
        if response_type.is_implicit() && back.mode == Mode::Query {
            return Err(denied("invalid_request", "response_mode query must not carry tokens"));
        }
        let grant = match response_type {
            _ if response_type.is_implicit() && !client.implicit => Some("implicit"),
            _ if response_type.code && !client.grants.contains(&Grant::AuthorizationCode) => {
                Some("authorization_code")
            }
            _ => None,
        };
        if let Some(grant) = grant {
            let description = format!("Grant type '{grant}' not allowed for the client.");
            return Err(denied("unauthorized_client", &description));
        }
        let text = |name: &str| params.text(name).map(|text| text.map(str::to_owned));
        let request = Self {
            client: client.id.clone(),
            response_type,
            scope: scope(params.text("scope")?.unwrap_or_default(), way),
            audience: text("audience")?,
            nonce: text("nonce")?,
            challenge: challenge(params, client, response_type, way)
                .map_err(|why| denied("invalid_request", why))?,
            connection: text("connection")?,
            login_hint: text("login_hint")?,
            ui_locales: text("ui_locales")?,
            screen_hint: text("screen_hint")?,
            prompt: params.text("prompt")?.map(prompts).unwrap_or_default(),
            max_age: match params.text("max_age")?.map(str::parse) {
                None => None,
                Some(Ok(seconds)) if (0..=i64::from(u32::MAX)).contains(&seconds) => Some(seconds),
                Some(_) => return Err(denied("invalid_request", "max_age must be a number of seconds")),
            },
            id_token_hint: text("id_token_hint")?,
            login_ticket: text("login_ticket")?,
            back: back.clone(),
        };
        if response_type.id_token && request.nonce.is_none() {
            return Err(denied("invalid_request", "Missing required parameter: nonce"));
        }
        if request.has_prompt("none") && request.prompt.len() > 1 {
            return Err(denied("invalid_request", "prompt none stands alone"));
        }
        if !matches!(request.connection.as_deref(), None | Some("email" | "sms")) {
            return Err(denied("invalid_request", "the connection was not found"));
        }
        if let Some(audience) = &request.audience
            && api(app, client, audience).is_none()
        {
            return Err(denied("access_denied", &format!("Service not found: {audience}")));
        }
        Ok(request)
    }

    /// Whether something is among the values of `prompt`.
    pub fn has_prompt(&self, prompt: &str) -> bool {
        self.prompt.iter().any(|one| one == prompt)
    }
}

type WayBack<'a> = (&'a Client, Return, Result<ResponseType, (&'static str, &'static str)>);

/// The client, and the address that is certainly its own; or a page.
fn way_back<'a>(app: &'a App, params: &Params, way: Way) -> Result<WayBack<'a>, Refused> {
    let page = |text: &str| Refused::Page(text.to_owned());
    let id = params.text("client_id")?.ok_or_else(|| page("Missing required parameter: client_id"))?;
    let client =
        app.config.clients.find(id).ok_or_else(|| page("Unknown client: the client_id is wrong."))?;
    let redirect_uri = match params.text("redirect_uri")? {
        Some(address) if client.allows_callback(address) => address,
        Some(_) => {
            return Err(page(
                "Callback URL mismatch. The redirect_uri is not among the callbacks of this application.",
            ));
        }
        None => client.only_callback().ok_or_else(|| page("Missing required parameter: redirect_uri"))?,
    };
    let response_type = match params.text("response_type")? {
        Some(text) => {
            ResponseType::parse(text).ok_or(("unsupported_response_type", "Unsupported response type"))
        }
        None if way == Way::Link && client.implicit => {
            Ok(ResponseType { token: true, ..ResponseType::default() })
        }
        None if way == Way::Link => Ok(ResponseType { code: true, ..ResponseType::default() }),
        None => Err(("invalid_request", "Missing required parameter: response_type")),
    };
    let default_mode = response_type.as_ref().map_or(Mode::Query, |known| known.default_mode());
    let (mode, response_type) = match params.text("response_mode")? {
        None => (default_mode, response_type),
        Some(text) => match Mode::parse(text) {
            Some(mode) => (mode, response_type),
            None => (default_mode, Err(("invalid_request", "Unsupported response mode"))),
        },
    };
    let mode = if params.text("owp")? == Some("true") { Mode::Popup } else { mode };
    let back = Return {
        redirect_uri: redirect_uri.to_owned(),
        mode,
        state: params.text("state")?.map(str::to_owned),
    };
    if matches!(mode, Mode::WebMessage | Mode::Popup) && !client.allows_web_origin(&back.origin()) {
        return Err(page("The origin of the redirect_uri is not among the web origins of this application."));
    }
    Ok((client, back, response_type))
}

/// RFC 7636 section 4.3. A public client has nothing else to show that the code is its own.
fn challenge(
    params: &Params,
    client: &Client,
    response_type: ResponseType,
    way: Way,
) -> Result<Option<String>, &'static str> {
    let text = |name| params.text(name).map_err(|_| "code_challenge must be a string");
    let (challenge, method) = (text("code_challenge")?, text("code_challenge_method")?);
    let Some(challenge) = challenge else {
        let needed = response_type.code && !client.is_confidential() && way == Way::Authorize;
        return if needed {
            Err("Missing required parameter: code_challenge")
        } else if method.is_some() {
            Err("code_challenge_method without code_challenge")
        } else {
            Ok(None)
        };
    };
    let is_base64url = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    match method {
        Some("S256") if challenge.len() == 43 && challenge.chars().all(is_base64url) => {
            Ok(Some(challenge.to_owned()))
        }
        Some("S256") => Err("code_challenge must be a SHA-256 in base64url"),
        // Absent means plain (RFC 7636 section 4.3), which protects nothing.
        _ => Err("code_challenge_method must be S256"),
    }
}

/// Auth0 gives no refresh token through a link.
fn scope(asked: &str, way: Way) -> String {
    let granted = |scope: &&str| way == Way::Authorize || *scope != "offline_access";
    asked.split(' ').filter(granted).collect::<Vec<_>>().join(" ")
}

fn prompts(text: &str) -> Vec<String> {
    text.split(' ').filter(|prompt| !prompt.is_empty()).map(str::to_owned).collect()
}

/// The API that an audience names, for a client.
pub fn api(app: &App, client: &Client, audience: &str) -> Option<Api> {
    let known = app.config.apis.iter().find(|api| api.audience == audience).cloned();
    known.or_else(|| client.any_audience.then(|| Api { audience: audience.to_owned(), scopes: Vec::new() }))
}
