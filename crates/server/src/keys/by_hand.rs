//! Keys that an operator replaces before their time: `latch-server rotate-keys`.

use super::{Keys, LEAD, generate};
use crate::{
    clock::Instant,
    config::KeyRules,
    failure::Failure,
    secret::Pepper,
    store::{Store, signing_keys},
};

/// How a key is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// By one that has been published for long enough: whoever checks tokens notices nothing.
    InOrder,
    /// By the next one at once, however new it is: a reader that does not ask again when it meets a key that
    /// it does not know refuses tokens until it does.
    AtOnce,
    /// Together with all others, because somebody else has it: nothing that they signed is believed any more.
    Revoked,
}

/// Replaces the key that signs, and has a next one published. Says from when on another key signs.
pub async fn rotate(
    store: &Store,
    pepper: &Pepper,
    rules: KeyRules,
    urgency: Urgency,
    now: Instant,
) -> Result<Instant, Failure> {
    let sealing = pepper.sealing_key().ok_or(Failure::Crypto("no sealing key"))?;
    // Where there were no keys, or none that this pepper opens, there are now.
    Keys::open(store, pepper, rules, now).await?;
    let lead = if urgency == Urgency::InOrder { LEAD } else { 0 };
    let active_at = if urgency == Urgency::Revoked {
        signing_keys::replace(store, &generate(sealing, now).await?, now).await?;
        now
    } else if let Some(active_at) = signing_keys::hasten(store, lead, now).await? {
        active_at
    } else {
        // Keys that are never rotated by time have no next one.
        let active_at = now.plus_seconds(lead);
        signing_keys::put(store, &generate(sealing, active_at).await?, now, now).await?;
        active_at
    };
    Keys::open(store, pepper, rules, now).await?;
    Ok(active_at)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{config::LONGEST_TOKEN, keys::tests::is_believed, secret::Secret};

    const RULES: KeyRules = KeyRules { rotate_days: 90 };
    const HOUR: Instant = Instant(3_600_000);

    struct Server {
        store: Store,
        keys: Keys,
        _folder: tempfile::TempDir,
    }

    fn pepper() -> Pepper {
        Pepper::new(Secret::new("a"))
    }

    async fn server(rules: KeyRules) -> Server {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("latch.db")).await.unwrap();
        let keys = Keys::open(&store, &pepper(), rules, Instant(0)).await.unwrap();
        Server { store, keys, _folder: folder }
    }

    #[tokio::test]
    async fn the_next_key_signs_when_it_has_been_published_for_an_hour_and_another_is_published() {
        let Server { store, keys, _folder } = server(RULES).await;
        let rotate = async |now| rotate(&store, &pepper(), RULES, Urgency::InOrder, now).await.unwrap();
        let (first, before) = (keys.sign("JWT", &json!({})).unwrap(), keys.published());
        // However often it is asked for: nobody can have read this key.
        for now in [Instant(0), Instant(60_000)] {
            assert_eq!(rotate(now).await, HOUR);
        }
        keys.turn(&store, HOUR).await.unwrap();
        let second = keys.sign("JWT", &json!({})).unwrap();
        assert!(is_believed(&before, &second), "whoever read the keys before believes the next one");
        assert_eq!(keys.published().keys.len(), 3);
        assert!(is_believed(&keys.published(), &first));
        let kid = |token: &str| token.split('.').next().unwrap().to_owned();
        assert_ne!(kid(&first), kid(&second));
        // When the first one's tokens are over, the third is old enough.
        let over = HOUR.plus_seconds(LONGEST_TOKEN);
        keys.turn(&store, Instant(over.0 - 1)).await.unwrap();
        assert!(is_believed(&keys.published(), &first));
        assert_eq!(rotate(over).await, over);
        keys.turn(&store, over).await.unwrap();
        assert!(!is_believed(&keys.published(), &first), "the old key is gone after its time");
        assert!(is_believed(&keys.published(), &second));
    }

    #[tokio::test]
    async fn a_key_that_signs_for_ever_is_replaced_by_hand_as_well() {
        let forever = KeyRules { rotate_days: 0 };
        let Server { store, keys, _folder } = server(forever).await;
        let first = keys.published();
        let now = Instant(1);
        for (urgency, at) in [(Urgency::InOrder, now.plus_seconds(LEAD)), (Urgency::AtOnce, now)] {
            assert_eq!(rotate(&store, &pepper(), forever, urgency, now).await.unwrap(), at);
        }
        keys.turn(&store, now).await.unwrap();
        assert!(!is_believed(&first, &keys.sign("JWT", &json!({})).unwrap()));
    }

    #[tokio::test]
    async fn of_revoked_keys_nothing_is_believed_any_more_here_or_elsewhere() {
        let Server { store, keys, _folder } = server(RULES).await;
        let leaked = keys.sign("JWT", &json!({})).unwrap();
        let before = keys.published();
        let at = rotate(&store, &pepper(), RULES, Urgency::Revoked, Instant(1)).await.unwrap();
        assert_eq!(at, Instant(1));
        keys.turn(&store, Instant(1)).await.unwrap();
        assert_eq!(keys.verify("JWT", &leaked), None);
        // The next key was kept where the leaked one was.
        assert!(keys.published().keys.iter().all(|key| !before.keys.contains(key)));
        assert_eq!(keys.published().keys.len(), 2);
        assert!(is_believed(&keys.published(), &keys.sign("JWT", &json!({})).unwrap()));
    }
}
