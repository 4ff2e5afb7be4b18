//! The routes, and what holds for all of them.

use std::any::Any;

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use latch_protocol::{endpoint as path, error::code};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    assets, cors, dev,
    endpoint::{
        authorize, captcha, client_script, co_authenticate, country, discovery, docs, jwks,
        login_transaction, logout, oidc_logout, openapi, otp_challenge, resource_owner, revoke, sso_data,
        start, token, userinfo, verify, verify_redirect,
    },
    host,
    limits::per_address,
    reply::Refusal,
    routes::Routes,
    state::App,
};

/// The longest address that is read.
const URI_LIMIT: usize = 8 * 1024;

/// The whole server as one service. Tests call it without a socket.
pub fn router(app: App) -> Router {
    routes(&app)
        .into_router()
        .fallback(assets::serve)
        .layer(middleware::from_fn_with_state(app.clone(), guard))
        .layer(CatchPanicLayer::custom(panicked))
        .with_state(app)
}

/// Everything that has an address of its own. Each of these is described in [`crate::openapi`].
pub fn routes(app: &App) -> Routes {
    let counted = |routes: Routes| {
        routes.wrapped(|router| router.layer(middleware::from_fn_with_state(app.clone(), per_address::guard)))
    };
    let visits = |routes: Routes| {
        let guard = middleware::from_fn_with_state(app.clone(), per_address::guard_visits);
        routes.wrapped(|router| router.layer(guard))
    };
    // What pages of a client may call. A preflight counts nowhere.
    let per_client = counted(
        Routes::default()
            .post(path::PASSWORDLESS_START, start::post)
            .post(path::OTP_CHALLENGE, otp_challenge::post)
            .post(path::OAUTH_TOKEN, token::post)
            .post(path::CHALLENGE, captcha::post)
            .post(path::OAUTH_REVOKE, revoke::post)
            .post(path::RESOURCE_OWNER, resource_owner::post)
            .get(path::USERINFO, userinfo::get)
            .post(path::USERINFO, userinfo::post)
            .get(path::COUNTRY, country::get),
    )
    .wrapped(|router| {
        let layer = middleware::from_fn_with_state(app.clone(), cors::per_client);
        router.method_not_allowed_fallback(method_not_allowed).layer(layer)
    });
    // What any page may read.
    let public = Routes::default()
        .get(path::DISCOVERY, discovery::get)
        .get(path::JWKS, jwks::get)
        .get(path::OPENAPI, openapi::get)
        .wrapped(|router| {
            let guard = middleware::from_fn_with_state(app.clone(), per_address::guard_metadata);
            let router = router.method_not_allowed_fallback(method_not_allowed).layer(guard);
            router.layer(middleware::from_fn(cors::public))
        });
    // What pages of a client call with cookies.
    let with_cookies = counted(
        Routes::default()
            .post(path::CO_AUTHENTICATE, co_authenticate::post)
            .get(path::SSO_DATA, sso_data::get),
    )
    .wrapped(|router| {
        let layer = middleware::from_fn_with_state(app.clone(), cors::with_cookies);
        router.method_not_allowed_fallback(method_not_allowed).layer(layer)
    });
    // Where browsers go, and what our own pages call.
    let mut visited = Routes::default()
        .get("/", assets::serve)
        .get(path::LOGIN, assets::serve)
        .get(path::DOCS, docs::get)
        .merge(visits(
            Routes::default()
                .get(path::AUTHORIZE, authorize::get)
                .post(path::AUTHORIZE, authorize::post)
                .get(path::VERIFY_REDIRECT, verify_redirect::get)
                .post(path::VERIFY_REDIRECT, verify_redirect::post)
                .get(path::VERIFY_REDIRECT_HYPHEN, verify_redirect::get)
                .post(path::VERIFY_REDIRECT_HYPHEN, verify_redirect::post)
                .post(path::CO_VERIFY, authorize::ticket::post)
                .get(path::OIDC_LOGOUT, oidc_logout::get)
                .post(path::OIDC_LOGOUT, oidc_logout::post)
                .get(path::LOGOUT, logout::get),
        ))
        .merge(counted(
            Routes::default()
                .get(path::LOGIN_TRANSACTION, login_transaction::get)
                .get(path::CLIENT_SCRIPT, client_script::get)
                .post(path::VERIFY, verify::post),
        ));
    if app.config.dev {
        visited = visited.merge(dev::inbox::routes());
    }
    visited
        .wrapped(|router| router.method_not_allowed_fallback(method_not_allowed))
        .merge(per_client)
        .merge(with_cookies)
        .merge(public)
}

/// What every request must keep to, and every answer says.
async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = if let Err(bad) = host::admit(&app, &request) {
        Refusal::from(bad).into_response()
    } else if request.uri().to_string().len() > URI_LIMIT {
        Refusal::new(StatusCode::URI_TOO_LONG, code::INVALID_REQUEST, "The address is too long")
            .into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("no-referrer"));
    if app.issuer.starts_with("https:") {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=63072000; includeSubDomains"),
        );
    }
    response
}

async fn method_not_allowed() -> Refusal {
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, code::METHOD_NOT_ALLOWED, "Method not allowed")
}

/// The last resort: a bug in one request ends that request only.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response<Body> {
    let message = panic.downcast_ref::<&str>().copied();
    let message = message.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    tracing::error!(message, "a handler panicked");
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, code::SERVER_ERROR, "server_error").into_response()
}

#[cfg(test)]
mod tests {
    use axum::http::Method;

    use super::*;
    use crate::testing::Test;

    const ENDPOINTS: [&str; 4] =
        [path::PASSWORDLESS_START, path::OAUTH_TOKEN, path::OAUTH_REVOKE, path::USERINFO];

    #[tokio::test]
    async fn what_is_not_there_is_refused_in_json() {
        let test = Test::new().await;
        for path in ["/nope", "/oauth", "/oauth/token/", "/dev/inbox", "/dev/inbox/messages"] {
            let request = Request::post(path).body(Body::empty()).unwrap();
            test.send(request).await.is_refused(404, "not_found", "Not found");
        }
    }

    #[tokio::test]
    async fn a_wrong_method_is_refused_in_json() {
        let test = Test::new().await;
        for (method, path) in [
            (Method::GET, path::PASSWORDLESS_START),
            (Method::PUT, path::OAUTH_TOKEN),
            (Method::DELETE, path::USERINFO),
            (Method::POST, path::DISCOVERY),
            (Method::POST, path::LOGOUT),
        ] {
            let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
            let reply = test.send(request).await;
            reply.is_refused(405, "method_not_allowed", "Method not allowed");
            assert!(reply.header("allow").is_some(), "{path}");
        }
    }

    #[tokio::test]
    async fn an_address_that_is_too_long_is_refused() {
        let test = Test::new().await;
        let reply = test.get(&format!("/v2/logout?returnTo={}", "a".repeat(9000))).await;
        assert_eq!(reply.status, StatusCode::URI_TOO_LONG);
    }

    #[tokio::test]
    async fn every_answer_forbids_guessing_its_type_and_demands_tls() {
        let test = Test::new().await;
        for path in ["/", "/nope", path::DISCOVERY, path::LOGOUT, path::USERINFO] {
            let reply = test.get(path).await;
            assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{path}");
            assert_eq!(reply.header("referrer-policy"), Some("no-referrer"));
            assert!(reply.header("strict-transport-security").is_some());
        }
        assert_eq!(Test::dev().await.get("/").await.header("strict-transport-security"), None);
    }

    async fn preflight(test: &Test, path: &str, origin: &str) -> crate::testing::Reply {
        let request = Request::options(path)
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "auth0-client,content-type");
        test.send(request.body(Body::empty()).unwrap()).await
    }

    #[tokio::test]
    async fn a_preflight_is_answered_for_an_origin_of_any_client() {
        let test = Test::new().await;
        for path in ENDPOINTS {
            for origin in ["https://shop.example", "https://other.example", "https://login.example"] {
                let reply = preflight(&test, path, origin).await;
                assert_eq!(reply.status, StatusCode::NO_CONTENT);
                assert_eq!(reply.header("access-control-allow-origin"), Some(origin));
                assert_eq!(reply.header("access-control-allow-methods"), Some("GET, POST, OPTIONS"));
                assert_eq!(
                    reply.header("access-control-allow-headers"),
                    Some("content-type, auth0-client, x-request-language, authorization, dpop")
                );
                assert_eq!(reply.header("access-control-max-age"), Some("600"));
                assert_eq!(reply.header("vary"), Some("Origin"));
                assert_eq!(reply.header("access-control-allow-credentials"), None);
            }
        }
    }

    #[tokio::test]
    async fn no_other_origin_is_allowed_anything() {
        let test = Test::new().await;
        for origin in [
            "null",
            "https://shop.example/",
            "https://shop.example:443",
            "https://shop.example:8443",
            "http://shop.example",
            "https://shop.example.",
            "https://SHOP.example",
            "https://www.shop.example",
            "https://shop.example.evil.example",
            "https://other.example/",
            "https://other.example:8443",
            "https://other.example.evil.example",
            "https://evil.example/https://shop.example",
            "https://evil-shop.example",
            "https://shop.examplé",
            "https://user@shop.example",
            "https://shop.example https://evil.example",
            "file://",
            "http://localhost:4001",
            "*",
        ] {
            for path in ENDPOINTS {
                let reply = preflight(&test, path, origin).await;
                assert_eq!(reply.header("access-control-allow-origin"), None, "{origin}");
                assert_eq!(reply.header("access-control-allow-headers"), None);
                assert_eq!(reply.header("vary"), Some("Origin"));
            }
            let headers = [("origin", origin)];
            let body = crate::testing::start_body("ada@example.com");
            let reply = test.post_with(path::PASSWORDLESS_START, &body, &headers).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN, "{origin}");
            assert_eq!(reply.header("access-control-allow-origin"), None);
        }
    }

    #[tokio::test]
    async fn a_page_can_read_why_it_was_refused() {
        let test = Test::new().await;
        let headers = [("origin", "https://shop.example")];
        let reply = test.post_with(path::OAUTH_TOKEN, &serde_json::json!({}), &headers).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST);
        assert_eq!(reply.header("access-control-allow-origin"), Some("https://shop.example"));
        assert_eq!(
            reply.header("access-control-expose-headers"),
            Some("x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, retry-after, date")
        );
    }

    #[tokio::test]
    async fn the_demo_client_may_be_called_from_any_port_of_this_machine() {
        let test = Test::dev().await;
        for (origin, allowed) in [
            ("http://localhost:4001", true),
            ("http://127.0.0.1:8080", true),
            ("https://localhost:4001", false),
            ("http://localhost.evil.example", false),
            ("http://192.168.0.1:4001", false),
        ] {
            let reply = preflight(&test, path::OAUTH_TOKEN, origin).await;
            assert_eq!(reply.header("access-control-allow-origin"), allowed.then_some(origin), "{origin}");
        }
    }

    #[test]
    fn a_panic_is_answered_with_a_server_error() {
        let response = panicked(Box::new("oh"));
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }
}
