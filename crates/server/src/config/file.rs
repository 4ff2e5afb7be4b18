//! What may be written in `latch.toml`, and the environment variables that override it. What
//! `latch-server init` writes says all of it:
//!
#![doc = concat!("```toml\n", include_str!("example.toml"), "```")]

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Problems, limits::LimitsSection};

/// Keys that no field takes.
pub type Rest = BTreeMap<String, toml::Value>;

/// The whole file.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct File {
    /// `host:port`.
    pub listen: Option<String>,
    /// `iss` of tokens.
    pub issuer: Option<String>,
    /// Names and addresses that requests may name besides the issuer's.
    pub hosts: Vec<String>,
    /// The SQLite file.
    pub database: Option<String>,
    /// The secret that codes are hashed with.
    pub pepper: Option<String>,
    /// A file with it.
    pub pepper_file: Option<String>,
    /// The folder with the widget and the hosted page.
    pub assets: Option<String>,
    /// Certificates of authorities, in PEM.
    pub ca_file: Option<String>,
    /// Addresses or networks (`10.0.0.0/8`).
    pub trusted_proxies: Vec<String>,
    /// `[mail]`
    pub mail: MailSection,
    /// `[email]`
    pub email: EmailSection,
    /// `[sms]`
    pub sms: SmsSection,
    /// `[code]`
    pub code: CodeSection,
    /// `[limits]`
    pub limits: LimitsSection,
    /// `[spraying]`
    pub spraying: SprayingSection,
    /// `[captcha]`
    pub captcha: CaptchaSection,
    /// `[compat]`
    pub compat: CompatSection,
    /// `[session]`
    pub session: SessionSection,
    /// `[keys]`
    pub keys: KeysSection,
    /// `[[client]]`
    pub client: Vec<ClientSection>,
    /// `[[api]]`
    pub api: Vec<ApiSection>,
    /// What is no key of ours.
    #[serde(flatten)]
    pub rest: Rest,
}

/// `[mail]`
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct MailSection {
    /// `smtps://`, `smtp+starttls://` or `smtp://`.
    pub smtp_url: Option<String>,
    /// A file with it.
    pub smtp_url_file: Option<String>,
    /// The sender.
    pub from: Option<String>,
    /// Whether `smtp://` may leave this machine.
    pub allow_plaintext: bool,
    /// What is no key of ours.
    #[serde(flatten)]
    pub rest: Rest,
}

/// `[email]`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct EmailSection {
    /// A template.
    pub subject: Option<String>,
    /// A file with it.
    pub subject_file: Option<String>,
    /// A template.
    pub html: Option<String>,
    /// A file with it.
    pub html_file: Option<String>,
    /// A template.
    pub text: Option<String>,
    /// A file with it.
    pub text_file: Option<String>,
    /// A template of the sender.
    pub from: Option<String>,
    /// Whether only those who have an account are sent anything.
    pub disable_signup: bool,
    /// What is no key of ours.
    #[serde(flatten)]
    pub rest: Rest,
}

/// `[sms]`
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct SmsSection {
    /// `twilio` or `gateway`.
    pub provider: Option<String>,
    /// Twilio's account.
    pub account_sid: Option<String>,
    /// Its password.
    pub auth_token: Option<String>,
    /// A file with it.
    pub auth_token_file: Option<String>,
    /// The sender.
    pub from: Option<String>,
    /// Twilio's, instead of a sender.
    pub messaging_service_sid: Option<String>,
    /// Twilio's, or another that speaks the same.
    pub base_url: Option<String>,
    /// The gateway's.
    pub url: Option<String>,
    /// What signs the gateway's token.
    pub secret: Option<String>,
    /// A file with it.
    pub secret_file: Option<String>,
    /// `sub` of the token.
    pub subject: Option<String>,
    /// `aud` of the token.
    pub audience: Option<String>,
    /// Whether the gateway is told who asked.
    pub forward_request: bool,
    /// Whether only those who have an account are sent anything.
    pub disable_signup: bool,
    /// A template.
    pub text: Option<String>,
    /// A file with it.
    pub text_file: Option<String>,
    /// How long an answer is waited for.
    pub timeout_seconds: Option<u32>,
    /// ISO 3166-1 alpha-2, or `*`.
    pub countries: Option<Vec<String>>,
    /// What is no key of ours.
    #[serde(flatten)]
    pub rest: Rest,
}

/// `[code]`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CodeSection {
    /// Digits.
    pub length: Option<u32>,
    /// Lifetime.
    pub seconds: Option<u32>,
    /// Guesses.
    pub tries: Option<u32>,
    /// When clients offer to send another.
    pub resend_seconds: Option<u32>,
    /// What is no key of ours.
    #[serde(flatten)]
    pub rest: Rest,
}

/// `[spraying]`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SprayingSection {
    /// Of a hundred codes, so many are normally wrong and not put right.
    pub normal_percent: Option<u32>,
    /// How long the server is on its guard.
    pub guard_seconds: Option<u32>,
    /// Digits of new codes meanwhile.
    pub code_length: Option<u32>,
    /// What is left of the limits of each address meanwhile.
    pub address_percent: Option<u32>,
    /// What is no key of ours.
    #[serde(flatten)]
    pub rest: Rest,
}

/// `[captcha]`
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct CaptchaSection {
    /// `never`, `risk` or `always`.
    pub when: Option<String>,
    /// The same before an SMS.
    pub when_sms: Option<String>,
    /// Starts from one address in an hour that are no risk.
    pub quiet_starts: Option<u32>,
    /// Refused codes from one address in a day that are no risk.
    pub quiet_failures: Option<u32>,
    /// What is asked.
    pub provider: Option<String>,
    /// Whether a proof of work is taken as well.
    pub alternative: bool,
    /// Bits that a proof of work makes zero.
    pub difficulty: Option<u32>,
    /// How long there is to solve one.
    pub seconds: Option<u32>,
    /// What the page of a third party's captcha shows.
    pub site_key: Option<String>,
    /// What the third party knows us by.
    pub secret: Option<String>,
    /// A file with it.
    pub secret_file: Option<String>,
    /// Where the third party is asked.
    pub verify_url: Option<String>,
    /// Where Arkose's script comes from.
    pub client_subdomain: Option<String>,
    /// The least score that is a person's, in hundredths.
    pub least_score: Option<u32>,
    /// Whether nobody is kept out while the third party cannot be asked.
    pub fail_open: bool,
    /// Whether it is enough to say that the third party's script did not load.
    pub bypass: bool,
    /// What is no key of ours.
    #[serde(flatten)]
    pub rest: Rest,
}

/// `[compat]`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CompatSection {
    /// Whether a start tells who has no account and may not have one.
    pub enumeration: bool,
    /// What is no key of ours.
    #[serde(flatten)]
    pub rest: Rest,
}

/// `[session]`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SessionSection {
    /// How long a browser that is not used stays signed in.
    pub idle_seconds: Option<u32>,
    /// How long any browser does.
    pub absolute_seconds: Option<u32>,
    /// What is no key of ours.
    #[serde(flatten)]
    pub rest: Rest,
}

/// `[keys]`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct KeysSection {
    /// How long a key signs.
    pub rotate_days: Option<u32>,
    /// What is no key of ours.
    #[serde(flatten)]
    pub rest: Rest,
}

/// `jwks` of a client. RFC 7517 section 5.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct JwksSection {
    /// JWKs.
    pub keys: Vec<toml::Table>,
    /// What is no key of ours.
    #[serde(flatten)]
    pub rest: Rest,
}

/// `[[client]]`
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ClientSection {
    /// `client_id`.
    pub id: String,
    /// The name that messages carry; the id when absent.
    pub name: Option<String>,
    /// Makes the client confidential.
    pub secret: Option<String>,
    /// A file with it.
    pub secret_file: Option<String>,
    /// A public key in PEM that assertions are checked with. Makes the client confidential.
    pub public_key: Option<String>,
    /// The same as JWKs.
    pub jwks: Option<JwksSection>,
    /// `otp`, `refresh_token`, `authorization_code`. All of them when absent.
    pub grants: Option<Vec<String>>,
    /// Where a login may return to.
    pub callbacks: Vec<String>,
    /// Pages that may call the API.
    pub origins: Vec<String>,
    /// Pages that may take part in a login; the origins of `callbacks` when absent.
    pub web_origins: Option<Vec<String>>,
    /// Where a logout may return to.
    pub logout_urls: Vec<String>,
    /// Whether `auth0-forwarded-for` is believed when it comes with the secret.
    pub trust_forwarded_for: bool,
    /// Whether tokens may be returned in the address of a redirect.
    pub implicit: bool,
    /// Whether its pages may take a code themselves.
    pub cross_origin: bool,
    /// Whether it is ever asked for a captcha; it is when absent.
    pub captcha: Option<bool>,
    /// The page that keeps the verifier where cookies of third parties are blocked.
    pub cross_origin_fallback: Option<String>,
    /// Lifetime of ID tokens.
    pub id_token_seconds: Option<u32>,
    /// Lifetime of access tokens.
    pub access_token_seconds: Option<u32>,
    /// Lifetime of refresh tokens.
    pub refresh_token_seconds: Option<u32>,
    /// Lifetime of refresh tokens that are not used.
    pub refresh_token_idle_seconds: Option<u32>,
    /// How long a refresh token works after it was used.
    pub refresh_token_leeway_seconds: Option<u32>,
    /// What is no key of ours.
    #[serde(flatten)]
    pub rest: Rest,
}

/// `[[api]]`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ApiSection {
    /// `aud` of its tokens.
    pub audience: String,
    /// The scopes that clients may ask for.
    pub scopes: Vec<String>,
    /// What is no key of ours.
    #[serde(flatten)]
    pub rest: Rest,
}

impl File {
    /// Whether nobody else may read it.
    pub fn holds_secrets(&self) -> bool {
        self.pepper.is_some()
            || self.mail.smtp_url.is_some()
            || self.sms.auth_token.is_some()
            || self.sms.secret.is_some()
            || self.captcha.secret.is_some()
            || self.client.iter().any(|client| client.secret.is_some())
    }

    /// Names every key that is not ours, wherever it stands: a misspelt limit is no limit.
    pub fn report_unknown_keys(&self, problems: &mut Problems) {
        let mut report = |prefix: String, rest: &Rest| {
            for key in rest.keys() {
                problems.add(format!("{prefix}{key}"), "is not a key of this file");
            }
        };
        report(String::new(), &self.rest);
        report("mail.".into(), &self.mail.rest);
        report("email.".into(), &self.email.rest);
        report("sms.".into(), &self.sms.rest);
        report("code.".into(), &self.code.rest);
        report("limits.".into(), &self.limits.rest);
        report("spraying.".into(), &self.spraying.rest);
        report("captcha.".into(), &self.captcha.rest);
        report("compat.".into(), &self.compat.rest);
        report("session.".into(), &self.session.rest);
        report("keys.".into(), &self.keys.rest);
        for (number, client) in self.client.iter().enumerate() {
            report(format!("client[{number}]."), &client.rest);
            if let Some(jwks) = &client.jwks {
                report(format!("client[{number}].jwks."), &jwks.rest);
            }
        }
        for (number, api) in self.api.iter().enumerate() {
            report(format!("api[{number}]."), &api.rest);
        }
    }
}
