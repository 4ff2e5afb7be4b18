//! What one network address may ask of the endpoints that take codes and grants, and of those that
//! browsers visit: so many requests in so long.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use latch_protocol::endpoint as path;

use super::{Exceeded, Limit, Peer, Room, asker, asker_bucket};
use crate::{failure::Failure, page, reply::Refusal, state::App, store::hits, words::Language};

/// Counts a request to an endpoint of programs.
pub async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let limits = &app.config.limits;
    let (name, most) = match request.uri().path() {
        path::OAUTH_TOKEN => ("token", limits.tokens_per_ip),
        path::CHALLENGE => ("challenge", limits.logins_per_ip),
        path::CO_AUTHENTICATE => ("login", limits.logins_per_ip),
        _ => ("verify", limits.logins_per_ip),
    };
    limited(&app, (name, most, 1), request, next, |exceeded| Refusal::from(exceeded).into_response()).await
}

/// Counts a visit. Auth0: where a browser asks too often, it is shown a page.
pub async fn guard_visits(State(app): State<App>, request: Request, next: Next) -> Response {
    let name = if request.uri().path() == path::AUTHORIZE { "authorize" } else { "redirect" };
    let rule = (name, app.config.limits.visits_per_ip, 60);
    let language = Language::of_page(request.headers(), None);
    let refuse = |exceeded: Exceeded| match page::say(
        &app,
        language,
        StatusCode::TOO_MANY_REQUESTS,
        &language.words.too_many,
    ) {
        Ok(mut response) => {
            exceeded.tell(response.headers_mut());
            response
        }
        Err(failure) => Refusal::from(failure).into_response(),
    };
    limited(&app, rule, request, next, refuse).await
}

/// Counts a request under a name, lets it pass, and says in the answer how many more may come.
async fn limited(
    app: &App,
    (name, most, window): (&str, Option<u32>, u32),
    request: Request,
    next: Next,
    refuse: impl FnOnce(Exceeded) -> Response,
) -> Response {
    let peer = request.extensions().get::<Peer>().copied();
    let (Some(peer), Some(most)) = (peer, most) else { return next.run(request).await };
    let address = asker_bucket(asker(app, peer, request.headers()));
    let room = match count(app, &Limit { bucket: format!("{name} {address}"), most, window }).await {
        Ok(Ok(room)) => room,
        Ok(Err(exceeded)) => return refuse(exceeded),
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
    use axum::{
        body::Body,
        http::{Request, StatusCode},
    };

    use super::*;
    use crate::testing::{CONFIG, Test, coming_from, otp_body};

    #[tokio::test]
    async fn an_address_asks_for_tokens_so_many_times_a_second() {
        let test = Test::with(CONFIG, false, |config| config.limits.failures_per_identity = None).await;
        let body = otp_body("ada@example.com", "000000", "openid");
        for number in 0..30 {
            let reply = test.post_from("192.0.2.1", path::OAUTH_TOKEN, &body).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN);
            assert_eq!(reply.header("x-ratelimit-limit"), Some("30"));
            assert_eq!(reply.header("x-ratelimit-remaining"), Some(&*(29 - number).to_string()));
        }
        let reply = test.post_from("192.0.2.1", path::OAUTH_TOKEN, &body).await;
        assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(reply.json()["error"], "too_many_requests");
        assert_eq!(reply.header("retry-after"), Some("1"));
        let elsewhere = test.post_from("192.0.2.2", path::OAUTH_TOKEN, &body).await;
        assert_eq!(elsewhere.status, StatusCode::FORBIDDEN);
        test.clock.advance_seconds(1);
        let later = test.post_from("192.0.2.1", path::OAUTH_TOKEN, &body).await;
        assert_eq!(later.status, StatusCode::FORBIDDEN);
    }

    #[tokio::test]
    async fn who_visits_too_often_is_shown_a_page_that_says_when_to_come_back() {
        let test = Test::with(CONFIG, false, |config| config.limits.visits_per_ip = Some(2)).await;
        let visit = async |address: &str, path: &str| {
            test.send(coming_from(address, Request::get(path).body(Body::empty()).unwrap())).await
        };
        for path in [path::AUTHORIZE, path::VERIFY_REDIRECT, path::VERIFY_REDIRECT_HYPHEN] {
            test.clock.advance_seconds(60);
            for left in ["1", "0"] {
                let reply = visit("192.0.2.1", path).await;
                assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{path}");
                assert_eq!(reply.header("x-ratelimit-limit"), Some("2"));
                assert_eq!(reply.header("x-ratelimit-remaining"), Some(left));
            }
            test.clock.advance_seconds(20);
            let reply = visit("192.0.2.1", path).await;
            assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
            assert!(reply.text().contains(">Too many requests.") && reply.header("location").is_none());
            assert_eq!(reply.header("retry-after"), Some("40"));
            assert_eq!(reply.header("x-ratelimit-remaining"), Some("0"));
            let reset = (test.now().seconds() + 40).to_string();
            assert_eq!(reply.header("x-ratelimit-reset"), Some(reset.as_str()));
            assert_eq!(visit("192.0.2.2", path).await.status, StatusCode::BAD_REQUEST);
        }
        assert_eq!(visit("192.0.2.1", path::AUTHORIZE).await.status, StatusCode::BAD_REQUEST);
    }
}
