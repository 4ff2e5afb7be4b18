//! The login itself: one state, one way in, one way out.

use latch_protocol::{
    passwordless::{AuthParams, StartRequest},
    stored::{Challenge, Session},
    token::{OtpGrant, PASSWORDLESS_OTP, RevokeRequest, TokenResponse},
};

use crate::{
    Millis, RequestId,
    code::{challenge, still_good},
    config::{Config, ConfigFault, Options},
    effect::{Effect, HostEvent, Request, Revoke, TokenCheck},
    email,
    event::{Event, Evidence, HttpFailure, Reply, Stored},
    id_token::{Expected, TokenFault, check},
    problem::Problem,
    state::{Authenticated, Code, Identifier, Phase, State},
    view::{AuthenticatedView, CodeMode, FailureView, IdentifierView, Screen, Status, View},
};

/// The only connection so far.
const EMAIL: &str = "email";

/// A login.
///
/// Give every [`Event`] to [`Flow::handle`] in the order in which it happened, carry out the
/// [`Effect`]s in the order in which they come back, then show [`Flow::view`]. There is no other
/// way in, and an event that makes no sense in the present state is ignored.
pub struct Flow {
    config: Result<Config, ConfigFault>,
    state: State,
    last_request: u32,
    /// What the shell was last asked to wake up for.
    wake: Option<Millis>,
}

impl Flow {
    /// A login that has not begun. The first event is [`Event::Started`].
    pub fn new(options: Options) -> Self {
        Self { config: Config::try_from(options), state: State::Starting, last_request: 0, wake: None }
    }

    /// Where requests go, if the options make sense.
    pub fn config(&self) -> Option<&Config> {
        self.config.as_ref().ok()
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
        let before = self.view(now).name();
        match self.config.clone() {
            Ok(config) => Turn { flow: self, config: &config, now, effects: &mut effects }.take(event),
            Err(fault) => {
                if matches!(self.state, State::Starting) {
                    self.state = State::Failure(fault);
                    effects.push(Effect::Tell(HostEvent::UnrecoverableError(fault)));
                }
            }
        }
        let after = self.view(now).name();
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
                (Phase::Verifying { .. } | Phase::FetchingKeys { .. } | Phase::CheckingToken { .. }, ..) => {
                    Status::Verifying
                }
                (_, Some(problem), _) => Status::Problem(problem, it.refusals),
                (_, None, CodeMode::Expired) => Status::Expired,
                (_, None, CodeMode::OutOfTries) => Status::OutOfTries,
                _ if it.restored => return None,
                _ if it.challenge.resends > 0 => Status::CodeResent(it.challenge.identifier.clone()),
                _ => Status::CodeSent(it.challenge.identifier.clone()),
            }),
            State::Authenticated(it) if it.fresh => Some(Status::SignedIn(it.session.identifier.clone())),
            _ => None,
        }
    }
}

/// One event being taken in: the flow, the moment, and what is to be done about it.
struct Turn<'a> {
    flow: &'a mut Flow,
    config: &'a Config,
    now: Millis,
    effects: &'a mut Vec<Effect>,
}

impl Turn<'_> {
    fn take(mut self, event: Event) {
        match event {
            Event::Started(stored) => {
                if matches!(self.flow.state, State::Starting) {
                    self.start(stored);
                }
            }
            Event::IdentifierSubmitted(typed) => self.submit_identifier(&typed),
            Event::CodeEntered(text) => self.enter_code(&text),
            Event::CodeSubmitted(text) => self.submit_code(&text),
            Event::ResendRequested => self.resend(),
            Event::IdentifierChangeRequested => self.change_identifier(),
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

    fn start(&mut self, stored: Stored) {
        if let Some(session) = stored.session.map(Box::new) {
            if session.expires_at > self.now {
                self.effects.push(Effect::Tell(HostEvent::Session(Some(session.clone()))));
                self.flow.state =
                    State::Authenticated(Authenticated { session, leaving: None, fresh: false });
                return;
            }
            self.effects.push(Effect::KeepSession(None));
        }
        let mut value = self.config.login_hint.clone();
        if let Some(challenge) = stored.challenge {
            if still_good(&challenge, self.now) {
                self.flow.state = State::Code(Code::new(challenge, true));
                return;
            }
            self.effects.push(Effect::KeepChallenge(None));
            value = challenge.identifier;
        }
        self.flow.state = State::Identifier(Identifier { value, ..Identifier::default() });
    }

    fn submit_identifier(&mut self, typed: &str) {
        let State::Identifier(state) = &mut self.flow.state else { return };
        if state.sending.is_some() {
            return;
        }
        match email::read(typed) {
            Ok(address) => {
                state.value.clone_from(&address);
                state.problem = None;
                self.send_code(address);
            }
            Err(problem) => {
                typed.clone_into(&mut state.value);
                state.problem = Some(problem);
                state.refusals += 1;
            }
        }
    }

    fn send_code(&mut self, address: String) {
        let request = self.send(Request::Start(StartRequest {
            client_id: self.config.client_id.clone(),
            connection: EMAIL.to_owned(),
            email: Some(address),
            phone_number: None,
            send: Some("code".to_owned()),
            auth_params: Some(AuthParams {
                scope: Some(self.config.scope.clone()),
                audience: self.config.audience.clone(),
            }),
        }));
        match &mut self.flow.state {
            State::Identifier(state) => state.sending = Some(request),
            State::Code(state) => state.phase = Phase::Resending { request },
            _ => {}
        }
    }

    fn enter_code(&mut self, text: &str) {
        let State::Code(state) = &mut self.flow.state else { return };
        if !state.takes_codes(self.now) {
            return;
        }
        let code = state.read(text);
        // Typing takes back what was said about the last code, but not that the network is down.
        if state.problem.is_some_and(Problem::is_about_input) && state.known_wrong.as_deref() != Some(&code) {
            state.problem = None;
        }
        let is_new = state.last_sent.as_deref() != Some(&code);
        if self.config.auto_submit && state.is_complete(&code) && is_new {
            self.verify(code);
        }
    }

    fn submit_code(&mut self, text: &str) {
        let State::Code(state) = &mut self.flow.state else { return };
        if let Phase::Stalled { tokens } = &state.phase {
            let tokens = tokens.clone();
            self.fetch_keys(tokens);
            return;
        }
        if !state.takes_codes(self.now) {
            return;
        }
        let code = state.read(text);
        if !state.is_complete(&code) {
            state.refuse(Problem::CodeIncomplete);
        } else if state.known_wrong.as_deref() == Some(&code) {
            let failures = state.challenge.failures;
            let left = state.challenge.tries.saturating_sub(failures);
            state.refuse(Problem::CodeWrong { tries_left: (failures > 1).then_some(left) });
        } else {
            self.verify(code);
        }
    }

    fn verify(&mut self, code: String) {
        let State::Code(state) = &mut self.flow.state else { return };
        state.last_sent = Some(code.clone());
        state.problem = None;
        let grant = OtpGrant {
            grant_type: PASSWORDLESS_OTP.to_owned(),
            client_id: self.config.client_id.clone(),
            username: state.challenge.identifier.clone(),
            otp: code.clone(),
            realm: state.challenge.connection.clone(),
            scope: Some(self.config.scope.clone()),
            audience: self.config.audience.clone(),
        };
        let request = self.send(Request::Token(grant));
        self.phase(Phase::Verifying { request, code });
    }

    fn resend(&mut self) {
        let State::Code(state) = &mut self.flow.state else { return };
        let idle = matches!(state.phase, Phase::Waiting | Phase::Rejected);
        if idle && state.resend_in(self.now) == 0 {
            state.problem = None;
            let address = state.challenge.identifier.clone();
            self.send_code(address);
        }
    }

    fn change_identifier(&mut self) {
        let State::Code(state) = &self.flow.state else { return };
        let value = state.challenge.identifier.clone();
        self.cancel_pending();
        self.effects.push(Effect::KeepChallenge(None));
        self.flow.state = State::Identifier(Identifier { value, ..Identifier::default() });
    }

    fn answered(&mut self, answer: Result<Reply, HttpFailure>) {
        match &self.flow.state {
            State::Identifier(_) => self.code_sent(answer, 0),
            State::Code(code) => match &code.phase {
                Phase::Resending { .. } => {
                    let resends = code.challenge.resends.saturating_add(1);
                    self.code_sent(answer, resends);
                }
                Phase::Verifying { .. } => self.verified(answer),
                Phase::FetchingKeys { .. } => self.keys_fetched(answer),
                Phase::Waiting | Phase::Rejected | Phase::CheckingToken { .. } | Phase::Stalled { .. } => {}
            },
            // Revoked or not: the session is gone from here, and there is nothing a user could do.
            State::Authenticated(_) => self.flow.state = State::Identifier(Identifier::default()),
            State::Starting | State::Failure(_) => {}
        }
    }

    fn code_sent(&mut self, answer: Result<Reply, HttpFailure>, resends: u32) {
        let failure = match answer {
            Ok(Reply::CodeSent(sent)) => {
                let identifier = match &self.flow.state {
                    State::Identifier(state) => state.value.clone(),
                    State::Code(state) => state.challenge.identifier.clone(),
                    _ => return,
                };
                let challenge = challenge(EMAIL, identifier, &sent, resends, self.now);
                self.keep_challenge(&challenge);
                self.flow.state = State::Code(Code::new(challenge, false));
                return;
            }
            Ok(_) => HttpFailure::Unreadable { status: 200 },
            Err(failure) => failure,
        };
        self.tell_failure(&failure);
        let problem = Problem::from(&failure);
        match &mut self.flow.state {
            State::Identifier(state) => {
                state.sending = None;
                state.problem = Some(problem);
                state.refusals += 1;
            }
            State::Code(state) => {
                state.phase = Phase::Waiting;
                if let Problem::RateLimited { wait: Some(wait) } = problem {
                    state.challenge.resend_at = self.now + Millis::from(wait) * 1000;
                }
                state.refuse(problem);
                let challenge = state.challenge.clone();
                self.keep_challenge(&challenge);
            }
            _ => {}
        }
    }

    fn verified(&mut self, answer: Result<Reply, HttpFailure>) {
        let asked_for_openid = self.config.scope.split(' ').any(|scope| scope == "openid");
        let State::Code(state) = &mut self.flow.state else { return };
        let Phase::Verifying { code, .. } = &state.phase else { return };
        let code = code.clone();
        let failure = match answer {
            Ok(Reply::Tokens(tokens)) if tokens.id_token.is_some() => return self.fetch_keys(tokens),
            Ok(Reply::Tokens(tokens)) if !asked_for_openid => return self.sign_in(tokens, None),
            // `openid` was asked for, so an answer without an ID token names nobody.
            Ok(Reply::Tokens(_)) => return self.reject(TokenFault::Malformed),
            Ok(_) => HttpFailure::Unreadable { status: 200 },
            Err(failure) => failure,
        };
        state.fail(code, &failure, self.now);
        let challenge = state.challenge.clone();
        self.keep_challenge(&challenge);
        self.tell_failure(&failure);
    }

    fn fetch_keys(&mut self, tokens: TokenResponse) {
        // The code is used: a reload must not come back to it.
        self.effects.push(Effect::KeepChallenge(None));
        if let State::Code(state) = &mut self.flow.state {
            state.problem = None;
        }
        let request = self.send(Request::Keys);
        self.phase(Phase::FetchingKeys { request, tokens });
    }

    fn keys_fetched(&mut self, answer: Result<Reply, HttpFailure>) {
        let State::Code(state) = &mut self.flow.state else { return };
        let Phase::FetchingKeys { tokens, .. } = &state.phase else { return };
        let tokens = tokens.clone();
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
                self.tell_failure(&failure);
            }
        }
    }

    fn token_checked(&mut self, outcome: Result<Evidence, TokenFault>) {
        let State::Code(Code { phase: Phase::CheckingToken { tokens, .. }, .. }) = &self.flow.state else {
            return;
        };
        let tokens = tokens.clone();
        let checked = outcome.and_then(|evidence| {
            let expected = Expected {
                issuer: &self.config.issuer,
                client_id: &self.config.client_id,
                nonce: None,
                max_age: None,
                access_token_hash: &evidence.access_token_hash,
                #[expect(clippy::cast_precision_loss, reason = "seconds are far below 2^53")]
                now: (self.now / 1000) as f64,
            };
            check(&evidence.claims, &expected).map(|()| evidence.claims)
        });
        match checked {
            Ok(claims) => self.sign_in(tokens, Some(claims)),
            Err(fault) => self.reject(fault),
        }
    }

    fn reject(&mut self, fault: TokenFault) {
        self.effects.push(Effect::KeepChallenge(None));
        self.effects.push(Effect::Tell(HostEvent::AuthorizationError {
            error: "invalid_token".to_owned(),
            error_description: fault.describe().to_owned(),
        }));
        if let State::Code(state) = &mut self.flow.state {
            state.phase = Phase::Rejected;
            state.refuse(Problem::TokenRejected);
        }
    }

    fn sign_in(&mut self, tokens: TokenResponse, claims: Option<latch_protocol::claims::Claims>) {
        let State::Code(state) = &self.flow.state else { return };
        let session = Box::new(Session {
            expires_at: self.now + Millis::from(tokens.expires_in) * 1000,
            identifier: state.challenge.identifier.clone(),
            tokens,
            claims,
        });
        self.effects.push(Effect::KeepChallenge(None));
        self.effects.push(Effect::KeepSession(Some(session.clone())));
        self.effects.push(Effect::Tell(HostEvent::Authenticated(session.clone())));
        self.effects.push(Effect::Tell(HostEvent::Session(Some(session.clone()))));
        self.flow.state = State::Authenticated(Authenticated { session, leaving: None, fresh: true });
    }

    fn sign_out(&mut self) {
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

    fn reset(&mut self) {
        match &self.flow.state {
            State::Authenticated(_) => self.sign_out(),
            State::Code(_) | State::Identifier(_) => {
                self.cancel_pending();
                self.effects.push(Effect::KeepChallenge(None));
                let value = self.config.login_hint.clone();
                self.flow.state = State::Identifier(Identifier { value, ..Identifier::default() });
            }
            State::Starting | State::Failure(_) => {}
        }
    }

    fn wake(&mut self) {
        // The shell's alarm has gone off: ask for the next one even if it is the same moment.
        self.flow.wake = None;
        if let State::Authenticated(state) = &self.flow.state
            && state.leaving.is_none()
            && state.session.expires_at <= self.now
        {
            self.effects.push(Effect::KeepSession(None));
            self.effects.push(Effect::Tell(HostEvent::Session(None)));
            self.flow.state = State::Identifier(Identifier::default());
        }
    }

    fn storage_changed(&mut self, stored: Stored) {
        let session = stored.session.filter(|session| session.expires_at > self.now).map(Box::new);
        match (&self.flow.state, session) {
            (State::Starting | State::Failure(_), _) => {}
            (State::Authenticated(state), Some(session)) if state.session == session => {}
            (State::Authenticated(_), None) => {
                self.cancel_pending();
                self.effects.push(Effect::Tell(HostEvent::Session(None)));
                self.flow.state = State::Identifier(Identifier::default());
            }
            (_, Some(session)) => {
                self.cancel_pending();
                self.effects.push(Effect::Tell(HostEvent::Session(Some(session.clone()))));
                self.flow.state =
                    State::Authenticated(Authenticated { session, leaving: None, fresh: false });
            }
            (_, None) => {}
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

    fn keep_challenge(&mut self, challenge: &Challenge) {
        self.effects.push(Effect::KeepChallenge(Some(challenge.clone())));
    }

    fn tell_failure(&mut self, failure: &HttpFailure) {
        let (error, error_description) = match failure {
            HttpFailure::Offline => ("request_error", "The browser is offline."),
            HttpFailure::Timeout => ("timeout", "The server did not answer in time."),
            HttpFailure::Unreachable => (
                "request_error",
                "The server could not be reached, or this page's origin is not among the client's allowed origins.",
            ),
            HttpFailure::Unreadable { .. } => ("invalid_response", "The server's answer could not be read."),
            HttpFailure::Refused { body, .. } => (body.error.as_str(), body.error_description.as_str()),
        };
        let (error, error_description) = (error.to_owned(), error_description.to_owned());
        self.effects.push(Effect::Tell(HostEvent::AuthorizationError { error, error_description }));
    }
}
