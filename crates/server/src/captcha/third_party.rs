//! Captchas of others: the browser gets a token from them, and they tell us what it is worth. Each as its
//! vendor's documents have it ("siteverify", "assessments").

use std::time::Duration;

use hyper::{StatusCode, body::Bytes};
use latch_protocol::captcha::{ChallengeResponse, provider};
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use crate::{
    call::{Http, NoAnswer, Post},
    failure::Failure,
    secret::Secret,
    tls::Authorities,
};

/// Shorter than the patience of whoever waits for the code.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Longer than any vendor's token; those of reCAPTCHA are two thousand characters.
const TOKEN_MAX: usize = 8192;

/// Whose captcha, and how they know us.
#[derive(Clone, Debug)]
pub struct Vendor {
    /// Who.
    pub who: Who,
    /// What the page shows.
    pub site_key: String,
    /// What they know us by.
    pub secret: Secret,
    /// Where they are asked.
    pub verify_url: Url,
    /// Arkose's: the host of the script.
    pub subdomain: Option<String>,
    /// reCAPTCHA Enterprise's: the least score that is a person's, in hundredths.
    pub least_score: u32,
}

/// Whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Google's, the box to tick.
    RecaptchaV2,
    /// Google's, by projects.
    RecaptchaEnterprise,
    /// hCaptcha.
    Hcaptcha,
    /// Friendly Captcha, version 1.
    FriendlyCaptcha,
    /// Cloudflare's.
    Turnstile,
    /// Arkose Labs'.
    Arkose,
}

impl Who {
    /// All of them, by the name that the configuration has.
    pub const ALL: [(&'static str, Self); 6] = [
        ("recaptcha_v2", Self::RecaptchaV2),
        ("recaptcha_enterprise", Self::RecaptchaEnterprise),
        ("hcaptcha", Self::Hcaptcha),
        ("friendly_captcha", Self::FriendlyCaptcha),
        ("turnstile", Self::Turnstile),
        ("arkose", Self::Arkose),
    ];

    /// Where it is asked, when nobody says otherwise. Two of them have addresses of their customers'.
    pub const fn verify_url(self) -> Option<&'static str> {
        match self {
            Self::RecaptchaV2 => Some("https://www.google.com/recaptcha/api/siteverify"),
            Self::Hcaptcha => Some("https://api.hcaptcha.com/siteverify"),
            Self::FriendlyCaptcha => Some("https://api.friendlycaptcha.com/api/v1/siteverify"),
            Self::Turnstile => Some("https://challenges.cloudflare.com/turnstile/v0/siteverify"),
            Self::RecaptchaEnterprise | Self::Arkose => None,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::RecaptchaV2 => provider::RECAPTCHA_V2,
            Self::RecaptchaEnterprise => provider::RECAPTCHA_ENTERPRISE,
            Self::Hcaptcha => provider::HCAPTCHA,
            Self::FriendlyCaptcha => provider::FRIENDLY_CAPTCHA,
            Self::Turnstile => provider::TURNSTILE,
            Self::Arkose => provider::ARKOSE,
        }
    }
}

/// What a vendor says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Somebody solved it.
    Solved,
    /// Nobody did, or not now, or not here.
    NotSolved,
    /// They said nothing that means anything; why, for the log.
    Unknown(&'static str),
}

/// The way to the vendors.
pub struct Verifier(Http);

impl Verifier {
    /// Connects to nothing yet.
    pub fn new(authorities: &Authorities) -> Result<Self, Failure> {
        Ok(Self(Http::new(authorities, TIMEOUT)?))
    }

    #[cfg(test)]
    pub(crate) fn impatient(self, timeout: Duration) -> Self {
        Self(self.0.impatient(timeout))
    }
}

impl Vendor {
    /// Its name on the wire.
    pub fn name(&self) -> &'static str {
        self.who.as_str()
    }

    /// What a page has to know to show it.
    pub fn challenge(&self) -> ChallengeResponse {
        ChallengeResponse {
            provider: Some(self.name().to_owned()),
            site_key: Some(self.site_key.clone()),
            client_subdomain: self.subdomain.clone(),
            ..ChallengeResponse::default()
        }
    }

    /// Asks what a token is worth.
    pub async fn verify(&self, verifier: &Verifier, token: &str) -> Verdict {
        if token.is_empty() || token.len() > TOKEN_MAX {
            return Verdict::NotSolved;
        }
        match verifier.0.post(self.question(token), None).await {
            Ok((status, body)) => self.read(status, &body),
            Err(NoAnswer::Timeout) => Verdict::Unknown("no answer in time"),
            Err(NoAnswer::Broken) => Verdict::Unknown("it cannot be reached"),
        }
    }

    fn question(&self, token: &str) -> Post<'_> {
        let secret = self.secret.reveal();
        let (content_type, body) = match self.who {
            Who::RecaptchaEnterprise => {
                let event = json!({"event": {"token": token, "siteKey": self.site_key}});
                ("application/json", event.to_string())
            }
            Who::Arkose => {
                let session = json!({"private_key": secret, "session_token": token});
                ("application/json", session.to_string())
            }
            who => {
                let field = if who == Who::FriendlyCaptcha { "solution" } else { "response" };
                let mut form = form_urlencoded::Serializer::new(String::new());
                form.append_pair("secret", secret).append_pair(field, token);
                if matches!(who, Who::Hcaptcha | Who::FriendlyCaptcha) {
                    form.append_pair("sitekey", &self.site_key);
                }
                ("application/x-www-form-urlencoded", form.finish())
            }
        };
        Post { url: &self.verify_url, content_type, authorization: None, key: self.key(), body }
    }

    /// What Google takes in a header of its own, so that it stands in no address.
    fn key(&self) -> Option<(&'static str, &Secret)> {
        (self.who == Who::RecaptchaEnterprise).then_some(("x-goog-api-key", &self.secret))
    }

    fn read(&self, status: StatusCode, body: &Bytes) -> Verdict {
        let Ok(answer) = serde_json::from_slice::<Value>(body) else {
            return Verdict::Unknown("its answer cannot be read");
        };
        let is_solved = match self.who {
            Who::RecaptchaEnterprise => {
                let score = answer["riskAnalysis"]["score"].as_f64();
                let is_valid = answer["tokenProperties"]["valid"].as_bool();
                is_valid
                    .map(|valid| valid && score.is_some_and(|it| it * 100.0 >= f64::from(self.least_score)))
            }
            Who::Arkose => answer["session_details"]["solved"].as_bool(),
            _ => answer["success"].as_bool(),
        };
        let ours = ["missing-input-secret", "invalid-input-secret", "secret_missing", "secret_invalid"];
        let faults = answer["error-codes"].as_array().or(answer["errors"].as_array());
        if faults.is_some_and(|faults| faults.iter().any(|it| ours.iter().any(|known| it == known))) {
            return Verdict::Unknown("it does not take our secret");
        }
        match is_solved {
            Some(true) if status.is_success() => Verdict::Solved,
            Some(true) => Verdict::Unknown("its answer contradicts itself"),
            Some(false) if status.is_server_error() => Verdict::Unknown("it failed"),
            Some(false) => Verdict::NotSolved,
            // Arkose has a word for tokens that it never gave.
            None if self.who == Who::Arkose && answer["error"].is_string() && status.is_client_error() => {
                Verdict::NotSolved
            }
            None => Verdict::Unknown("its answer says nothing"),
        }
    }
}

#[cfg(test)]
#[path = "third_party_tests.rs"]
mod tests;
