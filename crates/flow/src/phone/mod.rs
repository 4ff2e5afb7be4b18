//! Reading a phone number as people type it: by itself, or with a numbering plan at hand.

mod number;
mod pattern;
mod plan;
mod region;

pub use self::{number::Number, plan::Plan, region::Region};
use crate::{digits, problem::Problem};

/// ITU-T E.164 section 6: at most fifteen digits with the country code. The shortest numbers that can be
/// called from abroad have seven.
const LENGTHS: core::ops::RangeInclusive<usize> = 7..=15;

/// What was typed, taken apart.
struct Typed {
    digits: String,
    /// Whether a plus sign stands in front.
    is_international: bool,
}

/// The number in E.164: a plus sign and digits.
///
/// Only what can be no number is refused: whether it exists is for the server to find out.
pub fn read(typed: &str) -> Result<String, Problem> {
    let Typed { digits, is_international } = lex(typed)?;
    // The prefix of calls abroad in most of the world.
    match digits.strip_prefix("00") {
        _ if is_international => e164(&digits),
        Some(number) => e164(number),
        None => Err(Problem::PhoneNeedsCountry),
    }
}

/// Whether this looks like the beginning of a number, and not of an address.
pub fn is_begun(typed: &str) -> bool {
    let first = typed.chars().find(|c| !digits::is_separator(*c) && *c != '(');
    let is_first = first.is_some_and(|c| digits::value(c).is_some() || is_plus(c));
    is_first && lex(typed).is_ok()
}

/// Whether this may become a number: its first sign is a digit or a plus sign.
#[cfg(feature = "full")]
pub fn may_begin(typed: &str) -> bool {
    let first = typed.chars().find(|c| !digits::is_separator(*c) && *c != '(');
    first.is_some_and(|c| digits::value(c).is_some() || is_plus(c))
}

/// Whether a number begins with a plus sign.
pub fn is_international(typed: &str) -> bool {
    typed.chars().find(|c| !digits::is_separator(*c) && *c != '(').is_some_and(is_plus)
}

fn is_plus(c: char) -> bool {
    matches!(c, '+' | '\u{ff0b}')
}

fn lex(typed: &str) -> Result<Typed, Problem> {
    let typed = match typed.split_once(':') {
        Some((scheme, rest)) if scheme.trim().eq_ignore_ascii_case("tel") => rest,
        _ => typed,
    };
    let mut number = String::new();
    let mut is_international = false;
    // A calling code that somebody put in front of a whole number.
    let mut before = None::<String>;
    // How many digits stood before the bracket that is open.
    let mut bracket = None;
    for c in typed.chars() {
        if let Some(digit) = digits::value(c).and_then(|value| char::from_digit(value, 10)) {
            number.push(digit);
        } else if is_plus(c) && number.is_empty() && !is_international {
            is_international = true;
        } else if is_plus(c) && is_international && !number.is_empty() && before.is_none() {
            before = Some(core::mem::take(&mut number));
        } else if c == '(' {
            bracket = Some(number.len());
        } else if c == ')' {
            // +44 (0)20 …: the zero is for callers inside of the country.
            let is_trunk = bracket.take().is_some_and(|start| number.get(start..) == Some("0"));
            if is_trunk && is_international {
                number.pop();
            }
        } else if !(digits::is_separator(c) || matches!(c, '/' | '\n')) {
            return Err(Problem::PhoneInvalid);
        }
    }
    if before.is_some_and(|code| !number.starts_with(&code)) {
        return Err(Problem::PhoneInvalid);
    }
    if number.is_empty() {
        return Err(Problem::PhoneMissing);
    }
    Ok(Typed { digits: number, is_international })
}

/// A calling code and a number behind it, in E.164.
fn e164(digits: &str) -> Result<String, Problem> {
    // No calling code begins with a zero.
    if digits.starts_with('0') || !LENGTHS.contains(&digits.len()) {
        return Err(Problem::PhoneInvalid);
    }
    Ok(["+", digits].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_however_it_is_written() {
        for typed in [
            "+4741234567",
            " +47 412 34 567 ",
            "+47-412-34-567",
            "+47.412.34.567",
            "(+47) 412/34 567",
            "0047 41 23 45 67",
            "＋４７ ４１２３４５６７",
            "tel:+47-412-34-567",
            "\u{202a}+47 412 34 567\u{202c}",
            "+٤٧٤١٢٣٤٥٦٧",
        ] {
            assert_eq!(read(typed).unwrap(), "+4741234567", "{typed:?}");
        }
        assert_eq!(read("+44 (0)20 7946 0958").unwrap(), "+442079460958");
        assert_eq!(read("+1 (202) 555-0100").unwrap(), "+12025550100");
    }

    #[test]
    fn what_can_be_no_number_is_refused() {
        for typed in
            ["+47 call me", "+0047 412", "+123456", "+1234567890123456", "47+41234567", "+1 ext. 5", "++47"]
        {
            assert_eq!(read(typed), Err(Problem::PhoneInvalid), "{typed}");
        }
        for typed in ["", " ", "+", "()", "tel:"] {
            assert_eq!(read(typed), Err(Problem::PhoneMissing), "{typed:?}");
        }
    }

    #[test]
    fn a_number_without_its_country_needs_one() {
        for typed in ["412 34 567", "020 7946 0958", "(202) 555-0100"] {
            assert_eq!(read(typed), Err(Problem::PhoneNeedsCountry), "{typed}");
        }
    }
}
