//! The grant of a one-time code, at `POST /oauth/token`. Auth0: "Authenticate user" of embedded
//! passwordless login.

use latch_protocol::token::{PASSWORDLESS_OTP, TokenResponse};

use super::token::{RouteError, api, required};
use crate::{
    client::{Client, Grant},
    identity::Email,
    random,
    request::Params,
    secret::{Purpose, equal},
    state::App,
    store::{
        codes::{self, Owner, Try},
        users,
    },
    tokens::{self, Login, Scope},
};

/// Exchanges a code for tokens.
///
/// The order is what keeps a code safe: everything that can be refused without looking at the code
/// is refused first, then a try is counted and committed, then the guess is compared, then the code
/// is used up together with what it is exchanged for.
pub async fn exchange(app: &App, client: &Client, params: &Params) -> Result<TokenResponse, RouteError> {
    if !client.grants.contains(&Grant::Otp) {
        return Err(RouteError::GrantNotAllowed(PASSWORDLESS_OTP.to_owned()));
    }
    let username = required(params, "username")?;
    let guess = required(params, "otp")?;
    let realm = required(params, "realm")?;
    if realm != "email" {
        return Err(RouteError::UnknownRealm(realm.to_owned()));
    }
    let api = api(app, client, params.text("audience")?)?;
    let scope = Scope::grant(params.text("scope")?.unwrap_or_default(), api.as_ref());
    // Nobody was ever sent a code under something that is no address.
    let email = Email::parse(username).map_err(|_| RouteError::WrongCode)?;
    let owner = Owner { client: &client.id, connection: realm, identity: email.as_str() };

    let code = match codes::count_try(&app.store, owner, app.config.code.tries).await? {
        Try::Counted(code) => code,
        Try::Exhausted => return Err(RouteError::ExhaustedCode),
        Try::Nothing => return Err(RouteError::WrongCode),
    };
    if !equal(&app.config.pepper.mac(Purpose::Code, &[&code.id, guess.trim()]), &code.mac) {
        return Err(RouteError::WrongCode);
    }
    if code.expires_at <= app.clock.now() {
        return Err(RouteError::ExpiredCode);
    }

    let sid = random::token(&*app.random)?;
    let mut tx = app.store.write().await?;
    let now = app.clock.now();
    if !codes::consume(&mut tx, &code.id, now).await? {
        return Err(RouteError::WrongCode);
    }
    let sub = format!("email|{}", app.config.pepper.hex24(Purpose::User, &["email", email.as_str()]));
    let user = users::find_or_create(&mut tx, realm, email.as_str(), &sub, now).await?;
    let mut login = Login {
        user,
        client: client.id.clone(),
        scope,
        audience: api.map(|api| api.audience),
        sid,
        auth_time: now.seconds(),
        family: None,
    };
    let mut refresh_token = None;
    if login.scope.has("offline_access") && client.grants.contains(&Grant::RefreshToken) {
        let (family, token) = tokens::begin_family(app, &mut tx, &login, now).await?;
        login.family = Some(family);
        refresh_token = Some(token);
    }
    let answer = tokens::issue(app, &mut tx, &login, refresh_token, now).await?;
    tx.commit().await?;
    Ok(answer)
}

#[cfg(test)]
#[path = "otp_tests.rs"]
mod tests;
