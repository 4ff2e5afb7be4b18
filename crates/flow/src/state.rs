//! Where a login stands. Each state holds only what is true in it.

use latch_protocol::{
    stored::{Challenge, Session},
    token::TokenResponse,
};

use crate::{RequestId, config::ConfigFault, problem::Problem};

#[expect(clippy::large_enum_variant, reason = "there is one of these, and a box would only be in the way")]
pub(crate) enum State {
    /// Nothing is known yet: storage has not been read.
    Starting,
    Identifier(Identifier),
    Code(Code),
    Authenticated(Authenticated),
    Failure(ConfigFault),
}

#[derive(Default)]
pub(crate) struct Identifier {
    pub(crate) value: String,
    pub(crate) problem: Option<Problem>,
    pub(crate) refusals: u32,
    pub(crate) sending: Option<RequestId>,
}

pub(crate) struct Code {
    pub(crate) challenge: Challenge,
    pub(crate) phase: Phase,
    pub(crate) problem: Option<Problem>,
    pub(crate) refusals: u32,
    /// The code that was checked last without a press, so that it is checked once.
    pub(crate) last_sent: Option<String>,
    /// The last code that was found wrong: asking again would cost a try and tell nothing.
    pub(crate) known_wrong: Option<String>,
    /// A code whose check was never answered: the server may have used it up.
    pub(crate) unanswered: Option<String>,
    /// Shown after a reload as after the first sending, but not announced as news.
    pub(crate) restored: bool,
}

pub(crate) enum Phase {
    /// The user's turn.
    Waiting,
    /// The user's turn, for a new code: this one was believed by the server, its answer not by us.
    Rejected,
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
}

pub(crate) struct Authenticated {
    pub(crate) session: Box<Session>,
    pub(crate) leaving: Option<RequestId>,
    /// Just now, and not by an earlier page load.
    pub(crate) fresh: bool,
}

impl State {
    /// The request whose answer is waited for.
    pub(crate) fn pending(&self) -> Option<RequestId> {
        match self {
            Self::Identifier(it) => it.sending,
            Self::Code(it) => match &it.phase {
                Phase::Verifying { request, .. }
                | Phase::FetchingKeys { request, .. }
                | Phase::CheckingToken { request, .. }
                | Phase::Resending { request } => Some(*request),
                Phase::Waiting | Phase::Rejected | Phase::Stalled { .. } => None,
            },
            Self::Authenticated(it) => it.leaving,
            Self::Starting | Self::Failure(_) => None,
        }
    }
}
