//! `GET /.well-known/jwks.json`: the keys that tokens are checked with. RFC 7517 section 5. Served
//! from memory: it works while the database does not.

use axum::{extract::State, response::Response};

use super::discovery::{RouteError, public_json};
use crate::state::App;

/// `GET /.well-known/jwks.json`
pub async fn get(State(app): State<App>) -> Result<Response, RouteError> {
    public_json(app.keys.published()).map_err(RouteError::Internal)
}
