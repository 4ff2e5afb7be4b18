//! Getting a code to the user: the first one, another one, one to another address.

use latch_protocol::{
    error::code,
    passwordless::{AuthParams, StartRequest},
};

use super::Turn;
use crate::{
    FULL, Full, Millis, RequestId,
    captcha::Step,
    code::{challenge, end_of_wait},
    connection::Connection,
    effect::{Effect, Request},
    event::{HttpFailure, Reply},
    problem::Problem,
    state::{Code, Identifier, Phase, State},
};

/// Whoever types nothing for this long has probably finished: in milliseconds.
const PAUSE: Millis = 700;

impl Turn<'_> {
    pub(super) fn enter_identifier(&mut self, typed: String) {
        if let State::Identifier(state) = &mut self.flow.state
            && state.sending.is_none()
            && state.value != typed
        {
            state.value = typed;
            state.settles_at = self.now.saturating_add(PAUSE);
            #[cfg(feature = "full")]
            {
                state.forgotten = None;
                self.read_number();
            }
        }
    }

    pub(super) fn submit_identifier(&mut self, typed: &str) {
        if FULL && matches!(self.flow.state, State::Code(_)) {
            // The basic edition was asked for a captcha while it had another code sent.
            return self.resend();
        }
        let State::Identifier(state) = &mut self.flow.state else { return };
        if state.sending.is_some() {
            return;
        }
        #[cfg(feature = "full")]
        if self.config.exchange == crate::config::Exchange::Redirect {
            return self.choose_connection(String::new());
        }
        match self.flow.takes.identifier(typed, &self.flow.home) {
            Ok((connection, identifier)) => {
                state.value.clone_from(&identifier);
                state.connection = connection;
                state.bound_for = None;
                state.problem = None;
                #[cfg(feature = "full")]
                if self.lacks_consent() {
                    return;
                }
                self.send_code(connection, identifier);
            }
            Err(problem) => {
                typed.clone_into(&mut state.value);
                state.problem = Some(problem);
                state.refusals += 1;
            }
        }
    }

    pub(super) fn resend(&mut self) {
        let State::Code(state) = &mut self.flow.state else { return };
        let idle = matches!(state.phase, Phase::Waiting);
        if idle && state.resend_in(self.now) == 0 {
            state.problem = None;
            let identifier = state.challenge.identifier.clone();
            let connection = state.connection();
            self.send_code(connection, identifier);
        }
    }

    pub(super) fn send_code(&mut self, connection: Connection, identifier: String) {
        #[cfg(feature = "full")]
        if self.sends_a_link(connection) {
            let request = self.draw();
            return self.sending(request);
        }
        let start = self.start(
            connection,
            identifier,
            AuthParams {
                scope: Some(self.config.scope.clone()),
                audience: self.config.audience.clone(),
                state: self.config.transaction.clone(),
            },
        );
        let request = self.send(Request::Start(start));
        self.sending(request);
    }

    /// The body of a start.
    pub(super) fn start<Params>(
        &self,
        connection: Connection,
        identifier: String,
        params: Params,
    ) -> StartRequest<Params> {
        let (email, phone_number) = connection.named_by(identifier);
        StartRequest {
            client_id: self.config.client_id.clone(),
            connection: self.config.name(connection).to_owned(),
            email,
            phone_number,
            send: Some(self.config.method(connection).as_str().to_owned()),
            auth_params: Some(params),
            captcha: self.captcha_answer(),
        }
    }

    /// Waits for the answer to this request, or for what it needs first.
    pub(super) fn sending(&mut self, request: RequestId) {
        match &mut self.flow.state {
            State::Identifier(state) => state.sending = Some(request),
            State::Code(state) => state.phase = Phase::Resending { request },
            State::Captcha(state) => state.step = Step::Sending(request),
            _ => {}
        }
    }

    pub(super) fn code_sent(&mut self, answer: Result<Reply, HttpFailure>, resends: u32) {
        let failure = match answer {
            Ok(Reply::CodeSent(sent)) => {
                let (connection, identifier) = match &self.flow.state {
                    State::Identifier(state) => {
                        (self.config.name(state.connection).to_owned(), state.value.clone())
                    }
                    State::Code(state) => {
                        (state.challenge.connection.clone(), state.challenge.identifier.clone())
                    }
                    _ => match self.captcha_target() {
                        Some((connection, identifier)) => {
                            (self.config.name(connection).to_owned(), identifier)
                        }
                        None => return,
                    },
                };
                let sent_by = self.config.method(self.config.connection(&connection).unwrap_or_default());
                let challenge = challenge(&connection, identifier, &sent, resends, self.now);
                self.flow.state = State::Code(Code::new(challenge, sent_by, true));
                self.keep_challenge();
                return;
            }
            Ok(_) => HttpFailure::Unreadable { status: 200 },
            Err(failure) => failure,
        };
        if failure.is(code::INVALID_CAPTCHA) {
            match Full::edition() {
                None => return self.effects.push(Effect::Outgrow),
                Some(full) if matches!(self.flow.state, State::Captcha(_)) => {
                    return self.captcha_refused(full);
                }
                Some(full) if self.config.captcha => return self.begin_captcha(full),
                Some(_) => {}
            }
        }
        self.close_captcha();
        self.start_failed(&failure);
    }

    /// No code is on its way; the screen that asked for it is up.
    pub(super) fn start_failed(&mut self, failure: &HttpFailure) {
        self.tell_failure(failure);
        let problem = Problem::from(failure);
        match &mut self.flow.state {
            State::Identifier(state) => {
                state.sending = None;
                state.problem = Some(problem);
                state.refusals += 1;
            }
            State::Code(state) => {
                state.phase = Phase::Waiting;
                if let Problem::RateLimited { wait: Some(wait) } = problem {
                    state.challenge.resend_at = end_of_wait(wait, self.now);
                }
                state.refuse(problem);
                self.keep_challenge();
            }
            _ => {}
        }
    }

    /// Back to the first screen, with the address that was probably meant instead of the one that a code went to.
    #[cfg(feature = "full")]
    pub(super) fn accept_suggestion(&mut self) {
        let State::Code(state) = &self.flow.state else { return };
        let Some(suggestion) = state.suggestion() else { return };
        self.change_identifier();
        if let State::Identifier(state) = &mut self.flow.state {
            state.value = suggestion;
        }
    }

    pub(super) fn change_identifier(&mut self) {
        if let State::Captcha(state) = &self.flow.state {
            let is_shown = state.is_shown;
            self.cancel_pending();
            self.close_captcha();
            if is_shown {
                return;
            }
        }
        let State::Code(state) = &self.flow.state else { return };
        let value = state.challenge.identifier.clone();
        self.cancel_pending();
        self.effects.push(Effect::KeepChallenge(None));
        #[cfg(feature = "full")]
        self.decline(true);
        self.flow.state = State::Identifier(Identifier { value, ..Identifier::default() });
    }
}
