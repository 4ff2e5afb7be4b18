//! The login itself: one state, one way in, one way out.

use std::rc::Rc;

use latch_protocol::stored::Session;

use crate::{
    FULL, Millis,
    captcha::Captcha,
    config::{Config, ConfigFault, Method, Options},
    connection::{Connection, Takes},
    effect::{Effect, HostEvent},
    email,
    event::Event,
    home::Home,
    phone::{self, Number},
    state::{Code, Identifier, Phase, State},
    turn::Turn,
    view::{
        AuthenticatedView, CodeMode, CodeView, FailureView, IdentifierView, PickerView, RememberedView,
        Screen, ScreenName, Status, View,
    },
};
#[cfg(feature = "full")]
use crate::{
    code::ENDING,
    config::Exchange,
    problem::Problem,
    state::Ending,
    view::{Around, Failure, Wait},
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
    /// Until when the server wants no more requests.
    pub(crate) limited_until: Millis,
    /// See [`View::is_invited`].
    is_invited: bool,
    /// What the field of the identifier screen takes now.
    pub(crate) takes: Takes,
    pub(crate) home: Home,
    /// Whether the user has accepted the terms.
    #[cfg(feature = "full")]
    pub(crate) consents: bool,
    /// What was said about what is wrong now.
    #[cfg(feature = "full")]
    failure: Option<Failure>,
    /// Who was here last.
    #[cfg(feature = "full")]
    pub(crate) remembered: crate::remembered::Memory,
}

impl Flow {
    /// A login that has not begun. The first event is [`Event::Started`].
    pub fn new(options: Options) -> Self {
        let config = Config::try_from(options).map(Rc::new);
        Self {
            takes: config.as_ref().map(|config| config.takes).unwrap_or_default(),
            home: Home::default(),
            config,
            state: State::Starting,
            last_request: 0,
            last_event: 0,
            wake: None,
            limited_until: 0,
            is_invited: false,
            #[cfg(feature = "full")]
            consents: false,
            #[cfg(feature = "full")]
            failure: None,
            #[cfg(feature = "full")]
            remembered: crate::remembered::Memory::default(),
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
        // Whoever is signed in does nothing here; a press on Sign out has the focus with it.
        self.is_invited = event.is_users() && before != ScreenName::Authenticated;
        #[cfg(feature = "full")]
        let wrong_before = self.wrong(now);
        match self.config.clone() {
            Ok(config) => Turn { flow: self, config: &config, now, effects: &mut effects }.take(event),
            Err(fault) => {
                if matches!(self.state, State::Starting) {
                    self.state = State::Failure(fault);
                    effects.push(Effect::Tell(HostEvent::UnrecoverableError(fault)));
                }
            }
        }
        #[cfg(feature = "full")]
        if self.wrong(now) != wrong_before {
            self.failure = effects.iter().find_map(|effect| match effect {
                Effect::Tell(HostEvent::AuthorizationError { error, error_description, .. }) => {
                    Some(Failure { error: error.clone(), description: error_description.clone() })
                }
                _ => None,
            });
        }
        let after = self.state.name();
        if before != after {
            effects.push(Effect::Tell(HostEvent::Step(after.as_str())));
        }
        #[cfg(feature = "full")]
        self.ask_for_plan(&mut effects);
        let wake = match &self.state {
            State::Code(code) => code.next_change(now),
            State::Captcha(Captcha { code: Some(code), is_shown: false, .. }) => code.next_change(now),
            State::Identifier(it) => {
                let told = if FULL { self.home.tell_at } else { None };
                [told, Some(it.settles_at)].into_iter().flatten().filter(|at| *at > now).min()
            }
            State::Authenticated(it) => Some(it.session.expires_at).filter(|at| *at > now),
            _ => None,
        };
        let wake = match Some(self.limited_until).filter(|at| *at > now) {
            Some(limit) => Some(wake.map_or(limit, |wake| wake.min(limit))),
            None => wake,
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
                takes: self.takes,
                method: self.method(&it.value),
                value: it.value.clone(),
                number: self.number(it),
                picker: self.picker(it),
                problem: it.problem,
                refusals: it.refusals,
                sending: it.sending.is_some(),
                suggestion: self.suggestion(it, now),
                remembered: self.offered(),
                #[cfg(feature = "full")]
                around: self.around(it.bound_for.clone().filter(|_| it.sending.is_some())),
            }),
            State::Captcha(it) if it.is_shown => Screen::Captcha(it.view()),
            // Work of the browser alone is done where the user is.
            State::Captcha(it) => match &it.code {
                Some(code) => self.code_screen(code, now),
                None => Screen::Identifier(IdentifierView {
                    takes: self.takes,
                    method: self.method(&it.identifier),
                    value: it.identifier.clone(),
                    sending: true,
                    remembered: self.offered(),
                    #[cfg(feature = "full")]
                    around: self.around(None),
                    ..IdentifierView::default()
                }),
            },
            State::Code(it) => self.code_screen(it, now),
            State::Authenticated(it) => Screen::Authenticated(AuthenticatedView {
                identifier: self.shown(&it.session.identifier),
                leaving: it.leaving.is_some(),
            }),
            State::Failure(fault) => Screen::Failure(FailureView { fault: *fault }),
        };
        let is_checking = matches!(&self.state, State::Captcha(it) if it.is_working());
        View {
            status: self.status(now),
            screen,
            is_checking,
            is_invited: self.is_invited,
            #[cfg(feature = "full")]
            failure: self.failure.clone(),
        }
    }

    /// What is wrong; the number tells the same problem from the one before.
    #[cfg(feature = "full")]
    fn wrong(&self, now: Millis) -> (Option<Problem>, u32, Option<CodeMode>) {
        match &self.state {
            State::Identifier(it) => (it.problem, it.refusals, None),
            State::Captcha(it) => (it.problem, it.refusals, None),
            State::Code(it) => (it.problem, it.refusals, Some(it.mode(now))),
            _ => (None, 0, None),
        }
    }

    /// The plan is worth its bytes once there is a number to type or to show: in a field that is for numbers
    /// at once, in one that takes an address, too, with the first sign that can begin one.
    #[cfg(feature = "full")]
    fn ask_for_plan(&mut self, effects: &mut Vec<Effect>) {
        let is_of_use = match &self.state {
            State::Identifier(it) => {
                self.takes.is_for_numbers() || self.takes.takes_phone() && phone::may_begin(&it.value)
            }
            State::Code(it) => self.takes.takes_phone() && it.connection() == Connection::Sms,
            _ => false,
        };
        if is_of_use && !self.home.is_asked {
            self.home.is_asked = true;
            effects.push(Effect::LoadPlan);
        }
    }

    fn code_screen(&self, code: &Code, now: Millis) -> Screen {
        let view = code.view(now);
        let mailbox = view.mailbox.filter(|_| !FULL || !self.hides_mailbox());
        Screen::Code(CodeView {
            destination: self.shown(&view.destination),
            #[cfg(feature = "full")]
            is_checked_at_once: self.config.as_ref().is_ok_and(|config| config.auto_submit),
            mailbox,
            #[cfg(feature = "full")]
            has_other_way: view.wait != Wait::Short && self.takes.other().is_some(),
            ..view
        })
    }

    fn hides_mailbox(&self) -> bool {
        self.config.as_ref().is_ok_and(|config| config.hides_mailbox)
    }

    /// What the field holds, as a number.
    pub(crate) fn number(&self, identifier: &Identifier) -> Option<Number> {
        let is_wanted = self.takes.takes_phone() && phone::is_begun(&identifier.value);
        is_wanted.then(|| self.home.number(&identifier.value)?.ok()).flatten()
    }

    /// An address, or a number as people write it.
    fn shown(&self, identifier: &str) -> String {
        if FULL && phone::is_international(identifier) {
            self.home.spaced(identifier)
        } else {
            identifier.to_owned()
        }
    }

    /// A plus sign leaves nothing to choose; an address neither.
    fn picker(&self, identifier: &Identifier) -> Option<PickerView> {
        if !FULL {
            return None;
        }
        let is_of_use = match self.takes {
            Takes::Email | Takes::Nothing => false,
            Takes::Phone | Takes::PhoneFirst => !phone::is_international(&identifier.value),
            Takes::Both => phone::is_begun(&identifier.value) && !phone::is_international(&identifier.value),
        };
        let plan = self.home.plan.clone().filter(|_| is_of_use)?;
        Some(PickerView { plan, region: self.home.region() })
    }

    /// What is sent to whoever the field is for, or names: to a number it is a code, whatever an address gets.
    fn method(&self, identifier: &str) -> Method {
        let is_number = FULL
            && match self.takes {
                Takes::Email | Takes::Nothing => false,
                Takes::Phone => true,
                Takes::PhoneFirst => !identifier.contains('@'),
                Takes::Both => phone::is_begun(identifier),
            };
        let connection = if is_number { Connection::Sms } else { Connection::Email };
        self.config.as_ref().map(|config| config.method(connection)).unwrap_or_default()
    }

    /// What stands around the field, and which of it leads away at this moment.
    #[cfg(feature = "full")]
    fn around(&self, bound_for: Option<String>) -> Around {
        let Ok(config) = &self.config else { return Around::default() };
        Around {
            has_form: config.takes != Takes::Nothing || config.exchange == Exchange::Redirect,
            others: config.others.clone(),
            bound_for,
            terms: config.terms,
            consents: self.consents,
        }
    }

    /// Who was here last, where that is offered.
    #[cfg(feature = "full")]
    fn offered(&self) -> Option<RememberedView> {
        self.remembered.offered()
    }

    /// Who was here last: the full edition's.
    #[cfg(not(feature = "full"))]
    #[expect(clippy::unused_self, reason = "asked for as in the full edition")]
    const fn offered(&self) -> Option<RememberedView> {
        None
    }

    /// What was probably meant, once the user has paused.
    fn suggestion(&self, state: &Identifier, now: Millis) -> Option<String> {
        let takes_address = self.takes == Takes::Email || FULL && self.takes.other().is_some();
        if takes_address && now >= state.settles_at { email::suggestion(&state.value) } else { None }
    }

    /// What is worth saying of what stands in the field.
    fn news(&self, state: &Identifier, now: Millis) -> Option<Status> {
        let is_told = || self.home.tell_at.is_some_and(|at| at <= now);
        let number = if FULL { self.number(state).filter(|_| is_told()) } else { None };
        let suggested = || self.suggestion(state, now).map(Status::Suggested);
        number.map(Status::NumberRead).or_else(suggested)
    }

    fn status(&self, now: Millis) -> Option<Status> {
        match &self.state {
            // Nothing is sent by whoever leaves for another connection.
            State::Identifier(it) if FULL && it.bound_for.is_some() && it.sending.is_some() => None,
            State::Identifier(it) if it.sending.is_some() => Some(Status::Sending),
            State::Identifier(it) => match it.problem {
                Some(problem) => Some(Status::Problem(problem, it.refusals)),
                #[cfg(feature = "full")]
                None if it.forgotten.is_some() => it.forgotten.clone().map(Status::Forgotten),
                None => self.news(it, now),
            },
            State::Captcha(it) => Some(match (it.problem, it.is_busy()) {
                _ if it.is_working() => Status::Checking,
                (_, true) => Status::Sending,
                (Some(problem), false) => Status::Problem(problem, it.refusals),
                (None, false) => return None,
            }),
            State::Code(it) => Some(match (&it.phase, it.problem, it.mode(now)) {
                (Phase::Resending { .. }, ..) => Status::Sending,
                (phase, ..) if !matches!(phase, Phase::Waiting | Phase::Stalled { .. }) => {
                    if it.abroad.returned { Status::Returning } else { Status::Verifying }
                }
                #[cfg(feature = "full")]
                (.., CodeMode::Enter) if it.ending == Ending::Told => Status::ExpiresSoon(ENDING),
                (_, Some(problem), _) => Status::Problem(problem, it.refusals),
                (_, None, CodeMode::Expired) => Status::Expired,
                (_, None, CodeMode::OutOfTries) => Status::OutOfTries,
                #[cfg(feature = "full")]
                (_, None, CodeMode::Enter | CodeMode::Link) if it.is_looked_for(now) => Status::LookInSpam,
                _ if !it.is_news => return None,
                (.., CodeMode::Link) if FULL => Status::LinkSent(self.shown(&it.challenge.identifier)),
                _ if it.challenge.resends > 0 => Status::CodeResent(self.shown(&it.challenge.identifier)),
                _ => Status::CodeSent(self.shown(&it.challenge.identifier)),
            }),
            State::Authenticated(it) if it.fresh => {
                Some(Status::SignedIn(self.shown(&it.session.identifier)))
            }
            _ => None,
        }
    }
}
