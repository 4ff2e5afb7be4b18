//! Everything that can go wrong on the way to the server and back, at every request.

use latch_flow::{
    Event, HostEvent, HttpFailure, Problem,
    event::STOPPED,
    view::{CodeMode, ScreenName},
};
use latch_protocol::{
    error::{
        ErrorBody, code,
        description::{CODE_ATTEMPTS, CODE_EXPIRED, USER_BLOCKED, WRONG_EMAIL_CODE},
    },
    token::TokenResponse,
};

use crate::support::{Login, answers, refused};

fn everything_that_can_go_wrong() -> Vec<HttpFailure> {
    let rate_limited = |retry_after| HttpFailure::Refused {
        status: 429,
        body: ErrorBody::new(code::TOO_MANY_REQUESTS, "Slow down."),
        retry_after,
    };
    vec![
        HttpFailure::Offline,
        HttpFailure::Timeout,
        HttpFailure::Unreachable,
        HttpFailure::Unreadable { status: 200 },
        HttpFailure::Unreadable { status: 404 },
        HttpFailure::Unreadable { status: 502 },
        refused(400, code::BAD_EMAIL, "email is not an address"),
        refused(400, code::BAD_CONNECTION, "Connection does not exist"),
        refused(400, code::BAD_REQUEST, "the following properties are not allowed: x"),
        refused(400, code::INVALID_REQUEST, "otp is missing"),
        refused(400, code::UNSUPPORTED_GRANT_TYPE, ""),
        refused(401, code::ACCESS_DENIED, "Unauthorized"),
        refused(401, code::UNAUTHORIZED, USER_BLOCKED),
        refused(403, code::UNAUTHORIZED_CLIENT, "Grant type not allowed for the client."),
        refused(403, code::INVALID_GRANT, WRONG_EMAIL_CODE),
        refused(403, code::INVALID_GRANT, CODE_EXPIRED),
        refused(403, code::INVALID_GRANT, CODE_ATTEMPTS),
        refused(403, "", ""),
        refused(418, "teapot", "short and stout"),
        rate_limited(None),
        rate_limited(Some(0)),
        rate_limited(Some(20)),
        rate_limited(Some(u32::MAX)),
        refused(500, code::SERVER_ERROR, ""),
        refused(0, STOPPED, "Not from this page."),
        refused(503, code::TEMPORARILY_UNAVAILABLE, ""),
    ]
}

/// What was told about a failure, which is always something.
fn told_error(login: &mut Login) -> (String, String) {
    let errors: Vec<_> = login
        .told()
        .into_iter()
        .filter_map(|event| match event {
            HostEvent::AuthorizationError { error, error_description, .. } => {
                Some((error, error_description))
            }
            _ => None,
        })
        .collect();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(!errors[0].0.is_empty());
    errors[0].clone()
}

#[test]
fn a_start_that_fails_can_be_pressed_again() {
    for failure in everything_that_can_go_wrong() {
        let mut login = Login::new();
        login.types("ada@example.com");
        login.fails(failure.clone());
        told_error(&mut login);
        let screen = login.identifier_screen();
        assert_eq!((screen.value.as_str(), screen.sending), ("ada@example.com", false), "{failure:?}");
        assert!(screen.problem.is_some(), "{failure:?}");
        assert_eq!(login.starts(), 1, "nothing is sent without a press: {failure:?}");
        login.types("ada@example.com");
        assert_eq!(login.starts(), 2, "{failure:?}");
        login.server_sends_code();
        assert_eq!(login.view().name(), ScreenName::Code, "{failure:?}");
    }
}

#[test]
fn a_check_that_fails_can_be_pressed_again_or_has_a_new_code() {
    for failure in everything_that_can_go_wrong() {
        let mut login = Login::at_the_code_with(|options| options.exchange = "token".into());
        login.enters("123456");
        login.fails(failure.clone());
        told_error(&mut login);
        let screen = login.code_screen();
        assert_eq!(screen.busy, None, "{failure:?}");
        assert!(screen.problem.is_some() || screen.mode != CodeMode::Enter, "{failure:?}");
        assert_eq!(login.checked_codes().len(), 1, "{failure:?}");
        if screen.mode == CodeMode::Enter {
            login.presses("654321");
        } else {
            login.after(30);
            login.asks_for_another_code();
            login.server_sends_code();
            login.enters("654321");
        }
        assert_eq!(login.checked_codes(), ["123456", "654321"], "{failure:?}");
        login.everything_goes_well(answers::tokens());
        assert!(login.session().is_some(), "{failure:?}");
    }
}

#[test]
fn only_a_refusal_of_the_code_costs_a_try() {
    for failure in everything_that_can_go_wrong() {
        let is_about_the_code = matches!(
            &failure,
            HttpFailure::Refused { body, .. } if body.error == code::INVALID_GRANT
        );
        let mut login = Login::at_the_code_with(|options| options.exchange = "token".into());
        login.enters("123456");
        login.fails(failure.clone());
        let challenge = login.stored.challenge.clone().unwrap();
        let was_lost = challenge.failures > 0 || challenge.expires_at <= login.now;
        assert_eq!(was_lost, is_about_the_code, "{failure:?}");
        login.presses("123456");
        assert_eq!(login.checked_codes().len() == 1, is_about_the_code, "{failure:?}");
    }
}

#[test]
fn another_code_that_fails_to_be_sent_leaves_the_old_one_and_can_be_asked_for_again() {
    for failure in everything_that_can_go_wrong() {
        let mut login = Login::at_the_code();
        login.after(30);
        login.asks_for_another_code();
        login.fails(failure.clone());
        told_error(&mut login);
        let screen = login.code_screen();
        assert_eq!((screen.mode, screen.busy), (CodeMode::Enter, None), "{failure:?}");
        assert!(screen.problem.is_some(), "{failure:?}");
        assert_eq!(login.starts(), 2, "{failure:?}");
        login.after(u64::from(screen.resend_in));
        login.asks_for_another_code();
        assert_eq!(login.starts(), 3, "{failure:?}");
        login.server_sends_code();
        login.enters("123456");
        assert_eq!(login.checked_codes().len(), 1, "{failure:?}");
    }
}

#[test]
fn keys_that_fail_to_come_can_be_pressed_for_again() {
    for failure in everything_that_can_go_wrong() {
        let mut login = Login::at_the_code();
        login.enters("123456");
        login.server_gives(answers::tokens());
        let sent = login.sent.len();
        login.fails(failure.clone());
        told_error(&mut login);
        assert_eq!(login.code_screen().mode, CodeMode::Stalled, "{failure:?}");
        assert!(login.view().problem().is_some(), "{failure:?}");
        assert_eq!(login.sent.len(), sent, "{failure:?}");
        login.presses("");
        assert_eq!(login.sent.len(), sent + 1, "{failure:?}");
        login.server_gives_keys();
        login.id_token_holds();
        assert!(login.session().is_some(), "{failure:?}");
    }
}

#[test]
fn a_sign_out_succeeds_even_if_the_revocation_fails() {
    for failure in everything_that_can_go_wrong() {
        let mut login = Login::at_the_code();
        login.enters("123456");
        login.everything_goes_well(TokenResponse {
            refresh_token: Some("secret-refresh".into()),
            ..answers::tokens()
        });
        login.signs_out();
        let sent = login.sent.len();
        login.fails(failure.clone());
        assert_eq!(login.view().name(), ScreenName::Identifier, "{failure:?}");
        assert_eq!(login.view().problem(), None, "nobody can do anything about it: {failure:?}");
        assert_eq!(login.sent.len(), sent, "{failure:?}");
    }
}

#[test]
fn a_failure_is_called_by_what_a_user_can_do_about_it() {
    for (failure, problem) in [
        (HttpFailure::Offline, Problem::Offline),
        (HttpFailure::Timeout, Problem::Timeout),
        (HttpFailure::Unreachable, Problem::Unreachable),
        (HttpFailure::Unreadable { status: 200 }, Problem::Unreadable),
        (HttpFailure::Unreadable { status: 502 }, Problem::ServerFault),
        (refused(400, code::BAD_EMAIL, ""), Problem::EmailRefused),
        (refused(401, code::UNAUTHORIZED, USER_BLOCKED), Problem::Blocked),
        (refused(403, code::ACCESS_DENIED, USER_BLOCKED), Problem::Blocked),
        (refused(401, code::ACCESS_DENIED, "Unauthorized"), Problem::NotAllowed),
        (refused(403, code::UNAUTHORIZED_CLIENT, ""), Problem::NotAllowed),
        (refused(400, code::BAD_CONNECTION, ""), Problem::NotAllowed),
        (refused(429, "", ""), Problem::RateLimited { wait: None }),
        (refused(403, code::TOO_MANY_ATTEMPTS, ""), Problem::RateLimited { wait: None }),
        (refused(500, code::SERVER_ERROR, ""), Problem::ServerFault),
        (refused(404, "", ""), Problem::Unreadable),
    ] {
        assert_eq!(Problem::from(&failure), problem, "{failure:?}");
    }
}

#[test]
fn the_page_is_told_what_the_server_said() {
    let mut login = Login::new();
    login.types("ada@example.com");
    login.server_refuses(403, "unauthorized_client", "Grant type not allowed for the client.");
    assert_eq!(
        told_error(&mut login),
        ("unauthorized_client".into(), "Grant type not allowed for the client.".into()),
    );
}

#[test]
fn nothing_happens_before_the_element_is_on_the_page() {
    let mut flow = latch_flow::Flow::new(latch_flow::Options {
        domain: "login.example.com".into(),
        client_id: "demo".into(),
        ..latch_flow::Options::default()
    });
    for event in [
        Event::IdentifierSubmitted("ada@example.com".into()),
        Event::CodeEntered("123456".into()),
        Event::CodeSubmitted("123456".into()),
        Event::ResendRequested,
        Event::IdentifierChangeRequested,
        Event::SignOutRequested,
        Event::ResetRequested,
        Event::Woke,
    ] {
        assert_eq!(flow.handle(event, answers::NOW), []);
        assert_eq!(flow.view(answers::NOW).name(), ScreenName::Starting);
    }
}
