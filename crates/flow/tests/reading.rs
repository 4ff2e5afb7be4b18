//! Reading what people type, paste and dictate: codes and addresses.

#[cfg(test)]
mod tests {
    use latch_flow::{Problem, digits, email, phone};
    use proptest::prelude::*;
    use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

    fn is_digit(c: char) -> bool {
        c.general_category() == GeneralCategory::DecimalNumber
    }

    /// Unicode promises (section 4.6) that decimal digits come in runs of ten, from zero to nine.
    #[test]
    fn a_decimal_digit_of_unicode_has_its_value_and_nothing_else_has_one() {
        let mut in_run = 0;
        for c in '\0'..=char::MAX {
            let value = is_digit(c).then_some(in_run % 10);
            assert_eq!(digits::value(c), value, "U+{:04x}", u32::from(c));
            in_run = if value.is_some() { in_run + 1 } else { 0 };
        }
    }

    /// The digits of one script, zero first.
    fn scripts() -> Vec<[char; 10]> {
        let all: Vec<char> = ('\0'..=char::MAX).filter(|c| is_digit(*c)).collect();
        let (scripts, []) = all.as_chunks::<10>() else { panic!("not in tens: {}", all.len()) };
        scripts.to_vec()
    }

    fn separator() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "",
            " ",
            "-",
            ".",
            "_",
            "  ",
            " - ",
            "\t",
            "\u{a0}",
            "\u{202f}",
            "\u{2009}",
            "\u{3000}",
            "\u{ad}",
            "\u{2010}",
            "\u{2011}",
            "\u{2013}",
            "\u{2014}",
            "\u{2212}",
            "\u{ff0d}",
            "\u{fe63}",
            "\u{ff0e}",
            "\u{b7}",
            "\u{30fb}",
            "\u{200b}",
            "\u{200e}",
            "\u{200f}",
            "\u{61c}",
            "\u{2060}",
            "\u{feff}",
            "\u{202a}",
            "\u{2066}",
            "\u{2069}",
            "\u{fe0f}",
            "\u{fe0f}\u{20e3}",
        ])
    }

    /// Text that holds no digits, as it stands around a code.
    fn words() -> impl Strategy<Value = String> {
        r"(\PC|\n){0,20}".prop_map(|text| text.chars().filter(|c| !is_digit(*c)).collect())
    }

    fn code() -> impl Strategy<Value = String> {
        "[0-9]{4,12}"
    }

    proptest! {
        #[test]
        fn a_code_is_found_in_any_script_with_any_separators_in_any_text(
            code in code(),
            script in prop::sample::select(scripts()),
            separators in prop::collection::vec(separator(), 12),
            (before, after) in (words(), words()),
        ) {
            let mut text = before;
            for (digit, separator) in code.chars().zip(separators) {
                text.push(script[digit.to_digit(10).unwrap() as usize]);
                text.push_str(separator);
            }
            text += &after;
            prop_assert_eq!(digits::read(&text, code.len()), code, "{:?}", text);
        }

        #[test]
        fn a_code_that_stands_alone_is_found_among_other_numbers(
            before in "[0-9]{1,4}",
            code in "[0-9]{6}",
            after in "[0-9]{1,4}",
            words in prop::sample::select(vec![" ", ". ", ": ", " - ", "\n", ", ", " minutes, code "]),
        ) {
            // Numbers that would together be as long as a code could be one.
            prop_assume!(before.len() + after.len() != 6);
            let text = format!("{before}{words}{code}{words}{after}");
            prop_assert_eq!(digits::read(&text, 6), code, "{:?}", text);
        }

        #[test]
        fn what_is_read_of_a_code_is_ascii_digits_in_bounds_and_is_read_again_the_same(
            text in prop_oneof![any::<String>(), r"[0-9 .,\n\u{660}-\u{669}x-]{0,40}"],
            length in 0..20_usize,
        ) {
            let read = digits::read(&text, length);
            prop_assert!(read.len() <= length);
            prop_assert!(read.bytes().all(|byte| byte.is_ascii_digit()));
            prop_assert_eq!(digits::read(&read, length), read);
        }

        #[test]
        fn half_a_code_is_what_was_typed(code in "[0-9]{0,6}") {
            prop_assert_eq!(digits::read(&code, 6), code);
        }

        #[test]
        fn what_is_read_of_an_address_is_clean_in_bounds_and_is_read_again_the_same(
            text in prop_oneof![
                any::<String>(),
                r"(mailto:|MAILTO:|[ \t\u{200b}])*[a-z@.+,;<>?&= \u{200b}é]{0,12}@?[a-z@.?&= é-]{0,12}",
                r"(mailto:)?[a-z+.]{1,64}@[a-z]{1,63}(\.[a-z]{1,63}){1,4}(\?subject=.*)?",
            ],
        ) {
            match email::read(&text) {
                Ok(address) => {
                    prop_assert!(address.len() <= 254);
                    let unclean = |c: char| c.is_whitespace() || c.is_control();
                    prop_assert!(!address.contains(unclean));
                    let (local, domain) = address.rsplit_once('@').unwrap();
                    prop_assert!(!local.is_empty() && local.len() <= 64);
                    prop_assert!(domain.split('.').count() > 1 && domain.split('.').all(|it| !it.is_empty()));
                    prop_assert_eq!(email::read(&address), Ok(address));
                }
                Err(problem) => {
                    prop_assert!(matches!(problem, Problem::EmailMissing | Problem::EmailInvalid));
                }
            }
        }

        #[test]
        fn what_is_read_of_a_number_is_e164_and_is_read_again_the_same(
            text in prop_oneof![any::<String>(), r"(tel:)?[+(]{0,2}[0-9٠-٩ ()./+-]{0,24}"],
        ) {
            match phone::read(&text) {
                Ok(number) => {
                    let digits = number.strip_prefix('+').unwrap();
                    prop_assert!((7..=15).contains(&digits.len()) && !digits.starts_with('0'));
                    prop_assert!(digits.bytes().all(|it| it.is_ascii_digit()));
                    prop_assert_eq!(phone::read(&number), Ok(number));
                }
                Err(problem) => prop_assert!(problem.is_about_input()),
            }
        }

        #[test]
        fn an_address_is_taken_as_it_is_whatever_surrounds_it(
            address in r"[a-zA-Z0-9!#$%&'*+/=^_{|}~-]{1,20}@[a-z0-9é]{1,20}\.[a-z]{2,10}",
            before in r"[ \t\n\u{200b}\u{202a}\u{feff}]{0,3}(mailto: ?|MailTo:)?",
            after in r"(\?subject=Hello%20you)?[ \t\n\u{200b}\u{202c}]{0,3}",
        ) {
            prop_assume!(!before.is_empty() || !address.starts_with("mailto"));
            // A question mark ends an address in a link only.
            prop_assume!(!after.starts_with('?') || before.to_lowercase().contains("mailto"));
            prop_assert_eq!(email::read(&format!("{before}{address}{after}")), Ok(address));
        }
    }

    #[test]
    fn a_link_to_an_address_is_read_like_the_address() {
        for typed in
            ["mailto: a@b.co", "mailto:mailto:a@b.co", "mailto:a@b.co?subject=Hi&body=a@b", "mailto:a@b.co?"]
        {
            assert_eq!(email::read(typed).unwrap(), "a@b.co", "{typed}");
        }
        assert_eq!(email::read("mailto:"), Err(Problem::EmailMissing));
        assert_eq!(email::read("mailto:?subject=Hi"), Err(Problem::EmailMissing));
    }

    #[test]
    fn bounds_are_those_of_the_mail_system() {
        let local = "a".repeat(64);
        assert!(email::read(&format!("{local}@example.com")).is_ok());
        assert!(email::read(&format!("{local}a@example.com")).is_err());
        let label = "b".repeat(63);
        assert!(email::read(&format!("a@{label}.com")).is_ok());
        assert!(email::read(&format!("a@{label}b.com")).is_err());
        let domain = [&*label, &*label, &*"c".repeat(57)].join(".");
        assert_eq!(format!("{local}@{domain}.c").len(), 252);
        assert!(email::read(&format!("{local}@{domain}.com")).is_ok());
        assert!(email::read(&format!("{local}@{domain}.comm")).is_err());
        // A label in another script is shorter on the wire (RFC 3492) than in UTF-8.
        assert!(email::read(&format!("a@{}.com", "例".repeat(22))).is_ok());
    }
}
