//! An answer came back by the page's address, or out of a frame: it becomes tokens, which are believed
//! like those of a code.

use latch_protocol::{
    error::{ErrorBody, code as error},
    passwordless::StartResponse,
    stored::Departure,
    token::{AUTHORIZATION_CODE, CodeGrant},
};

use super::Turn;
use crate::{
    Millis,
    code::challenge,
    config::Method,
    departure::may_return,
    effect::{Effect, HostEvent, Request},
    event::{Answer, HttpFailure, Reply, Return},
    problem::{MFA_REQUIRED, Problem, says_blocked},
    state::{Code, Identifier, Phase, State},
};

/// What a page can do about `login_required`.
const NO_COOKIE: &str = "Browsers keep the login server's cookies from frames of pages on other sites: leave out response-mode=\"web_message\", set exchange=\"token\", or give the server a host on the page's own site.";

impl Turn<'_> {
    /// The page was loaded with an answer in its address.
    pub(super) fn returned(&mut self, returned: Return) {
        let departure = returned.departure.filter(|departure| may_return(departure, self.now));
        let Some(departure) = departure else {
            // Whoever asked is in another browser, or somebody else: signing in here would be a login
            // that this user may not have asked for.
            self.start_over(String::new(), Problem::LinkElsewhere);
            return;
        };
        self.effects.push(Effect::KeepChallenge(None));
        self.flow.state = State::Code(arrived(&departure, self.now));
        self.redeem(departure, returned.answer);
    }

    /// From an answer to tokens.
    pub(super) fn redeem(&mut self, departure: Departure, answer: Answer) {
        if let State::Code(state) = &mut self.flow.state {
            state.abroad.nonce = Some(departure.nonce);
            state.used = true;
        }
        match answer {
            Answer::Code(code) => {
                let request = self.send(Request::Redeem(CodeGrant {
                    grant_type: AUTHORIZATION_CODE.to_owned(),
                    client_id: self.config.client_id.clone(),
                    code,
                    redirect_uri: departure.redirect_uri,
                    code_verifier: departure.verifier,
                }));
                self.phase(Phase::Redeeming { request });
            }
            Answer::Tokens(tokens) => self.take_tokens(tokens),
            Answer::Refused(body) => self.sent_back(&body),
        }
    }

    /// The authorization code was answered.
    pub(super) fn redeemed(&mut self, answer: Result<Reply, HttpFailure>) {
        match answer {
            Ok(Reply::Tokens(tokens)) => self.take_tokens(tokens),
            Ok(_) => self.fall_back(&HttpFailure::Unreadable { status: 200 }),
            Err(failure) => self.fall_back(&failure),
        }
    }

    /// `/authorize`, or the link, said no.
    fn sent_back(&mut self, body: &ErrorBody) {
        let problem = match body.error.as_str() {
            // A link's code was used, too old, or never right. RFC 6749 section 4.1.2.1 has no word for it.
            error::UNAUTHORIZED | error::ACCESS_DENIED | error::INVALID_GRANT => {
                if says_blocked(&body.error_description) {
                    Problem::Blocked
                } else if self.is_from_another() {
                    // A rule's refusal has another name than that of whoever pressed Cancel.
                    if body.error == error::UNAUTHORIZED { Problem::Denied } else { Problem::Declined }
                } else {
                    Problem::LinkRefused
                }
            }
            error::TOO_MANY_ATTEMPTS | error::TOO_MANY_REQUESTS => Problem::RateLimited { wait: None },
            error::SERVER_ERROR | error::TEMPORARILY_UNAVAILABLE => Problem::ServerFault,
            MFA_REQUIRED => Problem::MfaRequired,
            _ => Problem::NotAllowed,
        };
        let error_description = match body.error.as_str() {
            // The server has given its cookie, and the frame comes without it.
            error::LOGIN_REQUIRED => [&body.error_description, ": ", NO_COOKIE].concat(),
            _ => body.error_description.clone(),
        };
        self.effects.push(Effect::Tell(HostEvent::AuthorizationError {
            error: body.error.clone(),
            error_description,
            is_advice: problem.is_for_developers(),
        }));
        self.ask_again(problem);
    }

    /// Whether the answer is another connection's, and not a link's.
    fn is_from_another(&self) -> bool {
        matches!(&self.flow.state, State::Code(state) if self.config.others.names.contains(&state.challenge.connection))
    }

    /// No tokens for it: the code is used all the same.
    pub(super) fn fall_back(&mut self, failure: &HttpFailure) {
        self.tell_failure(failure);
        let problem = match failure {
            HttpFailure::Refused { body, .. } if body.error == error::INVALID_GRANT => Problem::LinkRefused,
            failure => Problem::from(failure),
        };
        self.ask_again(problem);
    }

    /// Back to the first screen, with the address that this was about.
    pub(super) fn ask_again(&mut self, problem: Problem) {
        let identifier = match &self.flow.state {
            State::Code(state) => state.challenge.identifier.clone(),
            _ => String::new(),
        };
        self.start_over(identifier, problem);
    }

    fn start_over(&mut self, identifier: String, problem: Problem) {
        self.decline(true);
        let value = if identifier.is_empty() { self.config.login_hint.clone() } else { identifier };
        let problem = Some(problem);
        self.flow.state =
            State::Identifier(Identifier { value, problem, refusals: 1, ..Identifier::default() });
    }
}

/// The code screen's state for an answer that came back: there is no code to enter.
fn arrived(departure: &Departure, now: Millis) -> Code {
    let connection = departure.connection.as_str();
    let challenge = challenge(connection, departure.identifier.clone(), &StartResponse::default(), 0, now);
    let mut state = Code::new(challenge, Method::Link, false);
    state.abroad.returned = true;
    state
}
