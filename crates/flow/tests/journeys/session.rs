//! A session: restored, over, ended here, begun or ended in another tab.

use std::rc::Rc;

use latch_flow::{
    Event, HostEvent, HttpFailure, Request, Stored,
    view::{ScreenName, Status},
};
use latch_protocol::{stored::Session, token::TokenResponse};

use crate::support::{
    Login,
    answers::{self, NOW},
};

pub(super) fn session(refresh_token: Option<&str>) -> Session {
    Session {
        tokens: TokenResponse { refresh_token: refresh_token.map(Into::into), ..answers::tokens() },
        identifier: "ada@example.com".into(),
        expires_at: NOW + 3_600_000,
    }
}

fn stored(session: Session) -> Stored {
    Stored { session: Some(session), ..Stored::default() }
}

#[test]
fn a_session_is_restored_and_nothing_is_sent() {
    let mut login = Login::after_an_earlier_page(stored(session(None)));
    assert_eq!(login.session(), Some(&session(None)));
    assert_eq!(login.view().status, None, "that the user is signed in is no news");
    assert_eq!(
        login.told(),
        [HostEvent::Session(Some(Rc::new(session(None)))), HostEvent::Step("authenticated")],
    );
    assert_eq!(login.sent, []);
}

#[test]
fn a_session_that_is_over_is_removed() {
    for expires_at in [NOW, NOW - 1, 0] {
        let login = Login::after_an_earlier_page(stored(Session { expires_at, ..session(None) }));
        assert_eq!(login.view().name(), ScreenName::Identifier);
        assert_eq!(login.stored.session, None);
    }
}

#[test]
fn a_session_ends_on_an_open_page() {
    let mut login = Login::after_an_earlier_page(stored(session(None)));
    login.after(3599);
    assert!(login.session().is_some());
    login.told();
    login.after(1);
    assert_eq!(login.view().name(), ScreenName::Identifier);
    assert_eq!(login.stored.session, None);
    assert_eq!(login.told(), [HostEvent::Session(None), HostEvent::Step("identifier")]);
}

#[test]
fn an_alarm_that_goes_off_early_is_set_again() {
    let mut login = Login::after_an_earlier_page(stored(session(None)));
    login.after(1800);
    login.alarm_goes_off_early();
    assert!(login.session().is_some());
    login.after(1800);
    assert_eq!(login.view().name(), ScreenName::Identifier);
}

#[test]
fn a_session_that_was_just_begun_ends_too() {
    let mut login = Login::at_the_code();
    login.enters("123456");
    login.everything_goes_well(TokenResponse { expires_in: 600, ..answers::tokens() });
    login.after(600);
    assert_eq!(login.view().name(), ScreenName::Identifier);
}

#[test]
fn a_server_that_does_not_say_how_long_a_token_is_good_means_a_while() {
    let mut login = Login::at_the_code();
    login.enters("123456");
    login.everything_goes_well(TokenResponse { expires_in: 0, ..answers::tokens() });
    login.reload();
    assert!(login.session().is_some());
    login.after(3600);
    assert_eq!(login.view().name(), ScreenName::Identifier);
}

#[test]
fn a_token_for_ever_is_no_trouble() {
    let mut login = Login::at_the_code();
    login.enters("123456");
    login.everything_goes_well(TokenResponse { expires_in: u32::MAX, ..answers::tokens() });
    login.after(24 * 3600);
    assert!(login.session().is_some());
}

#[test]
fn signing_out_forgets_the_session_at_once() {
    let mut login = Login::after_an_earlier_page(stored(session(None)));
    login.told();
    login.signs_out();
    assert_eq!(login.view().name(), ScreenName::Identifier);
    assert_eq!(login.identifier_screen().value, "", "the next user is not told who was here");
    assert_eq!(login.stored, Stored::default());
    assert_eq!(login.told(), [HostEvent::Session(None), HostEvent::Step("identifier")]);
    assert_eq!(login.sent, [], "there is no refresh token to revoke");
}

#[test]
fn signing_out_revokes_the_refresh_token() {
    for press in [Event::SignOutRequested, Event::ResetRequested] {
        let mut login = Login::after_an_earlier_page(stored(session(Some("secret-refresh"))));
        login.told();
        login.happens(press.clone());
        login.happens(press);
        let [Request::Revoke(revoke)] = login.sent.as_slice() else { panic!("{:?}", login.sent) };
        assert_eq!((revoke.0.client_id.as_str(), revoke.0.token.as_str()), ("demo", "secret-refresh"));
        assert!(login.authenticated_screen().leaving);
        assert_eq!((login.session(), &login.stored), (None, &Stored::default()));
        login.server_answers(Ok(latch_flow::Reply::Revoked));
        assert_eq!(login.view().name(), ScreenName::Identifier);
        assert_eq!(login.told(), [HostEvent::Session(None), HostEvent::Step("identifier")]);
    }
}

#[test]
fn a_sign_out_is_carried_through_whatever_another_tab_or_the_clock_does() {
    let mut login = Login::after_an_earlier_page(stored(session(Some("secret-refresh"))));
    login.told();
    login.signs_out();
    login.another_tab_leaves(None);
    login.after(3600);
    assert_eq!(login.cancelled, [], "the refresh token has to be revoked");
    login.fails(HttpFailure::Offline);
    assert_eq!(login.view().name(), ScreenName::Identifier);
    assert_eq!(login.told(), [HostEvent::Session(None), HostEvent::Step("identifier")], "said once");
}

#[test]
fn signing_out_means_nothing_where_nobody_is_signed_in() {
    let mut login = Login::at_the_code();
    login.signs_out();
    assert_eq!(login.view().name(), ScreenName::Code);
    let mut login = Login::new();
    login.signs_out();
    assert_eq!(login.view().name(), ScreenName::Identifier);
}

#[test]
fn a_sign_out_in_another_tab_counts_here() {
    let mut login = Login::after_an_earlier_page(stored(session(Some("secret-refresh"))));
    login.told();
    login.another_tab_leaves(None);
    assert_eq!(login.view().name(), ScreenName::Identifier);
    assert_eq!(login.told(), [HostEvent::Session(None), HostEvent::Step("identifier")]);
    assert_eq!(login.sent, [], "the other tab revokes");

    let mut login = Login::after_an_earlier_page(stored(session(None)));
    login.another_tab_leaves(Some(Session { expires_at: NOW, ..session(None) }));
    assert_eq!(login.view().name(), ScreenName::Identifier, "what it left is over");
}

#[test]
fn a_sign_in_in_another_tab_counts_here() {
    let stages: [fn(&mut Login); 3] = [
        |_| {},
        |login| {
            login.types("bob@example.com");
        },
        |login| {
            login.types("bob@example.com");
            login.server_sends_code();
            login.enters("123456");
        },
    ];
    for stage in stages {
        let mut login = Login::new();
        stage(&mut login);
        let pending = login.pending();
        login.told();
        login.another_tab_leaves(Some(session(None)));
        assert_eq!(login.session(), Some(&session(None)));
        assert_eq!(login.view().status, None::<Status>);
        assert_eq!(login.cancelled, pending.into_iter().collect::<Vec<_>>());
        assert_eq!(login.stored.challenge, None, "nobody waits for that code any more");
        assert_eq!(
            login.told(),
            [HostEvent::Session(Some(Rc::new(session(None)))), HostEvent::Step("authenticated")],
        );
        login.after(3600);
        assert_eq!(login.view().name(), ScreenName::Identifier);
    }
}

#[test]
fn another_tabs_session_replaces_this_one_and_the_same_one_is_no_news() {
    let mut login = Login::after_an_earlier_page(stored(session(None)));
    login.told();
    login.another_tab_leaves(Some(session(None)));
    assert_eq!(login.told(), []);
    let newer = Session { expires_at: NOW + 7_200_000, ..session(None) };
    login.another_tab_leaves(Some(newer.clone()));
    assert_eq!(login.told(), [HostEvent::Session(Some(Rc::new(newer)))]);
    login.after(3600);
    assert!(login.session().is_some());
}

#[test]
fn another_tabs_sign_out_does_not_disturb_a_login() {
    let mut login = Login::at_the_code();
    login.enters("123456");
    login.another_tab_leaves(None);
    login.everything_goes_well(answers::tokens());
    assert!(login.session().is_some());
}

#[test]
fn a_code_that_was_left_behind_is_forgotten_where_there_is_a_session() {
    let mut login = Login::at_the_code();
    login.stored.session = Some(session(None));
    login.reload();
    assert!(login.session().is_some());
    login.signs_out();
    login.reload();
    assert_eq!(login.view().name(), ScreenName::Identifier);
}
