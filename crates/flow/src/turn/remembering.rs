//! Who was here last: offered to whoever comes to the first screen, until they say that they are somebody
//! else. All of this is in the full edition only.

use latch_protocol::stored::{Challenge, Remembered};

use super::Turn;
use crate::{effect::Effect, state::State};

impl Turn<'_> {
    /// What an earlier page load has kept. What cannot be used is of no use later, either.
    pub(super) fn recall(&mut self, kept: Option<Remembered>) {
        if !self.config.remembers {
            return;
        }
        if !self.flow.remembered.recall(kept, self.config, self.now) {
            self.effects.push(Effect::KeepRemembered(None));
        }
        // What the page knows is newer.
        self.flow.remembered.is_declined = !self.config.login_hint.is_empty();
    }

    /// Offers them no more, or again.
    pub(super) fn decline(&mut self, is_declined: bool) {
        self.flow.remembered.is_declined = is_declined;
    }

    /// Another tab remembers somebody, or nobody any more.
    pub(super) fn remembered_changed(&mut self, kept: Option<Remembered>) {
        if !self.config.remembers {
            return;
        }
        let was_offered = self.flow.remembered.offered().is_some();
        self.flow.remembered.recall(kept, self.config, self.now);
        // Nobody is offered under the hands of somebody who is typing.
        if !was_offered && matches!(self.flow.state, State::Identifier(_)) {
            self.flow.remembered.is_declined = true;
        }
    }

    /// Whoever signs in is who was here last. What leads elsewhere asks there who they are.
    pub(super) fn remember(&mut self, challenge: Challenge) {
        if !self.config.remembers {
            return;
        }
        let Challenge { connection, identifier, .. } = challenge;
        let kept = Remembered { connection, identifier, signed_in_at: self.now };
        let is_of_use = self.flow.remembered.recall(Some(kept.clone()), self.config, self.now);
        self.effects.push(Effect::KeepRemembered(Some(kept).filter(|_| is_of_use)));
    }

    /// As if they had typed it.
    pub(super) fn submit_remembered(&mut self) {
        if self.flow.remembered.offered().is_none() {
            return;
        }
        if let Some(identifier) = self.flow.remembered.identifier().map(str::to_owned) {
            self.submit_identifier(&identifier);
        }
    }

    /// An empty field, for somebody else.
    pub(super) fn decline_remembered(&mut self) {
        if let State::Identifier(state) = &mut self.flow.state
            && state.sending.is_none()
        {
            state.value.clear();
            state.problem = None;
            self.flow.remembered.is_declined = true;
        }
    }

    /// Nobody is remembered any more.
    pub(super) fn forget(&mut self) {
        if !self.config.remembers {
            return;
        }
        let offered = self.flow.remembered.offered();
        self.effects.push(Effect::KeepRemembered(None));
        if let State::Identifier(state) = &mut self.flow.state
            && offered.is_some()
        {
            // What is on its way to them goes on.
            if state.sending.is_some() {
                return;
            }
            state.value.clear();
            state.problem = None;
            state.forgotten = offered.map(|it| it.short);
        }
        self.flow.remembered.recall(None, self.config, self.now);
    }
}
