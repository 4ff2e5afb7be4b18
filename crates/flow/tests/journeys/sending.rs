//! Getting a code to the user.

use latch_flow::{
    ConfigFault, Connection, Event, HostEvent, HttpFailure, Problem, Reply, Request, Stored, Takes,
    view::{CodeMode, Screen, ScreenName, Status},
};
use latch_protocol::passwordless::StartResponse;

use crate::support::{
    Login,
    answers::{self, NOW},
};

#[test]
fn an_address_is_sent_to_the_server_and_the_code_screen_follows() {
    let mut login = Login::with(|options| options.audience = "https://api.example.com".into());
    assert_eq!(login.view().name(), ScreenName::Identifier);
    assert_eq!(login.told(), [HostEvent::Step("identifier")]);

    login.types(" mailto:ada@example.com ");
    assert!(login.identifier_screen().sending);
    assert_eq!(login.view().status, Some(Status::Sending));
    let [Request::Start(start)] = login.sent.as_slice() else { panic!("{:?}", login.sent) };
    assert_eq!(
        (start.client_id.as_str(), start.connection.as_str(), start.email.as_deref(), start.send.as_deref()),
        ("demo", "email", Some("ada@example.com"), Some("code")),
    );
    let params = start.auth_params.as_ref().unwrap();
    assert_eq!(params.scope.as_deref(), Some("openid profile email"));
    assert_eq!(params.audience.as_deref(), Some("https://api.example.com"));

    login.server_sends_code();
    let screen = login.code_screen();
    assert_eq!(screen.destination, "ada@example.com");
    assert_eq!((screen.length, screen.minutes, screen.resend_in), (6, 3, 30));
    assert_eq!((screen.mode, screen.busy, screen.problem), (CodeMode::Enter, None, None));
    assert_eq!(login.view().status, Some(Status::CodeSent("ada@example.com".into())));
    assert_eq!(login.told(), [HostEvent::Step("code")]);
}

#[test]
fn a_second_press_while_a_code_is_sent_sends_nothing() {
    let mut login = Login::new();
    login.types("ada@example.com");
    login.types("ada@example.com");
    login.types("eve@example.com");
    assert_eq!(login.starts(), 1);
    login.server_sends_code();
    assert_eq!(login.code_screen().destination, "ada@example.com");
}

#[test]
fn what_is_no_address_is_not_sent_and_stays_in_the_field() {
    let mut login = Login::new();
    login.types("  ");
    assert_eq!(login.identifier_screen().problem, Some(Problem::EmailMissing));
    login.types("ada@");
    login.types("ada@");
    let screen = login.identifier_screen();
    assert_eq!((screen.value.as_str(), screen.problem), ("ada@", Some(Problem::EmailInvalid)));
    assert_eq!(screen.refusals, 3, "the same problem again is news");
    assert_eq!(login.sent, []);

    login.types("ada@example.com");
    assert_eq!(login.identifier_screen().problem, None);
}

#[test]
fn the_page_may_fill_the_field() {
    let mut login = Login::with(|options| options.login_hint = " ada@example.com ".into());
    assert_eq!(login.identifier_screen().value, "ada@example.com");
    login.types("bob@example.com");
    login.happens(Event::ResetRequested);
    assert_eq!(login.identifier_screen().value, "ada@example.com");
    assert_eq!(login.pending(), None, "a reset takes back what is under way");
}

#[test]
fn a_server_without_latchs_additions_gets_auth0s_defaults() {
    let mut login = Login::new();
    login.types("ada@example.com");
    login.server_answers_start(StartResponse::default());
    let screen = login.code_screen();
    assert_eq!((screen.length, screen.minutes, screen.resend_in), (6, 3, 30));
    let challenge = login.stored.challenge.as_ref().unwrap();
    assert_eq!((challenge.tries, challenge.lifetime), (3, 180));
    assert_eq!((challenge.expires_at, challenge.resend_at), (NOW + 180_000, NOW + 30_000));
}

#[test]
fn a_server_decides_length_lifetime_and_wait() {
    let mut login = Login::new();
    login.types("ada@example.com");
    login.server_answers_start(StartResponse {
        code_length: Some(8),
        expires_in: Some(600),
        resend_in: Some(0),
        ..answers::code_sent()
    });
    let screen = login.code_screen();
    assert_eq!((screen.length, screen.minutes, screen.resend_in), (8, 10, 0));
    login.enters("123456");
    assert_eq!(login.checked_codes(), [""; 0]);
    login.enters("12345678");
    assert_eq!(login.checked_codes(), ["12345678"]);
}

#[test]
fn numbers_that_make_no_sense_are_bounded() {
    let extreme = |number| StartResponse {
        code_length: Some(number),
        expires_in: Some(number),
        resend_in: Some(number),
        tries: Some(number),
        ..answers::code_sent()
    };
    let mut login = Login::new();
    login.types("ada@example.com");
    login.server_answers_start(extreme(0));
    let screen = login.code_screen();
    assert_eq!((screen.length, screen.minutes, screen.resend_in), (4, 1, 0));
    assert_eq!(screen.mode, CodeMode::Enter, "there is a second, and a try");
    login.enters("");
    assert_eq!(login.checked_codes(), [""; 0]);
    login.after(1);
    assert_eq!(login.code_screen().mode, CodeMode::Expired);

    login.asks_for_another_code();
    login.server_answers_start(extreme(u32::MAX));
    let screen = login.code_screen();
    assert_eq!((screen.length, screen.minutes, screen.resend_in), (12, 24 * 60, 3600));
    login.enters("123456789012");
    login.server_refuses(403, "invalid_grant", "Wrong email or verification code.");
    assert_eq!(login.code_screen().mode, CodeMode::Enter);
    login.after(3600);
    assert_eq!(login.code_screen().resend_in, 0);
}

#[test]
fn another_address_starts_from_the_one_that_was_typed() {
    let mut login = Login::at_the_code();
    login.told();
    login.changes_address();
    assert_eq!(login.identifier_screen().value, "ada@example.com");
    assert_eq!(login.told(), [HostEvent::Step("identifier")]);
    assert_eq!(login.stored, Stored::default());
    login.reload();
    assert_eq!(login.view().name(), ScreenName::Identifier);
}

#[test]
fn another_address_takes_back_whatever_is_under_way() {
    let stages: [fn(&mut Login); 4] = [
        |login| {
            login.after(30);
            login.asks_for_another_code();
        },
        |login| login.enters("123456"),
        |login| {
            login.enters("123456");
            login.server_gives(answers::tokens());
        },
        |login| {
            login.enters("123456");
            login.server_gives(answers::tokens());
            login.server_gives_keys();
        },
    ];
    for stage in stages {
        let mut login = Login::at_the_code();
        stage(&mut login);
        let late = login.pending().expect("something is under way");
        login.changes_address();
        assert_eq!(login.cancelled, [late]);

        login.happens(Event::Replied(late, Ok(Reply::CodeSent(answers::code_sent()))));
        login.happens(Event::Replied(late, Ok(Reply::Tokens(answers::tokens()))));
        login.happens(Event::Replied(late, Ok(Reply::Keys(answers::keys()))));
        login.happens(Event::TokenChecked(late, Ok(answers::evidence(login.now))));
        assert_eq!(login.view().name(), ScreenName::Identifier);
        assert_eq!(login.stored, Stored::default());
        login.types("bob@example.com");
        login.happens(Event::Replied(late, Err(HttpFailure::Timeout)));
        assert!(login.identifier_screen().sending, "an old answer is not the new one");
    }
}

#[test]
fn an_element_that_is_not_set_up_says_so_once() {
    let mut login = Login::with(|options| options.client_id.clear());
    let Screen::Failure(failure) = login.view().screen else { panic!("{:?}", login.view()) };
    assert_eq!(failure.fault, ConfigFault::ClientIdMissing);
    login.types("ada@example.com");
    login.happens(Event::ResetRequested);
    login.happens(Event::Started(Stored::default()));
    login.another_tab_leaves(None);
    assert_eq!(
        login.told(),
        [HostEvent::UnrecoverableError(ConfigFault::ClientIdMissing), HostEvent::Step("failure")],
    );
    assert_eq!(login.sent, []);
}

#[test]
fn a_code_goes_to_a_phone_and_the_number_signs_in() {
    let mut login = Login::with(|options| options.connections = "sms".into());
    assert_eq!(login.identifier_screen().takes, Takes::Phone);
    login.types("0047 412 34 567");
    let Some(Request::Start(start)) = login.sent.last() else { panic!("{:?}", login.sent) };
    assert_eq!((start.connection.as_str(), start.email.as_deref()), ("sms", None));
    assert_eq!(start.phone_number.as_deref(), Some("+4741234567"));
    login.server_sends_code();
    assert_eq!(login.code_screen().connection, Connection::Sms);
    assert_eq!(login.code_screen().destination, "+4741234567");

    login.reload();
    assert_eq!(login.code_screen().connection, Connection::Sms, "a reload remembers which way it went");
    login.enters("123456");
    let Some(Request::Token(grant)) = login.sent.last() else { panic!("{:?}", login.sent) };
    assert_eq!((grant.realm.as_str(), grant.username.as_str()), ("sms", "+4741234567"));
}

#[test]
fn a_number_that_the_server_does_not_take_is_refused_in_place() {
    let mut login = Login::with(|options| options.connections = "sms".into());
    login.types("+47 412 34 567");
    login.server_refuses(400, "bad.phone_number", "Error");
    let screen = login.identifier_screen();
    assert_eq!((screen.problem, screen.value.as_str()), (Some(Problem::PhoneRefused), "+4741234567"));
}
