//! Everything that is wrong is told at once: each with its line, its key and what would be right.

use super::{PEPPER, SAFE, load, refused};

/// Mistakes of every kind, marked where they stand with what is said of them.
const TEN: &str = r#"
listen = 4000                                 # listen: must be text in quotes
issuer = "http://login.example.com"           # issuer: must be https
assets = dist                                 # assets: string values must be quoted

[mail]
smtp_url = "smtps://mail.example.com"
from = "Example <login@example.com>"
allow_plaintext = "yes"                       # mail.allow_plaintext: must be true or false, without quotes
"reply.to" = "a@example.com"                  # mail.reply.to: is not a key of this file

[code]
length = "s3cret"                             # code.length: must be a whole number from 0
seconds = -1                                  # code.seconds: must be a whole number from 0
tries = 11                                    # code.tries: must be 1 to 10

[[client]]
id = "shop"
callbacks = [
  "https://shop.example/callback",
  17,                                         # client[0].callbacks[1]: must be text in quotes
  "https://*.shop.example/callback",          # client[0].callbacks[2]: has a wildcard
]
origins = "https://shop.example"              # client[0].origins: must be a list in brackets
implicit = 1                                  # client[0].implicit: must be true or false, without quotes

[[client]]                                    # client[1].id: must be 1 to 128 printable
name = "Nobody"

[session]
idle_seconds = 1.5                            # session.idle_seconds: must be a whole number from 0
absolute_seconds = 99999999                   # session.absolute_seconds: must be 60 to 31536000
"#;

/// What a file's comments say of it: `line N: key: what`.
fn marked(text: &str) -> Vec<String> {
    let marks = text.lines().enumerate().filter_map(|(number, line)| {
        let (_, mark) = line.split_once("# ")?;
        Some(format!("line {}: {mark}", number + 1))
    });
    marks.collect()
}

/// All that is said, one line for each mistake.
fn told(text: &str, env: &[(&str, &str)]) -> Vec<String> {
    let problems = load(text, false, env).expect_err(text).to_string();
    problems.lines().skip(1).map(|line| line.trim().to_owned()).collect()
}

#[track_caller]
fn tells(text: &str, env: &[(&str, &str)], expected: &[String]) {
    let told = told(text, env);
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for (told, expected) in told.iter().zip(expected) {
        assert!(told.starts_with(expected.as_str()), "{told}, not {expected}");
    }
}

#[test]
fn every_mistake_of_a_file_is_told_at_once_with_its_line() {
    // What is missing altogether has no line.
    let missing = ["pepper: is missing".to_owned(), "database: is missing".to_owned()];
    let expected = [marked(TEN), missing.to_vec()].concat();
    assert!(expected.len() > 10);
    tells(TEN, &[], &expected);
    let told = told(TEN, &[]).concat();
    assert!(!told.contains("s3cret"), "what stands in the place of a number may be a secret");
}

#[test]
fn a_section_that_is_none_is_told_as_one_mistake() {
    let client = SAFE.replace("[[client]]", "[client]");
    let line = client.lines().position(|line| line == "[client]").unwrap() + 1;
    tells(&client, &[PEPPER], &[format!("line {line}: client: must be written [[client]]")]);
    let mail = "listen = \"localhost:0\"\nmail = \"smtps://mail.example.com\"\nclient = [5]\n";
    let section = "must be a section with keys of its own";
    let expected = [
        format!("line 2: mail: {section}"),
        format!("line 3: client[0]: {section}"),
        "issuer: is missing".to_owned(),
        "database: is missing".to_owned(),
    ];
    tells(mail, &[PEPPER], &expected);
}

#[test]
fn what_the_environment_overrides_is_told_of_its_variable_or_not_at_all() {
    let text = format!("{SAFE}\n[code]\nlength = \"six\"\ntries = 99\n");
    let overridden = [PEPPER, ("LATCH_CODE_LENGTH", "6"), ("LATCH_CODE_TRIES", "3")];
    assert_eq!(load(&text, false, &overridden).unwrap().code.length, 6);
    for (variable, value) in [("LATCH_CODE_LENGTH", "sixty"), ("LATCH_CODE_LENGTH", "60")] {
        refused(&text, false, &[PEPPER, ("LATCH_CODE_TRIES", "3"), (variable, value)], variable);
    }
    // An empty variable overrides nothing.
    refused(&text.replace("\"six\"", "6"), false, &[PEPPER, ("LATCH_CODE_TRIES", "")], "code.tries");
    // What the environment says needs no file.
    let text = SAFE.replace("[mail]", "pepper_file = 5\n[mail]\nsmtp_url_file = \"/nowhere\"");
    let overridden = [PEPPER, ("LATCH_SMTP_URL", "smtps://other.example")];
    assert!(load(&text, false, &overridden).is_ok());
}

#[test]
fn a_consequence_of_a_mistake_is_none_of_its_own() {
    for (section, key) in [
        ("pepper_file = 5", "pepper_file"),
        (
            "[sms]\nprovider = \"twilio\"\ncountries = [\"US\"]\naccount_sid = \"AC0123456789abcdef0123456789abcdef\"\nauth_token = \"x\"\nmessaging_service_sid = 5",
            "sms.messaging_service_sid",
        ),
        ("[captcha]\nprovider = 5\nfail_open = true", "captcha.provider"),
        ("[session]\nidle_seconds = 999999\nabsolute_seconds = \"31536000\"", "session.absolute_seconds"),
    ] {
        let pepper = if key == "pepper_file" { ("LATCH_LOG", "") } else { PEPPER };
        refused(&SAFE.replace("[mail]", &format!("{section}\n[mail]")), false, &[pepper], key);
    }
}

#[test]
fn of_a_text_that_is_no_toml_every_line_is_told_and_nothing_is_guessed() {
    let text = "listen = \"localhost:0\"\n[mail\nfrom = \"x\"\n[code]\nlength = = 6\n";
    let told = told(text, &[]);
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(told[0].starts_with("line 2: ") && told[1].starts_with("line 5: "), "{told:#?}");
    // A text without its second quote, and a key that is there twice, keep nothing else from being told.
    let twice = SAFE.replace("[mail]", "issuer = \"https://other.example\"\nassets = \"dist\n[mail]")
        + "implicit = 5\n";
    let lines = |wanted: &str| twice.lines().position(|line| line.starts_with(wanted)).unwrap() + 1;
    let expected = [
        format!("line {}: ", lines("issuer = \"https://other")),
        format!("line {}: assets: ", lines("assets")),
        format!("line {}: client[0].implicit: must be true", lines("implicit")),
    ];
    tells(&twice, &[PEPPER], &expected);
}
