//! What a client gets for a user who is signed in: a code, tokens, or both.

use axum::{
    http::{HeaderMap, HeaderValue},
    response::Response,
};

use super::{
    RouteError,
    answer::Denied,
    request::{Request, api},
};
use crate::{
    blocking::is_blocked,
    client::Client,
    clock::Instant,
    failure::Failure,
    random,
    secret::sha256,
    session,
    state::App,
    store::{
        Writing,
        authorization_codes::{self, Granted},
        sessions::Session,
        users,
    },
    tokens::{self, Beside, FRONT_CHANNEL_SECONDS, Login, Scope},
    words::Language,
};

/// Seconds that an authorization code is good for. ASVS 10.4.3: a minute.
const CODE_SECONDS: u32 = 60;

/// Sends the browser back to the client with what it asked for.
pub async fn finish(
    app: &App,
    headers: &HeaderMap,
    client: &Client,
    request: &Request,
    session: &Session,
    cookies: Vec<HeaderValue>,
) -> Result<Response, RouteError> {
    let mut tx = app.store.write().await?;
    let now = app.clock.now();
    session::touch(app, &mut tx, session, client, now).await?;
    let values = grant(app, &mut tx, client, request, session, now).await?;
    let Some(values) = values else {
        return Err(RouteError::denied(request, Denied::login_required()));
    };
    tx.commit().await?;
    let language = Language::of_page(headers, request.ui_locales.as_deref());
    Ok(request.back.answer(app, language, values, cookies)?)
}

/// Makes what is asked for. Nothing when the user is gone, or may not come in any more.
async fn grant(
    app: &App,
    tx: &mut Writing,
    client: &Client,
    request: &Request,
    session: &Session,
    now: Instant,
) -> Result<Option<Vec<(&'static str, String)>>, Failure> {
    let Some(user) = users::find(&app.store, &session.sub).await? else { return Ok(None) };
    // The session ended with the block, but this may have begun before.
    if is_blocked(tx, &user).await? {
        return Ok(None);
    }
    let api = request.audience.as_deref().and_then(|audience| api(app, client, audience));
    let scope = Scope::grant(&request.scope, api.as_ref());
    let wanted = request.response_type;
    let mut values = Vec::new();

    let mut code = None;
    if wanted.code {
        let secret = random::token(&*app.random)?;
        let granted = Granted {
            redirect_uri: request.back.redirect_uri.clone(),
            sub: user.sub.clone(),
            scope: scope.to_string(),
            audience: request.audience.clone(),
            nonce: request.nonce.clone(),
            challenge: request.challenge.clone(),
            sid: session.sid.clone(),
            auth_time: session.auth_time,
        };
        let expires_at = now.plus_seconds(CODE_SECONDS);
        authorization_codes::put(tx, &sha256(&secret), &client.id, &granted, expires_at).await?;
        values.push(("code", secret.clone()));
        code = Some(secret);
    }
    let login = Login {
        user,
        scope,
        audience: api.map(|api| api.audience),
        sid: session.sid.clone(),
        auth_time: session.auth_time,
        nonce: request.nonce.clone(),
        code: code.as_deref().map(|code| sha256(code).to_vec()),
        family: None,
    };
    let mut access_token = None;
    if wanted.token {
        let seconds = client.lifetimes.access_token.min(FRONT_CHANNEL_SECONDS);
        let token = tokens::access_token(app, tx, &login, client, seconds, now).await?;
        values.push(("access_token", token.clone()));
        values.push(("expires_in", seconds.to_string()));
        values.push(("token_type", "Bearer".to_owned()));
        values.push(("scope", login.scope.to_string()));
        access_token = Some(token);
    }
    if wanted.id_token {
        let beside = Beside { access_token: access_token.as_deref(), code: code.as_deref() };
        values.push(("id_token", tokens::id_token(app, &login, client, beside, now)?));
    }
    Ok(Some(values))
}
