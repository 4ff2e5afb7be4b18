//! A login that is played: its user, its server and its clock are in one hand.

use latch_flow::{
    Effect, Event, Flow, Full, HttpFailure, Millis, Options, Reply, RequestId, View,
    captcha::CaptchaFault,
    event::{Answer, Evidence, Return, Secrets, Stored},
    home::Hint,
    phone::{Plan, Region},
    view::{CodeMode, Screen},
};
use latch_protocol::{
    captcha::{ChallengeResponse, Puzzle},
    claims::{Audience, Claims},
    error::{self, ErrorBody},
    jwk::JwkSet,
    passwordless::StartResponse,
    stored::{Departure, Remembered},
    token::TokenResponse,
};

/// Where the gallery's elements would send their requests, if they sent any.
pub(super) const DOMAIN: &str = "login.example.com";
/// The application that they name.
pub(super) const CLIENT: &str = "demo";

/// When it all happens: the fourteenth of November 2023.
const BEGIN: Millis = 1_700_000_000_000;

/// How phone numbers are written, everywhere.
const NUMBERING: &str = include_str!("../../public/numbering.txt");

/// What is on a captcha: a sum.
const PICTURE: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='150' height='50'%3E%3Ctext x='20' y='34' font-size='28'%3E3 + 4%3C/text%3E%3C/svg%3E";

/// A login that is played.
pub struct Scene {
    flow: Flow,
    has_begun: bool,
    now: Millis,
    /// The request that was sent last.
    request: RequestId,
    /// Where its user's device says that it is.
    region: Option<Region>,
    /// Whom the server's mails come from, where it says so.
    pub(super) sender: Option<&'static str>,
    /// What these are called, where it says so.
    pub(super) subject: Option<&'static str>,
    /// Whether the browser may work in the place of whoever cannot read a captcha.
    pub(super) has_alternative: bool,
    /// What stands in the field of the screen that is up, where somebody has typed.
    field: String,
}

impl Scene {
    /// A login that has not begun.
    pub fn new(options: Options) -> Self {
        Self {
            flow: Flow::new(options),
            has_begun: false,
            now: BEGIN,
            request: RequestId(0),
            region: None,
            sender: None,
            subject: None,
            has_alternative: false,
            field: String::new(),
        }
    }

    /// The page is loaded, and has nothing in storage. Everything else begins with it by itself.
    pub fn begin(&mut self) {
        self.load(Stored::default());
    }

    /// What may be seen.
    pub fn view(&self) -> View {
        self.flow.view(self.now)
    }

    /// What stands in the field.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// Takes in an event. Another screen has another field.
    pub fn take(&mut self, event: Event) {
        self.begin();
        let before = stage(&self.view());
        for effect in self.flow.handle(event, self.now) {
            match effect {
                Effect::Send(id, _)
                | Effect::CheckToken(id, _)
                | Effect::Frame(id, _)
                | Effect::Captcha(_, id, _) => self.request = id,
                Effect::Draw(id) => self.draw(id),
                Effect::LoadPlan => self.take(Event::PlanLoaded(Plan::new(NUMBERING.to_owned()))),
                Effect::FindRegion(_) => {
                    if let Some(region) = self.region {
                        self.take(Event::RegionHinted(Hint::Device, region));
                    }
                }
                _ => {}
            }
        }
        if stage(&self.view()) != before {
            self.field.clear();
        }
    }

    // ---- the user -----------------------------------------------------------------------------

    pub(super) fn type_in(&mut self, text: &str) {
        self.begin();
        text.clone_into(&mut self.field);
        match self.view().screen {
            Screen::Identifier(_) => self.take(Event::IdentifierEntered(text.to_owned())),
            Screen::Code(_) => self.take(Event::CodeEntered(text.to_owned())),
            _ => {}
        }
    }

    /// Presses the button of the form.
    pub(super) fn submit(&mut self) {
        self.begin();
        let field = self.field.clone();
        match self.view().screen {
            Screen::Identifier(_) => self.take(Event::IdentifierSubmitted(field)),
            Screen::Code(code) if matches!(code.mode, CodeMode::Enter | CodeMode::Stalled) => {
                self.take(Event::CodeSubmitted(field));
            }
            Screen::Captcha(_) => self.take(Event::CaptchaSubmitted(field)),
            Screen::Code(_) => self.take(Event::ResendRequested),
            Screen::Authenticated(_) => self.take(Event::SignOutRequested),
            Screen::Starting | Screen::Failure(_) => {}
        }
    }

    pub(super) fn enter(&mut self, text: &str) {
        self.type_in(text);
        self.submit();
    }

    // ---- the server ---------------------------------------------------------------------------

    pub(super) fn answer(&mut self, answer: Result<Reply, HttpFailure>) {
        self.take(Event::Replied(self.request, answer));
    }

    pub(super) fn refuse(&mut self, status: u16, error: &str, description: &str) {
        let body = ErrorBody::new(error, description);
        self.answer(Err(HttpFailure::Refused { status, body, retry_after: None }));
    }

    pub(super) fn ask_to_wait(&mut self, retry_after: Option<u32>) {
        let body = ErrorBody::new("too_many_requests", "Global limit has been reached");
        self.answer(Err(HttpFailure::Refused { status: 429, body, retry_after }));
    }

    pub(super) fn send_code(&mut self, code_length: u32, expires_in: u32) {
        self.answer(Ok(Reply::CodeSent(StartResponse {
            code_length: Some(code_length),
            expires_in: Some(expires_in),
            resend_in: Some(30),
            tries: Some(3),
            sender: self.sender.map(str::to_owned),
            subject: self.subject.map(str::to_owned),
            ..StartResponse::default()
        })));
    }

    pub(super) fn give_tokens(&mut self) {
        self.answer(Ok(Reply::Tokens(TokenResponse {
            access_token: "access".to_owned(),
            id_token: Some("header.claims.signature".to_owned()),
            refresh_token: Some("refresh".to_owned()),
            scope: None,
            expires_in: 86_400,
            token_type: "Bearer".to_owned(),
        })));
    }

    pub(super) fn give_keys(&mut self) {
        self.answer(Ok(Reply::Keys(JwkSet { keys: Vec::new() })));
    }

    /// Wants a captcha of this provider's before it sends a code.
    pub(super) fn want_captcha(&mut self, provider: &str, kind: &str) {
        self.refuse(400, error::code::INVALID_CAPTCHA, "");
        self.give_captcha(provider, kind);
    }

    pub(super) fn give_captcha(&mut self, provider: &str, kind: &str) {
        let Some(full) = Full::edition() else { return };
        let given = |text: &str| Some(text.to_owned());
        let response = ChallengeResponse {
            required: true,
            provider: given(provider),
            kind: given(kind),
            image: given(PICTURE),
            site_key: given("key"),
            challenge: given("challenge"),
            difficulty: Some(1),
            alternative: self.has_alternative.then(Puzzle::default),
            ..ChallengeResponse::default()
        };
        self.answer(Ok(Reply::Challenge(full, response)));
    }

    // ---- the browser --------------------------------------------------------------------------

    /// The captcha comes to nothing.
    pub(super) fn fail_captcha(&mut self, fault: CaptchaFault) {
        self.take(Event::CaptchaAnswered(self.request, Err(fault)));
    }

    /// Says where it is, when it is asked.
    pub(super) fn live_in(&mut self, region: &str) {
        self.region = Region::named(region);
    }

    fn load(&mut self, stored: Stored) {
        if !self.has_begun {
            self.has_begun = true;
            self.take(Event::Started(stored));
        }
    }

    /// The page is loaded, and the browser remembers who was here last.
    pub(super) fn remember(&mut self, connection: &str, identifier: &str) {
        let remembered = Remembered {
            connection: connection.to_owned(),
            identifier: identifier.to_owned(),
            signed_in_at: self.now,
        };
        self.load(Stored { remembered: Some(remembered), ..Stored::default() });
    }

    /// The page is loaded with an answer in its address. `asked` tells whether by the browser that asked.
    pub(super) fn come_back(&mut self, asked: bool, answer: Answer) {
        self.come_back_from("email", asked, answer);
    }

    /// The same, from this connection.
    pub(super) fn come_back_from(&mut self, connection: &str, asked: bool, answer: Answer) {
        let departure = asked.then(|| Departure {
            state: "latch-demo".to_owned(),
            nonce: "nonce".to_owned(),
            verifier: "verifier".to_owned(),
            redirect_uri: "https://app.example.com/".to_owned(),
            connection: connection.to_owned(),
            identifier: super::entries::ADDRESS.to_owned(),
            left_at: self.now,
        });
        self.load(Stored { returned: Some(Return { departure, answer }), ..Stored::default() });
    }

    fn draw(&mut self, id: RequestId) {
        let text = str::to_owned;
        let (state, nonce) = (text("latch-demo"), text("nonce"));
        let secrets = Secrets { state, nonce, verifier: text("verifier"), challenge: text("challenge") };
        self.take(Event::Replied(id, Ok(Reply::Drawn(secrets))));
    }

    /// Finds the ID token's signature good; `subject` is whom it is about.
    pub(super) fn check_token(&mut self, subject: Option<&str>) {
        #[expect(clippy::cast_precision_loss, reason = "seconds are far below 2^53")]
        let now = (self.now / 1000) as f64;
        let claims = Claims {
            iss: Some(["https://", DOMAIN, "/"].concat()),
            sub: subject.map(str::to_owned),
            aud: Some(Audience(vec![CLIENT.to_owned()])),
            iat: Some(now),
            exp: Some(now + 36_000.0),
            ..Claims::default()
        };
        let evidence = Evidence { claims, access_token_hash: String::new(), who: None };
        self.take(Event::TokenChecked(self.request, Ok(evidence)));
    }

    pub(super) fn pass(&mut self, seconds: u32) {
        self.now += Millis::from(seconds) * 1000;
        self.take(Event::Woke);
    }
}

/// What decides which field there is.
fn stage(view: &View) -> (latch_flow::view::ScreenName, Option<CodeMode>) {
    let mode = if let Screen::Code(code) = &view.screen { Some(code.mode) } else { None };
    (view.name(), mode)
}
