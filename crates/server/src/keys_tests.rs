use serde_json::json;

use super::*;
use crate::secret::Secret;

async fn store(folder: &tempfile::TempDir) -> Store {
    Store::open(&folder.path().join("latch.db")).await.unwrap()
}

const FOREVER: KeyRules = KeyRules { rotate_days: 0 };

fn pepper(text: &str) -> Pepper {
    Pepper::new(Secret::new(text))
}

#[tokio::test]
async fn the_key_is_made_once_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let first = Keys::open(&store(&folder).await, &pepper("a"), FOREVER, Instant(0)).await.unwrap();
    let token = first.sign("JWT", &json!({"a": 1})).unwrap();
    let second = Keys::open(&store(&folder).await, &pepper("a"), FOREVER, Instant(1)).await.unwrap();
    assert_eq!(first.set().kid, second.set().kid);
    assert_eq!(second.verify("JWT", &token), Some(json!({"a": 1})));
}

#[tokio::test]
async fn another_pepper_gets_another_key_and_the_old_one_still_checks() {
    let folder = tempfile::tempdir().unwrap();
    let first = Keys::open(&store(&folder).await, &pepper("a"), FOREVER, Instant(0)).await.unwrap();
    let token = first.sign("JWT", &json!({})).unwrap();
    let second = Keys::open(&store(&folder).await, &pepper("b"), FOREVER, Instant(1)).await.unwrap();
    assert_ne!(first.set().kid, second.set().kid);
    assert_eq!(second.published().keys.len(), 2);
    assert!(second.verify("JWT", &token).is_some());
}

#[tokio::test]
async fn the_private_half_is_not_readable_in_the_database_and_the_file_is_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let keys = Keys::open(&store, &pepper("a"), FOREVER, Instant(0)).await.unwrap();
    let pair = keys.set().pair.clone();
    let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
    store.close().await;
    let file = folder.path().join("latch.db");
    let bytes = std::fs::read(&file).unwrap();
    let private = &der.as_ref()[der.as_ref().len() - 64..];
    assert!(!bytes.windows(private.len()).any(|part| part == private));
    assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn only_what_these_keys_signed_as_this_type_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Keys::open(&store(&folder).await, &pepper("a"), FOREVER, Instant(0)).await.unwrap();
    let token = keys.sign("JWT", &json!({"sub": "a"})).unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    // Signed by the right key: only what the header says is wrong.
    let signed = |change: &Value| {
        let mut header = json!({"alg": "RS256", "typ": "JWT", "kid": keys.set().kid});
        for (name, value) in change.as_object().unwrap() {
            header[name] = value.clone();
        }
        let signed = format!("{}.{}", encode(&header), parts[1]);
        let mut signature = vec![0; keys.set().pair.public_modulus_len()];
        let random = SystemRandom::new();
        keys.set().pair.sign(&RSA_PKCS1_SHA256, &random, signed.as_bytes(), &mut signature).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    };
    assert!(keys.verify("JWT", &token).is_some());
    assert!(keys.verify("JWT", &signed(&json!({}))).is_some());
    for forged in [
        signed(&json!({"alg": "none"})),
        signed(&json!({"alg": "HS256"})),
        signed(&json!({"crit": ["x"]})),
        signed(&json!({"kid": "x"})),
        signed(&json!({"kid": null})),
        signed(&json!({"typ": null})),
        format!("{}.{}.{}", parts[0], encode(&json!({"sub": "b"})), parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        format!("{token}.x"),
        String::new(),
    ] {
        assert_eq!(keys.verify("JWT", &forged), None, "{forged}");
    }
    assert_eq!(keys.verify("at+jwt", &token), None);
}

#[test]
fn the_kid_is_the_thumbprint_of_rfc_7638() {
    // Section 3.1 of the RFC.
    let modulus = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
    assert_eq!(thumbprint(modulus, "AQAB"), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

/// Whether somebody who has read these keys believes a token.
pub(super) fn is_believed(published: &JwkSet, token: &str) -> bool {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let header: Header = serde_json::from_slice(&decode(signed.split('.').next().unwrap())).unwrap();
    published.keys.iter().filter(|key| key.kid == header.kid).any(|key| {
        RsaPublicKeyComponents { n: decode(key.n.as_ref().unwrap()), e: decode(key.e.as_ref().unwrap()) }
            .verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &decode(signature))
            .is_ok()
    })
}

#[tokio::test]
async fn keys_that_change_in_the_middle_fail_no_reader() {
    const STEP: i64 = 600;
    const LIFE: i64 = 86_400;
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let rules = KeyRules { rotate_days: 1 };
    // Two servers on one database. The second looks later, as late as servers do.
    let one = Keys::open(&store, &pepper("a"), rules, Instant(0)).await.unwrap();
    let two = Keys::open(&store, &pepper("a"), rules, Instant(0)).await.unwrap();
    let mut cached = two.published();
    let mut tokens: std::collections::VecDeque<(i64, String)> = std::collections::VecDeque::new();
    let mut signers = std::collections::BTreeSet::new();
    for step in 0..(3 * LIFE / STEP) {
        let seconds = step * STEP;
        one.turn(&store, Instant(seconds * 1000)).await.unwrap();
        let token = one.sign("JWT", &json!({"at": seconds})).unwrap();
        // Whoever read the other server's keys ten minutes ago believes the newest token.
        assert!(is_believed(&cached, &token), "{seconds}");
        two.turn(&store, Instant((seconds + 60) * 1000)).await.unwrap();
        assert!(is_believed(&one.published(), &two.sign("JWT", &json!({})).unwrap()));
        cached = two.published();
        signers.insert(one.set().kid.clone());
        // And the oldest that is still good.
        tokens.push_back((seconds, token));
        while tokens.front().is_some_and(|(at, _)| at + LIFE <= seconds) {
            assert!(is_believed(&two.published(), &tokens.pop_front().unwrap().1), "{seconds}");
        }
    }
    assert_eq!(signers.len(), 3, "a key a day");
}

#[tokio::test]
async fn there_is_a_next_key_before_it_signs_and_an_old_one_until_its_tokens_are_over() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let day = i64::from(DAY) * 1000;
    let keys = Keys::open(&store, &pepper("a"), KeyRules { rotate_days: 10 }, Instant(0)).await.unwrap();
    let kids = || keys.published().keys.iter().map(|key| key.kid.clone().unwrap()).collect::<Vec<_>>();
    let first = keys.set().kid.clone();
    assert_eq!((kids().len(), kids()[0].clone()), (2, first.clone()));
    let next = kids()[1].clone();
    let old = keys.sign("JWT", &json!({})).unwrap();

    keys.turn(&store, Instant(10 * day - 1)).await.unwrap();
    assert_eq!(keys.set().kid, first);
    keys.turn(&store, Instant(10 * day)).await.unwrap();
    assert_eq!(keys.set().kid, next);
    assert_eq!(kids().len(), 3, "next, current and previous");
    keys.turn(&store, Instant(20 * day)).await.unwrap();
    keys.turn(&store, Instant(40 * day - 1)).await.unwrap();
    assert!(kids().contains(&first), "thirty days is the longest that a token lives");
    keys.turn(&store, Instant(40 * day)).await.unwrap();
    assert!(!kids().contains(&first));
    assert!(keys.verify("JWT", &old).is_some(), "still known, for hints");
}

#[tokio::test]
async fn a_key_that_is_overdue_is_published_for_an_hour_before_it_signs() {
    const HOUR: i64 = 3_600_000;
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    // A hundred days without a change, and then they change every ten.
    let old = Keys::open(&store, &pepper("a"), FOREVER, Instant(0)).await.unwrap();
    let now = 100 * i64::from(DAY) * 1000;
    let rules = KeyRules { rotate_days: 10 };
    let keys = Keys::open(&store, &pepper("a"), rules, Instant(now)).await.unwrap();
    let read = keys.published();
    assert_eq!(read.keys.len(), 2);
    keys.turn(&store, Instant(now + HOUR - 1)).await.unwrap();
    assert_eq!(
        keys.set().kid,
        old.set().kid,
        "not yet: somebody may have read the keys before there were two"
    );
    keys.turn(&store, Instant(now + HOUR)).await.unwrap();
    assert_ne!(keys.set().kid, old.set().kid);
    assert!(is_believed(&read, &keys.sign("JWT", &json!({})).unwrap()), "by whoever reads them hourly");
}

#[tokio::test]
async fn servers_that_start_together_agree_on_one_key() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let secret = pepper("a");
    let open = || Keys::open(&store, &secret, KeyRules { rotate_days: 10 }, Instant(5));
    let (one, two, three) = tokio::join!(open(), open(), open());
    let keys = [one.unwrap(), two.unwrap(), three.unwrap()];
    for other in &keys {
        assert_eq!(other.set().kid, keys[0].set().kid);
        assert!(is_believed(&keys[0].published(), &other.sign("JWT", &json!({})).unwrap()));
    }
    assert_eq!(signing_keys::list(&store).await.unwrap().len(), 2);
}
