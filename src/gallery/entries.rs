//! The states, in the order in which a login goes through them.
//!
//! What an attribute of the element cannot say, the page of the gallery does for it (`e2e/demo/gallery/frame.js`):
//! `data-flash` shows a message of the page's own of that type, `data-person` has somebody with picture and name,
//! `data-return` comes back to the page after it was left, and `data-press` presses what it selects. `data-alone` is shown
//! beside no other.

mod code;
mod identifier;
mod link;

use self::{
    code::{CAPTCHA, CODE},
    identifier::{IDENTIFIER, PHONE, REMEMBERED},
    link::LINK,
};
use super::{Entry, Scene};

/// Every state.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    [IDENTIFIER, REMEMBERED, PHONE, CAPTCHA, CODE, LINK, END].into_iter().flatten()
}

pub(super) const ADDRESS: &str = "alice@example.com";
/// An address that no field is wide enough for.
const LONG: &str = "a.rather.long.address.that.goes.on.and.on@subdomain.of.a.company.example.com";
const NUMBER: &str = "+47 412 34 567";
const SMS: &[(&str, &str)] = &[("connections", "sms")];
const BOTH: &[(&str, &str)] = &[("connections", "email sms")];

const fn entry(name: &'static str, play: fn(&mut Scene)) -> Entry {
    Entry { name, attributes: &[], play }
}

const fn with(attributes: &'static [(&str, &str)], name: &'static str, play: fn(&mut Scene)) -> Entry {
    Entry { name, attributes, play }
}

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
