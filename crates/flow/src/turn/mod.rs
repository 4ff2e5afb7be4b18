//! One event being taken in, by stage of a login: a number is [`entering`], a code is [`sending`], it is
//! [`checking`], there is a [`session`], whose user is remembered ([`remembering`]); and by its ways out of the page: [`departing`] for `/authorize` or
//! with a link, [`returning`] from there.

mod captcha;
mod checking;
#[cfg(feature = "full")]
mod departing;
#[cfg(feature = "full")]
mod entering;
#[cfg(feature = "full")]
mod remembering;
#[cfg(feature = "full")]
mod returning;
mod sending;
mod session;

use latch_protocol::error::code;

use crate::{
    FULL, Millis, RequestId,
    config::Config,
    effect::{Effect, HostEvent, Request},
    event::{Event, HttpFailure, Reply},
    flow::Flow,
    problem::Problem,
    state::{Code, Identifier, Phase, State},
};

/// The flow, the moment, and what is to be done about it.
pub(crate) struct Turn<'a> {
    pub(crate) flow: &'a mut Flow,
    pub(crate) config: &'a Config,
    pub(crate) now: Millis,
    pub(crate) effects: &'a mut Vec<Effect>,
}

impl Turn<'_> {
    pub(crate) fn take(mut self, event: Event) {
        self.mind_the_clock();
        // Whoever comes after them may be the same person.
        #[cfg(feature = "full")]
        if matches!(self.flow.state, State::Authenticated(_)) {
            self.decline(false);
        }
        match event {
            Event::Started(stored) => {
                if matches!(self.flow.state, State::Starting) {
                    self.begin(stored);
                }
            }
            #[cfg(feature = "full")]
            Event::PlanLoaded(plan) => self.plan_loaded(plan),
            #[cfg(feature = "full")]
            Event::RegionHinted(hint, region) => self.hint_region(hint, region),
            #[cfg(feature = "full")]
            Event::OtherFieldRequested => self.change_field(),
            #[cfg(not(feature = "full"))]
            Event::RegionHinted(..) | Event::OtherFieldRequested => {}
            Event::IdentifierSubmitted(typed) => self.submit_identifier(&typed),
            #[cfg(feature = "full")]
            Event::TermsAccepted(given) => self.consent(given),
            #[cfg(feature = "full")]
            Event::ConnectionChosen(name) => self.choose_connection(name),
            #[cfg(feature = "full")]
            Event::RememberedSubmitted => self.submit_remembered(),
            #[cfg(feature = "full")]
            Event::OtherIdentifierRequested => self.decline_remembered(),
            #[cfg(feature = "full")]
            Event::ForgetRequested => self.forget(),
            #[cfg(feature = "full")]
            Event::RememberedChanged(kept) => self.remembered_changed(kept),
            #[cfg(feature = "full")]
            Event::SuggestionAccepted => self.accept_suggestion(),
            Event::IdentifierEntered(typed) => self.enter_identifier(typed),
            Event::CodeEntered(text) => self.enter_code(&text),
            Event::CodeSubmitted(text) => self.submit_code(&text),
            Event::ResendRequested => self.resend(),
            Event::IdentifierChangeRequested => self.change_identifier(),
            Event::CaptchaAnswered(request, outcome) if FULL => {
                if self.flow.state.pending() == Some(request) {
                    self.captcha_answered(outcome);
                }
            }
            Event::CaptchaSubmitted(typed) if FULL => self.submit_captcha(&typed),
            Event::CaptchaRefreshRequested if FULL => self.refresh_captcha(),
            Event::CaptchaAlternativeRequested if FULL => self.take_alternative(),
            Event::CaptchaAnswered(..)
            | Event::CaptchaSubmitted(_)
            | Event::CaptchaRefreshRequested
            | Event::CaptchaAlternativeRequested => {}
            Event::SignOutRequested => self.sign_out(),
            Event::ResetRequested => self.reset(),
            Event::Replied(request, answer) => {
                if self.flow.state.pending() == Some(request) {
                    self.answered(answer);
                }
            }
            Event::TokenChecked(request, outcome) => {
                if self.flow.state.pending() == Some(request) {
                    self.token_checked(outcome);
                }
            }
            Event::Woke => self.wake(),
            Event::StorageChanged(stored) => self.storage_changed(stored),
        }
    }

    fn mind_the_clock(&mut self) {
        let set_back = self.flow.last_event.saturating_sub(self.now);
        self.flow.limited_until = self.flow.limited_until.saturating_sub(set_back);
        // A wait that is over is told of no longer.
        if self.flow.limited_until <= self.now
            && let State::Identifier(Identifier { problem, .. }) | State::Code(Code { problem, .. }) =
                &mut self.flow.state
            && matches!(problem, Some(Problem::RateLimited { wait: Some(_) }))
        {
            *problem = None;
        }
        self.flow.last_event = self.now;
        if let State::Captcha(state) = &mut self.flow.state
            && let Some(code) = &mut state.code
        {
            code.set_back(set_back);
        }
        if let State::Code(state) = &mut self.flow.state
            && set_back > 0
        {
            state.set_back(set_back);
            self.keep_challenge();
        }
    }

    fn answered(&mut self, answer: Result<Reply, HttpFailure>) {
        #[cfg(feature = "full")]
        if let Ok(Reply::Drawn(secrets)) = answer {
            self.drawn(secrets);
            return;
        }
        // The page says why: here everything is as if nothing had been pressed.
        let is_silent = answer.as_ref().is_err_and(HttpFailure::is_silent);
        match &mut self.flow.state {
            State::Identifier(it) if is_silent => it.sending = None,
            State::Code(it)
                if is_silent && matches!(it.phase, Phase::Resending { .. } | Phase::Verifying { .. }) =>
            {
                it.phase = Phase::Waiting;
                it.is_news = false;
            }
            State::Identifier(_) => self.code_sent(answer, 0),
            State::Captcha(_) => self.captcha_replied(answer),
            State::Code(code) => match &code.phase {
                Phase::Resending { .. } => {
                    let resends = code.challenge.resends.saturating_add(1);
                    self.code_sent(answer, resends);
                }
                Phase::Verifying { .. } => self.verified(answer),
                Phase::FetchingKeys { .. } => self.keys_fetched(answer),
                #[cfg(feature = "full")]
                Phase::Departing { .. } => self.fall_back(&failure_of(answer)),
                #[cfg(feature = "full")]
                Phase::Framed { departure, .. } => {
                    let departure = departure.clone();
                    match answer {
                        Ok(Reply::Returned(answer)) => self.redeem(departure, answer),
                        answer => self.fall_back(&failure_of(answer)),
                    }
                }
                #[cfg(feature = "full")]
                Phase::Redeeming { .. } => self.redeemed(answer),
                _ => {}
            },
            // Revoked or not: the session is gone from here, and there is nothing a user could do.
            State::Authenticated(_) => self.flow.state = State::Identifier(Identifier::default()),
            State::Starting | State::Failure(_) => {}
        }
    }

    fn reset(&mut self) {
        match &self.flow.state {
            State::Authenticated(_) => self.sign_out(),
            State::Code(_) | State::Identifier(_) | State::Captcha(_) => {
                self.cancel_pending();
                self.effects.push(Effect::KeepChallenge(None));
                let value = self.config.login_hint.clone();
                #[cfg(feature = "full")]
                self.decline(!value.is_empty());
                self.flow.state = State::Identifier(Identifier { value, ..Identifier::default() });
            }
            State::Starting | State::Failure(_) => {}
        }
    }

    fn phase(&mut self, phase: Phase) {
        if let State::Code(state) = &mut self.flow.state {
            state.phase = phase;
        }
    }

    fn next_request(&mut self) -> RequestId {
        self.flow.last_request = self.flow.last_request.wrapping_add(1);
        RequestId(self.flow.last_request)
    }

    fn send(&mut self, request: Request) -> RequestId {
        let id = self.next_request();
        self.effects.push(Effect::Send(id, request));
        id
    }

    fn cancel_pending(&mut self) {
        if let Some(request) = self.flow.state.pending() {
            self.effects.push(Effect::Cancel(request));
        }
    }

    /// What a reload has to know. It must not come back to a used code.
    fn keep_challenge(&mut self) {
        if let State::Code(state) = &self.flow.state
            && !state.used
        {
            self.effects.push(Effect::KeepChallenge(Some(state.challenge.clone())));
        }
    }

    fn tell_failure(&mut self, failure: &HttpFailure) {
        let (error, error_description) = match failure {
            failure if FULL && !self.config.captcha && failure.is(code::INVALID_CAPTCHA) => (
                code::INVALID_CAPTCHA,
                "The server wants a captcha, and captcha=\"off\" keeps it from being shown: remove the attribute, or turn the server's captcha off.",
            ),
            HttpFailure::Offline => ("request_error", "The browser is offline."),
            HttpFailure::Timeout => ("timeout", "The server did not answer in time."),
            HttpFailure::Unreachable => {
                ("request_error", "The server could not be reached: diagnose() of this element tells why.")
            }
            HttpFailure::Refused { body, .. } if !body.error.is_empty() => {
                (body.error.as_str(), body.error_description.as_str())
            }
            HttpFailure::Unreadable { .. } | HttpFailure::Refused { .. } => {
                ("invalid_response", "The server's answer could not be read.")
            }
        };
        let (error, error_description) = (error.to_owned(), error_description.to_owned());
        let problem = Problem::from(failure);
        if let Problem::RateLimited { wait: Some(wait) } = problem {
            self.flow.limited_until = self.now.saturating_add(Millis::from(wait) * 1000);
        }
        let is_advice = problem.is_for_developers();
        let event = HostEvent::AuthorizationError { error, error_description, is_advice };
        self.effects.push(Effect::Tell(event));
    }
}

/// Why there is no answer of the kind that was waited for.
#[cfg(feature = "full")]
fn failure_of(answer: Result<Reply, HttpFailure>) -> HttpFailure {
    answer.err().unwrap_or(HttpFailure::Unreadable { status: 200 })
}
