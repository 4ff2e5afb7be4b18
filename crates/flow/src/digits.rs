//! Reading a code as people type, paste and dictate it.

/// The first digit of each block of decimal digits (Unicode general category Nd): ten follow in
/// order. As of Unicode 18.
const ZEROS: [u32; 72] = [
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50,
    0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40,
    0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x10d40,
    0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x116d0, 0x116da,
    0x11730, 0x118e0, 0x11950, 0x11bf0, 0x11c50, 0x11d50, 0x11da0, 0x11de0, 0x11f50, 0x16130, 0x16a60,
    0x16ac0, 0x16b50, 0x16d70, 0x1ccf0, 0x1d7ce, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e5f1, 0x1e950,
];

/// The value of a decimal digit of any script.
pub fn value(c: char) -> Option<u32> {
    if c.is_ascii_digit() {
        return c.to_digit(10);
    }
    let point = u32::from(c);
    // 0x1d7ce starts five runs of ten, one after the other; 0x1fbf0 is the last block.
    if (0x1d7ce..=0x1d7ff).contains(&point) {
        return Some((point - 0x1d7ce) % 10);
    }
    if (0x1fbf0..=0x1fbf9).contains(&point) {
        return Some(point - 0x1fbf0);
    }
    let zero = ZEROS.iter().rev().find(|zero| **zero <= point)?;
    Some(point - zero).filter(|value| *value < 10)
}

/// What a text holds of a code with `length` digits, in ASCII digits.
///
/// A group is digits side by side; a run is groups with separators between them. The first of them
/// that has just the right length is the code, so that a pasted sentence works whatever else it
/// says. Otherwise the longest run is taken, cut to the code's length.
pub fn read(text: &str, length: usize) -> String {
    let mut best = String::new();
    let mut run = String::new();
    let mut group = 0;
    // The sentinel closes the last run.
    for c in text.chars().chain(['x']) {
        if let Some(digit) = value(c).and_then(|value| char::from_digit(value, 10)) {
            run.push(digit);
            group += 1;
            continue;
        }
        if group == length {
            return run.split_off(run.len() - group);
        }
        group = 0;
        if !is_separator(c) {
            if run.len() == length {
                return run;
            }
            if run.len() > best.len() {
                best.clone_from(&run);
            }
            run.clear();
        }
    }
    best.truncate(length);
    best
}

/// What stands between groups of digits, seen or not: `123 456` on one line is one code.
pub(crate) fn is_separator(c: char) -> bool {
    let is_blank = c.is_whitespace() && c != '\n';
    // The last three are full and small forms, as East Asian keyboards have them.
    let is_dash =
        matches!(c, '-' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}');
    let is_dot = matches!(c, '.' | '\u{b7}' | '\u{30fb}' | '\u{ff0e}');
    // Soft hyphens, zero-width and direction marks; what turns a digit into an emoji.
    let is_unseen = matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{20e3}' | '\u{fe0e}' | '\u{fe0f}' | '\u{feff}');
    is_blank || is_dash || is_dot || is_unseen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_between_digits_are_not_part_of_a_code() {
        for text in [
            "123456",
            "123 456",
            "123-456",
            "1 2 3 4 5 6",
            "12.34.56",
            " 123\u{2013}456\u{200b}",
            "123\u{a0}456",
        ] {
            assert_eq!(read(text, 6), "123456", "{text:?}");
        }
    }

    #[test]
    fn the_digits_of_every_script_count() {
        for text in ["١٢٣٤٥٦", "۱۲۳۴۵۶", "१२३४५६", "１２３４５６", "𝟏𝟐𝟑𝟒𝟓𝟔", "១២៣៤៥៦"]
        {
            assert_eq!(read(text, 6), "123456", "{text}");
        }
        for no_digit in ['x', 'Ⅷ', '½', '①', '²', '一', '\u{1fbfa}', '\u{3a}', '\u{66a}'] {
            assert_eq!(value(no_digit), None, "{no_digit}");
        }
    }

    #[test]
    fn a_pasted_sentence_yields_its_run_of_the_right_length() {
        assert_eq!(read("Your code is 123 456!", 6), "123456");
        assert_eq!(read("Order 20261121, code 123456.", 6), "123456");
        assert_eq!(read("Valid for 3 minutes: 123-456", 6), "123456");
        assert_eq!(read("@example.com #123456", 6), "123456");
        assert_eq!(read("123456\n654321", 6), "123456");
        assert_eq!(read("2. 123456 - 3", 6), "123456");
    }

    #[test]
    fn a_half_typed_code_is_what_was_typed_and_a_long_one_is_cut() {
        assert_eq!(read("12", 6), "12");
        assert_eq!(read("", 6), "");
        assert_eq!(read("12345678", 6), "123456");
    }
}
