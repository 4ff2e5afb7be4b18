//! A phone number being entered: what it is read as, and where it is from. All of this is in the full
//! edition only.

use std::rc::Rc;

use super::Turn;
use crate::{
    Millis,
    connection::{Connection, Takes},
    effect::{Effect, HostEvent},
    home::Hint,
    phone::{self, Plan, Region},
    state::State,
};

/// Nothing is said while keys are still being pressed.
const PAUSE: Millis = 1000;

impl Turn<'_> {
    pub(super) fn plan_loaded(&mut self, plan: Plan) {
        self.flow.home.plan = Some(Rc::new(plan));
        self.flow.home.is_behind = self.has_begun();
        let asked = self.config.region.as_deref();
        let is_known =
            asked.and_then(Region::named).is_some_and(|region| self.flow.home.hint(Hint::Page, region));
        if !is_known {
            if let Some(region) = asked {
                self.effects.push(Effect::Tell(HostEvent::RegionUnknown(region.to_owned())));
            }
            self.effects.extend(self.flow.home.plan.clone().map(Effect::FindRegion));
        }
        self.read_number();
    }

    pub(super) fn hint_region(&mut self, hint: Hint, region: Region) {
        // What somebody has begun to type is not read in another way by itself; where nothing was known
        // before they began, not once they have heard how it is read.
        let home = &self.flow.home;
        let is_open = home.is_behind && home.tell_at.is_none_or(|at| at > self.now);
        let is_late = self.has_begun() && hint != Hint::User && home.region().is_some() && !is_open;
        if !is_late {
            self.flow.home.hint(hint, region);
            self.read_number();
        }
    }

    fn has_begun(&self) -> bool {
        matches!(&self.flow.state, State::Identifier(state) if phone::is_begun(&state.value))
    }

    pub(super) fn change_field(&mut self) {
        if let State::Code(state) = &self.flow.state {
            let connection = state.connection();
            return self.leave_for_another(connection);
        }
        let State::Identifier(state) = &mut self.flow.state else { return };
        let Some(other) = self.flow.takes.other().filter(|_| state.sending.is_none()) else { return };
        self.flow.takes = other;
        // An address does not go with a phone's keys.
        if other.is_for_numbers() && !phone::is_begun(&state.value) {
            state.value.clear();
        }
        state.problem = None;
    }

    /// What was sent one way does not come: the field is there for the other one, and empty.
    fn leave_for_another(&mut self, connection: Connection) {
        if self.flow.takes.other().is_none() {
            return;
        }
        self.change_identifier();
        self.flow.takes = if connection == Connection::Sms { Takes::Both } else { Takes::PhoneFirst };
        if let State::Identifier(state) = &mut self.flow.state {
            state.value.clear();
        }
    }

    /// What the field holds may be a number now.
    pub(super) fn read_number(&mut self) {
        let State::Identifier(state) = &self.flow.state else { return };
        let is_read = self.flow.number(state).is_some();
        let tell_at = is_read.then(|| self.now.saturating_add(PAUSE));
        self.flow.home.tell_at = tell_at;
        if is_read && let State::Identifier(state) = &mut self.flow.state {
            state.problem = None;
        }
    }
}
