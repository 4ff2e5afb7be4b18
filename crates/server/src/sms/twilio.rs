//! Twilio's API, and others that speak it: "Create a Message", version 2010-04-01.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hyper::StatusCode;
use serde::Deserialize;
use url::{Url, form_urlencoded};

use super::{Outgoing, unanswered};
use crate::{
    call::{Http, NoAnswer, Post},
    outbox::{Undelivered, handover::Handover},
    secret::Secret,
};

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twilio {
    /// `AC…`
    pub account_sid: String,
    /// Its password.
    pub auth_token: Secret,
    /// Who the messages are from.
    pub sender: Sender,
    /// `https://api.twilio.com`, or another that speaks the same.
    pub base_url: Url,
}

/// Who messages are from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sender {
    /// A number, or a name where that is allowed.
    From(String),
    /// `MG…`, which chooses.
    MessagingService(String),
}

/// What is said of a message that was not taken.
#[derive(Deserialize)]
struct Refused {
    code: u32,
    message: String,
}

impl Twilio {
    pub(super) async fn send(
        &self,
        http: &Http,
        sms: Outgoing<'_>,
        handover: &Handover,
    ) -> Result<(), Undelivered> {
        let path = format!("2010-04-01/Accounts/{}/Messages.json", self.account_sid);
        let url = self.base_url.join(&path).map_err(|_| Undelivered::permanently("the address is wrong"))?;
        let credentials = format!("{}:{}", self.account_sid, self.auth_token.reveal());
        let post = Post {
            url: &url,
            content_type: "application/x-www-form-urlencoded",
            authorization: Some(Secret::new(format!("Basic {}", STANDARD.encode(credentials)))),
            key: None,
            body: self.form(sms),
        };
        match http.post(post, Some(handover)).await {
            Ok((status, _)) if status.is_success() => Ok(()),
            Ok((status, body)) => Err(refused(status, &body)),
            Err(NoAnswer::Timeout) => Err(unanswered(handover, "Twilio did not answer in time".into())),
            Err(NoAnswer::Broken) => Err(unanswered(handover, "Twilio cannot be reached".into())),
        }
    }

    fn form(&self, sms: Outgoing<'_>) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("To", sms.recipient);
        match &self.sender {
            Sender::From(from) => form.append_pair("From", from),
            Sender::MessagingService(sid) => form.append_pair("MessagingServiceSid", sid),
        };
        form.append_pair("Body", sms.text);
        // A message that waits at a carrier is dropped there when its code is dead.
        form.append_pair("ValidityPeriod", &sms.now.seconds_until(sms.expires_at).max(1).to_string());
        form.finish()
    }
}

/// The words of the refusal may repeat the number, so they go to whoever gave it and nowhere else.
fn refused(status: StatusCode, body: &[u8]) -> Undelivered {
    let refused: Option<Refused> = serde_json::from_slice(body).ok();
    let for_now = status == StatusCode::TOO_MANY_REQUESTS || !status.is_client_error();
    let (reason, answer) = if let Some(Refused { code, message }) = refused {
        let message: String = message.chars().filter(|c| !c.is_control()).take(300).collect();
        (format!("Twilio: error {code}"), format!("{message} (Code: {code})"))
    } else {
        let status = status.as_u16();
        (format!("Twilio: status {status}"), format!("Unexpected response of the SMS provider: {status}"))
    };
    let undelivered = if for_now { Undelivered::for_now(reason) } else { Undelivered::permanently(reason) };
    undelivered.telling(answer)
}
