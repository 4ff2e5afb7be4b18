//! A browser as far as the server sees it: it keeps cookies, and follows nothing by itself.

use std::{cell::RefCell, collections::BTreeMap};

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use super::{Reply, Test};
use crate::secret::base64_sha256;

/// A verifier, as long as RFC 7636 wants one.
pub(crate) const VERIFIER: &str = "a-verifier-that-is-long-enough-for-rfc-7636-0123";

pub(crate) struct Browser<'a> {
    test: &'a Test,
    cookies: RefCell<BTreeMap<String, String>>,
}

impl<'a> Browser<'a> {
    pub(crate) fn new(test: &'a Test) -> Self {
        Self { test, cookies: RefCell::default() }
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    pub(crate) fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
    }

    pub(crate) fn forget_cookies(&self) {
        self.cookies.borrow_mut().clear();
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<(&str, String)>,
        origin: Option<&str>,
    ) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        let cookies: Vec<String> =
            self.cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        if let Some(origin) = origin {
            request = request.header(header::ORIGIN, origin);
        }
        let request = match body {
            Some((media_type, body)) => request.header(header::CONTENT_TYPE, media_type).body(body.into()),
            None => request.body(Body::empty()),
        };
        let reply = self.test.send(request.unwrap()).await;
        for cookie in reply.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.borrow_mut().remove(name);
            } else {
                self.set_cookie(name, value);
            }
        }
        reply
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None, None).await
    }

    /// What a page of this origin posts.
    pub(crate) async fn post(&self, path: &str, body: &Value, origin: &str) -> Reply {
        self.send(Method::POST, path, Some(("application/json", body.to_string())), Some(origin)).await
    }

    /// A form on a page of this origin.
    pub(crate) async fn submit(&self, path: &str, fields: &[(&str, &str)], origin: &str) -> Reply {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let media_type = "application/x-www-form-urlencoded";
        self.send(Method::POST, path, Some((media_type, form)), Some(origin)).await
    }

    pub(crate) async fn authorize(&self, query: &[(&str, &str)]) -> Reply {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        self.get(&format!("/authorize?{query}")).await
    }

    /// What the hosted page does: asks for a code, checks it, and goes on with it.
    pub(crate) async fn sign_in_hosted(&self, authorized: &Reply, email: &str) -> Reply {
        let login = authorized.location();
        assert_eq!(login.path(), "/login", "{}", authorized.text());
        let login = pairs(login.query().unwrap());
        let (state, client) = (&login["state"], &login["client_id"]);
        let origin = self.test.app.origin();
        let body = json!({
            "client_id": client, "connection": "email", "send": "code", "email": email,
            "authParams": {"state": state},
        });
        assert_eq!(self.post("/passwordless/start", &body, origin).await.status, StatusCode::OK);
        let code = self.test.waiting(email).await.unwrap().code;
        let body = json!({
            "client_id": client, "connection": "email", "email": email, "verification_code": code,
        });
        assert_eq!(self.post("/passwordless/verify", &body, origin).await.status, StatusCode::OK);
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("client_id", client.as_str()),
                ("connection", "email"),
                ("email", email),
                ("verification_code", &code),
                ("state", state),
            ])
            .finish();
        self.get(&format!("/passwordless/verify_redirect?{query}")).await
    }
}

impl Reply {
    /// Where a redirect goes.
    #[track_caller]
    pub(crate) fn location(&self) -> Url {
        assert_eq!(self.status, StatusCode::FOUND, "{}", self.text());
        Url::parse(self.header("location").unwrap()).unwrap()
    }

    /// What a redirect carries, in its query or its fragment.
    #[track_caller]
    pub(crate) fn carried(&self) -> BTreeMap<String, String> {
        let location = self.location();
        pairs(location.fragment().or(location.query()).unwrap_or_default())
    }

    /// The `Set-Cookie` of a name.
    pub(crate) fn set_cookie(&self, name: &str) -> Option<&str> {
        let all = self.headers.get_all(header::SET_COOKIE).iter();
        all.filter_map(|value| value.to_str().ok()).find(|value| value.starts_with(&format!("{name}=")))
    }
}

fn pairs(text: &str) -> BTreeMap<String, String> {
    form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

/// The query of the public client `shop` for a code.
pub(crate) fn code_query() -> Vec<(&'static str, &'static str)> {
    let challenge: &'static str = base64_sha256(VERIFIER).leak();
    vec![
        ("client_id", "shop"),
        ("redirect_uri", "https://shop.example/callback"),
        ("response_type", "code"),
        ("scope", "openid profile email offline_access"),
        ("state", "the state"),
        ("nonce", "the nonce"),
        ("code_challenge", challenge),
        ("code_challenge_method", "S256"),
    ]
}

/// Changes a query: an empty value takes a name away.
pub(crate) fn with<'a>(
    mut query: Vec<(&'a str, &'a str)>,
    changes: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    for (name, value) in changes {
        query.retain(|(given, _)| given != name);
        if !value.is_empty() {
            query.push((name, value));
        }
    }
    query
}
