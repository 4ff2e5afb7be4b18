//! Asking for another code, and waiting for that.

use latch_flow::{
    HttpFailure, Problem, Request,
    view::{Busy, CodeMode, Status},
};
use latch_protocol::{
    error::{ErrorBody, code, description::WRONG_EMAIL_CODE},
    passwordless::StartResponse,
};

use crate::support::{Login, answers};

#[test]
fn a_code_can_be_asked_for_again_when_the_wait_is_over() {
    let mut login = Login::at_the_code();
    login.after(10);
    assert_eq!(login.code_screen().resend_in, 20);
    login.asks_for_another_code();
    assert_eq!(login.starts(), 1, "the wait is not over");

    login.after(20);
    assert_eq!(login.code_screen().resend_in, 0);
    login.asks_for_another_code();
    login.asks_for_another_code();
    assert_eq!(login.starts(), 2);
    assert_eq!(login.code_screen().busy, Some(Busy::Resending));
    assert_eq!(login.view().status, Some(Status::Sending));
    login.enters("123456");
    login.presses("123456");
    assert_eq!(login.checked_codes(), [""; 0], "the code in the field is about to be replaced");

    login.server_sends_code();
    let screen = login.code_screen();
    assert_eq!((screen.resend_in, screen.resends, screen.busy), (30, 1, None));
    assert_eq!(login.view().status, Some(Status::CodeResent("ada@example.com".into())));
}

#[test]
fn the_wait_is_kept_over_a_reload() {
    let mut login = Login::at_the_code();
    login.after(10);
    login.reload();
    assert_eq!(login.code_screen().resend_in, 20);
    login.asks_for_another_code();
    assert_eq!(login.starts(), 1);
    login.after(20);
    login.asks_for_another_code();
    assert_eq!(login.starts(), 2);
}

#[test]
fn the_countdown_is_seen_to_run_without_anybody_doing_anything() {
    let mut login = Login::new();
    login.types("ada@example.com");
    login.now += 345; // The answer does not come on a full second.
    login.server_sends_code();
    for left in (0..30).rev() {
        login.after(1);
        assert_eq!(login.code_screen().resend_in, left);
    }
}

#[test]
fn another_code_makes_a_new_start() {
    let mut login = Login::at_the_code();
    login.enters("111111");
    login.server_refuses(403, "invalid_grant", "Wrong email or verification code.");
    assert!(login.view().problem().is_some());
    login.after(30);
    login.asks_for_another_code();
    login.server_sends_code();

    assert_eq!(login.view().problem(), None);
    assert_eq!(login.stored.challenge.as_ref().unwrap().failures, 0);
    login.enters("111111");
    assert_eq!(login.checked_codes(), ["111111", "111111"], "it may be the new code");
}

#[test]
fn a_code_that_could_not_be_replaced_stays_good() {
    let mut login = Login::at_the_code();
    login.after(30);
    login.asks_for_another_code();
    login.fails(HttpFailure::Timeout);
    let screen = login.code_screen();
    assert_eq!((screen.mode, screen.problem), (CodeMode::Enter, Some(Problem::Timeout)));
    login.enters("123456");
    login.everything_goes_well(answers::tokens());
    assert!(login.session().is_some());
}

#[test]
fn a_server_that_is_asked_too_often_sets_the_wait_also_over_a_reload() {
    let mut login = Login::at_the_code();
    login.after(30);
    login.asks_for_another_code();
    let body = ErrorBody::new("too_many_requests", "Slow down.");
    login.fails(HttpFailure::Refused { status: 429, body: body.clone(), retry_after: Some(90) });
    assert_eq!(login.code_screen().problem, Some(Problem::RateLimited { wait: Some(90) }));
    assert_eq!(login.code_screen().resend_in, 90);
    login.reload();
    assert_eq!(login.code_screen().resend_in, 90);

    login.after(90);
    login.asks_for_another_code();
    login.fails(HttpFailure::Refused { status: 429, body, retry_after: Some(u32::MAX) });
    assert_eq!(login.code_screen().resend_in, 3600, "nobody is locked out for a century");
}

#[test]
fn another_code_goes_the_same_way() {
    let mut login = Login::with(|options| options.connections = "email sms".into());
    login.types("+47 412 34 567");
    login.server_sends_code();
    login.after(30);
    login.asks_for_another_code();
    let Some(Request::Start(start)) = login.sent.last() else { panic!("{:?}", login.sent) };
    assert_eq!(start.phone_number.as_deref(), Some("+4741234567"));
    login.server_sends_code();

    login.changes_address();
    assert_eq!(login.identifier_screen().value, "+4741234567");
    login.types("ada@example.com");
    let Some(Request::Start(start)) = login.sent.last() else { panic!("{:?}", login.sent) };
    assert_eq!((start.connection.as_str(), start.email.as_deref()), ("email", Some("ada@example.com")));
}

#[test]
fn that_little_time_is_left_is_said_once_before_the_code_expires() {
    let soon = Some(Status::ExpiresSoon(30));
    let mut login = Login::at_the_code();
    login.after(149);
    assert_ne!(login.view().status, soon);
    login.after(1);
    assert_eq!(login.view().status, soon);
    login.after(10);
    assert_eq!(login.view().status, soon, "it is the same, so that nobody hears it again");
    login.enters("123456");
    login.server_refuses(403, code::INVALID_GRANT, WRONG_EMAIL_CODE);
    assert!(matches!(login.view().status, Some(Status::Problem(..))), "that is news");
    login.enters("");
    assert_ne!(login.view().status, soon, "once");
    login.after(20);
    assert_eq!(login.view().status, Some(Status::Expired));
    login.asks_for_another_code();
    login.server_sends_code();
    login.after(150);
    assert_eq!(login.view().status, soon, "the new code's time ends, too");
}

#[test]
fn a_wrong_code_does_not_keep_anybody_from_hearing_that_little_time_is_left() {
    let mut login = Login::at_the_code();
    login.enters("123456");
    login.server_refuses(403, code::INVALID_GRANT, WRONG_EMAIL_CODE);
    login.after(150);
    assert_eq!(login.view().status, Some(Status::ExpiresSoon(30)));
}

#[test]
fn of_a_short_time_the_end_is_not_said() {
    let mut login = Login::new();
    login.types("ada@example.com");
    login.server_answers_start(StartResponse { expires_in: Some(45), ..answers::code_sent() });
    for _ in 0..44 {
        login.after(1);
        assert_ne!(login.view().status, Some(Status::ExpiresSoon(30)));
    }
}
