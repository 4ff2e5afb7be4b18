//! `GET` and `POST /userinfo`: claims about the user of an access token. OpenID Connect Core section
//! 5.3.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use latch_protocol::error::code;
use serde_json::Value;

use super::answers_with_refusals;
use crate::{
    cors::{self, ForeignOrigin},
    failure::Failure,
    limits::{Drip, Exceeded, Room},
    reply::{self, Refusal},
    request::{BadBody, JsonOrForm, Params},
    state::App,
    store::{blocked, hits, users},
    tokens::{self, Scope},
};

/// Why nothing is told.
#[derive(Debug)]
pub enum RouteError {
    /// Something failed inside.
    Internal(Failure),
    /// The body cannot be read.
    Body(BadBody),
    /// No access token, neither in the `Authorization` header nor in a body.
    NoToken,
    /// One in each.
    TwoTokens,
    /// The token is unknown, expired, revoked, or not for this endpoint.
    WrongToken,
    /// The page is not the client's.
    ForeignOrigin(ForeignOrigin),
    /// Asked too often about this user.
    Exceeded(Exceeded),
}

answers_with_refusals!(RouteError, Body);

impl From<RouteError> for Refusal {
    fn from(error: RouteError) -> Self {
        let unauthorized = |code: &str, description: &str, challenge: &str| {
            Self::new(StatusCode::UNAUTHORIZED, code, description).with_header("www-authenticate", challenge)
        };
        match error {
            RouteError::Internal(failure) => failure.into(),
            RouteError::Body(bad) => bad.into(),
            RouteError::TwoTokens => Self::new(
                StatusCode::BAD_REQUEST,
                code::INVALID_REQUEST,
                "The access token was sent in more than one way",
            ),
            RouteError::NoToken => unauthorized(code::INVALID_REQUEST, "Missing access token", "Bearer"),
            RouteError::WrongToken => {
                unauthorized(code::INVALID_TOKEN, "Unauthorized", "Bearer error=\"invalid_token\"")
            }
            RouteError::ForeignOrigin(foreign) => foreign.into(),
            RouteError::Exceeded(exceeded) => exceeded.into(),
        }
    }
}

/// `GET /userinfo`
pub async fn get(State(app): State<App>, headers: HeaderMap) -> Result<Response, RouteError> {
    tell(&app, &headers, bearer(&headers).ok_or(RouteError::NoToken)?).await
}

/// `POST /userinfo`: the token may also be in the body. RFC 6750 section 2.2.
pub async fn post(
    State(app): State<App>,
    headers: HeaderMap,
    body: Result<JsonOrForm, BadBody>,
) -> Result<Response, RouteError> {
    let in_header = bearer(&headers);
    let params = match body {
        Ok(JsonOrForm(params)) => params,
        // Who sends the token in the header may send any body, or none.
        Err(_) if in_header.is_some() => Params::default(),
        Err(BadBody::MediaType) => Params::default(),
        Err(bad) => return Err(bad.into()),
    };
    let in_body = params.text("access_token")?;
    match (in_header, in_body) {
        (Some(_), Some(_)) => Err(RouteError::TwoTokens),
        (Some(token), None) | (None, Some(token)) => tell(&app, &headers, token).await,
        (None, None) => Err(RouteError::NoToken),
    }
}

async fn tell(app: &App, headers: &HeaderMap, token: &str) -> Result<Response, RouteError> {
    let access = tokens::open_access_token(app, token, app.clock.now()).await?;
    let access = access.ok_or(RouteError::WrongToken)?;
    let client = app.config.clients.find(&access.client).ok_or(RouteError::WrongToken)?;
    cors::admit(app, client, headers).map_err(RouteError::ForeignOrigin)?;
    let scope = Scope::stored(&access.scope);
    if !scope.has("openid") {
        return Err(RouteError::WrongToken);
    }
    let room = count(app, &access.sub).await?;
    let user = users::find(&app.store, &access.sub).await?.ok_or(RouteError::WrongToken)?;
    // Those that are kept ended with the block; a signed one goes on without us.
    if blocked::is_blocked(&app.store, &user.sub).await? {
        return Err(RouteError::WrongToken);
    }
    let mut claims = tokens::profile(&user, &scope);
    if let Value::Object(claims) = &mut claims {
        claims.insert("sub".into(), Value::String(user.sub));
    }
    let mut response = reply::json(StatusCode::OK, &claims)?;
    if let Some(room) = room {
        room.tell(response.headers_mut());
    }
    Ok(response)
}

/// Auth0, "Rate limits of the Authentication API": ten at once, and five a minute.
async fn count(app: &App, sub: &str) -> Result<Option<Room>, RouteError> {
    let limits = &app.config.limits;
    let Some((burst, steady)) = limits.userinfo_per_user.zip(limits.userinfo_per_user_minute) else {
        return Ok(None);
    };
    let drip = Drip::new(format!("userinfo {sub}"), burst, steady);
    let mut tx = app.store.write().await?;
    let counted = hits::drip(&mut tx, &drip, app.clock.now()).await?;
    tx.commit().await?;
    Ok(Some(counted.map_err(RouteError::Exceeded)?))
}

/// RFC 6750 section 2.1. A token in the address is not looked for: addresses are logged.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request};
    use latch_protocol::endpoint::{OAUTH_TOKEN, USERINFO};
    use serde_json::json;

    use super::*;
    use crate::testing::{Test, otp_body};

    #[tokio::test]
    async fn one_user_is_asked_about_ten_times_at_once_and_five_times_a_minute() {
        let test = Test::new().await;
        let tokens = test.login("ada@example.com", "openid").await;
        let token = tokens["access_token"].as_str().unwrap();
        let ask = async || test.userinfo(token).await;
        for left in (0..10).rev() {
            let reply = ask().await;
            assert_eq!(reply.status, StatusCode::OK);
            assert_eq!(reply.header("x-ratelimit-limit"), Some("10"));
            assert_eq!(reply.header("x-ratelimit-remaining"), Some(&*left.to_string()));
            let reset = (test.now().seconds() + 12).to_string();
            assert_eq!(reply.header("x-ratelimit-reset"), Some(&*reset));
        }
        for (waited, back) in [(12, 1), (60, 5), (24, 2), (600, 10)] {
            let reply = ask().await;
            assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
            assert_eq!(reply.header("retry-after"), Some("12"));
            test.clock.advance_seconds(waited);
            for _ in 0..back {
                assert_eq!(ask().await.status, StatusCode::OK, "{waited}");
            }
        }
        // Another token of the same user is no way around it.
        let other = test.login("ada@example.com", "openid").await;
        let reply = test.userinfo(other["access_token"].as_str().unwrap()).await;
        assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
    }

    #[tokio::test]
    async fn the_scope_decides_what_is_told() {
        let test = Test::new().await;
        let tokens = test.login("ada@example.com", "openid profile email").await;
        let all = test.userinfo(tokens["access_token"].as_str().unwrap()).await.json();
        let id_token = test.app.keys.verify("JWT", tokens["id_token"].as_str().unwrap()).unwrap();
        for claim in ["sub", "name", "nickname", "picture", "updated_at", "email", "email_verified"] {
            assert_eq!(all[claim], id_token[claim], "{claim}");
        }
        let tokens = test.login("ada@example.com", "openid").await;
        let little = test.userinfo(tokens["access_token"].as_str().unwrap()).await.json();
        assert_eq!(little, json!({"sub": all["sub"]}));
    }

    #[tokio::test]
    async fn a_post_is_answered_like_a_get() {
        let test = Test::new().await;
        let tokens = test.login("ada@example.com", "openid").await;
        let authorization = format!("bearer {}", tokens["access_token"].as_str().unwrap());
        let request = Request::post(USERINFO).header("authorization", authorization);
        assert_eq!(test.send(request.body(Body::empty()).unwrap()).await.status, StatusCode::OK);
    }

    #[tokio::test]
    async fn a_form_may_bring_the_token_but_not_beside_the_header() {
        let test = Test::new().await;
        let tokens = test.login("ada@example.com", "openid").await;
        let token = tokens["access_token"].as_str().unwrap();
        let form = format!("access_token={token}");
        let reply = test.post_form(USERINFO, &form, &[]).await;
        assert_eq!(reply.json(), test.userinfo(token).await.json());

        let authorization = format!("Bearer {token}");
        let both = test.post_form(USERINFO, &form, &[("authorization", &authorization)]).await;
        both.is_refused(400, "invalid_request", "The access token was sent in more than one way");
        let address = test.get(&format!("{USERINFO}?{form}")).await;
        address.is_refused(401, "invalid_request", "Missing access token");

        for (form, status, error) in [
            ("access_token=nobodys", 401, "invalid_token"),
            ("access_token=", 401, "invalid_request"),
            ("access_token=a&access_token=b", 400, "invalid_request"),
            ("access_token=%00", 400, "invalid_request"),
        ] {
            let reply = test.post_form(USERINFO, form, &[]).await;
            assert_eq!((reply.refusal().0, reply.json()["error"].as_str()), (status, Some(error)), "{form}");
        }
    }

    #[tokio::test]
    async fn a_token_for_an_api_opens_it_when_openid_was_granted() {
        let test = Test::new().await;
        for (scope, status) in [("openid", StatusCode::OK), ("read:orders", StatusCode::UNAUTHORIZED)] {
            let code = test.code("ada@example.com").await;
            let mut body = otp_body("ada@example.com", &code, scope);
            body["audience"] = json!("https://api.example");
            let tokens = test.post(OAUTH_TOKEN, &body).await.json();
            let reply = test.userinfo(tokens["access_token"].as_str().unwrap()).await;
            assert_eq!(reply.status, status, "{scope}");
        }
    }

    #[tokio::test]
    async fn tokens_that_do_not_hold_are_refused() {
        let test = Test::new().await;
        let tokens = test.login("ada@example.com", "openid offline_access").await;
        let opaque = tokens["access_token"].as_str().unwrap().to_owned();
        let id_token = tokens["id_token"].as_str().unwrap();
        let refresh_token = tokens["refresh_token"].as_str().unwrap();
        let forged =
            format!("{}.{}.", id_token.split('.').next().unwrap(), id_token.split('.').nth(1).unwrap());
        for token in ["x", "a.b.c", "...", id_token, refresh_token, &forged, &opaque[1..]] {
            let reply = test.userinfo(token).await;
            reply.is_refused(401, "invalid_token", "Unauthorized");
            assert_eq!(reply.header("www-authenticate"), Some("Bearer error=\"invalid_token\""));
        }
        let without = test.login("bob@example.com", "email").await;
        let reply = test.userinfo(without["access_token"].as_str().unwrap()).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
        test.clock.advance_seconds(86_400);
        assert_eq!(test.userinfo(&opaque).await.status, StatusCode::UNAUTHORIZED);
    }

    #[tokio::test]
    async fn without_a_token_the_challenge_says_no_more_than_bearer() {
        let test = Test::new().await;
        let reply = test.get(USERINFO).await;
        reply.is_refused(401, "invalid_request", "Missing access token");
        assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
    }
}
