//! The states, in the order in which a login goes through them.

use latch_flow::{Event, HttpFailure, captcha::CaptchaFault, event::Answer};
use latch_protocol::{
    captcha::provider,
    error::{ErrorBody, code, description},
};

use super::{Entry, Scene};

/// Every state.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    [IDENTIFIER, REMEMBERED, PHONE, CAPTCHA, CODE, LINK, END].into_iter().flatten()
}

pub(super) const ADDRESS: &str = "alice@example.com";
const NUMBER: &str = "+47 412 34 567";
const SMS: &[(&str, &str)] = &[("connections", "sms")];
const PHONE_FIRST: &[(&str, &str)] = &[("connections", "sms email")];
const PICKER: &[(&str, &str)] = &[("connections", "sms"), ("data-press", ".picker")];
const BOTH: &[(&str, &str)] = &[("connections", "email sms")];

const OTHERS: &[(&str, &str)] = &[("connections", "email google-oauth2 github")];
const OTHERS_FIRST: &[(&str, &str)] = &[("connections", "google-oauth2 github email")];
const NOTICE: &[(&str, &str)] = &[("terms", "notice"), ("terms-url", TERMS), ("privacy-url", PRIVACY)];
const ACCEPT: &[(&str, &str)] = &[("terms", "accept"), ("terms-url", TERMS), ("privacy-url", PRIVACY)];
const TERMS: &str = "https://app.example.com/terms";
const PRIVACY: &str = "https://app.example.com/privacy";

/// Without a way to the mailbox, which asks for the full edition as somebody who is remembered does.
const REMEMBER: &[(&str, &str)] = &[("remember", "on"), ("mailbox", "off")];
const REMEMBER_NUMBER: &[(&str, &str)] = &[("remember", "on"), ("connections", "email sms")];
const REMEMBER_AND_ALL: &[(&str, &str)] = &[
    ("remember", "on"),
    ("connections", "email google-oauth2"),
    ("logo", "/gallery/logo.svg"),
    ("terms", "accept"),
    ("terms-url", TERMS),
    ("privacy-url", PRIVACY),
];

const BY_LINK: &[(&str, &str)] = &[("method", "link")];
const ELSEWHERE: &[(&str, &str)] = &[("exchange", "redirect")];

const fn entry(name: &'static str, play: fn(&mut Scene)) -> Entry {
    Entry { name, attributes: &[], play }
}

const fn with(attributes: &'static [(&str, &str)], name: &'static str, play: fn(&mut Scene)) -> Entry {
    Entry { name, attributes, play }
}

/// Who are you?
const IDENTIFIER: &[Entry] = &[
    entry("identifier", |_| {}),
    with(&[("logo", "/gallery/logo.svg"), ("heading", "Sign in to Acme")], "identifier-logo", |_| {}),
    with(&[("login-hint", ADDRESS)], "identifier-filled", |_| {}),
    entry("identifier-long", |it| it.type_in(LONG)),
    entry("identifier-sending", ask),
    entry("identifier-missing", Scene::submit),
    entry("identifier-invalid", |it| it.enter("alice@example")),
    entry("identifier-refused", |it| asked(it, |it| it.refuse(400, code::BAD_EMAIL, ""))),
    entry("identifier-signup-disabled", |it| {
        asked(it, |it| it.refuse(400, code::ACCESS_DENIED, "Public signup is disabled"));
    }),
    entry("identifier-offline", |it| asked(it, |it| it.answer(Err(HttpFailure::Offline)))),
    entry("identifier-timeout", |it| asked(it, |it| it.answer(Err(HttpFailure::Timeout)))),
    entry("identifier-unreachable", |it| asked(it, |it| it.answer(Err(HttpFailure::Unreachable)))),
    entry("identifier-server-fault", |it| {
        asked(it, |it| it.answer(Err(HttpFailure::Unreadable { status: 500 })));
    }),
    entry("identifier-unreadable", |it| {
        asked(it, |it| it.answer(Err(HttpFailure::Unreadable { status: 200 })));
    }),
    entry("identifier-not-allowed", |it| asked(it, |it| it.refuse(400, code::BAD_CONNECTION, ""))),
    entry("identifier-rate-limited", |it| asked(it, |it| it.ask_to_wait(None))),
    entry("identifier-rate-limited-seconds", |it| asked(it, |it| it.ask_to_wait(Some(45)))),
    entry("identifier-rate-limited-minutes", |it| asked(it, |it| it.ask_to_wait(Some(600)))),
    entry("identifier-suggestion", |it| {
        it.type_in("alice@gmial.com");
        it.pass(2);
    }),
    with(OTHERS, "identifier-others", |_| {}),
    with(OTHERS_FIRST, "identifier-others-first", |_| {}),
    with(&[("connections", "google-oauth2 github")], "identifier-others-only", |_| {}),
    with(OTHERS, "identifier-declined", |it| {
        it.come_back_from("google-oauth2", true, Answer::Refused(ErrorBody::new("access_denied", "")));
    }),
    with(NOTICE, "identifier-terms-notice", |_| {}),
    with(ACCEPT, "identifier-terms", |_| {}),
    with(ACCEPT, "identifier-terms-missing", |it| it.enter(ADDRESS)),
    with(&[("modal", ""), ("open", "")], "identifier-dialog", |_| {}),
];

/// Is that you?
const REMEMBERED: &[Entry] = &[
    with(REMEMBER, "remembered", |it| it.remember("email", ADDRESS)),
    with(REMEMBER, "remembered-long", |it| it.remember("email", LONG)),
    with(REMEMBER_NUMBER, "remembered-phone", |it| it.remember("sms", "+4741234567")),
    with(REMEMBER_AND_ALL, "remembered-terms-missing", |it| {
        it.remember("email", ADDRESS);
        it.take(Event::RememberedSubmitted);
    }),
    with(REMEMBER, "remembered-sending", |it| {
        it.remember("email", ADDRESS);
        it.take(Event::RememberedSubmitted);
    }),
    with(REMEMBER, "remembered-offline", |it| {
        it.remember("email", ADDRESS);
        it.take(Event::RememberedSubmitted);
        it.answer(Err(HttpFailure::Offline));
    }),
    with(REMEMBER, "remembered-forgotten", |it| {
        it.remember("email", ADDRESS);
        it.take(Event::ForgetRequested);
    }),
];

/// The same by phone.
const PHONE: &[Entry] = &[
    with(SMS, "phone", |_| {}),
    with(SMS, "phone-filled", |it| it.type_in(NUMBER)),
    with(SMS, "phone-read", |it| {
        it.live_in("NO");
        it.type_in("41234567");
        it.pass(5);
    }),
    with(PICKER, "phone-picker", |it| it.live_in("NO")),
    with(SMS, "phone-missing", Scene::submit),
    with(SMS, "phone-invalid", |it| it.enter("my number")),
    with(SMS, "phone-needs-country", |it| it.enter("412 34 567")),
    with(SMS, "phone-too-short", |it| it.enter("+47 412 34")),
    with(SMS, "phone-too-long", |it| it.enter("+47 412 34 567 890")),
    with(SMS, "phone-refused", |it| {
        it.enter(NUMBER);
        it.refuse(400, code::BAD_PHONE_NUMBER, "");
    }),
    with(SMS, "phone-not-sent", |it| {
        it.enter(NUMBER);
        it.refuse(400, code::SMS_PROVIDER_ERROR, "");
    }),
    with(BOTH, "either", |_| {}),
    with(BOTH, "either-missing", Scene::submit),
    with(PHONE_FIRST, "either-phone-first", |it| it.live_in("NO")),
    with(BOTH, "either-invalid", |it| it.enter("alice")),
];

/// Are you a person?
const CAPTCHA: &[Entry] = &[
    entry("captcha-checking", |it| asked(it, |it| it.want_captcha(provider::PROOF_OF_WORK, ""))),
    entry("captcha", |it| asked(it, |it| it.want_captcha(provider::AUTH0, "code"))),
    entry("captcha-sum", |it| asked(it, |it| it.want_captcha(provider::AUTH0, "math"))),
    entry("captcha-missing", |it| {
        ask(it);
        it.want_captcha(provider::AUTH0, "code");
        it.submit();
    }),
    entry("captcha-sending", |it| {
        ask(it);
        it.want_captcha(provider::AUTH0, "code");
        it.enter("abc");
    }),
    entry("captcha-wrong", |it| {
        ask(it);
        it.want_captcha(provider::AUTH0, "code");
        it.enter("abc");
        it.want_captcha(provider::AUTH0, "code");
    }),
    entry("captcha-frame", |it| asked(it, |it| it.want_captcha(provider::TURNSTILE, ""))),
    entry("captcha-not-loaded", |it| {
        ask(it);
        it.want_captcha(provider::TURNSTILE, "");
        it.fail_captcha(CaptchaFault::NotLoaded);
    }),
    entry("captcha-failed", |it| {
        ask(it);
        it.want_captcha(provider::TURNSTILE, "");
        it.fail_captcha(CaptchaFault::Failed);
    }),
];

/// What was the code?
const CODE: &[Entry] = &[
    entry("code", arrive),
    with(SMS, "code-phone", |it| {
        it.enter(NUMBER);
        it.send_code(6, 180);
    }),
    entry("code-long-address", |it| {
        it.enter(LONG);
        it.send_code(6, 180);
    }),
    entry("code-mailbox", |it| {
        it.enter("alice@gmail.com");
        it.send_code(6, 180);
    }),
    entry("code-waiting", |it| {
        arrive(it);
        it.pass(25);
    }),
    with(BOTH, "code-waiting-other", |it| {
        arrive(it);
        it.pass(25);
    }),
    entry("code-waiting-sender", |it| {
        it.sender = Some("login@acme.example");
        it.enter("alice@gmail.com");
        it.send_code(6, 180);
        it.pass(25);
    }),
    entry("code-four-digits", |it| {
        ask(it);
        it.send_code(4, 60);
    }),
    entry("code-twelve-digits", |it| {
        ask(it);
        it.send_code(12, 600);
    }),
    entry("code-half", |it| {
        arrive(it);
        it.type_in("407");
    }),
    entry("code-incomplete", |it| {
        arrive(it);
        it.enter("407");
    }),
    entry("code-verifying", check),
    entry("code-wrong", |it| {
        arrive(it);
        miss(it, 1);
    }),
    entry("code-tries-left", |it| {
        arrive(it);
        miss(it, 2);
    }),
    entry("code-out-of-tries", |it| {
        arrive(it);
        miss(it, 3);
    }),
    entry("code-maybe-used", |it| {
        check(it);
        it.answer(Err(HttpFailure::Timeout));
        it.submit();
        it.refuse(403, code::INVALID_GRANT, description::WRONG_EMAIL_CODE);
    }),
    entry("code-offline", |it| {
        check(it);
        it.answer(Err(HttpFailure::Offline));
    }),
    entry("code-blocked", |it| {
        check(it);
        it.refuse(401, code::UNAUTHORIZED, description::USER_BLOCKED);
    }),
    entry("code-rate-limited", |it| {
        arrive(it);
        it.pass(30);
        it.take(Event::ResendRequested);
        it.ask_to_wait(Some(120));
    }),
    entry("code-resend", |it| {
        arrive(it);
        it.pass(30);
    }),
    entry("code-resending", |it| {
        arrive(it);
        it.pass(30);
        it.take(Event::ResendRequested);
    }),
    entry("code-resent", |it| {
        arrive(it);
        it.pass(30);
        it.take(Event::ResendRequested);
        it.send_code(6, 180);
    }),
    entry("code-expired", |it| {
        arrive(it);
        it.pass(180);
    }),
    entry("code-expired-resending", |it| {
        arrive(it);
        it.pass(180);
        it.submit();
    }),
    entry("code-rejected", |it| {
        right(it);
        it.give_keys();
        it.check_token(None);
        it.pass(30);
    }),
    entry("code-stalled", |it| {
        right(it);
        it.answer(Err(HttpFailure::Unreachable));
    }),
    entry("code-stalled-again", |it| {
        right(it);
        it.answer(Err(HttpFailure::Unreachable));
        it.submit();
    }),
    with(&[("modal", ""), ("open", "")], "code-dialog", arrive),
];

/// What is sent is a link, or who they are is asked on another page.
const LINK: &[Entry] = &[
    with(BY_LINK, "link-identifier", |_| {}),
    with(BY_LINK, "link-sending", ask),
    with(BY_LINK, "link", arrive),
    with(BY_LINK, "link-mailbox", |it| {
        it.enter("alice@gmail.com");
        it.send_code(6, 180);
    }),
    with(BY_LINK, "link-resend", |it| {
        arrive(it);
        it.pass(30);
    }),
    with(BY_LINK, "link-resending", |it| {
        arrive(it);
        it.pass(30);
        it.submit();
    }),
    with(BY_LINK, "link-resent", |it| {
        arrive(it);
        it.pass(30);
        it.submit();
        it.send_code(6, 180);
    }),
    with(BY_LINK, "link-expired", |it| {
        arrive(it);
        it.pass(180);
    }),
    with(&[("method", "both")], "link-or-code", arrive),
    entry("link-returning", |it| it.come_back(true, Answer::Code("code".to_owned()))),
    entry("link-elsewhere", |it| it.come_back(false, Answer::Code("code".to_owned()))),
    entry("link-refused", |it| {
        it.come_back(true, Answer::Refused(ErrorBody::new(code::UNAUTHORIZED, "")));
    }),
    with(ELSEWHERE, "redirect", |_| {}),
    with(ELSEWHERE, "redirect-leaving", Scene::submit),
];

/// How it ends.
const END: &[Entry] = &[
    entry("authenticated", sign_in),
    with(SMS, "authenticated-phone", |it| {
        it.enter(NUMBER);
        it.send_code(6, 180);
        it.type_in("407119");
        finish(it);
    }),
    entry("authenticated-signing-out", |it| {
        sign_in(it);
        it.submit();
    }),
    with(&[("client-id", "")], "failure", |_| {}),
];

/// An address that no field is wide enough for.
const LONG: &str = "a.rather.long.address.that.goes.on.and.on@subdomain.of.a.company.example.com";

fn ask(it: &mut Scene) {
    it.enter(ADDRESS);
}

fn asked(it: &mut Scene, answer: fn(&mut Scene)) {
    ask(it);
    answer(it);
}

fn arrive(it: &mut Scene) {
    ask(it);
    it.send_code(6, 180);
}

/// A code is on its way to the server: a complete one needs no press.
fn check(it: &mut Scene) {
    arrive(it);
    it.type_in("407119");
}

/// Wrong codes, one after the other.
fn miss(it: &mut Scene, times: u32) {
    for last in 1..=times {
        it.type_in(&["40711", &last.to_string()].concat());
        let description = if last < 3 { description::WRONG_EMAIL_CODE } else { description::CODE_ATTEMPTS };
        it.refuse(403, code::INVALID_GRANT, description);
    }
}

/// The code was right; the keys are asked for.
fn right(it: &mut Scene) {
    check(it);
    it.give_tokens();
}

fn finish(it: &mut Scene) {
    it.give_tokens();
    it.give_keys();
    it.check_token(Some("email|1"));
}

fn sign_in(it: &mut Scene) {
    check(it);
    finish(it);
}
