//! Who asks: an email address or a phone number, each in the one form that counts.
//!
//! Two spellings of one mailbox must be one user, and two mailboxes must never be one user. So an
//! address is made canonical once, at the border, and mail goes to the canonical address only:
//! whoever proves a code has received mail at exactly the address that the account is kept under.
//! The same holds for numbers ([`phone`]).

pub mod phone;

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// RFC 5321 section 4.5.3.1: octets before the `@`.
const LOCAL_MAX: usize = 64;
/// RFC 5321 section 4.5.3.1.3 less the angle brackets: octets of an address.
const ADDRESS_MAX: usize = 254;

pub use phone::Phone;

/// An email address in canonical form.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email {
    address: String,
    at: usize,
}

/// The text is no address that mail can be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnAddress;

impl Email {
    /// Reads an address: trimmed; local part in NFC and lower case, as Auth0 does; domain through
    /// UTS 46 to lower-case A-labels. Quoted local parts, address literals, hosts without a dot,
    /// controls, invisible characters and bidirectional controls are refused.
    pub fn parse(text: &str) -> Result<Self, NotAnAddress> {
        let text = text.trim();
        if text.len() > 4 * ADDRESS_MAX {
            return Err(NotAnAddress);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(NotAnAddress)?;
        let local = canonical_local(local)?;
        let domain = canonical_domain(domain)?;
        let email = Self { at: local.len(), address: format!("{local}@{domain}") };
        if email.address.len() > ADDRESS_MAX { Err(NotAnAddress) } else { Ok(email) }
    }

    /// The whole address.
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// What stands before the `@`: the nickname of a passwordless user.
    pub fn local(&self) -> &str {
        self.address.get(..self.at).unwrap_or_default()
    }
}

/// Addresses stay out of logs.
impl std::fmt::Debug for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Email(..)")
    }
}

/// What a canonical address is delivered to, as far as anybody can tell: what follows a `+` is a label nearly
/// everywhere, and Gmail sees no dots. A guess: good enough to count messages by, and for nothing else.
pub fn mailbox_of(address: &str) -> String {
    let Some((local, domain)) = address.rsplit_once('@') else { return address.to_owned() };
    // An address may begin with its `+`, and is a mailbox then.
    let local = local.split_once('+').map_or(local, |(name, _)| if name.is_empty() { local } else { name });
    match domain {
        "gmail.com" | "googlemail.com" => format!("{}@gmail.com", local.replace('.', "")),
        _ => format!("{local}@{domain}"),
    }
}

fn canonical_local(local: &str) -> Result<String, NotAnAddress> {
    // Some signs become a plain letter when they are composed (the Kelvin sign a k): another's address.
    let becomes_ascii = |c: char| !c.is_ascii() && std::iter::once(c).nfc().all(|c| c.is_ascii());
    if local.chars().any(becomes_ascii) {
        return Err(NotAnAddress);
    }
    // Some small letters have a composed form that their capitals have not (J̌), so they are composed again.
    let local: String = local.nfc().collect::<String>().to_lowercase().nfc().collect();
    let dots_are_between = local.split('.').all(|atom| !atom.is_empty());
    if local.len() > LOCAL_MAX || !dots_are_between || !local.chars().all(|c| c == '.' || is_atext(c)) {
        return Err(NotAnAddress);
    }
    Ok(local)
}

/// RFC 5322 section 3.2.3 with RFC 6532: what an address may consist of without quotes.
fn is_atext(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c)
    } else {
        c.is_alphanumeric() || is_combining_mark(c)
    }
}

fn canonical_domain(domain: &str) -> Result<String, NotAnAddress> {
    let domain = idna::domain_to_ascii_strict(domain).map_err(|_| NotAnAddress)?;
    let labels: Vec<&str> = domain.split('.').collect();
    let top_is_a_name = labels.last().is_some_and(|top| top.chars().any(|c| c.is_ascii_alphabetic()));
    if labels.len() < 2 || !top_is_a_name || labels.iter().any(|label| label.is_empty()) {
        return Err(NotAnAddress);
    }
    Ok(domain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn canonical(text: &str) -> Option<String> {
        Email::parse(text).ok().map(|email| email.as_str().to_owned())
    }

    #[test]
    fn labels_and_gmails_dots_lead_to_one_mailbox() {
        for (address, mailbox) in [
            ("ada@example.com", "ada@example.com"),
            ("ada+shop@example.com", "ada@example.com"),
            ("ada+a+b@example.com", "ada@example.com"),
            ("a.da@example.com", "a.da@example.com"),
            ("+ada@example.com", "+ada@example.com"),
            ("a.d.a+shop@gmail.com", "ada@gmail.com"),
            ("ada@googlemail.com", "ada@gmail.com"),
        ] {
            assert_eq!(mailbox_of(address), mailbox);
        }
    }

    #[test]
    fn spellings_of_one_mailbox_are_one_identity() {
        for text in ["  Ada@Example.COM ", "ada@example.com", "ADA@EXAMPLE.com"] {
            assert_eq!(canonical(text).as_deref(), Some("ada@example.com"));
        }
        assert_eq!(canonical("x@BÜCHER.example").as_deref(), Some("x@xn--bcher-kva.example"));
        assert_eq!(canonical("jose\u{301}@a.example"), canonical("jos\u{e9}@a.example"));
        assert_eq!(canonical("J\u{30c}@a.example"), canonical("\u{1f0}@a.example"));
        assert_eq!(canonical("first.last+tag@a.co").as_deref(), Some("first.last+tag@a.co"));
    }

    #[test]
    fn look_alikes_stay_apart() {
        for (a, b) in [
            ("paypal@a.co", "p\u{430}ypal@a.co"),
            ("strasse@a.co", "stra\u{df}e@a.co"),
            ("fi@a.co", "\u{fb01}@a.co"),
            ("i@a.co", "\u{131}@a.co"),
            ("i@a.co", "\u{130}@a.co"),
            ("a.b@a.co", "ab@a.co"),
            ("a@a.co", "a@b.co"),
        ] {
            assert!(canonical(b).is_none() || canonical(a) != canonical(b), "{a} {b}");
        }
    }

    #[test]
    fn no_sign_of_unicode_makes_an_address_in_plain_letters() {
        for c in ('\u{80}'..=char::MAX).filter(|c| c.is_alphanumeric() || is_combining_mark(*c)) {
            for local in [c.to_string(), format!("a{c}"), format!("{c}a")] {
                let read = canonical(&format!("{local}@a.co"));
                assert!(read.is_none_or(|read| !read.is_ascii()), "{local:?}");
            }
        }
    }

    #[test]
    fn what_mail_cannot_be_sent_to_is_refused() {
        for text in [
            "",
            "@",
            "a",
            "a@",
            "@a.co",
            "a@b",
            "a@localhost",
            "a@[127.0.0.1]",
            "a@127.0.0.1",
            "a b@a.co",
            "a@a b.co",
            "\"a\"@a.co",
            "a@b@a.co",
            ".a@a.co",
            "a.@a.co",
            "a..b@a.co",
            "a@.co",
            "a@a..co",
            "a@a.co.",
            "a@-a.co",
            "a@a_b.co",
            "<a@a.co>",
            "A <a@a.co>",
            "a@a.co,b@a.co",
            "a\u{0}@a.co",
            "a@a.co\r\nBcc: b@a.co",
            "a\u{202e}b@a.co",
            "a\u{200b}b@a.co",
            "a\u{2066}b@a.co",
            "a\u{85}b@a.co",
            "a\u{ff20}a.co",
        ] {
            assert_eq!(canonical(text), None, "{text:?}");
        }
        assert_eq!(canonical(&format!("{}@a.co", "a".repeat(65))), None);
        assert_eq!(canonical(&format!("a@{}.co", "a".repeat(64))), None);
        assert_eq!(canonical(&format!("a@{}co", "a.".repeat(130))), None);
        assert_eq!(canonical(&"a".repeat(1_000_000)), None);
    }

    proptest! {
        #[test]
        fn the_canonical_form_is_its_own_canonical_form(text in "\\PC{0,40}@\\PC{0,40}") {
            if let Some(once) = canonical(&text) {
                prop_assert_eq!(canonical(&once), Some(once.clone()));
            }
        }

        #[test]
        fn plain_addresses_are_accepted_in_any_case(local in "[a-zA-Z0-9_+-]{1,30}", domain in "[a-zA-Z]{1,20}\\.[a-zA-Z]{2,10}") {
            let text = format!("{local}@{domain}");
            prop_assert_eq!(canonical(&text), Some(text.to_lowercase()));
        }

        #[test]
        fn no_text_makes_the_reader_panic_or_lets_a_control_through(text in any::<String>()) {
            if let Some(email) = canonical(&text) {
                prop_assert!(!email.chars().any(|c| c.is_control() || c.is_whitespace()));
                prop_assert_eq!(email.matches('@').count(), 1);
                prop_assert!(email.len() <= ADDRESS_MAX);
            }
        }
    }
}

#[cfg(test)]
#[path = "identity/look_alike_tests.rs"]
mod look_alike_tests;
