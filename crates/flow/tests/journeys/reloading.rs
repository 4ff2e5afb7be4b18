//! The code screen after a reload, and after the clock was set.

use latch_flow::{
    Event, Stored,
    view::{CodeMode, ScreenName},
};
use latch_protocol::stored::Challenge;

use crate::support::{Login, answers::NOW};

#[test]
fn a_reload_comes_back_to_the_code_and_sends_nothing() {
    let mut login = Login::at_the_code();
    login.after(10);
    login.reload();
    let screen = login.code_screen();
    assert_eq!((screen.destination.as_str(), screen.mode), ("ada@example.com", CodeMode::Enter));
    assert_eq!(login.starts(), 1);
    assert_eq!(login.view().status, None, "that a code was sent is no news");
    login.after(170);
    assert_eq!(login.code_screen().mode, CodeMode::Expired);
}

#[test]
fn a_reload_while_a_code_is_checked_comes_back_to_the_code() {
    let mut login = Login::at_the_code();
    login.enters("123456");
    login.reload();
    assert_eq!(login.code_screen().busy, None);
    login.enters("123456");
    assert_eq!(login.checked_codes().len(), 2, "nobody knows what came of the first");
}

#[test]
fn a_reload_gives_no_tries_back() {
    let mut login = Login::at_the_code();
    for code in ["111111", "222222"] {
        login.enters(code);
        login.server_refuses(403, "invalid_grant", "Wrong email or verification code.");
        login.reload();
    }
    login.enters("333333");
    login.server_refuses(403, "invalid_grant", "Wrong email or verification code.");
    assert_eq!(login.code_screen().mode, CodeMode::OutOfTries);
    login.reload();
    assert_eq!(login.code_screen().mode, CodeMode::OutOfTries);
}

#[test]
fn a_code_of_long_ago_is_forgotten_but_not_the_address() {
    let mut login = Login::at_the_code();
    login.now += 180_000 + 10 * 60_000 - 1;
    login.reload();
    assert_eq!(login.code_screen().mode, CodeMode::Expired);
    login.now += 1;
    login.reload();
    assert_eq!(login.identifier_screen().value, "ada@example.com");
    assert_eq!(login.stored.challenge, None);
}

#[test]
fn a_clock_that_was_set_back_revives_no_code() {
    let mut login = Login::at_the_code();
    login.clock_is_set_back(1);
    login.reload();
    assert_eq!(login.identifier_screen().value, "ada@example.com");
}

#[test]
fn a_clock_that_is_set_back_makes_no_wait_longer_and_no_code_younger() {
    let mut login = Login::at_the_code();
    login.after(10);
    login.clock_is_set_back(24 * 3600);
    login.enters("1");
    assert_eq!(login.code_screen().resend_in, 20);
    login.after(170);
    assert_eq!(login.code_screen().mode, CodeMode::Expired);
    login.clock_is_set_back(3600);
    login.happens(Event::Woke);
    assert_eq!(login.code_screen().mode, CodeMode::Expired);
    login.asks_for_another_code();
    assert_eq!(login.starts(), 2);

    // What is stored goes along, so that a reload sees the same.
    let mut login = Login::at_the_code();
    login.clock_is_set_back(3600);
    login.happens(Event::Woke);
    login.reload();
    assert_eq!(login.code_screen().resend_in, 30);
}

#[test]
fn a_stored_code_that_no_server_could_have_sent_is_dropped() {
    let sound = Challenge {
        connection: "email".into(),
        identifier: "ada@example.com".into(),
        expires_at: NOW + 100_000,
        resend_at: NOW,
        lifetime: 180,
        code_length: 6,
        tries: 3,
        failures: 0,
        resends: 0,
        sender: None,
        subject: None,
    };
    let open = |challenge: Challenge| {
        let mut login =
            Login::after_an_earlier_page(Stored { challenge: Some(challenge), ..Stored::default() });
        login.enters("");
        login
    };
    assert_eq!(open(sound.clone()).view().name(), ScreenName::Code);
    for unsound in [
        Challenge { code_length: 0, ..sound.clone() },
        Challenge { code_length: u32::MAX, ..sound.clone() },
        Challenge { expires_at: u64::MAX, ..sound.clone() },
        Challenge { expires_at: u64::MAX, lifetime: u32::MAX, ..sound.clone() },
        Challenge { expires_at: NOW + 48 * 3_600_000, lifetime: u32::MAX, ..sound.clone() },
        Challenge { expires_at: 0, ..sound.clone() },
        Challenge { resend_at: u64::MAX, ..sound.clone() },
    ] {
        let login = open(unsound.clone());
        assert_eq!(login.view().name(), ScreenName::Identifier, "{unsound:?}");
        assert_eq!(login.stored.challenge, None);
        assert_eq!(login.sent, []);
    }
    for spent in [Challenge { tries: 0, ..sound.clone() }, Challenge { failures: u32::MAX, ..sound }] {
        assert_eq!(open(spent).code_screen().mode, CodeMode::OutOfTries);
    }
}
