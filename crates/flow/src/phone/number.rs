//! Reading a phone number with the numbering plan at hand: as somebody in a region would dial it, or as
//! from abroad.

use super::{
    Typed, e164, pattern,
    plan::{Length, Line, Plan},
    region::Region,
};
use crate::problem::Problem;

/// A phone number that can be one, by its length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// A plus sign and digits: ITU-T E.164.
    pub e164: String,
    /// The same as people write it, as in `+44 20 7946 0958`.
    pub spaced: String,
    /// Where it is from; nobody's are satellites, for example.
    pub region: Option<Region>,
}

impl Number {
    /// The number that was typed. Without a plus sign it is read as in this region.
    pub fn read(typed: &str, plan: &Plan, region: Option<Region>) -> Result<Self, Problem> {
        let Typed { digits, is_international } = super::lex(typed)?;
        if is_international {
            return abroad(&digits, plan, region);
        }
        let home = region.and_then(|region| plan.line(region));
        if let Some(home) = home
            && let Some(rest) = without_prefix(&home, &digits)
        {
            return abroad(rest, plan, region);
        }
        // The prefix of calls abroad in most of the world.
        if let Some(rest) = digits.strip_prefix("00") {
            return abroad(rest, plan, region);
        }
        let Some(home) = home else { return Err(Problem::PhoneNeedsCountry) };
        let national = home.without_trunk(&digits);
        // The calling code, but no plus sign.
        if let Some(rest) = digits.strip_prefix(home.code).map(|rest| home.without_trunk(rest))
            && home.is_coded(&national, &rest)
        {
            return judge(home, &rest, plan, region);
        }
        judge(home, &national, plan, region)
    }
}

/// What stands behind the prefix of calls abroad. No calling code begins with a zero.
fn without_prefix<'a>(home: &Line<'_>, digits: &'a str) -> Option<&'a str> {
    if home.abroad.is_empty() {
        return None;
    }
    let prefix = pattern::find(home.abroad, digits)?.all;
    digits.get(prefix.len()..).filter(|rest| !rest.is_empty() && !rest.starts_with('0'))
}

/// A number with its calling code.
fn abroad(digits: &str, plan: &Plan, region: Option<Region>) -> Result<Number, Problem> {
    let Some(main) = plan.main(digits) else {
        // A code that this plan does not know: the server may.
        let e164 = e164(digits)?;
        return Ok(Number { spaced: e164.clone(), e164, region: None });
    };
    let rest = digits.get(main.code.len()..).unwrap_or_default();
    let mut national = main.without_trunk(rest);
    // Autofill may put a whole number behind a calling code that is already there.
    if !main.is_possible(&national)
        && let Some(again) = rest.strip_prefix("00").unwrap_or(rest).strip_prefix(main.code)
    {
        let again = main.without_trunk(again);
        if main.is_possible(&again) {
            national = again;
        }
    }
    judge(main, &national, plan, region)
}

/// A number without its calling code. `chosen` is the region that its user is in.
fn judge(line: Line<'_>, national: &str, plan: &Plan, chosen: Option<Region>) -> Result<Number, Problem> {
    let own = plan.told(line, national);
    // Where the digits tell none, it is the one that was chosen, or the main one of the code.
    let chosen = chosen.and_then(|region| plan.line(region)).filter(|it| it.code == line.code);
    let line = own.or(chosen.filter(Line::is_untold)).or_else(|| plan.main(line.code)).unwrap_or(line);
    match line.length(national) {
        Length::Possible => {}
        Length::Short => return Err(Problem::PhoneTooShort),
        Length::Long => return Err(Problem::PhoneTooLong),
        Length::Odd => return Err(Problem::PhoneInvalid),
    }
    let e164 = e164(&[line.code, national].concat())?;
    Ok(Number { e164, spaced: line.spaced(national), region: line.region })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Plan {
        Plan::new(include_str!("../../../../public/numbering.txt").into())
    }

    fn read(region: &str, typed: &str) -> Result<(String, String), Problem> {
        let number = Number::read(typed, &plan(), Region::named(region))?;
        Ok((number.spaced, number.region.map(|it| it.as_str().to_owned()).unwrap_or_default()))
    }

    #[expect(clippy::unnecessary_wraps, reason = "what is read may be refused")]
    fn is(spaced: &str, region: &str) -> Result<(String, String), Problem> {
        Ok((spaced.to_owned(), region.to_owned()))
    }

    #[test]
    fn a_number_is_read_as_its_users_neighbours_would_dial_it() {
        assert_eq!(read("NO", "412 34 567"), is("+47 41 23 45 67", "NO"));
        assert_eq!(read("GB", "020 7946 0958"), is("+44 20 7946 0958", "GB"));
        assert_eq!(read("DE", "0151 23456789"), is("+49 1512 3456789", "DE"));
        assert_eq!(read("IT", "06 1234 5678"), is("+39 06 1234 5678", "IT"));
        assert_eq!(read("RU", "8 (912) 345-67-89"), is("+7 912 345 67 89", "RU"));
        assert_eq!(read("US", "(415) 555-0132"), is("+1 415 555 0132", "US"));
        assert_eq!(read("XK", "043 123 456"), is("+383 43 123 456", "XK"));
        assert_eq!(read("SA", "٠٥١ ٢٣٤ ٥٦٧٨"), is("+966 51 234 5678", "SA"));
    }

    #[test]
    fn a_plus_sign_wins_over_the_region_and_so_does_its_prefix_of_calls_abroad() {
        for typed in ["+44 20 7946 0958", "0044 20 7946 0958", "+44 (0)20 7946 0958", "+44 020 7946 0958"] {
            assert_eq!(read("NO", typed), is("+44 20 7946 0958", "GB"), "{typed}");
        }
        assert_eq!(read("US", "011 44 20 7946 0958"), is("+44 20 7946 0958", "GB"));
        assert_eq!(read("JP", "010 44 20 7946 0958"), is("+44 20 7946 0958", "GB"));
        assert_eq!(
            read("RU", "8~10 44 20 7946 0958".replace('~', "").as_str()),
            is("+44 20 7946 0958", "GB")
        );
    }

    #[test]
    fn a_calling_code_that_is_there_twice_or_without_its_plus_sign_is_understood() {
        for typed in
            ["47 412 34 567", "+47 +47 412 34 567", "+47 47 412 34 567", "+47 0047 412 34 567", "4741234567"]
        {
            assert_eq!(read("NO", typed), is("+47 41 23 45 67", "NO"), "{typed}");
        }
        // Eight digits that begin like the code are a number of their own.
        assert_eq!(read("NO", "47 12 34 56"), is("+47 47 12 34 56", "NO"));
    }

    #[test]
    fn regions_that_share_a_code_are_told_apart() {
        assert_eq!(read("US", "416 555 0132"), is("+1 416 555 0132", "CA"));
        assert_eq!(read("NO", "+1 876 555 0132"), is("+1 876 555 0132", "JM"));
        assert_eq!(read("GB", "01481 256789"), is("+44 1481 256789", "GG"));
        assert_eq!(read("RU", "701 123 45 67"), is("+7 701 123 4567", "KZ"));
        // Nothing in the digits tells these: whoever has chosen them is believed.
        assert_eq!(read("UM", "415 555 0132"), is("+1 415 555 0132", "UM"));
        assert_eq!(read("CA", "555 555 0132"), is("+1 555 555 0132", "US"));
    }

    #[test]
    fn a_length_that_no_number_has_is_refused() {
        assert_eq!(read("NO", "412 34 56"), Err(Problem::PhoneTooShort));
        assert_eq!(read("NO", "412 34 5678"), Err(Problem::PhoneTooLong));
        assert_eq!(read("NO", "+47 412"), Err(Problem::PhoneTooShort));
        assert_eq!(read("NO", "+1 415 555 01"), Err(Problem::PhoneTooShort));
        assert_eq!(read("NO", "+44 1234 56789 01"), Err(Problem::PhoneTooLong));
        assert_eq!(read("SG", "1234567890"), Err(Problem::PhoneTooLong));
        assert_eq!(read("", "412 34 567"), Err(Problem::PhoneNeedsCountry));
        assert_eq!(read("NO", " "), Err(Problem::PhoneMissing));
        assert_eq!(read("NO", "call me"), Err(Problem::PhoneInvalid));
    }

    #[test]
    fn a_code_that_is_not_known_here_is_left_to_the_server() {
        assert_eq!(read("NO", "+999 123 45 678"), is("+99912345678", ""));
        assert_eq!(read("NO", "+999 1"), Err(Problem::PhoneInvalid));
        assert_eq!(read("NO", "+0047 412"), Err(Problem::PhoneInvalid));
    }
}
