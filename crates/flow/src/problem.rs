//! What went wrong, as a case that a user can do something about.

use latch_protocol::error::{ErrorBody, code, description};

use crate::{
    FULL,
    event::{HttpFailure, STOPPED},
};

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
    /// This user is not let in, for a reason that the server tells developers only.
    Denied,
    /// The server wants a second factor, which no passwordless login has.
    MfaRequired,
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

    /// Whether what the server said of it is of use to the page's developer, and to nobody else.
    pub(crate) const fn is_for_developers(self) -> bool {
        matches!(self, Self::NotAllowed | Self::Unreachable | Self::Denied | Self::MfaRequired)
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
        let says = |words| says(&body.error_description, words);
        match (status, body.error.as_str()) {
            (429, _) | (_, code::TOO_MANY_REQUESTS | code::TOO_MANY_ATTEMPTS) => {
                Self::RateLimited { wait: retry_after }
            }
            (_, code::BAD_EMAIL) => Self::EmailRefused,
            // Auth0 has no code of its own for it.
            _ if says("signup is disabled") => Self::SignupDisabled,
            (_, "blocked_user") => Self::Blocked,
            _ if says(description::USER_BLOCKED) => Self::Blocked,
            (_, code::UNAUTHORIZED) if FULL => Self::Denied,
            // 501 says that it was never to be had.
            (500 | 502.., _) | (_, STOPPED) => Self::ServerFault,
            (_, "") => Self::Unreadable,
            (_, failed) if failed.ends_with("_error") => Self::ServerFault,
            // Whatever else a server refuses is for the developer to mend: trying again helps nobody.
            _ => Self::NotAllowed,
        }
    }
}

/// Whether a text has these words in it, whatever their case. Byte by byte: searching for a text would bring
/// half a kilobyte of machinery into the wasm.
fn says(text: &str, words: &str) -> bool {
    let words = words.as_bytes();
    text.as_bytes().windows(words.len()).any(|part| part.eq_ignore_ascii_case(words))
}

/// Whether the words are about a user who is blocked.
#[cfg(feature = "full")]
pub(crate) fn says_blocked(text: &str) -> bool {
    says(text, description::USER_BLOCKED)
}

/// What is said to logins of the full edition only: about numbers, by SMS providers, by Auth0's older endpoints.
fn in_detail(body: &ErrorBody) -> Option<Problem> {
    let says = |words| says(&body.error_description, words);
    Some(match body.error.as_str() {
        code::BAD_PHONE_NUMBER => Problem::PhoneRefused,
        code::SMS_PROVIDER_ERROR if REFUSED_NUMBERS.into_iter().any(says) => Problem::PhoneRefused,
        code::SMS_PROVIDER_ERROR => Problem::NotSent,
        "requires_verification" => Problem::CaptchaFailed,
        MFA_REQUIRED => Problem::MfaRequired,
        _ => return None,
    })
}

/// Auth0's word for a second factor that is wanted, at the token endpoint and in answers of `/authorize`.
pub(crate) const MFA_REQUIRED: &str = "mfa_required";

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
