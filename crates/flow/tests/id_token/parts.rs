//! How a token is taken apart.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use latch_flow::id_token::{Parts, TokenFault, half_hash};
use latch_protocol::claims::{Claims, Header};
use proptest::prelude::*;

use crate::case::{compact, good};

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
        0xef, 0xb4, 0x26, 0x50, 0xfb, 0x63, 0x3d, 0xfc, 0xd6, 0xb4, 0x5d, 0x80, 0x9e, 0x92, 0xbd, 0x45, 0x6a,
        0x57, 0xad, 0x69, 0x6b, 0x79, 0xc7, 0x5b, 0x2d, 0x4c, 0x89, 0x0c, 0x86, 0xfb, 0x4b, 0xa4,
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
}
