//! The code screen's rules: when a code is sent for checking, what an answer means, when it is over.

use latch_protocol::{passwordless::StartResponse, stored::Challenge};

use crate::{
    Millis, digits,
    event::HttpFailure,
    problem::{CodeVerdict, Problem},
    state::{Code, Phase},
    view::{Busy, CodeMode, CodeView},
};

/// Auth0's defaults, for servers that do not send their own.
const LENGTH: u32 = 6;
const LIFETIME: u32 = 180;
const TRIES: u32 = 3;
const RESEND_IN: u32 = 30;

/// A challenge that is this long over is not shown again after a reload.
const STALE: Millis = 10 * 60 * 1000;

/// The challenge that a start was answered with.
pub(crate) fn challenge(
    connection: &str,
    identifier: String,
    sent: &StartResponse,
    resends: u32,
    now: Millis,
) -> Challenge {
    let lifetime = sent.expires_in.unwrap_or(LIFETIME).clamp(1, 24 * 3600);
    let resend_in = sent.resend_in.unwrap_or(RESEND_IN).min(3600);
    Challenge {
        connection: connection.to_owned(),
        identifier,
        expires_at: now + Millis::from(lifetime) * 1000,
        resend_at: now + Millis::from(resend_in) * 1000,
        lifetime,
        code_length: sent.code_length.unwrap_or(LENGTH).clamp(4, 12),
        tries: sent.tries.unwrap_or(TRIES).max(1),
        failures: 0,
        resends,
    }
}

/// A kept challenge that still means something. A clock that was set back must not revive one.
pub(crate) fn still_good(challenge: &Challenge, now: Millis) -> bool {
    let lifetime = Millis::from(challenge.lifetime) * 1000;
    now < challenge.expires_at.saturating_add(STALE) && challenge.expires_at <= now.saturating_add(lifetime)
}

impl Code {
    pub(crate) fn new(challenge: Challenge, restored: bool) -> Self {
        Self {
            challenge,
            phase: Phase::Waiting,
            problem: None,
            refusals: 0,
            last_sent: None,
            known_wrong: None,
            unanswered: None,
            restored,
        }
    }

    pub(crate) fn read(&self, text: &str) -> String {
        digits::read(text, self.challenge.code_length as usize)
    }

    pub(crate) fn is_complete(&self, code: &str) -> bool {
        code.len() == self.challenge.code_length as usize
    }

    /// Whether the field is up, so that a code can be taken.
    pub(crate) fn takes_codes(&self, now: Millis) -> bool {
        matches!(self.phase, Phase::Waiting) && self.mode(now) == CodeMode::Enter
    }

    pub(crate) fn refuse(&mut self, problem: Problem) {
        self.problem = Some(problem);
        self.refusals += 1;
    }

    /// Takes in that a code was not exchanged for tokens.
    pub(crate) fn fail(&mut self, code: String, failure: &HttpFailure, now: Millis) {
        self.phase = Phase::Waiting;
        match CodeVerdict::from(failure) {
            CodeVerdict::Expired => {
                self.challenge.expires_at = self.challenge.expires_at.min(now);
                self.problem = None;
            }
            CodeVerdict::OutOfTries => {
                self.challenge.failures = self.challenge.tries;
                self.problem = None;
            }
            CodeVerdict::Wrong => {
                self.challenge.failures += 1;
                let left = self.challenge.tries.saturating_sub(self.challenge.failures);
                if left == 0 {
                    self.problem = None;
                } else if self.unanswered.as_deref() == Some(&code) {
                    self.refuse(Problem::CodeMaybeUsed);
                } else {
                    let tries_left = (self.challenge.failures > 1).then_some(left);
                    self.refuse(Problem::CodeWrong { tries_left });
                }
                self.known_wrong = Some(code);
            }
            CodeVerdict::Other(problem) => {
                if matches!(
                    failure,
                    HttpFailure::Timeout | HttpFailure::Unreachable | HttpFailure::Unreadable { .. }
                ) {
                    self.unanswered = Some(code);
                }
                self.refuse(problem);
            }
        }
    }

    pub(crate) fn mode(&self, now: Millis) -> CodeMode {
        match self.phase {
            Phase::Stalled { .. } => CodeMode::Stalled,
            Phase::Rejected => CodeMode::Rejected,
            // A check under way decides for itself; the screen does not change under it.
            Phase::Verifying { .. } | Phase::FetchingKeys { .. } | Phase::CheckingToken { .. } => {
                CodeMode::Enter
            }
            Phase::Waiting | Phase::Resending { .. } => {
                if self.challenge.failures >= self.challenge.tries {
                    CodeMode::OutOfTries
                } else if now >= self.challenge.expires_at {
                    CodeMode::Expired
                } else {
                    CodeMode::Enter
                }
            }
        }
    }

    /// Seconds until another code can be asked for. A dead code can be replaced when the server says so too.
    pub(crate) fn resend_in(&self, now: Millis) -> u32 {
        let wait = self.challenge.resend_at.saturating_sub(now).div_ceil(1000);
        u32::try_from(wait).unwrap_or(u32::MAX)
    }

    /// When the screen will look different without anybody doing anything.
    pub(crate) fn next_change(&self, now: Millis) -> Option<Millis> {
        let wait = self.challenge.resend_at.saturating_sub(now);
        // The countdown's next second, counted back from its end so that it does not drift.
        let tick = (wait > 0).then(|| self.challenge.resend_at - (wait - 1) / 1000 * 1000);
        let expiry = Some(self.challenge.expires_at).filter(|at| *at > now);
        [tick, expiry].into_iter().flatten().min()
    }

    pub(crate) fn view(&self, now: Millis) -> CodeView {
        CodeView {
            destination: self.challenge.identifier.clone(),
            length: self.challenge.code_length,
            minutes: (self.challenge.lifetime / 60).max(1),
            mode: self.mode(now),
            busy: match self.phase {
                Phase::Verifying { .. } | Phase::FetchingKeys { .. } | Phase::CheckingToken { .. } => {
                    Some(Busy::Verifying)
                }
                Phase::Resending { .. } => Some(Busy::Resending),
                Phase::Waiting | Phase::Rejected | Phase::Stalled { .. } => None,
            },
            problem: self.problem,
            refusals: self.refusals,
            resend_in: self.resend_in(now),
            resends: self.challenge.resends,
        }
    }
}
