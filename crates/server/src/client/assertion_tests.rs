use aws_lc_rs::{
    encoding::{AsDer as _, PublicKeyX509Der},
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
    },
};
use axum::http::StatusCode;
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use latch_protocol::endpoint::OAUTH_TOKEN;
use serde_json::{Value, json};

use super::*;
use crate::testing::{CONFIG, Reply, Test};

fn rsa() -> KeyPair {
    KeyPair::generate(KeySize::Rsa2048).unwrap()
}

fn rsa_jwk(pair: &KeyPair) -> Value {
    let public = pair.public_key();
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    json!({
        "kty": "RSA", "kid": "one", "use": "sig", "n": text(public.modulus().big_endian_without_leading_zero()),
        "e": text(public.exponent().big_endian_without_leading_zero()),
    })
}

fn pem(der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    let lines: Vec<&str> =
        body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
}

/// The test's server with a client `signer` that has this key and no secret.
async fn server(key: ClientKey) -> Test {
    Test::with(CONFIG, false, |config| {
        let mut signer = config.clients.find("shop").unwrap().clone();
        signer.id = "signer".into();
        signer.keys = vec![key];
        config.clients.0.push(signer);
    })
    .await
}

fn claims(test: &Test, change: &Value) -> Value {
    let now = test.now().seconds();
    let mut claims = json!({
        "iss": "signer", "sub": "signer", "aud": "https://login.example/", "iat": now, "exp": now + 120,
        "jti": "first",
    });
    for (name, value) in change.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

fn signed(pair: &KeyPair, header: &Value, claims: &Value) -> String {
    let text = unsigned(header, claims);
    let mut signature = vec![0; pair.public_modulus_len()];
    let random = SystemRandom::new();
    if header["alg"] == "PS256" {
        pair.sign(&RSA_PSS_SHA256, &random, text.as_bytes(), &mut signature).unwrap();
    } else {
        pair.sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature).unwrap();
    }
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// Proven clients are told that the refresh token is wrong, others that they are not who they say.
async fn shows(test: &Test, assertion: &str) -> Reply {
    let body = json!({
        "grant_type": "refresh_token", "refresh_token": "x", "client_assertion": assertion,
        "client_assertion_type": JWT_BEARER,
    });
    test.post(OAUTH_TOKEN, &body).await
}

async fn is_proven(test: &Test, assertion: &str) -> bool {
    let reply = shows(test, assertion).await;
    match reply.status {
        StatusCode::FORBIDDEN => true,
        StatusCode::UNAUTHORIZED => {
            assert_eq!(reply.refusal().1, "invalid_client");
            false
        }
        other => panic!("{other} {}", reply.text()),
    }
}

#[tokio::test]
async fn a_signature_of_the_clients_own_key_proves_it_once() {
    let pair = rsa();
    let header = json!({"alg": "RS256", "typ": "JWT", "kid": "one"});
    let der: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
    for key in [ClientKey::from_jwk(&rsa_jwk(&pair)), ClientKey::from_pem(&pem(der.as_ref()))] {
        let test = server(key.unwrap()).await;
        let assertion = signed(&pair, &header, &claims(&test, &json!({})));
        assert!(is_proven(&test, &assertion).await);
        assert!(!is_proven(&test, &assertion).await, "shown again");
        for (jti, change) in [
            ("array", json!({"aud": ["https://x.example", "https://login.example/"]})),
            ("endpoint", json!({"aud": "https://login.example/oauth/token"})),
            ("skew", json!({"iat": test.now().seconds() + 59, "nbf": test.now().seconds() + 59})),
        ] {
            let mut claims = claims(&test, &change);
            claims["jti"] = json!(jti);
            assert!(is_proven(&test, &signed(&pair, &header, &claims)).await, "{jti}");
        }
        let pss = json!({"alg": "PS256"});
        assert!(is_proven(&test, &signed(&pair, &pss, &claims(&test, &json!({"jti": "pss"})))).await);
        let none =
            test.post(OAUTH_TOKEN, &json!({"grant_type": "refresh_token", "client_id": "signer"})).await;
        none.is_refused(401, "access_denied", "Unauthorized");
    }
}

#[tokio::test]
async fn an_elliptic_curve_does_too() {
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref()).unwrap();
    let point = pair.public_key().as_ref();
    let base64 = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let jwk = json!({"kty": "EC", "crv": "P-256", "x": base64(&point[1..33]), "y": base64(&point[33..])});
    let der: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
    for key in [ClientKey::from_jwk(&jwk), ClientKey::from_pem(&pem(der.as_ref()))] {
        let test = server(key.unwrap()).await;
        let signed = unsigned(&json!({"alg": "ES256"}), &claims(&test, &json!({})));
        let signature = URL_SAFE_NO_PAD.encode(pair.sign(&random, signed.as_bytes()).unwrap());
        assert!(is_proven(&test, &format!("{signed}.{signature}")).await);
    }
}

#[tokio::test]
async fn what_is_not_fresh_not_for_us_or_not_the_clients_own_proves_nothing() {
    let pair = rsa();
    let test = server(ClientKey::from_jwk(&rsa_jwk(&pair)).unwrap()).await;
    let now = test.now().seconds();
    let header = json!({"alg": "RS256", "kid": "one"});
    for change in [
        json!({"iss": "shop"}),
        json!({"aud": "https://evil.example/"}),
        json!({"aud": "https://login.example.evil.example/"}),
        json!({"aud": null}),
        json!({"exp": now - 60}),
        json!({"exp": now + 661}),
        json!({"exp": null}),
        json!({"exp": "later"}),
        json!({"nbf": now + 61}),
        json!({"iat": now + 61}),
        json!({"jti": ""}),
        json!({"jti": null}),
    ] {
        assert!(!is_proven(&test, &signed(&pair, &header, &claims(&test, &change))).await, "{change}");
    }
    let right = claims(&test, &json!({}));
    let modulus = rsa_jwk(&pair)["n"].as_str().unwrap().to_owned();
    let hs256 = {
        let signed = unsigned(&json!({"alg": "HS256"}), &right);
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, modulus.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(aws_lc_rs::hmac::sign(&key, signed.as_bytes())))
    };
    for assertion in [
        signed(&rsa(), &header, &right),
        signed(&pair, &json!({"alg": "RS256", "kid": "two"}), &right),
        signed(&pair, &json!({"alg": "RS256", "crit": ["x"], "x": 1}), &right),
        signed(&pair, &json!({"alg": "RS512"}), &right),
        format!("{}.", unsigned(&json!({"alg": "none"}), &right)),
        hs256,
    ] {
        assert!(!is_proven(&test, &assertion).await, "{assertion}");
    }
    assert!(is_proven(&test, &signed(&pair, &header, &right)).await, "none of them used it up");
    for (assertion, kind) in [("x", JWT_BEARER), ("a.b.c", JWT_BEARER), ("", JWT_BEARER), ("x", "saml")] {
        let body = json!({
            "grant_type": "refresh_token", "client_id": "signer", "client_assertion": assertion,
            "client_assertion_type": kind,
        });
        assert_eq!(test.post(OAUTH_TOKEN, &body).await.refusal().1, "invalid_client", "{assertion}");
    }
    let mut twice = json!({"grant_type": "refresh_token", "client_secret": "x", "client_assertion": "x"});
    twice["client_assertion_type"] = json!(JWT_BEARER);
    assert_eq!(test.post(OAUTH_TOKEN, &twice).await.refusal().0, 400);
}

#[test]
fn only_public_keys_for_signatures_are_taken() {
    let jwk = rsa_jwk(&rsa());
    assert!(ClientKey::from_jwk(&jwk).is_ok());
    for change in [
        json!({"d": "AQAB"}),
        json!({"use": "enc"}),
        json!({"kty": "oct", "k": "AQAB"}),
        json!({"kty": "EC"}),
        json!({"n": null}),
        json!({"n": "not base64url!"}),
    ] {
        let mut changed = jwk.clone();
        for (name, value) in change.as_object().unwrap() {
            changed[name] = value.clone();
        }
        assert!(ClientKey::from_jwk(&changed).is_err(), "{change}");
    }
    for pem in ["", "x", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"] {
        assert!(ClientKey::from_pem(pem).is_err());
    }
}
