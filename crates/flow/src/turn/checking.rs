//! From a code to tokens that are believed: the server checks the code, we check the server's answer.

use std::rc::Rc;

use latch_protocol::{
    error::code,
    stored::Session,
    token::{OtpGrant, PASSWORDLESS_OTP, TokenResponse},
};

use super::Turn;
use crate::{
    FULL, Millis,
    config::Exchange,
    effect::{Effect, HostEvent, Request, TokenCheck},
    event::{Evidence, HttpFailure, Reply},
    id_token::{Expected, TokenFault, check},
    problem::Problem,
    state::{Authenticated, Code, Phase, State},
};

/// Seconds that an access token is taken to be good for where the server does not say
/// (RFC 6749 section 5.1 only recommends it): what that section's example has.
const LIFETIME: u32 = 3600;

impl Turn<'_> {
    pub(super) fn enter_code(&mut self, text: &str) {
        let State::Code(state) = &mut self.flow.state else { return };
        if !state.takes_codes(self.now) {
            return;
        }
        let code = state.read(text);
        let known = state.known_problem(&code);
        // Typing takes back what was said about the last code, but not that the network is down.
        if state.problem.is_some_and(Problem::is_about_input) && state.problem != known {
            state.problem = None;
        }
        if (FULL && !self.config.auto_submit) || !state.is_complete(&code) {
            return;
        }
        match known {
            Some(problem) if state.problem != known => state.refuse(problem),
            Some(_) => {}
            // Once without a press: if that came to nothing, trying again is for the user to decide.
            None if state.was_checked(&code) => {}
            None => self.verify(code),
        }
    }

    pub(super) fn submit_code(&mut self, text: &str) {
        let State::Code(state) = &mut self.flow.state else { return };
        if let Some(tokens) = state.take_tokens(|phase| matches!(phase, Phase::Stalled { .. })) {
            self.fetch_keys(tokens);
            return;
        }
        if !state.takes_codes(self.now) {
            return;
        }
        let code = state.read(text);
        if !state.is_complete(&code) {
            state.refuse(Problem::CodeIncomplete);
        } else if let Some(problem) = state.known_problem(&code) {
            state.refuse(problem);
        } else {
            self.verify(code);
        }
    }

    pub(super) fn verify(&mut self, code: String) {
        let State::Code(state) = &mut self.flow.state else { return };
        state.check(&code);
        let State::Code(state) = &self.flow.state else { return };
        let exchange = self.exchange(state, code.clone());
        let request = self.send(exchange);
        self.phase(Phase::Verifying { request, code });
    }

    /// What a code is exchanged by.
    fn exchange(&self, state: &Code, otp: String) -> Request {
        #[cfg(feature = "full")]
        if let Some(other) = self.other_exchange(state, &otp) {
            return other;
        }
        Request::Token(OtpGrant {
            grant_type: PASSWORDLESS_OTP.to_owned(),
            client_id: self.config.client_id.clone(),
            username: state.challenge.identifier.clone(),
            otp,
            realm: state.challenge.connection.clone(),
            scope: Some(self.config.scope.clone()),
            audience: self.config.audience.clone(),
        })
    }

    pub(super) fn verified(&mut self, answer: Result<Reply, HttpFailure>) {
        let is_hosted = self.config.is_hosted();
        let State::Code(state) = &mut self.flow.state else { return };
        let Phase::Verifying { code, .. } = &state.phase else { return };
        let code = code.clone();
        let failure = match answer {
            #[cfg(feature = "full")]
            Ok(Reply::Verified) if is_hosted => return self.leave(code),
            #[cfg(feature = "full")]
            Ok(Reply::Ticket(ticket)) => return self.depart(ticket),
            Ok(_) if is_hosted => HttpFailure::Unreadable { status: 200 },
            Ok(Reply::Tokens(tokens)) => return self.take_tokens(tokens),
            Ok(_) => HttpFailure::Unreadable { status: 200 },
            // The client may not exchange codes by itself: Auth0's tenants mostly want it so.
            Err(failure)
                if self.config.exchange == Exchange::Auto
                    && !state.abroad.crosses
                    && is_other_way(&failure) =>
            {
                return self.cross(code);
            }
            Err(failure) => failure,
        };
        state.fail(code, &failure, self.now);
        self.keep_challenge();
        self.tell_failure(&failure);
    }

    /// The full edition knows the other way, and starts over with the code as it was sent.
    #[cfg(not(feature = "full"))]
    fn cross(&mut self, _: String) {
        self.effects.push(Effect::Outgrow);
    }

    /// From tokens, however they came, to a session or the checks before it.
    pub(super) fn take_tokens(&mut self, tokens: TokenResponse) {
        if tokens.id_token.is_some() {
            self.fetch_keys(tokens);
        } else if self.config.scope.split(' ').any(|scope| scope == "openid") {
            // `openid` was asked for, so an answer without an ID token names nobody.
            self.reject(TokenFault::Malformed);
        } else {
            self.sign_in(tokens);
        }
    }

    fn fetch_keys(&mut self, tokens: TokenResponse) {
        // The code is used: a reload must not come back to it.
        self.effects.push(Effect::KeepChallenge(None));
        if let State::Code(state) = &mut self.flow.state {
            state.used = true;
            state.problem = None;
        }
        let request = self.send(Request::Keys);
        self.phase(Phase::FetchingKeys { request, tokens });
    }

    pub(super) fn keys_fetched(&mut self, answer: Result<Reply, HttpFailure>) {
        let State::Code(state) = &mut self.flow.state else { return };
        let is_fetching = |phase: &Phase| matches!(phase, Phase::FetchingKeys { .. });
        let Some(tokens) = state.take_tokens(is_fetching) else { return };
        match (answer, &tokens.id_token) {
            (Ok(Reply::Keys(keys)), Some(id_token)) => {
                let (id_token, access_token) = (id_token.clone(), tokens.access_token.clone());
                let request = self.next_request();
                self.effects.push(Effect::CheckToken(request, TokenCheck { id_token, access_token, keys }));
                self.phase(Phase::CheckingToken { request, tokens });
            }
            (answer, _) => {
                let failure = answer.err().unwrap_or(HttpFailure::Unreadable { status: 200 });
                state.refuse(Problem::from(&failure));
                state.phase = Phase::Stalled { tokens };
                state.stalled = true;
                self.tell_failure(&failure);
            }
        }
    }

    pub(super) fn token_checked(&mut self, outcome: Result<Evidence, TokenFault>) {
        let State::Code(state) = &mut self.flow.state else { return };
        let is_checking = |phase: &Phase| matches!(phase, Phase::CheckingToken { .. });
        let Some(tokens) = state.take_tokens(is_checking) else { return };
        let checked = outcome.and_then(|evidence| {
            let expected = Expected {
                issuer: &self.config.issuer,
                client_id: &self.config.client_id,
                nonce: state.abroad.nonce.as_deref(),
                max_age: None,
                access_token_hash: &evidence.access_token_hash,
                #[expect(clippy::cast_precision_loss, reason = "seconds are far below 2^53")]
                now: (self.now / 1000) as f64,
            };
            check(&evidence.claims, &expected)?;
            // Who asked at another page, or at another provider, did not name themselves here.
            #[cfg(feature = "full")]
            if state.challenge.identifier.is_empty() {
                state.challenge.identifier = evidence.who.unwrap_or_default();
            }
            Ok(())
        });
        match checked {
            Ok(()) => self.sign_in(tokens),
            Err(fault) => self.reject(fault),
        }
    }

    fn reject(&mut self, fault: TokenFault) {
        self.effects.push(Effect::KeepChallenge(None));
        self.effects.push(Effect::Tell(HostEvent::AuthorizationError {
            error: "invalid_token".to_owned(),
            error_description: fault.describe().to_owned(),
            is_advice: false,
        }));
        let State::Code(state) = &mut self.flow.state else { return };
        #[cfg(feature = "full")]
        if state.abroad.returned {
            return self.ask_again(Problem::TokenRejected);
        }
        state.phase = Phase::Waiting;
        state.used = true;
        state.refuse(Problem::TokenRejected);
    }

    fn sign_in(&mut self, tokens: TokenResponse) {
        let State::Code(state) = &self.flow.state else { return };
        let lifetime = if tokens.expires_in == 0 { LIFETIME } else { tokens.expires_in };
        let session = Rc::new(Session {
            expires_at: self.now.saturating_add(Millis::from(lifetime) * 1000),
            identifier: state.challenge.identifier.clone(),
            tokens,
        });
        #[cfg(feature = "full")]
        {
            let challenge = state.challenge.clone();
            self.remember(challenge);
        }
        self.effects.push(Effect::KeepChallenge(None));
        self.effects.push(Effect::KeepSession(Some(session.clone())));
        self.effects.push(Effect::Tell(HostEvent::Authenticated(session.clone())));
        self.effects.push(Effect::Tell(HostEvent::Session(Some(session.clone()))));
        self.flow.state = State::Authenticated(Authenticated { session, leaving: None, fresh: true });
    }
}

/// Whether it says that this client gets its tokens another way: nothing was checked, and no try counted.
fn is_other_way(failure: &HttpFailure) -> bool {
    failure.is(code::UNAUTHORIZED_CLIENT) || failure.is(code::UNSUPPORTED_GRANT_TYPE)
}
