//! What is refused at start, and how it is said.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a helper that fails is a test that fails")]

use std::{collections::HashMap, path::Path};

use latch_server::{
    config::{self, Config, Problems},
    limits::spraying::Rules,
    sms::{Provider, Sender},
};

const SAFE: &str = r#"
listen = "127.0.0.1:4000"
issuer = "https://login.example.com"
database = "latch.db"

[mail]
smtp_url = "smtps://mail.example.com"
from = "Example <login@example.com>"

[[client]]
id = "shop"
origins = ["https://shop.example"]
callbacks = ["https://shop.example/callback"]
logout_urls = ["https://shop.example/"]
"#;

const PEPPER: (&str, &str) = ("LATCH_PEPPER", "Zt8!xq0Lw2-vN5rB7yK1mC4hJ9gF6dS3");

fn load_file(path: &Path, dev: bool, env: &[(&str, &str)]) -> Result<Config, Problems> {
    let env: HashMap<String, String> =
        env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    config::load(Some(path), dev, &|name| env.get(name).cloned())
}

fn load(text: &str, dev: bool, env: &[(&str, &str)]) -> Result<Config, Problems> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("latch.toml");
    write_private(&path, text);
    load_file(&path, dev, env)
}

fn write_private(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

/// Refused for one reason, which names this key.
#[track_caller]
fn refused(text: &str, dev: bool, env: &[(&str, &str)], key: &str) {
    let problems = load(text, dev, env).expect_err(key);
    let keys: Vec<&str> = problems.0.iter().map(|problem| problem.key.as_str()).collect();
    assert_eq!(keys, [key], "{problems}");
}

#[test]
fn a_safe_configuration_is_taken() {
    let config = load(SAFE, false, &[PEPPER]).unwrap();
    assert_eq!(config.issuer.as_deref(), Some("https://login.example.com/"));
    assert_eq!((config.code.length, config.code.seconds, config.code.tries), (6, 180, 3));
    assert_eq!(config.limits.sends_per_identity, Some(5));
    assert_eq!(config.limits.starts_per_ip, Some(50));
}

#[test]
fn dev_needs_no_configuration() {
    let config = config::load(None, true, &|_| None).unwrap();
    assert_eq!((config.listen.host.to_string().as_str(), config.listen.port), ("localhost", 4000));
    let ids: Vec<&str> = config.clients.0.iter().map(|client| client.id.as_str()).collect();
    assert_eq!(ids, ["demo", "demo-server"]);
    assert_eq!(config.limits.sends_per_identity, None);
    let limited = config::load(None, true, &|name| (name == "LATCH_LIMIT_STARTS_PER_IP").then(|| "7".into()));
    assert_eq!(limited.unwrap().limits.starts_per_ip, Some(7));
}

#[test]
fn without_dev_an_empty_configuration_is_refused_for_all_its_reasons_at_once() {
    let problems = config::load(None, false, &|_| None).unwrap_err();
    let keys: Vec<&str> = problems.0.iter().map(|problem| problem.key.as_str()).collect();
    assert_eq!(keys, ["issuer", "pepper", "mail.smtp_url", "mail.from", "client", "database"]);
    for key in keys {
        assert!(problems.to_string().contains(&format!("\n  {key}: ")));
    }
}

#[test]
fn every_unsafe_change_of_a_safe_configuration_is_refused_by_its_key() {
    let with = |from: &str, to: &str| {
        assert!(SAFE.contains(from), "{from}");
        SAFE.replace(from, to)
    };
    let add = |section: &str| format!("{SAFE}\n{section}\n");
    for (text, key) in [
        (with("https://login.example.com", "http://login.example.com"), "issuer"),
        (with("https://login.example.com", "http://localhost.example.com"), "issuer"),
        (with("https://login.example.com", "https://login.example.com/path"), "issuer"),
        (with("https://login.example.com", "https://user:pw@login.example.com"), "issuer"),
        (with("https://login.example.com", "login"), "issuer"),
        (with("127.0.0.1:4000", "4000"), "listen"),
        (with("127.0.0.1:4000", "example.com:80"), "listen"),
        (with("127.0.0.1:4000", "127.0.0.1:99999"), "listen"),
        (with("smtps://mail", "smtp://mail"), "mail.smtp_url"),
        (with("smtps://mail", "http://mail"), "mail.smtp_url"),
        (with("smtp_url = \"smtps://mail.example.com\"", ""), "mail.smtp_url"),
        (with("Example <login@example.com>", "Example"), "mail.from"),
        (with("Example <login@example.com>", "Example\\r\\nBcc: a@b.co <login@example.com>"), "mail.from"),
        (with("\"https://shop.example\"", "\"*\""), "client[0].origins[0]"),
        (with("\"https://shop.example\"", "\"https://*.shop.example\""), "client[0].origins[0]"),
        (with("\"https://shop.example\"", "\"null\""), "client[0].origins[0]"),
        (with("\"https://shop.example\"", "\"https://shop.example/\""), "client[0].origins[0]"),
        (with("\"https://shop.example\"", "\"http://shop.example\""), "client[0].origins[0]"),
        (with("shop.example/callback", "*.shop.example/callback"), "client[0].callbacks[0]"),
        (with("shop.example/callback", "shop.example/callback#x"), "client[0].callbacks[0]"),
        (with("https://shop.example/callback", "http://shop.example/callback"), "client[0].callbacks[0]"),
        (with("https://shop.example/callback", "javascript:alert(1)"), "client[0].callbacks[0]"),
        (with("\"https://shop.example/\"", "\"https://shop.example/*\""), "client[0].logout_urls[0]"),
        (with("id = \"shop\"", "id = \"\""), "client[0].id"),
        (with("id = \"shop\"", "id = \"shop\"\nsecret = \"demo-secret\""), "client[0].secret"),
        (with("id = \"shop\"", "id = \"shop\"\ngrants = [\"password\"]"), "client[0].grants"),
        (with("id = \"shop\"", "id = \"shop\"\norigin = []"), "client[0].origin"),
        (
            with("id = \"shop\"", "id = \"shop\"\nweb_origins = [\"https://*.shop.example\"]"),
            "client[0].web_origins[0]",
        ),
        (
            with("id = \"shop\"", "id = \"shop\"\nweb_origins = [\"https://shop.example/\"]"),
            "client[0].web_origins[0]",
        ),
        (
            with("id = \"shop\"", "id = \"shop\"\ncross_origin_fallback = \"http://shop.example/x\""),
            "client[0].cross_origin_fallback",
        ),
        (with("id = \"shop\"", "id = \"shop\"\npublic_key = \"secret\""), "client[0].public_key"),
        (
            with("id = \"shop\"", "id = \"shop\"\njwks = { keys = [{ kty = \"oct\", k = \"AQAB\" }] }"),
            "client[0].jwks.keys[0]",
        ),
        (with("id = \"shop\"", "id = \"shop\"\njwks = { key = [] }"), "client[0].jwks.key"),
        (with("id = \"shop\"", "id = \"shop\"\nid_token_seconds = 1"), "client[0].id_token_seconds"),
        (
            with("id = \"shop\"", "id = \"shop\"\naccess_token_seconds = 2592001"),
            "client[0].access_token_seconds",
        ),
        (
            with("id = \"shop\"", "id = \"shop\"\nrefresh_token_seconds = 0"),
            "client[0].refresh_token_seconds",
        ),
        (
            with("id = \"shop\"", "id = \"shop\"\nrefresh_token_idle_seconds = 2592001"),
            "client[0].refresh_token_idle_seconds",
        ),
        (
            with("id = \"shop\"", "id = \"shop\"\nrefresh_token_leeway_seconds = 61"),
            "client[0].refresh_token_leeway_seconds",
        ),
        (add("[session]\nidle_seconds = 10"), "session.idle_seconds"),
        (add("[session]\nidle_seconds = 7200\nabsolute_seconds = 3600"), "session.idle_seconds"),
        (add("[session]\nabsolute_seconds = 99999999"), "session.absolute_seconds"),
        (add("[session]\nidle = 100"), "session.idle"),
        (add("[spraying]\nnormal_percent = 91"), "spraying.normal_percent"),
        (add("[spraying]\nguard_seconds = 0"), "spraying.guard_seconds"),
        (add("[spraying]\ncode_length = 5"), "spraying.code_length"),
        (add("[spraying]\naddress_percent = 0"), "spraying.address_percent"),
        (add("[spraying]\nlength = 8"), "spraying.length"),
        (add("[keys]\nrotate_days = 9999"), "keys.rotate_days"),
        (add("[[client]]\nid = \"shop\""), "client[1].id"),
        (add("[code]\nlength = 5"), "code.length"),
        (add("[code]\nlength = 13"), "code.length"),
        (add("[code]\nseconds = 601"), "code.seconds"),
        (add("[code]\nseconds = 0"), "code.seconds"),
        (add("[code]\ntries = 0"), "code.tries"),
        (add("[code]\ntries = 100"), "code.tries"),
        (add("[code]\nlenght = 6"), "code.lenght"),
        (add("[limits]\nstarts_per_up = 6"), "limits.starts_per_up"),
        (add("[[api]]\nscopes = []"), "api[0].audience"),
        (add("[unheard_of]\na = 1"), "unheard_of"),
        (with("database =", "trusted_proxies = [\"0.0.0.0/0\"]\ndatabase ="), "trusted_proxies[0]"),
    ] {
        refused(&text, false, &[PEPPER], key);
    }
}

#[test]
fn what_a_client_may_do_is_read_with_its_defaults() {
    let config = load(SAFE, false, &[PEPPER]).unwrap();
    let client = config.clients.find("shop").unwrap();
    assert!(!client.implicit && !client.cross_origin && !client.is_confidential());
    assert!(client.allows_web_origin("https://shop.example"), "the origin of its callback");
    assert_eq!((client.lifetimes.id_token, client.lifetimes.access_token), (36_000, 86_400));
    assert_eq!((config.session.idle_seconds, config.session.absolute_seconds), (259_200, 604_800));
    assert_eq!(config.keys.rotate_days, 90);

    let given = "id = \"shop\"\nimplicit = true\ncross_origin = true\nweb_origins = [\"https://www.shop.example\"]\n\
                 access_token_seconds = 600\nrefresh_token_idle_seconds = 3600\nrefresh_token_leeway_seconds = 10\ngrants = [\"authorization_code\"]\n\
                 jwks = { keys = [{ kty = \"EC\", crv = \"P-256\", kid = \"1\", \
                 x = \"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\", \
                 y = \"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\" }] }";
    let env = [PEPPER, ("LATCH_SESSION_IDLE_SECONDS", "100"), ("LATCH_KEYS_ROTATE_DAYS", "0")];
    let config = load(&SAFE.replace("id = \"shop\"", given), false, &env).unwrap();
    let client = config.clients.find("shop").unwrap();
    assert!(client.implicit && client.cross_origin && client.is_confidential());
    assert!(!client.allows_web_origin("https://shop.example"));
    assert_eq!(client.lifetimes.access_token, 600);
    assert_eq!(
        (client.lifetimes.refresh_token_idle, client.lifetimes.refresh_token_leeway),
        (Some(3600), 10)
    );
    assert_eq!((config.session.idle_seconds, config.keys.rotate_days), (100, 0));
}

#[test]
fn a_pepper_that_can_be_guessed_is_refused() {
    for pepper in [
        "",
        "short",
        "latch --dev: everybody knows this pepper",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "abababababababababababababababababababab",
    ] {
        refused(SAFE, false, &[("LATCH_PEPPER", pepper)], "pepper");
    }
}

#[test]
fn dev_is_refused_where_others_can_connect() {
    for listen in ["0.0.0.0:4000", "192.0.2.1:4000", "[::]:4000"] {
        refused("", true, &[("LATCH_LISTEN", listen)], "listen");
    }
    for listen in ["127.0.0.1:0", "[::1]:4000", "localhost:0"] {
        assert!(load("", true, &[("LATCH_LISTEN", listen)]).is_ok(), "{listen}");
    }
}

#[test]
fn mail_in_the_clear_leaves_this_machine_only_when_that_is_said() {
    let text = SAFE.replace("smtps://", "smtp://");
    refused(&text, false, &[PEPPER], "mail.smtp_url");
    assert!(load(&text, false, &[PEPPER, ("LATCH_SMTP_ALLOW_PLAINTEXT", "true")]).is_ok());
    assert!(load(SAFE, false, &[PEPPER, ("LATCH_SMTP_URL", "smtp://127.0.0.1:25")]).is_ok());
    assert!(load(SAFE, false, &[PEPPER, ("LATCH_SMTP_URL", "smtp+starttls://mail.example.com")]).is_ok());
}

#[test]
fn a_file_with_secrets_that_everybody_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("latch.toml");
    write_private(&path, SAFE);
    assert!(load_file(&path, false, &[PEPPER]).is_ok());
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let problems = load_file(&path, false, &[PEPPER]).unwrap_err();
    assert!(problems.to_string().contains("chmod 600"), "{problems}");
}

#[test]
fn the_environment_overrides_the_file() {
    let config = load(
        SAFE,
        false,
        &[
            PEPPER,
            ("LATCH_LISTEN", "localhost:0"),
            ("LATCH_ISSUER", "https://other.example"),
            ("LATCH_DATABASE", "other.db"),
            ("LATCH_ASSETS", "other"),
            ("LATCH_MAIL_FROM", "other@example.com"),
            ("LATCH_CODE_LENGTH", "8"),
            ("LATCH_CODE_SECONDS", "60"),
            ("LATCH_CODE_TRIES", "5"),
            ("LATCH_RESEND_SECONDS", "10"),
            ("LATCH_LIMIT_SENDS_PER_IDENTITY", "9"),
            ("LATCH_LIMIT_STARTS_PER_IP", "0"),
        ],
    )
    .unwrap();
    assert_eq!(config.issuer.as_deref(), Some("https://other.example/"));
    assert_eq!((config.listen.host.to_string().as_str(), config.listen.port), ("localhost", 0));
    assert_eq!((config.database.to_str(), config.assets.to_str()), (Some("other.db"), Some("other")));
    assert_eq!(config.mail.from.to_string(), "other@example.com");
    let code = config.code;
    assert_eq!((code.length, code.seconds, code.tries, code.resend_seconds), (8, 60, 5, 10));
    assert_eq!((config.limits.sends_per_identity, config.limits.starts_per_ip), (Some(9), None));
    for name in ["LATCH_CODE_LENGTH", "LATCH_LIMIT_STARTS_PER_IP", "LATCH_SMTP_ALLOW_PLAINTEXT"] {
        refused(SAFE, false, &[PEPPER, (name, "many")], name);
    }
}

#[test]
fn an_error_in_the_file_does_not_repeat_a_secret() {
    let problems = load("pepper = hunter2-hunter2", false, &[]).unwrap_err();
    assert!(!problems.to_string().contains("hunter2"), "{problems}");
    let problems = load("[mail]\nsmtp_url = \"smtps://a:hunter2@\"", false, &[]).unwrap_err();
    assert!(!problems.to_string().contains("hunter2"), "{problems}");
}

/// The example with every key that is commented out.
fn everything() -> String {
    let example = config::example(PEPPER.1);
    let uncomment = |line: &str| {
        let inner = line.strip_prefix("# ").unwrap_or(line);
        let is_key = inner
            .split_once(" = ")
            .is_some_and(|(key, _)| key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
        if is_key || inner.starts_with("[[") { inner.to_owned() } else { line.to_owned() }
    };
    example.lines().map(uncomment).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_init_writes_is_taken_as_it_stands_and_shows_the_defaults() {
    let written = load(&config::example(PEPPER.1), false, &[]).unwrap();
    let plain = load(SAFE, false, &[PEPPER]).unwrap();
    assert_eq!((written.code, written.limits), (plain.code, plain.limits));
    let file: config::file::File = toml::from_str(&everything()).unwrap();
    let limits = &file.limits;
    let shown = config::Limits {
        sends_per_identity: limits.sends_per_identity,
        sends_per_identity_day: limits.sends_per_identity_day,
        starts_per_ip: limits.starts_per_ip,
        tokens_per_ip: limits.tokens_per_ip,
        logins_per_ip: limits.logins_per_ip,
        visits_per_ip: limits.visits_per_ip,
        failures_per_identity: limits.failures_per_identity,
        failures_per_ip: limits.failures_per_ip,
        userinfo_per_user: limits.userinfo_per_user,
    };
    assert_eq!(shown, config::Limits::DEFAULT);
    let spraying = &file.spraying;
    let shown = Rules {
        normal_percent: spraying.normal_percent.unwrap(),
        guard_seconds: spraying.guard_seconds.unwrap(),
        code_length: spraying.code_length.unwrap(),
        address_percent: spraying.address_percent.unwrap(),
    };
    assert_eq!((shown, plain.spraying), (Rules::default(), Rules::default()));
    let code = config::CodeRules::default();
    assert_eq!((file.code.length, file.code.seconds), (Some(code.length), Some(code.seconds)));
    assert_eq!((file.code.tries, file.code.resend_seconds), (Some(code.tries), Some(code.resend_seconds)));
}

#[test]
fn the_example_has_every_key_of_the_parser_and_no_other() {
    let example = everything();
    let file: config::file::File = toml::from_str(&example).unwrap();
    let mut problems = Problems::default();
    file.report_unknown_keys(&mut problems);
    assert_eq!(problems, Problems::default());
    let parser = include_str!("../src/config/file.rs");
    let fields = parser.lines().filter_map(|line| line.trim().strip_prefix("pub ")?.split_once(": "));
    let mut count = 0;
    for (field, _) in fields.filter(|(field, _)| !field.contains(['(', ' ']) && *field != "rest") {
        let is_there = example.lines().any(|line| {
            line.starts_with(&format!("{field} = "))
                || line == format!("[{field}]")
                || line == format!("[[{field}]]")
        });
        let is_inside = field == "keys";
        assert!(is_there || is_inside, "{field} is not in the example");
        count += 1;
    }
    assert!(count > 60, "{count}");
    let environment = include_str!("../src/config/environment.rs");
    for name in environment.split('"').filter(|text| text.starts_with("LATCH_")) {
        assert!(example.contains(name), "{name} is not in the example");
    }
}

#[test]
fn a_mistake_is_told_with_its_line() {
    let text = format!("{SAFE}\n[code]\nlength = 99\n");
    let problems = load(&text, false, &[PEPPER]).unwrap_err();
    let line = text.lines().position(|line| line == "length = 99").unwrap() + 1;
    assert!(problems.to_string().contains(&format!("line {line}: code.length: ")), "{problems}");
    let problems = load("listen = \"localhost:0\"\ncode = [", false, &[PEPPER]).unwrap_err();
    assert!(problems.to_string().contains("line 2: "), "{problems}");
}

#[test]
fn secrets_can_stand_in_files_and_never_show() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, format!("{text}\n")).unwrap();
        path.display().to_string()
    };
    let pepper = file("pepper", PEPPER.1);
    let secret = file("secret", "hunter2-hunter2-Zt8!xq0Lw2-vN5rB7yK1mC4h");
    let smtp = file("smtp", "smtps://ada:hunter2@mail.example.com");
    let text =
        SAFE.replace("smtp_url = \"smtps://mail.example.com\"", &format!("smtp_url_file = \"{smtp}\""));
    let text = format!("pepper_file = \"{pepper}\"\n{text}\nsecret_file = \"{secret}\"\n");
    let config = load(&text, false, &[]).unwrap();
    assert!(config.clients.0[0].is_confidential());
    assert_eq!(config.mail.smtp.as_ref().unwrap().host, "mail.example.com");
    let shown = format!("{config:?}");
    assert!(!shown.contains("hunter2") && !shown.contains(PEPPER.1), "{shown}");
    assert!(load(SAFE, false, &[("LATCH_PEPPER_FILE", &pepper)]).is_ok());
    let both = format!("pepper_file = \"{pepper}\"\npepper = \"{}\"\n{SAFE}", PEPPER.1);
    refused(&both, false, &[], "pepper_file");
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
        ("[sms]\nprovider = \"gateway\"\nurl = \"http://sms.example\"".to_owned(), "sms.url"),
    ] {
        refused(&add(&section), false, &[PEPPER], key);
    }
}

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
