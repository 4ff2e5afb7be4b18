//! Where a login stands. Each state holds only what is true in it.

use std::rc::Rc;

use latch_protocol::{
    stored::{Challenge, Session},
    token::TokenResponse,
};

use crate::{
    Millis, RequestId,
    captcha::Captcha,
    config::{ConfigFault, Method},
    connection::Connection,
    problem::Problem,
    view::ScreenName,
};

pub(crate) enum State {
    /// Nothing is known yet: storage has not been read.
    Starting,
    Identifier(Identifier),
    /// Between the two, or between a code and another one.
    Captcha(Captcha),
    Code(Code),
    Authenticated(Authenticated),
    Failure(ConfigFault),
}

#[derive(Default)]
pub(crate) struct Identifier {
    pub(crate) value: String,
    /// Which way the code goes that is being sent.
    pub(crate) connection: Connection,
    pub(crate) problem: Option<Problem>,
    pub(crate) refusals: u32,
    pub(crate) sending: Option<RequestId>,
    /// Another connection that the browser is on its way to; empty where the server chooses.
    pub(crate) bound_for: Option<String>,
    /// Until then the user may be in the middle of typing.
    pub(crate) settles_at: Millis,
    /// Who was forgotten just now, as they were shown.
    #[cfg(feature = "full")]
    pub(crate) forgotten: Option<String>,
}

pub(crate) struct Code {
    pub(crate) challenge: Challenge,
    pub(crate) phase: Phase,
    pub(crate) problem: Option<Problem>,
    pub(crate) refusals: u32,
    /// The codes that were sent for checking, so that none costs a second try.
    pub(crate) checked: Vec<Checked>,
    /// The server took a code: whatever comes next needs a new one.
    pub(crate) used: bool,
    /// The last step failed once: the screen asks for a press, also while that press is at work.
    pub(crate) stalled: bool,
    /// Nothing has happened since the code was sent, so that it was is still worth saying.
    pub(crate) is_news: bool,
    /// What was sent.
    pub(crate) sent: Method,
    pub(crate) abroad: Abroad,
    #[cfg(feature = "full")]
    pub(crate) ending: Ending,
}

/// Whether it was said that the code's time is nearly over.
#[cfg(feature = "full")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Ending {
    /// There is time.
    #[default]
    Ahead,
    /// It is being said.
    Told,
    /// Something else is worth saying since then.
    Past,
}

#[cfg(feature = "full")]
impl Ending {
    pub(crate) fn pass(&mut self) {
        if *self == Self::Told {
            *self = Self::Past;
        }
    }
}

/// What a login that leaves the page has to know.
#[derive(Default)]
pub(crate) struct Abroad {
    /// What the ID token has to bring back.
    pub(crate) nonce: Option<String>,
    /// Codes of this client go by `/co/authenticate`.
    pub(crate) crosses: bool,
    /// There is no code to enter: the page's address brought the answer back.
    pub(crate) returned: bool,
}

/// A code that was sent for checking.
pub(crate) struct Checked {
    pub(crate) code: String,
    pub(crate) finding: Finding,
}

/// What is known of a code that was sent for checking.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Finding {
    /// Nothing: the check is under way, or the server talked of something else.
    Nothing,
    /// The check was never answered: the server may have used the code up.
    Unanswered,
    /// Asking again would cost a try and tell nothing.
    Wrong,
    /// The same, but an earlier check was never answered.
    WrongOrUsed,
}

pub(crate) enum Phase {
    /// The user's turn.
    Waiting,
    Verifying {
        request: RequestId,
        code: String,
    },
    FetchingKeys {
        request: RequestId,
        tokens: TokenResponse,
    },
    CheckingToken {
        request: RequestId,
        tokens: TokenResponse,
    },
    /// The user's turn: the code is used, the keys could not be fetched.
    Stalled {
        tokens: TokenResponse,
    },
    Resending {
        request: RequestId,
    },
    /// The code was right, and the browser is on its way to the server: this page will be gone.
    #[cfg(feature = "full")]
    Leaving,
    /// The code was right, and the browser will go on with this ticket.
    #[cfg(feature = "full")]
    Departing {
        request: RequestId,
        ticket: String,
    },
    /// A frame asks `/authorize` with it.
    #[cfg(feature = "full")]
    Framed {
        request: RequestId,
        departure: latch_protocol::stored::Departure,
    },
    /// An authorization code becomes tokens.
    #[cfg(feature = "full")]
    Redeeming {
        request: RequestId,
    },
}

pub(crate) struct Authenticated {
    pub(crate) session: Rc<Session>,
    pub(crate) leaving: Option<RequestId>,
    /// Just now, and not by an earlier page load.
    pub(crate) fresh: bool,
}

impl Code {
    /// Takes the tokens out of a phase, which is the user's turn from then on.
    pub(crate) fn take_tokens(&mut self, is_it: fn(&Phase) -> bool) -> Option<TokenResponse> {
        if !is_it(&self.phase) {
            return None;
        }
        match core::mem::replace(&mut self.phase, Phase::Waiting) {
            Phase::FetchingKeys { tokens, .. }
            | Phase::CheckingToken { tokens, .. }
            | Phase::Stalled { tokens } => Some(tokens),
            _ => None,
        }
    }
}

impl State {
    /// Which screen is up.
    pub(crate) fn name(&self) -> ScreenName {
        match self {
            Self::Starting => ScreenName::Starting,
            Self::Identifier(_) => ScreenName::Identifier,
            Self::Captcha(it) => it.name(),
            Self::Code(_) => ScreenName::Code,
            Self::Authenticated(_) => ScreenName::Authenticated,
            Self::Failure(_) => ScreenName::Failure,
        }
    }

    /// The request whose answer is waited for.
    pub(crate) fn pending(&self) -> Option<RequestId> {
        match self {
            Self::Identifier(it) => it.sending,
            Self::Captcha(it) => it.pending(),
            Self::Code(it) => match &it.phase {
                Phase::Verifying { request, .. }
                | Phase::FetchingKeys { request, .. }
                | Phase::CheckingToken { request, .. }
                | Phase::Resending { request } => Some(*request),
                #[cfg(feature = "full")]
                Phase::Departing { request, .. }
                | Phase::Framed { request, .. }
                | Phase::Redeeming { request } => Some(*request),
                _ => None,
            },
            Self::Authenticated(it) => it.leaving,
            Self::Starting | Self::Failure(_) => None,
        }
    }
}
