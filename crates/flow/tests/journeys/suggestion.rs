//! A slip in the address: what was meant is offered, never taken for granted, and never in the way.

use latch_flow::{Event, Problem, Request, view::Status};

use crate::support::Login;

const SLIP: &str = "ada@gmial.com";
const MEANT: &str = "ada@gmail.com";

#[test]
fn a_suggestion_waits_until_the_user_pauses() {
    let mut login = Login::new();
    login.begins(SLIP);
    assert_eq!(login.identifier_screen().suggestion, None, "they may be in the middle of a word");
    login.after(1);
    assert_eq!(login.identifier_screen().suggestion.as_deref(), Some(MEANT));
    assert_eq!(login.view().status, Some(Status::Suggested(MEANT.into())), "and it is said aloud");
    login.begins("ada@gmial.co");
    assert_eq!(login.identifier_screen().suggestion, None);
}

#[test]
fn an_address_with_a_slip_is_sent_to_all_the_same_and_the_way_back_offers_the_other() {
    let mut login = Login::new();
    login.begins(SLIP);
    login.types(SLIP);
    let Some(Request::Start(start)) = login.sent.last() else { panic!("{:?}", login.sent) };
    assert_eq!(start.email.as_deref(), Some(SLIP), "nobody's submit waits for a suggestion");
    login.server_sends_code();
    login.changes_address();
    let screen = login.identifier_screen();
    assert_eq!((screen.value.as_str(), screen.suggestion.as_deref()), (SLIP, Some(MEANT)));
}

#[test]
fn what_is_no_address_is_refused_with_a_way_out() {
    let mut login = Login::new();
    login.types("ada@gmail,com");
    let screen = login.identifier_screen();
    assert_eq!((screen.problem, screen.suggestion.as_deref()), (Some(Problem::EmailInvalid), Some(MEANT)));
}

#[test]
fn what_is_typed_while_a_code_is_on_its_way_changes_nothing_of_it() {
    let mut login = Login::new();
    login.types(SLIP);
    login.begins("someone@else.example");
    login.server_sends_code();
    assert_eq!(login.code_screen().destination, SLIP);
}

#[test]
fn where_the_field_takes_numbers_too_a_slip_in_an_address_is_noticed_all_the_same() {
    for connections in ["email sms", "sms email"] {
        let mut login = Login::with(|options| options.connections = connections.into());
        login.begins(SLIP);
        login.after(1);
        assert_eq!(login.identifier_screen().suggestion.as_deref(), Some(MEANT), "{connections}");
        assert_eq!(login.view().status, Some(Status::Suggested(MEANT.into())), "{connections}");
        login.begins("412 34 567");
        login.after(1);
        assert_eq!(login.identifier_screen().suggestion, None, "{connections}");
    }
    let mut login = Login::with(|options| options.connections = "sms".into());
    login.begins(SLIP);
    login.after(1);
    assert_eq!(login.identifier_screen().suggestion, None, "an address is of no use there");
}

#[test]
fn whoever_waits_long_at_an_address_with_a_slip_is_offered_the_other_one() {
    let mut login = Login::new();
    login.types(SLIP);
    login.server_sends_code();
    login.after(19);
    assert_eq!(login.code_screen().suggestion, None, "it may come yet");
    login.after(1);
    assert_eq!(login.code_screen().suggestion.as_deref(), Some(MEANT));
    login.happens(Event::SuggestionAccepted);
    assert_eq!(login.identifier_screen().value, MEANT);
    assert_eq!((login.starts(), login.stored.challenge.is_none()), (1, true), "it is for its user to press");

    let mut login = Login::at_the_code();
    login.after(25);
    assert_eq!(login.code_screen().suggestion, None);
    login.happens(Event::SuggestionAccepted);
    assert_eq!(login.code_screen().destination, "ada@example.com", "nothing was offered");
}
