//! The routes, and what holds for all of them.

use std::any::Any;

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use latch_protocol::{endpoint as path, error::code};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    assets, cors, dev,
    endpoint::{discovery, jwks, logout, revoke, start, token, userinfo},
    reply::Refusal,
    state::App,
};

/// The longest address that is read.
const URI_LIMIT: usize = 8 * 1024;

/// The whole server as one service. Tests call it without a socket.
pub fn router(app: App) -> Router {
    // What pages of a client may call.
    let per_client = Router::new()
        .route(path::PASSWORDLESS_START, post(start::post))
        .route(path::OAUTH_TOKEN, post(token::post))
        .route(path::OAUTH_REVOKE, post(revoke::post))
        .route(path::USERINFO, get(userinfo::get).post(userinfo::get))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(middleware::from_fn_with_state(app.clone(), cors::per_client));
    // What any page may read.
    let public = Router::new()
        .route(path::DISCOVERY, get(discovery::get))
        .route(path::JWKS, get(jwks::get))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(middleware::from_fn(cors::public));
    // Where browsers go.
    let mut visited = Router::new().route(path::LOGOUT, get(logout::get));
    if app.config.dev {
        visited = visited.merge(dev::inbox::routes());
    }
    visited
        .method_not_allowed_fallback(method_not_allowed)
        .merge(per_client)
        .merge(public)
        .fallback(assets::serve)
        .layer(middleware::from_fn_with_state(app.clone(), guard))
        .layer(CatchPanicLayer::custom(panicked))
        .with_state(app)
}

/// What every request must keep to, and every answer says.
async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = if request.uri().to_string().len() > URI_LIMIT {
        Refusal::new(StatusCode::URI_TOO_LONG, code::INVALID_REQUEST, "The address is too long")
            .into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
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
