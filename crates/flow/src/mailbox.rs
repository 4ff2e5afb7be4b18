//! Where a mail is read: the provider of an address, and its page.

#[cfg(feature = "full")]
mod providers;

/// The address of a page; in the full edition, of one that is made for the message.
#[cfg(feature = "full")]
pub type Url = String;
/// The address of a page.
#[cfg(not(feature = "full"))]
pub type Url = &'static str;

/// A provider's web mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// Its name.
    pub name: &'static str,
    /// Its page; where a search can be asked for, one that finds the message in the spam folder, too.
    pub url: Url,
}

/// The domains of a provider's addresses, with blanks between them; its name; its page.
type Provider = (&'static str, &'static str, &'static str);

/// Those that most people have, which the basic edition knows, too. A domain that is not here is somebody
/// else's: me.com is Apple's, me.dk is not.
const COMMON: &[Provider] = &[
    (
        "gmail.com googlemail.com",
        "Gmail",
        "https://mail.google.com/mail/#search/in%3Aanywhere+newer_than%3A1h",
    ),
    ("outlook.com hotmail.com live.com msn.com", "Outlook", "https://outlook.live.com/mail/"),
    ("yahoo.com ymail.com rocketmail.com", "Yahoo Mail", "https://mail.yahoo.com/"),
    ("icloud.com me.com mac.com", "iCloud Mail", "https://www.icloud.com/mail"),
    ("proton.me protonmail.com pm.me", "Proton Mail", "https://mail.proton.me/"),
];

/// Where the mail of an address is read, where its provider is one that many use. `sender` is whom the mail
/// comes from, as far as that is known.
pub fn mailbox(address: &str, sender: Option<&str>) -> Option<Mailbox> {
    let (_, domain) = address.rsplit_once('@')?;
    let domain = domain.to_ascii_lowercase();
    let known = COMMON.iter();
    #[cfg(feature = "full")]
    let known = known.chain(providers::OTHERS);
    let (_, name, url) = known.into_iter().find(|(domains, ..)| domains.split(' ').any(|it| it == domain))?;
    #[cfg(not(feature = "full"))]
    let (_, url) = (sender, *url);
    #[cfg(feature = "full")]
    let url = narrowed(url, sender);
    Some(Mailbox { name, url })
}

/// A search that finds messages of this sender alone.
#[cfg(feature = "full")]
fn narrowed(url: &str, sender: Option<&str>) -> String {
    use core::fmt::Write as _;

    let mut narrowed = url.to_owned();
    if let Some(sender) = sender.filter(|_| url.contains("#search/")) {
        narrowed.push_str("+from%3A");
        for byte in sender.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                narrowed.push(char::from(byte));
            } else {
                // Writing into a text cannot fail.
                let _ = write!(narrowed, "%{byte:02X}");
            }
        }
    }
    narrowed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(address: &str) -> Option<(&'static str, Url)> {
        mailbox(address, None).map(|it| (it.name, it.url))
    }

    fn name(address: &str) -> Option<&'static str> {
        page(address).map(|(name, _)| name)
    }

    #[test]
    fn a_well_known_provider_is_known_by_the_address() {
        for (address, provider) in [
            ("ada@gmail.com", "Gmail"),
            ("ada@GoogleMail.com", "Gmail"),
            ("ada@hotmail.com", "Outlook"),
            ("ada@me.com", "iCloud Mail"),
            ("ada@pm.me", "Proton Mail"),
        ] {
            assert_eq!(name(address), Some(provider), "{address}");
        }
    }

    #[test]
    fn nobody_is_sent_to_a_provider_that_is_not_theirs() {
        for address in [
            "ada@example.com",
            "ada@gmail.example.com",
            "ada@mail.gmail.com",
            "ada@gmail.de",
            "ada@live.school",
            "ada@live.org",
            "ada@me.dk",
            "ada@web.com",
            "ada@hey.io",
            "ada@ya.com",
            "ada@mail",
            "ada@ ",
            "ada",
            "@",
            "",
            "ada@gmail.",
        ] {
            assert_eq!(name(address), None, "{address}");
        }
    }

    #[cfg(feature = "full")]
    #[test]
    fn each_of_a_providers_countries_has_its_own_page() {
        for (address, page_of) in [
            ("ada@hotmail.co.uk", "https://outlook.live.com/mail/"),
            ("ada@yahoo.fr", "https://mail.yahoo.com/"),
            ("ada@yahoo.co.jp", "https://mail.yahoo.co.jp/"),
            ("ada@gmx.de", "https://www.gmx.net/"),
            ("ada@gmx.at", "https://www.gmx.at/"),
            ("ada@gmx.com", "https://www.gmx.com/"),
            ("ada@web.de", "https://web.de/"),
            ("ada@yandex.ru", "https://mail.yandex.ru/"),
            ("ada@qq.com", "https://mail.qq.com/"),
            ("ada@seznam.cz", "https://email.seznam.cz/"),
        ] {
            assert_eq!(page(address).map(|(_, url)| url).as_deref(), Some(page_of), "{address}");
        }
    }

    #[cfg(feature = "full")]
    #[test]
    fn every_provider_is_named_once_and_its_page_is_a_secure_one() {
        let mut domains = std::collections::BTreeSet::new();
        for (its, name, url) in COMMON.iter().chain(providers::OTHERS) {
            assert!(!name.is_empty() && url.starts_with("https://") && !url.contains(' '), "{name}");
            for domain in its.split(' ') {
                assert!(domains.insert(domain), "{domain} is there twice");
                assert!(domain.contains('.') && domain == domain.to_ascii_lowercase(), "{name}: {domain:?}");
            }
        }
    }

    #[cfg(feature = "full")]
    #[test]
    fn where_the_mailbox_can_be_searched_it_is_searched_for_the_sender() {
        let url = |address| mailbox(address, Some("log in+shop@mail.example")).unwrap().url;
        assert_eq!(
            url("ada@gmail.com"),
            "https://mail.google.com/mail/#search/in%3Aanywhere+newer_than%3A1h+from%3Alog%20in%2Bshop%40mail.example"
        );
        assert_eq!(url("ada@outlook.com"), "https://outlook.live.com/mail/");
    }
}
