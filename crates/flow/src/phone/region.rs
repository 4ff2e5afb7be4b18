//! A country or territory, as ISO 3166-1 alpha-2 names it.

/// A country or territory with telephone numbers: two letters, as in `NO`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region([u8; 2]);

impl Region {
    /// The region of this name, in upper or lower case.
    pub fn named(name: &str) -> Option<Self> {
        let letters: [u8; 2] = name.trim().as_bytes().try_into().ok()?;
        let is_name = letters.iter().all(u8::is_ascii_alphabetic);
        is_name.then(|| Self(letters.map(|letter| letter.to_ascii_uppercase())))
    }

    /// Its name, in upper case.
    pub fn as_str(&self) -> &str {
        // Letters are text.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl core::fmt::Debug for Region {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_two_letters_of_either_case() {
        assert_eq!(Region::named(" no ").unwrap().as_str(), "NO");
        assert_eq!(Region::named("XK").unwrap().as_str(), "XK");
        for wrong in ["", "N", "NOR", "N0", "ØY", "n-", "no no"] {
            assert_eq!(Region::named(wrong), None, "{wrong}");
        }
    }
}
