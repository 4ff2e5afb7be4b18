//! Every code that a server is known to refuse with, and what is said of it, in both editions: those of this
//! server, of Auth0's documents, and of its older endpoints.
//!
//! `cargo test --package=latch-flow --no-default-features --test=refusals` is of the basic one.

use latch_flow::{
    Effect, Event, FULL, Flow, HostEvent, HttpFailure, Options, Problem, Reply, RequestId, Stored,
    view::{CodeMode, Screen},
};
use latch_protocol::{
    error::{
        ErrorBody, code,
        description::{CODE_ATTEMPTS, CODE_EXPIRED, USER_BLOCKED, WRONG_EMAIL_CODE, WRONG_PHONE_CODE},
    },
    passwordless::StartResponse,
};

const NOW: latch_flow::Millis = 1_700_000_000_000;

/// A login of either edition, whose requests are answered by hand.
struct Login {
    flow: Flow,
    request: Option<RequestId>,
    /// What was told of errors: what the page hears, and whether it goes to the console.
    told: Vec<(String, String, bool)>,
}

impl Login {
    fn new() -> Self {
        let options = Options {
            domain: "login.example.com".into(),
            client_id: "demo".into(),
            exchange: "token".into(),
            auto_submit: true,
            ..Options::default()
        };
        let mut login = Self { flow: Flow::new(options), request: None, told: Vec::new() };
        login.happens(Event::Started(Stored::default()));
        login.happens(Event::IdentifierSubmitted("ada@example.com".into()));
        login
    }

    fn happens(&mut self, event: Event) {
        for effect in self.flow.handle(event, NOW) {
            match effect {
                Effect::Send(id, _) => self.request = Some(id),
                Effect::Tell(HostEvent::AuthorizationError { error, error_description, is_advice }) => {
                    self.told.push((error, error_description, is_advice));
                }
                _ => {}
            }
        }
    }

    fn server_answers(&mut self, answer: Result<Reply, HttpFailure>) {
        // An answer that nobody waits for is dropped, and the test finds nothing said.
        let id = self.request.take().unwrap_or(RequestId(u32::MAX));
        self.happens(Event::Replied(id, answer));
    }

    fn problem(&self) -> Option<Problem> {
        self.flow.view(NOW).problem()
    }

    fn mode(&self) -> Option<CodeMode> {
        if let Screen::Code(screen) = self.flow.view(NOW).screen { Some(screen.mode) } else { None }
    }
}

fn refused(status: u16, error: &str, error_description: &str) -> HttpFailure {
    HttpFailure::Refused { status, body: ErrorBody::new(error, error_description), retry_after: None }
}

/// What is said of a start that is refused.
fn of_a_start(failure: HttpFailure) -> Option<Problem> {
    let mut login = Login::new();
    login.server_answers(Err(failure));
    login.problem()
}

/// What is said of a code that is refused, or what the code screen asks for then.
fn of_a_code(failure: HttpFailure) -> (Option<Problem>, CodeMode) {
    let mut login = Login::new();
    login.server_answers(Ok(Reply::CodeSent(StartResponse::default())));
    login.happens(Event::CodeEntered("123456".into()));
    login.server_answers(Err(failure));
    (login.problem(), login.mode().unwrap_or(CodeMode::Returning))
}

/// What the basic edition says in the place of a sentence that logins by email and code hardly need.
const fn in_full(full: Problem, basic: Problem) -> Problem {
    if FULL { full } else { basic }
}

#[test]
fn every_refusal_of_a_start_has_its_own_sentence() {
    let limited = Problem::RateLimited { wait: None };
    for (status, error, description, problem) in [
        (400, "bad.tenant", "error in tenant - tenant validation failed", Problem::NotAllowed),
        (400, code::BAD_CLIENT_ID, "Missing required property: client_id", Problem::NotAllowed),
        (400, code::BAD_CONNECTION, "Connection does not exist", Problem::NotAllowed),
        (400, code::BAD_CONNECTION, "Connection is disabled", Problem::NotAllowed),
        (400, code::BAD_CONNECTION, "Public signup is disabled", Problem::SignupDisabled),
        (400, "", "public signup is disabled", Problem::SignupDisabled),
        (400, code::BAD_AUTH_PARAMS, "error in authParams", Problem::NotAllowed),
        (400, code::BAD_REQUEST, "the following properties are not allowed: x", Problem::NotAllowed),
        (400, code::BAD_SEND, "send must be \"code\" or \"link\"", Problem::NotAllowed),
        (400, code::INVALID_REQUEST, "Parameter 'email' must be a string", Problem::NotAllowed),
        (400, code::BAD_EMAIL, "error in email - invalid format", Problem::EmailRefused),
        (
            401,
            "requires_verification",
            "Suspicious request requires verification",
            in_full(Problem::CaptchaFailed, Problem::NotAllowed),
        ),
        (401, code::ACCESS_DENIED, "Unauthorized", Problem::NotAllowed),
        (403, code::ACCESS_DENIED, "Origin https://x.example is not allowed.", Problem::NotAllowed),
        (403, code::UNAUTHORIZED_CLIENT, "Client authentication is required", Problem::NotAllowed),
        (401, code::UNAUTHORIZED, USER_BLOCKED, Problem::Blocked),
        (401, code::UNAUTHORIZED, "Account 7: User is blocked.", Problem::Blocked),
        (403, "blocked_user", "Blocked user", Problem::Blocked),
        (401, code::UNAUTHORIZED, "Staff only.", in_full(Problem::Denied, Problem::NotAllowed)),
        (429, code::TOO_MANY_REQUESTS, "Too many requests.", limited),
        (429, "Too Many Requests", "", limited),
        (429, code::TOO_MANY_ATTEMPTS, "Your account has been blocked", limited),
        (404, code::NOT_FOUND, "Not found", Problem::NotAllowed),
        (405, code::METHOD_NOT_ALLOWED, "Method not allowed", Problem::NotAllowed),
        (404, "endpoint_disabled", "", Problem::NotAllowed),
        (500, code::SERVER_ERROR, "server_error", Problem::ServerFault),
        (400, code::SERVER_ERROR, "server_error", Problem::ServerFault),
        (503, code::TEMPORARILY_UNAVAILABLE, "", Problem::ServerFault),
        (400, "extensibility_error", "", Problem::ServerFault),
    ] {
        let said = of_a_start(refused(status, error, description));
        assert_eq!(said, Some(problem), "{status} {error} {description}");
    }
}

#[cfg(feature = "full")]
#[test]
fn every_refusal_of_a_number_or_a_captcha_has_its_own_sentence() {
    for (error, description, problem) in [
        (code::BAD_PHONE_NUMBER, "No country has such a phone number", Problem::PhoneRefused),
        (code::SMS_PROVIDER_ERROR, "The 'To' number is not valid. (Code: 21211)", Problem::PhoneRefused),
        (code::SMS_PROVIDER_ERROR, "not a mobile number (Code: 21614)", Problem::PhoneRefused),
        (code::SMS_PROVIDER_ERROR, "Timeout while calling the SMS gateway", Problem::NotSent),
        (code::INVALID_CAPTCHA, "Invalid captcha value", Problem::NotAllowed),
    ] {
        assert_eq!(of_a_start(refused(400, error, description)), Some(problem), "{error} {description}");
    }
}

#[test]
fn what_the_server_says_of_somebody_it_does_not_let_in_goes_to_the_developer_as_it_stands() {
    for (error, description, is_advice) in [
        (code::UNAUTHORIZED, "Staff only.", true),
        ("mfa_required", "Multifactor authentication required", true),
        (code::UNAUTHORIZED, USER_BLOCKED, false),
    ] {
        let mut login = Login::new();
        login.server_answers(Err(refused(403, error, description)));
        assert_eq!(login.told, [(error.to_owned(), description.to_owned(), is_advice)]);
    }
}

#[cfg(feature = "full")]
#[test]
fn a_captcha_that_the_page_does_not_want_is_an_advice_to_its_developer() {
    let mut login = Login::new();
    login.server_answers(Err(refused(400, code::INVALID_CAPTCHA, "Invalid captcha value")));
    let [(error, advice, is_advice)] = &login.told[..] else { panic!("{:?}", login.told) };
    assert_eq!((error.as_str(), is_advice), (code::INVALID_CAPTCHA, &true));
    assert!(advice.contains("captcha=\"off\""), "{advice}");
}

#[test]
fn every_refusal_of_a_code_has_its_own_sentence_or_its_own_way_on() {
    let wrong = Some(Problem::CodeWrong { tries_left: None });
    let limited = Some(Problem::RateLimited { wait: None });
    for (status, error, description, said) in [
        (403, code::INVALID_GRANT, WRONG_EMAIL_CODE, (wrong, CodeMode::Enter)),
        (403, code::INVALID_GRANT, WRONG_PHONE_CODE, (wrong, CodeMode::Enter)),
        (403, code::INVALID_GRANT, CODE_EXPIRED, (None, CodeMode::Expired)),
        (403, code::INVALID_GRANT, CODE_ATTEMPTS, (None, CodeMode::OutOfTries)),
        (401, code::ACCESS_DENIED, "Unauthorized", (Some(Problem::NotAllowed), CodeMode::Enter)),
        (401, code::INVALID_CLIENT, "", (Some(Problem::NotAllowed), CodeMode::Enter)),
        (
            401,
            code::UNAUTHORIZED_CLIENT,
            "Cross origin login not allowed.",
            (Some(Problem::NotAllowed), CodeMode::Enter),
        ),
        (
            403,
            code::UNAUTHORIZED_CLIENT,
            "Grant type not allowed",
            (Some(Problem::NotAllowed), CodeMode::Enter),
        ),
        (400, "invalid_scope", "", (Some(Problem::NotAllowed), CodeMode::Enter)),
        (
            403,
            "mfa_required",
            "Multifactor authentication required",
            (Some(in_full(Problem::MfaRequired, Problem::NotAllowed)), CodeMode::Enter),
        ),
        (501, "unsupported_response_type", "", (Some(Problem::NotAllowed), CodeMode::Enter)),
        (400, "unsupported_credential_type", "", (Some(Problem::NotAllowed), CodeMode::Enter)),
        (400, code::UNSUPPORTED_GRANT_TYPE, "", (Some(Problem::NotAllowed), CodeMode::Enter)),
        (403, code::ACCESS_DENIED, USER_BLOCKED, (Some(Problem::Blocked), CodeMode::Enter)),
        (
            401,
            code::UNAUTHORIZED,
            "a rule said no",
            (Some(in_full(Problem::Denied, Problem::NotAllowed)), CodeMode::Enter),
        ),
        (429, code::TOO_MANY_ATTEMPTS, "", (limited, CodeMode::Enter)),
        (429, code::TOO_MANY_REQUESTS, "", (limited, CodeMode::Enter)),
        (500, code::SERVER_ERROR, "", (Some(Problem::ServerFault), CodeMode::Enter)),
    ] {
        assert_eq!(of_a_code(refused(status, error, description)), said, "{status} {error} {description}");
    }
}

/// What cross-origin authentication, and the grant of old, say of a code.
#[cfg(feature = "full")]
#[test]
fn the_other_words_for_a_code_that_is_wrong_are_known() {
    let wrong = Some(Problem::CodeWrong { tries_left: None });
    for (status, error, description, said) in [
        (403, code::ACCESS_DENIED, WRONG_EMAIL_CODE, (wrong, CodeMode::Enter)),
        (403, code::ACCESS_DENIED, WRONG_PHONE_CODE, (wrong, CodeMode::Enter)),
        (403, code::ACCESS_DENIED, CODE_EXPIRED, (None, CodeMode::Expired)),
        (401, "invalid_user_password", WRONG_EMAIL_CODE, (wrong, CodeMode::Enter)),
    ] {
        assert_eq!(of_a_code(refused(status, error, description)), said, "{status} {error} {description}");
    }
}
