//! What is sent is a link, or who somebody is is asked on another page.

use latch_flow::event::Answer;
use latch_protocol::error::{ErrorBody, code};

use super::{NUMBER, Scene, arrive, ask, entry, with};
use crate::gallery::Entry;

const BY_LINK: &[(&str, &str)] = &[("method", "link")];
/// A number gets a code all the same.
const SMS_BY_LINK: &[(&str, &str)] = &[("method", "link"), ("connections", "sms")];
const EITHER_BY_LINK: &[(&str, &str)] = &[("method", "link"), ("connections", "email sms")];
const ELSEWHERE: &[(&str, &str)] = &[("exchange", "redirect")];

/// What is sent is a link, or who they are is asked on another page.
pub(super) const LINK: &[Entry] = &[
    with(BY_LINK, "link-identifier", |_| {}),
    with(EITHER_BY_LINK, "link-either", |_| {}),
    with(EITHER_BY_LINK, "link-either-number", |it| it.type_in(NUMBER)),
    with(SMS_BY_LINK, "link-phone", |_| {}),
    with(BY_LINK, "link-sending", ask),
    with(BY_LINK, "link", arrive),
    with(EITHER_BY_LINK, "link-code-by-phone", |it| {
        it.enter(NUMBER);
        it.send_code(6, 180);
    }),
    with(BY_LINK, "link-waiting", |it| {
        arrive(it);
        it.pass(25);
    }),
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
