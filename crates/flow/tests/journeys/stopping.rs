//! A page that has something to say to a request before it leaves.

use latch_flow::{HostEvent, HttpFailure, Problem, event::STOPPED, view::Status};
use latch_protocol::{error::ErrorBody, stored::Challenge};

use crate::support::{Login, answers, refused};

/// The page stops a request, and says itself why.
fn stopped() -> HttpFailure {
    HttpFailure::Refused { status: 0, body: ErrorBody::default(), retry_after: None }
}

/// The page stops a request, with words of its own.
fn stopped_because(reason: &str) -> HttpFailure {
    refused(0, STOPPED, reason)
}

fn challenge(login: &Login) -> &Challenge {
    login.stored.challenge.as_ref().expect("a code was sent")
}

#[test]
fn a_page_that_stops_a_code_from_being_sent_leaves_the_form_as_it_was() {
    let mut login = Login::new();
    login.types("ada@example.com");
    login.told();
    login.fails(stopped());
    let screen = login.identifier_screen();
    assert_eq!((screen.value.as_str(), screen.sending, screen.problem), ("ada@example.com", false, None));
    assert_eq!((login.view().status, login.told()), (None, vec![]), "the page says it itself");
    login.types("ada@example.com");
    assert_eq!(login.starts(), 2, "the page may think otherwise now");
    login.server_sends_code();
    assert_eq!(login.code_screen().destination, "ada@example.com");
}

#[test]
fn a_page_that_gives_a_reason_has_something_said() {
    let mut login = Login::new();
    login.types("ada@example.com");
    login.told();
    login.fails(stopped_because("Staff sign in elsewhere."));
    assert_eq!(login.identifier_screen().problem, Some(Problem::ServerFault));
    let told = HostEvent::AuthorizationError {
        error: "stopped".into(),
        error_description: "Staff sign in elsewhere.".into(),
        is_advice: false,
    };
    assert_eq!(login.told(), [told]);
}

#[test]
fn a_code_that_the_page_stops_costs_no_try_and_can_be_pressed_for_again() {
    for failure in [stopped(), stopped_because("Not now.")] {
        let mut login = Login::at_the_code();
        let before = challenge(&login).clone();
        login.enters("123456");
        login.fails(failure.clone());
        assert_eq!((login.code_screen().busy, challenge(&login)), (None, &before), "{failure:?}");
        login.enters("123456");
        assert_eq!(login.checked_codes().len(), 1, "not without a press: {failure:?}");
        login.presses("123456");
        assert_eq!(login.checked_codes().len(), 2, "{failure:?}");
        // It never left, so a refusal now is about the code, and not about an earlier try with it.
        login.server_refuses(403, "invalid_grant", "Wrong email or verification code.");
        assert_eq!(login.code_screen().problem, Some(Problem::CodeWrong { tries_left: None }), "{failure:?}");
        login.presses("654321");
        login.everything_goes_well(answers::tokens());
        assert!(login.session().is_some(), "{failure:?}");
    }
}

#[test]
fn another_code_that_the_page_stops_can_be_asked_for_again_and_the_old_one_still_counts() {
    let mut login = Login::at_the_code();
    login.after(30);
    login.asks_for_another_code();
    login.fails(stopped());
    let screen = login.code_screen();
    assert_eq!((screen.busy, screen.problem, screen.resend_in), (None, None, 0));
    assert!(!matches!(login.view().status, Some(Status::CodeSent(_))), "that is not said a second time");
    login.asks_for_another_code();
    assert_eq!(login.starts(), 3);
    login.fails(stopped());
    login.enters("123456");
    assert_eq!(login.checked_codes(), ["123456"]);
}

#[test]
fn while_a_page_thinks_its_user_can_go_back() {
    let mut login = Login::at_the_code();
    login.enters("123456");
    let asked = login.pending().expect("the page is asked");
    login.changes_address();
    assert_eq!((login.cancelled.as_slice(), login.pending()), ([asked].as_slice(), None));
    assert_eq!(login.identifier_screen().value, "ada@example.com");
}
