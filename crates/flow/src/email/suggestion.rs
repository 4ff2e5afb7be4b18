//! Noticing a slip of the finger in an email address. It is only ever offered, and computed here alone.

/// Where most mailboxes are. What is in here is right as it is.
const DOMAINS: &str = "mail.com gmail.com hotmail.com ymail.com outlook.com yahoo.com icloud.com googlemail.com \
    protonmail.com proton.me yahoo.co.uk hotmail.co.uk hotmail.fr orange.fr wanadoo.fr laposte.net comcast.net \
    libero.it yandex.ru t-online.de";

/// A domain shorter than this is one letter away from too many others that are right, too.
const SHORTEST: usize = 9;

/// What was probably meant by an address whose domain is one slip away from a common one, or whose
/// ending is one away from `com`. A slip is a letter too many, too few, another one, or two swapped.
pub fn suggestion(typed: &str) -> Option<String> {
    let (local, domain) = typed.rsplit_once('@')?;
    let mut domain = domain.to_ascii_lowercase();
    let ending = domain.rsplit_once('.').map(|(_, ending)| ending).filter(|it| is_nearly_com(it));
    let is_corrected = ending.is_some();
    if let Some(ending) = ending {
        domain.truncate(domain.len() - ending.len());
        domain.push_str("com");
    }
    let mut better = is_corrected.then_some(domain.as_str());
    for known in DOMAINS.split(' ') {
        if domain == known {
            better = is_corrected.then_some(known);
            break;
        }
        if known.len() >= SHORTEST && is_slip(&domain, known) && keeps_country(&domain, known) {
            // Two slips may mean anything.
            better = if is_corrected { None } else { Some(known) };
        }
    }
    better.map(|better| [local, "@", better].concat())
}

/// As in `acme.con`. Two letters are a country's, and a few of three only look like a slip.
fn is_nearly_com(ending: &str) -> bool {
    ending.len() > 2 && !matches!(ending, "cam" | "mom" | "bom") && is_slip(ending, "com")
}

/// Whether a country's ending stays what it is.
fn keeps_country(domain: &str, known: &str) -> bool {
    let ending = known.as_bytes().last_chunk::<3>();
    !matches!(ending, Some([b'.', ..])) || ending == domain.as_bytes().last_chunk()
}

/// Whether a word is one slip away from another one.
fn is_slip(one: &str, other: &str) -> bool {
    let (mut one, mut other) = (one.as_bytes(), other.as_bytes());
    while let ([a, one_rest @ ..], [b, other_rest @ ..]) = (one, other)
        && a == b
    {
        (one, other) = (one_rest, other_rest);
    }
    while let ([one_rest @ .., a], [other_rest @ .., b]) = (one, other)
        && a == b
    {
        (one, other) = (one_rest, other_rest);
    }
    match (one, other) {
        ([a, b], [c, d]) => a == d && b == c,
        (one, other) => one.len().max(other.len()) == 1,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn meant(domain: &str) -> Option<String> {
        suggestion(&format!("Ada@{domain}")).map(|it| it.strip_prefix("Ada@").unwrap().to_owned())
    }

    #[test]
    fn a_slip_in_a_common_domain_is_noticed() {
        for (typed, right) in [
            ("gmial.com", "gmail.com"),
            ("gmil.com", "gmail.com"),
            ("gmaill.com", "gmail.com"),
            ("gnail.com", "gmail.com"),
            ("gmailcom", "gmail.com"),
            ("gmail,com", "gmail.com"),
            ("gmail..com", "gmail.com"),
            ("GMIAL.com", "gmail.com"),
            ("gmail.co", "gmail.com"),
            ("gmail.cm", "gmail.com"),
            ("gmail.con", "gmail.com"),
            ("live.cmo", "live.com"),
            ("hotmial.co.uk", "hotmail.co.uk"),
            ("t-onlin.de", "t-online.de"),
        ] {
            assert_eq!(meant(typed).as_deref(), Some(right), "{typed}");
        }
    }

    #[test]
    fn the_ending_of_any_other_domain_is_corrected_to_com() {
        for typed in ["acme.con", "acme.cmo", "acme.comm", "acme.vom", "acme.coom", "acme.ocm", "acme.c0m"] {
            assert_eq!(meant(typed).as_deref(), Some("acme.com"), "{typed}");
        }
    }

    #[test]
    fn what_may_be_right_is_left_alone() {
        for typed in [
            "example.com",
            "acme.co",
            "acme.cm",
            "acme.om",
            "acme.cam",
            "acme.coop",
            "acme.org",
            "acme.net",
            "yahoo.be",
            "yahoo.de",
            "yahoo.co.jp",
            "yahoo.co.in",
            "hotmail.it",
            "gmx.at",
            "gmx.ch",
            "web.dk",
            "orange.fm",
            "love.com",
            "give.com",
            "mail.ru",
            "me.com",
            "we.com",
            "aon.com",
            "acme",
            "",
            // Two slips.
            "gmial.con",
            "gmal.cm",
            "hotmil.con",
        ] {
            assert_eq!(meant(typed), None, "{typed}");
        }
        for typed in ["", "@", "ada", "ada@", "+4741234567"] {
            assert_eq!(suggestion(typed), None, "{typed}");
        }
    }

    #[test]
    fn no_common_domain_is_taken_for_another() {
        for domain in DOMAINS.split(' ') {
            assert_eq!(meant(domain), None, "{domain}");
        }
    }

    /// A common domain or another one, with up to three slips in it.
    fn domains() -> impl Strategy<Value = String> {
        let domains: Vec<_> = DOMAINS.split(' ').chain(["acme.com", "example.org", "bbc.co.uk"]).collect();
        let slips = proptest::collection::vec((0..4_u8, 0..20_usize, "[a-z.]"), 0..4);
        (proptest::sample::select(domains), slips).prop_map(|(domain, slips)| {
            let mut domain: Vec<char> = domain.chars().collect();
            for (kind, at, with) in slips {
                let at = at % domain.len();
                match kind {
                    0 => domain.insert(at, with.chars().next().unwrap()),
                    1 if domain.len() > 1 => drop(domain.remove(at)),
                    2 if at > 0 => domain.swap(at - 1, at),
                    _ => domain[at] = with.chars().next().unwrap(),
                }
            }
            domain.into_iter().collect()
        })
    }

    /// The least number of slips between two words, by the textbook.
    fn distance(a: &str, b: &str) -> usize {
        let (a, b): (Vec<_>, Vec<_>) = (a.chars().collect(), b.chars().collect());
        let mut least = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                let mut found = vec![];
                if i == 0 || j == 0 {
                    found.push(i + j);
                } else {
                    found.extend([least[i - 1][j] + 1, least[i][j - 1] + 1]);
                    found.push(least[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]));
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        found.push(least[i - 2][j - 2] + 1);
                    }
                }
                least[i][j] = found.into_iter().min().unwrap();
            }
        }
        least[a.len()][b.len()]
    }

    proptest! {
        #[test]
        fn a_suggestion_is_one_slip_away_and_has_nothing_more_to_suggest(domain in domains()) {
            if let Some(better) = meant(&domain) {
                prop_assert_eq!(distance(&domain, &better), 1, "{} {}", domain, better);
                prop_assert_eq!(meant(&better), None);
                let countries = [&domain, &better].map(|it| it.rsplit('.').next().unwrap());
                prop_assert!(countries.iter().any(|it| it.len() != 2) || countries[0] == countries[1]);
            }
        }

        #[test]
        fn a_slip_is_seen_as_the_textbook_sees_it(a in "[abc]{0,5}", b in "[abc]{0,5}") {
            prop_assert_eq!(is_slip(&a, &b), distance(&a, &b) == 1);
        }

        #[test]
        fn nothing_that_is_typed_is_too_strange(typed in any::<String>(), domain in any::<String>()) {
            suggestion(&typed);
            suggestion(&format!("a@{domain}"));
            suggestion(&format!("a@é{domain}.con"));
        }
    }
}
