//! The gallery shows everything that the flow can say. A case that is added to one of these types does
//! not compile here before it is named, and fails before an entry shows it.
#![cfg(feature = "full")]

use std::collections::BTreeSet;

use latch::gallery::{Entry, entries};
use latch_flow::{
    Connection, Problem, Takes, View,
    config::Method,
    view::{Busy, CaptchaKind, CodeMode, Screen, ScreenName, Sought, Status, Wait},
};

/// The cases of a type: a name for each, from one list, so that none can be left out of it.
macro_rules! cases {
    ($name:ident: $type:ty { $($case:pat => $text:literal,)* }) => {
        fn $name(case: &$type) -> &'static str {
            match case { $($case => $text,)* }
        }
        impl Cases for $type {
            const ALL: &'static [&'static str] = &[$($text),*];
        }
    };
}

trait Cases {
    const ALL: &'static [&'static str];
}

cases!(screen: ScreenName {
    ScreenName::Starting => "starting",
    ScreenName::Identifier => "identifier",
    ScreenName::Captcha => "captcha",
    ScreenName::Code => "code",
    ScreenName::Authenticated => "authenticated",
    ScreenName::Failure => "failure",
});

cases!(mode: CodeMode {
    CodeMode::Enter => "enter",
    CodeMode::Expired => "expired",
    CodeMode::OutOfTries => "out of tries",
    CodeMode::Rejected => "rejected",
    CodeMode::Stalled => "stalled",
    CodeMode::Link => "link",
    CodeMode::Returning => "returning",
});

cases!(wait: Wait {
    Wait::Short => "short",
    Wait::Long(Sought { sender: None, .. }) => "long",
    Wait::Long(Sought { subject: None, .. }) => "long, and who sends is known",
    Wait::Long(_) => "long, and what was sent by whom is known",
});

cases!(kind: CaptchaKind {
    CaptchaKind::Picture { is_math: false, .. } => "picture",
    CaptchaKind::Picture { is_math: true, .. } => "picture of a sum",
    CaptchaKind::Frame => "frame",
    CaptchaKind::Stuck => "stuck",
});

cases!(busy: Busy {
    Busy::Verifying => "verifying",
    Busy::Resending => "resending",
});

cases!(takes: Takes {
    Takes::Email => "email",
    Takes::Phone => "phone",
    Takes::Both => "both",
    Takes::PhoneFirst => "phone first",
    Takes::Nothing => "nothing",
});

cases!(method: Method {
    Method::Code => "code",
    Method::Link => "link",
    Method::Both => "both",
});

cases!(connection: Connection {
    Connection::Email => "email",
    Connection::Sms => "sms",
});

cases!(problem: Problem {
    Problem::EmailMissing => "email missing",
    Problem::EmailInvalid => "email invalid",
    Problem::EmailRefused => "email refused",
    Problem::PhoneMissing => "phone missing",
    Problem::PhoneInvalid => "phone invalid",
    Problem::PhoneNeedsCountry => "phone needs country",
    Problem::PhoneTooShort => "phone too short",
    Problem::PhoneTooLong => "phone too long",
    Problem::PhoneRefused => "phone refused",
    Problem::IdentifierMissing => "identifier missing",
    Problem::IdentifierInvalid => "identifier invalid",
    Problem::CodeIncomplete => "code incomplete",
    Problem::CodeWrong { tries_left: None } => "code wrong",
    Problem::CodeWrong { tries_left: Some(_) } => "code wrong, with tries left",
    Problem::CodeMaybeUsed => "code maybe used",
    Problem::RateLimited { wait: None } => "rate limited",
    Problem::RateLimited { wait: Some(..=90) } => "rate limited for seconds",
    Problem::RateLimited { wait: Some(_) } => "rate limited for minutes",
    Problem::Blocked => "blocked",
    Problem::Denied => "denied",
    Problem::MfaRequired => "mfa required",
    Problem::Offline => "offline",
    Problem::Timeout => "timeout",
    Problem::Unreachable => "unreachable",
    Problem::ServerFault => "server fault",
    Problem::Unreadable => "unreadable",
    Problem::NotAllowed => "not allowed",
    Problem::TokenRejected => "token rejected",
    Problem::SignupDisabled => "signup disabled",
    Problem::NotSent => "not sent",
    Problem::CaptchaMissing => "captcha missing",
    Problem::CaptchaWrong => "captcha wrong",
    Problem::CaptchaNotLoaded => "captcha not loaded",
    Problem::CaptchaFailed => "captcha failed",
    Problem::LinkElsewhere => "link elsewhere",
    Problem::LinkRefused => "link refused",
    Problem::Declined => "declined",
    Problem::TermsMissing => "terms missing",
});

cases!(status: Status {
    Status::Sending => "sending",
    Status::CodeSent(_) => "code sent",
    Status::CodeResent(_) => "code resent",
    Status::Verifying => "verifying",
    Status::ExpiresSoon(_) => "expires soon",
    Status::Expired => "expired",
    Status::OutOfTries => "out of tries",
    Status::Problem(..) => "problem",
    Status::SignedIn(_) => "signed in",
    Status::LinkSent(_) => "link sent",
    Status::NumberRead(_) => "number read",
    Status::Checking => "checking",
    Status::Returning => "returning",
    Status::Suggested(_) => "suggested",
    Status::LookInSpam => "look in spam",
    Status::Forgotten(_) => "forgotten",
});

/// Every state of the gallery, as it is shown.
fn shown() -> Vec<(&'static str, View)> {
    let show = |entry: &'static Entry| (entry.name, entry.scene(entry.options()).view());
    entries::all().map(show).collect()
}

/// Fails with the cases that no state shows.
fn all_are_shown<T: Cases>(read: impl Fn(&View) -> Option<&'static str>, but: &[&str]) {
    let seen: BTreeSet<_> = shown().iter().filter_map(|(_, view)| read(view)).collect();
    let missing: Vec<_> = T::ALL.iter().filter(|case| !seen.contains(*case) && !but.contains(case)).collect();
    assert!(missing.is_empty(), "no state of the gallery shows {missing:?}");
}

#[test]
fn every_screen_is_shown() {
    // There is nothing to see before storage is read.
    all_are_shown::<ScreenName>(|view| Some(screen(&view.name())), &["starting"]);
}

#[test]
fn everything_that_the_identifier_screen_takes_is_shown() {
    let read = |view: &View| match &view.screen {
        Screen::Identifier(it) => Some(takes(&it.takes)),
        _ => None,
    };
    all_are_shown::<Takes>(read, &[]);
}

#[test]
fn everything_that_the_code_screen_asks_for_is_shown() {
    let code = |view: &View| if let Screen::Code(it) = &view.screen { Some(it.clone()) } else { None };
    all_are_shown::<CodeMode>(|view| code(view).map(|it| mode(&it.mode)), &[]);
    all_are_shown::<Connection>(|view| code(view).map(|it| connection(&it.connection)), &[]);
    all_are_shown::<Wait>(|view| code(view).map(|it| wait(&it.wait)), &[]);
    all_are_shown::<Method>(|view| code(view).map(|it| method(&it.sent)), &[]);
    all_are_shown::<Busy>(|view| code(view)?.busy.map(|it| busy(&it)), &[]);
}

#[test]
fn every_kind_of_captcha_is_shown() {
    let read = |view: &View| if let Screen::Captcha(it) = &view.screen { Some(kind(&it.kind)) } else { None };
    all_are_shown::<CaptchaKind>(read, &[]);
}

#[test]
fn every_problem_is_shown() {
    all_are_shown::<Problem>(|view| view.problem().map(|it| problem(&it)), &[]);
}

#[test]
fn everything_that_is_said_aloud_is_shown() {
    all_are_shown::<Status>(|view| view.status.as_ref().map(status), &[]);
}

#[test]
fn states_have_names_of_their_own_and_look_different() {
    let mut names = BTreeSet::new();
    let states = shown();
    for (at, (name, view)) in states.iter().enumerate() {
        assert!(names.insert(*name), "{name} is there twice");
        let entry = Entry::named(name).unwrap();
        for (other, same) in &states[..at] {
            let other = Entry::named(other).unwrap();
            let is_same =
                same == view && entry.attributes == other.attributes && field(entry) == field(other);
            assert!(!is_same, "{name} is the same as {}", other.name);
        }
    }
}

fn field(entry: &Entry) -> String {
    entry.scene(entry.options()).field().to_owned()
}
