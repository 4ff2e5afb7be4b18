//! Values that must not be seen, and what is derived from them.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey},
    constant_time, digest, hkdf, hmac,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{failure::Failure, random::Random};

/// A text that stays out of logs.
#[derive(Clone, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself. Keep it out of logs, errors and answers.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// In a time that does not tell where they differ.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        equal(self.0.as_bytes(), other.0.as_bytes())
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// What is kept of a secret: 32 bytes that it cannot be told from.
///
/// It has no `==`, so that nothing but [`Digest::matches`] compares two of them.
#[derive(Clone, Copy)]
pub struct Digest([u8; 32]);

impl Digest {
    /// What the database kept. Anything that is not as long matches nothing.
    pub fn kept(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// One that no secret has.
    pub fn of_nothing(random: &dyn Random) -> Result<Self, Failure> {
        let mut bytes = [0; 32];
        random.fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// Whether two are equal, in a time that does not tell where they differ.
    pub fn matches(&self, other: &Self) -> bool {
        equal(&self.0, &other.0)
    }
}

/// For the database, and for what is made of them.
impl std::ops::Deref for Digest {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Digest(..)")
    }
}

/// What the pepper is for. Two uses never share a value.
#[derive(Clone, Copy, Debug)]
pub enum Purpose {
    /// A one-time code at rest.
    Code,
    /// `_id` of a start.
    Start,
    /// The tail of a user's `sub`.
    User,
    /// The topic of messages in the outbox.
    Topic,
    /// The bucket that a limit counts in.
    Limit,
    /// What a proof of work is about, so that it is known to be ours.
    Proof,
    /// The answer to a picture.
    Picture,
    /// A network that somebody has signed in from.
    Network,
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Self::Code => b"latch code",
            Self::Start => b"latch start",
            Self::User => b"latch user",
            Self::Topic => b"latch topic",
            Self::Limit => b"latch limit",
            Self::Proof => b"latch proof",
            Self::Picture => b"latch picture",
            Self::Network => b"latch network",
        }
    }
}

/// The server's one long-lived secret. It lives outside the database, so that whoever reads the
/// database cannot try the million codes that six digits are.
#[derive(Clone)]
pub struct Pepper {
    mac: hmac::Key,
    seed: Secret,
}

impl Pepper {
    /// Derives everything from one secret text.
    pub fn new(seed: Secret) -> Self {
        Self { mac: hmac::Key::new(hmac::HMAC_SHA256, seed.reveal().as_bytes()), seed }
    }

    /// HMAC-SHA-256 over a purpose and a list of parts. Each part goes in with its length, so that
    /// no two lists are the same bytes.
    pub fn mac(&self, purpose: Purpose, parts: &[&str]) -> Digest {
        let mut context = hmac::Context::with_key(&self.mac);
        context.update(purpose.label());
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part.as_bytes());
        }
        let mut mac = [0; 32];
        mac.copy_from_slice(context.sign().as_ref());
        Digest(mac)
    }

    /// The first 12 bytes of a MAC as 24 hexadecimal digits, the form of Auth0's ids.
    pub fn hex24(&self, purpose: Purpose, parts: &[&str]) -> String {
        hex(&self.mac(purpose, parts)[..12])
    }

    /// The key that seals private keys in the database.
    pub fn sealing_key(&self) -> Option<[u8; 32]> {
        self.key("signing keys")
    }

    /// Seals a value that its holder can neither read nor change. AES-256-GCM, with a random nonce.
    pub fn seal(&self, purpose: &str, mut value: Vec<u8>) -> Option<String> {
        let key = RandomizedNonceKey::new(&AES_256_GCM, &self.key(purpose)?).ok()?;
        let nonce = key.seal_in_place_append_tag(Aad::empty(), &mut value).ok()?;
        value.splice(0..0, *nonce.as_ref());
        Some(URL_SAFE_NO_PAD.encode(value))
    }

    /// What was sealed for the same purpose.
    pub fn unseal(&self, purpose: &str, sealed: &str) -> Option<Vec<u8>> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let key = RandomizedNonceKey::new(&AES_256_GCM, &self.key(purpose)?).ok()?;
        let mut value = sealed.to_vec();
        Some(key.open_in_place(nonce, Aad::empty(), &mut value).ok()?.to_vec())
    }

    /// A key for one purpose. HKDF, RFC 5869.
    fn key(&self, purpose: &str) -> Option<[u8; 32]> {
        let key = hkdf::Salt::new(hkdf::HKDF_SHA256, b"latch").extract(self.seed.reveal().as_bytes());
        let mut bytes = [0; 32];
        key.expand(&[purpose.as_bytes()], hkdf::HKDF_SHA256).ok()?.fill(&mut bytes).ok()?;
        Some(bytes)
    }
}

impl std::fmt::Debug for Pepper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pepper(..)")
    }
}

/// SHA-256: how tokens of 256 random bits are stored. They need no slow hash.
pub fn sha256(text: &str) -> Digest {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
    Digest(hash)
}

/// SHA-256 in base64url: how a code challenge is made (RFC 7636 section 4.2).
pub fn base64_sha256(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(&*sha256(text))
}

/// Whether two values are equal, in a time that does not tell where they differ.
pub fn equal(a: &[u8], b: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(a, b).is_ok()
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        for nibble in [byte >> 4, byte & 15] {
            hex.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cannot_be_shifted_into_each_other() {
        let pepper = Pepper::new(Secret::new("x"));
        let mac = |purpose, parts: &[&str]| pepper.mac(purpose, parts);
        assert!(mac(Purpose::Code, &["ab", "c"]).matches(&mac(Purpose::Code, &["ab", "c"])));
        assert!(!mac(Purpose::Code, &["ab", "c"]).matches(&mac(Purpose::Code, &["a", "bc"])));
        assert!(!mac(Purpose::Code, &["ab"]).matches(&mac(Purpose::Start, &["ab"])));
    }

    #[test]
    fn secrets_do_not_show_in_debug_output() {
        let secret = Secret::new("hunter2");
        assert!(!format!("{secret:?} {:?}", Pepper::new(secret.clone())).contains("hunter2"));
    }

    #[test]
    fn what_is_sealed_opens_for_its_own_purpose_and_pepper_only() {
        let pepper = Pepper::new(Secret::new("x"));
        let sealed = pepper.seal("a", b"value".to_vec()).unwrap();
        assert_eq!(pepper.unseal("a", &sealed).as_deref(), Some(&b"value"[..]));
        assert_eq!(pepper.unseal("b", &sealed), None);
        assert_eq!(Pepper::new(Secret::new("y")).unseal("a", &sealed), None);
        assert_eq!(pepper.unseal("a", ""), None);
        assert_ne!(pepper.seal("a", b"value".to_vec()).unwrap(), sealed);
    }

    #[test]
    fn hexadecimal_digits_are_lower_case_and_complete() {
        assert_eq!(hex(&[0, 15, 255]), "000fff");
    }

    /// Ambiguous, so that this does not compile, for a type with `==`.
    trait Incomparable<A> {
        const SHOWN: () = ();
    }
    impl<T: ?Sized> Incomparable<()> for T {}
    impl<T: ?Sized + PartialEq> Incomparable<u8> for T {}
    const _: () = <Digest as Incomparable<_>>::SHOWN;

    /// The shortest of many times, in nanoseconds: what else the machine does only adds to it.
    fn shortest(mut compare: impl FnMut() -> bool) -> u128 {
        let time = |()| {
            let begun = std::time::Instant::now();
            assert!(!std::hint::black_box(compare()));
            begun.elapsed().as_nanos()
        };
        std::iter::repeat_n((), 50).map(time).min().unwrap()
    }

    #[test]
    fn a_comparison_takes_as_long_wherever_the_difference_is() {
        // Long enough that stopping at the first byte would take a thousandth of the time.
        let secret = "x".repeat(1 << 20);
        let first = Secret::new(format!("y{}", &secret[1..]));
        let last = Secret::new(format!("{}y", &secret[1..]));
        let secret = Secret::new(secret);
        let (at_first, at_last) = (shortest(|| secret == first), shortest(|| secret == last));
        assert!(at_last < at_first * 3, "{at_first} ns at the first byte, {at_last} ns at the last");
        let bytes = |secret: &Secret| secret.reveal().as_bytes().to_vec();
        let (secret, first, last) = (bytes(&secret), bytes(&first), bytes(&last));
        let (at_first, at_last) = (shortest(|| equal(&secret, &first)), shortest(|| equal(&secret, &last)));
        assert!(at_last < at_first * 3, "{at_first} ns at the first byte, {at_last} ns at the last");
    }
}
