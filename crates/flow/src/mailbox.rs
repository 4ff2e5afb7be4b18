//! Where a mail is read: the provider of an address, and its page.

use crate::FULL;

/// A provider's web mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// Its name.
    pub name: &'static str,
    /// Its page; where a search can be asked for, one that finds the message in the spam folder, too.
    pub url: &'static str,
}

/// First parts of an address's domain, the name, the page. The basic edition knows the first few.
const KNOWN: [(&str, &str, &str); 11] = [
    ("gmail googlemail", "Gmail", "https://mail.google.com/mail/#search/in%3Aanywhere+newer_than%3A1h"),
    ("outlook hotmail live msn", "Outlook", "https://outlook.live.com/mail/"),
    ("yahoo ymail rocketmail", "Yahoo Mail", "https://mail.yahoo.com/"),
    ("icloud me mac", "iCloud Mail", "https://www.icloud.com/mail"),
    ("proton protonmail pm", "Proton Mail", "https://mail.proton.me/"),
    ("aol aim", "AOL Mail", "https://mail.aol.com/"),
    ("gmx", "GMX", "https://www.gmx.net/"),
    ("web", "WEB.DE", "https://web.de/"),
    ("fastmail", "Fastmail", "https://app.fastmail.com/"),
    ("yandex ya", "Yandex", "https://mail.yandex.com/"),
    ("hey", "HEY", "https://app.hey.com/"),
];

/// How many of them the basic edition knows.
const BASIC: usize = 5;

/// Where the mail of an address is read, where its provider is one that many use.
pub fn mailbox(address: &str) -> Option<Mailbox> {
    let (_, domain) = address.rsplit_once('@')?;
    let domain = domain.to_ascii_lowercase();
    let (name, ending) = domain.split_once('.')?;
    let known = if FULL { &KNOWN[..] } else { &KNOWN[..BASIC] };
    // Under longer endings these names are somebody else's: live.school, mail.gmail.com.
    let is_ending = matches!(ending.len(), 2..=3) || matches!(ending, "co.uk" | "co.jp" | "co.in" | "com.br");
    let (_, name, url) =
        known.iter().find(|(names, ..)| is_ending && names.split(' ').any(|it| it == name))?;
    Some(Mailbox { name, url })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(address: &str) -> Option<&'static str> {
        mailbox(address).map(|it| it.name)
    }

    #[test]
    fn a_well_known_provider_is_known_by_the_address() {
        for (address, provider) in [
            ("ada@gmail.com", "Gmail"),
            ("ada@GoogleMail.com", "Gmail"),
            ("ada@hotmail.co.uk", "Outlook"),
            ("ada@yahoo.co.jp", "Yahoo Mail"),
            ("ada@me.com", "iCloud Mail"),
            ("ada@pm.me", "Proton Mail"),
            ("ada@gmx.de", "GMX"),
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
            "ada@live.school",
            "ada",
            "@",
            "",
            "ada@gmail.",
        ] {
            assert_eq!(name(address), None, "{address}");
        }
    }
}
