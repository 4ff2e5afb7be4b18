//! What stands around the field: the page's terms, and the connections that lead elsewhere.

use latch_flow::{Event, Problem, Request, config::Terms, view::ScreenName};

use crate::support::Login;

fn asks_for_consent(connections: &str) -> Login {
    Login::with(|options| {
        options.terms = "accept".into();
        options.connections = connections.into();
        options.redirect_uri = "https://shop.example/".into();
    })
}

#[test]
fn nothing_is_sent_before_the_terms_are_accepted() {
    let mut login = asks_for_consent("email");
    login.types("ada@example.com");
    assert_eq!((login.identifier_screen().problem, login.starts()), (Some(Problem::TermsMissing), 0));
    let refusals = login.identifier_screen().refusals;
    login.types("ada@example.com");
    assert_eq!(login.identifier_screen().refusals, refusals + 1, "and it is said again");
    login.happens(Event::TermsAccepted(true));
    assert_eq!(login.identifier_screen().problem, None);
    login.types("ada@example.com");
    assert_eq!(login.starts(), 1);
}

#[test]
fn nobody_goes_to_another_connection_past_the_terms() {
    let mut login = asks_for_consent("google-oauth2 email");
    login.happens(Event::ConnectionChosen("google-oauth2".into()));
    let screen = login.identifier_screen();
    assert_eq!((screen.problem, screen.sending), (Some(Problem::TermsMissing), false));
    login.happens(Event::TermsAccepted(true));
    login.happens(Event::ConnectionChosen("google-oauth2".into()));
    let screen = login.identifier_screen();
    assert!(screen.sending);
    assert_eq!(screen.around.bound_for.as_deref(), Some("google-oauth2"));
}

#[test]
fn terms_that_were_accepted_stay_accepted_on_the_way_back_and_can_be_taken_back() {
    let mut login = asks_for_consent("email");
    login.happens(Event::TermsAccepted(true));
    login.types("ada@example.com");
    login.server_sends_code();
    login.changes_address();
    assert!(login.identifier_screen().around.consents);
    login.happens(Event::TermsAccepted(false));
    login.types("ada@example.com");
    assert_eq!(login.identifier_screen().problem, Some(Problem::TermsMissing));
}

#[test]
fn terms_that_are_only_mentioned_are_in_nobodys_way() {
    let mut login = Login::with(|options| options.terms = "notice".into());
    assert_eq!(login.identifier_screen().around.terms, Terms::Notice);
    login.types("ada@example.com");
    assert_eq!(login.starts(), 1);
}

#[test]
fn a_code_goes_by_the_connection_that_the_page_names_and_a_reload_knows_which_way() {
    let mut login = Login::with(|options| options.connections = "email:customers sms:texts".into());
    login.types("+47 412 34 567");
    let Some(Request::Start(start)) = login.sent.last() else { panic!("{:?}", login.sent) };
    assert_eq!((start.connection.as_str(), start.phone_number.as_deref()), ("texts", Some("+4741234567")));
    login.server_sends_code();
    login.reload();
    assert_eq!(login.view().name(), ScreenName::Code);
    assert_eq!(login.code_screen().connection, latch_flow::Connection::Sms);
    login.enters("123456");
    let Some(Request::Token(grant)) = login.sent.last() else { panic!("{:?}", login.sent) };
    assert_eq!(grant.realm, "texts");
}

#[test]
fn where_there_are_only_other_connections_there_is_no_field() {
    let screen = Login::with(|options| options.connections = "github acme".into()).identifier_screen();
    assert!(!screen.around.has_form);
    assert_eq!(screen.around.others.names, ["github", "acme"]);
}
