//! The endpoints, one file each: the handler, its `RouteError` with one mapping to what clients see,
//! and its tests.

pub mod authorize;
pub mod captcha;
pub mod client_script;
pub mod co_authenticate;
pub mod code;
pub mod country;
pub mod discovery;
pub mod docs;
pub mod jwks;
pub mod login_transaction;
pub mod logout;
pub mod oidc_logout;
pub mod openapi;
pub mod otp;
pub mod otp_challenge;
pub mod refresh;
pub mod resource_owner;
pub mod revoke;
pub mod sso_data;
pub mod start;
pub mod token;
pub mod userinfo;
pub mod verify;
pub mod verify_redirect;

/// What goes wrong in every endpoint: something inside and, with the name of its variant, what cannot be read.
macro_rules! fails_inside {
    ($error:ty, $unreadable:ident) => {
        crate::endpoint::fails_inside!($error);

        impl From<crate::request::BadBody> for $error {
            fn from(bad: crate::request::BadBody) -> Self {
                Self::$unreadable(bad)
            }
        }
    };
    ($error:ty) => {
        impl From<crate::failure::Failure> for $error {
            fn from(failure: crate::failure::Failure) -> Self {
                Self::Internal(failure)
            }
        }

        impl From<sqlx::Error> for $error {
            fn from(error: sqlx::Error) -> Self {
                Self::Internal(error.into())
            }
        }
    };
}
pub(crate) use fails_inside;

/// The same, of a `RouteError` that is always answered with a refusal.
macro_rules! answers_with_refusals {
    ($error:ty $(, $unreadable:ident)?) => {
        crate::endpoint::fails_inside!($error $(, $unreadable)?);

        impl axum::response::IntoResponse for $error {
            fn into_response(self) -> axum::response::Response {
                crate::reply::Refusal::from(self).into_response()
            }
        }
    };
}
pub(crate) use answers_with_refusals;
