//! What a login asks of the world around it.

use std::rc::Rc;

use latch_protocol::{
    captcha::ChallengeRequest,
    jwk::JwkSet,
    passwordless::StartRequest,
    stored::{Challenge, Session},
    token::{OtpGrant, RevokeRequest},
};

#[cfg(feature = "full")]
use crate::phone::Plan;
use crate::{Full, Millis, RequestId, captcha::CaptchaTask, config::ConfigFault};

/// Something to be done. The shell has one executor per kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Send a request; answer with [`crate::Event::Replied`], always, within the time limit.
    Send(RequestId, Request),
    /// Forget a request: its answer would be dropped.
    Cancel(RequestId),
    /// Take the ID token apart, check its signature against the keys, and hash the access token;
    /// answer with [`crate::Event::TokenChecked`].
    CheckToken(RequestId, TokenCheck),
    /// Have a captcha solved; answer with [`crate::Event::CaptchaAnswered`], at most once. [`Effect::Cancel`]
    /// takes it off the page.
    Captcha(Full, RequestId, CaptchaTask),
    /// Keep the session, or remove it.
    KeepSession(Option<Rc<Session>>),
    /// Keep the challenge, or remove it.
    KeepChallenge(Option<Challenge>),
    /// Send [`crate::Event::Woke`] at this moment. Replaces an earlier wish; `None` takes it back.
    Wake(Option<Millis>),
    /// Tell the page.
    Tell(HostEvent),
    /// Fetch the numbering plan; answer with [`crate::Event::PlanLoaded`], or not at all.
    #[cfg(feature = "full")]
    LoadPlan,
    /// Find out which of these regions the user is in; answer with [`crate::Event::RegionHinted`] whenever
    /// something says so.
    #[cfg(feature = "full")]
    FindRegion(Rc<Plan>),
    /// The server asks for what the basic edition has not: start over in the full one, with what was
    /// typed, and submit it there.
    Outgrow,
    /// Leave the page, for this address of the server. Nothing is answered; the page is gone.
    #[cfg(feature = "full")]
    Leave(Address),
    /// Draw what a departure needs; answer with [`crate::Reply::Drawn`].
    #[cfg(feature = "full")]
    Draw(RequestId),
    /// Keep a departure until its answer comes back to this browser.
    #[cfg(feature = "full")]
    KeepDeparture(latch_protocol::stored::Departure),
    /// Keep who was here last for the next time, or forget them.
    #[cfg(feature = "full")]
    KeepRemembered(Option<latch_protocol::stored::Remembered>),
    /// Ask this address in a frame that nobody sees; answer with [`crate::Reply::Returned`].
    #[cfg(feature = "full")]
    Frame(RequestId, Address),
}

/// An address of the server: one of [`latch_protocol::endpoint`], and what stands behind its `?`, not
/// yet encoded. It may hold a code, and is kept out of logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// The path.
    pub path: &'static str,
    /// Names and values.
    pub query: Vec<(&'static str, String)>,
}

impl core::fmt::Debug for Address {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let names = self.query.iter().map(|(name, _)| name);
        f.write_str(self.path)?;
        f.debug_list().entries(names).finish()
    }
}

/// A request to the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// `POST /passwordless/start`
    Start(StartRequest),
    /// The same, for a link.
    #[cfg(feature = "full")]
    StartLink(StartRequest<latch_protocol::passwordless::LinkParams>),
    /// `POST /passwordless/challenge`
    Challenge(Full, ChallengeRequest),
    /// `POST /oauth/token`
    Token(OtpGrant),
    /// `POST /passwordless/verify`, on the hosted page.
    #[cfg(feature = "full")]
    Verify(latch_protocol::passwordless::VerifyRequest),
    /// `POST /co/authenticate`
    #[cfg(feature = "full")]
    CrossOrigin(latch_protocol::cross_origin::CrossOriginRequest),
    /// `POST /oauth/token` with what `/authorize` gave.
    #[cfg(feature = "full")]
    Redeem(latch_protocol::token::CodeGrant),
    /// `GET /.well-known/jwks.json`
    Keys,
    /// `POST /oauth/revoke`
    Revoke(Revoke),
}

/// A refresh token on its way out, kept out of logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Revoke(pub RevokeRequest);

impl core::fmt::Debug for Revoke {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Revoke(..)")
    }
}

/// What the signature check needs.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenCheck {
    /// The ID token, compact serialisation.
    pub id_token: String,
    /// The access token that came with it.
    pub access_token: String,
    /// The issuer's keys.
    pub keys: JwkSet,
}

impl core::fmt::Debug for TokenCheck {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("TokenCheck").field("keys", &self.keys).finish_non_exhaustive()
    }
}

/// What the page that embeds the element is told. Names are Lock's where Lock has one.
#[derive(Clone, Debug, PartialEq)]
pub enum HostEvent {
    /// `latch-step`: another screen is up.
    Step(&'static str),
    /// `authenticated`: the user has just signed in.
    Authenticated(Rc<Session>),
    /// `latch-session`: there is a session now, or there is none any more.
    Session(Option<Rc<Session>>),
    /// `authorization_error`: the server refused, or its answer was not believed.
    AuthorizationError {
        /// A code out of [`latch_protocol::error::code`], or Latch's own word for it.
        error: String,
        /// For developers.
        error_description: String,
        /// Whether it is for them to do something, so that it goes to the console, too.
        is_advice: bool,
    },
    /// No event, but a line on the console for the page's developer: no region has this name.
    #[cfg(feature = "full")]
    RegionUnknown(String),
    /// `unrecoverable_error`: nothing can be shown.
    UnrecoverableError(ConfigFault),
}
