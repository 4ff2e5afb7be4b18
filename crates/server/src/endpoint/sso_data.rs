//! `GET /user/ssodata`: who is signed in in this browser, for the hosted page. Auth0's Lock greets them
//! by it. A page of a client is told only when its client is the one that was last signed in to.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use serde_json::json;

use super::answers_with_refusals;
use crate::{
    failure::Failure,
    reply::{self, Refusal},
    session,
    state::App,
    store::{sessions::Session, users},
};

/// Why nothing is told.
#[derive(Debug)]
pub enum RouteError {
    /// Something failed inside.
    Internal(Failure),
}

answers_with_refusals!(RouteError);

impl From<RouteError> for Refusal {
    fn from(RouteError::Internal(failure): RouteError) -> Self {
        failure.into()
    }
}

/// `GET /user/ssodata`
pub async fn get(State(app): State<App>, headers: HeaderMap) -> Result<Response, RouteError> {
    let session = session::current(&app, &headers).await?;
    let session = session.filter(|session| may_know(&app, &headers, session));
    let user = match &session {
        Some(session) => users::find(&app.store, &session.sub).await?,
        None => None,
    };
    let answer = match session.zip(user) {
        Some((session, user)) => json!({
            "sso": true,
            "lastUsedConnection": {"name": user.sub.split('|').next().unwrap_or_default()},
            "lastUsedUserID": user.sub,
            "lastUsedUsername": user.identity,
            "lastUsedClientID": session.client,
            "sessionClients": [session.client],
        }),
        None => json!({"sso": false}),
    };
    Ok(reply::json(StatusCode::OK, &answer)?)
}

fn may_know(app: &App, headers: &HeaderMap, session: &Session) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let origin = String::from_utf8_lossy(origin.as_bytes());
    let client = app.config.clients.find(&session.client);
    origin == app.origin() || client.is_some_and(|client| client.allows_web_origin(&origin))
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request};
    use latch_protocol::endpoint::SSO_DATA;
    use serde_json::{Value, json};

    use crate::testing::{Test, browser::code_query};

    #[tokio::test]
    async fn our_own_page_and_the_clients_are_told_who_is_signed_in_and_nobody_else_is() {
        let test = Test::new().await;
        let browser = test.browser();
        assert_eq!(browser.get(SSO_DATA).await.json(), json!({"sso": false}));
        let authorized = browser.authorize(&code_query()).await;
        browser.sign_in_hosted(&authorized, "ada@example.com").await;
        let told = browser.get(SSO_DATA).await.json();
        assert_eq!(
            (&told["sso"], &told["lastUsedUsername"]),
            (&Value::Bool(true), &"ada@example.com".into())
        );
        assert_eq!(told["lastUsedConnection"], json!({"name": "email"}));
        assert!(told["lastUsedUserID"].as_str().unwrap().starts_with("email|"));
        assert_eq!((&told["lastUsedClientID"], &told["sessionClients"]), (&"shop".into(), &json!(["shop"])));

        let cookie = format!("__Host-latch={}", browser.cookie("__Host-latch").unwrap());
        for (origin, sso, readable) in [
            ("https://login.example", true, true),
            ("https://shop.example", true, true),
            ("https://page.example", false, true),
            ("https://evil.example", false, false),
            ("null", false, false),
        ] {
            let request = Request::get(SSO_DATA).header("origin", origin).header("cookie", &cookie);
            let reply = test.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(reply.json()["sso"], sso, "{origin}");
            assert_eq!(reply.header("access-control-allow-origin"), readable.then_some(origin));
            assert_eq!(reply.header("access-control-allow-credentials"), readable.then_some("true"));
        }
    }
}
