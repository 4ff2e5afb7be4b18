//! Why no code was sent, and how that is said.

use axum::http::StatusCode;
use latch_protocol::{error::code, token::PASSWORDLESS_OTP};

use crate::{
    captcha::Refused,
    client::BadCredentials,
    cors::ForeignOrigin,
    endpoint::{answers_with_refusals, token},
    failure::Failure,
    identity::phone::NotANumber,
    limits::Exceeded,
    outbox::Undelivered,
    reply::Refusal,
    request::BadBody,
};

/// Why no code was sent.
#[derive(Debug)]
pub enum RouteError {
    /// Something failed inside.
    Internal(Failure),
    /// A value is not text.
    Body(BadBody),
    /// Keys that Auth0 does not take.
    UnknownKeys(Vec<String>),
    /// A key is missing; which, and its code.
    Missing(&'static str, &'static str),
    /// A value is of the wrong JSON type.
    WrongType(&'static str, &'static str, &'static str),
    /// No client has this id.
    UnknownClient,
    /// No connection has this name.
    UnknownConnection,
    /// The connection is none that this server offers.
    DisabledConnection,
    /// Nobody new is taken, and `compat.enumeration` has that told.
    SignupDisabled,
    /// Not an address.
    NotAnAddress,
    /// Not a number.
    NotANumber(NotANumber),
    /// A number in a country that nothing is sent to.
    Country,
    /// A link is not sent by SMS.
    LinkBySms,
    /// `send` is something else.
    UnknownSend,
    /// A key of `authParams` is not text.
    AuthParam(String),
    /// The link would return to an address that is not the client's.
    ForeignCallback,
    /// The link has nowhere to return to.
    NoCallback,
    /// The client's credentials cannot be told.
    BadCredentials(BadCredentials),
    /// The client has a secret and did not send it.
    SecretRequired,
    /// The client sent a wrong secret.
    WrongSecret,
    /// The client may not use codes.
    GrantNotAllowed,
    /// The page is not the client's.
    ForeignOrigin(ForeignOrigin),
    /// Asked too often.
    Exceeded(Exceeded),
    /// The SMS provider does not take the message.
    Undelivered(Undelivered),
    /// A captcha has to be solved first.
    Captcha(Refused),
}

answers_with_refusals!(RouteError);

impl From<RouteError> for Refusal {
    fn from(error: RouteError) -> Self {
        let bad = |code: &str, description: &str| Self::new(StatusCode::BAD_REQUEST, code, description);
        match error {
            RouteError::Internal(failure) => failure.into(),
            RouteError::Body(body) | RouteError::BadCredentials(BadCredentials::Body(body)) => body.into(),
            RouteError::UnknownKeys(keys) => {
                let list = keys.join(", ");
                bad(code::BAD_REQUEST, &format!("the following properties are not allowed: {list}"))
            }
            RouteError::Missing(key, code) => bad(code, &format!("Missing required property: {key}")),
            RouteError::WrongType(key, given, code) => {
                let expected = if key == "authParams" { "object" } else { "string" };
                bad(code, &format!("error in {key} - invalid type: {given} (expected {expected})"))
            }
            RouteError::UnknownClient => bad(code::BAD_CLIENT_ID, "Client does not exist"),
            RouteError::UnknownConnection => bad(code::BAD_CONNECTION, "Connection does not exist"),
            RouteError::DisabledConnection => bad(code::BAD_CONNECTION, "Connection is disabled"),
            RouteError::SignupDisabled => bad(code::BAD_CONNECTION, "Public signup is disabled"),
            RouteError::NotAnAddress => bad(code::BAD_EMAIL, "error in email - invalid format"),
            RouteError::NotANumber(NotANumber::Pattern) => {
                bad(code::BAD_PHONE_NUMBER, "String does not match pattern: ^\\+[0-9]{1,15}$")
            }
            RouteError::NotANumber(NotANumber::Impossible) => {
                bad(code::BAD_PHONE_NUMBER, "No country has such a phone number")
            }
            RouteError::NotANumber(NotANumber::Kind) => {
                bad(code::BAD_PHONE_NUMBER, "No message can be sent to a phone number of this kind")
            }
            RouteError::Country => {
                bad(code::BAD_PHONE_NUMBER, "No messages are sent to phone numbers of this country")
            }
            RouteError::LinkBySms => bad(code::BAD_SEND, "send must be \"code\" when the connection is sms"),
            RouteError::UnknownSend => bad(code::BAD_SEND, "send must be \"code\" or \"link\""),
            RouteError::AuthParam(key) => {
                bad(code::BAD_AUTH_PARAMS, &format!("error in authParams - {key} must be a string"))
            }
            RouteError::ForeignCallback => bad(
                code::BAD_AUTH_PARAMS,
                "error in authParams - redirect_uri is not in the list of allowed callback URLs",
            ),
            RouteError::NoCallback => bad(
                code::BAD_AUTH_PARAMS,
                "error in authParams - redirect_uri is missing, and a link has to return somewhere",
            ),
            RouteError::BadCredentials(_) | RouteError::WrongSecret => {
                Self::new(StatusCode::UNAUTHORIZED, code::ACCESS_DENIED, "Unauthorized")
            }
            RouteError::SecretRequired => Self::new(
                StatusCode::FORBIDDEN,
                code::UNAUTHORIZED_CLIENT,
                "Client authentication is required",
            ),
            RouteError::GrantNotAllowed => token::grant_not_allowed(PASSWORDLESS_OTP),
            RouteError::ForeignOrigin(foreign) => foreign.into(),
            RouteError::Exceeded(exceeded) => exceeded.into(),
            RouteError::Captcha(refused) => refused.into(),
            RouteError::Undelivered(undelivered) => bad(code::SMS_PROVIDER_ERROR, undelivered.answer()),
        }
    }
}
