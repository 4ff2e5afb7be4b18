//! What one network address may ask: so many requests to an endpoint in so long, and so many to all of the
//! API. What a request is counted as, it is counted as in one transaction; what is refused counts nowhere.

use std::time::Duration;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use latch_protocol::endpoint as path;

use super::{Exceeded, Limit, Peer, Room, asker, asker_bucket};
use crate::{failure::Failure, page, reply::Refusal, state::App, store::hits, words::Language};

/// How long keys and metadata wait to be counted: whoever checks tokens does not wait for our database.
const PATIENCE: Duration = Duration::from_millis(250);

/// So many under a name, in so many seconds.
type Rule = (&'static str, Option<u32>, u32);

/// Counts a request of a program.
pub async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    match count(&app, of(&app, &request)).await {
        Ok(Ok(room)) => tell(next.run(request).await, room),
        Ok(Err(exceeded)) => Refusal::from(exceeded).into_response(),
        Err(failure) => Refusal::from(failure).into_response(),
    }
}

/// Counts a visit. Auth0: where a browser asks too often, it is shown a page.
pub async fn guard_visits(State(app): State<App>, request: Request, next: Next) -> Response {
    let language = Language::of_page(request.headers(), None);
    let exceeded = match count(&app, of(&app, &request)).await {
        Ok(Ok(room)) => return tell(next.run(request).await, room),
        Ok(Err(exceeded)) => exceeded,
        Err(failure) => return Refusal::from(failure).into_response(),
    };
    match page::say(&app, language, StatusCode::TOO_MANY_REQUESTS, &language.words.too_many) {
        Ok(mut response) => {
            exceeded.tell(response.headers_mut());
            response
        }
        Err(failure) => Refusal::from(failure).into_response(),
    }
}

/// Counts a request for keys or metadata, unless that cannot be done now: they are needed most where something
/// else has failed.
pub async fn guard_metadata(State(app): State<App>, request: Request, next: Next) -> Response {
    let rule = ("metadata", app.config.limits.metadata_per_ip, 1);
    let counted = count(&app, limits(&app, &request, &[rule]));
    match tokio::time::timeout(PATIENCE, counted).await {
        Ok(Ok(Ok(room))) => tell(next.run(request).await, room),
        Ok(Ok(Err(exceeded))) => Refusal::from(exceeded).into_response(),
        Ok(Err(_)) | Err(_) => next.run(request).await,
    }
}

/// What a request is counted as.
fn of(app: &App, request: &Request) -> Vec<Limit> {
    let configured = &app.config.limits;
    let all = ("api", configured.requests_per_ip, 60);
    let own: Option<Rule> = match request.uri().path() {
        path::OAUTH_TOKEN => Some(("token", configured.tokens_per_ip, 1)),
        path::CHALLENGE => Some(("challenge", configured.logins_per_ip, 1)),
        path::CO_AUTHENTICATE => Some(("login", configured.logins_per_ip, 1)),
        path::VERIFY => Some(("verify", configured.logins_per_ip, 1)),
        path::AUTHORIZE => Some(("authorize", configured.visits_per_ip, 60)),
        path::VERIFY_REDIRECT | path::VERIFY_REDIRECT_HYPHEN => {
            Some(("redirect", configured.visits_per_ip, 60))
        }
        path::PASSWORDLESS_START if is_own(app, request.headers()) => {
            Some(("prompt", configured.prompts_per_ip, 60))
        }
        _ => None,
    };
    let rules: Vec<Rule> = own.into_iter().chain([all]).collect();
    limits(app, request, &rules)
}

/// Whether a page of the server's own origin asks: the hosted page is Auth0's prompt.
fn is_own(app: &App, headers: &HeaderMap) -> bool {
    headers.get(header::ORIGIN).is_some_and(|origin| origin == app.origin())
}

/// The rules as they hold for whoever asks.
fn limits(app: &App, request: &Request, rules: &[Rule]) -> Vec<Limit> {
    let Some(peer) = request.extensions().get::<Peer>().copied() else { return Vec::new() };
    let address = asker_bucket(asker(app, peer, request.headers()));
    let limit = |&(name, most, window): &Rule| {
        Some(Limit { bucket: format!("{name} {address}"), most: most?, window })
    };
    rules.iter().filter_map(limit).collect()
}

/// Counts one more of each, or of none. What is told is where least is left.
async fn count(app: &App, limits: Vec<Limit>) -> Result<Result<Option<Room>, Exceeded>, Failure> {
    if limits.is_empty() {
        return Ok(Ok(None));
    }
    let mut tx = app.store.write().await?;
    let now = app.clock.now();
    let mut least: Option<Room> = None;
    for limit in &limits {
        match hits::count(&mut tx, limit, now).await? {
            Err(exceeded) => return Ok(Err(exceeded)),
            Ok(room) if least.is_none_or(|least| room.remaining < least.remaining) => least = Some(room),
            Ok(_) => {}
        }
    }
    tx.commit().await?;
    Ok(Ok(least))
}

/// Says how many more may come, unless the endpoint itself has said that fewer may, or none.
fn tell(mut response: Response, room: Option<Room>) -> Response {
    let told =
        response.headers().get("x-ratelimit-remaining").and_then(|told| told.to_str().ok()?.parse().ok());
    if let Some(room) = room
        && response.status() != StatusCode::TOO_MANY_REQUESTS
        && told.is_none_or(|told: u32| room.remaining < told)
    {
        room.tell(response.headers_mut());
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::{
        body::Body,
        http::{Request, StatusCode},
    };

    use super::*;
    use crate::testing::{CONFIG, Test, coming_from, otp_body, start_body};

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

    async fn ask(test: &Test, address: &str, path: &str) -> crate::testing::Reply {
        test.send(coming_from(address, Request::get(path).body(Body::empty()).unwrap())).await
    }

    #[tokio::test]
    async fn one_address_asks_the_whole_api_three_hundred_times_a_minute_and_no_more() {
        let test = Test::new().await;
        let paths = [path::COUNTRY, path::SSO_DATA, "/client/shop.js", path::USERINFO];
        for number in 0..299_usize {
            let reply = ask(&test, "192.0.2.1", paths[number % paths.len()]).await;
            assert_ne!(reply.status, StatusCode::TOO_MANY_REQUESTS, "{number}");
            assert_eq!(reply.header("x-ratelimit-limit"), Some("300"));
            assert_eq!(reply.header("x-ratelimit-remaining"), Some(&*(299 - number).to_string()));
        }
        // The limit that is nearest is the one that is told.
        let start = test.start_from("ada@example.com", "192.0.2.1", None).await;
        assert_eq!(start.status, StatusCode::OK);
        assert_eq!(start.header("x-ratelimit-limit"), Some("300"));
        assert_eq!(start.header("x-ratelimit-remaining"), Some("0"));
        test.clock.advance_seconds(15);
        for path in paths {
            let reply = ask(&test, "192.0.2.1", path).await;
            assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
            assert_eq!(reply.json()["error"], "too_many_requests");
            assert_eq!(reply.header("retry-after"), Some("45"));
            let reset = (test.now().seconds() + 45).to_string();
            assert_eq!(reply.header("x-ratelimit-reset"), Some(&*reset));
        }
        assert_eq!(test.start_from("ada@example.com", "192.0.2.1", None).await.status, 429);
        // Who is refused at one limit is counted at no other.
        let counted: i64 = sqlx::query_scalar("SELECT count(*) FROM hits WHERE bucket = 'start 192.0.2.1'")
            .fetch_one(test.app.store.reader())
            .await
            .unwrap();
        assert_eq!(counted, 1);
        for path in [path::AUTHORIZE, path::LOGOUT, path::OIDC_LOGOUT] {
            let reply = ask(&test, "192.0.2.1", path).await;
            assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
            assert!(reply.text().contains(">Too many requests."), "{path}");
        }
        // Pages, files and keys are not the API, and neither is a question whether a page may ask.
        for path in ["/", path::LOGIN, "/latch.js", path::DOCS, path::JWKS, path::DISCOVERY] {
            assert_ne!(ask(&test, "192.0.2.1", path).await.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
        }
        let preflight = Request::options(path::OAUTH_TOKEN)
            .header("origin", "https://shop.example")
            .header("access-control-request-method", "POST");
        let preflight = coming_from("192.0.2.1", preflight.body(Body::empty()).unwrap());
        assert_eq!(test.send(preflight).await.status, StatusCode::NO_CONTENT);
        assert_eq!(ask(&test, "192.0.2.2", path::COUNTRY).await.status, StatusCode::OK);
        test.clock.advance_seconds(45);
        assert_eq!(ask(&test, "192.0.2.1", path::COUNTRY).await.status, StatusCode::OK);
    }

    #[tokio::test]
    async fn keys_and_metadata_are_served_twenty_times_a_second_to_one_address() {
        let test = Test::new().await;
        let paths = [path::JWKS, path::DISCOVERY, path::OPENAPI];
        for number in 0..20_usize {
            let reply = ask(&test, "192.0.2.1", paths[number % 3]).await;
            assert_eq!(reply.status, StatusCode::OK);
            assert_eq!(reply.header("x-ratelimit-remaining"), Some(&*(19 - number).to_string()));
        }
        for path in paths {
            let reply = ask(&test, "192.0.2.1", path).await;
            assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
            assert_eq!(reply.header("x-ratelimit-limit"), Some("20"));
            assert_eq!(reply.header("retry-after"), Some("1"));
            assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
        }
        assert_eq!(ask(&test, "192.0.2.2", path::JWKS).await.status, StatusCode::OK);
        test.clock.advance_seconds(1);
        assert_eq!(ask(&test, "192.0.2.1", path::JWKS).await.status, StatusCode::OK);
    }

    #[tokio::test]
    async fn without_a_database_keys_and_metadata_are_served_and_nothing_else_is() {
        let test = Test::new().await;
        let code = test.code("ada@example.com").await;
        test.app.store.close().await;
        for _ in 0..30 {
            for path in [path::JWKS, path::DISCOVERY] {
                assert_eq!(ask(&test, "192.0.2.1", path).await.status, StatusCode::OK);
            }
        }
        let body = otp_body("ada@example.com", &code, "openid");
        for (path, body) in [(path::OAUTH_TOKEN, body), (path::PASSWORDLESS_START, start_body("a@a.co"))] {
            let reply = test.post_from("192.0.2.1", path, &body).await;
            assert!(reply.status.is_server_error(), "{path}: {}", reply.status);
        }
    }

    #[tokio::test]
    async fn the_hosted_page_asks_for_five_codes_a_minute_and_pages_of_clients_for_more() {
        let test = Test::new().await;
        let start = async |origin: &str, number: u32| {
            let request = Request::post(path::PASSWORDLESS_START)
                .header("content-type", "application/json")
                .header("origin", origin);
            let body = start_body(&format!("{number}@example.com")).to_string();
            test.send(coming_from("192.0.2.1", request.body(body.into()).unwrap())).await
        };
        for number in 0..5 {
            let reply = start("https://login.example", number).await;
            assert_eq!(reply.status, StatusCode::OK);
            assert_eq!(reply.header("x-ratelimit-limit"), Some("5"));
            assert_eq!(reply.header("x-ratelimit-remaining"), Some(&*(4 - number).to_string()));
        }
        let reply = start("https://login.example", 5).await;
        assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(reply.header("retry-after"), Some("60"));
        assert_eq!(reply.header("access-control-allow-origin"), Some("https://login.example"));
        assert_eq!(start("https://shop.example", 6).await.status, StatusCode::OK);
        test.clock.advance_seconds(60);
        assert_eq!(start("https://login.example", 7).await.status, StatusCode::OK);
    }

    #[tokio::test]
    async fn what_counts_no_more_is_swept_when_its_window_is_over() {
        let test = Test::new().await;
        let buckets = async || {
            test.app.store.sweep(test.now()).await.unwrap();
            sqlx::query_scalar::<_, String>("SELECT bucket FROM hits ORDER BY bucket")
                .fetch_all(test.app.store.reader())
                .await
                .unwrap()
                .iter()
                .filter_map(|bucket| bucket.split(' ').next().map(str::to_owned))
                .collect::<Vec<_>>()
        };
        ask(&test, "192.0.2.1", path::JWKS).await;
        test.start_from("ada@example.com", "192.0.2.1", None).await;
        assert!(buckets().await.starts_with(&["api".to_owned(), "metadata".to_owned()]));
        for (seconds, gone) in [(2, "metadata"), (60, "api"), (600, "send"), (3600, "start")] {
            assert!(buckets().await.iter().any(|name| name == gone), "{gone}");
            test.clock.advance_seconds(seconds);
            assert!(!buckets().await.iter().any(|name| name == gone), "{gone}");
        }
        assert_eq!(buckets().await, ["send-day"]);
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
