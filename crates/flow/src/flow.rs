//! The login itself: one state, one way in, one way out.

use std::rc::Rc;

use latch_protocol::stored::Session;

use crate::{
    FULL, Millis,
    config::{Config, ConfigFault, Options},
    effect::{Effect, HostEvent},
    event::Event,
    state::{Phase, State},
    turn::Turn,
    view::{AuthenticatedView, CodeMode, FailureView, IdentifierView, Screen, Status, View},
};

/// A login.
///
/// Give every [`Event`] to [`Flow::handle`] in the order in which it happened, carry out the
/// [`Effect`]s in the order in which they come back, then show [`Flow::view`]. There is no other
/// way in, and an event that makes no sense in the present state is ignored.
pub struct Flow {
    config: Result<Rc<Config>, ConfigFault>,
    pub(crate) state: State,
    pub(crate) last_request: u32,
    /// When the last event happened, to notice a clock that is set back.
    pub(crate) last_event: Millis,
    /// What the shell was last asked to wake up for.
    pub(crate) wake: Option<Millis>,
}

impl Flow {
    /// A login that has not begun. The first event is [`Event::Started`].
    pub fn new(options: Options) -> Self {
        Self {
            config: Config::try_from(options).map(Rc::new),
            state: State::Starting,
            last_request: 0,
            last_event: 0,
            wake: None,
        }
    }

    /// Where requests go, if the options make sense.
    pub fn config(&self) -> Option<&Config> {
        self.config.as_deref().ok()
    }

    /// Who is signed in.
    pub fn session(&self) -> Option<&Session> {
        match &self.state {
            State::Authenticated(it) if it.leaving.is_none() => Some(&it.session),
            _ => None,
        }
    }

    /// Takes in what happened at this moment, and says what must be done.
    pub fn handle(&mut self, event: Event, now: Millis) -> Vec<Effect> {
        let mut effects = Vec::new();
        let before = self.state.name();
        match self.config.clone() {
            Ok(config) => Turn { flow: self, config: &config, now, effects: &mut effects }.take(event),
            Err(fault) => {
                if matches!(self.state, State::Starting) {
                    self.state = State::Failure(fault);
                    effects.push(Effect::Tell(HostEvent::UnrecoverableError(fault)));
                }
            }
        }
        let after = self.state.name();
        if before != after {
            effects.push(Effect::Tell(HostEvent::Step(after.as_str())));
        }
        let wake = match &self.state {
            State::Code(code) => code.next_change(now),
            State::Authenticated(it) => Some(it.session.expires_at).filter(|at| *at > now),
            _ => None,
        };
        if self.wake != wake {
            self.wake = wake;
            effects.push(Effect::Wake(wake));
        }
        effects
    }

    /// What may be seen at this moment.
    pub fn view(&self, now: Millis) -> View {
        let screen = match &self.state {
            State::Starting => Screen::Starting,
            State::Identifier(it) => Screen::Identifier(IdentifierView {
                takes: self.config.as_ref().map(|config| config.takes).unwrap_or_default(),
                method: self.config.as_ref().map(|config| config.method).unwrap_or_default(),
                value: it.value.clone(),
                problem: it.problem,
                refusals: it.refusals,
                sending: it.sending.is_some(),
            }),
            State::Code(it) => Screen::Code(it.view(now)),
            State::Authenticated(it) => Screen::Authenticated(AuthenticatedView {
                identifier: it.session.identifier.clone(),
                leaving: it.leaving.is_some(),
            }),
            State::Failure(fault) => Screen::Failure(FailureView { fault: *fault }),
        };
        View { status: self.status(now), screen }
    }

    fn status(&self, now: Millis) -> Option<Status> {
        match &self.state {
            State::Identifier(it) if it.sending.is_some() => Some(Status::Sending),
            State::Identifier(it) => it.problem.map(|problem| Status::Problem(problem, it.refusals)),
            State::Code(it) => Some(match (&it.phase, it.problem, it.mode(now)) {
                (Phase::Resending { .. }, ..) => Status::Sending,
                (phase, ..) if !matches!(phase, Phase::Waiting | Phase::Stalled { .. }) => {
                    if it.abroad.returned { Status::Returning } else { Status::Verifying }
                }
                (_, Some(problem), _) => Status::Problem(problem, it.refusals),
                (_, None, CodeMode::Expired) => Status::Expired,
                (_, None, CodeMode::OutOfTries) => Status::OutOfTries,
                _ if !it.is_news => return None,
                (.., CodeMode::Link) if FULL => Status::LinkSent(it.challenge.identifier.clone()),
                _ if it.challenge.resends > 0 => Status::CodeResent(it.challenge.identifier.clone()),
                _ => Status::CodeSent(it.challenge.identifier.clone()),
            }),
            State::Authenticated(it) if it.fresh => Some(Status::SignedIn(it.session.identifier.clone())),
            _ => None,
        }
    }
}
