//! A phone number in E.164.
//!
//! On the wire it has Auth0's form, a plus sign and digits. What the digits mean is Google's
//! metadata to say: it takes out a trunk prefix that somebody kept (`+4407…`), so that one telephone
//! is one user.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType, Region};

/// ITU-T E.164 section 6.2.1.
const DIGITS_MAX: usize = 15;

/// A phone number in canonical form.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone {
    e164: String,
    region: Option<Region>,
}

/// The text is no number that a message can be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotANumber {
    /// Not a plus sign and up to fifteen digits.
    Pattern,
    /// No country has numbers like it.
    Impossible,
    /// Whoever writes to it pays, or nobody reads it: premium rate, shared cost, a pager.
    Kind,
}

impl Phone {
    /// Reads a number: trimmed, in the form `^\+[0-9]{1,15}$`.
    ///
    /// It has to be possible, not assigned: metadata is always a little behind, and a number that
    /// nobody has is the SMS provider's to refuse.
    pub fn parse(text: &str) -> Result<Self, NotANumber> {
        let text = text.trim();
        let digits = text.strip_prefix('+').ok_or(NotANumber::Pattern)?;
        // Before the library sees it: its input is one of 10^15 texts.
        if !(1..=DIGITS_MAX).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NotANumber::Pattern);
        }
        let number = PHONE_NUMBER_UTIL.parse(text, None).map_err(|_| NotANumber::Impossible)?;
        if !PHONE_NUMBER_UTIL.is_possible_number(&number) {
            return Err(NotANumber::Impossible);
        }
        match number.get_type() {
            PhoneNumberType::PremiumRate
            | PhoneNumberType::SharedCost
            | PhoneNumberType::TollFree
            | PhoneNumberType::PersonalNumber
            | PhoneNumberType::Pager
            | PhoneNumberType::UAN
            | PhoneNumberType::VoiceMail => return Err(NotANumber::Kind),
            _ => {}
        }
        let e164 = number.format_as(PhoneNumberFormat::E164).into_owned();
        // Of a number that nobody has, some countries' rules take a zero each time they are asked.
        let again = PHONE_NUMBER_UTIL.parse(&e164, None).map_err(|_| NotANumber::Impossible)?;
        if again.format_as(PhoneNumberFormat::E164) != e164 {
            return Err(NotANumber::Impossible);
        }
        // The country that the prefix belongs to, when the number itself does not tell: of several
        // that share a prefix, the main one.
        let region = number
            .get_region_code()
            .or_else(|| PHONE_NUMBER_UTIL.get_region_for_country_code(number.country_code));
        Ok(Self { e164, region })
    }

    /// The number with its plus sign.
    pub fn as_str(&self) -> &str {
        &self.e164
    }

    /// ISO 3166-1 alpha-2 of its country. Some numbers, of satellites for example, have none.
    pub fn country(&self) -> Option<String> {
        self.region.map(|region| region.to_string())
    }
}

/// Numbers stay out of logs.
impl std::fmt::Debug for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Phone(..)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn canonical(text: &str) -> Result<String, NotANumber> {
        Phone::parse(text).map(|phone| phone.as_str().to_owned())
    }

    #[test]
    fn spellings_of_one_telephone_are_one_identity() {
        for (spelling, e164) in [
            (" +14155550100 ", "+14155550100"),
            ("+447911123456", "+447911123456"),
            ("+4407911123456", "+447911123456"),
            ("+4915112345678", "+4915112345678"),
            ("+49015112345678", "+4915112345678"),
        ] {
            assert_eq!(canonical(spelling).as_deref(), Ok(e164), "{spelling}");
        }
    }

    #[test]
    fn a_number_that_nobody_has_is_left_to_the_provider() {
        assert_eq!(canonical("+15551234567").as_deref(), Ok("+15551234567"));
    }

    #[test]
    fn a_number_tells_its_country() {
        let country = |text| Phone::parse(text).unwrap().country();
        assert_eq!(country("+14155550100").as_deref(), Some("US"));
        assert_eq!(country("+16045550100").as_deref(), Some("CA"));
        assert_eq!(country("+15551234567").as_deref(), Some("US"));
        assert_eq!(country("+4915112345678").as_deref(), Some("DE"));
    }

    #[test]
    fn what_is_not_auth0s_pattern_is_refused() {
        for text in [
            "",
            "+",
            "14155550100",
            "+1 415 555 0100",
            "+1-415-555-0100",
            "+1(415)5550100",
            "0014155550100",
            "++14155550100",
            "+14155550100;ext=1",
            "tel:+14155550100",
            "+1415555CALL",
            "+1415555010\u{660}",
            "\u{ff0b}14155550100",
            "+1234567890123456",
            "+1415\u{0}5550100",
        ] {
            assert_eq!(canonical(text), Err(NotANumber::Pattern), "{text:?}");
        }
    }

    #[test]
    fn what_no_country_has_and_what_costs_is_refused() {
        for text in ["+1", "+0", "+999123456789", "+1415555", "+141555501000000"] {
            assert_eq!(canonical(text), Err(NotANumber::Impossible), "{text}");
        }
        // Premium rate in the USA, in the United Kingdom and in Germany; toll-free; a British
        // personal number.
        for text in ["+19002345678", "+449098790123", "+499001654321", "+18002345678", "+447012345678"] {
            assert_eq!(canonical(text), Err(NotANumber::Kind), "{text}");
        }
    }

    #[test]
    fn a_number_stays_out_of_debug_output() {
        assert_eq!(format!("{:?}", Phone::parse("+14155550100").unwrap()), "Phone(..)");
    }

    proptest! {
        #[test]
        fn the_canonical_form_is_its_own_canonical_form(text in "\\+[0-9]{1,16}") {
            if let Ok(once) = canonical(&text) {
                prop_assert_eq!(canonical(&once), Ok(once.clone()));
            }
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in any::<String>()) {
            let _ = canonical(&text);
        }
    }
}
