//! A gateway of the operator's. Auth0: "Set up custom SMS gateway for passwordless connections".

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hyper::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

use super::{Outgoing, unanswered};
use crate::{
    call::{Http, NoAnswer, Post},
    clock::Instant,
    outbox::{Undelivered, handover::Handover},
    secret::Secret,
};

/// For how long a gateway believes what is signed.
const TOKEN_SECONDS: i64 = 300;

/// Where it is and how it knows us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gateway {
    /// `https://…`
    pub url: Url,
    /// `sender`
    pub sender: Option<String>,
    /// How it knows that it is we who call.
    pub auth: Option<GatewayAuth>,
    /// Whether it is told who asked.
    pub forward_request: bool,
}

/// A token of ours, HS256.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewayAuth {
    /// What it is signed with.
    pub secret: Secret,
    /// `sub`
    pub subject: Option<String>,
    /// `aud`
    pub audience: Option<String>,
}

/// Who asked for a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The network address.
    pub ip: Option<String>,
    /// `User-Agent`.
    pub user_agent: Option<String>,
}

#[derive(Serialize)]
struct Call<'a> {
    recipient: &'a str,
    body: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sender: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    req: Option<&'a Asked>,
}

impl Gateway {
    pub(super) async fn send(
        &self,
        http: &Http,
        sms: Outgoing<'_>,
        handover: &Handover,
    ) -> Result<(), Undelivered> {
        let call =
            Call { recipient: sms.recipient, body: sms.text, sender: self.sender.as_deref(), req: sms.asked };
        let body = serde_json::to_string(&call)
            .map_err(|_| Undelivered::permanently("a message could not be written as JSON"))?;
        let authorization = self.auth.as_ref().map(|auth| auth.bearer(sms.issuer, sms.now));
        let post = Post { url: &self.url, content_type: "application/json", authorization, key: None, body };
        // The sentences are Auth0's.
        match http.post(post, Some(handover)).await {
            Ok((status, _)) if status.is_success() => Ok(()),
            Ok((StatusCode::UNAUTHORIZED, _)) => {
                Err(Undelivered::permanently("Authentication failed while calling the SMS gateway: 401"))
            }
            Ok((status, _)) => {
                let status_code = status.as_u16();
                let reason = format!("Unexpected response while calling the SMS gateway: {status_code}");
                Err(match status {
                    StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => {
                        Undelivered::for_now(reason)
                    }
                    status if status.is_server_error() => Undelivered::for_now(reason),
                    _ => Undelivered::permanently(reason),
                })
            }
            Err(NoAnswer::Timeout) => {
                let seconds = http.patience();
                let reason = format!("Timeout while calling the SMS gateway: {seconds} seconds");
                Err(unanswered(handover, reason))
            }
            Err(NoAnswer::Broken) => Err(unanswered(handover, "The SMS gateway cannot be reached".into())),
        }
    }
}

impl GatewayAuth {
    fn bearer(&self, issuer: &str, now: Instant) -> Secret {
        let now = now.seconds();
        let mut claims = json!({"iss": issuer, "iat": now, "exp": now + TOKEN_SECONDS});
        for (name, value) in [("sub", &self.subject), ("aud", &self.audience)] {
            if let Some(value) = value {
                claims[name] = json!(value);
            }
        }
        let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
        let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.secret.reveal().as_bytes());
        let signature = hmac::sign(&key, format!("{head}.{claims}").as_bytes());
        Secret::new(format!("Bearer {head}.{claims}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}
