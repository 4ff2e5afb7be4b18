//! The hosted page: a code leads back to the server, which signs the user in for the client that waits.

use latch_flow::{
    HostEvent, Problem, Reply, Request, Stored,
    view::{Busy, ScreenName},
};
use latch_protocol::error::description::WRONG_EMAIL_CODE;

use crate::support::{Login, answers};

fn at_the_code() -> Login {
    Login::at_the_code_with(|options| options.transaction = "waiting".into())
}

#[test]
fn a_right_code_leads_to_the_server_with_all_that_it_needs() {
    let mut login = at_the_code();
    let Some(Request::Start(start)) = login.sent.last() else { panic!("{:?}", login.sent) };
    let params = start.auth_params.as_ref().unwrap();
    assert_eq!(params.state.as_deref(), Some("waiting"), "a confidential client has no secret here");
    login.enters("123456");
    assert!(matches!(login.sent.last(), Some(Request::Verify(_))));
    login.server_answers(Ok(Reply::Verified));
    let address = login.left_for.take().unwrap();
    assert_eq!(address.path, "/passwordless/verify_redirect");
    let query = address.query;
    let query: Vec<_> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(
        query,
        [
            ("client_id", "demo"),
            ("connection", "email"),
            ("email", "ada@example.com"),
            ("verification_code", "123456"),
            ("state", "waiting"),
        ]
    );
    // Still at work until the page is gone, and not to be found again by the next one.
    assert_eq!(login.code_screen().busy, Some(Busy::Verifying));
    assert_eq!(login.stored, Stored::default());
}

#[test]
fn a_wrong_code_is_told_as_everywhere() {
    let mut login = at_the_code();
    login.enters("123456");
    login.server_refuses(403, "invalid_grant", WRONG_EMAIL_CODE);
    assert_eq!(login.code_screen().problem, Some(Problem::CodeWrong { tries_left: None }));
    assert_eq!(login.left_for, None);
}

#[test]
fn a_session_of_another_page_is_not_its_own() {
    let session = {
        let mut login = Login::at_the_code();
        login.enters("123456");
        login.everything_goes_well(answers::tokens());
        login.session().unwrap().clone()
    };
    let stored = Stored { session: Some(session.clone()), ..Stored::default() };
    let mut login = Login::on_a_page_with(stored, |options| options.transaction = "waiting".into());
    assert_eq!(login.view().name(), ScreenName::Identifier);
    assert!(login.stored.session.is_some(), "nor is it taken away from its page");
    login.another_tab_leaves(Some(session));
    assert_eq!(login.view().name(), ScreenName::Identifier);
    assert!(!login.told().iter().any(|event| matches!(event, HostEvent::Session(_))));
}

#[test]
fn tokens_are_no_answer_here() {
    let mut login = at_the_code();
    login.enters("123456");
    login.server_answers(Ok(Reply::Tokens(answers::tokens())));
    assert_eq!(login.code_screen().problem, Some(Problem::Unreadable));
}
