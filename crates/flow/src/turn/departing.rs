//! Leaving the page for `/authorize`, or for a link in a message, and what that takes along: a state, a
//! nonce and a code challenge (RFC 6749 section 10.12, OpenID Connect Core section 15.5.2, RFC 7636).

use latch_protocol::{
    cross_origin::{CrossOriginRequest, CrossOriginResponse},
    endpoint,
    passwordless::{LinkParams, VerifyRequest},
    stored::{Challenge, Departure},
    token::PASSWORDLESS_OTP,
};

use super::Turn;
use crate::{
    config::{Exchange, Method, Terms},
    connection::Connection,
    effect::{Address, Effect, Request},
    event::Secrets,
    problem::Problem,
    state::{Code, Phase, State},
};

impl Turn<'_> {
    /// Another connection, or the hosted page where `connection` is empty.
    pub(super) fn choose_connection(&mut self, connection: String) {
        if !matches!(&self.flow.state, State::Identifier(state) if state.sending.is_none()) {
            return;
        }
        if self.lacks_consent() {
            return;
        }
        let request = self.draw();
        if let State::Identifier(state) = &mut self.flow.state {
            state.problem = None;
            state.sending = Some(request);
            state.bound_for = Some(connection);
        }
    }

    /// The terms were accepted, or are not any more.
    pub(super) fn consent(&mut self, given: bool) {
        self.flow.consents = given;
        if let State::Identifier(state) = &mut self.flow.state {
            state.problem = state.problem.filter(|problem| *problem != Problem::TermsMissing);
        }
    }

    /// Whether the terms have to be accepted first; says so.
    pub(super) fn lacks_consent(&mut self) -> bool {
        let lacks = self.config.terms == Terms::Accept && !self.flow.consents;
        if let State::Identifier(state) = &mut self.flow.state
            && lacks
        {
            state.problem = Some(Problem::TermsMissing);
            state.refusals += 1;
        }
        lacks
    }

    /// The code was right: on to `/authorize` with the ticket.
    pub(super) fn depart(&mut self, ticket: CrossOriginResponse) {
        // The code is used: a reload must not come back to it.
        self.effects.push(Effect::KeepChallenge(None));
        if let State::Code(state) = &mut self.flow.state {
            state.used = true;
        }
        let request = self.draw();
        self.phase(Phase::Departing { request, ticket: ticket.login_ticket });
    }

    /// Another exchange than for tokens at once, where the page is the hosted one or the client's codes go
    /// by `/co/authenticate`.
    pub(super) fn other_exchange(&self, state: &Code, otp: &str) -> Option<Request> {
        let client_id = self.config.client_id.clone();
        let Challenge { connection, identifier, .. } = state.challenge.clone();
        let otp = otp.to_owned();
        if self.config.is_hosted() {
            let (email, phone_number) = state.connection().named_by(identifier);
            let body = VerifyRequest { client_id, connection, email, phone_number, verification_code: otp };
            return Some(Request::Verify(body));
        }
        let crosses = self.config.exchange == Exchange::CrossOrigin || state.abroad.crosses;
        crosses.then(|| {
            let credential_type = PASSWORDLESS_OTP.to_owned();
            let (realm, username) = (connection, identifier);
            Request::CrossOrigin(CrossOriginRequest { client_id, credential_type, otp, realm, username })
        })
    }

    /// The same code, by `/co/authenticate`: nothing has used it up.
    pub(super) fn cross(&mut self, code: String) {
        if let State::Code(state) = &mut self.flow.state {
            state.abroad.crosses = true;
        }
        self.verify(code);
    }

    /// Back to the server, which has kept what the client asked for, and signs the user in there.
    pub(super) fn leave(&mut self, code: String) {
        let State::Code(state) = &mut self.flow.state else { return };
        let transaction = self.config.transaction.clone().unwrap_or_default();
        let name = match state.connection() {
            Connection::Email => "email",
            Connection::Sms => "phone_number",
        };
        let query = vec![
            ("client_id", self.config.client_id.clone()),
            ("connection", state.challenge.connection.clone()),
            (name, state.challenge.identifier.clone()),
            ("verification_code", code),
            ("state", transaction),
        ];
        state.phase = Phase::Leaving;
        // A reload, or the way back, must not come back to a used code.
        self.effects.push(Effect::KeepChallenge(None));
        self.effects.push(Effect::Leave(Address { path: endpoint::VERIFY_REDIRECT, query }));
    }

    /// Asks for what a departure is made of.
    pub(super) fn draw(&mut self) -> crate::RequestId {
        let request = self.next_request();
        self.effects.push(Effect::Draw(request));
        request
    }

    /// Goes on with what was drawn.
    pub(super) fn drawn(&mut self, secrets: Secrets) {
        match &self.flow.state {
            State::Identifier(state) => {
                let (value, way) = (state.value.clone(), state.connection);
                let Some(connection) = state.bound_for.clone() else {
                    return self.send_link(way, value, secrets);
                };
                let departure = self.departure(&secrets, &connection, &value);
                let mut address = self.authorize(&secrets, &departure);
                let asked = [("connection", connection), ("login_hint", value)];
                address.query.extend(asked.into_iter().filter(|(_, value)| !value.is_empty()));
                self.effects.push(Effect::KeepDeparture(departure));
                self.effects.push(Effect::Leave(address));
            }
            State::Captcha(state) => {
                let (connection, identifier) = (state.connection, state.identifier.clone());
                self.send_link(connection, identifier, secrets);
            }
            State::Code(state) => match &state.phase {
                Phase::Resending { .. } => {
                    let (connection, identifier) = (state.connection(), state.challenge.identifier.clone());
                    self.send_link(connection, identifier, secrets);
                }
                Phase::Departing { ticket, .. } => {
                    let (ticket, challenge) = (ticket.clone(), state.challenge.clone());
                    let departure = self.departure(&secrets, &challenge.connection, &challenge.identifier);
                    let mut address = self.authorize(&secrets, &departure);
                    address.query.extend([("realm", challenge.connection), ("login_ticket", ticket)]);
                    self.go(departure, address);
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// By leaving the page, or in a frame.
    fn go(&mut self, departure: Departure, mut address: Address) {
        if !self.config.in_a_frame {
            self.phase(Phase::Leaving);
            self.effects.push(Effect::KeepDeparture(departure));
            self.effects.push(Effect::Leave(address));
            return;
        }
        address.query.extend([("response_mode", "web_message".to_owned()), ("prompt", "none".to_owned())]);
        let request = self.next_request();
        self.effects.push(Effect::Frame(request, address));
        self.phase(Phase::Framed { request, departure });
    }

    fn send_link(&mut self, connection: Connection, identifier: String, secrets: Secrets) {
        let departure = self.departure(&secrets, self.config.name(connection), &identifier);
        let (challenge, method) = self.code_challenge(&secrets);
        let params = LinkParams {
            scope: self.config.scope.clone(),
            audience: self.config.audience.clone(),
            response_type: self.config.response_type(),
            redirect_uri: departure.redirect_uri.clone(),
            state: secrets.state,
            nonce: secrets.nonce,
            code_challenge: challenge,
            code_challenge_method: method,
        };
        self.effects.push(Effect::KeepDeparture(departure));
        let start = self.start(connection, identifier, params);
        let request = self.send(Request::StartLink(start));
        self.sending(request);
    }

    fn departure(&self, secrets: &Secrets, connection: &str, identifier: &str) -> Departure {
        Departure {
            state: secrets.state.clone(),
            nonce: secrets.nonce.clone(),
            verifier: secrets.verifier.clone(),
            redirect_uri: self.config.redirect_uri.clone(),
            connection: connection.to_owned(),
            identifier: identifier.to_owned(),
            left_at: self.now,
        }
    }

    /// RFC 6749 section 4.1.1, with what OpenID Connect and PKCE add.
    fn authorize(&self, secrets: &Secrets, departure: &Departure) -> Address {
        let mut query = vec![
            ("client_id", self.config.client_id.clone()),
            ("response_type", self.config.response_type()),
            ("redirect_uri", departure.redirect_uri.clone()),
            ("scope", self.config.scope.clone()),
            ("state", secrets.state.clone()),
            ("nonce", secrets.nonce.clone()),
        ];
        query.extend(self.config.audience.clone().map(|audience| ("audience", audience)));
        let (challenge, method) = self.code_challenge(secrets);
        query.extend(challenge.map(|challenge| ("code_challenge", challenge)));
        query.extend(method.map(|method| ("code_challenge_method", method)));
        Address { path: endpoint::AUTHORIZE, query }
    }

    /// Only where there is a code to be exchanged.
    fn code_challenge(&self, secrets: &Secrets) -> (Option<String>, Option<String>) {
        let is_code = self.config.is_code_flow();
        (is_code.then(|| secrets.challenge.clone()), is_code.then(|| "S256".to_owned()))
    }

    /// Whether a message of this connection takes a departure along.
    pub(super) fn sends_a_link(&self, connection: Connection) -> bool {
        self.config.method(connection) != Method::Code
    }
}
