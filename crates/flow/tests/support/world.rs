//! A world that does anything at any time, and watches what comes of it.

use latch_flow::{
    Effect, Event, Flow, HostEvent, Millis, Options, Reply, Request, RequestId, Stored,
    captcha::CaptchaTask,
    phone::{Plan, Region},
    view::{CodeMode, Screen, ScreenName},
};
use latch_protocol::{claims::Audience, stored::Session, token::TokenResponse};

use crate::{
    answers::{self, NOW},
    steps::{Answer, CODES, Claim, Kept, Step, Typed, What, Which},
};

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
            What::Started(session, challenge, remembered) => Event::Started(Stored {
                session: session.map(|it| self.kept(&it)),
                challenge,
                returned: None,
                remembered,
            }),
            What::GoesOn => Event::RememberedSubmitted,
            What::IsSomebodyElse => Event::OtherIdentifierRequested,
            What::Forgets => Event::ForgetRequested,
            What::OtherTabRemembers(remembered) => Event::RememberedChanged(remembered),
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
            | Effect::KeepRemembered(_)
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
