//! From the server's yes to a session: the ID token has to be believed first.

use std::rc::Rc;

use latch_flow::{
    Event, HostEvent, HttpFailure, Problem, Reply, Request, Stored,
    id_token::TokenFault,
    view::{Busy, CodeMode, ScreenName, Status},
};
use latch_protocol::token::{PASSWORDLESS_OTP, TokenResponse};

use crate::support::{
    Login,
    answers::{self, NOW},
};

#[test]
fn a_code_signs_in() {
    let mut login = Login::at_the_code_with(|options| options.audience = "https://api.example.com".into());
    login.told();
    login.enters("123456");
    let Some(Request::Token(grant)) = login.sent.last() else { panic!("{:?}", login.sent) };
    assert_eq!(grant.grant_type, PASSWORDLESS_OTP);
    assert_eq!((grant.username.as_str(), grant.otp.as_str()), ("ada@example.com", "123456"));
    assert_eq!((grant.client_id.as_str(), grant.realm.as_str()), ("demo", "email"));
    assert_eq!(grant.scope.as_deref(), Some("openid profile email"));
    assert_eq!(grant.audience.as_deref(), Some("https://api.example.com"));

    login.server_gives(answers::tokens());
    assert_eq!(login.sent.last(), Some(&Request::Keys));
    assert_eq!(login.stored, Stored::default(), "the code is used, the tokens are not yet believed");
    login.server_gives_keys();
    assert_eq!(login.code_screen().busy, Some(Busy::Verifying));
    let check = login.check();
    assert_eq!(Some(&check.id_token), answers::tokens().id_token.as_ref());
    assert_eq!((&check.access_token, &check.keys), (&answers::tokens().access_token, &answers::keys()));
    assert!(login.session().is_none());

    login.id_token_holds();
    let session = login.session().unwrap().clone();
    assert_eq!(session.identifier, "ada@example.com");
    assert_eq!(session.expires_at, NOW + 86_400_000);
    assert_eq!(session.tokens, answers::tokens());
    assert_eq!(login.stored, Stored { session: Some(session.clone()), ..Stored::default() });
    assert_eq!(login.view().status, Some(Status::SignedIn("ada@example.com".into())));
    assert_eq!(login.authenticated_screen().identifier, "ada@example.com");
    let session = Rc::new(session);
    assert_eq!(
        login.told(),
        [
            HostEvent::Authenticated(session.clone()),
            HostEvent::Session(Some(session)),
            HostEvent::Step("authenticated"),
        ],
    );
}

#[test]
fn keys_that_cannot_be_fetched_cost_neither_the_tokens_nor_another_code() {
    let mut login = Login::at_the_code();
    login.enters("123456");
    login.server_gives(answers::tokens());
    login.fails(HttpFailure::Unreachable);
    let screen = login.code_screen();
    assert_eq!((screen.mode, screen.problem), (CodeMode::Stalled, Some(Problem::Unreachable)));

    login.enters("654321");
    login.after(300);
    login.asks_for_another_code();
    assert_eq!((login.checked_codes(), login.starts()), (vec!["123456"], 1));
    assert_eq!(login.code_screen().mode, CodeMode::Stalled, "what the clock says does not matter now");

    login.presses("");
    login.presses("");
    let screen = login.code_screen();
    assert_eq!((screen.busy, screen.problem), (Some(Busy::Verifying), None));
    login.fails(HttpFailure::Timeout);
    login.presses("");
    login.server_gives_keys();
    login.id_token_holds();
    assert_eq!(login.session().unwrap().tokens, answers::tokens());
    assert_eq!((login.checked_codes(), login.starts()), (vec!["123456"], 1));
}

#[test]
fn a_used_code_is_not_come_back_to() {
    let mut login = Login::at_the_code();
    login.enters("123456");
    login.server_gives(answers::tokens());
    login.fails(HttpFailure::Offline);
    login.clock_is_set_back(10);
    login.after(1);
    login.happens(Event::Woke);
    login.reload();
    assert_eq!(login.view().name(), ScreenName::Identifier);
}

#[test]
fn a_check_of_an_earlier_token_says_nothing_about_this_one() {
    let mut login = Login::at_the_code();
    login.enters("123456");
    login.server_gives(answers::tokens());
    login.server_gives_keys();
    let earlier = login.pending().unwrap();
    login.changes_address();
    login.types("bob@example.com");
    login.server_sends_code();
    login.enters("654321");
    login.server_gives(answers::tokens());
    login.server_gives_keys();
    login.happens(Event::TokenChecked(earlier, Ok(answers::evidence(NOW))));
    assert_eq!(login.code_screen().busy, Some(Busy::Verifying));
    assert!(login.session().is_none());
}

#[test]
fn an_id_token_that_is_not_believed_is_stored_nowhere() {
    let mut login = Login::at_the_code();
    login.enters("123456");
    login.server_gives(answers::tokens());
    login.server_gives_keys();
    login.told();
    login.id_token_is_bad(TokenFault::Signature);
    let screen = login.code_screen();
    assert_eq!((screen.mode, screen.problem), (CodeMode::Rejected, Some(Problem::TokenRejected)));
    assert_eq!(login.stored, Stored::default());
    assert!(login.session().is_none());
    let [HostEvent::AuthorizationError { error, error_description, .. }] = &login.told()[..] else {
        panic!()
    };
    assert_eq!(
        (error.as_str(), error_description.as_str()),
        ("invalid_token", TokenFault::Signature.describe())
    );

    login.enters("123456");
    login.presses("654321");
    assert_eq!(login.checked_codes(), ["123456"], "that code is used");
    login.after(30);
    login.asks_for_another_code();
    assert_eq!(login.code_screen().mode, CodeMode::Rejected, "there is still nothing to enter");
    login.server_sends_code();
    login.enters("654321");
    login.everything_goes_well(answers::tokens());
    assert!(login.session().is_some());
}

#[test]
fn a_used_code_stays_used_when_it_cannot_be_replaced() {
    let mut login = Login::at_the_code();
    login.enters("123456");
    login.server_gives(answers::tokens());
    login.server_gives_keys();
    login.id_token_is_bad(TokenFault::Expired);
    login.after(30);
    login.asks_for_another_code();
    login.fails(HttpFailure::Timeout);
    let screen = login.code_screen();
    assert_eq!((screen.mode, screen.problem), (CodeMode::Rejected, Some(Problem::Timeout)));
    login.enters("654321");
    assert_eq!(login.checked_codes(), ["123456"]);
    assert_eq!(login.stored.challenge, None);
    login.asks_for_another_code();
    assert_eq!(login.starts(), 3);
}

#[test]
fn claims_are_checked_even_if_the_signature_holds() {
    let mut login = Login::at_the_code();
    login.enters("123456");
    login.server_gives(answers::tokens());
    login.server_gives_keys();
    let id = login.pending().unwrap();
    let mut evidence = answers::evidence(NOW);
    evidence.access_token_hash = "other".into();
    login.happens(Event::TokenChecked(id, Ok(evidence)));
    assert_eq!(login.code_screen().mode, CodeMode::Rejected);

    // A day old by this device's clock.
    let mut login = Login::at_the_code();
    login.enters("123456");
    login.server_gives(answers::tokens());
    login.server_gives_keys();
    let id = login.pending().unwrap();
    login.happens(Event::TokenChecked(id, Ok(answers::evidence(NOW - 86_400_000))));
    assert_eq!(login.code_screen().mode, CodeMode::Rejected);
}

#[test]
fn without_openid_there_is_no_id_token_to_believe() {
    for scope in ["read:things", "openidx"] {
        let mut login = Login::at_the_code_with(|options| options.scope = scope.into());
        login.enters("123456");
        login.server_gives(TokenResponse { id_token: None, ..answers::tokens() });
        assert!(login.session().is_some());
    }
}

#[test]
fn an_id_token_that_nobody_asked_for_is_checked_all_the_same() {
    let mut login = Login::at_the_code_with(|options| options.scope = "read:things".into());
    login.enters("123456");
    login.server_gives(answers::tokens());
    assert_eq!(login.sent.last(), Some(&Request::Keys));
}

#[test]
fn an_id_token_that_was_asked_for_may_not_be_missing() {
    for scope in ["openid", "email openid", "email\topenid", "email  openid"] {
        let mut login = Login::at_the_code_with(|options| options.scope = scope.into());
        login.enters("123456");
        login.server_gives(TokenResponse { id_token: None, ..answers::tokens() });
        assert_eq!(login.code_screen().mode, CodeMode::Rejected, "{scope}");
        assert_eq!(login.stored, Stored::default());
    }
}

#[test]
fn an_answer_of_another_kind_is_no_answer() {
    let answers = || {
        [
            Reply::CodeSent(answers::code_sent()),
            Reply::Tokens(answers::tokens()),
            Reply::Keys(answers::keys()),
            Reply::Revoked,
        ]
    };
    for (i, answer) in answers().into_iter().enumerate().filter(|(i, _)| *i != 0) {
        let mut login = Login::new();
        login.types("ada@example.com");
        login.server_answers(Ok(answer));
        assert_eq!(login.identifier_screen().problem, Some(Problem::Unreadable), "{i}");
    }
    for (i, answer) in answers().into_iter().enumerate().filter(|(i, _)| *i != 1) {
        let mut login = Login::at_the_code();
        login.enters("123456");
        login.server_answers(Ok(answer));
        assert_eq!(login.code_screen().problem, Some(Problem::Unreadable), "{i}");
    }
    for (i, answer) in answers().into_iter().enumerate().filter(|(i, _)| *i != 2) {
        let mut login = Login::at_the_code();
        login.enters("123456");
        login.server_gives(answers::tokens());
        login.server_answers(Ok(answer));
        assert_eq!(login.code_screen().mode, CodeMode::Stalled, "{i}");
    }
}

#[test]
fn a_check_is_not_answered_by_a_request_nor_a_request_by_a_check() {
    let mut login = Login::at_the_code();
    login.enters("123456");
    let id = login.pending().unwrap();
    login.happens(Event::TokenChecked(id, Ok(answers::evidence(NOW))));
    assert_eq!(login.code_screen().busy, Some(Busy::Verifying));
    login.server_gives(answers::tokens());
    login.server_gives_keys();
    let id = login.pending().unwrap();
    login.happens(Event::Replied(id, Ok(Reply::Tokens(answers::tokens()))));
    assert!(login.session().is_none());
    login.id_token_holds();
    assert!(login.session().is_some());
}

#[test]
fn trying_again_for_the_keys_never_asks_for_the_code_again() {
    let mut login = Login::at_the_code();
    login.enters("123456");
    login.server_gives(answers::tokens());
    login.fails(HttpFailure::Timeout);
    assert_eq!(login.code_screen().mode, CodeMode::Stalled);
    login.presses("");
    assert_eq!(login.code_screen().mode, CodeMode::Stalled, "while it is at work, too");
    login.server_gives_keys();
    login.id_token_holds();
    assert!(login.session().is_some());
}
