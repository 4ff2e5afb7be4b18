//! Randomness, as a parameter.

use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::digest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::failure::Failure;

/// Where random bytes come from.
pub trait Random: Send + Sync + 'static {
    /// Fills a buffer with bytes that nobody can predict.
    fn fill(&self, buffer: &mut [u8]) -> Result<(), Failure>;
}

/// The operating system's generator.
#[derive(Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), Failure> {
        #[expect(clippy::disallowed_methods, reason = "the one place that asks for randomness")]
        getrandom::fill(buffer).map_err(|_| Failure::Random)
    }
}

/// The same bytes for the same seed. For tests only.
#[derive(Debug)]
pub struct SeededRandom {
    seed: u64,
    drawn: AtomicU64,
}

impl SeededRandom {
    /// A generator that starts at a seed.
    pub fn new(seed: u64) -> Self {
        Self { seed, drawn: AtomicU64::new(0) }
    }
}

impl Random for SeededRandom {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), Failure> {
        for chunk in buffer.chunks_mut(32) {
            let draw = self.drawn.fetch_add(1, Ordering::Relaxed);
            let block =
                digest::digest(&digest::SHA256, &[self.seed.to_be_bytes(), draw.to_be_bytes()].concat());
            chunk.copy_from_slice(&block.as_ref()[..chunk.len()]);
        }
        Ok(())
    }
}

/// So many decimal digits, each equally likely.
pub fn digits(random: &dyn Random, count: u32) -> Result<String, Failure> {
    let mut digits = String::new();
    while digits.len() < count as usize {
        let mut byte = [0];
        random.fill(&mut byte)?;
        // 250 is the largest multiple of ten in a byte: what lies above it would favour 0 to 5.
        if byte[0] < 250 {
            digits.push(char::from(b'0' + byte[0] % 10));
        }
    }
    Ok(digits)
}

/// 256 random bits as 43 characters that need no escaping anywhere.
pub fn token(random: &dyn Random) -> Result<String, Failure> {
    let mut bytes = [0; 32];
    random.fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// 128 random bits as 22 such characters: names of rows.
pub fn id(random: &dyn Random) -> Result<String, Failure> {
    let mut bytes = [0; 16];
    random.fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives the bytes of a list, one after the other.
    struct Scripted(std::sync::Mutex<Vec<u8>>);

    impl Random for Scripted {
        fn fill(&self, buffer: &mut [u8]) -> Result<(), Failure> {
            let mut script = self.0.lock().unwrap();
            for byte in buffer {
                *byte = script.remove(0);
            }
            Ok(())
        }
    }

    #[test]
    fn bytes_that_would_favour_small_digits_are_thrown_away() {
        let random = Scripted(std::sync::Mutex::new(vec![250, 255, 0, 249, 251, 13]));
        assert_eq!(digits(&random, 3).unwrap(), "093");
    }

    #[test]
    fn every_digit_comes_up_about_equally_often() {
        let random = SeededRandom::new(7);
        let mut counts = [0_u32; 10];
        for digit in digits(&random, 20_000).unwrap().bytes() {
            counts[usize::from(digit - b'0')] += 1;
        }
        assert!(counts.iter().all(|count| (1800..2200).contains(count)), "{counts:?}");
    }

    #[test]
    fn codes_keep_their_leading_zeros() {
        let random = Scripted(std::sync::Mutex::new(vec![0; 6]));
        assert_eq!(digits(&random, 6).unwrap(), "000000");
    }
}
