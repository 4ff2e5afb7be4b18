//! Naming oneself by a phone number as people at home write it.

use latch_flow::{
    Connection, Effect, Event, HostEvent, Problem, Request, Takes,
    config::Method,
    home::Hint,
    phone::{Plan, Region},
    view::{ScreenName, Status},
};

use super::support::Login;

fn region(name: &str) -> Region {
    Region::named(name).unwrap()
}

/// A page that asks for numbers, with the plan already there.
fn login(connections: &str, home: &str) -> Login {
    let mut login = Login::with(|options| {
        options.connections = connections.into();
        options.region = home.into();
    });
    plan_comes(&mut login);
    login
}

fn plan_comes(login: &mut Login) {
    let plan = include_str!("../../../../public/numbering.txt");
    login.happens(Event::PlanLoaded(Plan::new(plan.into())));
}

fn hint(login: &mut Login, hint: Hint, name: &str) {
    login.happens(Event::RegionHinted(hint, region(name)));
}

/// The region whose numbers need no plus sign, where one can be chosen.
fn offered(login: &Login) -> Option<Region> {
    login.identifier_screen().picker.and_then(|picker| picker.region)
}

fn sent_to(login: &Login) -> Option<&str> {
    match login.sent.last() {
        Some(Request::Start(start)) => start.phone_number.as_deref(),
        _ => None,
    }
}

#[test]
fn the_plan_is_asked_for_once_and_only_where_numbers_are() {
    let login = Login::new();
    assert_eq!(login.asked_for, []);
    let mut login = Login::with(|options| options.connections = "sms".into());
    login.types("nobody");
    login.happens(Event::ResetRequested);
    assert_eq!(login.asked_for, [Effect::LoadPlan]);
    plan_comes(&mut login);
    assert!(
        matches!(login.asked_for[..], [Effect::LoadPlan, Effect::FindRegion(_)]),
        "{:?}",
        login.asked_for
    );
}

#[test]
fn where_addresses_get_a_link_a_number_is_promised_the_code_that_it_gets() {
    let by_link = |connections: &str| {
        Login::with(|options| {
            options.connections = connections.into();
            options.method = "link".into();
        })
    };
    for connections in ["sms", "sms email"] {
        assert_eq!(by_link(connections).identifier_screen().method, Method::Code, "{connections}");
    }
    let mut login = by_link("email sms");
    assert_eq!(login.identifier_screen().method, Method::Link);
    login.begins("+47 412 34 567");
    assert_eq!(login.identifier_screen().method, Method::Code);
    login.begins("alice@example.com");
    assert_eq!(login.identifier_screen().method, Method::Link);
    let mut login = by_link("sms email");
    login.begins("alice@example.com");
    assert_eq!(login.identifier_screen().method, Method::Link);
}

#[test]
fn a_field_that_takes_addresses_too_asks_for_the_plan_with_the_first_sign_of_a_number() {
    for typed in ["", "a", "ada@example.com", " (", "ada+4@example.com"] {
        let mut login = Login::with(|options| options.connections = "email sms".into());
        login.begins(typed);
        assert_eq!(login.asked_for, [], "{typed:?}");
        if typed.contains('.') {
            login.types(typed);
            login.server_sends_code();
            assert_eq!(login.asked_for, [], "the code goes to an address");
        }
    }
    for typed in ["4", "+", " (4", "٤"] {
        let mut login = Login::with(|options| options.connections = "email sms".into());
        login.begins(typed);
        assert_eq!(login.asked_for, [Effect::LoadPlan], "{typed:?}");
        login.begins("41");
        assert_eq!(login.asked_for, [Effect::LoadPlan], "once");
    }
    let hinted = Login::with(|options| {
        options.connections = "email sms".into();
        options.login_hint = "+4741234567".into();
    });
    assert_eq!(hinted.asked_for, [Effect::LoadPlan]);
    let mut login = Login::with(|options| options.connections = "email sms".into());
    login.happens(Event::OtherFieldRequested);
    assert_eq!(login.asked_for, [Effect::LoadPlan], "the field is for numbers now");
    let first = Login::with(|options| options.connections = "sms email".into());
    assert_eq!(first.asked_for, [Effect::LoadPlan]);
}

#[test]
fn who_began_before_anything_was_known_is_still_read_by_who_knows_better_until_it_is_told() {
    let mut login = Login::with(|options| options.connections = "email sms".into());
    login.begins("412 34 567");
    plan_comes(&mut login);
    hint(&mut login, Hint::Device, "US");
    hint(&mut login, Hint::Server, "NO");
    assert_eq!(offered(&login), Some(region("NO")));
    login.after(1);
    assert!(matches!(login.view().status, Some(Status::NumberRead(_))));
    hint(&mut login, Hint::Page, "SE");
    assert_eq!(offered(&login), Some(region("NO")), "they have heard how it is read");
}

#[test]
fn a_number_of_the_users_country_needs_no_plus_sign() {
    let mut login = login("sms", "no");
    assert_eq!(login.asked_for, [Effect::LoadPlan], "the page says where its users are");
    login.begins("412 34 567");
    let number = login.identifier_screen().number.unwrap();
    assert_eq!((number.spaced.as_str(), number.region), ("+47 41 23 45 67", Some(region("NO"))));
    login.types("412 34 567");
    assert_eq!(sent_to(&login), Some("+4741234567"));
    login.server_sends_code();
    assert_eq!(login.code_screen().destination, "+47 41 23 45 67");
}

#[test]
fn until_the_plan_is_there_and_if_it_never_comes_international_numbers_do() {
    let mut login = Login::with(|options| options.connections = "sms".into());
    login.begins("412 34 567");
    assert_eq!((login.identifier_screen().number, login.identifier_screen().picker), (None, None));
    login.types("412 34 567");
    assert_eq!(login.identifier_screen().problem, Some(Problem::PhoneNeedsCountry));
    plan_comes(&mut login);
    assert_eq!(
        login.identifier_screen().problem,
        Some(Problem::PhoneNeedsCountry),
        "nobody knows where it is from"
    );
    hint(&mut login, Hint::Device, "NO");
    assert_eq!(login.identifier_screen().problem, None, "what was refused can be read now");
    login.types("412 34 567");
    assert_eq!(sent_to(&login), Some("+4741234567"));
}

#[test]
fn who_knows_better_is_believed() {
    let mut login = login("sms", "");
    assert_eq!(offered(&login), None);
    hint(&mut login, Hint::Device, "US");
    assert_eq!(offered(&login), Some(region("US")));
    hint(&mut login, Hint::Server, "SE");
    hint(&mut login, Hint::Device, "DK");
    assert_eq!(offered(&login), Some(region("SE")));
    hint(&mut login, Hint::Server, "ZZ");
    assert_eq!(offered(&login), Some(region("SE")), "there is no such region");
    hint(&mut login, Hint::User, "NO");
    hint(&mut login, Hint::Server, "FI");
    assert_eq!(offered(&login), Some(region("NO")));
}

#[test]
fn a_hint_that_is_late_does_not_change_what_somebody_types() {
    let mut login = login("sms", "");
    hint(&mut login, Hint::Device, "NO");
    login.begins("412");
    hint(&mut login, Hint::Server, "US");
    assert_eq!(offered(&login), Some(region("NO")));
    hint(&mut login, Hint::User, "DK");
    assert_eq!(offered(&login), Some(region("DK")));
}

#[test]
fn a_region_that_nobody_knows_is_told_to_the_developer_and_another_one_is_found() {
    for name in ["ZZ", "Norway", "47"] {
        let mut login = login("sms", name);
        assert!(login.told().contains(&HostEvent::RegionUnknown(name.into())), "{name}");
        assert!(matches!(login.asked_for.last(), Some(Effect::FindRegion(_))), "{name}");
    }
}

#[test]
fn a_plus_sign_leaves_nothing_to_choose() {
    let mut login = login("sms", "NO");
    login.begins("+");
    assert_eq!(login.identifier_screen().picker, None);
    login.begins("+44 20 7946 0958");
    let screen = login.identifier_screen();
    assert_eq!((screen.picker, screen.number.and_then(|it| it.region)), (None, Some(region("GB"))));
    login.begins("");
    assert_eq!(offered(&login), Some(region("NO")));
}

#[test]
fn the_list_stays_out_of_the_way_while_an_address_may_be_typed() {
    let mut login = login("email sms", "NO");
    assert_eq!(login.identifier_screen().takes, Takes::Both);
    for typed in ["", "a", "ada@example.com", "4you@example.com", "4x"] {
        login.begins(typed);
        assert_eq!(offered(&login), None, "{typed}");
    }
    for typed in ["4", " (412", "٤١٢"] {
        login.begins(typed);
        assert_eq!(offered(&login), Some(region("NO")), "{typed}");
    }
    login.types("412 34 567");
    assert_eq!(sent_to(&login), Some("+4741234567"));
}

#[test]
fn what_comes_first_in_connections_comes_first_and_the_other_is_one_press_away() {
    let mut login = login("sms email", "NO");
    assert_eq!(login.identifier_screen().takes, Takes::PhoneFirst);
    login.types("");
    assert_eq!(login.identifier_screen().problem, Some(Problem::PhoneMissing));
    login.happens(Event::OtherFieldRequested);
    assert_eq!((login.identifier_screen().takes, login.identifier_screen().problem), (Takes::Both, None));
    login.begins("ada@");
    login.happens(Event::OtherFieldRequested);
    assert_eq!(
        (login.identifier_screen().takes, login.identifier_screen().value.as_str()),
        (Takes::PhoneFirst, "")
    );
    login.types("ada@example.com");
    assert_eq!(login.starts(), 1, "an address that is typed there is taken all the same");
}

#[test]
fn what_does_not_come_one_way_can_come_the_other() {
    for (connections, typed, first, then) in [
        ("sms email", "412 34 567", Takes::PhoneFirst, Takes::Both),
        ("email sms", "ada@example.com", Takes::Both, Takes::PhoneFirst),
    ] {
        let mut login = login(connections, "NO");
        assert_eq!(login.identifier_screen().takes, first);
        login.types(typed);
        login.server_sends_code();
        assert!(!login.code_screen().has_other_way, "nobody wonders yet");
        login.after(20);
        assert!(login.code_screen().has_other_way);
        login.happens(Event::OtherFieldRequested);
        let screen = login.identifier_screen();
        assert_eq!((screen.takes, screen.value.as_str()), (then, ""));
        assert!(login.stored.challenge.is_none(), "a reload does not bring the code's field again");
    }
    let mut login = login("sms", "NO");
    login.types("412 34 567");
    login.server_sends_code();
    login.after(20);
    assert!(!login.code_screen().has_other_way);
    login.happens(Event::OtherFieldRequested);
    assert_eq!(login.view().name(), ScreenName::Code);
}

#[test]
fn a_connection_goes_by_the_name_that_its_server_has_for_it() {
    let mut login = login("email:acme-mail sms:acme-text", "NO");
    login.types("412 34 567");
    let Some(Request::Start(start)) = login.sent.last() else { panic!("{:?}", login.sent) };
    assert_eq!(start.connection, "acme-text");
    login.server_sends_code();
    login.reload();
    assert_eq!(login.code_screen().connection, Connection::Sms);
    login.enters("123456");
    let Some(Request::Token(grant)) = login.sent.last() else { panic!("{:?}", login.sent) };
    assert_eq!((grant.realm.as_str(), grant.username.as_str()), ("acme-text", "+4741234567"));

    login.changes_address();
    login.types("ada@example.com");
    let Some(Request::Start(start)) = login.sent.last() else { panic!("{:?}", login.sent) };
    assert_eq!(start.connection, "acme-mail");
}

#[test]
fn the_number_that_is_read_is_told_when_the_keys_rest() {
    let mut login = login("sms", "DE");
    login.begins("0151 23456789");
    assert_eq!(login.view().status, None);
    login.after(1);
    let told = login.view().status;
    assert!(
        matches!(&told, Some(Status::NumberRead(number)) if number.spaced == "+49 1512 3456789"),
        "{told:?}"
    );
    login.begins("0151 234567890");
    assert_eq!(login.view().status, None);
    login.begins("0151 23456789 call me");
    login.after(5);
    assert_eq!(login.view().status, None);
}

#[test]
fn a_number_of_the_wrong_length_is_refused_here_and_one_of_an_unknown_country_by_the_server() {
    let mut login = login("email sms", "NO");
    for (typed, problem) in [
        ("412 34 56", Problem::PhoneTooShort),
        ("412 34 56 789", Problem::PhoneTooLong),
        ("+47 call me", Problem::IdentifierInvalid),
    ] {
        login.types(typed);
        assert_eq!(login.identifier_screen().problem, Some(problem), "{typed}");
    }
    login.types("+999 123 45 678");
    assert_eq!(sent_to(&login), Some("+99912345678"));
}

#[test]
fn what_is_being_sent_is_not_changed_by_what_is_typed_meanwhile() {
    let mut login = login("sms email", "NO");
    login.types("412 34 567");
    login.begins("9");
    login.happens(Event::OtherFieldRequested);
    login.server_sends_code();
    assert_eq!(login.code_screen().destination, "+47 41 23 45 67");
    login.changes_address();
    assert_eq!(login.identifier_screen().takes, Takes::PhoneFirst);
}
