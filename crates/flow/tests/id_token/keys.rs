//! Which key checks a token, and which are too weak.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use latch_flow::id_token::TokenFault;
use serde_json::{Value, json};

use crate::case::{Case, ec, hold, modulus, remove, rsa};

#[test]
fn a_key_is_found_by_its_name_in_the_issuers_set_alone() {
    use TokenFault::{Algorithm, Key};
    hold(&[
        ("kid missing", |c| remove(&mut c.header, "kid"), Some(Key)),
        (
            "kid missing, one key",
            |c| {
                remove(&mut c.header, "kid");
                c.keys = json!({"keys": [rsa("rsa", &modulus(2048))]});
            },
            Some(Key),
        ),
        ("kid empty", |c| c.header["kid"] = json!(""), Some(Key)),
        (
            "kid empty on both sides",
            |c| {
                c.header["kid"] = json!("");
                c.keys["keys"][0]["kid"] = json!("");
            },
            Some(Key),
        ),
        (
            "kid missing on both sides",
            |c| {
                remove(&mut c.header, "kid");
                remove(&mut c.keys["keys"][0], "kid");
            },
            Some(Key),
        ),
        ("kid wrong", |c| c.header["kid"] = json!("other"), Some(Key)),
        ("kid in capitals", |c| c.header["kid"] = json!("RSA"), Some(Key)),
        ("kid a path", |c| c.header["kid"] = json!("../../dev/null"), Some(Key)),
        ("kid SQL", |c| c.header["kid"] = json!("' or 1=1 --"), Some(Key)),
        ("kid huge", |c| c.header["kid"] = json!("rsa".repeat(100_000)), Some(Key)),
        ("kid twice", |c| c.keys["keys"][1] = rsa("rsa", &modulus(4096)), Some(Key)),
        ("kid twice with different types", |c| c.keys["keys"][1] = ec("rsa"), Some(Key)),
        ("no keys", |c| c.keys = json!({"keys": []}), Some(Key)),
        (
            "jwk, jku and x5u are not read",
            |c| {
                c.header["jwk"] = rsa("rsa", &modulus(2048));
                c.header["jku"] = json!("https://evil.example/jwks.json");
                c.header["x5u"] = json!("https://evil.example/cert");
            },
            None,
        ),
        (
            "jwk brings no key along",
            |c| {
                c.header["kid"] = json!("mine");
                c.header["jwk"] = rsa("mine", &modulus(2048));
            },
            Some(Key),
        ),
        (
            "ES256 with its key",
            |c| {
                c.header["alg"] = json!("ES256");
                c.header["kid"] = json!("ec");
            },
            None,
        ),
        ("ES256 with an RSA key", |c| c.header["alg"] = json!("ES256"), Some(Algorithm)),
        ("RS256 with an EC key", |c| c.header["kid"] = json!("ec"), Some(Algorithm)),
        ("a symmetric key", |c| c.keys["keys"][0]["kty"] = json!("oct"), Some(Algorithm)),
        ("a key without a type", |c| remove(&mut c.keys["keys"][0], "kty"), Some(Algorithm)),
        ("a key for encryption", |c| c.keys["keys"][0]["use"] = json!("enc"), Some(Algorithm)),
        ("a key for another algorithm", |c| c.keys["keys"][0]["alg"] = json!("RS512"), Some(Algorithm)),
        ("a key for PS256", |c| c.keys["keys"][0]["alg"] = json!("PS256"), Some(Algorithm)),
        (
            "a key that says neither",
            |c| {
                remove(&mut c.keys["keys"][0], "alg");
                remove(&mut c.keys["keys"][0], "use");
            },
            None,
        ),
    ]);
}

#[test]
fn a_key_is_strong_enough_and_whole() {
    use TokenFault::Key;
    fn with_modulus(case: &mut Case, n: impl Into<String>) {
        case.keys["keys"][0]["n"] = json!(n.into());
    }
    fn with_ec(case: &mut Case, change: impl FnOnce(&mut Value)) {
        case.header["alg"] = json!("ES256");
        case.header["kid"] = json!("ec");
        change(&mut case.keys["keys"][1]);
    }
    hold(&[
        ("512 bits", |c| with_modulus(c, modulus(512)), Some(Key)),
        ("1024 bits", |c| with_modulus(c, modulus(1024)), Some(Key)),
        ("2040 bits", |c| with_modulus(c, modulus(2040)), Some(Key)),
        ("2047 bits", |c| with_modulus(c, modulus(2047)), Some(Key)),
        (
            "1024 bits behind zeros",
            |c| {
                let bytes = BASE64URL.decode(modulus(1024)).unwrap();
                with_modulus(c, BASE64URL.encode([vec![0; 128], bytes].concat()));
            },
            Some(Key),
        ),
        (
            "2048 bits behind a zero",
            |c| {
                let bytes = BASE64URL.decode(modulus(2048)).unwrap();
                with_modulus(c, BASE64URL.encode([vec![0], bytes].concat()));
            },
            None,
        ),
        ("2049 bits", |c| with_modulus(c, modulus(2049)), None),
        ("3072 bits", |c| with_modulus(c, modulus(3072)), None),
        ("8192 bits", |c| with_modulus(c, modulus(8192)), None),
        ("8193 bits, to keep a browser busy", |c| with_modulus(c, modulus(8193)), Some(Key)),
        ("no modulus", |c| remove(&mut c.keys["keys"][0], "n"), Some(Key)),
        ("an empty modulus", |c| with_modulus(c, ""), Some(Key)),
        ("a modulus in plain base64", |c| with_modulus(c, modulus(2048) + "=="), Some(Key)),
        ("no exponent", |c| remove(&mut c.keys["keys"][0], "e"), Some(Key)),
        ("an empty exponent", |c| c.keys["keys"][0]["e"] = json!(""), Some(Key)),
        ("an exponent of 0", |c| c.keys["keys"][0]["e"] = json!("AA"), Some(Key)),
        ("an exponent of 1", |c| c.keys["keys"][0]["e"] = json!("AQ"), Some(Key)),
        ("an exponent of 1 behind a zero", |c| c.keys["keys"][0]["e"] = json!("AAE"), Some(Key)),
        ("an exponent of 2", |c| c.keys["keys"][0]["e"] = json!("Ag"), Some(Key)),
        ("an exponent of 3", |c| c.keys["keys"][0]["e"] = json!("Aw"), None),
        ("no base64 exponent", |c| c.keys["keys"][0]["e"] = json!("!"), Some(Key)),
        ("P-384", |c| with_ec(c, |key| key["crv"] = json!("P-384")), Some(Key)),
        ("secp256k1", |c| with_ec(c, |key| key["crv"] = json!("secp256k1")), Some(Key)),
        ("no curve", |c| with_ec(c, |key| remove(key, "crv")), Some(Key)),
        ("no x", |c| with_ec(c, |key| remove(key, "x")), Some(Key)),
        ("no y", |c| with_ec(c, |key| remove(key, "y")), Some(Key)),
        ("x too short", |c| with_ec(c, |key| key["x"] = json!(BASE64URL.encode([7; 31]))), Some(Key)),
        ("y too long", |c| with_ec(c, |key| key["y"] = json!(BASE64URL.encode([7; 33]))), Some(Key)),
    ]);
}
