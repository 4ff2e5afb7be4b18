//! Whole numbers as text. The standard library's way would bring its whole formatter into the wasm.

/// A number in decimal digits.
pub(crate) fn decimal(number: u32) -> String {
    let mut digits = if number < 10 { String::new() } else { decimal(number / 10) };
    digits.push(char::from_digit(number % 10, 10).unwrap_or_default());
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_reads_as_the_standard_library_writes_it() {
        for number in [0, 7, 10, 99, 180, 65_536, u32::MAX] {
            assert_eq!(decimal(number), number.to_string());
        }
    }
}
