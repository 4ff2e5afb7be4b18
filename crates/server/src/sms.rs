//! SMS: through Twilio's API, or through a gateway of the operator's as Auth0 calls it.

mod gateway;
mod twilio;

use std::time::Duration;

pub use gateway::{Asked, Gateway, GatewayAuth};
pub use twilio::{Sender, Twilio};

use crate::{
    call::Http,
    clock::Instant,
    config::Sms,
    failure::Failure,
    outbox::{Undelivered, handover::Handover},
    tls::Authorities,
};

/// Who carries an SMS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Provider {
    /// `POST …/Messages.json`
    Twilio(Twilio),
    /// Auth0's gateway.
    Gateway(Gateway),
}

/// An SMS that has to leave.
#[derive(Clone, Copy)]
pub struct Outgoing<'a> {
    /// The number in E.164.
    pub recipient: &'a str,
    /// What it says.
    pub text: &'a str,
    /// Who asked for it, when the gateway is to know.
    pub asked: Option<&'a Asked>,
    /// Now.
    pub now: Instant,
    /// When it is not worth delivering any more.
    pub expires_at: Instant,
    /// `iss` of what is signed.
    pub issuer: &'a str,
}

/// The way out for SMS.
pub struct Carrier {
    http: Http,
    provider: Provider,
}

/// What it means that nobody answered. A message that was handed over may have been taken: it is not sent
/// a second time.
fn unanswered(handover: &Handover, reason: String) -> Undelivered {
    if handover.is_marked() { Undelivered::in_doubt(reason) } else { Undelivered::for_now(reason) }
}

impl Carrier {
    /// Connects to nothing yet. `None` where nobody carries an SMS.
    pub fn new(sms: &Sms, authorities: &Authorities) -> Result<Option<Self>, Failure> {
        let Some(provider) = sms.provider.clone() else { return Ok(None) };
        let timeout = Duration::from_secs(sms.timeout_seconds.into());
        Ok(Some(Self { http: Http::new(authorities, timeout)?, provider }))
    }

    /// Hands one SMS over.
    pub async fn send(&self, sms: Outgoing<'_>, handover: &Handover) -> Result<(), Undelivered> {
        match &self.provider {
            Provider::Twilio(twilio) => twilio.send(&self.http, sms, handover).await,
            Provider::Gateway(gateway) => gateway.send(&self.http, sms, handover).await,
        }
    }
}

#[cfg(test)]
mod stand;

#[cfg(test)]
#[path = "sms/tests.rs"]
mod tests;

#[cfg(test)]
#[path = "sms/failure_tests.rs"]
mod failure_tests;
