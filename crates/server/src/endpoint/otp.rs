//! The grant of a one-time code, at `POST /oauth/token`. Auth0: "Authenticate user" of embedded
//! passwordless login.

use std::net::IpAddr;

use latch_protocol::token::{PASSWORDLESS_OTP, TokenResponse};

use super::{
    otp_challenge,
    token::{RouteError, api, required},
};
use crate::{
    client::{Client, Grant},
    limits::devices::Device,
    proof::{self, Guess, Identity, NoIdentity, Unproven},
    random,
    request::Params,
    state::App,
    tokens::{self, Login, Scope},
};

/// Exchanges a code for tokens. Everything that can be refused without looking at the code is
/// refused first.
pub async fn exchange(
    app: &App,
    client: &Client,
    params: &Params,
    from: Option<IpAddr>,
    device: &Device,
) -> Result<TokenResponse, RouteError> {
    let guess = |code| Guess { code, from, device };
    if !client.grants.contains(&Grant::Otp) {
        return Err(RouteError::GrantNotAllowed(PASSWORDLESS_OTP.to_owned()));
    }
    if let Some(session) = params.text("auth_session")? {
        let identity = otp_challenge::open(app, client, session, app.clock.now());
        let identity = identity.ok_or(RouteError::WrongAuthSession)?;
        let connection = identity.connection;
        let unproven = |unproven| RouteError::unproven_session(unproven, connection);
        let guess = guess(required(params, "otp")?);
        return tokens_for(app, client, params, identity, guess, &unproven).await;
    }
    let username = required(params, "username")?;
    let guess = guess(required(params, "otp")?);
    let realm = required(params, "realm")?;
    let identity = Identity::parse(realm, username);
    if identity == Err(NoIdentity::UnknownConnection) {
        return Err(RouteError::UnknownRealm(realm.to_owned()));
    }
    let unproven = |unproven| RouteError::unproven(unproven, realm);
    // Nobody was ever sent a code under something that is no address.
    let identity = identity.map_err(|_| unproven(Unproven::Wrong))?;
    tokens_for(app, client, params, identity, guess, &unproven).await
}

/// Exchanges the code of somebody for tokens.
async fn tokens_for(
    app: &App,
    client: &Client,
    params: &Params,
    identity: Identity,
    guess: Guess<'_>,
    unproven: &(dyn Fn(Unproven) -> RouteError + Sync),
) -> Result<TokenResponse, RouteError> {
    let api = api(app, client, params.text("audience")?)?;
    let scope = Scope::grant(params.text("scope")?.unwrap_or_default(), api.as_ref());
    let proof = proof::check(app, client, identity, guess).await.map_err(unproven)?;

    let sid = random::token(&*app.random)?;
    let mut tx = app.store.write().await?;
    let now = app.clock.now();
    let user = proof::consume(app, &mut tx, &proof, now).await.map_err(unproven)?;
    let login = Login {
        user,
        scope,
        audience: api.map(|api| api.audience),
        sid,
        auth_time: now.seconds(),
        nonce: None,
        code: None,
        family: None,
    };
    let answer = tokens::begin(app, &mut tx, login, client, now).await?;
    tx.commit().await?;
    Ok(answer)
}

#[cfg(test)]
#[path = "otp_tests.rs"]
mod tests;
