//! Reading an email address as people type it.

use crate::problem::Problem;

mod suggestion;

pub use suggestion::suggestion;

/// RFC 5321 section 4.5.3.1: a path is at most 256 octets with its angle brackets.
const LONGEST: usize = 254;
const LONGEST_LOCAL: usize = 64;

/// The address, without what surrounds it when it is pasted: blanks, invisible marks, `mailto:`.
///
/// Only what can be no address is refused: whether it exists is for the server to find out.
pub fn read(typed: &str) -> Result<String, Problem> {
    let text: String = typed.chars().filter(|c| !is_invisible(*c)).collect();
    let mut text = text.trim();
    while let Some((scheme, rest)) = text.split_once(':')
        && scheme.eq_ignore_ascii_case("mailto")
    {
        // A link may bring a subject along (RFC 6068); a question mark of the address is %3F there.
        text = rest.split('?').next().unwrap_or_default().trim();
    }
    if text.is_empty() {
        return Err(Problem::EmailMissing);
    }
    // The last @ divides: a quoted local part may hold others.
    let Some((local, domain)) = text.rsplit_once('@') else {
        return Err(Problem::EmailInvalid);
    };
    let unusable = |c: char| c.is_whitespace() || c.is_control();
    // Other scripts are shorter on the wire (RFC 3492) than in UTF-8: their length is for the server.
    let label_holds = |label: &str| !label.is_empty() && (label.len() <= 63 || !label.is_ascii());
    let in_domain = |c: char| !c.is_ascii() || c.is_ascii_alphanumeric() || ".-_[]:".contains(c);
    let holds = !local.is_empty()
        && local.len() <= LONGEST_LOCAL
        && text.len() <= LONGEST
        && domain.contains('.')
        && domain.split('.').all(label_holds)
        && domain.chars().all(in_domain)
        && !local.contains(['@', ',', ';', '<', '>'])
        && !text.contains(unusable);
    if holds { Ok(text.to_owned()) } else { Err(Problem::EmailInvalid) }
}

/// Zero-width and direction marks: they ride along when an address is copied from a page or a chat.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_surrounds_a_pasted_address_is_taken_off() {
        for typed in
            [" a@b.co ", "mailto:a@b.co", "MAILTO:a@b.co", "\u{200b}a@b.co\u{feff}", "\u{202a}a@b.co\u{202c}"]
        {
            assert_eq!(read(typed).unwrap(), "a@b.co", "{typed:?}");
        }
    }

    #[test]
    fn unusual_addresses_are_left_to_the_server() {
        for typed in ["o'hara+tag@sub.example.museum", "üser@exämple.com", "用户@例子.广告", "a@b-c.d"]
        {
            assert_eq!(read(typed).unwrap(), typed);
        }
    }

    #[test]
    fn what_can_be_no_address_is_refused() {
        for typed in [
            "a",
            "a@",
            "@b.co",
            "a@b",
            "a@b.",
            "a@.co",
            "a@b..co",
            "a b@c.de",
            "a@b.co,c@d.ef",
            "<a@b.co>",
            "a@b@c.de",
            "a@b.co?subject=Hi",
            "a@b.co/",
        ] {
            assert_eq!(read(typed), Err(Problem::EmailInvalid), "{typed}");
        }
        assert_eq!(read(&format!("{}@b.co", "a".repeat(65))), Err(Problem::EmailInvalid));
        assert_eq!(read(" \u{200b} "), Err(Problem::EmailMissing));
    }
}
