//! What went wrong, as a case that a user can do something about.

use latch_protocol::error::{ErrorBody, code, description};

use crate::{FULL, event::HttpFailure};

/// What went wrong. The widget's dictionary has a sentence and a next step for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Nothing was typed.
    EmailMissing,
    /// What was typed is no address.
    EmailInvalid,
    /// The server does not take this address.
    EmailRefused,
    /// Nothing was typed where a phone number is asked for.
    PhoneMissing,
    /// What was typed is no phone number.
    PhoneInvalid,
    /// A phone number without its country code.
    PhoneNeedsCountry,
    /// A phone number with fewer digits than its country's have.
    PhoneTooShort,
    /// A phone number with more digits than its country's have.
    PhoneTooLong,
    /// The server does not take this number.
    PhoneRefused,
    /// Nothing was typed where an address or a number is asked for.
    IdentifierMissing,
    /// What was typed is neither.
    IdentifierInvalid,
    /// Another connection was left without an end: given up, or refused there.
    Declined,
    /// The terms have to be accepted first.
    TermsMissing,
    /// Fewer digits than the code has.
    CodeIncomplete,
    /// The code is wrong.
    CodeWrong {
        /// Said from the second failure on, so that a guesser is not told its budget at once.
        tries_left: Option<u32>,
    },
    /// The code is refused now, and an earlier try with it was never answered: it may be used up.
    CodeMaybeUsed,
    /// Too many requests.
    RateLimited {
        /// How long to wait, in seconds, where the server says.
        wait: Option<u32>,
    },
    /// The account is blocked.
    Blocked,
    /// Nobody new may sign up, and nobody has this address or number.
    SignupDisabled,
    /// The message could not be sent.
    NotSent,
    /// Nothing was typed where a picture asks for something.
    CaptchaMissing,
    /// The captcha was answered wrong, or too late.
    CaptchaWrong,
    /// The captcha is a third party's, whose script did not load.
    CaptchaNotLoaded,
    /// The captcha cannot be solved here, or not now.
    CaptchaFailed,
    /// The browser has no network.
    Offline,
    /// No answer in time.
    Timeout,
    /// The connection failed.
    Unreachable,
    /// The server failed.
    ServerFault,
    /// The server answered something else.
    Unreadable,
    /// The server does not let this page, client or connection do this: the developer has to act.
    NotAllowed,
    /// The ID token was not believed.
    TokenRejected,
    /// A link was opened in another browser than the one that asked for it.
    LinkElsewhere,
    /// A link, or what it led to, holds no more.
    LinkRefused,
}

impl Problem {
    /// Whether it is about what stands in the field, so that the field is marked.
    pub const fn is_about_input(self) -> bool {
        matches!(
            self,
            Self::EmailMissing
                | Self::EmailInvalid
                | Self::EmailRefused
                | Self::PhoneMissing
                | Self::PhoneInvalid
                | Self::PhoneNeedsCountry
                | Self::PhoneTooShort
                | Self::PhoneTooLong
                | Self::PhoneRefused
                | Self::IdentifierMissing
                | Self::IdentifierInvalid
                | Self::CodeIncomplete
                | Self::CodeWrong { .. }
                | Self::CodeMaybeUsed
                | Self::CaptchaMissing
        )
    }
}

/// What a refusal of a code means for the code.
pub(crate) enum CodeVerdict {
    Wrong,
    Expired,
    OutOfTries,
    /// The refusal is about something else.
    Other(Problem),
}

impl From<&HttpFailure> for Problem {
    fn from(failure: &HttpFailure) -> Self {
        let (status, body, retry_after) = match failure {
            HttpFailure::Offline => return Self::Offline,
            HttpFailure::Timeout => return Self::Timeout,
            HttpFailure::Unreachable => return Self::Unreachable,
            HttpFailure::Unreadable { status: 500.. } => return Self::ServerFault,
            HttpFailure::Unreadable { .. } => return Self::Unreadable,
            HttpFailure::Refused { status, body, retry_after } => (*status, body, *retry_after),
        };
        if FULL && let Some(problem) = in_detail(body) {
            return problem;
        }
        match (status, body.error.as_str()) {
            (429, _) | (_, code::TOO_MANY_REQUESTS | code::TOO_MANY_ATTEMPTS) => {
                Self::RateLimited { wait: retry_after }
            }
            (_, code::BAD_EMAIL) => Self::EmailRefused,
            (_, code::BAD_PHONE_NUMBER) => Self::PhoneRefused,
            (_, code::UNAUTHORIZED | code::ACCESS_DENIED) if says_blocked(&body.error_description) => {
                Self::Blocked
            }
            (
                _,
                code::BAD_CLIENT_ID
                | code::BAD_CONNECTION
                | code::BAD_REQUEST
                | code::BAD_SEND
                | code::UNAUTHORIZED_CLIENT
                | code::INVALID_CLIENT
                | code::ACCESS_DENIED
                | code::UNSUPPORTED_GRANT_TYPE,
            ) => Self::NotAllowed,
            (500.., _) => Self::ServerFault,
            (_, "") => Self::Unreadable,
            _ => Self::ServerFault,
        }
    }
}

/// Whether the words are about a user who is blocked. Byte by byte: searching for a text would bring half a
/// kilobyte of machinery into the wasm.
pub(crate) fn says_blocked(text: &str) -> bool {
    let words = description::USER_BLOCKED.as_bytes();
    text.as_bytes().windows(words.len()).any(|part| part == words)
}

/// What is seldom said: by Auth0's older endpoints, by what stands around a login, and by SMS providers.
fn in_detail(body: &ErrorBody) -> Option<Problem> {
    let says = |words: &str| body.error_description.to_ascii_lowercase().contains(words);
    Some(match body.error.as_str() {
        // Auth0 has no code of its own for it.
        _ if says("signup is disabled") => Problem::SignupDisabled,
        code::SMS_PROVIDER_ERROR if REFUSED_NUMBERS.into_iter().any(says) => Problem::PhoneRefused,
        code::SMS_PROVIDER_ERROR => Problem::NotSent,
        "blocked_user" | code::UNAUTHORIZED => Problem::Blocked,
        code::INVALID_CAPTCHA | "requires_verification" => Problem::CaptchaFailed,
        "bad.tenant"
        | code::BAD_AUTH_PARAMS
        | code::INVALID_REQUEST
        | "invalid_scope"
        | "mfa_required"
        | "unsupported_response_type"
        | "unsupported_credential_type"
        | "endpoint_disabled"
        | code::METHOD_NOT_ALLOWED
        | code::NOT_FOUND => Problem::NotAllowed,
        _ => return None,
    })
}

/// What Twilio says of numbers that no message goes to: it is none, it is none of a country that is served,
/// it cannot be reached, it is no mobile's, and its owner wants nothing.
const REFUSED_NUMBERS: [&str; 5] =
    ["(code: 21211)", "(code: 21408)", "(code: 21612)", "(code: 21614)", "(code: 21610)"];

impl From<&HttpFailure> for CodeVerdict {
    fn from(failure: &HttpFailure) -> Self {
        let HttpFailure::Refused { body, .. } = failure else {
            return Self::Other(failure.into());
        };
        // Auth0 tells these apart by the sentence alone. `/co/authenticate` and the grant of old have other
        // words for the same, which can also mean that the client may not.
        let is_denial = FULL && [code::ACCESS_DENIED, "invalid_user_password"].contains(&&*body.error);
        match body.error_description.as_str() {
            _ if body.error != code::INVALID_GRANT && !is_denial => Self::Other(failure.into()),
            description::CODE_EXPIRED => Self::Expired,
            description::CODE_ATTEMPTS => Self::OutOfTries,
            description::WRONG_EMAIL_CODE | description::WRONG_PHONE_CODE => Self::Wrong,
            _ if is_denial => Self::Other(failure.into()),
            _ => Self::Wrong,
        }
    }
}
