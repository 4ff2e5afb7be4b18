//! The grant of a refresh token, at `POST /oauth/token`. RFC 6749 section 6, with rotation: every
//! refresh token is good once. One that comes back has been copied, and its whole family ends (RFC
//! 9700 section 4.14). Auth0: "Refresh token rotation".

use latch_protocol::token::TokenResponse;

use super::token::{RouteError, required};
use crate::{
    client::{Client, Grant},
    request::Params,
    secret::sha256,
    state::App,
    store::{
        tokens::{self as kept, Refresh},
        users,
    },
    tokens::{self, Login, Scope},
};

/// Exchanges a refresh token for new tokens and the next refresh token.
pub async fn exchange(app: &App, client: &Client, params: &Params) -> Result<TokenResponse, RouteError> {
    if !client.grants.contains(&Grant::RefreshToken) {
        return Err(RouteError::GrantNotAllowed("refresh_token".to_owned()));
    }
    let shown = required(params, "refresh_token")?;
    let asked = params.text("scope")?;

    let mut tx = app.store.write().await?;
    let now = app.clock.now();
    let family = match kept::rotate(&mut tx, &sha256(shown), &client.id, now).await? {
        Refresh::Rotated(family) => family,
        Refresh::Reused => {
            tx.commit().await?;
            tracing::warn!(client = client.id, "a refresh token came back: its family is revoked");
            return Err(RouteError::WrongRefreshToken);
        }
        Refresh::Nothing => return Err(RouteError::WrongRefreshToken),
    };
    let user = users::find(&app.store, &family.sub).await?.ok_or(RouteError::WrongRefreshToken)?;
    let granted = Scope::stored(&family.scope);
    let login = Login {
        user,
        client: family.client,
        scope: asked.map_or_else(|| granted.clone(), |asked| granted.narrow(asked)),
        audience: family.audience,
        sid: family.sid,
        auth_time: family.auth_time,
        family: Some(family.id.clone()),
    };
    let next = tokens::next_refresh_token(app, &mut tx, &family.id).await?;
    let answer = tokens::issue(app, &mut tx, &login, Some(next), now).await?;
    tx.commit().await?;
    Ok(answer)
}
