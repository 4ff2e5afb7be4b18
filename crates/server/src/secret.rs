//! Values that must not be seen, and what is derived from them.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey},
    constant_time, digest, hkdf, hmac,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// A text that stays out of logs.
#[derive(Clone, PartialEq, Eq)]
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

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
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
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Self::Code => b"latch code",
            Self::Start => b"latch start",
            Self::User => b"latch user",
            Self::Topic => b"latch topic",
            Self::Limit => b"latch limit",
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
    pub fn mac(&self, purpose: Purpose, parts: &[&str]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.mac);
        context.update(purpose.label());
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part.as_bytes());
        }
        let mut mac = [0; 32];
        mac.copy_from_slice(context.sign().as_ref());
        mac
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
pub fn sha256(text: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
    hash
}

/// SHA-256 in base64url: how a code challenge is made (RFC 7636 section 4.2).
pub fn base64_sha256(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(sha256(text))
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
        assert_ne!(pepper.mac(Purpose::Code, &["ab", "c"]), pepper.mac(Purpose::Code, &["a", "bc"]));
        assert_ne!(pepper.mac(Purpose::Code, &["ab"]), pepper.mac(Purpose::Start, &["ab"]));
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

    /// Names that secrets, codes and their hashes go by.
    const NAMES: [&str; 9] =
        ["challenge", "code", "digest", "guess", "hash", "mac", "otp", "secret", "verifier"];

    /// Where code compares one of them as it compares other values.
    fn hasty(code: &str) -> Vec<&str> {
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        let is_secret = |word: &str| {
            let name = word.rsplit('.').next().unwrap_or_default();
            NAMES.iter().any(|secret| name == *secret || name.ends_with(&format!("_{secret}")))
        };
        let is_hasty = |line: &&str| {
            ["==", "!="].iter().filter_map(|sign| line.split_once(sign)).any(|(left, right)| {
                let left = left.trim_end().rsplit(|c| !is_word(c)).next();
                let right = right.trim_start().trim_start_matches(['&', '*']).split(|c| !is_word(c)).next();
                left.is_some_and(is_secret) || right.is_some_and(is_secret)
            })
        };
        // Three signs are JavaScript, which compares no secrets.
        code.lines().filter(|line| !line.contains("===")).filter(is_hasty).collect()
    }

    fn read_all(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read_all(&path, found);
            } else if path.extension().is_some_and(|kind| kind == "rs")
                && !path.file_stem().unwrap().to_str().unwrap().ends_with("tests")
            {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push(text.split("#[cfg(test)]").next().unwrap().to_owned());
            }
        }
    }

    #[test]
    fn no_secret_is_compared_in_a_time_that_tells_where_it_differs() {
        let mut files = Vec::new();
        read_all(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
        assert!(files.len() > 50, "the sources were not found");
        let found: Vec<&str> = files.iter().flat_map(|text| hasty(text)).collect();
        assert_eq!(found, Vec::<&str>::new(), "use `equal`");
        for line in ["if code.mac == mac(x) {", "a && *secret != b", "x == &stored.secret_hash"] {
            assert_eq!(hasty(line).len(), 1, "{line}");
        }
    }
}
