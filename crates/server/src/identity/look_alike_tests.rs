//! Addresses that look like another's, made of the letters that are taken for others (Unicode TS 39).

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;

use super::Email;
use crate::testing::Test;

/// For each letter, what may stand in its place.
const INSTEAD: [(char, &str); 26] = [
    ('a', "\u{430}\u{251}\u{3b1}\u{ff41}\u{1d41a}\u{24d0}\u{aa}\u{1d43}\u{1ea1}\u{227}\u{e1}"),
    ('b', "\u{44c}\u{15af}\u{ff42}\u{184}\u{1d41b}\u{1e05}"),
    ('c', "\u{441}\u{3f2}\u{ff43}\u{1d04}\u{217d}\u{2ca5}\u{e7}"),
    ('d', "\u{501}\u{217e}\u{ff44}\u{146f}\u{1e0d}"),
    ('e', "\u{435}\u{4bd}\u{ff45}\u{212f}\u{1eb9}\u{e9}\u{212e}"),
    ('f', "\u{ff46}\u{17f}\u{1e9d}\u{1d41f}\u{584}"),
    ('g', "\u{261}\u{ff47}\u{581}\u{1d83}"),
    ('h', "\u{4bb}\u{ff48}\u{570}\u{210e}"),
    ('i', "\u{456}\u{131}\u{130}\u{ff49}\u{269}\u{3b9}\u{2170}\u{2071}\u{ed}"),
    ('j', "\u{458}\u{ff4a}\u{3f3}\u{1f0}"),
    ('k', "\u{43a}\u{3ba}\u{ff4b}\u{212a}\u{1e33}"),
    ('l', "1\u{4cf}\u{ff4c}\u{217c}\u{5d5}\u{627}\u{2113}\u{142}"),
    ('m', "\u{43c}\u{ff4d}\u{217f}\u{1e43}"),
    ('n', "\u{578}\u{ff4e}\u{57c}\u{f1}\u{149}"),
    ('o', "0\u{43e}\u{3bf}\u{585}\u{ff4f}\u{966}\u{3c3}\u{f6}\u{ba}\u{2c9f}\u{3007}"),
    ('p', "\u{440}\u{3c1}\u{ff50}\u{2ca3}\u{fe}"),
    ('q', "\u{51b}\u{ff51}\u{563}\u{566}"),
    ('r', "\u{433}\u{ff52}\u{1d26}\u{ab47}"),
    ('s', "\u{455}\u{ff53}\u{a731}\u{17f}\u{282}"),
    ('t', "\u{442}\u{3c4}\u{ff54}\u{163}"),
    ('u', "\u{3c5}\u{57d}\u{ff55}\u{28b}\u{f9}"),
    ('v', "\u{475}\u{3bd}\u{ff56}\u{2174}\u{5d8}"),
    ('w', "\u{51d}\u{461}\u{ff57}\u{561}\u{26f}"),
    ('x', "\u{445}\u{3c7}\u{ff58}\u{2179}"),
    ('y', "\u{443}\u{3b3}\u{ff59}\u{4af}\u{fd}"),
    ('z', "\u{1d22}\u{ff5a}\u{290}\u{3b6}"),
];

/// The same for several letters at once.
const TOGETHER: [(&str, &str); 20] = [
    ("ss", "\u{df}"),
    ("ss", "\u{1e9e}"),
    ("fi", "\u{fb01}"),
    ("fl", "\u{fb02}"),
    ("ff", "\u{fb00}"),
    ("ffi", "\u{fb03}"),
    ("st", "\u{fb06}"),
    ("st", "\u{fb05}"),
    ("ae", "\u{e6}"),
    ("oe", "\u{153}"),
    ("ij", "\u{133}"),
    ("nj", "\u{1cc}"),
    ("lj", "\u{1c9}"),
    ("dz", "\u{1f3}"),
    ("rn", "m"),
    ("vv", "w"),
    ("cl", "d"),
    ("ii", "\u{2171}"),
    ("vi", "\u{2175}"),
    ("10", "\u{2469}"),
];

const NAMES: [&str; 24] = [
    "paypal",
    "strasse",
    "office",
    "flora",
    "affair",
    "adobe.sign",
    "info",
    "kelvin",
    "istanbul",
    "george",
    "michael",
    "quentin",
    "wxyz",
    "zoe",
    "hello",
    "admin",
    "postmaster",
    "cloud",
    "vivian",
    "njegos",
    "dijkstra",
    "oedipus",
    "barnes",
    "savvy",
];

fn canonical(text: &str) -> Option<String> {
    Email::parse(text).ok().map(|email| email.as_str().to_owned())
}

/// A name with one or two of its letters in another way.
fn look_alikes(name: &str) -> BTreeSet<String> {
    let once = |name: &str| {
        let mut found = BTreeSet::new();
        for (at, c) in name.char_indices().filter(|(_, c)| c.is_ascii_lowercase()) {
            let (_, instead) = INSTEAD[usize::from(c as u8 - b'a')];
            found.extend(instead.chars().map(|other| format!("{}{other}{}", &name[..at], &name[at + 1..])));
        }
        for (letters, other) in TOGETHER {
            found.extend(
                name.match_indices(letters)
                    .map(|(at, _)| format!("{}{other}{}", &name[..at], &name[at + letters.len()..])),
            );
        }
        found
    };
    let first = once(name);
    let second = first.iter().step_by(2).flat_map(|name| once(name).into_iter().step_by(4));
    first.iter().cloned().chain(second).collect()
}

#[test]
fn of_thousands_of_look_alikes_no_two_are_one_identity() {
    let mut pairs = 0;
    for name in NAMES {
        let own = canonical(&format!("{name}@a.example")).unwrap();
        // Whoever is taken, and by which spelling.
        let mut taken = BTreeMap::from([(own.clone(), own)]);
        for alike in look_alikes(name) {
            pairs += 1;
            let address = format!("{alike}@a.example");
            let Some(read) = canonical(&address) else { continue };
            assert_eq!(canonical(&read).as_ref(), Some(&read), "{address} has two canonical forms");
            // Canonically equivalent texts are one text, in capitals or not, and nothing else is.
            let text: String = address.nfc().collect::<String>().to_lowercase().nfc().collect();
            let before = taken.insert(read.clone(), text.clone());
            assert!(
                before.as_ref().is_none_or(|before| *before == text),
                "{address:?} is {read:?}, as {before:?}"
            );
        }
    }
    assert!(pairs >= 5000, "{pairs}");
}

#[test]
fn a_domain_that_looks_like_another_is_another() {
    let mut pairs = 0;
    for name in NAMES.iter().filter(|name| !name.contains('.')) {
        let own = canonical(&format!("ada@{name}.example")).unwrap();
        for alike in look_alikes(name) {
            // What IDNA itself writes in plain letters (full width, ligatures) is the same host, wherever it is typed.
            if idna::domain_to_ascii(&alike).is_ok_and(|domain| domain.is_ascii() && !domain.contains("xn--"))
            {
                continue;
            }
            pairs += 1;
            assert_ne!(canonical(&format!("ada@{alike}.example")), Some(own.clone()), "{alike}");
        }
    }
    assert!(pairs >= 1000, "{pairs}");
}

#[test]
fn signs_that_computers_take_for_letters_are_none_here() {
    for (text, read) in [
        // The Kelvin sign, which small letters make a k of, and the long s.
        ("\u{212a}elvin@a.co", None),
        ("mar\u{212a}@a.co", None),
        ("\u{17f}am@a.co", Some("\u{17f}am@a.co")),
        // The two i of Turkish.
        ("\u{131}an@a.co", Some("\u{131}an@a.co")),
        ("\u{130}an@a.co", Some("i\u{307}an@a.co")),
        ("stra\u{df}e@a.co", Some("stra\u{df}e@a.co")),
        ("STRA\u{1e9e}E@a.co", Some("stra\u{df}e@a.co")),
        ("o\u{fb03}ce@a.co", Some("o\u{fb03}ce@a.co")),
        ("\u{ff41}da@a.co", Some("\u{ff41}da@a.co")),
        ("ada\u{ff20}a.co", None),
        ("ada\u{fe6b}a.co", None),
        ("ada@a\u{ff0e}co", Some("ada@a.co")),
    ] {
        assert_eq!(canonical(text).as_deref(), read, "{text:?}");
    }
}

#[tokio::test]
async fn whoever_signs_in_by_a_look_alike_has_the_mail_and_the_account_of_that_address_alone() {
    let test = Test::new().await;
    let sub = |tokens: &Value| {
        let claims = test.app.keys.verify("JWT", tokens["id_token"].as_str().unwrap()).unwrap();
        (claims["sub"].clone(), claims["email"].as_str().unwrap().to_owned())
    };
    let mut taken = BTreeSet::new();
    for name in ["strasse", "office", "ian"] {
        let alike = look_alikes(name);
        for address in std::iter::once(name.to_owned()).chain(alike.into_iter().step_by(9)) {
            let address = format!("{address}@a.example");
            let reply = test.start(&address).await;
            let Some(read) = canonical(&address) else {
                assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{address}");
                continue;
            };
            // The one message goes to the address that the account will be kept under.
            let recipients: Vec<String> = sqlx::query_scalar("SELECT recipient FROM outbox")
                .fetch_all(test.app.store.reader())
                .await
                .unwrap();
            assert_eq!(recipients.iter().filter(|to| **to == read).count(), 1, "{address}");
            let code = test.waiting(&read).await.unwrap().code;
            let other = taken.iter().find(|(_, other): &&(String, String)| *other != read);
            if let Some((_, other)) = other {
                let reply = test.exchange(other, &code, "openid").await;
                assert_eq!(reply.status, StatusCode::FORBIDDEN, "{other} by the code of {address}");
            }
            let tokens = test.exchange(&address, &code, "openid email").await.json();
            let (sub, email) = sub(&tokens);
            assert_eq!(email, read);
            assert!(taken.insert((sub.to_string(), read)), "{address} has an account already");
        }
    }
    assert!(taken.len() > 20, "{}", taken.len());
}
