//! What one network address may ask of the endpoints that take codes and grants: so many requests in a
//! second.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use latch_protocol::endpoint as path;

use super::{Exceeded, Limit, Peer, Room, asker, asker_bucket};
use crate::{failure::Failure, reply::Refusal, state::App, store::hits};

/// Counts the request.
pub async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(peer) = request.extensions().get::<Peer>().copied() else { return next.run(request).await };
    let limits = &app.config.limits;
    let (name, most) = match request.uri().path() {
        path::OAUTH_TOKEN => ("token", limits.tokens_per_ip),
        path::CO_AUTHENTICATE => ("login", limits.logins_per_ip),
        _ => ("verify", limits.logins_per_ip),
    };
    let Some(most) = most else { return next.run(request).await };
    let address = asker_bucket(asker(&app, peer, request.headers()));
    let room = match count(&app, &Limit { bucket: format!("{name} {address}"), most, window: 1 }).await {
        Ok(Ok(room)) => room,
        Ok(Err(exceeded)) => return Refusal::from(exceeded).into_response(),
        Err(failure) => return Refusal::from(failure).into_response(),
    };
    let mut response = next.run(request).await;
    room.tell(response.headers_mut());
    response
}

async fn count(app: &App, limit: &Limit) -> Result<Result<Room, Exceeded>, Failure> {
    let mut tx = app.store.write().await?;
    let counted = hits::count(&mut tx, limit, app.clock.now()).await?;
    tx.commit().await?;
    Ok(counted)
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use axum::{
        body::Body,
        http::{Request, StatusCode},
    };
    use serde_json::Value;

    use super::*;
    use crate::testing::{CONFIG, Reply, Test, otp_body};

    async fn post_from(test: &Test, address: &str, path: &str, body: &Value) -> Reply {
        let request = Request::post(path).header("content-type", "application/json");
        let mut request = request.body(Body::from(body.to_string())).unwrap();
        request.extensions_mut().insert(Peer((address.parse::<IpAddr>().unwrap(), 1).into()));
        test.send(request).await
    }

    #[tokio::test]
    async fn an_address_asks_for_tokens_so_many_times_a_second() {
        let test = Test::with(CONFIG, false, |config| config.limits.failures_per_identity = None).await;
        let body = otp_body("ada@example.com", "000000", "openid");
        for number in 0..30 {
            let reply = post_from(&test, "192.0.2.1", path::OAUTH_TOKEN, &body).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN);
            assert_eq!(reply.header("x-ratelimit-limit"), Some("30"));
            assert_eq!(reply.header("x-ratelimit-remaining"), Some(&*(29 - number).to_string()));
        }
        let reply = post_from(&test, "192.0.2.1", path::OAUTH_TOKEN, &body).await;
        assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(reply.json()["error"], "too_many_requests");
        assert_eq!(reply.header("retry-after"), Some("1"));
        let elsewhere = post_from(&test, "192.0.2.2", path::OAUTH_TOKEN, &body).await;
        assert_eq!(elsewhere.status, StatusCode::FORBIDDEN);
        test.clock.advance_seconds(1);
        let later = post_from(&test, "192.0.2.1", path::OAUTH_TOKEN, &body).await;
        assert_eq!(later.status, StatusCode::FORBIDDEN);
    }
}
