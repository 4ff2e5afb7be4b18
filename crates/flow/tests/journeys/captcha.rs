//! The server wants a captcha before it sends a code.

use latch_flow::{
    Event, HttpFailure, Problem,
    captcha::{CaptchaFault, CaptchaTask, Frame},
    view::{Busy, CaptchaKind, ScreenName, Status},
};
use latch_protocol::{
    captcha::{BYPASS, ChallengeResponse, Puzzle},
    error::code,
};

use crate::support::{Login, answers, refused};

fn at_the_captcha(given: ChallengeResponse) -> Login {
    let mut login = Login::new();
    login.types("ada@example.com");
    login.server_wants(given);
    login
}

#[test]
fn while_the_browser_works_everything_stays_where_it_was() {
    let mut login = Login::with(|options| {
        options.method = "link".into();
        options.connections = "email google-oauth2".into();
        options.redirect_uri = "https://shop.example/".into();
        options.terms = "notice".into();
    });
    login.types("ada@example.com");
    let before = login.identifier_screen();
    assert!(before.around.has_form && !before.around.others.names.is_empty());
    login.server_wants(answers::puzzle());
    assert!(login.view().is_checking);
    assert_eq!(login.identifier_screen(), before);
}

#[test]
fn work_of_the_browser_is_done_where_the_user_is_and_leads_to_the_code() {
    let mut login = at_the_captcha(answers::puzzle());
    assert_eq!(login.task(), &CaptchaTask::Work(Puzzle { challenge: "puzzle".into(), difficulty: 16 }));
    let screen = login.identifier_screen();
    assert_eq!((screen.value.as_str(), screen.sending), ("ada@example.com", true));
    assert!(login.view().is_checking);
    assert_eq!(login.view().status, Some(Status::Checking));
    login.captcha_is(Ok("puzzle.42"));
    assert!(!login.view().is_checking && login.identifier_screen().sending);
    assert_eq!(login.last_captcha(), Some("puzzle.42"));
    login.server_sends_code();
    assert_eq!(login.code_screen().destination, "ada@example.com");
    assert_eq!(login.stored.challenge.as_ref().unwrap().identifier, "ada@example.com");
}

#[test]
fn another_code_is_sent_for_work_too_and_the_screen_stays() {
    let mut login = Login::at_the_code();
    login.after(30);
    login.asks_for_another_code();
    login.server_wants(answers::puzzle());
    assert_eq!(login.code_screen().busy, Some(Busy::Resending));
    login.captcha_is(Ok("puzzle.42"));
    login.server_sends_code();
    assert_eq!(login.code_screen().resends, 1);
}

#[test]
fn a_picture_is_answered_by_its_name_and_what_is_on_it() {
    let mut login = at_the_captcha(answers::picture("code"));
    let screen = login.captcha_screen();
    assert!(matches!(screen.kind, CaptchaKind::Picture { is_math: false, .. }));
    assert_eq!((screen.destination.as_str(), screen.is_busy), ("ada@example.com", false));
    login.answers_captcha("  ");
    assert_eq!(login.captcha_screen().problem, Some(Problem::CaptchaMissing));
    login.answers_captcha(" k4r9w2 ");
    assert_eq!(login.last_captcha(), Some("name.k4r9w2"));
    assert!(login.captcha_screen().is_busy);
    login.server_sends_code();
    assert_eq!(login.view().name(), ScreenName::Code);
}

#[test]
fn the_result_of_a_sum_may_be_typed_in_any_digits() {
    let mut login = at_the_captcha(answers::picture("math"));
    login.answers_captcha("٤٢");
    assert_eq!(login.last_captcha(), Some("name.42"));
}

#[test]
fn a_picture_without_a_name_is_auth0s_and_answered_without_one() {
    let given = ChallengeResponse { challenge: None, ..answers::picture("code") };
    let mut login = at_the_captcha(given);
    login.answers_captcha("K4R9");
    assert_eq!(login.last_captcha(), Some("K4R9"));
}

#[test]
fn an_image_that_could_be_a_script_is_not_shown() {
    let given = ChallengeResponse { image: Some("javascript:alert(1)".into()), ..answers::picture("code") };
    let login = at_the_captcha(given);
    assert_eq!(login.captcha_screen().kind, CaptchaKind::Stuck);
}

#[test]
fn a_wrong_answer_brings_another_picture_and_a_word_about_it() {
    let mut login = at_the_captcha(answers::picture("code"));
    let round = login.captcha_screen().round;
    login.answers_captcha("K4R9");
    login.server_wants(answers::picture("code"));
    let screen = login.captcha_screen();
    assert_eq!(screen.problem, Some(Problem::CaptchaWrong));
    assert!(screen.round > round);
    login.happens(Event::CaptchaRefreshRequested);
    login.server_answers(Ok(answers::given(answers::picture("code"))));
    assert_eq!(login.captcha_screen().problem, None);
    login.answers_captcha("AAAA");
    login.server_sends_code();
}

#[test]
fn what_a_third_party_shows_is_solved_without_a_press() {
    let mut login = at_the_captcha(answers::third_party());
    assert_eq!(login.captcha_screen().kind, CaptchaKind::Frame);
    let frame = Frame { provider: "auth0_v2".into(), site_key: "site-key".into(), subdomain: String::new() };
    assert_eq!(login.task(), &CaptchaTask::Frame(frame));
    login.captcha_is(Ok("token"));
    assert_eq!(login.last_captcha(), Some("token"));
    login.server_wants(answers::third_party());
    assert_eq!(login.captcha_screen().problem, Some(Problem::CaptchaWrong));
    login.captcha_is(Ok("another token"));
    login.server_sends_code();
    assert_eq!(login.view().name(), ScreenName::Code);
}

#[test]
fn a_script_that_does_not_load_is_tried_once_more_and_then_the_server_decides() {
    let mut login = at_the_captcha(answers::third_party());
    login.captcha_is(Err(CaptchaFault::NotLoaded));
    let screen = login.captcha_screen();
    assert_eq!((screen.kind, screen.problem), (CaptchaKind::Stuck, Some(Problem::CaptchaNotLoaded)));
    login.answers_captcha("");
    login.server_answers(Ok(answers::given(answers::third_party())));
    login.captcha_is(Err(CaptchaFault::NotLoaded));
    assert_eq!(login.last_captcha(), Some(BYPASS));
    // It insists: the way is open for another try, and back.
    login.server_refuses(400, code::INVALID_CAPTCHA, "");
    assert_eq!(login.captcha_screen().kind, CaptchaKind::Stuck);
    login.answers_captcha("");
    login.server_answers(Ok(answers::given(answers::third_party())));
    login.captcha_is(Ok("token"));
    login.server_sends_code();
    assert_eq!(login.view().name(), ScreenName::Code);
}

#[test]
fn where_the_browser_may_work_instead_it_does_by_itself_or_when_asked() {
    let mut login = at_the_captcha(answers::with_alternative(answers::third_party()));
    login.captcha_is(Err(CaptchaFault::NotLoaded));
    assert_eq!(login.task(), &CaptchaTask::Work(Puzzle { challenge: "instead".into(), difficulty: 8 }));
    assert!(login.captcha_screen().is_busy);
    login.captcha_is(Ok("instead.1"));
    assert_eq!(login.last_captcha(), Some("instead.1"));

    let mut login = at_the_captcha(answers::with_alternative(answers::picture("code")));
    assert!(login.captcha_screen().has_alternative);
    login.happens(Event::CaptchaAlternativeRequested);
    login.captcha_is(Ok("instead.2"));
    assert_eq!(login.last_captcha(), Some("instead.2"));
}

#[test]
fn work_that_cannot_be_done_is_told_and_can_be_tried_again() {
    let mut login = at_the_captcha(answers::puzzle());
    login.captcha_is(Err(CaptchaFault::Failed));
    assert_eq!(login.captcha_screen().problem, Some(Problem::CaptchaFailed));
    login.answers_captcha("");
    login.server_answers(Ok(answers::given(answers::puzzle())));
    login.captcha_is(Ok("puzzle.1"));
    login.server_sends_code();
}

#[test]
fn proofs_that_are_refused_again_and_again_end_in_words_and_not_in_a_circle() {
    let mut login = at_the_captcha(answers::puzzle());
    for _ in 0..2 {
        login.captcha_is(Ok("puzzle.1"));
        login.server_wants(answers::puzzle());
    }
    login.captcha_is(Ok("puzzle.1"));
    login.server_refuses(400, code::INVALID_CAPTCHA, "");
    assert_eq!(login.captcha_screen().problem, Some(Problem::CaptchaFailed));
    assert_eq!(login.pending(), None);
}

#[test]
fn a_captcha_that_is_not_needed_any_more_is_left_out_once() {
    let mut login = at_the_captcha(ChallengeResponse::default());
    assert_eq!((login.starts(), login.last_captcha()), (2, None));
    login.server_wants(ChallengeResponse::default());
    assert_eq!(login.captcha_screen().problem, Some(Problem::CaptchaFailed));
}

#[test]
fn the_way_back_leads_to_the_address_or_to_the_code_that_was_there() {
    let mut login = at_the_captcha(answers::third_party());
    login.changes_address();
    assert_eq!(login.identifier_screen().value, "ada@example.com");
    assert_eq!(login.pending(), None);

    let mut login = Login::at_the_code();
    login.after(30);
    login.asks_for_another_code();
    login.server_wants(answers::picture("code"));
    login.changes_address();
    assert_eq!(login.code_screen().busy, None);
    login.enters("123456");
    assert_eq!(login.checked_codes(), ["123456"], "the code from before is still good");

    // While the browser works on the code screen, the way back is that screen's own.
    let mut login = Login::at_the_code();
    login.after(30);
    login.asks_for_another_code();
    login.server_wants(answers::puzzle());
    login.changes_address();
    assert_eq!(login.identifier_screen().value, "ada@example.com");
}

#[test]
fn whatever_else_goes_wrong_is_told_where_the_code_was_asked_for() {
    for failure in [HttpFailure::Offline, HttpFailure::Timeout, refused(404, "", "")] {
        let mut login = Login::new();
        login.types("ada@example.com");
        login.server_refuses(400, code::INVALID_CAPTCHA, "");
        login.fails(failure.clone());
        assert!(login.identifier_screen().problem.is_some(), "{failure:?}");

        let mut login = at_the_captcha(answers::picture("code"));
        login.answers_captcha("K4R9");
        login.fails(failure.clone());
        let screen = login.identifier_screen();
        assert!(screen.problem.is_some() && !screen.sending, "{failure:?}");
        login.types("ada@example.com");
        login.server_sends_code();
    }
}

#[test]
fn a_page_that_wants_no_captcha_says_that_there_is_no_way_on() {
    let mut login = Login::with(|options| options.captcha = false);
    login.types("ada@example.com");
    login.server_refuses(400, code::INVALID_CAPTCHA, "");
    assert_eq!(login.identifier_screen().problem, Some(Problem::NotAllowed));
}

#[test]
fn what_was_submitted_before_the_edition_changed_is_taken_up_on_the_code_screen_too() {
    let mut login = Login::at_the_code();
    login.after(30);
    login.reload();
    login.types("");
    assert_eq!(login.starts(), 2, "the other code is asked for again");
}
