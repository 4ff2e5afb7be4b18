//! The code screen's rules: when a code is sent for checking, what an answer means, when it is over.

use core::ops::RangeInclusive;

use latch_protocol::{passwordless::StartResponse, stored::Challenge};

use crate::{
    Connection, FULL, Full, Millis,
    config::{Config, Method},
    digits,
    event::HttpFailure,
    mailbox::{Mailbox, mailbox},
    problem::{CodeVerdict, Problem},
    state::{Abroad, Checked, Code, Finding, Phase},
    view::{Busy, CodeMode, CodeView, Sought, Wait},
};
#[cfg(feature = "full")]
use crate::{email, state::Ending};

/// Auth0's defaults, for servers that do not send their own.
const LENGTH: u32 = 6;
const LIFETIME: u32 = 180;
const TRIES: u32 = 3;
const RESEND_IN: u32 = 30;

/// What is believed of a server's numbers, in digits and seconds.
const LENGTHS: RangeInclusive<u32> = 4..=12;
const LONGEST_LIFETIME: u32 = 24 * 3600;
const LONGEST_WAIT: u32 = 3600;

/// How long before its end it is said that a code's time is nearly over, in seconds. What is good for less than
/// twice as long has hardly begun by then.
#[cfg(feature = "full")]
pub(crate) const ENDING: u32 = 30;

/// How long nobody wonders where the message is.
const PATIENCE: Millis = 20 * 1000;

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
    let lifetime = sent.expires_in.unwrap_or(LIFETIME).clamp(1, LONGEST_LIFETIME);
    Challenge {
        connection: connection.to_owned(),
        identifier,
        expires_at: now.saturating_add(Millis::from(lifetime) * 1000),
        resend_at: end_of_wait(sent.resend_in.unwrap_or(RESEND_IN), now),
        lifetime,
        code_length: sent.code_length.unwrap_or(LENGTH).clamp(*LENGTHS.start(), *LENGTHS.end()),
        tries: sent.tries.unwrap_or(TRIES).max(1),
        failures: 0,
        resends,
        sender: sent.sender.clone(),
        subject: sent.subject.clone(),
    }
}

/// When another code may be asked for, if the server wants this many seconds in between.
pub(crate) fn end_of_wait(seconds: u32, now: Millis) -> Millis {
    now.saturating_add(Millis::from(seconds.min(LONGEST_WAIT)) * 1000)
}

/// A kept challenge that still means something. A clock that was set back must not revive one, and
/// one that [`challenge`] could not have made was not written by us.
pub(crate) fn still_good(challenge: &Challenge, config: &Config, now: Millis) -> bool {
    let lifetime = Millis::from(challenge.lifetime) * 1000;
    now < challenge.expires_at.saturating_add(STALE)
        && challenge.expires_at <= now.saturating_add(lifetime)
        && challenge.resend_at <= end_of_wait(LONGEST_WAIT, now)
        && challenge.lifetime <= LONGEST_LIFETIME
        && LENGTHS.contains(&challenge.code_length)
        && config.connection(&challenge.connection).is_some()
}

impl Code {
    /// `sent` is what the challenge's connection sends.
    pub(crate) fn new(challenge: Challenge, sent: Method, is_news: bool) -> Self {
        Self {
            sent,
            abroad: Abroad::default(),
            challenge,
            phase: Phase::Waiting,
            problem: None,
            refusals: 0,
            checked: Vec::new(),
            used: false,
            stalled: false,
            is_news,
            #[cfg(feature = "full")]
            ending: Ending::default(),
        }
    }

    /// Which way the code went.
    pub(crate) fn connection(&self) -> Connection {
        // Not by its name, which may be the server's own.
        let is_address = !FULL || self.challenge.identifier.contains('@');
        if is_address { Connection::Email } else { Connection::Sms }
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

    pub(crate) fn was_checked(&self, code: &str) -> bool {
        self.checked.iter().any(|it| it.code == code)
    }

    /// What is wrong with a code, where no server has to be asked.
    pub(crate) fn known_problem(&self, code: &str) -> Option<Problem> {
        match self.finding(code) {
            Finding::Nothing | Finding::Unanswered => None,
            Finding::WrongOrUsed => Some(Problem::CodeMaybeUsed),
            Finding::Wrong => {
                let Challenge { tries, failures, .. } = self.challenge;
                let tries_left = (failures > 1).then_some(tries.saturating_sub(failures));
                Some(Problem::CodeWrong { tries_left })
            }
        }
    }

    fn finding(&self, code: &str) -> Finding {
        self.checked.iter().find(|it| it.code == code).map_or(Finding::Nothing, |it| it.finding)
    }

    fn note(&mut self, code: String, finding: Finding) {
        match self.checked.iter_mut().find(|it| it.code == code) {
            Some(checked) => checked.finding = finding,
            None => self.checked.push(Checked { code, finding }),
        }
    }

    /// Takes in that a code is on its way to the server.
    pub(crate) fn check(&mut self, code: &str) {
        self.note(code.to_owned(), self.finding(code));
        self.problem = None;
        #[cfg(feature = "full")]
        self.ending.pass();
    }

    pub(crate) fn refuse(&mut self, problem: Problem) {
        self.problem = Some(problem);
        self.refusals = self.refusals.saturating_add(1);
        self.is_news = false;
        #[cfg(feature = "full")]
        self.ending.pass();
    }

    /// Keeps time with a clock that was set back: no wait gets longer by it, and no code younger.
    pub(crate) fn set_back(&mut self, by: Millis) {
        self.challenge.expires_at = self.challenge.expires_at.saturating_sub(by);
        self.challenge.resend_at = self.challenge.resend_at.saturating_sub(by);
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
                self.challenge.failures = self.challenge.failures.saturating_add(1);
                let is_answered = self.finding(&code) != Finding::Unanswered;
                let finding = if is_answered { Finding::Wrong } else { Finding::WrongOrUsed };
                self.note(code.clone(), finding);
                match self.known_problem(&code) {
                    Some(problem) if self.challenge.failures < self.challenge.tries => self.refuse(problem),
                    _ => self.problem = None,
                }
            }
            CodeVerdict::Other(problem) => {
                if matches!(
                    failure,
                    HttpFailure::Timeout | HttpFailure::Unreachable | HttpFailure::Unreadable { .. }
                ) {
                    self.note(code, Finding::Unanswered);
                }
                self.refuse(problem);
            }
        }
    }

    pub(crate) fn mode(&self, now: Millis) -> CodeMode {
        match self.phase {
            // A check under way decides for itself; the screen does not change under it.
            Phase::Stalled { .. } | Phase::FetchingKeys { .. } | Phase::CheckingToken { .. }
                if self.stalled =>
            {
                CodeMode::Stalled
            }
            Phase::Stalled { .. }
            | Phase::Verifying { .. }
            | Phase::FetchingKeys { .. }
            | Phase::CheckingToken { .. } => self.under_way(),
            #[cfg(feature = "full")]
            Phase::Leaving | Phase::Departing { .. } | Phase::Framed { .. } | Phase::Redeeming { .. } => {
                self.under_way()
            }
            Phase::Waiting | Phase::Resending { .. } => {
                if self.used {
                    CodeMode::Rejected
                } else if self.challenge.failures >= self.challenge.tries {
                    CodeMode::OutOfTries
                } else if now >= self.challenge.expires_at {
                    CodeMode::Expired
                } else if FULL && self.sent == Method::Link {
                    CodeMode::Link
                } else {
                    CodeMode::Enter
                }
            }
        }
    }

    /// When a message that has not come is worth looking for.
    fn patience_ends(&self) -> Millis {
        let lifetime = Millis::from(self.challenge.lifetime) * 1000;
        self.challenge.expires_at.saturating_sub(lifetime).saturating_add(PATIENCE)
    }

    fn wait(&self, now: Millis) -> Wait {
        let Some(full) = Full::edition().filter(|_| now >= self.patience_ends()) else { return Wait::Short };
        let Challenge { sender, subject, .. } = &self.challenge;
        Wait::Long(Sought { full, sender: sender.clone(), subject: subject.clone() })
    }

    /// Whether it is time to say where a mail may be. Once: whoever was refused has found theirs.
    #[cfg(feature = "full")]
    pub(crate) fn is_looked_for(&self, now: Millis) -> bool {
        let is_mail = self.connection() == Connection::Email;
        is_mail && self.refusals == 0 && self.wait(now) != Wait::Short
    }

    fn mailbox(&self) -> Option<Mailbox> {
        mailbox(&self.challenge.identifier, self.challenge.sender.as_deref())
    }

    /// When it is time to say that the code's time is nearly over.
    #[cfg(feature = "full")]
    fn ends_soon(&self) -> Option<Millis> {
        let is_worth_it = self.challenge.lifetime >= 2 * ENDING;
        is_worth_it.then(|| self.challenge.expires_at.saturating_sub(Millis::from(ENDING) * 1000))
    }

    /// Takes in that time has passed: says once that little is left of it.
    #[cfg(feature = "full")]
    pub(crate) fn watch_the_end(&mut self, now: Millis) {
        let is_time = self.ends_soon().is_some_and(|at| at <= now);
        if is_time && self.ending == Ending::Ahead {
            self.ending = if self.takes_codes(now) { Ending::Told } else { Ending::Past };
        }
    }

    /// The address that was probably meant, where there is a slip in the one that the code went to.
    #[cfg(feature = "full")]
    pub(crate) fn suggestion(&self) -> Option<String> {
        email::suggestion(&self.challenge.identifier)
    }

    /// What is on the screen while an answer is waited for.
    fn under_way(&self) -> CodeMode {
        if self.abroad.returned { CodeMode::Returning } else { CodeMode::Enter }
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
        let patience = Some(self.patience_ends()).filter(|at| FULL && *at > now);
        #[cfg(feature = "full")]
        let ending = self.ends_soon().filter(|at| *at > now);
        #[cfg(not(feature = "full"))]
        let ending = None;
        [tick, expiry, patience, ending].into_iter().flatten().min()
    }

    pub(crate) fn view(&self, now: Millis) -> CodeView {
        CodeView {
            destination: self.challenge.identifier.clone(),
            connection: self.connection(),
            length: self.challenge.code_length,
            minutes: (self.challenge.lifetime / 60).max(1),
            mode: self.mode(now),
            busy: match self.phase {
                Phase::Resending { .. } => Some(Busy::Resending),
                Phase::Waiting | Phase::Stalled { .. } => None,
                _ => Some(Busy::Verifying),
            },
            problem: self.problem,
            refusals: self.refusals,
            resend_in: self.resend_in(now),
            resends: self.challenge.resends,
            sent: self.sent,
            mailbox: self.mailbox(),
            wait: self.wait(now),
            #[cfg(feature = "full")]
            is_checked_at_once: false,
            #[cfg(feature = "full")]
            has_other_way: false,
            #[cfg(feature = "full")]
            suggestion: self.suggestion().filter(|_| self.wait(now) != Wait::Short),
        }
    }
}
