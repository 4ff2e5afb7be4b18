//! The grant of an authorization code, at `POST /oauth/token`. RFC 6749 section 4.1.3, RFC 7636
//! section 4.6.
//!
//! A code is used up when its client shows it, whatever comes of that: whoever stole it has one try.

use latch_protocol::token::TokenResponse;

use super::{
    authorize::request::api,
    token::{RouteError, required},
};
use crate::{
    blocking::is_blocked,
    client::{Client, Grant},
    request::Params,
    secret::{base64_sha256, equal, sha256},
    state::App,
    store::{
        authorization_codes::{self, Granted, Redeemed},
        users,
    },
    tokens::{self, Login, Scope},
};

/// Exchanges an authorization code for tokens.
pub async fn exchange(app: &App, client: &Client, params: &Params) -> Result<TokenResponse, RouteError> {
    if !client.grants.contains(&Grant::AuthorizationCode) {
        return Err(RouteError::GrantNotAllowed("authorization_code".to_owned()));
    }
    let hash = sha256(required(params, "code")?);
    let redirect_uri = params.text("redirect_uri")?.or(client.only_callback());
    let verifier = params.text("code_verifier")?;

    let mut tx = app.store.write().await?;
    let now = app.clock.now();
    let granted = match authorization_codes::redeem(&mut tx, &hash, &client.id, now).await? {
        Redeemed::First(granted) => granted,
        Redeemed::Again => {
            tx.commit().await?;
            tracing::warn!(client = client.id, "an authorization code came back: its tokens are revoked");
            return Err(RouteError::WrongAuthorizationCode);
        }
        Redeemed::Nothing => return Err(RouteError::WrongAuthorizationCode),
    };
    let refused = if redirect_uri != Some(granted.redirect_uri.as_str()) {
        Some(RouteError::WrongRedirectUri)
    } else if !is_verified(&granted, verifier) {
        Some(RouteError::WrongVerifier)
    } else {
        None
    };
    if let Some(refused) = refused {
        tx.commit().await?;
        return Err(refused);
    }
    let user = users::find(&app.store, &granted.sub).await?.ok_or(RouteError::WrongAuthorizationCode)?;
    if is_blocked(&mut tx, &user).await? {
        return Err(RouteError::UserBlocked);
    }
    let login = Login {
        user,
        scope: Scope::stored(&granted.scope),
        audience: granted
            .audience
            .as_deref()
            .and_then(|audience| api(app, client, audience))
            .map(|api| api.audience),
        sid: granted.sid,
        auth_time: granted.auth_time,
        nonce: granted.nonce,
        code: Some(hash.to_vec()),
        family: None,
    };
    let answer = tokens::begin(app, &mut tx, login, client, now).await?;
    tx.commit().await?;
    Ok(answer)
}

/// A verifier is needed exactly when there was a challenge: one for a code that had none would let a
/// code without protection pass for one with (RFC 9700 section 4.8.2).
fn is_verified(granted: &Granted, verifier: Option<&str>) -> bool {
    match (&granted.challenge, verifier) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => {
            (43..=128).contains(&verifier.len())
                && equal(base64_sha256(verifier).as_bytes(), challenge.as_bytes())
        }
        _ => false,
    }
}

#[cfg(test)]
#[path = "code_tests.rs"]
mod tests;
