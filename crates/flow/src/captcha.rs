//! A captcha that the server wants solved before it sends a code.

use latch_protocol::captcha::{ChallengeResponse, Puzzle, provider};

use crate::{
    RequestId,
    connection::Connection,
    digits,
    full::Full,
    problem::Problem,
    state::Code,
    view::{CaptchaKind, CaptchaView, ScreenName},
};

/// Work for the shell: to have a captcha solved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaptchaTask {
    /// By the browser alone.
    Work(Puzzle),
    /// By the user, in what a third party shows.
    Frame(Frame),
}

/// What a third party has to know to show its captcha.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Whose it is: one out of [`provider`].
    pub provider: String,
    /// The server's key there.
    pub site_key: String,
    /// Where the script comes from, for the one that has a host for each customer.
    pub subdomain: String,
}

/// Why a task came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptchaFault {
    /// The script did not come within its patience, or may not run here.
    NotLoaded,
    /// It came, and gave up.
    Failed,
}

/// Whoever may send a code now: where it goes, where it was asked for, and what is asked in return.
pub(crate) struct Captcha {
    pub(crate) full: Full,
    pub(crate) connection: Connection,
    pub(crate) identifier: String,
    /// The screen that another code was asked for on; without it, it was the identifier screen.
    pub(crate) code: Option<Box<Code>>,
    /// What it was solved with: goes with the next start.
    pub(crate) answer: Option<String>,
    /// What the server gave.
    pub(crate) given: ChallengeResponse,
    pub(crate) step: Step,
    pub(crate) problem: Option<Problem>,
    pub(crate) refusals: u32,
    /// How many captchas were given: each is a new picture, and a new field.
    pub(crate) round: u32,
    /// How many answers the server refused, where nobody could have answered otherwise.
    pub(crate) refused: u32,
    /// How many times a third party's script came to nothing.
    pub(crate) faults: u32,
    /// Whether it has a screen. Work of the browser alone is done where the user is.
    pub(crate) is_shown: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// A captcha is asked for.
    Fetching(RequestId),
    /// The browser works.
    Working(RequestId),
    /// The user's turn: at a picture, or in a third party's frame.
    Asking(Option<RequestId>),
    /// The code is asked for with this answer.
    Sending(RequestId),
    /// The user's turn: nothing can be shown.
    Stuck,
}

/// What to do with what the server gave.
pub(crate) enum Given {
    /// Nothing is wanted after all.
    Nothing,
    Work(Puzzle),
    Picture,
    Frame(Frame),
    /// Something of another kind.
    Unknown,
}

impl Captcha {
    pub(crate) fn new(
        full: Full,
        connection: Connection,
        identifier: String,
        code: Option<Box<Code>>,
        request: RequestId,
    ) -> Self {
        Self {
            full,
            connection,
            identifier,
            code,
            answer: None,
            given: ChallengeResponse::default(),
            step: Step::Fetching(request),
            problem: None,
            refusals: 0,
            round: 0,
            refused: 0,
            faults: 0,
            is_shown: false,
        }
    }

    /// The request or the task that is waited for.
    pub(crate) fn pending(&self) -> Option<RequestId> {
        match self.step {
            Step::Fetching(id) | Step::Working(id) | Step::Sending(id) => Some(id),
            Step::Asking(id) => id,
            Step::Stuck => None,
        }
    }

    /// Whether something goes on without the user.
    pub(crate) fn is_busy(&self) -> bool {
        !matches!(self.step, Step::Asking(_) | Step::Stuck)
    }

    /// Whether the browser is at work.
    pub(crate) fn is_working(&self) -> bool {
        matches!(self.step, Step::Working(_))
    }

    pub(crate) fn refuse(&mut self, problem: Problem) {
        self.problem = Some(problem);
        self.refusals = self.refusals.saturating_add(1);
    }

    /// The screen that is up.
    pub(crate) fn name(&self) -> ScreenName {
        match &self.code {
            _ if self.is_shown => ScreenName::Captcha,
            Some(_) => ScreenName::Code,
            None => ScreenName::Identifier,
        }
    }

    /// What was given, in terms of what has to be done.
    pub(crate) fn read(&self) -> Given {
        let given = &self.given;
        if !given.required {
            return Given::Nothing;
        }
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        match given.provider.as_deref().unwrap_or(provider::AUTH0) {
            provider::AUTH0 if is_picture(&text(&given.image)) => Given::Picture,
            provider::PROOF_OF_WORK if given.challenge.is_some() => Given::Work(Puzzle {
                challenge: text(&given.challenge),
                difficulty: given.difficulty.unwrap_or_default(),
            }),
            name @ (provider::TURNSTILE
            | provider::RECAPTCHA_V2
            | provider::RECAPTCHA_ENTERPRISE
            | provider::HCAPTCHA
            | provider::FRIENDLY_CAPTCHA
            | provider::ARKOSE)
                if given.site_key.is_some() =>
            {
                Given::Frame(Frame {
                    provider: name.to_owned(),
                    site_key: text(&given.site_key),
                    subdomain: text(&given.client_subdomain),
                })
            }
            _ => Given::Unknown,
        }
    }

    fn is_math(&self) -> bool {
        self.given.kind.as_deref() == Some("math")
    }

    /// The answer to a picture, as the server takes it.
    pub(crate) fn read_answer(&self, typed: &str) -> Result<String, Problem> {
        let text = if self.is_math() { digits::read(typed, 4) } else { typed.trim().to_owned() };
        if text.is_empty() {
            return Err(Problem::CaptchaMissing);
        }
        Ok(match &self.given.challenge {
            Some(name) => [name, ".", &text].concat(),
            None => text,
        })
    }

    pub(crate) fn view(&self) -> CaptchaView {
        CaptchaView {
            full: self.full,
            destination: self.identifier.clone(),
            connection: self.connection,
            kind: match (self.step, self.read()) {
                (Step::Stuck, _) => CaptchaKind::Stuck,
                (_, Given::Picture) => CaptchaKind::Picture {
                    image: self.given.image.clone().unwrap_or_default(),
                    is_math: self.is_math(),
                },
                _ => CaptchaKind::Frame,
            },
            round: self.round,
            is_busy: self.is_busy(),
            is_sending: matches!(self.step, Step::Sending(_)),
            problem: self.problem,
            refusals: self.refusals,
            has_alternative: self.given.alternative.is_some(),
        }
    }
}

/// An image is shown only where it cannot be a script.
fn is_picture(address: &str) -> bool {
    ["data:image/", "https://", "http://"].iter().any(|start| address.starts_with(start))
}
