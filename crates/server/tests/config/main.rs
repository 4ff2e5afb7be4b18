//! What is refused at start, and how it is said.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a helper that fails is a test that fails")]

#[cfg(test)]
mod captcha;
#[cfg(test)]
mod example;
#[cfg(test)]
mod messages;
#[cfg(test)]
mod mistakes;
#[cfg(test)]
mod secrets;

use std::{collections::HashMap, path::Path};

use latch_server::config::{self, Config, Problems};

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
    assert_eq!(config.limits.sends_per_identity, Some(3));
    assert_eq!(config.limits.starts_per_ip, Some(50));
}

#[test]
fn an_app_on_a_device_has_addresses_of_its_own() {
    let toml = SAFE
        .replace("https://shop.example/callback", "com.example.shop://login.example.com/ios/callback")
        .replace("\"https://shop.example\"", "\"capacitor://localhost\"")
        .replace("\"https://shop.example/\"", "\"com.example.shop:/out\"");
    let config = load(&toml, false, &[PEPPER]).unwrap();
    let shop = config.clients.find("shop").unwrap();
    assert!(shop.allows_callback("com.example.shop://login.example.com/ios/callback"));
    assert!(shop.allows_origin("capacitor://localhost") && !shop.allows_origin("capacitor://evil"));
    assert!(shop.allows_logout("com.example.shop:/out"));
    assert!(!shop.allows_web_origin("null") && !shop.allows_origin("null"));
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
        // Schemes without a dot are anybody's, and what a browser does with some of them is not a redirect.
        (with("https://shop.example/callback", "shop:/callback"), "client[0].callbacks[0]"),
        (with("https://shop.example/callback", "com.example.shop:/callback#x"), "client[0].callbacks[0]"),
        (with("\"https://shop.example\"", "\"capacitor://localhost/\""), "client[0].origins[0]"),
        (with("\"https://shop.example\"", "\"file://localhost\""), "client[0].origins[0]"),
        (with("\"https://shop.example\"", "\"javascript:alert(1)\""), "client[0].origins[0]"),
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
fn a_host_is_written_in_full_and_without_a_port() {
    for (hosts, key) in [
        ("\"*.example.com\"", "hosts[0]"),
        ("\"latch:4000\"", "hosts[0]"),
        ("\"https://b.example\"", "hosts[0]"),
        ("\"\"", "hosts[0]"),
        ("\"latch\", \"[::1]\", \"user@b\"", "hosts[2]"),
    ] {
        refused(
            &SAFE.replace("database =", &format!("hosts = [{hosts}]\ndatabase =")),
            false,
            &[PEPPER],
            key,
        );
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
fn dev_is_refused_where_others_can_connect() {
    for listen in ["0.0.0.0:4000", "192.0.2.1:4000", "[::]:4000"] {
        refused("", true, &[("LATCH_LISTEN", listen)], "LATCH_LISTEN");
    }
    for listen in ["127.0.0.1:0", "[::1]:4000", "localhost:0"] {
        assert!(load("", true, &[("LATCH_LISTEN", listen)]).is_ok(), "{listen}");
    }
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
            ("LATCH_HOSTS", "latch, 10.0.0.5"),
            ("LATCH_DATABASE", "other.db"),
            ("LATCH_ASSETS", "other"),
            ("LATCH_MAIL_FROM", "other@example.com"),
            ("LATCH_CODE_LENGTH", "8"),
            ("LATCH_CODE_SECONDS", "60"),
            ("LATCH_CODE_TRIES", "5"),
            ("LATCH_RESEND_SECONDS", "10"),
            ("LATCH_LIMIT_SENDS_PER_IDENTITY", "9"),
            ("LATCH_LIMIT_STARTS_PER_IP", "0"),
            ("LATCH_COMPAT_ENUMERATION", "true"),
        ],
    )
    .unwrap();
    assert_eq!(config.issuer.as_deref(), Some("https://other.example/"));
    assert_eq!((config.listen.host.to_string().as_str(), config.listen.port), ("localhost", 0));
    let hosts: Vec<String> = config.hosts.iter().map(ToString::to_string).collect();
    assert_eq!(hosts, ["latch", "10.0.0.5"]);
    assert_eq!((config.database.to_str(), config.assets.to_str()), (Some("other.db"), Some("other")));
    assert_eq!(config.mail.from.to_string(), "other@example.com");
    assert!(config.compat.enumeration && !load(SAFE, false, &[PEPPER]).unwrap().compat.enumeration);
    let code = config.code;
    assert_eq!((code.length, code.seconds, code.tries, code.resend_seconds), (8, 60, 5, 10));
    assert_eq!((config.limits.sends_per_identity, config.limits.starts_per_ip), (Some(9), None));
    for name in [
        "LATCH_CODE_LENGTH",
        "LATCH_LIMIT_STARTS_PER_IP",
        "LATCH_SMTP_ALLOW_PLAINTEXT",
        "LATCH_COMPAT_ENUMERATION",
    ] {
        refused(SAFE, false, &[PEPPER, (name, "many")], name);
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
