//! One good ID token, and everything that can be wrong with it. What is right and wrong follows
//! OpenID Connect Core section 3.1.3.7, RFC 8725 and, for keys, RFC 7517 and RFC 7518.
//!
//! Tokens and key sets are JSON here, as an issuer writes them, and are read as the widget reads them.

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
    use latch_flow::id_token::{Expected, LEEWAY, Parts, TokenFault, check, half_hash, key};
    use latch_protocol::{
        claims::{Claims, Header},
        jwk::JwkSet,
    };
    use proptest::prelude::*;
    use serde_json::{Value, json};

    const NOW: f64 = 1_700_000_000.0;

    /// What the issuer sent, and what the client asked for.
    struct Case {
        header: Value,
        claims: Value,
        keys: Value,
        nonce: Option<&'static str>,
        max_age: Option<f64>,
    }

    fn good() -> Case {
        Case {
            header: json!({"alg": "RS256", "typ": "JWT", "kid": "rsa"}),
            claims: json!({
                "iss": "https://login.example.com/",
                "sub": "email|1",
                "aud": "demo",
                "iat": NOW,
                "exp": NOW + 36_000.0,
                "email": "ada@example.com",
            }),
            keys: json!({"keys": [rsa("rsa", &modulus(2048)), ec("ec")]}),
            nonce: None,
            max_age: None,
        }
    }

    fn rsa(kid: &str, n: &str) -> Value {
        json!({"kty": "RSA", "kid": kid, "use": "sig", "alg": "RS256", "n": n, "e": "AQAB"})
    }

    fn ec(kid: &str) -> Value {
        let point = BASE64URL.encode([7; 32]);
        json!({"kty": "EC", "kid": kid, "use": "sig", "alg": "ES256", "crv": "P-256", "x": point, "y": point})
    }

    /// A modulus of so many bits.
    fn modulus(bits: usize) -> String {
        let mut bytes = vec![0xa5; bits.div_ceil(8)];
        bytes[0] = match bits % 8 {
            0 => 0x80,
            over => 1 << (over - 1),
        };
        BASE64URL.encode(bytes)
    }

    fn compact(case: &Case) -> String {
        let part = |json: &Value| BASE64URL.encode(json.to_string());
        format!("{}.{}.{}", part(&case.header), part(&case.claims), BASE64URL.encode("signature"))
    }

    /// What the widget does, but for the signature.
    fn verify(case: &Case) -> Result<(), TokenFault> {
        let token = compact(case);
        let parts = Parts::split(&token)?;
        let header: Header = serde_json::from_slice(&parts.header).map_err(|_| TokenFault::Malformed)?;
        let keys: JwkSet = serde_json::from_value(case.keys.clone()).expect("a key set");
        key(&header, &keys)?;
        let claims: Claims = serde_json::from_slice(&parts.payload).map_err(|_| TokenFault::Malformed)?;
        let expected = Expected {
            issuer: "https://login.example.com/",
            client_id: "demo",
            nonce: case.nonce,
            max_age: case.max_age,
            access_token_hash: "77QmUPtjPfzWtF2AnpK9RQ",
            now: NOW,
        };
        check(&claims, &expected)
    }

    type Change = fn(&mut Case);

    /// Every change is made to a good case of its own; `None` means that it is still good.
    fn hold(table: &[(&str, Change, Option<TokenFault>)]) {
        assert_eq!(verify(&good()), Ok(()));
        let surprises = table.iter().filter_map(|(name, change, fault)| {
            let mut case = good();
            change(&mut case);
            let outcome = verify(&case).err();
            (outcome != *fault).then(|| format!("{name}: {outcome:?} instead of {fault:?}"))
        });
        assert_eq!(surprises.collect::<Vec<_>>(), [""; 0]);
    }

    fn remove(from: &mut Value, name: &str) {
        from.as_object_mut().unwrap().remove(name).expect("it was there");
    }

    #[test]
    fn a_header_names_an_allowed_algorithm_and_asks_for_nothing_special() {
        use TokenFault::{Algorithm, Header, Malformed};
        hold(&[
            ("alg none", |c| c.header["alg"] = json!("none"), Some(Algorithm)),
            ("alg None", |c| c.header["alg"] = json!("None"), Some(Algorithm)),
            ("alg empty", |c| c.header["alg"] = json!(""), Some(Algorithm)),
            ("alg missing", |c| remove(&mut c.header, "alg"), Some(Algorithm)),
            ("alg null", |c| c.header["alg"] = Value::Null, Some(Malformed)),
            ("alg a list", |c| c.header["alg"] = json!(["RS256"]), Some(Malformed)),
            (
                "alg HS256 with the public key as secret",
                |c| c.header["alg"] = json!("HS256"),
                Some(Algorithm),
            ),
            ("alg RS384", |c| c.header["alg"] = json!("RS384"), Some(Algorithm)),
            ("alg RS512", |c| c.header["alg"] = json!("RS512"), Some(Algorithm)),
            ("alg PS256", |c| c.header["alg"] = json!("PS256"), Some(Algorithm)),
            ("alg ES384", |c| c.header["alg"] = json!("ES384"), Some(Algorithm)),
            ("alg EdDSA", |c| c.header["alg"] = json!("EdDSA"), Some(Algorithm)),
            ("alg in small letters", |c| c.header["alg"] = json!("rs256"), Some(Algorithm)),
            ("alg with a blank", |c| c.header["alg"] = json!("RS256 "), Some(Algorithm)),
            ("crit", |c| c.header["crit"] = json!(["exp"]), Some(Header)),
            ("crit empty", |c| c.header["crit"] = json!([]), Some(Header)),
            (
                "crit b64",
                |c| {
                    c.header["crit"] = json!(["b64"]);
                    c.header["b64"] = json!(false);
                },
                Some(Header),
            ),
            ("crit no list", |c| c.header["crit"] = json!("exp"), Some(Malformed)),
            ("typ at+jwt", |c| c.header["typ"] = json!("at+jwt"), Some(Header)),
            ("typ logout+jwt", |c| c.header["typ"] = json!("logout+jwt"), Some(Header)),
            ("typ empty", |c| c.header["typ"] = json!(""), Some(Header)),
            ("typ in small letters", |c| c.header["typ"] = json!("jwt"), None),
            ("typ missing", |c| remove(&mut c.header, "typ"), None),
            ("no object", |c| c.header = json!("RS256"), Some(Malformed)),
        ]);
    }

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
            (
                "at_hash other",
                |c| c.claims["at_hash"] = json!("77QmUPtjPfzWtF2AnpK9RA"),
                Some(AccessTokenHash),
            ),
            (
                "at_hash padded",
                |c| c.claims["at_hash"] = json!("77QmUPtjPfzWtF2AnpK9RQ=="),
                Some(AccessTokenHash),
            ),
            ("at_hash empty", |c| c.claims["at_hash"] = json!(""), Some(AccessTokenHash)),
        ]);
    }

    #[test]
    fn a_token_is_three_parts_of_strict_base64url() {
        let token = compact(&good());
        let [header, payload, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!() };
        let parts = Parts::split(&token).unwrap();
        assert_eq!(parts.signed, format!("{header}.{payload}"));
        assert_eq!(parts.header, good().header.to_string().into_bytes());
        assert_eq!(parts.payload, good().claims.to_string().into_bytes());
        assert_eq!(parts.signature, b"signature");
        for malformed in [
            String::new(),
            ".".into(),
            "..".into(),
            "...".into(),
            header.into(),
            format!("{header}.{payload}"),
            format!("{header}.{payload}."),
            format!("{header}..{signature}"),
            format!(".{payload}.{signature}"),
            format!("{token}."),
            format!(".{token}"),
            format!("{token}.{signature}"),
            format!("{token}.{signature}.{signature}"),
            format!("{token}="),
            format!("{header}=.{payload}.{signature}"),
            format!("{token}\n"),
            format!(" {token}"),
            format!("{header}.{payload}.{}", &signature[..signature.len() - 3]),
            format!("{header}.{payload}.c2ln+w"),
            format!("{header}.{payload}.c2ln/w"),
            format!("{header}.{payload}.c2lnnatüre"),
            format!("{header}.{payload}.\u{ff21}AAA"),
            // The same bytes as YQ, but for bits that nobody looks at.
            format!("{header}.{payload}.YR"),
            format!("{header}.{payload}.YWL"),
            // A character too many for any number of bytes.
            format!("{header}.{payload}.YWJjA"),
        ] {
            assert_eq!(Parts::split(&malformed), Err(TokenFault::Malformed), "{malformed:?}");
        }
        assert!(Parts::split(&format!("{header}.{payload}.YQ")).is_ok());
    }

    #[test]
    fn json_that_says_a_thing_twice_is_not_read() {
        assert!(serde_json::from_str::<Header>(r#"{"alg":"RS256","alg":"none"}"#).is_err());
        assert!(serde_json::from_str::<Claims>(r#"{"aud":"demo","aud":"other"}"#).is_err());
    }

    #[test]
    fn a_hash_is_the_left_half_as_in_openid_connect_core_appendix_a() {
        // SHA-256 of the access token in appendix A.3.
        let sha256 = [
            0xef, 0xb4, 0x26, 0x50, 0xfb, 0x63, 0x3d, 0xfc, 0xd6, 0xb4, 0x5d, 0x80, 0x9e, 0x92, 0xbd, 0x45,
            0x6a, 0x57, 0xad, 0x69, 0x6b, 0x79, 0xc7, 0x5b, 0x2d, 0x4c, 0x89, 0x0c, 0x86, 0xfb, 0x4b, 0xa4,
        ];
        assert_eq!(half_hash(&sha256), "77QmUPtjPfzWtF2AnpK9RQ");
    }

    #[test]
    fn every_fault_has_a_sentence_of_its_own() {
        use TokenFault as F;
        let faults = [
            F::Malformed,
            F::Algorithm,
            F::Header,
            F::Key,
            F::Signature,
            F::Insecure,
            F::Issuer,
            F::Subject,
            F::Audience,
            F::AuthorizedParty,
            F::Expired,
            F::Clock,
            F::Nonce,
            F::AuthTime,
            F::AccessTokenHash,
        ];
        let mut sentences = faults.map(F::describe).to_vec();
        sentences.sort_unstable();
        sentences.dedup();
        assert_eq!(sentences.len(), faults.len());
    }

    proptest! {
        #[test]
        fn no_text_makes_taking_apart_panic_and_what_was_taken_apart_was_canonical(
            token in r"[A-Za-z0-9_=+/-]{0,8}\.?[A-Za-z0-9_-]{0,8}\.?[A-Za-z0-9_-]{0,8}\.?|\PC{0,40}",
        ) {
            if let Ok(parts) = Parts::split(&token) {
                let again = [parts.header, parts.payload, parts.signature].map(|it| BASE64URL.encode(it));
                prop_assert_eq!(again.join("."), token);
            }
        }

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
}
