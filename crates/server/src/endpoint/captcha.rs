//! `POST /passwordless/challenge`: whether the hosted page has to show a captcha before it asks for a
//! code. Auth0's pages ask when they have a `state`. This server has none, so it is never required.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use latch_protocol::error::code;
use serde_json::json;

use super::answers_with_refusals;
use crate::{
    cors::{self, ForeignOrigin},
    failure::Failure,
    reply::{self, Refusal},
    request::{BadBody, Json},
    state::App,
};

/// Why there is no answer.
#[derive(Debug)]
pub enum RouteError {
    /// Something failed inside.
    Internal(Failure),
    /// The body is not what it should be.
    Body(BadBody),
    /// The page is not ours.
    ForeignOrigin(ForeignOrigin),
    /// The state is missing.
    NoState,
}

answers_with_refusals!(RouteError);

impl From<RouteError> for Refusal {
    fn from(error: RouteError) -> Self {
        match error {
            RouteError::Internal(failure) => failure.into(),
            RouteError::Body(bad) => bad.into(),
            RouteError::ForeignOrigin(foreign) => foreign.into(),
            RouteError::NoState => {
                let description = "Missing required property: state";
                Self::new(StatusCode::BAD_REQUEST, code::INVALID_REQUEST, description)
            }
        }
    }
}

/// `POST /passwordless/challenge`
pub async fn post(
    State(app): State<App>,
    headers: HeaderMap,
    Json(params): Json,
) -> Result<Response, RouteError> {
    cors::admit_own(&app, &headers).map_err(RouteError::ForeignOrigin)?;
    params.text("state").map_err(RouteError::Body)?.ok_or(RouteError::NoState)?;
    Ok(reply::json(StatusCode::OK, &json!({"required": false}))?)
}

#[cfg(test)]
mod tests {
    use latch_protocol::endpoint::CHALLENGE;
    use serde_json::json;

    use crate::testing::Test;

    #[tokio::test]
    async fn no_captcha_is_ever_required() {
        let test = Test::new().await;
        assert_eq!(test.post(CHALLENGE, &json!({"state": "x"})).await.json(), json!({"required": false}));
        let missing = test.post(CHALLENGE, &json!({})).await;
        missing.is_refused(400, "invalid_request", "Missing required property: state");
        let foreign =
            test.post_with(CHALLENGE, &json!({"state": "x"}), &[("origin", "https://shop.example")]).await;
        assert_eq!(foreign.refusal().0, 403);
    }
}
