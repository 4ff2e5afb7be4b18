//! The server wants a captcha before it sends a code: getting one, having it solved, and going on.
//!
//! Whatever happens, the user can go on: a script that does not load is tried again, then the server is told
//! and decides; and the way back is open all the time.

use latch_protocol::captcha::{BYPASS, ChallengeRequest, Puzzle};

use super::Turn;
use crate::{
    captcha::{Captcha, CaptchaFault, CaptchaTask, Given, Step},
    connection::Connection,
    effect::{Effect, Request},
    event::{HttpFailure, Reply},
    full::Full,
    problem::Problem,
    state::{Identifier, Phase, State},
};

/// A proof of work that holds is refused by chance only, when its time was over.
const REFUSED_PROOFS: u32 = 3;
/// Once, and once more when the user asks for it: then the server is told.
const FAULTS: u32 = 2;

impl Turn<'_> {
    /// A start was refused for want of a captcha.
    pub(super) fn begin_captcha(&mut self, full: Full) {
        let request = self.fetch_captcha(full);
        let before = core::mem::replace(&mut self.flow.state, State::Starting);
        self.flow.state = match before {
            State::Identifier(state) => {
                State::Captcha(Captcha::new(full, state.connection, state.value, None, request))
            }
            State::Code(state) => {
                let (connection, identifier) = (state.connection(), state.challenge.identifier.clone());
                State::Captcha(Captcha::new(full, connection, identifier, Some(Box::new(state)), request))
            }
            State::Captcha(mut state) => {
                state.step = Step::Fetching(request);
                State::Captcha(state)
            }
            other => other,
        };
    }

    fn fetch_captcha(&mut self, full: Full) -> crate::RequestId {
        let client_id = Some(self.config.client_id.clone());
        let state = self.config.transaction.clone();
        self.send(Request::Challenge(full, ChallengeRequest { client_id, state }))
    }

    /// An answer to what the captcha is waiting for.
    pub(super) fn captcha_replied(&mut self, answer: Result<Reply, HttpFailure>) {
        let State::Captcha(state) = &mut self.flow.state else { return };
        if matches!(state.step, Step::Sending(_)) {
            let resends = state.code.as_ref().map_or(0, |code| code.challenge.resends.saturating_add(1));
            return self.code_sent(answer, resends);
        }
        match answer {
            Ok(Reply::Challenge(_, given)) => {
                state.given = given;
                state.round = state.round.saturating_add(1);
                self.captcha_given();
            }
            Ok(_) => self.leave_captcha(&HttpFailure::Unreadable { status: 200 }),
            Err(failure) => self.leave_captcha(&failure),
        }
    }

    fn captcha_given(&mut self) {
        let State::Captcha(state) = &mut self.flow.state else { return };
        match state.read() {
            Given::Work(puzzle) => self.work(puzzle),
            Given::Picture => {
                state.is_shown = true;
                state.step = Step::Asking(None);
            }
            Given::Frame(frame) => {
                state.is_shown = true;
                let task = self.task(CaptchaTask::Frame(frame));
                if let State::Captcha(state) = &mut self.flow.state {
                    state.step = Step::Asking(Some(task));
                }
            }
            // Between the refusal and the question the reason may have passed.
            Given::Nothing if state.refused == 0 => {
                state.refused += 1;
                self.send_solved(None);
            }
            Given::Nothing | Given::Unknown => self.captcha_stuck(Problem::CaptchaFailed),
        }
    }

    fn work(&mut self, puzzle: Puzzle) {
        let task = self.task(CaptchaTask::Work(puzzle));
        if let State::Captcha(state) = &mut self.flow.state {
            state.step = Step::Working(task);
        }
    }

    fn task(&mut self, task: CaptchaTask) -> crate::RequestId {
        let id = self.next_request();
        if let State::Captcha(state) = &self.flow.state {
            self.effects.push(Effect::Captcha(state.full, id, task));
        }
        id
    }

    fn captcha_stuck(&mut self, problem: Problem) {
        let State::Captcha(state) = &mut self.flow.state else { return };
        state.is_shown = true;
        state.step = Step::Stuck;
        state.refuse(problem);
    }

    /// A task was done, by the browser or by the user, or came to nothing.
    pub(super) fn captcha_answered(&mut self, outcome: Result<String, CaptchaFault>) {
        let State::Captcha(state) = &mut self.flow.state else { return };
        let fault = match outcome {
            Ok(answer) => return self.send_solved(Some(answer)),
            Err(fault) => fault,
        };
        let was_working = matches!(state.step, Step::Working(_));
        state.faults = state.faults.saturating_add(1);
        match state.given.alternative.clone() {
            Some(puzzle) if !was_working => self.work(puzzle),
            // The server knows what it makes of that.
            None if !was_working && state.faults >= FAULTS => self.send_solved(Some(BYPASS.to_owned())),
            _ => self.captcha_stuck(match fault {
                CaptchaFault::NotLoaded => Problem::CaptchaNotLoaded,
                CaptchaFault::Failed => Problem::CaptchaFailed,
            }),
        }
    }

    /// The user pressed the captcha screen's button, with this in its field.
    pub(super) fn submit_captcha(&mut self, typed: &str) {
        let State::Captcha(state) = &mut self.flow.state else { return };
        match state.step {
            Step::Stuck => self.refresh_captcha(),
            Step::Asking(None) => match state.read_answer(typed) {
                Ok(answer) => self.send_solved(Some(answer)),
                Err(problem) => state.refuse(problem),
            },
            _ => {}
        }
    }

    /// The user wants another one.
    pub(super) fn refresh_captcha(&mut self) {
        let State::Captcha(state) = &mut self.flow.state else { return };
        if state.is_busy() {
            return;
        }
        state.problem = None;
        let full = state.full;
        self.cancel_pending();
        let request = self.fetch_captcha(full);
        if let State::Captcha(state) = &mut self.flow.state {
            state.step = Step::Fetching(request);
        }
    }

    /// The user would rather have the browser work.
    pub(super) fn take_alternative(&mut self) {
        let State::Captcha(state) = &mut self.flow.state else { return };
        if state.is_busy() {
            return;
        }
        if let Some(puzzle) = state.given.alternative.take() {
            state.problem = None;
            self.cancel_pending();
            self.work(puzzle);
        }
    }

    fn send_solved(&mut self, captcha: Option<String>) {
        let State::Captcha(state) = &mut self.flow.state else { return };
        state.answer = captcha;
        state.problem = None;
        let (connection, identifier) = (state.connection, state.identifier.clone());
        self.send_code(connection, identifier);
    }

    /// The server did not take the answer. There is another try, for as long as anybody wants one.
    pub(super) fn captcha_refused(&mut self, full: Full) {
        let State::Captcha(state) = &mut self.flow.state else { return };
        state.refused = state.refused.saturating_add(1);
        match state.read() {
            // Told that the script does not load, it insists.
            Given::Frame(_) if state.faults >= FAULTS => {
                state.faults = 1;
                return self.captcha_stuck(Problem::CaptchaNotLoaded);
            }
            Given::Picture | Given::Frame(_) => state.refuse(Problem::CaptchaWrong),
            Given::Work(_) | Given::Nothing | Given::Unknown if state.refused >= REFUSED_PROOFS => {
                return self.captcha_stuck(Problem::CaptchaFailed);
            }
            Given::Work(_) | Given::Nothing | Given::Unknown => {}
        }
        self.begin_captcha(full);
    }

    /// Back to where the code was asked for, with what went wrong.
    pub(super) fn leave_captcha(&mut self, failure: &HttpFailure) {
        self.close_captcha();
        self.start_failed(failure);
    }

    /// Back to where the code was asked for.
    pub(super) fn close_captcha(&mut self) {
        let State::Captcha(state) = &mut self.flow.state else { return };
        let Captcha { connection, identifier, code, .. } = state;
        let (connection, value) = (*connection, core::mem::take(identifier));
        self.flow.state = match code.take() {
            Some(mut code) => {
                code.phase = Phase::Waiting;
                State::Code(*code)
            }
            None => State::Identifier(Identifier { value, connection, ..Identifier::default() }),
        };
    }

    /// What a captcha was solved with.
    pub(super) fn captcha_answer(&self) -> Option<String> {
        let State::Captcha(state) = &self.flow.state else { return None };
        state.answer.clone()
    }

    /// Which way the code goes, and to whom, while a captcha is in between.
    pub(super) fn captcha_target(&self) -> Option<(Connection, String)> {
        let State::Captcha(state) = &self.flow.state else { return None };
        Some((state.connection, state.identifier.clone()))
    }
}
