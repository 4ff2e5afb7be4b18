//! Every sentence that a user can see or hear, in English.
//!
//! A sentence has one `{placeholder}` at most; [`fill`] fills it. Views name a [`Text`] and never a sentence.

use latch_flow::{
    Problem,
    view::{CodeMode, Status},
};

/// A sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is documented by its English below")]
pub enum Text {
    IdentifierHeading,
    IdentifierLead,
    EmailLabel,
    PhoneLabel,
    IdentifierLabel,
    Continue,
    Sending,
    EmailCodeHeading,
    PhoneCodeHeading,
    CodeLead,
    CodeLabel,
    CodeAdvice,
    CodeMinute,
    CodeMinutes,
    Verify,
    Verifying,
    Resend,
    ResendIn,
    Resent,
    ChangeEmail,
    ChangePhone,
    CodeExpired,
    CodeOutOfTries,
    TryAgain,
    AuthenticatedHeading,
    SignOut,
    SigningOut,
    FailureHeading,
    FailureLead,
    CodeSent,
    CodeResent,
    SignedIn,
    EmailMissing,
    EmailInvalid,
    EmailRefused,
    PhoneMissing,
    PhoneInvalid,
    PhoneNeedsCountry,
    PhoneRefused,
    IdentifierMissing,
    IdentifierInvalid,
    CodeIncomplete,
    CodeWrong,
    CodeWrongOneLeft,
    CodeWrongManyLeft,
    CodeMaybeUsed,
    RateLimited,
    RateLimitedSeconds,
    RateLimitedMinutes,
    Blocked,
    Offline,
    Timeout,
    Unreachable,
    ServerFault,
    Unreadable,
    NotAllowed,
    TokenRejected,
}

impl Text {
    /// The sentence in English.
    pub const fn english(self) -> &'static str {
        match self {
            Self::IdentifierHeading => "Sign in",
            Self::IdentifierLead => "No password. We’ll send you a one-time code.",
            Self::EmailLabel => "Email",
            Self::PhoneLabel => "Phone number",
            Self::IdentifierLabel => "Email or phone number",
            Self::Continue => "Continue",
            Self::Sending => "Sending code",
            Self::EmailCodeHeading => "Check your email",
            Self::PhoneCodeHeading => "Check your phone",
            Self::CodeLead => "Enter the code we sent to {destination}",
            Self::CodeLabel => "{length}-digit code",
            Self::CodeAdvice => "It is checked as soon as it is complete.",
            Self::CodeMinute => "Valid for 1 minute",
            Self::CodeMinutes => "Valid for {minutes} minutes",
            Self::Verify => "Verify",
            Self::Verifying => "Checking code",
            Self::Resend => "Send a new code",
            Self::ResendIn => "Send a new code in {time}",
            Self::Resent => "New code sent. Only the newest one works.",
            Self::ChangeEmail => "Use another address",
            Self::ChangePhone => "Use another number",
            Self::CodeExpired => "That code has expired. You can have a new one sent.",
            Self::CodeOutOfTries => "Too many tries: that code no longer works. Have a new one sent.",
            Self::TryAgain => "Try again",
            Self::AuthenticatedHeading => "You’re signed in",
            Self::SignOut => "Sign out",
            Self::SigningOut => "Signing out",
            Self::FailureHeading => "Sign-in isn’t set up",
            Self::FailureLead => "This page can’t show its sign-in form. Please tell its owner.",
            Self::CodeSent => "Code sent to {destination}.",
            Self::CodeResent => "New code sent to {destination}. Only the newest one works.",
            Self::SignedIn => "Signed in as {destination}.",
            Self::EmailMissing => "Enter your email address.",
            Self::EmailInvalid => "Enter an email address like name@example.com.",
            Self::EmailRefused => "We can’t send to this address. Check it, or use another one.",
            Self::PhoneMissing => "Enter your phone number.",
            Self::PhoneInvalid => "Enter a phone number like +47 412 34 567.",
            Self::PhoneNeedsCountry => "Start with + and your country’s code, as in +47 412 34 567.",
            Self::PhoneRefused => "We can’t send to this number. Check it, or use another one.",
            Self::IdentifierMissing => "Enter your email address or phone number.",
            Self::IdentifierInvalid => "Enter an email address, or a phone number like +47 412 34 567.",
            Self::CodeIncomplete => "Enter all {length} digits.",
            Self::CodeWrong => "That code isn’t right.",
            Self::CodeWrongOneLeft => "That code isn’t right. 1 try left.",
            Self::CodeWrongManyLeft => "That code isn’t right. {left} tries left.",
            Self::CodeMaybeUsed => "That code may be used up. Have a new one sent.",
            Self::RateLimited => "Too many requests. Wait a little, then try again.",
            Self::RateLimitedSeconds => "Too many requests. Try again in {wait} seconds.",
            Self::RateLimitedMinutes => "Too many requests. Try again in {wait} minutes.",
            Self::Blocked => "This account is blocked. Please contact support.",
            Self::Offline => "You’re offline. Check your connection, then try again.",
            Self::Timeout => "The server didn’t answer in time. Try again.",
            Self::Unreachable => "We can’t reach the server. Try again in a moment.",
            Self::ServerFault => "Something went wrong on our side. Try again in a moment.",
            Self::Unreadable => "We couldn’t read the server’s answer. Try again in a moment.",
            Self::NotAllowed => "Sign-in isn’t set up for this page. Please tell its owner.",
            Self::TokenRejected => "We couldn’t confirm the sign-in. Have a new code sent.",
        }
    }
}

/// What stands before a sentence's `{placeholder}`, and what behind; nothing behind where it has none.
pub fn around(text: Text) -> (&'static str, Option<&'static str>) {
    // By single signs: searching for a text would bring its machinery into the wasm.
    let text = text.english();
    let Some((before, rest)) = text.split_once('{') else { return (text, None) };
    (before, rest.split_once('}').map(|(_, after)| after))
}

/// A sentence with its placeholder filled.
pub fn fill(text: Text, value: &str) -> String {
    let (before, after) = around(text);
    [before, value, after.unwrap_or_default()].concat()
}

/// What is said about a problem.
pub fn problem(problem: Problem, length: u32) -> String {
    let text = match problem {
        Problem::EmailMissing => Text::EmailMissing,
        Problem::EmailInvalid => Text::EmailInvalid,
        Problem::EmailRefused => Text::EmailRefused,
        Problem::PhoneMissing => Text::PhoneMissing,
        Problem::PhoneInvalid => Text::PhoneInvalid,
        Problem::PhoneNeedsCountry => Text::PhoneNeedsCountry,
        Problem::PhoneRefused => Text::PhoneRefused,
        Problem::IdentifierMissing => Text::IdentifierMissing,
        Problem::IdentifierInvalid => Text::IdentifierInvalid,
        Problem::CodeIncomplete => return fill(Text::CodeIncomplete, &length.to_string()),
        Problem::CodeWrong { tries_left: None } => Text::CodeWrong,
        Problem::CodeWrong { tries_left: Some(1) } => Text::CodeWrongOneLeft,
        Problem::CodeWrong { tries_left: Some(left) } => {
            return fill(Text::CodeWrongManyLeft, &left.to_string());
        }
        Problem::CodeMaybeUsed => Text::CodeMaybeUsed,
        Problem::RateLimited { wait: None } => Text::RateLimited,
        Problem::RateLimited { wait: Some(wait) } if wait <= 90 => {
            return fill(Text::RateLimitedSeconds, &wait.to_string());
        }
        Problem::RateLimited { wait: Some(wait) } => {
            return fill(Text::RateLimitedMinutes, &wait.div_ceil(60).to_string());
        }
        Problem::Blocked => Text::Blocked,
        Problem::Offline => Text::Offline,
        Problem::Timeout => Text::Timeout,
        Problem::Unreachable => Text::Unreachable,
        Problem::ServerFault => Text::ServerFault,
        Problem::Unreadable => Text::Unreadable,
        Problem::NotAllowed => Text::NotAllowed,
        Problem::TokenRejected => Text::TokenRejected,
    };
    text.english().to_owned()
}

/// What stands on the code screen where a code can no longer be entered.
pub const fn over(mode: CodeMode) -> Option<Text> {
    match mode {
        CodeMode::Expired => Some(Text::CodeExpired),
        CodeMode::OutOfTries => Some(Text::CodeOutOfTries),
        CodeMode::Enter | CodeMode::Rejected | CodeMode::Stalled => None,
    }
}

/// What a screen reader is told.
pub fn status(status: &Status, length: u32) -> String {
    match status {
        Status::Sending => Text::Sending.english().to_owned(),
        Status::Verifying => Text::Verifying.english().to_owned(),
        Status::CodeSent(to) => fill(Text::CodeSent, to),
        Status::CodeResent(to) => fill(Text::CodeResent, to),
        Status::Expired => Text::CodeExpired.english().to_owned(),
        Status::OutOfTries => Text::CodeOutOfTries.english().to_owned(),
        Status::Problem(what, _) => problem(*what, length),
        Status::SignedIn(who) => fill(Text::SignedIn, who),
    }
}

/// A time as minutes and seconds: `0:24`.
pub fn clock(seconds: u32) -> String {
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    let zero = if seconds < 10 { "0" } else { "" };
    [&minutes.to_string(), ":", zero, &seconds.to_string()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_told_in_the_unit_that_a_person_would_use() {
        let told = |wait| problem(Problem::RateLimited { wait }, 6);
        assert_eq!(told(Some(45)), "Too many requests. Try again in 45 seconds.");
        assert_eq!(told(Some(3600)), "Too many requests. Try again in 60 minutes.");
        assert_eq!(told(Some(91)), "Too many requests. Try again in 2 minutes.");
        assert_eq!((clock(24), clock(65)), ("0:24".to_owned(), "1:05".to_owned()));
    }
}
