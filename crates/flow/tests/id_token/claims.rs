//! What the claims have to say.

use latch_flow::id_token::{Expected, LEEWAY, TokenFault, check};
use latch_protocol::claims::Claims;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::case::{NOW, good, hold, remove};

#[test]
fn a_token_comes_from_the_issuer_for_this_client_about_somebody() {
    use TokenFault::{Audience, AuthorizedParty, Issuer, Malformed, Subject};
    hold(&[
        ("iss without its slash", |c| c.claims["iss"] = json!("https://login.example.com"), Some(Issuer)),
        ("iss with two", |c| c.claims["iss"] = json!("https://login.example.com//"), Some(Issuer)),
        ("iss by http", |c| c.claims["iss"] = json!("http://login.example.com/"), Some(Issuer)),
        ("iss in capitals", |c| c.claims["iss"] = json!("https://LOGIN.example.com/"), Some(Issuer)),
        ("iss longer", |c| c.claims["iss"] = json!("https://login.example.com/.evil"), Some(Issuer)),
        ("iss other", |c| c.claims["iss"] = json!("https://evil.example/"), Some(Issuer)),
        ("iss empty", |c| c.claims["iss"] = json!(""), Some(Issuer)),
        ("iss missing", |c| remove(&mut c.claims, "iss"), Some(Issuer)),
        ("iss a list", |c| c.claims["iss"] = json!(["https://login.example.com/"]), Some(Malformed)),
        ("sub missing", |c| remove(&mut c.claims, "sub"), Some(Subject)),
        ("sub empty", |c| c.claims["sub"] = json!(""), Some(Subject)),
        ("sub a number", |c| c.claims["sub"] = json!(1), Some(Malformed)),
        ("aud a list of one", |c| c.claims["aud"] = json!(["demo"]), None),
        ("aud other", |c| c.claims["aud"] = json!("other"), Some(Audience)),
        ("aud longer", |c| c.claims["aud"] = json!("demo2"), Some(Audience)),
        ("aud in capitals", |c| c.claims["aud"] = json!("DEMO"), Some(Audience)),
        ("aud empty", |c| c.claims["aud"] = json!(""), Some(Audience)),
        ("aud an empty list", |c| c.claims["aud"] = json!([]), Some(Audience)),
        ("aud missing", |c| remove(&mut c.claims, "aud"), Some(Audience)),
        ("aud a list of others", |c| c.claims["aud"] = json!(["a", "b"]), Some(Audience)),
        ("aud a number", |c| c.claims["aud"] = json!(1), Some(Malformed)),
        ("aud a list with a number", |c| c.claims["aud"] = json!(["demo", 1]), Some(Malformed)),
        ("aud several without azp", |c| c.claims["aud"] = json!(["demo", "api"]), Some(AuthorizedParty)),
        (
            "aud several with azp",
            |c| {
                c.claims["aud"] = json!(["api", "demo"]);
                c.claims["azp"] = json!("demo");
            },
            None,
        ),
        (
            "aud several with another azp",
            |c| {
                c.claims["aud"] = json!(["demo", "other"]);
                c.claims["azp"] = json!("other");
            },
            Some(AuthorizedParty),
        ),
        ("azp", |c| c.claims["azp"] = json!("demo"), None),
        ("azp other", |c| c.claims["azp"] = json!("other"), Some(AuthorizedParty)),
        ("azp empty", |c| c.claims["azp"] = json!(""), Some(AuthorizedParty)),
        (
            "azp without aud",
            |c| {
                remove(&mut c.claims, "aud");
                c.claims["azp"] = json!("demo");
            },
            Some(Audience),
        ),
        ("no claims", |c| c.claims = json!({}), Some(Issuer)),
    ]);
}

#[test]
fn a_token_is_of_now_give_or_take_a_minute() {
    use TokenFault::{Clock, Expired, Malformed};
    hold(&[
        ("exp 59 s ago", |c| c.claims["exp"] = json!(NOW - 59.0), None),
        ("exp 60 s ago", |c| c.claims["exp"] = json!(NOW - 60.0), Some(Expired)),
        ("exp 61 s ago", |c| c.claims["exp"] = json!(NOW - 61.0), Some(Expired)),
        ("exp missing", |c| remove(&mut c.claims, "exp"), Some(Expired)),
        ("exp 0", |c| c.claims["exp"] = json!(0), Some(Expired)),
        ("exp below 0", |c| c.claims["exp"] = json!(-1), Some(Expired)),
        ("exp null", |c| c.claims["exp"] = Value::Null, Some(Expired)),
        ("exp a text", |c| c.claims["exp"] = json!("1700036000"), Some(Malformed)),
        ("exp a fraction", |c| c.claims["exp"] = json!(NOW + 0.5), None),
        ("iat in 59 s", |c| c.claims["iat"] = json!(NOW + 59.0), None),
        ("iat in 60 s", |c| c.claims["iat"] = json!(NOW + 60.0), None),
        ("iat in 61 s", |c| c.claims["iat"] = json!(NOW + 61.0), Some(Clock)),
        ("iat missing", |c| remove(&mut c.claims, "iat"), Some(Clock)),
        ("iat in milliseconds", |c| c.claims["iat"] = json!(NOW * 1000.0), Some(Clock)),
        ("nbf in 59 s", |c| c.claims["nbf"] = json!(NOW + 59.0), None),
        ("nbf in 60 s", |c| c.claims["nbf"] = json!(NOW + 60.0), None),
        ("nbf in 61 s", |c| c.claims["nbf"] = json!(NOW + 61.0), Some(Clock)),
    ]);
}

#[test]
fn a_token_answers_this_request() {
    use TokenFault::{AccessTokenHash, AuthTime, Nonce};
    hold(&[
        (
            "nonce that was sent",
            |c| {
                c.nonce = Some("n-1");
                c.claims["nonce"] = json!("n-1");
            },
            None,
        ),
        (
            "nonce other",
            |c| {
                c.nonce = Some("n-1");
                c.claims["nonce"] = json!("n-2");
            },
            Some(Nonce),
        ),
        ("nonce missing", |c| c.nonce = Some("n-1"), Some(Nonce)),
        ("nonce that was not sent", |c| c.claims["nonce"] = json!("n-1"), None),
        (
            "auth_time within max_age",
            |c| {
                c.max_age = Some(300.0);
                c.claims["auth_time"] = json!(NOW - 300.0);
            },
            None,
        ),
        (
            "auth_time 60 s beyond",
            |c| {
                c.max_age = Some(300.0);
                c.claims["auth_time"] = json!(NOW - 360.0);
            },
            None,
        ),
        (
            "auth_time 61 s beyond",
            |c| {
                c.max_age = Some(300.0);
                c.claims["auth_time"] = json!(NOW - 361.0);
            },
            Some(AuthTime),
        ),
        ("auth_time missing", |c| c.max_age = Some(300.0), Some(AuthTime)),
        ("auth_time that nobody asked for", |c| c.claims["auth_time"] = json!(0), None),
        ("at_hash", |c| c.claims["at_hash"] = json!("77QmUPtjPfzWtF2AnpK9RQ"), None),
        ("at_hash other", |c| c.claims["at_hash"] = json!("77QmUPtjPfzWtF2AnpK9RA"), Some(AccessTokenHash)),
        (
            "at_hash padded",
            |c| c.claims["at_hash"] = json!("77QmUPtjPfzWtF2AnpK9RQ=="),
            Some(AccessTokenHash),
        ),
        ("at_hash empty", |c| c.claims["at_hash"] = json!(""), Some(AccessTokenHash)),
    ]);
}

proptest! {
    #[test]
    fn no_time_makes_a_token_good_for_longer(exp in any::<f64>(), iat in any::<f64>(), nbf in any::<f64>()) {
        let mut claims: Claims = serde_json::from_value(good().claims).unwrap();
        (claims.exp, claims.iat, claims.nbf) = (Some(exp), Some(iat), Some(nbf));
        let expected = Expected {
            issuer: "https://login.example.com/",
            client_id: "demo",
            nonce: None,
            max_age: None,
            access_token_hash: "",
            now: NOW,
        };
        let is_of_now = exp > NOW - LEEWAY && iat <= NOW + LEEWAY && nbf <= NOW + LEEWAY;
        prop_assert_eq!(check(&claims, &expected).is_ok(), is_of_now);
    }
}
