//! How the answer gets back to the client: in the query, in the fragment, as a form, or as a message
//! to the page that has this one in a frame or opened it. OAuth 2.0 Multiple Response Types, Form
//! Post Response Mode; the messages are Auth0's.

use axum::{
    http::{HeaderValue, StatusCode},
    response::Response,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::{Url, form_urlencoded};

use crate::{
    failure::Failure,
    mail::message::escape,
    page::{self, Page},
    state::App,
    words::Language,
};

/// `response_mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// `?`
    Query,
    /// `#`
    Fragment,
    /// A form that submits itself.
    FormPost,
    /// `postMessage`.
    WebMessage,
    /// `postMessage` to the page that opened this one and asks for the answer, as auth0.js does with
    /// `owp`. Not a `response_mode`.
    Popup,
}

impl Mode {
    /// Reads its name.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "query" => Self::Query,
            "fragment" => Self::Fragment,
            "form_post" => Self::FormPost,
            "web_message" => Self::WebMessage,
            _ => return None,
        })
    }
}

/// Where an answer goes, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    /// A callback of the client's.
    pub redirect_uri: String,
    /// How the answer gets there.
    pub mode: Mode,
    /// Goes with it.
    pub state: Option<String>,
}

/// Why the client gets nothing. RFC 6749 section 4.1.2.1, OpenID Connect Core section 3.1.2.6.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    error: &'static str,
    description: String,
}

impl Denied {
    /// A code and a sentence.
    pub fn new(error: &'static str, description: &str) -> Self {
        Self { error, description: description.to_owned() }
    }

    /// Nobody is signed in, and nobody may be asked.
    pub fn login_required() -> Self {
        Self::new("login_required", "Login required")
    }
}

impl Return {
    /// The origin that the answer goes to.
    pub fn origin(&self) -> String {
        Url::parse(&self.redirect_uri).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
    }

    /// The answer that says no.
    pub fn deny(&self, app: &App, language: &'static Language, denied: &Denied) -> Result<Response, Failure> {
        let values =
            vec![("error", denied.error.to_owned()), ("error_description", denied.description.clone())];
        self.answer(app, language, values, Vec::new())
    }

    /// The answer with these values, and `state`. The language is that of a page which a browser stays on.
    pub fn answer(
        &self,
        app: &App,
        language: &'static Language,
        mut values: Vec<(&'static str, String)>,
        cookies: Vec<HeaderValue>,
    ) -> Result<Response, Failure> {
        if let Some(state) = &self.state {
            values.push(("state", state.clone()));
        }
        let words = &language.words;
        let page = Page { language: Some(language), title: &words.one_moment, ..Page::default() };
        let mut url = Url::parse(&self.redirect_uri).map_err(|_| Failure::Crypto("no callback"))?;
        match self.mode {
            Mode::Query => {
                url.query_pairs_mut().extend_pairs(&values);
                page::redirect(url.as_str(), cookies)
            }
            Mode::Fragment => {
                let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(&values).finish();
                url.set_fragment(Some(&text));
                page::redirect(url.as_str(), cookies)
            }
            Mode::FormPost => {
                let fields: Vec<(&str, &str)> =
                    values.iter().map(|(name, value)| (*name, value.as_str())).collect();
                let script = Some("document.forms[0].submit()".to_owned());
                let body = page::form(&self.redirect_uri, &fields, &words.r#continue);
                Page { body, script, cookies, ..page }.answer(app, StatusCode::OK)
            }
            Mode::Popup => {
                let script = Some(conversation(&self.origin(), values)?);
                let title = &*words.done;
                let body = format!("<h1>{}</h1><p>{}</p>", escape(title), escape(&words.close_window));
                Page { title, body, script, cookies, ..page }.answer(app, StatusCode::OK)
            }
            Mode::WebMessage => {
                let origin = self.origin();
                let script = Some(message(&origin, values)?);
                let framed_by = Some(origin.as_str());
                Page { script, framed_by, cookies, ..page }.answer(app, StatusCode::OK)
            }
        }
    }
}

/// The answer as an object of a script.
fn object(values: Vec<(&'static str, String)>) -> Result<String, Failure> {
    let value = |(name, value): (&'static str, String)| {
        let value = match (name, value.parse::<u32>()) {
            ("expires_in", Ok(seconds)) => Value::from(seconds),
            _ => Value::from(value),
        };
        (name.to_owned(), value)
    };
    page::literal(&values.into_iter().map(value).collect::<Map<String, Value>>())
}

/// Hands the answer to one origin and to no other.
fn message(origin: &str, values: Vec<(&'static str, String)>) -> Result<String, Failure> {
    Ok(format!(
        "(window.opener || window.parent).postMessage({{type: \"authorization_response\", response: {}}}, {})",
        object(values)?,
        page::literal(&origin)?,
    ))
}

/// The same where the other page waits to hear that this one is there, and asks then: the protocol of
/// `WinChan`, which auth0.js opens windows with.
fn conversation(origin: &str, values: Vec<(&'static str, String)>) -> Result<String, Failure> {
    Ok(format!(
        "const origin = {origin}, answer = {answer}, asker = window.opener;\n\
         const say = (what) => asker.postMessage(JSON.stringify(what), origin);\n\
         if (asker) {{\n\
           addEventListener('message', ({{ source, origin: sender, data }}) => {{\n\
             if (source !== asker || sender !== origin) return;\n\
             if (data === 'die') return close();\n\
             let asked = null;\n\
             try {{ asked = JSON.parse(data); }} catch {{}}\n\
             if (asked && asked.a === 'request') say({{ a: 'response', d: answer }});\n\
           }});\n\
           say({{ a: 'ready' }});\n\
         }}",
        origin = page::literal(&origin)?,
        answer = object(values)?,
    ))
}
