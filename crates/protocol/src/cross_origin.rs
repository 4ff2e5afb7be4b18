//! `POST /co/authenticate`: a page of a client takes the code itself. Auth0: "Cross-Origin Authentication".

use serde::{Deserialize, Serialize};

/// What the page sends.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrossOriginRequest {
    /// The application that the user signs in to.
    pub client_id: String,
    /// Always [`crate::token::PASSWORDLESS_OTP`].
    pub credential_type: String,
    /// The code.
    pub otp: String,
    /// The connection's name.
    pub realm: String,
    /// The address or number, as it was given to start.
    pub username: String,
}

/// The code and the person it belongs to stay out of logs.
impl core::fmt::Debug for CrossOriginRequest {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("CrossOriginRequest").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

/// What it gets: a ticket for `/authorize`. Auth0 also sends `co_verifier` and `co_id`, for pages that
/// browsers keep third-party cookies from.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrossOriginResponse {
    /// Good once, and soon.
    pub login_ticket: String,
}

/// The ticket stays out of logs.
impl core::fmt::Debug for CrossOriginResponse {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("CrossOriginResponse(..)")
    }
}
