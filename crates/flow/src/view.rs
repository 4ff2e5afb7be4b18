//! What may be seen: decisions already made, and never a secret.
//!
//! The code and the tokens are not in here: what a user types stays in its field.

use std::rc::Rc;

use crate::{
    FULL, Full,
    config::{ConfigFault, Method},
    connection::{Connection, Takes},
    mailbox::Mailbox,
    phone::{Number, Plan, Region},
    problem::Problem,
};

/// Everything that the widget shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The screen that is up.
    pub screen: Screen,
    /// What a screen reader is told, when it changes.
    pub status: Option<Status>,
    /// The browser works for a captcha, which needs nobody.
    pub is_checking: bool,
    /// The user did something here, and this is what came of it: they may be taken to where they go on, also
    /// where they touched the screen and left the focus nowhere.
    pub is_invited: bool,
    /// What was said about what is wrong now.
    #[cfg(feature = "full")]
    pub failure: Option<Failure>,
}

/// What the server, or the page, said about a problem: for pages that word it themselves.
#[cfg(feature = "full")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// A code out of [`latch_protocol::error::code`], or Latch's own word for it.
    pub error: String,
    /// For developers.
    pub description: String,
}

/// The screen that is up, with what it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Screen {
    /// Nothing is known yet.
    Starting,
    /// Who are you?
    Identifier(IdentifierView),
    /// Are you a person?
    Captcha(CaptchaView),
    /// What was the code?
    Code(CodeView),
    /// You are signed in.
    Authenticated(AuthenticatedView),
    /// The page is not set up.
    Failure(FailureView),
}

/// A screen without what it shows. Its name is the state's, the sheet's and the event's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScreenName {
    /// See [`Screen::Starting`].
    Starting,
    /// See [`Screen::Identifier`].
    Identifier,
    /// See [`Screen::Captcha`].
    Captcha,
    /// See [`Screen::Code`].
    Code,
    /// See [`Screen::Authenticated`].
    Authenticated,
    /// See [`Screen::Failure`].
    Failure,
}

impl ScreenName {
    /// The name as the page sees it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Identifier => "identifier",
            Self::Captcha => "captcha",
            Self::Code => "code",
            Self::Authenticated => "authenticated",
            Self::Failure => "failure",
        }
    }
}

impl View {
    /// Which screen is up.
    pub const fn name(&self) -> ScreenName {
        match self.screen {
            Screen::Starting => ScreenName::Starting,
            Screen::Identifier(_) => ScreenName::Identifier,
            Screen::Captcha(_) => ScreenName::Captcha,
            Screen::Code(_) => ScreenName::Code,
            Screen::Authenticated(_) => ScreenName::Authenticated,
            Screen::Failure(_) => ScreenName::Failure,
        }
    }

    /// Whether a request is on its way.
    pub const fn is_busy(&self) -> bool {
        match &self.screen {
            Screen::Identifier(it) => it.sending,
            Screen::Captcha(it) => it.is_busy,
            Screen::Code(it) => it.busy.is_some(),
            Screen::Authenticated(it) => it.leaving,
            Screen::Starting | Screen::Failure(_) => false,
        }
    }

    /// What is wrong on this screen.
    pub const fn problem(&self) -> Option<Problem> {
        match &self.screen {
            Screen::Identifier(it) => it.problem,
            Screen::Captcha(it) => it.problem,
            Screen::Code(it) => it.problem,
            _ => None,
        }
    }
}

/// The identifier screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdentifierView {
    /// What the field takes.
    pub takes: Takes,
    /// What will be sent.
    pub method: Method,
    /// What stands in the field, as far as that is known.
    pub value: String,
    /// The number that it is read as.
    pub number: Option<Number>,
    /// The list of regions that the user may choose from; none while it is not there, or of no use.
    pub picker: Option<PickerView>,
    /// What is wrong.
    pub problem: Option<Problem>,
    /// Grows with every problem, also when it is the same one again.
    pub refusals: u32,
    /// A code is being sent.
    pub sending: bool,
    /// The address that was probably meant, where what was typed has a slip in it.
    pub suggestion: Option<String>,
    /// Who was here last: offered in the field's place.
    pub remembered: Option<RememberedView>,
    /// What stands around the field.
    #[cfg(feature = "full")]
    pub around: Around,
}

/// Who was here last, as far as a glance over a shoulder may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RememberedView {
    /// There is none in the basic edition.
    pub full: Full,
    /// Their address or number, shortened.
    pub short: String,
    /// Which way their code goes.
    pub connection: Connection,
}

/// What stands around the field of the identifier screen.
#[cfg(feature = "full")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Around {
    /// Whether there is a form at all, and not only buttons of other connections.
    pub has_form: bool,
    /// The connections that lead to another page.
    pub others: crate::config::Others,
    /// The one that the browser is on its way to.
    pub bound_for: Option<String>,
    /// What is said of the page's terms.
    pub terms: crate::config::Terms,
    /// Whether they are accepted.
    pub consents: bool,
}

/// The list of regions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PickerView {
    /// What it lists.
    pub plan: Rc<Plan>,
    /// The region whose numbers need no plus sign.
    pub region: Option<Region>,
}

/// The captcha screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptchaView {
    /// There is none in the basic edition.
    pub full: Full,
    /// Where the code will go.
    pub destination: String,
    /// Which way it will go.
    pub connection: Connection,
    /// What there is to solve.
    pub kind: CaptchaKind,
    /// Grows with every captcha: nothing of the last one stays.
    pub round: u32,
    /// Something goes on.
    pub is_busy: bool,
    /// It was solved, and the code is asked for.
    pub is_sending: bool,
    /// What is wrong.
    pub problem: Option<Problem>,
    /// Grows with every problem.
    pub refusals: u32,
    /// Whether the browser can work instead.
    pub has_alternative: bool,
}

/// What there is to solve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaptchaKind {
    /// A picture, and a field for what is on it.
    Picture {
        /// Its address.
        image: String,
        /// Whether it asks for the result of a sum.
        is_math: bool,
    },
    /// A place for what a third party shows.
    Frame,
    /// Nothing: a press tries again.
    Stuck,
}

impl CaptchaKind {
    /// One word for each.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Picture { .. } => "picture",
            Self::Frame => "frame",
            Self::Stuck => "stuck",
        }
    }
}

/// The code screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeView {
    /// Where the code went.
    pub destination: String,
    /// Which way it went.
    pub connection: Connection,
    /// How many digits it has.
    pub length: u32,
    /// How long it is good for, in whole minutes, at least one.
    pub minutes: u32,
    /// What the screen asks for.
    pub mode: CodeMode,
    /// What is going on.
    pub busy: Option<Busy>,
    /// What is wrong.
    pub problem: Option<Problem>,
    /// Grows with every problem: the field is selected for overtyping.
    pub refusals: u32,
    /// Seconds until another code can be asked for; zero means now.
    pub resend_in: u32,
    /// A complete code is checked without a press.
    #[cfg(feature = "full")]
    pub is_checked_at_once: bool,
    /// How long the message has been on its way.
    pub wait: Wait,
    /// After that wait: whether there is another way for a code to come.
    #[cfg(feature = "full")]
    pub has_other_way: bool,
    /// After that wait: the address that was probably meant, where there is a slip in the destination.
    #[cfg(feature = "full")]
    pub suggestion: Option<String>,
    /// Where the mail is read, where that is known.
    pub mailbox: Option<Mailbox>,
    /// How many times the code was sent again: the newest is the one that counts.
    pub resends: u32,
    /// What was sent.
    pub sent: Method,
}

impl CodeView {
    /// Whether there is a link alone, and nothing to enter.
    pub fn is_link(&self) -> bool {
        FULL && self.sent == Method::Link
    }

    /// Whether the code is being checked.
    pub fn is_verifying(&self) -> bool {
        self.busy == Some(Busy::Verifying)
    }

    /// Whether another code is being sent.
    pub fn is_resending(&self) -> bool {
        self.busy == Some(Busy::Resending)
    }
}

/// How long a message has been on its way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Wait {
    /// Nobody wonders yet.
    #[default]
    Short,
    /// Long enough to look for it, a mail among the spam.
    Long(Sought),
}

/// What a message is found by, where that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sought {
    /// Nothing is said of it in the basic edition.
    pub full: Full,
    /// The address that it comes from.
    pub sender: Option<String>,
    /// Its subject, without the code.
    pub subject: Option<String>,
}

/// What the code screen asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeMode {
    /// A code.
    Enter,
    /// A press for a new code, because the time is over.
    Expired,
    /// A press for a new code, because the tries are used up.
    OutOfTries,
    /// A press for a new code, because what the server gave for the last one was not believed.
    Rejected,
    /// A press to go on: the code was right, but the last step did not reach the server.
    Stalled,
    /// Nothing: a link was sent, and it does the rest.
    Link,
    /// Nothing: the page's address brought an answer, which is being believed.
    Returning,
}

impl CodeMode {
    /// One word for each.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enter => "enter",
            Self::Expired => "expired",
            Self::OutOfTries => "out-of-tries",
            Self::Rejected => "rejected",
            Self::Stalled => "stalled",
            Self::Link => "link",
            Self::Returning => "returning",
        }
    }
}

/// What the code screen waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Busy {
    /// The code is being checked.
    Verifying,
    /// Another code is being sent.
    Resending,
}

/// The authenticated screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthenticatedView {
    /// Address or number.
    pub identifier: String,
    /// The refresh token is being revoked.
    pub leaving: bool,
}

/// The failure screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailureView {
    /// Why.
    pub fault: ConfigFault,
}

/// What is said aloud, politely, when it changes. Never the seconds of a countdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// What was typed is read as this number.
    NumberRead(Number),
    /// A code is being sent.
    Sending,
    /// The browser works for a captcha.
    Checking,
    /// A code was sent to this address.
    CodeSent(String),
    /// Another code was sent to this address.
    CodeResent(String),
    /// A link was sent to this address.
    LinkSent(String),
    /// The answer that came back is being believed.
    Returning,
    /// The code is being checked.
    Verifying,
    /// The code's time is over in so many seconds.
    #[cfg(feature = "full")]
    ExpiresSoon(u32),
    /// The code's time is over.
    Expired,
    /// The code's tries are used up.
    OutOfTries,
    /// This address was probably meant.
    Suggested(String),
    /// The mail may be among the spam.
    #[cfg(feature = "full")]
    LookInSpam,
    /// They are not remembered any more.
    #[cfg(feature = "full")]
    Forgotten(String),
    /// Something is wrong; the number tells the same problem from the one before.
    Problem(Problem, u32),
    /// This user is signed in.
    SignedIn(String),
}
