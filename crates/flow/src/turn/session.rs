//! A session: kept by an earlier page load, ended here, begun or ended in another tab.

use std::rc::Rc;

use latch_protocol::token::RevokeRequest;

use super::Turn;
use crate::{
    code::still_good,
    effect::{Effect, HostEvent, Request, Revoke},
    event::Stored,
    state::{Authenticated, Code, Identifier, State},
};

impl Turn<'_> {
    pub(super) fn begin(&mut self, stored: Stored) {
        #[cfg(feature = "full")]
        self.recall(stored.remembered);
        #[cfg(feature = "full")]
        if let Some(returned) = stored.returned {
            return self.returned(returned);
        }
        // The hosted page signs users in at the server; a session in this browser's storage is another page's.
        let session = stored.session.filter(|_| !self.config.is_hosted());
        if let Some(session) = session.map(Rc::new) {
            if session.expires_at > self.now {
                if stored.challenge.is_some() {
                    self.effects.push(Effect::KeepChallenge(None));
                }
                self.effects.push(Effect::Tell(HostEvent::Session(Some(session.clone()))));
                self.flow.state =
                    State::Authenticated(Authenticated { session, leaving: None, fresh: false });
                return;
            }
            self.effects.push(Effect::KeepSession(None));
        }
        let mut value = self.config.login_hint.clone();
        if let Some(challenge) = stored.challenge {
            if still_good(&challenge, self.config, self.now) {
                let sent =
                    self.config.method(self.config.connection(&challenge.connection).unwrap_or_default());
                self.flow.state = State::Code(Code::new(challenge, sent, false));
                return;
            }
            self.effects.push(Effect::KeepChallenge(None));
            value = challenge.identifier;
            #[cfg(feature = "full")]
            self.decline(true);
        }
        self.flow.state = State::Identifier(Identifier { value, ..Identifier::default() });
    }

    pub(super) fn sign_out(&mut self) {
        let State::Authenticated(state) = &self.flow.state else { return };
        if state.leaving.is_some() {
            return;
        }
        let refresh_token = state.session.tokens.refresh_token.clone();
        self.effects.push(Effect::KeepSession(None));
        self.effects.push(Effect::Tell(HostEvent::Session(None)));
        let Some(token) = refresh_token else {
            self.flow.state = State::Identifier(Identifier::default());
            return;
        };
        let client_id = self.config.client_id.clone();
        let request = self.send(Request::Revoke(Revoke(RevokeRequest { client_id, token })));
        if let State::Authenticated(state) = &mut self.flow.state {
            state.leaving = Some(request);
        }
    }

    pub(super) fn wake(&mut self) {
        // The shell's alarm has gone off: ask for the next one even if it is the same moment.
        self.flow.wake = None;
        #[cfg(feature = "full")]
        if let State::Code(state) = &mut self.flow.state {
            state.watch_the_end(self.now);
        }
        if let State::Authenticated(state) = &self.flow.state
            && state.leaving.is_none()
            && state.session.expires_at <= self.now
        {
            self.effects.push(Effect::KeepSession(None));
            self.effects.push(Effect::Tell(HostEvent::Session(None)));
            self.flow.state = State::Identifier(Identifier::default());
        }
    }

    pub(super) fn storage_changed(&mut self, stored: Stored) {
        if self.config.is_hosted() {
            return;
        }
        let session = stored.session.filter(|session| session.expires_at > self.now).map(Rc::new);
        match (&self.flow.state, session) {
            (State::Starting | State::Failure(_), _) => {}
            (State::Authenticated(state), Some(session)) if state.session == session => {}
            // On the way out already: taking back the revocation would leave the token good.
            (State::Authenticated(state), None) if state.leaving.is_some() => {}
            (State::Authenticated(_), None) => {
                self.cancel_pending();
                self.effects.push(Effect::Tell(HostEvent::Session(None)));
                self.flow.state = State::Identifier(Identifier::default());
            }
            (state, Some(session)) => {
                // Nobody waits for that code any more.
                if matches!(state, State::Code(_) | State::Captcha(_)) {
                    self.effects.push(Effect::KeepChallenge(None));
                }
                self.cancel_pending();
                self.effects.push(Effect::Tell(HostEvent::Session(Some(session.clone()))));
                self.flow.state =
                    State::Authenticated(Authenticated { session, leaving: None, fresh: false });
            }
            (_, None) => {}
        }
    }
}
