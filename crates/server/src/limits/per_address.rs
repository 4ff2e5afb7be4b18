//! What one network address may ask of the endpoints that take codes and grants: so many requests in a
//! second, and so many refusals in a day.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use latch_protocol::{endpoint as path, error::code};

use super::{Exceeded, Limit, Peer, Room, asker, asker_bucket};
use crate::{failure::Failure, reply::Refusal, state::App, store::hits};

const DAY: u32 = 86_400;

/// Counts the request, and afterwards whether it was refused.
pub async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(peer) = request.extensions().get::<Peer>().copied() else { return next.run(request).await };
    let address = asker_bucket(asker(&app, peer, request.headers()));
    let limits = &app.config.limits;
    let (name, most) = match request.uri().path() {
        path::OAUTH_TOKEN => ("token", limits.tokens_per_ip),
        path::CO_AUTHENTICATE => ("login", limits.logins_per_ip),
        _ => ("verify", limits.logins_per_ip),
    };
    let requests = most.map(|most| Limit { bucket: format!("{name} {address}"), most, window: 1 });
    let failures =
        limits.failures_per_ip.map(|most| Limit { bucket: format!("failure {address}"), most, window: DAY });
    let room = match admit(&app, requests.as_ref(), failures.as_ref()).await {
        Ok(room) => room,
        Err(refusal) => return refusal.into_response(),
    };
    let mut response = next.run(request).await;
    if let Some(failures) = failures.filter(|_| response.status() == StatusCode::FORBIDDEN)
        && let Err(failure) = count(&app, &failures).await
    {
        tracing::error!(%failure, "a failure was not counted");
    }
    if let Some(room) = room {
        room.tell(response.headers_mut());
    }
    response
}

async fn admit(
    app: &App,
    requests: Option<&Limit>,
    failures: Option<&Limit>,
) -> Result<Option<Room>, Refusal> {
    if let Some(failures) = failures {
        let looked = hits::look(&app.store, failures, app.clock.now()).await.map_err(Failure::Store)?;
        looked.map_err(suspicious)?;
    }
    let Some(requests) = requests else { return Ok(None) };
    Ok(Some(count(app, requests).await??))
}

async fn count(app: &App, limit: &Limit) -> Result<Result<Room, Exceeded>, Failure> {
    let mut tx = app.store.write().await?;
    let counted = hits::count(&mut tx, limit, app.clock.now()).await?;
    tx.commit().await?;
    Ok(counted)
}

/// Auth0's words for an address that guesses.
fn suspicious(exceeded: Exceeded) -> Refusal {
    let wait = exceeded.now.seconds_until(exceeded.again_at).max(1);
    Refusal::new(
        StatusCode::TOO_MANY_REQUESTS,
        code::TOO_MANY_ATTEMPTS,
        "We have detected suspicious login behavior and further attempts will be blocked. \
         Please contact the administrator.",
    )
    .with_header("retry-after", &wait.to_string())
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use axum::{body::Body, http::Request};
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::{CONFIG, Reply, Test, otp_body, wrong};

    async fn post_from(test: &Test, address: &str, path: &str, body: &Value) -> Reply {
        let request = Request::post(path).header("content-type", "application/json");
        let mut request = request.body(Body::from(body.to_string())).unwrap();
        request.extensions_mut().insert(Peer((address.parse::<IpAddr>().unwrap(), 1).into()));
        test.send(request).await
    }

    #[tokio::test]
    async fn an_address_asks_for_tokens_so_many_times_a_second() {
        let test = Test::new().await;
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

    #[tokio::test]
    async fn an_address_that_guesses_all_day_is_stopped_wherever_it_guesses() {
        let test = Test::with(CONFIG, false, |config| {
            config.limits.failures_per_ip = Some(3);
            config.limits.tokens_per_ip = None;
        })
        .await;
        let code = test.code("ada@example.com").await;
        for number in 0..3 {
            let body = otp_body(&format!("{number}@example.com"), &wrong(&code), "openid");
            let reply = post_from(&test, "2001:db8:1:2::1", path::OAUTH_TOKEN, &body).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN);
        }
        let right = otp_body("ada@example.com", &code, "openid");
        // The neighbours in its /64 are the same somebody.
        let reply = post_from(&test, "2001:db8:1:2::9", path::OAUTH_TOKEN, &right).await;
        assert_eq!(reply.json()["error"], "too_many_attempts");
        assert_eq!(reply.header("retry-after"), Some("86400"));
        let body = json!({"client_id": "page"});
        let reply = post_from(&test, "2001:db8:1:2::1", path::CO_AUTHENTICATE, &body).await;
        assert_eq!(reply.json()["error"], "too_many_attempts");
        // Who is right somewhere else is not kept out.
        let reply = post_from(&test, "2001:db8:1:3::1", path::OAUTH_TOKEN, &right).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    }
}
