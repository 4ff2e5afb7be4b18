//! `GET /v2/logout`: ends the session in this browser and sends it on. Auth0: "Logout".
//!
//! Differences to Auth0: a `returnTo` that is not listed is refused, and not replaced by the first one
//! that is.

use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use latch_protocol::error::code;

use super::answers_with_refusals;
use crate::{
    client::Place,
    failure::Failure,
    reply::Refusal,
    request::{BadBody, Params},
    session,
    state::App,
};

/// Why the browser goes nowhere.
#[derive(Debug)]
pub enum RouteError {
    /// Something failed inside.
    Internal(Failure),
    /// The query cannot be read.
    Query(BadBody),
    /// No client has this id.
    UnknownClient,
    /// The address is not listed.
    NotListed,
}

answers_with_refusals!(RouteError, Query);

impl From<RouteError> for Refusal {
    fn from(error: RouteError) -> Self {
        let bad = |description: &str| Self::new(StatusCode::BAD_REQUEST, code::INVALID_REQUEST, description);
        match error {
            RouteError::Internal(failure) => failure.into(),
            RouteError::Query(bad) => bad.into(),
            RouteError::UnknownClient => bad("Client does not exist"),
            RouteError::NotListed => bad("The \"returnTo\" address is not in the allowed logout URLs"),
        }
    }
}

/// `GET /v2/logout`
pub async fn get(
    State(app): State<App>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, RouteError> {
    let params = Params::from_form(query.as_deref().unwrap_or_default())?;
    let client = match params.text("client_id")? {
        Some(id) => Some(app.config.clients.find(id).ok_or(RouteError::UnknownClient)?),
        None => None,
    };
    // Without a client the addresses of all of them count, as Auth0's list of the tenant does.
    let clients =
        || app.config.clients.0.iter().filter(|one| client.is_none_or(|client| client.id == one.id));
    let target = match params.text("returnTo")? {
        Some(wish) => {
            let target = clients().find_map(|client| client.logout_target(wish));
            Some(target.ok_or(RouteError::NotListed)?)
        }
        None => client.and_then(|client| {
            client.logout_urls.iter().find_map(|place| match place {
                Place::Exact(address) => Some(address.clone()),
                Place::Loopback => None,
            })
        }),
    };
    let target = target.map(|target| HeaderValue::from_str(&target)).transpose();
    let target = target.map_err(|_| RouteError::NotListed)?;
    let cookie = session::end(&app, &headers).await?;
    let headers =
        [(header::CACHE_CONTROL, HeaderValue::from_static("no-store")), (header::SET_COOKIE, cookie)];
    Ok(match target {
        Some(target) => (StatusCode::FOUND, headers, [(header::LOCATION, target)]).into_response(),
        None => (headers, "OK").into_response(),
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::Test;

    #[tokio::test]
    async fn the_browser_goes_to_a_listed_address_and_nowhere_else() {
        let test = Test::new().await;
        for (query, location) in [
            (
                "client_id=shop&returnTo=https%3A%2F%2Fshop.example%2Fbye%3Fa%3D1",
                "https://shop.example/bye?a=1",
            ),
            ("returnTo=https%3A%2F%2Fshop.example%2Fbye", "https://shop.example/bye"),
            ("client_id=shop", "https://shop.example/bye"),
            ("client_id=shop&federated&auth0Client=e30", "https://shop.example/bye"),
        ] {
            let reply = test.get(&format!("/v2/logout?{query}")).await;
            assert_eq!(reply.status, 302, "{query}");
            assert_eq!(reply.header("location"), Some(location));
        }
        for query in [
            "client_id=shop&returnTo=https%3A%2F%2Fevil.example%2F",
            "client_id=other&returnTo=https%3A%2F%2Fshop.example%2Fbye",
            "returnTo=%2F%2Fevil.example",
            "returnTo=%2F%5Cevil.example",
            "returnTo=https%3A%2F%2Fshop.example%2Fbye%0d%0aset-cookie%3A+a",
            "returnTo=javascript%3Aalert(1)",
            "returnTo=https%3A%2F%2Fshop.example%2Fbye&returnTo=https%3A%2F%2Fevil.example",
            "client_id=nobody",
            "returnTo=%ff",
        ] {
            let reply = test.get(&format!("/v2/logout?{query}")).await;
            assert_eq!(reply.status, 400, "{query}");
            assert_eq!(reply.header("location"), None);
        }
    }

    #[tokio::test]
    async fn with_nowhere_to_go_it_stays() {
        let test = Test::new().await;
        for query in ["", "?client_id=other"] {
            let reply = test.get(&format!("/v2/logout{query}")).await;
            assert_eq!((reply.status.as_u16(), reply.text().as_str()), (200, "OK"));
        }
    }
}
