//! A server that wants fewer requests, and says for how long.

use latch_flow::{HttpFailure, Problem, view::Status};
use latch_protocol::error::{ErrorBody, code};

use crate::support::Login;

fn wait_for(seconds: u32) -> HttpFailure {
    let body = ErrorBody::new(code::TOO_MANY_REQUESTS, "Slow down.");
    HttpFailure::Refused { status: 429, body, retry_after: Some(seconds) }
}

#[test]
fn a_wait_is_told_until_it_is_over_and_no_longer() {
    let mut login = Login::new();
    login.types("ada@example.com");
    login.fails(wait_for(45));
    let limited = Problem::RateLimited { wait: Some(45) };
    login.after(44);
    assert_eq!(login.view().problem(), Some(limited));
    assert_eq!(login.view().status, Some(Status::Problem(limited, 1)));
    login.after(1);
    assert_eq!((login.view().problem(), login.view().status), (None, None));
    assert_eq!(login.identifier_screen().value, "ada@example.com");
    assert_eq!(login.starts(), 1, "whether to try again is for the user to decide");
}

#[test]
fn a_wait_between_codes_and_one_between_tries_end_on_the_code_screen() {
    let mut login = Login::at_the_code();
    login.enters("123456");
    login.fails(wait_for(20));
    login.after(19);
    assert_eq!(login.code_screen().problem, Some(Problem::RateLimited { wait: Some(20) }));
    login.after(1);
    assert_eq!(login.code_screen().problem, None);
    login.after(10);
    login.asks_for_another_code();
    login.fails(wait_for(40));
    login.after(39);
    assert!(login.code_screen().problem.is_some());
    login.after(1);
    assert_eq!((login.code_screen().problem, login.code_screen().resend_in), (None, 0));
}

#[test]
fn another_problem_outlives_a_wait() {
    let mut login = Login::new();
    login.types("ada@example.com");
    login.fails(wait_for(45));
    login.types("ada@");
    login.after(60);
    assert_eq!(login.view().problem(), Some(Problem::EmailInvalid));
    let mut login = Login::new();
    login.types("ada@example.com");
    login.server_refuses(429, code::TOO_MANY_REQUESTS, "");
    login.after(3600);
    assert_eq!(login.view().problem(), Some(Problem::RateLimited { wait: None }), "nobody knows its end");
}

#[test]
fn no_wait_gets_longer_by_a_clock_that_is_set_back() {
    let mut login = Login::new();
    login.types("ada@example.com");
    login.fails(wait_for(45));
    login.clock_is_set_back(600);
    login.begins("ada@example.org");
    login.after(45);
    assert_eq!(login.view().problem(), None);
}
