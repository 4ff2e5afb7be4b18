//! Who was here last: offered to whoever comes next, taken for granted never, and forgotten when asked.

use latch_flow::{
    Connection, Event, HttpFailure, Options, Problem, Request, Stored,
    event::Answer,
    view::{RememberedView, ScreenName, Status},
};
use latch_protocol::{captcha::ChallengeResponse, stored::Remembered};

use super::session::session;
use crate::support::{Login, answers};

const DAY: u64 = 24 * 3600 * 1000;
const ADA: &str = "ada@example.com";

fn ada() -> Remembered {
    Remembered { connection: "email".into(), identifier: ADA.into(), signed_in_at: answers::NOW - DAY }
}

fn after(remembered: Remembered, change: impl FnOnce(&mut Options)) -> Login {
    let stored = Stored { remembered: Some(remembered), ..Stored::default() };
    Login::on_a_page_with(stored, |options| {
        options.remembers = true;
        change(options);
    })
}

fn comes_back() -> Login {
    after(ada(), |_| {})
}

fn offered(login: &Login) -> Option<String> {
    login.identifier_screen().remembered.map(|it| it.short)
}

fn signs_in(login: &mut Login) {
    login.server_sends_code();
    login.enters("123456");
    login.everything_goes_well(answers::tokens());
}

#[test]
fn whoever_signed_in_is_offered_the_next_time_and_goes_on_with_one_press() {
    let mut login = Login::with(|options| options.remembers = true);
    assert_eq!(offered(&login), None);
    login.types(ADA);
    signs_in(&mut login);
    assert_eq!(login.stored.remembered, Some(Remembered { signed_in_at: answers::NOW, ..ada() }));

    login.signs_out();
    assert_eq!(offered(&login).as_deref(), Some("a…@example.com"), "at once");
    login.after(3600);
    login.reload();
    let screen = login.identifier_screen();
    assert_eq!(
        screen.remembered.map(|it| (it.short, it.connection)),
        Some(("a…@example.com".into(), Connection::Email))
    );
    assert_eq!(
        (screen.value.as_str(), login.starts()),
        ("", 1),
        "nobody is asked to type, and nothing is sent"
    );

    login.goes_on();
    assert!(login.identifier_screen().sending);
    login.goes_on();
    let Some(Request::Start(start)) = login.sent.last() else { panic!("{:?}", login.sent) };
    assert_eq!((start.email.as_deref(), login.starts()), (Some(ADA), 2));
    login.server_sends_code();
    assert_eq!(login.code_screen().destination, ADA);
}

#[test]
fn a_number_is_shown_by_its_last_digits_and_goes_by_its_own_connection() {
    let number = Remembered { connection: "texts".into(), identifier: "+4741234567".into(), ..ada() };
    let mut login = after(number, |options| options.connections = "email sms:texts".into());
    assert_eq!(offered(&login).as_deref(), Some("…67"));
    login.goes_on();
    let Some(Request::Start(start)) = login.sent.last() else { panic!("{:?}", login.sent) };
    assert_eq!((start.connection.as_str(), start.phone_number.as_deref()), ("texts", Some("+4741234567")));
}

#[test]
fn nobody_is_remembered_or_offered_on_a_page_that_does_not_ask_for_it() {
    let mut login = Login::at_the_code();
    login.enters("123456");
    login.everything_goes_well(answers::tokens());
    assert_eq!(login.stored.remembered, None);
    let login = after(ada(), |options| options.remembers = false);
    assert_eq!(
        (offered(&login), login.stored.remembered.clone()),
        (None, Some(ada())),
        "that is another page's"
    );
}

#[test]
fn what_cannot_be_used_here_and_now_is_not_offered_and_does_not_stay() {
    let old = |days: u64| Remembered { signed_in_at: answers::NOW - days * DAY, ..ada() };
    let is = |connection: &str, identifier: &str| Remembered {
        connection: connection.into(),
        identifier: identifier.into(),
        ..ada()
    };
    assert!(offered(&after(old(89), |_| {})).is_some());
    for bad in [
        old(90),
        Remembered { signed_in_at: answers::NOW + 2 * DAY, ..ada() },
        Remembered { signed_in_at: u64::MAX, ..ada() },
        is("sms", "+4741234567"),
        is("google-oauth2", ADA),
        is("email", "+4741234567"),
        is("email", "ada"),
        is("email", " ada@example.com"),
        is("email", ""),
    ] {
        let login = after(bad.clone(), |_| {});
        assert_eq!((offered(&login), &login.stored.remembered), (None, &None), "{bad:?}");
    }
    for connections in ["sms", "email:customers", "google-oauth2"] {
        let login = after(ada(), |options| options.connections = connections.into());
        assert_eq!(login.stored.remembered, None, "{connections}");
    }
    let login = after(ada(), |options| options.exchange = "redirect".into());
    assert_eq!(offered(&login), None, "another page asks");
}

#[test]
fn a_hint_of_the_page_wins() {
    let login = after(ada(), |options| options.login_hint = "bob@example.com".into());
    assert_eq!((offered(&login), login.identifier_screen().value.as_str()), (None, "bob@example.com"));
    assert_eq!(login.stored.remembered, Some(ada()), "and nobody is forgotten for it");
}

#[test]
fn somebody_else_gets_an_empty_field_and_is_who_is_remembered_then() {
    let mut login = comes_back();
    login.goes_on();
    login.happens(Event::OtherIdentifierRequested);
    assert!(offered(&login).is_some(), "not while a code is being sent");
    login.fails(HttpFailure::Offline);
    let screen = login.identifier_screen();
    assert_eq!(
        (screen.problem, screen.remembered.is_some()),
        (Some(Problem::Offline), true),
        "another press is all"
    );

    login.happens(Event::OtherIdentifierRequested);
    let screen = login.identifier_screen();
    assert_eq!((screen.remembered, screen.value.as_str(), screen.problem), (None, "", None));
    login.goes_on();
    assert_eq!(login.starts(), 1, "what is not offered cannot be pressed");
    login.types("bob@example.com");
    signs_in(&mut login);
    assert_eq!(login.stored.remembered.as_ref().map(|it| it.identifier.as_str()), Some("bob@example.com"));
    login.signs_out();
    assert_eq!(offered(&login).as_deref(), Some("b…@example.com"));
}

#[test]
fn the_way_back_from_the_code_leads_to_the_field_with_the_address() {
    let mut login = comes_back();
    login.goes_on();
    login.server_sends_code();
    login.changes_address();
    assert_eq!((offered(&login), login.identifier_screen().value.as_str()), (None, ADA));
    login.happens(Event::ResetRequested);
    assert!(offered(&login).is_some(), "until the page starts over");
}

#[test]
fn whoever_is_forgotten_is_forgotten_for_good_and_that_is_said() {
    let mut login = comes_back();
    login.happens(Event::ForgetRequested);
    assert_eq!((offered(&login), &login.stored.remembered), (None, &None));
    assert_eq!(login.view().status, Some(Status::Forgotten("a…@example.com".into())));
    login.begins("b");
    assert_eq!(login.view().status, None);
    login.reload();
    assert_eq!(offered(&login), None);

    let mut login = Login::at_the_code_with(|options| options.remembers = true);
    login.enters("123456");
    login.everything_goes_well(answers::tokens());
    login.happens(Event::ForgetRequested);
    assert_eq!((login.view().name(), &login.stored.remembered), (ScreenName::Authenticated, &None));
    login.signs_out();
    assert_eq!((offered(&login), login.view().status), (None, None));
}

#[test]
fn terms_have_to_be_accepted_all_the_same() {
    let mut login = after(ada(), |options| options.terms = "accept".into());
    login.goes_on();
    let screen = login.identifier_screen();
    assert_eq!((screen.problem, screen.remembered.is_some()), (Some(Problem::TermsMissing), true));
    assert_eq!(login.starts(), 0);
    login.happens(Event::TermsAccepted(true));
    login.goes_on();
    assert_eq!(login.starts(), 1);
}

#[test]
fn a_captcha_comes_in_between_without_another_screen_where_the_browser_alone_works() {
    let mut login = comes_back();
    login.goes_on();
    login.server_wants(answers::puzzle());
    assert_eq!(offered(&login).as_deref(), Some("a…@example.com"), "where the press was");
    login.captcha_is(Ok("proof"));
    assert_eq!(login.last_captcha(), Some("proof"));
    signs_in(&mut login);
    assert_eq!(login.stored.remembered.as_ref().map(|it| it.identifier.as_str()), Some(ADA));

    let mut login = comes_back();
    login.goes_on();
    login.server_wants(ChallengeResponse { ..answers::picture("code") });
    assert_eq!(login.captcha_screen().destination, ADA);
    login.changes_address();
    assert!(offered(&login).is_some(), "and back");
}

#[test]
fn a_session_that_ends_or_is_ended_elsewhere_leaves_the_offer() {
    let ends: [fn(&mut Login); 2] = [|login| login.after(3600), |login| login.another_tab_leaves(None)];
    for end in ends {
        let mut login = comes_back();
        login.another_tab_leaves(Some(session(None)));
        end(&mut login);
        assert!(offered(&login).is_some());
    }
}

#[test]
fn what_another_tab_forgets_is_gone_here_and_what_it_remembers_is_in_nobodys_way() {
    let mut login = comes_back();
    login.happens(Event::RememberedChanged(None));
    assert_eq!(offered(&login), None);
    login.happens(Event::RememberedChanged(Some(ada())));
    assert_eq!(offered(&login), None, "somebody may be about to type");
    login.another_tab_leaves(Some(session(None)));
    login.another_tab_leaves(None);
    assert!(offered(&login).is_some(), "but whoever comes next");
}

#[test]
fn a_link_that_signs_in_is_remembered_by_its_address_and_another_provider_by_nothing() {
    let by = |connections: &str, press: Event| {
        let mut login = Login::with(|options| {
            options.remembers = true;
            options.method = "link".into();
            options.connections = connections.into();
            options.redirect_uri = "https://shop.example/".into();
        });
        login.stored.remembered = Some(ada());
        login.happens(press);
        login.secrets_are_drawn();
        login.returns_with(Answer::Tokens(answers::tokens()));
        login.server_gives_keys();
        login.id_token_holds_with("nonce-1");
        assert_eq!(login.view().name(), ScreenName::Authenticated);
        login.stored.remembered.map(|it| it.identifier)
    };
    assert_eq!(
        by("email", Event::IdentifierSubmitted("bob@example.com".into())).as_deref(),
        Some("bob@example.com")
    );
    assert_eq!(by("email github", Event::ConnectionChosen("github".into())), None);
}

#[test]
fn what_is_seen_does_not_tell_the_whole_address() {
    let screen = format!("{:?}", comes_back().view());
    assert!(!screen.contains("ada@"), "{screen}");
    let view: Option<RememberedView> = comes_back().identifier_screen().remembered;
    assert!(view.is_some());
}
