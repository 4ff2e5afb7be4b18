//! What sends messages, and what they say.

use std::time::Duration;

use latch_server::{
    outbox,
    sms::{Provider, Sender},
};

use crate::{PEPPER, SAFE, load, refused};

#[test]
fn mail_in_the_clear_leaves_this_machine_only_when_that_is_said() {
    let text = SAFE.replace("smtps://", "smtp://");
    refused(&text, false, &[PEPPER], "mail.smtp_url");
    assert!(load(&text, false, &[PEPPER, ("LATCH_SMTP_ALLOW_PLAINTEXT", "true")]).is_ok());
    assert!(load(SAFE, false, &[PEPPER, ("LATCH_SMTP_URL", "smtp://127.0.0.1:25")]).is_ok());
    assert!(load(SAFE, false, &[PEPPER, ("LATCH_SMTP_URL", "smtp+starttls://mail.example.com")]).is_ok());
}

#[test]
fn templates_and_providers_are_checked_when_the_configuration_is_read() {
    let add = |section: &str| format!("{SAFE}\n{section}\n");
    let sid = "account_sid = \"AC0123456789abcdef0123456789abcdef\"\n";
    let sms = &format!("[sms]\nprovider = \"twilio\"\n{sid}auth_token = \"t\"\nfrom = \"+1\"\n");
    let good = &format!("{sms}countries = [\"US\"]");
    for from in ["+1", "+14155550100", "12345", "Shop", "My Shop 2", "ELEVENCHARS"] {
        let config = load(&add(&good.replace("+1", from)), false, &[PEPPER]).unwrap();
        let Some(Provider::Twilio(twilio)) = config.sms.unwrap().provider else { panic!("no Twilio") };
        assert_eq!(twilio.sender, Sender::From(from.to_owned()));
    }
    for (section, key) in [
        ("[email]\nsubject = \"{% if code %}\"".to_owned(), "email.subject"),
        ("[email]\nhtml = \"{% for i in (1..100000) %}{% endfor %}\"".to_owned(), "email.html"),
        ("[email]\ntext_file = \"/nowhere\"".to_owned(), "email.text_file"),
        (sms.to_owned(), "sms.countries"),
        (good.replace("AC0", "AC"), "sms.account_sid"),
        (good.replace("from = \"+1\"", "from = \"Example Shop\""), "sms.from"),
        (good.replace("from = \"+1\"", "from = \"Caf\u{e9}\""), "sms.from"),
        (good.replace("from = \"+1\"", "from = \"+1234567890123456\""), "sms.from"),
        (good.replace("from = \"+1\"", "from = \"12\""), "sms.from"),
        (good.replace("from = \"+1\"", "from = \"a\\r\\nb\""), "sms.from"),
        (good.replace("from = \"+1\"", "from = \"\""), "sms.from"),
        (good.replace("from = \"+1\"", "messaging_service_sid = \"MG1\""), "sms.messaging_service_sid"),
        (format!("{sms}countries = [\"usa\"]"), "sms.countries[0]"),
        (format!("{sms}countries = [\"*\"]\nbase_url = \"http://evil.example\""), "sms.base_url"),
        ("[sms]\nprovider = \"pigeon\"".to_owned(), "sms.provider"),
        (format!("{good}\ntimeout_seconds = 0"), "sms.timeout_seconds"),
        (format!("{good}\ntimeout_seconds = 61"), "sms.timeout_seconds"),
        ("[sms]\nprovider = \"gateway\"\nurl = \"http://sms.example\"".to_owned(), "sms.url"),
    ] {
        refused(&add(&section), false, &[PEPPER], key);
    }
}

#[test]
fn who_waits_for_an_sms_is_not_cut_off_before_its_provider_had_its_time() {
    let sms = "[sms]\nprovider = \"gateway\"\nurl = \"https://sms.example\"\ncountries = [\"*\"]\n";
    for (line, env, seconds) in [("", "", 30), ("timeout_seconds = 5", "", 5), ("", "60", 60)] {
        let env = [PEPPER, ("LATCH_SMS_TIMEOUT_SECONDS", env)];
        let config = load(&format!("{SAFE}\n{sms}{line}\n"), false, &env).unwrap();
        let waits = Duration::from_secs(config.sms.unwrap().timeout_seconds.into());
        assert_eq!(waits, Duration::from_secs(seconds));
        assert!(config.http.idle_timeout > waits + outbox::PATIENCE, "{:?}", config.http);
    }
}
