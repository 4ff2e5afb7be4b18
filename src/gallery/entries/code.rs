//! What was sent, and whether somebody is a person before it is.

use latch_flow::{Event, HttpFailure, captcha::CaptchaFault};
use latch_protocol::{
    captcha::provider,
    error::{code, description},
};

use super::{BOTH, LONG, NUMBER, SMS, Scene, arrive, ask, asked, check, entry, right, with};
use crate::gallery::Entry;

const PERSON: &[(&str, &str)] = &[("data-person", "")];

/// Are you a person?
pub(super) const CAPTCHA: &[Entry] = &[
    entry("captcha-checking", |it| asked(it, |it| it.want_captcha(provider::PROOF_OF_WORK, ""))),
    entry("captcha", |it| asked(it, |it| it.want_captcha(provider::AUTH0, "code"))),
    entry("captcha-sum", |it| asked(it, |it| it.want_captcha(provider::AUTH0, "math"))),
    entry("captcha-alternative", |it| {
        it.has_alternative = true;
        asked(it, |it| it.want_captcha(provider::AUTH0, "code"));
    }),
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
pub(super) const CODE: &[Entry] = &[
    entry("code", arrive),
    with(SMS, "code-phone", |it| {
        it.enter(NUMBER);
        it.send_code(6, 180);
    }),
    entry("code-long-address", |it| {
        it.enter(LONG);
        it.send_code(6, 180);
    }),
    with(PERSON, "code-person", arrive),
    entry("code-mailbox", |it| {
        it.enter("alice@gmail.com");
        it.send_code(6, 180);
    }),
    with(&[("data-press", ".summary")], "code-mailbox-on-phone", |it| {
        it.enter("alice@gmail.com");
        it.send_code(6, 180);
    }),
    with(&[("data-return", "")], "code-paste", arrive),
    with(&[("data-return", ""), ("data-press", ".paste button")], "code-paste-empty", arrive),
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
    entry("code-waiting-subject", |it| {
        it.sender = Some("login@acme.example");
        it.subject = Some("•••••• is your code for Acme");
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
    entry("code-denied", |it| {
        check(it);
        it.refuse(401, code::UNAUTHORIZED, "Staff only.");
    }),
    entry("code-mfa-required", |it| {
        check(it);
        it.refuse(403, "mfa_required", "Multifactor authentication required");
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
    entry("code-expires-soon", |it| {
        arrive(it);
        it.pass(150);
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
    with(&[("modal", ""), ("open", ""), ("data-person", "")], "code-dialog-person", arrive),
];

/// Wrong codes, one after the other.
fn miss(it: &mut Scene, times: u32) {
    for last in 1..=times {
        it.type_in(&["40711", &last.to_string()].concat());
        let description = if last < 3 { description::WRONG_EMAIL_CODE } else { description::CODE_ATTEMPTS };
        it.refuse(403, code::INVALID_GRANT, description);
    }
}
