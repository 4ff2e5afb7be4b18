//! Who somebody is: by an address, as whoever was here last, by a number.

use latch_flow::{Event, HttpFailure, event::Answer};
use latch_protocol::error::{ErrorBody, code};

use super::{ADDRESS, BOTH, LONG, NUMBER, SMS, Scene, ask, asked, entry, with};
use crate::gallery::Entry;

const PHONE_FIRST: &[(&str, &str)] = &[("connections", "sms email")];
const PICKER: &[(&str, &str)] = &[("connections", "sms"), ("data-press", ".picker"), ("data-alone", "")];

const OTHERS: &[(&str, &str)] = &[("connections", "email google-oauth2 github")];
const OTHERS_FIRST: &[(&str, &str)] = &[("connections", "google-oauth2 github email")];
const NOTICE: &[(&str, &str)] = &[("terms", "notice"), ("terms-url", TERMS), ("privacy-url", PRIVACY)];
const ACCEPT: &[(&str, &str)] = &[("terms", "accept"), ("terms-url", TERMS), ("privacy-url", PRIVACY)];
const TERMS: &str = "https://app.example.com/terms";
const PRIVACY: &str = "https://app.example.com/privacy";

/// Without a way to the mailbox, which asks for the full edition as somebody who is remembered does.
const REMEMBER: &[(&str, &str)] = &[("remember", "on"), ("mailbox", "off")];
const REMEMBER_PERSON: &[(&str, &str)] = &[("remember", "on"), ("mailbox", "off"), ("data-person", "")];
const REMEMBER_NUMBER: &[(&str, &str)] = &[("remember", "on"), ("connections", "email sms")];
const REMEMBER_AND_ALL: &[(&str, &str)] = &[
    ("remember", "on"),
    ("connections", "email google-oauth2"),
    ("logo", "/gallery/logo.svg"),
    ("terms", "accept"),
    ("terms-url", TERMS),
    ("privacy-url", PRIVACY),
];

/// Who are you?
pub(super) const IDENTIFIER: &[Entry] = &[
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
    with(&[("data-flash", "info")], "identifier-flash-info", |_| {}),
    with(&[("data-flash", "success")], "identifier-flash-success", |_| {}),
    with(&[("data-flash", "error")], "identifier-flash-error", |_| {}),
    with(&[("modal", ""), ("open", "")], "identifier-dialog", |_| {}),
];

/// Is that you?
pub(super) const REMEMBERED: &[Entry] = &[
    with(REMEMBER, "remembered", |it| it.remember("email", ADDRESS)),
    with(REMEMBER, "remembered-long", |it| it.remember("email", LONG)),
    with(REMEMBER_NUMBER, "remembered-phone", |it| it.remember("sms", "+4741234567")),
    with(REMEMBER_PERSON, "remembered-person", |it| it.remember("email", ADDRESS)),
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
pub(super) const PHONE: &[Entry] = &[
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
