//! `/authorize?login_ticket=…`: goes on with a login that a page of the client began at
//! `/co/authenticate`, and `POST /co/verify` where the browser kept our cookie from that page. Auth0:
//! "Cross-Origin Authentication".
//!
//! A ticket alone signs nobody in: whoever finds it in an address could use it. The browser shows the
//! session's cookie beside it. One that blocks cookies of third parties has none; there the page of
//! the client that keeps the verifier is asked for it, in a frame.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{RouteError, answer::Denied, client, finish, request::Request, wait, waiting};
use crate::{
    client::{Client, origin_of},
    cors,
    limits::devices::Device,
    page::{self, Page},
    proof::Identity,
    request::{BadBody, JsonOrForm},
    secret::sha256,
    session,
    state::App,
    store::{sessions::Session, tickets, transactions, users},
    words::Language,
};

/// Goes on with a ticket.
pub async fn take(
    app: &App,
    headers: &HeaderMap,
    client: &Client,
    request: &Request,
    ticket: &str,
    session: Option<Session>,
) -> Result<Response, RouteError> {
    let hash = sha256(ticket);
    let unknown =
        || RouteError::denied(request, Denied::new("access_denied", "Unknown or invalid login ticket."));
    let found = tickets::find(&app.store, &hash, &client.id, app.clock.now()).await?;
    let found = found.ok_or_else(unknown)?;
    if let Some(session) = session.filter(|session| session.sid == found.sid) {
        let mut tx = app.store.write().await?;
        if !tickets::consume(&mut tx, &hash, app.clock.now()).await? {
            return Err(unknown());
        }
        tx.commit().await?;
        return finish(app, headers, client, request, &session, Vec::new()).await;
    }
    let fallback = client.cross_origin_fallback.as_deref().and_then(|page| Some((page, origin_of(page)?)));
    let Some((fallback, origin)) = fallback else {
        let denied = Denied::new("server_error", "Unable to configure verification page.");
        return Err(RouteError::denied(request, denied));
    };
    let state = wait(app, request).await?;
    let language = Language::of_page(headers, request.ui_locales.as_deref());
    ask_for_verifier(app, language, request, &state, &found.co_id, fallback, &origin)
}

/// The page that asks the client's page for the verifier.
fn ask_for_verifier(
    app: &App,
    language: &'static Language,
    request: &Request,
    state: &str,
    co_id: &str,
    fallback: &str,
    origin: &str,
) -> Result<Response, RouteError> {
    let address = format!("{fallback}#origin={}", utf8_percent_encode(app.origin(), NON_ALPHANUMERIC));
    let form = page::form("/co/verify", &[("state", state), ("verifier", "")], &language.words.r#continue);
    let script = format!(
        "const frame = document.querySelector('iframe'), form = document.forms[0];\n\
         const origin = {origin}, id = {id};\n\
         const done = (verifier) => {{ form.elements.verifier.value = verifier; form.submit(); }};\n\
         const late = setTimeout(done, 10000, '');\n\
         addEventListener('message', ({{ source, origin: sender, data }}) => {{\n\
           if (source !== frame.contentWindow || sender !== origin || !data) return;\n\
           if (data.type === 'ready') source.postMessage({{ type: 'co_verifier_request', request: {{ id }} }}, origin);\n\
           if (data.type !== 'co_verifier_response') return;\n\
           clearTimeout(late);\n\
           done(data.response && typeof data.response.verifier === 'string' ? data.response.verifier : '');\n\
         }});\n\
         frame.src = {address};",
        origin = page::literal(&origin)?,
        id = page::literal(&co_id)?,
        address = page::literal(&address)?,
    );
    let answer_origin = request.back.origin();
    let is_framed = request.back.mode == super::answer::Mode::WebMessage;
    let page = Page {
        language: Some(language),
        title: &language.words.one_moment,
        body: format!("<iframe hidden></iframe><div hidden>{form}</div>"),
        script: Some(script),
        framed_by: is_framed.then_some(answer_origin.as_str()),
        frames: Some(origin),
        ..Page::default()
    };
    Ok(page.answer(app, StatusCode::OK)?)
}

/// `POST /co/verify`
pub async fn post(State(app): State<App>, headers: HeaderMap, body: Result<JsonOrForm, BadBody>) -> Response {
    verify(&app, &headers, body).await.unwrap_or_else(|error| error.answer(&app, &headers))
}

async fn verify(
    app: &App,
    headers: &HeaderMap,
    body: Result<JsonOrForm, BadBody>,
) -> Result<Response, RouteError> {
    if !cors::is_own_page(app, headers) {
        return Err(RouteError::Page(
            StatusCode::FORBIDDEN,
            "The request does not come from our page.".into(),
        ));
    }
    let JsonOrForm(params) = body?;
    let state = params.text("state")?.unwrap_or_default();
    let request = waiting(app, state).await?.ok_or(RouteError::Ended)?;
    let client = client(app, &request)?;
    let denied = |error, text: &str| RouteError::denied(&request, Denied::new(error, text));
    let Some(verifier) = params.text("verifier")? else {
        return Err(denied("invalid_request", "No verifier returned from client."));
    };
    let hash = sha256(request.login_ticket.as_deref().unwrap_or_default());
    let unknown = || denied("access_denied", "Unknown or invalid login ticket.");
    let now = app.clock.now();
    let ticket = tickets::find(&app.store, &hash, &client.id, now).await?.ok_or_else(unknown)?;
    if !sha256(verifier).matches(&ticket.verifier) {
        return Err(denied("access_denied", "The verifier is wrong."));
    }
    let user = users::find(&app.store, &ticket.sub).await?.ok_or_else(unknown)?;
    let mut tx = app.store.write().await?;
    if !tickets::consume(&mut tx, &hash, now).await?
        || !transactions::end(&mut tx, &sha256(state), now).await?
    {
        return Err(unknown());
    }
    let begun = session::begin(app, &mut tx, headers, &user, client, now).await?;
    let mut cookies = vec![begun.cookie];
    if let Some(identity) = Identity::of_user(&user) {
        // Here cookies work, on the server's own page at least.
        let device = Device::of(app, headers, None);
        cookies.extend(device.give_cookie(app, &mut tx, &identity, false, now).await?);
    }
    tx.commit().await?;
    finish(app, headers, client, &request, &begun.session, cookies).await
}
