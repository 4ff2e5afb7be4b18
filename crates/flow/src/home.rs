//! Where the user's phone numbers are from, as far as that is known.

use std::rc::Rc;

use crate::{
    Millis,
    phone::{self, Number, Plan, Region},
    problem::Problem,
};

/// Who says so. What comes later is believed rather than what comes before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hint {
    /// The languages and the clock of the device.
    Device,
    /// The server, by the address that a request came from.
    Server,
    /// The page, by its attribute `region`.
    Page,
    /// The user, by the list.
    User,
}

/// The numbering plan, and the region whose numbers need no plus sign.
#[derive(Default)]
pub(crate) struct Home {
    /// Whether the plan was asked for.
    #[cfg(feature = "full")]
    pub(crate) is_asked: bool,
    pub(crate) plan: Option<Rc<Plan>>,
    /// Whether a number was being typed when the plan came: hints come later still.
    #[cfg(feature = "full")]
    pub(crate) is_behind: bool,
    hint: Option<(Hint, Region)>,
    /// When the number that was typed is told to who cannot see it: not with every key.
    pub(crate) tell_at: Option<Millis>,
}

impl Home {
    /// The region of the user, if that is known.
    pub(crate) fn region(&self) -> Option<Region> {
        self.hint.map(|(_, region)| region)
    }

    /// Believes this, unless something better is known. Says whether it is a region at all.
    #[cfg(feature = "full")]
    pub(crate) fn hint(&mut self, hint: Hint, region: Region) -> bool {
        let is_known = self.plan.as_ref().is_some_and(|plan| plan.code(region).is_some());
        if is_known && self.hint.is_none_or(|(before, _)| before <= hint) {
            self.hint = Some((hint, region));
        }
        is_known
    }

    /// What was typed, as a number; without a plan there is none.
    pub(crate) fn number(&self, typed: &str) -> Option<Result<Number, Problem>> {
        self.plan.as_ref().map(|plan| Number::read(typed, plan, self.region()))
    }

    /// What was typed, in E.164.
    pub(crate) fn read(&self, typed: &str) -> Result<String, Problem> {
        match self.number(typed) {
            Some(number) => number.map(|number| number.e164),
            None => phone::read(typed),
        }
    }

    /// A number in E.164 as people write it.
    pub(crate) fn spaced(&self, e164: &str) -> String {
        match self.number(e164) {
            Some(Ok(number)) => number.spaced,
            _ => e164.to_owned(),
        }
    }
}
