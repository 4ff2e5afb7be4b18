//! The grant of a refresh token, at `POST /oauth/token`. RFC 6749 section 6, with rotation: every
//! refresh token is good once. One that comes back has been copied, and its whole family ends (RFC
//! 9700 section 4.14). Auth0: "Refresh token rotation".

use latch_protocol::token::TokenResponse;

use super::token::{RouteError, required};
use crate::{
    blocking::is_blocked,
    client::{Client, Grant},
    request::Params,
    secret::sha256,
    state::App,
    store::{
        tokens::{self as kept, Refresh, Rotation},
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
    let lifetimes = &client.lifetimes;
    let rotation = Rotation {
        leeway: i64::from(lifetimes.refresh_token_leeway) * 1000,
        idle_at: lifetimes.refresh_token_idle.map(|seconds| now.plus_seconds(seconds)),
    };
    let (family, generation) = match kept::rotate(&mut tx, &sha256(shown), &client.id, rotation, now).await? {
        Refresh::Rotated(family, generation) => (family, generation),
        Refresh::Reused => {
            tx.commit().await?;
            tracing::warn!(client = client.id, "a refresh token came back: its family is revoked");
            return Err(RouteError::WrongRefreshToken);
        }
        Refresh::Nothing => return Err(RouteError::WrongRefreshToken),
    };
    let user = users::find(&app.store, &family.sub).await?.ok_or(RouteError::WrongRefreshToken)?;
    // The token is as good as before when its user is let in again.
    if is_blocked(&mut tx, &user).await? {
        return Err(RouteError::UserBlocked);
    }
    let granted = Scope::stored(&family.scope);
    let login = Login {
        user,
        scope: asked.map_or_else(|| granted.clone(), |asked| granted.narrow(asked)),
        audience: family.audience,
        sid: family.sid,
        auth_time: family.auth_time,
        nonce: None,
        code: None,
        family: Some(family.id.clone()),
    };
    let next = tokens::next_refresh_token(app, &mut tx, &family.id, generation).await?;
    let answer = tokens::issue(app, &mut tx, &login, client, Some(next), now).await?;
    tx.commit().await?;
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use latch_protocol::endpoint::OAUTH_TOKEN;
    use serde_json::{Value, json};

    use crate::testing::{CONFIG, Reply, Test};

    const WRONG: &str = "Unknown or invalid refresh token.";

    async fn refresh(test: &Test, token: &Value, more: Value) -> Reply {
        let mut body = json!({"grant_type": "refresh_token", "client_id": "shop", "refresh_token": token});
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        test.post(OAUTH_TOKEN, &body).await
    }

    #[tokio::test]
    async fn every_refresh_gives_the_next_refresh_token_and_the_same_session() {
        let test = Test::new().await;
        let first = test.login("ada@example.com", "openid offline_access").await;
        test.clock.advance_seconds(60);
        let second = refresh(&test, &first["refresh_token"], json!({})).await.json();
        assert_ne!(first["refresh_token"], second["refresh_token"]);
        assert_eq!(second["scope"], "openid offline_access");
        let claims =
            |tokens: &Value| test.app.keys.verify("JWT", tokens["id_token"].as_str().unwrap()).unwrap();
        let (before, after) = (claims(&first), claims(&second));
        assert_eq!(before["sid"], after["sid"]);
        assert_eq!(before["sub"], after["sub"]);
        assert_eq!(before["auth_time"], after["auth_time"]);
        assert_ne!(before["iat"], after["iat"]);
        assert_eq!(refresh(&test, &second["refresh_token"], json!({})).await.status, StatusCode::OK);
    }

    #[tokio::test]
    async fn a_refresh_token_that_comes_back_ends_its_family() {
        let test = Test::new().await;
        let first = test.login("ada@example.com", "openid offline_access").await;
        let second = refresh(&test, &first["refresh_token"], json!({})).await.json();
        let bystander = test.login("ada@example.com", "openid offline_access").await;

        refresh(&test, &first["refresh_token"], json!({})).await.is_refused(403, "invalid_grant", WRONG);
        refresh(&test, &second["refresh_token"], json!({})).await.is_refused(403, "invalid_grant", WRONG);
        let opaque = second["access_token"].as_str().unwrap();
        assert_eq!(test.userinfo(opaque).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(refresh(&test, &bystander["refresh_token"], json!({})).await.status, StatusCode::OK);
    }

    #[tokio::test]
    async fn a_refresh_can_ask_for_less_and_not_for_more() {
        let test = Test::new().await;
        let first = test.login("ada@example.com", "openid offline_access").await;
        let wish = json!({"scope": "openid email read:orders"});
        let second = refresh(&test, &first["refresh_token"], wish).await.json();
        assert_eq!(second["scope"], "openid");
        let third = refresh(&test, &second["refresh_token"], json!({})).await.json();
        assert_eq!(third["scope"], "openid offline_access");
    }

    #[tokio::test]
    async fn a_refresh_token_is_good_for_its_own_client_for_thirty_days() {
        let test = Test::new().await;
        let first = test.login("ada@example.com", "openid offline_access").await;
        let other = refresh(&test, &first["refresh_token"], json!({"client_id": "other"})).await;
        other.is_refused(403, "invalid_grant", WRONG);
        test.clock.advance_seconds(29 * 86_400);
        let second = refresh(&test, &first["refresh_token"], json!({})).await.json();
        test.clock.advance_seconds(86_400);
        refresh(&test, &second["refresh_token"], json!({})).await.is_refused(403, "invalid_grant", WRONG);
        refresh(&test, &json!("nonsense"), json!({})).await.is_refused(403, "invalid_grant", WRONG);
    }

    #[tokio::test]
    async fn an_access_token_for_an_api_stays_one_when_refreshed() {
        let test = Test::new().await;
        let code = test.code("ada@example.com").await;
        let mut body = crate::testing::otp_body("ada@example.com", &code, "openid offline_access");
        body["audience"] = json!("https://api.example");
        let first = test.post(OAUTH_TOKEN, &body).await.json();
        let second = refresh(&test, &first["refresh_token"], json!({})).await.json();
        let claims = test.app.keys.verify("at+jwt", second["access_token"].as_str().unwrap()).unwrap();
        assert_eq!(claims["aud"][0], "https://api.example");
    }

    /// The client `shop` with these lifetimes.
    async fn with_lifetimes(leeway: u32, idle: Option<u32>) -> Test {
        Test::with(CONFIG, false, |config| {
            for client in &mut config.clients.0 {
                client.lifetimes.refresh_token_leeway = leeway;
                client.lifetimes.refresh_token_idle = idle;
            }
        })
        .await
    }

    #[tokio::test]
    async fn in_its_leeway_a_token_works_again_as_long_as_its_successor_was_not_used() {
        let test = with_lifetimes(10, None).await;
        let first = test.login("ada@example.com", "openid offline_access").await;
        let one = refresh(&test, &first["refresh_token"], json!({})).await.json();
        test.clock.advance_seconds(9);
        let other = refresh(&test, &first["refresh_token"], json!({})).await.json();
        assert_ne!(one["refresh_token"], other["refresh_token"]);
        let third = refresh(&test, &one["refresh_token"], json!({})).await;
        assert_eq!(third.status, StatusCode::OK);
        // The first is the one before the last now, and has been seen twice too often.
        refresh(&test, &first["refresh_token"], json!({})).await.is_refused(403, "invalid_grant", WRONG);
        let third = third.json()["refresh_token"].clone();
        refresh(&test, &third, json!({})).await.is_refused(403, "invalid_grant", WRONG);
    }

    #[tokio::test]
    async fn after_its_leeway_a_token_that_comes_back_ends_its_family() {
        let test = with_lifetimes(10, None).await;
        let first = test.login("ada@example.com", "openid offline_access").await;
        let second = refresh(&test, &first["refresh_token"], json!({})).await.json();
        test.clock.advance_seconds(10);
        refresh(&test, &first["refresh_token"], json!({})).await.is_refused(403, "invalid_grant", WRONG);
        refresh(&test, &second["refresh_token"], json!({})).await.is_refused(403, "invalid_grant", WRONG);
    }

    #[tokio::test]
    async fn a_copy_that_was_used_in_the_leeway_does_not_live_on_beside_its_original() {
        let test = with_lifetimes(10, None).await;
        let first = test.login("ada@example.com", "openid offline_access").await;
        let owner = refresh(&test, &first["refresh_token"], json!({})).await.json();
        let thief = refresh(&test, &first["refresh_token"], json!({})).await.json();
        test.clock.advance_seconds(3600);
        let owner = refresh(&test, &owner["refresh_token"], json!({})).await.json();
        test.clock.advance_seconds(3600);
        refresh(&test, &thief["refresh_token"], json!({})).await.is_refused(403, "invalid_grant", WRONG);
        refresh(&test, &owner["refresh_token"], json!({})).await.is_refused(403, "invalid_grant", WRONG);
    }

    #[tokio::test]
    async fn a_login_that_is_not_used_ends_and_one_that_is_goes_on_to_its_last_day() {
        let day = 86_400;
        let test = with_lifetimes(0, Some(86_400)).await;
        let idle = test.login("ada@example.com", "openid offline_access").await;
        let mut used = test.login("bob@example.com", "openid offline_access").await;
        let late = test.login("eve@example.com", "openid offline_access").await;
        let late = refresh(&test, &late["refresh_token"], json!({})).await.json();
        for _ in 0..29 {
            test.clock.advance_seconds(day - 1);
            used = refresh(&test, &used["refresh_token"], json!({})).await.json();
        }
        refresh(&test, &idle["refresh_token"], json!({})).await.is_refused(403, "invalid_grant", WRONG);
        refresh(&test, &late["refresh_token"], json!({})).await.is_refused(403, "invalid_grant", WRONG);
        test.clock.advance_seconds(day - 1);
        used = refresh(&test, &used["refresh_token"], json!({})).await.json();
        test.clock.advance_seconds(60);
        refresh(&test, &used["refresh_token"], json!({})).await.is_refused(403, "invalid_grant", WRONG);
    }
}
