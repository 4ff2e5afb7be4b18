//! A world that does anything at any time, and watches what comes of it.

use latch_flow::{
    Effect, Event, Flow, HostEvent, HttpFailure, Millis, Options, Reply, Request, RequestId, Stored,
    captcha::{CaptchaFault, CaptchaTask},
    home::Hint,
    id_token::TokenFault,
    phone::{Plan, Region},
    view::{CodeMode, Screen, ScreenName},
};
use latch_protocol::{
    captcha::ChallengeResponse,
    claims::Audience,
    error::{ErrorBody, code, description},
    passwordless::StartResponse,
    stored::{Challenge, Session},
    token::TokenResponse,
};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::answers::{self, NOW};

/// Something that happens, after the clock has moved by so many milliseconds.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    clock: i64,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    /// What is under way goes well.
    GoesWell,
    Started(Option<Kept>, Option<Challenge>),
    Types(String),
    PlanLoaded,
    Hints(Hint, String),
    ChangesField,
    Submits(String),
    Enters(Typed),
    Presses(Typed),
    Resends,
    ChangesAddress,
    SignsOut,
    Resets,
    Replied(Which, Result<Answer, HttpFailure>),
    Checked(Which, Result<Claim, TokenFault>),
    Captcha(Which, Result<String, CaptchaFault>),
    SubmitsCaptcha(String),
    WantsAnotherCaptcha,
    WantsTheBrowserToWork,
    Woke,
    OtherTab(Option<Kept>),
}

/// The request under way, or one of so long ago.
#[derive(Clone, Copy, Debug)]
enum Which {
    Current,
    Earlier(u32),
    Never,
}

#[derive(Clone, Debug)]
enum Answer {
    Sent(StartResponse),
    Tokens { id: bool, refresh: bool, expires_in: u32 },
    Keys,
    Revoked,
    Challenge(ChallengeResponse),
}

/// Claims that hold, or one thing wrong with them.
#[derive(Clone, Copy, Debug)]
enum Claim {
    Holds,
    OtherIssuer,
    OtherAudience,
    Expired,
    OtherAccessToken,
}

/// Codes come with the length that is asked for; the number tells them apart.
#[derive(Clone, Debug)]
enum Typed {
    Code(usize),
    Text(String),
}

/// A session in storage that is good for so long from now.
#[derive(Clone, Debug)]
struct Kept {
    good_for: i64,
    refresh: bool,
}

/// Digits that no time, wait or count in these tests has.
const CODES: [&str; 4] = ["739182739182", "641937641937", "582764582764", "917346917346"];

pub(crate) struct World {
    flow: Flow,
    now: Millis,
    asks_for_openid: bool,
    in_flight: Option<Pending>,
    /// The browser is on its way to the server.
    is_leaving: bool,
    earlier: Vec<RequestId>,
    codes_tried: usize,
}

#[expect(clippy::large_enum_variant, reason = "there is one of these")]
#[derive(Clone, Debug)]
enum Pending {
    Request(RequestId, Request),
    Check(RequestId),
    Draw(RequestId),
    Captcha(RequestId, CaptchaTask),
}

impl Pending {
    fn id(&self) -> RequestId {
        match self {
            Self::Request(id, _) | Self::Check(id) | Self::Draw(id) | Self::Captcha(id, _) => *id,
        }
    }
}

impl World {
    pub(crate) fn new(options: Options) -> Self {
        Self {
            asks_for_openid: options.scope.is_empty(),
            flow: Flow::new(options),
            now: NOW,
            in_flight: None,
            is_leaving: false,
            earlier: Vec::new(),
            codes_tried: 0,
        }
    }

    pub(crate) fn screen(&self) -> ScreenName {
        self.flow.view(self.now).name()
    }

    pub(crate) fn is_leaving(&self) -> bool {
        self.is_leaving
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.in_flight.is_none()
    }

    pub(crate) fn take(&mut self, step: Step) {
        // A browser's clock ends in the year 275760.
        self.now = self.now.saturating_add_signed(step.clock).min(8_640_000_000_000_000);
        let event = match step.what {
            What::GoesWell => match self.goes_well() {
                Some(event) => event,
                None => return,
            },
            What::Started(session, challenge) => Event::Started(Stored {
                session: session.map(|it| self.kept(&it)),
                challenge,
                returned: None,
            }),
            What::Types(text) => Event::IdentifierEntered(text),
            What::PlanLoaded => Event::PlanLoaded(Plan::new("47;NO;8\n1;US;a;1".into())),
            What::Hints(hint, region) => match Region::named(&region) {
                Some(region) => Event::RegionHinted(hint, region),
                None => return,
            },
            What::ChangesField => Event::OtherFieldRequested,
            What::Submits(text) => Event::IdentifierSubmitted(text),
            What::Enters(typed) => Event::CodeEntered(self.typed(&typed)),
            What::Presses(typed) => Event::CodeSubmitted(self.typed(&typed)),
            What::Resends => Event::ResendRequested,
            What::ChangesAddress => Event::IdentifierChangeRequested,
            What::SignsOut => Event::SignOutRequested,
            What::Resets => Event::ResetRequested,
            What::Replied(which, answer) => Event::Replied(self.which(which), answer.map(reply)),
            What::Checked(which, claim) => {
                Event::TokenChecked(self.which(which), claim.map(|claim| self.evidence(claim)))
            }
            What::Captcha(which, outcome) => Event::CaptchaAnswered(self.which(which), outcome),
            What::SubmitsCaptcha(text) => Event::CaptchaSubmitted(text),
            What::WantsAnotherCaptcha => Event::CaptchaRefreshRequested,
            What::WantsTheBrowserToWork => Event::CaptchaAlternativeRequested,
            What::Woke => Event::Woke,
            What::OtherTab(session) => Event::StorageChanged(Stored {
                session: session.map(|it| self.kept(&it)),
                ..Stored::default()
            }),
        };
        self.happens(event);
    }

    /// Gives the flow an event, and watches.
    fn happens(&mut self, event: Event) {
        let before = self.screen();
        let may_sign_in = self.may_sign_in(&event);
        match (&event, &self.in_flight) {
            (Event::Replied(id, _), Some(Pending::Request(pending, _) | Pending::Draw(pending)))
            | (Event::TokenChecked(id, _), Some(Pending::Check(pending)))
            | (Event::CaptchaAnswered(id, _), Some(Pending::Captcha(pending, _)))
                if id == pending =>
            {
                self.in_flight = None;
            }
            _ => {}
        }
        let effects = self.flow.handle(event, self.now);
        let begun = |effect: &&Effect| {
            matches!(effect, Effect::Send(..) | Effect::CheckToken(..) | Effect::Captcha(..))
        };
        assert!(effects.iter().filter(begun).count() <= 1, "one request per event: {effects:?}");
        for effect in &effects {
            carries_no_secret(&format!("{effect:?}"));
            self.follow(effect);
        }
        let view = self.flow.view(self.now);
        carries_no_secret(&format!("{view:?}"));
        // What a third party shows is the user's turn.
        let is_users_turn = matches!(self.in_flight, Some(Pending::Captcha(_, CaptchaTask::Frame(_))));
        let is_under_way = (self.in_flight.is_some() && !is_users_turn)
            || (self.is_leaving && view.name() == ScreenName::Code);
        assert_eq!(view.is_busy(), is_under_way, "busy exactly while something is under way");
        if let Screen::Code(code) = &view.screen {
            assert!((4..=12).contains(&code.length) && code.minutes >= 1 && code.resend_in <= 3600);
        }
        let is_in = view.name() == ScreenName::Authenticated;
        assert!(!is_in || before == ScreenName::Authenticated || may_sign_in, "nobody gets in for nothing");
        assert!(is_in || self.flow.session().is_none());
        let told = effects.iter().any(|it| matches!(it, Effect::Tell(HostEvent::Authenticated(_))));
        assert!(!told || is_in);
    }

    fn follow(&mut self, effect: &Effect) {
        match effect {
            Effect::Send(id, _)
            | Effect::CheckToken(id, _)
            | Effect::Draw(id)
            | Effect::Captcha(_, id, _) => {
                assert!(self.in_flight.is_none(), "one at a time");
                assert!(!self.earlier.contains(id), "every request has a name of its own");
                self.earlier.push(*id);
                self.in_flight = Some(match effect {
                    Effect::Send(id, request) => Pending::Request(*id, request.clone()),
                    Effect::CheckToken(id, _) => Pending::Check(*id),
                    Effect::Draw(id) => Pending::Draw(*id),
                    Effect::Captcha(_, id, task) => Pending::Captcha(*id, task.clone()),
                    _ => return,
                });
            }
            Effect::Cancel(id) => {
                assert_eq!(self.in_flight.take().map(|it| it.id()), Some(*id));
            }
            Effect::Wake(Some(at)) => assert!(*at > self.now, "an alarm goes off in the future"),
            Effect::Wake(None)
            | Effect::KeepDeparture(_)
            | Effect::KeepSession(_)
            | Effect::KeepChallenge(_)
            | Effect::LoadPlan
            | Effect::FindRegion(_)
            | Effect::Tell(_) => {}
            Effect::Leave(_) => self.is_leaving = true,
            Effect::Frame(..) => unreachable!("this world has no frames"),
            // The full edition, which is tested here, has nothing above it.
            Effect::Outgrow => unreachable!("the full edition outgrew itself"),
        }
    }

    /// Whether the authenticated screen may follow on this.
    fn may_sign_in(&self, event: &Event) -> bool {
        match (event, &self.in_flight) {
            (Event::Started(stored) | Event::StorageChanged(stored), _) => {
                stored.session.as_ref().is_some_and(|session| session.expires_at > self.now)
            }
            (Event::TokenChecked(id, Ok(evidence)), Some(Pending::Check(pending))) => {
                id == pending && *evidence == self.evidence(Claim::Holds)
            }
            (Event::Replied(id, Ok(Reply::Tokens(tokens))), Some(Pending::Request(pending, request))) => {
                id == pending
                    && matches!(request, Request::Token(_))
                    && tokens.id_token.is_none()
                    && !self.asks_for_openid
            }
            _ => false,
        }
    }

    /// From wherever this is: waits where it has to, presses what is offered, reads the mail.
    pub(crate) fn a_patient_user_gets_in(&mut self) {
        for _ in 0..20 {
            if self.is_leaving {
                return;
            }
            self.now += 1000;
            let event = if let Some(event) = self.goes_well() {
                event
            } else {
                match self.flow.view(self.now).screen {
                    Screen::Authenticated(_) => return,
                    Screen::Starting => Event::Started(Stored::default()),
                    Screen::Identifier(_) => Event::IdentifierSubmitted("ada@example.com".into()),
                    Screen::Captcha(_) => Event::CaptchaSubmitted("right".into()),
                    Screen::Code(code) => match code.mode {
                        CodeMode::Enter => {
                            // A mail has another code than all that were tried before.
                            self.codes_tried += 1;
                            let digits = format!("{:012}", 111_111_111_111 + self.codes_tried);
                            Event::CodeSubmitted(digits[12 - code.length as usize..].into())
                        }
                        CodeMode::Stalled => Event::CodeSubmitted(String::new()),
                        CodeMode::Expired | CodeMode::OutOfTries | CodeMode::Rejected => {
                            self.now += Millis::from(code.resend_in) * 1000;
                            Event::ResendRequested
                        }
                        CodeMode::Link | CodeMode::Returning => panic!("nobody asked for a link"),
                    },
                    Screen::Failure(_) => panic!("there is a way on from everywhere else"),
                }
            };
            self.happens(event);
        }
        panic!("stuck: {:?}", self.flow.view(self.now));
    }

    fn goes_well(&self) -> Option<Event> {
        let tokens = || {
            Reply::Tokens(TokenResponse {
                id_token: answers::tokens().id_token.filter(|_| self.asks_for_openid),
                ..answers::tokens()
            })
        };
        Some(match self.in_flight.as_ref()? {
            Pending::Request(id, Request::Start(_)) => {
                Event::Replied(*id, Ok(Reply::CodeSent(answers::code_sent())))
            }
            Pending::Request(id, Request::Challenge(..)) => {
                Event::Replied(*id, Ok(answers::given(answers::puzzle())))
            }
            Pending::Captcha(id, _) => Event::CaptchaAnswered(*id, Ok("right".into())),
            Pending::Request(id, Request::Token(_)) => Event::Replied(*id, Ok(tokens())),
            Pending::Request(id, Request::Verify(_)) => Event::Replied(*id, Ok(Reply::Verified)),
            Pending::Request(id, Request::CrossOrigin(_)) => Event::Replied(
                *id,
                Ok(Reply::Ticket(latch_protocol::cross_origin::CrossOriginResponse {
                    login_ticket: "ticket".into(),
                })),
            ),
            Pending::Request(_, Request::StartLink(_) | Request::Redeem(_)) => return None,
            Pending::Draw(id) => Event::Replied(
                *id,
                Ok(Reply::Drawn(latch_flow::event::Secrets {
                    state: "latch-demo-state".into(),
                    nonce: "nonce".into(),
                    verifier: "verifier".into(),
                    challenge: "challenge".into(),
                })),
            ),
            Pending::Request(id, Request::Keys) => Event::Replied(*id, Ok(Reply::Keys(answers::keys()))),
            Pending::Request(id, Request::Revoke(_)) => Event::Replied(*id, Ok(Reply::Revoked)),
            Pending::Check(id) => Event::TokenChecked(*id, Ok(self.evidence(Claim::Holds))),
        })
    }

    fn evidence(&self, claim: Claim) -> latch_flow::event::Evidence {
        let mut evidence = answers::evidence(self.now);
        let claims = &mut evidence.claims;
        match claim {
            Claim::Holds => {}
            Claim::OtherIssuer => claims.iss = Some("https://login.example.com".into()),
            Claim::OtherAudience => claims.aud = Some(Audience(vec!["other".into()])),
            Claim::Expired => claims.exp = claims.iat.map(|iat| iat - 60.0),
            Claim::OtherAccessToken => claims.at_hash = Some("other".into()),
        }
        evidence
    }

    fn which(&self, which: Which) -> RequestId {
        let current = self.in_flight.as_ref().map(Pending::id);
        let earlier = |back: u32| self.earlier.iter().rev().nth(back as usize).copied();
        match which {
            Which::Current => current,
            Which::Earlier(back) => earlier(back),
            Which::Never => None,
        }
        .unwrap_or(RequestId(u32::MAX))
    }

    fn typed(&self, typed: &Typed) -> String {
        let length = match self.flow.view(self.now).screen {
            Screen::Code(code) => code.length,
            _ => 6,
        };
        match typed {
            Typed::Code(number) => CODES[*number][..length as usize].into(),
            Typed::Text(text) => text.clone(),
        }
    }

    fn kept(&self, kept: &Kept) -> Session {
        Session {
            tokens: TokenResponse {
                refresh_token: kept.refresh.then(|| "secret-refresh".into()),
                ..answers::tokens()
            },
            identifier: "ada@example.com".into(),
            expires_at: self.now.saturating_add_signed(kept.good_for),
        }
    }
}

/// Tokens say that they are secret; a code is a run of digits that nothing else is.
fn carries_no_secret(text: &str) {
    assert!(!text.contains("secret"), "{text}");
    let mut runs = text.split(|c: char| !c.is_ascii_digit());
    let is_code = |run: &str| run.len() >= 4 && CODES.iter().any(|code| code.starts_with(run));
    assert!(!runs.any(is_code), "{text}");
}

fn reply(answer: Answer) -> Reply {
    match answer {
        Answer::Sent(answer) => Reply::CodeSent(answer),
        Answer::Tokens { id, refresh, expires_in } => Reply::Tokens(TokenResponse {
            id_token: answers::tokens().id_token.filter(|_| id),
            refresh_token: refresh.then(|| "secret-refresh".into()),
            expires_in,
            ..answers::tokens()
        }),
        Answer::Keys => Reply::Keys(answers::keys()),
        Answer::Revoked => Reply::Revoked,
        Answer::Challenge(given) => answers::given(given),
    }
}

/// Everything that may happen, most often what makes sense.
pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    // The first thing that happens is that the element comes on the page.
    let first = (clock(), started()).prop_map(|(clock, what)| Step { clock, what });
    let step = (clock(), what()).prop_map(|(clock, what)| Step { clock, what });
    (first, vec(step, 0..40)).prop_map(|(first, rest)| [vec![first], rest].concat())
}

fn clock() -> impl Strategy<Value = i64> {
    const DAY: i64 = 24 * 3600 * 1000;
    prop_oneof![
        8 => select(vec![0, 1, 999, 1000, 5000]),
        3 => select(vec![29_999, 30_000, 179_999, 180_000, 600_000, 3_600_000]),
        1 => select(vec![-1, -1000, -30_000, -DAY, DAY, 400 * DAY, i64::MIN, i64::MAX]),
    ]
}

fn started() -> impl Strategy<Value = What> {
    (proptest::option::weighted(0.1, kept()), proptest::option::weighted(0.5, challenge()))
        .prop_map(|(session, challenge)| What::Started(session, challenge))
}

fn what() -> impl Strategy<Value = What> {
    prop_oneof![
        8 => Just(What::GoesWell),
        4 => select(vec!["ada@example.com", "bob@example.org", "ada@gmial.com", "nobody", ""])
            .prop_map(|text| What::Submits(text.into())),
        2 => select(vec!["ada@gmial.com", "bob@example.con", "412 34 567", "+1", "415 555 0132", "a", ""]).prop_map(|text| What::Types(text.into())),
        1 => Just(What::PlanLoaded),
        1 => (select(vec![Hint::Device, Hint::Server, Hint::User]), select(vec!["NO", "US", "ZZ"]))
            .prop_map(|(hint, region)| What::Hints(hint, region.into())),
        1 => Just(What::ChangesField),
        5 => typed().prop_map(What::Enters),
        5 => typed().prop_map(What::Presses),
        4 => Just(What::Resends),
        1 => Just(What::ChangesAddress),
        2 => Just(What::SignsOut),
        1 => Just(What::Resets),
        4 => (which(), answer()).prop_map(|(which, answer)| What::Replied(which, Ok(answer))),
        8 => (which(), failure()).prop_map(|(which, failure)| What::Replied(which, Err(failure))),
        2 => (which(), claim()).prop_map(|(which, claim)| What::Checked(which, Ok(claim))),
        2 => (which(), select(vec![TokenFault::Signature, TokenFault::Key, TokenFault::Insecure]))
            .prop_map(|(which, fault)| What::Checked(which, Err(fault))),
        4 => (which(), captcha()).prop_map(|(which, outcome)| What::Captcha(which, outcome)),
        3 => select(vec!["", "K4R9"]).prop_map(|text| What::SubmitsCaptcha(text.into())),
        1 => Just(What::WantsAnotherCaptcha),
        1 => Just(What::WantsTheBrowserToWork),
        3 => Just(What::Woke),
        1 => proptest::option::of(kept()).prop_map(What::OtherTab),
        1 => started(),
    ]
}

fn which() -> impl Strategy<Value = Which> {
    prop_oneof![
        6 => Just(Which::Current),
        2 => (0..4_u32).prop_map(Which::Earlier),
        1 => Just(Which::Never),
    ]
}

fn typed() -> impl Strategy<Value = Typed> {
    prop_oneof![
        5 => (0..CODES.len()).prop_map(Typed::Code),
        1 => select(vec!["", "1", "12345", "no digits", "Your code: 639 172!"])
            .prop_map(|text| Typed::Text(text.into())),
        1 => any::<String>().prop_map(Typed::Text),
    ]
}

fn number() -> impl Strategy<Value = u32> {
    select(vec![0, 1, 4, 6, 8, 12, 30, 180, 86_400, u32::MAX - 1, u32::MAX])
}

fn answer() -> impl Strategy<Value = Answer> {
    let maybe = || proptest::option::of(number());
    prop_oneof![
        3 => (maybe(), maybe(), maybe(), maybe()).prop_map(|(code_length, expires_in, resend_in, tries)| {
            Answer::Sent(StartResponse {
                code_length, expires_in, resend_in, tries, ..StartResponse::default()
            })
        }),
        3 => (any::<bool>(), any::<bool>(), number())
            .prop_map(|(id, refresh, expires_in)| Answer::Tokens { id, refresh, expires_in }),
        2 => Just(Answer::Keys),
        1 => Just(Answer::Revoked),
        4 => select(captchas()).prop_map(Answer::Challenge),
    ]
}

fn failure() -> impl Strategy<Value = HttpFailure> {
    let error = select(vec![
        code::INVALID_GRANT,
        code::TOO_MANY_REQUESTS,
        code::BAD_EMAIL,
        code::UNAUTHORIZED,
        code::UNAUTHORIZED_CLIENT,
        code::SERVER_ERROR,
        code::INVALID_CAPTCHA,
        "",
        "unheard_of",
    ]);
    let sentence = select(vec![
        description::WRONG_EMAIL_CODE,
        description::WRONG_EMAIL_CODE,
        description::CODE_EXPIRED,
        description::CODE_ATTEMPTS,
        description::USER_BLOCKED,
        "",
    ]);
    let refused = (select(vec![400, 401, 403, 429, 500]), error, sentence, proptest::option::of(number()));
    prop_oneof![
        3 => Just(HttpFailure::Refused {
            status: 400,
            body: ErrorBody::new(code::INVALID_CAPTCHA, ""),
            retry_after: None,
        }),
        1 => Just(HttpFailure::Offline),
        1 => Just(HttpFailure::Timeout),
        1 => Just(HttpFailure::Unreachable),
        // The page stopped it.
        1 => Just(HttpFailure::Refused { status: 0, body: ErrorBody::default(), retry_after: None }),
        1 => select(vec![200, 404, 502]).prop_map(|status| HttpFailure::Unreadable { status }),
        3 => Just(HttpFailure::Refused {
            status: 403,
            body: ErrorBody::new(code::INVALID_GRANT, description::WRONG_EMAIL_CODE),
            retry_after: None,
        }),
        3 => refused.prop_map(|(status, error, sentence, retry_after)| {
            HttpFailure::Refused { status, body: ErrorBody::new(error, sentence), retry_after }
        }),
    ]
}

/// Everything that a server may give.
fn captchas() -> Vec<ChallengeResponse> {
    let unknown = ChallengeResponse { provider: Some("riddle".into()), ..answers::third_party() };
    vec![
        ChallengeResponse::default(),
        answers::puzzle(),
        answers::picture("code"),
        answers::with_alternative(answers::picture("math")),
        answers::third_party(),
        answers::with_alternative(answers::third_party()),
        unknown,
    ]
}

fn captcha() -> impl Strategy<Value = Result<String, CaptchaFault>> {
    select(vec![Ok("solved".to_owned()), Err(CaptchaFault::NotLoaded), Err(CaptchaFault::Failed)])
}

fn claim() -> impl Strategy<Value = Claim> {
    select(vec![
        Claim::Holds,
        Claim::OtherIssuer,
        Claim::OtherAudience,
        Claim::Expired,
        Claim::OtherAccessToken,
    ])
}

fn kept() -> impl Strategy<Value = Kept> {
    (select(vec![i64::MIN, -1, 0, 1, 3_600_000, i64::MAX]), any::<bool>())
        .prop_map(|(good_for, refresh)| Kept { good_for, refresh })
}

/// Sound, unsound, and everything in between.
fn challenge() -> impl Strategy<Value = Challenge> {
    let time = || select(vec![0, NOW - 1, NOW, NOW + 30_000, NOW + 180_000, NOW + 4_000_000, u64::MAX]);
    (time(), time(), number(), number(), number(), number(), number()).prop_map(
        |(expires_at, resend_at, lifetime, code_length, tries, failures, resends)| Challenge {
            connection: "email".into(),
            identifier: "ada@example.com".into(),
            expires_at,
            resend_at,
            lifetime,
            code_length,
            tries,
            failures,
            resends,
            sender: None,
        },
    )
}
