//! Whose doing it is that another screen is up: only its user's own takes them there.

use latch_flow::{Event, view::ScreenName};
use latch_protocol::stored::Session;

use crate::support::{Login, answers};

fn session(login: &Login) -> Session {
    Session {
        tokens: answers::tokens(),
        identifier: "ada@example.com".into(),
        expires_at: login.now + 60_000,
    }
}

fn signed_in() -> Login {
    let mut login = Login::at_the_code();
    login.enters("123456");
    login.everything_goes_well(answers::tokens());
    login
}

#[test]
fn a_user_is_taken_along_their_own_way() {
    let mut login = Login::new();
    login.types("ada@example.com");
    login.server_sends_code();
    assert!(login.view().is_invited);
    login.changes_address();
    assert!(login.view().is_invited);
    assert!(signed_in().view().is_invited);
}

#[test]
fn nobody_is_taken_anywhere_by_another_tab_the_clock_or_the_page() {
    let mut login = Login::at_the_code();
    login.another_tab_leaves(Some(session(&login)));
    assert_eq!((login.view().name(), login.view().is_invited), (ScreenName::Authenticated, false));
    login.another_tab_leaves(None);
    assert_eq!((login.view().name(), login.view().is_invited), (ScreenName::Identifier, false));

    let mut login = Login::at_the_code();
    login.after(180);
    assert!(!login.view().is_invited, "the code expired");
    login.happens(Event::ResetRequested);
    assert_eq!((login.view().name(), login.view().is_invited), (ScreenName::Identifier, false));

    let mut login = signed_in();
    login.after(24 * 3600);
    assert_eq!((login.view().name(), login.view().is_invited), (ScreenName::Identifier, false));

    let mut login = signed_in();
    login.signs_out();
    assert_eq!((login.view().name(), login.view().is_invited), (ScreenName::Identifier, false));
}
