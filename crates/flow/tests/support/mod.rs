//! One login with its world played by hand: the clock, the storage, the server, the page.

pub(crate) mod answers;

use latch_flow::{
    Effect, Event, Flow, HostEvent, HttpFailure, Millis, Options, Reply, Request, RequestId, Stored, View,
    captcha::{CaptchaFault, CaptchaTask},
    effect::{Address, TokenCheck},
    event::{Answer, Return, Secrets},
    id_token::TokenFault,
    view::{AuthenticatedView, CaptchaView, CodeView, IdentifierView, Screen},
};
use latch_protocol::{
    captcha::ChallengeResponse,
    error::{ErrorBody, code},
    passwordless::StartResponse,
    stored::{Departure, Session},
    token::TokenResponse,
};

/// Verbs are what a user, the server or time does; the rest is for looking.
pub(crate) struct Login {
    flow: Flow,
    options: Options,
    pub(crate) now: Millis,
    /// What outlives a page load.
    pub(crate) stored: Stored,
    /// Every request that was ever sent.
    pub(crate) sent: Vec<Request>,
    /// The requests that were taken back.
    pub(crate) cancelled: Vec<RequestId>,
    /// What the page was told since it was last asked.
    told: Vec<HostEvent>,
    /// Where the browser went.
    pub(crate) left_for: Option<Address>,
    /// Where a frame asks.
    pub(crate) framed: Option<Address>,
    /// What this browser remembers of logins that left.
    pub(crate) departures: Vec<Departure>,
    drawn: u32,
    in_flight: Option<RequestId>,
    check: Option<(RequestId, TokenCheck)>,
    /// Whether the numbering plan was asked for, and then where the user is.
    pub(crate) asked_for: Vec<Effect>,
    /// The captcha that is being solved.
    task: Option<(RequestId, CaptchaTask)>,
    wake: Option<Millis>,
}

impl Login {
    /// A page that is opened for the first time.
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    /// The same with other options.
    pub(crate) fn with(change: impl FnOnce(&mut Options)) -> Self {
        Self::on_a_page_with(Stored::default(), change)
    }

    /// A page that an earlier one left something for.
    pub(crate) fn after_an_earlier_page(stored: Stored) -> Self {
        Self::on_a_page_with(stored, |_| {})
    }

    pub(crate) fn on_a_page_with(stored: Stored, change: impl FnOnce(&mut Options)) -> Self {
        let mut options = Options {
            domain: "login.example.com".into(),
            client_id: "demo".into(),
            auto_submit: true,
            captcha: true,
            ..Options::default()
        };
        change(&mut options);
        let mut login = Self {
            flow: Flow::new(options.clone()),
            options,
            now: answers::NOW,
            stored,
            sent: Vec::new(),
            cancelled: Vec::new(),
            told: Vec::new(),
            left_for: None,
            framed: None,
            departures: Vec::new(),
            drawn: 0,
            in_flight: None,
            check: None,
            asked_for: Vec::new(),
            task: None,
            wake: None,
        };
        login.happens(Event::Started(login.stored.clone()));
        login
    }

    /// A login whose code is on its way to `ada@example.com`.
    pub(crate) fn at_the_code() -> Self {
        Self::at_the_code_with(|_| {})
    }

    pub(crate) fn at_the_code_with(change: impl FnOnce(&mut Options)) -> Self {
        let mut login = Self::with(change);
        login.types("ada@example.com");
        login.server_sends_code();
        login
    }

    // What happens.

    pub(crate) fn happens(&mut self, event: Event) {
        for effect in self.flow.handle(event, self.now) {
            match effect {
                Effect::Send(id, request) => {
                    assert_eq!(self.pending(), None, "one request at a time");
                    self.in_flight = Some(id);
                    self.sent.push(request);
                }
                Effect::CheckToken(id, check) => {
                    assert_eq!(self.pending(), None, "one request at a time");
                    self.check = Some((id, check));
                }
                Effect::Captcha(_, id, task) => {
                    assert_eq!(self.pending(), None, "one request at a time");
                    self.task = Some((id, task));
                }
                Effect::Cancel(id) => {
                    assert_eq!(self.pending(), Some(id), "only what is under way is taken back");
                    (self.in_flight, self.check, self.task) = (None, None, None);
                    self.cancelled.push(id);
                }
                Effect::KeepSession(session) => self.stored.session = session.map(|it| (*it).clone()),
                Effect::KeepChallenge(challenge) => self.stored.challenge = challenge,
                Effect::KeepRemembered(remembered) => self.stored.remembered = remembered,
                Effect::Wake(wake) => self.wake = wake,
                Effect::Tell(event) => self.told.push(event),
                Effect::Leave(address) => self.left_for = Some(address),
                Effect::Draw(id) => {
                    assert_eq!(self.pending(), None, "one request at a time");
                    self.in_flight = Some(id);
                    self.drawn += 1;
                }
                Effect::KeepDeparture(departure) => self.departures.push(departure),
                Effect::Frame(id, address) => {
                    assert_eq!(self.pending(), None, "one request at a time");
                    self.in_flight = Some(id);
                    self.framed = Some(address);
                }
                Effect::LoadPlan | Effect::FindRegion(_) => self.asked_for.push(effect),
                // The full edition, which is tested here, has nothing above it.
                Effect::Outgrow => unreachable!("the full edition outgrew itself"),
            }
        }
    }

    pub(crate) fn types(&mut self, address: &str) {
        self.happens(Event::IdentifierSubmitted(address.into()));
    }

    /// Goes on as whoever was here last.
    pub(crate) fn goes_on(&mut self) {
        self.happens(Event::RememberedSubmitted);
    }

    /// Types into the identifier field, without a press.
    pub(crate) fn begins(&mut self, typed: &str) {
        self.happens(Event::IdentifierEntered(typed.into()));
    }

    /// Types or pastes into the code field, without a press.
    pub(crate) fn enters(&mut self, text: &str) {
        self.happens(Event::CodeEntered(text.into()));
    }

    /// Presses the code screen's button while the field holds this.
    pub(crate) fn presses(&mut self, text: &str) {
        self.happens(Event::CodeSubmitted(text.into()));
    }

    pub(crate) fn asks_for_another_code(&mut self) {
        self.happens(Event::ResendRequested);
    }

    pub(crate) fn changes_address(&mut self) {
        self.happens(Event::IdentifierChangeRequested);
    }

    /// The server wants a captcha before it sends a code, and gives this one.
    pub(crate) fn server_wants(&mut self, given: ChallengeResponse) {
        self.server_refuses(400, code::INVALID_CAPTCHA, "");
        self.server_answers(Ok(answers::given(given)));
    }

    /// What is being solved, by the browser or in a frame.
    pub(crate) fn task(&self) -> &CaptchaTask {
        &self.task.as_ref().expect("a captcha is being solved").1
    }

    pub(crate) fn captcha_is(&mut self, outcome: Result<&str, CaptchaFault>) {
        let (id, _) = self.task.take().expect("a captcha is being solved");
        self.happens(Event::CaptchaAnswered(id, outcome.map(Into::into)));
    }

    /// Presses the captcha screen's button while its field holds this.
    pub(crate) fn answers_captcha(&mut self, text: &str) {
        self.happens(Event::CaptchaSubmitted(text.into()));
    }

    pub(crate) fn signs_out(&mut self) {
        self.happens(Event::SignOutRequested);
    }

    pub(crate) fn another_tab_leaves(&mut self, session: Option<Session>) {
        self.happens(Event::StorageChanged(Stored { session, ..Stored::default() }));
    }

    /// The browser drew what a departure needs.
    pub(crate) fn secrets_are_drawn(&mut self) {
        let of = |what: &str| format!("{what}-{}", self.drawn);
        self.server_answers(Ok(Reply::Drawn(Secrets {
            state: of("latch-demo"),
            nonce: of("nonce"),
            verifier: of("verifier"),
            challenge: of("challenge"),
        })));
    }

    /// The page is loaded anew, with this answer in its address.
    pub(crate) fn returns_with(&mut self, answer: Answer) {
        let departure = self.departures.pop();
        self.stored.returned = Some(Return { departure, answer });
        self.reload();
        self.stored.returned = None;
    }

    pub(crate) fn server_sends_code(&mut self) {
        self.server_answers_start(answers::code_sent());
    }

    pub(crate) fn server_answers_start(&mut self, answer: StartResponse) {
        self.server_answers(Ok(Reply::CodeSent(answer)));
    }

    pub(crate) fn server_gives(&mut self, tokens: TokenResponse) {
        self.server_answers(Ok(Reply::Tokens(tokens)));
    }

    pub(crate) fn server_gives_keys(&mut self) {
        self.server_answers(Ok(Reply::Keys(answers::keys())));
    }

    pub(crate) fn server_refuses(&mut self, status: u16, error: &str, error_description: &str) {
        self.fails(refused(status, error, error_description));
    }

    /// The request under way is not answered as it should be.
    pub(crate) fn fails(&mut self, failure: HttpFailure) {
        self.server_answers(Err(failure));
    }

    pub(crate) fn server_answers(&mut self, answer: Result<Reply, HttpFailure>) {
        let id = self.in_flight.take().expect("a request is under way");
        self.happens(Event::Replied(id, answer));
    }

    pub(crate) fn id_token_holds(&mut self) {
        let (id, _) = self.check.take().expect("a check is under way");
        self.happens(Event::TokenChecked(id, Ok(answers::evidence(self.now))));
    }

    /// The same, with a nonce in it.
    pub(crate) fn id_token_holds_with(&mut self, nonce: &str) {
        let (id, _) = self.check.take().expect("a check is under way");
        let mut evidence = answers::evidence(self.now);
        evidence.claims.nonce = Some(nonce.into());
        self.happens(Event::TokenChecked(id, Ok(evidence)));
    }

    pub(crate) fn id_token_is_bad(&mut self, fault: TokenFault) {
        let (id, _) = self.check.take().expect("a check is under way");
        self.happens(Event::TokenChecked(id, Err(fault)));
    }

    /// The rest of a login once the code was sent for checking.
    pub(crate) fn everything_goes_well(&mut self, tokens: TokenResponse) {
        self.server_gives(tokens);
        self.server_gives_keys();
        self.id_token_holds();
    }

    /// Time passes, and the alarms that were asked for go off on their way.
    pub(crate) fn after(&mut self, seconds: u64) {
        assert!(seconds <= 24 * 3600, "nobody waits that long: {seconds}");
        let end = self.now + seconds * 1000;
        while let Some(at) = self.wake.filter(|at| *at <= end) {
            assert!(at > self.now, "an alarm goes off in the future");
            self.now = at;
            self.wake = None;
            self.happens(Event::Woke);
        }
        self.now = end;
    }

    /// The shell's alarm goes off early: browsers cannot count far ahead.
    pub(crate) fn alarm_goes_off_early(&mut self) {
        self.wake.take().expect("an alarm is set");
        self.happens(Event::Woke);
    }

    /// Somebody sets the device's clock; no alarm goes off.
    pub(crate) fn clock_is_set_back(&mut self, seconds: u64) {
        self.now -= seconds * 1000;
    }

    /// The page is loaded anew: only what was stored is left.
    pub(crate) fn reload(&mut self) {
        self.flow = Flow::new(self.options.clone());
        (self.in_flight, self.check, self.task, self.wake) = (None, None, None, None);
        self.told.clear();
        self.happens(Event::Started(self.stored.clone()));
    }

    // What there is to see.

    pub(crate) fn view(&self) -> View {
        self.flow.view(self.now)
    }

    pub(crate) fn identifier_screen(&self) -> IdentifierView {
        match self.view().screen {
            Screen::Identifier(screen) => screen,
            other => panic!("not the identifier screen: {other:?}"),
        }
    }

    pub(crate) fn code_screen(&self) -> CodeView {
        match self.view().screen {
            Screen::Code(screen) => screen,
            other => panic!("not the code screen: {other:?}"),
        }
    }

    pub(crate) fn captcha_screen(&self) -> CaptchaView {
        match self.view().screen {
            Screen::Captcha(screen) => screen,
            other => panic!("not the captcha screen: {other:?}"),
        }
    }

    /// The captcha that came with the last start.
    pub(crate) fn last_captcha(&self) -> Option<&str> {
        let starts = self.sent.iter().rev().filter_map(|request| match request {
            Request::Start(start) => Some(start),
            _ => None,
        });
        starts.take(1).find_map(|start| start.captcha.as_deref())
    }

    pub(crate) fn authenticated_screen(&self) -> AuthenticatedView {
        match self.view().screen {
            Screen::Authenticated(screen) => screen,
            other => panic!("not the authenticated screen: {other:?}"),
        }
    }

    pub(crate) fn session(&self) -> Option<&Session> {
        self.flow.session()
    }

    /// The request or the check that is under way.
    pub(crate) fn pending(&self) -> Option<RequestId> {
        let check = self.check.as_ref().map(|(id, _)| *id);
        self.in_flight.or(check).or(self.task.as_ref().map(|(id, _)| *id))
    }

    /// What the shell was given to check.
    pub(crate) fn check(&self) -> &TokenCheck {
        &self.check.as_ref().expect("a check is under way").1
    }

    /// The codes that were sent for checking.
    pub(crate) fn checked_codes(&self) -> Vec<&str> {
        let codes = self.sent.iter().filter_map(|request| match request {
            Request::Token(grant) => Some(grant.otp.as_str()),
            _ => None,
        });
        codes.collect()
    }

    /// How many codes were asked for.
    pub(crate) fn starts(&self) -> usize {
        self.sent.iter().filter(|request| matches!(request, Request::Start(_))).count()
    }

    /// What the page was told since the last time.
    pub(crate) fn told(&mut self) -> Vec<HostEvent> {
        std::mem::take(&mut self.told)
    }
}

pub(crate) fn refused(status: u16, error: &str, error_description: &str) -> HttpFailure {
    HttpFailure::Refused { status, body: ErrorBody::new(error, error_description), retry_after: None }
}
