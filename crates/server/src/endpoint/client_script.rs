//! `GET /client/{id}.js`: what Auth0's Lock has to know of an application before it draws anything. A
//! script, because Lock loads it with a script tag.

use axum::{
    extract::{Path, State, rejection::PathRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use latch_protocol::{endpoint, error::code};
use serde_json::json;
use url::Url;

use super::answers_with_refusals;
use crate::{client::Place, failure::Failure, page, reply::Refusal, state::App};

/// Why nothing is told.
#[derive(Debug)]
pub enum RouteError {
    /// Something failed inside.
    Internal(Failure),
    /// No client has this id.
    UnknownClient,
}

answers_with_refusals!(RouteError);

impl From<RouteError> for Refusal {
    fn from(error: RouteError) -> Self {
        match error {
            RouteError::Internal(failure) => failure.into(),
            RouteError::UnknownClient => Self::new(StatusCode::NOT_FOUND, code::NOT_FOUND, "Not found"),
        }
    }
}

/// `GET /client/{id}.js`
pub async fn get(
    State(app): State<App>,
    file: Result<Path<String>, PathRejection>,
) -> Result<Response, RouteError> {
    let Path(file) = file.map_err(|_| RouteError::UnknownClient)?;
    let client = file.strip_suffix(".js").and_then(|id| app.config.clients.find(id));
    let client = client.ok_or(RouteError::UnknownClient)?;
    let callback = client.callbacks.iter().find_map(|place| match place {
        Place::Exact(address) => Some(address.as_str()),
        Place::Loopback => None,
    });
    let host = Url::parse(&app.issuer).ok().and_then(|url| url.host_str().map(str::to_owned));
    let tenant = host.as_deref().and_then(|host| host.split('.').next()).unwrap_or_default();
    let strategies: Vec<_> =
        connections(&app).map(|name| json!({"name": name, "connections": [{"name": name}]})).collect();
    let settings = json!({
        "id": client.id,
        "tenant": tenant,
        // Any other than "free" and "dev", which have Lock show a badge of Auth0's.
        "subscription": "enterprise",
        "authorize": format!("{}{}", app.origin(), endpoint::AUTHORIZE),
        "callback": callback.unwrap_or_default(),
        "hasAllowedOrigins": client.cross_origin && !client.web_origins.is_empty(),
        "strategies": strategies,
    });
    let script = format!("Auth0.setClient({});", page::literal(&settings)?);
    let headers = [
        (header::CONTENT_TYPE, "application/x-javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=300"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    Ok((StatusCode::OK, headers, script).into_response())
}

/// The connections that this server has. Lock takes email when both are there.
fn connections(app: &App) -> impl Iterator<Item = &'static str> {
    ["email"].into_iter().chain(app.config.sms.is_some().then_some("sms"))
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use serde_json::{Value, json};

    use crate::testing::Test;

    #[tokio::test]
    async fn lock_is_told_what_it_draws_by() {
        let test = Test::new().await;
        let reply = test.get("/client/page.js?t1769860800000").await;
        assert_eq!(reply.header("content-type"), Some("application/x-javascript; charset=utf-8"));
        assert_eq!(reply.header("cross-origin-resource-policy"), Some("cross-origin"));
        let script = reply.text();
        let settings =
            script.strip_prefix("Auth0.setClient(").and_then(|rest| rest.strip_suffix(");")).unwrap();
        let settings: Value = serde_json::from_str(settings).unwrap();
        assert_eq!(
            settings,
            json!({
                "id": "page",
                "tenant": "login",
                "subscription": "enterprise",
                "authorize": "https://login.example/authorize",
                "callback": "https://page.example/callback",
                "hasAllowedOrigins": true,
                "strategies": [{"name": "email", "connections": [{"name": "email"}]}],
            })
        );
    }

    #[tokio::test]
    async fn an_application_that_does_not_exist_has_no_script() {
        let test = Test::new().await;
        for path in
            ["/client/nobody.js", "/client/page", "/client/.js", "/client/page.js.js", "/client/%ff.js"]
        {
            assert_eq!(test.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
}
