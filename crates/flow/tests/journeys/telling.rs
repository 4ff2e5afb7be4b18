//! What is said of what is sent, and of where it may be: nothing that does not come true.

use latch_flow::{
    Event,
    view::{Status, Wait},
};

use crate::support::Login;

#[test]
fn who_leaves_for_another_connection_is_not_told_that_a_code_is_sent() {
    let mut login = Login::with(|options| options.connections = "email github".into());
    login.happens(Event::ConnectionChosen("github".into()));
    assert!(login.view().is_busy());
    assert_eq!(login.view().status, None);
}

#[test]
fn where_a_mail_may_be_is_said_once() {
    let mut login = Login::at_the_code();
    login.after(19);
    assert_eq!(login.view().status, Some(Status::CodeSent("ada@example.com".into())));
    login.after(1);
    assert_eq!(login.view().status, Some(Status::LookInSpam));
    login.enters("123456");
    login.server_refuses(403, "invalid_grant", "Wrong email or verification code.");
    login.enters("12345");
    assert_eq!(login.view().status, None, "they have found it");
    assert!(matches!(login.code_screen().wait, Wait::Long(_)), "it still stands there");
}

#[test]
fn nobody_looks_for_a_text_message_among_the_spam() {
    let mut login = Login::with(|options| options.connections = "sms".into());
    login.types("+47 412 34 567");
    login.server_sends_code();
    login.after(60);
    assert!(matches!(login.view().status, Some(Status::CodeSent(_))));
}

#[test]
fn only_a_code_that_is_checked_by_itself_is_said_to_be() {
    assert!(Login::at_the_code().code_screen().is_checked_at_once);
    let login = Login::at_the_code_with(|options| options.auto_submit = false);
    assert!(!login.code_screen().is_checked_at_once);
}
