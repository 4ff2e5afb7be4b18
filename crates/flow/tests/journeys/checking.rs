//! Typing, pasting and checking a code.

use latch_flow::{
    HttpFailure, Problem,
    view::{Busy, CodeMode, ScreenName, Status},
};
use latch_protocol::{
    error::description::{CODE_ATTEMPTS, CODE_EXPIRED, WRONG_EMAIL_CODE},
    passwordless::StartResponse,
};

use crate::support::{Login, answers};

fn wrong(login: &mut Login, code: &str) {
    login.enters(code);
    login.server_refuses(403, "invalid_grant", WRONG_EMAIL_CODE);
}

#[test]
fn what_is_left_of_the_tries_is_told_from_the_second_failure_on() {
    let mut login = Login::at_the_code();
    wrong(&mut login, "111111");
    assert_eq!(login.code_screen().problem, Some(Problem::CodeWrong { tries_left: None }));
    wrong(&mut login, "222222");
    assert_eq!(login.code_screen().problem, Some(Problem::CodeWrong { tries_left: Some(1) }));
    assert_eq!(login.view().status, Some(Status::Problem(Problem::CodeWrong { tries_left: Some(1) }, 2)));
}

#[test]
fn the_last_failure_ends_the_code() {
    let mut login = Login::at_the_code();
    for code in ["111111", "222222", "333333"] {
        wrong(&mut login, code);
    }
    let screen = login.code_screen();
    assert_eq!((screen.mode, screen.problem), (CodeMode::OutOfTries, None));
    assert_eq!(login.view().status, Some(Status::OutOfTries));
    login.enters("444444");
    login.presses("444444");
    assert_eq!(login.checked_codes().len(), 3);

    login.after(30);
    login.asks_for_another_code();
    login.server_sends_code();
    assert_eq!(login.code_screen().mode, CodeMode::Enter);
}

#[test]
fn the_server_decides_how_many_tries_there_are() {
    let mut login = Login::new();
    login.types("ada@example.com");
    login.server_answers_start(StartResponse { tries: Some(1), ..answers::code_sent() });
    wrong(&mut login, "111111");
    assert_eq!(login.code_screen().mode, CodeMode::OutOfTries);
}

#[test]
fn a_code_expires_by_the_clock() {
    let mut login = Login::at_the_code();
    login.after(179);
    assert_eq!(login.code_screen().mode, CodeMode::Enter);
    login.after(1);
    assert_eq!(login.code_screen().mode, CodeMode::Expired);
    assert_eq!(login.view().status, Some(Status::Expired));
    login.enters("123456");
    login.presses("123456");
    assert_eq!(login.checked_codes(), [""; 0]);
    login.asks_for_another_code();
    assert_eq!(login.starts(), 2);
}

#[test]
fn a_code_expires_when_the_server_says_so() {
    let mut login = Login::at_the_code();
    login.after(10);
    login.enters("123456");
    login.server_refuses(403, "invalid_grant", CODE_EXPIRED);
    let screen = login.code_screen();
    assert_eq!((screen.mode, screen.problem), (CodeMode::Expired, None));
    assert_eq!(login.view().status, Some(Status::Expired));
    login.reload();
    assert_eq!(login.code_screen().mode, CodeMode::Expired);
}

#[test]
fn the_tries_are_over_when_the_server_says_so() {
    let mut login = Login::at_the_code();
    login.enters("123456");
    login.server_refuses(403, "invalid_grant", CODE_ATTEMPTS);
    let screen = login.code_screen();
    assert_eq!((screen.mode, screen.problem), (CodeMode::OutOfTries, None));
    login.reload();
    assert_eq!(login.code_screen().mode, CodeMode::OutOfTries);
}

#[test]
fn a_check_under_way_is_not_interrupted_by_the_clock() {
    let mut login = Login::at_the_code();
    login.after(179);
    login.enters("123456");
    login.after(5);
    let screen = login.code_screen();
    assert_eq!((screen.mode, screen.busy), (CodeMode::Enter, Some(Busy::Verifying)));
    login.everything_goes_well(answers::tokens());
    assert_eq!(login.view().name(), ScreenName::Authenticated);

    let mut login = Login::at_the_code();
    login.after(179);
    login.enters("123456");
    login.after(5);
    login.server_refuses(403, "invalid_grant", WRONG_EMAIL_CODE);
    assert_eq!(login.code_screen().mode, CodeMode::Expired);
}

#[test]
fn a_complete_code_is_checked_once_without_a_press() {
    let mut login = Login::at_the_code();
    for text in ["1", "12345", "123456", "123456", "1234567"] {
        login.enters(text);
    }
    assert_eq!(login.checked_codes(), ["123456"]);
    assert_eq!(login.code_screen().busy, Some(Busy::Verifying));
    assert_eq!(login.view().status, Some(Status::Verifying));
    login.enters("654321");
    login.presses("654321");
    assert_eq!(login.checked_codes(), ["123456"], "one check at a time");

    login.fails(HttpFailure::Offline);
    for text in ["12345", "123456"] {
        login.enters(text);
    }
    assert_eq!(login.checked_codes(), ["123456"], "a code that was checked waits for a press");
    login.presses("123456");
    assert_eq!(login.checked_codes(), ["123456", "123456"]);
}

#[test]
fn nothing_is_checked_without_a_press_where_the_page_does_not_want_it() {
    let mut login = Login::at_the_code_with(|options| options.auto_submit = false);
    login.enters("123456");
    assert_eq!(login.checked_codes(), [""; 0]);
    login.presses("123456");
    login.presses("123456");
    assert_eq!(login.checked_codes(), ["123456"]);
}

#[test]
fn a_press_on_half_a_code_asks_for_the_rest() {
    let mut login = Login::at_the_code();
    login.presses("123");
    assert_eq!(login.code_screen().problem, Some(Problem::CodeIncomplete));
    login.presses("");
    assert_eq!((login.code_screen().refusals, login.sent.len()), (2, 1));
    login.enters("1234");
    assert_eq!(login.code_screen().problem, None);
}

#[test]
fn a_code_that_is_known_to_be_wrong_is_not_sent_again() {
    for auto_submit in [true, false] {
        let mut login = Login::at_the_code_with(|options| options.auto_submit = auto_submit);
        let check = |login: &mut Login, code| {
            login.enters(code);
            if !auto_submit {
                login.presses(code);
            }
        };
        check(&mut login, "111111");
        login.server_refuses(403, "invalid_grant", WRONG_EMAIL_CODE);
        login.presses("111111");
        let screen = login.code_screen();
        assert_eq!((screen.problem, screen.refusals), (Some(Problem::CodeWrong { tries_left: None }), 2));

        check(&mut login, "222222");
        login.fails(HttpFailure::Offline);
        check(&mut login, "111111");
        assert_eq!(login.checked_codes(), ["111111", "222222"], "not even after another one");
        login.presses("222222");
        login.server_refuses(403, "invalid_grant", WRONG_EMAIL_CODE);

        for code in ["1", "111111", "22222", "222222"] {
            check(&mut login, code);
        }
        assert_eq!(login.checked_codes(), ["111111", "222222", "222222"], "no try is spent on either");
        assert_eq!(login.code_screen().problem, Some(Problem::CodeWrong { tries_left: Some(1) }));
        check(&mut login, "333333");
        assert_eq!(login.checked_codes().len(), 4);
    }
}

#[test]
fn a_wrong_code_that_is_typed_again_is_refused_again_without_a_press() {
    let mut login = Login::at_the_code();
    wrong(&mut login, "111111");
    login.enters("11111");
    assert_eq!(login.code_screen().problem, None);
    login.enters("111111");
    assert_eq!(login.code_screen().problem, Some(Problem::CodeWrong { tries_left: None }));
    assert_eq!(login.code_screen().refusals, 2);
    login.enters("111111");
    assert_eq!(login.code_screen().refusals, 2, "said once per typing");
    assert_eq!(login.checked_codes(), ["111111"]);
}

#[test]
fn typing_takes_back_what_was_said_about_the_code_but_not_about_the_network() {
    let mut login = Login::at_the_code();
    wrong(&mut login, "111111");
    login.enters("111111");
    assert!(login.code_screen().problem.is_some(), "nothing was typed");
    login.enters("2");
    assert_eq!(login.code_screen().problem, None);
    assert_eq!(login.view().status, None, "that a code was sent is no news any more");

    login.enters("222222");
    login.fails(HttpFailure::Offline);
    login.enters("3");
    assert_eq!(login.code_screen().problem, Some(Problem::Offline));
}

#[test]
fn a_code_that_may_have_been_used_up_is_not_called_wrong() {
    for failure in [HttpFailure::Timeout, HttpFailure::Unreachable, HttpFailure::Unreadable { status: 502 }] {
        let mut login = Login::at_the_code();
        login.enters("123456");
        login.fails(failure);
        wrong(&mut login, "111111");
        login.presses("123456");
        login.server_refuses(403, "invalid_grant", WRONG_EMAIL_CODE);
        assert_eq!(login.code_screen().problem, Some(Problem::CodeMaybeUsed));
        login.presses("123456");
        assert_eq!(login.code_screen().problem, Some(Problem::CodeMaybeUsed), "nor when asked again");
        assert_eq!(login.checked_codes(), ["123456", "111111", "123456"]);
    }
}

#[test]
fn a_code_is_found_in_what_is_pasted() {
    for pasted in [
        "123456",
        " 123 456\n",
        "Your code is 123-456. It is good for 3 minutes.",
        "Ihr Code: 123456 (gültig bis 12:45)",
        "١٢٣ ٤٥٦",
        "１２３４５６",
    ] {
        let mut login = Login::at_the_code();
        login.enters(pasted);
        assert_eq!(login.checked_codes(), ["123456"], "{pasted:?}");
    }
}
