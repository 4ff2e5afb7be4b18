//! What can happen to a login.

use latch_protocol::{
    captcha::ChallengeResponse,
    claims::Claims,
    error::ErrorBody,
    jwk::JwkSet,
    passwordless::StartResponse,
    stored::{Challenge, Departure, Session},
    token::TokenResponse,
};

use crate::{Full, RequestId, captcha::CaptchaFault, home::Hint, id_token::TokenFault, phone::Region};

/// Something that happened: a user did something, an answer came, time passed.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The element is on the page, and this is what an earlier page load left.
    Started(Stored),
    /// The identifier field holds this text now.
    IdentifierEntered(String),
    /// The numbering plan is there.
    #[cfg(feature = "full")]
    PlanLoaded(crate::phone::Plan),
    /// Somebody says where the user is, or the user does.
    RegionHinted(Hint, Region),
    /// The user wants to name themselves the other way.
    OtherFieldRequested,
    /// The user asked for a code to this address.
    IdentifierSubmitted(String),
    /// The user accepted the terms, or does not any more.
    #[cfg(feature = "full")]
    TermsAccepted(bool),
    /// The user pressed the button of another connection.
    #[cfg(feature = "full")]
    ConnectionChosen(String),
    /// The user goes on as whoever was here last.
    #[cfg(feature = "full")]
    RememberedSubmitted,
    /// The user is somebody else, or would rather be.
    #[cfg(feature = "full")]
    OtherIdentifierRequested,
    /// The user, or the page, wants whoever was here last to be forgotten.
    #[cfg(feature = "full")]
    ForgetRequested,
    /// The address that was probably meant is to take the place of the one that a code went to.
    #[cfg(feature = "full")]
    SuggestionAccepted,
    /// The code field holds this text now.
    CodeEntered(String),
    /// The user asked for this code to be checked.
    CodeSubmitted(String),
    /// The user asked for another code.
    ResendRequested,
    /// A captcha was solved, or could not be.
    CaptchaAnswered(RequestId, Result<String, CaptchaFault>),
    /// The user pressed the button of the captcha screen; this is in its field.
    CaptchaSubmitted(String),
    /// The user wants another captcha.
    CaptchaRefreshRequested,
    /// The user would rather have the browser work.
    CaptchaAlternativeRequested,
    /// The user wants to use another address.
    IdentifierChangeRequested,
    /// The user, or the page, asked to sign out.
    SignOutRequested,
    /// The page asked to start over.
    ResetRequested,
    /// A request was answered, or will never be.
    Replied(RequestId, Result<Reply, HttpFailure>),
    /// The ID token was taken apart and its signature checked.
    TokenChecked(RequestId, Result<Evidence, TokenFault>),
    /// The moment of [`crate::Effect::Wake`] came, or passed while the page slept.
    Woke,
    /// Another tab wrote or removed the session.
    StorageChanged(Stored),
    /// Another tab remembers somebody, or nobody any more.
    #[cfg(feature = "full")]
    RememberedChanged(Option<latch_protocol::stored::Remembered>),
}

impl Event {
    /// Whether its user did it, or it follows on what they did: not the clock, another tab or the page.
    pub(crate) const fn is_users(&self) -> bool {
        #[cfg(feature = "full")]
        if matches!(self, Self::ForgetRequested | Self::RememberedChanged(_)) {
            return false;
        }
        !matches!(self, Self::Woke | Self::StorageChanged(_) | Self::ResetRequested)
    }
}

/// What an earlier page load, or another tab, left in storage.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stored {
    /// Who is signed in.
    pub session: Option<Session>,
    /// A code that was sent.
    pub challenge: Option<Challenge>,
    /// What the page's address brings back, if it is an answer to this client.
    #[cfg(feature = "full")]
    pub returned: Option<Return>,
    /// Who was here last.
    #[cfg(feature = "full")]
    pub remembered: Option<latch_protocol::stored::Remembered>,
}

/// An answer that came back to the page by its address.
#[derive(Clone, Debug, PartialEq)]
pub struct Return {
    /// What it is the answer to; nothing where this browser never asked.
    pub departure: Option<Departure>,
    /// What it says.
    pub answer: Answer,
}

/// What `/authorize`, or a link, comes to.
#[derive(Clone, PartialEq)]
pub enum Answer {
    /// An authorization code.
    Code(String),
    /// Tokens at once (implicit flow).
    Tokens(TokenResponse),
    /// No. RFC 6749 section 4.1.2.1.
    Refused(ErrorBody),
}

/// Codes and tokens stay out of logs.
impl core::fmt::Debug for Answer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Code(_) => f.write_str("Code(..)"),
            Self::Tokens(_) => f.write_str("Tokens(..)"),
            Self::Refused(body) => f.debug_tuple("Refused").field(body).finish(),
        }
    }
}

/// What a departure is made of: random, but for the challenge.
#[derive(Clone, PartialEq, Eq)]
pub struct Secrets {
    /// Names the departure and is told to nobody who has not asked for it; starts with [`STATE`] and the client's id.
    pub state: String,
    /// For the ID token.
    pub nonce: String,
    /// 43 to 128 letters and digits. RFC 7636 section 4.1.
    pub verifier: String,
    /// Its SHA-256, base64url.
    pub challenge: String,
}

impl core::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Secrets(..)")
    }
}

/// How a `state` of ours begins, so that an answer to another library of the page is left to it.
pub const STATE: &str = "latch-";

/// The answer to a request, by kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// The code is on its way.
    CodeSent(StartResponse),
    /// Whether there is a captcha to solve, and which.
    Challenge(Full, ChallengeResponse),
    /// The code was right.
    Tokens(TokenResponse),
    /// The code was right; the hosted page goes on.
    #[cfg(feature = "full")]
    Verified,
    /// The issuer's keys.
    Keys(JwkSet),
    /// The refresh token is revoked.
    Revoked,
    /// The code was right; this ticket takes its user through `/authorize`.
    #[cfg(feature = "full")]
    Ticket(latch_protocol::cross_origin::CrossOriginResponse),
    /// What a departure is made of.
    #[cfg(feature = "full")]
    Drawn(Secrets),
    /// The frame's answer.
    #[cfg(feature = "full")]
    Returned(Answer),
}

/// Why a request has no answer of its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HttpFailure {
    /// The browser says that it has no network.
    Offline,
    /// No answer in time.
    Timeout,
    /// The connection failed: wrong name, refused, blocked by CORS or CSP. Browsers do not tell which.
    Unreachable,
    /// An answer that is not what the endpoint sends: HTML, half a body, another shape.
    Unreadable {
        /// Its HTTP status.
        status: u16,
    },
    /// The server said no; or the page did, before the server was asked.
    Refused {
        /// The HTTP status; zero where the server was not asked.
        status: u16,
        /// The body, empty where it was not Auth0's.
        body: ErrorBody,
        /// Seconds to wait, from `Retry-After`.
        retry_after: Option<u32>,
    },
}

/// The error of a request that the page stopped, with what it wants said as the description. Without an error
/// the page says it itself.
pub const STOPPED: &str = "stopped";

impl HttpFailure {
    /// Whether the page stopped the request and leaves nothing to be said.
    pub(crate) fn is_silent(&self) -> bool {
        matches!(self, Self::Refused { status: 0, body, .. } if body.error.is_empty())
    }

    /// Whether the server refused with this code, one of [`latch_protocol::error::code`].
    pub fn is(&self, code: &str) -> bool {
        matches!(self, Self::Refused { body, .. } if body.error == code)
    }
}

/// What the shell read out of an ID token whose signature holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The claims, not yet checked.
    pub claims: Claims,
    /// Left half of the access token's SHA-256, base64url: what `at_hash` has to be.
    pub access_token_hash: String,
    /// Who it is about, in words that people know: their address, number or name.
    #[cfg(feature = "full")]
    pub who: Option<String>,
}
