//! Logins that leave the page: by a link in a mail, by `/authorize`, by a frame; and how they come back.

use latch_flow::{
    Event, Full, HostEvent, HttpFailure, Options, Problem, Reply, Request, Stored,
    config::Method,
    event::{Answer, Return},
    id_token::TokenFault,
    view::{Busy, CodeMode, ScreenName, Sought, Status, Wait},
};
use latch_protocol::{
    cross_origin::CrossOriginResponse,
    error::ErrorBody,
    passwordless::{LinkParams, StartResponse},
    stored::Departure,
};

use crate::support::{Login, answers};

const HERE: &str = "https://shop.example/login";

fn by_link(options: &mut Options) {
    options.method = "link".into();
    options.redirect_uri = HERE.into();
}

fn after_a_link() -> Login {
    let mut login = Login::with(by_link);
    login.types("ada@example.com");
    login.secrets_are_drawn();
    login.server_sends_code();
    login
}

fn at_the_code_of_a_tenant(exchange: &str, response_mode: &str) -> Login {
    Login::at_the_code_with(|options| {
        options.exchange = exchange.into();
        options.response_mode = response_mode.into();
        options.redirect_uri = HERE.into();
    })
}

fn ticket() -> Reply {
    Reply::Ticket(CrossOriginResponse { login_ticket: "ticket".into() })
}

fn code() -> Answer {
    Answer::Code("authorization-code".into())
}

fn start_of(login: &Login) -> LinkParams {
    let Some(Request::StartLink(start)) = login.sent.last() else { panic!("{:?}", login.sent) };
    assert_eq!(start.send.as_deref(), Some("link"));
    start.auth_params.clone().unwrap()
}

fn asked(login: &Login, name: &str) -> Option<String> {
    let address = login.left_for.as_ref().or(login.framed.as_ref()).unwrap();
    assert_eq!(address.path, "/authorize");
    address.query.iter().find(|(given, _)| *given == name).map(|(_, value)| value.clone())
}

#[test]
fn a_link_signs_in_the_browser_that_asked_for_it() {
    let mut login = after_a_link();
    let params = start_of(&login);
    assert_eq!((params.response_type.as_str(), params.redirect_uri.as_str()), ("code", HERE));
    assert_eq!(params.code_challenge.as_deref(), Some("challenge-1"));
    assert_eq!(login.code_screen().mode, CodeMode::Link);
    assert_eq!(login.view().status, Some(Status::LinkSent("ada@example.com".into())));
    login.enters("123456");
    assert_eq!(login.pending(), None, "there is nothing to enter");

    login.returns_with(code());
    assert_eq!(login.code_screen().mode, CodeMode::Returning);
    assert_eq!(login.view().status, Some(Status::Returning));
    let Some(Request::Redeem(grant)) = login.sent.last() else { panic!("{:?}", login.sent) };
    assert_eq!((grant.code_verifier.as_str(), grant.redirect_uri.as_str()), ("verifier-1", HERE));
    login.server_gives(answers::tokens());
    login.server_gives_keys();
    login.id_token_holds_with("nonce-1");
    assert_eq!(login.authenticated_screen().identifier, "ada@example.com");
    assert!(login.told().iter().any(|it| matches!(it, HostEvent::Authenticated(_))));
    assert_eq!(login.stored.challenge, None);
}

#[test]
fn a_link_of_another_browser_signs_nobody_in() {
    let returned = Some(Return { departure: None, answer: code() });
    let login = Login::on_a_page_with(Stored { returned, ..Stored::default() }, by_link);
    assert_eq!(login.identifier_screen().problem, Some(Problem::LinkElsewhere));
    assert_eq!(login.pending(), None, "the code is left to who asked for it");
}

#[test]
fn a_departure_of_yesterday_is_none() {
    let mut login = after_a_link();
    login.after(2 * 3600);
    login.returns_with(code());
    assert_eq!(login.identifier_screen().problem, Some(Problem::LinkElsewhere));
}

#[test]
fn an_id_token_for_another_departure_is_not_believed() {
    let mut login = after_a_link();
    login.returns_with(code());
    login.server_gives(answers::tokens());
    login.server_gives_keys();
    login.id_token_holds_with("another");
    let screen = login.identifier_screen();
    assert_eq!((screen.problem, screen.value.as_str()), (Some(Problem::TokenRejected), "ada@example.com"));
    assert_eq!(login.session(), None);

    let mut login = after_a_link();
    login.returns_with(code());
    login.server_gives(answers::tokens());
    login.server_gives_keys();
    login.id_token_is_bad(TokenFault::Signature);
    assert_eq!(login.identifier_screen().problem, Some(Problem::TokenRejected));
}

#[test]
fn what_only_the_pages_developer_can_change_is_told_to_them() {
    for (error, is_told) in [("login_required", true), ("invalid_request", true), ("unauthorized", false)] {
        let mut login = after_a_link();
        login.returns_with(Answer::Refused(ErrorBody::new(error, "Login required")));
        let told = login.told();
        let advice = told.iter().find_map(|it| match it {
            HostEvent::AuthorizationError { is_advice, error_description, .. } => {
                Some((*is_advice, error_description.as_str()))
            }
            _ => None,
        });
        let (is_advice, description) = advice.unwrap();
        assert_eq!(is_advice, is_told, "{error}");
        assert!(description.starts_with("Login required"), "{error}: what the server says comes first");
        let names_the_fix = description.contains(r#"exchange="token""#);
        assert_eq!(names_the_fix, error == "login_required", "{description}");
    }
}

#[test]
fn a_link_that_holds_no_more_leads_back_to_the_address() {
    for (error, description, problem) in [
        ("unauthorized", "Wrong email or verification code.", Problem::LinkRefused),
        ("unauthorized", "user is blocked", Problem::Blocked),
        ("too_many_attempts", "", Problem::RateLimited { wait: None }),
        ("server_error", "", Problem::ServerFault),
        ("invalid_request", "", Problem::NotAllowed),
    ] {
        let mut login = after_a_link();
        login.returns_with(Answer::Refused(ErrorBody::new(error, description)));
        let screen = login.identifier_screen();
        assert_eq!((screen.problem, screen.value.as_str()), (Some(problem), "ada@example.com"), "{error}");
        assert!(login.told().iter().any(|it| matches!(it, HostEvent::AuthorizationError { .. })));
    }
    let mut login = after_a_link();
    login.returns_with(code());
    login.server_refuses(403, "invalid_grant", "Invalid authorization code");
    assert_eq!(login.identifier_screen().problem, Some(Problem::LinkRefused));
}

#[test]
fn where_the_keys_do_not_come_the_next_press_goes_on() {
    let mut login = after_a_link();
    login.returns_with(code());
    login.server_gives(answers::tokens());
    login.fails(HttpFailure::Offline);
    assert_eq!(login.code_screen().mode, CodeMode::Stalled);
    login.presses("");
    login.server_gives_keys();
    login.id_token_holds_with("nonce-1");
    assert_eq!(login.view().name(), ScreenName::Authenticated);
}

#[test]
fn tokens_that_come_back_at_once_are_checked_like_all_others() {
    let mut login = Login::with(|options| {
        by_link(options);
        options.response_type = "token id_token".into();
    });
    login.types("ada@example.com");
    login.secrets_are_drawn();
    assert_eq!(start_of(&login).code_challenge, None, "there is no code to be proven");
    login.server_sends_code();
    login.returns_with(Answer::Tokens(answers::tokens()));
    login.server_gives_keys();
    login.id_token_holds();
    assert_eq!(login.identifier_screen().problem, Some(Problem::TokenRejected), "it lacks the nonce");
}

#[test]
fn a_new_link_is_a_departure_of_its_own() {
    let mut login = after_a_link();
    login.after(30);
    login.asks_for_another_code();
    assert_eq!(login.code_screen().busy, Some(Busy::Resending));
    login.secrets_are_drawn();
    assert_eq!(start_of(&login).state, "latch-demo-2");
    login.server_sends_code();
    assert_eq!((login.code_screen().mode, login.code_screen().resends), (CodeMode::Link, 1));
    assert_eq!(login.departures.len(), 2);
}

#[test]
fn with_both_in_one_message_either_signs_in() {
    let both = || {
        let mut login = Login::with(|options| {
            by_link(options);
            options.method = "both".into();
        });
        login.types("ada@example.com");
        login.secrets_are_drawn();
        login.server_sends_code();
        login
    };
    let mut login = both();
    let Some(Request::StartLink(start)) = login.sent.last() else { panic!("{:?}", login.sent) };
    assert_eq!(start.send.as_deref(), Some("link_or_code"));
    assert_eq!((login.code_screen().mode, login.code_screen().sent), (CodeMode::Enter, Method::Both));
    login.enters("123456");
    login.everything_goes_well(answers::tokens());
    assert_eq!(login.view().name(), ScreenName::Authenticated);

    let mut login = both();
    login.returns_with(code());
    login.server_gives(answers::tokens());
    login.server_gives_keys();
    login.id_token_holds_with("nonce-1");
    assert_eq!(login.view().name(), ScreenName::Authenticated);
}

#[test]
fn a_number_gets_a_code_whatever_addresses_get() {
    let mut login = Login::with(|options| {
        by_link(options);
        options.connections = "sms".into();
    });
    login.types("+47 412 34 567");
    assert!(
        matches!(login.sent.last(), Some(Request::Start(start)) if start.send.as_deref() == Some("code"))
    );
    login.server_sends_code();
    assert_eq!(login.code_screen().mode, CodeMode::Enter);
}

#[test]
fn where_the_client_may_not_exchange_codes_the_same_code_goes_by_the_other_way() {
    let mut login = at_the_code_of_a_tenant("auto", "");
    login.enters("123456");
    login.server_refuses(403, "unauthorized_client", "Grant type not allowed for the client.");
    let Some(Request::CrossOrigin(body)) = login.sent.last() else { panic!("{:?}", login.sent) };
    assert_eq!((body.otp.as_str(), body.realm.as_str()), ("123456", "email"));
    login.server_answers(Ok(ticket()));
    login.secrets_are_drawn();
    assert_eq!(asked(&login, "login_ticket").as_deref(), Some("ticket"));
    assert_eq!(asked(&login, "realm").as_deref(), Some("email"));
    assert_eq!(asked(&login, "redirect_uri").as_deref(), Some(HERE));
    assert_eq!(asked(&login, "code_challenge").as_deref(), Some("challenge-1"));
    assert_eq!(asked(&login, "prompt"), None);
    assert_eq!(login.code_screen().busy, Some(Busy::Verifying), "until the page is gone");
    assert_eq!(login.stored.challenge, None);
}

#[test]
fn a_wrong_code_is_a_wrong_code_there_too_and_the_next_one_goes_the_same_way() {
    let mut login = at_the_code_of_a_tenant("auto", "");
    login.enters("123456");
    login.server_refuses(403, "unauthorized_client", "");
    login.server_refuses(403, "access_denied", "Wrong email or verification code.");
    assert_eq!(login.code_screen().problem, Some(Problem::CodeWrong { tries_left: None }));
    login.enters("123457");
    assert!(matches!(login.sent.last(), Some(Request::CrossOrigin(_))));
    login.server_refuses(401, "unauthorized_client", "Cross origin login not allowed.");
    assert_eq!(login.code_screen().problem, Some(Problem::NotAllowed), "there is no third way");
    assert_eq!(login.pending(), None);
}

#[test]
fn where_the_page_wants_tokens_only_there_is_no_other_way() {
    let mut login = at_the_code_of_a_tenant("token", "");
    login.enters("123456");
    login.server_refuses(403, "unauthorized_client", "");
    assert_eq!(login.code_screen().problem, Some(Problem::NotAllowed));
}

#[test]
fn a_frame_brings_the_answer_without_leaving_the_page() {
    let mut login = at_the_code_of_a_tenant("cross-origin", "web_message");
    login.enters("123456");
    login.server_answers(Ok(ticket()));
    login.secrets_are_drawn();
    assert_eq!(login.left_for, None);
    assert_eq!(asked(&login, "response_mode").as_deref(), Some("web_message"));
    assert_eq!(asked(&login, "prompt").as_deref(), Some("none"));
    login.server_answers(Ok(Reply::Returned(code())));
    login.server_gives(answers::tokens());
    login.server_gives_keys();
    login.id_token_holds_with("nonce-1");
    assert_eq!(login.view().name(), ScreenName::Authenticated);
}

#[test]
fn a_frame_that_never_answers_is_told_and_the_address_stays() {
    let mut login = at_the_code_of_a_tenant("cross-origin", "web_message");
    login.enters("123456");
    login.server_answers(Ok(ticket()));
    login.secrets_are_drawn();
    login.fails(HttpFailure::Timeout);
    let screen = login.identifier_screen();
    assert_eq!((screen.problem, screen.value.as_str()), (Some(Problem::Timeout), "ada@example.com"));
}

#[test]
fn where_the_hosted_page_asks_one_press_leads_there() {
    let mut login = Login::with(|options| {
        options.exchange = "redirect".into();
        options.redirect_uri = HERE.into();
    });
    login.types("");
    login.secrets_are_drawn();
    assert_eq!(asked(&login, "connection"), None);
    assert!(login.identifier_screen().sending, "until the page is gone");
    login.returns_with(code());
    login.server_gives(answers::tokens());
    login.server_gives_keys();
    login.id_token_holds_with("nonce-1");
    // Named by the ID token: nobody was named here.
    assert_eq!(login.authenticated_screen().identifier, "ada@example.com");
}

#[test]
fn another_connection_is_a_press_away() {
    let mut login = Login::with(|options| {
        options.redirect_uri = HERE.into();
        options.login_hint = "ada@example.com".into();
    });
    login.happens(Event::ConnectionChosen("google-oauth2".into()));
    login.secrets_are_drawn();
    assert_eq!(asked(&login, "connection").as_deref(), Some("google-oauth2"));
    assert_eq!(asked(&login, "login_hint").as_deref(), Some("ada@example.com"));
    let Some(Departure { connection, .. }) = login.departures.last() else { panic!() };
    assert_eq!(connection, "google-oauth2");
}

#[test]
fn a_page_that_cannot_keep_secrets_says_so() {
    let mut login = Login::with(by_link);
    login.types("ada@example.com");
    login.server_refuses(0, "unauthorized_client", "neither https nor localhost");
    assert_eq!(login.identifier_screen().problem, Some(Problem::NotAllowed));
    login.types("ada@example.com");
    assert!(login.pending().is_some(), "the next press tries again");
}

#[test]
fn the_way_to_the_mailbox_is_offered_where_it_is_known_and_wanted() {
    let at = |address: &str, hides_mailbox| {
        let mut login = Login::with(|options| options.hides_mailbox = hides_mailbox);
        login.types(address);
        login.server_sends_code();
        login.code_screen().mailbox.map(|it| it.name)
    };
    assert_eq!(at("ada@gmail.com", false), Some("Gmail"));
    assert_eq!(at("ada@gmail.com", true), None);
    assert_eq!(at("ada@example.com", false), None);
}

#[test]
fn after_twenty_seconds_a_mail_is_worth_looking_for() {
    let mut login = Login::new();
    login.types("ada@example.com");
    login.server_answers_start(StartResponse {
        sender: Some("login@mail.example".into()),
        subject: Some("•••••• is your code for Shop".into()),
        ..answers::code_sent()
    });
    let sought = Sought {
        full: Full::edition().unwrap(),
        sender: Some("login@mail.example".into()),
        subject: Some("•••••• is your code for Shop".into()),
    };
    login.after(19);
    assert_eq!(login.code_screen().wait, Wait::Short);
    login.after(1);
    assert_eq!(login.code_screen().wait, Wait::Long(sought.clone()));
    login.reload();
    assert_eq!(login.code_screen().wait, Wait::Long(sought));
}
