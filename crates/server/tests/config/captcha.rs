//! `[captcha]`

use crate::{PEPPER, SAFE, load, refused};

#[test]
fn a_captcha_needs_what_its_provider_needs() {
    let captcha = |text: &str| format!("{SAFE}\n[captcha]\n{text}\n");
    let third = "site_key = \"a-b_C.1\"\nsecret = \"s\"";
    for (text, key) in [
        ("provider = \"pigeon\"".to_owned(), "captcha.provider"),
        ("when = \"sometimes\"".to_owned(), "captcha.when"),
        ("when_sms = \"\"".to_owned(), "captcha.when_sms"),
        ("difficulty = 7".to_owned(), "captcha.difficulty"),
        ("difficulty = 25".to_owned(), "captcha.difficulty"),
        ("seconds = 601".to_owned(), "captcha.seconds"),
        ("bypass = true".to_owned(), "captcha.bypass"),
        ("provider = \"image\"\nfail_open = true".to_owned(), "captcha.fail_open"),
        ("provider = \"turnstile\"\nsecret = \"s\"".to_owned(), "captcha.site_key"),
        ("provider = \"turnstile\"\nsite_key = \"<x>\"\nsecret = \"s\"".to_owned(), "captcha.site_key"),
        ("provider = \"turnstile\"\nsite_key = \"a\"".to_owned(), "captcha.secret"),
        (
            format!("provider = \"hcaptcha\"\nverify_url = \"http://x.example\"\n{third}"),
            "captcha.verify_url",
        ),
        (format!("provider = \"recaptcha_enterprise\"\n{third}"), "captcha.verify_url"),
        (
            format!("provider = \"arkose\"\nverify_url = \"https://x.example\"\n{third}"),
            "captcha.client_subdomain",
        ),
        ("sitekey = \"a\"".to_owned(), "captcha.sitekey"),
    ] {
        refused(&captcha(&text), false, &[PEPPER], key);
    }
    for provider in ["recaptcha_v2", "hcaptcha", "friendly_captcha", "turnstile"] {
        let text = captcha(&format!("provider = \"{provider}\"\n{third}\nbypass = true\nfail_open = true"));
        assert!(load(&text, false, &[PEPPER]).is_ok(), "{provider}");
    }
    let quiet = |text: &str| load(text, false, &[PEPPER]).unwrap().captcha.map(|it| it.quiet_starts);
    assert_eq!(quiet(SAFE), Some(Some(25)));
    assert_eq!(quiet(&format!("{SAFE}\n[limits]\nstarts_per_ip = 0\n")), Some(None));
    assert_eq!(quiet(&captcha("provider = \"none\"")), None);
}
