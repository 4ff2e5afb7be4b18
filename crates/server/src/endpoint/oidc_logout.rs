//! `GET` and `POST /oidc/logout`: ends the session in this browser and sends it on. OpenID Connect
//! RP-Initiated Logout 1.0.
//!
//! Who shows an ID token of the session (expired or not), or its `sid` as `logout_hint`, is believed.
//! Everybody else could be any page that wants to sign somebody out: the user is asked first (section
//! 2 of the specification; Auth0: "end-user confirmation").

use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode},
    response::Response,
};
use serde_json::Value;
use url::Url;

use super::authorize::RouteError;
use crate::{
    client::Client,
    cors,
    mail::message::escape,
    page::{self, Page},
    request::{BadBody, JsonOrForm, Params},
    session,
    state::App,
    store::sessions::Session,
    tokens::ID_TOKEN_TYPE,
    words::{Language, fill},
};

/// `GET /oidc/logout`
pub async fn get(State(app): State<App>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let params = Params::from_form(query.as_deref().unwrap_or_default());
    handle(&app, &headers, params, false).await.unwrap_or_else(|error| error.answer(&app, &headers))
}

/// `POST /oidc/logout`: from a client's page, or from the question on ours.
pub async fn post(State(app): State<App>, headers: HeaderMap, body: Result<JsonOrForm, BadBody>) -> Response {
    let params = body.map(|JsonOrForm(params)| params);
    let own = cors::is_own_page(&app, &headers);
    handle(&app, &headers, params, own).await.unwrap_or_else(|error| error.answer(&app, &headers))
}

async fn handle(
    app: &App,
    headers: &HeaderMap,
    params: Result<Params, BadBody>,
    own: bool,
) -> Result<Response, RouteError> {
    let params = params?;
    let hint = match params.text("id_token_hint")? {
        Some(token) => {
            Some(hint(app, token).ok_or_else(|| RouteError::page("The id_token_hint is not one of ours."))?)
        }
        None => None,
    };
    let client = client(app, &params, hint.as_ref())?;
    let target = target(app, &params, client)?;
    let logout_hint = params.text("logout_hint")?;
    let confirmed = params.text("confirm")?.is_some() && own;
    let language = Language::of_page(headers, params.text("ui_locales")?);
    let session = session::current(app, headers).await?;
    if let Some(session) = &session
        && !confirmed
        && !is_meant(session, hint.as_ref(), logout_hint)
    {
        return ask(app, language, &params, client);
    }
    let cookie = session::end(app, headers).await?;
    match target {
        Some(target) => Ok(page::redirect(&target, vec![cookie])?),
        None => signed_out(app, language, cookie),
    }
}

/// What an ID token of ours says. It may have expired: it only has to be one.
fn hint(app: &App, token: &str) -> Option<Value> {
    let claims = app.keys.verify(ID_TOKEN_TYPE, token)?;
    (claims["iss"] == app.issuer.as_str()).then_some(claims)
}

/// The client that asks: by its id or by whom the hint was made for, and these must agree.
fn client<'a>(app: &'a App, params: &Params, hint: Option<&Value>) -> Result<Option<&'a Client>, RouteError> {
    let named = params.text("client_id")?;
    let hinted = hint.and_then(|claims| claims["aud"].as_str());
    if named.is_some() && hinted.is_some() && named != hinted {
        return Err(RouteError::page("The id_token_hint was made for another client."));
    }
    let Some(id) = named.or(hinted) else { return Ok(None) };
    let client = app.config.clients.find(id);
    client.map(Some).ok_or_else(|| RouteError::page("Unknown client: the client_id is wrong."))
}

/// Where the browser goes afterwards: to an address that is listed byte for byte, or nowhere.
fn target(app: &App, params: &Params, client: Option<&Client>) -> Result<Option<String>, RouteError> {
    let state = params.text("state")?;
    let Some(address) = params.text("post_logout_redirect_uri")? else { return Ok(None) };
    let listed = match client {
        Some(client) => client.allows_logout(address),
        None => app.config.clients.0.iter().any(|client| client.allows_logout(address)),
    };
    let url = Url::parse(address).ok().filter(|_| listed);
    let mut url = url.ok_or_else(|| {
        RouteError::page("The post_logout_redirect_uri is not among the logout URLs of this application.")
    })?;
    if let Some(state) = state {
        url.query_pairs_mut().append_pair("state", state);
    }
    Ok(Some(url.into()))
}

fn is_meant(session: &Session, hint: Option<&Value>, logout_hint: Option<&str>) -> bool {
    let by_token = hint
        .is_some_and(|claims| claims["sid"] == session.sid.as_str() || claims["sub"] == session.sub.as_str());
    by_token || logout_hint == Some(session.sid.as_str())
}

fn ask(
    app: &App,
    language: &'static Language,
    params: &Params,
    client: Option<&Client>,
) -> Result<Response, RouteError> {
    let mut fields = Vec::new();
    for name in params.names().filter(|name| *name != "confirm") {
        if let Some(value) = params.text(name)? {
            fields.push((name, value));
        }
    }
    let (words, press) = (&language.words, Some(("confirm", "yes")));
    let form = page::form_with(latch_protocol::endpoint::OIDC_LOGOUT, &fields, &words.sign_out, press);
    let heading = match client {
        Some(client) => fill(&words.sign_out_of, &[("app", &client.name)]),
        None => words.sign_out.clone(),
    };
    let (heading, lead) = (escape(&heading), escape(&words.signed_in_here));
    let body = format!("<h1>{heading}</h1><p>{lead}</p>{form}");
    let page = Page { language: Some(language), title: &words.sign_out, body, ..Page::default() };
    Ok(page.answer(app, StatusCode::OK)?)
}

fn signed_out(app: &App, language: &'static Language, cookie: HeaderValue) -> Result<Response, RouteError> {
    let title = &*language.words.signed_out;
    let body = format!("<h1>{}</h1>", escape(title));
    let page = Page { language: Some(language), title, body, cookies: vec![cookie], ..Page::default() };
    Ok(page.answer(app, StatusCode::OK)?)
}

#[cfg(test)]
#[path = "oidc_logout_tests.rs"]
mod tests;
