//! Every code that a server is known to refuse with, and what is said of it: those of this server, of Auth0's
//! documents, and of its older endpoints.

use latch_flow::{HttpFailure, Problem, view::CodeMode};
use latch_protocol::error::{
    code,
    description::{CODE_ATTEMPTS, CODE_EXPIRED, USER_BLOCKED, WRONG_EMAIL_CODE, WRONG_PHONE_CODE},
};

use crate::support::{Login, refused};

/// What is said of a start that is refused.
fn of_a_start(failure: HttpFailure) -> Option<Problem> {
    let mut login = Login::with(|options| options.captcha = false);
    login.types("ada@example.com");
    login.fails(failure);
    login.identifier_screen().problem
}

/// What is said of a code that is refused, or what the code screen asks for then.
fn of_a_code(failure: HttpFailure) -> (Option<Problem>, CodeMode) {
    let mut login = Login::at_the_code_with(|options| options.exchange = "token".into());
    login.enters("123456");
    login.fails(failure);
    let screen = login.code_screen();
    (screen.problem, screen.mode)
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
        (400, code::BAD_PHONE_NUMBER, "No country has such a phone number", Problem::PhoneRefused),
        (400, code::SMS_PROVIDER_ERROR, "The 'To' number is not valid. (Code: 21211)", Problem::PhoneRefused),
        (400, code::SMS_PROVIDER_ERROR, "not a mobile number (Code: 21614)", Problem::PhoneRefused),
        (400, code::SMS_PROVIDER_ERROR, "Timeout while calling the SMS gateway", Problem::NotSent),
        (400, code::INVALID_CAPTCHA, "Invalid captcha value", Problem::CaptchaFailed),
        (401, "requires_verification", "Suspicious request requires verification", Problem::CaptchaFailed),
        (401, code::ACCESS_DENIED, "Unauthorized", Problem::NotAllowed),
        (403, code::ACCESS_DENIED, "Origin https://x.example is not allowed.", Problem::NotAllowed),
        (403, code::UNAUTHORIZED_CLIENT, "Client authentication is required", Problem::NotAllowed),
        (401, code::UNAUTHORIZED, USER_BLOCKED, Problem::Blocked),
        (403, "blocked_user", "Blocked user", Problem::Blocked),
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

#[test]
fn every_refusal_of_a_code_has_its_own_sentence_or_its_own_way_on() {
    let wrong = Some(Problem::CodeWrong { tries_left: None });
    let limited = Some(Problem::RateLimited { wait: None });
    for (status, error, description, said) in [
        (403, code::INVALID_GRANT, WRONG_EMAIL_CODE, (wrong, CodeMode::Enter)),
        (403, code::INVALID_GRANT, WRONG_PHONE_CODE, (wrong, CodeMode::Enter)),
        (403, code::INVALID_GRANT, CODE_EXPIRED, (None, CodeMode::Expired)),
        (403, code::INVALID_GRANT, CODE_ATTEMPTS, (None, CodeMode::OutOfTries)),
        // Cross-origin authentication, and the grant of old.
        (403, code::ACCESS_DENIED, WRONG_EMAIL_CODE, (wrong, CodeMode::Enter)),
        (403, code::ACCESS_DENIED, WRONG_PHONE_CODE, (wrong, CodeMode::Enter)),
        (403, code::ACCESS_DENIED, CODE_EXPIRED, (None, CodeMode::Expired)),
        (401, "invalid_user_password", WRONG_EMAIL_CODE, (wrong, CodeMode::Enter)),
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
            (Some(Problem::NotAllowed), CodeMode::Enter),
        ),
        (501, "unsupported_response_type", "", (Some(Problem::NotAllowed), CodeMode::Enter)),
        (400, "unsupported_credential_type", "", (Some(Problem::NotAllowed), CodeMode::Enter)),
        (400, code::UNSUPPORTED_GRANT_TYPE, "", (Some(Problem::NotAllowed), CodeMode::Enter)),
        (403, code::ACCESS_DENIED, USER_BLOCKED, (Some(Problem::Blocked), CodeMode::Enter)),
        (401, code::UNAUTHORIZED, "a rule said no", (Some(Problem::Blocked), CodeMode::Enter)),
        (429, code::TOO_MANY_ATTEMPTS, "", (limited, CodeMode::Enter)),
        (429, code::TOO_MANY_REQUESTS, "", (limited, CodeMode::Enter)),
        (500, code::SERVER_ERROR, "", (Some(Problem::ServerFault), CodeMode::Enter)),
    ] {
        assert_eq!(of_a_code(refused(status, error, description)), said, "{status} {error} {description}");
    }
}
