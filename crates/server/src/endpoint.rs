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

/// What is the same in every `RouteError`: turning it into a refusal and that into an answer. With the name
/// of its variant, also what cannot be read.
macro_rules! answers_with_refusals {
    ($error:ty, $unreadable:ident) => {
        crate::endpoint::answers_with_refusals!($error);

        impl From<crate::request::BadBody> for $error {
            fn from(bad: crate::request::BadBody) -> Self {
                Self::$unreadable(bad)
            }
        }
    };
    ($error:ty) => {
        impl axum::response::IntoResponse for $error {
            fn into_response(self) -> axum::response::Response {
                crate::reply::Refusal::from(self).into_response()
            }
        }

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
pub(crate) use answers_with_refusals;
